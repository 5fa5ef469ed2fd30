/**
 * Instants, lengths and lists as people say them. All wall clocks come from the zones of the document.
 */
import { pad, secondsOf } from './civil.js';
import type { Ground } from './ground.js';
import type { Weekday } from './problem.js';
import { localTimeAt } from './zone.js';

/** Weekdays as they stand in sentences. */
export const WEEKDAY_NAMES: Readonly<Record<Weekday, string>> = {
  MO: 'Mon',
  TU: 'Tue',
  WE: 'Wed',
  TH: 'Thu',
  FR: 'Fri',
  SA: 'Sat',
  SU: 'Sun',
};

/** `America/Argentina/Buenos_Aires` → `Buenos Aires`. */
export function cityOf(zone: string): string {
  return zone.slice(zone.lastIndexOf('/') + 1).replaceAll('_', ' ');
}

/** A wall clock in pieces. */
export interface WallClock {
  /** Such as `Wed`. */
  readonly weekday: string;
  /** `YYYY-MM-DD`. */
  readonly date: string;
  /** `HH:MM`. */
  readonly time: string;
}

/** What people in a zone of the document read at an instant in seconds. */
export function wallClockAt(ground: Ground, zone: string, at: number): WallClock {
  const { weekday, local } = localTimeAt(ground.zone(zone), at);
  return { weekday: WEEKDAY_NAMES[weekday], date: local.slice(0, 10), time: local.slice(11, 16) };
}

/**
 * `Wed 2027-04-21 21:00 in Tokyo`, or `Wed 2027-04-21 12:00Z` without a zone.
 * @param at seconds since 1970; seconds beyond the minute are not said.
 */
export function sayInstant(ground: Ground, at: number, zone: string | undefined): string {
  if (zone === undefined) return sayUtc(at);
  const { weekday, date, time } = wallClockAt(ground, zone, at);
  return `${weekday} ${date} ${time} in ${cityOf(zone)}`;
}

/** `Wed 2027-04-21 12:00Z`, with seconds where there are some. */
export function sayUtc(at: number): string {
  const { weekday, local } = localTimeAt(UTC, at);
  const seconds = at % 60 === 0 ? '' : `:${pad(((at % 60) + 60) % 60)}`;
  return `${WEEKDAY_NAMES[weekday]} ${local.slice(0, 10)} ${local.slice(11, 16)}${seconds}Z`;
}

/** {@link sayUtc} of an instant as the document writes it. */
export function sayInstantText(instant: string): string {
  return sayUtc(secondsOf(instant));
}

const UTC = { starts: [Number.NEGATIVE_INFINITY], offsets: [0] };

/** `7 d 8 h`, `45 min`: all units that are not zero; days have 24 hours. */
export function sayMinutes(minutes: number): string {
  const whole = Math.abs(minutes);
  const parts = [
    [Math.floor(whole / 1_440), 'd'],
    [Math.floor(whole / 60) % 24, 'h'],
    [whole % 60, 'min'],
  ] as const;
  const said = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}`);
  return said.length === 0 ? '0 min' : said.join(' ');
}

/** `A`, `A and B`, `A, B and C`; beyond `most` entries `A, B and 7 more`. */
export function sayList(words: readonly string[], most: number): string {
  if (words.length > most) return `${words.slice(0, most).join(', ')} and ${words.length - most} more`;
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** `1 day`, `2 days`. */
export function sayCount(count: number, one: string, many: string = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Is an id one of the random names under which a node hides whose wish it was (DESIGN §6)? It says nothing to people. */
export function isMadeUp(id: string): boolean {
  return /^(?:\d+\.)?[0-9a-f]{16}(?:\.[a-z]+)?$/.test(id);
}

/** The name of a vendor's patch days in its own wish, before its centre hides whose they are. */
function isOwn(id: string): boolean {
  return /^(?:\d+\.)?own$/.test(id);
}

/** `the patch day of microsoft`, or `its own patch day` where the rule has a random name. */
export function sayPatchDay(rule: string): string {
  return isMadeUp(rule) || isOwn(rule) ? 'its own patch day' : `the patch day of ${rule}`;
}
