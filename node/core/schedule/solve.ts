/**
 * The search. A document has one unknown, a quarter of the horizon, so the exact answer is a scan: constraints and
 * costs become differences at few quarters, one pass of running sums gives every quarter its key.
 *
 * Fairness levels are counted in two numbers, seven bits a level: `low` holds the parties at levels 1 to 5 and
 * `high` those at 6 to 10, as `count · 128^(level − 1)`. At most 127 parties are fair, so no digit carries, and a
 * double holds 35 bits exactly. Comparing `high`, then `low`, compares n₁₀, n₉, … n₁ in order.
 * @see SCHEDULING §7, §8, §19
 */

import { overrunDays } from './bound.js';
import { QUARTERS_PER_DAY } from './civil.js';
import { type Ground, groundOf } from './ground.js';
import { type Ban, banOf } from './hard.js';
import type { Objective, Party, Problem } from './problem.js';
import { softKey, stairsOf } from './soft.js';
import { FREE, type Staircase, sumOf } from './staircase.js';

/** Everything the explanations need, with one entry a quarter of the horizon in each array. */
export interface Solution {
  readonly problem: Problem;
  readonly ground: Ground;
  /** In the order of the document. */
  readonly bans: readonly Ban[];
  readonly scores: Scores;
  readonly feasibleQuarters: number;
  /** The best feasible quarter. */
  readonly best: number | undefined;
  /** For each constraint of the document the best quarter that violates it and nothing else. */
  readonly leaveOneOut: readonly (number | undefined)[];
  /** The cost function of a soft cost of this document; equal ones are one. */
  readonly stairs: (key: string) => Staircase;
}

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

