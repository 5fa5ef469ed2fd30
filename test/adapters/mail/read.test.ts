import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { readMail } from '../../../adapters/mail/read.js';
import { sha256, textOf } from '../../../node/core/bytes.js';
import type { FaultCode } from '../../../node/core/fault.js';
import type { NodeId } from '../../../node/core/ids.js';
import { type LetterToken, letterToken, type MailAddress } from '../../../node/core/mail/address.js';
import type { Card } from '../../../node/core/registry/card.js';
import { after, DAY, HOUR } from '../../../node/core/time.js';
import { openSealer } from '../../../node/envelope/sealer.js';
import type { MailIn, MailSealer } from '../../../node/ports.js';
import { type TestPerson, testPerson } from '../../support/certificates.js';
import { TEST_NOW, testCard, testKeys, testNode } from '../../support/keys.js';
import { cleartext, crlf, encryptedMail, entity, mail, report, sealed, signedEntity } from './mails.js';

const TOKEN: LetterToken = letterToken(sha256('a letter'));
const OTHER: LetterToken = letterToken(sha256('another letter'));
const ID = `<isochron.${TOKEN}@cert.example>`;
const OWN = 'coordination@cert.example' as MailAddress;

let sealer: MailSealer;
beforeAll(async () => {
  const opened = openSealer(await testKeys('cert'));
  const cards = await Promise.all([testCard('vendor'), testCard('supplier')]);
  await opened.trust(new Map(cards.map((card) => [card.node, { card, byMail: true }])));
  sealer = opened;
});

function read(bytes: Uint8Array, whole = true, now = TEST_NOW): Promise<MailIn | undefined> {
  return readMail({ bytes, whole }, { sealer, digest: sha256, own: OWN }, now);
}

async function answer(bytes: Uint8Array): Promise<Extract<MailIn, { kind: 'answer' }>> {
  const found = await read(bytes);
  if (found?.kind !== 'answer') throw new Error(`an answer, not ${found?.kind}`);
  return found;
}

describe('an answer whose signature holds', () => {
  it.each<readonly [string, () => Promise<Uint8Array>, boolean]>([
    [
      'signed and encrypted in one message (RFC 3156 §6.2)',
      async () =>
        encryptedMail({ 'In-Reply-To': ID }, await sealed(crlf(entity('We are affected.')), 'vendor')),
      true,
    ],
    [
      'encrypted, and signed inside (§6.1)',
      async () => {
        const { type, body } = await signedEntity('We are affected.', 'vendor');
        const inner = crlf(`Content-Type: ${type}\n\n${body}`);
        return encryptedMail({ 'In-Reply-To': ID }, await sealed(inner, undefined));
      },
      true,
    ],
    [
      'signed in clear (§5)',
      async () => {
        const { type, body } = await signedEntity('We are affected.', 'vendor');
        return mail({ 'In-Reply-To': ID, 'Content-Type': type }, body);
      },
      false,
    ],
    [
      'inline, signed and encrypted',
      async () =>
        mail({ 'In-Reply-To': ID }, `Hello,\n\n${await sealed(crlf('We are affected.'), 'vendor')}\n`),
      true,
    ],
    [
      'inline, signed in clear, with a footer of a mailing list below',
      async () =>
        mail({ 'In-Reply-To': ID }, `${await cleartext('We are affected.', 'vendor')}\n_____\nlist footer\n`),
      false,
    ],
    [
      'moved into multipart/mixed by a mail server on the way',
      async () =>
        Buffer.from(
          Buffer.from(
            encryptedMail({ 'In-Reply-To': ID }, await sealed(crlf(entity('We are affected.')), 'vendor')),
          )
            .toString('latin1')
            .replace(/multipart\/encrypted; protocol="[^"]+"/, 'multipart/mixed'),
          'latin1',
        ),
      true,
    ],
  ])('%s', async (_, make, encrypted) => {
    expect(await answer(await make())).toMatchObject({
      token: TOKEN,
      by: testNode('vendor'),
      encrypted,
      fault: undefined,
      text: 'We are affected.',
      sender: 'psirt@vendor.example',
    });
  });

  it('covers exactly what is shown: one changed letter under a signature in clear is seen', async () => {
    const { type, body } = await signedEntity('We are affected.', 'vendor');
    const forged = mail(
      { 'In-Reply-To': ID, 'Content-Type': type },
      body.replace('are affected', 'are not affected'),
    );
    expect((await answer(forged)).fault?.code).toBe('MAIL_FORGED');
  });

  it('names what was signed, whatever the headers around it are: the same words twice are the same words', async () => {
    const armoured = await sealed(crlf(entity('We are affected.')), 'vendor');
    const first = await answer(encryptedMail({ 'In-Reply-To': ID }, armoured));
    const again = await answer(
      encryptedMail({ 'In-Reply-To': `<isochron.${OTHER}@x>`, 'X-Hop': '2' }, armoured),
    );
    expect(again.words).toBe(first.words);
    expect(again.digest).not.toBe(first.digest);
  });
});

