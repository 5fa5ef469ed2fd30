/** The document of SCHEDULING §19: every number of that clause, invented rules and dates. */
import { TABLES_1 } from '../adapters/calendar/cycles.js';
import type {
  HardConstraint,
  Objective,
  Party,
  ProblemDocument,
  Rule,
  SoftCost,
  Weekday,
} from '../node/core/schedule/problem.js';

/** How much of the clause a document has. */
export interface Share {
  readonly vendors: number;
  readonly blackouts: number;
  readonly rules: number;
  /** `YYYY-MM-DD`; the horizon ends at the midnight before this day. */
  readonly end: string;
  readonly fairParties: number;
  /** Whether each vendor has office hours as well. */
  readonly office: boolean;
}

/** All of it: 1,202 constraints over 70,080 quarters. */
export const WHOLE: Omit<Share, 'office'> = {
  vendors: 1_000,
  blackouts: 200,
  rules: 240,
  end: '2028-12-31',
  fairParties: 16,
};

const ZONES = ['America/New_York', 'America/Los_Angeles', 'Europe/London', 'Asia/Tokyo', 'UTC'] as const;
const CALENDARS = ['US', 'GB', 'JP'] as const;
const WEEKDAYS: readonly Weekday[] = ['MO', 'TU', 'WE', 'TH', 'FR'];

/** A document of such a share; the same one each time. */
export function solveProblem(share: Share, objective: Objective): ProblemDocument {
  const rules = Array.from({ length: share.rules }, (_, at) => [`r${at}`, ruleAt(at)] as const);
  return {
    spec: 'SCHED/1',
    case: 'bench',
    revision: 0,
    preparedAt: '2026-12-20T00:00:00Z',
    tzdb: '2026c',
    coverage: { from: '2026-11-01T00:00:00Z', until: '2029-03-01T00:00:00Z' },
    horizon: { start: '2027-01-01T00:00:00Z', end: `${share.end}T00:00:00Z` },
    objective,
    zones: ZONE_TABLES,
    calendars: Object.fromEntries(CALENDARS.map((name, at) => [name, calendarAt(at)])),
    rules: Object.fromEntries(rules),
    tables: TABLES_1,
    parties: partiesOf(share),
    hard: hardOf(share),
  };
}

function partiesOf(share: Share): readonly Party[] {
  const centres = ['Asia/Tokyo', 'America/New_York', 'Europe/London'].map(
    (zone, at): Party => ({
      id: `c${at}`,
      role: 'centre',
      weight: 100,
      fair: true,
      soft: [
        officeAt(at, zone),
        { id: 'delay', kind: 'delay', from: '2027-01-10T00:00:00Z', perDay: 1, cap: 300 },
      ],
    }),
  );
  const others = Array.from(
    { length: share.fairParties - centres.length },
    (_, at): Party => ({
      id: `f${at}`,
      role: 'criticalInfrastructure',
      weight: 5,
      fair: true,
      soft: [officeAt(at, ZONES[at % ZONES.length] ?? 'UTC')],
    }),
  );
  const vendors = Array.from({ length: share.vendors }, (_, at): Party => {
    const soft: SoftCost[] = [
      { id: 'cycle', kind: 'cycle', rule: `r${at % share.rules}`, ready: readyAt(at), table: 'cycle-1' },
      { id: 'lead', kind: 'leadPreference', from: readyAt(at * 7), table: 'lead-1' },
    ];
    if (share.office) soft.push(officeAt(at, ZONES[at % ZONES.length] ?? 'UTC'));
    return { id: `v${at}`, role: 'vendor', weight: [1, 2, 4, 8][at % 4] ?? 1, fair: false, soft };
  });
  return [...centres, ...others, ...vendors];
}

