import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { enums, generateKey, type KeyOptions, reformatKey, revokeKey } from 'openpgp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { after, DAY, HOUR, type Instant, MINUTE } from '../../node/core/time.js';
import { createKeys } from '../../node/envelope/create.js';
import { expiryAlarm, judge, readCertificate } from '../../node/envelope/keyring.js';
import { type KeyFiles, openKeys, writeKeys } from '../../node/envelope/keys.js';
import { OPENPGP } from '../../node/envelope/policy.js';
import { createTlsIdentity } from '../../node/envelope/tls-certificate.js';
import { TEST_NOW, testCertificate, testKeys } from '../support/keys.js';
import { fail } from './craft.js';

const PASSPHRASE = 'vier Wörter und 一つ';

let dir: string;
let files: KeyFiles;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'isochron-keys-'));
  files = await createKeys({
    name: 'TEST ONLY centre',
    mode: 'drill',
    now: TEST_NOW,
    passphrase: PASSPHRASE,
  });
  await writeKeys(join(dir, 'keys'), files);
});

afterAll(() => rm(dir, { recursive: true }));

describe('DESIGN §10: keys at rest', () => {
  test('openKeys opens what createKeys made', async () => {
    const keys = await openKeys(join(dir, 'keys'), PASSPHRASE);
    if (!keys.ok) throw new Error(keys.fault.code);
    expect(keys.value.node).toBe(files.node);
    expect(keys.value.certificate.armoured).toBe(files.certificate);
    expect(keys.value.openpgp.isDecrypted()).toBe(true);
    expect(keys.value.tls.pin).toMatch(/^[0-9a-f]{64}$/);
    expect(keys.value.noise.seed).toHaveLength(32);
  });

  test('no secret stands in the files in the clear, and nobody else may read them', async () => {
    const keys = await openKeys(join(dir, 'keys'), PASSPHRASE);
    if (!keys.ok) throw new Error(keys.fault.code);
    for (const name of ['openpgp.asc', 'certificate.asc', 'sealed-keys.json']) {
      const path = join(dir, 'keys', name);
      expect((await stat(path)).mode & 0o777).toBe(0o600);
      const text = await readFile(path, 'utf8');
      expect(text).not.toContain('PRIVATE KEY-----\nM');
      expect(text).not.toContain(Buffer.from(keys.value.noise.seed).toString('base64').slice(0, 20));
    }
    expect((await stat(join(dir, 'keys'))).mode & 0o777).toBe(0o700);
  });

  test('a wrong passphrase is KEY_LOCKED, a missing file KEY_UNKNOWN, a damaged one KEY_PROFILE', async () => {
    const keysDir = join(dir, 'keys');
    expect(await openKeys(keysDir, 'four words')).toMatchObject({ fault: { code: 'KEY_LOCKED' } });
    expect(await openKeys(keysDir, '')).toMatchObject({ fault: { code: 'KEY_LOCKED' } });
    expect(await openKeys(join(dir, 'nowhere'), PASSPHRASE)).toMatchObject({
      fault: { code: 'KEY_UNKNOWN' },
    });
    const broken = join(dir, 'broken');
    await writeKeys(broken, { ...files, sealed: '{"v":1}' });
    expect(await openKeys(broken, PASSPHRASE)).toMatchObject({ fault: { code: 'KEY_PROFILE' } });
    await writeFile(join(broken, 'openpgp.asc'), files.certificate);
    expect(await openKeys(broken, PASSPHRASE)).toMatchObject({ fault: { code: 'KEY_PROFILE' } });
  });

  test('sealed keys of another node do not open, even under the same passphrase', async () => {
    const other = await createKeys({ name: 'other', mode: 'drill', now: TEST_NOW, passphrase: PASSPHRASE });
    const mixed = join(dir, 'mixed');
    await writeKeys(mixed, { ...files, sealed: other.sealed });
    expect(await openKeys(mixed, PASSPHRASE)).toMatchObject({ fault: { code: 'KEY_LOCKED' } });
  });

  test('keys are never overwritten', async () => {
    await expect(writeKeys(join(dir, 'keys'), files)).rejects.toMatchObject({ code: 'EEXIST' });
  });

  test.each([
    ['an empty name', { name: '' }],
    ['a name of two lines', { name: 'a\nb' }],
    ['a name with an address', { name: 'a <b@c>' }],
    ['an empty passphrase', { passphrase: '' }],
  ])('%s is refused: COMMAND_MALFORMED', async (_, differs) => {
    const wanted = { name: 'x', mode: 'drill', now: TEST_NOW, passphrase: 'y', ...differs } as const;
    await expect(createKeys(wanted)).rejects.toMatchObject({ fault: { code: 'COMMAND_MALFORMED' } });
  });
});