describe('an answer signed by a person of the vendor', () => {
  const NODE = testNode('vendor');
  let nora: TestPerson;
  let card: Card;
  beforeAll(async () => {
    nora = await testPerson(TEST_NOW);
    card = await testCard('vendor');
  });

  /** What is read of a mail that she signed, by a reader that has this certificate of hers on file. */
  async function readWith(certificate: string, now = TEST_NOW, fingerprint = nora.fingerprint) {
    const opened = openSealer(await testKeys('cert'));
    const persons = [{ person: 'Nora Nord', fingerprint: fingerprint as NodeId, certificate }];
    await opened.trust(new Map([[NODE, { card, byMail: true, persons }]]));
    const bytes = encryptedMail(
      { 'In-Reply-To': ID },
      await sealed(crlf(entity('We are affected.')), nora.signer),
    );
    return await readMail({ bytes, whole: true }, { sealer: opened, digest: sha256, own: OWN }, now);
  }

  it('is the word of the vendor, and says whose', async () => {
    const person = { name: 'Nora Nord', fingerprint: nora.fingerprint };
    const read = await readWith(nora.certificate);
    expect(read).toMatchObject({ by: NODE, person, fault: undefined, text: 'We are affected.' });
  });

  it.each<readonly [string, () => Promise<MailIn | undefined>, FaultCode]>([
    ['whose key was revoked', () => readWith(nora.revoked), 'KEY_REVOKED'],
    ['whose key has expired', () => readWith(nora.certificate, after(TEST_NOW, 360 * DAY)), 'KEY_EXPIRED'],
    [
      'whose certificate is that of another key than was checked',
      () => readWith(nora.certificate, TEST_NOW, testNode('stranger')),
      'MAIL_FOREIGN',
    ],
  ])('%s: refused by name', async (_, make, code) => {
    expect((await make()) as object).toMatchObject({ fault: { code } });
  });

  it('of a vendor that nobody verified is no word of anybody', async () => {
    const opened = openSealer(await testKeys('cert'));
    await opened.trust(new Map());
    const bytes = encryptedMail({}, await sealed(crlf(entity('Hello.')), nora.signer));
    const read = await readMail(
      { bytes, whole: true },
      { sealer: opened, digest: sha256, own: OWN },
      TEST_NOW,
    );
    expect(read).toMatchObject({ by: undefined, person: undefined, fault: { code: 'MAIL_FOREIGN' } });
  });
});

