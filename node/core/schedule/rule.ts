/**
 * Recurrences: the days and hours on which a vendor publishes.
 * @see SCHEDULING §3.5
 */
import { unreachable } from '../fault.js';
import { civilFromDays, daysFromCivil, daysInMonth } from '../time.js';
import { DAY_SECONDS, dayOf, minuteOf, WEEKDAYS, weekdayOf } from './civil.js';
import type { Rule, RulePart, Weekday } from './problem.js';
import { instantOf, type Zone } from './zone.js';

/** Seconds, half open. */
export interface Stretch {
  readonly from: number;
  readonly until: number;
}

/**
 * The occurrences of a rule within the coverage.
 *
 * @param zoneNamed gives the zone of a part; dates of a part are dates in that zone.
 * @returns instants in seconds, ascending, each once.
 */
export function occurrencesOf(
  rule: Rule,
  zoneNamed: (name: string) => Zone,
  coverage: Stretch,
): readonly number[] {
  // Local dates are at most a day from the UTC date; one more costs nothing.
  const first = Math.floor(coverage.from / DAY_SECONDS) - 2;
  const last = Math.floor(coverage.until / DAY_SECONDS) + 2;
  const found = new Set<number>();
  for (const part of rule.parts) {
    const zone = zoneNamed(part.zone);
    const clock = minuteOf(part.time) * 60;
    for (const day of datesOf(part, first, last)) {
      const at = instantOf(zone, day * DAY_SECONDS + clock);
      if (at >= coverage.from && at < coverage.until) found.add(at);
    }
  }
  return [...found].sort((left, right) => left - right);
}

/**
 * Dates of one part after validity, `except` and `add`, in that order: a date in both lists stays, and `add` may
 * lie outside the validity.
 *
 * @returns days since 1970, in no order, some perhaps twice or outside `first` to `last`.
 */
export function datesOf(part: RulePart, first: number, last: number): readonly number[] {
  const from = part.validFrom === undefined ? Number.NEGATIVE_INFINITY : dayOf(part.validFrom);
  const to = part.validTo === undefined ? Number.POSITIVE_INFINITY : dayOf(part.validTo);
  const except = new Set(part.except?.map(dayOf));
  return generate(part, first, last)
    .filter((day) => day >= from && day <= to && !except.has(day))
    .concat(part.add?.map(dayOf) ?? []);
}

function generate(part: RulePart, first: number, last: number): number[] {
  switch (part.kind) {
    case 'nth':
      return monthsOf(first, last, part.months).flatMap(({ year, month }) =>
        part.ordinals.flatMap((ordinal) => nthWeekday(year, month, part.weekday, ordinal) ?? []),
      );
    case 'nearest':
      // The date may lie in a neighbouring month, so the months reach a little beyond the span.
      return monthsOf(first - 31, last + 31, part.months).map(({ year, month }) =>
        nearestWeekday(daysFromCivil(year, month, part.day), part.weekday),
      );
    case 'weeks':
      return everyWeeks(dayOf(part.anchor), 7 * part.interval, first, last);
    case 'list':
      return part.dates.map(dayOf);
    default:
      return unreachable(part);
  }
}

/** @returns `undefined` for a fifth weekday that does not exist. */
function nthWeekday(year: number, month: number, weekday: Weekday, ordinal: number): number | undefined {
  const wanted = WEEKDAYS.indexOf(weekday);
  const start = daysFromCivil(year, month, 1);
  const length = daysInMonth(year, month);
  const firstSuch = (wanted - weekdayOf(start) + 7) % 7;
  const lastSuch = length - 1 - ((weekdayOf(start + length - 1) - wanted + 7) % 7);
  const at = ordinal > 0 ? firstSuch + 7 * (ordinal - 1) : lastSuch + 7 * (ordinal + 1);
  return at >= 0 && at < length ? start + at : undefined;
}

function nearestWeekday(day: number, weekday: Weekday): number {
  return day - 3 + ((WEEKDAYS.indexOf(weekday) - weekdayOf(day - 3) + 7) % 7);
}

function everyWeeks(anchor: number, step: number, first: number, last: number): number[] {
  const days: number[] = [];
  const skipped = Math.max(0, Math.ceil((first - anchor) / step));
  for (let day = anchor + skipped * step; day <= last; day += step) days.push(day);
  return days;
}

function monthsOf(
  first: number,
  last: number,
  months: readonly number[] | undefined,
): readonly { year: number; month: number }[] {
  const start = civilFromDays(first);
  const end = civilFromDays(last);
  const found: { year: number; month: number }[] = [];
  for (let count = start.year * 12 + start.month - 1; count <= end.year * 12 + end.month - 1; count += 1) {
    const month = (count % 12) + 1;
    if (months === undefined || months.includes(month)) found.push({ year: Math.floor(count / 12), month });
  }
  return found;
}
