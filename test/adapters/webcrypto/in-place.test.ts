/** Every question is put to the platform and to what is done in place: the answers must be the same. */
import type { webcrypto } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { computeInPlace } from '../../../adapters/webcrypto/in-place.js';
import { bareOpen, bareSeal } from '../../../bench/bare.js';
import { benchKeys } from '../../../bench/house.js';

const { subtle } = globalThis.crypto;
const bytes = (length: number, from = 1) => Uint8Array.from({ length }, (_, at) => (from + 7 * at) % 256);

/** Pairs of the platform, as the library has them: coordinates in a JSON Web Key. */
const SIGNING = await pairOf('Ed25519', ['sign', 'verify']);
const READING = await pairOf('X25519', ['deriveBits']);
const WRITING = await pairOf('X25519', ['deriveBits']);
const WRAPPED_KEY = { name: 'HMAC', hash: 'SHA-256' };
const SMALL_ORDER = { ...READING.open, x: Buffer.alloc(32).toString('base64url') };

const undo: (() => void)[] = [];
const inPlace = () => undo.push(computeInPlace());
afterEach(() => {
  for (const back of undo.splice(0)) back();
});

/** What both must answer alike: bytes in hex, or the name of the error. */
const QUESTIONS: readonly (readonly [string, () => Promise<unknown>])[] = [
  ['an Ed25519 signature', () => signature(bytes(40))],
  ['an Ed25519 signature of nothing', () => signature(bytes(0))],
  ['a signature that holds', async () => verified(await signature(bytes(40)), bytes(40))],
  ['a signature of something else', async () => verified(await signature(bytes(40)), bytes(41))],
  ['a signature that is too short', () => verified(bytes(63), bytes(40))],
  ['an X25519 secret, from one side', () => secret(WRITING.secret, READING.open)],
  ['an X25519 secret, from the other side', () => secret(READING.secret, WRITING.open)],
  ['a point of small order', () => secret(READING.secret, SMALL_ORDER)],
  ['a session key wrapped by AES-128', () => wrapped(bytes(32), bytes(16))],
  ['a session key wrapped by AES-256', () => wrapped(bytes(40), bytes(32))],
  ['a session key of an odd length', () => wrapped(bytes(33), bytes(16))],
  ['a wrapped session key opened', async () => unwrapped(await wrapped(bytes(32), bytes(16)), bytes(16))],
  ['the wrong key to unwrap', async () => unwrapped(await wrapped(bytes(32), bytes(16)), bytes(16, 2))],
  [
    'a wrapped key that is cut',
    async () => unwrapped((await wrapped(bytes(32), bytes(16))).slice(8), bytes(16)),
  ],
  [
    'a point that is too short',
    () => subtle.importKey('jwk', { ...READING.open, x: 'AAAA' }, 'X25519', true, []),
  ],
  ['a key of another curve', () => subtle.importKey('jwk', READING.open, 'Ed25519', true, ['verify'])],
  ['a key that may not be exported', async () => exported(await reading(false))],
  ['a key exported', async () => exported(await reading(true))],
  [
    'a key that may not derive',
    async () => {
      const key = await subtle.importKey('jwk', READING.secret, 'X25519', false, ['deriveKey']);
      return derived(key, await open(WRITING.open));
    },
  ],
  ['X25519 straight to an AES key', () => derivedKey()],
  ['a message code by a key that could have been wrapped', () => code()],
  ['SHA-256', () => subtle.digest('SHA-256', bytes(50))],
];

describe('answers as the platform does', () => {
  it.each(QUESTIONS)('%s', async (_, question) => {
    const there = await answer(question);
    inPlace();
    expect(await answer(question)).toEqual(there);
  });

  it('for any bytes signed and any session key', async () => {
    const lengths = fc.integer({ min: 2, max: 8 }).map((blocks) => 8 * blocks);
    const keys = lengths.chain((length) => fc.uint8Array({ minLength: length, maxLength: length }));
    const property = fc.asyncProperty(fc.uint8Array(), keys, async (text, key) => {
      const there = [await signature(text), await wrapped(key, bytes(32))];
      const back = computeInPlace();
      try {
        expect([await signature(text), await wrapped(key, bytes(32))]).toEqual(there);
        expect(await unwrapped(there[1] as ArrayBuffer, bytes(32))).toEqual(key.slice().buffer);
      } finally {
        back();
      }
    });
    await fc.assert(property, { numRuns: 50, seed: 20_261_122 });
  });

  it('of many keys each signs by itself, however long ago it was last used', async () => {
    const pairs = await Promise.all(Array.from({ length: 300 }, () => pairOf('Ed25519', ['sign', 'verify'])));
    const there = await Promise.all(pairs.map(({ secret }) => signature(bytes(40), secret)));
    inPlace();
    for (const _ of [1, 2])
      expect(await Promise.all(pairs.map(({ secret }) => signature(bytes(40), secret)))).toEqual(there);
    expect(await verified(there[0] as ArrayBuffer, bytes(40), pairs[0]?.open)).toBe(true);
    expect(await verified(there[0] as ArrayBuffer, bytes(40), pairs[1]?.open)).toBe(false);
  });

  it('a pair made in place is a pair for the platform', async () => {
    inPlace();
    const pair = (await subtle.generateKey('X25519', true, ['deriveBits'])) as webcrypto.CryptoKeyPair;
    const made = await coordinates(pair);
    const here = await derived(pair.privateKey, await open(READING.open));
    undo.pop()?.();
    expect(await secret(made.secret, READING.open)).toEqual(here);
    expect(await secret(READING.secret, made.open)).toEqual(here);
  });
});

