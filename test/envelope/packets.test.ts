// Decision 0029: envelopes are put together packet by packet, and must be what the library's `encrypt` would write.
import {
  type Config,
  createMessage,
  decryptSessionKeys,
  encrypt,
  enums,
  type Key,
  type PrivateKey,
  readMessage,
  SignaturePacket,
} from 'openpgp';
import { describe, expect, test } from 'vitest';
import { after, HOUR } from '../../node/core/time.js';
import { createOpenpgp, createSecrets } from '../../node/envelope/create.js';
import { readCertificate } from '../../node/envelope/keyring.js';
import { assembleKeys, type Keys } from '../../node/envelope/keys.js';
import { openSessionKey } from '../../node/envelope/packets.js';
import { OPENPGP } from '../../node/envelope/policy.js';
import { sealBytes } from '../../node/envelope/seal.js';
import { NO_DATE } from '../../node/envelope/verify.js';
import { TEST_NOW, testKeys } from '../support/keys.js';
import { craft, fail } from './craft.js';

const cert = await testKeys('cert');
const jpcert = await testKeys('jpcert');
const theirs = jpcert.certificate;
const BYTES = new TextEncoder().encode('Wörter — 言葉');
const date = new Date(TEST_NOW);

/** What the library makes of the same words for the same readers. */
function byLibrary(to: readonly Key[]): Promise<Uint8Array> {
  return createMessage({ binary: BYTES, format: 'binary', date: NO_DATE }).then((message) =>
    encrypt({
      message,
      encryptionKeys: [...to],
      signingKeys: cert.openpgp,
      wildcard: true,
      format: 'binary',
      date,
      config: OPENPGP,
    }),
  );
}

/** Every field of every packet, outside and inside; in place of bytes that are random stands their number. */
async function fieldsOf(envelope: Uint8Array, reader: PrivateKey): Promise<unknown> {
  const sealed = await readMessage({ binaryMessage: envelope, config: OPENPGP });
  const outside = sealed.packets.map(plain);
  const inside = await sealed.decrypt([reader], undefined, undefined, date, OPENPGP);
  const [checked] = await inside.verify([cert.certificate.key], date, OPENPGP);
  expect(await checked?.verified).toBe(true);
  const signature = await checked?.signature;
  return { outside, inside: [...inside.packets, ...(signature?.packets ?? [])].map(plain) };
}

/** A curve point now and then begins with zeros, which are not written. */
const RANDOM = ['encrypted', 'params', 'signedHashValue'];

function plain(packet: unknown): unknown {
  if (packet instanceof Uint8Array) return packet.length;
  if (packet instanceof Date || typeof packet !== 'object' || packet === null) return packet;
  if (Array.isArray(packet)) return packet.map(plain);
  const fields = Object.entries(packet).filter(([name]) => !RANDOM.includes(name));
  return [packet.constructor.name, ...fields.map(([name, value]) => [name, plain(value)])];
}

async function ciphersOf(envelope: Uint8Array, keys: Keys): Promise<readonly (string | null)[]> {
  const message = await readMessage({ binaryMessage: envelope, config: OPENPGP });
  const found = await decryptSessionKeys({ message, decryptionKeys: keys.openpgp, date, config: OPENPGP });
  return found.map(({ algorithm }) => algorithm);
}

/** As much of the library's signing as its types leave out. */
interface Signing {
  sign(key: object, signed: object, date: Date, detached: boolean, config: Config): Promise<void>;
}

/** Keys whose owner wants to be written to with AES-128. */
async function modest(): Promise<Keys> {
  const created = after(TEST_NOW, -HOUR);
  const openpgp = await createOpenpgp('TEST ONLY modest', created);
  const [user] = openpgp.users;
  const [made] = user?.selfCertifications ?? fail();
  if (!user || !made) throw new Error('a new key has a user id');
  const packet = Object.assign(new SignaturePacket(), {
    signatureType: made.signatureType,
    publicKeyAlgorithm: made.publicKeyAlgorithm,
    hashAlgorithm: made.hashAlgorithm,
    keyFlags: made.keyFlags,
    keyExpirationTime: made.keyExpirationTime,
    keyNeverExpires: made.keyNeverExpires,
    preferredSymmetricAlgorithms: [enums.symmetric.aes128],
    preferredHashAlgorithms: [enums.hash.sha256],
  });
  const signing: Signing = packet;
  const { keyPacket } = openpgp;
  await signing.sign(keyPacket, { userID: user.userID, key: keyPacket }, new Date(created), false, OPENPGP);
  user.selfCertifications = [packet];
  const keys = await assembleKeys(openpgp, createSecrets(created));
  return keys.ok ? keys.value : fail();
}

describe('an envelope, packet by packet', () => {
  test('for a peer it has every packet and every field that the library would write, in its order', async () => {
    const ours = await sealBytes(BYTES, TEST_NOW, cert, theirs);
    const library = await byLibrary([theirs.key, cert.certificate.key]);
    for (const reader of [jpcert, cert])
      expect(await fieldsOf(ours, reader.openpgp)).toEqual(await fieldsOf(library, reader.openpgp));
  });

  test('for the home feed it has one reader', async () => {
    const ours = await sealBytes(BYTES, TEST_NOW, cert, cert.certificate);
    const library = await byLibrary([cert.certificate.key]);
    expect(await fieldsOf(ours, cert.openpgp)).toEqual(await fieldsOf(library, cert.openpgp));
  });

  test('a reader that wants other algorithms gets what the library chooses for it', async () => {
    const reader = await modest();
    const certificate = await readCertificate(reader.certificate.armoured);
    if (!certificate.ok) throw new Error(certificate.fault.code);
    const ours = await sealBytes(BYTES, TEST_NOW, cert, certificate.value);
    const library = await byLibrary([certificate.value.key, cert.certificate.key]);
    expect(await ciphersOf(ours, reader)).toEqual(['aes128']);
    expect(await fieldsOf(ours, reader.openpgp)).toEqual(await fieldsOf(library, reader.openpgp));
  });

  test('no two envelopes share a session key', async () => {
    const message = async () => {
      const envelope = await sealBytes(BYTES, TEST_NOW, cert, theirs);
      return openSessionKey(await readMessage({ binaryMessage: envelope, config: OPENPGP }), jpcert.opening);
    };
    const [one, other] = [await message(), await message()];
    expect(one?.algorithm).toBe('aes256');
    expect(one?.data).toHaveLength(32);
    expect(other?.data).not.toEqual(one?.data);
  });

  test('a session key for somebody else, or by name for another key, does not open', async () => {
    const hidden = await craft(BYTES, { to: [theirs.key] });
    const named = await encrypt({
      message: await createMessage({ binary: BYTES }),
      encryptionKeys: theirs.key,
      format: 'binary',
      date,
      config: OPENPGP,
    });
    const found = await Promise.all(
      [hidden, named].flatMap((envelope) =>
        [cert, jpcert].map(async ({ opening }) =>
          openSessionKey(await readMessage({ binaryMessage: envelope, config: OPENPGP }), opening),
        ),
      ),
    );
    expect(found.map((one) => one?.algorithm)).toEqual([undefined, 'aes256', undefined, 'aes256']);
  });
});
