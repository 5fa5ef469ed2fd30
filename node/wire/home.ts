/**
 * What a node says to itself: orders of its operators, ticks and reports. It never leaves the house, so it is
 * JSON instead of protobuf messages; the readers are the same.
 */
import { hash } from '../core/bytes.js';
import { TLP_LABELS } from '../core/disclosure/tlp.js';
import { type FaultCode, MEANINGS } from '../core/fault.js';
import { caseId, nodeId, reportId } from '../core/ids.js';
import { LEGAL_STAGES, type LegalFacts, MEMBER_STATES } from '../core/legal/facts.js';
import { LIMITS } from '../core/limits.js';
import { mailAddress, readToken } from '../core/mail/address.js';
import type { Card } from '../core/registry/card.js';
import type { HomeBody, Order } from '../core/statement.js';
import { entryAt, key, move, newEntry, revision } from './registry.js';
import { reportEntry } from './reports.js';
import {
  branded,
  bytes,
  choice,
  list,
  nothing,
  optional,
  record,
  type Shape,
  text,
  time,
  truth,
  Unfit,
  whole,
  word,
} from './shapes.js';
import {
  attachmentMark,
  caseSummary,
  delayRecord,
  denialReason,
  onwardRule,
  spokenBody,
  vendorReport,
} from './spoken.js';
import { charterTerms, seatChange } from './testimony.js';

const node = branded(nodeId, 'node id');
const digest = branded(hash, 'hash');
const name = text(LIMITS.nameCharacters.most);
const words = text(LIMITS.textCharacters.most);
const remark = text(LIMITS.titleCharacters.most);
const token = branded(readToken, 'token of a letter');
const faultCode = branded(
  (text) => (Object.hasOwn(MEANINGS, text) ? (text as FaultCode) : undefined),
  'fault code',
);
const count = whole(0, 1_000_000);
const incarnation = whole(1, Number.MAX_SAFE_INTEGER);
const size = whole(0, LIMITS.feedEntries.most);

// A card counts whole characters in its name, and each of them may take two units here.
const card: Shape<Card> = record<Card>({
  node,
  name: text(2 * LIMITS.nameCharacters.most, 1),
  role: word('centre', 'vendor', 'reception_body', 'infrastructure_site'),
  mode: word('production', 'drill'),
  certificate: text(LIMITS.cardBytes.most),
  logKey: text(LIMITS.titleCharacters.most),
  tlsPins: list(branded(hash, 'hash'), LIMITS.listEntries.most),
  grpc: list(record({ target: text(LIMITS.titleCharacters.most) }), LIMITS.listEntries.most),
  libp2p: list(record({ multiaddr: text(LIMITS.titleCharacters.most) }), LIMITS.listEntries.most),
  zone: name,
  languages: list(name, LIMITS.listEntries.most),
  embargoDays: count,
  replyByDays: count,
  cycles: list(name, LIMITS.listEntries.most),
  sequence: whole(0, Number.MAX_SAFE_INTEGER),
  expiresAt: time,
});

const legalFacts: Shape<LegalFacts> = record<LegalFacts>({
  kind: word('exploited', 'incident'),
  awareAt: time,
  exploitedSince: optional(time),
  evidence: words,
  nature: words,
  severity: words,
  actor: words,
  measuresTaken: words,
  measuresForUsers: words,
  measureAvailableAt: optional(time),
  memberStates: list(word(...MEMBER_STATES), LIMITS.listEntries.most),
  mainEstablishment: name,
  sensitivity: record({
    tlp: optional(word(...TLP_LABELS)),
    pap: optional(word('CLEAR', 'GREEN', 'AMBER', 'RED')),
    text: words,
  }),
  euvdId: name,
  reporterAnonymous: truth,
  crossBorder: truth,
});

