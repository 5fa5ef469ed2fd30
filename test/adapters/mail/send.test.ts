import { createServer, type Server } from 'node:net';
import PostalMime from 'postal-mime';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { signedParts } from '../../../adapters/mail/parts.js';
import { openPost } from '../../../adapters/mail/post.js';
import { openSmtp } from '../../../adapters/mail/send.js';
import type { MailServer } from '../../../adapters/mail/server.js';
import { sha256, textOf, utf8 } from '../../../node/core/bytes.js';
import type { Case } from '../../../node/core/case/case.js';
import { openCase } from '../../../node/core/case/case.js';
import { letterToken, type MailAddress } from '../../../node/core/mail/address.js';
import type { Statement } from '../../../node/core/statement.js';
import { after, DAY, MINUTE } from '../../../node/core/time.js';
import { openSealer } from '../../../node/envelope/sealer.js';
import type { LetterOut, MailSealer, Sealer } from '../../../node/ports.js';
import { CASE } from '../../support/case-play.js';
import { vendorCertificate } from '../../support/certificates.js';
import { TEST_NOW, testCard, testKeys, testNode } from '../../support/keys.js';
import { type SmtpPeer, smtpPeer } from '../../support/smtp-peer.js';
import { SUMMARY } from '../../support/world.js';

const FROM = 'coordination@cert.example' as MailAddress;
const TO = 'psirt@vendor.example' as MailAddress;
const SENDER = { node: testNode('cert'), name: 'CERT 協調', exercise: false, zones: new Map() };

let sealer: Sealer & MailSealer;
let vendor: MailSealer;
beforeAll(async () => {
  sealer = openSealer(await testKeys('cert'));
  await sealer.trust(new Map([[testNode('vendor'), { card: await testCard('vendor'), byMail: true }]]));
  const opened = openSealer(await testKeys('vendor'));
  await opened.trust(new Map([[testNode('cert'), { card: await testCard('cert') }]]));
  vendor = opened;
});

let peer: SmtpPeer | undefined;
let silent: Server | undefined;
afterEach(async () => {
  await peer?.close();
  peer = undefined;
  silent?.close();
  silent = undefined;
});

const SUMMARY_STATEMENT: Statement = {
  author: testNode('cert'),
  recipient: testNode('vendor'),
  sequence: 0,
  incarnation: 1,
  createdAt: TEST_NOW,
  caseId: CASE,
  tlp: 'AMBER',
  body: {
    kind: 'case_summary',
    replyBy: after(TEST_NOW, 7 * DAY),
    origin: testNode('cert'),
    model: 2,
    originCard: '',
    caseSummary: { ...SUMMARY, title: 'CANARY title 題名', summary: 'CANARY summary' },
  },
};

function heldCase(): Case {
  return openCase({
    id: CASE,
    tlp: 'AMBER',
    origin: testNode('cert'),
    from: testNode('cert'),
    openedAt: TEST_NOW,
    summary: {
      stamp: { at: TEST_NOW, id: sha256('s') },
      value: { ...SUMMARY, title: 'CANARY title 題名', publicIds: ['VU#CANARY'] },
    },
    model: 2,
    originCard: '',
    replyBy: after(TEST_NOW, 7 * DAY),
    replyByDays: 7,
    details: undefined,
    autoAccept: false,
  });
}

function letter(differs: Partial<LetterOut> = {}): LetterOut {
  return {
    token: letterToken(sha256('one')),
    to: { node: testNode('vendor'), name: 'Vendor', zone: 'UTC', languages: ['en'], address: TO },
    statement: SUMMARY_STATEMENT,
    held: heldCase(),
    attachments: [],
    ...differs,
  };
}

function postTo(server: MailServer, plusAddress = false) {
  const settings = {
    from: FROM,
    plusAddress,
    everyMs: MINUTE,
    smtp: server,
    imap: { ...server, mailbox: 'INBOX' },
  };
  return openPost(settings, SENDER, sealer, sha256);
}

