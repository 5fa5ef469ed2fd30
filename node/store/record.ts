/**
 * Values of the store as bytes, both ways.
 *
 * LevelDB may return a wrong value without an error (LOG-5). The tree guards leaves and the leaves guard
 * envelopes, but nothing guards arrivals, heads and write-once keys; and a broken tree says *that* a leaf is
 * wrong, not which. So every value carries a stamp: the first bytes of SHA-256 over its key and itself. It
 * finds accidents, not forgers: against those stand checkpoint and guard.
 */
import { hash } from 'node:crypto';
import { bytesOf, type Hash, hexOf, sameBytes, textOf, utf8 } from '../core/bytes.js';
import { canonical } from '../core/canonical.js';
import { Breakage, type Fault, type FaultCode, MEANINGS } from '../core/fault.js';
import type { BallotId } from '../core/ids.js';
import type { Tip } from '../core/log/tip.js';
import { instant } from '../core/time.js';
import type { Arrival, ArrivalKey, FeedHead, Receipt } from '../ports.js';
import { COUNTED, feedBytes, type Key, readFeed, readUint, sayKey, type Tally, uint } from './keys.js';

const STAMP_BYTES = 16;
const HASH_BYTES = 32;

/** SHA-256 by the native library: the store hashes every byte that passes. */
export function nativeSha256(bytes: Uint8Array): Hash {
  return hash('sha256', bytes, 'hex') as Hash;
}

function stampOf(key: Key, value: Uint8Array): Uint8Array {
  // One call over one buffer: for short rows, setting up a hash in steps costs more than hashing.
  return hash('sha256', concat([key, value]), 'buffer').subarray(0, STAMP_BYTES);
}

/** `unstamp(key, stamped(key, a)) = a`. */
export function stamped(key: Key, value: Uint8Array): Uint8Array {
  // The stamp takes the place of the key in front of the value: an envelope is copied once.
  const room = Math.max(STAMP_BYTES, key.length);
  const row = new Uint8Array(room + value.length);
  row.set(key, room - key.length);
  row.set(value, room);
  const stamp = hash('sha256', row.subarray(room - key.length), 'buffer').subarray(0, STAMP_BYTES);
  row.set(stamp, room - STAMP_BYTES);
  return row.subarray(room - STAMP_BYTES);
}

/**
 * The value without its stamp, as a view.
 * @throws Breakage STORE_DAMAGED for another row or other bytes than were written.
 */
export function unstamp(key: Key, row: Uint8Array): Uint8Array {
  const value = new Uint8Array(row.buffer, row.byteOffset, row.byteLength).subarray(STAMP_BYTES);
  if (row.length < STAMP_BYTES || !sameBytes(row.subarray(0, STAMP_BYTES), stampOf(key, value))) {
    const { where, sequence } = sayKey(key);
    throw damaged(where, sequence);
  }
  return value;
}

/** Names the row, or the feed and the first bad sequence (LOG-5). */
export function damaged(where: string, sequence?: number, cause?: unknown): Breakage {
  return new Breakage(
    { code: 'STORE_DAMAGED', where, ...(sequence === undefined ? {} : { offered: sequence }) },
    cause,
  );
}

/** `readTip(writeTip(a)) = a`. */
export function writeTip(tip: Tip): Uint8Array {
  return concat([
    uint(tip.size, 6),
    wide(tip.incarnation),
    uint(tip.range.length, 1),
    ...tip.range.map((root) => bytesOf(root)),
  ]);
}

/** Inverse of {@link writeTip}. @throws Breakage STORE_DAMAGED for a row that is too short, as all readers here */
export function readTip(value: Uint8Array): Tip {
  return takeTip(cursor(value));
}

/** `readHead(writeHead(a)) = a`, without the feed, which is in the key. */
export function writeHead({ acknowledged, tip, checkpoint }: FeedHead): Uint8Array {
  return concat([uint(acknowledged, 6), writeTip(tip), checkpoint ?? new Uint8Array(0)]);
}

/** Inverse of {@link writeHead}. */
export function readHead(value: Uint8Array): Omit<FeedHead, 'feed'> {
  const take = cursor(value);
  const acknowledged = readUint(take(6));
  const tip = takeTip(take);
  const checkpoint = take.rest();
  return { acknowledged, tip, checkpoint: checkpoint.length === 0 ? undefined : checkpoint };
}

const REST = 0;
const FAULT = 1;

/** `readArrival(a.key, writeArrival(a)) = a`. */
export function writeArrival({ feed, sequence, statement, at, content }: Arrival): Uint8Array {
  return concat([
    feedBytes(feed),
    uint(sequence, 6),
    float(at),
    statement === undefined ? uint(0, 1) : concat([uint(1, 1), bytesOf(statement)]),
    'rest' in content
      ? concat([uint(REST, 1), content.rest])
      : concat([uint(FAULT, 1), utf8(canonical({ ...content.fault }))]),
  ]);
}

