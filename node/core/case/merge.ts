/** What a merge asks for: in the later of two cases of one defect, the instant of the earlier one (DESIGN §5). */
import type { Effect } from '../effect.js';
import { freezeOf } from '../settlement/rounds.js';
import { standingOf } from '../settlement/settle.js';
import { type State, withCase } from '../state.js';
import type { Instant } from '../time.js';
import type { Case } from './case.js';
import { docketOf, otherMembers, twinCases } from './chamber.js';
import { tell } from './heard.js';
import { orSelf } from './obey-settling.js';

/**
 * A merge moves nothing by itself, so whoever orders it asks the members of the later case for an amendment (R5); a
 * proposer there then proposes the earlier instant.
 * @param held the case as it is after the order.
 * @returns nothing where this node has no seat, both instants are one, or it is too late to move.
 */
export function wishToFollow(state: State, held: Case, at: Instant): readonly Effect[] {
  const merged = withCase(state, held);
  return [held, ...twinCases(merged, held)].flatMap((one) => wishIn(merged, one, at));
}

function wishIn(state: State, held: Case, now: Instant): readonly Effect[] {
  const docket = docketOf(state, held, now);
  const standing = standingOf(docket);
  const slot = standing?.open;
  if (standing === undefined || slot?.open === undefined) return [];
  const { charter, at } = standing;
  const self = state.self.node;
  const isLater = docket.twins.some((twin) => twin.at !== undefined && twin.at < at);
  if (!isLater || !charter.roster.includes(self) || now >= freezeOf(charter, at)) return [];
  const wish = {
    kind: 'amend_request',
    slot: slot.slot,
    round: slot.open.round,
    why: 'merged with a case that is settled earlier',
    change: undefined,
  } as const;
  return orSelf(otherMembers(charter, self), self).map((node) => tell(held, node, wish));
}
