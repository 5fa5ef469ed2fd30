/**
 * Keys of the profile's default curves (FORMATS §10.1), as the native cryptography takes them.
 *
 * The library gives every single operation to WebCrypto: some dozen calls an envelope, each with a key that is
 * imported anew and a way to another thread and back. That costs four times what is calculated. A node seals
 * thousands of envelopes with the same few keys, so here they are read once, and `native-seal.ts` and
 * `native-open.ts` calculate with them in place. What is no such key is left to the library.
 */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { enums, type Key, type PrivateKey, type Subkey } from 'openpgp';
import { hexOf, sameBytes } from '../core/bytes.js';
import { OPENPGP } from './policy.js';

/** The two subkeys of a certificate that are in force at one time. */
export interface Curves {
  readonly signer: Signer;
  readonly reader: Reader;
}

/** An Ed25519 subkey that signs. */
export interface Signer {
  /** 20 bytes; the last eight of them are the key id. */
  readonly fingerprint: Uint8Array;
  readonly key: KeyObject;
}

/** An X25519 subkey that is encrypted to. */
export interface Reader {
  readonly fingerprint: Uint8Array;
  readonly key: KeyObject;
  /** What the derived key is bound to beside the shared secret (RFC 6637 §8). */
  readonly param: Uint8Array;
  readonly digest: string;
  readonly wrap: { readonly cipher: string; readonly keyBytes: number };
}

/** Secret halves of the same subkeys, by fingerprint in hex. */
export type CurveSecrets = ReadonlyMap<string, KeyObject>;

/**
 * The keys of a certificate at an instant at which it is in force.
 *
 * @returns `undefined` where a key is of another kind, or where its owner does not take what we write: SHA-512,
 *   AES-256, version 1 of the encrypted packet. The library knows what to do then.
 * @throws Error of the library at an instant at which the certificate is not in force.
 */
export async function curvesOf(certificate: Key, at: Date): Promise<Curves | undefined> {
  const { selfCertification: wishes } = await certificate.getPrimaryUser(at, undefined, OPENPGP);
  const takesOurs =
    wishes.preferredHashAlgorithms?.includes(enums.hash.sha512) === true &&
    wishes.preferredSymmetricAlgorithms?.includes(enums.symmetric.aes256) === true &&
    ((wishes.features?.[0] ?? 0) & FEATURE_SEIPD_2) === 0;
  if (!takesOurs) return undefined;
  const signing = await certificate.getSigningKey(undefined, at, undefined, OPENPGP);
  const reading = await certificate.getEncryptionKey(undefined, at, undefined, OPENPGP);
  // The primary certifies and does nothing else, whatever its flags say (FORMATS §10.1).
  if (signing === certificate || reading === certificate) return undefined;
  const [signer, reader] = [signerOf(signing), readerOf(reading)];
  return signer && reader && { signer, reader };
}

/** Whoever claims to read it gets it from everybody who claims so too. */
const FEATURE_SEIPD_2 = 0x08;

/** The secrets of all subkeys on the default curves, revoked and expired ones among them. */
export function curveSecrets(key: PrivateKey): CurveSecrets {
  const secrets = new Map<string, KeyObject>();
  for (const { keyPacket } of key.toPublic().subkeys) {
    const fingerprint = keyPacket.getFingerprint();
    const mine = key.subkeys.find((subkey) => subkey.getFingerprint() === fingerprint);
    const parts = mine && 'privateParams' in mine.keyPacket ? mine.keyPacket.privateParams : undefined;
    const written = keyPacket.write();
    const seed = secretIn(parts, 'seed');
    const scalar = secretIn(parts, 'd');
    if (seed && isOn(ED25519, written)) secrets.set(fingerprint, secretKey('Ed25519', written, seed));
    // The scalar of X25519 is little-endian; OpenPGP writes it as a number, the other way round.
    else if (scalar && isOn(X25519, written))
      secrets.set(fingerprint, secretKey('X25519', written, scalar.slice().reverse()));
  }
  return secrets;
}

