import { describe, expect, it } from 'vitest';
import { type Hash, sha256 } from '../../node/core/bytes.js';
import { type CaseId, type NodeId, type ReportId, reportId } from '../../node/core/ids.js';
import type { ReportEntry } from '../../node/core/intake/report.js';
import type { DelayRecord } from '../../node/core/legal/delay.js';
import { letterToken, type MailAddress } from '../../node/core/mail/address.js';
import type { Move } from '../../node/core/registry/registration.js';
import type { ContactKey, Entry, Profile } from '../../node/core/registry/vendor.js';
import type { Ballot, BallotBody, CharterTerms, SeatChange } from '../../node/core/settlement/ballot.js';
import type {
  Body,
  CaseSummary,
  HomeBody,
  Order,
  SpokenBody,
  Statement,
  VendorReport,
} from '../../node/core/statement.js';
import type { Instant } from '../../node/core/time.js';
import { readStatement, writeStatement } from '../../node/wire/codec.js';
import { messageType } from '../../node/wire/schema.js';
import { readBallot, writeBallot } from '../../node/wire/testimony.js';

const A = 'a'.repeat(40) as NodeId;
const B = 'b'.repeat(40) as NodeId;
const CASE = '00000000-0000-4000-8000-000000000001' as CaseId;
const HASH: Hash = sha256('x');
const AT = 1_799_107_200_123 as Instant;
const TOKEN = letterToken(HASH);

const DELAY: DelayRecord = {
  ground: 'specific_csirt',
  targetCsirt: 'Another CSIRT',
  justification: 'It cannot keep it.',
  decidedAt: AT,
  decidedBy: 'An officer',
  enisaInformedAt: undefined,
  expectedAt: AT,
  liftedAt: undefined,
  replaces: undefined,
};

const SUMMARY: CaseSummary = {
  title: 'A title',
  kind: 'web_application',
  scope: 'protocol',
  summary: 'Words, 日本語.',
  products: ['One', 'Two'],
  publicIds: ['VU#1'],
};

const REPORT: VendorReport = {
  vendor: B,
  vendorName: 'Vendor',
  status: 'affected_investigating',
  fixProgress: 'ready',
  impact: 'some',
  plan: 'a fix',
  readyAt: AT,
  statement: 'For the public.',
  products: ['One'],
  justification: 'component_not_present',
  verdicts: [
    { product: 'One 2.0', state: 'fixed', justification: undefined },
    { product: 'Two', state: 'not_affected', justification: 'vulnerable_code_not_in_execute_path' },
  ],
};

const TERMS: CharterTerms = {
  roster: [
    { node: A, model: 2 },
    { node: B, model: 1 },
  ],
  lead: A,
  defaultInstant: 1_800_000_000_000 as Instant,
  quorum: 2,
  freezeMs: 259_200_000,
  roundMs: 7_200_000,
  skewMs: 60_000,
  window: { notBefore: 1_799_100_000_000 as Instant, notAfter: 1_802_000_000_000 as Instant },
  horizonEnd: 1_803_000_000_000 as Instant,
  objective: 'leximin',
  tables: '{}',
  solver: 'SCHED/1',
};

const BALLOTS: { readonly [K in BallotBody['kind']]: Extract<BallotBody, { kind: K }> } = {
  charter: { kind: 'charter', version: 1, terms: TERMS },
  charter_sign: { kind: 'charter_sign', version: 1 },
  charter_refuse: { kind: 'charter_refuse', version: 1, reason: 'no' },
  charter_join: { kind: 'charter_join', epoch: 2 },
  constraint: { kind: 'constraint', sequence: 3, fragment: '{}' },
  propose: {
    kind: 'propose',
    slot: 1,
    round: 0,
    value: { kind: 'amend', at: AT, snapshot: HASH, inputHash: HASH },
    snapshot: [HASH],
    preparedAt: AT,
  },
  vote: { kind: 'vote', slot: 1, round: 2, value: HASH },
  commit: { kind: 'commit', slot: 1, round: 2, value: HASH },
  skip: { kind: 'skip', slot: 4, round: 0 },
  published: { kind: 'published', epoch: 1, at: AT, digest: HASH, revision: 1 },
  leak: { kind: 'leak', evidence: 'seen on a list', seenAt: AT },
  manual_release: { kind: 'manual_release', officer: 'An officer', reason: 'nobody left' },
};

