import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CYCLES, TABLES_1, weakestConfidence } from '../../../adapters/calendar/cycles.js';
import { HOLIDAYS } from '../../../adapters/calendar/holidays.js';
import { zonesFor } from '../../../adapters/calendar/zones.js';
import { solveProblem } from '../../../node/core/schedule/answer.js';
import {
  DAY_SECONDS,
  dayOf,
  secondsOf,
  textOfDay,
  textOfSeconds,
  weekdayOf,
} from '../../../node/core/schedule/civil.js';
import type { Party, ProblemDocument, Rule, Span } from '../../../node/core/schedule/problem.js';
import { readProblem } from '../../../node/core/schedule/read-problem.js';
import { datesOf, occurrencesOf } from '../../../node/core/schedule/rule.js';
import { localDayAt, localTimeAt, zoneOf } from '../../../node/core/schedule/zone.js';

const SPEC = new URL('../../../../shared/SCHEDULING.md', import.meta.url);
const COVERAGE: Span = { from: '2026-01-02T00:00:00Z', until: '2028-12-30T00:00:00Z' };

const ZONE_NAMES = [
  ...new Set([
    ...Object.values(CYCLES).flatMap(({ parts }) => parts.map(({ zone }) => zone)),
    ...['America/New_York', 'Asia/Tokyo', 'Europe/London'],
  ]),
];

const ZONES = (() => {
  const zones = zonesFor(ZONE_NAMES, COVERAGE);
  if (!zones.ok) throw new Error(zones.fault.where);
  return zones.value;
})();

const zoneNamed = (name: string) => zoneOf(ZONES[name] ?? { initialOffsetMinutes: 0, transitions: [] });

function cycle(name: string): Rule {
  const rule = CYCLES[name];
  if (rule === undefined) throw new Error(`no cycle ${name}`);
  return rule;
}

/** Occurrences of a cycle in a span, as instants of SCHED/1. */
const occurrences = (name: string, from: string, until: string): string[] =>
  occurrencesOf(cycle(name), zoneNamed, { from: secondsOf(COVERAGE.from), until: secondsOf(COVERAGE.until) })
    .map(textOfSeconds)
    .filter((at) => at >= from && at < until);

function centresIn(
  span: { start: string; end: string },
  extra: Partial<ProblemDocument> = {},
): ProblemDocument {
  const centre = (id: string, zone: string, calendar: string): Party => ({
    id,
    role: 'centre',
    weight: 10,
    fair: true,
    soft: [{ id: 'office', kind: 'office', zone, calendar, table: 'staff-1' }],
  });
  return {
    spec: 'SCHED/1',
    case: 'catalogue',
    revision: 0,
    preparedAt: '2026-12-01T00:00:00Z',
    tzdb: '2026c',
    coverage: COVERAGE,
    horizon: span,
    objective: 'minimax',
    zones: ZONES,
    calendars: { GB: HOLIDAYS.GB.calendar, JP: HOLIDAYS.JP.calendar, US: HOLIDAYS.US.calendar },
    rules: CYCLES,
    tables: TABLES_1,
    parties: [
      centre('CERTCC', 'America/New_York', 'US'),
      centre('JPCERT', 'Asia/Tokyo', 'JP'),
      centre('NCSC', 'Europe/London', 'GB'),
    ],
    hard: [],
    ...extra,
  };
}

function solved(document: ProblemDocument) {
  const read = readProblem(JSON.stringify(document));
  if (!read.ok) throw new Error(JSON.stringify(read.errors));
  const answer = solveProblem(read.problem);
  if (answer.status !== 'solved') throw new Error('not solved');
  return answer;
}

