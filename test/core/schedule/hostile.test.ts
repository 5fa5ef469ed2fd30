/** Documents made to be expensive: refused by their structure, before the expense. Work is counted; no clock is read. */
import { describe, expect, test } from 'vitest';
import { solveProblem as benchProblem, WHOLE } from '../../../bench/solve-problem.js';
import type { Json } from '../../../node/core/canonical.js';
import type { NodeId } from '../../../node/core/ids.js';
import { LIMITS } from '../../../node/core/limits.js';
import { answerFor } from '../../../node/core/schedule/answer.js';
import { mergeFragments, readFragment } from '../../../node/core/schedule/merge.js';
import type { ProblemDocument } from '../../../node/core/schedule/problem.js';
import { readProblem, readProblemDocument } from '../../../node/core/schedule/read-problem.js';
import { MOST_STEPS, workOf } from '../../../node/core/schedule/work.js';
import type { Instant } from '../../../node/core/time.js';
import { sample } from './sample.js';

const codesOf = (text: string | Uint8Array): readonly string[] => {
  const read = readProblem(text);
  return read.ok ? [] : read.errors.map(({ code, message }) => `${code} ${message}`);
};
const many = <T>(count: number, make: (at: number) => T): T[] =>
  Array.from({ length: count }, (_, at) => make(at));

/** A list that counts how often an entry of it is asked for. */
function counted(length: number, entry: Json): { readonly list: Json; readonly looks: () => number } {
  let looks = 0;
  const list = new Proxy([] as Json[], {
    get(target, name) {
      if (name === 'length') return length;
      if (typeof name === 'string' && /^\d+$/.test(name)) {
        looks += 1;
        return entry;
      }
      return Reflect.get(target, name);
    },
    has: (target, name) => (typeof name === 'string' && /^\d+$/.test(name)) || Reflect.has(target, name),
  });
  return { list, looks: () => looks };
}

describe('too much text', () => {
  test('a hundred megabytes are refused by their length: not one byte is looked at', () => {
    const bytes = new Proxy({ length: 100_000_000 } as Uint8Array, {
      get(target, name) {
        if (name === 'length') return target.length;
        throw new Error(`looked at ${String(name)}`);
      },
    });
    expect(codesOf(bytes)).toEqual([`E_LIMIT size at character ${LIMITS.documentBytes.most}`]);
    expect(readFragment(bytes)).toMatchObject({ ok: false, fault: { code: 'CONSTRAINT_INVALID' } });
  });

  test('a number of a million digits is no number', () => {
    const text = JSON.stringify(sample()).replace('"revision":0', `"revision":${'9'.repeat(1_000_000)}`);
    expect(codesOf(text)[0]).toMatch(/^E_VALUE number/);
    expect(codesOf('9'.repeat(1_000_000))[0]).toMatch(/^E_VALUE number/);
  });

  test.each([
    ['lists', '['],
    ['objects', '{"a":'],
    ['both', '{"a":['],
  ])('a million nested %s end at the bound of levels, not at the end of the text', (_, opening) => {
    const text = opening.repeat(1_000_000);
    const at = Number(/at character (\d+)$/.exec(codesOf(text)[0] ?? '')?.[1]);
    expect(codesOf(text)[0]).toMatch(/^E_JSON depth/);
    expect(at).toBeLessThanOrEqual((LIMITS.jsonLevels.most + 1) * opening.length);
  });

  test('a note of a million characters is measured, not kept', () => {
    const read = readProblem(JSON.stringify({ ...sample(), note: 'x'.repeat(1_000_000) }));
    expect(read.ok ? [] : read.errors).toMatchObject([{ code: 'E_LIMIT', path: '/note' }]);
    expect(JSON.stringify(read).length).toBeLessThan(500);
  });
});

describe('huge lists', () => {
  test.each<[string, number, (list: Json) => Json]>([
    ['constraints', 0, (list) => ({ ...sample(), hard: list })],
    ['parts of a rule', 0, (list) => ({ ...sample(), rules: { r: { parts: list } } })],
    [
      'dates of a calendar',
      0,
      (list) => ({
        ...sample(),
        calendars: { C: { weekend: [], from: '2027-01-01', until: '2027-12-31', dates: list } },
      }),
    ],
    [
      'transitions of a zone',
      0,
      (list) => ({ ...sample(), zones: { UTC: { initialOffsetMinutes: 0, transitions: list } } }),
    ],
    // Ids and fair parties are gathered first: two looks at each.
    ['parties', 2, (list) => ({ ...sample(), parties: list })],
  ])('a million %s are refused by their number: %i looks at each', (_, most, document) => {
    const { list, looks } = counted(1_000_000, {});
    const read = readProblemDocument(document(list));
    expect(read.ok ? [] : read.errors.map(({ code }) => code)).toContain('E_LIMIT');
    expect(looks()).toBeLessThanOrEqual(most * 1_000_000);
  });

  test('however many faults there are, at most a hundred are listed', () => {
    const hard = many(4_000, (at) => ({ id: `h${at}`, kind: 'nonsense', party: 'nobody', extra: 1 }));
    const read = readProblemDocument({ ...sample(), hard } as unknown as Json);
    expect(read.ok ? 0 : read.errors.length).toBe(100);
  });

  test('a hundred thousand unknown members are named a hundred times', () => {
    const stray = Object.fromEntries(many(100_000, (at) => [`x${at}`, 1]));
    const read = readProblemDocument({ ...sample(), ...stray } as unknown as Json);
    expect(read.ok ? 0 : read.errors.length).toBe(100);
  });
});