describe('an answer whose signature does not hold', () => {
  it.each<readonly [string, () => Promise<Uint8Array>, FaultCode]>([
    ['plain words', async () => mail({ 'In-Reply-To': ID }, 'We are affected.\n'), 'MAIL_UNSIGNED'],
    [
      'encrypted and not signed',
      async () => encryptedMail({ 'In-Reply-To': ID }, await sealed(crlf(entity('Hello.')), undefined)),
      'MAIL_UNSIGNED',
    ],
    [
      'signed by a key that nobody verified',
      async () => encryptedMail({ 'In-Reply-To': ID }, await sealed(crlf(entity('Hello.')), 'stranger')),
      'MAIL_FOREIGN',
    ],
    [
      'encrypted to somebody else',
      async () =>
        encryptedMail({ 'In-Reply-To': ID }, await sealed(crlf(entity('Hello.')), 'vendor', 'jpcert')),
      'MAIL_UNDECRYPTABLE',
    ],
    [
      'signed in three days',
      async () =>
        encryptedMail(
          { 'In-Reply-To': ID },
          await sealed(crlf(entity('Hello.')), 'vendor', 'cert', new Date(after(TEST_NOW, 3 * DAY))),
        ),
      'MAIL_CLOCK',
    ],
    [
      'armour with nothing inside',
      async () =>
        encryptedMail(
          { 'In-Reply-To': ID },
          '-----BEGIN PGP MESSAGE-----\n\nAAAA\n-----END PGP MESSAGE-----\n',
        ),
      'MAIL_MALFORMED',
    ],
    [
      'ten megabytes of words that compress well',
      async () =>
        encryptedMail({ 'In-Reply-To': ID }, await sealed(new Uint8Array(900_000).fill(65), 'vendor')),
      'MAIL_OVERSIZE',
    ],
  ])('%s', async (_, make, code) => {
    expect((await answer(await make())).fault?.code).toBe(code);
  });

  it('a key that has expired on receipt signs nothing, whatever date the signature bears', async () => {
    const bytes = encryptedMail({ 'In-Reply-To': ID }, await sealed(crlf(entity('Hello.')), 'vendor'));
    const late = await read(bytes, true, after(TEST_NOW, 900 * DAY));
    expect(late).toMatchObject({ kind: 'answer', fault: { code: 'KEY_EXPIRED' } });
  });

  it('a mail over the bound is not opened at all, and says whose letter it answers', async () => {
    const bytes = encryptedMail({ 'In-Reply-To': ID }, await sealed(crlf(entity('Hello.')), 'vendor'));
    expect(await read(bytes.slice(0, 600), false)).toMatchObject({
      token: TOKEN,
      fault: { code: 'MAIL_OVERSIZE' },
      text: '',
      mail: new Uint8Array(),
    });
  });
});

describe('which letter is meant', () => {
  it.each<readonly [string, Readonly<Record<string, string>>, LetterToken | undefined]>([
    ['In-Reply-To', { 'In-Reply-To': ID }, TOKEN],
    ['the last of the References', { References: `<isochron.${OTHER}@cert.example> ${ID}` }, TOKEN],
    ['the address that it came to', { To: `coordination+isochron.${TOKEN}@cert.example` }, TOKEN],
    ['the address that it was delivered to', { 'Delivered-To': `c+isochron.${TOKEN}@cert.example` }, TOKEN],
    ['In-Reply-To before References', { 'In-Reply-To': ID, References: `<isochron.${OTHER}@x>` }, TOKEN],
    ['never the subject', { Subject: `Re: isochron.${TOKEN}` }, undefined],
    ['no token, no letter', { 'In-Reply-To': '<else@vendor.example>' }, undefined],
    ['a token of another length is none', { 'In-Reply-To': `<isochron.${TOKEN}0@x>` }, undefined],
  ])('%s', async (_, headers, token) => {
    expect((await answer(mail(headers, 'Words.\n'))).token).toBe(token);
  });

  it('says which letters the signed words quote', async () => {
    const text = `> Message: isochron.${OTHER}\nYes.`;
    const found = await answer(
      encryptedMail({ 'In-Reply-To': ID }, await sealed(crlf(entity(text)), 'vendor')),
    );
    expect([found.token, found.inside]).toEqual([TOKEN, [OTHER]]);
  });
});

