import { describe, expect, it } from 'vitest';
import { hash } from '../../../node/core/bytes.js';
import { ok, refuse } from '../../../node/core/fault.js';
import type { BallotId } from '../../../node/core/ids.js';
import { isSignable, judgeArrival } from '../../../node/core/settlement/arrival.js';
import type { Ballot, BallotBody } from '../../../node/core/settlement/ballot.js';
import type { Docket } from '../../../node/core/settlement/docket.js';
import { evidenceOf } from '../../../node/core/settlement/evidence.js';
import { relays } from '../../../node/core/settlement/relays.js';
import { DAY_ONE, days, later, must, SEAL, scene, valueIn, withBallots } from './scene.js';
import { ballotOf, docketOf, nodes, poolOf, termsFor, windowText } from './world.js';

const four = scene(4);
const first = four.propose(1);
const value = valueIn(first);
const any = (): ReturnType<typeof ok<undefined>> => ok(undefined);

describe('R11 proofs', () => {
  const pairs: readonly [string, Ballot, Ballot][] = [
    ['two votes', four.vote(2, value), four.vote(2, SEAL)],
    ['two commits', four.commit(2, value), four.commit(2, SEAL)],
    ['two proposals', first, four.propose(1, 0, later(60_000, DAY_ONE))],
    ['commit and skip of one round', four.commit(2, value), four.skip(2)],
    [
      'two constraints of one sequence',
      must(four.constraints[2]),
      four.by(2, { kind: 'constraint', sequence: 1, fragment: windowText(days(9), days(12)) }),
    ],
    [
      'two publications of one revision',
      four.by(2, { kind: 'published', epoch: 0, at: days(20), digest: SEAL, revision: 1 }),
      four.by(2, { kind: 'published', epoch: 0, at: days(21), digest: SEAL, revision: 1 }),
    ],
    [
      'two signatures of one version',
      four.by(2, { kind: 'charter_sign', version: 1 }),
      ballotOf(must(four.nodes[2]), scene(4, { freezeMs: 0 }).charter, { kind: 'charter_sign', version: 1 }),
    ],
  ];

  it.each(pairs)('%s, in either order', (_, left, right) => {
    for (const [one, two] of [
      [left, right],
      [right, left],
    ] as const) {
      const docket = withBallots(withBallots(four.docket(0, []), [one], days(2)), [two], days(3));
      const [proof, more] = evidenceOf(docket);
      expect(more).toBeUndefined();
      expect(proof?.member).toBe(left.author);
      expect([...(proof?.ballots ?? [])].sort()).toEqual([left.id, right.id].sort());
      expect(relays(docket)).toEqual(expect.arrayContaining([left.id, right.id]));
    }
  });

  it.each([
    ['votes of two rounds', four.vote(2, value), four.vote(2, value, 1)],
    ['vote and skip', four.vote(2, value), four.skip(2)],
    ['commit and skip of two rounds', four.commit(2, value), four.skip(2, 1)],
    ['two members', four.vote(2, value), four.vote(3, SEAL)],
    [
      'two leaks',
      four.by(2, { kind: 'leak', evidence: 'a', seenAt: days(1) }),
      four.by(2, { kind: 'leak', evidence: 'b', seenAt: days(1) }),
    ],
  ])('%s prove nothing', (_, left, right) => {
    expect(evidenceOf(four.docket(0, [left, right]))).toEqual([]);
  });
});

