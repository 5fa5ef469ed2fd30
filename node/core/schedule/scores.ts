/**
 * What every quarter of the horizon scores, and the order of quarters.
 *
 * Fairness levels are counted in two numbers, seven bits a level: `low` holds the parties at levels 1 to 5 and
 * `high` those at 6 to 10, as `count · 128^(level − 1)`. At most 127 parties are fair, so no digit carries, and a
 * double holds 35 bits exactly. Comparing `high`, then `low`, compares n₁₀, n₉, … n₁ in order.
 * @see SCHEDULING §7, §19
 */
import type { Ground } from './ground.js';
import type { Objective } from './problem.js';

/** One entry a quarter of the horizon in each array. */
export interface Scores {
  readonly objective: Objective;
  /** Number of violated constraints. */
  readonly violated: Int32Array;
  /** Sum of the indices of the violated constraints: the index itself where there is one. */
  readonly indices: Int32Array;
  /** Sum of `relax` over the violated constraints that have a price. */
  readonly price: Int32Array;
  /** Number of violated constraints that are `never` to be waived. */
  readonly never: Int32Array;
  readonly sum: Int32Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** Key of a quarter, as §7 writes it. */
export function keyOf(scores: Scores, ground: Ground, quarter: number): readonly number[] {
  const at = ground.first + quarter;
  const sum = scores.sum[quarter] ?? 0;
  const end = [roundness(at), at];
  switch (scores.objective) {
    case 'total':
      return [sum, maxLevelAt(scores, quarter), ...end];
    case 'minimax':
      return [maxLevelAt(scores, quarter), sum, ...end];
    default:
      return [...countsByLevel(scores, quarter), sum, ...end];
  }
}

/** Is the key of one quarter less than that of another? Quarters differ, so keys never tie. */
export function isBetter(scores: Scores, ground: Ground, left: number, right: number): boolean {
  if (scores.objective === 'leximin') {
    const high = (scores.high[left] ?? 0) - (scores.high[right] ?? 0);
    if (high !== 0) return high < 0;
    const low = (scores.low[left] ?? 0) - (scores.low[right] ?? 0);
    if (low !== 0) return low < 0;
  }
  const byRank = rankAt(scores, ground.first, left) - rankAt(scores, ground.first, right);
  return byRank === 0 ? left < right : byRank < 0;
}

/** The largest level among fair parties at a quarter; 0 without any. */
export function maxLevelAt(scores: Scores, quarter: number): number {
  const high = scores.high[quarter] ?? 0;
  return high > 0 ? 5 + digitsOf(high) : digitsOf(scores.low[quarter] ?? 0);
}

/** 0 for no cost, then one level for each begun hundred. */
export function levelOf(cost: number): number {
  return cost === 0 ? 0 : 1 + Math.floor((cost - 1) / 100);
}

/**
 * All but the round and the quarter of a `total` or `minimax` key in one exact double: sums stay below 2³¹ and
 * levels below 16. For `leximin` the sum, after the level counts were equal.
 */
function rankAt(scores: Scores, first: number, quarter: number): number {
  const sum = scores.sum[quarter] ?? 0;
  const round = roundness(first + quarter);
  switch (scores.objective) {
    case 'total':
      return (sum * 16 + maxLevelAt(scores, quarter)) * 4 + round;
    case 'minimax':
      return (maxLevelAt(scores, quarter) * 2 ** 31 + sum) * 4 + round;
    default:
      return sum * 4 + round;
  }
}

function roundness(quarter: number): number {
  return quarter % 4 === 0 ? 0 : quarter % 2 === 0 ? 1 : 2;
}

function digitsOf(packed: number): number {
  if (packed < 128) return packed > 0 ? 1 : 0;
  if (packed < 128 ** 2) return 2;
  if (packed < 128 ** 3) return 3;
  return packed < 128 ** 4 ? 4 : 5;
}

function countsByLevel(scores: Scores, quarter: number): number[] {
  return [scores.high[quarter] ?? 0, scores.low[quarter] ?? 0].flatMap((packed) =>
    [4, 3, 2, 1, 0].map((digit) => Math.floor(packed / 128 ** digit) % 128),
  );
}

/** All zero, for the differences to be entered. */
export function emptyScores(objective: Objective, quarters: number): Scores {
  return {
    objective,
    violated: new Int32Array(quarters),
    indices: new Int32Array(quarters),
    price: new Int32Array(quarters),
    never: new Int32Array(quarters),
    sum: new Int32Array(quarters),
    low: new Float64Array(quarters),
    high: new Float64Array(quarters),
  };
}

/** Turns differences to the quarter before into values, in place. */
export function runningSums(scores: Scores): void {
  const { violated, indices, price, never, sum, low, high } = scores;
  for (const column of [violated, indices, price, never, sum]) {
    let total = 0;
    for (let at = 0; at < column.length; at += 1) {
      total += column[at] ?? 0;
      column[at] = total;
    }
  }
  for (const column of [low, high]) {
    let total = 0;
    for (let at = 0; at < column.length; at += 1) {
      total += column[at] ?? 0;
      column[at] = total;
    }
  }
}
