/** SCHEDULING §13: weekly windows as VAVAILABILITY, read back by a foreign parser. */
import fc from 'fast-check';
import ICAL from 'ical.js';
import { describe, expect, test } from 'vitest';
import { zonesFor } from '../../../../adapters/calendar/zones.js';
import { writeWindows } from '../../../../adapters/format/icalendar/windows.js';
import { QUARTER_SECONDS } from '../../../../node/core/schedule/civil.js';
import { groundOf } from '../../../../node/core/schedule/ground.js';
import { banOf, forbids } from '../../../../node/core/schedule/hard.js';
import type { HardConstraint, Problem, Weekday } from '../../../../node/core/schedule/problem.js';
import { readProblem } from '../../../../node/core/schedule/read-problem.js';
import { at } from '../samples.js';

const COVERAGE = { from: '2026-01-01T00:00:00Z', until: '2029-01-01T00:00:00Z' };

interface Hours {
  readonly zone: string;
  readonly windows: readonly {
    readonly days: readonly Weekday[];
    readonly from: string;
    readonly to: string;
  }[];
  readonly dates?: readonly string[];
}

function problemOf(start: string, end: string, ...hours: readonly Hours[]): Problem {
  const zones = zonesFor([...new Set(hours.map(({ zone }) => zone))], COVERAGE);
  if (!zones.ok) throw new Error(zones.fault.where);
  const read = readProblem(
    JSON.stringify({
      ...{
        spec: 'SCHED/1',
        case: 'hours',
        revision: 0,
        preparedAt: start,
        tzdb: '2026c',
        coverage: COVERAGE,
      },
      ...{ horizon: { start, end }, objective: 'total', zones: zones.value, rules: {}, tables: {} },
      calendars: Object.fromEntries(
        hours.flatMap(({ dates }, place) =>
          dates === undefined
            ? []
            : [[`c${place}`, { weekend: [], from: '2025-12-01', until: '2029-02-01', dates }]],
        ),
      ),
      parties: [{ id: 'V', role: 'vendor', weight: 1, fair: false, soft: [] }],
      hard: hours.map(({ zone, windows, dates }, place) => ({
        ...{ id: `w${place}`, kind: 'weekly', party: 'V', relax: 'never', zone, windows },
        ...(dates === undefined ? {} : { calendar: `c${place}` }),
      })),
    }),
  );
  if (!read.ok) throw new Error(JSON.stringify(read.errors));
  return read.problem;
}

function textOf(problem: Problem): string {
  const written = writeWindows(problem, at('2026-11-01T00:00:00Z'), (party) => `the office of ${party}`);
  if (!written.ok) throw new Error(`${written.fault.code} ${written.fault.where}`);
  return written.value.text;
}

/** For each VAVAILABILITY the quarters of the horizon that the foreign library finds available. */
function theirs(problem: Problem): readonly (readonly number[])[] {
  const calendar = new ICAL.Component(ICAL.parse(textOf(problem)));
  const { first, quarters } = groundOf(problem);
  return calendar.getAllSubcomponents('vavailability').map((availability) => {
    const open = new Set<number>();
    for (const available of availability.getAllSubcomponents('available')) {
      const start = available.getFirstPropertyValue('dtstart') as ICAL.Time;
      const end = available.getFirstPropertyValue('dtend') as ICAL.Time;
      const length = end.toUnixTime() - start.toUnixTime();
      const expansion = new ICAL.RecurExpansion({ component: available, dtstart: start });
      for (let next = expansion.next(); next; next = expansion.next()) {
        const from = next.toUnixTime();
        for (let slot = Math.ceil(from / QUARTER_SECONDS); slot * QUARTER_SECONDS < from + length; slot += 1)
          if (first <= slot && slot < first + quarters) open.add(slot - first);
      }
    }
    return [...open].sort((left, right) => left - right);
  });
}

function ours(problem: Problem): readonly (readonly number[])[] {
  const ground = groundOf(problem);
  return problem.hard.map((constraint: HardConstraint) => {
    const ban = banOf(constraint, ground);
    return Array.from({ length: ground.quarters }, (_, quarter) => quarter).filter(
      (quarter) => !forbids(ban, quarter),
    );
  });
}

const WORK = ['MO', 'TU', 'WE', 'TH', 'FR'] as const;
const EVERY = [...WORK, 'SA', 'SU'] as const;

