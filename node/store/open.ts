/**
 * Opens the store, or refuses with a name (LOG-5): locked, of a newer format, damaged. What opens here is an exact
 * prefix of what was written; whether it is *all* that was said is for the guard to tell (LOG-6).
 */
import { Breakage } from '../core/fault.js';
import { type FeedId, feedKey } from '../core/ids.js';
import { readNoteBody } from '../core/log/checkpoint.js';
import type { Tip } from '../core/log/tip.js';
import { rootOf, sameTip } from '../core/log/tree.js';
import type { ArrivalKey, Entry, FeedHead } from '../ports.js';
import { makeDirectory, syncDirectory } from './disk.js';
import { type FeedStore, feedsOver, type Opened } from './feeds.js';
import {
  arrivalKey,
  behind,
  FORMAT,
  feedOf,
  firstOf,
  type Key,
  MILESTONE,
  metaKey,
  readArrivalKey,
  readUint,
  sequenceKey,
  sequenceOf,
  uint,
} from './keys.js';
import { damaged, readArrival, readHead, readLeafRow, readPlace, readTip } from './record.js';
import { breakageOf, type Database, type Rows, rowsOf } from './rows.js';
import { walk } from './walk.js';

export interface OpenOptions {
  /**
   * `full` reads every row and recomputes every root: at a start. `heads` reads heads only and leaves the rest
   * to the stamps, which are checked at each read: for commands that look at one thing.
   */
  readonly verify: 'full' | 'heads';
  /** Whether to make a store where there is none; otherwise STORE_ABSENT. */
  readonly create: boolean;
  /** Directory of the database, whose name is put on disk when it is made; absent for a database in memory. */
  readonly directory?: string;
}

const BEGINNING: Key = new Uint8Array(0);
const END: Key = new Uint8Array([0xff]);

/**
 * @throws Breakage STORE_LOCKED, STORE_ABSENT, STORE_FORMAT, STORE_FAILED; STORE_DAMAGED with the feed or row in
 *   `where` and the first bad sequence in `offered`. The database is closed again.
 */
export async function openFeeds(level: Database, options: OpenOptions): Promise<FeedStore> {
  try {
    if (options.create && options.directory !== undefined) await makeDirectory(options.directory);
    await level.open({ createIfMissing: options.create });
  } catch (cause) {
    throw breakageOf(cause);
  }
  try {
    const rows = rowsOf(level);
    await checkFormat(rows, options);
    const opened = await readBooks(rows);
    for (const head of opened.heads) checkHead(head);
    if (options.verify === 'full') await checkRows(rows, opened);
    return feedsOver(rows, opened);
  } catch (cause) {
    await level.close();
    throw breakageOf(cause);
  }
}

async function checkFormat(rows: Rows, options: OpenOptions): Promise<void> {
  const key = metaKey('format');
  const held = await rows.get(key);
  if (held === undefined) {
    if ((await firstKey(rows, BEGINNING, END)) !== undefined) throw damaged('format');
    if (!options.create) throw new Breakage({ code: 'STORE_ABSENT' });
    await rows.write([{ key, value: uint(FORMAT, 4) }]);
    if (options.directory !== undefined) await syncDirectory(options.directory);
    return;
  }
  const format = readUint(held);
  if (format !== FORMAT) throw new Breakage({ code: 'STORE_FORMAT', held: FORMAT, offered: format });
}

async function readBooks(rows: Rows): Promise<Opened> {
  const heads: FeedHead[] = [];
  for await (const { key, value } of rows.range(firstOf('head'), behind(firstOf('head')))) {
    heads.push({ feed: feedOf(key), ...readHead(value) });
  }
  const heardRow = await rows.get(metaKey('heard'));
  const heard = heardRow && readPlace(heardRow);
  const end = behind(firstOf('arrival'));
  const places: ArrivalKey[] = [];
  const first = heard ? arrivalKey({ major: heard.major, minor: 0 }) : firstOf('arrival');
  for await (const key of rows.keys(first, end)) places.push(readArrivalKey(key));
  const last = places.at(-1) ?? heard;
  return { heads, heard, places, nextMajor: last === undefined ? 0 : last.major + 1 };
}

/** The checkpoint says the same as the tip beside it; whether it is signed is for `log verify`. */
function checkHead({ feed, tip, checkpoint, acknowledged }: FeedHead): void {
  const body = checkpoint && readNoteBody(checkpoint);
  const holds = body?.ok === true && body.value.size === tip.size && body.value.root === rootOf(tip);
  if (!(holds || (tip.size === 0 && checkpoint === undefined)) || acknowledged > tip.size) {
    throw damaged(`head ${feedKey(feed)}`);
  }
}

