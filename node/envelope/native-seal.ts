/**
 * An envelope made in place: what `encrypt()` of openpgp.js writes for the same keys, part for part, but
 * calculated with keys that are read once (see `curves.ts`). Its twin is the library: the tests open with it what
 * is made here.
 */
import {
  createCipheriv,
  diffieHellman,
  generateKeyPairSync,
  hash,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto';
import { type Instant, SECOND } from '../core/time.js';
import { pointOfKey, type Reader, type Signer } from './curves.js';
import {
  BODY,
  HEADS,
  hashedBy,
  joined,
  NO_NONCE,
  onePassBy,
  paddedKey,
  SALT_BYTES,
  signedDigest,
  WRAP_NONCE,
  wrappingKey,
} from './native-form.js';
import { TAGS, writeNumber, writePacket } from './packets.js';

/** A signing subkey of this node with its secret half. */
export interface Signing extends Signer {
  readonly secret: KeyObject;
}

/**
 * Signs bytes and encrypts them under a new session key.
 * @param readers in the order in which the session key is written for them.
 */
export function sealNatively(
  bytes: Uint8Array,
  at: Instant,
  signing: Signing,
  readers: readonly Reader[],
): Uint8Array {
  const sessionKey = randomBytes(BODY.keyBytes);
  const inner = [
    ...writePacket(TAGS.onePass, [onePassBy(signing)]),
    ...writePacket(TAGS.literal, [HEADS.literal, bytes]),
    ...writePacket(TAGS.signature, signatureOver(bytes, at, signing)),
  ];
  return joined([
    ...readers.flatMap((reader) => writePacket(TAGS.sessionKey, wrappedFor(reader, sessionKey))),
    ...writePacket(TAGS.sealed, [HEADS.sealed, ...encrypted(inner, sessionKey)]),
  ]);
}

function signatureOver(bytes: Uint8Array, at: Instant, signing: Signing): readonly Uint8Array[] {
  const hashed = hashedBy(signing, Math.floor(at / SECOND), randomBytes(SALT_BYTES));
  const digest = signedDigest(bytes, hashed);
  const signature = sign(null, digest, signing.secret);
  return [
    HEADS.signature,
    hashed,
    HEADS.unhashed,
    digest.subarray(0, 2),
    writeNumber(signature.subarray(0, 32)),
    writeNumber(signature.subarray(32)),
  ];
}

function wrappedFor(reader: Reader, sessionKey: Uint8Array): readonly Uint8Array[] {
  const { publicKey, privateKey } = generateKeyPairSync('x25519');
  const shared = diffieHellman({ privateKey, publicKey: reader.key });
  const cipher = createCipheriv(reader.wrap.cipher, wrappingKey(reader, shared), WRAP_NONCE);
  const wrapped = cipher.update(paddedKey(sessionKey));
  cipher.final();
  return [HEADS.sessionKey, pointOfKey(publicKey), Uint8Array.of(wrapped.length), wrapped];
}

/** A random block, whose last two bytes come twice; the packets; the SHA-1 of it all. */
function encrypted(inner: readonly Uint8Array[], sessionKey: Uint8Array): readonly Uint8Array[] {
  const random = randomBytes(BODY.blockBytes);
  const plain = joined([random, random.subarray(-2), ...inner, HEADS.check]);
  const cipher = createCipheriv(BODY.cipher, sessionKey, NO_NONCE);
  return [cipher.update(plain), cipher.update(hash('sha1', plain, 'buffer')), cipher.final()];
}
