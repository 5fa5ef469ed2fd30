/**
 * What must be known of a feed to grow it by one leaf: its size, the roots of the full subtrees that cover it,
 * and the life of the author that spoke last. A tip is a value; `chain.ts` decides how it grows.
 */
import type { Hash } from '../bytes.js';

/** A feed at one size. */
export interface Tip {
  /** Number of leaves. */
  readonly size: number;
  /** Roots of the full subtrees from left to right, as RFC 6962 splits `size`: one for each bit that is set. */
  readonly range: readonly Hash[];
  /** Incarnation of the last leaf; 0 for an empty feed. */
  readonly incarnation: number;
}

/** The tip of a feed in which nothing has been said. */
export const EMPTY_TIP: Tip = { size: 0, range: [], incarnation: 0 };
