import { describe, expect, it } from 'vitest';
import type { Ballot } from '../../../node/core/settlement/ballot.js';
import type { Docket } from '../../../node/core/settlement/docket.js';
import { nextDue } from '../../../node/core/settlement/due.js';
import { mayRelease } from '../../../node/core/settlement/release.js';
import { DAY, type Instant } from '../../../node/core/time.js';
import { days, later, must, type Scene, SEAL, scene, valueIn, withBallots } from './scene.js';
import { docketOf } from './world.js';

const four = scene(4);
const three = scene(3);
const T0 = days(20);

function said(docket: Docket): string {
  const verdict = mayRelease(docket);
  switch (verdict.kind) {
    case 'release':
      return `${verdict.rule} ${verdict.epoch}`;
    case 'wait':
      return `wait ${verdict.because}`;
    default:
      return `held ${verdict.because.join(' ')}`;
  }
}

function seals(at: Scene, places: readonly number[], slot = 1): readonly Ballot[] {
  return places.map((place) => at.commit(place, SEAL, 0, slot));
}

describe('R8 P1: a seal and the instant', () => {
  it.each([
    ['sealed, before T_e', seals(four, [0, 1, 2]), later(-1, T0), 'wait INSTANT'],
    ['sealed, at T_e', seals(four, [0, 1, 2]), T0, 'P1 0'],
    ['q − 1 commits', seals(four, [0, 1]), T0, 'wait SEAL'],
    ['nothing', [], T0, 'wait SEAL'],
    ['no seal a day later', [], later(DAY, T0), 'held SEAL_OVERDUE'],
    ['a late seal', seals(four, [1, 2, 3]), days(25), 'P1 0'],
  ] as const)('%s', (_, ballots, now, expected) => {
    expect(said(four.docket(0, [...ballots], { now: now as Instant }))).toBe(expected);
  });

  it('after an amendment the seal is one for the new epoch', () => {
    const first = four.propose(1);
    const ballots = [first, ...[0, 1, 2].map((place) => four.commit(place, valueIn(first)))];
    expect(said(four.docket(0, ballots, { now: days(10) }))).toBe('wait SEAL');
    expect(said(four.docket(0, [...ballots, ...seals(four, [0, 1, 2], 2)], { now: days(10) }))).toBe('P1 1');
  });
});

describe('INS-M1, SET-M19: R8 P2: q = n and no commit of ours', () => {
  it.each([1, 2, 3])('n = %i releases by itself at T_e', (n) => {
    const at = scene(n);
    expect(said(at.docket(0, [], { now: later(-1, T0) }))).toBe('wait INSTANT');
    expect(said(at.docket(0, [], { now: T0 }))).toBe('P2 0');
  });

  it('n = 4 with q raised to 4 does so too', () => {
    expect(said(scene(4, { quorum: 4 }).docket(0, [], { now: T0 }))).toBe('P2 0');
  });

  it('commits of the others do not matter: without ours there is no certificate', () => {
    const first = three.propose(1);
    const commits = [1, 2].map((place) => three.commit(place, valueIn(first)));
    expect(said(three.docket(0, [first, ...commits], { now: T0 }))).toBe('P2 0');
  });

  it('after an amendment it is the new instant that counts', () => {
    const first = three.propose(1);
    const ballots = [first, ...[0, 1, 2].map((place) => three.commit(place, valueIn(first)))];
    expect(said(three.docket(0, ballots, { now: later(-1, days(10)) }))).toBe('wait INSTANT');
    expect(said(three.docket(0, ballots, { now: days(10) }))).toBe('P2 1');
  });
});

