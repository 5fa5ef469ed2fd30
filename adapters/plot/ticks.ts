/** Ticks of an axis of time, chosen and written without the locale or the zone of the process. */
import { DAY_SECONDS, textOfDay } from '../../node/core/schedule/civil.js';
import type { Stretch } from '../../node/core/schedule/rule.js';
import { sayUtc } from '../../node/core/schedule/tell-times.js';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export interface Ticks {
  readonly at: readonly Date[];
  readonly say: (at: Date) => string;
}

/** At most about `most` ticks on whole hours, days, Mondays or first days of months (UTC). */
export function ticksOf(span: Stretch, most: number): Ticks {
  const hours = [1, 3, 6, 12].find((step) => (span.until - span.from) / (step * 3_600) <= most);
  if (hours !== undefined) return { at: stepped(span, hours * 3_600, 0), say: sayHour };
  const days = [1, 2].find((step) => (span.until - span.from) / (step * DAY_SECONDS) <= most);
  if (days !== undefined) return { at: stepped(span, days * DAY_SECONDS, 0), say: sayDay };
  // Day 4 of 1970 was a Monday.
  const weeks = [1, 2, 4].find((step) => (span.until - span.from) / (step * 7 * DAY_SECONDS) <= most);
  if (weeks !== undefined)
    return { at: stepped(span, weeks * 7 * DAY_SECONDS, 4 * DAY_SECONDS), say: sayDay };
  const firsts = stepped(span, DAY_SECONDS, 0).filter((at) => textOfDay(dayOf(at)).endsWith('-01'));
  // A month with its year is twice as long as a day.
  const every = Math.ceil((2 * firsts.length) / most);
  return { at: firsts.filter((_, index) => index % every === 0), say: sayMonth };
}

/** Midnights of UTC days within a span. */
export function midnights(span: Stretch): readonly Date[] {
  return stepped(span, DAY_SECONDS, 0);
}

/** `Wed 21 Apr 2027`. */
export function sayWeekday(at: number): string {
  return `${sayUtc(at).slice(0, 3)} ${sayDay(new Date(at * 1_000))} ${sayUtc(at).slice(4, 8)}`;
}

function stepped({ from, until }: Stretch, step: number, offset: number): readonly Date[] {
  const found: Date[] = [];
  for (let at = Math.ceil((from - offset) / step) * step + offset; at <= until; at += step) {
    found.push(new Date(at * 1_000));
  }
  return found;
}

function sayHour(at: Date): string {
  const hour = at.toISOString().slice(11, 13);
  return hour === '00' ? sayDay(at) : hour;
}

function sayDay(at: Date): string {
  const [, month = '', day = ''] = textOfDay(dayOf(at)).split('-');
  return `${Number(day)} ${MONTHS[Number(month) - 1]}`;
}

function sayMonth(at: Date): string {
  const [year = '', month = ''] = textOfDay(dayOf(at)).split('-');
  return `${MONTHS[Number(month) - 1]} ${year}`;
}

function dayOf(at: Date): number {
  return Math.floor(at.getTime() / 1_000 / DAY_SECONDS);
}
