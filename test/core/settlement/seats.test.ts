/**
 * R12: who has a seat, slot by slot. Places 0, 1, 2 … of a scene are its members; place n is a centre outside.
 */
import { describe, expect, it } from 'vitest';
import { judgeArrival } from '../../../node/core/settlement/arrival.js';
import type { Ballot, CharterTerms, SeatChange } from '../../../node/core/settlement/ballot.js';
import { proofOf, verifyCertificate } from '../../../node/core/settlement/certificate.js';
import type { BallotOf, Docket } from '../../../node/core/settlement/docket.js';
import { judgeProposal } from '../../../node/core/settlement/judge.js';
import { proposing } from '../../../node/core/settlement/propose.js';
import { relays } from '../../../node/core/settlement/relays.js';
import { mayRelease } from '../../../node/core/settlement/release.js';
import { firstRoster, quorumAfter, type Roster, rosterAfter } from '../../../node/core/settlement/seats.js';
import { charterNow, rosterAt, standingOf } from '../../../node/core/settlement/settle.js';
import { changeKey } from '../../../node/core/settlement/value.js';
import { HOUR } from '../../../node/core/time.js';
import { DAY_ONE, days, heldAs, later, must, type Scene, SEAL, scene, valueIn, words } from './scene.js';
import { ballotOf, earliest, nodes, termsFor } from './world.js';

const all = nodes(10);
const joinOf = (place: number): SeatChange => ({
  kind: 'join',
  member: { node: must(all[place]), model: 2 },
});
const leaveOf = (place: number): SeatChange => ({ kind: 'leave', node: must(all[place]) });
const leadTo = (place: number): SeatChange => ({ kind: 'lead', node: must(all[place]) });

function raised(n: number, quorum: number): CharterTerms {
  return termsFor(n, { quorum });
}

