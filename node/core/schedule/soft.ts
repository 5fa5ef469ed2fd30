/**
 * Soft costs as step functions over the horizon.
 * @see SCHEDULING §6
 */
import { unreachable } from '../fault.js';
import { isWorking } from './calendar.js';
import { DAY_SECONDS, minuteOf, QUARTERS_PER_DAY, quarterFrom, secondsOf } from './civil.js';
import type { Ground } from './ground.js';
import { aroundOccurrences, type Range, rangesOf, stretchesOf } from './periods.js';
import type { CostTable, CycleTable, LeadTable, SoftCost, StaffTable } from './problem.js';
import { type Staircase, stairsInWork, step } from './staircase.js';
import { segmentAt } from './zone.js';

type Of<Kind extends SoftCost['kind']> = Extract<SoftCost, { kind: Kind }>;

/** Cost of one soft cost at every quarter of the horizon; 0 to 1000. */
export function stairsOf(soft: SoftCost, ground: Ground): Staircase {
  switch (soft.kind) {
    case 'office':
      return officeStairs(soft, ground);
    case 'cycle':
      return cycleStairs(soft, ground);
    case 'avoid':
      return plateaus(rangesOf(stretchesOf(soft, ground), ground), soft.cost, ground);
    case 'avoidCycle': {
      const around = aroundOccurrences(ground.occurrences(soft.rule), soft.beforeMinutes, soft.afterMinutes);
      return plateaus(rangesOf(around, ground), soft.cost, ground);
    }
    case 'delay':
      return delayStairs(soft, ground);
    case 'leadPreference':
      return leadStairs(soft, ground);
    case 'stay':
      return stayStairs(soft, ground);
    default:
      return unreachable(soft);
  }
}

/** Two soft costs with one key cost the same at every quarter of one document, whoever pays them. */
export function softKey(soft: SoftCost): string {
  switch (soft.kind) {
    case 'office':
      return `office ${soft.zone} ${soft.calendar} ${soft.table}`;
    case 'cycle':
      return `cycle ${soft.rule} ${soft.ready} ${soft.table}`;
    case 'avoid':
      return `avoid ${soft.cost} ${JSON.stringify([soft.intervals ?? [], soft.dates ?? []])}`;
    case 'avoidCycle':
      return `avoidCycle ${soft.rule} ${soft.beforeMinutes} ${soft.afterMinutes} ${soft.cost}`;
    case 'delay':
      return `delay ${soft.from} ${soft.perDay} ${soft.cap}`;
    case 'leadPreference':
      return `leadPreference ${soft.from} ${soft.table}`;
    case 'stay':
      return `stay ${soft.at} ${soft.cost} ${soft.perDay} ${soft.cap}`;
    default:
      return unreachable(soft);
  }
}

/** The largest value a soft cost can take by its parameters; budgets are counted in it (§3.7). */
export function largestCost(soft: SoftCost, tableNamed: (name: string) => CostTable | undefined): number {
  switch (soft.kind) {
    case 'office':
    case 'cycle':
    case 'leadPreference':
      return largestInTable(tableNamed(soft.table));
    case 'avoid':
    case 'avoidCycle':
      return soft.cost;
    case 'delay':
    case 'stay':
      return soft.cap;
    default:
      return unreachable(soft);
  }
}

function largestInTable(table: CostTable | undefined): number {
  switch (table?.kind) {
    case 'staff':
      return Math.max(...table.bands.map(({ cost }) => cost)) + Math.max(table.eve, table.off);
    case 'cycle':
      return Math.max(table.none, ...table.tiers.map(({ cost }) => cost));
    case 'lead':
      return Math.max(table.otherwise, ...table.tiers.map(({ cost }) => cost));
    case undefined:
      return 0;
    default:
      return unreachable(table);
  }
}

/**
 * Bands are laid out per stretch of constant offset, not as midnight plus hours: the cost follows the wall clock,
 * so that in a repeated hour the same band applies twice (§18).
 */
