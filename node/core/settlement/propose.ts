/**
 * What the proposer of the open round says in it, or why it says nothing.
 */
import { byText } from '../bytes.js';
import { after, type Instant } from '../time.js';
import type { BallotBody, SeatChange, SettlementValue } from './ballot.js';
import { type Docket, hasReleased, heldById, heldOf, type Want } from './docket.js';
import { hasJoinerSigned, isBeforeFreeze, isInSilentWindow, type Solve } from './judge.js';
import { releaseBy } from './quorum.js';
import { freezeOf, liveWants, timerOf } from './rounds.js';
import { rosterAfter } from './seats.js';
import { type OpenSlot, type Standing, spelledOut } from './settle.js';
import { newestConstraints, snapshotOf } from './snapshot.js';
import type { Spelled } from './tally.js';
import { earlierTwin, solveTwin } from './twins.js';
import { changeKey, snapshotHash } from './value.js';

/** Why a proposer is silent; for `settlement show`. */
export type NoProposal =
  /** Another centre proposes, or this one already did, or it has skipped or released. */
  | 'NOT_OURS'
  /** Nobody wants the slot (R5). */
  | 'IDLE'
  /** The timer of the round has ended: the others are skipping it. */
  | 'TOO_LATE'
  /** The value to be carried is not held yet. */
  | 'VALUE_UNKNOWN'
  /** An earlier round is neither notarised nor null in what we hold. */
  | 'UNJUSTIFIED'
  /** The instant in force, or the one that the solver gives, is frozen (R7). */
  | 'FROZEN'
  /** Constraints of some members are awaited until half of the timer is over. */
  | 'CONSTRAINTS'
  /** No instant suits everybody. */
  | 'INFEASIBLE'
  /** The problem of the snapshot was refused. */
  | 'REFUSED'
  /** The best instant is the one in force: to move to it would change nothing. */
  | 'UNCHANGED'
  /** The best instant lies outside the window of a silent member (R2 e). */
  | 'WINDOW'
  /** The own operator has rejected the best instant; to propose it would only cost a round. */
  | 'REJECTED'
  /** Only a change of seats is asked for, and it cannot be proposed: unsigned by the joiner, or rejected here. */
  | 'CHANGE_WAITS';

export type Proposing =
  | { readonly kind: 'propose'; readonly body: Extract<BallotBody, { readonly kind: 'propose' }> }
  | { readonly kind: 'nothing'; readonly because: NoProposal };

/** What this node proposes now, if it is its turn (R2, R5, R7). */
export function proposing(docket: Docket, standing: Standing, solve: Solve): Proposing {
  const slot = standing.open;
  const round = slot?.open;
  if (!slot || !round || !isOurTurn(docket, standing)) return nothing('NOT_OURS');
  if (!round.start || docket.now < round.start.at) return nothing('IDLE');
  if (round.timerEndsAt !== undefined && docket.now >= round.timerEndsAt) return nothing('TOO_LATE');
  const [carried] = round.basis.carried;
  if (carried !== undefined) {
    const known = spelledOut(slot.tally, carried);
    return known ? carry(docket, standing, slot, known) : nothing('VALUE_UNKNOWN');
  }
  if (!round.basis.fresh) return nothing('UNJUSTIFIED');
  const { charter } = standing;
  if (docket.now < freezeOf(charter, standing.at)) {
    const wants = liveWants(docket.wants, charter, slot.slot, round.round);
    const change = wantedChange(docket, standing, slot, wants);
    if (change) return say(slot, round.round, { kind: 'change', change }, [], wholeSeconds(docket.now));
    // Who asks for another seat has not asked for another instant.
    if (wants.length > 0 && wants.every((want) => want.change)) return nothing('CHANGE_WAITS');
    return amend(docket, standing, slot, solve);
  }
  if (releaseBy(charter.n, charter.q) === 'self') return nothing('FROZEN');
  return say(slot, round.round, { kind: 'seal' }, [], wholeSeconds(docket.now));
}

/** When the proposer stops waiting for the constraints of silent members: half of the round's timer. */
export function patienceOf(standing: Standing): Instant | undefined {
  const round = standing.open?.open;
  if (!round?.start) return undefined;
  return after(round.start.at, Math.floor(timerOf(standing.charter.terms.roundMs, round.round) / 2));
}

