/**
 * The written forms of SCHED/1 as numbers: seconds since 1970, days since 1970, minutes of a day. The forms were
 * checked by the reader, so nothing here can fail.
 * @see SCHEDULING §2, §3.1
 */
import { civilFromDays, daysFromCivil, type Instant, SECOND, writeInstant } from '../time.js';
import type { Weekday } from './problem.js';

export const QUARTER_SECONDS = 900;
export const DAY_SECONDS = 86_400;
export const QUARTERS_PER_DAY = 96;

/** Monday first, as weeks begin in SCHED/1. */
export const WEEKDAYS: readonly Weekday[] = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

/** `secondsOf(textOfSeconds(t)) = t`. */
export function secondsOf(instant: string): number {
  return dayOf(instant) * DAY_SECONDS + two(instant, 11) * 3_600 + two(instant, 14) * 60 + two(instant, 17);
}

/** Seconds since 1970 as an instant of SCHED/1. */
export function textOfSeconds(seconds: number): string {
  return writeInstant((seconds * SECOND) as Instant);
}

/** Days since 1970 of a date, or of the UTC date of an instant. */
export function dayOf(date: string): number {
  return daysFromCivil(two(date, 0) * 100 + two(date, 2), two(date, 5), two(date, 8));
}

/** Inverse of {@link dayOf} for dates. */
export function textOfDay(day: number): string {
  const civil = civilFromDays(day);
  return `${String(civil.year).padStart(4, '0')}-${pad(civil.month)}-${pad(civil.day)}`;
}

/** Minutes since midnight of `HH:MM`; `24:00` is 1440. */
export function minuteOf(time: string): number {
  return two(time, 0) * 60 + two(time, 3);
}

/** 0 is Monday. Day 0, the first of January 1970, was a Thursday. */
export function weekdayOf(day: number): number {
  return (((day + 3) % 7) + 7) % 7;
}

/** First quarter at or after an instant in seconds. */
export function quarterFrom(seconds: number): number {
  return Math.ceil(seconds / QUARTER_SECONDS);
}

/** Two digits as a text. */
export function pad(value: number): string {
  return String(value).padStart(2, '0');
}

function two(text: string, at: number): number {
  return text.charCodeAt(at) * 10 + text.charCodeAt(at + 1) - 528;
}
