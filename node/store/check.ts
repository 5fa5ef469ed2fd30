/**
 * The full check of a store (LOG-5): every row is read, every root recomputed. What passes is an exact prefix of
 * what was written; what does not is named by feed and first bad sequence.
 */
import { Breakage } from '../core/fault.js';
import { type FeedId, feedKey } from '../core/ids.js';
import type { Tip } from '../core/log/tip.js';
import { sameTip } from '../core/log/tree.js';
import type { Entry, FeedHead } from '../ports.js';
import {
  behind,
  COUNTED,
  feedOf,
  firstOf,
  isKnown,
  type Key,
  type Kind,
  MILESTONE,
  readArrivalKey,
  sequenceKey,
  sequenceOf,
  type Tally,
} from './keys.js';
import { damaged, readArrival, readLeafRow, readTip } from './record.js';
import type { Rows } from './rows.js';
import { walk } from './walk.js';

const BEGINNING: Key = new Uint8Array(0);
const END: Key = new Uint8Array([0xff]);

/** The first key of all, if there is one. */
export function anyKey(rows: Rows): Promise<Key | undefined> {
  return firstKey(rows, BEGINNING, END);
}

/** @throws Breakage STORE_DAMAGED */
export async function checkRows(
  rows: Rows,
  { heads, tally }: { readonly heads: readonly FeedHead[]; readonly tally: Tally },
): Promise<void> {
  await checkKinds(rows);
  for (const head of heads) await checkFeed(rows, head);
  await checkStrays(rows, heads);
  await checkArrivals(rows, heads);
  // A feed that went back as a whole agrees with itself, and nothing else would miss a receipt, a key or a proof.
  const entries = heads.reduce((sum, { tip }) => sum + tip.size, 0);
  for (const kind of COUNTED) {
    const count = kind === 'arrival' ? entries : await countRows(rows, kind);
    if (count !== tally[kind]) throw damaged(`tally of ${kind}`, count);
  }
}

/** Reading is a check as well: a row whose stamp does not hold throws. */
async function countRows(rows: Rows, kind: Kind): Promise<number> {
  let count = 0;
  for await (const _ of rows.range(firstOf(kind), behind(firstOf(kind)))) count += 1;
  return count;
}

async function checkFeed(rows: Rows, { feed, tip, acknowledged }: FeedHead): Promise<void> {
  const where = feedKey(feed);
  const proof = acknowledged > 0 ? await rows.get(sequenceKey('receipt', feed, acknowledged)) : undefined;
  if (acknowledged > 0 && proof === undefined) throw damaged(`receipt ${where}`, acknowledged);
  const behindIt = sequenceKey('receipt', feed, acknowledged + 1);
  const later = await firstKey(rows, behindIt, behind(firstOf('receipt', feed)));
  if (later !== undefined) throw damaged(`receipt ${where}`, sequenceOf(later));
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

/** A flipped bit in a key makes a row that nobody would ever read. */
async function checkKinds(rows: Rows): Promise<void> {
  for (let at = BEGINNING; ; ) {
    const next = await firstKey(rows, at, END);
    if (next === undefined) return;
    if (!isKnown(next)) throw damaged('unknown row');
    // Kinds are looked at once each, the few names among the first kind one by one.
    at = next[0] === firstOf('meta')[0] ? Uint8Array.of(...next, 0) : behind(next.subarray(0, 1));
  }
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
