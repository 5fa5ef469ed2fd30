/**
 * Our own words come back through the same door as facts: they were said, so they are never judged again
 * (DESIGN §4). From them follows who was told, granted and answered.
 */

import type { CaseId } from '../ids.js';
import { withDelay } from '../legal/obey.js';
import type { Ballot } from '../settlement/ballot.js';
import { verifyCertificate } from '../settlement/certificate.js';
import type { Input, State } from '../state.js';
import type { SpokenBody } from '../statement.js';
import { DAY, type Instant } from '../time.js';
import { adviceKey } from './advance.js';
import {
  type Case,
  type DetailRequest,
  type Disclosure,
  newest,
  openCase,
  type Stamp,
  withEntry,
  withMember,
} from './case.js';
import { admitBallot, admitWant, withChamber } from './settle-words.js';

/**
 * One own out-entry about a case. A case that is unknown here is opened from its own summary: so a node that
 * lost its disk knows it again from the feeds that its peers return.
 * @returns `undefined` where nothing is known of the case yet.
 */
export function recall(
  state: State,
  before: Case | undefined,
  input: Input,
  body: SpokenBody,
): Case | undefined {
  const held = before ?? reopened(state, input, body);
  return held === undefined ? undefined : record(remember(held, input, body), input, body);
}

function remember(held: Case, input: Input, body: SpokenBody): Case {
  const { recipient: to, createdAt: at } = input.statement;
  const stamp: Stamp = { at, id: input.id };
  switch (body.kind) {
    case 'case_summary':
      return {
        ...held,
        told: withEntry(held.told, to, { at, replyBy: body.replyBy, statement: input.id }),
      };
    case 'detail_grant': {
      const granted = { ...held, granted: withMember(held.granted, to) };
      if (body.request === undefined) return granted;
      return {
        ...granted,
        answers: withEntry(held.answers, body.request, { kind: 'granted', at, reason: undefined }),
      };
    }
    case 'detail_denial':
      return {
        ...held,
        answers: withEntry(held.answers, body.request, { kind: 'denied', at, reason: body.reason }),
      };
    case 'detail_request': {
      const { requester, who, why, products } = body;
      const request = { id: input.id, via: to, requester, requesterName: '', who, why, products, at };
      // Asked anew in the same words, because the first asking could not be read: one request, not two.
      const others = [...held.requests].filter(
        ([id, one]) => held.answers.has(id) || !isSameRequest(one, request),
      );
      return { ...held, requests: withEntry(new Map(others), input.id, request) };
    }
    case 'vendor_status': {
      const { author } = input.statement;
      // A centre that relays its vendor's words learnt them before; only a vendor's own words are news.
      if (body.report.vendor !== author) return held;
      const next = newest(held.reports.get(author), { stamp, value: body.report });
      return { ...held, reports: withEntry(held.reports, author, { ...next, via: author }) };
    }
    case 'remedy': {
      const { author } = input.statement;
      if (body.vendor !== author) return held;
      const { kind: _, ...remedy } = body;
      return {
        ...held,
        remedies: withEntry(
          held.remedies,
          author,
          newest(held.remedies.get(author), { stamp, value: remedy }),
        ),
      };
    }
    case 'schedule_preference': {
      const { author } = input.statement;
      const next = newest(held.preferences.get(author), { stamp, value: body.fragment });
      return { ...held, preferences: withEntry(held.preferences, author, next) };
    }
    case 'publication_notice':
      return { ...held, noticed: withMember(held.noticed, `${to}/${body.epoch}/${body.stage}`) };
    case 'advance_notice':
      return { ...held, advised: withMember(held.advised, adviceKey(to, body.epoch)) };
    case 'amend_request':
      return admitWant(held, {
        by: input.statement.author,
        slot: body.slot,
        round: body.round,
        change: body.change,
        heldAt: input.at,
      });
    case 'invitation': {
      const shown = verifyCertificate(body.proof);
      const told = body.proof.reduce((known, ballot) => admitBallot(known, ballot, to, input.at), held);
      if (!shown.ok) return told;
      return withChamber(told, {
        invited: withMember(told.chamber.invited, `${to}/${shown.value.epoch}`),
      });
    }
    case 'ballot':
      return admitBallot(held, body.ballot, to, recalledAt(input, body.ballot));
    case 'exploit_public':
    case 'attacks_observed':
      return withWords(held, input, body.kind, body.evidence);
    case 'inquiry':
    case 'comment':
      return withWords(held, input, body.kind, body.text);
    case 'acknowledge':
      return {
        ...held,
        acknowledged: withEntry(held.acknowledged, body.of, { by: input.statement.author, at }),
      };
    case 'case_update':
      // Passed on to our vendors: what the lead said keeps the lead's stamp.
      if (JSON.stringify(held.summary.value) === JSON.stringify(body.caseSummary)) return held;
      return { ...held, summary: newest(held.summary, { stamp, value: body.caseSummary }) };
    case 'case_merge':
      return { ...held, mergedInto: body.into, mergeOrdered: body.into };
    case 'case_close':
      return { ...held, closed: body.reason };
    case 'dissemination_delay':
      return withDelay(held, input.statement.author, at, body.record);
    case 'attachment':
    case 'disclosure_list':
    case 'reply_by_raised':
    case 'unreadable':
    case 'registration':
      return held;
  }
}

