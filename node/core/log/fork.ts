/**
 * Two signed histories of one feed that cannot both be true (LOG-7), in a form that convinces a third party who
 * holds neither feed.
 *
 * Two checkpoints of one size with two roots speak for themselves. Sizes m < n need more: a consistency proof
 * can show that n begins with m, but its absence shows nothing. So the proof lists the subtrees of the larger
 * tree on both sides of m. Together they hash to the larger root, hence the author signed them; the left ones
 * alone hash to what the author's own larger tree had at size m, and that is not what it signed there.
 */
import type { Hash } from '../bytes.js';
import type { Frontier } from './frontier.js';
import { EMPTY_TIP } from './tip.js';
import { grow, nodeHash, rootOf, rootOfLeaves, subtrees } from './tree.js';

/** A fork at size `smaller.size`; empty lists where both checkpoints have one size. */
export interface ForkProof {
  /** Full subtrees that cover leaves `0 … smaller.size − 1` of the larger tree, left to right. */
  readonly prefix: readonly Hash[];
  /** Full subtrees that cover the rest, left to right, each as wide as its start and the end allow. */
  readonly rest: readonly Hash[];
}

/** Where the subtrees of {@link ForkProof.rest} lie: aligned to their width, from `from` to `to`. */
function restTrees(from: number, to: number): readonly { readonly start: number; readonly width: number }[] {
  const found: { start: number; width: number }[] = [];
  for (let start = from; start < to; ) {
    let width = 1;
    while (start % (width * 2) === 0 && start + width * 2 <= to) width *= 2;
    found.push({ start, width });
    start += width;
  }
  return found;
}

/**
 * Proves that two checkpoints contradict each other.
 *
 * @param leaves leaf hashes of the larger tree; not needed where the sizes agree.
 * @returns `undefined` where they agree, or where `leaves` are not those of the larger checkpoint.
 */
export function proveFork(
  smaller: Frontier,
  larger: Frontier,
  leaves: readonly Hash[],
): ForkProof | undefined {
  if (smaller.size === larger.size) {
    return smaller.root === larger.root ? undefined : { prefix: [], rest: [] };
  }
  if (leaves.length !== larger.size) return undefined;
  const proof: ForkProof = {
    prefix: grow(EMPTY_TIP, leaves.slice(0, smaller.size), 0).range,
    rest: restTrees(smaller.size, larger.size).map(({ start, width }) =>
      rootOfLeaves(leaves.slice(start, start + width)),
    ),
  };
  return isFork(smaller, larger, proof) ? proof : undefined;
}

/**
 * Whether two checkpoints with good signatures of one author contradict each other, by this proof.
 */
export function isFork(smaller: Frontier, larger: Frontier, proof: ForkProof): boolean {
  if (smaller.size > larger.size) return false;
  if (smaller.size === larger.size) return smaller.root !== larger.root;
  const trees = [...subtrees(smaller.size), ...restTrees(smaller.size, larger.size)];
  const roots = [...proof.prefix, ...proof.rest];
  if (proof.prefix.length !== subtrees(smaller.size).length || roots.length !== trees.length) return false;
  return rootOf({ range: proof.prefix }) !== smaller.root && joined(trees, roots) === larger.root;
}

/** Root over subtrees that lie side by side: neighbours of one width and one parent close into it. */
function joined(
  trees: readonly { readonly start: number; readonly width: number }[],
  roots: readonly Hash[],
): Hash {
  const stack: { start: number; width: number; root: Hash }[] = [];
  for (const [at, tree] of trees.entries()) {
    let next = { ...tree, root: roots[at] as Hash };
    for (let left = stack.at(-1); left !== undefined && closes(left, next); left = stack.at(-1)) {
      stack.pop();
      next = { start: left.start, width: left.width * 2, root: nodeHash(left.root, next.root) };
    }
    stack.push(next);
  }
  return rootOf({ range: stack.map(({ root }) => root) });
}

function closes(
  left: { readonly start: number; readonly width: number },
  right: { readonly width: number },
): boolean {
  return left.width === right.width && left.start % (left.width * 2) === 0;
}
