import { describe, expect, it } from 'vitest';
import type { Docket } from '../../../node/core/settlement/docket.js';
import { showSettlement } from '../../../node/core/settlement/show.js';
import { DAY_ONE, days, later, must, SEAL, scene, valueIn, withBallots } from './scene.js';
import { ballotOf, docketOf, earliest, poolOf, START } from './world.js';

const four = scene(4);
const three = scene(3);
const first = four.propose(1);
const [one, two, three_, last] = four.nodes as [never, never, never, never];
const OPENED = later(-3_600_000);
const BEGUN = days(3);
const AROUND = { lead: one, openedAt: OPENED, begunAt: BEGUN };

function facts(docket: Docket): readonly (readonly [string, readonly string[], number | undefined])[] {
  return showSettlement(docket, earliest, AROUND).map(
    ({ code, from, since }) => [code, from, since] as const,
  );
}

describe('settlement show says what is awaited, from whom and since when', () => {
  const wants = [{ by: two, slot: 1, round: 0, change: undefined, heldAt: DAY_ONE }];
  const unsigned = docketOf(one, { ballots: poolOf(four.setup.slice(0, 3)) });
  const refusal = ballotOf(last, four.charter, { kind: 'charter_refuse', version: 1, reason: 'no' });

  const wanted = three.propose(1);
  const ours = three.commit(0, valueIn(wanted));
  const theirs = three.commit(1, valueIn(wanted));
  const told = three.vote(2, valueIn(wanted));
  const withoutConstraints = (docket: Docket): Docket => ({
    ...docket,
    ballots: new Map([...docket.ballots].filter(([, { ballot }]) => ballot.body.kind !== 'constraint')),
  });

  it.each([
    [
      'no charter',
      docketOf(one),
      [
        ['CHARTER_ABSENT', [one], OPENED],
        ['WAIT_CHARTER', [one], OPENED],
      ],
    ],
    [
      'signatures missing',
      unsigned,
      [
        ['CHARTER_UNSIGNED', [three_, last], START],
        ['WAIT_CHARTER', [three_, last], START],
      ],
    ],
    [
      'a refusal',
      withBallots(unsigned, [refusal]),
      [
        ['CHARTER_UNSIGNED', [three_, last], START],
        ['CHARTER_REFUSED', [last], START],
        ['WAIT_CHARTER', [three_, last], START],
      ],
    ],
    [
      'an idle slot',
      four.docket(0, []),
      [
        ['SETTLED', [], START],
        ['SLOT_IDLE', [], START],
        ['WAIT_SEAL', [two, three_, last], START],
      ],
    ],
    [
      'a proposal awaited',
      four.docket(0, [], { wants }),
      [
        ['SETTLED', [], START],
        ['PROPOSAL_AWAITED', [two], DAY_ONE],
        ['WAIT_SEAL', [two, three_, last], START],
      ],
    ],
    [
      'votes awaited, and why not ours',
      four.docket(0, [first, four.vote(2, valueIn(first))], { autoAccept: false }),
      [
        ['SETTLED', [], START],
        ['VOTES_AWAITED', [one, two, last], DAY_ONE],
        ['PROPOSAL_UNAPPROVED', [one], DAY_ONE],
        ['WAIT_SEAL', [two, three_, last], START],
      ],
    ],
    [
      'sealed',
      four.docket(
        0,
        [0, 1, 2].map((place) => four.commit(place, SEAL)),
      ),
      [
        ['SEALED', [], DAY_ONE],
        ['WAIT_INSTANT', [], DAY_ONE],
      ],
    ],
    [
      'ready',
      three.docket(0, [], { now: days(20) }),
      [
        ['SETTLED', [], START],
        ['SLOT_IDLE', [], START],
        ['RELEASE_P2', [], days(20)],
      ],
    ],
    [
      'held',
      three.docket(0, [], { now: days(20), holds: ['clock'], mutes: ['probation'] }),
      [
        ['SETTLED', [], START],
        ['SLOT_IDLE', [], START],
        ['HELD_clock', [], undefined],
        ['MUTED', [], BEGUN],
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
        ['SETTLED', [], START],
        ['SLOT_IDLE', [], START],
        ['WAIT_SEAL', [two, three_, last], START],
        ['BREACH_REPORTED', [two], DAY_ONE],
        ['BALLOT_CONFLICT', [three_], DAY_ONE],
      ],
    ],
    [
      'in limbo: those whose commit is missing, since our own',
      three.docket(0, [wanted, ...[0, 1, 2].map((at) => three.vote(at, valueIn(wanted))), ours, theirs]),
      [
        ['SETTLED', [], START],
        ['PROPOSAL_AWAITED', [three_], DAY_ONE],
        ['WAIT_LIMBO', [three_], DAY_ONE],
      ],
    ],
    [
      'a value that nobody spelled out: those who spoke of it, since they did',
      three.docket(0, [three.vote(1, valueIn(wanted)), ours], { now: days(20) }),
      [
        ['SETTLED', [], START],
        ['PROPOSAL_AWAITED', [two], DAY_ONE],
        ['HELD_VALUE_UNKNOWN', [two], DAY_ONE],
      ],
    ],
    [
      'a seal overdue: those who have not committed to it, since a day after the instant',
      four.docket(0, [four.commit(1, SEAL)], { now: days(22) }),
      [
        ['SETTLED', [], START],
        ['PROPOSAL_AWAITED', [two], DAY_ONE],
        ['HELD_SEAL_OVERDUE', [three_, last], days(21)],
      ],
    ],
    [
      'probation: those who have not answered, since our start',
      three.docket(0, [], { now: days(20), heldBy: [two, three_], mutedBy: [two], mutes: ['PROBATION'] }),
      [
        ['SETTLED', [], START],
        ['SLOT_IDLE', [], START],
        ['HELD_PROBATION', [two, three_], BEGUN],
        ['MUTED', [two], BEGUN],
      ],
    ],
    [
      'an instant ahead that our own memory has to bear: those who have not answered',
      three.docket(0, [], { heldBy: [two, three_] }),
      [
        ['SETTLED', [], START],
        ['SLOT_IDLE', [], START],
        ['WAIT_INSTANT', [two, three_], START],
      ],
    ],
    [
      'a clock that is off: ourselves, since the oldest comparison',
      three.docket(0, [], { now: days(20), clock: { aheadMs: 3_600_000, peers: 2, until: days(20.5) } }),
      [
        ['SETTLED', [], START],
        ['SLOT_IDLE', [], START],
        ['HELD_CLOCK', [one], days(19.5)],
        ['CLOCK_OFF', [one], days(19.5)],
      ],
    ],
    [
      'constraints missing, since the charter is in force',
      withoutConstraints(three.docket(0, [])),
      [
        ['SETTLED', [], START],
        ['CONSTRAINT_MISSING', [one, two, three_], START],
        ['SLOT_IDLE', [], START],
        ['WAIT_INSTANT', [], START],
      ],
    ],
  ] as const)('%s', (_, docket, expected) => {
    expect(facts(docket as Docket)).toEqual(expected);
  });

  it('says why the own proposal is not made', () => {
    const fragment = must(four.constraints[3]);
    const docket = four.docket(1, [], { wants });
    const ballots = new Map([...docket.ballots].filter(([id]) => id !== fragment.id));
    const shown = showSettlement({ ...docket, ballots }, earliest, AROUND);
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
    [
      'an instant ahead, and answers awaited',
      three.docket(0, [], { heldBy: [two] }),
      'WAIT_INSTANT',
      /if those have answered/,
    ],
    // R4, R9: who is mute signs no skip, and who committed, or may have, never does.
    [
      'votes awaited while mute',
      four.docket(0, [first], { mutes: ['PROBATION'] }),
      'VOTES_AWAITED',
      /we do not skip/,
    ],
    [
      'votes awaited of a round in which we may have committed',
      three.docket(0, [wanted, told], { suspects: new Set([told.id]) }),
      'VOTES_AWAITED',
      /forgotten it, so we never skip/,
    ],
    [
      'votes awaited of a round in which we have committed',
      three.docket(0, [wanted, ours]),
      'VOTES_AWAITED',
      /have committed in this round/,
    ],
  ] as const)('says what happens if nothing comes: %s', (_, docket, code, words) => {
    const shown = showSettlement(docket as Docket, earliest, AROUND).find((fact) => fact.code === code);
    expect(shown?.otherwise).toMatch(words);
  });

  it('says when the rounds of a slot are used up', () => {
    const skips = Array.from({ length: 64 }, (_, round) => [1, 2, 3].map((place) => four.skip(place, round)));
    expect(facts(four.docket(0, skips.flat())).map(([code]) => code)).toContain('ROUNDS_SPENT');
  });
});
