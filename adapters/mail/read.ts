/**
 * A mail from outside: what it is, whose letter it answers, and what its signature is worth.
 *
 * Everything here was written by strangers. Headers decide only which letter is meant and whether a machine wrote; what
 * a vendor says is what stands under its signature. The library reads structure and encodings; the one thing that it
 * cannot give, the signed bytes of a part exactly as they came, is cut out in `parts.ts`.
 */
import PostalMime, { type Address, type Email } from 'postal-mime';
import { type Hash, textOf } from '../../node/core/bytes.js';
import { decodeEntities } from '../../node/core/case/vendor-key.js';
import type { Fault } from '../../node/core/fault.js';
import { LIMITS } from '../../node/core/limits.js';
import { type LetterToken, type MailAddress, mailAddress, tokensIn } from '../../node/core/mail/address.js';
import type { Instant } from '../../node/core/time.js';
import type { MailIn, MailPart, MailSealer, OpenedMail } from '../../node/ports.js';
import type { RawMail } from './collect.js';
import { armourIn, signedParts } from './parts.js';

/** What reading needs of the house. */
export interface Reader {
  readonly sealer: MailSealer;
  readonly digest: (bytes: Uint8Array) => Hash;
  /** Our own address: what we wrote ourselves is no answer. */
  readonly own: MailAddress;
}

/** @returns `undefined` for a mail of our own. */
export async function readMail(raw: RawMail, reader: Reader, now: Instant): Promise<MailIn | undefined> {
  const email = await parse(raw.bytes);
  if (email === undefined) return malformed(raw, reader);
  const sender = addressOf(email.from);
  if (sender?.toLowerCase() === reader.own.toLowerCase()) return undefined;
  const token = tokenOf(email);
  const returned = returnedOf(email, raw.bytes);
  if (returned !== undefined) return returned;
  if (!raw.whole) return oversize(raw, reader, sender, token);

  const opened = await openParts(raw.bytes, email, reader, now, 0);
  const isSigned = opened.result !== undefined && opened.result.fault === undefined;
  // A ticket system may call a person's words automatic; nobody but a person signs.
  if (!isSigned && isAutomatic(email)) return { kind: 'automatic', token };
  const { text } = opened;
  const tooLong = text.length > LIMITS.textCharacters.most;
  const fault: Fault | undefined = tooLong
    ? { code: 'MAIL_OVERSIZE', most: LIMITS.textCharacters.most }
    : (opened.fault ?? opened.result?.fault ?? (opened.result ? undefined : { code: 'MAIL_UNSIGNED' }));
  return {
    kind: 'answer',
    digest: reader.digest(raw.bytes),
    mail: raw.bytes,
    words: reader.digest(opened.result?.bytes ?? raw.bytes),
    token,
    inside: tokensIn(text),
    sender,
    by: opened.result?.by,
    person: opened.result?.person,
    encrypted: opened.encrypted,
    signedAt: opened.result?.signedAt,
    fault,
    text: tooLong ? '' : text,
  };
}

interface Opening {
  readonly text: string;
  readonly encrypted: boolean;
  /** The innermost signed part; absent where nothing was signed or encrypted. */
  readonly result: OpenedMail | undefined;
  /** Why nothing could be opened. */
  readonly fault: Fault | undefined;
}

async function openParts(
  raw: Uint8Array,
  email: Email,
  reader: Reader,
  now: Instant,
  depth: number,
): Promise<Opening> {
  const part = partOf(raw, email);
  if (part === undefined || depth > LIMITS.mailWrappings.most)
    return { text: textIn(email), encrypted: false, result: undefined, fault: undefined };
  const opened = await reader.sealer.openMail(part, now);
  const encrypted = part.kind === 'encrypted';
  if (!opened.ok) return { text: '', encrypted, result: undefined, fault: opened.fault };
  const { bytes } = opened.value;
  const isMime = part.kind === 'signed' || (encrypted && looksLikeMime(bytes));
  if (!isMime) return { text: plain(textOf(bytes) ?? ''), encrypted, result: opened.value, fault: undefined };
  const inner = await parse(bytes);
  if (inner === undefined)
    return { text: '', encrypted, result: opened.value, fault: { code: 'MAIL_MALFORMED' } };
  // Encrypted first and signed inside (RFC 3156 §6.1): the signature within is the one that counts.
  if (encrypted && opened.value.fault?.code === 'MAIL_UNSIGNED' && partOf(bytes, inner) !== undefined)
    return { ...(await openParts(bytes, inner, reader, now, depth + 1)), encrypted };
  return { text: textIn(inner), encrypted, result: opened.value, fault: undefined };
}

/** An encrypted part of a mail file, armoured, with the heads around it; nothing where there is none. */
export async function encryptedIn(
  raw: Uint8Array,
): Promise<{ readonly armoured: string; readonly email: Pick<Email, 'headers'> } | undefined> {
  const email = await parse(raw);
  const part = email === undefined ? undefined : partOf(raw, email);
  return email === undefined || part?.kind !== 'encrypted' ? undefined : { armoured: part.armoured, email };
}

