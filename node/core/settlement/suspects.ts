/**
 * Values that this node may have committed to and forgotten (R9). A commit of ours rests on a Notar; with q = n that
 * is a vote of every member, so whoever is correct among them reports a vote for that value. A liar can hide our
 * commit, but not the votes of all the others.
 */
import type { Ballot } from './ballot.js';
import type { Docket } from './docket.js';
import type { RoundTally } from './tally.js';

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
