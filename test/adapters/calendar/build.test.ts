/** From a short description to a document: item by item of SCHEDULING §3, and the names that are not known. */
import { describe, expect, test } from 'vitest';
import { type BuildSources, type Built, buildProblem } from '../../../adapters/calendar/build.js';
import { CYCLES, TABLES_1 } from '../../../adapters/calendar/cycles.js';
import { type Description, readDescription } from '../../../adapters/calendar/description.js';
import { HOLIDAYS } from '../../../adapters/calendar/holidays.js';
import { ZONE_RELEASE } from '../../../adapters/calendar/zone-table.js';
import { zoneTransitions } from '../../../adapters/calendar/zones.js';
import { solveProblem } from '../../../node/core/schedule/answer.js';
import type { Problem } from '../../../node/core/schedule/problem.js';
import { solve } from '../../../node/core/schedule/solve.js';

const SOURCES: BuildSources = {
  tzdb: ZONE_RELEASE,
  zone: zoneTransitions,
  cycle: (name) => (Object.hasOwn(CYCLES, name) ? CYCLES[name] : undefined),
  holidays: (country) => Object.entries(HOLIDAYS).find(([name]) => name === country)?.[1].calendar,
  tables: TABLES_1,
  runtimeTzdb: ZONE_RELEASE,
  now: '2027-03-26T09:00:00Z',
};

// biome-ignore lint/suspicious/noExplicitAny: the table writes what no type allows.
type Loose = any;

const described = (): Loose => ({
  case: 'case-7',
  horizon: { start: '2027-04-05T00:00:00Z', end: '2027-05-01T00:00:00Z' },
  parties: [
    {
      id: 'JPCERT',
      role: 'centre',
      zone: 'Asia/Tokyo',
      office: { holidays: 'JP', closures: [{ from: '2027-04-30', to: '2027-05-02' }] },
      embargo: {
        policy: 'cert-cc',
        from: '2027-03-05T02:00:00Z',
        count: 'civil',
        roll: 'next',
        overrunPerDay: 50,
      },
    },
    { id: 'NCSC', role: 'centre', zone: 'Europe/London', office: { holidays: 'GB' } },
    {
      id: 'MS',
      role: 'vendor',
      weight: 8,
      zone: 'America/Los_Angeles',
      cycle: 'microsoft',
      ready: '2027-04-01T00:00:00Z',
      notice: 'linux-distros',
      blackouts: [
        { kind: 'dates', from: '2027-04-20', to: '2027-04-21' },
        { kind: 'span', from: '2027-04-22T00:00:00Z', until: '2027-04-22T12:00:00Z' },
        { kind: 'dates', from: '2027-04-07', to: '2027-04-07' },
      ],
    },
    { id: 'users', role: 'public', delay: { from: '2027-04-05T00:00:00Z', perDay: 5 } },
  ],
});

function built(change: (description: Loose) => void = () => {}, sources: Partial<BuildSources> = {}): Built {
  const description = described();
  change(description);
  const read = readDescription(JSON.stringify(description));
  return read.ok ? buildProblem(read.description, { ...SOURCES, ...sources }) : read;
}

function problem(change?: (description: Loose) => void, sources?: Partial<BuildSources>): Problem {
  const made = built(change, sources);
  if (!made.ok) throw new Error(JSON.stringify(made.errors));
  return made.problem;
}

