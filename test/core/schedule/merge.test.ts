import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../../node/core/fault.js';
import { nodeId } from '../../../node/core/ids.js';
import { solveProblem } from '../../../node/core/schedule/answer.js';
import { inputHash } from '../../../node/core/schedule/input-hash.js';
import {
  type Fragment,
  type FragmentDocument,
  type Member,
  type MergeFrame,
  mergeFragments,
  readFragment,
} from '../../../node/core/schedule/merge.js';
import type { Party, Problem, ProblemDocument } from '../../../node/core/schedule/problem.js';
import { type Instant, readInstant } from '../../../node/core/time.js';
import { randomProblems } from './random-problem.js';
import { sample } from './sample.js';

const OPTIONS = { seed: 20261103, numRuns: 40 };

const instant = (text: string): Instant => readInstant(text) as Instant;

function fragmentOf(document: ProblemDocument, change: Partial<FragmentDocument> = {}): FragmentDocument {
  const { tzdb, coverage, zones, calendars, rules, parties, hard } = structuredClone(document);
  return { spec: 'SCHED-FRAGMENT/1', tzdb, coverage, zones, calendars, rules, parties, hard, ...change };
}

function read(document: FragmentDocument): Fragment {
  const fragment = readFragment(JSON.stringify(document));
  if (!fragment.ok) throw new Error(fragment.fault.where);
  return fragment.value;
}

function member(rosterIndex: number, document: FragmentDocument, node = rosterIndex): Member {
  const id = nodeId(String(node).padStart(40, 'a'));
  if (id === undefined) throw new Error('not a node id');
  return { rosterIndex, nodeId: id, fragment: read(document) };
}

function frameOf(document: ProblemDocument, change: Partial<MergeFrame> = {}): MergeFrame {
  return {
    case: document.case,
    revision: document.revision,
    preparedAt: instant(document.preparedAt),
    horizonStart: instant(document.horizon.start),
    horizonEnd: instant(document.horizon.end),
    objective: document.objective,
    tables: document.tables,
    rosterSize: 3,
    ...change,
  };
}

function merged(outcome: Outcome<Problem>): Problem {
  if (!outcome.ok) throw new Error(`${outcome.fault.code} ${outcome.fault.where}`);
  return outcome.value;
}

const centre = (id: string): Party => ({ id, role: 'centre', weight: 1, fair: true, soft: [] });

/** A member that wants nothing and knows only what it must. */
const silent = (document: ProblemDocument, change: Partial<FragmentDocument> = {}): FragmentDocument =>
  fragmentOf(document, { zones: {}, calendars: {}, rules: {}, parties: [centre('C')], hard: [], ...change });

