/**
 * What discloses something to us or asks us to disclose: summaries, requests and their answers, lists of who asked,
 * parts of attachments (DESIGN §5.1, §5.2).
 */
import { byTlp } from '../disclosure/tlp.js';
import type { Effect } from '../effect.js';
import { type Outcome, ok, refuse } from '../fault.js';
import { LIMITS } from '../limits.js';
import { verifiedPeer } from '../registry/peers.js';
import type { Input, State } from '../state.js';
import type { AttachmentMark, SpokenBody } from '../statement.js';
import { DAY, type Instant } from '../time.js';
import { type Case, newest, openCase, withEntry } from './case.js';
import { ownModel, ownVendors, seatIn, speaksAsLead } from './chamber.js';
import { raisedReplyBy } from './disclose.js';
import { type Heard, quiet, roomFor, tell } from './heard.js';
import { rosterOf } from './settle-words.js';

type SummaryBody = Extract<SpokenBody, { kind: 'case_summary' }>;

/**
 * Opens a case, or renews what it is called and about.
 * Faults: STATEMENT_TLP, STATEMENT_FIELD, PEER_*, CASE_MEMBER, CASE_EXISTS.
 */
export function hearSummary(
  state: State,
  held: Case | undefined,
  input: Input,
  body: SummaryBody,
): Outcome<Heard> {
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
  // A centre is told by the origin itself, or invited by a centre that leads after it and proves so before anything is
  // signed (R12); a vendor by its own centre, which names the origin.
  if (state.self.role === 'centre' && body.origin !== author) {
    const origin = verifiedPeer(state, body.origin);
    if (!origin.ok || peer.value.card.role !== 'centre') return refuse('CASE_MEMBER', { where: author });
  }
  const replyBy = raisedReplyBy(createdAt, body.replyBy);
  const opened = openCase({
    id: caseId,
    tlp,
    origin: body.origin,
    from: author,
    openedAt: createdAt,
    summary,
    model: body.model,
    originCard: body.originCard,
    replyBy,
    replyByDays: Math.max(3, Math.ceil((body.replyBy - createdAt) / DAY)),
    details: undefined,
    autoAccept: state.autoAccept,
  });
  // Nobody waits for an answer until one time while the other side means another (DESIGN §5.6).
  const raised = replyBy > body.replyBy ? [tell(opened, author, { kind: 'reply_by_raised', replyBy })] : [];
  return ok({ held: opened, effects: raised });
}

/** Our summary left too little time: this is when we may expect an answer. Faults: CASE_MEMBER, STATEMENT_FIELD. */
export function hearRaised(held: Case, input: Input, replyBy: Instant): Outcome<Heard> {
  const { author } = input.statement;
  const telling = held.told.get(author);
  if (telling === undefined) return refuse('CASE_MEMBER', { where: author });
  // Raised to what everybody is granted, and no further: else nobody would ever be silent.
  if (replyBy > raisedReplyBy(telling.at, telling.at)) return refuse('STATEMENT_FIELD', { where: 'replyBy' });
  if (replyBy <= telling.replyBy) return ok(quiet(held));
  return ok(quiet({ ...held, told: withEntry(held.told, author, { ...telling, replyBy }) }));
}

type UpdateBody = Extract<SpokenBody, { kind: 'case_update' }>;

/** What the case is called and about now; our vendors hear it as they heard the summary. Faults: CASE_MEMBER, STATEMENT_FIELD. */
export function hearUpdate(state: State, held: Case, input: Input, body: UpdateBody): Outcome<Heard> {
  const { author, createdAt } = input.statement;
  if (!speaksAsLead(state, held, author)) return refuse('CASE_MEMBER', { where: author });
  if (body.caseSummary.title.trim() === '') return refuse('STATEMENT_FIELD', { where: 'title' });
  const summary = newest(held.summary, { stamp: { at: createdAt, id: input.id }, value: body.caseSummary });
  // One that comes after a newer one is no news to anybody.
  const effects = summary === held.summary ? [] : toOwnVendors(state, held, input, body);
  return ok({ held: { ...held, summary }, effects });
}

/**
 * The lead's words for our vendors, which know the case from us: under the charter that let them have the summary
 * (docs/decisions/0025). A stricter label than the summary had is another matter: then an officer asks first.
 */
export function toOwnVendors(state: State, held: Case, input: Input, body: SpokenBody): readonly Effect[] {
  const { tlp } = input.statement;
  if (state.self.role !== 'centre' || tlp === undefined || byTlp(tlp, held.tlp) > 0) return [];
  return ownVendors(state, held)
    .filter((node) => verifiedPeer(state, node).ok)
    .map((node) => tell(held, node, body));
}

type RequestBody = Extract<SpokenBody, { kind: 'detail_request' }>;

/** Somebody asks for the details. Faults: CASE_MEMBER, CASE_FULL. */
export function hearRequest(state: State, held: Case, input: Input, body: RequestBody): Outcome<Heard> {
  const { author, createdAt } = input.statement;
  const ownVendor = held.told.has(author) && body.requester === author;
  const member = rosterOf(state, held).has(author);
  if (!ownVendor && !member) return refuse('CASE_MEMBER', { where: author });
  const room = roomFor(author, held.requests, ({ via }) => via);
  if (!room.ok) return room;
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

type GrantBody = Extract<SpokenBody, { kind: 'detail_grant' }>;

/** The details, from the origin or from whoever told us. Faults: CASE_MEMBER, GRANT_BEFORE_CHARTER. */
export function hearGrant(state: State, held: Case, input: Input, body: GrantBody): Outcome<Heard> {
  const { author, tlp, createdAt } = input.statement;
  const stamp = { at: createdAt, id: input.id };
  if (!speaksAsLead(state, held, author)) return refuse('CASE_MEMBER', { where: author });
  // Between centres no details leave before everybody signed a time (DESIGN §7.2), and none to one without a seat.
  if (state.self.role === 'centre' && !seatIn(state, held).ok)
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

type DenialBody = Extract<SpokenBody, { kind: 'detail_denial' }>;

/** Why a request was not granted. Faults: REQUEST_UNKNOWN. */
export function hearDenial(held: Case, input: Input, body: DenialBody): Outcome<Heard> {
  const { author, createdAt } = input.statement;
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
}

type ListBody = Extract<SpokenBody, { kind: 'disclosure_list' }>;

/** A centre names the vendors that asked it, or that it granted. Faults: CASE_MEMBER, CASE_FULL. */
export function hearList(state: State, held: Case, input: Input, body: ListBody): Outcome<Heard> {
  const { author, createdAt } = input.statement;
  if (!rosterOf(state, held).has(author)) return refuse('CASE_MEMBER', { where: author });
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
