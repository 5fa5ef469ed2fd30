/**
 * OpenPGP in mail (RFC 3156), for vendors without a node. A letter is one message: signed, then encrypted to its one
 * reader and to nobody else, not even to us, for our own copy is the entry in the feed.
 *
 * What comes back was made by people with mail programs, so more is read than is ever written: compressed, signed as
 * text, signed beside the text or around it. What is demanded of a signature stays: exactly one, by a key of a
 * certificate that an officer verified, in force on receipt.
 */
import {
  createMessage,
  encrypt,
  enums,
  type KeyID,
  type Message,
  readCleartextMessage,
  readMessage,
  readSignature,
} from 'openpgp';
import { utf8 } from '../core/bytes.js';
import { type Fault, type Outcome, ok, refuse } from '../core/fault.js';
import type { NodeId } from '../core/ids.js';
import { LIMITS } from '../core/limits.js';
import type { SigningPerson } from '../core/mail/book.js';
import type { Instant } from '../core/time.js';
import type { MailPart, MailSealer, OpenedMail } from '../ports.js';
import { type Certificate, judge, readCertificate } from './keyring.js';
import type { Keys } from './keys.js';
import type { Ring } from './open.js';
import { OPENPGP } from './policy.js';
import { signFile } from './sign.js';
import {
  type DoubtCodes,
  type Expected,
  NO_DATE,
  verifyCleartext,
  verifyDetached,
  verifyMessage,
} from './verify.js';

const CODES: DoubtCodes = {
  malformed: 'MAIL_MALFORMED',
  unsigned: 'MAIL_UNSIGNED',
  several: 'MAIL_FORGED',
  foreign: 'MAIL_FOREIGN',
  forged: 'MAIL_FORGED',
  clock: 'MAIL_CLOCK',
};

/** A certificate whose signatures are the word of a node. */
export interface Signer {
  readonly certificate: Certificate;
  readonly node: NodeId;
  /** Where it is the certificate of one of its persons. */
  readonly person: SigningPerson | undefined;
}

/** @param known certificates of the verified nodes and of their persons, among which a signer is looked up. */
export function mailSealer(keys: Keys, ring: Ring, known: () => readonly Signer[]): MailSealer {
  return {
    async sealMail(entity, to, at) {
      const reader = ring(to);
      return reader.ok ? await sealTo(reader.value, entity, keys, at) : reader;
    },

    async sealMailFor(entity, certificate, at) {
      const reader = await readCertificate(certificate, 'mail');
      return reader.ok ? await sealTo(reader.value, entity, keys, at) : reader;
    },

    signMail: (entity, at) => signFile(entity, at, keys),

    async openMail(part, now) {
      switch (part.kind) {
        case 'encrypted':
          return await openEncrypted(part.armoured, now, keys, known());
        case 'signed':
          return ok(await judgeBeside(part, now, known()));
        case 'cleartext':
          return await openCleartext(part.armoured, now, known());
      }
    },
  };
}

async function sealTo(
  reader: Certificate,
  entity: Uint8Array,
  keys: Keys,
  at: Instant,
): Promise<Outcome<string>> {
  const fault = (await judge(reader, at)) ?? (await judge(keys.certificate, at));
  if (fault !== undefined) return { ok: false, fault };
  const armoured = await encrypt({
    message: await createMessage({ binary: entity, format: 'binary', date: NO_DATE }),
    encryptionKeys: [reader.key],
    signingKeys: keys.openpgp,
    format: 'armored',
    date: new Date(at),
    config: OPENPGP,
  });
  return ok(armoured);
}

