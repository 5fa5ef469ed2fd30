import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Desk } from '../../node/control/desk.js';
import { NOTIFYING_VERBS } from '../../node/control/verbs/notifying.js';
import { inboxView } from '../../node/control/views/inbox-view.js';
import { reportView } from '../../node/control/views/report-view.js';
import { deliveries } from '../../node/core/disclosure/delivery.js';
import { alarms } from '../../node/core/duties.js';
import type { FaultCode } from '../../node/core/fault.js';
import { type ReportId, reportId } from '../../node/core/ids.js';
import type { Report, ReportEntry, ReportText } from '../../node/core/intake/report.js';
import { LIMITS } from '../../node/core/limits.js';
import { type LetterToken, letterToken, type MailAddress, noteToken } from '../../node/core/mail/address.js';
import type { Letter, Reply } from '../../node/core/mail/book.js';
import { bareEntry, type ContactKey, contactKey } from '../../node/core/registry/vendor.js';
import type { Order, SpokenBody } from '../../node/core/statement.js';
import { after, DAY, type Instant, MINUTE } from '../../node/core/time.js';
import { about, CASE, expectDone, opening, termsFor } from '../support/case-play.js';
import { testNode } from '../support/keys.js';
import { ADDRESS, answerOf, byMail, type TestPost, testPost } from '../support/post.js';
import { openWorld, type Seat, SUMMARY, type World, type WorldNode, worldCase } from '../support/world.js';

const VENDOR = testNode('vendor');
const SUPPLIER = testNode('supplier');
const AT = 1_767_225_600_000 as Instant;
const LATER = after(AT, MINUTE);

let world: World;
let mail: TestPost;
let cert: WorldNode;
let dies: Seat['dies'];

beforeEach(async () => {
  mail = testPost();
  dies = undefined;
  world = await openWorld([
    { name: 'cert', role: 'centre', post: () => mail.post, dies: (door) => dies?.(door) },
  ]);
  cert = world.node('cert');
  expectDone(await cert.order(await byMail('vendor')));
  expectDone(await cert.order({ act: 'peer_verify', node: VENDOR, method: 'telephone' }));
  await open(CASE);
});
afterEach(() => world.stop());

async function open(caseId = CASE): Promise<void> {
  expectDone(await cert.order(opening(), { ...about(), caseId }));
}

async function tell(caseId = CASE, ...to: (typeof VENDOR)[]): Promise<void> {
  const replyBy = after(world.clock.now(), 7 * DAY);
  const vendors = to.length === 0 ? [VENDOR] : to;
  expectDone(await cert.order({ act: 'tell', to: vendors, replyBy }, { ...about(), caseId }));
  await world.settle();
}

function letters(): readonly Letter[] {
  return [...world.node('cert').state().mail.letters.values()];
}

function onlyLetter(): Letter {
  const [only] = letters();
  if (only === undefined) throw new Error('a letter');
  return only;
}

function replies(): readonly Reply[] {
  return [...world.node('cert').state().mail.replies.values()];
}

async function collect(): Promise<void> {
  await world.node('cert').running.collectMail();
  await world.settle();
}

async function confirm(body: SpokenBody, caseId = CASE): Promise<FaultCode | 'done'> {
  const reply = replies().at(-1);
  if (reply === undefined) throw new Error('a reply');
  const order: Order = { act: 'reply_confirm', reply: reply.id, body };
  const outcome = await world.node('cert').order(order, { ...about(), caseId });
  return outcome.ok ? 'done' : outcome.fault.code;
}

const STATUS: SpokenBody = {
  kind: 'vendor_status',
  report: {
    vendor: VENDOR,
    vendorName: 'TEST ONLY vendor',
    status: 'affected',
    fixProgress: 'none',
    impact: '',
    plan: '',
    readyAt: undefined,
    statement: 'We know.',
    products: [],
    justification: undefined,
    verdicts: [],
  },
};

