// Envelopes of the usual form are made and opened in place, without openpgp.js (decision 0029). The
// library is the twin: it opens what is made here, and nothing is taken here that it would refuse.
import { createCipheriv, createDecipheriv, hash } from 'node:crypto';
import fc from 'fast-check';
import {
  createMessage,
  decrypt,
  decryptSessionKeys,
  enums,
  generateKey,
  type PrivateKey,
  readMessage,
} from 'openpgp';
import { describe, expect, test } from 'vitest';
import { hexOf } from '../../node/core/bytes.js';
import { after, DAY, MINUTE } from '../../node/core/time.js';
import { curvesOf, secretName } from '../../node/envelope/curves.js';
import { type Certificate, curvesAt, readCertificate } from '../../node/envelope/keyring.js';
import type { Keys } from '../../node/envelope/keys.js';
import { HASHED_BYTES, HEADS, SALT_AT, SALT_BYTES } from '../../node/envelope/native-form.js';
import { decryptNatively, isSignedNatively, type Reading } from '../../node/envelope/native-open.js';
import { type Signing, sealNatively } from '../../node/envelope/native-seal.js';
import { partsOf, TAGS, writeNumber, writePacket } from '../../node/envelope/packets.js';
import { OPENPGP } from '../../node/envelope/policy.js';
import { sealBytes } from '../../node/envelope/seal.js';
import { NO_DATE } from '../../node/envelope/verify.js';
import { TEST_NOW, testCertificate, testKeys, testSealer } from '../support/keys.js';
import { entryOf, fail, feedOf, lock, pgp, placeOf, signedBytes } from './craft.js';

const cert = await pgp('cert');
const jpcert = await pgp('jpcert');
const date = new Date(TEST_NOW);
const PLACE = placeOf(feedOf('cert', 'jpcert'));
const GOOD = signedBytes(PLACE);

const author = await testKeys('cert');
const reader = await testKeys('jpcert');
const signing = await signingOf(author);
const reading = await readingOf(reader);
const both = [reading, await readingOf(author)];

async function signingOf(keys: Keys): Promise<Signing> {
  const { signer } = (await curvesAt(keys.certificate, TEST_NOW)) ?? fail();
  return { ...signer, secret: keys.curves.get(secretName(signer)) ?? fail() };
}

async function readingOf(keys: Keys): Promise<Reading> {
  const { reader: key } = (await curvesAt(keys.certificate, TEST_NOW)) ?? fail();
  return { ...key, secret: keys.curves.get(secretName(key)) ?? fail() };
}

function taken(envelope: Uint8Array): Uint8Array | undefined {
  const enclosed = decryptNatively(envelope, reading, 'first');
  return enclosed && isSignedNatively(enclosed, signing) ? enclosed.bytes : undefined;
}

async function openedByLibrary(envelope: Uint8Array, key: PrivateKey = jpcert.secret): Promise<unknown> {
  const { data, signatures } = await decrypt({
    message: await readMessage({ binaryMessage: envelope, config: OPENPGP }),
    decryptionKeys: key,
    verificationKeys: cert.certificate,
    expectSigned: true,
    format: 'binary',
    date,
    config: OPENPGP,
  });
  await signatures[0]?.verified;
  return data;
}

/** As a node made envelopes before it made them in place. */
async function sealedByLibrary(bytes: Uint8Array): Promise<Uint8Array> {
  const message = await createMessage({ binary: bytes, format: 'binary', date: NO_DATE });
  return lock(message, { signers: [cert.secret], to: [jpcert.certificate, cert.certificate] });
}

async function sessionKeyOf(envelope: Uint8Array): Promise<Uint8Array> {
  const message = await readMessage({ binaryMessage: envelope, config: OPENPGP });
  const [found] = await decryptSessionKeys({ message, decryptionKeys: jpcert.secret, date, config: OPENPGP });
  return found?.data ?? fail();
}

