/**
 * What crosses from node to node: one row for each kind of spoken body. A kind without a row does not compile.
 */
import { hash } from '../core/bytes.js';
import {
  type FixProgress,
  NOT_AFFECTED_FLAGS,
  PRODUCT_STATES,
  type VendorStatusWord,
} from '../core/case/vendor-words.js';
import { caseId, nodeId } from '../core/ids.js';
import type { DelayRecord } from '../core/legal/delay.js';
import { LIMITS } from '../core/limits.js';
import type {
  AttachmentMark,
  CaseSummary,
  DisclosureMark,
  OnwardRule,
  ProductVerdict,
  Reference,
  SpokenBody,
  VendorReport,
} from '../core/statement.js';
import { move } from './registry.js';
import {
  blankable,
  branded,
  bytes,
  type ChoiceShape,
  choice,
  list,
  named,
  oneOf,
  optional,
  record,
  type Shape,
  text,
  time,
  whole,
  word,
} from './shapes.js';
import { embedded, processModel, seatChange } from './testimony.js';

const STATUS_WORDS: readonly VendorStatusWord[] = [
  'affected',
  'affected_investigating',
  'not_affected',
  'not_affected_investigating',
  'under_investigation',
  'informed',
  'not_contacted',
  'unknown',
  'disputed',
];
const FIX_PROGRESS: readonly FixProgress[] = ['none', 'ready', 'deployed'];

const SAFE = Number.MAX_SAFE_INTEGER;
const node = branded(nodeId, 'node id');
const digest = branded(hash, 'hash');
const title = text(LIMITS.titleCharacters.most, 1);
const name = text(LIMITS.nameCharacters.most, 1);
const remark = text(LIMITS.nameCharacters.most);
const words = text(LIMITS.textCharacters.most);
const cardText = text(LIMITS.cardBytes.most);
const names = list(name, LIMITS.listEntries.most);

export const caseSummary: Shape<CaseSummary> = record<CaseSummary>({
  title,
  kind: oneOf('CASE_KIND', ['software_product', 'web_application']),
  scope: oneOf('CASE_SCOPE', ['protocol', 'implementation', 'operation']),
  summary: words,
  products: names,
  publicIds: names,
});

export const onwardRule: Shape<OnwardRule> = oneOf('ONWARD_RULE', ['own_vendors', 'ask', 'nobody']);

export const attachmentMark: Shape<AttachmentMark> = record<AttachmentMark>({
  hash: digest,
  bytes: whole(0, LIMITS.attachmentBytes.most),
  mediaType: name,
});

const disclosureMark = record<DisclosureMark>({
  vendor: node,
  name,
  request: digest,
  at: named('atMs', time),
  card: cardText,
});

const notAffected = oneOf('NOT_AFFECTED', NOT_AFFECTED_FLAGS);

const productVerdict = record<ProductVerdict>({
  product: name,
  state: oneOf('PRODUCT_STATE', PRODUCT_STATES),
  justification: optional(notAffected),
});

export const vendorReport: Shape<VendorReport> = record<VendorReport>({
  vendor: node,
  vendorName: name,
  status: oneOf('VENDOR_STATUS', STATUS_WORDS),
  fixProgress: oneOf('FIX_PROGRESS', FIX_PROGRESS),
  impact: words,
  plan: words,
  readyAt: named('readyAtMs', optional(time)),
  statement: words,
  products: names,
  justification: optional(notAffected),
  verdicts: list(productVerdict, LIMITS.listEntries.most),
});

const reference = record<Reference>({ url: text(2_000, 1), summary: remark });
const vouched = record<{ node: ReturnType<typeof node.read>; certificate: string }>({
  node,
  certificate: cardText,
});

export const denialReason: Shape<'tlp' | 'not_affected' | 'not_verified' | 'policy' | 'other'> = oneOf(
  'DENIAL_REASON',
  ['tlp', 'not_affected', 'not_verified', 'policy', 'other'],
);

