/**
 * Decision 0024: what the last speaker gains by seeing the others' constraints, computed by the solver itself, and what
 * shows it. Three centres, one week of June 2027; "true" costs are the office hours of each, whatever it claims.
 */
import { describe, expect, test } from 'vitest';
import { TABLES_1 } from '../../../adapters/calendar/cycles.js';
import { HOLIDAYS } from '../../../adapters/calendar/holidays.js';
import { zonesFor } from '../../../adapters/calendar/zones.js';
import { secondsOf, textOfSeconds } from '../../../node/core/schedule/civil.js';
import { paymentsAt } from '../../../node/core/schedule/explain.js';
import { influences } from '../../../node/core/schedule/influence.js';
import type { Party, Problem, ProblemDocument, SoftCost, Span } from '../../../node/core/schedule/problem.js';
import { readProblem } from '../../../node/core/schedule/read-problem.js';
import { type Solution, solve } from '../../../node/core/schedule/solve.js';

const COVERAGE: Span = { from: '2027-04-01T00:00:00Z', until: '2027-08-01T00:00:00Z' };
const HORIZON = { start: '2027-06-07T00:00:00Z', end: '2027-06-12T00:00:00Z' };
const PLACES = {
  CERTCC: ['America/New_York', 'US'],
  JPCERT: ['Asia/Tokyo', 'JP'],
  NCSC: ['Europe/London', 'GB'],
} as const;
type Centre = keyof typeof PLACES;

/** Beside the office a centre has 550 of its 1000 points left for a claim. */
const MOST_CLAIM = 550;
/** Tuesday 10:00 in Tokyo, and the least claim that moves the week there. */
const MORNING = '2027-06-08T01:00:00Z';
const LEAST = 140;

function week(
  claims: Partial<Record<Centre, SoftCost>>,
  objective: ProblemDocument['objective'] = 'minimax',
): Problem {
  const zones = zonesFor(
    Object.values(PLACES).map(([zone]) => zone),
    COVERAGE,
  );
  if (!zones.ok) throw new Error(zones.fault.where);
  const parties = (Object.keys(PLACES) as Centre[]).map((id): Party => {
    const [zone, calendar] = PLACES[id];
    const claim = claims[id];
    return {
      id,
      role: 'centre',
      weight: 10,
      fair: true,
      soft: [{ id: 'office', kind: 'office', zone, calendar, table: 'staff-1' }, ...(claim ? [claim] : [])],
    };
  });
  const document: ProblemDocument = {
    spec: 'SCHED/1',
    case: 'last-speaker',
    revision: 1,
    preparedAt: '2027-06-01T00:00:00Z',
    tzdb: '2026f',
    coverage: COVERAGE,
    horizon: HORIZON,
    objective,
    zones: zones.value,
    calendars: { US: HOLIDAYS.US.calendar, JP: HOLIDAYS.JP.calendar, GB: HOLIDAYS.GB.calendar },
    rules: {},
    tables: TABLES_1,
    parties,
    hard: [],
  };
  const read = readProblem(JSON.stringify(document));
  if (!read.ok) throw new Error(JSON.stringify(read.errors));
  return read.problem;
}

/** "Any instant but this one hurts us": the sharpest claim there is. */
function onlyAt(at: string, cost: number): SoftCost {
  const seconds = secondsOf(at);
  const before = { from: HORIZON.start, until: at };
  const after = { from: textOfSeconds(seconds + 900), until: HORIZON.end };
  return {
    id: 'claim',
    kind: 'avoid',
    cost,
    intervals: [before, after].filter(({ from, until }) => from < until),
  };
}

function settled(problem: Problem): { readonly at: string; readonly true: Readonly<Record<Centre, number>> } {
  const solution: Solution = solve(problem);
  const best = solution.best;
  if (best === undefined) throw new Error('feasible');
  const office = new Map(
    paymentsAt(solution, best).map(({ party, bySoft }) => [
      party.id,
      bySoft.find(({ soft }) => soft === 'office')?.cost ?? 0,
    ]),
  );
  const cost = (id: Centre): number => office.get(id) ?? 0;
  return {
    at: textOfSeconds((solution.ground.first + best) * 900),
    true: { CERTCC: cost('CERTCC'), JPCERT: cost('JPCERT'), NCSC: cost('NCSC') },
  };
}

/** The least claim that moves the instant to `at`, given what the others said; steps of ten points. */
function leastClaim(who: Centre, at: string, others: Partial<Record<Centre, SoftCost>>): number | undefined {
  for (let cost = 10; cost <= MOST_CLAIM; cost += 10) {
    if (settled(week({ ...others, [who]: onlyAt(at, cost) })).at === at) return cost;
  }
  return undefined;
}

