/** Documents made to be expensive: refused by their structure, before the expense. Work is counted; no clock is read. */
import { describe, expect, test } from 'vitest';
import { solveProblem as benchProblem, WHOLE } from '../../../bench/solve-problem.js';
import type { Json } from '../../../node/core/canonical.js';
import type { NodeId } from '../../../node/core/ids.js';
import { LIMITS } from '../../../node/core/limits.js';
import { answerFor } from '../../../node/core/schedule/answer.js';
import { groundOf } from '../../../node/core/schedule/ground.js';
import { banOf } from '../../../node/core/schedule/hard.js';
import { bansFor, stairsFor } from '../../../node/core/schedule/laid.js';
import { mergeFragments, readFragment } from '../../../node/core/schedule/merge.js';
import type { ProblemDocument } from '../../../node/core/schedule/problem.js';
import { readProblem, readProblemDocument } from '../../../node/core/schedule/read-problem.js';
import { stairsOf } from '../../../node/core/schedule/soft.js';
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

/** How many of these are the very same when they are asked for again. */
function sameTwice<From, Made>(from: readonly From[], laid: (from: From) => Made): number {
  const [once, again] = [from.map((one) => laid(one)), from.map((one) => laid(one))];
  return once.filter((made, at) => made === again[at]).length;
}

/** Thirty-two windows a week in each of so many constraints. */
function windows(document: ProblemDocument, constraints: number): ProblemDocument {
  return {
    ...document,
    hard: many(constraints, (at) => ({
      id: `w${at}`,
      kind: 'weekly' as const,
      party: 'p0',
      relax: 1,
      zone: 'Etc/Z0',
      windows: many(32, (n) => ({
        days: ['MO' as const],
        from: `${String(Math.floor(n / 2)).padStart(2, '0')}:${n % 2 === 0 ? '00' : '30'}`,
        to: `${String(Math.floor(n / 2)).padStart(2, '0')}:${n % 2 === 0 ? '15' : '45'}`,
      })),
    })),
  };
}

