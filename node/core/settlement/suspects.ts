/**
 * Values that this node may have committed to and forgotten (R9). A commit of ours rests on a Notar; with q = n that
 * is a vote of every member, so whoever is correct among them reports a vote for that value. A liar can hide our
 * commit, but not the votes of all the others.
 */
import type { BallotId } from '../ids.js';
import type { Ballot } from './ballot.js';
import { type Docket, heldOf } from './docket.js';
import type { RoundTally } from './tally.js';

/**
 * Which votes count so. Those that were told after a loss that we know of count for good. But the guard may have been
 * put back together with the store, and then a start seems clean: so after every start all votes count until all others
 * have answered and none of them held a word of ours that we lack. One answer then is enough to release by P2 and P3: a
 * commit that we forgot rested on the vote of whoever answered.
 *
 * @param told votes reported after a known loss.
 * @param isWhole all other members have answered in this life.
 * @see docs/SETTLEMENT.md, Theorem 5 and race 16
 */
export function suspectsOf(
  ballots: Docket['ballots'],
  told: ReadonlySet<BallotId>,
  isWhole: boolean,
): ReadonlySet<BallotId> {
  if (isWhole) return told;
  return new Set([...told, ...heldOf(ballots, 'vote').map(({ ballot }) => ballot.id)]);
}

/**
 * Whether this vote counts as a commit of ours. Not where we skipped the round: Commit xor Skip holds in every life.
 */
export function isSuspect(docket: Docket, round: RoundTally, { id, body }: Ballot): boolean {
  return body.kind === 'vote' && docket.suspects.has(id) && !hasSkipped(docket, round);
}

/** Whether this node may have committed in this round (R4). */
export function mayHaveCommitted(docket: Docket, round: RoundTally): boolean {
  return round.statements.some(({ ballot }) => isSuspect(docket, round, ballot));
}

function hasSkipped({ self }: Docket, { statements }: RoundTally): boolean {
  return statements.some(({ ballot }) => ballot.author === self && ballot.body.kind === 'skip');
}