/** Lists within their bounds whose product is not: two thousand parties with sixteen offices, no two alike. */
function crowded(parties: number, bands: number): ProblemDocument {
  const document = sample();
  const zones = Object.fromEntries(
    many(100, (at) => [`Etc/Z${at}`, { initialOffsetMinutes: 0, transitions: [] }]),
  );
  const time = (at: number) =>
    `${String(Math.floor(at / 4)).padStart(2, '0')}:${String((at % 4) * 15).padStart(2, '0')}`;
  const staff = (at: number) => ({
    kind: 'staff' as const,
    bands: many(bands, (n) => ({ from: time(n), cost: (n + at) % 2 })),
    eve: 0,
    off: 0,
  });
  const tables = Object.fromEntries(many(10, (at) => [`t${at}`, staff(at)]));
  const calendars = Object.fromEntries(
    many(100, (at) => [`c${at}`, { weekend: [], from: '2027-01-01', until: '2029-12-31', dates: [] }]),
  );
  const office = (at: number) => ({
    id: `o${at % 16}`,
    kind: 'office' as const,
    zone: `Etc/Z${at % 100}`,
    calendar: `c${Math.floor(at / 100) % 100}`,
    table: `t${Math.floor(at / 10_000) % 10}`,
  });
  return {
    ...document,
    horizon: { start: '2027-04-05T00:00:00Z', end: '2029-04-01T00:00:00Z' },
    coverage: { from: '2027-02-20T00:00:00Z', until: '2029-06-20T00:00:00Z' },
    zones,
    calendars,
    tables,
    rules: {},
    hard: [],
    parties: many(parties, (at) => ({
      id: `p${at}`,
      role: 'vendor' as const,
      weight: 1,
      fair: false,
      soft: many(16, (n) => office(at * 16 + n)),
    })),
  };
}

describe('lists whose product is huge', () => {
  test('a thousand vendors with offices are far below the bound', () => {
    const work = workOf(benchProblem({ ...WHOLE, office: true }, 'minimax'));
    expect(work).toBeGreaterThan(100_000);
    expect(work * 8).toBeLessThan(MOST_STEPS);
  });

  test('two thousand parties with sixteen offices each, no two alike, are refused before a step is laid', () => {
    const document = crowded(2_000, 96);
    expect(workOf(document)).toBeGreaterThan(100 * MOST_STEPS);
    expect(codesOf(JSON.stringify(document))).toEqual([`E_LIMIT comes to more than ${MOST_STEPS} steps`]);
  });

  test.each<[string, (document: ProblemDocument) => ProblemDocument]>([
    [
      'windows of a minute in a thousand constraints',
      (document) => ({
        ...document,
        hard: many(1_000, (at) => ({
          id: `w${at}`,
          kind: 'weekly' as const,
          party: 'p0',
          relax: 1,
          zone: 'Etc/Z0',
          windows: many(32, () => ({ days: ['MO' as const], from: '00:00', to: '00:01' })),
        })),
      }),
    ],
    [
      'cycles of every weekday over a hundred years',
      (document) => ({
        ...document,
        coverage: { from: '2000-01-01T00:00:00Z', until: '2099-12-31T00:00:00Z' },
        calendars: {},
        rules: Object.fromEntries(
          many(512, (at) => [
            `r${at}`,
            {
              parts: many(8, (n) => ({
                kind: 'nth' as const,
                weekday: (['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU', 'MO'] as const)[n] ?? 'MO',
                ordinals: [-5, -4, -3, -2, -1, 1, 2, 3, 4, 5],
                time: '00:00',
                zone: 'Etc/Z0',
              })),
            },
          ]),
        ),
        parties: many(512, (at) => ({
          id: `p${at}`,
          role: 'vendor' as const,
          weight: 1,
          fair: false,
          soft: [
            {
              id: 'a',
              kind: 'avoidCycle' as const,
              rule: `r${at}`,
              beforeMinutes: 0,
              afterMinutes: 15,
              cost: 1,
            },
          ],
        })),
      }),
    ],
  ])('%s', (_, change) => {
    const document = change(crowded(1, 1));
    expect(workOf(document)).toBeGreaterThan(MOST_STEPS);
    expect(codesOf(JSON.stringify(document))[0]).toMatch(/^E_LIMIT comes to more/);
  });

  test('rules that nobody uses cost nothing', () => {
    const document = crowded(1, 1);
    const unused = {
      parts: [{ kind: 'weeks' as const, interval: 1, anchor: '2000-01-03', time: '00:00', zone: 'Etc/Z0' }],
    };
    expect(workOf({ ...document, rules: { unused } })).toBe(workOf(document));
  });

  test.each([
    // A third of the bound is passed, or all of it: either way the member is named, and no other.
    [10, { code: 'LIMIT_EXCEEDED', where: 'roster 1 work' }],
    [40, { code: 'CONSTRAINT_INVALID', where: 'roster 1 E_LIMIT ' }],
  ])('DESIGN §6: a member whose %i parties ask for too much is named', (count, fault) => {
    const { zones, calendars, tables, parties, coverage, horizon } = crowded(count, 96);
    const few = (named: object) => Object.fromEntries(Object.entries(named).slice(0, 40));
    const narrow = parties.map((party, at) => ({
      ...party,
      soft: party.soft.map((soft, n) => ({
        ...soft,
        zone: `Etc/Z${n}`,
        calendar: `c${at}`,
        table: `t${n % 10}`,
      })),
    }));
    const shape = { spec: 'SCHED-FRAGMENT/1', tzdb: '2026c', coverage, rules: {}, hard: [] };
    const text = JSON.stringify({ ...shape, zones: few(zones), calendars: few(calendars), parties: narrow });
    const fragment = readFragment(text);
    if (!fragment.ok) throw new Error(fragment.fault.where);
    const merged = mergeFragments(
      [{ rosterIndex: 1, nodeId: 'a'.repeat(40) as NodeId, fragment: fragment.value }],
      {
        case: 'case',
        revision: 1,
        preparedAt: Date.parse('2027-04-01T00:00:00Z') as Instant,
        horizonStart: Date.parse(horizon.start) as Instant,
        horizonEnd: Date.parse(horizon.end) as Instant,
        objective: 'minimax',
        tables,
        rosterSize: 3,
      },
    );
    expect(merged).toMatchObject({ ok: false, fault });
  });
});

