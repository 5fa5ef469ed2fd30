/**
 * What two sides hold of one feed, and what follows from it. Used at the beginning of a conversation, when each
 * side has told its sizes and its newest checkpoints.
 */
import type { Hash } from '../bytes.js';
import type { Tip } from './tip.js';
import { rootOf } from './tree.js';

/** A size, and the root that a checkpoint of the author names for it. */
export interface Frontier {
  readonly size: number;
  readonly root: Hash;
}

/** Who lacks what. */
export type Standing =
  /** Both hold the same. */
  | { readonly kind: 'level' }
  /** The other side lacks entries `from … from + count − 1`. */
  | { readonly kind: 'ahead'; readonly from: number; readonly count: number }
  /** We lack entries `from … from + count − 1`; that the other side goes on from our tip is seen as they arrive. */
  | { readonly kind: 'behind'; readonly from: number; readonly count: number }
  /** One size, two roots: both checkpoints are evidence (LOG-7). */
  | { readonly kind: 'fork'; readonly size: number };

/**
 * Where we stand to the other side.
 *
 * @param theirs what a checkpoint with a good signature says; absent for an empty feed.
 * @param rootAt our root at their size where that is smaller than ours; absent, their prefix goes unchecked
 *   here and shows when the next receipt does not match.
 */
export function stand(held: Tip, theirs: Frontier | undefined, rootAt?: Hash): Standing {
  const size = theirs?.size ?? 0;
  if (theirs === undefined || size === 0) {
    return held.size === 0 ? { kind: 'level' } : { kind: 'ahead', from: 0, count: held.size };
  }
  if (size > held.size) return { kind: 'behind', from: held.size, count: size - held.size };
  const ours = size === held.size ? rootOf(held) : rootAt;
  if (ours !== undefined && ours !== theirs.root) return { kind: 'fork', size };
  return size === held.size ? { kind: 'level' } : { kind: 'ahead', from: size, count: held.size - size };
}