describe('the hours of a document are the hours of the file', () => {
  const cases: readonly (readonly [string, string, string, Hours])[] = [
    [
      'office hours',
      '2027-02-01',
      '2027-05-01',
      { zone: 'Europe/London', windows: [{ days: WORK, from: '09:00', to: '17:00' }] },
    ],
    [
      'two windows a day',
      '2027-02-01',
      '2027-03-01',
      {
        zone: 'Asia/Tokyo',
        windows: [
          { days: WORK, from: '09:00', to: '12:00' },
          { days: ['MO', 'WE'], from: '13:00', to: '18:00' },
        ],
      },
    ],
    [
      'to midnight',
      '2027-02-01',
      '2027-02-15',
      { zone: 'UTC', windows: [{ days: ['SU'], from: '20:00', to: '24:00' }] },
    ],
    [
      'closed on listed dates, also the first and the last',
      '2027-02-01',
      '2027-03-01',
      {
        zone: 'Asia/Tokyo',
        windows: [{ days: WORK, from: '09:00', to: '17:00' }],
        dates: ['2027-02-01', '2027-02-11', '2027-02-23', '2027-02-26'],
      },
    ],
    [
      'over a skipped hour',
      '2027-03-10',
      '2027-03-20',
      { zone: 'America/New_York', windows: [{ days: EVERY, from: '01:30', to: '04:00' }] },
    ],
    [
      'inside a skipped hour',
      '2027-03-10',
      '2027-03-20',
      { zone: 'America/New_York', windows: [{ days: EVERY, from: '02:00', to: '03:00' }] },
    ],
    [
      'over a repeated hour',
      '2027-11-01',
      '2027-11-14',
      { zone: 'America/New_York', windows: [{ days: EVERY, from: '00:30', to: '02:30' }] },
    ],
    [
      'that begin in a repeated hour',
      '2027-11-01',
      '2027-11-14',
      { zone: 'America/New_York', windows: [{ days: EVERY, from: '01:15', to: '06:00' }] },
    ],
    [
      'minutes off the grid',
      '2027-02-01',
      '2027-02-08',
      { zone: 'Asia/Kathmandu', windows: [{ days: WORK, from: '09:07', to: '09:52' }] },
    ],
  ];

  test.each(cases)('%s', (_, from, until, hours) => {
    const problem = problemOf(`${from}T00:00:00Z`, `${until}T00:00:00Z`, hours);
    expect(ours(problem)[0]?.length).toBeGreaterThan(0);
    expect(theirs(problem)).toEqual(ours(problem));
  });

  const clock = fc
    .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom(0, 15, 30, 45, 7))
    .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`);
  const window = fc
    .record({
      days: fc.subarray([...EVERY], { minLength: 1 }),
      one: clock,
      other: fc.oneof(clock, fc.constant('24:00')),
    })
    .filter(({ one, other }) => one !== other)
    .map(({ days, one, other }) =>
      one < other ? { days, from: one, to: other } : { days, from: other, to: one },
    );
  const hours = fc.record({
    zone: fc.constantFrom(
      'America/New_York',
      'Europe/London',
      'Asia/Tokyo',
      'Australia/Lord_Howe',
      'America/Santiago',
      'UTC',
    ),
    windows: fc.array(window, { minLength: 1, maxLength: 3 }),
  });
  // Around the changes of clocks of all of them.
  const weeks = fc.constantFrom(
    '2027-03-10',
    '2027-03-26',
    '2027-04-01',
    '2027-09-01',
    '2027-10-01',
    '2027-10-29',
    '2027-11-04',
  );

  test('any hours over any change of clocks, seed 7953', () => {
    fc.assert(
      fc.property(weeks, fc.array(hours, { minLength: 1, maxLength: 2 }), (week, wanted) => {
        const start = `${week}T00:00:00Z`;
        const end = `${new Date(Date.parse(start) + 10 * 86_400_000).toISOString().slice(0, 19)}Z`;
        const problem = problemOf(start, end, ...wanted);
        expect(theirs(problem)).toEqual(ours(problem));
      }),
      { seed: 7953, numRuns: 150 },
    );
  });
});

test('outside these hours the time is busy and unavailable, over the horizon and no longer', () => {
  const problem = problemOf('2027-02-01T00:00:00Z', '2027-03-01T00:00:00Z', {
    zone: 'Europe/London',
    windows: [{ days: WORK, from: '09:00', to: '17:00' }],
  });
  const text = textOf(problem);
  expect(text).toContain(
    'BUSYTYPE:BUSY-UNAVAILABLE\r\nDTSTART:20270201T000000Z\r\nDTEND:20270301T000000Z\r\n',
  );
  expect(text).toContain('SUMMARY:hours of the office of V\r\n');
  expect(text).toContain('BEGIN:VTIMEZONE\r\nTZID:Europe/London\r\n');
  // Every component that RFC 7953 has names itself and says when it was made.
  expect(text.match(/^UID:/gm)?.length).toBe(2);
  expect(new Set(text.match(/^UID:.*/gm)).size).toBe(2);
  expect(text.split('\r\n').every((line) => new TextEncoder().encode(line).length <= 75)).toBe(true);
});

test('a document without weekly windows makes no file', () => {
  expect(
    writeWindows(
      problemOf('2027-02-01T00:00:00Z', '2027-03-01T00:00:00Z'),
      at('2026-11-01T00:00:00Z'),
      String,
    ),
  ).toMatchObject({
    ok: false,
    fault: { code: 'FORMAT_CONTRADICTION', where: 'windows' },
  });
});