describe('letters to a vendor without a node', () => {
  it('LOG-1: a letter is an entry of the feed to the vendor first, and what the mail server took is no receipt', async () => {
    await tell();
    const head = cert.feeds.head({ author: cert.node, recipient: VENDOR });
    expect([head.tip.size, head.acknowledged]).toEqual([1, 0]);
    expect(mail.taken.map(({ to, statement }) => [to.address, statement.body.kind])).toEqual([
      [ADDRESS, 'case_summary'],
    ]);
    expect(onlyLetter()).toMatchObject({ to: VENDOR, sequence: 0, standing: { kind: 'sent', left: 0 } });
    expect(onlyLetter().token).toBe(letterToken(onlyLetter().statement));
  });

  it('is written in the language that the contact book says, or else in the one of the peer', async () => {
    await tell();
    const entry = { ...bareEntry('Vendor'), node: VENDOR, languages: ['ja', 'en'] };
    expectDone(await cert.order({ act: 'contact_add', key: contactKey('vendor') as ContactKey, entry }));
    await open(worldCase(9));
    await tell(worldCase(9));
    expect(mail.taken.map(({ to }) => to.languages)).toEqual([['en'], ['ja', 'en']]);
  });

  it('R1: a crash between the word of the mail server and our report sends the letter twice under one name, and tells once', async () => {
    const { taken } = mail;
    dies = () => (taken.length === 1 ? 'before' : undefined);
    await tell();
    expect(cert.running.hasEnded()).toBe(true);
    dies = undefined;
    await world.restart('cert');
    expect(taken).toHaveLength(2);
    expect(taken[0]?.token).toBe(taken[1]?.token);
    expect(letters()).toHaveLength(1);
    expect(onlyLetter().standing.kind).toBe('sent');
    // A third start sends nothing: the report is on disk.
    await world.restart('cert');
    expect(taken).toHaveLength(2);
  });

  it('an unreachable server is tried again after a pause, and is no matter of one letter', async () => {
    mail.verdicts.push({ ok: false, fault: { code: 'MAIL_UNREACHABLE', where: 'ETIMEDOUT' } });
    await tell();
    expect(onlyLetter().standing.kind).toBe('due');
    expect(cert.running.post()?.sending?.code).toBe('MAIL_UNREACHABLE');
    world.clock.linger(MINUTE);
    await world.settle();
    expect(onlyLetter().standing.kind).toBe('sent');
    expect(cert.running.post()?.sending).toBeUndefined();
  });

  it('a letter that the server puts off waits alone', async () => {
    expectDone(await cert.order(await byMail('supplier')));
    expectDone(await cert.order({ act: 'peer_verify', node: SUPPLIER, method: 'telephone' }));
    mail.verdicts.push({ ok: false, fault: { code: 'MAIL_DEFERRED', where: '4.7.1' } });
    await tell(CASE, VENDOR, SUPPLIER);
    expect(letters().map(({ to, standing }) => [to, standing.kind])).toEqual([
      [VENDOR, 'due'],
      [SUPPLIER, 'sent'],
    ]);
    world.clock.linger(MINUTE);
    await world.settle();
    expect(letters().map(({ standing }) => standing.kind)).toEqual(['sent', 'sent']);
  });

  it('a letter that is put off for long is tried again when its time has come, though another was put off for less', async () => {
    expectDone(await cert.order(await byMail('supplier')));
    expectDone(await cert.order({ act: 'peer_verify', node: SUPPLIER, method: 'telephone' }));
    const deferred = { ok: false, fault: { code: 'MAIL_DEFERRED', where: '4.7.1' } } as const;
    mail.verdicts.push(deferred, deferred);
    await tell();
    world.clock.linger(MINUTE);
    await world.settle();
    mail.verdicts.push(deferred);
    await tell(CASE, SUPPLIER);
    world.clock.linger(MINUTE);
    await world.settle();
    expect(letters().map(({ to, standing }) => [to, standing.kind])).toEqual([
      [VENDOR, 'due'],
      [SUPPLIER, 'sent'],
    ]);
    world.clock.linger(2 * MINUTE);
    await world.settle();
    expect(letters().map(({ standing }) => standing.kind)).toEqual(['sent', 'sent']);
  });

  it.each<FaultCode>(['KEY_EXPIRED', 'KEY_REVOKED', 'KEY_PROFILE', 'KEY_UNKNOWN', 'MAIL_REFUSED'])(
    '%s holds the letter, loudly, until the certificate or the address is put right',
    async (code) => {
      mail.verdicts.push({ ok: false, fault: { code } });
      await tell();
      expect(mail.taken).toEqual([]);
      expect(onlyLetter().standing).toMatchObject({ kind: 'held', code });
      expect(alarms(cert.state(), world.clock.now())).toMatchObject([
        { alarm: 'letters_held', node: VENDOR, letters: 1, why: code },
      ]);
      await world.restart('cert');
      expect(mail.taken).toEqual([]);
      expectDone(await world.node('cert').order(await byMail('vendor')));
      await world.settle();
      expect(onlyLetter().standing.kind).toBe('sent');
      expect(alarms(world.node('cert').state(), world.clock.now())).toEqual([]);
    },
  );

  it('the delivery of a case says what a mail server did, and never that the vendor holds it', async () => {
    const rows = () => {
      const held = cert.state().cases.get(CASE);
      return held === undefined ? [] : deliveries(cert.state(), held, new Map(), world.clock.now());
    };
    await tell();
    expect(rows()).toMatchObject([{ to: VENDOR, stage: 'mailed', deliveredAt: undefined, next: 'wait' }]);
    await world.passUntil(after(world.clock.now(), 8 * DAY));
    expect(rows()).toMatchObject([{ stage: 'mailed', silent: true, next: 'remind' }]);
    mail.box.push({ kind: 'returned', token: onlyLetter().token, status: '5.1.1' });
    await collect();
    expect(rows()).toMatchObject([{ stage: 'stuck', next: 'mail' }]);
  });

  it('who is silent by mail is reminded by mail, unless a mail of theirs waits to be read', async () => {
    const { state, feeds, running } = cert;
    const desk = { state, feeds, now: world.clock.now, live: { node: running } } as unknown as Desk;
    const remind = async (confirmed: boolean) => {
      const given = { case: CASE, text: 'Are you affected?', confirmed };
      const done = await NOTIFYING_VERBS['remind']?.run(given, desk, 'O');
      await world.settle();
      return done?.ok === true ? done.value : done;
    };
    const vendor = { node: VENDOR };
    const nobody = { remind: [], lately: [], call: [], written: [] };
    await tell();
    const summary = onlyLetter().token;
    await world.passUntil(after(world.clock.now(), 8 * DAY));
    expect(await remind(false)).toMatchObject({ ...nobody, remind: [vendor] });
    expect(await remind(true)).toMatchObject({ ...nobody, remind: [vendor] });
    expect(mail.taken.map(({ statement }) => statement.body.kind)).toEqual(['case_summary', 'inquiry']);
    expect(await remind(true)).toMatchObject({ ...nobody, lately: [vendor] });
    mail.box.push(answerOf(VENDOR, summary, 'We are affected.'));
    await collect();
    await world.passUntil(after(world.clock.now(), 2 * DAY));
    expect(await remind(true)).toMatchObject({ ...nobody, written: [vendor] });
    expect(mail.taken).toHaveLength(2);
    expect(await confirm(STATUS)).toBe('done');
    expect(await remind(true)).toMatchObject(nobody);
  });

  it('RFC 3464: a letter that came back is an alarm, and goes out again when an officer says so', async () => {
    await tell();
    mail.box.push({ kind: 'returned', token: onlyLetter().token, status: '5.1.1' });
    await collect();
    expect(onlyLetter().standing).toMatchObject({ kind: 'returned', status: '5.1.1' });
    expect(alarms(cert.state(), world.clock.now())).toMatchObject([{ alarm: 'letters_held', node: VENDOR }]);
    expectDone(await cert.order({ act: 'mail_again', to: VENDOR }));
    await world.settle();
    expect(mail.taken).toHaveLength(2);
    expect(onlyLetter().standing.kind).toBe('sent');
  });

  it('nothing is sent to a vendor that is not verified, nor to one that was removed', async () => {
    expectDone(await cert.order(await byMail('supplier')));
    const replyBy = after(world.clock.now(), 7 * DAY);
    const told = await cert.order({ act: 'tell', to: [SUPPLIER], replyBy }, about());
    expect(told.ok ? 'done' : told.fault.code).toBe('PEER_UNVERIFIED');
    mail.verdicts.push({ ok: false, fault: { code: 'MAIL_UNREACHABLE' } });
    await tell();
    expectDone(await cert.order({ act: 'peer_remove', node: VENDOR }));
    world.clock.linger(MINUTE);
    await world.settle();
    expect(mail.taken).toEqual([]);
  });

  it('LOG-6: after a restore no letter goes out before an officer has looked which did', async () => {
    mail.verdicts.push({ ok: false, fault: { code: 'MAIL_UNREACHABLE' } });
    await tell();
    const copy = await world.copy('cert');
    world.clock.linger(MINUTE);
    await world.settle();
    expect(mail.taken).toHaveLength(1);
    await world.putBack('cert', copy, { guard: 'lost' });
    world.clock.linger(10 * MINUTE);
    await world.settle();
    expect(mail.taken).toHaveLength(1);
    const restored = world.node('cert');
    expect(alarms(restored.state(), world.clock.now()).map(({ alarm }) => alarm)).toContain('letters_paused');
    expectDone(await restored.order({ act: 'mail_resume' }));
    await world.settle();
    expect(mail.taken).toHaveLength(2);
    // Said in two lives, and the same letter: the vendor can tell.
    expect(mail.taken[0]?.token).toBe(mail.taken[1]?.token);
  });

  it('a node that speaks for a key is no vendor without one', async () => {
    await world.acquaint('cert', 'supplier');
    const added = await cert.order(await byMail('supplier'));
    expect(added.ok ? 'done' : added.fault.code).toBe('PEER_RUNS_NODE');
    const own = await cert.order(await byMail('cert'));
    expect(own.ok ? 'done' : own.fault.code).toBe('CARD_STALE');
  });

  it('attachments travel inside the letter that grants them, whole, and the parts are no letters', async () => {
    const bytes = new Uint8Array(300_000).map((_, at) => at % 251);
    const hash = cert.sealer.digest(bytes);
    const mark = { hash, bytes: bytes.length, mediaType: 'application/octet-stream' };
    const caseId = worldCase(8);
    expectDone(await cert.order(opening({ details: 'How.' }), { ...about(), caseId }));
    for (const part of [0, 1]) {
      const piece = bytes.slice(part * 200_000, (part + 1) * 200_000);
      const order = { act: 'case_attach', mark, part, parts: 2, bytes: piece } as const;
      expectDone(await cert.order(order, { ...about(), caseId }));
    }
    await tell(caseId);
    const terms = termsFor({ centres: ['cert'] }, world.clock.now());
    expectDone(await cert.order({ act: 'charter_propose', terms }, { ...about(), caseId }));
    await world.settle();
    const [letter] = letters().filter((one) => one.caseId === caseId);
    mail.box.push(answerOf(VENDOR, letter?.token, 'Details, please.'));
    await collect();
    const request = {
      kind: 'detail_request',
      requester: VENDOR,
      who: 'PSIRT',
      why: 'ours',
      products: [],
    } as const;
    expect(await confirm(request, caseId)).toBe('done');
    const [asked] = [...(cert.state().cases.get(caseId)?.requests.keys() ?? [])];
    if (asked === undefined) throw new Error('a request');
    expectDone(await cert.order({ act: 'grant', request: asked, consent: '' }, { ...about(), caseId }));
    await world.settle();
    const grant = mail.taken.find(({ statement }) => statement.body.kind === 'detail_grant');
    expect(grant?.attachments.map((one) => [one.mark.hash, one.bytes.length])).toEqual([[hash, 300_000]]);
    expect(mail.taken.some(({ statement }) => statement.body.kind === 'attachment')).toBe(false);
  });
});

