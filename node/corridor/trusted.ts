/** Whose words are accepted, read off the registry: verified peers, and the persons who sign mail for some of them. */

import type { NodeId } from '../core/ids.js';
import { keysInForce } from '../core/registry/book.js';
import { isActive, type PersonKey } from '../core/registry/vendor.js';
import type { State } from '../core/state.js';
import type { Trusted } from '../ports.js';

/** What the sealer is to trust. */
export function trustedOf(state: State): ReadonlyMap<NodeId, Trusted> {
  const trusted = new Map<NodeId, Trusted>();
  const persons = personsOf(state);
  for (const [node, { card, standing, mail }] of state.peers)
    if (standing === 'verified')
      trusted.set(
        node,
        mail === undefined ? { card } : { card, byMail: true, persons: persons.get(node) ?? [] },
      );
  return trusted;
}

/** Did a key of a person come, go or change between the two? */
export function hasOtherPersons(before: State, now: State): boolean {
  if (before.contacts === now.contacts) return false;
  const [old, fresh] = [before, now].map((state) => [...personsOf(state).values()].flat());
  return old?.length !== fresh?.length || old?.some((key, at) => key !== fresh?.[at]) === true;
}

/** Keys of persons, by the node that stands for their organisation. */
function personsOf({ contacts }: State): ReadonlyMap<NodeId, readonly PersonKey[]> {
  const found = new Map<NodeId, readonly PersonKey[]>();
  for (const contact of contacts.values()) {
    const { node } = contact.entry;
    if (node !== undefined && contact.keys.length > 0 && isActive(contact))
      found.set(node, keysInForce(contact));
  }
  return found;
}
