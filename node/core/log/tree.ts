/**
 * The hash tree of a feed (RFC 6962 §2.1), grown leaf by leaf. A tip keeps the roots of the full subtrees only,
 * so a feed of a million entries is grown with twenty hashes in hand. The slow twin, which follows the
 * recursive definition, is in the test.
 */
import { bytesOf, type Hash, hexOf, sha256, sha256Bytes } from '../bytes.js';
import { leafHashBytes } from './leaf.js';
import { EMPTY_TIP, type Tip } from './tip.js';

/** Root of the tree without leaves: SHA-256 of nothing. */
export const EMPTY_ROOT: Hash = sha256('');

/** Hash of a leaf in the tree: SHA-256 of 0x00 and the leaf. */
export function leafHash(leaf: Uint8Array): Hash {
  return hexOf(leafHashBytes(leaf)) as Hash;
}

/** Hash of an inner node: SHA-256 of 0x01 and both children, so that no leaf can pass for a node. */
export function nodeHash(left: Hash, right: Hash): Hash {
  const pair = new Uint8Array(65);
  pair[0] = 1;
  pair.set(bytesOf(left), 1);
  pair.set(bytesOf(right), 33);
  return hexOf(sha256Bytes(pair)) as Hash;
}

/**
 * A tip after more leaves.
 *
 * `grow(grow(t, a), b) = grow(t, [...a, ...b])`; a tip is never changed in place.
 *
 * @param leaves leaf hashes in order; may be empty.
 * @param incarnation of the last leaf.
 */
export function grow(tip: Tip, leaves: readonly Hash[], incarnation: number): Tip {
  const range = [...tip.range];
  let size = tip.size;
  for (const leaf of leaves) {
    let root = leaf;
    // Each full subtree of the same width on the left closes with the new one, as in binary addition.
    for (let carry = size; carry % 2 === 1; carry = (carry - 1) / 2)
      root = nodeHash(range.pop() as Hash, root);
    range.push(root);
    size += 1;
  }
  return { size, range, incarnation };
}

/** Root of the tree that a tip covers: full subtrees joined from the right. */
export function rootOf(tip: Pick<Tip, 'range'>): Hash {
  const last = tip.range.at(-1);
  if (last === undefined) return EMPTY_ROOT;
  return tip.range.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), last);
}

/** Root of the tree over these leaf hashes. */
export function rootOfLeaves(leaves: readonly Hash[]): Hash {
  return rootOf(grow(EMPTY_TIP, leaves, 0));
}

/**
 * Where the full subtrees of a tip lie.
 * @returns one for each hash of `tip.range`, left to right: its first leaf and its width, a power of two.
 */
export function subtrees(size: number): readonly { readonly start: number; readonly width: number }[] {
  const found: { start: number; width: number }[] = [];
  let start = 0;
  for (let width = widthBelow(size + 1); start < size; width /= 2) {
    if (size - start < width) continue;
    found.push({ start, width });
    start += width;
  }
  return found;
}

/** The largest power of two below `size`; 1 for sizes up to 2 (`k` of RFC 6962 §2.1). */
export function widthBelow(size: number): number {
  let width = 1;
  while (width * 2 < size) width *= 2;
  return width;
}

/** Same size, same hashes and same incarnation. */
export function sameTip(left: Tip, right: Tip): boolean {
  return (
    left.size === right.size &&
    left.incarnation === right.incarnation &&
    left.range.length === right.range.length &&
    left.range.every((root, at) => root === right.range[at])
  );
}
