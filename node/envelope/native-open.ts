/**
 * Opening an envelope in place (see `curves.ts`), if it has the one form in which a node writes it.
 *
 * This file refuses nothing: what it does not take, for whatever reason, goes to the library, which finds out
 * what it is and names the fault. So it may be as narrow as it likes, and a reader need only see that it takes
 * nothing that the library would refuse: every byte that was not drawn at random or calculated is compared with
 * what we would have written.
 */
import { createDecipheriv, diffieHellman, hash, type KeyObject, timingSafeEqual, verify } from 'node:crypto';
import { sameBytes } from '../core/bytes.js';
import { publicKey, type Reader, type Signer } from './curves.js';
import {
  BODY,
  HASHED_BYTES,
  HEADS,
  hashedBy,
  NO_NONCE,
  onePassBy,
  paddedKey,
  SALT_AT,
  SALT_BYTES,
  SECONDS_AT,
  signedDigest,
  WRAP_NONCE,
  wrappingKey,
} from './native-form.js';
import { type Parts, partsOf, TAGS } from './packets.js';

/** An encryption subkey of this node with its secret half. */
export interface Reading extends Reader {
  readonly secret: KeyObject;
}

/** What lay in an envelope; nobody has looked at its signature. */
export interface Enclosed {
  readonly bytes: Uint8Array;
  /** When it was signed, if it was: seconds since 1970. */
  readonly seconds: number;
  readonly onePass: Uint8Array;
  readonly hashed: Uint8Array;
  /** The first two bytes of what was signed. */
  readonly hint: Uint8Array;
  /** 64 bytes. */
  readonly signature: Uint8Array;
}

/** Decrypts. @param place of the session key that is for us: a recipient stands first, an author last. */
export function decryptNatively(
  envelope: Uint8Array,
  reading: Reading,
  place: 'first' | 'last',
): Enclosed | undefined {
  const parts = partsOf(envelope);
  const first = wrappedKeyIn(parts.packet(TAGS.sessionKey));
  const another = parts.packet(TAGS.sessionKey);
  const second = another && wrappedKeyIn(another);
  const sealed = parts.packet(TAGS.sealed);
  if (!first || (another && !second) || !sealed || !parts.isAtEnd()) return undefined;
  if (!starts(sealed, HEADS.sealed)) return undefined;
  const sessionKey = unwrapped(place === 'last' && second ? second : first, reading);
  const packets = sessionKey && decrypted(sealed.rest(), sessionKey);
  return packets && enclosedIn(partsOf(packets));
}

/** Is this the signature of this key over these bytes, in our form? */
export function isSignedNatively(enclosed: Enclosed, signer: Signer): boolean {
  const { bytes, seconds, onePass, hashed, hint, signature } = enclosed;
  const salt = hashed.subarray(SALT_AT, SALT_AT + SALT_BYTES);
  if (!sameBytes(onePass, onePassBy(signer)) || !sameBytes(hashed, hashedBy(signer, seconds, salt)))
    return false;
  const digest = signedDigest(bytes, hashed);
  return sameBytes(hint, digest.subarray(0, 2)) && verify(null, digest, signer.key, signature);
}

interface WrappedKey {
  readonly point: Uint8Array;
  readonly wrapped: Uint8Array;
}

const WRAPPED_BYTES = 48;

function wrappedKeyIn(packet: Parts | undefined): WrappedKey | undefined {
  if (!packet || !starts(packet, HEADS.sessionKey)) return undefined;
  const point = packet.bytes(32);
  const length = packet.bytes(1)?.[0];
  const wrapped = packet.bytes(WRAPPED_BYTES);
  return point && wrapped && length === WRAPPED_BYTES && packet.isAtEnd() ? { point, wrapped } : undefined;
}

function unwrapped({ point, wrapped }: WrappedKey, reading: Reading): Uint8Array | undefined {
  try {
    // A point of low order gives no secret: OpenSSL refuses it, and so does the library.
    const shared = diffieHellman({ privateKey: reading.secret, publicKey: publicKey('X25519', point) });
    const cipher = createDecipheriv(reading.wrap.cipher, wrappingKey(reading, shared), WRAP_NONCE);
    const padded = cipher.update(wrapped);
    cipher.final();
    const sessionKey = padded.subarray(1, 1 + BODY.keyBytes);
    return timingSafeEqual(padded, paddedKey(sessionKey)) ? sessionKey : undefined;
  } catch {
    return undefined;
  }
}

const SHA1_BYTES = 20;

/** The packets inside, once their check sum holds: nothing is parsed before. */
function decrypted(body: Uint8Array, sessionKey: Uint8Array): Uint8Array | undefined {
  const cipher = createDecipheriv(BODY.cipher, sessionKey, NO_NONCE);
  const plain = cipher.update(body);
  cipher.final();
  const checked = plain.subarray(0, -SHA1_BYTES);
  const packets = checked.subarray(BODY.blockBytes + 2, -HEADS.check.length);
  const isWhole =
    plain.length > BODY.blockBytes + 2 + HEADS.check.length + SHA1_BYTES &&
    sameBytes(checked.subarray(-HEADS.check.length), HEADS.check) &&
    sameBytes(hash('sha1', checked, 'buffer'), plain.subarray(-SHA1_BYTES));
  return isWhole ? packets : undefined;
}

function enclosedIn(packets: Parts): Enclosed | undefined {
  const onePass = packets.packet(TAGS.onePass)?.rest();
  const literal = packets.packet(TAGS.literal);
  const signed = packets.packet(TAGS.signature);
  if (!onePass || !literal || !signed || !packets.isAtEnd()) return undefined;
  if (!starts(literal, HEADS.literal) || !starts(signed, HEADS.signature)) return undefined;
  const hashed = signed.bytes(HASHED_BYTES);
  if (!hashed || !starts(signed, HEADS.unhashed)) return undefined;
  const hint = signed.bytes(2);
  const [r, s] = [signed.number(32), signed.number(32)];
  if (!hint || !r || !s || !signed.isAtEnd()) return undefined;
  const seconds = new DataView(hashed.buffer, hashed.byteOffset + SECONDS_AT, 4).getUint32(0);
  // A copy: what is kept must not keep the whole envelope.
  const bytes = new Uint8Array(literal.rest());
  return { bytes, seconds, onePass, hashed, hint, signature: Buffer.concat([r, s]) };
}

function starts(parts: Parts, head: Uint8Array): boolean {
  const found = parts.bytes(head.length);
  return found !== undefined && sameBytes(found, head);
}
