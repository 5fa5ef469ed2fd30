/**
 * What a hard constraint asks for, in words, and how far an instant misses it.
 * @see SCHEDULING §5
 */
import { unreachable } from '../fault.js';
import { deadlineEnd, leadWorkStart, quorumInstant } from './bound.js';
import { secondsOf, textOfDay, WEEKDAYS, weekdayOf } from './civil.js';
import type { Ground } from './ground.js';
import { stretchesOf } from './periods.js';
import type { BoundConstraint, HardConstraint, WindowConstraint } from './problem.js';
import {
  cityOf,
  sayCount,
  sayInstant,
  sayList,
  sayMinutes,
  sayPatchDay,
  sayUtc,
  WEEKDAY_NAMES,
} from './tell-times.js';

/** `only Mon, Tue and Wed 09:00–17:00 in New York`: what it demands, without its id. */
export function sayDemand(constraint: HardConstraint, ground: Ground): string {
  switch (constraint.kind) {
    case 'blackout':
    case 'weekly':
    case 'onCycle':
      return sayWindow(constraint, ground);
    default:
      return sayBound(constraint, ground);
  }
}

function sayBound(constraint: BoundConstraint, ground: Ground): string {
  switch (constraint.kind) {
    case 'notBefore':
      return `not before ${sayUtc(secondsOf(constraint.at))}`;
    case 'notAfter':
      return `not after ${sayUtc(secondsOf(constraint.at))}`;
    case 'before':
      return `before ${sayUtc(secondsOf(constraint.at))}`;
    case 'deadline':
      return sayDeadline(constraint, ground);
    case 'lead': {
      const from = secondsOf(constraint.from);
      return `${sayMinutes(constraint.minutes)} after ${sayUtc(from)}, so not before ${sayUtc(from + constraint.minutes * 60)}`;
    }
    case 'leadWork':
      return `${sayCount(constraint.days, 'whole working day')} after ${sayUtc(secondsOf(constraint.from))}, so not before ${sayInstant(ground, leadWorkStart(constraint, ground), constraint.zone)}`;
    case 'readyQuorum': {
      const ready = quorumInstant(constraint.percent, constraint.vendors);
      const share = `${constraint.percent} % of the installed base`;
      return ready === undefined
        ? `not before ${share} is ready, which never happens`
        : `not before ${share} is ready, ${sayUtc(ready)}`;
    }
    default:
      return unreachable(constraint);
  }
}

function sayDeadline(constraint: Extract<BoundConstraint, { kind: 'deadline' }>, ground: Ground): string {
  const end = deadlineEnd(constraint, ground);
  const from = sayUtc(secondsOf(constraint.from));
  if (constraint.count === 'elapsed' || 'notAfter' in end) {
    const length =
      constraint.days === undefined
        ? sayMinutes('minutes' in constraint ? (constraint.minutes ?? 0) : 0)
        : sayCount(constraint.days, 'day');
    return `within ${length} (elapsed) after ${from}${'notAfter' in end ? `, so not after ${sayUtc(end.notAfter)}` : ''}`;
  }
  const length =
    constraint.months === undefined
      ? sayCount(constraint.days ?? 0, 'day')
      : sayCount(constraint.months, 'month');
  const day = WEEKDAYS[weekdayOf(end.lastDay)] ?? 'MO';
  const rolled =
    constraint.roll === 'none' ? '' : `, rolled to the ${constraint.roll} working day where that is none`;
  return `within ${length} by the calendar of ${cityOf(constraint.zone)} after ${from}${rolled}, so ${WEEKDAY_NAMES[day]} ${textOfDay(end.lastDay)} is the last day`;
}

function sayWindow(constraint: WindowConstraint, ground: Ground): string {
  switch (constraint.kind) {
    case 'blackout': {
      const zone = constraint.dates?.[0]?.zone;
      const said = stretchesOf(constraint, ground).map(
        ({ from, until }) => `from ${sayInstant(ground, from, zone)} to ${sayInstant(ground, until, zone)}`,
      );
      return `not ${sayList(said, 2)}`;
    }
    case 'weekly': {
      const windows = constraint.windows.map(
        ({ days, from, to }) =>
          `${sayList(
            days.map((day) => WEEKDAY_NAMES[day]),
            7,
          )} ${from}–${to}`,
      );
      const closed = constraint.calendar === undefined ? '' : `, not on dates of ${constraint.calendar}`;
      return `only ${sayList(windows, 4)} in ${cityOf(constraint.zone)}${closed}`;
    }
    case 'onCycle': {
      const { beforeMinutes, afterMinutes, rule, ready } = constraint;
      const from =
        beforeMinutes > 0 ? `${sayMinutes(beforeMinutes)} before ${sayPatchDay(rule)}` : sayPatchDay(rule);
      const until = afterMinutes > 0 ? `${sayMinutes(afterMinutes)} after it` : 'its hour';
      return `only from ${from} until ${until}, with patch days from ${sayUtc(secondsOf(ready))} on`;
    }
    default:
      return unreachable(constraint);
  }
}