describe('the document', () => {
  test('names its release, and has the zones that anything in it names, with their changes of clocks', () => {
    const { tzdb, zones, coverage } = problem();
    expect(tzdb).toBe(ZONE_RELEASE);
    expect(Object.keys(zones)).toEqual(['America/Los_Angeles', 'Asia/Tokyo', 'Europe/London']);
    expect(zones['America/Los_Angeles']?.transitions).toEqual([
      { at: '2027-03-14T10:00:00Z', offsetMinutes: -420 },
    ]);
    expect([coverage.from <= '2027-02-24', coverage.until >= '2027-06-10']).toEqual([true, true]);
  });

  test('has the holidays of each country, and closures under a name of their own', () => {
    const { calendars } = problem();
    expect(Object.keys(calendars).sort()).toEqual(['GB', 'JP+JPCERT']);
    const dates = calendars['JP+JPCERT']?.dates ?? [];
    expect(
      ['2027-04-29', '2027-04-30', '2027-05-01', '2027-05-02', '2027-05-03'].every((one) =>
        dates.includes(one),
      ),
    ).toBe(true);
    expect(calendars['GB']?.dates).toEqual(HOLIDAYS.GB.calendar.dates);
  });

  test('has the cycle as the catalogue has it, confidence and all', () => {
    expect(problem().rules).toEqual({ microsoft: CYCLES['microsoft'] });
  });

  test('has constraints with prices, periods in order, and the policy as a civil deadline', () => {
    expect(problem().hard).toEqual([
      {
        id: 'JPCERT-embargo',
        party: 'JPCERT',
        kind: 'deadline',
        relax: 40,
        from: '2027-03-05T02:00:00Z',
        cite: 'CERT/CC, from first contact attempt',
        overrunPerDay: 50,
        count: 'civil',
        zone: 'Asia/Tokyo',
        roll: 'next',
        days: 45,
        calendar: 'JP+JPCERT',
      },
      { id: 'MS-ready', party: 'MS', kind: 'notBefore', relax: 60, at: '2027-04-01T00:00:00Z' },
      {
        id: 'MS-blackout',
        party: 'MS',
        kind: 'blackout',
        relax: 40,
        intervals: [{ from: '2027-04-22T00:00:00Z', until: '2027-04-22T12:00:00Z' }],
        dates: [
          { from: '2027-04-07', to: '2027-04-07', zone: 'America/Los_Angeles' },
          { from: '2027-04-20', to: '2027-04-21', zone: 'America/Los_Angeles' },
        ],
      },
    ]);
  });

  test('weights and fairness are the usual ones unless said', () => {
    expect(problem().parties.map(({ id, weight, fair }) => [id, weight, fair])).toEqual([
      ['JPCERT', 10, true],
      ['NCSC', 10, true],
      ['MS', 8, false],
      ['users', 1, true],
    ]);
  });

  test('is solved like any other', () => {
    expect(solveProblem(problem()).status).toBe('solved');
  });

  test('takes constraints of SCHED/1 as they are, with the cycles and zones they name', () => {
    const own = {
      id: 'on-the-day',
      kind: 'onCycle',
      party: 'MS',
      relax: 30,
      rule: 'oracle',
      ready: '2026-12-01T00:00:00Z',
      beforeMinutes: 0,
      afterMinutes: 1440,
    };
    const week = {
      id: 'week',
      kind: 'weekly',
      party: 'NCSC',
      relax: 9,
      zone: 'Europe/Paris',
      windows: [{ days: ['MO'], from: '09:00', to: '17:00' }],
    };
    const made = problem((d) => (d.hard = [own, week]));
    expect(Object.keys(made.rules).sort()).toEqual(['microsoft', 'oracle']);
    expect(Object.keys(made.zones)).toContain('Europe/Paris');
    expect(made.coverage.from < '2026-12-01').toBe(true);
  });

  test.each<[string, (d: Loose) => void]>([
    ['a fix that is ready long before', (d) => (d.parties[2].ready = '2026-01-15T00:00:00Z')],
    ['an embargo that began long before', (d) => (d.parties[0].embargo.from = '2026-01-15T00:00:00Z')],
    ['an embargo that begins after the horizon', (d) => (d.parties[0].embargo.from = '2028-01-15T00:00:00Z')],
    [
      'a closure outside everything',
      (d) => (d.parties[0].office.closures = [{ from: '2030-01-01', to: '2030-02-01' }]),
    ],
    ['another weekend', (d) => (d.parties[1].office.weekend = ['FR', 'SA'])],
    [
      'an elapsed legal clock',
      (d) =>
        (d.parties[0].embargo = { policy: 'eu-cra-warning', from: '2027-04-06T00:00:00Z', count: 'elapsed' }),
    ],
    [
      'months',
      (d) =>
        (d.parties[0].embargo = { policy: 'ncsc-nl-hardware', from: '2027-01-06T00:00:00Z', count: 'civil' }),
    ],
    ['two blackouts alike', (d) => d.parties[2].blackouts.push(d.parties[2].blackouts[0])],
  ])('holds together with %s', (_, change) => {
    expect(built(change)).toMatchObject({ ok: true });
  });

  test('a zone table of another release gives another document', () => {
    const flat = problem(undefined, {
      tzdb: '2025b',
      zone: () => ({ ok: true, value: { initialOffsetMinutes: 0, transitions: [] } }),
    });
    expect(flat.tzdb).toBe('2025b');
    expect(solve(flat).best).not.toBe(solve(problem()).best);
  });
});

