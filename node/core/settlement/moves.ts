/**
 * What this node must say now and has not said (R1 to R7). Own ballots in the pool are facts; every move here is
 * one whose key is still free. The caller writes the moves, syncs, hears them itself and asks again, until nothing
 * is left: one move opens the way for the next.
 */
import type { Hash } from '../bytes.js';
import type { BallotBody, BallotDraft } from './ballot.js';
import { charterMoves } from './charter.js';
import { type Docket, hasReleased } from './docket.js';
import { judgeProposal, type Solve } from './judge.js';
import { proposing } from './propose.js';
import { releaseBy } from './quorum.js';
import { type OpenSlot, type Standing, spelledOut, standingOf } from './settle.js';
import { mayHaveCommitted } from './suspects.js';
import { type RoundTally, roundOf } from './tally.js';
import { valueHash } from './value.js';

/**
 * The drafts are to be sealed as they stand; none of them breaks R1 with another or with what was said.
 * @param solve runs only where a proposal is to be made or a fresh one to be judged.
 */
export function nextMoves(
  docket: Docket,
  solve: Solve,
  standing: Standing | undefined = standingOf(docket),
): readonly BallotDraft[] {
  if (docket.mutes.length > 0) return [];
  const slot = standing?.open;
  if (!standing || !slot) return charterMoves(docket);
  // Who was invited and who has left hears everything and says nothing (R12).
  if (!standing.charter.roster.includes(docket.self)) return [];
  const commits = commitMoves(docket, standing, slot);
  const proposal = proposing(docket, standing, solve);
  const proposals = proposal.kind === 'propose' ? [proposal.body] : [];
  const votes = voteMoves(docket, standing, slot, solve);
  // A vote goes before the skip of its round (R2), so the skip waits until the vote was heard.
  const skips = votes.length > 0 ? [] : skipMoves(docket, slot);
  return [...commits, ...proposals, ...votes, ...skips].map((body) => ({
    caseId: docket.caseId,
    charter: standing.charter.id,
    body,
  }));
}

/**
 * R3: commit on a stored Notar, unless we skipped that round or have released; with q = n only before both T_e and
 * T′, so that whoever releases at T_e knows that no certificate for another time can exist.
 */
function commitMoves(docket: Docket, standing: Standing, slot: OpenSlot): readonly BallotBody[] {
  // With trouble in the slot a commit could only add to it.
  if (hasReleased(docket) || standing.trouble !== undefined) return [];
  return slot.tally.flatMap((round): readonly BallotBody[] => {
    const value = soleNotar(round);
    if (value === undefined || round.nulled || hasSaid(docket, round, 'commit', 'skip')) return [];
    const known = spelledOut(slot.tally, value);
    if (!known) return [];
    const end = known.value.kind === 'amend' ? Math.min(standing.at, known.value.at) : standing.at;
    if (releaseBy(standing.charter.n, standing.charter.q) === 'self' && docket.now >= end) return [];
    return [{ kind: 'commit', slot: slot.slot, round: round.round, value }];
  });
}

/** Two Notars in one round prove that more than fS members lie; then nobody should commit to either. */
function soleNotar(round: RoundTally): Hash | undefined {
  return round.notars.length === 1 ? round.notars[0]?.value : undefined;
}

/** R2: at most once a round, not after Skip, for the first held proposal that passes. */
function voteMoves(docket: Docket, standing: Standing, slot: OpenSlot, solve: Solve): readonly BallotBody[] {
  if (!slot.open || hasReleased(docket) || standing.trouble !== undefined) return [];
  const round = roundOf(slot.tally, slot.open.round);
  if (hasSaid(docket, round, 'vote', 'skip')) return [];
  const accepted = round.proposals.find((held) => judgeProposal(docket, held, solve, standing).ok);
  if (!accepted) return [];
  const value = valueHash(accepted.ballot.body.value);
  return [{ kind: 'vote', slot: slot.slot, round: round.round, value }];
}

/**
 * R4: skip when the round's timer has ended, unless we committed in it. After a release too: a skip frees the
 * others from a round that this node will never vote in.
 */
function skipMoves(docket: Docket, slot: OpenSlot): readonly BallotBody[] {
  const ends = slot.open?.timerEndsAt;
  if (!slot.open || ends === undefined || docket.now < ends) return [];
  const round = roundOf(slot.tally, slot.open.round);
  if (hasSaid(docket, round, 'commit', 'skip') || mayHaveCommitted(docket, round)) return [];
  return [{ kind: 'skip', slot: slot.slot, round: round.round }];
}

function hasSaid(docket: Docket, round: RoundTally, ...kinds: readonly BallotBody['kind'][]): boolean {
  return round.statements.some(
    ({ ballot }) => ballot.author === docket.self && kinds.includes(ballot.body.kind),
  );
}
