/**
 * What a peer says about a case becomes part of the case, if the peer may say it: a valid signature tells who,
 * authority for this case is judged here (FORMATS §12.7).
 */
import { byTlp } from '../disclosure/tlp.js';
import type { Effect } from '../effect.js';
import { type Outcome, ok, refuse, unreachable } from '../fault.js';
import type { NodeId } from '../ids.js';
import { LIMITS } from '../limits.js';
import { verifiedPeer } from '../registry/peers.js';
import { readFragment } from '../schedule/merge.js';
import { judgeArrival } from '../settlement/arrival.js';
import type { Ballot } from '../settlement/ballot.js';
import { verifyCertificate } from '../settlement/certificate.js';
import type { Input, State } from '../state.js';
import type { AttachmentMark, SpokenBody, VendorReport } from '../statement.js';
import { after, DAY, HOUR, type Instant } from '../time.js';
import { type Case, newest, openCase, type Stamp, withEntry } from './case.js';
import { charterOf, docketOf, ownModel } from './chamber.js';
import { admitBallot, admitWant, rosterOf } from './settle-words.js';

/** Shortest time to answer that anybody may ask for (DESIGN §5.6). */
const LEAST_REPLY_MS = 72 * HOUR;

/** A reply-by under 72 hours after it was said is raised to that. */
export function raisedReplyBy(saidAt: Instant, replyBy: Instant): Instant {
  const least = after(saidAt, LEAST_REPLY_MS);
  return replyBy < least ? least : replyBy;
}

export interface Heard {
  readonly held: Case;
  readonly effects: readonly Effect[];
}

/**
 * One spoken statement from a verified peer about a case.
 *
 * Faults: CASE_UNKNOWN, CASE_MEMBER, STATUS_WITHOUT_SUMMARY, GRANT_BEFORE_CHARTER, REQUEST_UNKNOWN (all of
 * these wait for an earlier statement), TLP_WIDENED, CONSTRAINT_INVALID, CERTIFICATE_INVALID, CASE_FULL.
 */