function isOurTurn(docket: Docket, standing: Standing): boolean {
  const slot = standing.open;
  const round = slot?.open;
  if (!slot || round?.proposer !== docket.self || hasReleased(docket)) return false;
  const spoken = [...heldOf(docket.ballots, 'propose'), ...heldOf(docket.ballots, 'skip')];
  return !spoken.some(
    ({ ballot }) =>
      ballot.author === docket.self &&
      ballot.charter === standing.charter.id &&
      ballot.body.slot === slot.slot &&
      ballot.body.round === round.round,
  );
}

/**
 * The change that was asked for first, of those that could be voted for. To propose is not to agree: the wish of one
 * member is put before all, unless our own operator has rejected it.
 */
function wantedChange(
  docket: Docket,
  standing: Standing,
  { slot }: OpenSlot,
  wants: readonly Want[],
): SeatChange | undefined {
  const { charter } = standing;
  return wants
    .flatMap(({ change, heldAt }) => (change ? [{ change, heldAt, key: changeKey(change) }] : []))
    .sort((left, right) => left.heldAt - right.heldAt || byText(left.key, right.key))
    .find(
      ({ change, key }) =>
        docket.seatOrders.get(key) !== 'reject' &&
        rosterAfter(charter.terms, charter, change, slot) &&
        hasJoinerSigned(docket, standing, change),
    )?.change;
}

function carry(docket: Docket, standing: Standing, slot: OpenSlot, known: Spelled): Proposing {
  const { charter, at } = standing;
  const { value, proposal } = known;
  // With q = n nobody commits any more from then on (R3), so a round more would be noise.
  const end = value.kind === 'amend' ? Math.min(at, value.at) : at;
  if (releaseBy(charter.n, charter.q) === 'self' && docket.now >= end) return nothing('FROZEN');
  const first = proposal && heldById(docket.ballots, proposal, 'propose')?.ballot.body;
  const preparedAt = first?.preparedAt ?? wholeSeconds(docket.now);
  return say(slot, slot.open?.round ?? 0, value, first?.snapshot ?? [], preparedAt);
}

function amend(docket: Docket, standing: Standing, slot: OpenSlot, solve: Solve): Proposing {
  const { charter } = standing;
  const constraints = newestConstraints(docket, charter);
  if (constraints.size < charter.n && docket.now < (patienceOf(standing) ?? docket.now))
    return nothing('CONSTRAINTS');
  const preparedAt = wholeSeconds(docket.now);
  const question = {
    caseId: docket.caseId,
    terms: charter.terms,
    roster: charter.roster,
    slot: slot.slot,
    preparedAt,
    constraints: [...constraints.values()].map(({ ballot }) => ballot),
  };
  // A case of the same defect is public earlier: its instant is the one to propose, whatever would be best here.
  const earlier = earlierTwin(docket, standing);
  const answer = earlier === undefined ? solve(question) : solveTwin(solve, question, earlier);
  if (!answer.ok) return nothing(answer.fault.code === 'SCHEDULE_INFEASIBLE' ? 'INFEASIBLE' : 'REFUSED');
  const { at, inputHash } = answer.value;
  if (at === standing.at) return nothing('UNCHANGED');
  if (!isBeforeFreeze(docket, standing, at)) return nothing('FROZEN');
  if (!isInSilentWindow(charter, constraints.size, at)) return nothing('WINDOW');
  if (isRejected(docket, at)) return nothing('REJECTED');
  const snapshot = snapshotOf(constraints.values());
  const value = { kind: 'amend', at, snapshot: snapshotHash(snapshot), inputHash } as const;
  return say(slot, slot.open?.round ?? 0, value, snapshot, preparedAt);
}

function isRejected(docket: Docket, at: Instant): boolean {
  const rejectedAt = docket.rejections.get(at);
  return rejectedAt !== undefined && !((docket.approvals.get(at) ?? rejectedAt) > rejectedAt);
}

function say(
  slot: OpenSlot,
  round: number,
  value: SettlementValue,
  snapshot: Extract<BallotBody, { readonly kind: 'propose' }>['snapshot'],
  preparedAt: Instant,
): Proposing {
  return { kind: 'propose', body: { kind: 'propose', slot: slot.slot, round, value, snapshot, preparedAt } };
}

function wholeSeconds(at: Instant): Instant {
  return (Math.floor(at / 1_000) * 1_000) as Instant;
}

function nothing(because: NoProposal): Proposing {
  return { kind: 'nothing', because };
}