/** The packets inside with the head of the check sum, and the envelope with others under one that holds. */
async function interiorOf(envelope: Uint8Array) {
  const key = await sessionKeyOf(envelope);
  const parts = partsOf(envelope);
  const outside = [parts.packet(TAGS.sessionKey), parts.packet(TAGS.sessionKey)].flatMap((packet) =>
    writePacket(TAGS.sessionKey, [packet?.rest() ?? fail()]),
  );
  const body = parts.packet(TAGS.sealed)?.rest() ?? fail();
  const plain = createDecipheriv('aes-256-cfb', key, new Uint8Array(16)).update(body.subarray(1));
  return {
    inside: new Uint8Array(plain.subarray(18, -20)),
    with(inside: Uint8Array): Uint8Array {
      const checked = Buffer.concat([plain.subarray(0, 18), inside]);
      const cipher = createCipheriv('aes-256-cfb', key, new Uint8Array(16));
      const sealed = cipher.update(Buffer.concat([checked, hash('sha1', checked, 'buffer')]));
      const packet = writePacket(TAGS.sealed, [Uint8Array.of(1), sealed]);
      return new Uint8Array(Buffer.concat([...outside, ...packet]));
    },
  };
}

function changed(bytes: Uint8Array, at: number, by: number): Uint8Array {
  const copy = bytes.slice();
  copy[at] = (copy[at] ?? 0) ^ by;
  return copy;
}

describe('an envelope made in place', () => {
  // Lengths of packets are written in one, two or five bytes.
  test.each([1, 100, 185, 186, 191, 192, 1_000, 8_377, 8_378, 8_384, 70_000, 300_000])(
    'ENV-1: openpgp.js opens %i bytes, for the recipient and for the author',
    async (length) => {
      const bytes = new Uint8Array(length).fill(0x61);
      const envelope = sealNatively(bytes, TEST_NOW, signing, both);
      expect(await openedByLibrary(envelope)).toEqual(bytes);
      expect(await openedByLibrary(envelope, cert.secret)).toEqual(bytes);
      expect(taken(envelope)).toEqual(bytes);
    },
  );

  test('FORMATS §10.2: it is packet for packet what openpgp.js writes, but for what is drawn at random', async () => {
    const ours = await told(sealNatively(GOOD, TEST_NOW, signing, both));
    const theirs = await told(await sealedByLibrary(GOOD));
    expect(ours).toEqual(theirs);
    expect(ours.rest).toHaveLength(25);
  });

  test('it is never the same twice: session key, salt and signature are new', async () => {
    const envelopes = [1, 2].map(() => sealNatively(GOOD, TEST_NOW, signing, both));
    const [one, other] = await Promise.all(envelopes.map(interiorOf));
    const keys = await Promise.all(envelopes.map(sessionKeyOf));
    expect(one?.inside).not.toEqual(other?.inside);
    expect(keys[0]).not.toEqual(keys[1]);
  });

  test('it opens again, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 12_000 }), (bytes) => {
        expect(taken(sealNatively(bytes, TEST_NOW, signing, both))).toEqual(bytes);
      }),
      { seed: 20270105, numRuns: 60 },
    );
  });

  test('a node seals so wherever the keys allow, and opens what another one made with the library', async () => {
    const envelope = await sealBytes(GOOD, TEST_NOW, author, reader.certificate);
    expect(taken(envelope)).toEqual(GOOD);
    expect(taken(await sealedByLibrary(GOOD))).toEqual(GOOD);
  });

  /** Everything about an envelope that is not random. */
  async function told(envelope: Uint8Array) {
    const sealed = await readMessage({ binaryMessage: envelope, config: OPENPGP });
    const outside = [...sealed.packets].map((packet) => ({
      tag: tagOf(packet),
      head: tagOf(packet) === TAGS.sealed ? versionOf(packet) : hexOf(packet.write().subarray(0, 13)),
    }));
    const inside = partsOf((await interiorOf(envelope)).inside.subarray(0, -HEADS.check.length));
    const [onePass, literal, signature] = [TAGS.onePass, TAGS.literal, TAGS.signature].map((tag) =>
      inside.packet(tag)?.rest(),
    );
    expect(inside.isAtEnd()).toBe(true);
    // Behind the salt stand the fingerprint and no unsigned part; then what the signature is.
    const saltAt = HEADS.signature.length + SALT_AT;
    const rest = signature?.subarray(saltAt + SALT_BYTES, HEADS.signature.length + HASHED_BYTES + 2);
    return { outside, onePass, literal, head: signature?.subarray(0, saltAt), rest };
  }

  function versionOf(packet: object): unknown {
    return (packet as { readonly version?: number }).version;
  }
});