describe('SOL-M2: DESIGN §6: the merge of a snapshot', () => {
  test('does not depend on the order of the members', () => {
    fc.assert(
      fc.property(randomProblems, fc.shuffledSubarray([0, 1, 2], { minLength: 3 }), (document, order) => {
        const members = [
          member(0, fragmentOf(document), 7),
          member(1, fragmentOf(document, { tzdb: '2026b' }), 5),
          member(2, fragmentOf(sampleIn(document)), 6),
        ];
        const one = mergeFragments(members, frameOf(document));
        const other = mergeFragments(
          order.map((at) => members[at] as Member),
          frameOf(document),
        );
        expect(one.ok).toBe(true);
        expect(other).toEqual(one);
        expect(inputHash(merged(other))).toBe(inputHash(merged(one)));
      }),
      OPTIONS,
    );
  });

  test('a member alone gets the answer of its own document, with the prefix on every name', () => {
    fc.assert(
      fc.property(randomProblems, (document) => {
        const problem = merged(
          mergeFragments([member(0, fragmentOf(document))], frameOf(document, { rosterSize: 1 })),
        );
        const own = mergeFragments([member(0, silent(document))], frameOf(document, { rosterSize: 1 }));
        expect(own.ok).toBe(true);
        const answer = JSON.parse(JSON.stringify(solveProblem(problem)).replaceAll('"0.', '"'));
        const direct = solveProblem(document as Problem);
        expect({ ...answer, inputHash: '' }).toEqual({
          ...JSON.parse(JSON.stringify(direct)),
          inputHash: '',
        });
      }),
      OPTIONS,
    );
  });

  test('two members pay and forbid what they would by themselves', () => {
    const document = sample();
    const problem = merged(
      mergeFragments([member(0, fragmentOf(document)), member(2, fragmentOf(document))], frameOf(document)),
    );
    const [alone, both] = [solveProblem(document as Problem), solveProblem(problem)];
    expect(both.best?.at).toBe(alone.best?.at);
    expect(both.best?.sum).toBe(2 * (alone.best?.sum ?? 0));
    expect(Object.keys(problem.rules)).toContain('2.nth');
    expect(problem.hard.map(({ id }) => id)).toContain('0.a');
    expect(problem.parties.flatMap(({ soft }) => soft.map(({ id }) => id))).toContain('office');
    expect(problem).toMatchObject({ case: 'case-0007', revision: 0, tables: document.tables });
  });

  test('each zone comes from the greatest tzdb that has it, then from the lowest node id', () => {
    const document = sample();
    const zone = (minutes: number) => ({ initialOffsetMinutes: minutes, transitions: [] });
    const zones = (table: Record<string, number>) =>
      Object.fromEntries(Object.entries(table).map(([name, minutes]) => [name, zone(minutes)]));
    const members = [
      member(
        0,
        silent(document, { tzdb: '2026b', zones: zones({ 'A_/Old': 15, 'A_/Both': 15, 'A_/All': 15 }) }),
        1,
      ),
      member(1, silent(document, { tzdb: '2026c', zones: zones({ 'A_/Both': 30, 'A_/All': 30 }) }), 9),
      member(2, silent(document, { tzdb: '2026c', zones: zones({ 'A_/All': 45, 'A_/Low': 45 }) }), 8),
    ];
    const problem = merged(mergeFragments(members, frameOf(document)));
    expect(problem.tzdb).toBe('2026c');
    expect(problem.zones).toEqual(zones({ 'A_/Old': 15, 'A_/Both': 30, 'A_/All': 45, 'A_/Low': 45 }));
  });

  test('the coverage is the intersection; transitions outside leave their offset behind', () => {
    const document = sample();
    const short = { from: '2027-03-20T00:00:00Z', until: '2027-06-09T00:00:00Z' };
    const frame = frameOf(document, {
      horizonStart: instant('2027-04-29T00:00:00Z'),
      horizonEnd: instant('2027-04-30T00:00:00Z'),
    });
    const problem = merged(
      mergeFragments(
        [member(0, fragmentOf(document)), member(1, silent(document, { coverage: short }))],
        frame,
      ),
    );
    expect(problem.coverage).toEqual(short);
    expect(problem.zones['America/Los_Angeles']).toEqual({ initialOffsetMinutes: -420, transitions: [] });
  });

  test('a civil count that starts before what others cover keeps its edge, price and overrun', () => {
    const document = sample();
    const frame = frameOf(document, {
      rosterSize: 2,
      horizonStart: instant('2027-04-17T00:00:00Z'),
      horizonEnd: instant('2027-04-24T00:00:00Z'),
    });
    const early = fragmentOf(document, {
      hard: document.hard
        .filter(({ kind }) => kind === 'deadline' || kind === 'leadWork')
        .map((one) =>
          one.kind === 'leadWork'
            ? { ...one, from: '2027-03-01T00:00:00Z', days: 35, overrunPerDay: 9 }
            : one,
        ),
    });
    const long = mergeFragments([member(0, early), member(1, silent(document))], frame);
    const short = { from: '2027-03-08T00:00:00Z', until: document.coverage.until };
    const cut = mergeFragments([member(0, early), member(1, silent(document, { coverage: short }))], frame);
    expect(merged(long).hard.map(({ kind }) => kind)).toEqual(['deadline', 'deadline', 'leadWork']);
    expect(merged(cut).hard.map(({ kind }) => kind)).toEqual(['deadline', 'before', 'notBefore']);
    const [whole, part] = [solveProblem(merged(long)), solveProblem(merged(cut))];
    expect(part.leaveOneOut.length).toBeGreaterThan(1);
    expect(part.leaveOneOut).toEqual(whole.leaveOneOut);
    expect(part.best).toEqual(whole.best);
    expect(part.relaxation).toEqual(whole.relaxation);
  });

  test('a ready date before what others cover moves to the start of the coverage', () => {
    const document = sample();
    const soft = {
      id: 'day',
      kind: 'cycle' as const,
      rule: 'nth',
      ready: '2027-02-21T00:00:00Z',
      table: 'cycle-1',
    };
    const early = fragmentOf(document, { parties: [{ ...centre('C'), soft: [soft] }], hard: [] });
    const short = { from: '2027-02-22T00:00:00Z', until: document.coverage.until };
    const problem = merged(
      mergeFragments([member(0, early), member(1, silent(document, { coverage: short }))], frameOf(document)),
    );
    expect(problem.parties[0]?.soft[0]).toMatchObject({ ready: short.from, rule: '0.nth' });
  });

  test('the horizon is cut to the grid and preparedAt to the second', () => {
    const document = sample();
    const frame = frameOf(document, {
      preparedAt: (instant(document.preparedAt) + 999) as Instant,
      horizonStart: (instant(document.horizon.start) + 1) as Instant,
      horizonEnd: (instant(document.horizon.end) - 1) as Instant,
    });
    expect(mergeFragments([member(0, silent(document))], frame)).toMatchObject({
      value: {
        preparedAt: document.preparedAt,
        horizon: { start: '2027-04-05T00:15:00Z', end: '2027-04-30T23:45:00Z' },
      },
    });
  });
});

