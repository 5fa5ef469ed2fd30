/**
 * Letters with a mark, in the order in which they got it: those that are due, those that are stuck. Nothing of the state
 * is changed in place, and a copy of what is marked for each letter would cost a round its square. So a row grows by a
 * link without a copy; a letter that lost its mark keeps its link until there are more of such than of others, and then
 * the row is made anew. So a mark costs the same however many letters there are.
 *
 * Which letters have the mark now is said by the letters themselves; the row has the order and the count.
 */
import type { LetterToken } from './address.js';

/** A row of letters with one mark. */
export interface Marked {
  /** So many have the mark. */
  readonly count: number;
  readonly links: number;
  readonly newest: Link | undefined;
}

interface Link {
  readonly token: LetterToken;
  readonly before: Link | undefined;
}

/** Of a row shorter than this nothing is gained by making it anew. */
const SHORT = 32;

/** Nothing has the mark. */
export const NOTHING_MARKED: Marked = { count: 0, links: 0, newest: undefined };

/** One letter more at the end. It had not the mark before. */
export function marked({ count, links, newest }: Marked, token: LetterToken): Marked {
  return { count: count + 1, links: links + 1, newest: { token, before: newest } };
}

/** One letter less. @param holds whether a letter has the mark now; of that one it is false already. */
export function unmarked(row: Marked, holds: (token: LetterToken) => boolean): Marked {
  const left = { ...row, count: row.count - 1 };
  if (left.count === 0) return NOTHING_MARKED;
  if (left.links < SHORT || left.links < 2 * left.count) return left;
  return tokensOf(row, holds).reduce(marked, NOTHING_MARKED);
}

/** Those that have the mark, in the order in which they got it; who got it twice stands where it got it last. */
export function tokensOf({ newest }: Marked, holds: (token: LetterToken) => boolean): readonly LetterToken[] {
  const found = new Set<LetterToken>();
  for (let at = newest; at !== undefined; at = at.before) if (holds(at.token)) found.add(at.token);
  return [...found].reverse();
}
