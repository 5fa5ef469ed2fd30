/**
 * What an operator orders becomes words, if the rules allow it. The order itself is already in the home feed; a
 * refused order stays there as a record that it was tried.
 */
import { mayPassOn } from '../disclosure/onward.js';
import { stricterTlp } from '../disclosure/tlp.js';
import type { Effect } from '../effect.js';
import { type Outcome, ok, refuse, unreachable } from '../fault.js';
import type { NodeId } from '../ids.js';
import { isCentre, verifiedPeer } from '../registry/peers.js';
import { readFragment } from '../schedule/merge.js';
import type { CharterOrder } from '../settlement/docket.js';
import { checkTerms } from '../settlement/terms.js';
import type { Input, State } from '../state.js';
import type { Order } from '../statement.js';
import { after, DAY } from '../time.js';
import { type Case, newest, openCase, type Stamp, withEntry } from './case.js';
import { charterOf, newestCharter, otherMembers, ownModel } from './chamber.js';
import { attach, type Heard, raisedReplyBy, tell } from './hear.js';
import { withChamber } from './settle-words.js';

/** Orders about a case; those about peers are obeyed in `step.ts`. */
export type CaseOrder = Exclude<Order, { readonly act: 'peer_add' | 'peer_verify' | 'peer_remove' }>;

/** What an officer may still have to do about a closed case: what was promised is kept, and breaches happen. */
const AFTER_CLOSING: ReadonlySet<Order['act']> = new Set<Order['act']>([
  'say',
  'approve',
  'reject',
  'breach_report',
  'breach_confirm',
  'manual_release',
]);

/**
 * One order about one case.
 *
 * Faults: CASE_UNKNOWN, CASE_EXISTS, CASE_CLOSED, CASE_MEMBER, CASE_KIND, PEER_*, SUMMARY_BEFORE_CHARTER,
 * GRANT_BEFORE_CHARTER, DETAILS_ABSENT, REQUEST_UNKNOWN, REQUEST_ANSWERED, TLP_FORBIDS, CHARTER_INVALID,
 * CHARTER_ROSTER, CHARTER_ABSENT, CONSTRAINT_INVALID.
 */