function hardOf(share: Share): readonly HardConstraint[] {
  const ready = Array.from(
    { length: share.vendors },
    (_, at): HardConstraint => ({
      id: `ready-${at}`,
      kind: 'notBefore',
      party: `v${at}`,
      relax: 1 + (at % 1_000),
      overrunPerDay: 1 + (at % 5),
      at: readyAt(at),
    }),
  );
  const closed = Array.from({ length: share.blackouts }, (_, at): HardConstraint => {
    const from = (at * 37) % 700;
    const date = { from: dateAt(from), to: dateAt(from + (at % 3)), zone: ZONES[at % ZONES.length] ?? 'UTC' };
    return { id: `closed-${at}`, kind: 'blackout', party: `v${at}`, relax: 50, dates: [date] };
  });
  return [
    ...ready,
    ...closed,
    { id: 'embargo', kind: 'before', party: 'c0', relax: 500, at: `${share.end}T00:00:00Z` },
    {
      id: 'week',
      kind: 'weekly',
      party: 'c0',
      relax: 'never',
      zone: 'Asia/Tokyo',
      windows: [{ days: ['MO', 'TU', 'WE', 'TH'], from: '08:00', to: '24:00' }],
      calendar: 'JP',
    },
  ];
}

function officeAt(at: number, zone: string): SoftCost {
  const calendar = CALENDARS[at % CALENDARS.length] ?? 'US';
  return { id: 'office', kind: 'office', zone, calendar, table: 'staff-1' };
}

/** All within the first weeks of the horizon, so that small shares have an answer, too. */
function readyAt(at: number): string {
  return `${dateAt((at * 13) % 14)}T${String(at % 24).padStart(2, '0')}:${at % 2 === 0 ? '00' : '07'}:00Z`;
}

/** The calendar day so many days after New Year 2027. */
function dateAt(days: number): string {
  return new Date(Date.UTC(2027, 0, 1 + days)).toISOString().slice(0, 10);
}

function ruleAt(at: number): Rule {
  const place = {
    time: `${String(6 + (at % 12)).padStart(2, '0')}:00`,
    zone: ZONES[at % ZONES.length] ?? 'UTC',
  };
  const weekday = WEEKDAYS[at % WEEKDAYS.length] ?? 'TU';
  switch (at % 4) {
    case 0:
      return { parts: [{ ...place, kind: 'nth', weekday, ordinals: [1 + (at % 4)] }] };
    case 1:
      return { parts: [{ ...place, kind: 'nearest', weekday, day: 1 + (at % 28), months: [1, 4, 7, 10] }] };
    case 2:
      return { parts: [{ ...place, kind: 'weeks', interval: 1 + (at % 6), anchor: dateAt((at % 28) - 28) }] };
    default:
      return {
        parts: [
          { ...place, kind: 'list', dates: Array.from({ length: 20 }, (_, n) => dateAt(n * 30 + (at % 30))) },
        ],
      };
  }
}

/** Weekends and every tenth weekday or so. */
function calendarAt(at: number): ProblemDocument['calendars'][string] {
  const dates = Array.from({ length: 70 }, (_, n) => dateAt(n * 11 + at - 50));
  return { weekend: ['SA', 'SU'], from: '2026-10-01', until: '2029-04-30', dates };
}

const ZONE_TABLES: ProblemDocument['zones'] = {
  'America/New_York': zone(-300, [
    ['2027-03-14T07:00:00Z', -240],
    ['2027-11-07T06:00:00Z', -300],
    ['2028-03-12T07:00:00Z', -240],
    ['2028-11-05T06:00:00Z', -300],
  ]),
  'America/Los_Angeles': zone(-480, [
    ['2027-03-14T10:00:00Z', -420],
    ['2027-11-07T09:00:00Z', -480],
    ['2028-03-12T10:00:00Z', -420],
    ['2028-11-05T09:00:00Z', -480],
  ]),
  'Europe/London': zone(0, [
    ['2027-03-28T01:00:00Z', 60],
    ['2027-10-31T01:00:00Z', 0],
    ['2028-03-26T01:00:00Z', 60],
    ['2028-10-29T01:00:00Z', 0],
  ]),
  'Asia/Tokyo': zone(540, []),
  UTC: zone(0, []),
};

function zone(
  initialOffsetMinutes: number,
  changes: readonly (readonly [at: string, offsetMinutes: number])[],
): ProblemDocument['zones'][string] {
  return { initialOffsetMinutes, transitions: changes.map(([at, offsetMinutes]) => ({ at, offsetMinutes })) };
}
