/**
 * Hard constraints as forbidden quarters of the horizon.
 * @see SCHEDULING §5
 */
import { unreachable } from '../fault.js';
import { type Bound, boundOf, isBound } from './bound.js';
import { DAY_SECONDS, minuteOf, secondsOf, WEEKDAYS, weekdayOf } from './civil.js';
import type { Ground } from './ground.js';
import { aroundOccurrences, gapsOf, type Range, rangesOf, stretchesOf, within } from './periods.js';
import type { HardConstraint, WindowConstraint } from './problem.js';
import type { Stretch } from './rule.js';
import { instantOf, localDayAt } from './zone.js';

/** A constraint made ready: where it is violated, and its edge if it is a bound. */
export interface Ban {
  readonly constraint: HardConstraint;
  /** Ascending, apart from each other, within the horizon. */
  readonly forbidden: readonly Range[];
  readonly bound?: Bound;
}

/** A hard constraint as the quarters that it forbids (SCHEDULING §5). */
export function banOf(constraint: HardConstraint, ground: Ground): Ban {
  if (!isBound(constraint)) return { constraint, forbidden: forbiddenByWindow(constraint, ground) };
  const bound = boundOf(constraint, ground);
  const range = forbiddenByBound(bound, ground);
  return { constraint, bound, forbidden: range.from < range.until ? [range] : [] };
}

/** Does the constraint forbid this quarter of the horizon? */
export function forbids(ban: Ban, quarter: number): boolean {
  return ban.forbidden.some(({ from, until }) => from <= quarter && quarter < until);
}

function forbiddenByBound(bound: Bound, ground: Ground): Range {
  switch (bound.side) {
    case 'lower':
      return within(0, bound.edge - ground.first, ground);
    case 'upper':
      return within(bound.edge + 1 - ground.first, ground.quarters, ground);
    case 'unreachable':
      return { from: 0, until: ground.quarters };
    default:
      return unreachable(bound);
  }
}

function forbiddenByWindow(constraint: WindowConstraint, ground: Ground): readonly Range[] {
  switch (constraint.kind) {
    case 'blackout':
      return rangesOf(stretchesOf(constraint, ground), ground);
    case 'weekly':
      return gapsOf(rangesOf(openingsOf(constraint, ground), ground), ground);
    case 'onCycle': {
      const ready = secondsOf(constraint.ready);
      const offered = ground.occurrences(constraint.rule).filter((at) => at >= ready);
      const around = aroundOccurrences(offered, constraint.beforeMinutes, constraint.afterMinutes);
      return gapsOf(rangesOf(around, ground), ground);
    }
    default:
      return unreachable(constraint);
  }
}

/** One window of one date, in seconds since 1970. */
export interface Opening extends Stretch {
  /** The local date, in days since 1970. */
  readonly day: number;
  /** Place of the window in the constraint. */
  readonly window: number;
}

/**
 * The windows of a weekly constraint, by date: all that reach into the horizon, and some days on either side. A window
 * over a skipped hour comes out shorter, one over a repeated hour longer; an empty one is none.
 */
export function openingsOf(
  constraint: Extract<WindowConstraint, { kind: 'weekly' }>,
  ground: Ground,
): readonly Opening[] {
  const zone = ground.zone(constraint.zone);
  const closed = constraint.calendar === undefined ? undefined : ground.calendar(constraint.calendar).listed;
  const windows = constraint.windows.map(({ days, from, to }) => ({
    days: WEEKDAYS.map((weekday) => days.includes(weekday)),
    from: minuteOf(from) * 60,
    to: minuteOf(to) * 60,
  }));
  const openings: Opening[] = [];
  // A window may begin on the date before; a day of more than 24 hours reaches no further.
  const first = localDayAt(zone, ground.horizon.from) - 2;
  const last = localDayAt(zone, ground.horizon.until) + 2;
  for (let day = first; day <= last; day += 1) {
    if (closed?.has(day)) continue;
    for (const [at, window] of windows.entries()) {
      if (window.days[weekdayOf(day)] !== true) continue;
      const from = instantOf(zone, day * DAY_SECONDS + window.from);
      const until = instantOf(zone, day * DAY_SECONDS + window.to);
      if (from < until) openings.push({ day, window: at, from, until });
    }
  }
  return openings;
}
