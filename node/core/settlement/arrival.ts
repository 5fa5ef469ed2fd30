/**
 * May an arriving ballot enter the pool? Only what no later arrival can change is asked here: a ballot that is too
 * early, too late or contradicts another one still enters, for the pool is a set and everything is derived from it.
 */
import { type Outcome, ok, refuse } from '../fault.js';
import type { BallotId, NodeId } from '../ids.js';
import { LIMITS } from '../limits.js';
import { type Ballot, type BallotBody, ballotKey } from './ballot.js';
import { charterInForce, judgeCharter } from './charter.js';
import { type BallotOf, type Docket, heldById } from './docket.js';
import { proposerOf } from './rounds.js';
import { wasSeated } from './seats.js';
import { charterNow, rosterAt, standingOf } from './settle.js';
import { checkTerms } from './terms.js';

export interface Admission {
  /** Ballots of the same author that cannot stand beside this one: evidence (R11), to be alarmed and relayed. */
  readonly conflicts: readonly BallotId[];
}

/** Is this text a valid SCHED/1 fragment? Faults: CONSTRAINT_INVALID. */
export type CheckFragment = (fragment: string) => Outcome<unknown>;

/**
 * Judges one ballot whose signature held; an own one is never asked.
 *
 * Faults: CASE_UNKNOWN (another case), CHARTER_ROSTER (author not on the roster that it speaks under, or a charter not
 * by its lead), CHARTER_INVALID, CASE_WAITING (its charter has not arrived), BALLOT_CHARTER (another charter is in
 * force, or another version than its body's), LIMIT_EXCEEDED (slot, round, sequence), PROPOSAL_PROPOSER,
 * CONSTRAINT_INVALID, BALLOT_CONFLICT (one contradiction too many under one key), CASE_FULL.
 */
export function judgeArrival(
  docket: Docket,
  ballot: Ballot,
  checkFragment: CheckFragment,
): Outcome<Admission> {
  if (ballot.caseId !== docket.caseId) return refuse('CASE_UNKNOWN');
  if (docket.ballots.has(ballot.id)) return ok({ conflicts: [] });
  const place = isCharter(ballot) ? judgeCharterBody(ballot) : judgePlace(docket, ballot);
  if (!place.ok) return place;
  if (ballot.body.kind === 'constraint') {
    const fragment = checkFragment(ballot.body.fragment);
    if (!fragment.ok) return fragment;
  }
  const held = [...docket.ballots.values()].filter((other) => other.ballot.author === ballot.author);
  if (held.length >= LIMITS.ballotsPerMember.most)
    return refuse('CASE_FULL', { where: ballot.author, most: LIMITS.ballotsPerMember.most });
  return judgeConflicts(docket, ballot);
}

/** May the operator of this node be asked to sign this charter? See {@link judgeCharter}. */
export function isSignable(docket: Docket, id: BallotId): boolean {
  const held = heldById(docket.ballots, id, 'charter');
  return held !== undefined && judgeCharter(docket, held.ballot).ok;
}

function judgeCharterBody(ballot: BallotOf<'charter'>): Outcome<unknown> {
  const { version, terms } = ballot.body;
  if (ballot.author !== terms.lead) return refuse('CHARTER_ROSTER', { where: ballot.author });
  if (!isPlace(version, 1, LIMITS.slotsPerCase.most)) return refuse('CHARTER_INVALID', { where: 'version' });
  return checkTerms(terms);
}

