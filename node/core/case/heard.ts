/** What a statement or an order makes of a case: the case as it is now, and what is to be said. */
import type { Effect } from '../effect.js';
import { type Outcome, ok, refuse } from '../fault.js';
import type { NodeId } from '../ids.js';
import { LIMITS } from '../limits.js';
import type { SpokenBody } from '../statement.js';
import type { Case } from './case.js';

export interface Heard {
  readonly held: Case;
  readonly effects: readonly Effect[];
}

/** The case has changed, or not, and nothing is said about it. */
export function quiet(held: Case): Heard {
  return { held, effects: [] };
}

/**
 * May a peer say one more thing of a kind in a case? Counted peer by peer: one in a loop must not take the room of the
 * others, least of all that of a warning; and the count hangs on its own feed alone, whatever is heard in between.
 * Faults: CASE_FULL.
 * @param held what everybody said so far. @param by whose each of it is.
 */
export function roomFor<One>(
  author: NodeId,
  held: ReadonlyMap<unknown, One>,
  by: (one: One) => NodeId,
): Outcome<true> {
  const { most } = LIMITS.saidPerPeer;
  if (held.size < most) return ok(true);
  let said = 0;
  for (const one of held.values()) if (by(one) === author) said += 1;
  return said < most ? ok(true) : refuse('CASE_FULL', { where: author, most });
}

/** A statement about this case, under its label. */
export function tell(held: Case, to: NodeId, body: SpokenBody): Effect {
  return { kind: 'say', draft: { to, caseId: held.id, tlp: held.tlp, body } };
}