function ballot(body: BallotBody): Ballot {
  const draft = { caseId: CASE, charter: body.kind === 'charter' ? undefined : HASH, body };
  const bytes = writeBallot(draft, A, 7);
  const signed = { bytes, signature: new Uint8Array([1, 2, 3]) };
  return { id: sha256(bytes), author: A, incarnation: 7, ...draft, signed };
}

const PROFILE: Profile = {
  name: 'Nordwind Systems GmbH',
  aliases: ['北風'],
  products: [{ name: 'HafenGate', aliases: ['HG'], cpe: 'cpe:2.3:a:nordwind:gate:*', purl: 'pkg:npm/gate' }],
  keywords: ['SNMP'],
  zone: 'Europe/Berlin',
  languages: ['de', 'en'],
  cycles: ['microsoft'],
  persons: [
    { name: 'PSIRT', roles: ['quality_assurance', 'delivery'], mail: 'p@n.example', phone: '+49 30 1' },
  ],
};
const KEY = 'nordwind' as ContactKey;
const ENTRY: Entry = {
  ...PROFILE,
  groups: ['routers'],
  class: 'individual',
  weight: 7,
  certificate: 'armour',
  node: B,
  remark: 'calls back',
};

const MOVES: { readonly [M in Move['move']]: Extract<Move, { move: M }> } = {
  apply: { move: 'apply', profile: PROFILE },
  name_documents: { move: 'name_documents', documents: ['register of companies'], remark: 'by post' },
  submit_documents: { move: 'submit_documents', documents: [{ name: 'register', hash: HASH }], remark: '' },
  record_meeting: {
    move: 'record_meeting',
    metAt: AT,
    present: ['both'],
    terms: { name: 'terms 3', hash: HASH },
    remark: '',
  },
  agree: { move: 'agree', terms: HASH, who: 'Head of quality' },
  register: { move: 'register', key: KEY },
  reject: { move: 'reject', reason: 'nobody answers' },
  withdraw: { move: 'withdraw', reason: 'sold' },
};

const SPOKEN: { readonly [K in SpokenBody['kind']]: Extract<SpokenBody, { kind: K }> } = {
  case_summary: {
    kind: 'case_summary',
    caseSummary: SUMMARY,
    replyBy: AT,
    origin: A,
    model: 1,
    originCard: 'card',
  },
  acknowledge: { kind: 'acknowledge', of: HASH },
  detail_request: { kind: 'detail_request', requester: B, who: 'PSIRT', why: 'affected', products: ['One'] },
  detail_grant: {
    kind: 'detail_grant',
    request: HASH,
    details: 'Details.',
    onward: 'ask',
    attachments: [{ hash: HASH, bytes: 5, mediaType: 'text/plain' }],
  },
  detail_denial: { kind: 'detail_denial', request: HASH, reason: 'not_verified', remark: 'who are you' },
  attachment: {
    kind: 'attachment',
    mark: { hash: HASH, bytes: 5, mediaType: 'text/plain' },
    part: 0,
    parts: 1,
    bytes: new Uint8Array([0, 255, 3]),
  },
  disclosure_list: {
    kind: 'disclosure_list',
    model: 1,
    entries: [{ vendor: B, name: 'Vendor', request: HASH, at: AT, card: 'card' }],
  },
  vendor_status: { kind: 'vendor_status', report: REPORT },
  remedy: {
    kind: 'remedy',
    vendor: B,
    vendorName: 'Vendor',
    remedy: 'Update.',
    references: [{ url: 'https://v.example/1', summary: 'one' }],
  },
  schedule_preference: { kind: 'schedule_preference', fragment: '{}' },
  advance_notice: { kind: 'advance_notice', epoch: 1, at: AT, agreement: 'NDA 7', text: 'Close port 7.' },
  publication_notice: {
    kind: 'publication_notice',
    stage: 'freeze',
    epoch: 2,
    at: AT,
    local: 'soon',
    proof: [ballot(BALLOTS.charter), ballot(BALLOTS.commit)],
    vouched: [{ node: A, certificate: 'armour' }],
  },
  amend_request: {
    kind: 'amend_request',
    slot: 1,
    round: 0,
    why: 'they found it too',
    change: { kind: 'join', member: { node: B, model: 1 } },
  },
  invitation: {
    kind: 'invitation',
    proof: [ballot(BALLOTS.charter), ballot(BALLOTS.commit)],
    vouched: [{ node: A, certificate: 'armour' }],
  },
  ballot: { kind: 'ballot', ballot: ballot(BALLOTS.propose) },
  exploit_public: { kind: 'exploit_public', evidence: 'there' },
  attacks_observed: { kind: 'attacks_observed', evidence: 'there' },
  inquiry: { kind: 'inquiry', text: 'When?' },
  comment: { kind: 'comment', text: 'Soon.' },
  case_update: { kind: 'case_update', caseSummary: SUMMARY },
  case_merge: { kind: 'case_merge', into: CASE },
  case_close: { kind: 'case_close', reason: 'done' },
  reply_by_raised: { kind: 'reply_by_raised', replyBy: AT },
  registration: { kind: 'registration', application: undefined, step: { move: 'apply', profile: PROFILE } },
  dissemination_delay: { kind: 'dissemination_delay', record: DELAY },
  unreadable: { kind: 'unreadable', sequence: 9, until: 11, code: 'ENVELOPE_FORGED' },
};

