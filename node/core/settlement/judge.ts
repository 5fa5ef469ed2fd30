/**
 * May this node vote for a proposal (R2)? One rule after another, each with its own refusal.
 */
import type { Hash } from '../bytes.js';
import { type Outcome, ok, refuse, unreachable } from '../fault.js';
import type { CaseId, NodeId } from '../ids.js';
import { HOUR, type Instant, type Millis } from '../time.js';
import type { CharterTerms, SeatChange } from './ballot.js';
import type { CharterInForce } from './charter.js';
import { type BallotOf, type Docket, type Held, heldOf } from './docket.js';
import { releaseBy } from './quorum.js';
import { freezeOf, proposerOf } from './rounds.js';
import { rosterAfter } from './seats.js';
import { type Standing, standingOf } from './settle.js';
import { newestConstraints, readSnapshot } from './snapshot.js';
import { isTwinInstant, solveTwin } from './twins.js';
import { changeKey, snapshotHash, valueHash } from './value.js';

/** Everything that the instant of one problem follows from (DESIGN §6). */
export interface SolveQuestion {
  readonly caseId: CaseId;
  readonly terms: CharterTerms;
  /** Of this slot, in its order: the places of the members in the document. */
  readonly roster: readonly NodeId[];
  readonly slot: number;
  /** Whole seconds. */
  readonly preparedAt: Instant;
  /** At most one per member, in any order; members without one are silent. */
  readonly constraints: readonly BallotOf<'constraint'>[];
}

/**
 * The deterministic solver. Equal questions give equal answers on every node. With `only` that instant is the answer,
 * if it violates nothing hard, and costs do not matter.
 * Faults: CONSTRAINT_INVALID, SCHEDULE_REFUSED, SCHEDULE_INFEASIBLE.
 */
export type Solve = (
  question: SolveQuestion,
  only?: Instant,
) => Outcome<{ readonly at: Instant; readonly inputHash: Hash }>;

/** How far `preparedAt` may be from the clock of a voter when the proposal reaches it. */
const PREPARED_WITHIN_MS: Millis = HOUR;

/**
 * Judges a held proposal for the open round.
 *
 * Faults, in this order: CHARTER_ABSENT, BALLOT_CHARTER, BALLOT_SLOT (another slot or round than the open one),
 * PROPOSAL_PROPOSER, PROPOSAL_UNJUSTIFIED (a); a carried value is then accepted, for it was checked when it was
 * fresh; a fresh seal: PROPOSAL_SEAL; a fresh amendment: PROPOSAL_FROZEN (b), PROPOSAL_CLOCK, PROPOSAL_SNAPSHOT
 * (c), PROPOSAL_ANSWER and those of {@link Solve} (d), PROPOSAL_WINDOW (e), PROPOSAL_UNAPPROVED (f); a fresh change of
 * seats: PROPOSAL_FROZEN (b), PROPOSAL_SEATS, PROPOSAL_SNAPSHOT, PROPOSAL_JOINER, PROPOSAL_UNAPPROVED (f).
 */
export function judgeProposal(
  docket: Docket,
  proposal: Held<'propose'>,
  solve: Solve,
  standing: Standing | undefined = standingOf(docket),
): Outcome<'vote'> {
  if (!standing) return refuse('CHARTER_ABSENT');
  const { charter } = standing;
  const { author, body, charter: under } = proposal.ballot;
  if (under !== charter.id) return refuse('BALLOT_CHARTER');
  const round = standing.open?.open;
  if (!round || body.slot !== standing.open?.slot || body.round !== round.round)
    return refuse('BALLOT_SLOT', { held: round?.round ?? 0, offered: body.round });
  if (author !== proposerOf(charter.roster, body.slot, body.round))
    return refuse('PROPOSAL_PROPOSER', { where: author });
  if (round.basis.carried.includes(valueHash(body.value))) return ok('vote');
  if (!round.basis.fresh) return refuse('PROPOSAL_UNJUSTIFIED', { offered: body.round });
  switch (body.value.kind) {
    case 'seal':
      return judgeSeal(docket, standing);
    case 'change':
      return judgeChange(docket, standing, proposal, body.value.change);
    case 'amend':
      return judgeAmendment(docket, standing, proposal, solve);
    default:
      return unreachable(body.value);
  }
}

/** Does the operator, or the recorded policy, agree to this instant (R2 f)? */
export function isApproved(docket: Docket, charter: CharterInForce, at: Instant): boolean {
  const rejectedAt = docket.rejections.get(at);
  const approvedAt = docket.approvals.get(at);
  const constrainedAt = newestConstraints(docket, charter).get(docket.self)?.heldAt;
  const isNamed =
    approvedAt !== undefined &&
    (rejectedAt === undefined || approvedAt > rejectedAt) &&
    (constrainedAt === undefined || approvedAt >= constrainedAt);
  return isNamed || (docket.autoAccept && rejectedAt === undefined);
}

