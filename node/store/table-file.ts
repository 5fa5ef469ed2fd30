/**
 * LevelDB's tables: sorted rows in blocks, each with a checksum that LevelDB does not look at when it reads. A
 * flipped bit in a row is found by its stamp; one in the structure around the rows is not found but stepped on, and
 * ends the process without a word. So every block is checked before LevelDB sees the file.
 */
import { maskedCrc32c } from './crc32c.js';
import { varints } from './varint.js';

const FOOTER_BYTES = 48;
const TRAILER_BYTES = 5;
const VERSION_BYTES = 8;
/** Last eight bytes of every table. */
const MAGIC = 0xdb4775248b80fb57n;

interface Place {
  readonly offset: number;
  readonly length: number;
}

/**
 * Checks every block of a table.
 * @param file exactly as many bytes as the manifest says.
 * @returns offset of the first block that is not as it was written, or of the footer; `undefined` for a whole table.
 *   `compressed` where a block is whole and says that it is compressed: nothing that we write is.
 */
export function badBlock(file: Uint8Array): number | 'compressed' | undefined {
  const footer = file.length - FOOTER_BYTES;
  if (footer < 0) return 0;
  if (badFooter(file, footer)) return footer;
  const take = varints(file.subarray(footer));
  const [list, index] = [takePlace(take), takePlace(take)];
  for (const place of [list, index]) {
    if (place === undefined || !isWhole(file, place)) return place?.offset ?? footer;
    // Rows are ciphertext and hashes, so tables are written uncompressed (`level.ts`).
    if (file[place.offset + place.length] !== 0) return 'compressed';
    const places = placesIn(file, place);
    if (places === undefined) return place.offset;
    const bad = places.find((block) => !isWhole(file, block));
    if (bad !== undefined) return bad.offset;
  }
  return undefined;
}

/**
 * Checks the parts of a table that say where its rows are, without its rows: for who looks at a few of them, each of
 * which has a stamp.
 * @param size as the manifest says.
 * @param read bytes of the file; fewer where it ends before.
 * @returns as {@link badBlock}.
 */
export async function badIndex(
  size: number,
  read: (offset: number, length: number) => Promise<Uint8Array>,
): Promise<number | 'compressed' | undefined> {
  const footer = size - FOOTER_BYTES;
  if (footer < 0) return 0;
  const end = await read(footer, FOOTER_BYTES);
  if (end.length < FOOTER_BYTES || badFooter(end, 0)) return footer;
  const take = varints(end);
  const [list, index] = [takePlace(take), takePlace(take)];
  for (const place of [list, index]) {
    if (place === undefined || place.offset + place.length + TRAILER_BYTES > footer) return footer;
    const bytes = await read(place.offset, place.length + TRAILER_BYTES);
    const block = { offset: 0, length: place.length };
    if (!isWhole(bytes, block)) return place.offset;
    if (bytes[place.length] !== 0) return 'compressed';
    const places = placesIn(bytes, block);
    const bad = places?.find(({ offset, length }) => offset + length + TRAILER_BYTES > footer);
    if (places === undefined || bad !== undefined) return place.offset;
  }
  return undefined;
}

/** A row as LevelDB has it: the greater version of a key is the newer one. */
export interface VersionedRow {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly version: number;
}

/**
 * The rows of every block that is as it was written; a table whose footer or index is not gives none.
 * @param unread called with the offset of each block that is not.
 */
export function* rowsOfTable(file: Uint8Array, unread: (offset: number) => void): Generator<VersionedRow> {
  const footer = file.length - FOOTER_BYTES;
  if (badFooter(file, footer)) return unread(Math.max(0, footer));
  const take = varints(file.subarray(footer));
  takePlace(take);
  const index = takePlace(take);
  const places = index && isWhole(file, index) ? placesIn(file, index) : undefined;
  if (places === undefined) return unread(index?.offset ?? footer);
  for (const block of places) {
    const rows = isWhole(file, block) && file[block.offset + block.length] === 0 && rowsIn(file, block);
    if (rows) yield* rows;
    else unread(block.offset);
  }
}

/** Keys share their beginnings; behind each stand eight bytes with its version. @returns `undefined` where it cannot be read */
function rowsIn(file: Uint8Array, { offset, length }: Place): readonly VersionedRow[] | undefined {
  const block = file.subarray(offset, offset + length);
  if (block.length < 4) return undefined;
  const end =
    block.length - 4 - 4 * new DataView(block.buffer, block.byteOffset).getUint32(block.length - 4, true);
  if (end < 0) return undefined;
  const take = varints(block.subarray(0, end));
  const rows: VersionedRow[] = [];
  let last: Uint8Array = new Uint8Array(0);
  while (take.at() < end) {
    const [shared, own, valueBytes] = [take(), take(), take()];
    if (shared === undefined || own === undefined || valueBytes === undefined) return undefined;
    const [tail, value] = [take.skip(own), take.skip(valueBytes)];
    if (tail === undefined || value === undefined || shared > last.length) return undefined;
    const key: Uint8Array = new Uint8Array(shared + own);
    key.set(last.subarray(0, shared));
    key.set(tail, shared);
    last = key;
    if (key.length < VERSION_BYTES) return undefined;
    const packed = new DataView(key.buffer, key.length - VERSION_BYTES).getBigUint64(0, true);
    // The lowest byte says put or delete; nothing is ever deleted from this store.
    rows.push({ key: key.slice(0, -VERSION_BYTES), value, version: Number(packed >> 8n) });
  }
  return rows;
}

function badFooter(file: Uint8Array, footer: number): boolean {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  return footer < 0 || view.getBigUint64(file.length - 8, true) !== MAGIC;
}

function isWhole(file: Uint8Array, { offset, length }: Place): boolean {
  const end = offset + length;
  if (end + TRAILER_BYTES > file.length) return false;
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  return view.getUint32(end + 1, true) === maskedCrc32c(file.subarray(offset, end + 1));
}

/** A block of the index says where other blocks are. @returns `undefined` where it cannot be read. */
function placesIn(file: Uint8Array, { offset, length }: Place): readonly Place[] | undefined {
  const block = file.subarray(offset, offset + length);
  if (block.length < 4) return undefined;
  const restarts = new DataView(block.buffer, block.byteOffset).getUint32(block.length - 4, true);
  const end = block.length - 4 - 4 * restarts;
  if (end < 0) return undefined;
  const take = varints(block.subarray(0, end));
  const places: Place[] = [];
  while (take.at() < end) {
    const [shared, own, valueBytes] = [take(), take(), take()];
    if (shared === undefined || own === undefined || valueBytes === undefined) return undefined;
    if (take.skip(own) === undefined) return undefined;
    const behind = take.at() + valueBytes;
    const place = takePlace(take);
    if (place === undefined || take.at() !== behind) return undefined;
    places.push(place);
  }
  return places;
}

function takePlace(take: () => number | undefined): Place | undefined {
  const [offset, length] = [take(), take()];
  return offset === undefined || length === undefined ? undefined : { offset, length };
}
