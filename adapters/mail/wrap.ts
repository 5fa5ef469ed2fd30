/**
 * The two wrappings of a letter: the MIME entity that is signed and encrypted, and the mail around it (RFC 3156 §6.2).
 * Nothing on the outside says what it is about: one recipient, a token, the same subject always.
 */
import MimeNode from 'nodemailer/lib/mime-node';
import { type LetterToken, type MailAddress, TOKEN_PREFIX } from '../../node/core/mail/address.js';
import type { Instant } from '../../node/core/time.js';
import type { LetterOut } from '../../node/ports.js';
import type { LetterLang } from './letter-words.js';

/** Content neither comes from a file nor from a URL, whatever it says. */
const SHUT = { disableFileAccess: true, disableUrlAccess: true, newline: 'win' } as const;

/** The entity that is signed, in the language of its sentences where they are ours: text, and attachments under names that say nothing. */
export async function entityOf(
  text: string,
  attachments: LetterOut['attachments'],
  language: LetterLang | undefined,
): Promise<Uint8Array> {
  const root = new MimeNode('multipart/mixed', SHUT);
  const [first] = attachments;
  const entity = first === undefined ? root : root.createChild('multipart/mixed', SHUT);
  const words = entity.createChild('text/plain; charset=utf-8', SHUT);
  if (language !== undefined) words.setHeader('Content-Language', language);
  words.setContent(text);
  for (const { mark, bytes } of attachments) {
    const filename = `${mark.hash.slice(0, 16)}.bin`;
    entity.createChild('application/octet-stream', { ...SHUT, filename }).setContent(Buffer.from(bytes));
  }
  const [only] = root.childNodes;
  if (only === undefined) throw new Error('an entity has content');
  return await only.build();
}

/** What stands on the outside. */
export interface Outside {
  readonly from: { readonly name: string; readonly address: MailAddress };
  readonly replyTo: string | undefined;
  readonly to: MailAddress;
  readonly token: LetterToken;
  readonly at: Instant;
  readonly exercise: boolean;
}

/** The mail itself. @param armoured the entity, sealed. */
export async function mailOf(outside: Outside, armoured: string): Promise<Uint8Array> {
  const mail = headOf(
    outside,
    'multipart/encrypted; protocol="application/pgp-encrypted"',
    'Encrypted message',
  );
  sevenBit(mail.createChild('application/pgp-encrypted', SHUT)).setContent('Version: 1\r\n');
  sevenBit(mail.createChild('application/octet-stream', { ...SHUT, filename: 'encrypted.asc' }))
    .setHeader('Content-Disposition', 'inline; filename=encrypted.asc')
    .setContent(armoured.replaceAll(/\r?\n/g, '\r\n'));
  return await mail.build();
}

/** A mail that everybody on the way reads, signed beside its text (RFC 3156 §5). @param entity as it was signed. */
export async function signedMailOf(
  outside: Outside,
  entity: Uint8Array,
  signature: string,
): Promise<Uint8Array> {
  const type = 'multipart/signed; micalg=pgp-sha512; protocol="application/pgp-signature"';
  const mail = headOf(outside, type, 'Message');
  mail.createChild('text/plain', SHUT).setRaw(Buffer.from(entity));
  sevenBit(mail.createChild('application/pgp-signature', { ...SHUT, filename: 'signature.asc' })).setContent(
    signature.replaceAll(/\r?\n/g, '\r\n'),
  );
  return await mail.build();
}

/** @param subject the same always: it says nothing of what the mail is about. */
function headOf(
  { from, replyTo, to, token, at, exercise }: Outside,
  type: string,
  subject: string,
): MimeNode {
  return new MimeNode(type, SHUT).setHeader([
    { key: 'From', value: { name: from.name, address: from.address } },
    { key: 'To', value: to },
    ...(replyTo === undefined ? [] : [{ key: 'Reply-To', value: replyTo }]),
    { key: 'Date', value: new Date(at) },
    { key: 'Message-ID', value: messageId(token, from.address) },
    { key: 'Subject', value: `${exercise ? 'EXERCISE: ' : ''}${subject} ${token.slice(0, 8)}` },
    // No machine may answer (RFC 3834 §2): whoever is away is not told to us for each letter.
    { key: 'Auto-Submitted', value: 'auto-generated' },
  ]);
}

/** The same for every sending of one letter, so that whoever gets it twice can tell. */
function messageId(token: LetterToken, from: MailAddress): string {
  return `<${TOKEN_PREFIX}${token}@${from.slice(from.lastIndexOf('@') + 1)}>`;
}

function sevenBit(node: MimeNode): MimeNode {
  return node.setHeader('Content-Transfer-Encoding', '7bit');
}