function isSameRequest(one: DetailRequest, other: DetailRequest): boolean {
  const words = ({ via, requester, who, why, products }: DetailRequest) =>
    JSON.stringify([via, requester, who, why, products]);
  return words(one) === words(other);
}

const DISCLOSES: Readonly<Partial<Record<SpokenBody['kind'], Disclosure['what']>>> = {
  case_summary: 'summary',
  case_update: 'summary',
  detail_grant: 'details',
  attachment: 'attachment',
  publication_notice: 'notice',
  invitation: 'notice',
  advance_notice: 'notice',
};

/** Every own entry about a case is on the disclosure record: who knew what, when (DESIGN §5.1). */
function record(held: Case, input: Input, body: SpokenBody): Case {
  const { recipient: to, author, sequence, createdAt: at, tlp } = input.statement;
  if (to === author) return held;
  const disclosure: Disclosure = {
    to,
    what: DISCLOSES[body.kind] ?? 'other',
    kind: body.kind === 'ballot' ? body.ballot.body.kind : body.kind,
    statement: input.id,
    sequence,
    at,
    tlp: tlp ?? held.tlp,
    register: registerOf(body),
  };
  return { ...held, disclosures: withEntry(held.disclosures, input.id, disclosure) };
}

function registerOf(body: SpokenBody): string | undefined {
  switch (body.kind) {
    case 'case_update':
      return 'summary';
    case 'vendor_status':
      return `status/${body.report.vendor}`;
    case 'remedy':
      return `remedy/${body.vendor}`;
    case 'schedule_preference':
      return 'preference';
    case 'detail_grant':
      return `details/${body.request ?? ''}`;
    case 'publication_notice':
      return 'notice';
    case 'advance_notice':
      return 'advance';
    default:
      return undefined;
  }
}

function withWords(
  held: Case,
  input: Input,
  kind: 'inquiry' | 'comment' | 'exploit_public' | 'attacks_observed',
  text: string,
): Case {
  const { author: from, recipient: to, createdAt: at } = input.statement;
  return { ...held, words: withEntry(held.words, input.id, { id: input.id, from, to, kind, text, at }) };
}

function reopened(state: State, input: Input, body: SpokenBody): Case | undefined {
  const { caseId, tlp, createdAt, author } = input.statement;
  if (caseId === undefined || tlp === undefined || body.kind !== 'case_summary') return undefined;
  return openCase({
    id: caseId as CaseId,
    tlp,
    origin: body.origin,
    from: body.origin === author ? author : body.origin,
    openedAt: createdAt,
    summary: { stamp: { at: createdAt, id: input.id }, value: body.caseSummary },
    model: body.model,
    originCard: body.originCard,
    replyBy: body.replyBy,
    replyByDays: Math.max(3, Math.ceil((body.replyBy - createdAt) / DAY)),
    details: undefined,
    autoAccept: state.autoAccept,
  });
}

/** When an own publication was said, though a peer gave it back later: nothing waits for it, and it is shown. */
function recalledAt({ at, statement }: Input, { body }: Ballot): Instant {
  return body.kind === 'published' ? statement.createdAt : at;
}