describe('lists whose product is huge', () => {
  test('a thousand vendors with offices are far below the bound', () => {
    const work = workOf(benchProblem({ ...WHOLE, office: true }, 'minimax'));
    expect(work).toBeGreaterThan(100_000);
    expect(work * 8).toBeLessThan(MOST_STEPS);
  });

  test('within the lists of SCHED/1 no document is refused for its product: 32,000 offices, no two alike', () => {
    const document = crowded(2_000, 96);
    expect(workOf(document)).toBeGreaterThan(100 * MOST_STEPS);
    expect(codesOf(JSON.stringify(document))).toEqual([]);
  });

  test('the solver holds so many steps and no more; what is beyond is laid again, and is the same', () => {
    const read = readProblemDocument(crowded(1, 96) as unknown as Json);
    if (!read.ok) throw new Error('refused');
    const ground = groundOf(read.problem);
    const offices = read.problem.parties.flatMap(({ soft }) => soft);
    // Room for five of the sixteen.
    const [first] = offices;
    const one = first === undefined ? 0 : stairsOf(first, ground).at.length;
    const stairs = stairsFor(ground, 5.5 * one);
    for (const soft of offices) expect(stairs(soft)).toEqual(stairsOf(soft, ground));
    expect(sameTwice(offices, stairs)).toBe(5);
    const { hard } = windows(crowded(1, 1), 12);
    const bans = bansFor(hard, ground, 1_000);
    const ranges = hard.map((_, at) => bans(at).forbidden.length);
    expect(Math.min(...ranges)).toBeGreaterThan(100);
    const held = sameTwice([...hard.keys()], bans);
    expect(held).toBe(Math.floor(1_000 / ((ranges[0] ?? 0) + 1)));
    expect(hard.map((_, at) => bans(at))).toEqual(hard.map((one) => banOf(one, ground)));
  });

  test('more steps than are held, solved: every party pays what its offices say', () => {
    const document = crowded(5, 96);
    expect(workOf(document)).toBeGreaterThan(LIMITS.scheduleHeldSteps.most);
    const answer = answerFor(JSON.stringify(document));
    if (answer.status !== 'solved') throw new Error(answer.status);
    const { pays, sum } = answer.best;
    expect(pays.map(({ items }) => items.length)).toEqual(Array.from({ length: 5 }, () => 16));
    expect(pays.reduce((total, { cost }) => total + cost, 0)).toBe(sum);
    for (const { cost, ideal, regret } of pays) expect(cost - ideal).toBe(regret);
  });

  test('rules that nobody uses cost nothing', () => {
    const document = crowded(1, 1);
    const unused = {
      parts: [{ kind: 'weeks' as const, interval: 1, anchor: '2000-01-03', time: '00:00', zone: 'Etc/Z0' }],
    };
    expect(workOf({ ...document, rules: { unused } })).toBe(workOf(document));
  });

  /** What a member asks for, as its fragment in a roster of three. */
  function merged(document: ProblemDocument) {
    const { zones, calendars, rules, tables, parties, hard, coverage, horizon } = document;
    const shape = { spec: 'SCHED-FRAGMENT/1', tzdb: '2026c', coverage };
    const fragment = readFragment(JSON.stringify({ ...shape, zones, calendars, rules, parties, hard }));
    if (!fragment.ok) throw new Error(fragment.fault.where);
    return mergeFragments([{ rosterIndex: 1, nodeId: 'a'.repeat(40) as NodeId, fragment: fragment.value }], {
      case: 'case',
      revision: 1,
      preparedAt: Date.parse('2027-04-01T00:00:00Z') as Instant,
      horizonStart: Date.parse(horizon.start) as Instant,
      horizonEnd: Date.parse(horizon.end) as Instant,
      objective: 'minimax',
      tables,
      rosterSize: 3,
    });
  }

  const few = <T extends object>(named: T): T => Object.fromEntries(Object.entries(named).slice(0, 40)) as T;

  test.each<[string, () => ProblemDocument]>([
    [
      'offices',
      () => {
        const { zones, calendars, parties, ...rest } = crowded(10, 96);
        const narrow = parties.map((party, at) => ({
          ...party,
          soft: party.soft.map((soft, n) => ({
            ...soft,
            zone: `Etc/Z${n}`,
            calendar: `c${at}`,
            table: `t${n % 10}`,
          })),
        }));
        return { ...rest, zones: few(zones), calendars: few(calendars), parties: narrow };
      },
    ],
    [
      'windows of a minute in hundreds of constraints',
      () => {
        const document = windows(crowded(1, 1), 300);
        return { ...document, zones: few(document.zones), calendars: few(document.calendars) };
      },
    ],
    [
      'cycles of every weekday over a hundred years',
      () => {
        const document = crowded(1, 1);
        return {
          ...document,
          coverage: { from: '2000-01-01T00:00:00Z', until: '2099-12-31T00:00:00Z' },
          zones: few(document.zones),
          calendars: {},
          rules: Object.fromEntries(
            many(170, (at) => [
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
          parties: many(170, (at) => ({
            id: `p${at}`,
            role: 'vendor' as const,
            weight: 1,
            fair: false,
            soft: many(2, (n) => ({
              id: `a${n}`,
              kind: 'avoidCycle' as const,
              rule: `r${at}`,
              beforeMinutes: 0,
              afterMinutes: 15 * (n + 1),
              cost: 1,
            })),
          })),
        };
      },
    ],
  ])('DESIGN §6: a member that asks for too much work is named: %s', (_, document) => {
    expect(merged(document())).toMatchObject({
      ok: false,
      fault: { code: 'LIMIT_EXCEEDED', where: 'roster 1 work', most: Math.floor(MOST_STEPS / 3) },
    });
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
