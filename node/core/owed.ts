/**
 * Words that wait for one peer (R9). None of them may be lost, however many come while it is away, so the row has no
 * bound of its own; it grows by one without a copy of what is there, for else a year of silence would cost its square.
 */
import type { Effect } from './effect.js';

/** A row of words; the newest is at hand. */
export interface Owed {
  readonly count: number;
  readonly newest: Effect;
  readonly before: Owed | undefined;
}

/** One more at the end of a row, or the first of one. */
export function owe(row: Owed | undefined, effect: Effect): Owed {
  return { count: (row?.count ?? 0) + 1, newest: effect, before: row };
}

/** In the order in which they came. */
export function owedWords(row: Owed | undefined): readonly Effect[] {
  const words: Effect[] = [];
  for (let at = row; at !== undefined; at = at.before) words.push(at.newest);
  return words.reverse();
}
