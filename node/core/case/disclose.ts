/**
 * What leaves the house by an operator's decision: the summary, the details, denials. Each is judged before it is
 * sealed: TLP, the onward rule, and whether a time exists (DESIGN §5.1, §7.2).
 */
import { mayPassOn } from '../disclosure/onward.js';
import { stricterTlp } from '../disclosure/tlp.js';
import type { Effect } from '../effect.js';
import { type Outcome, ok, refuse } from '../fault.js';
import type { NodeId } from '../ids.js';
import { isCentre, verifiedPeer } from '../registry/peers.js';
import type { State } from '../state.js';
import type { Order } from '../statement.js';
import { after, HOUR, type Instant } from '../time.js';
import type { Case } from './case.js';
import { charterOf, leadOf, ownModel, seatIn } from './chamber.js';
import { type Heard, tell } from './heard.js';
import { owedSummaries } from './owed-summaries.js';

/** Shortest time to answer that anybody may ask for (DESIGN §5.6). */
const LEAST_REPLY_MS = 72 * HOUR;

/** A reply-by under 72 hours after it was said is raised to that. */
export function raisedReplyBy(saidAt: Instant, replyBy: Instant): Instant {
  const least = after(saidAt, LEAST_REPLY_MS);
  return replyBy < least ? least : replyBy;
}

/**
 * Tells the summary to nodes that were not told yet. A site gets it with its advance notice and in no other way (§5.5).
 * Faults: PEER_*, ADVANCE_ONLY, CASE_MEMBER, SUMMARY_BEFORE_CHARTER.
 */
export function obeyTell(
  state: State,
  held: Case,
  to: readonly NodeId[],
  replyBy: Case['replyBy'],
): Outcome<Heard> {
  const self = state.self.node;
  const waiting = owedSummaries(state, held);
  const untold = to.filter((node) => !held.told.has(node) && !waiting.has(node));
  for (const node of untold) {
    const peer = verifiedPeer(state, node);
    if (!peer.ok) return peer;
    if (peer.value.card.role === 'infrastructure_site') return refuse('ADVANCE_ONLY', { where: node });
    const towardsCentre = isCentre(peer.value);
    if (towardsCentre && leadOf(state, held) !== self) return refuse('CASE_MEMBER', { where: node });
    // Vendors of other centres get not even the summary before a time exists (DESIGN §7.2).
    if (!towardsCentre && held.origin !== self && !seatIn(state, held).ok)
      return refuse('SUMMARY_BEFORE_CHARTER', { where: node });
  }
  return ok({ held, effects: untold.map((node) => summaryTo(state, held, node, replyBy)) });
}

/** The summary for one node; in model 1 a vendor gets the origin's card with it, to verify it. */
export function summaryTo(
  state: State,
  held: Case,
  node: NodeId,
  replyBy: Case['replyBy'],
  model: Case['model'] = ownModel(state, held),
): Effect {
  const towardsCentre = state.peers.get(node)?.card.role === 'centre';
  const travels = model === 1 && held.origin !== state.self.node && !towardsCentre;
  return tell(held, node, {
    kind: 'case_summary',
    replyBy,
    origin: held.origin,
    model,
    originCard: travels ? (state.peers.get(held.origin)?.cardText ?? '') : '',
    caseSummary: held.summary.value,
  });
}

/**
 * A breach tells every vendor of the case that was not told yet, in the same act (DESIGN §8): those that the operator
 * listed in it and that a verified node speaks for. What is public needs no charter any more.
 */
export function tellTheUntold(state: State, held: Case): readonly Effect[] {
  const listed = [...held.listed.values()].map(({ value }) => value.vendor);
  const waiting = owedSummaries(state, held);
  return [...new Set(listed)]
    .filter((node) => !held.told.has(node) && !waiting.has(node) && verifiedPeer(state, node).ok)
    .map((node) => summaryTo(state, held, node, state.now));
}

/** The lead's words to everybody whom it told the summary and who has a seat; nobody else's words go anywhere. */
export function asLead(state: State, held: Case, body: Parameters<typeof tell>[2]): readonly Effect[] {
  const self = state.self.node;
  if (leadOf(state, held) !== self) return [];
  const members = charterOf(state, held)?.roster.filter((node) => node !== self) ?? [];
  return [...new Set([...held.told.keys(), ...members])].map((node) => tell(held, node, body));
}

/**
 * Details to whoever asked for them.
 * Faults: REQUEST_UNKNOWN, REQUEST_ANSWERED, DETAILS_ABSENT, GRANT_BEFORE_CHARTER, PEER_*, TLP_FORBIDS.
 */
export function obeyGrant(
  state: State,
  held: Case,
  id: Case['id'] | string,
  consent: string,
): Outcome<Heard> {
  const self = state.self.node;
  const request = [...held.requests.values()].find((one) => one.id === id);
  if (request === undefined) return refuse('REQUEST_UNKNOWN', { where: id });
  if (held.answers.has(request.id)) return refuse('REQUEST_ANSWERED', { where: id });
  if (held.details === undefined) return refuse('DETAILS_ABSENT', { where: held.id });
  if (!seatIn(state, held).ok) return refuse('GRANT_BEFORE_CHARTER', { where: held.id });
  const peer = verifiedPeer(state, request.requester);
  if (!peer.ok) return peer;
  const { value: details } = held.details;
  const allowed = mayPassOn(details, self, request.requester, consent);
  if (!allowed.ok) return allowed;
  const effects: Effect[] = grantEffects(held, request.requester, request.id);
  // Model 2: the centre tells the origin which of its vendors received details (DOMAIN §3).
  if (held.origin !== self) {
    const mark = {
      vendor: request.requester,
      name: request.requesterName,
      request: request.id,
      at: state.now,
      card: '',
    };
    effects.push(tell(held, held.origin, { kind: 'disclosure_list', model: 2, entries: [mark] }));
  }
  // The consent itself is on record in the home feed, with the officer who entered it.
  return ok({ held, effects });
}

type DenyOrder = Extract<Order, { act: 'deny' }>;

/** No details, and why not. Faults: REQUEST_UNKNOWN, REQUEST_ANSWERED. */
export function obeyDeny(held: Case, order: DenyOrder): Outcome<Heard> {
  const request = held.requests.get(order.request);
  if (request === undefined) return refuse('REQUEST_UNKNOWN', { where: order.request });
  if (held.answers.has(order.request)) return refuse('REQUEST_ANSWERED', { where: order.request });
  const { request: id, reason, remark } = order;
  return ok({
    held,
    effects: [tell(held, request.requester, { kind: 'detail_denial', request: id, reason, remark })],
  });
}

/** Details to one node, with every attachment whose parts are all here. */
export function grantEffects(
  held: Case,
  to: NodeId,
  request: Case['summary']['stamp']['id'] | undefined,
): Effect[] {
  if (held.details === undefined) return [];
  const { text, onward } = held.details.value;
  // Under the stricter of the two labels: details keep that of their author.
  const tlp = stricterTlp(held.tlp, held.details.value.tlp);
  const whole = [...held.attachments.values()].filter(({ parts, count }) => parts.size === count);
  const attachments = whole.map(({ mark }) => mark);
  const parts = whole.flatMap(({ parts: places }) =>
    [...places.entries()]
      .sort(([left], [right]) => left - right)
      .map(([, source]): Effect => ({ kind: 'forward', to, caseId: held.id, tlp, source })),
  );
  const grant = tell(held, to, { kind: 'detail_grant', request, details: text, onward, attachments });
  return [grant.kind === 'say' ? { ...grant, draft: { ...grant.draft, tlp } } : grant, ...parts];
}
