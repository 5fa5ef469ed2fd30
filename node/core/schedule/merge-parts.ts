/**
 * A fragment moved into the frame of a merged document: names that cannot collide, zones from one table, and a
 * coverage that may be shorter than the fragment's own.
 * @see DESIGN §6
 */
import { unreachable } from '../fault.js';
import { deadlineEnd, leadWorkStart, type Reckoning } from './bound.js';
import { workCalendarOf } from './calendar.js';
import { secondsOf, textOfSeconds } from './civil.js';
import type { Member } from './merge.js';
import type { HardConstraint, Named, ProblemDocument, SoftCost, Span, ZoneTable } from './problem.js';
import { zoneOf } from './zone.js';

/** No instant of SCHED/1 is later. A bound past it lies past every horizon too. */
const LAST_INSTANT = '2099-12-31T23:59:59Z';

/**
 * The union of several zone sets, each zone from the first set that has it, cut to a coverage.
 * @param sets the most authoritative first.
 */
export function zonesOf(sets: readonly Named<ZoneTable>[], coverage: Span): Named<ZoneTable> {
  const entries = sets.toReversed().flatMap((set) => Object.entries(set));
  return Object.fromEntries(entries.map(([name, table]) => [name, cutZone(table, coverage)]));
}

/** What a member brings, with the prefix of its place on the roster, fit for the coverage of the whole. */
export function inFrame(
  { rosterIndex, fragment }: Member,
  coverage: Span,
): Pick<ProblemDocument, 'calendars' | 'rules' | 'parties' | 'hard'> {
  const prefix = `${rosterIndex}.`;
  const reckoning = ownReckoning(fragment.zones, fragment.calendars);
  return {
    calendars: renamedKeys(fragment.calendars, prefix),
    rules: renamedKeys(fragment.rules, prefix),
    parties: fragment.parties.map((party) => ({
      ...party,
      id: `${prefix}${party.id}`,
      soft: party.soft.map((soft) => renamed(readyWithin(soft, coverage), ['rule', 'calendar'], prefix)),
    })),
    hard: fragment.hard.map((constraint) =>
      renamed(
        readyWithin(reckonedOutside(constraint, coverage, reckoning), coverage),
        ['id', 'party', 'rule', 'calendar'],
        prefix,
      ),
    ),
  };
}

/** Transitions before the coverage leave their offset behind; those after its end are not needed. */
function cutZone(table: ZoneTable, coverage: Span): ZoneTable {
  const before = table.transitions.filter(({ at }) => at <= coverage.from);
  return {
    initialOffsetMinutes: before.at(-1)?.offsetMinutes ?? table.initialOffsetMinutes,
    transitions: table.transitions.filter(({ at }) => at > coverage.from && at < coverage.until),
  };
}

/** How a fragment counts by itself: with its own zones and calendars. */
export function ownReckoning(zones: Named<ZoneTable>, calendars: ProblemDocument['calendars']): Reckoning {
  return {
    zone: (name) => zoneOf(zones[name] ?? { initialOffsetMinutes: 0, transitions: [] }),
    calendar: (name) => workCalendarOf(calendars[name] ?? { weekend: [], from: '', until: '', dates: [] }),
  };
}

/** Occurrences before the coverage do not exist, so a `ready` before it means the same as one at its start. */
export function readyWithin<T extends SoftCost | HardConstraint>(value: T, coverage: Span): T {
  return 'ready' in value && value.ready < coverage.from ? { ...value, ready: coverage.from } : value;
}

/**
 * A civil count must start inside the coverage (SCHEDULING §3.9). One that starts outside is counted here, by its own
 * zone and calendar, and becomes the bound it comes to: same edge, same overrun. Any other constraint stays as it is.
 */
export function reckonedOutside(
  constraint: HardConstraint,
  coverage: Span,
  reckoning: Reckoning,
): HardConstraint {
  if (constraint.kind !== 'leadWork' && constraint.kind !== 'deadline') return constraint;
  if (constraint.from >= coverage.from && constraint.from < coverage.until) return constraint;
  const { id, party, relax, overrunPerDay } = constraint;
  const bound = { id, party, relax, ...(overrunPerDay === undefined ? {} : { overrunPerDay }) };
  switch (constraint.kind) {
    case 'leadWork':
      return { ...bound, kind: 'notBefore', at: instantText(leadWorkStart(constraint, reckoning)) };
    case 'deadline': {
      const end = deadlineEnd(constraint, reckoning);
      return 'before' in end ? { ...bound, kind: 'before', at: instantText(end.before) } : constraint;
    }
    default:
      return unreachable(constraint);
  }
}

function instantText(seconds: number): string {
  return textOfSeconds(Math.min(seconds, secondsOf(LAST_INSTANT)));
}

function renamed<T extends SoftCost | HardConstraint>(value: T, names: readonly string[], prefix: string): T {
  const members = Object.entries(value).map(([name, member]) => [
    name,
    names.includes(name) ? `${prefix}${member}` : member,
  ]);
  return Object.fromEntries(members) as T;
}

function renamedKeys<T>(named: Named<T>, prefix: string): Named<T> {
  return Object.fromEntries(Object.entries(named).map(([name, value]) => [`${prefix}${name}`, value]));
}