function judgePlace(docket: Docket, ballot: Ballot): Outcome<unknown> {
  const charter = ballot.charter && heldById(docket.ballots, ballot.charter, 'charter');
  if (!charter) return refuse('CASE_WAITING', { where: ballot.charter ?? 'charter' });
  const { version, terms } = charter.ballot.body;
  const roster = terms.roster.map(({ node }) => node);
  const { body } = ballot;
  if (!roster.includes(ballot.author) && !mayJoinIn(docket, ballot))
    return refuse('CHARTER_ROSTER', { where: ballot.author });
  if (body.kind === 'charter_sign' || body.kind === 'charter_refuse')
    return body.version === version
      ? ok(body)
      : refuse('BALLOT_CHARTER', { offered: body.version, held: version });
  const inForce = charterInForce(docket);
  if (inForce && inForce.id !== ballot.charter)
    return refuse('BALLOT_CHARTER', { where: ballot.charter ?? '' });
  if (body.kind === 'charter_join')
    return isPlace(body.epoch, 0, LIMITS.slotsPerCase.most)
      ? ok(body)
      : refuse('LIMIT_EXCEEDED', { where: 'epoch' });
  if (body.kind === 'constraint')
    return isPlace(body.sequence, 0, Number.MAX_SAFE_INTEGER)
      ? ok(body)
      : refuse('LIMIT_EXCEEDED', { where: 'sequence' });
  if (!isKeyed(body)) return ok(body);
  if (!isPlace(body.slot, 1, LIMITS.slotsPerCase.most)) return refuse('LIMIT_EXCEEDED', { where: 'slot' });
  if (!isPlace(body.round, 0, LIMITS.roundsPerSlot.most - 1))
    return refuse('LIMIT_EXCEEDED', { where: 'round' });
  if (body.kind !== 'propose') return ok(body);
  if (body.snapshot.length > LIMITS.rosterEntries.most)
    return refuse('PROPOSAL_SNAPSHOT', { held: body.snapshot.length });
  return ballot.author === proposerOf(roster, body.slot, body.round)
    ? ok(body)
    : judgeTurn(docket, ballot.author, body);
}

/** A centre that the charter does not name: one that a decision seated, or that agrees to be seated (R12). */
function mayJoinIn(docket: Docket, { author, body }: Ballot): boolean {
  if (body.kind === 'charter_join') return true;
  const charter = charterNow(docket);
  return charter !== undefined && wasSeated(charter, author);
}

/** Seats have changed, or it is not the author's turn. Whose turn it is in a later slot is not known yet. */
function judgeTurn(
  docket: Docket,
  author: NodeId,
  body: Extract<BallotBody, { readonly kind: 'propose' }>,
): Outcome<unknown> {
  const standing = standingOf(docket);
  // Slot 1 has the roster of the charter, whoever looks at it.
  const isAhead = standing === undefined ? body.slot > 1 : body.slot > (standing.open?.slot ?? body.slot);
  if (isAhead) return refuse('CASE_WAITING', { held: body.slot });
  const roster = standing && rosterAt(standing, body.slot);
  return roster && author === proposerOf(roster, body.slot, body.round)
    ? ok(body)
    : refuse('PROPOSAL_PROPOSER', { where: author });
}

/**
 * A contradiction enters, for it is evidence and may be part of a certificate that others hold. Beyond a bound only
 * those enter whose value another member names too: the rest could serve no certificate.
 */
function judgeConflicts(docket: Docket, ballot: Ballot): Outcome<Admission> {
  const key = ballotKey(ballot.caseId, ballot.charter, ballot.body);
  if (key === undefined) return ok({ conflicts: [] });
  const opposite = key.replace(/\/(commit|skip)$/, (_, kind) => (kind === 'commit' ? '/skip' : '/commit'));
  const conflicts: BallotId[] = [];
  let same = 0;
  let isShared = false;
  for (const { ballot: other } of docket.ballots.values()) {
    const otherKey = ballotKey(other.caseId, other.charter, other.body);
    if (other.author !== ballot.author) {
      isShared ||= otherKey === key && sameValue(other.body, ballot.body);
      continue;
    }
    if (otherKey !== key && otherKey !== opposite) continue;
    conflicts.push(other.id);
    if (otherKey === key) same++;
  }
  return same >= LIMITS.ballotsPerKey.most && !isShared
    ? refuse('BALLOT_CONFLICT', { where: ballot.author, most: LIMITS.ballotsPerKey.most })
    : ok({ conflicts: conflicts.sort() });
}

function sameValue(left: BallotBody, right: BallotBody): boolean {
  return 'value' in left && 'value' in right && left.value === right.value;
}

function isCharter(ballot: Ballot): ballot is BallotOf<'charter'> {
  return ballot.body.kind === 'charter';
}

function isKeyed(
  body: BallotBody,
): body is Extract<BallotBody, { readonly kind: 'propose' | 'vote' | 'commit' | 'skip' }> {
  return 'slot' in body;
}

function isPlace(place: number, least: number, most: number): boolean {
  return Number.isSafeInteger(place) && place >= least && place <= most;
}
