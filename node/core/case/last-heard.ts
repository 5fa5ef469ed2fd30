/** Who said anything about a case to us: silence is told from an answer here and nowhere else (DESIGN §5.6). */
import type { NodeId } from '../ids.js';
import type { Instant } from '../time.js';
import type { Case } from './case.js';

/**
 * When each node was last heard about the case.
 *
 * @returns instants by the author's clock; of ballots, which travel over others, by ours. Whoever said nothing is not
 *   in it. One pass over the case, for hundreds may have been told.
 */
export function lastHeard(held: Case): ReadonlyMap<NodeId, Instant> {
  const heard = new Map<NodeId, Instant>();
  const hear = (node: NodeId, at: Instant) => {
    if ((heard.get(node) ?? Number.NEGATIVE_INFINITY) < at) heard.set(node, at);
  };
  for (const [node, { stamp }] of held.reports) hear(node, stamp.at);
  for (const [node, { stamp }] of held.remedies) hear(node, stamp.at);
  for (const [node, { stamp }] of held.preferences) hear(node, stamp.at);
  for (const { requester, at } of held.requests.values()) hear(requester, at);
  for (const { by, at } of held.acknowledged.values()) hear(by, at);
  for (const { from, at } of held.words.values()) hear(from, at);
  // A centre that signs or refuses a charter has read the summary.
  for (const { ballot, heldAt } of held.chamber.ballots.values()) hear(ballot.author, heldAt);
  return heard;
}