const CARD = {
  node: B,
  name: 'Vendor',
  role: 'vendor',
  mode: 'drill',
  certificate: 'armour',
  logKey: 'key',
  tlsPins: [HASH],
  grpc: [{ target: 'localhost:1' }],
  libp2p: [{ multiaddr: '/ip4/127.0.0.1/tcp/1/p2p/x' }],
  zone: 'Asia/Tokyo',
  languages: ['ja'],
  embargoDays: 45,
  replyByDays: 7,
  cycles: ['microsoft'],
  sequence: 1,
  expiresAt: AT,
} as const;

const REPORT_ID = reportId('0f7e8a5c-2f54-4d3e-9b1a-6c1d2e3f4a5b') as ReportId;

const ORDERS: { readonly [A in Order['act']]: Extract<Order, { act: A }> } = {
  peer_add: { act: 'peer_add', card: CARD, text: 'card' },
  peer_verify: { act: 'peer_verify', node: B, method: 'meeting' },
  peer_remove: { act: 'peer_remove', node: B },
  resay: { act: 'resay', to: B },
  policy: { act: 'policy', autoAccept: true },
  mail_add: { act: 'mail_add', card: CARD, address: 'psirt@vendor.example' as MailAddress },
  mail_again: { act: 'mail_again', to: B },
  mail_resume: { act: 'mail_resume' },
  reply_confirm: { act: 'reply_confirm', reply: HASH, body: SPOKEN.vendor_status },
  reply_dismiss: { act: 'reply_dismiss', reply: HASH, reason: 'spam' },
  contact_add: { act: 'contact_add', key: KEY, entry: ENTRY },
  contact_change: { act: 'contact_change', key: KEY, revision: 3, entry: { ...ENTRY, node: undefined } },
  contact_import: { act: 'contact_import', rows: [{ key: KEY, revision: 0, entry: ENTRY }] },
  contact_merge: {
    act: 'contact_merge',
    from: KEY,
    into: 'quellmark' as ContactKey,
    revision: 1,
    intoRevision: 2,
  },
  contact_split: { act: 'contact_split', key: KEY, revision: 2 },
  contact_retire: { act: 'contact_retire', key: KEY, revision: 2, reason: 'closed', retire: true },
  contact_key_add: {
    act: 'contact_key_add',
    key: KEY,
    revision: 2,
    person: 'Nora Nord',
    fingerprint: B,
    certificate: 'armour',
    method: 'telephone',
  },
  contact_key_withdraw: { act: 'contact_key_withdraw', key: KEY, revision: 2, person: 'Nora Nord' },
  registration_move: { act: 'registration_move', id: B, step: MOVES.submit_documents },
  registration_identity: { act: 'registration_identity', id: B, method: 'call' },
  case_open: {
    act: 'case_open',
    caseSummary: SUMMARY,
    details: 'Details.',
    onward: 'nobody',
    replyByDays: 7,
  },
  case_update: { act: 'case_update', caseSummary: SUMMARY },
  case_vendors: { act: 'case_vendors', reports: [REPORT] },
  case_attach: {
    act: 'case_attach',
    mark: { hash: HASH, bytes: 2, mediaType: 'text/plain' },
    part: 0,
    parts: 1,
    bytes: new Uint8Array([0, 200]),
  },
  case_close: { act: 'case_close', reason: 'done' },
  case_merge: { act: 'case_merge', into: CASE },
  tell: { act: 'tell', to: [B], replyBy: AT },
  charter_propose: { act: 'charter_propose', terms: TERMS },
  charter_sign: { act: 'charter_sign' },
  charter_refuse: { act: 'charter_refuse', reason: 'no' },
  grant: { act: 'grant', request: HASH, consent: 'by letter' },
  deny: { act: 'deny', request: HASH, reason: 'tlp', remark: '' },
  constrain: { act: 'constrain', fragment: '{}' },
  approve: { act: 'approve', at: AT },
  reject: { act: 'reject', at: AT },
  auto_accept: { act: 'auto_accept', on: true },
  seat_change: {
    act: 'seat_change',
    change: { kind: 'leave', node: B },
    agree: true,
    reason: 'closed its doors',
  },
  charter_join: { act: 'charter_join' },
  breach_report: { act: 'breach_report', evidence: 'seen', seenAt: AT },
  breach_confirm: { act: 'breach_confirm' },
  manual_release: { act: 'manual_release', reason: 'nobody left' },
  legal_enter: {
    act: 'legal_enter',
    manufacturer: 'Maker',
    facts: {
      kind: 'exploited',
      awareAt: AT,
      exploitedSince: AT,
      evidence: 'seen',
      nature: 'memory',
      severity: 'high',
      actor: 'unknown',
      measuresTaken: 'none yet',
      measuresForUsers: 'switch it off',
      measureAvailableAt: undefined,
      memberStates: ['DE', 'FR'],
      mainEstablishment: 'DE',
      sensitivity: { tlp: 'AMBER', pap: 'RED', text: '' },
      euvdId: '',
      reporterAnonymous: true,
      crossBorder: true,
    },
  },
  legal_demand: {
    act: 'legal_demand',
    manufacturer: 'Maker',
    demand: { askedBy: 'A CSIRT', askedAt: AT, dueAt: AT },
  },
  legal_notice: {
    act: 'legal_notice',
    manufacturer: 'Maker',
    notice: { stage: 'early_warning', sentAt: AT, reference: 'SRP-1' },
  },
  delay_record: { act: 'delay_record', record: { ...DELAY, replaces: HASH, liftedAt: AT }, to: [B] },
  say: { act: 'say', to: B, body: SPOKEN.inquiry },
  advance: {
    act: 'advance',
    to: B,
    agreement: 'NDA 7',
    offsetMs: 3_600_000,
    text: 'Close port 7.',
    consent: '',
  },
  report: {
    act: 'report',
    report: REPORT_ID,
    entry: {
      kind: 'reporter',
      reporter: { name: 'N', organisation: '', contact: 'c', certificate: undefined },
    },
  },
};

