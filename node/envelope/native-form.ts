/**
 * The usual form of an envelope, as openpgp.js writes it for two keys of the default curves under `OPENPGP`:
 * what `native-seal.ts` makes and `native-open.ts` takes. Every byte that is not chosen anew stands here.
 *
 * @see RFC 9580 §5.1 session keys, §5.2.3 signature, §5.4 its announcement, §5.9 literal, §5.13.1 encrypted packet
 * @see RFC 6637 §8 the key that wraps a session key
 */
import { hash } from 'node:crypto';
import { utf8 } from '../core/bytes.js';
import type { Reader, Signer } from './curves.js';

/** AES-256 for the body; a block is also what is random in front of it. */
export const BODY: { readonly cipher: 'aes-256-cfb'; readonly keyBytes: 32; readonly blockBytes: 16 } = {
  cipher: 'aes-256-cfb',
  keyBytes: 32,
  blockBytes: 16,
};

/** The random block takes the place of a nonce, and no session key is used twice. */
export const NO_NONCE: Uint8Array = new Uint8Array(BODY.blockBytes);

/** Initial value of a key wrap (RFC 3394 §2.2.3.1). */
export const WRAP_NONCE: Uint8Array = new Uint8Array(8).fill(0xa6);

/** Bytes of salt in a signature; see `nonDeterministicSignaturesViaNotation` in `policy.ts`. */
export const SALT_BYTES = 32;

/** What stands in front in the body of each packet. */
export const HEADS: Readonly<
  Record<'sessionKey' | 'sealed' | 'literal' | 'signature' | 'unhashed' | 'check', Uint8Array>
> = {
  /** Version 3, no key id, ECDH, a point of 263 bits. */
  sessionKey: Uint8Array.of(3, 0, 0, 0, 0, 0, 0, 0, 0, 18, 1, 7, 0x40),
  /** Version 1. */
  sealed: Uint8Array.of(1),
  /** Binary, no file name, no date. */
  literal: Uint8Array.of(0x62, 0, 0, 0, 0, 0),
  /** Version 4, binary, EdDSA, SHA-512. */
  signature: Uint8Array.of(4, 0, 22, 10),
  /** No subpackets beside those that are signed. */
  unhashed: Uint8Array.of(0, 0),
  /** The check sum, which ends the encrypted packet. */
  check: Uint8Array.of(0xd3, 0x14),
};

/** The announcement: version 3, binary, SHA-512, EdDSA; key id; the last signature that is announced. */
export function onePassBy({ fingerprint }: Signer): Uint8Array {
  return joined([Uint8Array.of(3, 0, 10, 22), fingerprint.subarray(-8), Uint8Array.of(1)]);
}

const SALT_NAME = utf8('salt@notations.openpgpjs.org');

/** The signed part of a signature behind its head: time (critical), key id, salt as a notation, fingerprint. */
export function hashedBy({ fingerprint }: Signer, seconds: number, salt: Uint8Array): Uint8Array {
  return joined([
    Uint8Array.of(0, HASHED_BYTES - 2),
    Uint8Array.of(5, 0x80 | 2),
    fourBytes(seconds),
    Uint8Array.of(9, 16),
    fingerprint.subarray(-8),
    Uint8Array.of(9 + SALT_NAME.length + SALT_BYTES, 20, 0, 0, 0, 0, 0, SALT_NAME.length, 0, SALT_BYTES),
    SALT_NAME,
    salt,
    Uint8Array.of(22, 33, 4),
    fingerprint,
  ]);
}

/** Where the time and the salt stand in what {@link hashedBy} makes, and how long that is. */
export const SECONDS_AT = 4;
export const SALT_AT: number = SECONDS_AT + 4 + 10 + 10 + SALT_NAME.length;
export const HASHED_BYTES: number = SALT_AT + SALT_BYTES + 23;

/** What a signature signs: the bytes, its own signed part, and how long that is. @returns SHA-512 */
export function signedDigest(bytes: Uint8Array, hashed: Uint8Array): Uint8Array {
  const length = HEADS.signature.length + hashed.length;
  const parts = [bytes, HEADS.signature, hashed, Uint8Array.of(4, 0xff), fourBytes(length)];
  return hash('sha512', joined(parts), 'buffer');
}

/** The key under which a session key is wrapped for this reader. @param shared secret of 32 bytes. */
export function wrappingKey({ param, digest, wrap }: Reader, shared: Uint8Array): Uint8Array {
  const derived = hash(digest, joined([Uint8Array.of(0, 0, 0, 1), shared, param]), 'buffer');
  return derived.subarray(0, wrap.keyBytes);
}

/** What is wrapped: the cipher, the key, the sum of its bytes, and five bytes of padding that say so. */
export function paddedKey(sessionKey: Uint8Array): Uint8Array {
  const sum = sessionKey.reduce((total, byte) => total + byte, 0);
  return joined([Uint8Array.of(AES_256), sessionKey, Uint8Array.of(sum >> 8, sum & 0xff), PADDING]);
}

const AES_256 = 9;
const PADDING = new Uint8Array(5).fill(5);

function fourBytes(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

/** One copy of all parts; the caller owns it. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