describe('answers that came by mail', () => {
  let token: LetterToken;
  beforeEach(async () => {
    await tell();
    token = onlyLetter().token;
  });

  it('are the word of the vendor when an officer confirms them, and not before', async () => {
    mail.box.push(answerOf(VENDOR, token, 'We are affected.'));
    await collect();
    expect(replies()).toMatchObject([
      { from: VENDOR, letter: token, code: undefined, standing: { kind: 'waiting' } },
    ]);
    expect(cert.state().cases.get(CASE)?.reports.size).toBe(0);
    expect(await confirm(STATUS)).toBe('done');
    expect(cert.state().cases.get(CASE)?.reports.get(VENDOR)?.value.status).toBe('affected');
    expect(replies()[0]?.standing).toMatchObject({ kind: 'confirmed', as: 'vendor_status' });
    // The fold says the same.
    const before = cert.state();
    await world.restart('cert');
    expect(world.node('cert').state().mail).toEqual(before.mail);
  });

  it.each<readonly [string, Parameters<typeof answerOf>[3], FaultCode]>([
    ['carries no signature', { by: undefined, fault: { code: 'MAIL_UNSIGNED' } }, 'MAIL_UNSIGNED'],
    [
      'is signed by somebody whom nobody knows',
      { by: undefined, fault: { code: 'MAIL_FOREIGN' } },
      'MAIL_FOREIGN',
    ],
    ['has a signature that does not hold', { fault: { code: 'MAIL_FORGED' } }, 'MAIL_FORGED'],
    ['is signed by a key that has expired', { fault: { code: 'KEY_EXPIRED' } }, 'KEY_EXPIRED'],
    ['is over the bound', { by: undefined, fault: { code: 'MAIL_OVERSIZE' }, text: '' }, 'MAIL_OVERSIZE'],
    [
      'cannot be opened',
      { by: undefined, fault: { code: 'MAIL_UNDECRYPTABLE' }, text: '' },
      'MAIL_UNDECRYPTABLE',
    ],
    ['cannot be read', { by: undefined, fault: { code: 'MAIL_MALFORMED' }, text: '' }, 'MAIL_MALFORMED'],
    ['is signed in the future', { fault: { code: 'MAIL_CLOCK' } }, 'MAIL_CLOCK'],
  ])('an answer that %s is shown and never entered', async (_, differs, code) => {
    mail.box.push(answerOf(VENDOR, token, 'We are affected.', differs));
    await collect();
    expect(replies()).toMatchObject([{ code }]);
    expect(await confirm(STATUS)).toBe(code);
    expect(cert.state().cases.get(CASE)?.reports.size).toBe(0);
  });

  it('name the person who signed, where it was by a key of one', async () => {
    const person = { name: 'Nora Nord', fingerprint: testNode('stranger') };
    mail.box.push(answerOf(VENDOR, token, 'We are affected.', { person }));
    await collect();
    expect(replies()).toMatchObject([{ from: VENDOR, person, code: undefined }]);
    expect(await confirm(STATUS)).toBe('done');
    const before = cert.state();
    await world.restart('cert');
    expect(world.node('cert').state().mail).toEqual(before.mail);
  });

  it('one vendor cannot answer the letter of another, nor speak for it', async () => {
    expectDone(await cert.order(await byMail('supplier')));
    expectDone(await cert.order({ act: 'peer_verify', node: SUPPLIER, method: 'telephone' }));
    await tell(CASE, SUPPLIER);
    mail.box.push(answerOf(SUPPLIER, token, 'They are affected.'));
    await collect();
    expect(await confirm(STATUS)).toBe('MAIL_FOREIGN');
    const theirs = letters().find(({ to }) => to === SUPPLIER);
    mail.box.push(answerOf(SUPPLIER, theirs?.token, 'The other one is affected.'));
    await collect();
    expect(await confirm(STATUS)).toBe('REPLY_WORDS');
    expect(await confirm({ kind: 'case_close', reason: 'done' })).toBe('REPLY_WORDS');
  });

  it('an answer to a letter about one case is not entered in another', async () => {
    await open(worldCase(9));
    await tell(worldCase(9));
    mail.box.push(answerOf(VENDOR, token, 'We are affected.'));
    await collect();
    expect(await confirm(STATUS, worldCase(9))).toBe('REPLY_CASE');
    // Headers that say one case over signed words that quote a letter of another one.
    const other = letters().find(({ caseId }) => caseId === worldCase(9));
    mail.box.push(
      answerOf(VENDOR, token, 'Answering the other letter.', { inside: [other?.token ?? token] }),
    );
    await collect();
    expect(replies().at(-1)?.code).toBe('REPLY_CASE');
  });

  it('the same signed words are entered once, however often they come', async () => {
    mail.box.push(answerOf(VENDOR, token, 'We are affected.'));
    await collect();
    mail.box.push(answerOf(VENDOR, undefined, 'We are affected.'));
    await collect();
    expect(replies()).toHaveLength(1);
  });

  it('one sentence of two vendors is two answers', async () => {
    expectDone(await cert.order(await byMail('supplier')));
    expectDone(await cert.order({ act: 'peer_verify', node: SUPPLIER, method: 'telephone' }));
    await tell(CASE, SUPPLIER);
    const theirs = letters().find(({ to }) => to === SUPPLIER);
    mail.box.push(answerOf(VENDOR, token, 'We are not affected.', { signedAt: AT }));
    mail.box.push(answerOf(SUPPLIER, theirs?.token, 'We are not affected.', { signedAt: AT }));
    await collect();
    expect(replies().map(({ from, code }) => [from, code])).toEqual([
      [VENDOR, undefined],
      [SUPPLIER, undefined],
    ]);
  });

  it.each([
    ['signed anew, in another case', true, LATER, [undefined, undefined]],
    ['signed anew, behind no letter', false, LATER, [undefined, undefined]],
    [
      'under one signature, behind another letter: kept with a doubt',
      true,
      AT,
      [undefined, 'REPLY_REPEATED'],
    ],
    ['under one signature, behind no letter: the same mail again', false, AT, [undefined]],
  ] as const)('the sentence of one vendor comes a second time %s', async (_, isOther, signedAt, codes) => {
    await open(worldCase(9));
    await tell(worldCase(9));
    const other = letters().find(({ caseId }) => caseId === worldCase(9));
    mail.box.push(answerOf(VENDOR, token, 'We are not affected.', { signedAt: AT }));
    mail.box.push(answerOf(VENDOR, isOther ? other?.token : undefined, 'We are not affected.', { signedAt }));
    await collect();
    expect(replies().map(({ code }) => code)).toEqual(codes);
    if (isOther) expect(await confirm(STATUS, worldCase(9))).toBe(codes[1] ?? 'done');
  });

  it('a loop of automatic answers leaves one mark on the letter and no entry for each', async () => {
    const head = () => cert.feeds.head({ author: cert.node, recipient: cert.node }).tip.size;
    for (let round = 0; round < 5; round += 1) mail.box.push({ kind: 'automatic', token });
    await collect();
    const size = head();
    const last = await cert.feeds.arrival({ author: cert.node, recipient: cert.node }, size - 1);
    if (last === undefined || !('rest' in last.content)) throw new Error('an entry');
    expect((await cert.sealer.recall(last.content.rest)).body).toMatchObject({ code: 'MAIL_AUTOMATIC' });
    for (let round = 0; round < 50; round += 1) mail.box.push({ kind: 'automatic', token });
    await collect();
    expect(head()).toBe(size);
    expect(onlyLetter().automatic).toBe(true);
    expect(replies()).toEqual([]);
    expect(mail.taken).toHaveLength(1);
  });

  it('mail from strangers is left in the mailbox and on no record', async () => {
    const stranger = { sender: undefined, by: undefined, fault: { code: 'MAIL_UNSIGNED' } } as const;
    mail.box.push(answerOf(undefined, undefined, 'Buy this.', stranger));
    await collect();
    expect(replies()).toEqual([]);
  });

  it('a dismissed answer is decided, and an unknown one is unknown', async () => {
    mail.box.push(answerOf(VENDOR, token, 'Thank you.'));
    await collect();
    const [reply] = replies();
    if (reply === undefined) throw new Error('a reply');
    expectDone(await cert.order({ act: 'reply_dismiss', reply: reply.id, reason: 'courtesy' }));
    expect(await confirm(STATUS)).toBe('REPLY_DECIDED');
    const unknown = await cert.order({ act: 'reply_dismiss', reply: reply.words, reason: '' });
    expect(unknown.ok ? 'done' : unknown.fault.code).toBe('REPLY_UNKNOWN');
  });
});

