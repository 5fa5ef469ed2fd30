/**
 * The layout of the store, on one page. One database for all feeds: a prefix per kind, then the feed, then a
 * big-endian sequence, so that each range below is read in one go and in order.
 *
 * | key                              | value                                                        | kept   |
 * |----------------------------------|--------------------------------------------------------------|--------|
 * | `m` name                         | `format`: number; `books`: arrival key of the heard place, tally | –   |
 * | `h` feed                         | head: acknowledged size, tip, checkpoint                      | –      |
 * | `l` feed sequence                | arrival key; leaf, canonical JSON (LOG-2)                     | ever   |
 * | `e` feed sequence                | envelope, byte for byte (ENV-1)                               | ever   |
 * | `t` feed size                    | tip at each multiple of {@link MILESTONE}                     | ever   |
 * | `a` major minor                  | arrival: feed, sequence, instant, statement, content at rest  | ever   |
 * | `o` text of the write-once key   | ballot id (R1)                                                | ever   |
 * | `r` feed size                    | receipt: root, instant, note (LOG-3)                          | ever   |
 * | `v` feed digest                  | notes that contradict each other (LOG-7)                      | ever   |
 *
 * feed = 20 bytes of author, 20 bytes of recipient; sequence, size and major = 6 bytes; minor = 4 bytes. Every
 * value carries a stamp (`record.ts`). A change of anything on this page is a new {@link FORMAT}.
 */
import { bytesOf, hexOf, sameBytes, utf8 } from '../core/bytes.js';
import { type FeedId, feedKey, type NodeId } from '../core/ids.js';
import type { ArrivalKey } from '../ports.js';

/** Number of this layout; a store with another one is refused (STORE_FORMAT). */
export const FORMAT = 2;

/** A tip is kept at each multiple of this size, so that the tip at any size is at most this many leaves away. */
export const MILESTONE = 256;

const KINDS = {
  meta: 'm',
  head: 'h',
  leaf: 'l',
  envelope: 'e',
  tip: 't',
  arrival: 'a',
  once: 'o',
  receipt: 'r',
  evidence: 'v',
} as const;

/** Kinds of rows, one for each line of the table above. */
export type Kind = keyof typeof KINDS;

/** Kinds whose rows are kept for ever and that no head counts: what is gone of them would not be missed. */
export const COUNTED = ['arrival', 'once', 'receipt', 'evidence'] as const;

/** How many rows of each counted kind were ever written. */
export type Tally = Readonly<Record<(typeof COUNTED)[number], number>>;

/** Key of a row; never changed in place. */
export type Key = Uint8Array;

const FEED_BYTES = 40;
const SEQUENCE_BYTES = 6;
const MINOR_BYTES = 4;

/** Key of what there is once in a store. */
export function metaKey(name: 'format' | 'books'): Key {
  return join('meta', utf8(name));
}

/** Key of the head of a feed. */
export function headKey(feed: FeedId): Key {
  return join('head', feedBytes(feed));
}

/** Key of what stands at one place of a feed; for `tip` and `receipt` the place is a size. */
export function sequenceKey(
  kind: 'leaf' | 'envelope' | 'tip' | 'receipt',
  feed: FeedId,
  sequence: number,
): Key {
  return join(kind, feedBytes(feed), uint(sequence, SEQUENCE_BYTES));
}

/** Key of an arrival: keys order as places do. */
export function arrivalKey({ major, minor }: ArrivalKey): Key {
  return join('arrival', uint(major, SEQUENCE_BYTES), uint(minor, MINOR_BYTES));
}

/** Key of a write-once key (R1). */
export function onceKey(text: string): Key {
  return join('once', utf8(text));
}

/** @param digest of the notes, 16 bytes: the same evidence is kept once. */
export function evidenceKey(feed: FeedId, digest: Uint8Array): Key {
  return join('evidence', feedBytes(feed), digest);
}

/** First key of a kind, or of one feed within it. */
export function firstOf(kind: Kind, feed?: FeedId): Key {
  return join(kind, feed ? feedBytes(feed) : new Uint8Array(0));
}

/** The key behind every key that begins like this one. */
export function behind(prefix: Key): Key {
  const end = new Uint8Array(prefix);
  // Node ids may end in ff: the carry goes on to the left; the kind, an ASCII letter, stops it.
  for (let at = end.length - 1; at >= 0; at -= 1) {
    const byte = end[at] ?? 0;
    end[at] = (byte + 1) & 255;
    if (byte < 255) return end;
  }
  return end;
}

