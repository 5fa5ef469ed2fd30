/**
 * A store is made from what is left of a damaged one (LOG-5): of each feed the longest beginning of which every entry
 * is as it was written, and of all else what still carries its stamp.
 *
 * What lies behind the first bad entry of a feed is not kept: its place in the tree would hang in the air. Its author
 * or its reader has it, and gives it back after the start (LOG-6, R9). What we had signed of that feed, size and root,
 * is handed on, so that what comes back can be held to it. Write-once keys are not copied but read again from the own
 * words that are kept: a key without its ballot would stop the node at the next one (R1), and nobody has that ballot.
 */
import type { Hash } from '../core/bytes.js';
import { Breakage } from '../core/fault.js';
import type { BallotId, FeedId, NodeId } from '../core/ids.js';
import { feedKey } from '../core/ids.js';
import { readEntry } from '../core/log/chain.js';
import { readNoteBody } from '../core/log/checkpoint.js';
import { readLeaf } from '../core/log/leaf.js';
import { EMPTY_TIP, type Tip } from '../core/log/tip.js';
import { grow, leafHash, rootOf } from '../core/log/tree.js';
import type { Arrival, ArrivalKey, Entry, FeedHead, Place } from '../ports.js';
import {
  arrivalKey,
  behind,
  byArrival,
  FORMAT,
  feedOf,
  firstOf,
  headKey,
  type Key,
  kindOf,
  MILESTONE,
  metaKey,
  onceKey,
  sequenceKey,
  sequenceOf,
  type Tally,
  uint,
} from './keys.js';
import { rowsInFiles, type UnreadPlace } from './level-rows.js';
import {
  nativeSha256,
  readArrival,
  readHead,
  readLeafRow,
  readStanding,
  unstamp,
  writeArrival,
  writeBallot,
  writeHead,
  writeLeafRow,
  writeStanding,
  writeTip,
} from './record.js';
import type { RepairedFeed, SignedMark } from './repair-record.js';
import type { Row, Rows } from './rows.js';

/** What only the holder of the keys can do. */
export interface SalvageKeys {
  readonly node: NodeId;
  /** A note of ours over the beginning of a feed; of another's feed it says no more than that we hold so much. */
  note(feed: FeedId, origin: string, size: number, root: Hash): Uint8Array;
  /** An own entry opened again, for the record at rest; `undefined` where it cannot be. */
  reopen(entry: Entry, place: Place): Promise<Uint8Array | undefined>;
  /** The write-once key of an own ballot in a record at rest. */
  ballotIn(rest: Uint8Array): Promise<{ readonly key: string; readonly ballot: BallotId } | undefined>;
}

/** What was saved. */
export interface Salvaged {
  /** Size of each feed that is in the new store. */
  readonly kept: ReadonlyMap<string, number>;
  /** Feeds that lost something, by feed key. */
  readonly lost: ReadonlyMap<string, RepairedFeed>;
  readonly unread: readonly UnreadPlace[];
}

/** So many rows go into one batch. */
const BATCH_ROWS = 256;

/**
 * @param directory of the damaged database; it is only read.
 * @param scratch a database for rows on their way: empty, or with the rows of a backup, which count where the damaged
 *   database has none.
 * @param target an empty database that becomes the store; it is none before the last row is in it.
 * @param known marks that somebody else remembers: the guard, an earlier repair.
 * @throws Breakage STORE_FULL, STORE_FAILED, STORE_UNUSABLE; CHECKPOINT_ROOT where backup and store are not of one history
 */