export function hear(state: State, held: Case | undefined, input: Input, body: SpokenBody): Outcome<Heard> {
  const { author, tlp, createdAt } = input.statement;
  const stamp: Stamp = { at: createdAt, id: input.id };
  if (body.kind === 'case_summary') return hearSummary(state, held, input, body);
  if (held === undefined) {
    // A charter may overtake the summary when another centre relays it.
    return refuse(
      'CASE_UNKNOWN',
      input.statement.caseId === undefined ? {} : { where: input.statement.caseId },
    );
  }
  // A signature says who; only those who take part in the case may speak of it (DESIGN §5).
  if (!takesPart(held, author)) return refuse('CASE_MEMBER', { where: author });
  if (tlp !== undefined && byTlp(tlp, held.tlp) < 0 && author !== held.origin)
    return refuse('TLP_WIDENED', { where: tlp });

  switch (body.kind) {
    case 'acknowledge':
      return ok(
        quiet({
          ...held,
          acknowledged: withEntry(held.acknowledged, body.of, { by: author, at: createdAt }),
        }),
      );
    case 'detail_request':
      return hearRequest(state, held, input, body);
    case 'detail_grant': {
      if (author !== held.origin && author !== held.from) return refuse('CASE_MEMBER', { where: author });
      // Between centres no details leave before everybody signed a time (DESIGN §7.2).
      if (state.self.role === 'centre' && charterOf(state, held) === undefined)
        return refuse('GRANT_BEFORE_CHARTER', { where: held.id });
      const { details: text, onward, attachments } = body;
      const details = newest(held.details, {
        stamp,
        value: { text, onward, attachments, from: author, tlp: tlp ?? held.tlp },
      });
      const answered =
        body.request === undefined
          ? held.answers
          : withEntry(held.answers, body.request, { kind: 'granted', at: createdAt, reason: undefined });
      return ok(quiet({ ...held, details, answers: answered }));
    }
    case 'detail_denial':
      if (held.requests.get(body.request)?.via !== author && author !== held.origin)
        return refuse('REQUEST_UNKNOWN', { where: body.request });
      return ok(
        quiet({
          ...held,
          answers: withEntry(held.answers, body.request, {
            kind: 'denied',
            at: createdAt,
            reason: body.reason,
          }),
        }),
      );
    case 'attachment':
      if (author !== held.origin && author !== held.from) return refuse('CASE_MEMBER', { where: author });
      return attach(held, input, body);
    case 'disclosure_list':
      return hearList(held, input, body);
    case 'vendor_status':
      return hearReport(state, held, input, body.report);
    case 'remedy': {
      if (!maySpeakFor(state, held, author, body.vendor))
        return refuse('STATUS_WITHOUT_SUMMARY', { where: body.vendor });
      const { kind: _, ...remedy } = body;
      const next = newest(held.remedies.get(body.vendor), { stamp, value: remedy });
      return ok({
        held: { ...held, remedies: withEntry(held.remedies, body.vendor, next) },
        effects: upward(state, held, author, body),
      });
    }
    case 'schedule_preference': {
      if (!held.told.has(author)) return refuse('STATUS_WITHOUT_SUMMARY', { where: author });
      const fragment = readFragment(body.fragment);
      if (!fragment.ok) return fragment;
      const next = newest(held.preferences.get(author), { stamp, value: body.fragment });
      return ok(quiet({ ...held, preferences: withEntry(held.preferences, author, next) }));
    }
    case 'publication_notice': {
      if (author !== held.from && author !== held.origin) return refuse('CASE_MEMBER', { where: author });
      const proven = verifyCertificate(body.proof);
      if (!proven.ok) return proven;
      const { epoch, at, charter, caseId, terms } = proven.value;
      // A genuine certificate of another case, or of another lead, proves nothing here.
      if (caseId !== held.id || terms.lead !== held.origin)
        return refuse('CERTIFICATE_INVALID', { where: 'case' });
      if (epoch !== body.epoch || at !== body.at) return refuse('CERTIFICATE_INVALID', { where: 'notice' });
      const { stage, local } = body;
      const notice = { stage, epoch, at, local, from: author, charter };
      return ok(quiet({ ...held, notices: withEntry(held.notices, input.id, notice) }));
    }
    case 'amend_request': {
      if (!rosterOf(held).has(author)) return refuse('CASE_MEMBER', { where: author });
      const { slot, round } = body;
      return ok(quiet(admitWant(held, { by: author, slot, round, heldAt: input.at })));
    }
    case 'ballot': {
      const { ballot } = body;
      if (ballot.caseId !== held.id) return refuse('BALLOT_CHARTER', { where: held.id });
      const admitted =
        state.self.role === 'centre'
          ? judgeArrival(docketOf(state.self.node, held, state.now), ballot, readFragment)
          : vouchedBreach(held, ballot, author);
      if (!admitted.ok) return admitted;
      if (ballot.body.kind === 'charter' && ballot.author !== held.origin)
        return refuse('CHARTER_ROSTER', { where: ballot.author });
      return ok(quiet(admitBallot(held, ballot, author, input.at)));
    }
    case 'exploit_public':
    case 'attacks_observed':
      return hearWords(held, input, body.kind, body.evidence);
    case 'inquiry':
    case 'comment':
      return hearWords(held, input, body.kind, body.text);
    case 'case_update':
      if (author !== held.origin && author !== held.from) return refuse('CASE_MEMBER', { where: author });
      if (body.caseSummary.title.trim() === '') return refuse('STATEMENT_FIELD', { where: 'title' });
      return ok(quiet({ ...held, summary: newest(held.summary, { stamp, value: body.caseSummary }) }));
    case 'case_merge':
      if (author !== held.origin && author !== held.from) return refuse('CASE_MEMBER', { where: author });
      return ok(quiet({ ...held, mergedInto: body.into }));
    case 'case_close':
      if (author !== held.origin && author !== held.from) return refuse('CASE_MEMBER', { where: author });
      return ok(quiet({ ...held, closed: body.reason }));
    case 'unreadable':
      return ok(quiet(held));
    default:
      return unreachable(body);
  }
}

/** A vendor holds no roster: breach evidence and publications reach it through its centre, which vouches for them. */
function vouchedBreach(held: Case, { body, author: member }: Ballot, author: NodeId): Outcome<unknown> {
  const isNews = body.kind === 'published' || body.kind === 'leak';
  if (!isNews || author !== held.from) return refuse('CHARTER_ROSTER', { where: member });
  if (held.chamber.ballots.size >= LIMITS.listEntries.most)
    return refuse('CASE_FULL', { most: LIMITS.listEntries.most });
  return ok(body);
}

