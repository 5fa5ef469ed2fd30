/**
 * May these details go to that node? Checked before anything is sealed (DESIGN §5.1).
 *
 * The author of the details decides for itself. Anybody else passes them on only as far as the author's onward
 * rule and the TLP label go: AMBER+STRICT and RED never reach a third organisation without the author's recorded
 * consent, and an author who said "nobody" has refused consent in advance.
 */
import type { Details } from '../case/case.js';
import { type Outcome, ok, refuse } from '../fault.js';
import type { NodeId } from '../ids.js';

/**
 * @param consent the recorded words of the details' author for this one disclosure; empty where there are none.
 * Faults: TLP_FORBIDS, with the label or the rule as its place.
 */
export function mayPassOn(details: Details, self: NodeId, to: NodeId, consent: string): Outcome<true> {
  if (details.from === self || details.from === to) return ok(true);
  if (details.onward === 'nobody') return refuse('TLP_FORBIDS', { where: 'onward nobody' });
  if (consent !== '') return ok(true);
  if (details.onward === 'ask') return refuse('TLP_FORBIDS', { where: 'onward ask' });
  if (details.tlp === 'AMBER+STRICT' || details.tlp === 'RED')
    return refuse('TLP_FORBIDS', { where: details.tlp });
  return ok(true);
}