export function obey(
  state: State,
  held: Case | undefined,
  input: Input,
  by: string,
  order: CaseOrder,
): Outcome<Heard> {
  const self = state.self.node;
  const { caseId, tlp, createdAt } = input.statement;
  const stamp: Stamp = { at: createdAt, id: input.id };
  if (order.act === 'case_open') {
    if (held !== undefined) return refuse('CASE_EXISTS', { where: held.id });
    if (state.self.role !== 'centre') return refuse('CASE_MEMBER', { where: self });
    if (caseId === undefined || tlp === undefined) return refuse('STATEMENT_TLP');
    return ok(
      still(
        openCase({
          id: caseId,
          tlp,
          origin: self,
          from: self,
          openedAt: createdAt,
          summary: { stamp, value: order.caseSummary },
          model: 2,
          originCard: '',
          replyBy: after(createdAt, order.replyByDays * DAY),
          replyByDays: order.replyByDays,
          details:
            order.details === ''
              ? undefined
              : {
                  stamp,
                  value: { text: order.details, onward: order.onward, from: self, tlp, attachments: [] },
                },
          autoAccept: state.self.autoAccept,
        }),
      ),
    );
  }
  if (held === undefined) return refuse('CASE_UNKNOWN', caseId === undefined ? {} : { where: caseId });
  if (held.closed !== undefined && !AFTER_CLOSING.has(order.act))
    return refuse('CASE_CLOSED', { where: held.id });

  switch (order.act) {
    case 'case_update':
      return ok({
        held: { ...held, summary: newest(held.summary, { stamp, value: order.caseSummary }) },
        effects:
          held.origin === self
            ? everybodyTold(held, { kind: 'case_update', caseSummary: order.caseSummary })
            : [],
      });
    case 'case_vendors': {
      const listed = new Map(held.listed);
      for (const report of order.reports)
        listed.set(report.vendorName, newest(listed.get(report.vendorName), { stamp, value: report }));
      return ok(still({ ...held, listed }));
    }
    case 'case_attach': {
      if (held.origin !== self || held.details === undefined)
        return refuse('DETAILS_ABSENT', { where: held.id });
      const attached = attach(held, input, order);
      if (!attached.ok) return attached;
      const { value } = held.details;
      const marks = [...value.attachments.filter(({ hash }) => hash !== order.mark.hash), order.mark];
      const details = { ...held.details, value: { ...value, attachments: marks } };
      return ok(still({ ...attached.value.held, details }));
    }
    case 'case_close':
      return ok({
        held: { ...held, closed: order.reason },
        effects:
          held.origin === self ? everybodyTold(held, { kind: 'case_close', reason: order.reason }) : [],
      });
    case 'case_merge':
      return ok({
        held: { ...held, mergedInto: order.into },
        effects: held.origin === self ? everybodyTold(held, { kind: 'case_merge', into: order.into }) : [],
      });
    case 'tell':
      // What is asked for is what is awaited: a shorter reply-by is raised before anybody is told (DESIGN §5.6).
      return obeyTell(state, held, order.to, raisedReplyBy(createdAt, order.replyBy));
    case 'charter_propose': {
      if (held.origin !== self) return refuse('CASE_MEMBER', { where: self });
      const terms = checkTerms(order.terms);
      if (!terms.ok) return terms;
      const known = allVerified(
        state,
        order.terms.roster.map(({ node }) => node),
      );
      if (!known.ok) return known;
      return ok(still(withChamber(held, { charterDraft: order.terms })));
    }
    case 'charter_sign':
    case 'charter_refuse': {
      const offered = newestCharter(held);
      if (offered === undefined) return refuse('CHARTER_ABSENT', { where: held.id });
      const roster = offered.body.terms.roster.map(({ node }) => node);
      if (!roster.includes(self)) return refuse('CHARTER_ROSTER', { where: self });
      if (order.act === 'charter_refuse')
        return ok(
          still(withCharterOrder(held, { order: 'refuse', charter: offered.id, reason: order.reason })),
        );
      // Who signs must be able to verify every other member by itself (DESIGN §1).
      const known = allVerified(state, roster);
      if (!known.ok) return known;
      return ok(still(withCharterOrder(held, { order: 'sign', charter: offered.id })));
    }
    case 'grant':
      return obeyGrant(state, held, order.request, order.consent);
    case 'deny': {
      const request = held.requests.get(order.request);
      if (request === undefined) return refuse('REQUEST_UNKNOWN', { where: order.request });
      if (held.answers.has(order.request)) return refuse('REQUEST_ANSWERED', { where: order.request });
      const { request: id, reason, remark } = order;
      return ok({
        held,
        effects: [tell(held, request.requester, { kind: 'detail_denial', request: id, reason, remark })],
      });
    }
    case 'constrain': {
      const charter = charterOf(state, held);
      if (charter === undefined) return refuse('CHARTER_ABSENT', { where: held.id });
      const fragment = readFragment(order.fragment);
      if (!fragment.ok) return fragment;
      const sequence = ownConstraints(held, self);
      const body = { kind: 'constraint', sequence, fragment: order.fragment } as const;
      return ok({ held, effects: [cast(held, charter.id, body, otherMembers(charter, self), self)] });
    }
    case 'approve':
      return ok(
        still(withChamber(held, { approvals: withEntry(held.chamber.approvals, order.at, createdAt) })),
      );
    case 'reject':
      return ok(
        still(withChamber(held, { rejections: withEntry(held.chamber.rejections, order.at, createdAt) })),
      );
    case 'auto_accept':
      return ok(still(withChamber(held, { autoAccept: order.on })));
    case 'breach_report': {
      const charter = charterOf(state, held);
      // A vendor that sees a breach tells its centre; a centre tells the roster.
      if (charter === undefined)
        return ok({
          held,
          effects: [tell(held, held.from, { kind: 'exploit_public', evidence: order.evidence })],
        });
      const { evidence, seenAt } = order;
      return ok({
        held,
        effects: [
          cast(held, charter.id, { kind: 'leak', evidence, seenAt }, otherMembers(charter, self), self),
        ],
      });
    }
    case 'breach_confirm':
      return ok(still(withChamber(held, { breachConfirmed: true })));
    case 'manual_release': {
      const charter = charterOf(state, held);
      if (charter === undefined) return refuse('CHARTER_ABSENT', { where: held.id });
      const { reason } = order;
      return ok({
        held: withChamber(held, { manualRelease: { officer: by, reason } }),
        effects: [
          cast(
            held,
            charter.id,
            { kind: 'manual_release', officer: by, reason },
            otherMembers(charter, self),
            self,
          ),
        ],
      });
    }
    case 'say': {
      // A centre that is alone on its roster asks itself for an amendment (R5): nobody else could.
      const asksItself = order.to === self && order.body.kind === 'amend_request';
      const peer = asksItself ? ok(true) : verifiedPeer(state, order.to);
      if (!peer.ok) return peer;
      return ok({ held, effects: [tell(held, order.to, order.body)] });
    }
    default:
      return unreachable(order);
  }
}