/** (b): the freeze of the instant in force and of the proposed one both lie ahead (R7). */
export function isBeforeFreeze(docket: Docket, standing: Standing, at: Instant): boolean {
  const { charter } = standing;
  return docket.now < freezeOf(charter, standing.at) && docket.now < freezeOf(charter, at);
}

/**
 * (e) for members without a constraint: the charter's window stands for theirs. The windows of the others are
 * hard constraints of the problem itself, so (d) has checked them.
 */
export function isInSilentWindow(charter: CharterInForce, constraints: number, at: Instant): boolean {
  const { notBefore, notAfter } = charter.terms.window;
  return constraints === charter.n || (at >= notBefore && at <= notAfter);
}

function judgeSeal(docket: Docket, standing: Standing): Outcome<'vote'> {
  const { charter } = standing;
  const isDue = releaseBy(charter.n, charter.q) === 'seal' && docket.now >= freezeOf(charter, standing.at);
  return isDue ? ok('vote') : refuse('PROPOSAL_SEAL');
}

/**
 * R12: it keeps the instant in force, so (c) to (e) ask nothing. It takes a person: who is to be told the details, and
 * who is to be outvoted, is no matter of policy.
 */
function judgeChange(
  docket: Docket,
  standing: Standing,
  { ballot }: Held<'propose'>,
  change: SeatChange,
): Outcome<'vote'> {
  const { charter } = standing;
  const { slot, snapshot } = ballot.body;
  if (!isBeforeFreeze(docket, standing, standing.at)) return refuse('PROPOSAL_FROZEN');
  if (!rosterAfter(charter.terms, charter, change, slot))
    return refuse('PROPOSAL_SEATS', { where: change.kind });
  if (snapshot.length > 0) return refuse('PROPOSAL_SNAPSHOT', { held: 0, offered: snapshot.length });
  if (!hasJoinerSigned(docket, standing, change)) return refuse('PROPOSAL_JOINER', { held: standing.epoch });
  return docket.seatOrders.get(changeKey(change)) === 'agree' ? ok('vote') : refuse('PROPOSAL_UNAPPROVED');
}

/** A joiner has agreed to this very charter and epoch; any other change needs nobody's signature. */
export function hasJoinerSigned(docket: Docket, { charter, epoch }: Standing, change: SeatChange): boolean {
  return (
    change.kind !== 'join' ||
    heldOf(docket.ballots, 'charter_join').some(
      ({ ballot }) =>
        ballot.author === change.member.node && ballot.charter === charter.id && ballot.body.epoch === epoch,
    )
  );
}

function judgeAmendment(
  docket: Docket,
  standing: Standing,
  proposal: Held<'propose'>,
  solve: Solve,
): Outcome<'vote'> {
  const { charter } = standing;
  const { slot, preparedAt, snapshot, value } = proposal.ballot.body;
  if (value.kind !== 'amend') return refuse('PROPOSAL_SEAL');
  if (!isBeforeFreeze(docket, standing, value.at)) return refuse('PROPOSAL_FROZEN');
  // Against the clock at which the proposal came, not now: an operator may take longer than an hour to approve.
  if (preparedAt % 1_000 !== 0 || Math.abs(preparedAt - proposal.heldAt) > PREPARED_WITHIN_MS)
    return refuse('PROPOSAL_CLOCK', { held: proposal.heldAt, offered: preparedAt });
  const constraints = readSnapshot(docket, charter, snapshot);
  if (!constraints.ok) return constraints;
  if (snapshotHash(snapshot) !== value.snapshot) return refuse('PROPOSAL_SNAPSHOT', { where: 'hash' });
  const { caseId } = docket;
  const { terms, roster } = charter;
  const question = { caseId, terms, roster, slot, preparedAt, constraints: constraints.value };
  const answer = isTwinInstant(docket, standing, value.at)
    ? solveTwin(solve, question, value.at)
    : solve(question);
  if (!answer.ok) return answer;
  if (answer.value.at !== value.at || answer.value.inputHash !== value.inputHash)
    return refuse('PROPOSAL_ANSWER', { held: answer.value.at, offered: value.at });
  if (!isInSilentWindow(charter, constraints.value.length, value.at)) return refuse('PROPOSAL_WINDOW');
  return isApproved(docket, charter, value.at) ? ok('vote') : refuse('PROPOSAL_UNAPPROVED');
}