describe('a node without a mail server', () => {
  it('lets letters wait and reads nothing', async () => {
    await world.stop();
    world = await openWorld([{ name: 'cert', role: 'centre' }]);
    cert = world.node('cert');
    expectDone(await cert.order(await byMail('vendor')));
    expectDone(await cert.order({ act: 'peer_verify', node: VENDOR, method: 'telephone' }));
    await open();
    await tell();
    expect(onlyLetter().standing.kind).toBe('due');
    const read = await cert.running.collectMail();
    expect(read.ok ? 'read' : read.fault.code).toBe('MAIL_ABSENT');
    expect(cert.running.post()).toBeUndefined();
  });
});

describe('a vendor that begins to run a node', () => {
  it('LOG-1: finds its feed from the first entry, and gets letters no more', async () => {
    await world.stop();
    world = await openWorld([
      { name: 'cert', role: 'centre', post: () => mail.post },
      { name: 'vendor', role: 'vendor' },
    ]);
    cert = world.node('cert');
    expectDone(await cert.order(await byMail('vendor')));
    expectDone(await cert.order({ act: 'peer_verify', node: VENDOR, method: 'telephone' }));
    await open();
    await tell();
    expect(mail.taken).toHaveLength(1);
    await world.introduce(['cert', 'vendor']);
    await world.settle();
    expect(world.node('vendor').state().cases.get(CASE)?.summary.value).toEqual(SUMMARY);
    expect(cert.state().peers.get(VENDOR)?.mail).toBeUndefined();
    const comment = { kind: 'comment', text: 'Welcome.' } as const;
    expectDone(await cert.order({ act: 'say', to: VENDOR, body: comment }, about()));
    await world.settle();
    expect(mail.taken).toHaveLength(1);
    expect(cert.feeds.head({ author: cert.node, recipient: VENDOR })).toMatchObject({ acknowledged: 2 });
  });
});

