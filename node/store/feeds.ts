/**
 * The {@link Feeds} port over rows: what a node has said and heard, for ever. Opening and checking is `open.ts`.
 */
import type { Hash } from '../core/bytes.js';
import type { BallotId, FeedId } from '../core/ids.js';
import { feedKey } from '../core/ids.js';
import { LIMITS } from '../core/limits.js';
import { readLeaf } from '../core/log/leaf.js';
import { EMPTY_TIP, type Tip } from '../core/log/tip.js';
import { grow, leafHash } from '../core/log/tree.js';
import type { Arrival, ArrivalKey, Entry, FeedHead, Feeds, Receipt, Stretch } from '../ports.js';
import { commitsOf } from './commit.js';
import {
  arrivalKey,
  behind,
  feedOf,
  firstOf,
  MILESTONE,
  onceKey,
  readArrivalKey,
  sequenceKey,
  sequenceOf,
  type Tally,
} from './keys.js';
import { type Draft, evidenceRow, headIn, layBatch, layEvidence, layReceipt, tallyOf } from './ledger.js';
import { damaged, readArrival, readBallot, readLeafRow, readNotes, readReceipt, readTip } from './record.js';
import type { Row, Rows } from './rows.js';
import { cursorsOf } from './unheard.js';

/** Notes about one feed that contradict each other. */
export interface Evidence {
  readonly feed: FeedId;
  readonly notes: readonly Uint8Array[];
}

/** The port, and what the rest of this room and `log` commands need beside it. */
export interface FeedStore extends Feeds {
  /** Place of the last arrival that was heard: the fold of `arrivals()` up to here is the state. */
  heard(): ArrivalKey | undefined;
  /** Tip of the first `size` entries. @throws RangeError beyond the feed; Breakage STORE_DAMAGED */
  tipAt(feed: FeedId, size: number): Promise<Tip>;
  /** Leaves `from … to − 1` in order; `to` defaults to the size of the feed. @throws Breakage STORE_DAMAGED */
  leaves(feed: FeedId, from?: number, to?: number): AsyncIterable<Uint8Array>;
  /** Ballot under a write-once key (R1). */
  once(key: string): Promise<BallotId | undefined>;
  /** Every row, all of one moment, in the order of the keys: for backups. @throws Breakage STORE_DAMAGED */
  rows(): AsyncIterable<Row>;
  /** Everything that {@link Feeds.keepEvidence} ever kept, by feed; at most `evidenceEntries` of each. */
  evidence(): AsyncIterable<Evidence>;
}

/** What opening has read: the state of the store that lives in memory. */
export interface Opened {
  readonly heads: readonly FeedHead[];
  readonly heard: ArrivalKey | undefined;
  /** Keys of all arrivals from the heard major place on, in order. */
  readonly places: readonly ArrivalKey[];
  readonly nextMajor: number;
  readonly tally: Tally;
}

/** So many arrivals, or so many bytes of them, are read ahead of the one who hears them. */
const CHUNK_ARRIVALS = 64;
const CHUNK_BYTES = 4 << 20;

/** Kinds are lower-case letters. */
const EVERYTHING = { first: Uint8Array.of(0), end: Uint8Array.of(255) } as const;

