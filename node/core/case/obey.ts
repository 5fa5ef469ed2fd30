/**
 * What an operator orders becomes words, if the rules allow it. The order itself is already in the home feed; a
 * refused order stays there as a record that it was tried.
 */
import { type Outcome, ok, refuse, unreachable } from '../fault.js';
import { obeyLegal } from '../legal/obey.js';
import type { BookOrder } from '../registry/book.js';
import { verifiedPeer } from '../registry/peers.js';
import type { RegistrationOrder } from '../registry/registering.js';
import type { Input, State } from '../state.js';
import type { Order } from '../statement.js';
import { after, DAY } from '../time.js';
import { obeyAdvance } from './advance.js';
import { mayBeTold, mayRoleSay } from './authority.js';
import { type Case, newest, openCase, type Stamp } from './case.js';
import { asLead, obeyDeny, obeyGrant, obeyTell, raisedReplyBy } from './disclose.js';
import { attach } from './hear-disclosure.js';
import { type Heard, quiet, tell } from './heard.js';
import { wishToFollow } from './merge.js';
import { obeySeats } from './obey-seats.js';
import { obeySettling } from './obey-settling.js';

/** Orders about a case; those about peers and the whole house are obeyed in `step.ts`. */
export type CaseOrder = Exclude<
  Order,
  | {
      readonly act:
        | 'peer_add'
        | 'peer_verify'
        | 'peer_remove'
        | 'policy'
        | 'resay'
        | 'mail_add'
        | 'mail_again'
        | 'mail_resume'
        | 'reply_confirm'
        | 'reply_dismiss'
        | 'report';
    }
  | BookOrder
  | RegistrationOrder
>;

/** What an officer may still have to do about a closed case: what was promised is kept, and breaches happen. */
const AFTER_CLOSING: ReadonlySet<Order['act']> = new Set<Order['act']>([
  'say',
  'approve',
  'reject',
  'seat_change',
  'charter_join',
  'breach_report',
  'breach_confirm',
  'manual_release',
  'legal_enter',
  'legal_demand',
  'legal_notice',
  'delay_record',
]);

/**
 * One order about one case.
 *
 * Faults: CASE_UNKNOWN, CASE_EXISTS, CASE_CLOSED, CASE_MEMBER, CASE_UNTOLD, ADVANCE_WORDS, PEER_*, SUMMARY_BEFORE_CHARTER,
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
      quiet(
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
          autoAccept: state.autoAccept,
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
        effects: asLead(state, held, { kind: 'case_update', caseSummary: order.caseSummary }),
      });
    case 'case_vendors': {
      const listed = new Map(held.listed);
      for (const report of order.reports)
        listed.set(report.vendorName, newest(listed.get(report.vendorName), { stamp, value: report }));
      return ok(quiet({ ...held, listed }));
    }
    case 'case_attach': {
      if (held.origin !== self || held.details === undefined)
        return refuse('DETAILS_ABSENT', { where: held.id });
      const attached = attach(held, input, order);
      if (!attached.ok) return attached;
      const { value } = held.details;
      const marks = [...value.attachments.filter(({ hash }) => hash !== order.mark.hash), order.mark];
      const details = { ...held.details, value: { ...value, attachments: marks } };
      return ok(quiet({ ...attached.value.held, details }));
    }
    case 'case_close':
      return ok({
        held: { ...held, closed: order.reason },
        effects: asLead(state, held, { kind: 'case_close', reason: order.reason }),
      });
    case 'case_merge':
      return ok({
        held: { ...held, mergedInto: order.into, mergeOrdered: order.into },
        effects: [
          ...asLead(state, held, { kind: 'case_merge', into: order.into }),
          ...wishToFollow(state, { ...held, mergedInto: order.into }, createdAt),
        ],
      });
    case 'tell':
      // What is asked for is what is awaited: a shorter reply-by is raised before anybody is told (DESIGN §5.6).
      return obeyTell(state, held, order.to, raisedReplyBy(createdAt, order.replyBy));
    case 'grant':
      return obeyGrant(state, held, order.request, order.consent);
    case 'deny':
      return obeyDeny(held, order);
    case 'advance':
      return obeyAdvance(state, held, by, createdAt, order);
    case 'charter_propose':
    case 'charter_sign':
    case 'charter_refuse':
    case 'constrain':
    case 'approve':
    case 'reject':
    case 'auto_accept':
    case 'breach_report':
    case 'breach_confirm':
    case 'manual_release':
      return obeySettling(state, held, by, createdAt, order);
    case 'legal_enter':
    case 'legal_demand':
    case 'legal_notice':
    case 'delay_record':
      return obeyLegal(state, held, by, createdAt, order);
    case 'seat_change':
    case 'charter_join':
      return obeySeats(state, held, createdAt, order);
    case 'say': {
      if (!mayRoleSay(state.self.role, order.body.kind))
        return refuse('ADVANCE_WORDS', { where: order.body.kind });
      // A centre that is alone on its roster asks itself for an amendment (R5): nobody else could.
      const asksItself = order.to === self && order.body.kind === 'amend_request';
      const peer = asksItself ? ok(true) : verifiedPeer(state, order.to);
      if (!peer.ok) return peer;
      if (!asksItself && !mayBeTold(state, held, order.to)) return refuse('CASE_UNTOLD', { where: order.to });
      return ok({ held, effects: [tell(held, order.to, order.body)] });
    }
    default:
      return unreachable(order);
  }
}