export async function salvage(
  directory: string,
  scratch: Rows,
  target: Rows,
  known: Iterable<SignedMark>,
  keys: SalvageKeys,
): Promise<Salvaged> {
  const unread: UnreadPlace[] = [];
  const found = await gather(directory, scratch, (place) => unread.push(place));
  const marks = greatest([...known, ...found.marks]);
  const out = writer(target);
  const sizes = new Map<string, number>();
  const lost = new Map<string, RepairedFeed>();
  const once = new Map<string, BallotId>();
  const tally: Record<keyof Tally, number> = { arrival: 0, once: 0, receipt: 0, evidence: 0 };
  /** The last place that is kept of those that were heard: a life begins right behind it. */
  let heard: ArrivalKey | undefined;

  for (const feed of await feedsIn(scratch, marks.values())) {
    const where = feedKey(feed);
    const isOurs = feed.author === keys.node;
    const mark = marks.get(where);
    const origin = mark?.note && originOf(mark.note);
    const noteAt = ({ tip }: WholeEntry): Uint8Array | undefined => {
      const note = found.notes.get(where)?.get(tip.size);
      if (note === undefined) return undefined;
      // Entries of two histories, one from before a restore and one from after it, would make a third.
      if (!saysRoot(note, rootOf(tip)))
        throw new Breakage({ code: 'CHECKPOINT_ROOT', where, offered: tip.size });
      return note;
    };
    let last: WholeEntry | undefined;
    const keep = async (one: WholeEntry): Promise<void> => {
      for (const row of rowsOf(feed, one)) await out.write(row);
      last = one;
      tally.arrival += 1;
      const { key, content } = one.arrival;
      // Own words are heard as they are written: nothing up to them may be heard, and answered, again.
      const wasHeard = isOurs || (found.heard !== undefined && byArrival(key, found.heard) <= 0);
      if (wasHeard && (heard === undefined || byArrival(key, heard) > 0)) heard = key;
      if (!isOurs) return;
      const ballot = 'rest' in content ? await keys.ballotIn(content.rest) : undefined;
      if (ballot !== undefined && !once.has(ballot.key)) once.set(ballot.key, ballot.ballot);
    };
    let next: WholeEntry | undefined;
    // Of another's feed without any signed note nothing is proven, and nobody would know under which origin it is kept.
    if (isOurs || origin !== undefined)
      for await (const one of wholeEntries(scratch, feed, keys)) {
        if (next !== undefined) await keep(next);
        noteAt(one);
        next = one;
      }
    const known = Math.max(mark?.size ?? 0, next?.tip.size ?? 0);
    // Where the author's note over all of it is gone, one entry is left for the author to say again, with a new note.
    const isSettled = next !== undefined && (isOurs || known > next.tip.size || noteAt(next) !== undefined);
    if (next !== undefined && isSettled) await keep(next);
    const kept = last as WholeEntry | undefined;
    const size = kept?.tip.size ?? 0;
    if (known > size) {
      const furthest = mark !== undefined && mark.size === known ? mark.root : rootOf(next?.tip ?? EMPTY_TIP);
      lost.set(where, {
        feed,
        kept: size,
        size: known,
        root: furthest,
        note: mark?.note,
        returned: undefined,
      });
    }
    if (kept === undefined) continue;
    sizes.set(where, size);
    const { tip } = kept;
    const checkpoint = noteAt(kept) ?? keys.note(feed, origin ?? '', size, rootOf(tip));
    const acknowledged = await copyReceipts(scratch, out, feed, size, tally);
    const head: FeedHead = { feed, tip, checkpoint, acknowledged };
    await out.write({ key: headKey(feed), value: writeHead(head) });
  }
  for (const [key, ballot] of once) await out.write({ key: onceKey(key), value: writeBallot(ballot) });
  tally.once = once.size;
  for await (const row of scratch.range(firstOf('evidence'), behind(firstOf('evidence')))) {
    await out.write(row);
    tally.evidence += 1;
  }
  await out.write({ key: metaKey('books'), value: writeStanding({ heard, tally }) });
  await out.flush();
  // Last: rows without a format are no store, so an interrupted repair is none either.
  await target.write([{ key: metaKey('format'), value: uint(FORMAT, 4) }]);
  return { kept: sizes, lost, unread };
}

