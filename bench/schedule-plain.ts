/**
 * The obvious way to the best quarter: at every quarter ask every constraint and every soft cost. Zones, calendars and
 * occurrences are made ready once, as the solver does it, so that what is compared is the evaluation and nothing else.
 * It knows the kinds that the document of SCHEDULING §19 has.
 */
import { type Bound, boundOf, distanceFrom, isBound, overrunDays } from '../node/core/schedule/bound.js';
import { isWorking } from '../node/core/schedule/calendar.js';
import { DAY_SECONDS, minuteOf, QUARTER_SECONDS, secondsOf } from '../node/core/schedule/civil.js';
import { type Ground, groundOf } from '../node/core/schedule/ground.js';
import { banOf, forbids } from '../node/core/schedule/hard.js';
import type { CycleTable, LeadTable, Problem, SoftCost, StaffTable } from '../node/core/schedule/problem.js';
import { levelOf } from '../node/core/schedule/scores.js';
import { offsetAt } from '../node/core/schedule/zone.js';

/** Best quarter of a stretch of the horizon and its key under `minimax`. */
export interface PlainBest {
  readonly quarter: number;
  readonly key: readonly number[];
}

/** A stretch of the horizon in quarters, half open; the whole of it for an answer that counts. */
export interface Stretch {
  readonly from: number;
  readonly until: number;
}

/** Makes everything ready. @returns the evaluation; its answer is `undefined` where every quarter violates something. */
export function plainSolver(problem: Problem): (quarters: Stretch) => PlainBest | undefined {
  const ground = groundOf(problem);
  const hard = problem.hard.map((constraint) => ({
    ban: banOf(constraint, ground),
    bound: isBound(constraint) ? boundOf(constraint, ground) : undefined,
    perDay: 'overrunPerDay' in constraint ? (constraint.overrunPerDay ?? 0) : 0,
  }));
  const parties = problem.parties.map(({ weight, fair, soft }) => ({
    weight,
    fair,
    costs: soft.map((one) => costOf(one, ground)),
  }));
  return (quarters) => {
    let best: PlainBest | undefined;
    for (let quarter = quarters.from; quarter < quarters.until; quarter += 1) {
      // No early end: leave-one-out asks how many are violated, and which.
      let violated = 0;
      let sum = 0;
      for (const { ban, bound, perDay } of hard) {
        if (bound === undefined ? forbids(ban, quarter) : misses(bound, quarter, ground)) violated += 1;
        if (bound !== undefined && perDay > 0)
          sum += perDay * overrunDays(distanceFrom(bound, ground.first + quarter));
      }
      let maxLevel = 0;
      const at = (ground.first + quarter) * QUARTER_SECONDS;
      for (const { weight, fair, costs } of parties) {
        const cost = costs.reduce((total, one) => total + one(at), 0);
        sum += weight * cost;
        if (fair) maxLevel = Math.max(maxLevel, levelOf(cost));
      }
      const slot = ground.first + quarter;
      const key = [maxLevel, sum, slot % 4 === 0 ? 0 : slot % 4 === 2 ? 1 : 2, slot];
      if (violated === 0 && (best === undefined || isLess(key, best.key))) best = { quarter, key };
    }
    return best;
  };
}

function misses(bound: Bound, quarter: number, ground: Ground): boolean {
  return bound.side === 'unreachable' || distanceFrom(bound, ground.first + quarter) > 0;
}

function isLess(left: readonly number[], right: readonly number[]): boolean {
  const at = left.findIndex((value, index) => value !== right[index]);
  return at >= 0 && (left[at] ?? 0) < (right[at] ?? 0);
}

function costOf(soft: SoftCost, ground: Ground): (at: number) => number {
  switch (soft.kind) {
    case 'office': {
      const zone = ground.zone(soft.zone);
      const calendar = ground.calendar(soft.calendar);
      const { bands, eve, off } = ground.table(soft.table) as StaffTable;
      const starts = bands.map(({ from, cost }) => ({ second: minuteOf(from) * 60, cost }));
      return (at) => {
        const local = at + offsetAt(zone, at);
        const day = Math.floor(local / DAY_SECONDS);
        const clock = local - day * DAY_SECONDS;
        const band = starts.findLast(({ second }) => second <= clock)?.cost ?? 0;
        return band + (isWorking(calendar, day) ? (isWorking(calendar, day + 1) ? 0 : eve) : off);
      };
    }
    case 'cycle': {
      const { tiers, none } = ground.table(soft.table) as CycleTable;
      const ready = secondsOf(soft.ready);
      const offered = ground.occurrences(soft.rule).filter((one) => one >= ready);
      return (at) => {
        const last = offered[countUpTo(offered, at) - 1];
        return last === undefined
          ? none
          : (tiers.findLast(({ fromMinutes }) => fromMinutes * 60 <= at - last)?.cost ?? none);
      };
    }
    case 'leadPreference': {
      const { tiers, otherwise } = ground.table(soft.table) as LeadTable;
      const from = secondsOf(soft.from);
      return (at) => tiers.find(({ underMinutes }) => at - from < underMinutes * 60)?.cost ?? otherwise;
    }
    case 'delay': {
      const from = secondsOf(soft.from);
      return (at) =>
        at < from ? 0 : Math.min(soft.cap, soft.perDay * Math.floor((at - from) / DAY_SECONDS));
    }
    default:
      throw new Error(`bench: the document has no ${soft.kind}`);
  }
}

function countUpTo(ascending: readonly number[], at: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}
