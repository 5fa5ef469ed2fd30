/** What a statement or an order makes of a case: the case as it is now, and what is to be said. */
import type { Effect } from '../effect.js';
import type { NodeId } from '../ids.js';
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

/** A statement about this case, under its label. */
export function tell(held: Case, to: NodeId, body: SpokenBody): Effect {
  return { kind: 'say', draft: { to, caseId: held.id, tlp: held.tlp, body } };
}