describe('decision 0024: the last speaker', () => {
  test('honest, the week goes to Monday 12:00Z: 20, 60 and 0 points', () => {
    expect(settled(week({}))).toEqual({
      at: '2027-06-07T12:00:00Z',
      true: { CERTCC: 20, JPCERT: 60, NCSC: 0 },
    });
  });

  test('a claim that is ten points too small gains nothing, and is paid for', () => {
    const missed = week({ JPCERT: onlyAt(MORNING, LEAST - 10) });
    expect(settled(missed).at).not.toBe(MORNING);
    const solution = solve(missed);
    const pays = paymentsAt(solution, solution.best ?? 0).find(({ party }) => party.id === 'JPCERT');
    expect(pays?.cost).toBeGreaterThan(60);
  });

  test('it gains: with the others in sight Tokyo finds the least claim that gives it its own morning', () => {
    expect(leastClaim('JPCERT', MORNING, {})).toBe(LEAST);
    // Pittsburgh at 21:00, London at 02:00.
    expect(settled(week({ JPCERT: onlyAt(MORNING, LEAST) }))).toEqual({
      at: MORNING,
      true: { CERTCC: 60, JPCERT: 0, NCSC: 150 },
    });
  });

  test('blind it is a bet: two claims that do not know of each other cost both of them', () => {
    const tokyo = onlyAt(MORNING, LEAST);
    const london = onlyAt('2027-06-08T09:00:00Z', LEAST);
    const blind = settled(week({ JPCERT: tokyo, NCSC: london }));
    const seeing = leastClaim('JPCERT', MORNING, { NCSC: london });
    // Tokyo's bet is lost; seeing London's claim it raises its own and has its morning all the same.
    expect(blind.at).not.toBe(MORNING);
    expect(blind.true.JPCERT).toBeGreaterThan(0);
    expect(seeing).toBeGreaterThan(LEAST);
  });

  test('who pays what does not show it: at the instant it won the claim costs its author nothing', () => {
    const problem = week({ JPCERT: onlyAt(MORNING, LEAST) });
    const solution = solve(problem);
    const pays = paymentsAt(solution, solution.best ?? 0).find(({ party }) => party.id === 'JPCERT');
    expect(pays?.cost).toBe(0);
  });

  test('its influence shows it: without the claims of Tokyo the others would pay so much less', () => {
    const all = (problem: Problem) => influences(problem, (id) => id);
    const honest = all(week({})).find(({ group }) => group === 'JPCERT');
    const claimed = all(week({ JPCERT: onlyAt(MORNING, LEAST) })).find(({ group }) => group === 'JPCERT');
    expect(claimed?.othersPay).toBeGreaterThan(honest?.othersPay ?? 0);
    expect([honest?.othersPay, claimed?.othersPay]).toEqual([200, 2_100]);
    expect(claimed?.changes).toEqual([
      { party: 'CERTCC', delta: 60 },
      { party: 'NCSC', delta: 150 },
    ]);
  });

  test('an answer takes it back: a claim of the same size by those who pay restores the honest instant', () => {
    const honest = '2027-06-07T12:00:00Z';
    const claim = onlyAt(MORNING, LEAST);
    const answer = leastClaim('NCSC', honest, { JPCERT: claim });
    expect(answer).toBeDefined();
    expect(answer).toBeLessThanOrEqual(MOST_CLAIM);
    expect(settled(week({ JPCERT: claim, NCSC: onlyAt(honest, answer ?? 0) })).at).toBe(honest);
  });

  test('what no claim can do: a bound signed as never stands, whoever speaks last', () => {
    const problem = week({ JPCERT: onlyAt(MORNING, MOST_CLAIM) });
    const guarded = readProblem(
      JSON.stringify({
        ...problem,
        hard: [
          {
            id: 'awake',
            kind: 'weekly',
            party: 'NCSC',
            relax: 'never',
            zone: 'Europe/London',
            windows: [{ days: ['MO', 'TU', 'WE', 'TH', 'FR'], from: '06:00', to: '22:00' }],
          },
        ],
      }),
    );
    if (!guarded.ok) throw new Error('right');
    expect(settled(guarded.problem).true.NCSC).toBeLessThanOrEqual(60);
  });

  test('and a claim of more than the budget makes no document', () => {
    const wanted = onlyAt(MORNING, MOST_CLAIM + 1);
    expect(() => week({ JPCERT: wanted })).toThrow('E_BUDGET');
  });
});