const order: Shape<Order> = choice<Order, 'act'>('act', {
  peer_add: record({ card, text: text(LIMITS.cardBytes.most) }),
  peer_verify: record({ node, method: name }),
  peer_remove: record({ node }),
  resay: record({ to: node }),
  mail_add: record({ card, address: branded(mailAddress, 'mail address') }),
  mail_again: record({ to: node }),
  mail_resume: nothing,
  reply_confirm: record({ reply: digest, body: spokenBody }),
  reply_dismiss: record({ reply: digest, reason: words }),
  policy: record({ autoAccept: truth }),
  contact_add: newEntry,
  contact_change: entryAt,
  contact_import: record({ rows: list(entryAt, LIMITS.listEntries.most) }),
  contact_merge: record({ from: key, into: key, revision, intoRevision: revision }),
  contact_split: record({ key, revision }),
  contact_retire: record({ key, revision, reason: words, retire: truth }),
  contact_key_add: record({
    key,
    revision,
    person: name,
    fingerprint: node,
    certificate: text(LIMITS.cardBytes.most, 1),
    method: name,
  }),
  contact_key_withdraw: record({ key, revision, person: name }),
  registration_move: record({ id: name, step: move }),
  registration_identity: record({ id: name, method: name }),
  case_open: record({
    caseSummary,
    details: words,
    onward: onwardRule,
    replyByDays: whole(3, 365),
  }),
  case_update: record({ caseSummary }),
  case_vendors: record({ reports: list(vendorReport, LIMITS.vendorsPerCase.most) }),
  case_attach: record({
    mark: attachmentMark,
    part: whole(0, LIMITS.attachmentParts.most),
    parts: whole(1, LIMITS.attachmentParts.most),
    bytes: bytes(LIMITS.attachmentPartBytes.most),
  }),
  case_close: record({ reason: words }),
  case_merge: record({ into: branded(caseId, 'case id') }),
  report: record({ report: branded(reportId, 'report id'), entry: reportEntry }),
  tell: record({ to: list(node, LIMITS.vendorsPerCase.most), replyBy: time }),
  advance: record({
    to: node,
    agreement: text(LIMITS.nameCharacters.most, 1),
    offsetMs: whole(0, LIMITS.advanceMs.most),
    text: words,
    consent: words,
  }),
  charter_propose: record({ terms: charterTerms }),
  charter_sign: nothing,
  charter_refuse: record({ reason: words }),
  grant: record({ request: digest, consent: words }),
  deny: record({ request: digest, reason: denialReason, remark: words }),
  constrain: record({ fragment: text(LIMITS.fragmentBytes.most, 1) }),
  approve: record({ at: time }),
  reject: record({ at: time }),
  auto_accept: record({ on: truth }),
  seat_change: record({ change: seatChange, agree: truth, reason: words }),
  charter_join: nothing,
  breach_report: record({ evidence: words, seenAt: time }),
  breach_confirm: nothing,
  manual_release: record({ reason: words }),
  legal_enter: record({ manufacturer: text(LIMITS.nameCharacters.most, 1), facts: legalFacts }),
  legal_demand: record({
    manufacturer: name,
    demand: record({ askedBy: name, askedAt: time, dueAt: time }),
  }),
  legal_notice: record({
    manufacturer: name,
    notice: record({ stage: word(...LEGAL_STAGES), sentAt: time, reference: name }),
  }),
  delay_record: record({ record: delayRecord, to: list(node, LIMITS.rosterEntries.most) }),
  say: record({ to: node, body: spokenBody }),
});

const homeBody: Shape<HomeBody> = choice<HomeBody, 'kind'>('kind', {
  order: record({ by: name, order }),
  tick: nothing,
  clock_sample: record({ peer: node, sentAt: time, peerAt: time }),
  start: record({ incarnation, restored: text(LIMITS.nameCharacters.most) }),
  hello: record({ peer: node, incarnation }),
  lacking: record({ peer: node, held: size, offered: size }),
  returned: record({ peer: node, size }),
  answered: record({ peer: node, incarnation }),
  publish_intent: record({
    epoch: count,
    at: time,
    rule: word('P1', 'P2', 'P3', 'P4', 'MANUAL'),
  }),
  publish_report: record({
    epoch: count,
    at: time,
    publishedAt: time,
    digest,
    revision: count,
  }),
  stage_report: record({ epoch: count, at: time, digest }),
  letter_sent: record({ letter: token, response: remark, left: count }),
  letter_held: record({ letter: token, code: faultCode, status: remark }),
  letter_returned: record({ letter: token, status: remark }),
  reply_read: record({
    reply: digest,
    words: digest,
    letter: optional(token),
    from: optional(node),
    person: optional(record({ name, fingerprint: node })),
    encrypted: truth,
    signedAt: optional(time),
    code: optional(faultCode),
    text: words,
    mail: bytes(LIMITS.mailReplyBytes.most),
  }),
  note_answered: record({
    report: branded(reportId, 'report id'),
    note: count,
    reply: digest,
    encrypted: truth,
    code: optional(faultCode),
    text: words,
  }),
  note_returned: record({ report: branded(reportId, 'report id'), note: count, status: remark }),
});

/** UTF-8 JSON of a home body. `readHome(writeHome(a)) = a`. */
export function writeHome(body: HomeBody): Uint8Array {
  return Buffer.from(JSON.stringify(homeBody.write(body), base64Bytes));
}

/** @throws Unfit naming the place that is wrong. */
export function readHome(json: Uint8Array): HomeBody {
  return homeBody.read(parse(json), 'home');
}

function parse(json: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(json).toString('utf8'));
  } catch {
    throw new Unfit('home');
  }
}

/** A Buffer turns itself into an object of numbers before a replacer sees it, hence the look at the holder. */
function base64Bytes(this: unknown, key: string, value: unknown): unknown {
  const original = (this as Readonly<Record<string, unknown>>)[key];
  return original instanceof Uint8Array ? Buffer.from(original).toString('base64') : value;
}
