import { describe, expect, it } from 'vitest';
import type { BallotId } from '../../../node/core/ids.js';
import type { Ballot } from '../../../node/core/settlement/ballot.js';
import type { BallotOf, Docket } from '../../../node/core/settlement/docket.js';
import { judgeProposal } from '../../../node/core/settlement/judge.js';
import { snapshotHash } from '../../../node/core/settlement/value.js';
import { DAY, HOUR, type Instant, MINUTE } from '../../../node/core/time.js';
import { DAY_ONE, days, heldAs, later, must, type Scene, SEAL, scene, valueIn, words } from './scene.js';
import { earliest, windowText } from './world.js';

function codeOf(docket: Docket, proposal: BallotOf<'propose'>, heldAt: Instant = DAY_ONE): string {
  const judged = judgeProposal(docket, heldAs(proposal, heldAt), earliest);
  return judged.ok ? judged.value : judged.fault.code;
}

/** Slot 1, round 0 of four centres is proposed by member 1. */
const four = scene(4);
const three = scene(3);

function newer(at: Scene, place: number): BallotOf<'constraint'> {
  const fragment = windowText(days(11), days(30));
  return at.by(place, { kind: 'constraint', sequence: 2, fragment }) as BallotOf<'constraint'>;
}

describe('SET-M4, SET-M6: R2 a fresh amendment', () => {
  const proposal = four.propose(1);
  const at = (proposal.body.value as { at: Instant }).at;

  const rows: readonly [string, BallotOf<'propose'>, Docket, string][] = [
    ['is voted for', proposal, four.docket(0, [proposal]), 'vote'],
    ['needs a charter', proposal, { ...four.docket(0, [proposal]), ballots: new Map() }, 'CHARTER_ABSENT'],
    ['only under the charter in force', three.propose(1), four.docket(0, []), 'BALLOT_CHARTER'],
    ['only of the open slot', four.propose(2, 0, DAY_ONE, 2), four.docket(0, []), 'BALLOT_SLOT'],
    ['only of the open round', four.propose(2, 1), four.docket(0, []), 'BALLOT_SLOT'],
    ['only by the proposer of the round', four.propose(2), four.docket(0, []), 'PROPOSAL_PROPOSER'],
    ['(b) only before T_e − F', proposal, four.docket(0, [], { now: days(17) }), 'PROPOSAL_FROZEN'],
    ['(b) only before T′ − F', proposal, four.docket(0, [], { now: later(-1, days(7)) }), 'vote'],
    ['(b) not at T′ − F', proposal, four.docket(0, [], { now: days(7) }), 'PROPOSAL_FROZEN'],
    ['(c) not without my newest constraint', proposal, four.docket(0, [newer(four, 0)]), 'PROPOSAL_SNAPSHOT'],
    ['(c) not with an older one of anybody', proposal, four.docket(0, [newer(four, 3)]), 'PROPOSAL_SNAPSHOT'],
    [
      '(f) not what my operator rejected',
      proposal,
      four.docket(0, [], { rejections: new Map([[at, DAY_ONE]]) }),
      'PROPOSAL_UNAPPROVED',
    ],
    [
      '(f) not without approval or policy',
      proposal,
      four.docket(0, [], { autoAccept: false }),
      'PROPOSAL_UNAPPROVED',
    ],
    [
      '(f) with an approval',
      proposal,
      four.docket(0, [], { autoAccept: false, approvals: new Map([[at, DAY_ONE]]) }),
      'vote',
    ],
    [
      '(f) not with an approval of another instant',
      proposal,
      four.docket(0, [], { autoAccept: false, approvals: new Map([[days(11), DAY_ONE]]) }),
      'PROPOSAL_UNAPPROVED',
    ],
    [
      '(f) not with one older than my constraint',
      proposal,
      four.docket(0, [], { autoAccept: false, approvals: new Map([[at, later(-1, DAY_ONE)]]) }),
      'PROPOSAL_UNAPPROVED',
    ],
  ];

  it.each(rows)('%s', (_, ballot, docket, expected) => {
    expect(codeOf(docket, ballot)).toBe(expected);
  });

  it('(b) not from T_e − F on where T′ is later', () => {
    const sooner = scene(4, { defaultInstant: days(8) });
    const ours = sooner.propose(1);
    expect(codeOf(sooner.docket(0, [], { now: later(-1, days(5)) }), ours)).toBe('vote');
    expect(codeOf(sooner.docket(0, [], { now: days(5) }), ours)).toBe('PROPOSAL_FROZEN');
  });

  it('SET-M5, BAL-M11: (c) not when a constraint of its snapshot is not held', () => {
    const docket = four.docket(0, []);
    const ballots = new Map([...docket.ballots].filter(([id]) => id !== four.constraints[2]?.id));
    expect(codeOf({ ...docket, ballots }, proposal)).toBe('PROPOSAL_SNAPSHOT');
  });

  it.each([
    ['reversed', (ids: readonly BallotId[]) => [...ids].reverse()],
    ['repeated', (ids: readonly BallotId[]) => [...ids, must(ids.at(-1))]],
    ['another set than the value names', (ids: readonly BallotId[]) => ids.slice(1)],
  ])('(c) not with a snapshot that is %s', (_, change) => {
    const snapshot = change(proposal.body.snapshot);
    const altered = { ...proposal, body: { ...proposal.body, snapshot } };
    expect(codeOf(four.docket(0, []), altered)).toBe('PROPOSAL_SNAPSHOT');
  });

  it('(d) not when my solver gives another instant or another input hash', () => {
    const { value } = proposal.body;
    if (value.kind !== 'amend') throw new Error('not an amendment');
    for (const changed of [{ at: days(11) }, { inputHash: value.snapshot }]) {
      const altered = { ...proposal, body: { ...proposal.body, value: { ...value, ...changed } } };
      expect(codeOf(four.docket(0, []), altered)).toBe('PROPOSAL_ANSWER');
    }
  });

  it('(d) names the fault of the solver', () => {
    const judged = judgeProposal(four.docket(0, []), heldAs(proposal), () => ({
      ok: false,
      fault: { code: 'SCHEDULE_INFEASIBLE' },
    }));
    expect(judged).toMatchObject({ fault: { code: 'SCHEDULE_INFEASIBLE' } });
  });

  it('SET-M7: (e) not outside the charter window while a member is silent', () => {
    const narrow = scene(4, { window: { notBefore: days(12), notAfter: days(60) } });
    const spoken = narrow.constraints.slice(0, 3);
    const docket = narrow.docket(0, []);
    const ballots = new Map([...docket.ballots].filter(([id]) => id !== narrow.constraints[3]?.id));
    const quiet = narrowed(narrow, spoken);
    expect(codeOf({ ...docket, ballots }, quiet)).toBe('PROPOSAL_WINDOW');
    expect(codeOf(docket, narrow.propose(1))).toBe('vote');
  });

  it.each([
    [HOUR, 'vote'],
    [HOUR + 1000, 'PROPOSAL_CLOCK'],
    [-HOUR, 'vote'],
    [-HOUR - 1000, 'PROPOSAL_CLOCK'],
    [1, 'PROPOSAL_CLOCK'],
  ])('frozen %i ms from when it came: %s', (shift, expected) => {
    const shifted = four.propose(1, 0, later(-shift, days(1)));
    expect(codeOf(four.docket(0, []), shifted)).toBe(expected);
  });

  it('SET-M8: an operator may take days to approve what came in time', () => {
    expect(codeOf(four.docket(0, [], { now: days(4) }), proposal)).toBe('vote');
  });
});

