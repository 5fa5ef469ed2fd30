/**
 * Bounds: constraints with one edge, before or after which every quarter is forbidden.
 * @see SCHEDULING §5
 */
import { unreachable } from '../fault.js';
import { monthsAfter, rolled, type WorkCalendar, workingDayAfter } from './calendar.js';
import { DAY_SECONDS, QUARTER_SECONDS, QUARTERS_PER_DAY, quarterFrom, secondsOf } from './civil.js';
import type { BoundConstraint, Deadline, HardConstraint, QuorumVendor } from './problem.js';
import { localDayAt, midnightOf, type Zone } from './zone.js';

/**
 * The edge of a bound: the first allowed quarter of a `lower`, the last allowed of an `upper` one, counted from
 * 1970. `unreachable` forbids every quarter and has no distance: a quorum that cannot be met.
 */
export type Bound =
  | { readonly side: 'lower' | 'upper'; readonly edge: number }
  | { readonly side: 'unreachable' };

/** What bounds are counted in; a `Ground` is one. */
export interface Reckoning {
  readonly zone: (name: string) => Zone;
  readonly calendar: (name: string) => WorkCalendar;
}

/** A deadline as an instant in seconds: `notAfter` of an elapsed count, or `before` of a civil one. */
export type DeadlineEnd =
  | { readonly notAfter: number }
  | {
      readonly before: number;
      /** Days since 1970. */
      readonly lastDay: number;
    };

/** Whether a constraint has an edge, and so a distance and an overrun (SCHEDULING §5). */
export function isBound(constraint: HardConstraint): constraint is BoundConstraint {
  return !['blackout', 'weekly', 'onCycle'].includes(constraint.kind);
}

/** The edge of a bound on the grid, rounded as in §2. */
export function boundOf(constraint: BoundConstraint, reckoning: Reckoning): Bound {
  switch (constraint.kind) {
    case 'notBefore':
      return lower(secondsOf(constraint.at));
    case 'notAfter':
      return notAfter(secondsOf(constraint.at));
    case 'before':
      return before(secondsOf(constraint.at));
    case 'deadline': {
      const end = deadlineEnd(constraint, reckoning);
      return 'notAfter' in end ? notAfter(end.notAfter) : before(end.before);
    }
    case 'lead':
      return lower(secondsOf(constraint.from) + constraint.minutes * 60);
    case 'leadWork':
      return lower(leadWorkStart(constraint, reckoning));
    case 'readyQuorum': {
      const ready = quorumInstant(constraint.percent, constraint.vendors);
      return ready === undefined ? { side: 'unreachable' } : lower(ready);
    }
    default:
      return unreachable(constraint);
  }
}

/** Quarters by which a violating quarter misses the bound; 0 where it holds or has no edge. */
export function distanceFrom(bound: Bound, quarter: number): number {
  switch (bound.side) {
    case 'lower':
      return Math.max(0, bound.edge - quarter);
    case 'upper':
      return Math.max(0, quarter - bound.edge);
    case 'unreachable':
      return 0;
    default:
      return unreachable(bound);
  }
}

/** Begun days of a distance: overrun is charged by them. */
export function overrunDays(distance: number): number {
  return Math.ceil(distance / QUARTERS_PER_DAY);
}

/**
 * Where a deadline ends. The start date is not counted; month counts are cut to the end of the month.
 * @see SCHEDULING §17 (three meanings of "45 days")
 */
export function deadlineEnd(deadline: Deadline, reckoning: Reckoning): DeadlineEnd {
  const from = secondsOf(deadline.from);
  if (deadline.count === 'elapsed') {
    return { notAfter: from + (deadline.days ?? 0) * DAY_SECONDS + (deadline.minutes ?? 0) * 60 };
  }
  const zone = reckoning.zone(deadline.zone);
  const start = localDayAt(zone, from);
  const counted =
    deadline.months === undefined ? start + (deadline.days ?? 0) : monthsAfter(start, deadline.months);
  const lastDay =
    deadline.roll === 'none' || deadline.calendar === undefined
      ? counted
      : rolled(reckoning.calendar(deadline.calendar), counted, deadline.roll);
  return { before: midnightOf(zone, lastDay + 1), lastDay };
}

/** Start of the local day after the last whole working day between; in seconds. */
export function leadWorkStart(
  lead: Extract<BoundConstraint, { kind: 'leadWork' }>,
  reckoning: Reckoning,
): number {
  const zone = reckoning.zone(lead.zone);
  const start = localDayAt(zone, secondsOf(lead.from));
  return midnightOf(zone, workingDayAfter(reckoning.calendar(lead.calendar), start, lead.days) + 1);
}

/**
 * The earliest instant at which enough of the installed base is ready.
 * @returns seconds, or `undefined` where vendors that never are ready weigh too much.
 */
export function quorumInstant(percent: number, vendors: readonly QuorumVendor[]): number | undefined {
  const needed = percent * vendors.reduce((sum, { weight }) => sum + weight, 0);
  const ready = vendors
    .flatMap((vendor) =>
      vendor.ready === null ? [] : { at: secondsOf(vendor.ready), weight: vendor.weight },
    )
    .sort((left, right) => left.at - right.at);
  let held = 0;
  for (const { at, weight } of ready) {
    held += 100 * weight;
    if (held >= needed) return at;
  }
  return undefined;
}

/** The last quarter a deadline allows, counted from 1970. */
export function lastQuarterOf(end: DeadlineEnd): number {
  return 'notAfter' in end ? Math.floor(end.notAfter / QUARTER_SECONDS) : quarterFrom(end.before) - 1;
}

function lower(seconds: number): Bound {
  return { side: 'lower', edge: quarterFrom(seconds) };
}

function notAfter(seconds: number): Bound {
  return { side: 'upper', edge: lastQuarterOf({ notAfter: seconds }) };
}

function before(seconds: number): Bound {
  return { side: 'upper', edge: quarterFrom(seconds) - 1 };
}