function officeStairs(soft: Of<'office'>, ground: Ground): Staircase {
  const { starts, offsets } = ground.zone(soft.zone);
  const calendar = ground.calendar(soft.calendar);
  const table = ground.table(soft.table) as StaffTable;
  const bands = table.bands.map(({ from, cost }) => ({ second: minuteOf(from) * 60, cost }));
  const stairs = stairsInWork(ground.quarters, 0);
  const { from: start, until: end } = ground.horizon;
  for (let segment = segmentAt(ground.zone(soft.zone), start); segment < starts.length; segment += 1) {
    const from = Math.max(starts[segment] ?? 0, start);
    const until = Math.min(starts[segment + 1] ?? Number.POSITIVE_INFINITY, end);
    if (from >= until) break;
    const offset = offsets[segment] ?? 0;
    const lastDay = Math.floor((until - 1 + offset) / DAY_SECONDS);
    for (let day = Math.floor((from + offset) / DAY_SECONDS); day <= lastDay; day += 1) {
      const midnight = day * DAY_SECONDS - offset;
      const extra = isWorking(calendar, day) ? (isWorking(calendar, day + 1) ? 0 : table.eve) : table.off;
      for (const band of bands) {
        const at = midnight + band.second;
        if (at >= until) break;
        step(stairs, quarterFrom(Math.max(at, from)) - ground.first, band.cost + extra);
      }
    }
  }
  return stairs;
}

function cycleStairs(soft: Of<'cycle'>, ground: Ground): Staircase {
  const table = ground.table(soft.table) as CycleTable;
  const occurrences = ground.occurrences(soft.rule);
  const ready = secondsOf(soft.ready);
  const stairs = stairsInWork(ground.quarters, table.none);
  // Of the occurrences before the horizon only the last one can still be the latest.
  const before = firstFrom(occurrences, ground.horizon.from + 1) - 1;
  for (let index = Math.max(firstFrom(occurrences, ready), before); index < occurrences.length; index += 1) {
    const at = occurrences[index] ?? 0;
    if (at >= ground.horizon.until) break;
    const next = occurrences[index + 1] ?? Number.POSITIVE_INFINITY;
    for (const tier of table.tiers) {
      const from = at + tier.fromMinutes * 60;
      if (from >= next) break;
      step(stairs, quarterFrom(from) - ground.first, tier.cost);
    }
  }
  return stairs;
}

function plateaus(ranges: readonly Range[], cost: number, ground: Ground): Staircase {
  const stairs = stairsInWork(ground.quarters, 0);
  for (const { from, until } of ranges) {
    step(stairs, from, cost);
    step(stairs, until, 0);
  }
  return stairs;
}

/** Full days only: the first step is one day after `from`. */
function delayStairs(soft: Of<'delay'>, ground: Ground): Staircase {
  const from = secondsOf(soft.from);
  const costAfter = (days: number): number => Math.min(soft.cap, soft.perDay * days);
  const passed = Math.max(0, Math.floor((ground.horizon.from - from) / DAY_SECONDS));
  const stairs = stairsInWork(ground.quarters, costAfter(passed));
  for (let days = passed + 1; from + days * DAY_SECONDS < ground.horizon.until; days += 1) {
    step(stairs, quarterFrom(from + days * DAY_SECONDS) - ground.first, costAfter(days));
    if (soft.perDay * days >= soft.cap) break;
  }
  return stairs;
}

function leadStairs(soft: Of<'leadPreference'>, ground: Ground): Staircase {
  const table = ground.table(soft.table) as LeadTable;
  const from = secondsOf(soft.from);
  const stairs = stairsInWork(ground.quarters, table.tiers[0]?.cost ?? table.otherwise);
  table.tiers.forEach(({ underMinutes }, index) => {
    const cost = table.tiers[index + 1]?.cost ?? table.otherwise;
    step(stairs, quarterFrom(from + underMinutes * 60) - ground.first, cost);
  });
  return stairs;
}

function stayStairs(soft: Of<'stay'>, ground: Ground): Staircase {
  const at = quarterFrom(secondsOf(soft.at)) - ground.first;
  const costAway = (quarters: number): number =>
    Math.min(soft.cap, soft.cost + soft.perDay * Math.floor(Math.abs(quarters) / QUARTERS_PER_DAY));
  const stairs = stairsInWork(ground.quarters, at === 0 ? 0 : costAway(at));
  // Before the instant a full day ends one quarter after its edge: at exactly one day the cost is still higher.
  const daysAhead = Math.floor(Math.max(0, at) / QUARTERS_PER_DAY);
  for (let days = daysAhead; days > 0; days -= 1) {
    const from = at - days * QUARTERS_PER_DAY + 1;
    step(stairs, from, costAway(from - at));
  }
  if (at >= 0) step(stairs, at, 0);
  step(stairs, at + 1, costAway(1));
  for (let days = 1; at + days * QUARTERS_PER_DAY < ground.quarters; days += 1) {
    step(stairs, at + days * QUARTERS_PER_DAY, costAway(days * QUARTERS_PER_DAY));
  }
  return stairs;
}

/** Index of the first of ascending numbers that is not below a bound. */
function firstFrom(ascending: readonly number[], bound: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