describe('absurd values', () => {
  test.each<[string, string, (d: ReturnType<typeof loose>) => void]>([
    ['E_HORIZON', 'a horizon of a hundred years', (d) => (d.horizon.end = '2099-12-31T00:00:00Z')],
    ['E_VALUE', 'a horizon of the year 10000', (d) => (d.horizon.end = '10000-01-01T00:00:00Z')],
    ['E_VALUE', 'a date with a newline', (d) => (d.calendars.JP.until = '2027-12-31\n')],
    ['E_VALUE', 'a date with Arabic digits', (d) => (d.calendars.JP.until = '٢٠٢٧-12-31')],
    ['E_VALUE', 'an instant with a newline', (d) => (d.preparedAt = '2027-03-26T09:00:00Z\n')],
    ['E_VALUE', 'a time with a newline', (d) => (d.rules.nth.parts[0].time = '10:00\n')],
    ['E_VALUE', 'an id with a newline', (d) => (d.case = 'case\n')],
    ['E_VALUE', 'a release with a newline', (d) => (d.tzdb = '2026c\n')],
    ['E_TYPE', 'a weight of 1.5', (d) => (d.parties[0].weight = 1.5)],
    ['E_TYPE', 'a weight of 1e-320', (d) => (d.parties[0].weight = 1e-320)],
    ['E_VALUE', 'a weight of 2^53', (d) => (d.parties[0].weight = 2 ** 53)],
    [
      'E_DUPLICATE',
      'one id for all constraints',
      (d) => {
        for (const one of d.hard) one.id = 'same';
      },
    ],
    ['E_ZONE', 'a zone name with a newline', (d) => (d.zones['Asia/Tokyo\n'] = d.zones['Asia/Tokyo'])],
  ])('%s: %s', (code, _, spoil) => {
    const document = loose();
    spoil(document);
    const answer = answerFor(JSON.stringify(document));
    expect(answer.status === 'error' ? answer.errors.map((error) => error.code) : []).toContain(code);
  });

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'])(
    'a member, zone, rule, calendar or party named %s is only a name',
    (name) => {
      const own = JSON.stringify(sample());
      for (const text of [
        own.replace('"revision":0', `"${name}":{},"revision":0`),
        own.replace('"zones":{', `"zones":{"${name}":{},`),
        own.replace('"tables":{', `"tables":{"${name}":{},`),
      ]) {
        expect(answerFor(text).status).toBe('error');
      }
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    },
  );
});

// biome-ignore lint/suspicious/noExplicitAny: the table writes what no type allows.
function loose(): any {
  return sample();
}