describe('a letter as it crosses', () => {
  it('RFC 3156: one recipient, encrypted to it alone, signed; nothing outside names the case or anybody else', async () => {
    peer = await smtpPeer();
    const post = postTo(peer.server);
    const sent = await post.send(letter(), TEST_NOW);
    await post.close();
    expect(sent).toMatchObject({ ok: true, value: { left: 0 } });
    const [mail, ...others] = peer.mails;
    if (mail === undefined || others.length > 0) throw new Error('one mail');
    expect([mail.from, mail.to, mail.secure]).toEqual([FROM, [TO], true]);
    expect(mail.raw).not.toMatch(/CANARY|題名|VU#|TLP|=\?[Uu][Tt][Ff]-8\?[QB]\?.*CANARY/);
    const [head = ''] = mail.raw.split('\r\n\r\n');
    expect(head.split(/\r\n(?![ \t])/).map((line) => line.split(':')[0])).toEqual([
      'From',
      'To',
      'Date',
      'Message-ID',
      'Subject',
      'Auto-Submitted',
      'MIME-Version',
      'Content-Type',
    ]);
    expect(head).toContain(`Message-ID: <isochron.${letter().token}@cert.example>`);
    expect(head).toContain('multipart/encrypted; protocol="application/pgp-encrypted"');
    expect(mail.raw.split('\r\n').every((line) => line.length <= 998 && !line.includes('\n'))).toBe(true);

    const armoured = /-----BEGIN PGP MESSAGE-----[\s\S]*-----END PGP MESSAGE-----/.exec(mail.raw)?.[0] ?? '';
    const opened = await vendor.openMail({ kind: 'encrypted', armoured }, TEST_NOW);
    if (!opened.ok) throw new Error(opened.fault.code);
    expect(opened.value).toMatchObject({ by: testNode('cert'), fault: undefined });
    const entity = textOf(opened.value.bytes) ?? '';
    expect(entity).toMatch(/^Content-Type: text\/plain; charset=utf-8\r\n/);
    expect(entity).toContain('CANARY summary');
    expect(entity).toContain(`Message: isochron.${letter().token}`);
    // Not even we can open what went out: our copy is the entry in the feed.
    const own = await sealer.openMail({ kind: 'encrypted', armoured }, TEST_NOW);
    expect(own.ok ? 'opened' : own.fault.code).toBe('MAIL_UNDECRYPTABLE');
  });

  it('the same letter has the same Message-ID whenever it is sent', async () => {
    peer = await smtpPeer();
    const post = postTo(peer.server, true);
    await post.send(letter(), TEST_NOW);
    await post.send(letter(), after(TEST_NOW, DAY));
    await post.close();
    const ids = peer.mails.map(({ raw }) => /^Message-ID: .*$/m.exec(raw)?.[0]);
    expect(new Set(ids).size).toBe(1);
    const unfolded = peer.mails[0]?.raw.replaceAll(/\r\n +/g, ' ');
    expect(unfolded).toContain(`Reply-To: coordination+isochron.${letter().token}@cert.example`);
  });

  it('attachments travel inside, those that do not fit are named and counted', async () => {
    peer = await smtpPeer();
    const post = postTo(peer.server);
    const small = { mark: { hash: sha256('s'), bytes: 5, mediaType: 'text/x-c' }, bytes: utf8('proof') };
    const large = {
      mark: { hash: sha256('l'), bytes: 11 << 20, mediaType: 'x/y' },
      bytes: new Uint8Array(11 << 20),
    };
    const sent = await post.send(letter({ attachments: [small, large] }), TEST_NOW);
    await post.close();
    expect(sent).toMatchObject({ ok: true, value: { left: 1 } });
    const raw = peer.mails[0]?.raw ?? '';
    const armoured = /-----BEGIN PGP MESSAGE-----[\s\S]*-----END PGP MESSAGE-----/.exec(raw)?.[0] ?? '';
    const opened = await vendor.openMail({ kind: 'encrypted', armoured }, TEST_NOW);
    const inner = await PostalMime.parse(opened.ok ? opened.value.bytes : new Uint8Array());
    expect(
      inner.attachments.map(({ filename, content }) => [
        filename,
        String(Buffer.from(content as ArrayBuffer)),
      ]),
    ).toEqual([[`${small.mark.hash.slice(0, 16)}.bin`, 'proof']]);
    expect(inner.text).toContain(large.mark.hash);
  });

  it.each<readonly [string, Parameters<typeof testNode>[0], number, string]>([
    ['of which nobody has a certificate', 'supplier', 0, 'KEY_UNKNOWN'],
    ['whose key has expired', 'vendor', 900, 'KEY_EXPIRED'],
  ])('nothing is sent in clear to a vendor %s', async (_, name, days, code) => {
    peer = await smtpPeer();
    const post = postTo(peer.server);
    const to = { ...letter().to, node: testNode(name) };
    const sent = await post.send(letter({ to }), after(TEST_NOW, days * DAY));
    await post.close();
    expect(sent.ok ? 'sent' : sent.fault.code).toBe(code);
    expect(peer.mails).toEqual([]);
  });
});

describe('a note to a reporter, who is no peer', () => {
  const TEXT = 'CANARY Thank you. 届きました。';

  async function written(certificate: string | undefined) {
    peer = await smtpPeer();
    const post = postTo(peer.server);
    const note = { to: TO, token: letterToken(sha256('note')), text: TEXT, certificate };
    const sent = await post.write(note, TEST_NOW);
    await post.close();
    return { sent, mails: peer.mails };
  }

  it('is encrypted to the certificate on file and signed; nothing outside says what it is about', async () => {
    const { certificate } = await testCard('vendor');
    const { sent, mails } = await written(certificate);
    expect([sent.ok, mails.length, mails[0]?.to]).toEqual([true, 1, [TO]]);
    const raw = mails[0]?.raw ?? '';
    expect(raw).not.toMatch(/CANARY/);
    const armoured = /-----BEGIN PGP MESSAGE-----[\s\S]*-----END PGP MESSAGE-----/.exec(raw)?.[0] ?? '';
    const opened = await vendor.openMail({ kind: 'encrypted', armoured }, TEST_NOW);
    expect(opened).toMatchObject({ ok: true, value: { by: testNode('cert'), fault: undefined } });
    const inner = await PostalMime.parse(opened.ok ? opened.value.bytes : new Uint8Array());
    expect(inner.text?.trim()).toBe(TEXT);
  });

  it('RFC 3156 §5: in clear, where an officer says so, it is signed beside its text', async () => {
    const { mails } = await written(undefined);
    const raw = Buffer.from(mails[0]?.raw ?? '', 'latin1');
    expect(String(raw)).toMatch(/^Subject: Message [0-9a-f]{8}\r$/m);
    const parts = signedParts(raw);
    if (parts === undefined) throw new Error('a signed mail');
    const opened = await vendor.openMail({ kind: 'signed', ...parts }, TEST_NOW);
    expect(opened).toMatchObject({ ok: true, value: { by: testNode('cert'), fault: undefined } });
    expect((await PostalMime.parse(raw)).text?.trim()).toBe(TEXT);
  });

  it.each(['no-encryption', 'expired', 'revoked', 'private'] as const)(
    'is not sent, in clear neither, to a certificate that is %s',
    async (kind) => {
      const { sent, mails } = await written(await vendorCertificate(kind, TEST_NOW));
      expect(sent.ok ? 'sent' : sent.fault.code).toMatch(/^KEY_(?:PROFILE|EXPIRED|REVOKED|PRIVATE)$/);
      expect(mails).toEqual([]);
    },
  );
});

describe('what a mail server may answer', () => {
  const mail = Buffer.from('Subject: x\r\n\r\nx\r\n');
  const token = letterToken(sha256('one'));

  it.each<readonly [string, number, string, string, string]>([
    ['refuses a recipient for good', 550, '5.1.1 <psirt@vendor.example> unknown', 'MAIL_REFUSED', '5.1.1'],
    ['puts a recipient off', 450, '4.7.1 greylisted', 'MAIL_DEFERRED', '4.7.1'],
    ['refuses without a status', 554, 'no', 'MAIL_REFUSED', '554'],
  ])('%s', async (_, status, words, code, where) => {
    peer = await smtpPeer({ refuses: { status, words } });
    const smtp = openSmtp(peer.server, 'cert.example');
    const sent = await smtp.send(mail, FROM, TO, token);
    smtp.close();
    expect(sent).toEqual({ ok: false, fault: { code, where } });
  });

  it.each<readonly [string, (server: MailServer) => MailServer]>([
    ['a certificate that nobody vouches for', (server) => ({ ...server, ca: undefined })],
    ['a certificate of another name', (server) => ({ ...server, host: '127.0.0.1' })],
    ['a wrong password', (server) => ({ ...server, login: { user: 'cert', password: 'wrong' } })],
    ['nobody there', (server) => ({ ...server, port: 9 })],
  ])('%s: nothing is sent', async (_, change) => {
    peer = await smtpPeer();
    const smtp = openSmtp(change(peer.server), 'cert.example');
    const sent = await smtp.send(mail, FROM, TO, token);
    const checked = await smtp.check();
    smtp.close();
    expect([sent.ok ? 'sent' : sent.fault.code, checked.ok]).toEqual(['MAIL_UNREACHABLE', false]);
    expect(peer.mails).toEqual([]);
  });

  it('a server that offers no TLS gets neither password nor mail', async () => {
    peer = await smtpPeer({ offersTls: false });
    const smtp = openSmtp(peer.server, 'cert.example');
    const sent = await smtp.send(mail, FROM, TO, token);
    smtp.close();
    expect(sent.ok ? 'sent' : sent.fault.code).toBe('MAIL_UNREACHABLE');
    expect([peer.mails, peer.logins]).toEqual([[], 0]);
  });

  it('a line that is no SMTP is no answer', async () => {
    const port = await new Promise<number>((resolve) => {
      silent = createServer((socket) => socket.end('garbage\r\n')).listen(0, '127.0.0.1', () => {
        const address = silent?.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
    const smtp = openSmtp(
      { host: 'localhost', port, tls: 'starttls', login: undefined, ca: undefined },
      'x.example',
    );
    const sent = await smtp.send(mail, FROM, TO, token);
    smtp.close();
    expect(sent.ok ? 'sent' : sent.fault.code).toBe('MAIL_UNREACHABLE');
  });
});
