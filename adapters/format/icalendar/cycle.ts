/**
 * A patch cycle → iCalendar: one event a part of its rule, with RRULE, RDATE and EXDATE on the wall clock of its zone.
 *
 * Readers ignore a recurrence at a skipped local time (RFC 5545 §3.3.10) while the solver shifts it (§3.3.5), so such
 * an occurrence is written as a plain RDATE in UTC. Some readers shift it in their own way, and some take the second
 * instance of a repeated time; so a part that meets either is written as a list of dates, without a rule for them to
 * expand. A recurrence ends with the span: beyond the zone table nobody knows the clocks.
 * @see SCHEDULING §13 (Rules)
 */
import { type Outcome, ok, refuse } from '../../../node/core/fault.js';
import { DAY_SECONDS, minuteOf, secondsOf } from '../../../node/core/schedule/civil.js';
import type { Named, Rule, RulePart, Span, ZoneTable } from '../../../node/core/schedule/problem.js';
import { datesOf } from '../../../node/core/schedule/rule.js';
import { instantOf, type Zone, zoneOf } from '../../../node/core/schedule/zone.js';
import type { Instant } from '../../../node/core/time.js';
import type { Written } from '../format.js';
import { basicLocal, basicUtc, contentLines, escapeText, eventUid, isUnsteady } from './lines.js';
import { timezoneLines } from './timezone.js';

export interface Cycle {
  /** Name in the catalogue, such as `microsoft`. */
  readonly name: string;
  readonly rule: Rule;
  /** Tables of the zones of its parts, over the span at least. */
  readonly zones: Named<ZoneTable>;
  /** Occurrences are written from `from`, before `until`; instants of SCHED/1. */
  readonly span: Span;
  /** Release of the zone tables, such as `2026c`. */
  readonly tzdb: string;
  readonly stampedAt: Instant;
}

/** A day of a part: its wall clock, and the instant that the solver makes of it. */
interface Day {
  /** Seconds since 1970 as if the wall clock showed UTC. */
  readonly local: number;
  readonly at: number;
  /** The wall clock never shows it, or shows it twice. */
  readonly unsteady: boolean;
}

/**
 * Writes the cycle. Expanded by any reader it gives the occurrences of the rule in the span.
 *
 * Faults: `FORMAT_CONTRADICTION` with `name` or `tzdb` for a text that has no place in a calendar, with `zones` where
 * a table is missing, with `span` where the cycle has no day in it: a calendar without an event is none.
 */
export function writeCycle(cycle: Cycle): Outcome<Written> {
  const { name, rule, zones, span, tzdb } = cycle;
  if (!NAME.test(name)) return refuse('FORMAT_CONTRADICTION', { where: 'name' });
  if (!NAME.test(tzdb)) return refuse('FORMAT_CONTRADICTION', { where: 'tzdb' });
  const used = [...new Set(rule.parts.map(({ zone }) => zone))].sort();
  if (used.some((zone) => !Object.hasOwn(zones, zone)))
    return refuse('FORMAT_CONTRADICTION', { where: 'zones' });
  const events = rule.parts.flatMap((part, index) => {
    const dates = recurrenceLines(part, zoneOf(zones[part.zone] as ZoneTable), span);
    return dates.length === 0 ? [] : eventLines(cycle, part, index, dates);
  });
  if (events.length === 0) return refuse('FORMAT_CONTRADICTION', { where: 'span' });
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Isochron//SCHED-1//EN',
    `X-ISOCHRON-TZDB:${escapeText(tzdb)}`,
    ...used.flatMap((zone) => (zone === 'UTC' ? [] : timezoneLines(zone, zones[zone] as ZoneTable))),
    ...events,
    'END:VCALENDAR',
  ];
  return ok({
    text: contentLines(lines),
    fileName: `${name}.ics`,
    mediaType: 'text/calendar; charset=utf-8',
    losses: [],
  });
}

