/**
 * LevelDB's log format, in which both its write-ahead logs and its manifests are written: blocks of 32 KiB with
 * records in them, each with a checksum; a record that does not fit goes on in the next block.
 *
 * LevelDB itself steps over what it cannot read and goes on behind it. So a flipped bit in a write-ahead log costs
 * the rest of its block, and the store opens with a hole. A torn end is another thing: the last batch was not on
 * disk when the power went, nobody was promised anything about it, and what lies before is whole. The two look
 * alike at the place itself; what tells them apart is whether a whole record follows.
 */
import { maskedCrc32c } from './crc32c.js';

/** What is in a file of records. */
export interface LogFile {
  /** Whole records before the first break. */
  readonly records: readonly Uint8Array[];
  /** Offset of the first byte that belongs to no whole record; absent where the file ends with one. */
  readonly brokenAt: number | undefined;
  /** The break is the end of the file: cut off in the middle of a record, and nothing more. */
  readonly isTorn: boolean;
  /** A whole record begins behind the break. */
  readonly goesOn: boolean;
  /** Those records behind the break: for whoever saves what is left, never for whoever trusts the file. */
  readonly later: readonly Uint8Array[];
}

const BLOCK_BYTES = 32_768;
const HEADER_BYTES = 7;
/** Kinds of fragments: a whole record, or the beginning, the middle and the end of one. */
const [FULL, FIRST, , LAST] = [1, 2, 3, 4] as const;

/** One fragment as its header has it. */
interface Fragment {
  readonly kind: number;
  readonly bytes: Uint8Array;
  /** Offset of the next header. */
  readonly next: number;
  readonly isWhole: boolean;
}

/** Reads a file whole; never throws. The records may be views. */
export function readLogFile(file: Uint8Array): LogFile {
  const records: Uint8Array[] = [];
  let brokenAt: number | undefined;
  let isTorn = false;
  const later: Uint8Array[] = [];
  /** The record in hand, where it has begun and not ended. */
  let open: { readonly at: number; readonly parts: Uint8Array[] } | undefined;

  function broken(at: number, torn = false): void {
    isTorn ||= torn && brokenAt === undefined;
    brokenAt ??= open?.at ?? at;
    open = undefined;
  }

  function whole(record: Uint8Array): void {
    if (brokenAt === undefined) records.push(record);
    else later.push(record);
    open = undefined;
  }

  for (let at = 0; at < file.length; ) {
    const blockEnd = at - (at % BLOCK_BYTES) + BLOCK_BYTES;
    if (blockEnd - at < HEADER_BYTES) {
      // Too little room for a header: the rest of a block is left empty.
      at = blockEnd;
      continue;
    }
    const found = fragmentAt(file, at, blockEnd);
    if (found === 'torn') {
      broken(at, true);
      break;
    }
    if (found === undefined) {
      broken(at);
      at = blockEnd;
      continue;
    }
    const { kind, bytes, next, isWhole } = found;
    const begins = kind === FULL || kind === FIRST;
    if (!isWhole || begins === (open !== undefined)) broken(at);
    if (isWhole && begins) open = { at, parts: [] };
    open?.parts.push(bytes);
    if (open !== undefined && (kind === FULL || kind === LAST)) whole(joined(open.parts));
    at = next;
  }
  if (open !== undefined) broken(open.at, true);
  return { records, brokenAt, isTorn, goesOn: later.length > 0, later };
}

/** @returns `torn` where the file ends in it; `undefined` where nothing here says where the next one begins. */
function fragmentAt(file: Uint8Array, at: number, blockEnd: number): Fragment | 'torn' | undefined {
  if (at + HEADER_BYTES > file.length) return 'torn';
  const header = new DataView(file.buffer, file.byteOffset + at, HEADER_BYTES);
  const [sum, length, kind] = [header.getUint32(0, true), header.getUint16(4, true), header.getUint8(6)];
  const next = at + HEADER_BYTES + length;
  if (next > blockEnd || kind < FULL || kind > LAST) return undefined;
  if (next > file.length) return 'torn';
  const isWhole = sum === maskedCrc32c(file.subarray(at + HEADER_BYTES - 1, next));
  return { kind, bytes: file.subarray(at + HEADER_BYTES, next), next, isWhole };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only, ...more] = parts;
  return only !== undefined && more.length === 0 ? only : Buffer.concat(parts);
}
