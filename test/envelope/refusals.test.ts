import fc from 'fast-check';
import { armor, enums, generateKey, type PrivateKey, revokeKey } from 'openpgp';
import { describe, expect, test } from 'vitest';
import type { FaultCode } from '../../node/core/fault.js';
import { LIMITS } from '../../node/core/limits.js';
import { after, DAY, type Instant, readInstant } from '../../node/core/time.js';
import { OPENPGP } from '../../node/envelope/policy.js';
import type { Entry, Place, Sealer } from '../../node/ports.js';
import { messageType } from '../../node/wire/schema.js';
import { TEST_NOW, testCard, testCertificate, testNode, testSealer, trusting } from '../support/keys.js';
import {
  COMMENT,
  compressed,
  craft,
  entryOf,
  fail,
  feedOf,
  lock,
  pgp,
  placeOf,
  signedBytes,
  stripped,
  swapped,
} from './craft.js';

const cert = await pgp('cert');
const jpcert = await pgp('jpcert');
const nisc = await pgp('nisc');
const stranger = await pgp('stranger');
const BOTH = [jpcert.certificate, cert.certificate];

/** Every case is an entry of this feed, opened by jpcert. */
const PLACE = placeOf(feedOf('cert', 'jpcert'));
const GOOD = signedBytes(PLACE);
const RECIPE = { signers: [cert.secret], to: BOTH };

const reader = await testSealer('jpcert', 'cert', 'nisc');

async function openedBy(sealer: Sealer, entry: Entry, place: Place = PLACE, now: Instant = TEST_NOW) {
  const opened = await sealer.open(entry, place, now);
  return opened.ok ? 'opened' : opened.fault.code;
}

async function opening(envelope: Uint8Array, signed: Uint8Array = GOOD, place: Place = PLACE) {
  return openedBy(reader, entryOf(envelope, signed, place), place);
}