const NAME = /^[\p{L}\p{N}#:._+-]{1,80}$/u;

function eventLines(
  { name, stampedAt }: Cycle,
  part: RulePart,
  index: number,
  dates: readonly string[],
): readonly string[] {
  const day = part.confidence ?? 'unconfirmed';
  const hour = part.timeConfidence ?? 'unconfirmed';
  // SCHEDULING §15: what nobody has verified must be shown as such.
  const open = [day === 'unconfirmed' ? 'day' : '', hour === 'unconfirmed' ? 'hour' : ''].filter(
    (word) => word !== '',
  );
  const mark = open.length === 0 ? '' : ` (${open.join(' and ')} unconfirmed)`;
  const remarks = [`day ${day}, hour ${hour}`, part.cite, part.note].filter((words) => words !== undefined);
  return [
    'BEGIN:VEVENT',
    `UID:${eventUid('cycle', name, String(index))}`,
    `DTSTAMP:${basicUtc(Math.floor(stampedAt / 1_000))}`,
    ...dates,
    `SUMMARY:${escapeText(`${name} patch day${mark}`)}`,
    `COMMENT:${escapeText(remarks.join('; '))}`,
    `STATUS:${open.length === 0 ? 'CONFIRMED' : 'TENTATIVE'}`,
    'CLASS:PUBLIC',
    'TRANSP:TRANSPARENT',
    'CATEGORIES:PATCH DAY',
    'END:VEVENT',
  ];
}

/** DTSTART with RRULE, EXDATE and RDATE; empty where the part has no day in the span. */
function recurrenceLines(part: RulePart, zone: Zone, span: Span): readonly string[] {
  const bounds = { from: secondsOf(span.from), until: secondsOf(span.until) };
  const daysOf = (of: RulePart): readonly Day[] => {
    const first = Math.floor(bounds.from / DAY_SECONDS) - 2;
    const last = Math.floor(bounds.until / DAY_SECONDS) + 2;
    return [...new Set(datesOf(of, first, last))]
      .sort((left, right) => left - right)
      .map((day) => dayIn(zone, day * DAY_SECONDS + minuteOf(part.time) * 60))
      .filter(({ at }) => bounds.from <= at && at < bounds.until);
  };
  const wanted = daysOf(part);
  const { except: _except, add: _add, ...bare } = part;
  const ruled = ruleOf(part) === undefined ? [] : daysOf(bare);
  const places = new Set(wanted.map(({ local }) => local));
  const start = ruled.find(({ local }) => places.has(local));
  return start === undefined || ruled.some(({ unsteady }) => unsteady)
    ? listed(part, wanted)
    : recurring(part, wanted, ruled, start);
}

/** Days by rule from the start to the last one, less what is excepted, and what was added. */
function recurring(
  part: RulePart,
  wanted: readonly Day[],
  generated: readonly Day[],
  start: Day,
): readonly string[] {
  const ruled = generated.filter(({ local }) => local >= start.local);
  const last = ruled.at(-1) ?? start;
  const places = new Set(wanted.map(({ local }) => local));
  const byRule = new Set(ruled.map(({ local }) => local));
  const gone = ruled.filter(({ local }) => !places.has(local));
  const extra = wanted.filter(({ local }) => !byRule.has(local));
  const steady = extra.filter(({ unsteady }) => !unsteady);
  return [
    timed('DTSTART', part.zone, [start]),
    `RRULE:${ruleOf(part)};UNTIL=${basicUtc(last.at)}`,
    ...(gone.length === 0 ? [] : [timed('EXDATE', part.zone, gone)]),
    ...(steady.length === 0 ? [] : [timed('RDATE', part.zone, steady)]),
    ...inUtc(
      'RDATE',
      extra.filter(({ unsteady }) => unsteady),
    ),
  ];
}

/** DTSTART is an occurrence by itself; it stands among the RDATEs too, for readers that forget it. */
function listed(part: RulePart, wanted: readonly Day[]): readonly string[] {
  const steady = wanted.filter(({ unsteady }) => !unsteady);
  const others = wanted.filter(({ unsteady }) => unsteady);
  const [start] = steady;
  const [first] = others;
  if (start !== undefined) {
    return [
      timed('DTSTART', part.zone, [start]),
      timed('RDATE', part.zone, steady),
      ...inUtc('RDATE', others),
    ];
  }
  return first === undefined ? [] : [`DTSTART:${basicUtc(first.at)}`, ...inUtc('RDATE', others)];
}

/** The rule without its end; `undefined` for the kinds that iCalendar has no words for. */
function ruleOf(part: RulePart): string | undefined {
  switch (part.kind) {
    case 'nth': {
      const days = part.ordinals.map((ordinal) => `${ordinal}${part.weekday}`).join(',');
      return part.months === undefined
        ? `FREQ=MONTHLY;BYDAY=${days}`
        : `FREQ=YEARLY;BYMONTH=${part.months.join(',')};BYDAY=${days}`;
    }
    case 'weeks':
      return `FREQ=WEEKLY;INTERVAL=${part.interval}`;
    default:
      return undefined;
  }
}

function dayIn(zone: Zone, local: number): Day {
  return { local, at: instantOf(zone, local), unsteady: isUnsteady(zone, local) };
}

function timed(property: string, zone: string, days: readonly Day[]): string {
  return zone === 'UTC'
    ? `${property}:${days.map(({ at }) => basicUtc(at)).join(',')}`
    : `${property};TZID=${zone}:${days.map(({ local }) => basicLocal(local)).join(',')}`;
}

function inUtc(property: string, days: readonly Day[]): readonly string[] {
  return days.length === 0 ? [] : [`${property}:${days.map(({ at }) => basicUtc(at)).join(',')}`];
}
