/**
 * Ballots and wishes enter the chamber of a case: sets that only grow, so the order of hearing does not matter.
 */
import type { NodeId } from '../ids.js';
import type { Ballot } from '../settlement/ballot.js';
import type { Want } from '../settlement/docket.js';
import { changeKey } from '../settlement/value.js';
import type { State } from '../state.js';
import type { Instant } from '../time.js';
import { type Case, type Chamber, withEntry, withMember } from './case.js';
import { charterOf } from './chamber.js';

/**
 * Adds a ballot whose signature held. `seenWith` is the other node in the conversation: whom we told, or who told us.
 * An author whose ballot came by others is not among those: it may have forgotten it (R9).
 */
export function admitBallot(held: Case, ballot: Ballot, seenWith: NodeId, at: Instant): Case {
  const { chamber } = held;
  const first = chamber.ballots.get(ballot.id);
  const ballots =
    first !== undefined && first.heldAt <= at
      ? chamber.ballots
      : withEntry(chamber.ballots, ballot.id, { ballot, heldAt: at });
  const seen = withMember(chamber.known.get(ballot.id) ?? new Set<NodeId>(), seenWith);
  return { ...held, chamber: { ...chamber, ballots, known: withEntry(chamber.known, ballot.id, seen) } };
}

/** A member asks for an amendment in this slot and round (R5); the first asking counts. */
export function admitWant(held: Case, want: Want): Case {
  const asked = want.change === undefined ? '' : `/${changeKey(want.change)}`;
  const key = `${want.by}/${want.slot}/${want.round}${asked}`;
  const first = held.chamber.wants.get(key);
  if (first !== undefined && first.heldAt <= want.heldAt) return held;
  return withChamber(held, { wants: withEntry(held.chamber.wants, key, want) });
}

/** The same case with some of its chamber replaced. */
export function withChamber(held: Case, change: Partial<Chamber>): Case {
  return { ...held, chamber: { ...held.chamber, ...change } };
}

/** Everybody whom a charter by the first lead names, and whom a decision seated later (R12). */
export function rosterOf(state: State, held: Case): ReadonlySet<NodeId> {
  const named = new Set<NodeId>([held.origin]);
  const charter = charterOf(state, held);
  for (const node of [...(charter?.roster ?? []), ...(charter?.former ?? [])]) named.add(node);
  for (const { ballot } of held.chamber.ballots.values()) {
    if (ballot.body.kind !== 'charter' || ballot.author !== held.origin) continue;
    for (const member of ballot.body.terms.roster) named.add(member.node);
  }
  return named;
}
