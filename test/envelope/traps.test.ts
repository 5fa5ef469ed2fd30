// FORMATS §10.2, row by row: what the library does, and what this house makes of it. When a new version of the
// library mends a trap, the first half of its test says so.
import {
  createMessage,
  decrypt,
  config as defaults,
  encrypt,
  enums,
  readKey,
  readKeys,
  readMessage,
  sign,
  verify,
} from 'openpgp';
import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../node/core/limits.js';
import { after, DAY } from '../../node/core/time.js';
import { readCertificate } from '../../node/envelope/keyring.js';
import { OPENPGP } from '../../node/envelope/policy.js';
import { sealBytes } from '../../node/envelope/seal.js';
import { signBytes } from '../../node/envelope/sign.js';
import { type DoubtCodes, verifyDetached } from '../../node/envelope/verify.js';
import { TEST_NOW, testCertificate, testKeys, testSealer } from '../support/keys.js';
import { COMMENT, compressed, craft, entryOf, feedOf, pgp, placeOf, signedBytes } from './craft.js';

const cert = await pgp('cert');
const jpcert = await pgp('jpcert');
const stranger = await pgp('stranger');
const to = [jpcert.certificate, cert.certificate];
const date = new Date(TEST_NOW);
const PLACE = placeOf(feedOf('cert', 'jpcert'));
const GOOD = signedBytes(PLACE);

const CODES: DoubtCodes = {
  malformed: 'ENVELOPE_MALFORMED',
  unsigned: 'ENVELOPE_UNSIGNED',
  several: 'ENVELOPE_SIGNATURES',
  foreign: 'ENVELOPE_FOREIGN',
  forged: 'ENVELOPE_FORGED',
  clock: 'ENVELOPE_CLOCK',
};

/** What the library makes of an envelope, left to itself. */
async function byLibrary(envelope: Uint8Array, expectSigned = false) {
  return decrypt({
    message: await readMessage({ binaryMessage: envelope }),
    decryptionKeys: jpcert.secret,
    verificationKeys: cert.certificate,
    expectSigned,
    format: 'binary',
    date,
  });
}

async function byUs(envelope: Uint8Array): Promise<string> {
  const reader = await testSealer('jpcert', 'cert');
  const opened = await reader.open(entryOf(envelope, GOOD, PLACE), PLACE, TEST_NOW);
  return opened.ok ? 'opened' : opened.fault.code;
}

