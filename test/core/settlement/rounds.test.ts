import { describe, expect, it } from 'vitest';
import type { Ballot } from '../../../node/core/settlement/ballot.js';
import type { Docket, Want } from '../../../node/core/settlement/docket.js';
import { nextDue } from '../../../node/core/settlement/due.js';
import { proposing } from '../../../node/core/settlement/propose.js';
import { relays } from '../../../node/core/settlement/relays.js';
import { basisOf, timerOf } from '../../../node/core/settlement/rounds.js';
import { standingOf } from '../../../node/core/settlement/settle.js';
import { DAY, HOUR, type Instant, MINUTE } from '../../../node/core/time.js';
import { DAY_ONE, days, later, must, type Scene, SEAL, scene, valueIn, withBallots, words } from './scene.js';
import { earliest, windowText } from './world.js';

const four = scene(4);
const three = scene(3);
const everybody = [0, 1, 2, 3];

function want(at: Scene, place: number, round = 0, heldAt: Instant = DAY_ONE, slot = 1): Want {
  return { by: must(at.nodes[place]), slot, round, change: undefined, heldAt };
}

function open(docket: Docket): NonNullable<NonNullable<ReturnType<typeof standingOf>>['open']>['open'] {
  return standingOf(docket)?.open?.open;
}

function proposal(docket: Docket): string {
  const made = proposing(docket, must(standingOf(docket)), earliest);
  return made.kind === 'propose' ? `${made.body.value.kind} ${made.body.round}` : made.because;
}

function without(docket: Docket, ballot: Ballot | undefined): Docket {
  return { ...docket, ballots: new Map([...docket.ballots].filter(([id]) => id !== ballot?.id)) };
}

describe('SET-M11: R4 the round timer and Skip', () => {
  it.each([
    [0, 1],
    [1, 2],
    [4, 16],
    [5, 32],
    [6, 32],
    [40, 32],
  ])('round %i lasts %i times the base', (round, times) => {
    expect(timerOf(HOUR, round)).toBe(times * HOUR);
  });

  it('skips at the end of the timer, not before, and once', () => {
    const docket = four.docket(0, [], { wants: [want(four, 2)] });
    const ends = later(2 * HOUR, DAY_ONE);
    expect(nextDue(docket)).toBe(later(HOUR, DAY_ONE));
    expect(nextDue({ ...docket, now: later(HOUR, DAY_ONE) })).toBe(ends);
    expect(words({ ...docket, now: later(-1, ends) })).toEqual([]);
    expect(words({ ...docket, now: ends })).toEqual(['skip 1/0']);
    expect(words(withBallots({ ...docket, now: ends }, [four.skip(0)]))).toEqual([]);
  });

  it('never a round in which we committed', () => {
    const ours = four.propose(1);
    const docket = four.docket(0, [ours, four.commit(0, valueIn(ours))], { now: days(2), autoAccept: false });
    expect(words(docket)).toEqual([]);
  });

  it('votes first where it still may, and skips when that was heard', () => {
    const ours = four.propose(1);
    const docket = four.docket(0, [ours], { now: days(2) });
    expect(words(docket)).toEqual(['vote 1/0']);
    expect(words(withBallots(docket, [four.vote(0, valueIn(ours))]))).toEqual(['skip 1/0']);
  });

  it('skips after the release too, so that the others can go on', () => {
    const intent = { epoch: 0, at: DAY_ONE, rule: 'P4' } as const;
    const docket = four.docket(0, [], { wants: [want(four, 2)], now: days(2), intent });
    expect(words(docket)).toEqual(['skip 1/0']);
  });
});