describe('what is opened in place', () => {
  test('no byte inside is free: with any of them changed, under a check sum that holds, it is not taken', async () => {
    const interior = await interiorOf(sealNatively(GOOD, TEST_NOW, signing, both));
    expect(taken(interior.with(interior.inside))).toEqual(GOOD);
    for (let at = 0; at < interior.inside.length; at += 1)
      for (const by of [0x01, 0x80])
        expect(taken(interior.with(changed(interior.inside, at, by))), `byte ${at}`).toBeUndefined();
  });

  test('nor is one left out or put in', async () => {
    const interior = await interiorOf(sealNatively(GOOD, TEST_NOW, signing, both));
    const { inside } = interior;
    for (let at = 0; at <= inside.length; at += 1) {
      const [front, back] = [inside.subarray(0, at), inside.subarray(at)];
      expect(taken(interior.with(Buffer.concat([front, Uint8Array.of(0), back])))).toBeUndefined();
      expect(taken(interior.with(Buffer.concat([front, back.subarray(1)]))) === undefined).toBe(
        back.length > 0,
      );
    }
  });

  test('no packet inside is longer by a byte, were its head to say so', async () => {
    const interior = await interiorOf(sealNatively(GOOD, TEST_NOW, signing, both));
    const tags = [TAGS.onePass, TAGS.literal, TAGS.signature];
    const rebuilt = (longer?: number) => {
      const parts = partsOf(interior.inside);
      const packets = tags.map((tag) => ({ tag, body: parts.packet(tag)?.rest() ?? fail() }));
      const written = packets.flatMap(({ tag, body }) =>
        writePacket(tag, tag === longer ? [body, Uint8Array.of(0)] : [body]),
      );
      return interior.with(Buffer.concat([...written, parts.rest()]));
    };
    expect(taken(rebuilt())).toEqual(GOOD);
    for (const tag of tags) expect(taken(rebuilt(tag)), `packet ${tag}`).toBeUndefined();
  });

  test('outside, the session key of somebody else is all that may be damaged', () => {
    const envelope = sealNatively(GOOD, TEST_NOW, signing, both);
    const [first, second] = [96, 192];
    const headBytes = 2 + 13;
    for (let at = 0; at < envelope.length; at += 1) {
      const isForTheAuthor = at >= first + headBytes && at < second && at !== first + headBytes + 32;
      const found = taken(changed(envelope, at, 0x01));
      expect(found, `byte ${at}`).toEqual(isForTheAuthor ? GOOD : undefined);
    }
  });

  test('it is whole: cut anywhere, or with more behind it, it is not taken', () => {
    const envelope = sealNatively(GOOD, TEST_NOW, signing, both);
    for (let length = 0; length < envelope.length; length += 1)
      expect(taken(envelope.subarray(0, length)), `${length} bytes`).toBeUndefined();
    expect(taken(new Uint8Array([...envelope, 0]))).toBeUndefined();
  });

  test('a point of low order, which would give a secret that everybody knows, opens nothing', () => {
    const envelope = sealNatively(GOOD, TEST_NOW, signing, both);
    for (const point of [new Uint8Array(32), Uint8Array.of(1, ...new Uint8Array(31))]) {
      const other = envelope.slice();
      other.set(point, 2 + 13);
      expect(taken(other)).toBeUndefined();
    }
  });

  test('a signature by another key, or from a time at which its key was not in force, goes to the library', async () => {
    const opener = await testSealer('jpcert', 'cert');
    const stranger = await signingOf(await testKeys('stranger'));
    const byStranger = sealNatively(GOOD, TEST_NOW, stranger, both);
    expect(taken(byStranger)).toBeUndefined();
    expect(await openedBy(byStranger)).toBe('ENVELOPE_FOREIGN');
    const before = sealNatively(GOOD, after(TEST_NOW, -30 * DAY), signing, both);
    expect(taken(before)).toEqual(GOOD);
    expect(await openedBy(before)).toBe('ENVELOPE_FORGED');
    const tomorrow = sealNatively(GOOD, after(TEST_NOW, 3 * DAY), signing, both);
    expect(await openedBy(tomorrow)).toBe('ENVELOPE_CLOCK');
    const late = sealNatively(GOOD, after(TEST_NOW, -3 * DAY), signing, both);
    expect(await openedBy(late)).toBe('ENVELOPE_CLOCK');

    async function openedBy(envelope: Uint8Array): Promise<string> {
      const opened = await opener.open(entryOf(envelope, GOOD, PLACE), PLACE, after(TEST_NOW, MINUTE));
      return opened.ok ? 'opened' : opened.fault.code;
    }
  });
});

