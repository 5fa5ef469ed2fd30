/**
 * The tree of a feed as tiles for foreign tools (C2SP tlog-tiles): 256 hashes or 256 leaves a file, the last of
 * each level partial. Level 0 holds leaf hashes; each hash above is the root of a full tile below.
 */
import { bytesOf, type Hash, hexOf } from '../bytes.js';
import { type Outcome, ok, refuse } from '../fault.js';
import { rootOfLeaves } from './tree.js';

/** Hashes or leaves in a full tile. */
export const TILE_WIDTH = 256;

const HASH_BYTES = 32;

/** Which tile, and how full it is. */
export interface TilePlace {
  readonly level: number | 'entries';
  readonly index: number;
  /** 1 to 256; below 256 the tile is partial. */
  readonly width: number;
}

/**
 * Path of a tile inside a log directory: `tile/0/x001/234`, `tile/entries/000.p/5`.
 * Index and width are written as the format demands; both are trusted to be whole and in range.
 */
export function tilePath({ level, index, width }: TilePlace): string {
  const parts: string[] = [];
  let rest = index;
  do {
    const three = String(rest % 1000).padStart(3, '0');
    parts.unshift(parts.length === 0 ? three : `x${three}`);
    rest = Math.floor(rest / 1000);
  } while (rest > 0);
  return `tile/${level}/${parts.join('/')}${width < TILE_WIDTH ? `.p/${width}` : ''}`;
}

/** Every tile of one level of a tree with `size` hashes on that level, full ones first. */
export function tilesOfLevel(level: number | 'entries', size: number): readonly TilePlace[] {
  return Array.from({ length: Math.ceil(size / TILE_WIDTH) }, (_, index) => ({
    level,
    index,
    width: Math.min(TILE_WIDTH, size - index * TILE_WIDTH),
  }));
}

/**
 * The hashes of every level, beginning with the leaf hashes that were given.
 * @returns shape [levels][hashes]; no level is empty; one level for a tree of fewer than 256 leaves.
 */
export function tileLevels(leaves: readonly Hash[]): readonly (readonly Hash[])[] {
  const levels: (readonly Hash[])[] = [];
  for (let level = leaves; level.length > 0; level = fullTileRoots(level)) levels.push(level);
  return levels;
}

function fullTileRoots(level: readonly Hash[]): readonly Hash[] {
  return Array.from({ length: Math.floor(level.length / TILE_WIDTH) }, (_, index) =>
    rootOfLeaves(level.slice(index * TILE_WIDTH, (index + 1) * TILE_WIDTH)),
  );
}

/** `readHashTile(writeHashTile(a), a.length) = a`. 32 bytes a hash, nothing between them. */
export function writeHashTile(hashes: readonly Hash[]): Uint8Array {
  const bytes = new Uint8Array(hashes.length * HASH_BYTES);
  for (const [at, hash] of hashes.entries()) bytes.set(bytesOf(hash), at * HASH_BYTES);
  return bytes;
}

/** Faults: LOG_TILE where the length does not fit the width. */
export function readHashTile(bytes: Uint8Array, width: number): Outcome<readonly Hash[]> {
  if (bytes.length !== width * HASH_BYTES) {
    return refuse('LOG_TILE', { held: width * HASH_BYTES, offered: bytes.length });
  }
  return ok(
    Array.from(
      { length: width },
      (_, at) => hexOf(bytes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES)) as Hash,
    ),
  );
}

/** `readBundle(writeBundle(a), a.length) = a`. Each leaf has its length in front, 16 bits, big-endian. */
export function writeBundle(leaves: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(leaves.reduce((sum, leaf) => sum + 2 + leaf.length, 0));
  let at = 0;
  for (const leaf of leaves) {
    if (leaf.length > 0xffff) throw new RangeError('a leaf of a bundle is under 64 KiB');
    bytes.set([leaf.length >> 8, leaf.length & 255], at);
    bytes.set(leaf, at + 2);
    at += 2 + leaf.length;
  }
  return bytes;
}

/**
 * The leaves of a bundle as views into `bytes`.
 * Faults: LOG_TILE where the bundle is cut, or holds more or fewer leaves than its width.
 */
export function readBundle(bytes: Uint8Array, width: number): Outcome<readonly Uint8Array[]> {
  const leaves: Uint8Array[] = [];
  let at = 0;
  while (at < bytes.length) {
    const end = at + 2 + (((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0));
    if (at + 2 > bytes.length || end > bytes.length || leaves.length === width) {
      return refuse('LOG_TILE', { where: 'entries', held: width, offered: leaves.length });
    }
    leaves.push(bytes.subarray(at + 2, end));
    at = end;
  }
  return leaves.length === width
    ? ok(leaves)
    : refuse('LOG_TILE', { where: 'entries', held: width, offered: leaves.length });
}