describe('R5 what starts a round', () => {
  it('nothing: the slot is idle, whatever the clock says, until the freeze', () => {
    expect(open(three.docket(0, []))?.start).toBeUndefined();
    expect(open(four.docket(0, []))?.start).toMatchObject({ at: days(17), because: 'freeze' });
    expect(words(three.docket(0, [], { now: days(18) }))).toEqual([]);
  });

  it.each([
    ['propose', (): Ballot => four.propose(1)],
    ['vote', (): Ballot => four.vote(2, SEAL)],
    ['commit', (): Ballot => four.commit(2, SEAL)],
    ['skip', (): Ballot => four.skip(3)],
  ])('a %s of that round, and it is relayed', (_, make) => {
    const ballot = make();
    const docket = four.docket(0, [ballot]);
    expect(open(docket)?.start).toEqual({ at: DAY_ONE, because: 'statement', ballot: ballot.id });
    expect(relays(docket)).toContain(ballot.id);
  });

  it('an amend_request, which gives each member one turn as proposer', () => {
    const nulls = (round: number): readonly Ballot[] => [0, 1, 2].map((place) => three.skip(place, round));
    const docket = three.docket(0, [], { wants: [want(three, 2)] });
    expect(open(docket)?.start?.because).toBe('request');
    expect(open(withBallots(docket, [...nulls(0), ...nulls(1)]))?.start?.because).toBe('request');
    const spent = withBallots(docket, [...nulls(0), ...nulls(1), ...nulls(2)]);
    expect(open(spent)).toMatchObject({ round: 3, start: undefined });
  });

  it('not a request for another slot, or by a stranger', () => {
    const wants = [want(three, 2, 0, DAY_ONE, 2), { ...want(three, 2), by: must(four.nodes[3]) }];
    expect(open(three.docket(0, [], { wants }))?.start).toBeUndefined();
  });

  it('not before the round opened here', () => {
    const skips = [1, 2, 3].map((place) => four.skip(place));
    const docket = withBallots(four.docket(0, [], { wants: [want(four, 2)], now: days(2) }), skips);
    expect(open(docket)).toMatchObject({
      round: 1,
      openedBy: 'null',
      openedAt: days(2),
      start: { at: days(2) },
    });
  });

  it('a notarised value that waits to be carried', () => {
    const ours = three.propose(1);
    const votes = [0, 1, 2].map((place) => three.vote(place, valueIn(ours)));
    expect(open(three.docket(0, [ours, ...votes]))).toMatchObject({
      round: 1,
      openedBy: 'notar',
      start: { because: 'pending' },
    });
  });

  it('with q < n the second half of the rounds is kept from single members, for the seal', () => {
    const skips = Array.from({ length: 32 }, (_, round) =>
      [1, 2, 3].map((place) => four.skip(place, round)),
    ).flat();
    const docket = four.docket(0, [...skips, four.skip(3, 32)], { wants: [want(four, 3, 32)] });
    expect(open(docket)).toMatchObject({ round: 32, start: { because: 'freeze', at: days(17) } });
  });
});

describe('R5 what a round may carry', () => {
  const first = four.propose(1);
  const value = valueIn(first);
  const votes = (round: number, hash = value): readonly Ballot[] =>
    [0, 1, 2].map((place) => four.vote(place, hash, round));
  const skips = (round: number): readonly Ballot[] => [1, 2, 3].map((place) => four.skip(place, round));

  it.each([
    ['nothing said', [], 0, [], true],
    ['Null(0)', skips(0), 1, [], true],
    ['Notar(0)', votes(0), 1, [value], false],
    ['Notar(0), Null(1)', [...votes(0), ...skips(1)], 2, [value], false],
    ['Notar(0) and Null(0)', [...votes(0), ...skips(0)], 1, [value], true],
    ['Notar(0), round 1 open, Null(2)', [...votes(0), ...skips(2)], 3, [], false],
    ['Notar(0, v), Null(0), Notar(1, w)', [...votes(0), ...skips(0), ...votes(1, SEAL)], 2, [SEAL], false],
    [
      'Notar(0, v), Null(0), Notar(1, w), Null(1)',
      [...votes(0), ...skips(0), ...votes(1, SEAL), ...skips(1)],
      2,
      [SEAL, value],
      true,
    ],
  ] as const)('%s', (_, ballots, round, carried, fresh) => {
    const slot = must(standingOf(four.docket(0, [first, ...ballots]))?.open);
    expect(basisOf(slot.tally, round)).toMatchObject({ carried, fresh });
  });

  it('relays the Notar and the proposal that the open round rests on, but not our own words', () => {
    const docket = four.docket(3, [first, ...votes(0)]);
    expect(relays(docket)).toEqual([first, ...votes(0)].map(({ id }) => id).sort());
    const own = four.docket(2, [first, ...votes(0)]);
    expect(relays(own)).toEqual([first, ...votes(0).slice(0, 2)].map(({ id }) => id).sort());
  });
});

