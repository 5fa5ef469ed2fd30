/**
 * The days of cycles on the calendar: when the next ones are, and on which dates several meet.
 */
import { type Outcome, ok, refuse } from '../../node/core/fault.js';
import { secondsOf, textOfSeconds } from '../../node/core/schedule/civil.js';
import type {
  Confidence,
  Rule,
  RulePart,
  Span,
  Weekday,
  ZoneTable,
} from '../../node/core/schedule/problem.js';
import { occurrencesOf } from '../../node/core/schedule/rule.js';
import { localTimeAt, type Zone, zoneOf } from '../../node/core/schedule/zone.js';
import type { CycleEntry } from './catalogue.js';
import { ZONE_SPAN } from './zone-table.js';
import { zoneTransitions } from './zones.js';

/** Zone tables by name over the whole shipped span; a test may bring its own. */
export type ZoneSource = (name: string) => Outcome<ZoneTable>;

export interface Occurrence {
  /** An instant of SCHED/1. */
  readonly at: string;
  /** Grades of the part that gives this day; the better ones where several do. */
  readonly confidence: Confidence;
  readonly timeConfidence: Confidence;
}

/** A date on which two cycles or more have a day. */
export interface Meeting {
  /** In the asked zone. */
  readonly date: string;
  readonly weekday: Weekday;
  readonly cycles: readonly { readonly name: string; readonly at: string; readonly confidence: Confidence }[];
}

/** Grades, best first. */
const GRADES: readonly Confidence[] = ['primary', 'secondary', 'unconfirmed'];

const shippedZone: ZoneSource = (name) => zoneTransitions(name, ZONE_SPAN);

/**
 * Occurrences of a rule in a span, ascending.
 * Faults: COMMAND_MALFORMED for a zone that the tables do not have, LIMIT_EXCEEDED for a span beyond them.
 */
export function occurrencesIn(
  rule: Rule,
  span: Span,
  zones: ZoneSource = shippedZone,
): Outcome<readonly Occurrence[]> {
  if (span.from < ZONE_SPAN.from || span.until > ZONE_SPAN.until)
    return refuse('LIMIT_EXCEEDED', { where: `zone table ${ZONE_SPAN.from} to ${ZONE_SPAN.until}` });
  const coverage = { from: secondsOf(span.from), until: secondsOf(span.until) };
  const found = new Map<number, Occurrence>();
  for (const part of rule.parts) {
    const table = zones(part.zone);
    if (!table.ok) return table;
    const zone = zoneOf(table.value);
    for (const at of occurrencesOf({ parts: [part] }, () => zone, coverage)) {
      found.set(at, better(found.get(at), { at: textOfSeconds(at), ...gradesOf(part) }));
    }
  }
  return ok([...found].sort(([left], [right]) => left - right).map(([, occurrence]) => occurrence));
}

/** The next occurrences at or after an instant; fewer than asked where the rule or the zone tables end. */
export function nextOccurrences(
  rule: Rule,
  from: string,
  count: number,
  zones: ZoneSource = shippedZone,
): Outcome<readonly Occurrence[]> {
  const found = occurrencesIn(rule, { from, until: ZONE_SPAN.until }, zones);
  return found.ok ? ok(found.value.slice(0, count)) : found;
}

/** The dates of a zone on which at least two of the cycles have a day, in order. Faults as {@link occurrencesIn}. */
export function collisions(
  entries: readonly CycleEntry[],
  span: Span,
  zoneName: string,
  zones: ZoneSource = shippedZone,
): Outcome<readonly Meeting[]> {
  const table = zones(zoneName);
  if (!table.ok) return table;
  const zone = zoneOf(table.value);
  const byDate = new Map<string, { name: string; at: string; confidence: Confidence }[]>();
  for (const { name, rule } of entries) {
    const days = occurrencesIn(rule, span, zones);
    if (!days.ok) return days;
    for (const { at, confidence } of days.value) {
      const date = dateIn(zone, at);
      byDate.set(date, [...(byDate.get(date) ?? []), { name, at, confidence }]);
    }
  }
  return ok(
    [...byDate]
      .filter(([, cycles]) => new Set(cycles.map(({ name }) => name)).size > 1)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([date, cycles]) => ({
        date,
        weekday: localTimeAt(zone, secondsOf(cycles[0]?.at ?? '')).weekday,
        cycles: cycles.toSorted((left, right) => (left.at + left.name < right.at + right.name ? -1 : 1)),
      })),
  );
}

/** Date of an instant in a zone. */
function dateIn(zone: Zone, at: string): string {
  return localTimeAt(zone, secondsOf(at)).local.slice(0, 10);
}

function gradesOf(part: RulePart): Pick<Occurrence, 'confidence' | 'timeConfidence'> {
  return {
    confidence: part.confidence ?? 'unconfirmed',
    timeConfidence: part.timeConfidence ?? 'unconfirmed',
  };
}

function better(held: Occurrence | undefined, one: Occurrence): Occurrence {
  if (held === undefined) return one;
  const rank = (grades: Occurrence): number =>
    GRADES.indexOf(grades.confidence) * GRADES.length + GRADES.indexOf(grades.timeConfidence);
  return rank(one) < rank(held) ? one : held;
}
