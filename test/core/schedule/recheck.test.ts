/** SCHEDULING §14.6: an agreed instant never moves by itself; only a hard constraint that breaks reopens it. */
import { describe, expect, test } from 'vitest';
import type { Problem, ProblemDocument, ZoneTable } from '../../../node/core/schedule/problem.js';
import { readProblem } from '../../../node/core/schedule/read-problem.js';
import { type FreshTables, type Recheck, recheck } from '../../../node/core/schedule/recheck.js';
import { sample } from './sample.js';

const PACIFIC: ZoneTable = {
  initialOffsetMinutes: -480,
  transitions: [{ at: '2026-03-08T10:00:00Z', offsetMinutes: -420 }],
};
const PACIFIC_2025B: ZoneTable = {
  initialOffsetMinutes: -480,
  transitions: [
    { at: '2026-03-08T10:00:00Z', offsetMinutes: -420 },
    { at: '2026-11-01T09:00:00Z', offsetMinutes: -480 },
  ],
};

/** The case of vector S21: office hours in Vancouver, settled with a table from before the clocks stayed. */
function vancouver(): Problem {
  const document: ProblemDocument = {
    spec: 'SCHED/1',
    case: 'zone-news',
    revision: 1,
    preparedAt: '2026-09-01T00:00:00Z',
    tzdb: '2025b',
    coverage: { from: '2026-01-01T00:00:00Z', until: '2027-03-01T00:00:00Z' },
    horizon: { start: '2026-11-30T00:00:00Z', end: '2026-12-05T00:00:00Z' },
    objective: 'minimax',
    zones: { 'America/Vancouver': PACIFIC_2025B },
    calendars: { CA: { weekend: ['SA', 'SU'], from: '2025-12-01', until: '2027-04-01', dates: [] } },
    rules: {},
    tables: {},
    parties: [{ id: 'V', role: 'vendor', weight: 1, fair: false, soft: [] }],
    hard: [
      {
        id: 'desk',
        kind: 'weekly',
        party: 'V',
        relax: 30,
        zone: 'America/Vancouver',
        calendar: 'CA',
        windows: [{ days: ['MO', 'TU', 'WE', 'TH', 'FR'], from: '09:00', to: '10:00' }],
      },
      {
        id: 'embargo',
        kind: 'deadline',
        party: 'V',
        relax: 40,
        count: 'civil',
        from: '2026-10-17T08:00:00Z',
        days: 45,
        zone: 'America/Vancouver',
        roll: 'none',
      },
      { id: 'start', kind: 'notBefore', party: 'V', relax: 'never', at: '2026-12-04T00:00:00Z' },
    ],
  };
  const read = readProblem(JSON.stringify(document));
  if (!read.ok) throw new Error(JSON.stringify(read.errors));
  return read.problem;
}

const fresh = (changes: Partial<FreshTables> = {}): FreshTables => ({
  tzdb: '2026b',
  zone: () => PACIFIC,
  calendar: () => undefined,
  ...changes,
});

const withDates =
  (dates: readonly string[], doubtful: readonly string[] = []): FreshTables['calendar'] =>
  (_, old) => ({ calendar: { ...old, dates }, like: 'CA', doubtful });

function found(at: string, tables: FreshTables, problem = vancouver()): Recheck {
  const outcome = recheck(problem, at, tables);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.fault));
  return outcome.value;
}