/** The OpenPGP part that a mail has, looked for where mail programs put it and where mail servers move it. */
function partOf(raw: Uint8Array, email: Email): MailPart | undefined {
  const signed = signedParts(raw);
  if (signed !== undefined) return { kind: 'signed', ...signed };
  const texts = [
    ...email.attachments.map(({ content }) =>
      typeof content === 'string' ? content : (textOf(new Uint8Array(content)) ?? ''),
    ),
    email.text ?? '',
  ];
  for (const text of texts) {
    const armoured = armourIn(text, 'PGP MESSAGE');
    if (armoured !== undefined) return { kind: 'encrypted', armoured };
  }
  const armoured = armourIn(email.text ?? '', 'PGP SIGNED MESSAGE');
  return armoured === undefined ? undefined : { kind: 'cleartext', armoured };
}

/** Does an entity begin with a head of its own? */
export function looksLikeMime(bytes: Uint8Array): boolean {
  const head = textOf(bytes.subarray(0, 4_096)) ?? '';
  return /^(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*content-type:/i.test(head);
}

async function parse(bytes: Uint8Array): Promise<Email | undefined> {
  return await PostalMime.parse(bytes, {
    forceRfc822Attachments: true,
    attachmentEncoding: 'arraybuffer',
    maxNestingDepth: 16,
    maxHeadersSize: LIMITS.mailReplyBytes.most,
  }).catch(() => undefined);
}

/** Which letter is meant: what a mail program repeats of its Message-ID, or the address that it answers to. */
function tokenOf(email: Email): LetterToken | undefined {
  const delivered = headersOf(email, 'delivered-to', 'x-original-to', 'envelope-to');
  const addressed = [...(email.to ?? []), ...(email.cc ?? [])].flatMap((one) => addressOf(one) ?? []);
  const places = [email.inReplyTo, ...addressed, ...delivered, email.references];
  return places.flatMap((place) => tokensIn(place ?? '').slice(-1))[0];
}

/** A report that a letter of ours was not delivered; one that says it is only late says nothing new. */
function returnedOf(email: Email, raw: Uint8Array): MailIn | undefined {
  const [type = ''] = headersOf(email, 'content-type');
  const isReport = /multipart\/report/i.test(type) && /delivery-status/i.test(type);
  if (!isReport) return undefined;
  const report = email.attachments
    .filter(({ mimeType }) => mimeType === 'message/delivery-status')
    .map(({ content }) => (typeof content === 'string' ? content : (textOf(new Uint8Array(content)) ?? '')))
    .join('\n');
  const lines = report === '' ? latin(raw) : report;
  const action = /^action:\s*(\w+)/im.exec(lines)?.[1]?.toLowerCase();
  // Envelope id first: we chose it. Then the Message-ID of what is given back.
  const token = tokensIn(lines)[0] ?? envelopeToken(lines) ?? tokensIn(latin(raw))[0];
  if (action !== 'failed') return { kind: 'automatic', token };
  const status = /^status:\s*(\d\.\d{1,3}\.\d{1,3})/im.exec(lines)?.[1] ?? '5.0.0';
  return token === undefined ? { kind: 'automatic', token } : { kind: 'returned', token, status };
}

function envelopeToken(report: string): LetterToken | undefined {
  return tokensIn(`isochron.${/^original-envelope-id:\s*([0-9a-f]{32})\s*$/im.exec(report)?.[1] ?? ''}`)[0];
}

/** RFC 3834, and the habits that are older than it. */
function isAutomatic(email: Email): boolean {
  const [submitted = 'no'] = headersOf(email, 'auto-submitted');
  const [precedence = ''] = headersOf(email, 'precedence');
  const [path] = headersOf(email, 'return-path');
  return (
    !/^\s*no\b/i.test(submitted) ||
    /^\s*(?:bulk|junk|list|auto_reply)\b/i.test(precedence) ||
    headersOf(email, 'x-autoreply', 'x-autorespond', 'x-auto-response-suppress').length > 0 ||
    path?.trim() === '<>'
  );
}

function headersOf(email: Email, ...keys: readonly string[]): readonly string[] {
  return email.headers.filter(({ key }) => keys.includes(key)).map(({ value }) => value);
}

function addressOf(address: Address | undefined): MailAddress | undefined {
  return address?.address === undefined ? undefined : mailAddress(address.address);
}

const TAGS = /<[^<>]*>/g;

function textIn(email: Email): string {
  return plain(email.text ?? decodeEntities((email.html ?? '').replaceAll(TAGS, '')));
}

/** Lines end in LF; what steers terminals and what has no UTF-8 form is gone. */
function plain(text: string): string {
  return text
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/[\p{Cc}\p{Surrogate}]/gu, (found) => (found === '\n' || found === '\t' ? found : ''))
    .trim();
}

function latin(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

function malformed(raw: RawMail, reader: Reader): MailIn {
  return { ...unread(raw, reader), fault: { code: raw.whole ? 'MAIL_MALFORMED' : 'MAIL_OVERSIZE' } };
}

function oversize(
  raw: RawMail,
  reader: Reader,
  sender: MailAddress | undefined,
  token: LetterToken | undefined,
): MailIn {
  const fault: Fault = { code: 'MAIL_OVERSIZE', most: LIMITS.mailReplyBytes.most };
  return { ...unread(raw, reader), sender, token, fault };
}

/** Nothing of it is kept but that it came. */
function unread(raw: RawMail, { digest }: Reader): Extract<MailIn, { readonly kind: 'answer' }> {
  const hash = digest(raw.bytes);
  return {
    kind: 'answer',
    digest: hash,
    mail: new Uint8Array(),
    words: hash,
    token: undefined,
    inside: [],
    sender: undefined,
    by: undefined,
    person: undefined,
    encrypted: false,
    signedAt: undefined,
    fault: undefined,
    text: '',
  };
}
