/** Mails as mail programs write them, made with test keys. */
import {
  createCleartextMessage,
  createMessage,
  encrypt,
  type PrivateKey,
  type PublicKey,
  sign,
} from 'openpgp';
import { OPENPGP } from '../../../node/envelope/policy.js';
import { TEST_NOW, type TestNode, testKeys } from '../../support/keys.js';

const DATE = new Date(TEST_NOW);

export type Headers = Readonly<Record<string, string>>;

/** Lines end in CR LF, as they cross. */
export function crlf(text: string): Uint8Array {
  return Buffer.from(text.replaceAll(/\r?\n/g, '\r\n'));
}

/** A mail of these headers and this body; the sender and the usual ones are there. */
export function mail(headers: Headers, body: string): Uint8Array {
  const all = {
    From: 'PSIRT <psirt@vendor.example>',
    To: 'coordination@cert.example',
    Subject: 'Re: Encrypted message',
    'MIME-Version': '1.0',
    ...headers,
  };
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return crlf(`${head.join('\n')}\n\n${body}`);
}

/** A text entity inside a signature or an encryption. */
export function entity(text: string): string {
  return `Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n${text}\n`;
}

async function keys(
  from: TestNode | PrivateKey | undefined,
  to: TestNode,
): Promise<{ readonly signer: PrivateKey | undefined; readonly reader: PublicKey }> {
  const signer = typeof from === 'string' ? (await testKeys(from)).openpgp : from;
  return { signer, reader: (await testKeys(to)).openpgp.toPublic() };
}

/** An armoured message, signed by `from` where there is one, encrypted to `to`. */
export async function sealed(
  bytes: Uint8Array,
  from: TestNode | PrivateKey | undefined,
  to: TestNode = 'cert',
  date: Date = DATE,
): Promise<string> {
  const { signer, reader } = await keys(from, to);
  return await encrypt({
    message: await createMessage({ binary: bytes, date: new Date(0) }),
    encryptionKeys: [reader],
    ...(signer === undefined ? {} : { signingKeys: [signer] }),
    date,
    format: 'armored',
    config: OPENPGP,
  });
}

/** PGP/MIME, signed and encrypted in one message (RFC 3156 §6.2). */
export function encryptedMail(headers: Headers, armoured: string): Uint8Array {
  return mail(
    {
      'Content-Type': 'multipart/encrypted; protocol="application/pgp-encrypted"; boundary="b1"',
      ...headers,
    },
    [
      '--b1',
      'Content-Type: application/pgp-encrypted',
      '',
      'Version: 1',
      '',
      '--b1',
      'Content-Type: application/octet-stream; name="encrypted.asc"',
      '',
      armoured,
      '--b1--',
      '',
    ].join('\n'),
  );
}

/** A multipart/signed entity (RFC 3156 §5): head and body, without headers of a mail. */
export async function signedEntity(
  text: string,
  from: TestNode,
): Promise<{ readonly type: string; readonly body: string }> {
  const { signer } = await keys(from, 'cert');
  if (signer === undefined) throw new Error('a signer');
  const part = entity(text).trimEnd();
  const signature = await sign({
    message: await createMessage({ binary: crlf(part), date: new Date(0) }),
    signingKeys: [signer],
    detached: true,
    date: DATE,
    format: 'armored',
    config: OPENPGP,
  });
  const body = [
    'This is an OpenPGP/MIME signed message (RFC 4880 and 3156)',
    '--b2',
    part,
    '--b2',
    'Content-Type: application/pgp-signature; name="signature.asc"',
    '',
    signature,
    '--b2--',
    '',
  ].join('\n');
  const type = 'multipart/signed; micalg=pgp-sha512;\n protocol="application/pgp-signature"; boundary="b2"';
  return { type, body };
}

/** A text that is signed as people read it. */
export async function cleartext(text: string, from: TestNode): Promise<string> {
  const { signer } = await keys(from, 'cert');
  if (signer === undefined) throw new Error('a signer');
  const message = await createCleartextMessage({ text });
  return await sign({ message, signingKeys: [signer], date: DATE, format: 'armored', config: OPENPGP });
}

/** A report that a letter was not delivered (RFC 3464). */
export function report(action: string, status: string, original: string): Uint8Array {
  return mail(
    {
      From: 'Mail Delivery System <MAILER-DAEMON@mx.example>',
      'Content-Type': 'multipart/report; report-type=delivery-status; boundary="b3"',
      'Auto-Submitted': 'auto-replied',
    },
    [
      '--b3',
      'Content-Type: text/plain',
      '',
      'Your message could not be delivered.',
      '--b3',
      'Content-Type: message/delivery-status',
      '',
      'Reporting-MTA: dns; mx.example',
      '',
      'Final-Recipient: rfc822; psirt@vendor.example',
      `Action: ${action}`,
      `Status: ${status}`,
      '--b3',
      'Content-Type: text/rfc822-headers',
      '',
      `Message-ID: ${original}`,
      'Subject: Encrypted message',
      '--b3--',
      '',
    ].join('\n'),
  );
}