describe('what is left to the library', () => {
  test.each([
    ['a key of RSA', () => certificateOf(testCertificate('rsa-3072'))],
    ['a key on P-256', () => made({ curve: 'nistP256' })],
    ['an owner who reads version 2 of the encrypted packet', () => made({}, { aeadProtect: true })],
  ])('%s', async (_, make) => {
    const certificate = await make();
    const at = certificate.turns[0] ?? fail();
    expect(await curvesAt(certificate, at)).toBeUndefined();
    const sealed = await sealBytes(GOOD, TEST_NOW, author, certificate);
    expect(taken(sealed)).toBeUndefined();
    expect(await openedByLibrary(sealed, cert.secret)).toEqual(GOOD);
  });

  test.each([
    ['SHA-512', { preferredHashAlgorithms: [enums.hash.sha256] }],
    ['AES-256', { preferredSymmetricAlgorithms: [enums.symmetric.aes128] }],
    [
      'any hash or cipher in particular',
      { preferredHashAlgorithms: null, preferredSymmetricAlgorithms: null },
    ],
  ])('an owner who does not ask for %s', async (_, wishes) => {
    const { key } = await certificateOf(author.certificate.armoured);
    expect(await curvesOf(key, date)).toBeDefined();
    Object.assign(key.users[0]?.selfCertifications[0] ?? fail(), wishes);
    expect(await curvesOf(key, date)).toBeUndefined();
  });

  test('a certificate that is not in force has no keys', async () => {
    const { certificate } = author;
    expect(await curvesAt(certificate, TEST_NOW)).toBeDefined();
    expect(await curvesAt(certificate, after(TEST_NOW, -30 * DAY))).toBeUndefined();
    expect(await curvesAt(certificate, after(TEST_NOW, 800 * DAY))).toBeUndefined();
    await expect(curvesOf(certificate.key, new Date(0))).rejects.toThrow();
  });

  async function certificateOf(armoured: string): Promise<Certificate> {
    const read = await readCertificate(armoured);
    return read.ok ? read.value : fail();
  }

  async function made(options: { curve?: 'nistP256' }, config: object = {}): Promise<Certificate> {
    const { publicKey } = await generateKey({
      userIDs: [{ name: 'TEST ONLY' }],
      type: 'ecc',
      curve: options.curve ?? 'ed25519Legacy',
      date: new Date(after(TEST_NOW, -DAY)),
      keyExpirationTime: 86_400 * 100,
      subkeys: [{ sign: true }, { sign: false }],
      format: 'armored',
      config: { ...OPENPGP, ...config },
    });
    return certificateOf(publicKey);
  }
});

describe('framing', () => {
  test('RFC 9580 §3.2: a number has no leading zeros, and its length in bits is exact', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.nat(32), (bytes, zeros) => {
        const padded = bytes.fill(0, 0, zeros);
        const written = writeNumber(padded);
        expect(partsOf(written).number(32)).toEqual(padded);
        const bits = (written[0] ?? 0) * 256 + (written[1] ?? 0);
        expect(bits).toBe(
          BigInt(`0x${hexOf(padded)}`)
            .toString(2)
            .replace(/^0$/, '').length,
        );
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  test.each([
    ['a bit too many', [0, 10, 1, 0]],
    ['a bit too few', [0, 7, 0x80]],
    ['a zero in front', [0, 16, 0, 0xff]],
    ['more bytes than there is room for', [0, 24, 0x80, 0, 0]],
    ['fewer bytes than it says', [0, 16, 0x80]],
  ])('a number with %s is none', (_, bytes) => {
    expect(partsOf(Uint8Array.from(bytes)).number(2)).toBeUndefined();
  });

  test('a partial length, another packet, and less than the head says are no packet', () => {
    expect(partsOf(Uint8Array.of(0xcb, 0xe0, 1)).packet(TAGS.literal)).toBeUndefined();
    expect(partsOf(Uint8Array.of(0xcb, 1, 1)).packet(TAGS.signature)).toBeUndefined();
    expect(partsOf(Uint8Array.of(0xcb, 2, 1)).packet(TAGS.literal)).toBeUndefined();
    expect(partsOf(Uint8Array.of(0xcb, 255, 0, 0)).packet(TAGS.literal)).toBeUndefined();
    expect(partsOf(Uint8Array.of(0xcb)).packet(TAGS.literal)).toBeUndefined();
    expect(
      partsOf(Uint8Array.of(0xcb, 1, 7))
        .packet(TAGS.literal)
        ?.rest(),
    ).toEqual(Uint8Array.of(7));
  });
});

function tagOf(packet: object): number {
  return (packet.constructor as { readonly tag?: number }).tag ?? fail();
}