/** The store over rows that have been opened and checked; {@link Feeds.close} closes the rows. */
export function feedsOver(rows: Rows, opened: Opened): FeedStore {
  const heads = new Map(opened.heads.map((head) => [feedKey(head.feed), head]));
  const places = new Map(opened.places.map(({ major, minor }) => [major, minor]));
  let heard = opened.heard;
  let nextMajor = opened.nextMajor;
  let tally = opened.tally;
  let order = [...heads.keys()].sort();
  let closing: Promise<void> | undefined;
  /** Tip behind the last stretch that was read of each feed: the next one usually begins there. */
  const readTips = new Map<string, Tip>();

  const commits = commitsOf(
    rows,
    () => ({ heads, heard, places, tally }),
    (draft: Draft) => {
      const known = heads.size;
      tally = tallyOf(draft);
      for (const [key, head] of draft.heads) heads.set(key, head);
      if (heads.size !== known) order = [...heads.keys()].sort();
      for (const [major, minor] of draft.places) places.set(major, minor);
      if (draft.heard !== heard) {
        heard = draft.heard;
        for (const major of places.keys()) if (major < (heard?.major ?? 0)) places.delete(major);
      }
      cursors.committed(draft.arrivals);
    },
  );

  const cursors = cursorsOf(async (after) => {
    alive();
    const arrivals: Arrival[] = [];
    let bytes = 0;
    for await (const row of rows.range(firstBehind(after), behind(firstOf('arrival')), CHUNK_ARRIVALS)) {
      arrivals.push(readArrival(readArrivalKey(row.key), row.value));
      bytes += row.value.length;
      if (bytes > CHUNK_BYTES) return { arrivals, all: false };
    }
    return { arrivals, all: arrivals.length < CHUNK_ARRIVALS };
  });

  function alive(): void {
    const broken = commits.broken();
    if (broken) throw broken;
    if (closing !== undefined) throw new Error('store: closed');
  }

  function head(feed: FeedId): FeedHead {
    alive();
    return headIn({ heads }, feed);
  }

  async function* leaves(feed: FeedId, from = 0, to = head(feed).tip.size): AsyncGenerator<Uint8Array> {
    let expected = from;
    for await (const { key, value } of sequenceRange('leaf', feed, from, to)) {
      if (sequenceOf(key) !== expected) throw damaged(feedKey(feed), expected);
      expected += 1;
      yield readLeafRow(value).leaf;
    }
    if (expected < to) throw damaged(feedKey(feed), expected);
  }

  function sequenceRange(kind: 'leaf' | 'envelope', feed: FeedId, from: number, to: number) {
    alive();
    return rows.range(sequenceKey(kind, feed, from), sequenceKey(kind, feed, Math.max(from, to)));
  }

  async function tipAt(feed: FeedId, size: number): Promise<Tip> {
    const { tip } = head(feed);
    if (!(Number.isSafeInteger(size) && size >= 0 && size <= tip.size)) {
      throw new RangeError(`store: the feed has no size ${size}`);
    }
    if (size === tip.size) return tip;
    const known = readTips.get(feedKey(feed));
    const milestone = size - (size % MILESTONE);
    const start =
      known && known.size <= size && known.size >= milestone ? known : await milestoneTip(feed, milestone);
    return growOver(start, leaves(feed, start.size, size));
  }

  async function milestoneTip(feed: FeedId, size: number): Promise<Tip> {
    if (size === 0) return EMPTY_TIP;
    const value = await rows.get(sequenceKey('tip', feed, size));
    if (value === undefined) throw damaged(feedKey(feed), size - MILESTONE);
    return readTip(value);
  }

  async function read(
    feed: FeedId,
    from: number,
    most: { readonly entries: number; readonly bytes: number },
  ): Promise<Stretch> {
    const { tip } = head(feed);
    if (from >= tip.size) return { from, entries: [], tip };
    const before = await tipAt(feed, from);
    const to = Math.min(tip.size, from + Math.max(1, most.entries));
    const envelopes = sequenceRange('envelope', feed, from, to);
    const entries: Entry[] = [];
    let bytes = 0;
    try {
      for await (const leaf of leaves(feed, from, to)) {
        const next = await envelopes.next();
        if (next.done || sequenceOf(next.value.key) !== from + entries.length) {
          throw damaged(feedKey(feed), from + entries.length);
        }
        bytes += leaf.length + next.value.value.length;
        if (entries.length > 0 && bytes > most.bytes) break;
        entries.push({ leaf, envelope: next.value.value });
      }
    } finally {
      await envelopes.return();
    }
    const end = from + entries.length;
    const after =
      end === tip.size
        ? tip
        : await growOver(
            before,
            entries.map(({ leaf }) => leaf),
          );
    readTips.set(feedKey(feed), after);
    return { from, entries, tip: after };
  }

  async function evidenceCount(feed: FeedId): Promise<number> {
    const first = firstOf('evidence', feed);
    let count = 0;
    for await (const _ of rows.keys(first, behind(first), LIMITS.evidenceEntries.most)) count += 1;
    return count;
  }

  return {
    heads() {
      alive();
      return order.map((key) => heads.get(key) as FeedHead);
    },
    head,
    nextMajor() {
      alive();
      return nextMajor;
    },
    heard() {
      alive();
      return heard;
    },
    async write(batch) {
      alive();
      // Places are given out before the disk has the batch, so that the next caller takes the next one.
      for (const { key } of batch.entries) nextMajor = Math.max(nextMajor, key.major + 1);
      await commits.submit({
        bytes: batch.entries.reduce((sum, { entry }) => sum + 2 * entry.envelope.length + 1024, 0),
        reads: batch.once.map(({ key }) => onceKey(key)),
        lay: (draft) => layBatch(draft, batch),
      });
    },
    async arrival(feed, sequence) {
      if (!(sequence >= 0 && sequence < head(feed).tip.size)) return undefined;
      const leaf = await rows.get(sequenceKey('leaf', feed, sequence));
      if (leaf === undefined) throw damaged(feedKey(feed), sequence);
      const { place } = readLeafRow(leaf);
      const value = await rows.get(arrivalKey(place));
      if (value === undefined) throw damaged(`arrivals of ${feedKey(feed)}`, sequence);
      return readArrival(place, value);
    },
    async *arrivals() {
      alive();
      for await (const { key, value } of rows.range(firstOf('arrival'), behind(firstOf('arrival')))) {
        yield readArrival(readArrivalKey(key), value);
      }
    },
    rows() {
      alive();
      return rows.range(EVERYTHING.first, EVERYTHING.end);
    },
    unheard: () => cursors.read(heard),
    read,
    tipAt,
    leaves,
    async acknowledge(feed, receipt) {
      alive();
      await commits.submit({
        bytes: receipt.note.length,
        reads: [sequenceKey('receipt', feed, receipt.size)],
        lay: (draft) => layReceipt(draft, feed, receipt),
      });
    },
    async *receipts(feed): AsyncGenerator<Receipt> {
      alive();
      const first = firstOf('receipt', feed);
      for await (const { key, value } of rows.range(first, behind(first))) {
        yield readReceipt(sequenceOf(key), value);
      }
    },
    async keepEvidence(feed, notes) {
      alive();
      if ((await evidenceCount(feed)) >= LIMITS.evidenceEntries.most) return;
      const row = evidenceRow(feed, notes);
      await commits.submit({
        bytes: row.value.length,
        reads: [row.key],
        lay: (draft) => layEvidence(draft, row),
      });
    },
    async *evidence() {
      alive();
      for await (const { key, value } of rows.range(firstOf('evidence'), behind(firstOf('evidence')))) {
        yield { feed: feedOf(key), notes: readNotes(value) };
      }
    },
    async once(key) {
      alive();
      const value = await rows.get(onceKey(key));
      return value && readBallot(value);
    },
    close() {
      closing ??= commits.idle().then(() => rows.close());
      return closing;
    },
  };
}

function firstBehind(after: ArrivalKey | undefined): Row['key'] {
  return after === undefined
    ? firstOf('arrival')
    : arrivalKey({ major: after.major, minor: after.minor + 1 });
}

async function growOver(start: Tip, leaves: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Tip> {
  const hashes: Hash[] = [];
  let incarnation = start.incarnation;
  for await (const bytes of leaves) {
    const leaf = readLeaf(bytes);
    if (leaf.ok) incarnation = leaf.value.incarnation;
    hashes.push(leafHash(bytes));
  }
  return grow(start, hashes, incarnation);
}
