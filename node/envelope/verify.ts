/**
 * The one place that asks openpgp.js whether a signature holds.
 *
 * Its `verify()` and `decrypt()` return the text even where a signature is wrong, foreign or missing, and
 * `expectSigned` is content with one good signature among several (FORMATS §10.2). So here: exactly one signature
 * packet, of the expected type, by a signing subkey of the one expected certificate, awaited, dated within the
 * tolerance, by a key that was in force at the instant of judging. Only then do bytes leave this file.
 */
import {
  type CleartextMessage,
  createMessage,
  enums,
  type KeyID,
  type Message,
  readSignature,
  type Signature,
  type SignaturePacket,
  verify,
} from 'openpgp';
import { hexOf } from '../core/bytes.js';
import { type FaultCode, type Outcome, ok, refuse } from '../core/fault.js';
import { LIMITS } from '../core/limits.js';
import type { Instant } from '../core/time.js';
import { type Certificate, judge } from './keyring.js';
import { OPENPGP } from './policy.js';

/** Everything that can be wrong with a signature whose key is in order. */
export type Doubt = 'malformed' | 'unsigned' | 'several' | 'foreign' | 'forged' | 'clock';

/** How a caller names each doubt. */
export type DoubtCodes = Readonly<Record<Doubt, FaultCode>>;

/** Who is expected to have signed, and when that is asked. */
export interface Expected {
  readonly by: Certificate;
  /** The instant of receipt: a signature dated later than this, beyond the tolerance, is refused. */
  readonly now: Instant;
  /**
   * At which instant the key must be in force. A stolen expired key can back-date, so `receipt` is the rule;
   * `signature` is for words that are relayed long after they were said.
   */
  readonly keyAt: 'receipt' | 'signature';
  readonly codes: DoubtCodes;
  /** Mail programs sign text as text as well: lines may end in either way. */
  readonly textToo?: boolean;
}

/** What was signed, byte for byte, and when its author says that it was. */
export interface Verified {
  readonly bytes: Uint8Array;
  /** Whole seconds: OpenPGP has no finer time. */
  readonly signedAt: Instant;
}

/** Written into literal packets in place of a time: ours carry none. */
export const NO_DATE: Date = new Date(0);

// With `null` the library checks no clock; `settle` does, with a tolerance and a code of its own.
const ANY_DATE = null;

/** Checks a signed message, after decryption. Faults: KEY_*, and `codes` for each doubt. */
export async function verifyMessage(
  message: Message<Uint8Array>,
  expected: Expected,
): Promise<Outcome<Verified>> {
  const doubt =
    doubtOfPackets(message.unwrapCompressed()) ?? doubtOfIssuer(message.getSigningKeyIDs(), expected);
  if (doubt) return refuse(expected.codes[doubt]);
  const settled = await settle(
    expected,
    enums.signature.binary,
    verify({
      message,
      verificationKeys: expected.by.verifier,
      expectSigned: true,
      format: 'binary',
      date: ANY_DATE,
      config: OPENPGP,
    }),
  );
  if (!settled.ok) return settled;
  const { signedAt, signed } = settled.value;
  return signed instanceof Uint8Array ? ok({ bytes: signed, signedAt }) : refuse(expected.codes.malformed);
}

/** Checks a detached binary signature over exactly these bytes. Faults: KEY_*, and `codes` for each doubt. */
export async function verifyDetached(
  bytes: Uint8Array,
  signature: Uint8Array | string,
  expected: Expected,
): Promise<Outcome<Verified>> {
  const read = await (typeof signature === 'string'
    ? readSignature({ armoredSignature: signature, config: OPENPGP })
    : readSignature({ binarySignature: signature, config: OPENPGP })
  ).catch(() => undefined);
  const doubt = read ? doubtOfSignature(read, expected) : 'malformed';
  if (!read || doubt) return refuse(expected.codes[doubt ?? 'malformed']);
  const message = await createMessage({ binary: bytes, format: 'binary', date: NO_DATE });
  const settled = await settle(
    expected,
    enums.signature.binary,
    verify({
      message,
      signature: read,
      verificationKeys: expected.by.verifier,
      expectSigned: true,
      format: 'binary',
      date: ANY_DATE,
      config: OPENPGP,
    }),
  );
  return settled.ok ? ok({ bytes, signedAt: settled.value.signedAt }) : settled;
}

