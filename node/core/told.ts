/**
 * Votes that a peer told before its first answer since a loss of ours (R9): we may have committed to their values and
 * forgotten it. What was voted after that answer we know ourselves.
 *
 * A vote may be told and not yet be heard: its case is told by the lead, and the lead may answer last. So what waits
 * carries a mark with it, and a marked vote counts when it enters, however late. Both directions of a conversation
 * count, as `known` does: a peer that heard its own vote from us never says it to us again, but gives back our words.
 *
 * @see docs/SETTLEMENT.md, Theorem 5 and race 22
 */
import { withChamber } from './case/settle-words.js';
import type { BallotId, NodeId } from './ids.js';
import { hasAnswered, hasRestored, verifiedCentres } from './life.js';
import { LIMITS } from './limits.js';
import { type State, type Waiting, withCase } from './state.js';
import type { Statement } from './statement.js';

/** Everything that this peer has told so far counts as told before its answer. */
export function withSuspects(state: State, peer: NodeId): State {
  if (state.life.restored === undefined) return state;
  let marked: State = { ...state, waiting: state.waiting.map((one) => markedBy(one, peer)) };
  for (const held of state.cases.values()) {
    const told = [...held.chamber.ballots.values()].flatMap(({ ballot: { id, body } }) =>
      body.kind === 'vote' && held.chamber.known.get(id)?.has(peer) === true ? [id] : [],
    );
    if (told.length > 0) marked = withTold(marked, held.id, told);
  }
  return marked;
}

/** What waited has been heard: a vote that was told in time is a suspect from now on. */
export function withEntered(state: State, { isTold, statement }: Waiting): State {
  const vote = voteIn(statement);
  return isTold && vote !== undefined ? withTold(state, statement.caseId, [vote]) : state;
}

/**
 * May a ballot that waits still be a vote to count, or spell out the value of one? Then time does not end its waiting: its
 * case may be told late.
 */
export function isAwaited(state: State, { isTold, statement }: Waiting): boolean {
  if (statement.body.kind !== 'ballot' || state.life.incarnation === 0) return false;
  return isTold || verifiedCentres(state).some((peer) => !hasAnswered(state, peer));
}

/**
 * Whether words may build on what some centre has not told again since a loss of ours. Then none of them is dropped, for
 * it has our receipt and is never said again.
 */
export function isCatchingUp(state: State): boolean {
  return verifiedCentres(state).some((centre) => !hasRestored(state, centre));
}

/**
 * Whether so much of a peer waits after a loss of ours that no more of it is taken: what is not receipted stays owed to
 * us. It comes when other peers have told what its words build on.
 */
export function isCrowded(state: State, peer: NodeId): boolean {
  if (state.waiting.length < LIMITS.waitingRestored.most || !isCatchingUp(state)) return false;
  const ofPeer = state.waiting.filter(({ statement }) => statement.author === peer);
  return ofPeer.length >= LIMITS.waitingRestored.most;
}

function markedBy(one: Waiting, peer: NodeId): Waiting {
  const { author, recipient } = one.statement;
  return one.isTold || (author !== peer && recipient !== peer) ? one : { ...one, isTold: true };
}

function withTold(state: State, caseId: Statement['caseId'], votes: readonly BallotId[]): State {
  const held = caseId && state.cases.get(caseId);
  if (held === undefined) return state;
  return withCase(state, withChamber(held, { suspects: new Set([...held.chamber.suspects, ...votes]) }));
}

function voteIn({ body }: Statement): BallotId | undefined {
  return body.kind === 'ballot' && body.ballot.body.kind === 'vote' ? body.ballot.id : undefined;
}