describe('DESIGN §6: one member cannot make the document invalid for all', () => {
  const document = sample();
  const many = <T>(count: number, make: (at: number) => T): T[] =>
    Array.from({ length: count }, (_, at) => make(at));
  const blackout = (at: number) => ({
    id: `h${at}`,
    kind: 'notBefore' as const,
    party: 'C',
    relax: 1,
    at: document.horizon.start,
  });
  const keyed = <T>(count: number, value: T) => Object.fromEntries(many(count, (at) => [`k${at}`, value]));
  const rule = document.rules['listed'];
  const calendar = document.calendars['JP'];

  test.each<[string, Partial<FragmentDocument>, Partial<MergeFrame>, string]>([
    [
      'parties',
      { parties: many(667, (at) => ({ ...centre(`p${at}`), fair: false })) },
      {},
      'roster 1 parties',
    ],
    ['fair parties', { parties: many(43, (at) => centre(`p${at}`)) }, {}, 'roster 1 fair parties'],
    ['constraints', { hard: many(1_334, blackout) }, {}, 'roster 1 hard'],
    [
      'rules',
      { rules: keyed(171, rule) as FragmentDocument['rules'], zones: document.zones },
      {},
      'roster 1 rules',
    ],
    [
      'calendars',
      { calendars: keyed(43, calendar) as FragmentDocument['calendars'] },
      {},
      'roster 1 calendars',
    ],
    [
      'zones',
      {
        zones: Object.fromEntries(
          many(43, (at) => [`Zone/Z${at}`, { initialOffsetMinutes: 0, transitions: [] }]),
        ),
      },
      {},
      'roster 1 zones',
    ],
    ['weight', { parties: [{ ...centre('C'), weight: 11 }] }, { memberWeight: 10 }, 'roster 1 weight'],
    [
      'overrun',
      { hard: many(1_300, (at) => ({ ...blackout(at), at: '2029-12-31T00:00:00Z', overrunPerDay: 1_000 })) },
      {},
      'roster 1 weight and overrun',
    ],
  ])('SOL-M3: over its share of %s it is refused by name', (_, change, frame, where) => {
    const members = [member(0, silent(document)), member(1, silent(document, change))];
    expect(mergeFragments(members, frameOf(document, frame))).toMatchObject({
      ok: false,
      fault: { code: 'LIMIT_EXCEEDED', where },
    });
  });

  test.each<[string, Partial<FragmentDocument>, string]>([
    [
      'a table the charter does not have',
      {
        parties: [
          {
            ...centre('C'),
            soft: [{ id: 's', kind: 'leadPreference', from: '2027-04-05T00:00:00Z', table: 'mine' }],
          },
        ],
      },
      'roster 1 E_REF /parties/0/soft/0/table',
    ],
    [
      'a budget over that of the tables',
      {
        parties: [
          {
            ...centre('C'),
            soft: many(11, (at) => ({
              id: `s${at}`,
              kind: 'leadPreference' as const,
              from: '2027-04-05T00:00:00Z',
              table: 'lead-1',
            })),
          },
        ],
      },
      'roster 1 E_BUDGET /parties/0',
    ],
    [
      'a coverage that is too short',
      { coverage: { from: '2027-02-25T00:00:00Z', until: '2027-06-20T00:00:00Z' } },
      'roster 1 coverage',
    ],
  ])('SOL-M4: with %s it is refused by name', (_, change, where) => {
    const members = [member(0, silent(document)), member(1, silent(document, change))];
    expect(mergeFragments(members, frameOf(document))).toMatchObject({
      ok: false,
      fault: { code: 'CONSTRAINT_INVALID', where },
    });
  });

  test('a frame that breaks a rule is nobody’s fault', () => {
    const frame = frameOf(document, { horizonEnd: instant(document.horizon.start) });
    expect(mergeFragments([member(0, silent(document))], frame)).toMatchObject({
      fault: { code: 'SCHEDULE_REFUSED', where: 'E_HORIZON /horizon' },
    });
  });

  test('a place twice, a place outside the roster and no member at all are refused', () => {
    const one = member(0, silent(document));
    const code = 'CONSTRAINT_INVALID';
    expect(mergeFragments([one, one], frameOf(document))).toMatchObject({
      fault: { code, where: 'roster 0 index' },
    });
    expect(mergeFragments([member(3, silent(document))], frameOf(document))).toMatchObject({
      fault: { code },
    });
    expect(mergeFragments([], frameOf(document))).toMatchObject({ fault: { code } });
  });
});