describe('§14.6: a settled instant under new zone and holiday data', () => {
  test('the same data break nothing, whatever the solver would say', () => {
    const same = found('2026-12-01T17:30:00Z', fresh({ tzdb: '2025b', zone: () => PACIFIC_2025B }));
    expect(same.broken).toEqual([]);
    expect(same.changed).toEqual({ zones: [], calendars: [] });
    // It was waived when the instant was settled, and is no news.
    expect(same.violatedBefore).toEqual(['start']);
  });

  test('clocks that stay move the office away from the instant, and the answer says where it went', () => {
    const moved = found('2026-12-01T17:30:00Z', fresh());
    expect(moved.tzdb).toEqual({ old: '2025b', fresh: '2026b' });
    expect(moved.changed.zones).toEqual(['America/Vancouver']);
    expect(moved.broken).toEqual([
      {
        constraint: 'desk',
        party: 'V',
        relax: 30,
        shiftMinutes: null,
        allowedBefore: '2026-12-01T16:45:00Z',
        allowedAfter: '2026-12-02T16:00:00Z',
      },
    ]);
  });

  test('a civil deadline ends an hour earlier: missed by so many minutes', () => {
    // With the old table the last day, 1 December, ends at 08:00Z, with the new one at 07:00Z.
    const late = found('2026-12-02T07:45:00Z', fresh());
    expect(late.broken).toEqual([
      {
        constraint: 'embargo',
        party: 'V',
        relax: 40,
        shiftMinutes: 60,
        allowedBefore: '2026-12-02T06:45:00Z',
        allowedAfter: null,
      },
    ]);
  });

  test('a new holiday closes the office on the day', () => {
    const holiday = found('2026-12-01T16:30:00Z', {
      ...fresh({ zone: () => undefined }),
      calendar: withDates(['2026-12-01']),
    });
    expect(holiday.changed).toEqual({ zones: [], calendars: ['CA'] });
    expect(holiday.broken).toEqual([]);
    const open = found('2026-12-01T17:30:00Z', {
      ...fresh({ zone: () => undefined }),
      calendar: withDates(['2026-12-01']),
    });
    expect(open.broken.map(({ constraint }) => constraint)).toEqual(['desk']);
  });

  /** Office hours, and a fifth day that rolls to the next working one, in a calendar with these dates. */
  const worked = (dates: readonly string[]): Problem => {
    const { hard, calendars, ...rest } = vancouver();
    const lead = {
      id: 'notice',
      kind: 'weekly',
      party: 'V',
      relax: 30,
      zone: 'America/Vancouver',
      calendar: 'CA',
      windows: [{ days: ['MO', 'TU', 'WE', 'TH', 'FR'], from: '09:00', to: '10:00' }],
    };
    const due = {
      id: 'due',
      kind: 'deadline',
      party: 'V',
      relax: 40,
      count: 'civil',
      from: '2026-11-25T20:00:00Z',
      days: 5,
      zone: 'America/Vancouver',
      roll: 'next',
      calendar: 'CA',
    };
    const read = readProblem(
      JSON.stringify({ ...rest, calendars: { CA: { ...calendars['CA'], dates } }, hard: [lead, due] }),
    );
    if (!read.ok) throw new Error(JSON.stringify(read.errors));
    return read.problem;
  };

  test('a holiday that was abolished no longer moves a deadline: what came after it breaks', () => {
    // 30 November was a holiday, so the fifth day rolled to 1 December; now it ends on the 30th.
    const old = worked(['2026-11-30']);
    const at = '2026-12-01T17:30:00Z';
    const same = { tzdb: '2025b', zone: () => undefined };
    expect(found(at, { ...same, calendar: withDates(['2026-11-30']) }, old).broken).toEqual([]);
    const gone = found(at, { ...same, calendar: withDates([]) }, old);
    expect(gone.changed.calendars).toEqual(['CA']);
    expect(gone.broken.map(({ constraint }) => constraint)).toEqual(['due']);
  });

  test('where nobody knows whether a date is a closure, the instant stands and both answers are given', () => {
    const old = worked(['2026-11-30']);
    const asked = found(
      '2026-12-01T17:30:00Z',
      { tzdb: '2025b', zone: () => undefined, calendar: withDates(['2026-11-30'], ['2026-11-30']) },
      old,
    );
    expect(asked.broken).toEqual([]);
    expect(asked.doubtful).toEqual([{ calendar: 'CA', like: 'CA', dates: ['2026-11-30'] }]);
    expect(asked.brokenIfAbolished.map(({ constraint }) => constraint)).toEqual(['due']);
  });

  test('tables older than those of the document renew no zone, and that is said', () => {
    const older = found('2026-12-01T17:30:00Z', fresh({ tzdb: '2025a' }));
    expect(older).toMatchObject({ older: true, broken: [], changed: { zones: [] } });
    expect(found('2026-12-01T17:30:00Z', fresh())).toMatchObject({ older: false });
  });

  test.each(['2026-11-29T23:45:00Z', '2026-12-05T00:00:00Z', '2026-12-01T17:31:00Z'])(
    '%s is no quarter of the horizon: refused',
    (at) => {
      expect(recheck(vancouver(), at, fresh())).toMatchObject({
        ok: false,
        fault: { code: 'COMMAND_MALFORMED', where: 'at' },
      });
    },
  );

  test('data that make no document are refused, not believed', () => {
    const broken: ZoneTable = { initialOffsetMinutes: 7, transitions: [] };
    expect(recheck(vancouver(), '2026-12-01T17:30:00Z', fresh({ zone: () => broken }))).toMatchObject({
      ok: false,
      fault: { code: 'SCHEDULE_REFUSED', where: 'E_ZONE' },
    });
  });

  test('every kind of constraint can be asked', () => {
    const read = readProblem(JSON.stringify(sample()));
    if (!read.ok) throw new Error('the sample is right');
    const outcome = recheck(read.problem, '2027-04-14T00:00:00Z', {
      tzdb: '2027a',
      zone: () => undefined,
      calendar: () => undefined,
    });
    expect(outcome).toMatchObject({ ok: true, value: { broken: [] } });
  });
});