function obeyTell(state: State, held: Case, to: readonly NodeId[], replyBy: Case['replyBy']): Outcome<Heard> {
  const self = state.self.node;
  const owed = to.filter((node) => !held.told.has(node));
  for (const node of owed) {
    const peer = verifiedPeer(state, node);
    if (!peer.ok) return peer;
    const towardsCentre = isCentre(peer.value);
    if (towardsCentre && held.origin !== self) return refuse('CASE_MEMBER', { where: node });
    // Vendors of other centres get not even the summary before a time exists (DESIGN §7.2).
    if (!towardsCentre && held.origin !== self && charterOf(state, held) === undefined)
      return refuse('SUMMARY_BEFORE_CHARTER', { where: node });
  }
  return ok({ held, effects: owed.map((node) => summaryTo(state, held, node, replyBy)) });
}

/** The summary for one node; in model 1 a vendor gets the origin's card with it, to verify it. */
function summaryTo(state: State, held: Case, node: NodeId, replyBy: Case['replyBy']): Effect {
  const model = ownModel(state, held);
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
  return [...new Set(listed)]
    .filter((node) => !held.told.has(node) && verifiedPeer(state, node).ok)
    .map((node) => summaryTo(state, held, node, state.now));
}

function obeyGrant(state: State, held: Case, id: Case['id'] | string, consent: string): Outcome<Heard> {
  const self = state.self.node;
  const request = [...held.requests.values()].find((one) => one.id === id);
  if (request === undefined) return refuse('REQUEST_UNKNOWN', { where: id });
  if (held.answers.has(request.id)) return refuse('REQUEST_ANSWERED', { where: id });
  if (held.details === undefined) return refuse('DETAILS_ABSENT', { where: held.id });
  if (charterOf(state, held) === undefined) return refuse('GRANT_BEFORE_CHARTER', { where: held.id });
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

function ownConstraints(held: Case, self: NodeId): number {
  return [...held.chamber.ballots.values()].filter(
    ({ ballot }) => ballot.author === self && ballot.body.kind === 'constraint',
  ).length;
}

type CastBody = Extract<Effect, { kind: 'cast' }>['draft']['body'];

function cast(
  held: Case,
  charter: CastDraft['charter'],
  body: CastBody,
  to: readonly NodeId[],
  self: NodeId,
): Effect {
  return { kind: 'cast', draft: { caseId: held.id, charter, body }, tlp: held.tlp, to: orSelf(to, self) };
}
type CastDraft = Extract<Effect, { kind: 'cast' }>['draft'];

/** A roster of one speaks to its home feed, so that its words are facts like any other's. */
export function orSelf(to: readonly NodeId[], self: NodeId): readonly NodeId[] {
  return to.length === 0 ? [self] : to;
}

function everybodyTold(held: Case, body: Parameters<typeof tell>[2]): readonly Effect[] {
  return [...held.told.keys()].map((node) => tell(held, node, body));
}

function allVerified(state: State, nodes: readonly NodeId[]): Outcome<true> {
  for (const node of nodes) {
    if (node === state.self.node) continue;
    const peer = verifiedPeer(state, node);
    if (!peer.ok) return peer;
    if (!isCentre(peer.value)) return refuse('CHARTER_INVALID', { where: node });
  }
  return ok(true);
}

function withCharterOrder(held: Case, order: CharterOrder): Case {
  return withChamber(held, { charterOrders: [...held.chamber.charterOrders, order] });
}

function still(held: Case): Heard {
  return { held, effects: [] };
}
