import { describe, expect, it } from 'vitest';
import { canonical, type Json } from '../../../node/core/canonical.js';
import type { BallotOf, Docket } from '../../../node/core/settlement/docket.js';
import { judgeProposal } from '../../../node/core/settlement/judge.js';
import { proposing } from '../../../node/core/settlement/propose.js';
import { standingOf } from '../../../node/core/settlement/settle.js';
import { horizonStartOf, solveSnapshot } from '../../../node/core/settlement/solve-snapshot.js';
import { DAY, HOUR, type Instant, MINUTE, writeInstant } from '../../../node/core/time.js';
import { DAY_ONE, days, later, must, scene, withBallots } from './scene.js';
import { CASE, termsFor } from './world.js';

const TABLES = canonical({
  'staff-1': {
    kind: 'staff',
    bands: [
      { from: '00:00', cost: 150 },
      { from: '09:00', cost: 0 },
      { from: '18:00', cost: 60 },
    ],
    eve: 80,
    off: 300,
  },
});

/** Publishing not before one instant and not after another, and best in the office hours of one zone. */
function fragment(zone: string, offsetMinutes: number, from: Instant, until: Instant): string {
  const centre = {
    id: 'centre',
    role: 'centre',
    weight: 10,
    fair: true,
    soft: [{ id: 'office', kind: 'office', zone, calendar: 'C', table: 'staff-1' }],
  };
  const bound = { party: 'centre', relax: 'never' };
  return canonical({
    spec: 'SCHED-FRAGMENT/1',
    tzdb: '2026c',
    coverage: { from: '2027-01-01T00:00:00Z', until: '2027-12-01T00:00:00Z' },
    zones: { [zone]: { initialOffsetMinutes: offsetMinutes, transitions: [] } },
    calendars: { C: { weekend: ['SA', 'SU'], from: '2026-12-01', until: '2027-12-31', dates: [] } },
    rules: {},
    parties: [centre],
    hard: [
      { ...bound, id: 'a', kind: 'notBefore', at: writeInstant(from) },
      { ...bound, id: 'b', kind: 'notAfter', at: writeInstant(until) },
    ],
  } satisfies Json);
}

const two = scene(2, { tables: TABLES });
const constraints = [
  two.by(0, { kind: 'constraint', sequence: 1, fragment: fragment('Asia/Tokyo', 540, days(8), days(30)) }),
  two.by(1, {
    kind: 'constraint',
    sequence: 1,
    fragment: fragment('America/New_York', -300, days(9), days(30)),
  }),
] as BallotOf<'constraint'>[];

const question = {
  caseId: CASE,
  terms: two.terms,
  roster: two.nodes,
  slot: 1,
  preparedAt: DAY_ONE,
  constraints,
};

describe('§6 the solver behind a proposal', () => {
  it('the horizon begins at preparedAt + F + 24 h, rounded up to the grid', () => {
    expect(horizonStartOf(question)).toBe(days(5));
    expect(horizonStartOf({ ...question, preparedAt: later(1_000, DAY_ONE) })).toBe(
      later(15 * MINUTE, days(5)),
    );
  });

  it('gives the instant inside both windows with the least cost, whatever the order of the constraints', () => {
    const answer = solveSnapshot(question);
    // Wednesday 09:00 in Tokyo costs nothing, Tuesday 19:00 in New York costs 60; no instant costs less.
    expect(answer.ok && writeInstant(answer.value.at)).toBe('2027-03-10T00:00:00Z');
    expect(solveSnapshot({ ...question, constraints: constraints.toReversed() })).toEqual(answer);
  });

  it('SOL-M5: slot and preparedAt are part of the input hash', () => {
    const hashes = [
      question,
      { ...question, slot: 2 },
      { ...question, preparedAt: later(1_000, DAY_ONE) },
    ].map((asked) => {
      const answer = solveSnapshot(asked);
      return answer.ok ? answer.value.inputHash : '';
    });
    expect(new Set(hashes).size).toBe(3);
  });

  it.each([
    ['no constraints', { ...question, constraints: [] }, 'SCHEDULE_REFUSED'],
    ['an empty horizon', { ...question, terms: termsFor(2, { horizonEnd: days(5) }) }, 'SCHEDULE_INFEASIBLE'],
    [
      'windows that never meet',
      {
        ...question,
        constraints: [
          must(constraints[0]),
          two.by(1, {
            kind: 'constraint',
            sequence: 2,
            fragment: fragment('America/New_York', -300, days(31), days(40)),
          }) as BallotOf<'constraint'>,
        ],
      },
      'SCHEDULE_INFEASIBLE',
    ],
    [
      'a fragment that cannot be read',
      {
        ...question,
        constraints: [
          two.by(0, { kind: 'constraint', sequence: 2, fragment: '{}' }) as BallotOf<'constraint'>,
        ],
      },
      'CONSTRAINT_INVALID',
    ],
    ['tables that the charter does not have', { ...question, terms: termsFor(2) }, 'CONSTRAINT_INVALID'],
  ])('%s: refused', (_, asked, code) => {
    expect(solveSnapshot(asked)).toMatchObject({ ok: false, fault: { code } });
  });

  it('what one node proposes another one recomputes and votes for', () => {
    const empty = two.docket(1, []);
    const pool = new Map([...empty.ballots].filter(([, { ballot }]) => ballot.body.kind !== 'constraint'));
    const want = { by: must(two.nodes[0]), slot: 1, round: 0, change: undefined, heldAt: DAY_ONE };
    const seen: Docket = withBallots(
      { ...empty, ballots: pool, wants: [want], now: later(HOUR / 2, DAY_ONE) },
      constraints,
    );
    const made = proposing(seen, must(standingOf(seen)), solveSnapshot);
    if (made.kind !== 'propose') throw new Error(made.because);
    const ballot = two.by(1, made.body) as BallotOf<'propose'>;
    const voter = withBallots(
      { ...seen, self: must(two.nodes[0]), now: later(DAY, DAY_ONE) },
      [ballot],
      seen.now,
    );
    expect(judgeProposal(voter, { ballot, heldAt: seen.now }, solveSnapshot)).toEqual({
      ok: true,
      value: 'vote',
    });
  });
});