/** From the algorithm on: number, length of the curve's name, the name, and the head of a point of 32 bytes. */
const ED25519 = Uint8Array.of(22, 9, 0x2b, 6, 1, 4, 1, 0xda, 0x47, 0x0f, 1, 1, 7, 0x40);
const X25519 = Uint8Array.of(18, 10, 0x2b, 6, 1, 4, 1, 0x97, 0x55, 1, 5, 1, 1, 7, 0x40);
/** Version and creation time stand before the algorithm. */
const ALGORITHM_AT = 5;
const POINT_BYTES = 32;

function isOn(curve: Uint8Array, written: Uint8Array): boolean {
  return written[0] === 4 && sameBytes(written.subarray(ALGORITHM_AT, ALGORITHM_AT + curve.length), curve);
}

function pointOf(written: Uint8Array): Uint8Array {
  const head = written[ALGORITHM_AT] === X25519[0] ? X25519 : ED25519;
  return written.subarray(ALGORITHM_AT + head.length, ALGORITHM_AT + head.length + POINT_BYTES);
}

function signerOf({ keyPacket }: Key | Subkey): Signer | undefined {
  const fingerprint = keyPacket.getFingerprintBytes();
  const written = keyPacket.write();
  return fingerprint && isOn(ED25519, written)
    ? { fingerprint, key: publicKey('Ed25519', pointOf(written)) }
    : undefined;
}

/** OpenPGP's numbers of what a key may ask for when a key is derived for it. */
const DIGESTS: Readonly<Record<number, string>> = { 8: 'sha256', 9: 'sha384', 10: 'sha512' };
const WRAPS: Readonly<Record<number, Reader['wrap']>> = {
  7: { cipher: 'id-aes128-wrap', keyBytes: 16 },
  8: { cipher: 'id-aes192-wrap', keyBytes: 24 },
  9: { cipher: 'id-aes256-wrap', keyBytes: 32 },
};

function readerOf({ keyPacket }: Key | Subkey): Reader | undefined {
  const fingerprint = keyPacket.getFingerprintBytes();
  const written = keyPacket.write();
  if (!fingerprint || !isOn(X25519, written)) return undefined;
  const [length, reserved, digestNumber = 0, wrapNumber = 0, ...rest] = written.subarray(
    ALGORITHM_AT + X25519.length + POINT_BYTES,
  );
  const digest = DIGESTS[digestNumber];
  const wrap = WRAPS[wrapNumber];
  if (length !== 3 || reserved !== 1 || rest.length > 0 || !digest || !wrap) return undefined;
  const curve = X25519.subarray(1, 2 + (X25519[1] ?? 0));
  const param = Buffer.concat([
    curve,
    Uint8Array.of(18, 3, 1, digestNumber, wrapNumber),
    Buffer.from('Anonymous Sender    ', 'latin1'),
    fingerprint,
  ]);
  return { fingerprint, key: publicKey('X25519', pointOf(written)), param, digest, wrap };
}

/** A public key from its 32 bytes. */
export function publicKey(curve: 'Ed25519' | 'X25519', point: Uint8Array): KeyObject {
  return createPublicKey({ key: { kty: 'OKP', crv: curve, x: base64url(point) }, format: 'jwk' });
}

/** The 32 bytes of a public key. */
export function pointOfKey(key: KeyObject): Uint8Array {
  const { x = '' } = key.export({ format: 'jwk' });
  return Buffer.from(x, 'base64url');
}

function secretKey(curve: 'Ed25519' | 'X25519', written: Uint8Array, secret: Uint8Array): KeyObject {
  const jwk = { kty: 'OKP', crv: curve, x: base64url(pointOf(written)), d: base64url(secret) };
  return createPrivateKey({ key: jwk, format: 'jwk' });
}

function secretIn(params: object | null | undefined, name: 'seed' | 'd'): Uint8Array | undefined {
  const value: unknown = params && Object.entries(params).find(([key]) => key === name)?.[1];
  return value instanceof Uint8Array && value.length === POINT_BYTES ? value : undefined;
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url');
}

/** The name of a key under which {@link CurveSecrets} keeps its secret half. */
export function secretName(key: Pick<Signer, 'fingerprint'>): string {
  return hexOf(key.fingerprint);
}