describe('R2, R5 and R7 what the proposer says', () => {
  const docket = four.docket(1, [], { wants: [want(four, 2)] });

  it.each([
    ['another member: nothing', { ...docket, self: must(four.nodes[0]) }, 'NOT_OURS'],
    ['nobody wants it', four.docket(1, []), 'IDLE'],
    ['all constraints are there', docket, 'amend 0'],
    ['one is missing', without(docket, four.constraints[3]), 'CONSTRAINTS'],
    [
      'one is missing after half of the timer',
      without({ ...docket, now: later(HOUR, DAY_ONE) }, four.constraints[3]),
      'amend 0',
    ],
    ['the timer is over', { ...docket, now: later(2 * HOUR, DAY_ONE) }, 'TOO_LATE'],
    ['it has proposed', withBallots(docket, [four.propose(1)]), 'NOT_OURS'],
    ['it has skipped', withBallots(docket, [four.skip(1)]), 'NOT_OURS'],
    ['it has released', { ...docket, published: { epoch: 0, at: DAY_ONE } }, 'NOT_OURS'],
    [
      'its operator rejected the instant',
      { ...docket, rejections: new Map([[days(10), DAY_ONE]]) },
      'REJECTED',
    ],
    [
      'and approved it later',
      { ...docket, rejections: new Map([[days(10), DAY_ONE]]), approvals: new Map([[days(10), days(2)]]) },
      'amend 0',
    ],
    ['frozen, with q < n', four.docket(1, [], { now: days(17) }), 'seal 0'],
    [
      'frozen, with q = n',
      three.docket(1, [], { now: days(17), wants: [want(three, 2, 0, days(17))] }),
      'FROZEN',
    ],
  ] as const)('%s', (_, seen, expected) => {
    expect(proposal(seen as Docket)).toBe(expected);
  });

  it('nothing where the best instant is the one in force', () => {
    const same = scene(4, { defaultInstant: days(10) });
    expect(proposal(same.docket(1, [], { wants: [want(same, 2)] }))).toBe('UNCHANGED');
  });

  it('nothing where nothing is feasible', () => {
    const fragment = windowText(days(40), days(41));
    const clash = four.by(3, { kind: 'constraint', sequence: 2, fragment });
    expect(proposal(withBallots(docket, [clash]))).toBe('INFEASIBLE');
  });

  it('nothing outside the window of a silent member', () => {
    const narrow = scene(4, { window: { notBefore: days(12), notAfter: days(60) } });
    const seen = narrow.docket(1, [], { wants: [want(narrow, 2)], now: later(HOUR, DAY_ONE) });
    expect(proposal(without(seen, narrow.constraints[3]))).toBe('WINDOW');
  });

  it('a later proposer carries, with the words of the first proposal', () => {
    const first = four.propose(1);
    const votes = [0, 1, 3].map((place) => four.vote(place, valueIn(first)));
    const seen = four.docket(2, [first, ...votes]);
    const made = proposing(seen, must(standingOf(seen)), earliest);
    expect(made).toEqual({ kind: 'propose', body: { ...first.body, round: 1 } });
    expect(proposal(without(seen, first))).toBe('VALUE_UNKNOWN');
  });

  it('q = n: no carrying once nobody may commit any more', () => {
    const first = three.propose(1);
    const votes = [0, 1, 2].map((place) => three.vote(place, valueIn(first)));
    expect(proposal(three.docket(2, [first, ...votes]))).toBe('amend 1');
    expect(proposal(three.docket(2, [first, ...votes], { now: days(10) }))).not.toBe('amend 1');
  });

  it('a proposer relays its snapshot', () => {
    const own = four.propose(1);
    const others = four.constraints.filter(({ author }) => author !== four.nodes[1]).map(({ id }) => id);
    expect(relays(four.docket(1, [own]))).toEqual(expect.arrayContaining(others));
  });

  it('the newest constraint counts; of two under one sequence the lesser id', () => {
    const twin = four.by(3, { kind: 'constraint', sequence: 1, fragment: windowText(days(12), days(30)) });
    const seen = withBallots(docket, [twin]);
    const made = proposing(seen, must(standingOf(seen)), earliest);
    const least = [twin, must(four.constraints[3])].map(({ id }) => id).sort()[0];
    expect(made).toMatchObject({ body: { snapshot: expect.arrayContaining([least]) } });
  });
});