/** @throws for a fault code that this version does not know; a stamp that held makes that another format. */
export function readArrival(key: ArrivalKey, value: Uint8Array): Arrival {
  const take = cursor(value);
  const feed = readFeed(take(40));
  const sequence = readUint(take(6));
  const at = readInstant(take(8));
  const statement = readUint(take(1)) === 1 ? (hexOf(take(HASH_BYTES)) as Hash) : undefined;
  const kind = readUint(take(1));
  const rest = take.rest();
  return {
    key,
    feed,
    sequence,
    statement,
    at,
    content: kind === REST ? { rest } : { fault: readFault(rest) },
  };
}

function readFault(bytes: Uint8Array): Fault {
  const fault = JSON.parse(textOf(bytes) ?? 'null') as Fault | null;
  if (fault === null || !Object.hasOwn(MEANINGS, fault.code satisfies FaultCode)) {
    throw damaged('fault of an arrival');
  }
  return fault;
}

/** `readReceipt(a.size, writeReceipt(a)) = a`. */
export function writeReceipt({ root, at, note }: Receipt): Uint8Array {
  return concat([bytesOf(root), float(at), note]);
}

/** Inverse of {@link writeReceipt}; the size is in the key. */
export function readReceipt(size: number, value: Uint8Array): Receipt {
  const take = cursor(value);
  const root = hexOf(take(HASH_BYTES)) as Hash;
  return { size, root, at: readInstant(take(8)), note: take.rest() };
}

/** What every batch writes anew: how far was heard, and how much there must be. */
export interface Standing {
  readonly heard: ArrivalKey | undefined;
  readonly tally: Tally;
}

/** `readStanding(writeStanding(a)) = a`; nothing behind the tally where nothing has been heard. */
export function writeStanding({ heard, tally }: Standing): Uint8Array {
  return concat([
    ...COUNTED.map((kind) => uint(tally[kind], 6)),
    heard === undefined ? new Uint8Array(0) : writePlace(heard),
  ]);
}

/** Inverse of {@link writeStanding}. */
export function readStanding(value: Uint8Array): Standing {
  const take = cursor(value);
  const [arrival = 0, once = 0, receipt = 0, evidence = 0] = COUNTED.map(() => readUint(take(6)));
  const rest = take.rest();
  return {
    heard: rest.length === 0 ? undefined : readPlace(rest),
    tally: { arrival, once, receipt, evidence },
  };
}

/** `readPlace(writePlace(a)) = a`; ten bytes. */
function writePlace({ major, minor }: ArrivalKey): Uint8Array {
  return concat([uint(major, 6), uint(minor, 4)]);
}

/** Inverse of {@link writePlace}; reads the first ten bytes. */
function readPlace(value: Uint8Array): ArrivalKey {
  const take = cursor(value);
  return { major: readUint(take(6)), minor: readUint(take(4)) };
}

/** A leaf with the place of its arrival in front, so that an entry leads to what was made of it. */
export function writeLeafRow(place: ArrivalKey, leaf: Uint8Array): Uint8Array {
  return concat([writePlace(place), leaf]);
}

/** Inverse of {@link writeLeafRow}; the leaf is a view. */
export function readLeafRow(value: Uint8Array): { readonly place: ArrivalKey; readonly leaf: Uint8Array } {
  return { place: readPlace(value), leaf: value.subarray(10) };
}

/** `readBallot(writeBallot(a)) = a`. */
export function writeBallot(ballot: BallotId): Uint8Array {
  return bytesOf(ballot);
}

/** Inverse of {@link writeBallot}. */
export function readBallot(value: Uint8Array): BallotId {
  return hexOf(value) as BallotId;
}

/** `readNotes(writeNotes(a)) = a`. */
export function writeNotes(notes: readonly Uint8Array[]): Uint8Array {
  return concat(notes.flatMap((note) => [uint(note.length, 4), note]));
}

/** Inverse of {@link writeNotes}; the notes are views. */
export function readNotes(value: Uint8Array): readonly Uint8Array[] {
  const notes: Uint8Array[] = [];
  for (let at = 0; at < value.length; ) {
    const end = at + 4 + readUint(value.subarray(at, at + 4));
    notes.push(value.subarray(at + 4, end));
    at = end;
  }
  return notes;
}

/** One copy of all parts; the caller owns it. */
function concat(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

interface Cursor {
  (length: number): Uint8Array;
  rest(): Uint8Array;
}

function cursor(value: Uint8Array): Cursor {
  let at = 0;
  const take = (length: number): Uint8Array => {
    const part = value.subarray(at, at + length);
    if (part.length !== length) throw damaged('short row');
    at += length;
    return part;
  };
  return Object.assign(take, { rest: () => value.subarray(at) });
}

function takeTip(take: Cursor): Tip {
  const size = readUint(take(6));
  const incarnation = Number(new DataView(take(8).slice().buffer).getBigUint64(0));
  const count = readUint(take(1));
  const range = Array.from({ length: count }, () => hexOf(take(HASH_BYTES)) as Hash);
  return { size, range, incarnation };
}

/** Eight bytes: an incarnation, which a peer chooses, may be any safe integer. */
function wide(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
}

function float(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value);
  return bytes;
}

function readInstant(bytes: Uint8Array): Arrival['at'] {
  const at = instant(new DataView(bytes.slice().buffer).getFloat64(0));
  if (at === undefined) throw damaged('instant');
  return at;
}