describe('FORMATS §10.1: the profile of new keys', () => {
  test('a v4 Ed25519 primary that only certifies, one signing and one X25519 subkey', async () => {
    const read = await readCertificate(files.certificate);
    if (!read.ok) throw new Error(read.fault.code);
    const { key } = read.value;
    expect(key.keyPacket.version).toBe(4);
    expect(key.getAlgorithmInfo()).toEqual({ algorithm: 'eddsaLegacy', curve: 'ed25519Legacy' });
    expect(key.users[0]?.selfCertifications.map(({ keyFlags }) => keyFlags?.[0])).toEqual([0x01]);
    expect(
      key.subkeys.map((subkey) => [
        subkey.getAlgorithmInfo().algorithm,
        subkey.bindingSignatures[0]?.keyFlags?.[0],
      ]),
    ).toEqual([
      ['eddsaLegacy', 0x02],
      ['ecdh', 0x0c],
    ]);
    expect(key.getUserIDs()).toEqual(['TEST ONLY centre (DRILL)']);
  });

  test('keys last at most two years, and work for a peer whose clock is a little slow', async () => {
    const read = await readCertificate(files.certificate);
    if (!read.ok) throw new Error(read.fault.code);
    expect(await judge(read.value, after(TEST_NOW, -30 * MINUTE))).toBeUndefined();
    expect(await judge(read.value, after(TEST_NOW, 728 * DAY))).toBeUndefined();
    expect(await judge(read.value, after(TEST_NOW, 730 * DAY))).toMatchObject({ code: 'KEY_EXPIRED' });
    expect(await judge(read.value, after(TEST_NOW, -2 * HOUR))).toMatchObject({ code: 'KEY_EARLY' });
  });

  test('a production key does not say DRILL', async () => {
    const made = await createKeys({ name: 'x', mode: 'production', now: TEST_NOW, passphrase: 'y' });
    const read = await readCertificate(made.certificate);
    expect(read.ok && read.value.key.getUserIDs()).toEqual(['x']);
  });
});

describe('FORMATS §10.1: certificates that are accepted', () => {
  const DAYS_100 = 100 * 86_400;
  const shape = {
    userIDs: [{ name: 'TEST ONLY' }],
    date: new Date(TEST_NOW),
    keyExpirationTime: DAYS_100,
    config: OPENPGP,
  };

  async function codeOf(armoured: string): Promise<string> {
    const read = await readCertificate(armoured);
    return read.ok
      ? ((await judge(read.value, after(TEST_NOW, DAY)))?.code ?? 'ok')
      : `${read.fault.code} ${read.fault.where}`;
  }

  async function generated(differs: Partial<KeyOptions>): Promise<{ privateKey: string; publicKey: string }> {
    // The library writes into the options of subkeys, so each key gets its own.
    const subkeys = [{ sign: true }, { sign: false }];
    const options: KeyOptions = { ...shape, type: 'ecc', curve: 'ed25519Legacy', subkeys, ...differs };
    if (options.type !== 'ecc') delete options.curve;
    return generateKey({ ...options, format: 'armored' });
  }

  const made = async (differs: Partial<KeyOptions>) => (await generated(differs)).publicKey;

  const table: readonly (readonly [string, string, () => Promise<string>])[] = [
    ['v4 ed25519Legacy', 'ok', () => made({})],
    ['v4 NIST P-256', 'ok', () => made({ curve: 'nistP256' })],
    ['v4 RSA-3072', 'ok', async () => testCertificate('rsa-3072')],
    ['v4 RSA-2048', 'KEY_PROFILE primary', async () => testCertificate('rsa-2048')],
    ['v4 curve25519, the new code points', 'KEY_PROFILE primary', () => made({ type: 'curve25519' })],
    ['v4 NIST P-384', 'KEY_PROFILE primary', () => made({ curve: 'nistP384' })],
    ['v6', 'KEY_PROFILE version', () => made({ type: 'curve25519', config: { ...OPENPGP, v6Keys: true } })],
    ['without an end', 'KEY_PROFILE expiry', () => made({ keyExpirationTime: 0 })],
    ['for three years', 'KEY_PROFILE expiry', () => made({ keyExpirationTime: 3 * 365 * 86_400 })],
    ['without a signing subkey', 'KEY_PROFILE signing subkey', () => made({ subkeys: [{ sign: false }] })],
    [
      'without an encryption subkey',
      'KEY_PROFILE encryption subkey',
      () => made({ subkeys: [{ sign: true }] }),
    ],
    ['whose self-signature is SHA-1', 'KEY_PROFILE', async () => testCertificate('rsa-3072-sha1')],
    ['that is private', 'KEY_PRIVATE undefined', async () => (await generated({})).privateKey],
    ['of two blocks', 'KEY_PROFILE armour', async () => (await made({})) + (await made({}))],
    ['of no armour', 'KEY_PROFILE armour', async () => 'x'],
    ['over the bound', 'KEY_PROFILE size', async () => 'x'.repeat(70_000)],
    ['cut short', 'KEY_PROFILE armour', async () => (await made({})).slice(0, 300)],
  ];

  test.each(table)(
    'a certificate %s: %s',
    async (_, expected, make) => {
      expect(await codeOf(await make())).toBe(expected);
    },
    60_000,
  );
});

