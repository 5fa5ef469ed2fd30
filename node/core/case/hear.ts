/**
 * What a peer says about a case becomes part of the case, if the peer may say it.
 */
import { byTlp } from '../disclosure/tlp.js';
import { type Outcome, ok, refuse, unreachable } from '../fault.js';
import type { StatementId } from '../ids.js';
import { checkDelay, type DelayRecord } from '../legal/delay.js';
import { withDelay } from '../legal/obey.js';
import { LIMITS } from '../limits.js';
import type { Input, State } from '../state.js';
import type { SpokenBody } from '../statement.js';
import { hearAdvance } from './advance.js';
import { mayRoleSay, takesPart } from './authority.js';
import { type Case, withEntry } from './case.js';
import { speaksAsLead } from './chamber.js';
import {
  attach,
  hearDenial,
  hearGrant,
  hearList,
  hearRaised,
  hearRequest,
  hearSummary,
  hearUpdate,
  toOwnVendors,
} from './hear-disclosure.js';
import { hearBallot, hearInvitation, hearNotice, hearWant } from './hear-settling.js';
import { hearPreference, hearRemedy, hearReport } from './hear-vendor.js';
import { type Heard, quiet, roomFor } from './heard.js';

/**
 * One spoken statement from a verified peer about a case.
 *
 * Faults: CASE_UNKNOWN, CASE_MEMBER, ADVANCE_WORDS, STATUS_WITHOUT_SUMMARY, GRANT_BEFORE_CHARTER, REQUEST_UNKNOWN (all of
 * these wait for an earlier statement), TLP_WIDENED, CONSTRAINT_INVALID, CERTIFICATE_INVALID, CASE_FULL.
 */
export function hear(state: State, held: Case | undefined, input: Input, body: SpokenBody): Outcome<Heard> {
  const { author, tlp } = input.statement;
  if (body.kind === 'case_summary') return hearSummary(state, held, input, body);
  if (held === undefined) {
    // A charter may overtake the summary when another centre relays it.
    return refuse(
      'CASE_UNKNOWN',
      input.statement.caseId === undefined ? {} : { where: input.statement.caseId },
    );
  }
  // A signature says who; only those who take part in the case may speak of it (DESIGN §5).
  if (!takesPart(state, held, author)) return refuse('CASE_MEMBER', { where: author });
  if (!mayRoleSay(state.peers.get(author)?.card.role, body.kind))
    return refuse('ADVANCE_WORDS', { where: body.kind });
  if (tlp !== undefined && byTlp(tlp, held.tlp) < 0 && author !== held.origin)
    return refuse('TLP_WIDENED', { where: tlp });

  switch (body.kind) {
    case 'acknowledge':
      return hearAcknowledgement(held, input, body.of);
    case 'reply_by_raised':
      return hearRaised(held, input, body.replyBy);
    case 'detail_request':
      return hearRequest(state, held, input, body);
    case 'detail_grant':
      return hearGrant(state, held, input, body);
    case 'detail_denial':
      return hearDenial(held, input, body);
    case 'attachment':
      if (!speaksAsLead(state, held, author)) return refuse('CASE_MEMBER', { where: author });
      return attach(held, input, body);
    case 'disclosure_list':
      return hearList(state, held, input, body);
    case 'vendor_status':
      return hearReport(state, held, input, body.report);
    case 'remedy':
      return hearRemedy(state, held, input, body);
    case 'schedule_preference':
      return hearPreference(state, held, input, body);
    case 'publication_notice':
      return hearNotice(held, input, body);
    case 'advance_notice':
      return hearAdvance(held, input, body);
    case 'amend_request':
      return hearWant(state, held, input, body);
    case 'invitation':
      return hearInvitation(state, held, input, body);
    case 'ballot':
      return hearBallot(state, held, input, body.ballot);
    case 'exploit_public':
    case 'attacks_observed':
      return hearWords(held, input, body.kind, body.evidence);
    case 'inquiry':
    case 'comment':
      return hearWords(held, input, body.kind, body.text);
    case 'case_update':
      return hearUpdate(state, held, input, body);
    case 'case_merge':
      if (!speaksAsLead(state, held, author)) return refuse('CASE_MEMBER', { where: author });
      return ok(quiet({ ...held, mergedInto: body.into }));
    case 'case_close':
      if (!speaksAsLead(state, held, author)) return refuse('CASE_MEMBER', { where: author });
      return ok({ held: { ...held, closed: body.reason }, effects: toOwnVendors(state, held, input, body) });
    case 'dissemination_delay':
      return hearDelay(state, held, input, body.record);
    case 'unreadable':
    case 'registration':
      return ok(quiet(held));
    default:
      return unreachable(body);
  }
}

/** Another centre does not pass a report on yet. What its record replaces may never have been told to us. */
function hearDelay(state: State, held: Case, input: Input, record: DelayRecord): Outcome<Heard> {
  const { author, createdAt } = input.statement;
  if (state.peers.get(author)?.card.role !== 'centre') return refuse('CASE_MEMBER', { where: author });
  const checked = checkDelay(held.delays, author, { ...record, replaces: undefined });
  if (!checked.ok) return checked;
  if (held.delays.size >= LIMITS.listEntries.most)
    return refuse('CASE_FULL', { most: LIMITS.listEntries.most });
  return ok(quiet(withDelay(held, author, createdAt, record)));
}

function hearAcknowledgement(held: Case, input: Input, of: StatementId): Outcome<Heard> {
  const { author: by, createdAt: at } = input.statement;
  const room = roomFor(by, held.acknowledged, (one) => one.by);
  if (!room.ok) return room;
  return ok(quiet({ ...held, acknowledged: withEntry(held.acknowledged, of, { by, at }) }));
}

function hearWords(
  held: Case,
  input: Input,
  kind: 'inquiry' | 'comment' | 'exploit_public' | 'attacks_observed',
  text: string,
): Outcome<Heard> {
  const { author: from, recipient: to, createdAt: at } = input.statement;
  const room = roomFor(from, held.words, (one) => one.from);
  if (!room.ok) return room;
  return ok(
    quiet({ ...held, words: withEntry(held.words, input.id, { id: input.id, from, to, kind, text, at }) }),
  );
}