describe('ENV-M10: ENV-2: each failure has its own code', () => {
  test('the crafted envelope that differs in nothing is opened', async () => {
    expect(await opening(await craft(GOOD, RECIPE))).toBe('opened');
  });

  const envelopes: readonly (readonly [string, FaultCode, () => Promise<Uint8Array>])[] = [
    ['over the bound', 'ENVELOPE_OVERSIZE', async () => new Uint8Array(LIMITS.envelopeBytes.most + 1)],
    ['of no bytes', 'ENVELOPE_MALFORMED', async () => new Uint8Array(0)],
    ['of zeros', 'ENVELOPE_MALFORMED', async () => new Uint8Array(400)],
    ['in armour', 'ENVELOPE_MALFORMED', async () => armoured(await craft(GOOD, RECIPE))],
    [
      'signed but not encrypted',
      'ENVELOPE_MALFORMED',
      async () => (await stripped(GOOD, cert.secret)).write() as Uint8Array,
    ],
    [
      'under a passphrase',
      'ENVELOPE_MALFORMED',
      () => craft(GOOD, { signers: [cert.secret], passwords: ['x'] }),
    ],
    [
      'under our key and a passphrase',
      'ENVELOPE_MALFORMED',
      () => craft(GOOD, { ...RECIPE, passwords: ['x'] }),
    ],
    [
      'for three recipients',
      'ENVELOPE_MALFORMED',
      () => craft(GOOD, { ...RECIPE, to: [...BOTH, nisc.certificate] }),
    ],
    ['for somebody else', 'ENVELOPE_UNDECRYPTABLE', () => craft(GOOD, { ...RECIPE, to: [nisc.certificate] })],
    ['without a signature', 'ENVELOPE_UNSIGNED', () => craft(GOOD, { to: BOTH })],
    [
      'whose signature was cut off',
      'ENVELOPE_MALFORMED',
      async () => lock(await stripped(GOOD, cert.secret), { to: BOTH }),
    ],
    [
      'signed by a stranger',
      'ENVELOPE_FOREIGN',
      () => craft(GOOD, { ...RECIPE, signers: [stranger.secret] }),
    ],
    [
      'signed by another verified peer',
      'ENVELOPE_FOREIGN',
      () => craft(GOOD, { ...RECIPE, signers: [nisc.secret] }),
    ],
    [
      'with a good signature and a foreign one',
      'ENVELOPE_SIGNATURES',
      () => craft(GOOD, { ...RECIPE, signers: [cert.secret, stranger.secret] }),
    ],
    [
      'with two good signatures',
      'ENVELOPE_SIGNATURES',
      () => craft(GOOD, { ...RECIPE, signers: [cert.secret, cert.secret] }),
    ],
    [
      'that shows other bytes than were signed',
      'ENVELOPE_FORGED',
      async () =>
        lock(
          await swapped(signedBytes(PLACE, { body: { kind: 'comment', text: 'no' } }), GOOD, cert.secret),
          { to: BOTH },
        ),
    ],
    ['signed as text', 'ENVELOPE_FORGED', () => craft(GOOD, { ...RECIPE, asText: true })],
    [
      'signed two days ahead of our clock',
      'ENVELOPE_CLOCK',
      () => craft(GOOD, { ...RECIPE, signedAt: after(TEST_NOW, 2 * DAY) }),
    ],
    [
      'signed two days before its leaf',
      'ENVELOPE_CLOCK',
      () => craft(GOOD, { ...RECIPE, signedAt: after(TEST_NOW, -2 * DAY) }),
    ],
    [
      'that unpacks to 40 MB',
      'ENVELOPE_OVERSIZE',
      () => compressed(new Uint8Array(40 << 20), cert.secret, BOTH),
    ],
    [
      'that holds a statement over the bound',
      'ENVELOPE_OVERSIZE',
      () => craft(new Uint8Array(LIMITS.statementBytes.most + 1).fill(65), RECIPE),
    ],
  ];

  test.each(envelopes)('an envelope %s is refused with %s', async (_, code, make) => {
    expect(await opening(await make())).toBe(code);
  });

  test('a compressed envelope within the bounds is opened: gpg compresses unasked', async () => {
    expect(await opening(await compressed(GOOD, cert.secret, BOTH))).toBe('opened');
  });

  const statements: readonly (readonly [string, FaultCode, Uint8Array])[] = [
    ['names another author', 'STATEMENT_AUTHOR', signedBytes(PLACE, { author: testNode('nisc') })],
    ['names another recipient', 'STATEMENT_RECIPIENT', signedBytes(PLACE, { recipient: testNode('nisc') })],
    ['names another sequence', 'STATEMENT_SEQUENCE', signedBytes(PLACE, { sequence: 8 })],
    ['names another incarnation', 'STATEMENT_INCARNATION', signedBytes(PLACE, { incarnation: 4 })],
    ['names another time', 'STATEMENT_TIME', signedBytes(PLACE, { createdAt: after(TEST_NOW, 1) })],
    ['has a case and no label', 'STATEMENT_TLP', signedBytes(PLACE, { tlp: undefined })],
    ['is an order of somebody else', 'STATEMENT_KIND', signedBytes(PLACE, { body: { kind: 'tick' } })],
    [
      'is of another version',
      'STATEMENT_VERSION',
      messageType('isochron.v1.Statement').encode({ version: 2 }),
    ],
    ['has no body', 'STATEMENT_KIND', messageType('isochron.v1.Statement').encode({ version: 1 })],
    [
      'has a malformed field',
      'STATEMENT_FIELD',
      messageType('isochron.v1.Statement').encode({ version: 1, author: 'somebody', comment: { text: 'x' } }),
    ],
    ['is no protobuf', 'STATEMENT_MALFORMED', new Uint8Array(40).fill(0xff)],
  ];

  test.each(statements)('a statement that %s is refused with %s', async (_, code, signed) => {
    expect(await opening(await craft(signed, RECIPE), signed)).toBe(code);
  });
});

describe('ENV-2: the leaf, before anything is decrypted', () => {
  test('an envelope under the leaf of another one: ENVELOPE_HASH', async () => {
    const { leaf } = entryOf(await craft(GOOD, RECIPE), GOOD, PLACE);
    expect(await openedBy(reader, { leaf, envelope: await craft(GOOD, RECIPE) })).toBe('ENVELOPE_HASH');
  });

  test('a leaf that names another statement: STATEMENT_ID', async () => {
    expect(await opening(await craft(GOOD, RECIPE), new Uint8Array(3))).toBe('STATEMENT_ID');
  });

  test('a leaf that is none: LEAF_MALFORMED', async () => {
    const { envelope } = entryOf(await craft(GOOD, RECIPE), GOOD, PLACE);
    expect(await openedBy(reader, { leaf: new Uint8Array(9), envelope })).toBe('LEAF_MALFORMED');
  });
});

