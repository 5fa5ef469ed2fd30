import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env } from 'node:process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readCard, writeCard } from '../../node/envelope/card.js';
import { createKeys } from '../../node/envelope/create.js';
import { judge, readCertificate } from '../../node/envelope/keyring.js';
import { OPENPGP } from '../../node/envelope/policy.js';
import { openSealer } from '../../node/envelope/sealer.js';
import { writeStatement } from '../../node/wire/codec.js';
import { TEST_NOW, testCard, testKeys, testNode, testSealer } from '../support/keys.js';
import { COMMENT, entryOf, fail, feedOf, placeOf, signedBytes } from './craft.js';

const run = promisify(execFile);
const isThere = spawnSync('gpg', ['--version']).status === 0;
if (!isThere && env['ISOCHRON_NO_SKIP'] === '1') throw new Error('gpg is needed: ISOCHRON_NO_SKIP is set');

describe.skipIf(!isThere)('G6: gpg agrees (skipped where gpg is not installed)', () => {
  let home: string;

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'isochron-gpg-'));
    chmodSync(home, 0o700);
    for (const name of ['cert', 'jpcert'] as const) {
      const keys = await testKeys(name);
      writeFileSync(join(home, `${name}.asc`), keys.certificate.armoured);
      await gpg('--import', join(home, `${name}.asc`));
    }
  });

  afterAll(() => {
    execFileSync('gpgconf', ['--homedir', home, '--kill', 'all']);
    rmSync(home, { recursive: true });
  });

  async function gpg(...args: readonly string[]): Promise<string> {
    const fixed = ['--homedir', home, '--batch', '--no-tty', '--status-fd', '1', '--trust-model', 'always'];
    const clock = ['--faked-system-time', '20270105T000000!'];
    const { stdout } = await run('gpg', [...fixed, ...clock, ...args], { env: { ...env, TZ: 'UTC' } });
    return stdout;
  }

  function fileOf(name: string, content: Uint8Array | string): string {
    const path = join(home, name);
    writeFileSync(path, content);
    return path;
  }

  test('it imports a certificate and sees a primary that certifies, a subkey that signs, one that encrypts', async () => {
    const listed = await gpg('--with-colons', '--list-keys', testNode('cert'));
    const capabilities = listed
      .split('\n')
      .map((line) => line.split(':'))
      .filter(([kind]) => kind === 'pub' || kind === 'sub')
      .map((fields) => [fields[0], fields[3], fields[11]?.replace(/[A-Z]/g, '')]);
    // 22 is EdDSA, 18 is ECDH.
    expect(capabilities).toEqual([
      ['pub', '22', 'c'],
      ['sub', '22', 's'],
      ['sub', '18', 'e'],
    ]);
  });

  test('it verifies a card', async () => {
    const card = await writeCard(
      await testCard('cert', { name: 'NISC 内閣' }),
      await testKeys('cert'),
      TEST_NOW,
    );
    const status = await gpg('--verify', fileOf('cert.card.asc', card));
    expect(status).toContain('[GNUPG:] VALIDSIG');
    expect(status).toContain(testNode('cert').toUpperCase());
  });

  test('it verifies a published file by its detached signature, and not another file', async () => {
    const bytes = new TextEncoder().encode('{"document": "é\\r\\n"}\n');
    const signature = fileOf('advisory.json.asc', await (await testSealer('cert')).signFile(bytes, TEST_NOW));
    const status = await gpg('--verify', signature, fileOf('advisory.json', bytes));
    expect(status).toContain('[GNUPG:] VALIDSIG');
    await expect(gpg('--verify', signature, fileOf('other.json', 'x'))).rejects.toThrow();
  });

  test('it decrypts an envelope with the exported secret key, and sees who signed it', async () => {
    const secret = (await testKeys('jpcert')).openpgp.armor(OPENPGP);
    await gpg('--import', fileOf('secret.asc', secret));
    const sealed = await (await testSealer('cert', 'jpcert')).seal(
      COMMENT,
      placeOf(feedOf('cert', 'jpcert')),
    );
    const out = join(home, 'statement');
    const status = await gpg('--output', out, '--decrypt', fileOf('envelope.pgp', sealed.entry.envelope));
    expect(status).toContain('[GNUPG:] VALIDSIG');
    expect(status).toContain('[GNUPG:] GOODMDC');
    // Neither file name nor date of the literal packet, and no recipient in the clear.
    expect(status).toMatch(/PLAINTEXT 62 0 ?\n/);
    expect(status).toContain('ENC_TO 0000000000000000');
    expect(new Uint8Array(readFileSync(out))).toEqual(writeStatement(sealed.statement));
  });

  test('it imports keys of createKeys under their passphrase, and signs with them', async () => {
    const passphrase = 'correct horse';
    const files = await createKeys({ name: 'TEST ONLY drill', mode: 'drill', now: TEST_NOW, passphrase });
    const loopback = ['--pinentry-mode', 'loopback', '--passphrase', passphrase];
    await gpg(...loopback, '--import', fileOf('openpgp.asc', files.openpgp));
    const signed = await gpg(
      ...loopback,
      '--yes',
      '--local-user',
      files.node,
      '--armor',
      '--detach-sign',
      fileOf('text', 'x'),
    );
    expect(signed).toContain('SIG_CREATED');
  });

  test('a key made by gpg within the profile is accepted: an envelope by it is opened, and gpg opens ours', async () => {
    const options = ['--pinentry-mode', 'loopback', '--passphrase', ''];
    await gpg(...options, '--quick-gen-key', 'TEST ONLY gpg', 'ed25519', 'cert', '2y');
    const listed = await gpg('--with-colons', '--list-keys', 'TEST ONLY gpg');
    const fingerprint = /^fpr:+([0-9A-F]{40}):/m.exec(listed)?.[1] ?? fail();
    await gpg(...options, '--quick-add-key', fingerprint, 'ed25519', 'sign', '2y');
    await gpg(...options, '--quick-add-key', fingerprint, 'cv25519', 'encr', '2y');
    const exported = join(home, 'gpg.asc');
    await gpg('--armor', '--output', exported, '--export', fingerprint);
    const read = await readCertificate(readFileSync(exported, 'utf8'));
    if (!read.ok) throw new Error(`${read.fault.code} ${read.fault.where}`);
    expect(await judge(read.value, TEST_NOW)).toBeUndefined();

    const { node } = read.value;
    const place = placeOf({ author: node, recipient: testNode('cert') });
    const bytes = signedBytes(place);
    const envelope = join(home, 'by-gpg.pgp');
    const both = ['--recipient', testNode('cert'), '--recipient', fingerprint, '--throw-keyids'];
    await gpg(
      ...options,
      '--output',
      envelope,
      '--local-user',
      fingerprint,
      ...both,
      '--sign',
      '--encrypt',
      fileOf('bytes', bytes),
    );
    const reader = openSealer(await testKeys('cert'));
    const card = await testCard('jpcert', { node, certificate: read.value.armoured });
    await reader.trust(new Map([[node, { card }]]));
    const entry = entryOf(new Uint8Array(readFileSync(envelope)), bytes, place);
    expect(await reader.open(entry, place, TEST_NOW)).toMatchObject({ ok: true });

    const words = await reader.seal(COMMENT, placeOf({ author: testNode('cert'), recipient: node }));
    const answer = join(home, 'for-gpg');
    const status = await gpg(
      ...options,
      '--try-secret-key',
      fingerprint,
      '--output',
      answer,
      '--decrypt',
      fileOf('for-gpg.pgp', words.entry.envelope),
    );
    expect(status).toContain('[GNUPG:] GOODMDC');
    expect(new Uint8Array(readFileSync(answer))).toEqual(writeStatement(words.statement));
  });

  test('a card signed anew by gpg with the same key is read', async () => {
    await gpg('--import', fileOf('cert-secret.asc', (await testKeys('cert')).openpgp.armor(OPENPGP)));
    const file = await writeCard(await testCard('cert'), await testKeys('cert'), TEST_NOW);
    const [, text = ''] = /\n\n([\s\S]*)-----BEGIN PGP SIGNATURE/.exec(file) ?? [];
    const out = join(home, 'again.card.asc');
    await gpg(
      '--yes',
      '--output',
      out,
      '--local-user',
      testNode('cert'),
      '--clear-sign',
      fileOf('card.txt', text),
    );
    expect(await readCard(readFileSync(out, 'utf8'), TEST_NOW)).toMatchObject({ ok: true });
  });
});
