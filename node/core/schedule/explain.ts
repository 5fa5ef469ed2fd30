/**
 * Why this instant: who pays what, what else there is, and the way out when nothing fits.
 * @see SCHEDULING §8
 */
import { byText } from '../bytes.js';
import { QUARTERS_PER_DAY } from './civil.js';
import { type Ban, forbids } from './hard.js';
import type { HardConstraint, Party } from './problem.js';
import { isBetter } from './scores.js';
import { softKey } from './soft.js';
import type { Solution } from './solve.js';
import { costAt, type Staircase, sumOf } from './staircase.js';

/** What one party pays at a quarter, in all and by soft cost; the costs in byte order of their ids. */
export interface Payment {
  readonly party: Party;
  readonly cost: number;
  readonly bySoft: readonly { readonly soft: string; readonly cost: number }[];
}

/** Who pays what at some quarters, and what each would pay at its own best. */
export interface Bill {
  /** One list a quarter, of all parties in byte order of their ids. */
  readonly payments: readonly (readonly Payment[])[];
  /** The least each party could pay at any feasible quarter, by its id. */
  readonly ideals: ReadonlyMap<string, number>;
}

/**
 * The bill of all parties at each of some quarters. One walk over all parties, so that a cost function that is too
 * large to be held is laid once for all questions.
 */
export function billAt(solution: Solution, quarters: readonly number[]): Bill {
  const feasibleBefore = feasibleCounts(solution);
  // Parties with equal soft costs are reckoned once.
  const reckoned = new Map<string, number>();
  const ideals = new Map<string, number>();
  const payments: Payment[][] = quarters.map(() => []);
  for (const party of solution.problem.parties.toSorted(byId)) {
    const costs = party.soft.toSorted(byId).map((soft) => ({ soft, stairs: solution.stairs(soft) }));
    for (const [place, quarter] of quarters.entries()) {
      const bySoft = costs.map(({ soft, stairs }) => ({ soft: soft.id, cost: costAt(stairs, quarter) }));
      payments[place]?.push({ party, bySoft, cost: bySoft.reduce((sum, { cost }) => sum + cost, 0) });
    }
    const name = party.soft.map(softKey).toSorted().join('\n');
    let ideal = reckoned.get(name);
    if (ideal === undefined) {
      const all = sumOf(
        costs.map(({ stairs }) => stairs),
        solution.ground.quarters,
      );
      ideal = leastCost(all, feasibleBefore);
      reckoned.set(name, ideal);
    }
    ideals.set(party.id, ideal);
  }
  return { payments, ideals };
}

/** Payments of all parties at one quarter, in byte order of their ids. */
export function paymentsAt(solution: Solution, quarter: number): readonly Payment[] {
  return solution.problem.parties.toSorted(byId).map((party) => {
    const bySoft = party.soft
      .toSorted(byId)
      .map((soft) => ({ soft: soft.id, cost: costAt(solution.stairs(soft), quarter) }));
    return { party, bySoft, cost: bySoft.reduce((sum, { cost }) => sum + cost, 0) };
  });
}

/** The best feasible quarters of three other UTC days than that of the best, in the order of their keys. */
export function alternatives(solution: Solution): readonly number[] {
  const { scores, ground, best } = solution;
  if (best === undefined) return [];
  const dayOfQuarter = (quarter: number): number => Math.floor((ground.first + quarter) / QUARTERS_PER_DAY);
  const bestOfDay = new Map<number, number>();
  for (let quarter = 0; quarter < ground.quarters; quarter += 1) {
    if (scores.violated[quarter] !== 0) continue;
    const day = dayOfQuarter(quarter);
    const held = bestOfDay.get(day);
    if (held === undefined || isBetter(scores, ground, quarter, held)) bestOfDay.set(day, quarter);
  }
  bestOfDay.delete(dayOfQuarter(best));
  return [...bestOfDay.values()]
    .sort((left, right) => (isBetter(scores, ground, left, right) ? -1 : 1))
    .slice(0, 3);
}

/**
 * The quarter whose violated constraints are the cheapest to waive: least number of `never`, then least price, then
 * fewest, then least key. Exact in one pass, since one instant must satisfy all that is kept.
 */
export function cheapestWayOut(solution: Solution): number {
  const { scores, ground } = solution;
  const { never, price, violated } = scores;
  let best = 0;
  for (let quarter = 1; quarter < ground.quarters; quarter += 1) {
    const difference =
      (never[quarter] ?? 0) - (never[best] ?? 0) ||
      (price[quarter] ?? 0) - (price[best] ?? 0) ||
      (violated[quarter] ?? 0) - (violated[best] ?? 0);
    if (difference < 0 || (difference === 0 && isBetter(scores, ground, quarter, best))) best = quarter;
  }
  return best;
}

/** The constraints a quarter violates, with their bans, by id. */
export function violatedAt(solution: Solution, quarter: number): readonly Ban[] {
  return solution.problem.hard
    .flatMap((_, index) => {
      const ban = solution.bans(index);
      return forbids(ban, quarter) ? [ban] : [];
    })
    .sort((left, right) => byId(left.constraint, right.constraint));
}

/**
 * A minimal set of constraints that together exclude every quarter, preferring those that are hard to waive: from
 * the last of the ranking to the first each one is dropped whose quarters others exclude too.
 *
 * Counting how many kept constraints forbid each quarter makes that one look at each forbidden range.
 * @returns ids in byte order. Only asked where nothing is feasible.
 */
export function minimalConflict(solution: Solution): readonly string[] {
  const covers = Int32Array.from(solution.scores.violated);
  const kept: string[] = [];
  const ranked = solution.problem.hard
    .map((constraint, index) => ({ constraint, index }))
    .sort((left, right) => byHardness(left.constraint, right.constraint));
  for (const { constraint, index } of ranked.reverse()) {
    const { forbidden } = solution.bans(index);
    if (forbidden.some(({ from, until }) => standsAlone(covers, from, until))) {
      kept.push(constraint.id);
      continue;
    }
    for (const { from, until } of forbidden) {
      for (let quarter = from; quarter < until; quarter += 1) covers[quarter] = (covers[quarter] ?? 0) - 1;
    }
  }
  return kept.sort(byText);
}

function standsAlone(covers: Int32Array, from: number, until: number): boolean {
  for (let quarter = from; quarter < until; quarter += 1) if (covers[quarter] === 1) return true;
  return false;
}

function byHardness(left: HardConstraint, right: HardConstraint): number {
  const price = ({ relax }: HardConstraint): number => (relax === 'never' ? Number.MAX_SAFE_INTEGER : relax);
  return price(right) - price(left) || byId(left, right);
}

/** Entry i counts the feasible quarters before quarter i; one entry more than the horizon has quarters. */
function feasibleCounts({ scores, ground }: Solution): Int32Array {
  const before = new Int32Array(ground.quarters + 1);
  for (let quarter = 0; quarter < ground.quarters; quarter += 1) {
    before[quarter + 1] = (before[quarter] ?? 0) + (scores.violated[quarter] === 0 ? 1 : 0);
  }
  return before;
}

function leastCost({ at, cost }: Staircase, feasibleBefore: Int32Array): number {
  const end = feasibleBefore.length - 1;
  return at.reduce((least, from, index) => {
    const here = cost[index] ?? 0;
    const until = at[index + 1] ?? end;
    return here < least && (feasibleBefore[until] ?? 0) > (feasibleBefore[from] ?? 0) ? here : least;
  }, 1_000);
}

function byId(left: { readonly id: string }, right: { readonly id: string }): number {
  return byText(left.id, right.id);
}