describe('what no person wrote', () => {
  it.each<readonly [string, Readonly<Record<string, string>>]>([
    ['RFC 3834', { 'Auto-Submitted': 'auto-replied' }],
    ['an old vacation program', { Precedence: 'auto_reply' }],
    ['a mailing list', { Precedence: 'bulk' }],
    ['a program of its own habits', { 'X-Autoreply': 'yes' }],
    ['nobody to answer to', { 'Return-Path': '<>' }],
  ])('%s', async (_, headers) => {
    expect(await read(mail({ 'In-Reply-To': ID, ...headers }, 'I am away.\n'))).toEqual({
      kind: 'automatic',
      token: TOKEN,
    });
  });

  it('a signature makes it a person again: ticket systems call everything automatic', async () => {
    const armoured = await sealed(crlf(entity('We are affected.')), 'vendor');
    const found = await answer(
      encryptedMail({ 'In-Reply-To': ID, 'Auto-Submitted': 'auto-generated' }, armoured),
    );
    expect(found).toMatchObject({ by: testNode('vendor'), fault: undefined });
  });

  it('RFC 3464: a letter that came back, with its status', async () => {
    expect(await read(report('failed', '5.1.1', ID))).toEqual({
      kind: 'returned',
      token: TOKEN,
      status: '5.1.1',
    });
  });

  it('RFC 3464: a letter that is late has not come back', async () => {
    expect(await read(report('delayed', '4.4.1', ID))).toMatchObject({ kind: 'automatic' });
  });

  it('a report about no letter of ours is about none', async () => {
    expect(await read(report('failed', '5.1.1', '<else@cert.example>'))).toEqual({
      kind: 'automatic',
      token: undefined,
    });
  });

  it('what we wrote ourselves is no answer', async () => {
    expect(await read(mail({ From: `Us <${OWN}>`, 'In-Reply-To': ID }, 'Words.\n'))).toBeUndefined();
  });
});

describe('words as an officer reads them', () => {
  it.each<readonly [string, Readonly<Record<string, string>>, string, string]>([
    [
      'Japanese in ISO-2022-JP',
      { 'Content-Type': 'text/plain; charset=iso-2022-jp' },
      '\x1b$BD4::Cf\x1b(B',
      '調査中',
    ],
    [
      'HTML as text',
      { 'Content-Type': 'text/html' },
      '<p>We &amp; they<br>are<script>x</script></p>',
      'We & theyarex',
    ],
    ['no escape sequence of a terminal', {}, 'red \x1b[31mword\x07', 'red [31mword'],
    ['quoted-printable', { 'Content-Transfer-Encoding': 'quoted-printable' }, 'a=3Db=\nc', 'a=bc'],
  ])('%s', async (_, headers, body, text) => {
    expect((await answer(mail({ 'In-Reply-To': ID, ...headers }, body))).text).toBe(text);
  });

  it('survives any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), fc.boolean(), async (bytes, behind) => {
        const whole = behind ? Buffer.concat([mail({ 'In-Reply-To': ID }, ''), bytes]) : bytes;
        const found = await read(whole);
        expect(found?.kind ?? 'own').toMatch(/^(answer|automatic|returned|own)$/);
      }),
      { seed: 3156, numRuns: 200 },
    );
  });

  it('survives any headers', async () => {
    const header = fc.constantFrom(
      'Content-Type',
      'In-Reply-To',
      'From',
      'Content-Transfer-Encoding',
      'Return-Path',
    );
    const value = fc.oneof(
      fc.string(),
      fc.constantFrom('multipart/signed; protocol="application/pgp-signature"'),
    );
    await fc.assert(
      fc.asyncProperty(fc.dictionary(header, value), fc.string(), async (headers, body) => {
        const found = await read(mail(headers, body), true, after(TEST_NOW, HOUR));
        if (found?.kind === 'answer') expect(textOf(Buffer.from(found.text))).toBe(found.text);
      }),
      { seed: 3156, numRuns: 200 },
    );
  });
});