/** `readFeed(feedBytes(a)) = a`. */
export function feedBytes(feed: FeedId): Uint8Array {
  const bytes = new Uint8Array(FEED_BYTES);
  bytes.set(nodeBytes(feed.author));
  bytes.set(nodeBytes(feed.recipient), FEED_BYTES / 2);
  return bytes;
}

/** Every key of an entry begins with the same few nodes; there are as many as this process has met. */
const known = new Map<NodeId, Uint8Array>();

function nodeBytes(node: NodeId): Uint8Array {
  const bytes = known.get(node) ?? bytesOf(node);
  known.set(node, bytes);
  return bytes;
}

/** Inverse of {@link feedBytes}; reads the first 40 bytes. */
export function readFeed(bytes: Uint8Array): FeedId {
  const half = FEED_BYTES / 2;
  return {
    author: hexOf(bytes.subarray(0, half)) as NodeId,
    recipient: hexOf(bytes.subarray(half, FEED_BYTES)) as NodeId,
  };
}

/** The feed of a key that has one. */
export function feedOf(key: Key): FeedId {
  return readFeed(key.subarray(1, 1 + FEED_BYTES));
}

/** Sequence, or size, at the end of a key of {@link sequenceKey}. */
export function sequenceOf(key: Key): number {
  return readUint(key.subarray(1 + FEED_BYTES, 1 + FEED_BYTES + SEQUENCE_BYTES));
}

/** Inverse of {@link arrivalKey}. */
export function readArrivalKey(key: Key): ArrivalKey {
  return {
    major: readUint(key.subarray(1, 1 + SEQUENCE_BYTES)),
    minor: readUint(key.subarray(1 + SEQUENCE_BYTES, 1 + SEQUENCE_BYTES + MINOR_BYTES)),
  };
}

/** Order of arrival keys: major, then minor. */
export function byArrival(left: ArrivalKey, right: ArrivalKey): number {
  return left.major - right.major || left.minor - right.minor;
}

/** Whether a row with this key can be ours. */
export function isKnown(key: Key): boolean {
  const kind = kindOf(key);
  if (kind !== 'meta') return kind !== undefined;
  return [metaKey('format'), metaKey('books')].some((known) => sameBytes(known, key));
}

/** The kind of row that a key is of; absent for a key that is not ours. */
export function kindOf(key: Key): Kind | undefined {
  const letter = String.fromCharCode(key[0] ?? 0);
  return (Object.keys(KINDS) as Kind[]).find((name) => KINDS[name] === letter);
}

/** Which row a key is of, for faults: kind, feed and sequence, never a value. */
export function sayKey(key: Key): { readonly where: string; readonly sequence: number | undefined } {
  const kind = kindOf(key);
  if (kind === undefined) return { where: 'unknown row', sequence: undefined };
  if (kind === 'arrival') return { where: 'arrival', sequence: readArrivalKey(key).major };
  if (kind === 'meta' || kind === 'once') return { where: kind, sequence: undefined };
  const hasSequence = kind !== 'head' && kind !== 'evidence';
  return { where: `${kind} ${feedKey(feedOf(key))}`, sequence: hasSequence ? sequenceOf(key) : undefined };
}

/** Big-endian, `length` ≤ 6 bytes. */
export function uint(value: number, length: number): Uint8Array {
  if (!Number.isSafeInteger(value) || value < 0 || value >= 2 ** (8 * length)) {
    throw new RangeError(`no ${length}-byte number: ${value}`);
  }
  const bytes = new Uint8Array(length);
  for (let at = length - 1, rest = value; at >= 0; at -= 1) {
    bytes[at] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  return bytes;
}

/** Inverse of {@link uint}. */
export function readUint(bytes: Uint8Array): number {
  return bytes.reduce((value, byte) => value * 256 + byte, 0);
}

function join(kind: Kind, ...parts: readonly Uint8Array[]): Key {
  const key = new Uint8Array(1 + parts.reduce((sum, part) => sum + part.length, 0));
  key[0] = KINDS[kind].charCodeAt(0);
  let at = 1;
  for (const part of parts) {
    key.set(part, at);
    at += part.length;
  }
  return key;
}
