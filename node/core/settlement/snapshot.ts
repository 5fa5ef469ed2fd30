/**
 * Which constraints a proposal rests on (R2 c, DESIGN §6).
 */
import { byText } from '../bytes.js';
import { type Outcome, ok, refuse } from '../fault.js';
import type { BallotId, NodeId } from '../ids.js';
import type { CharterInForce } from './charter.js';
import type { BallotOf } from './docket.js';
import { type Docket, type Held, heldById, heldOf } from './docket.js';
import { isAscending } from './value.js';

/**
 * The newest constraint of each member that has sent one: the highest sequence, and of two under one sequence
 * (evidence against their author) the one with the lesser id.
 */
export function newestConstraints(
  docket: Docket,
  charter: CharterInForce,
): ReadonlyMap<NodeId, Held<'constraint'>> {
  const newest = new Map<NodeId, Held<'constraint'>>();
  // heldOf goes by ascending id, so an equal sequence later on has the greater id and does not replace.
  for (const held of heldOf(docket.ballots, 'constraint')) {
    const { author, charter: under, body } = held.ballot;
    if (under !== charter.id || !charter.roster.includes(author)) continue;
    const known = newest.get(author);
    if (!known || known.ballot.body.sequence < body.sequence) newest.set(author, held);
  }
  return newest;
}

/** The snapshot that this node would propose: ids ascending. */
export function snapshotOf(constraints: Iterable<Held<'constraint'>>): readonly BallotId[] {
  return [...constraints].map(({ ballot }) => ballot.id).sort(byText);
}

/**
 * The constraints of a snapshot, if it is at least as new as what this node holds of every member (R2 c).
 * Faults: PROPOSAL_SNAPSHOT (not ascending, one not held, two of one member, or an older one than ours).
 */
export function readSnapshot(
  docket: Docket,
  charter: CharterInForce,
  ids: readonly BallotId[],
): Outcome<readonly BallotOf<'constraint'>[]> {
  if (!isAscending(ids)) return refuse('PROPOSAL_SNAPSHOT', { where: 'order' });
  const named = new Map<NodeId, BallotOf<'constraint'>>();
  for (const id of ids) {
    const ballot = heldById(docket.ballots, id, 'constraint')?.ballot;
    const isOurs = ballot && ballot.charter === charter.id && charter.roster.includes(ballot.author);
    if (!isOurs || named.has(ballot.author)) return refuse('PROPOSAL_SNAPSHOT', { where: id });
    named.set(ballot.author, ballot);
  }
  for (const [member, { ballot }] of newestConstraints(docket, charter)) {
    const offered = named.get(member)?.body.sequence;
    if (offered === undefined || offered < ballot.body.sequence)
      return refuse('PROPOSAL_SNAPSHOT', {
        where: member,
        held: ballot.body.sequence,
        offered: offered ?? 0,
      });
  }
  return ok([...named.values()]);
}