describe('ENV-2: replays', () => {
  test('an envelope at another place of its feed: STATEMENT_SEQUENCE', async () => {
    const envelope = await craft(GOOD, RECIPE);
    expect(await opening(envelope, GOOD, { ...PLACE, sequence: 8 })).toBe('STATEMENT_SEQUENCE');
  });

  test('a signed message that its recipient encrypts again for a third node: STATEMENT_RECIPIENT', async () => {
    const third = await testSealer('nisc', 'cert', 'jpcert');
    const place = placeOf(feedOf('cert', 'nisc'));
    const envelope = await craft(GOOD, { ...RECIPE, to: [nisc.certificate, cert.certificate] });
    expect(await openedBy(third, entryOf(envelope, GOOD, place), place)).toBe('STATEMENT_RECIPIENT');
  });

  test('the same message passed off as one of its own: ENVELOPE_FOREIGN', async () => {
    const third = await testSealer('nisc', 'cert', 'jpcert');
    const place = placeOf(feedOf('jpcert', 'nisc'));
    const envelope = await craft(GOOD, { ...RECIPE, to: [nisc.certificate, jpcert.certificate] });
    expect(await openedBy(third, entryOf(envelope, GOOD, place), place)).toBe('ENVELOPE_FOREIGN');
  });
});

describe('DESIGN §1: keys at the instant of receipt', () => {
  const entry = async () => entryOf(await craft(GOOD, RECIPE), GOOD, PLACE);

  test('a node that nobody verified: KEY_UNKNOWN', async () => {
    expect(await openedBy(await testSealer('jpcert'), await entry())).toBe('KEY_UNKNOWN');
  });

  test('FORMATS §10.2: a stolen expired key cannot back-date, the verdict is that of receipt: KEY_EXPIRED', async () => {
    const late = readInstant('2029-01-15T00:00:00Z') ?? fail();
    expect(await openedBy(reader, await entry(), PLACE, late)).toBe('KEY_EXPIRED');
  });

  test('an own entry given back after the key expired is still opened: it was judged when it was said', async () => {
    const late = readInstant('2029-01-15T00:00:00Z') ?? fail();
    const author = await testSealer('cert', 'jpcert');
    expect(await openedBy(author, await entry(), PLACE, late)).toBe('opened');
  });

  test('a key dated later than now: KEY_EARLY', async () => {
    const early = readInstant('2026-12-25T00:00:00Z') ?? fail();
    expect(await openedBy(reader, await entry(), PLACE, early)).toBe('KEY_EARLY');
  });

  const revocations: readonly (readonly [string, enums.reasonForRevocation, number, string])[] = [
    ['retired, before that day', enums.reasonForRevocation.keyRetired, 1, 'opened'],
    ['retired, after that day', enums.reasonForRevocation.keyRetired, -1, 'KEY_REVOKED'],
    ['compromised, also before that day', enums.reasonForRevocation.keyCompromised, 1, 'KEY_REVOKED'],
    ['compromised, after that day', enums.reasonForRevocation.keyCompromised, -1, 'KEY_REVOKED'],
  ];

  test.each(revocations)('a key that is %s', async (_, flag, days, expected) => {
    const sealer = await trustingInstead(await revokedCopy(flag, after(TEST_NOW, days * DAY)));
    expect(await openedBy(sealer, await entry())).toBe(expected);
  });

  const certificates: readonly (readonly [string, FaultCode, () => Promise<string>])[] = [
    ['RSA of 2048 bits', 'KEY_PROFILE', async () => testCertificate('rsa-2048')],
    ['of somebody else', 'KEY_UNKNOWN', async () => stranger.certificate.armor(OPENPGP)],
    ['a private key', 'KEY_PRIVATE', async () => cert.secret.armor(OPENPGP)],
    ['no armour', 'KEY_PROFILE', async () => 'certificate'],
  ];

  test.each(certificates)('a card whose certificate is %s: %s', async (_, code, make) => {
    const sealer = await trustingInstead(await make());
    expect(await openedBy(sealer, await entry())).toBe(code);
    const out = placeOf(feedOf('jpcert', 'cert'));
    expect((await sealer.seal(COMMENT, out)).withheld).toMatchObject({ code });
  });

  test('words for a node that nobody verified are withheld: only the author can open them', async () => {
    const sealer = await testSealer('jpcert');
    const place = placeOf(feedOf('jpcert', 'cert'));
    const sealed = await sealer.seal(COMMENT, place);
    expect(sealed.withheld).toMatchObject({ code: 'KEY_UNKNOWN' });
    const recipient = await testSealer('cert', 'jpcert');
    expect(await openedBy(recipient, sealed.entry, place)).toBe('ENVELOPE_UNDECRYPTABLE');
    expect((await sealer.recall(sealed.rest)).body).toEqual(COMMENT.body);
  });

  test('words that could not be read back have no name: STATEMENT_FIELD', async () => {
    const sealer = await testSealer('jpcert');
    const words = { ...COMMENT, body: { kind: 'comment', text: 'x'.repeat(100_001) } } as const;
    expect(() => sealer.name(words, placeOf(feedOf('jpcert', 'cert')))).toThrow('STATEMENT_FIELD');
  });

  test('FORMATS §10.1: a signature by a primary key is foreign even where its flags allow it', async () => {
    const both = await loosePrimary();
    const place = placeOf({ author: both.node, recipient: testNode('jpcert') });
    const sealer = await testSealer('jpcert');
    const certificate = both.secret.toPublic().armor(OPENPGP);
    const card = await testCard('cert', { node: both.node, certificate });
    await sealer.trust(new Map([[both.node, { card }]]));
    const bytes = signedBytes(place);
    const to = [jpcert.certificate];
    const bySubkey = await craft(bytes, { signers: [both.secret], to });
    const signingKeyIDs = [both.secret.getKeyID()];
    const byPrimary = await craft(bytes, { signers: [both.secret], to, signingKeyIDs });
    expect(await openedBy(sealer, entryOf(bySubkey, bytes, place), place)).toBe('opened');
    expect(await openedBy(sealer, entryOf(byPrimary, bytes, place), place)).toBe('ENVELOPE_FOREIGN');
  });
});

