/**
 * How one scored instant differs from another, in words: `saves 20`, `costs 40 more, highest level 2 instead of 1`.
 * @see SCHEDULING §7
 */
import type { Scored } from './answer.js';
import type { Objective } from './problem.js';

/**
 * What changes when the second instant is taken instead of the first. Says the sum and the highest level of a fair
 * party; where neither differs, what else decided between the two.
 */
export function sayDifference(from: Scored, to: Scored, objective: Objective): string {
  const sum = to.sum - from.sum;
  const level =
    to.maxLevel === from.maxLevel ? '' : `highest level ${to.maxLevel} instead of ${from.maxLevel}`;
  if (sum !== 0 || level !== '') {
    return [saySum(sum), level].filter((word) => word !== '').join(', ');
  }
  const last = from.key.length - 1;
  const round = (to.key[last - 1] ?? 0) - (from.key[last - 1] ?? 0);
  if (objective === 'leximin' && from.key.slice(0, 10).some((count, at) => count !== to.key[at])) {
    return 'costs the same, otherwise shared';
  }
  if (round !== 0) return `costs the same, at a ${round < 0 ? 'rounder' : 'less round'} time`;
  return `costs the same, but is ${(to.key[last] ?? 0) < (from.key[last] ?? 0) ? 'earlier' : 'later'}`;
}

function saySum(difference: number): string {
  if (difference === 0) return 'costs the same';
  return difference < 0 ? `saves ${-difference}` : `costs ${difference} more`;
}
