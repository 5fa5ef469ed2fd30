/**
 * What one write does to the store: the rows it puts and the heads it moves, worked out before anything is
 * written, so that a write that is refused leaves no trace.
 *
 * Everything refused here with a plain Error is a mistake of the caller: the store never writes what it would
 * refuse at the next start (LOG-5).
 */
import { bytesOf } from '../core/bytes.js';
import { Breakage } from '../core/fault.js';
import { type BallotId, type FeedId, feedKey } from '../core/ids.js';
import { readNoteBody } from '../core/log/checkpoint.js';
import { readLeaf } from '../core/log/leaf.js';
import { EMPTY_TIP, type Tip } from '../core/log/tip.js';
import { grow, leafHash, rootOf, sameTip } from '../core/log/tree.js';
import type { Arrival, ArrivalKey, Batch, FeedHead, NewEntry, Receipt } from '../ports.js';
import {
  arrivalKey,
  byArrival,
  COUNTED,
  evidenceKey,
  headKey,
  type Key,
  kindOf,
  MILESTONE,
  metaKey,
  onceKey,
  sequenceKey,
  type Tally,
} from './keys.js';
import {
  nativeSha256,
  readBallot,
  writeArrival,
  writeBallot,
  writeHead,
  writeLeafRow,
  writeNotes,
  writeReceipt,
  writeStanding,
  writeTip,
} from './record.js';
import type { Row } from './rows.js';

/** What is known without reading: the heads, and the places of arrivals that have not been heard. */
export interface Books {
  readonly heads: ReadonlyMap<string, FeedHead>;
  readonly heard: ArrivalKey | undefined;
  /** Greatest minor place in use for each major place from the heard one on. */
  readonly places: ReadonlyMap<number, number>;
  readonly tally: Tally;
}

/** Books while several writes are laid on them: what they will be once all rows are on disk. */
export interface Draft {
  readonly before: Books;
  readonly heads: Map<string, FeedHead>;
  readonly places: Map<number, number>;
  readonly arrivals: Arrival[];
  readonly rows: Row[];
  /** Write-once rows by {@link rowName}: those on disk that the coming writes name, and those laid since. */
  readonly kept: Map<string, Uint8Array>;
  heard: ArrivalKey | undefined;
}

/** A draft on which nothing is laid yet. */
export function draftOf(before: Books, kept: Map<string, Uint8Array>): Draft {
  return {
    before,
    heads: new Map(),
    places: new Map(),
    arrivals: [],
    rows: [],
    kept,
    heard: before.heard,
  };
}

/** A row key as a key of a map. */
export function rowName(key: Key): string {
  return Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('latin1');
}

/** How much there is once all rows of a draft are on disk. No row of a counted kind is laid twice. */
export function tallyOf({ before, rows }: Draft): Tally {
  const tally = { ...before.tally };
  for (const { key } of rows) {
    const kind = COUNTED.find((counted) => counted === kindOf(key));
    if (kind !== undefined) tally[kind] += 1;
  }
  return tally;
}

/** Rows of a draft with those that are written once for the whole group: grown heads and the standing. */
export function rowsOfDraft(draft: Draft): readonly Row[] {
  const heads = [...draft.heads.values()].map((head) => ({
    key: headKey(head.feed),
    value: writeHead(head),
  }));
  const rows = [...draft.rows, ...heads];
  if (rows.length === 0 && draft.heard === draft.before.heard) return [];
  const standing = writeStanding({ heard: draft.heard, tally: tallyOf(draft) });
  return [...rows, { key: metaKey('books'), value: standing }];
}

/** Head of a feed, also of one that nobody has written to. */
export function headIn(books: Pick<Books, 'heads'>, feed: FeedId): FeedHead {
  return books.heads.get(feedKey(feed)) ?? { feed, tip: EMPTY_TIP, checkpoint: undefined, acknowledged: 0 };
}

function draftHead(draft: Draft, feed: FeedId): FeedHead {
  return draft.heads.get(feedKey(feed)) ?? headIn(draft.before, feed);
}

/**
 * Lays a batch on the draft.
 * @throws Breakage BALLOT_TWICE; an Error where the batch does not follow from what the store holds.
 */
export function layBatch(draft: Draft, batch: Batch): void {
  const ballots = onceRows(draft, batch);
  const grown = growHeads(draft, batch);
  const places = takePlaces(draft, batch);
  // From here on nothing is refused: the batch is laid whole or not at all.
  for (const row of ballots) keep(draft, row);
  for (const entry of batch.entries) draft.rows.push(...rowsOfEntry(entry));
  for (const { head, milestones } of grown) {
    draft.heads.set(feedKey(head.feed), head);
    for (const tip of milestones) {
      draft.rows.push({ key: sequenceKey('tip', head.feed, tip.size), value: writeTip(tip) });
    }
  }
  for (const [major, minor] of places) draft.places.set(major, minor);
  for (const { entry: _, ...arrival } of batch.entries) draft.arrivals.push(arrival);
  if (batch.heard) draft.heard = batch.heard;
}