describe('SCHEDULING §15: the catalogue of patch cycles', () => {
  test.skipIf(!existsSync(SPEC))(
    'says what the specification says (skipped without ../shared/SCHEDULING.md)',
    () => {
      const text = readFileSync(SPEC, 'utf8');
      const block = (after: string): unknown =>
        JSON.parse(/```json\n([\s\S]*?)```/.exec(text.slice(text.indexOf(after)))?.[1] ?? '');
      expect(CYCLES).toEqual(block('## 15.'));
      expect(TABLES_1).toEqual(block('### 3.6'));
    },
  );

  test('is a document SCHED/1 accepts, holidays, tables and zones included', () => {
    expect(
      solved(centresIn({ start: '2027-06-07T00:00:00Z', end: '2027-06-14T00:00:00Z' })).feasibleSlots,
    ).toBe(672);
  });

  test.each<[string, string, string, string, readonly string[]]>([
    ['T01', 'microsoft', '2027-01-01', '2027-02-01', ['2027-01-12T18:00:00Z']],
    ['T02', 'microsoft', '2026-07-01', '2026-08-01', ['2026-07-14T17:00:00Z']],
    ['T03', 'microsoft', '2026-03-01', '2026-04-01', ['2026-03-10T17:00:00Z']],
    ['T03', 'microsoft', '2027-03-01', '2027-04-01', ['2027-03-09T18:00:00Z']],
    ['T06', 'oracle', '2027-01-01', '2027-02-01', ['2027-01-19T21:00:00Z']],
    ['T06', 'oracle', '2027-04-01', '2027-05-01', ['2027-04-20T20:00:00Z']],
    ['T07', 'oracle', '2026-04-01', '2026-05-01', ['2026-04-21T20:00:00Z']],
    ['T07', 'oracle-legacy', '2026-04-01', '2026-05-01', ['2026-04-14T20:00:00Z']],
    ['the exception of May 2026', 'oracle', '2026-05-01', '2026-06-01', ['2026-05-28T20:00:00Z']],
    [
      'the old Cisco bundle and the new days',
      'cisco',
      '2026-03-01',
      '2026-08-01',
      ['2026-03-25T16:00:00Z', '2026-07-01T16:00:00Z', '2026-07-15T16:00:00Z'],
    ],
  ])('%s: %s from %s until %s', (_, name, from, until, expected) => {
    expect(occurrences(name, from, until)).toEqual(expected);
  });

  test('T01: the January patch day as four zones see it', () => {
    const at = secondsOf('2027-01-12T18:00:00Z');
    const shown = ['America/Los_Angeles', 'Asia/Tokyo', 'Europe/London', 'America/New_York'].map(
      (name) =>
        localTimeAt(zoneNamed(name), at).weekday + localTimeAt(zoneNamed(name), at).local.slice(10, 16),
    );
    expect(shown).toEqual(['TUT10:00', 'WET03:00', 'TUT18:00', 'TUT13:00']);
  });

  test('T09: Chrome from September 2026, and its meeting with the patch day of January', () => {
    const days = occurrences('chrome', '2026-09-09', '2027-01-13').map((at) => at.slice(0, 10));
    expect(days).toEqual([
      '2026-09-22',
      '2026-10-06',
      '2026-10-20',
      '2026-11-03',
      '2026-11-17',
      '2026-12-01',
      '2026-12-15',
      '2026-12-29',
      '2027-01-12',
    ]);
  });

  test('T10: the fourth Wednesday of March and September', () => {
    const [old] = cycle('cisco').parts;
    if (old === undefined) throw new Error('no part');
    const { validTo: _, ...unbounded } = old;
    const days = datesOf(unbounded, dayOf('2027-01-01'), dayOf('2028-12-31'));
    expect(days.map(textOfDay)).toEqual(['2027-03-24', '2027-09-22', '2028-03-22', '2028-09-27']);
  });

  test('T21: the patch day falls on a Japanese holiday twice in three years', () => {
    const tokyo = zoneNamed('Asia/Tokyo');
    const days = occurrences('microsoft', '2026', '2029').map((at) =>
      textOfDay(localDayAt(tokyo, secondsOf(at))),
    );
    expect(days.filter((day) => HOLIDAYS.JP.calendar.dates.includes(day))).toEqual([
      '2026-02-11',
      '2027-08-11',
    ]);
  });

  test('§1: no slot is free: every Tuesday and Wednesday of November 2026 is a patch day', () => {
    const vendors = ['microsoft', 'oracle', 'adobe', 'chrome', 'cisco', 'gitlab', 'fortinet'];
    const days = new Set(
      vendors.flatMap((name) => occurrences(name, '2026-11-01', '2026-12-01').map((at) => dayOf(at))),
    );
    for (let day = dayOf('2026-11-01'); day < dayOf('2026-12-01'); day += 1) {
      if ([1, 2].includes(weekdayOf(day)))
        expect([textOfDay(day), days.has(day)]).toEqual([textOfDay(day), true]);
    }
  });

  test('a cycle is as sure as its weakest part', () => {
    expect(weakestConfidence(cycle('microsoft'))).toBe('primary');
    expect(weakestConfidence(cycle('chrome'))).toBe('unconfirmed');
    expect(weakestConfidence({ parts: [] })).toBe('primary');
    expect(Object.values(CYCLES).filter((rule) => weakestConfidence(rule) === 'primary').length).toBe(4);
  });
});