const REPORT_ENTRIES: { readonly [K in ReportEntry['kind']]: Extract<ReportEntry, { kind: K }> } = {
  enter: {
    kind: 'enter',
    source: 'mail',
    receivedAt: AT,
    text: {
      kind: 'web_application',
      title: 'A title',
      product: 'https://site.example',
      version: '',
      description: 'Words, 日本語.',
      impact: '',
      exploit: '',
      discovery: '',
      plans: 'In June.',
      publicIds: ['CVE-2027-0001'],
      saysPublic: true,
      saysExploited: false,
    },
  },
  reporter: {
    kind: 'reporter',
    reporter: { name: 'N', organisation: 'O', contact: 'n@site.example', certificate: 'armour' },
  },
  assess: {
    kind: 'assess',
    verdict: { kind: 'excluded', because: 'malware' },
    remark: 'A worm.',
    products: ['Switch 8'],
  },
  route: { kind: 'route', into: CASE, duplicateOf: REPORT_ID },
  consent: { kind: 'consent', scope: 'credit', given: true, words: 'Name me.' },
  letter: { kind: 'letter', letter: 'follow_up', channel: 'telephone', text: 'We asked.' },
  severity: { kind: 'severity', side: 'vendor', name: 'V', vector: 'CVSS:3.1/AV:N', words: 'Low.' },
  looked: { kind: 'looked' },
  share: { kind: 'share', to: B },
};

