/**
 * Who may speak about a case, and for whom: a valid signature says who somebody is, not what it may say
 * (FORMATS §12.7).
 */
import type { NodeId } from '../ids.js';
import type { State } from '../state.js';
import type { Case } from './case.js';
import { rosterOf } from './settle-words.js';

/** Who told us, whom we told or granted, who has or had a seat or is to get one, and vendors that a centre named. */
export function takesPart(state: State, held: Case, author: NodeId): boolean {
  return (
    author === held.origin ||
    author === held.from ||
    held.told.has(author) ||
    held.granted.has(author) ||
    isInvited(held, author) ||
    isListed(held, author) ||
    rosterOf(state, held).has(author)
  );
}

/** A vendor speaks for itself once it was told or granted; a centre of the roster relays for its vendors. */
export function maySpeakFor(state: State, held: Case, author: NodeId, vendor: NodeId): boolean {
  if (author === vendor) return held.told.has(vendor) || held.granted.has(vendor) || isListed(held, vendor);
  // Nobody speaks over a vendor that we told ourselves.
  if (held.told.has(vendor)) return false;
  return rosterOf(state, held).has(author) && state.peers.get(author)?.card.role === 'centre';
}

/** A centre that a member wants to have seated signs before it is (R12). */
function isInvited(held: Case, author: NodeId): boolean {
  return [...held.chamber.wants.values()].some(
    ({ change }) => change?.kind === 'join' && change.member.node === author,
  );
}

function isListed(held: Case, vendor: NodeId): boolean {
  return [...held.lists.values()].some((marks) => marks.some((mark) => mark.vendor === vendor));
}
