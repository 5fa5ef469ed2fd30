/**
 * Working days, and the counts over them: civil deadlines and lead in working days.
 * @see SCHEDULING §3.4, §5, §17
 */
import { civilFromDays, daysFromCivil, daysInMonth } from '../time.js';
import { dayOf, WEEKDAYS, weekdayOf } from './civil.js';
import type { Calendar } from './problem.js';

/** A calendar of the document, ready for questions. Outside its years it knows only its weekend. */
export interface WorkCalendar {
  /** By weekday, Monday first. */
  readonly weekend: readonly boolean[];
  /** The listed dates, as days since 1970. */
  readonly listed: ReadonlySet<number>;
}

/** A calendar of the document, ready to be asked day by day. */
export function workCalendarOf(calendar: Calendar): WorkCalendar {
  return {
    weekend: WEEKDAYS.map((weekday) => calendar.weekend.includes(weekday)),
    listed: new Set(calendar.dates.map(dayOf)),
  };
}

/** Whether a day, counted from 1970, is a working day (SCHEDULING §3.4). */
export function isWorking(calendar: WorkCalendar, day: number): boolean {
  return calendar.weekend[weekdayOf(day)] !== true && !calendar.listed.has(day);
}

/** The `count`-th working day after a day, which is not counted itself. Ends: a week has a working weekday. */
export function workingDayAfter(calendar: WorkCalendar, start: number, count: number): number {
  let day = start;
  for (let left = count; left > 0; ) {
    day += 1;
    if (isWorking(calendar, day)) left -= 1;
  }
  return day;
}

/** The next or previous working day, or the day itself if it is one. */
export function rolled(calendar: WorkCalendar, start: number, roll: 'next' | 'previous'): number {
  let day = start;
  while (!isWorking(calendar, day)) day += roll === 'next' ? 1 : -1;
  return day;
}

/** The same day number some months later, cut to the end of that month. */
export function monthsAfter(start: number, months: number): number {
  const { year, month, day } = civilFromDays(start);
  const count = year * 12 + (month - 1) + months;
  const [toYear, toMonth] = [Math.floor(count / 12), (count % 12) + 1];
  return daysFromCivil(toYear, toMonth, Math.min(day, daysInMonth(toYear, toMonth)));
}