describe('SCHEDULING §21: the three centres', () => {
  /** Summed cost by hour of one plain working day, from the solver itself. */
  const hours = (day: string): Map<number, number> =>
    new Map(
      Array.from({ length: 24 }, (_, hour) => {
        const at = dayOf(day) * DAY_SECONDS + hour * 3_600;
        const span = { start: textOfSeconds(at), end: textOfSeconds(at + 900) };
        return [hour, solved(centresIn(span)).best.sum / 10];
      }),
    );

  test('summed cost of whole hours in summer and winter', () => {
    const summer = hours('2027-06-09');
    const winter = hours('2027-01-20');
    const at = (table: Map<number, number>, cost: number) =>
      [...table].filter(([, one]) => one === cost).map(([hour]) => hour);
    expect(Math.min(...summer.values())).toBe(80);
    expect([80, 120, 150, 170].map((cost) => at(summer, cost))).toEqual([
      [12],
      [10, 11],
      [14],
      [9, 13, 15, 16, 17],
    ]);
    expect(Math.min(...winter.values())).toBe(120);
    expect([120, 140, 150, 170].map((cost) => at(winter, cost))).toEqual([
      [11, 12],
      [21],
      [15],
      [13, 14, 16, 17, 18],
    ]);
  });

  test.each([
    ['S01', '2027-06-07', '2027-06-14', '2027-06-07T12:00:00Z', 800],
    ['S02: Monday is a US holiday', '2027-01-18', '2027-01-25', '2027-01-19T11:00:00Z', 1_200],
    ['S03: the US is on summer time, the UK not', '2027-03-15', '2027-03-22', '2027-03-15T12:00:00Z', 800],
  ])('%s', (_, from, to, at, sum) => {
    const answer = solved(centresIn({ start: `${from}T00:00:00Z`, end: `${to}T00:00:00Z` }));
    expect([answer.best.at, answer.best.sum]).toEqual([at, sum]);
  });
});

