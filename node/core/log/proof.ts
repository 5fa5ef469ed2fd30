/**
 * Proofs over the hash tree: that one leaf is in it, and that a larger tree begins with a smaller one. They are
 * built by the recursive definition of RFC 6962 §2.1.1 and §2.1.2 and checked by the loops of RFC 9162 §2.1.3.2
 * and §2.1.4.2, so that builder and checker share no code.
 */
import { bytesOf, type Hash, hexOf, textOf, utf8 } from '../bytes.js';
import { type Outcome, ok, refuse } from '../fault.js';
import { fromBase64, toBase64 } from './base64.js';
import { nodeHash, rootOfLeaves, widthBelow } from './tree.js';

/**
 * Sibling hashes from the leaf up to below the root.
 *
 * @param leaves leaf hashes of the whole tree.
 * @param index of the leaf, 0 ≤ index < leaves.length.
 */
export function inclusionProof(leaves: readonly Hash[], index: number): readonly Hash[] {
  if (!(index >= 0 && index < leaves.length)) throw new RangeError('no leaf at this index');
  if (leaves.length === 1) return [];
  const width = widthBelow(leaves.length);
  const [left, right] = [leaves.slice(0, width), leaves.slice(width)];
  return index < width
    ? [...inclusionProof(left, index), rootOfLeaves(right)]
    : [...inclusionProof(right, index - width), rootOfLeaves(left)];
}

/**
 * Checks an inclusion proof against a root that the caller trusts.
 * @see RFC 9162 §2.1.3.2
 */
export function includes(
  leaf: Hash,
  index: number,
  tree: { readonly size: number; readonly root: Hash },
  proof: readonly Hash[],
): boolean {
  if (!(Number.isSafeInteger(index) && index >= 0 && index < tree.size)) return false;
  let at = index;
  let last = tree.size - 1;
  let root = leaf;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (odd(at) || at === last) {
      root = nodeHash(sibling, root);
      while (!odd(at) && at !== 0) [at, last] = [half(at), half(last)];
    } else {
      root = nodeHash(root, sibling);
    }
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && root === tree.root;
}

/**
 * Hashes that join the tree of the first `size` leaves with the whole tree.
 *
 * @param leaves leaf hashes of the larger tree.
 * @param size of the smaller tree, 0 < size ≤ leaves.length; the proof is empty for equal sizes.
 */
export function consistencyProof(leaves: readonly Hash[], size: number): readonly Hash[] {
  if (!(size > 0 && size <= leaves.length)) throw new RangeError('no smaller tree of this size');
  return subproof(leaves, size, true);
}

function subproof(leaves: readonly Hash[], size: number, whole: boolean): readonly Hash[] {
  if (size === leaves.length) return whole ? [] : [rootOfLeaves(leaves)];
  const width = widthBelow(leaves.length);
  const [left, right] = [leaves.slice(0, width), leaves.slice(width)];
  return size <= width
    ? [...subproof(left, size, whole), rootOfLeaves(right)]
    : [...subproof(right, size - width, false), rootOfLeaves(left)];
}

/**
 * Checks that the tree of `larger` begins with the tree of `smaller`. Every tree begins with the empty one.
 * @see RFC 9162 §2.1.4.2
 */
export function consistent(
  smaller: { readonly size: number; readonly root: Hash },
  larger: { readonly size: number; readonly root: Hash },
  proof: readonly Hash[],
): boolean {
  if (smaller.size > larger.size) return false;
  if (smaller.size === larger.size) return proof.length === 0 && smaller.root === larger.root;
  if (smaller.size === 0) return proof.length === 0;
  let at = smaller.size - 1;
  let last = larger.size - 1;
  while (odd(at)) [at, last] = [half(at), half(last)];
  // A smaller tree that is one full subtree is itself the first node of the proof.
  const path = at === 0 ? [smaller.root, ...proof] : proof;
  const first = path[0];
  if (first === undefined) return false;
  let [left, right] = [first, first];
  for (const sibling of path.slice(1)) {
    if (last === 0) return false;
    if (odd(at) || at === last) {
      left = nodeHash(sibling, left);
      right = nodeHash(sibling, right);
      while (!odd(at) && at !== 0) [at, last] = [half(at), half(last)];
    } else {
      right = nodeHash(right, sibling);
    }
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && left === smaller.root && right === larger.root;
}

/** What `log prove` writes: an inclusion proof that carries its checkpoint. */
export interface LogProof {
  readonly index: number;
  readonly path: readonly Hash[];
  /** The signed note, byte for byte, with or without cosignatures. */
  readonly checkpoint: Uint8Array;
}

const HEADER = 'c2sp.org/tlog-proof@v1';
const MOST_HASHES = 64;

/** `readProof(writeProof(a)) = a`. Text of C2SP tlog-proof, without extra matter. */
export function writeProof({ index, path, checkpoint }: LogProof): Uint8Array {
  const head = utf8(
    `${[HEADER, `index ${index}`, ...path.map((at) => toBase64(bytesOf(at)))].join('\n')}\n\n`,
  );
  const text = new Uint8Array(head.length + checkpoint.length);
  text.set(head);
  text.set(checkpoint, head.length);
  return text;
}

/**
 * Reads the text of a proof; extra matter, which nothing vouches for, is skipped.
 * Faults: PROOF_MALFORMED. Whether it proves anything is said by {@link includes}.
 */
export function readProof(bytes: Uint8Array): Outcome<LogProof> {
  const text = textOf(bytes);
  const end = text?.indexOf('\n\n') ?? -1;
  if (text === undefined || end < 0) return refuse('PROOF_MALFORMED');
  const [header, ...lines] = text.slice(0, end).split('\n');
  if (header !== HEADER) return refuse('PROOF_MALFORMED', { where: 'header' });
  if (lines[0]?.startsWith('extra ')) lines.shift();
  const [, digits] = /^index (0|[1-9]\d{0,15})$/.exec(lines.shift() ?? '') ?? [];
  if (digits === undefined || lines.length > MOST_HASHES)
    return refuse('PROOF_MALFORMED', { where: 'index' });
  const path: Hash[] = [];
  for (const line of lines) {
    const raw = fromBase64(line);
    if (raw?.length !== 32) return refuse('PROOF_MALFORMED', { where: 'hash', offered: path.length });
    path.push(hexOf(raw) as Hash);
  }
  return ok({ index: Number(digits), path, checkpoint: utf8(text.slice(end + 2)) });
}

function odd(value: number): boolean {
  return value % 2 === 1;
}

function half(value: number): number {
  return Math.floor(value / 2);
}