describe('ENV-1: damage', () => {
  test('a flipped bit anywhere is refused by the hash in the leaf', async () => {
    const entry = entryOf(await craft(GOOD, RECIPE), GOOD, PLACE);
    await fc.assert(
      fc.asyncProperty(fc.nat(entry.envelope.length * 8 - 1), async (bit) => {
        expect(await openedBy(reader, { ...entry, envelope: flipped(entry.envelope, bit) })).toBe(
          'ENVELOPE_HASH',
        );
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  test('with a leaf that follows the flip, the envelope is refused or says exactly the same', async () => {
    const envelope = await craft(GOOD, RECIPE);
    await fc.assert(
      fc.asyncProperty(fc.nat(envelope.length * 8 - 1), async (bit) => {
        const outcome = await opening(flipped(envelope, bit));
        // A session key for the author alone may be damaged: STATEMENT_ID guards what was said.
        expect(outcome === 'opened' || /^(ENVELOPE|STATEMENT)_/.test(outcome)).toBe(true);
      }),
      { seed: 2, numRuns: 400 },
    );
  });

  test('no flip behind the session keys is survived', async () => {
    const envelope = await craft(GOOD, RECIPE);
    const behind = envelope.length - GOOD.length;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: behind * 8, max: envelope.length * 8 - 1 }), async (bit) => {
        expect(await opening(flipped(envelope, bit))).toMatch(/^ENVELOPE_/);
      }),
      { seed: 3, numRuns: 200 },
    );
  });

  test('a cut anywhere is refused', async () => {
    const envelope = await craft(GOOD, RECIPE);
    await fc.assert(
      fc.asyncProperty(fc.nat(envelope.length - 1), async (length) => {
        expect(await opening(envelope.slice(0, length))).toMatch(/^ENVELOPE_(MALFORMED|UNDECRYPTABLE)$/);
      }),
      { seed: 4, numRuns: 100 },
    );
  });

  test('any bytes are refused without throwing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 600 }), async (bytes) => {
        expect(await opening(bytes)).toMatch(/^ENVELOPE_/);
      }),
      { seed: 5, numRuns: 300 },
    );
  });
});

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = bytes.slice();
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
}

function armoured(bytes: Uint8Array): Uint8Array {
  return new TextEncoder().encode(armor(enums.armor.message, bytes));
}

async function revokedCopy(flag: enums.reasonForRevocation, at: Instant): Promise<string> {
  const { publicKey } = await revokeKey({
    key: cert.secret,
    reasonForRevocation: { flag, string: '' },
    date: new Date(at),
    format: 'armored',
    config: OPENPGP,
  });
  return publicKey;
}

/** A reader that holds this certificate on the card of cert. */
async function trustingInstead(certificate: string): Promise<Sealer> {
  const sealer = await testSealer('jpcert');
  const card = await testCard('cert', { certificate });
  await sealer.trust(new Map([...(await trusting('nisc')), [testNode('cert'), { card }]]));
  return sealer;
}

/** The library's own kind of key: its primary may sign messages. */
async function loosePrimary(): Promise<{
  readonly node: ReturnType<typeof testNode>;
  readonly secret: PrivateKey;
}> {
  const { privateKey } = await generateKey({
    userIDs: [{ name: 'TEST ONLY loose' }],
    type: 'ecc',
    curve: 'ed25519Legacy',
    date: new Date(after(TEST_NOW, -DAY)),
    keyExpirationTime: 86_400 * 100,
    subkeys: [{ sign: true }, { sign: false }],
    format: 'object',
    config: OPENPGP,
  });
  return { node: privateKey.getFingerprint() as ReturnType<typeof testNode>, secret: privateKey };
}