/** The best quarter of a checked document and what each constraint costs, with the arrays behind them. */
export function solve(problem: Problem): Solution {
  const ground = groundOf(problem);
  const bans = problem.hard.map((constraint) => banOf(constraint, ground));
  const scores = emptyScores(problem.objective, ground.quarters);
  addBans(scores, bans, ground);
  const stairs = addCosts(scores, problem.parties, ground);
  runningSums(scores);
  return { problem, ground, bans, scores, stairs, ...scan(scores, ground, bans.length) };
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

function emptyScores(objective: Objective, quarters: number): Scores {
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

/** Until {@link runningSums} the arrays hold differences to the quarter before. */
function addBans(scores: Scores, bans: readonly Ban[], ground: Ground): void {
  const rising = new Int32Array(ground.quarters);
  const falling = new Int32Array(ground.quarters);
  bans.forEach((ban, index) => {
    const { relax } = ban.constraint;
    for (const { from, until } of ban.forbidden) {
      addRange(scores.violated, from, until, 1);
      addRange(scores.indices, from, until, index);
      if (relax === 'never') addRange(scores.never, from, until, 1);
      else addRange(scores.price, from, until, relax);
    }
    addOverrun(scores.sum, rising, falling, ban, ground);
  });
  // Overrun changes once a day all the way from an edge: a thousand bounds over two years share these two passes.
  for (let at = QUARTERS_PER_DAY; at < ground.quarters; at += 1) {
    rising[at] = (rising[at] ?? 0) + (rising[at - QUARTERS_PER_DAY] ?? 0);
  }
  // Not into quarter 0: what is owed there was entered as a whole.
  for (let at = ground.quarters - 1 - QUARTERS_PER_DAY; at > 0; at -= 1) {
    falling[at] = (falling[at] ?? 0) + (falling[at + QUARTERS_PER_DAY] ?? 0);
  }
  for (let at = 0; at < ground.quarters; at += 1) {
    scores.sum[at] = (scores.sum[at] ?? 0) + (rising[at] ?? 0) - (falling[at] ?? 0);
  }
}

/**
 * Enters one step of an overrun; the passes in {@link addBans} repeat it every day, forward for an upper bound and
 * backward for a lower one.
 */
function addOverrun(
  sum: Int32Array,
  rising: Int32Array,
  falling: Int32Array,
  ban: Ban,
  ground: Ground,
): void {
  const perDay = 'overrunPerDay' in ban.constraint ? (ban.constraint.overrunPerDay ?? 0) : 0;
  if (perDay === 0 || ban.bound === undefined || ban.bound.side === 'unreachable') return;
  const edge = ban.bound.edge - ground.first;
  if (ban.bound.side === 'upper') {
    const first = edge + 1;
    if (first > 0) {
      if (first < ground.quarters) bump(rising, first, perDay);
      return;
    }
    // The edge lies before the horizon: its first quarter already owes some days.
    bump(sum, 0, perDay * overrunDays(-edge));
    const next = QUARTERS_PER_DAY - (-first % QUARTERS_PER_DAY);
    if (next < ground.quarters) bump(rising, next, perDay);
    return;
  }
  if (edge <= 0) return;
  bump(sum, 0, perDay * overrunDays(edge));
  const beyond = Math.max(0, edge - (ground.quarters - 1));
  const last = edge - overrunDays(beyond) * QUARTERS_PER_DAY;
  if (last > 0) bump(falling, last, perDay);
}

/** @returns the cost function of each distinct soft cost, by key. */
function addCosts(scores: Scores, parties: readonly Party[], ground: Ground): (key: string) => Staircase {
  const distinct = new Map<string, { readonly stairs: Staircase; weight: number }>();
  for (const party of parties) {
    const own: Staircase[] = [];
    for (const soft of party.soft) {
      const key = softKey(soft);
      let entry = distinct.get(key);
      if (entry === undefined) {
        entry = { stairs: stairsOf(soft, ground), weight: 0 };
        distinct.set(key, entry);
      }
      entry.weight += party.weight;
      own.push(entry.stairs);
    }
    if (party.fair) addLevels(scores, own.reduce(sumOf, FREE));
  }
  for (const { stairs, weight } of distinct.values()) addStairs(scores.sum, stairs, weight);
  return (key) => distinct.get(key)?.stairs ?? FREE;
}

function addStairs(sum: Int32Array, { at, cost }: Staircase, weight: number): void {
  let before = 0;
  for (let index = 0; index < at.length; index += 1) {
    const here = cost[index] ?? 0;
    bump(sum, at[index] ?? 0, weight * (here - before));
    before = here;
  }
}

function addLevels(scores: Scores, { at, cost }: Staircase): void {
  let before = 0;
  for (let index = 0; index < at.length; index += 1) {
    const level = levelOf(cost[index] ?? 0);
    if (level === before) continue;
    const quarter = at[index] ?? 0;
    enterLevel(scores, quarter, before, -1);
    enterLevel(scores, quarter, level, 1);
    before = level;
  }
}

function enterLevel(scores: Scores, quarter: number, level: number, by: 1 | -1): void {
  if (level === 0) return;
  const packed = level <= 5 ? scores.low : scores.high;
  packed[quarter] = (packed[quarter] ?? 0) + by * 128 ** ((level - 1) % 5);
}

function runningSums(scores: Scores): void {
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

function scan(
  scores: Scores,
  ground: Ground,
  constraints: number,
): Pick<Solution, 'best' | 'feasibleQuarters' | 'leaveOneOut'> {
  const { violated, indices } = scores;
  const without = new Int32Array(constraints).fill(-1);
  let best = -1;
  let feasibleQuarters = 0;
  for (let quarter = 0; quarter < violated.length; quarter += 1) {
    const count = violated[quarter] ?? 0;
    if (count > 1) continue;
    if (count === 0) {
      feasibleQuarters += 1;
      if (best < 0 || isBetter(scores, ground, quarter, best)) best = quarter;
      continue;
    }
    const index = indices[quarter] ?? 0;
    const held = without[index] ?? -1;
    if (held < 0 || isBetter(scores, ground, quarter, held)) without[index] = quarter;
  }
  return {
    best: best < 0 ? undefined : best,
    feasibleQuarters,
    leaveOneOut: [...without].map((quarter) => (quarter < 0 ? undefined : quarter)),
  };
}

function addRange(differences: Int32Array, from: number, until: number, by: number): void {
  bump(differences, from, by);
  if (until < differences.length) bump(differences, until, -by);
}

function bump(differences: Int32Array, at: number, by: number): void {
  differences[at] = (differences[at] ?? 0) + by;
}