describe('R8 P3: limbo', () => {
  const earlier = three.propose(1);
  const late = scene(3, { defaultInstant: days(8) });
  const moved = late.propose(1);

  it.each([
    ['T_v < T_e, at T_v', three, earlier, days(10), 'wait LIMBO'],
    ['T_v < T_e, before T_e', three, earlier, later(-1, T0), 'wait LIMBO'],
    ['T_v < T_e, at T_e', three, earlier, T0, 'P3 0'],
    ['T_v > T_e, at T_e', late, moved, days(8), 'wait LIMBO'],
    ['T_v > T_e, at T_v', late, moved, days(10), 'P3 0'],
  ] as const)('%s', (_, at, proposal, now, expected) => {
    const docket = at.docket(0, [proposal, at.commit(0, valueIn(proposal))], { now });
    expect(said(docket)).toBe(expected);
  });

  it('falls due at the later of both instants, and names it', () => {
    const docket = late.docket(0, [moved, late.commit(0, valueIn(moved))], { now: days(9) });
    expect(nextDue(docket)).toBe(days(9) === docket.now ? days(10) : undefined);
    expect(mayRelease({ ...docket, now: days(11) })).toMatchObject({ rule: 'P3', at: days(10) });
  });

  it('holds while the committed value is not spelled out', () => {
    const docket = three.docket(0, [three.commit(0, valueIn(earlier))], { now: days(30) });
    expect(said(docket)).toBe('held VALUE_UNKNOWN');
  });

  it('with q < n a commit changes nothing: only a seal releases', () => {
    const first = four.propose(1);
    const docket = four.docket(0, [first, four.commit(0, valueIn(first))], { now: T0 });
    expect(said(docket)).toBe('wait SEAL');
  });
});

describe('R10: a clock that is off holds P1 to P3', () => {
  const clock = (seconds: number) => ({ aheadMs: seconds * 1_000, peers: 3, until: days(21) });
  const sealed = seals(four, [0, 1, 2]);
  const moved = scene(3, { defaultInstant: days(8) });
  const limbo = moved.propose(1);
  const breach = { breachConfirmed: true };
  const officer = { manualRelease: { officer: 'A', reason: 'b' } };

  it.each([
    [
      'P1, 60 s behind: as much as the charter allows',
      four.docket(0, sealed, { now: T0, clock: clock(60) }),
      'P1 0',
    ],
    ['P1, 61 s behind', four.docket(0, sealed, { now: T0, clock: clock(61) }), 'held CLOCK'],
    ['P1, 61 s ahead', four.docket(0, sealed, { now: T0, clock: clock(-61) }), 'held CLOCK'],
    ['P2', three.docket(0, [], { now: T0, clock: clock(-61) }), 'held CLOCK'],
    [
      'P3',
      moved.docket(0, [limbo, moved.commit(0, valueIn(limbo))], { now: days(10), clock: clock(61) }),
      'held CLOCK',
    ],
    [
      'before the instant nothing is held yet',
      three.docket(0, [], { now: days(19), clock: clock(61) }),
      'wait INSTANT',
    ],
    ['P4 is not held', three.docket(0, [], { now: T0, clock: clock(61), ...breach }), 'P4 0'],
    ['nor is an officer', three.docket(0, [], { now: T0, clock: clock(61), ...officer }), 'MANUAL 0'],
    [
      'with another reason both are named',
      three.docket(0, [], { now: T0, clock: clock(61), holds: ['x'] }),
      'held x CLOCK',
    ],
    ['nobody told: the own clock counts', three.docket(0, [], { now: T0, clock: undefined }), 'P2 0'],
    [
      'a wider bound of the charter',
      scene(3, { skewMs: 300_000 }).docket(0, [], { now: T0, clock: clock(61) }),
      'P2 0',
    ],
  ] as const)('%s', (_, docket, expected) => {
    expect(said(docket)).toBe(expected);
  });

  it('falls due when what tells against it is too old', () => {
    const held = three.docket(0, [], { now: later(DAY / 2, T0), clock: clock(61) });
    expect(nextDue(held)).toBe(days(21));
  });
});