export const delayRecord: Shape<DelayRecord> = record<DelayRecord>({
  ground: oneOf('DELAY_GROUND', ['nature', 'specific_csirt', 'platform']),
  targetCsirt: remark,
  justification: words,
  decidedBy: remark,
  decidedAt: named('decidedAtMs', time),
  enisaInformedAt: named('enisaInformedAtMs', optional(time)),
  expectedAt: named('expectedAtMs', time),
  liftedAt: named('liftedAtMs', optional(time)),
  replaces: blankable(digest),
});

const threat = record({ evidence: words });
const said = record({ text: words });

/** Every kind of spoken body: its field in the oneof and the shape of its message. */
export const spokenBody: ChoiceShape<SpokenBody> = choice<SpokenBody, 'kind'>('kind', {
  case_summary: named(
    'caseSummary',
    record({
      caseSummary,
      replyBy: named('replyByMs', time),
      origin: node,
      model: processModel,
      originCard: cardText,
    }),
  ),
  acknowledge: record({ of: digest }),
  detail_request: named(
    'detailRequest',
    record({ requester: node, who: remark, why: words, products: names }),
  ),
  detail_grant: named(
    'detailGrant',
    record({
      request: blankable(digest),
      details: words,
      onward: onwardRule,
      attachments: list(attachmentMark, LIMITS.attachments.most),
    }),
  ),
  detail_denial: named('detailDenial', record({ request: digest, reason: denialReason, remark: words })),
  attachment: record({
    mark: attachmentMark,
    part: whole(0, LIMITS.attachmentParts.most),
    parts: whole(1, LIMITS.attachmentParts.most),
    bytes: bytes(LIMITS.attachmentPartBytes.most),
  }),
  disclosure_list: named(
    'disclosureList',
    record({ model: processModel, entries: list(disclosureMark, LIMITS.listEntries.most) }),
  ),
  vendor_status: named('vendorStatus', record({ report: vendorReport })),
  remedy: record({
    vendor: node,
    vendorName: name,
    remedy: words,
    references: list(reference, LIMITS.listEntries.most),
  }),
  schedule_preference: named('schedulePreference', record({ fragment: text(LIMITS.fragmentBytes.most, 1) })),
  publication_notice: named(
    'publicationNotice',
    record({
      stage: word('settled', 'freeze'),
      epoch: whole(0, 1_000_000),
      at: named('atMs', time),
      local: remark,
      proof: list(embedded, LIMITS.proofEntries.most),
      vouched: list(vouched, LIMITS.vouchedEntries.most),
    }),
  ),
  advance_notice: named(
    'advanceNotice',
    record({ epoch: whole(0, 1_000_000), at: named('atMs', time), agreement: name, text: words }),
  ),
  amend_request: named(
    'amendRequest',
    record({
      slot: whole(0, 1_000_000),
      round: whole(0, 1_000_000),
      why: words,
      change: optional(seatChange),
    }),
  ),
  invitation: record({
    proof: list(embedded, LIMITS.proofEntries.most),
    vouched: list(vouched, LIMITS.vouchedEntries.most),
  }),
  ballot: record({ ballot: named('signed', embedded) }),
  exploit_public: named('exploitPublic', threat),
  attacks_observed: named('attacksObserved', threat),
  inquiry: said,
  comment: said,
  case_update: named('caseUpdate', record({ caseSummary })),
  case_merge: named('caseMerge', record({ into: branded(caseId, 'case id') })),
  case_close: named('caseClose', record({ reason: words })),
  dissemination_delay: named('disseminationDelay', record({ record: delayRecord })),
  reply_by_raised: named('replyByRaised', record({ replyBy: named('replyByMs', time) })),
  registration: record({ application: blankable(digest), step: move }),
  unreadable: record({ sequence: whole(0, SAFE), until: optional(whole(0, SAFE)), code: name }),
});
