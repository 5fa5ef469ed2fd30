/** Certificates of vendors without a node, made for one test: good ones, and each way in which one is not. */
import { enums, generateKey, type PrivateKey, revokeKey } from 'openpgp';
import { OPENPGP } from '../../node/envelope/policy.js';

export type CertificateKind = 'good' | 'no-encryption' | 'expired' | 'revoked' | 'private';

const DAY_S = 86_400;

/** A person's key: what it signs with, its certificate, and the same certificate once it was revoked. */
export interface TestPerson {
  readonly signer: PrivateKey;
  readonly fingerprint: string;
  readonly certificate: string;
  readonly revoked: string;
}

/** @param at when it is looked at; it ends 350 days later, and is revoked a day before. */
export async function testPerson(at: number): Promise<TestPerson> {
  const { privateKey } = await generateKey({
    userIDs: [{ name: 'TEST ONLY person' }],
    type: 'ecc',
    curve: 'ed25519Legacy',
    keyExpirationTime: 400 * DAY_S,
    date: new Date(at - 50 * DAY_S * 1_000),
    subkeys: [{ sign: true }, { sign: false }],
    format: 'object',
    config: OPENPGP,
  });
  const gone = await revoked(privateKey, new Date(at - DAY_S * 1_000));
  return {
    signer: privateKey,
    fingerprint: privateKey.getFingerprint(),
    certificate: privateKey.toPublic().armor(OPENPGP),
    revoked: gone.armor(OPENPGP),
  };
}

/** Armoured. @param at when it is looked at, in milliseconds. */
export async function vendorCertificate(kind: CertificateKind, at: number): Promise<string> {
  const made = new Date(at - 50 * DAY_S * 1_000);
  const { privateKey } = await generateKey({
    userIDs: [{ name: 'TEST ONLY vendor' }],
    type: 'ecc',
    curve: 'ed25519Legacy',
    keyExpirationTime: (kind === 'expired' ? 40 : 400) * DAY_S,
    date: made,
    subkeys: kind === 'no-encryption' ? [{ sign: true }] : [{ sign: true }, { sign: false }],
    format: 'object',
    config: OPENPGP,
  });
  if (kind === 'private') return privateKey.armor(OPENPGP);
  const shown =
    kind === 'revoked' ? await revoked(privateKey, new Date(at - DAY_S * 1_000)) : privateKey.toPublic();
  return shown.armor(OPENPGP);
}

async function revoked(
  key: PrivateKey,
  date: Date,
): Promise<PrivateKey | ReturnType<PrivateKey['toPublic']>> {
  const reasonForRevocation = { flag: enums.reasonForRevocation.keyCompromised, string: '' };
  const { publicKey } = await revokeKey({
    key,
    reasonForRevocation,
    date,
    format: 'object',
    config: OPENPGP,
  });
  return publicKey;
}