describe('SET-M16: R12 the roster after a change', () => {
  const terms = termsFor(4);
  const first = firstRoster(terms);
  const members = (roster: Roster | undefined) => roster?.roster.map((node) => all.indexOf(node));

  it('who joins proposes last; who leaves is remembered; another lead moves nobody', () => {
    expect(members(rosterAfter(terms, first, joinOf(7), 3))).toEqual([0, 1, 2, 3, 7]);
    const left = must(rosterAfter(terms, first, leaveOf(2), 1));
    expect([members(left), left.former]).toEqual([[0, 1, 3], [all[2]]]);
    const led = must(rosterAfter(terms, first, leadTo(3), 1));
    expect([members(led), led.lead, led.leads]).toEqual([[0, 1, 2, 3], all[3], [all[0], all[3]]]);
  });

  it('a seat knows the slot that gave it and the lead of that time', () => {
    const led = must(rosterAfter(terms, first, leadTo(3), 1));
    expect(rosterAfter(terms, led, joinOf(7), 5)?.seats.at(-1)).toMatchObject({ since: 5, sponsor: all[3] });
    expect(first.seats.every(({ since, sponsor }) => since === 0 && sponsor === all[0])).toBe(true);
  });

  it('who left may come back, and is gone no more', () => {
    const left = must(rosterAfter(terms, first, leaveOf(2), 1));
    const back = must(rosterAfter(terms, left, joinOf(2), 2));
    expect([members(back), back.former]).toEqual([[0, 1, 3, 2], []]);
  });

  it.each<[string, SeatChange, Roster]>([
    ['a member cannot join', joinOf(1), first],
    ['a stranger cannot leave', leaveOf(7), first],
    ['the lead cannot leave before another one leads', leaveOf(0), first],
    ['a stranger cannot lead', leadTo(7), first],
    ['who leads cannot take the lead', leadTo(0), first],
    [
      'an eleventh seat',
      { kind: 'join', member: { node: 'f'.repeat(40) as never, model: 2 } },
      firstRoster(termsFor(10)),
    ],
    ['the last seat cannot be given up', leaveOf(0), firstRoster(termsFor(1))],
  ])('%s', (_, change, before) => {
    expect(rosterAfter(terms, before, change, 1)).toBeUndefined();
  });

  it.each([
    ['the table', termsFor(3), [1, 2, 3, 3, 4, 5, 5, 6, 7, 7]],
    ['the table, for a charter of one', termsFor(1), [1, 2, 3, 3, 4, 5, 5, 6, 7, 7]],
    ['raised to all of four: all of any number', raised(4, 4), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
    ['raised to 6 of 7: at most one is outvoted', raised(7, 6), [1, 2, 3, 3, 4, 5, 6, 7, 8, 9]],
  ])('SET-M18: q follows %s', (_, charter, expected) => {
    expect(Array.from({ length: 10 }, (__, n) => quorumAfter(charter, n + 1))).toEqual(expected);
  });
});

const three = scene(3);
const four = scene(4);
const outside = must(all[3]);

function change(at: Scene, place: number, what: SeatChange, round = 0, slot = 1): BallotOf<'propose'> {
  const value = { kind: 'change', change: what } as const;
  const body = { kind: 'propose', slot, round, value, snapshot: [], preparedAt: DAY_ONE } as const;
  return at.by(place, body) as BallotOf<'propose'>;
}

const consent = (at: Scene, node = outside, epoch = 0): Ballot =>
  ballotOf(node, at.charter, { kind: 'charter_join', epoch });

/** A slot decided by these places of the scene. */
function decided(at: Scene, what: SeatChange, by: readonly number[], slot = 1): readonly Ballot[] {
  const proposal = change(at, slot % at.nodes.length, what, 0, slot);
  return [proposal, ...by.map((place) => at.commit(place, valueIn(proposal), 0, slot))];
}

const agreeing = (what: SeatChange): Partial<Docket> => ({
  seatOrders: new Map([[changeKey(what), 'agree']]),
});

describe('SET-M17: R12 a vote for a change of seats', () => {
  const joining = change(three, 1, joinOf(3));
  const judged = (proposal: BallotOf<'propose'>, ballots: readonly Ballot[], over: Partial<Docket>) => {
    const docket = three.docket(0, [proposal, ...ballots], over);
    const verdict = judgeProposal(docket, heldAs(proposal), earliest);
    return verdict.ok ? 'vote' : verdict.fault.code;
  };
  const padded = ballotOf(must(all[1]), three.charter, {
    ...joining.body,
    snapshot: [must(three.constraints[0]).id],
  }) as BallotOf<'propose'>;

  it.each([
    ['agreed and signed by the joiner', joining, [consent(three)], agreeing(joinOf(3)), 'vote'],
    ['nobody here was asked', joining, [consent(three)], {}, 'PROPOSAL_UNAPPROVED'],
    ['a policy is not enough', joining, [consent(three)], { autoAccept: true }, 'PROPOSAL_UNAPPROVED'],
    ['another change was agreed to', joining, [consent(three)], agreeing(joinOf(4)), 'PROPOSAL_UNAPPROVED'],
    ['the joiner has not signed', joining, [], agreeing(joinOf(3)), 'PROPOSAL_JOINER'],
    [
      'the joiner signed another epoch',
      joining,
      [consent(three, outside, 1)],
      agreeing(joinOf(3)),
      'PROPOSAL_JOINER',
    ],
    ['somebody else signed', joining, [consent(three, must(all[4]))], agreeing(joinOf(3)), 'PROPOSAL_JOINER'],
    ['a member joins', change(three, 1, joinOf(2)), [], agreeing(joinOf(2)), 'PROPOSAL_SEATS'],
    ['the lead leaves', change(three, 1, leaveOf(0)), [], agreeing(leaveOf(0)), 'PROPOSAL_SEATS'],
    ['a member leaves', change(three, 1, leaveOf(2)), [], agreeing(leaveOf(2)), 'vote'],
    ['a member takes the lead', change(three, 1, leadTo(2)), [], agreeing(leadTo(2)), 'vote'],
    ['it drags a snapshot along', padded, [consent(three)], agreeing(joinOf(3)), 'PROPOSAL_SNAPSHOT'],
    [
      'after the freeze',
      joining,
      [consent(three)],
      { ...agreeing(joinOf(3)), now: days(18) },
      'PROPOSAL_FROZEN',
    ],
  ] as const)('%s', (_, proposal, ballots, over, expected) => {
    expect(judged(proposal, ballots, over)).toBe(expected);
  });

  it('a carried change needs no order and no signature: it was checked when it was fresh (R2)', () => {
    const votes = [0, 1, 2].map((place) => three.vote(place, valueIn(joining)));
    const again = change(three, 2, joinOf(3), 1);
    const docket = three.docket(0, [joining, ...votes, again]);
    expect(judgeProposal(docket, heldAs(again), earliest).ok).toBe(true);
  });
});

describe('R12 who puts a change before all', () => {
  const want = (what: SeatChange | undefined, by = 0) => ({
    by: must(all[by]),
    slot: 1,
    round: 0,
    change: what,
    heldAt: DAY_ONE,
  });
  const said = (docket: Docket) => {
    const own = proposing(docket, must(standingOf(docket)), earliest);
    if (own.kind === 'nothing') return own.because;
    const { value } = own.body;
    return value.kind === 'change' ? changeKey(value.change) : value.kind;
  };

  it.each([
    ['the proposer, although it has not agreed itself', [want(leaveOf(2))], {}, changeKey(leaveOf(2))],
    ['a joiner that has not signed waits', [want(joinOf(3))], {}, 'CHANGE_WAITS'],
    [
      'a change that the own operator rejected',
      [want(leaveOf(2))],
      { seatOrders: new Map([[changeKey(leaveOf(2)), 'reject']]) },
      'CHANGE_WAITS',
    ],
    ['an instant that was asked for as well', [want(joinOf(3)), want(undefined, 2)], {}, 'amend'],
    [
      'of two changes the one asked for first',
      [want(leaveOf(2), 2), { ...want(leadTo(1)), heldAt: later(-HOUR, DAY_ONE) }],
      {},
      changeKey(leadTo(1)),
    ],
    ['a change that does not fit', [want(leaveOf(0))], {}, 'CHANGE_WAITS'],
    ['after the freeze nothing', [want(leaveOf(2))], { now: days(18) }, 'TOO_LATE'],
  ] as const)('%s', (_, wants, over, expected) => {
    expect(said(three.docket(1, [], { wants: [...wants], ...over } as Partial<Docket>))).toBe(expected);
  });

  it('a request is heard from members only', () => {
    expect(said(three.docket(1, [], { wants: [{ ...want(leaveOf(2)), by: outside }] }))).toBe('IDLE');
  });
});

describe('R12 the old roster decides, the next slot has the new one', () => {
  const joined = decided(three, joinOf(3), [0, 1, 2]);

  it('three of three seat a fourth; then three of four settle, the fourth among them', () => {
    const docket = three.docket(0, joined);
    const standing = must(standingOf(docket));
    expect([standing.epoch, standing.at, standing.charter.n, standing.charter.q]).toEqual([
      1,
      days(20),
      4,
      3,
    ]);
    expect([rosterAt(standing, 1)?.length, rosterAt(standing, 2)?.length, rosterAt(standing, 3)]).toEqual([
      3,
      4,
      undefined,
    ]);
    const seals = [1, 2].map((place) => three.commit(place, SEAL, 0, 2));
    const fourth = ballotOf(outside, three.charter, { kind: 'commit', slot: 2, round: 0, value: SEAL });
    expect(standingOf(three.docket(0, [...joined, ...seals]))?.sealed).toBe(false);
    expect(standingOf(three.docket(0, [...joined, ...seals, fourth]))?.sealed).toBe(true);
  });

  it('the voice of a centre that is to join does not count in the slot that seats it', () => {
    const proposal = change(four, 1, joinOf(4));
    const fifth = ballotOf(must(all[4]), four.charter, {
      kind: 'commit',
      slot: 1,
      round: 0,
      value: valueIn(proposal),
    });
    const ballots = [proposal, four.commit(0, valueIn(proposal)), four.commit(1, valueIn(proposal)), fifth];
    expect(standingOf(four.docket(0, ballots))?.epoch).toBe(0);
  });

  it('nor does that of a centre that has left in the slots behind', () => {
    const left = decided(four, leaveOf(3), [0, 1, 2]);
    const proposal = change(four, 2, leadTo(2), 0, 2);
    const commits = [1, 2, 3].map((place) => four.commit(place, valueIn(proposal), 0, 2));
    expect(standingOf(four.docket(0, [...left, proposal, ...commits]))?.epoch).toBe(1);
    const own = four.commit(0, valueIn(proposal), 0, 2);
    expect(standingOf(four.docket(0, [...left, proposal, ...commits, own]))?.epoch).toBe(2);
  });

  it('a change that does not fit changes nothing, here and in the certificate', () => {
    const docket = three.docket(0, decided(three, leaveOf(0), [0, 1, 2]));
    const standing = must(standingOf(docket));
    const proven = verifyCertificate(proofOf(docket, standing));
    expect([standing.epoch, standing.charter.n]).toEqual([1, 3]);
    expect(proven.ok && proven.value.seats.n).toBe(3);
  });

  it('says nothing while it is invited, and votes once it is seated', () => {
    const seal = ballotOf(must(all[2]), three.charter, {
      kind: 'propose',
      slot: 2,
      round: 0,
      value: { kind: 'seal' },
      snapshot: [],
      preparedAt: DAY_ONE,
    });
    const invited = { ...three.docket(0, [consent(three), three.seal(1)], { now: days(18) }), self: outside };
    expect(words(invited)).toEqual([]);
    const seated = {
      ...three.docket(0, [consent(three), ...joined, seal], { now: days(18) }),
      self: outside,
    };
    expect(words(seated)).toContain('vote 2/0');
  });

  it('is bound by its signature under the charter, and by nothing less', () => {
    const stranger = { ...three.docket(0, joined), self: outside };
    expect(charterNow(stranger)).toBeUndefined();
    expect(charterNow({ ...three.docket(0, [consent(three), ...joined]), self: outside })?.n).toBe(4);
  });

  it('R6: passes on the certificate that seated it, which a liar may have shown to nobody else, and no older one', () => {
    const led = decided(three, leadTo(1), [0, 1, 2]);
    const seated = decided(three, joinOf(3), [0, 1, 2], 2);
    const own = { ...three.docket(0, [consent(three, outside, 1), ...led, ...seated]), self: outside };
    expect(relays(own)).toEqual(seated.map(({ id }) => id).sort());
    const member = relays(three.docket(0, [...led, ...seated]));
    expect(led.filter(({ author, id }) => author !== all[0] && member.includes(id))).toHaveLength(3);
  });
});

describe('R12 release around a change of seats', () => {
  const T0 = days(20);
  const said = (docket: Docket): string => {
    const verdict = mayRelease(docket);
    if (verdict.kind === 'release') return verdict.rule;
    return verdict.kind === 'wait' ? `wait ${verdict.because}` : `held ${verdict.because.join(' ')}`;
  };
  const leaving = change(three, 1, leaveOf(2));
  const own = three.commit(0, valueIn(leaving));
  const lastTwo = [1, 2].map((place) => three.commit(place, valueIn(leaving)));
  const nulled = [0, 1, 2].map((place) => three.skip(place));

  it.each([
    ['P3 never: before T_e it waits', three.docket(0, [leaving, own], { now: later(-1, T0) }), 'wait LIMBO'],
    ['P3 never: from T_e on it holds', three.docket(0, [leaving, own], { now: T0 }), 'held SEAT_CHANGE'],
    ['however long', three.docket(0, [leaving, own], { now: days(60) }), 'held SEAT_CHANGE'],
    ['until Final is seen', three.docket(0, [leaving, own, ...lastTwo], { now: T0 }), 'P2'],
    ['or Null', three.docket(0, [leaving, own, ...nulled], { now: T0 }), 'P3'],
    [
      'or a named officer',
      three.docket(0, [leaving, own], { now: T0, manualRelease: { officer: 'A', reason: 'b' } }),
      'MANUAL',
    ],
    ['who did not commit to it releases as ever', three.docket(0, [leaving, ...lastTwo], { now: T0 }), 'P2'],
    [
      'who has left releases nothing',
      three.docket(2, [leaving, own, ...lastTwo], { now: days(60) }),
      'wait SEAT',
    ],
    [
      'who has left may still follow a breach',
      three.docket(2, [leaving, own, ...lastTwo], { now: days(2), breachConfirmed: true }),
      'P4',
    ],
    [
      'who is only invited releases nothing',
      { ...three.docket(0, [consent(three)], { now: days(60) }), self: outside },
      'wait SEAT',
    ],
    [
      'three that became four wait for a seal',
      three.docket(0, decided(three, joinOf(3), [0, 1, 2]), { now: T0 }),
      'wait SEAL',
    ],
    [
      'four that became three release by themselves',
      four.docket(0, decided(four, leaveOf(3), [0, 1, 2]), { now: T0 }),
      'P2',
    ],
  ] as const)('%s', (_, docket, expected) => {
    expect(said(docket)).toBe(expected);
  });
});

describe('R12 and R13 a certificate across changes of seats', () => {
  const joined = decided(three, joinOf(3), [0, 1, 2]);
  const fourth = (slot: number, value = SEAL): Ballot =>
    ballotOf(outside, three.charter, { kind: 'commit', slot, round: 0, value });
  const seal = [three.commit(1, SEAL, 0, 2), three.commit(2, SEAL, 0, 2), fourth(2)];
  const outcome = (proof: readonly Ballot[]): string => {
    const verified = verifyCertificate(proof);
    return verified.ok
      ? `${verified.value.epoch} of ${verified.value.seats.n}${verified.value.sealed ? ' sealed' : ''}`
      : `${verified.fault.code} ${verified.fault.where}`;
  };

  it.each([
    ['the change', [...three.setup, ...joined], '1 of 4'],
    ['and a seal by the new roster', [...three.setup, ...joined, ...seal], '1 of 4 sealed'],
    [
      'the newcomer in the slot that seats it',
      [...three.setup, ...joined, fourth(1)],
      'CERTIFICATE_INVALID roster',
    ],
    ['the newcomer without that slot', [...three.setup, ...seal], 'CERTIFICATE_INVALID slot'],
    [
      'a vote too few of the new roster',
      [...three.setup, ...joined, ...seal.slice(1)],
      'CERTIFICATE_INVALID commit',
    ],
    ['the change without its proposal', [...three.setup, ...joined.slice(1)], 'CERTIFICATE_INVALID propose'],
    [
      'one that has left',
      [
        ...four.setup,
        ...decided(four, leaveOf(3), [0, 1, 2]),
        ...[0, 1, 3].map((place) => four.commit(place, SEAL, 0, 2)),
      ],
      'CERTIFICATE_INVALID roster',
    ],
  ] as const)('%s', (_, proof, expected) => {
    expect(outcome(proof)).toBe(expected);
  });

  it('proof and standing say the same', () => {
    const docket = three.docket(0, [...joined, ...seal]);
    const standing = must(standingOf(docket));
    const proven = verifyCertificate(proofOf(docket, standing));
    expect(proven.ok && proven.value.seats.roster).toEqual(standing.charter.roster);
  });
});

describe('R12 what may enter the pool', () => {
  const joined = decided(three, joinOf(3), [0, 1, 2]);
  const anything = () => ({ ok: true, value: undefined }) as const;
  const code = (docket: Docket, ballot: Ballot): string => {
    const judged = judgeArrival(docket, ballot, anything);
    return judged.ok ? 'ok' : judged.fault.code;
  };
  const skip = ballotOf(outside, three.charter, { kind: 'skip', slot: 2, round: 0 });
  const turn = (place: number, slot: number) =>
    ballotOf(must(all[place]), three.charter, {
      kind: 'propose',
      slot,
      round: 0,
      value: { kind: 'seal' },
      snapshot: [],
      preparedAt: later(HOUR, DAY_ONE),
    });

  it.each([
    ['the signature of a centre that is to join', three.docket(0, []), consent(three), 'ok'],
    ['an epoch beyond all slots', three.docket(0, []), consent(three, outside, 257), 'LIMIT_EXCEEDED'],
    ['a ballot of a centre without a seat', three.docket(0, []), skip, 'CHARTER_ROSTER'],
    ['one of a centre that was seated', three.docket(0, joined), skip, 'ok'],
    [
      'one of a centre that has left',
      four.docket(0, decided(four, leaveOf(3), [0, 1, 2])),
      four.skip(3, 0, 2),
      'ok',
    ],
    // Slot 3 belongs to place 0 of three, and to place 3 of four.
    [
      'the turn of the old roster',
      three.docket(0, [...joined, ...decided(three, leadTo(1), [0, 1, 2], 2)]),
      turn(3, 3),
      'ok',
    ],
    ['a turn in a slot whose roster is not known yet', three.docket(0, joined), turn(3, 3), 'CASE_WAITING'],
    ['nobody’s turn', three.docket(0, joined), turn(0, 2), 'PROPOSAL_PROPOSER'],
  ] as const)('%s: %s', (_, docket, ballot, expected) => {
    expect(code(docket, ballot)).toBe(expected);
  });
});