describe('warnings', () => {
  const warnings = (change?: (d: Loose) => void, sources?: Partial<BuildSources>) => {
    const made = built(change, sources);
    return made.ok ? made.warnings.map(({ about, what }) => `${about}: ${what}`) : [];
  };

  test('none where everything is known', () => {
    expect(warnings()).toEqual([]);
  });

  test.each<[string, (d: Loose) => void, string]>([
    ['a cycle nobody verified', (d) => (d.parties[2].cycle = 'ivanti'), 'unconfirmed cycle: ivanti'],
    [
      'a policy nobody verified',
      (d) => (d.parties[0].embargo.policy = 'jpcert-cc'),
      'unconfirmed policy: jpcert-cc',
    ],
    ['a notice nobody verified', (d) => (d.parties[2].notice = 'oracle'), 'unconfirmed policy: oracle'],
    ['an office without holidays', (d) => delete d.parties[1].office.holidays, 'no holidays: NCSC'],
    [
      'a horizon beyond the holidays',
      (d) => (d.horizon = { start: '2028-12-20T00:00:00Z', end: '2029-01-20T00:00:00Z' }),
      'holidays unknown: GB outside 2026-01-01..2028-12-31',
    ],
  ])('%s', (_, change, expected) => {
    expect(warnings(change)).toContain(expected);
  });

  test('§18: a runtime with older zones', () => {
    expect(warnings(undefined, { runtimeTzdb: '2025c' })).toEqual([
      `runtime zones older: 2025c < ${ZONE_RELEASE}`,
    ]);
  });
});

describe('refused descriptions', () => {
  test.each<[string, string, (d: Loose) => void]>([
    ['E_REF /parties/2/cycle', 'an unknown cycle', (d) => (d.parties[2].cycle = 'toString')],
    ['E_REF /parties/1/zone', 'an unknown zone', (d) => (d.parties[1].zone = 'Europe/Atlantis')],
    ['E_REF /parties/1/office/holidays', 'an unknown country', (d) => (d.parties[1].office.holidays = 'XX')],
    ['E_REF /parties/0/embargo/policy', 'an unknown policy', (d) => (d.parties[0].embargo.policy = 'nobody')],
    [
      'E_REF /parties/0/embargo/policy',
      'a policy without a number',
      (d) => (d.parties[0].embargo.policy = 'ncsc-uk'),
    ],
    ['E_REF /parties/2/notice', 'an unknown notice', (d) => (d.parties[2].notice = 'constructor')],
    [
      'E_REF /parties/0/embargo/count',
      'hours counted as days',
      (d) => (d.parties[0].embargo.policy = 'eu-cra-warning'),
    ],
    [
      'E_REF /parties/0/embargo/count',
      'months counted elapsed',
      (d) => Object.assign(d.parties[0].embargo, { policy: 'ncsc-nl-hardware', count: 'elapsed' }),
    ],
    ['E_REF /parties/0/embargo/roll', 'a roll without an office', (d) => delete d.parties[0].office],
    ['E_FIELD /parties/1', 'an office nowhere', (d) => delete d.parties[1].zone],
    ['E_FIELD /parties/1/hours', 'an unknown member', (d) => (d.parties[1].hours = 9)],
    ['E_FIELD /parties/0/embargo/count', 'days without a count', (d) => delete d.parties[0].embargo.count],
    ['E_DUPLICATE /parties/1/id', 'a party twice', (d) => (d.parties[1].id = 'JPCERT')],
    [
      'E_INTERVAL /parties/2/blackouts/0',
      'a blackout reversed',
      (d) => (d.parties[2].blackouts[0].to = '2027-04-01'),
    ],
    ['E_VALUE /preparedAt', 'an instant with an offset', (d) => (d.preparedAt = '2027-03-26T09:00:00+09:00')],
    ['E_LIMIT /parties', 'no parties', (d) => (d.parties = [])],
    ['E_HORIZON /horizon', 'a horizon off the grid', (d) => (d.horizon.start = '2027-04-05T00:01:00Z')],
    [
      'E_COVERAGE /horizon',
      'a horizon beyond the zone tables',
      (d) => (d.horizon = { start: '2045-01-01T00:00:00Z', end: '2045-01-02T00:00:00Z' }),
    ],
    ['E_REF /hard/0/rule', 'an unknown cycle of a constraint', (d) => (d.hard = [{ rule: 'nobody' }])],
  ])('%s: %s', (expected, _, change) => {
    const made = built(change);
    expect(made.ok ? [] : made.errors.map(({ code, path }) => `${code} ${path}`)).toContain(expected);
  });

  test.each(['', '[]', '{"case":"a","case":"b"}', 'null', '7'])('%j is no description', (text) => {
    expect(readDescription(text)).toMatchObject({ ok: false });
  });

  test('the type says what the reader accepts', () => {
    const typed: Description = described();
    expect(readDescription(JSON.stringify(typed))).toMatchObject({ ok: true, description: typed });
  });
});