describe('FORMATS §10.2: traps of the library', () => {
  test('decrypt() returns what a stranger signed, and what nobody signed', async () => {
    const foreign = await craft(GOOD, { signers: [stranger.secret], to });
    const unsigned = await craft(GOOD, { to });
    expect((await byLibrary(foreign)).data).toEqual(GOOD);
    expect((await byLibrary(unsigned)).data).toEqual(GOOD);
    expect([await byUs(foreign), await byUs(unsigned)]).toEqual(['ENVELOPE_FOREIGN', 'ENVELOPE_UNSIGNED']);
  });

  test('verify() returns bytes under a signature over others', async () => {
    const signature = await sign({
      message: await createMessage({ binary: GOOD }),
      signingKeys: cert.secret,
      detached: true,
      date,
    });
    const other = Uint8Array.of(1);
    const { readSignature } = await import('openpgp');
    const message = await createMessage({ binary: other });
    const told = await verify({
      message,
      signature: await readSignature({ armoredSignature: signature }),
      verificationKeys: cert.certificate,
      format: 'binary',
      date,
    });
    expect(told.data).toEqual(other);
    const by = (await testKeys('cert')).certificate;
    const ours = await verifyDetached(other, signature, {
      by,
      now: TEST_NOW,
      keyAt: 'receipt',
      codes: CODES,
    });
    expect(ours).toMatchObject({ fault: { code: 'ENVELOPE_FORGED' } });
  });

  test('expectSigned is content with one good signature among several', async () => {
    const several = await craft(GOOD, { signers: [stranger.secret, cert.secret], to });
    expect((await byLibrary(several, true)).data).toEqual(GOOD);
    expect(await byUs(several)).toBe('ENVELOPE_SIGNATURES');
  });

  test('no recipient is bound by the signature: a message is encrypted again for anybody', async () => {
    const again = await craft(signedBytes(placeOf(feedOf('cert', 'nisc'))), { signers: [cert.secret], to });
    expect((await byLibrary(again, true)).signatures).toHaveLength(1);
    const reader = await testSealer('jpcert', 'cert');
    const entry = entryOf(again, signedBytes(placeOf(feedOf('cert', 'nisc'))), PLACE);
    expect(await reader.open(entry, PLACE, TEST_NOW)).toMatchObject({
      fault: { code: 'STATEMENT_RECIPIENT' },
    });
  });

  test('an old signature of an expired key verifies: its key is judged at receipt', async () => {
    const late = after(TEST_NOW, 900 * DAY);
    const keys = await testKeys('cert');
    const signature = await signBytes(GOOD, TEST_NOW, keys);
    const expected = { by: keys.certificate, now: late, codes: CODES };
    expect(await verifyDetached(GOOD, signature, { ...expected, keyAt: 'signature' })).toMatchObject({
      ok: true,
    });
    expect(await verifyDetached(GOOD, signature, { ...expected, keyAt: 'receipt' })).toMatchObject({
      fault: { code: 'KEY_EXPIRED' },
    });
  });

  test('decompression is unbounded by default', async () => {
    expect(defaults.maxDecompressedMessageSize).toBe(Number.POSITIVE_INFINITY);
    const bomb = await compressed(new Uint8Array(8 << 20), cert.secret, to);
    expect(bomb.length).toBeLessThan(LIMITS.envelopeBytes.most / 16);
    expect((await byLibrary(bomb)).data).toHaveLength(8 << 20);
    expect(await byUs(bomb)).toBe('ENVELOPE_OVERSIZE');
  });

  test('text comes back with other line ends; bytes do not', async () => {
    const text = 'one\r\ntwo\nthree \t\r\n';
    const message = await createMessage({ text });
    const armoured = await encrypt({ message, encryptionKeys: to, date });
    const told = await decrypt({
      message: await readMessage({ armoredMessage: armoured }),
      decryptionKeys: jpcert.secret,
      date,
    });
    expect(told.data).not.toBe(text);
    const reader = await testSealer('jpcert', 'cert');
    const sealed = await (await testSealer('cert', 'jpcert')).seal(
      { ...COMMENT, body: { kind: 'inquiry', text } },
      PLACE,
    );
    expect(await reader.open(sealed.entry, PLACE, TEST_NOW)).toMatchObject({
      value: { statement: { body: { text } } },
    });
  });

  test('ENV-4: key ids of recipients stand in the clear; ours are hidden, two at most', async () => {
    const plain = await encrypt({
      message: await createMessage({ binary: GOOD }),
      encryptionKeys: to,
      format: 'binary',
      date,
    });
    const ids = async (bytes: Uint8Array) =>
      (await readMessage({ binaryMessage: bytes })).getEncryptionKeyIDs().map((id) => id.toHex());
    expect(await ids(plain)).not.toContain('0'.repeat(16));
    const sealed = await (await testSealer('cert', 'jpcert')).seal(COMMENT, PLACE);
    expect(await ids(sealed.entry.envelope)).toEqual(['0'.repeat(16), '0'.repeat(16)]);
  });

  test('readKey takes a private key, readKeys the first of several blocks', async () => {
    const secret = cert.secret.armor();
    const two = cert.certificate.armor() + stranger.certificate.armor();
    expect((await readKey({ armoredKey: secret })).isPrivate()).toBe(true);
    expect(await readKeys({ armoredKeys: two })).toHaveLength(1);
    expect(await readCertificate(secret)).toMatchObject({ fault: { code: 'KEY_PRIVATE' } });
    expect(await readCertificate(two)).toMatchObject({ fault: { code: 'KEY_PROFILE' } });
  });

  test('literal packets carry the time of day unless told otherwise; ours carry none', async () => {
    const keys = await testKeys('cert');
    const envelope = await sealBytes(GOOD, TEST_NOW, keys, (await testKeys('jpcert')).certificate);
    const opened = await (await readMessage({ binaryMessage: envelope })).decrypt(
      [jpcert.secret],
      undefined,
      undefined,
      date,
    );
    const literal: unknown = opened.packets.findPacket(enums.packet.literalData);
    expect(literal).toMatchObject({ filename: '', date: new Date(0) });
    expect(opened.packets.filterByTag(enums.packet.compressedData)).toHaveLength(0);
  });

  test('signatures are not byte-stable, and both are good', async () => {
    const keys = await testKeys('cert');
    const [one, two] = [await signBytes(GOOD, TEST_NOW, keys), await signBytes(GOOD, TEST_NOW, keys)];
    expect(one).not.toEqual(two);
  });

  test('every option of the library is written out, and no default decides', async () => {
    expect(Object.keys(OPENPGP).sort()).toEqual(Object.keys(defaults).sort());
    expect(defaults.minRSABits).toBe(2_047);
    expect(await readCertificate(testCertificate('rsa-2048'))).toMatchObject({
      fault: { code: 'KEY_PROFILE' },
    });
  });
});