function narrowed(at: Scene, constraints: readonly BallotOf<'constraint'>[]): BallotOf<'propose'> {
  const ids = constraints.map(({ id }) => id).sort();
  const full = at.propose(1);
  const answer = earliest({
    caseId: full.caseId,
    terms: at.terms,
    roster: at.nodes,
    slot: 1,
    preparedAt: DAY_ONE,
    constraints,
  });
  if (!answer.ok || full.body.value.kind !== 'amend') throw new Error('no answer');
  const value = { ...full.body.value, ...answer.value, snapshot: snapshotHash(ids) };
  return at.by(1, { ...full.body, snapshot: ids, value }) as BallotOf<'propose'>;
}

describe('SET-M9: R2 and R7 a fresh seal', () => {
  it.each([
    ['before the freeze', four, later(-1, days(17)), 'PROPOSAL_SEAL'],
    ['from the freeze on', four, days(17), 'vote'],
    ['after the instant', four, days(21), 'vote'],
    ['never with q = n', three, days(19), 'PROPOSAL_SEAL'],
  ] as const)('%s', (_, at, now, expected) => {
    expect(codeOf(at.docket(0, [], { now }), at.seal(1))).toBe(expected);
  });

  it('needs no approval: it confirms the instant in force', () => {
    expect(codeOf(four.docket(0, [], { now: days(17), autoAccept: false }), four.seal(1))).toBe('vote');
  });
});

describe('SET-M3: R2 and R5 a later round', () => {
  const first = four.propose(1);
  const notar = [0, 1, 2].map((place) => four.vote(place, valueIn(first)));
  const nulled = [0, 1, 2].map((place) => four.skip(place));
  const carried = four.by(2, { ...first.body, round: 1 }) as BallotOf<'propose'>;
  const fresh = four.propose(2, 1, later(MINUTE * 30, DAY_ONE));

  it.each([
    ['carries the notarised value', carried, [first, ...notar], 'vote'],
    ['may not bring a fresh one past a Notar', fresh, [first, ...notar], 'PROPOSAL_UNJUSTIFIED'],
    ['may bring a fresh one after Null', fresh, nulled, 'vote'],
    [
      'may bring the old one back after Null, judged as a fresh one',
      four.by(2, { ...first.body, round: 1 }),
      [first, ...nulled],
      'vote',
    ],
  ] as const)('%s', (_, proposal, ballots, expected) => {
    expect(codeOf(four.docket(0, [...ballots]), proposal as BallotOf<'propose'>)).toBe(expected);
  });

  it('a carried value needs no approval and no clock: it was checked when it was fresh', () => {
    const late = four.docket(0, [first, ...notar], { now: days(25), autoAccept: false });
    expect(codeOf(late, carried)).toBe('vote');
  });

  it('a value is carried over null rounds, and not over an open one', () => {
    const between = [0, 1, 2].map((place) => four.skip(place, 1));
    const after = [0, 1, 2].map((place) => four.skip(place, 2));
    const third = four.by(3, { ...first.body, round: 2 }) as BallotOf<'propose'>;
    const fourth = four.by(0, { ...first.body, round: 3 }) as BallotOf<'propose'>;
    expect(codeOf(four.docket(0, [first, ...notar, ...between]), third)).toBe('vote');
    expect(codeOf(four.docket(0, [first, ...notar, ...after]), fourth)).toBe('PROPOSAL_UNJUSTIFIED');
  });

  it('an approval holds in later rounds', () => {
    const at = (fresh.body.value as { at: Instant }).at;
    const docket = four.docket(0, [...nulled, fresh], {
      autoAccept: false,
      approvals: new Map([[at, DAY_ONE]]),
    });
    expect(words(docket)).toContain('vote 1/1');
  });
});