async function checkRows(rows: Rows, { heads }: Opened): Promise<void> {
  for (const head of heads) await checkFeed(rows, head);
  await checkStrays(rows, heads);
  await checkArrivals(rows, heads);
  for (const kind of ['once', 'receipt', 'evidence'] as const) {
    // Reading is the check: a row whose stamp does not hold throws.
    for await (const _ of rows.range(firstOf(kind), behind(firstOf(kind))));
  }
}

async function checkFeed(rows: Rows, { feed, tip }: FeedHead): Promise<void> {
  const where = feedKey(feed);
  const milestones = new Map<number, Tip>();
  const first = firstOf('tip', feed);
  for await (const { key, value } of rows.range(first, behind(first))) {
    milestones.set(sequenceOf(key), readTip(value));
  }
  const walked = await walk(where, entriesOf(rows, feed, tip.size), (step) => {
    if (step.tip.size % MILESTONE !== 0) return undefined;
    const kept = milestones.get(step.tip.size);
    const same = kept !== undefined && sameTip(kept, step.tip);
    return same ? undefined : { code: 'LEAF_SEQUENCE', offered: step.tip.size - MILESTONE };
  });
  if (!walked.ok) throw damaged(where, walked.fault.offered, new Breakage(walked.fault));
  if (!sameTip(walked.value, tip)) throw damaged(where, tip.size - (tip.size % MILESTONE));
}

/** Leaves and envelopes side by side; a missing row is damage at its sequence. */
async function* entriesOf(rows: Rows, feed: FeedId, size: number): AsyncGenerator<Entry> {
  const range = (kind: 'leaf' | 'envelope') =>
    rows.range(sequenceKey(kind, feed, 0), sequenceKey(kind, feed, size));
  const envelopes = range('envelope');
  let sequence = 0;
  try {
    for await (const leaf of range('leaf')) {
      const envelope = (await envelopes.next()).value;
      const here = envelope !== undefined && sequenceOf(envelope.key) === sequence;
      if (sequenceOf(leaf.key) !== sequence || !here) throw damaged(feedKey(feed), sequence);
      yield { leaf: readLeafRow(leaf.value).leaf, envelope: envelope.value };
      sequence += 1;
    }
  } finally {
    await envelopes.return();
  }
  if (sequence !== size) throw damaged(feedKey(feed), sequence);
}

/** A head that was lost leaves rows that belong to no feed; a head that went back leaves rows behind its size. */
async function checkStrays(rows: Rows, heads: readonly FeedHead[]): Promise<void> {
  const sizes = new Map(heads.map(({ feed, tip }) => [feedKey(feed), tip.size]));
  for (const kind of ['leaf', 'envelope'] as const) {
    for (let at = firstOf(kind); ; ) {
      const next = await firstKey(rows, at, behind(firstOf(kind)));
      if (next === undefined) break;
      const feed = feedOf(next);
      const size = sizes.get(feedKey(feed));
      const end = behind(firstOf(kind, feed));
      const stray = size === undefined ? next : await firstKey(rows, sequenceKey(kind, feed, size), end);
      if (stray !== undefined) throw damaged(feedKey(feed), sequenceOf(stray));
      at = end;
    }
  }
}

async function firstKey(rows: Rows, first: Key, end: Key): Promise<Key | undefined> {
  for await (const key of rows.keys(first, end, 1)) return key;
  return undefined;
}

/** Every entry arrived exactly once, and those of one feed in their order (DESIGN §4). */
async function checkArrivals(rows: Rows, heads: readonly FeedHead[]): Promise<void> {
  const next = new Map(heads.map(({ feed }) => [feedKey(feed), 0]));
  for await (const { key, value } of rows.range(firstOf('arrival'), behind(firstOf('arrival')))) {
    const arrival = readArrival(readArrivalKey(key), value);
    const feed = feedKey(arrival.feed);
    const expected = next.get(feed);
    if (expected !== arrival.sequence) throw damaged(`arrivals of ${feed}`, expected);
    next.set(feed, expected + 1);
  }
  const short = heads.find(({ feed, tip }) => next.get(feedKey(feed)) !== tip.size);
  if (short) throw damaged(`arrivals of ${feedKey(short.feed)}`, next.get(feedKey(short.feed)));
}
