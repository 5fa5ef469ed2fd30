import { describe, expect, it } from 'vitest';
import type { Docket } from '../../../node/core/settlement/docket.js';
import { showSettlement } from '../../../node/core/settlement/show.js';
import { DAY_ONE, days, later, must, SEAL, scene, valueIn, withBallots } from './scene.js';
import { ballotOf, docketOf, earliest, poolOf } from './world.js';

const four = scene(4);
const three = scene(3);
const first = four.propose(1);
const [one, two, three_, last] = four.nodes as [never, never, never, never];

function facts(docket: Docket): readonly (readonly [string, readonly string[]])[] {
  return showSettlement(docket, earliest).map(({ code, from }) => [code, from] as const);
}

describe('settlement show says what is awaited, from whom and since when', () => {
  const wants = [{ by: two, slot: 1, round: 0, change: undefined, heldAt: DAY_ONE }];
  const unsigned = docketOf(one, { ballots: poolOf(four.setup.slice(0, 3)) });
  const refusal = ballotOf(last, four.charter, { kind: 'charter_refuse', version: 1, reason: 'no' });

  it.each([
    [
      'no charter',
      docketOf(one),
      [
        ['CHARTER_ABSENT', []],
        ['WAIT_CHARTER', []],
      ],
    ],
    [
      'signatures missing',
      unsigned,
      [
        ['CHARTER_UNSIGNED', [three_, last]],
        ['WAIT_CHARTER', []],
      ],
    ],
    [
      'a refusal',
      withBallots(unsigned, [refusal]),
      [
        ['CHARTER_UNSIGNED', [three_, last]],
        ['CHARTER_REFUSED', [last]],
        ['WAIT_CHARTER', []],
      ],
    ],
    [
      'an idle slot',
      four.docket(0, []),
      [
        ['SETTLED', []],
        ['SLOT_IDLE', []],
        ['WAIT_SEAL', []],
      ],
    ],
    [
      'a proposal awaited',
      four.docket(0, [], { wants }),
      [
        ['SETTLED', []],
        ['PROPOSAL_AWAITED', [two]],
        ['WAIT_SEAL', []],
      ],
    ],
    [
      'votes awaited, and why not ours',
      four.docket(0, [first, four.vote(2, valueIn(first))], { autoAccept: false }),
      [
        ['SETTLED', []],
        ['VOTES_AWAITED', [one, two, last]],
        ['PROPOSAL_UNAPPROVED', [one]],
        ['WAIT_SEAL', []],
      ],
    ],
    [
      'sealed',
      four.docket(
        0,
        [0, 1, 2].map((place) => four.commit(place, SEAL)),
      ),
      [
        ['SEALED', []],
        ['WAIT_INSTANT', []],
      ],
    ],
    [
      'ready',
      three.docket(0, [], { now: days(20) }),
      [
        ['SETTLED', []],
        ['SLOT_IDLE', []],
        ['RELEASE_P2', []],
      ],
    ],
    [
      'held',
      three.docket(0, [], { now: days(20), holds: ['clock'], mutes: ['probation'] }),
      [
        ['SETTLED', []],
        ['SLOT_IDLE', []],
        ['HELD_clock', []],
        ['MUTED', []],
      ],
    ],
    [
      'a breach reported and a liar',
      four.docket(0, [
        four.by(1, { kind: 'leak', evidence: 'x', seenAt: days(1) }),
        four.vote(2, SEAL, 0, 5),
        four.vote(2, valueIn(first), 0, 5),
      ]),
      [
        ['SETTLED', []],
        ['SLOT_IDLE', []],
        ['WAIT_SEAL', []],
        ['BREACH_REPORTED', [two]],
        ['BALLOT_CONFLICT', [three_]],
      ],
    ],
  ] as const)('%s', (_, docket, expected) => {
    expect(facts(docket as Docket)).toEqual(expected);
  });

  it('says why the own proposal is not made', () => {
    const fragment = must(four.constraints[3]);
    const docket = four.docket(1, [], { wants });
    const ballots = new Map([...docket.ballots].filter(([id]) => id !== fragment.id));
    const shown = showSettlement({ ...docket, ballots }, earliest);
    expect(shown.map(({ code }) => code)).toContain('NO_PROPOSAL_CONSTRAINTS');
    expect(shown.find(({ code }) => code === 'CONSTRAINT_MISSING')).toMatchObject({
      from: [last],
      until: later(3_600_000, DAY_ONE),
    });
  });

  it.each([
    ['signatures missing', unsigned, 'CHARTER_UNSIGNED', /never comes into force/],
    ['a proposal awaited', four.docket(0, [], { wants }), 'PROPOSAL_AWAITED', /skip the round/],
    ['votes awaited', four.docket(0, [first]), 'VOTES_AWAITED', /skip the round/],
    ['a seal awaited', four.docket(0, []), 'WAIT_SEAL', /named officer/],
    ['an instant ahead', three.docket(0, []), 'WAIT_INSTANT', /we publish/],
    [
      'probation',
      three.docket(0, [], { now: days(20), holds: ['PROBATION'] }),
      'HELD_PROBATION',
      /named officer/,
    ],
  ] as const)('says what happens if nothing comes: %s', (_, docket, code, words) => {
    const shown = showSettlement(docket as Docket, earliest).find((fact) => fact.code === code);
    expect(shown?.otherwise).toMatch(words);
  });

  it('says when the rounds of a slot are used up', () => {
    const skips = Array.from({ length: 64 }, (_, round) => [1, 2, 3].map((place) => four.skip(place, round)));
    expect(facts(four.docket(0, skips.flat())).map(([code]) => code)).toContain('ROUNDS_SPENT');
  });
});
