/**
 * What every constraint and cost of one document stands on: its horizon, zones, calendars and occurrences, each
 * made ready once.
 */

import { type WorkCalendar, workCalendarOf } from './calendar.js';
import { QUARTER_SECONDS, secondsOf } from './civil.js';
import type { CostTable, Named, ProblemDocument } from './problem.js';
import { occurrencesOf, type Stretch } from './rule.js';
import { type Zone, zoneOf } from './zone.js';

export interface Ground {
  /** First quarter of the horizon, counted from 1970. All other quarters in this room count from here. */
  readonly first: number;
  /** Length of the horizon in quarters. */
  readonly quarters: number;
  /** The horizon in seconds. */
  readonly horizon: Stretch;
  readonly zone: (name: string) => Zone;
  readonly calendar: (name: string) => WorkCalendar;
  readonly table: (name: string) => CostTable;
  /** Instants in seconds, ascending. */
  readonly occurrences: (rule: string) => readonly number[];
}

/** The members a ground is laid on; a conversion needs no whole document. */
export type GroundDocument = Pick<
  ProblemDocument,
  'coverage' | 'horizon' | 'zones' | 'calendars' | 'rules' | 'tables'
>;

/** The ground of a document whose names all resolve; asking for an unknown name is a mistake of the caller. */
export function groundOf(document: GroundDocument): Ground {
  const horizon = { from: secondsOf(document.horizon.start), until: secondsOf(document.horizon.end) };
  const coverage = { from: secondsOf(document.coverage.from), until: secondsOf(document.coverage.until) };
  const zone = remembered(document.zones, zoneOf);
  return {
    first: horizon.from / QUARTER_SECONDS,
    quarters: (horizon.until - horizon.from) / QUARTER_SECONDS,
    horizon,
    zone,
    calendar: remembered(document.calendars, workCalendarOf),
    table: remembered(document.tables, (table) => table),
    occurrences: remembered(document.rules, (rule) => occurrencesOf(rule, zone, coverage)),
  };
}

function remembered<T, R>(named: Named<T>, make: (value: T) => R): (name: string) => R {
  const made = new Map<string, R>();
  return (name) => {
    const known = made.get(name);
    if (known !== undefined) return known;
    const value = Object.hasOwn(named, name) ? named[name] : undefined;
    if (value === undefined) throw new Error('unreachable: the reader lets no unknown name through');
    const fresh = make(value);
    made.set(name, fresh);
    return fresh;
  };
}