type SummaryBody = Extract<SpokenBody, { kind: 'case_summary' }>;

function hearSummary(state: State, held: Case | undefined, input: Input, body: SummaryBody): Outcome<Heard> {
  const { author, caseId, tlp, createdAt } = input.statement;
  if (caseId === undefined || tlp === undefined) return refuse('STATEMENT_TLP');
  if (body.caseSummary.title.trim() === '') return refuse('STATEMENT_FIELD', { where: 'title' });
  const peer = verifiedPeer(state, author);
  if (!peer.ok) return peer;
  if (peer.value.card.role !== 'centre' && peer.value.card.role !== 'reception_body')
    return refuse('CASE_MEMBER', { where: author });
  const summary = { stamp: { at: createdAt, id: input.id }, value: body.caseSummary };
  if (held !== undefined) {
    if (author !== held.from && author !== held.origin) return refuse('CASE_EXISTS', { where: caseId });
    return ok(quiet({ ...held, summary: newest(held.summary, summary) }));
  }
  // A centre is told by the origin itself; a vendor by its own centre, which names the origin.
  if (state.self.role === 'centre' && body.origin !== author) return refuse('CASE_MEMBER', { where: author });
  return ok(
    quiet(
      openCase({
        id: caseId,
        tlp,
        origin: body.origin,
        from: author,
        openedAt: createdAt,
        summary,
        model: body.model,
        originCard: body.originCard,
        replyBy: raisedReplyBy(createdAt, body.replyBy),
        replyByDays: Math.max(3, Math.ceil((body.replyBy - createdAt) / DAY)),
        details: undefined,
        autoAccept: state.self.autoAccept,
      }),
    ),
  );
}

type RequestBody = Extract<SpokenBody, { kind: 'detail_request' }>;

function hearRequest(state: State, held: Case, input: Input, body: RequestBody): Outcome<Heard> {
  const { author, createdAt } = input.statement;
  const ownVendor = held.told.has(author) && body.requester === author;
  const member = rosterOf(held).has(author);
  if (!ownVendor && !member) return refuse('CASE_MEMBER', { where: author });
  if (held.requests.size >= LIMITS.vendorsPerCase.most)
    return refuse('CASE_FULL', { most: LIMITS.vendorsPerCase.most });
  const requesterName = state.peers.get(body.requester)?.card.name ?? '';
  const { requester, who, why, products } = body;
  const request = { id: input.id, via: author, requester, requesterName, who, why, products, at: createdAt };
  const next = { ...held, requests: withEntry(held.requests, input.id, request) };
  // Model 1: the centre hands the list of requesting vendors to the origin, which answers directly (DOMAIN §3).
  const passesOn = ownVendor && held.origin !== state.self.node && ownModel(state, held) === 1;
  if (!passesOn) return ok(quiet(next));
  const mark = {
    vendor: author,
    name: requesterName,
    request: input.id,
    at: createdAt,
    card: state.peers.get(author)?.cardText ?? '',
  };
  return ok({
    held: next,
    effects: [tell(held, held.origin, { kind: 'disclosure_list', model: 1, entries: [mark] })],
  });
}

type ListBody = Extract<SpokenBody, { kind: 'disclosure_list' }>;

function hearList(held: Case, input: Input, body: ListBody): Outcome<Heard> {
  const { author, createdAt } = input.statement;
  if (!rosterOf(held).has(author)) return refuse('CASE_MEMBER', { where: author });
  const before = held.lists.get(author) ?? [];
  const known = new Set(before.map((mark) => mark.request));
  const fresh = body.entries.filter((mark) => !known.has(mark.request));
  if (before.length + fresh.length > LIMITS.vendorsPerCase.most)
    return refuse('CASE_FULL', { most: LIMITS.vendorsPerCase.most });
  // A request never changes its requester under the operator who looked at it.
  const other = fresh.find(
    ({ request, vendor }) => (held.requests.get(request)?.requester ?? vendor) !== vendor,
  );
  if (other !== undefined) return refuse('CASE_MEMBER', { where: other.request });
  // In the order of the vendors' requests, whatever the order of hearing.
  const marks = [...before, ...fresh].sort(
    (left, right) => left.at - right.at || (left.request < right.request ? -1 : 1),
  );
  const requests = new Map(held.requests);
  if (body.model === 1) {
    for (const mark of fresh) {
      if (requests.has(mark.request)) continue;
      requests.set(mark.request, {
        id: mark.request,
        via: author,
        requester: mark.vendor,
        requesterName: mark.name,
        who: '',
        why: '',
        products: [],
        at: createdAt,
      });
    }
  }
  return ok(quiet({ ...held, lists: withEntry(held.lists, author, marks), requests }));
}