describe('R1 and R2 votes', () => {
  const proposal = four.propose(1);

  it('one a round', () => {
    expect(words(four.docket(0, [proposal]))).toEqual(['vote 1/0']);
    expect(words(four.docket(0, [proposal, four.vote(0, valueIn(proposal))]))).toEqual([]);
    expect(words(four.docket(0, [proposal, four.vote(0, SEAL)]))).toEqual([]);
  });

  it('none after Skip', () => {
    expect(words(four.docket(0, [proposal, four.skip(0)]))).toEqual([]);
  });

  it('none after the intent (R8), nor while muted (R9)', () => {
    const intent = { epoch: 0, at: days(1), rule: 'P4' } as const;
    expect(words(four.docket(0, [proposal], { intent }))).toEqual([]);
    expect(words(four.docket(0, [proposal], { mutes: ['probation'] }))).toEqual([]);
  });
});

describe('SET-M10: R3 commits', () => {
  const proposal = four.propose(1);
  const value = valueIn(proposal);
  const notar = (at: Scene, places: readonly number[], hash = value): readonly Ballot[] =>
    places.map((place) => at.vote(place, hash));

  it.each([
    ['on a Notar', [proposal, ...notar(four, [1, 2, 3])], ['commit 1/0']],
    ['not on q − 1 votes', [proposal, ...notar(four, [1, 2])], ['vote 1/0']],
    ['not twice', [proposal, ...notar(four, [1, 2, 3]), four.commit(0, value)], []],
    ['not after Skip of that round', [proposal, ...notar(four, [1, 2, 3]), four.skip(0)], []],
    ['not before the value is known', notar(four, [1, 2, 3]), []],
    [
      'not in a null round',
      [proposal, ...notar(four, [1, 2, 3]), ...[1, 2, 3].map((place) => four.skip(place))],
      [],
    ],
  ] as const)('%s', (_, ballots, expected) => {
    const spoken = words(four.docket(0, [...ballots])).filter((word) => !word.startsWith('propose'));
    expect(spoken).toEqual(expected);
  });

  it('not on two Notars of one round, which more than fS liars made', () => {
    const other = four.propose(1, 0, later(MINUTE, DAY_ONE));
    const both = [...notar(four, [1, 2, 3]), ...notar(four, [1, 2, 3], valueIn(other))];
    expect(words(four.docket(0, [proposal, other, ...both]))).toEqual([]);
  });

  it.each([
    [later(-1, days(10)), true],
    [days(10), false],
  ])('q = n: only before min(T_e, T′), at %i: %s', (now, expected) => {
    const ours = three.propose(1);
    const docket = three.docket(0, [ours, ...notar(three, [0, 1, 2], valueIn(ours))], { now });
    expect(words(docket).includes('commit 1/0')).toBe(expected);
  });

  it('q = n: not from T_e on where T′ is later', () => {
    const moved = scene(3, {
      defaultInstant: days(5),
      freezeMs: 0,
      window: { notBefore: days(4), notAfter: days(60) },
    });
    const ours = moved.propose(1);
    const ballots = [ours, ...notar(moved, [0, 1, 2], valueIn(ours))];
    expect(words(moved.docket(0, ballots, { now: later(-1, days(5)) }))).toContain('commit 1/0');
    expect(words(moved.docket(0, ballots, { now: days(5) }))).not.toContain('commit 1/0');
  });

  it('q < n: also late, as only a seal releases', () => {
    const docket = four.docket(0, [proposal, ...notar(four, [1, 2, 3])], { now: days(30) });
    expect(words(docket)).toContain('commit 1/0');
  });

  it('SET-M14: not after the intent (R8)', () => {
    const intent = { epoch: 0, at: days(1), rule: 'P4' } as const;
    const docket = four.docket(0, [proposal, ...notar(four, [1, 2, 3])], {
      intent,
      now: later(DAY, DAY_ONE),
    });
    expect(words(docket).filter((word) => word.startsWith('commit'))).toEqual([]);
  });
});