describe('public holidays', () => {
  const nth = (year: number, month: number, weekday: number, ordinal: number): string => {
    const first = dayOf(`${year}-${String(month).padStart(2, '0')}-01`);
    return textOfDay(first + ((weekday - weekdayOf(first) + 7) % 7) + 7 * (ordinal - 1));
  };
  const lastMonday = (year: number, month: number): string => {
    const end =
      dayOf(month === 12 ? `${year + 1}-01-01` : `${year}-${String(month + 1).padStart(2, '0')}-01`) - 1;
    return textOfDay(end - weekdayOf(end));
  };
  const shifted = (date: string, days: number): string => textOfDay(dayOf(date) + days);
  const MO = 0;

  test('US: 5 U.S.C. 6103, observed on Friday or Monday where the day falls on a weekend', () => {
    const dates = [2026, 2027, 2028, 2029].flatMap((year) => {
      const fixed = ['01-01', '06-19', '07-04', '11-11', '12-25'].map((day) => `${year}-${day}`);
      const observed = fixed.map((date) => {
        const weekday = weekdayOf(dayOf(date));
        return weekday === 5 ? shifted(date, -1) : weekday === 6 ? shifted(date, 1) : date;
      });
      const moving = [
        nth(year, 1, MO, 3),
        nth(year, 2, MO, 3),
        lastMonday(year, 5),
        nth(year, 9, MO, 1),
        nth(year, 10, MO, 2),
        nth(year, 11, 3, 4),
      ];
      return [...fixed, ...observed, ...moving];
    });
    expect(HOLIDAYS.US.calendar.dates).toEqual(inYears(dates));
  });

  test('GB: bank holidays of England and Wales with their substitutes', () => {
    const dates = [2026, 2027, 2028].flatMap((year) => {
      const easter = easterSunday(year);
      const fixed = ['01-01', '12-25', '12-26'].map((day) => `${year}-${day}`);
      const taken = new Set(fixed);
      for (const date of fixed) {
        if (weekdayOf(dayOf(date)) < 5) continue;
        let to = dayOf(date);
        while (weekdayOf(to) >= 5 || taken.has(textOfDay(to))) to += 1;
        taken.add(textOfDay(to));
      }
      return [
        ...taken,
        shifted(easter, -2),
        shifted(easter, 1),
        nth(year, 5, MO, 1),
        lastMonday(year, 5),
        lastMonday(year, 8),
      ];
    });
    expect(HOLIDAYS.GB.calendar.dates).toEqual(inYears(dates));
  });

  test('JP: national holidays, a substitute after a Sunday, and a day between two holidays', () => {
    const EQUINOXES: Record<number, readonly [string, string]> = {
      2026: ['03-20', '09-23'],
      2027: ['03-21', '09-23'],
      2028: ['03-20', '09-22'],
    };
    const dates = [2026, 2027, 2028].flatMap((year) => {
      const named = new Set([
        ...[
          '01-01',
          '02-11',
          '02-23',
          '04-29',
          '05-03',
          '05-04',
          '05-05',
          '08-11',
          '11-03',
          '11-23',
          ...(EQUINOXES[year] ?? []),
        ].map((day) => `${year}-${day}`),
        nth(year, 1, MO, 2),
        nth(year, 7, MO, 3),
        nth(year, 9, MO, 3),
        nth(year, 10, MO, 2),
      ]);
      const all = new Set(named);
      for (const date of named) {
        if (weekdayOf(dayOf(date)) === 6) {
          let to = shifted(date, 1);
          while (named.has(to)) to = shifted(to, 1);
          all.add(to);
        }
        const between = shifted(date, 1);
        if (named.has(shifted(date, 2)) && !named.has(between) && weekdayOf(dayOf(between)) !== 6)
          all.add(between);
      }
      return [...all];
    });
    expect(HOLIDAYS.JP.calendar.dates).toEqual(inYears(dates));
  });

  function inYears(dates: readonly string[]): string[] {
    return [...new Set(dates)].filter((date) => date >= '2026-01-01' && date <= '2028-12-31').sort();
  }

  /** Anonymous Gregorian computus. */
  function easterSunday(year: number): string {
    const a = year % 19;
    const b = Math.floor(year / 100);
    const c = year % 100;
    const d = Math.floor(b / 4);
    const e = b % 4;
    const g = Math.floor((8 * b + 13) / 25);
    const h = (19 * a + b - d - g + 15) % 30;
    const l = (32 + 2 * e + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
    const m = Math.floor((a + 11 * h + 22 * l) / 451);
    const days = h + l - 7 * m + 114;
    return `${year}-${String(Math.floor(days / 31)).padStart(2, '0')}-${String((days % 31) + 1).padStart(2, '0')}`;
  }
});