describe('DESIGN §1: expiring and revoked keys', () => {
  test('the alarm begins 30 days before the end', async () => {
    const { certificate } = await testKeys('cert');
    const end = (await certificate.key.getExpirationTime())?.valueOf() as Instant;
    expect(await expiryAlarm(certificate, TEST_NOW)).toBeUndefined();
    expect(await expiryAlarm(certificate, after(end, -30 * DAY - 1))).toBeUndefined();
    expect(await expiryAlarm(certificate, after(end, -30 * DAY))).toBe(end);
    expect(await expiryAlarm(certificate, end)).toBe(end);
  });

  test('a prolonged key is in force again, and the verdict of the time between stays', async () => {
    const { openpgp } = await testKeys('fourth');
    const renewed = await reformatKey({
      privateKey: openpgp,
      userIDs: [{ name: 'TEST ONLY fourth' }],
      date: new Date(after(TEST_NOW, 600 * DAY)),
      keyExpirationTime: (1_300 * DAY) / 1_000,
      format: 'object',
      config: OPENPGP,
    });
    const read = await readCertificate(renewed.publicKey.armor(OPENPGP));
    if (!read.ok) throw new Error(`${read.fault.code} ${read.fault.where}`);
    expect(await judge(read.value, after(TEST_NOW, 900 * DAY))).toBeUndefined();
    expect(await judge(read.value, after(TEST_NOW, 1_400 * DAY))).toMatchObject({ code: 'KEY_EXPIRED' });
  });

  test('verdicts do not depend on the order of asking', async () => {
    const { openpgp } = await testKeys('fifth');
    const revoked = await revokeKey({
      key: openpgp,
      reasonForRevocation: { flag: enums.reasonForRevocation.keyRetired, string: '' },
      date: new Date(after(TEST_NOW, 10 * DAY)),
      format: 'object',
      config: OPENPGP,
    });
    const armoured = revoked.publicKey.armor(OPENPGP);
    const days = [-9, 5, 11, 800];
    const ask = async (order: readonly number[]) => {
      const read = await readCertificate(armoured);
      if (!read.ok) return fail();
      const verdicts = new Map<number, string>();
      for (const day of order)
        verdicts.set(day, (await judge(read.value, after(TEST_NOW, day * DAY)))?.code ?? 'ok');
      return days.map((day) => verdicts.get(day));
    };
    const expected = ['KEY_EARLY', 'ok', 'KEY_REVOKED', 'KEY_REVOKED'];
    expect(await ask(days)).toEqual(expected);
    expect(await ask([...days].reverse())).toEqual(expected);
  });
});

describe('DESIGN §1: the TLS identity', () => {
  const { keyPem, certificatePem } = createTlsIdentity(TEST_NOW);

  test('a self-signed certificate, ten years wide, that names nobody', () => {
    const certificate = new X509Certificate(certificatePem);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect([certificate.subject, certificate.issuer, certificate.ca]).toEqual([
      'CN=isochron',
      'CN=isochron',
      false,
    ]);
    expect(Date.parse(certificate.validFrom)).toBe(after(TEST_NOW, -730 * DAY));
    expect(Date.parse(certificate.validTo)).toBe(after(TEST_NOW, 2_920 * DAY));
  });

  test('both ends of TLS 1.3 take it, with the certificate itself as root', async () => {
    const server = createServer({
      key: keyPem,
      cert: certificatePem,
      requestCert: true,
      rejectUnauthorized: true,
      ca: certificatePem,
      minVersion: 'TLSv1.3',
    });
    const accepted = new Promise<TLSSocket>((resolve) => server.once('secureConnection', resolve));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') return fail();
    const client = connect({
      port: address.port,
      host: '127.0.0.1',
      key: keyPem,
      cert: certificatePem,
      ca: certificatePem,
      minVersion: 'TLSv1.3',
      checkServerIdentity: () => undefined,
    });
    await new Promise<void>((resolve, reject) => client.once('secureConnect', resolve).once('error', reject));
    const inside = await accepted;
    expect([client.authorized, inside.authorized, client.getProtocol()]).toEqual([true, true, 'TLSv1.3']);
    client.destroy();
    inside.destroy();
    server.close();
  });
});