/** Lays a receipt on the draft. The first receipt for a size is kept; a later one for the same size adds nothing. */
export function layReceipt(draft: Draft, feed: FeedId, receipt: Receipt): void {
  const head = draftHead(draft, feed);
  demand(receipt.size <= head.tip.size, 'a receipt is not for more than the feed holds');
  demand(
    receipt.size < head.tip.size || receipt.root === rootOf(head.tip),
    'a receipt names the root of the feed',
  );
  const key = sequenceKey('receipt', feed, receipt.size);
  if (!draft.kept.has(rowName(key))) keep(draft, { key, value: writeReceipt(receipt) });
  if (receipt.size > head.acknowledged) {
    draft.heads.set(feedKey(feed), { ...head, acknowledged: receipt.size });
  }
}

/** The row of some evidence; the same notes in the same order are one row. */
export function evidenceRow(feed: FeedId, notes: readonly Uint8Array[]): Row {
  const value = writeNotes(notes);
  const digest = bytesOf(nativeSha256(value)).subarray(0, 16);
  return { key: evidenceKey(feed, digest), value };
}

/** Lays evidence on the draft, unless it is there. */
export function layEvidence(draft: Draft, row: Row): void {
  if (!draft.kept.has(rowName(row.key))) keep(draft, row);
}

function keep(draft: Draft, row: Row): void {
  draft.kept.set(rowName(row.key), row.value);
  draft.rows.push(row);
}

/** R1: a key is there once; the same ballot may be named again, by a batch that repeats it. */
function onceRows(draft: Draft, batch: Batch): readonly Row[] {
  const fresh = new Map<string, BallotId>();
  for (const { key, ballot } of batch.once) {
    const held = draft.kept.get(rowName(onceKey(key)));
    const before = fresh.get(key) ?? (held && readBallot(held));
    if (before !== undefined && before !== ballot) throw new Breakage({ code: 'BALLOT_TWICE', where: key });
    if (before === undefined) fresh.set(key, ballot);
  }
  return [...fresh].map(([key, ballot]) => ({ key: onceKey(key), value: writeBallot(ballot) }));
}

interface Grown {
  readonly head: FeedHead;
  readonly milestones: readonly Tip[];
}

function growHeads(draft: Draft, batch: Batch): readonly Grown[] {
  const byFeed = new Map<string, NewEntry[]>();
  for (const entry of batch.entries) {
    const key = feedKey(entry.feed);
    const entries = byFeed.get(key);
    if (entries) entries.push(entry);
    else byFeed.set(key, [entry]);
  }
  demand(batch.tips.length === byFeed.size, 'a batch has one tip for each feed that grows');
  return batch.tips.map(({ feed, tip, checkpoint }) => {
    const head = draftHead(draft, feed);
    const entries = byFeed.get(feedKey(feed)) ?? [];
    demand(entries.length > 0, 'a batch has no tip for a feed that does not grow');
    const { tip: computed, milestones } = growTip(head.tip, entries);
    demand(sameTip(computed, tip), 'the tip of a batch follows from its entries');
    const body = readNoteBody(checkpoint);
    demand(body.ok && body.value.size === tip.size, 'the checkpoint of a batch has the size of its tip');
    demand(body.ok && body.value.root === rootOf(tip), 'the checkpoint of a batch has the root of its tip');
    return { head: { ...head, tip, checkpoint }, milestones };
  });
}

function growTip(from: Tip, entries: readonly NewEntry[]): { tip: Tip; milestones: readonly Tip[] } {
  const milestones: Tip[] = [];
  let tip = from;
  for (const { sequence, entry } of entries) {
    const leaf = readLeaf(entry.leaf);
    demand(
      leaf.ok && leaf.value.sequence === tip.size && sequence === tip.size,
      'entries come in their order',
    );
    tip = grow(tip, [leafHash(entry.leaf)], leaf.ok ? leaf.value.incarnation : 0);
    if (tip.size % MILESTONE === 0) milestones.push(tip);
  }
  return { tip, milestones };
}

/** Each arrival stands at a place of its own, behind everything that has been heard. */
function takePlaces(draft: Draft, batch: Batch): ReadonlyMap<number, number> {
  const taken = new Map<number, number>();
  for (const { key } of batch.entries) {
    const last = taken.get(key.major) ?? draft.places.get(key.major) ?? draft.before.places.get(key.major);
    demand(
      draft.heard === undefined || byArrival(key, draft.heard) > 0,
      'nothing arrives before what was heard',
    );
    demand(last === undefined || key.minor > last, 'no two arrivals stand at one place');
    taken.set(key.major, key.minor);
  }
  demand(
    batch.heard === undefined || draft.heard === undefined || byArrival(batch.heard, draft.heard) >= 0,
    'the heard place never goes back',
  );
  return taken;
}

function rowsOfEntry(entry: NewEntry): readonly Row[] {
  return [
    {
      key: sequenceKey('leaf', entry.feed, entry.sequence),
      value: writeLeafRow(entry.key, entry.entry.leaf),
    },
    { key: sequenceKey('envelope', entry.feed, entry.sequence), value: entry.entry.envelope },
    { key: arrivalKey(entry.key), value: writeArrival(entry) },
  ];
}

function demand(holds: boolean, rule: string): asserts holds {
  if (!holds) throw new Error(`store: ${rule}`);
}