/**
 * Checks a cleartext-signed text and gives back the text that was signed: lines end in LF, blanks at their ends
 * are gone, for no signature of this form covers them. Faults: KEY_*, and `codes` for each doubt.
 */
export async function verifyCleartext(
  message: CleartextMessage,
  expected: Expected,
): Promise<Outcome<{ readonly text: string; readonly signedAt: Instant }>> {
  const issuers = message.getSigningKeyIDs();
  const doubt = doubtOfIssuer(issuers, expected);
  if (doubt) return refuse(expected.codes[doubt]);
  const settled = await settle(
    expected,
    enums.signature.text,
    verify({
      message,
      verificationKeys: expected.by.verifier,
      expectSigned: true,
      date: ANY_DATE,
      config: OPENPGP,
    }),
  );
  if (!settled.ok) return settled;
  return ok({ text: message.getText(), signedAt: settled.value.signedAt });
}

/** Exactly one signature around exactly one literal; whatever the library could not read counts against it. */
function doubtOfPackets({ packets }: Message<Uint8Array>): Doubt | undefined {
  // Trailing signatures are read later; the grammar demands as many of them as there are leading one-pass packets.
  const signatures = packets.filterByTag(enums.packet.onePassSignature, enums.packet.signature).length;
  const literals = packets.filterByTag(enums.packet.literalData).length;
  if (literals !== 1 || packets.length > signatures + literals) return 'malformed';
  if (signatures === 0) return 'unsigned';
  return signatures > 1 ? 'several' : undefined;
}

function doubtOfSignature(signature: Signature, expected: Expected): Doubt | undefined {
  if (signature.packets.length !== signature.packets.filterByTag(enums.packet.signature).length)
    return 'malformed';
  return doubtOfIssuer(signature.getSigningKeyIDs(), expected);
}

function doubtOfIssuer(issuers: readonly KeyID[], { by }: Expected): Doubt | undefined {
  const [issuer] = issuers;
  if (!issuer) return 'unsigned';
  if (issuers.length > 1) return 'several';
  return by.signers.has(issuer.toHex()) ? undefined : 'foreign';
}

interface Checked {
  readonly data: unknown;
  readonly signatures: readonly {
    readonly verified: Promise<true>;
    readonly signature: Promise<Signature>;
  }[];
}

async function settle(
  expected: Expected,
  type: enums.signature,
  checking: Promise<Checked>,
): Promise<Outcome<{ readonly signed: unknown; readonly signedAt: Instant }>> {
  const { by, now, keyAt, codes, textToo } = expected;
  const checked = await checking.catch(() => undefined);
  const keyFault = keyAt === 'receipt' ? await judge(by, now) : undefined;
  if (keyFault) return { ok: false, fault: keyFault };
  const [only] = checked?.signatures ?? [];
  if (!checked || !only || checked.signatures.length !== 1) return refuse(codes.forged);
  if ((await only.verified.catch(() => false)) !== true) return refuse(codes.forged);
  const packet = (await only.signature).packets[0];
  const isOfType =
    packet?.signatureType === type || (textToo === true && packet?.signatureType === enums.signature.text);
  if (!packet?.created || !isOfType) return refuse(codes.forged);
  if (!isBySubkey(packet, by)) return refuse(codes.foreign);
  const signedAt = packet.created.getTime() as Instant;
  const ends = packet.getExpirationTime();
  if (signedAt - now > LIMITS.signatureSkewMs.most || (ends instanceof Date && ends.getTime() <= now))
    return refuse(codes.clock, { held: now, offered: signedAt });
  const oldFault = keyAt === 'signature' ? await judge(by, signedAt) : undefined;
  return oldFault ? { ok: false, fault: oldFault } : ok({ signed: checked.data, signedAt });
}

/** Whole fingerprints are compared; key ids only find the candidate. */
function isBySubkey({ issuerKeyID, issuerFingerprint }: SignaturePacket, by: Certificate): boolean {
  const fingerprint = by.signers.get(issuerKeyID.toHex());
  return (
    fingerprint !== undefined && (issuerFingerprint === null || hexOf(issuerFingerprint) === fingerprint)
  );
}
