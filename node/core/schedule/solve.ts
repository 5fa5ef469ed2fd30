/**
 * The search. A document has one unknown, a quarter of the horizon, so the exact answer is a scan: constraints and
 * costs become differences at few quarters, one pass of running sums gives every quarter its key.
 * @see SCHEDULING §8, §19
 */

import { overrunDays } from './bound.js';
import { QUARTERS_PER_DAY } from './civil.js';
import { type Ground, groundOf } from './ground.js';
import type { Ban } from './hard.js';
import { type Bans, bansFor, type Stairs, stairsFor } from './laid.js';
import type { Party, Problem, SoftCost } from './problem.js';
import { emptyScores, isBetter, levelOf, runningSums, type Scores } from './scores.js';
import { softKey } from './soft.js';
import { type Staircase, sumOf } from './staircase.js';

/** Everything the explanations need, with one entry a quarter of the horizon in each array. */
export interface Solution {
  readonly problem: Problem;
  readonly ground: Ground;
  readonly bans: Bans;
  readonly scores: Scores;
  readonly feasibleQuarters: number;
  /** The best feasible quarter. */
  readonly best: number | undefined;
  /** For each constraint of the document the best quarter that violates it and nothing else. */
  readonly leaveOneOut: readonly (number | undefined)[];
  readonly stairs: Stairs;
}

/** The best quarter of a checked document and what each constraint costs, with the arrays behind them. */
export function solve(problem: Problem): Solution {
  const ground = groundOf(problem);
  const bans = bansFor(problem.hard, ground);
  const stairs = stairsFor(ground);
  const scores = emptyScores(problem.objective, ground.quarters);
  addBans(scores, bans, problem.hard.length, ground);
  addCosts(scores, problem.parties, stairs);
  runningSums(scores);
  return { problem, ground, bans, scores, stairs, ...scan(scores, ground, problem.hard.length) };
}

/** Until {@link runningSums} the arrays hold differences to the quarter before. */
function addBans(scores: Scores, bans: Bans, constraints: number, ground: Ground): void {
  const rising = new Int32Array(ground.quarters);
  const falling = new Int32Array(ground.quarters);
  for (let index = 0; index < constraints; index += 1) {
    const ban = bans(index);
    const { relax } = ban.constraint;
    for (const { from, until } of ban.forbidden) {
      addRange(scores.violated, from, until, 1);
      addRange(scores.indices, from, until, index);
      if (relax === 'never') addRange(scores.never, from, until, 1);
      else addRange(scores.price, from, until, relax);
    }
    addOverrun(scores.sum, rising, falling, ban, ground);
  }
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

function addCosts(scores: Scores, parties: readonly Party[], stairs: Stairs): void {
  const distinct = new Map<string, { readonly soft: SoftCost; weight: number }>();
  for (const party of parties) {
    const own: Staircase[] = [];
    for (const soft of party.soft) {
      const key = softKey(soft);
      const entry = distinct.get(key) ?? { soft, weight: 0 };
      distinct.set(key, entry);
      entry.weight += party.weight;
      if (party.fair) own.push(stairs(soft, key));
    }
    if (party.fair) addLevels(scores, sumOf(own, scores.sum.length));
  }
  for (const [key, { soft, weight }] of distinct) addStairs(scores.sum, stairs(soft, key), weight);
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