describe('what comes back on a letter to a reporter', () => {
  const REPORT = reportId(worldCase(40)) as ReportId;
  const ACKNOWLEDGED = noteToken(REPORT, 0);
  const FINDER = { name: 'QUILLWIREPERSON', organisation: '', contact: 'finder@person.example' };
  const held = () => world.node('cert').state().reports.get(REPORT);

  async function entry(said: ReportEntry): Promise<void> {
    expectDone(await cert.order({ act: 'report', report: REPORT, entry: said }));
  }

  const text: ReportText = {
    kind: 'software_product',
    title: 'A flaw',
    product: '',
    version: '',
    description: '',
    impact: '',
    exploit: '',
    discovery: '',
    plans: '',
    publicIds: [],
    saysPublic: false,
    saysExploited: false,
  };

  beforeEach(async () => {
    await entry({ kind: 'enter', source: 'form', receivedAt: cert.clock.now(), text });
    await entry({ kind: 'reporter', reporter: FINDER });
    await entry({ kind: 'letter', letter: 'acknowledgement', channel: 'mail', text: 'Thank you.' });
  });

  const shown = () => reportView(world.node('cert').state(), held() as Report);
  const inbox = () => inboxView(world.node('cert').state(), cert.clock.now());

  it('an answer is shown with its report, without the name, and is nobody’s word', async () => {
    const words = 'It is version 3.\n-- \nQUILLWIREPERSON';
    const answer = answerOf(undefined, ACKNOWLEDGED, words, { fault: { code: 'MAIL_FOREIGN' } });
    mail.box.push(answer, answer);
    await collect();
    expect(held()?.answers).toMatchObject([{ note: 0, reply: answer.digest, code: 'MAIL_FOREIGN' }]);
    expect(replies()).toEqual([]);
    expect(shown()).toMatchObject({
      answers: 1,
      answered: [{ letter: 'acknowledgement', code: 'MAIL_FOREIGN', text: 'It is version 3.\n-- \n…' }],
    });
    expect(inbox()).toMatchObject({ answers: [{ report: REPORT, title: 'A flaw' }] });
    expect(JSON.stringify([shown(), inbox(), cert.journal])).not.toContain('QUILLWIREPERSON');
    // After a restart it stands as it was, and the same mail is no second answer.
    await world.restart('cert');
    mail.box.push(answer);
    await collect();
    expect(held()?.answers).toHaveLength(1);
  });

  it('RFC 3464: a letter that came back told nobody; the report waits until another one is put down', async () => {
    expect(shown()).toMatchObject({ acknowledged: true, returned: false });
    mail.box.push({ kind: 'returned', token: ACKNOWLEDGED, status: '5.1.1' });
    await collect();
    expect(shown()).toMatchObject({
      acknowledged: false,
      returned: true,
      letters: [{ letter: 'acknowledgement', returned: '5.1.1' }],
    });
    expect(inbox()).toMatchObject({ reports: [{ report: REPORT, returned: true }] });
    await entry({ kind: 'letter', letter: 'acknowledgement', channel: 'telephone', text: 'Thank you.' });
    expect(shown()).toMatchObject({ acknowledged: true, returned: false });
    expect(JSON.stringify(cert.journal)).not.toContain(FINDER.contact);
  });

  it('of an automatic answer nothing is kept, and of others no more than the bound', async () => {
    mail.box.push({ kind: 'automatic', token: ACKNOWLEDGED });
    const most = LIMITS.reportAnswers.most;
    for (let at = 0; at <= most; at += 1) mail.box.push(answerOf(undefined, ACKNOWLEDGED, `Words ${at}.`));
    await collect();
    expect(held()?.answers).toHaveLength(most);
    expect(mail.box).toEqual([]);
  });

  it('a token of no letter of ours is a stranger’s, as before', async () => {
    const sender = 'stranger@person.example' as MailAddress;
    mail.box.push(answerOf(undefined, noteToken(REPORT, 7), 'Words.', { sender }));
    await collect();
    expect([held()?.answers, replies()]).toEqual([[], []]);
  });
});