/** What is read on the way, and stays in memory. */
interface Gathered {
  readonly marks: readonly SignedMark[];
  /** Every signed note that is still there, by feed key and size. */
  readonly notes: ReadonlyMap<string, ReadonlyMap<number, Uint8Array>>;
  readonly heard: ArrivalKey | undefined;
}

/** Puts every row whose stamp holds into the scratch database; of heads and books the newest counts. */
async function gather(
  directory: string,
  scratch: Rows,
  unread: (place: UnreadPlace) => void,
): Promise<Gathered> {
  const out = writer(scratch);
  const marks: SignedMark[] = [];
  const notes = new Map<string, Map<number, Uint8Array>>();
  const notice = (feed: FeedId, value: Uint8Array): void => {
    const { tip, checkpoint } = readHead(value);
    if (checkpoint === undefined) return;
    const note = new Uint8Array(checkpoint);
    marks.push({ feed, size: tip.size, root: rootOf(tip), note });
    const ofFeed = notes.get(feedKey(feed)) ?? new Map<number, Uint8Array>();
    notes.set(feedKey(feed), ofFeed.set(tip.size, note));
  };
  for await (const { key, value } of scratch.range(firstOf('head'), behind(firstOf('head'))))
    notice(feedOf(key), value);
  let books: { readonly version: number; readonly heard: ArrivalKey | undefined } | undefined;
  for await (const { key, value: stampedValue, version } of rowsInFiles(directory, unread)) {
    const value = whole(key, stampedValue);
    if (value === undefined) continue;
    switch (kindOf(key)) {
      case 'head':
        notice(feedOf(key), value);
        break;
      case 'meta':
        if (sameKey(key, metaKey('books')) && version >= (books?.version ?? 0))
          books = { version, heard: readStanding(value).heard };
        break;
      case 'leaf':
      case 'envelope':
      case 'arrival':
      case 'receipt':
      case 'evidence':
        await out.write({ key, value });
        break;
      default:
        // Tips follow from leaves, keys from ballots.
        break;
    }
  }
  await out.flush();
  return { marks, notes, heard: books?.heard };
}

function whole(key: Key, stampedValue: Uint8Array): Uint8Array | undefined {
  try {
    return unstamp(key, stampedValue);
  } catch {
    return undefined;
  }
}

function sameKey(left: Key, right: Key): boolean {
  return Buffer.from(left).equals(right);
}

/** The one for the most entries of each feed; of two, one with a note. */
function greatest(marks: Iterable<SignedMark>): ReadonlyMap<string, SignedMark> {
  const most = new Map<string, SignedMark>();
  for (const mark of marks) {
    const before = most.get(feedKey(mark.feed));
    const isMore = before === undefined || mark.size > before.size;
    if (isMore || (mark.size === before.size && before.note === undefined))
      // A mark of the guard has no note; an older note still says under which origin the feed is kept.
      most.set(feedKey(mark.feed), { ...mark, note: mark.note ?? before?.note });
    else if (before.note === undefined && mark.note !== undefined)
      most.set(feedKey(mark.feed), { ...before, note: mark.note });
  }
  return most;
}

/** All feeds of which anything is left, or known. */
async function feedsIn(scratch: Rows, marks: Iterable<SignedMark>): Promise<readonly FeedId[]> {
  const feeds = new Map<string, FeedId>();
  for (const { feed } of marks) feeds.set(feedKey(feed), feed);
  for (let at = firstOf('leaf'); ; ) {
    let next: Key | undefined;
    for await (const key of scratch.keys(at, behind(firstOf('leaf')), 1)) next = key;
    if (next === undefined) break;
    const feed = feedOf(next);
    feeds.set(feedKey(feed), feed);
    at = behind(firstOf('leaf', feed));
  }
  return [...feeds.values()];
}

interface WholeEntry extends Entry {
  readonly arrival: Arrival;
  /** Of the feed, this entry included. */
  readonly tip: Tip;
}