describe('R8 P4: breach', () => {
  const leak = (at: Scene, place: number): Ballot =>
    at.by(place, { kind: 'leak', evidence: 'seen', seenAt: days(2) });
  const published = (at: Scene, place: number, when: Instant): Ballot =>
    at.by(place, { kind: 'published', epoch: 0, at: when, digest: SEAL, revision: 1 });

  it.each([
    ['n = 4: one other is not enough', four, [1], 'wait SEAL'],
    ['n = 4: fS + 1 = 2 others are', four, [1, 2], 'P4 0'],
    ['n = 4: our own report does not count', four, [0, 1], 'wait SEAL'],
    ['n = 5: fS + 1 = 3 others are', scene(5), [1, 2, 3], 'P4 0'],
    ['n = 5: two are not', scene(5), [1, 2], 'wait SEAL'],
    ['n = 7: fS + 1 = 3 others are', scene(7), [2, 4, 6], 'P4 0'],
    ['n = 2: always the operator', scene(2), [1], 'wait INSTANT'],
    ['n = 3: always the operator', three, [1, 2], 'wait INSTANT'],
    ['n = 4 with q = 4: always the operator', scene(4, { quorum: 4 }), [1, 2, 3], 'wait INSTANT'],
  ] as const)('%s', (_, at, places, expected) => {
    expect(
      said(
        at.docket(
          0,
          places.map((place) => leak(at, place)),
        ),
      ),
    ).toBe(expected);
  });

  it('two reports of one member are one', () => {
    const again = four.by(1, { kind: 'leak', evidence: 'again', seenAt: days(3) });
    expect(said(four.docket(0, [leak(four, 1), again]))).toBe('wait SEAL');
  });

  it('a leak and an early publication count alike', () => {
    expect(said(four.docket(0, [leak(four, 1), published(four, 2, days(3))]))).toBe('P4 0');
  });

  it('a publication at T_e is not early, even if its word comes before our clock says T_e', () => {
    const both = [published(four, 1, T0), published(four, 2, T0)];
    expect(said(four.docket(0, both, { now: later(-1_000, T0) }))).toBe('wait SEAL');
  });

  it.each([1, 2, 3, 4])('n = %i: the operator confirms, at once, whatever holds', (n) => {
    const at = scene(n);
    const docket = at.docket(0, [], { breachConfirmed: true, holds: ['clock'] });
    expect(mayRelease(docket)).toEqual({ kind: 'release', rule: 'P4', epoch: 0, at: docket.now });
  });
});

describe('R8 holds, officers and what comes after', () => {
  it.each([
    ['P1', four.docket(0, [...seals(four, [0, 1, 2])], { now: T0 })],
    ['P2', three.docket(0, [], { now: T0 })],
    ['P3', three.docket(0, [three.propose(1), three.commit(0, valueIn(three.propose(1)))], { now: T0 })],
  ])('reasons from outside hold %s (R9, R10)', (_, docket) => {
    expect(said(docket)).toMatch(/^P/);
    expect(said({ ...docket, holds: ['clock'] })).toBe('held clock');
  });

  it('two certificates hold everything but an officer', () => {
    const first = four.propose(1);
    const ballots = [
      first,
      ...seals(four, [0, 1, 2]),
      ...[1, 2, 3].map((place) => four.commit(place, valueIn(first), 1)),
    ];
    const docket = four.docket(0, ballots, { now: days(30) });
    expect(said(docket)).toBe('held TWO_FINALS');
    expect(said({ ...docket, manualRelease: { officer: 'A', reason: 'b' } })).toBe('MANUAL 0');
  });

  it('an officer may release where a seal is overdue', () => {
    const docket = four.docket(0, [], { now: days(22), manualRelease: { officer: 'A', reason: 'b' } });
    expect(mayRelease(docket)).toEqual({ kind: 'release', rule: 'MANUAL', epoch: 0, at: days(22) });
  });

  it('a rule that releases anyway comes before the officer', () => {
    const docket = three.docket(0, [], { now: T0, manualRelease: { officer: 'A', reason: 'b' } });
    expect(said(docket)).toBe('P2 0');
  });

  it('once begun nothing more is to be allowed', () => {
    const docket = three.docket(0, [], { now: T0 });
    expect(said({ ...docket, intent: { epoch: 0, at: T0, rule: 'P2' } })).toBe('wait RELEASED');
    expect(said({ ...docket, published: { epoch: 0, at: T0 } })).toBe('wait RELEASED');
  });

  it('without a charter nothing was agreed to', () => {
    const docket = docketOf(must(three.nodes[0]), { now: days(99) });
    expect(said(docket)).toBe('wait CHARTER');
    expect(said({ ...docket, breachConfirmed: true })).toBe('P4 0');
  });

  it('falls due at T_e, and a day later where no seal came', () => {
    const docket = four.docket(0, [], { now: T0 });
    const skipped = withBallots(docket, [four.skip(0)]);
    expect(nextDue({ ...skipped, now: later(-1, T0) })).toBeLessThanOrEqual(T0);
    expect(mayRelease(docket)).toMatchObject({ until: later(DAY, T0) });
  });
});