async function openEncrypted(
  armoured: string,
  now: Instant,
  keys: Keys,
  known: readonly Signer[],
): Promise<Outcome<OpenedMail>> {
  const sealed = await readMessage({ armoredMessage: armoured, config: OPENPGP }).catch(() => undefined);
  const recipients = sealed?.packets.filterByTag(enums.packet.publicKeyEncryptedSessionKey).length ?? 0;
  if (sealed === undefined || recipients > LIMITS.mailRecipients.most) return refuse('MAIL_MALFORMED');
  if (recipients === 0) return await judgeAround(sealed as Message<Uint8Array>, now, known);
  try {
    const opened = await sealed.decrypt([keys.openpgp], undefined, undefined, new Date(now), OPENPGP);
    return await judgeAround(opened as Message<Uint8Array>, now, known);
  } catch (cause) {
    // The only sentence of the library that we read here. Should it change, the refusal stays and the code is vaguer.
    const bomb = cause instanceof Error && cause.message.includes('decompressed message size exceeded');
    return refuse(bomb ? 'MAIL_OVERSIZE' : 'MAIL_UNDECRYPTABLE');
  }
}

/** A message that is signed, or not, in one piece (RFC 3156 §6.2, and inline). */
async function judgeAround(
  opened: Message<Uint8Array>,
  now: Instant,
  known: readonly Signer[],
): Promise<Outcome<OpenedMail>> {
  const bytes = opened.getLiteralData();
  if (!(bytes instanceof Uint8Array)) return refuse('MAIL_MALFORMED');
  if (bytes.length > LIMITS.statementBytes.most) return refuse('MAIL_OVERSIZE', { offered: bytes.length });
  const issuers = opened.getSigningKeyIDs();
  const by = signerAmong(known, issuers);
  if (by === undefined) return ok(doubtful(bytes, issuers));
  const verified = await verifyMessage(opened, expecting(by, now));
  return ok(verdictOn(bytes, by, verified));
}

/** A signature that stands beside what it signs (RFC 3156 §5). */
async function judgeBeside(
  { bytes, signature }: Extract<MailPart, { kind: 'signed' }>,
  now: Instant,
  known: readonly Signer[],
): Promise<OpenedMail> {
  const read = await readSignature({ armoredSignature: signature, config: OPENPGP }).catch(() => undefined);
  const issuers = read?.getSigningKeyIDs() ?? [];
  const by = signerAmong(known, issuers);
  if (by === undefined) return doubtful(bytes, issuers);
  return verdictOn(bytes, by, await verifyDetached(bytes, signature, expecting(by, now)));
}

async function openCleartext(
  armoured: string,
  now: Instant,
  known: readonly Signer[],
): Promise<Outcome<OpenedMail>> {
  const message = await readCleartextMessage({ cleartextMessage: armoured, config: OPENPGP }).catch(
    () => undefined,
  );
  if (message === undefined) return refuse('MAIL_MALFORMED');
  const bytes = utf8(message.getText());
  const issuers = message.getSigningKeyIDs();
  const by = signerAmong(known, issuers);
  if (by === undefined) return ok(doubtful(bytes, issuers));
  return ok(verdictOn(bytes, by, await verifyCleartext(message, expecting(by, now))));
}

function expecting({ certificate: by }: Signer, now: Instant): Expected {
  return { by, now, keyAt: 'receipt', codes: CODES, textToo: true };
}

/** Key ids only find the candidate; its whole fingerprint is compared when the signature is checked. */
function signerAmong(known: readonly Signer[], issuers: readonly KeyID[]): Signer | undefined {
  const ids = issuers.map((id) => id.toHex());
  return known.find(({ certificate }) => ids.some((id) => certificate.signers.has(id)));
}

function doubtful(bytes: Uint8Array, issuers: readonly KeyID[]): OpenedMail {
  const fault: Fault = { code: issuers.length === 0 ? 'MAIL_UNSIGNED' : 'MAIL_FOREIGN' };
  return { bytes, by: undefined, person: undefined, signedAt: undefined, fault };
}

function verdictOn(
  bytes: Uint8Array,
  { node: by, person }: Signer,
  verified: Outcome<{ readonly signedAt: Instant }>,
): OpenedMail {
  return verified.ok
    ? { bytes, by, person, signedAt: verified.value.signedAt, fault: undefined }
    : { bytes, by, person, signedAt: undefined, fault: verified.fault };
}