/** Entries from the first on, as long as leaf, envelope and arrival are there and agree. */
async function* wholeEntries(scratch: Rows, feed: FeedId, keys: SalvageKeys): AsyncGenerator<WholeEntry> {
  let tip = EMPTY_TIP;
  for await (const { key, value } of scratch.range(firstOf('leaf', feed), behind(firstOf('leaf', feed)))) {
    const sequence = tip.size;
    if (sequenceOf(key) !== sequence) return;
    const envelope = await scratch.get(sequenceKey('envelope', feed, sequence));
    if (envelope === undefined) return;
    const { place, leaf } = readLeafRow(value);
    const read = readEntry({ leaf, envelope }, feedKey(feed), sequence, nativeSha256);
    if (!read.ok || read.value.incarnation < tip.incarnation) return;
    const there = await scratch.get(arrivalKey(place));
    const arrival =
      there === undefined
        ? await heardAgain({ leaf, envelope }, feed, place, keys)
        : arrivalOf(there, place, feed, sequence);
    if (arrival === undefined) return;
    tip = grow(tip, [leafHash(leaf)], read.value.incarnation);
    yield { leaf, envelope, arrival, tip };
  }
}

/** @returns `undefined` where another entry stands at this place. */
function arrivalOf(
  value: Uint8Array,
  place: ArrivalKey,
  feed: FeedId,
  sequence: number,
): Arrival | undefined {
  const arrival = readArrival(place, value);
  return feedKey(arrival.feed) === feedKey(feed) && arrival.sequence === sequence ? arrival : undefined;
}

/** Own words arrived when they were said, so their arrival can be written again. */
async function heardAgain(
  entry: Entry,
  feed: FeedId,
  key: ArrivalKey,
  keys: SalvageKeys,
): Promise<Arrival | undefined> {
  const leaf = readLeaf(entry.leaf);
  if (!leaf.ok || feed.author !== keys.node) return undefined;
  const { sequence, incarnation, at, statement } = leaf.value;
  const rest = await keys.reopen(entry, { feed, sequence, incarnation, at });
  return rest && { key, feed, sequence, statement, at, content: { rest } };
}

function rowsOf(feed: FeedId, { leaf, envelope, arrival, tip }: WholeEntry): readonly Row[] {
  const sequence = tip.size - 1;
  const entry: readonly Row[] = [
    { key: sequenceKey('leaf', feed, sequence), value: writeLeafRow(arrival.key, leaf) },
    { key: sequenceKey('envelope', feed, sequence), value: envelope },
    { key: arrivalKey(arrival.key), value: writeArrival(arrival) },
  ];
  if (tip.size % MILESTONE !== 0) return entry;
  return [...entry, { key: sequenceKey('tip', feed, tip.size), value: writeTip(tip) }];
}

async function copyReceipts(
  scratch: Rows,
  out: Writer,
  feed: FeedId,
  size: number,
  tally: { receipt: number },
): Promise<number> {
  let acknowledged = 0;
  for await (const row of scratch.range(firstOf('receipt', feed), sequenceKey('receipt', feed, size + 1))) {
    await out.write(row);
    tally.receipt += 1;
    acknowledged = sequenceOf(row.key);
  }
  return acknowledged;
}

function originOf(note: Uint8Array): string | undefined {
  const body = readNoteBody(note);
  return body.ok ? body.value.origin : undefined;
}

function saysRoot(note: Uint8Array, root: Hash): boolean {
  const body = readNoteBody(note);
  return body.ok && body.value.root === root;
}

interface Writer {
  write(row: Row): Promise<void>;
  flush(): Promise<void>;
}

function writer(rows: Rows): Writer {
  let waiting: Row[] = [];
  const flush = async (): Promise<void> => {
    if (waiting.length > 0) await rows.write(waiting);
    waiting = [];
  };
  return {
    flush,
    async write(row) {
      waiting.push({ key: new Uint8Array(row.key), value: new Uint8Array(row.value) });
      if (waiting.length >= BATCH_ROWS) await flush();
    },
  };
}
