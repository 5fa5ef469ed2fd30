/** Who said anything about a case to us, and whose answer is missing: silence is told here and nowhere else (DESIGN §5.6). */
import type { NodeId } from '../ids.js';
import type { State } from '../state.js';
import type { Instant } from '../time.js';
import { isAsked } from './advance.js';
import type { Case } from './case.js';
import { raisedReplyBy } from './disclose.js';

/**
 * When each node was last heard about the case.
 *
 * @returns instants by the author's clock; of ballots, which travel over others, by ours. Whoever said nothing is not
 *   in it. One pass over the case, for hundreds may have been told.
 */
export function lastHeard(held: Case): ReadonlyMap<NodeId, Instant> {
  const known = heardIn.get(held);
  if (known !== undefined) return known;
  const heard = new Map(lastAnswers(held));
  for (const { by, at } of held.acknowledged.values()) hear(heard, by, at);
  heardIn.set(held, heard);
  return heard;
}

/** A case never changes, and after every arrival each of them is asked when its next timer ends. */
const heardIn = new WeakMap<Case, ReadonlyMap<NodeId, Instant>>();

/** The same without confirmations that the summary was read: those answer nothing, however often they come. */
export function lastAnswers(held: Case): ReadonlyMap<NodeId, Instant> {
  const heard = new Map<NodeId, Instant>();
  for (const [node, { stamp }] of held.reports) hear(heard, node, stamp.at);
  for (const [node, { stamp }] of held.remedies) hear(heard, node, stamp.at);
  for (const [node, { stamp }] of held.preferences) hear(heard, node, stamp.at);
  for (const { requester, at } of held.requests.values()) hear(heard, requester, at);
  for (const { from, at } of held.words.values()) hear(heard, from, at);
  // A centre that signs or refuses a charter has read the summary.
  for (const { ballot, heldAt } of held.chamber.ballots.values()) hear(heard, ballot.author, heldAt);
  return heard;
}

function hear(heard: Map<NodeId, Instant>, node: NodeId, at: Instant): void {
  if ((heard.get(node) ?? Number.NEGATIVE_INFINITY) < at) heard.set(node, at);
}

/**
 * Until when each of those who were told is to answer, and has not. A vendor answers by saying where it stands: that it
 * read the summary, or wrote a word, leaves its status open. While its request for details lies with us it waits for us,
 * and after our answer it has the least time that anybody is given. Of a centre any word is enough.
 *
 * @returns who is past that instant is silent; who answered, and who is asked nothing, is not in it.
 */
export function awaited(state: State, held: Case): ReadonlyMap<NodeId, Instant> {
  const heard = lastHeard(held);
  const decided = decidedRequests(held);
  const waiting = new Map<NodeId, Instant>();
  for (const [node, { replyBy }] of held.told) {
    const isVendor = state.peers.get(node)?.card.role === 'vendor';
    if (!isAsked(state, node) || (isVendor ? held.reports.has(node) : heard.has(node))) continue;
    const decidedAt = decided.get(node);
    if (decidedAt !== undefined) waiting.set(node, raisedReplyBy(decidedAt, replyBy));
    else if (!decided.has(node)) waiting.set(node, replyBy);
  }
  return waiting;
}

/** When each request for details was decided last; `undefined` where one is open. */
function decidedRequests(held: Case): ReadonlyMap<NodeId, Instant | undefined> {
  const decided = new Map<NodeId, Instant | undefined>();
  for (const { id, requester } of held.requests.values()) {
    const at = held.answers.get(id)?.at;
    const before = decided.get(requester);
    if (decided.has(requester) && before === undefined) continue;
    decided.set(requester, at === undefined || before === undefined || at > before ? at : before);
  }
  return decided;
}