function hearReport(state: State, held: Case, input: Input, report: VendorReport): Outcome<Heard> {
  const { author, createdAt } = input.statement;
  if (!maySpeakFor(state, held, author, report.vendor))
    return refuse('STATUS_WITHOUT_SUMMARY', { where: report.vendor });
  if (!held.reports.has(report.vendor) && held.reports.size >= LIMITS.vendorsPerCase.most)
    return refuse('CASE_FULL', { most: LIMITS.vendorsPerCase.most });
  const next = newest(held.reports.get(report.vendor), {
    stamp: { at: createdAt, id: input.id },
    value: report,
  });
  return ok({
    held: { ...held, reports: withEntry(held.reports, report.vendor, { ...next, via: author }) },
    effects: upward(state, held, author, { kind: 'vendor_status', report }),
  });
}

/** Who told us, whom we told or granted, who is on the roster, and vendors that another centre named. */
function takesPart(held: Case, author: NodeId): boolean {
  return (
    author === held.origin ||
    author === held.from ||
    held.told.has(author) ||
    held.granted.has(author) ||
    rosterOf(held).has(author) ||
    isListed(held, author)
  );
}

/** A vendor speaks for itself once it was told or granted; a centre of the roster relays for its vendors. */
function maySpeakFor(state: State, held: Case, author: NodeId, vendor: NodeId): boolean {
  if (author === vendor) return held.told.has(vendor) || held.granted.has(vendor) || isListed(held, vendor);
  // Nobody speaks over a vendor that we told ourselves.
  if (held.told.has(vendor)) return false;
  return rosterOf(held).has(author) && state.peers.get(author)?.card.role === 'centre';
}

function isListed(held: Case, vendor: NodeId): boolean {
  return [...held.lists.values()].some((marks) => marks.some((mark) => mark.vendor === vendor));
}

/** The centre reports its own vendors' words upwards; what another centre relayed stays here. */
function upward(state: State, held: Case, author: NodeId, body: SpokenBody): readonly Effect[] {
  const { node, role } = state.self;
  if (role !== 'centre' || held.origin === node || !held.told.has(author)) return [];
  return [tell(held, held.origin, body)];
}

/** Records where one part of an attachment lies (ENV-5). Faults: CASE_FULL. */
export function attach(
  held: Case,
  input: Input,
  part: { readonly mark: AttachmentMark; readonly part: number; readonly parts: number },
): Outcome<Heard> {
  const known = held.attachments.get(part.mark.hash);
  if (known === undefined && held.attachments.size >= LIMITS.attachments.most)
    return refuse('CASE_FULL', { most: LIMITS.attachments.most });
  const place = { feed: input.feed, sequence: input.statement.sequence };
  const parts = withEntry(known?.parts ?? new Map(), part.part, place);
  const attached = { mark: part.mark, count: part.parts, parts };
  return ok(quiet({ ...held, attachments: withEntry(held.attachments, part.mark.hash, attached) }));
}

function hearWords(
  held: Case,
  input: Input,
  kind: 'inquiry' | 'comment' | 'exploit_public' | 'attacks_observed',
  text: string,
): Outcome<Heard> {
  if (held.words.size >= LIMITS.listEntries.most)
    return refuse('CASE_FULL', { most: LIMITS.listEntries.most });
  const { author: from, recipient: to, createdAt: at } = input.statement;
  return ok(
    quiet({ ...held, words: withEntry(held.words, input.id, { id: input.id, from, to, kind, text, at }) }),
  );
}

/** A statement about this case, under its label. */
export function tell(held: Case, to: NodeId, body: SpokenBody): Effect {
  return { kind: 'say', draft: { to, caseId: held.id, tlp: held.tlp, body } };
}

function quiet(held: Case): Heard {
  return { held, effects: [] };
}