describe('R6 deciding', () => {
  const first = four.propose(1);
  const value = valueIn(first);
  const commits = everybody.slice(0, 3).map((place) => four.commit(place, value));

  it.each([1, 2, 3, 4, 5, 7])('n = %i: q commits of one round decide, q − 1 do not', (n) => {
    const at = scene(n);
    const ours = at.propose(1 % n);
    const all = at.nodes.slice(0, at.terms.quorum).map((_, place) => at.commit(place, valueIn(ours)));
    expect(standingOf(at.docket(0, [ours, ...all]))).toMatchObject({ epoch: 1, at: days(10), sealed: false });
    expect(standingOf(at.docket(0, [ours, ...all.slice(1)]))).toMatchObject({ epoch: 0, at: days(20) });
  });

  it('commits of two rounds do not add up', () => {
    const mixed = [four.commit(0, value), four.commit(1, value), four.commit(2, value, 1)];
    expect(standingOf(four.docket(0, [first, ...mixed]))?.epoch).toBe(0);
  });

  it('two commits of one member are one voice', () => {
    const again = [four.commit(0, value), four.commit(1, value), { ...four.commit(1, value), id: SEAL }];
    expect(standingOf(four.docket(0, [first, ...again]))?.epoch).toBe(0);
  });

  it('SET-M13: opens the next slot, and relays the certificate', () => {
    const docket = four.docket(3, [first, ...commits]);
    expect(standingOf(docket)?.open?.slot).toBe(2);
    expect(relays(docket)).toEqual([first, ...commits].map(({ id }) => id).sort());
  });

  it('the lead relays the signatures of the charter (§7.2)', () => {
    const signatures = four.setup.slice(2).map(({ id }) => id);
    expect(relays(four.docket(0, []))).toEqual([...signatures].sort());
    expect(relays(four.docket(1, []))).toEqual([]);
  });

  it('a seal ends the slots', () => {
    const seals = everybody.slice(0, 3).map((place) => four.commit(place, SEAL));
    expect(standingOf(four.docket(0, seals))).toMatchObject({
      epoch: 0,
      at: days(20),
      sealed: true,
      open: undefined,
    });
    const after = everybody.slice(0, 3).map((place) => four.commit(place, SEAL, 0, 2));
    const docket = four.docket(0, [first, ...commits, ...after]);
    expect(standingOf(docket)).toMatchObject({ epoch: 1, at: days(10), sealed: true });
  });

  it('BAL-M10: a certificate for a value that nobody spelled out waits for it', () => {
    const docket = four.docket(0, [...commits]);
    expect(standingOf(docket)).toMatchObject({ epoch: 0, trouble: 'VALUE_UNKNOWN' });
    expect(standingOf(withBallots(docket, [first]))).toMatchObject({ epoch: 1, trouble: undefined });
  });

  it('two certificates in one slot stop the case', () => {
    const seals = everybody.slice(0, 3).map((place) => four.commit(place, SEAL, 1));
    expect(standingOf(four.docket(0, [first, ...commits, ...seals]))).toMatchObject({
      epoch: 0,
      trouble: 'TWO_FINALS',
    });
  });

  it('a liar who tells each half something else cannot keep a node from a certificate (R11)', () => {
    const lie = four.commit(2, SEAL);
    const docket = withBallots(four.docket(0, [first, lie]), commits, later(MINUTE, DAY_ONE));
    expect(standingOf(docket)).toMatchObject({ epoch: 1, at: days(10) });
  });

  it('words under another charter or by strangers do not count', () => {
    const other = scene(4, { freezeMs: HOUR });
    const strange = [0, 1, 2].map((place) => other.commit(place, SEAL));
    expect(standingOf(four.docket(0, strange))?.sealed).toBe(false);
    const outsider = scene(5).by(4, { kind: 'commit', slot: 1, round: 0, value: SEAL });
    const forged = { ...outsider, charter: four.charter };
    const two = [four.commit(0, SEAL), four.commit(1, SEAL), forged];
    expect(standingOf(four.docket(0, two))?.sealed).toBe(false);
  });
});

describe('R7 the freeze', () => {
  it('with q < n a seal is proposed, voted for and committed at T_e − F', () => {
    const now = days(17);
    const docket = four.docket(1, [], { now });
    expect(nextDue({ ...docket, now: later(-DAY, now) })).toBe(now);
    expect(words(docket)).toEqual(['propose 1/0']);
    const proposed = withBallots(docket, [four.seal(1)]);
    expect(words(proposed)).toEqual(['vote 1/0']);
    const notar = withBallots(
      proposed,
      [0, 1, 2].map((place) => four.vote(place, SEAL)),
    );
    expect(words(notar)).toContain('commit 1/0');
  });

  it('carried amendments may finish in the freeze', () => {
    const first = four.propose(1);
    const votes = [0, 1, 3].map((place) => four.vote(place, valueIn(first)));
    expect(proposal(four.docket(2, [first, ...votes], { now: days(1) }))).toBe('amend 1');
    const late = withBallots(four.docket(2, [], { now: days(18) }), [first, ...votes], days(18));
    expect(proposal(late)).toBe('amend 1');
  });
});