describe('the reader of fragments', () => {
  test.each<[string, string, (fragment: Record<string, unknown>) => unknown]>([
    ['another spec', 'E_SPEC /spec', (f) => (f['spec'] = 'SCHED/1')],
    ['tables of its own', 'E_FIELD /tables', (f) => (f['tables'] = {})],
    ['a note', 'E_FIELD /parties/0/note', (f) => (f['parties'] = [{ ...centre('C'), note: 'Vendor Inc.' }])],
    [
      'a cite',
      'E_FIELD /hard/0/cite',
      (f) => Object.assign((f['hard'] as object[])[0] as object, { cite: 'x' }),
    ],
    ['a constraint of another party', 'E_REF /hard/0/party', (f) => (f['parties'] = [centre('C')])],
    [
      'an id without room for a prefix',
      'E_VALUE /parties/3/id',
      (f) => (f['parties'] as object[]).push(centre('x'.repeat(62))),
    ],
    [
      'a calendar within the coverage',
      'E_COVERAGE /calendars/JP',
      (f) => (f['coverage'] = { from: '2027-01-01T00:00:00Z', until: '2027-06-20T00:00:00Z' }),
    ],
    ['contents as a name', 'E_FIELD /?', (f) => (f['heap overflow in the parser'] = 1)],
  ])('refuses %s', (_, where, spoil) => {
    const fragment = JSON.parse(JSON.stringify(fragmentOf(sample())));
    spoil(fragment);
    expect(readFragment(JSON.stringify(fragment))).toEqual({
      ok: false,
      fault: { code: 'CONSTRAINT_INVALID', where },
    });
  });

  test('SOL-M1: refuses what is not strict JSON, and never throws', () => {
    for (const text of ['', '[]', '{"spec":1,"spec":1}', '\ufeff{}', '['.repeat(100), Uint8Array.of(0xff)]) {
      expect(readFragment(text)).toMatchObject({ ok: false, fault: { code: 'CONSTRAINT_INVALID' } });
    }
    fc.assert(
      fc.property(fc.string(), fc.json(), (text, json) => {
        expect(readFragment(text).ok).toBe(false);
        expect(readFragment(json).ok).toBe(false);
      }),
      OPTIONS,
    );
  });
});

/** The sample's constraints in the horizon of another document. */
function sampleIn(document: ProblemDocument): ProblemDocument {
  const { soft: _, ...party } = sample().parties[0] as Party;
  return {
    ...document,
    parties: [{ ...party, zone: 'UTC', soft: [] }],
    hard: document.hard.slice(0, 1).map((one) => ({ ...one, party: party.id })),
  };
}
