/**
 * Weekly windows of a problem document → VAVAILABILITY: somebody is unavailable over the horizon but for these hours.
 *
 * A reader repeats a window with the same exact length on the wall clock (RFC 5545 §3.8.5.3), while the solver takes
 * both ends from the clock of the day. The two differ on the days on which clocks change, so those windows are written
 * one by one in UTC, and the rule has exceptions in their place.
 * @see SCHEDULING §13, RFC 7953
 */
import { type Outcome, ok, refuse } from '../../../node/core/fault.js';
import { DAY_SECONDS, minuteOf, WEEKDAYS, weekdayOf } from '../../../node/core/schedule/civil.js';
import { type Ground, groundOf } from '../../../node/core/schedule/ground.js';
import { type Opening, openingsOf } from '../../../node/core/schedule/hard.js';
import type { HardConstraint, Problem, Weekday, ZoneTable } from '../../../node/core/schedule/problem.js';
import type { Zone } from '../../../node/core/schedule/zone.js';
import type { Instant } from '../../../node/core/time.js';
import type { Written } from '../format.js';
import { basicLocal, basicUtc, contentLines, escapeText, eventUid, isUnsteady } from './lines.js';
import { timezoneLines } from './timezone.js';

type Weekly = Extract<HardConstraint, { kind: 'weekly' }>;

/**
 * All weekly windows of a document, one VAVAILABILITY a constraint.
 *
 * @param called a name for the id of a party.
 * Faults: `FORMAT_CONTRADICTION` with `windows` where the document has none.
 */
export function writeWindows(
  problem: Problem,
  stampedAt: Instant,
  called: (party: string) => string,
): Outcome<Written> {
  const weekly = problem.hard.filter((one) => one.kind === 'weekly');
  if (weekly.length === 0) return refuse('FORMAT_CONTRADICTION', { where: 'windows' });
  const ground = groundOf(problem);
  const zones = [...new Set(weekly.map(({ zone }) => zone))].filter((zone) => zone !== 'UTC').sort();
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Isochron//SCHED-1//EN',
    `X-ISOCHRON-TZDB:${escapeText(problem.tzdb)}`,
    ...zones.flatMap((zone) => timezoneLines(zone, problem.zones[zone] as ZoneTable)),
    ...weekly.flatMap((one) => availabilityLines(one, { problem, ground, stampedAt, called })),
    'END:VCALENDAR',
  ];
  return ok({
    text: contentLines(lines),
    fileName: 'windows.ics',
    mediaType: 'text/calendar; charset=utf-8',
    losses: [],
  });
}

interface Setting {
  readonly problem: Problem;
  readonly ground: Ground;
  readonly stampedAt: Instant;
  readonly called: (party: string) => string;
}

function availabilityLines(weekly: Weekly, setting: Setting): readonly string[] {
  const { problem, ground, stampedAt, called } = setting;
  const { horizon } = ground;
  const stamp = `DTSTAMP:${basicUtc(Math.floor(stampedAt / 1_000))}`;
  const uid = (...more: readonly string[]) =>
    `UID:${eventUid('windows', problem.case, String(problem.revision), weekly.id, ...more)}`;
  const openings = openingsOf(weekly, ground).filter(
    ({ from, until }) => from < horizon.until && horizon.from < until,
  );
  const hours = weekly.windows.flatMap((_, window) =>
    windowLines(
      weekly,
      window,
      openings.filter((one) => one.window === window),
      ground.zone(weekly.zone),
    ),
  );
  return [
    'BEGIN:VAVAILABILITY',
    uid(),
    stamp,
    'BUSYTYPE:BUSY-UNAVAILABLE',
    `DTSTART:${basicUtc(horizon.from)}`,
    `DTEND:${basicUtc(horizon.until)}`,
    `SUMMARY:${escapeText(`hours of ${called(weekly.party)}`)}`,
    'CLASS:CONFIDENTIAL',
    ...hours.flatMap((lines, index) => [
      'BEGIN:AVAILABLE',
      uid(String(index)),
      stamp,
      ...lines,
      'END:AVAILABLE',
    ]),
    'END:VAVAILABILITY',
  ];
}

/** DTSTART, DTEND and the recurrence of each AVAILABLE of one window. */
function windowLines(
  { zone: name, windows }: Weekly,
  index: number,
  openings: readonly Opening[],
  zone: Zone,
): readonly (readonly string[])[] {
  const window = windows[index];
  if (window === undefined) return [];
  const local = (day: number, time: string) => day * DAY_SECONDS + minuteOf(time) * 60;
  const length = local(0, window.to) - local(0, window.from);
  const isPlain = ({ day, from, until }: Opening) =>
    until - from === length && ![window.from, window.to].some((time) => isUnsteady(zone, local(day, time)));
  const plain = openings.filter(isPlain);
  const [first] = plain;
  const last = plain.at(-1);
  const single = openings
    .filter((one) => !isPlain(one))
    .map(({ from, until }) => [`DTSTART:${basicUtc(from)}`, `DTEND:${basicUtc(until)}`]);
  if (first === undefined || last === undefined) return single;
  const days = new Set(plain.map(({ day }) => day));
  const skipped = between(first.day, last.day, window.days).filter((day) => !days.has(day));
  return [
    [
      onClock('DTSTART', name, [local(first.day, window.from)]),
      onClock('DTEND', name, [local(first.day, window.to)]),
      `RRULE:FREQ=WEEKLY;BYDAY=${window.days.join(',')};UNTIL=${basicUtc(last.from)}`,
      ...(skipped.length === 0
        ? []
        : [
            onClock(
              'EXDATE',
              name,
              skipped.map((day) => local(day, window.from)),
            ),
          ]),
    ],
    ...single,
  ];
}

/** Dates on these weekdays, both ends included. */
function between(first: number, last: number, days: readonly Weekday[]): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, at) => first + at).filter((day) =>
    days.includes(WEEKDAYS[weekdayOf(day)] as Weekday),
  );
}

function onClock(property: string, zone: string, local: readonly number[]): string {
  return zone === 'UTC'
    ? `${property}:${local.map(basicUtc).join(',')}`
    : `${property};TZID=${zone}:${local.map(basicLocal).join(',')}`;
}