const HOME: readonly HomeBody[] = [
  ...Object.values(ORDERS).map((order): HomeBody => ({ kind: 'order', by: 'An officer', order })),
  ...Object.values(REPORT_ENTRIES).map(
    (entry): HomeBody => ({
      kind: 'order',
      by: 'An officer',
      order: { act: 'report', report: REPORT_ID, entry },
    }),
  ),
  { kind: 'tick' },
  { kind: 'clock_sample', peer: B, sentAt: AT, peerAt: AT },
  { kind: 'publish_intent', epoch: 1, at: AT, rule: 'P3' },
  { kind: 'publish_report', epoch: 1, at: AT, publishedAt: AT, digest: HASH, revision: 1 },
  { kind: 'stage_report', epoch: 1, at: AT, digest: HASH },
  { kind: 'letter_sent', letter: TOKEN, response: '250 OK', left: 1 },
  { kind: 'letter_held', letter: TOKEN, code: 'KEY_EXPIRED', status: '' },
  { kind: 'letter_returned', letter: TOKEN, status: '5.1.1' },
  {
    kind: 'reply_read',
    reply: HASH,
    words: HASH,
    letter: TOKEN,
    from: B,
    person: { name: 'Nora Nord', fingerprint: A },
    encrypted: true,
    signedAt: AT,
    code: undefined,
    text: 'We are affected.',
    mail: new Uint8Array([1, 2]),
  },
  {
    kind: 'note_answered',
    report: REPORT_ID,
    note: 1,
    reply: HASH,
    encrypted: true,
    code: 'MAIL_FOREIGN',
    text: 'Thanks.',
  },
  { kind: 'note_returned', report: REPORT_ID, note: 0, status: '5.1.1' },
  {
    kind: 'reply_read',
    reply: HASH,
    words: HASH,
    letter: undefined,
    from: undefined,
    person: undefined,
    encrypted: false,
    signedAt: undefined,
    code: 'MAIL_UNSIGNED',
    text: '',
    mail: new Uint8Array(),
  },
];

function statement(body: Body, home = false): Statement {
  return {
    author: A,
    recipient: home ? A : B,
    sequence: 12,
    incarnation: 1_799_107_200_000,
    createdAt: AT,
    caseId: CASE,
    tlp: 'AMBER+STRICT',
    body,
  };
}

describe('the codec', () => {
  it.each(Object.values(SPOKEN).map((body) => [body.kind, body] as const))(
    'ENV-1: reads back %s',
    (_, body) => {
      expect(readStatement(writeStatement(statement(body)))).toEqual({ ok: true, value: statement(body) });
    },
  );

  it.each(HOME.map((body) => [body.kind === 'order' ? body.order.act : body.kind, body] as const))(
    'reads back the home entry %s',
    (_, body) => {
      expect(readStatement(writeStatement(statement(body, true)))).toEqual({
        ok: true,
        value: statement(body, true),
      });
    },
  );

  it.each(Object.values(BALLOTS).map((body) => [body.kind, body] as const))(
    'ENV-3: reads back the body %s',
    (_, body) => {
      const made = ballot(body);
      expect(readBallot(made.signed)).toEqual({ ok: true, value: made });
    },
  );

  it.each<SeatChange>([
    { kind: 'join', member: { node: B, model: 1 } },
    { kind: 'leave', node: B },
    { kind: 'lead', node: B },
  ])('R12: reads back a change of seats: $kind', (change) => {
    const made = ballot({ ...BALLOTS.propose, value: { kind: 'change', change } });
    expect(readBallot(made.signed)).toEqual({ ok: true, value: made });
  });

  it('R5: reads back a request for another instant, without a change of seats', () => {
    const asked = statement({ ...SPOKEN.amend_request, change: undefined });
    expect(readStatement(writeStatement(asked))).toEqual({ ok: true, value: asked });
  });

  it('ENV-3: reads back a seal', () => {
    const made = ballot({ ...BALLOTS.propose, value: { kind: 'seal' } });
    expect(readBallot(made.signed)).toEqual({ ok: true, value: made });
  });

  it('writes the same bytes for the same statement', () => {
    expect(writeStatement(statement(SPOKEN.detail_grant))).toEqual(
      writeStatement(statement(SPOKEN.detail_grant)),
    );
  });
});