describe('an envelope', () => {
  it('sealed in place is opened by the platform, and the other way round', async () => {
    const [author, reader] = [await benchKeys('author'), await benchKeys('reader')];
    const there = await bareSeal(bytes(50), author, reader);
    inPlace();
    const here = await bareSeal(bytes(60), author, reader);
    expect(await bareOpen(there, author, reader)).toEqual(bytes(50));
    undo.pop()?.();
    expect(await bareOpen(here, author, reader)).toEqual(bytes(60));
  });
});

describe('the process', () => {
  it('goes on beside operations that are answered at once, however many there are', async () => {
    inPlace();
    let turned = false;
    setImmediate(() => {
      turned = true;
    });
    for (let signed = 0; signed < 20_000 && !turned; signed += 1) await signature(bytes(40));
    expect(turned).toBe(true);
  });

  it('has the platform again once it is given back, however often it was asked', () => {
    const platform = subtle.sign;
    inPlace();
    inPlace();
    expect(subtle.sign).not.toBe(platform);
    while (undo.length > 0) undo.pop()?.();
    expect(subtle.sign).toBe(platform);
  });

  it('keeps the keys of the platform for the platform', async () => {
    inPlace();
    const pair = (await subtle.generateKey('Ed25519', false, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;
    expect(pair.privateKey).toHaveProperty('type', 'private');
    const signed = await subtle.sign('Ed25519', pair.privateKey, bytes(40));
    expect(await subtle.verify('Ed25519', pair.publicKey, signed, bytes(40))).toBe(true);
  });
});

interface Pair {
  readonly secret: webcrypto.JsonWebKey;
  readonly open: webcrypto.JsonWebKey;
}

async function pairOf(name: string, usages: webcrypto.KeyUsage[]): Promise<Pair> {
  const pair = (await subtle.generateKey(name, true, usages)) as webcrypto.CryptoKeyPair;
  return coordinates(pair);
}

/** As the library writes them: without what the key is for. */
async function coordinates(pair: webcrypto.CryptoKeyPair): Promise<Pair> {
  const { kty, crv, x } = await subtle.exportKey('jwk', pair.publicKey);
  const { d } = await subtle.exportKey('jwk', pair.privateKey);
  return {
    secret: { kty, crv, x, d } as webcrypto.JsonWebKey,
    open: { kty, crv, x } as webcrypto.JsonWebKey,
  };
}

async function answer(question: () => Promise<unknown>): Promise<unknown> {
  try {
    const value = await question();
    return value instanceof ArrayBuffer ? Buffer.from(value).toString('hex') : value;
  } catch (cause) {
    // Node 20 has another word in one of two places.
    return (cause as Error).name.replace('AccessException', 'AccessError');
  }
}

async function signature(text: Uint8Array, by = SIGNING.secret): Promise<ArrayBuffer> {
  const key = await subtle.importKey('jwk', by, 'Ed25519', false, ['sign']);
  return subtle.sign('Ed25519', key, text);
}

async function verified(
  signature: webcrypto.BufferSource,
  text: Uint8Array,
  by = SIGNING.open,
): Promise<boolean> {
  const key = await subtle.importKey('jwk', by, 'Ed25519', false, ['verify']);
  return subtle.verify('Ed25519', key, signature, text);
}

function reading(extractable: boolean): Promise<webcrypto.CryptoKey> {
  return subtle.importKey('jwk', READING.secret, 'X25519', extractable, ['deriveBits']);
}

function exported(key: webcrypto.CryptoKey): Promise<webcrypto.JsonWebKey> {
  return subtle.exportKey('jwk', key);
}

function open(jwk: webcrypto.JsonWebKey): Promise<webcrypto.CryptoKey> {
  return subtle.importKey('jwk', jwk, 'X25519', false, []);
}

function derived(key: webcrypto.CryptoKey, other: webcrypto.CryptoKey): Promise<ArrayBuffer> {
  return subtle.deriveBits({ name: 'X25519', public: other }, key, 256);
}

async function secret(mine: webcrypto.JsonWebKey, theirs: webcrypto.JsonWebKey): Promise<ArrayBuffer> {
  const key = await subtle.importKey('jwk', mine, 'X25519', false, ['deriveKey', 'deriveBits']);
  return derived(key, await open(theirs));
}

async function derivedKey(): Promise<ArrayBuffer> {
  const key = await subtle.importKey('jwk', WRITING.secret, 'X25519', false, ['deriveKey']);
  const made = await subtle.deriveKey(
    { name: 'X25519', public: await open(READING.open) },
    key,
    { name: 'AES-GCM', length: 256 },
    true,
    ['encrypt'],
  );
  return subtle.exportKey('raw', made);
}

async function wrapped(key: Uint8Array, by: Uint8Array): Promise<ArrayBuffer> {
  const wrapping = await subtle.importKey('raw', by, 'AES-KW', false, ['wrapKey']);
  return subtle.wrapKey(
    'raw',
    await subtle.importKey('raw', key, WRAPPED_KEY, true, ['sign']),
    wrapping,
    'AES-KW',
  );
}

async function unwrapped(key: webcrypto.BufferSource, by: Uint8Array): Promise<ArrayBuffer> {
  const wrapping = await subtle.importKey('raw', by, 'AES-KW', false, ['unwrapKey']);
  const opened = await subtle.unwrapKey('raw', key, wrapping, 'AES-KW', WRAPPED_KEY, true, ['sign']);
  return subtle.exportKey('raw', opened);
}

async function code(): Promise<ArrayBuffer> {
  const key = await subtle.importKey('raw', bytes(32), WRAPPED_KEY, true, ['sign']);
  return subtle.sign('HMAC', key, bytes(40));
}