describe('what may enter the pool', () => {
  const docket = four.docket(0, []);
  const outsider = must(nodes(5)[4]);
  const code = (ballot: Ballot, seen: Docket = docket): string => {
    const judged = judgeArrival(seen, ballot, any);
    return judged.ok ? 'ok' : judged.fault.code;
  };
  const keyed = (body: BallotBody, place = 2): Ballot => four.by(place, body);

  it.each([
    ['a vote', four.vote(2, value), 'ok'],
    ['one of a slot far ahead', four.vote(2, value, 3, 9), 'ok'],
    ['one of another case', { ...four.vote(2, value), caseId: 'other' as Ballot['caseId'] }, 'CASE_UNKNOWN'],
    ['one by a stranger', ballotOf(outsider, four.charter, four.vote(2, value).body), 'CHARTER_ROSTER'],
    [
      'one under a charter that has not come',
      ballotOf(must(four.nodes[2]), SEAL, four.vote(2, value).body),
      'CASE_WAITING',
    ],
    ['a signature for another version', keyed({ kind: 'charter_sign', version: 2 }), 'BALLOT_CHARTER'],
    ['a slot 0', four.vote(2, value, 0, 0), 'LIMIT_EXCEEDED'],
    ['a slot beyond the bound', four.vote(2, value, 0, 257), 'LIMIT_EXCEEDED'],
    ['a round beyond the bound', four.vote(2, value, 64), 'LIMIT_EXCEEDED'],
    ['a round below 0', four.vote(2, value, -1), 'LIMIT_EXCEEDED'],
    ['a sequence below 0', keyed({ kind: 'constraint', sequence: -1, fragment: '' }), 'LIMIT_EXCEEDED'],
    ['a proposal by another than the proposer', four.propose(2), 'PROPOSAL_PROPOSER'],
    ['a proposal', first, 'ok'],
    [
      'a snapshot longer than any roster',
      keyed(
        {
          ...first.body,
          snapshot: [...'0123456789a'].map((digit) => must(hash(digit.repeat(64)))),
        },
        1,
      ),
      'PROPOSAL_SNAPSHOT',
    ],
    [
      'a charter by another than its lead',
      ballotOf(must(four.nodes[1]), undefined, { kind: 'charter', version: 1, terms: four.terms }),
      'CHARTER_ROSTER',
    ],
    [
      'a charter with bad terms',
      ballotOf(must(four.nodes[0]), undefined, {
        kind: 'charter',
        version: 2,
        terms: { ...four.terms, quorum: 1 },
      }),
      'CHARTER_INVALID',
    ],
    [
      'a charter with version 0',
      ballotOf(must(four.nodes[0]), undefined, { kind: 'charter', version: 0, terms: four.terms }),
      'CHARTER_INVALID',
    ],
    ['a leak', keyed({ kind: 'leak', evidence: 'x', seenAt: days(1) }), 'ok'],
  ] as const)('%s', (_, ballot, expected) => {
    expect(code(ballot)).toBe(expected);
  });

  it('words under a charter that is not the one in force are refused', () => {
    const other = scene(4, { freezeMs: 0 });
    const seen = withBallots(docket, other.setup.slice(0, 1));
    expect(code(other.vote(2, SEAL), seen)).toBe('BALLOT_CHARTER');
  });

  it('they enter before one is in force, because the last signature may be late', () => {
    const pool = poolOf(four.setup.slice(0, -1));
    expect(code(four.vote(2, value), docketOf(must(four.nodes[0]), { ballots: pool }))).toBe('ok');
  });

  it('a constraint that cannot be merged is refused at the door', () => {
    const judged = judgeArrival(docket, keyed({ kind: 'constraint', sequence: 3, fragment: '{' }), () =>
      refuse('CONSTRAINT_INVALID'),
    );
    expect(judged).toMatchObject({ fault: { code: 'CONSTRAINT_INVALID' } });
  });

  it('a contradiction enters and is named (R11)', () => {
    const seen = withBallots(docket, [four.commit(2, value), four.skip(2)]);
    const judged = judgeArrival(seen, four.commit(2, SEAL), any);
    expect(judged).toEqual(ok({ conflicts: [four.commit(2, value).id, four.skip(2).id].sort() }));
  });

  it('the ninth under one key does not, unless another member names its value', () => {
    const values = Array.from({ length: 9 }, (_, at) => must(hash(String(at).repeat(64))) as BallotId);
    const seen = withBallots(
      docket,
      values.slice(0, 8).map((each) => four.vote(2, each)),
    );
    const ninth = four.vote(2, must(values[8]));
    expect(code(ninth, seen)).toBe('BALLOT_CONFLICT');
    expect(code(ninth, withBallots(seen, [four.vote(3, must(values[8]))]))).toBe('ok');
  });

  it('a member cannot fill the case', () => {
    const many = Array.from({ length: 8_192 }, (_, at) => {
      const ballot = keyed({ kind: 'leak', evidence: 'x', seenAt: days(1) });
      return { ...ballot, id: at.toString(16).padStart(64, '0') as BallotId };
    });
    expect(code(four.vote(2, value), withBallots(docket, many))).toBe('CASE_FULL');
    expect(code(four.vote(3, value), withBallots(docket, many))).toBe('ok');
  });

  it('asks an operator only about a charter that could be signed', () => {
    const one = ballotOf(must(four.nodes[0]), undefined, { kind: 'charter', version: 1, terms: termsFor(4) });
    expect(isSignable(docketOf(must(four.nodes[1]), { ballots: poolOf([one]) }), one.id)).toBe(true);
    expect(isSignable(docketOf(must(four.nodes[1]), { ballots: poolOf([one]), now: days(30) }), one.id)).toBe(
      false,
    );
  });
});