const type = () => messageType('isochron.v1.Statement');
const good = () => type().decode(writeStatement(statement(SPOKEN.inquiry))) as Record<string, unknown>;

describe('what the codec refuses', () => {
  it.each<readonly [string, Record<string, unknown>, string]>([
    ['another version', { version: 2 }, 'STATEMENT_VERSION'],
    ['no body', { inquiry: undefined, body: undefined }, 'STATEMENT_KIND'],
    ['an author in capitals', { author: 'A'.repeat(40) }, 'STATEMENT_FIELD'],
    ['a recipient that is too short', { recipient: 'b' }, 'STATEMENT_FIELD'],
    ['a sequence beyond safe numbers', { sequence: '9007199254740993' }, 'STATEMENT_FIELD'],
    ['a date beyond year 9999', { createdAtMs: '300000000000000' }, 'STATEMENT_FIELD'],
    ['a case id of another form', { caseId: 'case-7' }, 'STATEMENT_FIELD'],
    ['a case without a label', { tlp: 'TLP_UNSPECIFIED' }, 'STATEMENT_TLP'],
    ['a label without a case', { caseId: '' }, 'STATEMENT_TLP'],
    ['text over the bound', { inquiry: { text: 'x'.repeat(100_001) } }, 'STATEMENT_FIELD'],
  ])('%s', (_, change, code) => {
    const read = readStatement(type().encode({ ...good(), ...change }));
    expect(read.ok ? 'read' : read.fault.code).toBe(code);
  });

  it('an unknown label, which comes as a bare number', () => {
    const bytes = Buffer.from(type().encode({ ...good(), tlp: 'TLP_RED' }));
    // Field 8, varint: the label is the byte behind its key.
    const at = bytes.indexOf(Buffer.from([0x40, 5]));
    bytes[at + 1] = 99;
    const read = readStatement(bytes);
    expect(read.ok ? 'read' : read.fault).toEqual({ code: 'STATEMENT_FIELD', where: 'statement/tlp' });
  });

  it('an order from anybody but this node itself', () => {
    const bytes = writeStatement({ ...statement({ kind: 'tick' }), recipient: B });
    const read = readStatement(bytes);
    expect(read.ok ? 'read' : read.fault.code).toBe('STATEMENT_KIND');
  });

  it('bytes that are no protobuf message', () => {
    const read = readStatement(new Uint8Array([0xff, 0xff, 0xff]));
    expect(read.ok ? 'read' : read.fault.code).toBe('STATEMENT_MALFORMED');
  });

  it('every cut of a statement is refused or reads as another statement, and never throws', () => {
    const whole = writeStatement(statement(SPOKEN.publication_notice));
    for (let end = 0; end < whole.length; end += 7)
      expect(() => readStatement(whole.slice(0, end))).not.toThrow();
  });

  it('a body for third parties of another protocol', () => {
    const wire = messageType('isochron.v1.Testimony');
    const made = wire.decode(ballot(BALLOTS.skip).signed.bytes) as object;
    const bytes = wire.encode({ ...made, domain: 'another/v1 ballot' });
    const read = readBallot({ bytes, signature: new Uint8Array() });
    expect(read.ok ? 'read' : read.fault).toEqual({ code: 'STATEMENT_FIELD', where: 'ballot/domain' });
  });
});
