import fc from 'fast-check';
import { createCleartextMessage, sign } from 'openpgp';
import { describe, expect, test } from 'vitest';
import type { FaultCode } from '../../node/core/fault.js';
import type { Card } from '../../node/core/registry/card.js';
import { after, DAY } from '../../node/core/time.js';
import { readCard, writeCard } from '../../node/envelope/card.js';
import { readCardText, writeCardText } from '../../node/envelope/card-text.js';
import { OPENPGP } from '../../node/envelope/policy.js';
import { readHome, writeHome } from '../../node/wire/home.js';
import { TEST_NOW, testCard, testCertificate, testKeys } from '../support/keys.js';
import { fail } from './craft.js';

const FULL: Partial<Card> = {
  name: 'JPCERT/CC 調整センター',
  role: 'reception_body',
  mode: 'production',
  grpc: [{ target: 'node.jpcert.example:7443' }, { target: 'localhost:1' }],
  libp2p: [
    { multiaddr: '/dns4/node.example/tcp/4001/p2p/12D3KooWK99VoVxNE7XzyBwXEzW7xhK7Gpv85r9F3V3fyKSUKPH5' },
  ],
  zone: 'Asia/Tokyo',
  languages: ['ja', 'en-GB'],
  cycles: ['microsoft', 'oracle-legacy'],
  sequence: 12,
};

async function signed(text: string): Promise<string> {
  return sign({
    message: await createCleartextMessage({ text: text.trimEnd() }),
    signingKeys: (await testKeys('cert')).openpgp,
    date: new Date(TEST_NOW),
    config: OPENPGP,
  });
}

async function textOfCard(differs: Partial<Card> = {}): Promise<string> {
  const { certificate } = await testKeys('cert');
  return writeCardText({ ...(await testCard('cert', differs)), certificate: certificate.key.write() });
}

async function codeOf(file: string, now = TEST_NOW): Promise<FaultCode | 'ok'> {
  const read = await readCard(file, now);
  return read.ok ? 'ok' : read.fault.code;
}

describe('DESIGN §1: cards', () => {
  test.each([
    ['the least', {}],
    ['everything', FULL],
  ])('readCard(writeCard(a)) = a for a card with %s', async (_, differs) => {
    const card = await testCard('cert', differs);
    const file = await writeCard(card, await testKeys('cert'), TEST_NOW);
    expect(await readCard(file, TEST_NOW)).toEqual({ ok: true, value: card });
    expect(file).not.toMatch(/[ \t]\n/);
    expect(file).toContain(`Name: ${card.name}\n`);
  });

  test('a card at the bounds of each line can be put on file: the home feed reads it back', async () => {
    const card = await testCard('cert', {
      name: '😀'.repeat(200),
      sequence: Number.MAX_SAFE_INTEGER,
      grpc: [{ target: `${['a', 'b', 'c', 'd'].map((label) => label.repeat(60)).join('.')}:65535` }],
      libp2p: [{ multiaddr: `/dns4/${'n'.repeat(128)}/tcp/4001/p2p/${'1'.repeat(64)}` }],
      embargoDays: 365,
      replyByDays: 365,
    });
    const file = await writeCard(card, await testKeys('cert'), TEST_NOW);
    const read = await readCard(file, TEST_NOW);
    if (!read.ok) throw new Error(read.fault.code);
    const order = { act: 'peer_add', card: read.value, text: file } as const;
    const body = { kind: 'order', by: 'Ada', order } as const;
    expect(readHome(writeHome(body))).toEqual(body);
  });

  test('line ends of another system and a missing last one change nothing', async () => {
    const file = await writeCard(await testCard('cert', FULL), await testKeys('cert'), TEST_NOW);
    expect(await codeOf(file.replaceAll(/\r?\n/g, '\r\n'))).toBe('ok');
    expect(await codeOf(file.trimEnd())).toBe('ok');
  });

  const lines: readonly (readonly [string, (text: string) => string])[] = [
    ['an unknown line', (text) => text.replace('Zone:', 'Colour: blue\nZone:')],
    ['a line twice', (text) => text.replace('Zone: Etc/UTC\n', 'Zone: Etc/UTC\nZone: Etc/UTC\n')],
    ['a line missing', (text) => text.replace('Zone: Etc/UTC\n', '')],
    [
      'lines in another order',
      (text) => text.replace('Role: centre\nMode: drill\n', 'Mode: drill\nRole: centre\n'),
    ],
    ['another version', (text) => text.replace('Isochron-Card: 1', 'Isochron-Card: 2')],
    ['a number with a zero before it', (text) => text.replace('Sequence: 1', 'Sequence: 01')],
    ['sequence 0', (text) => text.replace('Sequence: 1', 'Sequence: 0')],
    ['a role that is none', (text) => text.replace('Role: centre', 'Role: hub')],
    ['a role of every object', (text) => text.replace('Role: centre', 'Role: toString')],
    [
      'a node id in capitals',
      (text) => text.replace(/Node: .*/, (line) => `Node: ${line.slice(6).toUpperCase()}`),
    ],
    ['no language', (text) => text.replace('Language: en\n', '')],
    [
      'a date that does not exist',
      (text) => text.replace(/Expires: \d{4}/, 'Expires: 2027-02-30T00:00:00Z #'),
    ],
    ['a time with an offset', (text) => text.replace(/(Expires: .*)Z/, '$1+00:00')],
    ['an embargo of no days', (text) => text.replace('Embargo-Days: 45', 'Embargo-Days: 0')],
    ['a reply-by under three days', (text) => text.replace('Reply-By-Days: 7', 'Reply-By-Days: 2')],
    [
      'an address and no pin',
      (text) => text.replace(/Tls-Pin: .*\n/, '').replace('Log-Key', 'Grpc: a.example:1\nLog-Key'),
    ],
    ['the log key of another node', (text) => text.replace(/(Log-Key: isochron.node\/)./, '$1x')],
    ['a name that turns its direction', (text) => text.replace('Name: TEST', 'Name: \u202eTEST')],
    ['a name in another normal form', (text) => text.replace('Name: TEST', 'Name: e\u0301')],
    ['a blank line', (text) => text.replace('Zone:', '\nZone:')],
  ];

  test.each(lines)('a signed card with %s is refused: CARD_MALFORMED', async (_, change) => {
    const text = await textOfCard();
    const changed = change(text);
    expect(changed).not.toBe(text);
    expect(await codeOf(await signed(changed))).toBe('CARD_MALFORMED');
  });

  test('the same file without the change is read', async () => {
    expect(await codeOf(await signed(await textOfCard()))).toBe('ok');
  });

  const files: readonly (readonly [string, FaultCode, (file: string) => string])[] = [
    ['with a word changed', 'CARD_SIGNATURE', (file) => file.replace('Name: TEST ONLY', 'Name: BEST ONLY')],
    ['with text before it', 'CARD_MALFORMED', (file) => `Please trust me.\n${file}`],
    ['with text after it', 'CARD_MALFORMED', (file) => `${file}Please trust me.\n`],
    ['twice over', 'CARD_MALFORMED', (file) => file + file],
    [
      'with blanks at a line end',
      'CARD_MALFORMED',
      (file) => file.replace('Zone: Etc/UTC', 'Zone: Etc/UTC  '),
    ],
    [
      'without its signature',
      'CARD_MALFORMED',
      (file) => file.slice(0, file.indexOf('-----BEGIN PGP SIGNATURE')),
    ],
    ['that is empty', 'CARD_MALFORMED', () => ''],
    ['over the bound', 'CARD_MALFORMED', (file) => file + '\n'.repeat(70_000)],
  ];

  test.each(files)('a card file %s: %s', async (_, code, change) => {
    const file = await writeCard(await testCard('cert'), await testKeys('cert'), TEST_NOW);
    expect(await codeOf(change(file))).toBe(code);
  });

  test('CARD_SIGNATURE: the signature of one card under the text of another', async () => {
    const keys = await testKeys('cert');
    const [one, two] = await Promise.all(
      [1, 2].map(async (sequence) => writeCard(await testCard('cert', { sequence }), keys, TEST_NOW)),
    );
    const at = (file: string) => file.indexOf('-----BEGIN PGP SIGNATURE');
    if (!one || !two) fail();
    expect(await codeOf(one.slice(0, at(one)) + two.slice(at(two)))).toBe('CARD_SIGNATURE');
  });

  test('CARD_SIGNATURE: a certificate whose fingerprint is not the node id', async () => {
    const other = (await testKeys('stranger')).certificate.key.write();
    const text = writeCardText({ ...(await testCard('cert')), certificate: other });
    expect(await codeOf(await signed(text))).toBe('CARD_SIGNATURE');
  });

  test('CARD_EXPIRED, at the very instant', async () => {
    const expiresAt = after(TEST_NOW, DAY);
    const file = await writeCard(await testCard('cert', { expiresAt }), await testKeys('cert'), TEST_NOW);
    expect(await codeOf(file, after(expiresAt, -1))).toBe('ok');
    expect(await codeOf(file, expiresAt)).toBe('CARD_EXPIRED');
  });

  test('KEY_EXPIRED and KEY_PROFILE come before anything the card says', async () => {
    const file = await writeCard(await testCard('cert'), await testKeys('cert'), TEST_NOW);
    expect(await codeOf(file, after(TEST_NOW, 800 * DAY))).toBe('KEY_EXPIRED');
    const weak = Buffer.from(
      testCertificate('rsa-2048')
        .split(/\r?\n\r?\n/)[1]
        ?.split('\n=')[0] ?? '',
      'base64',
    );
    const text = writeCardText({ ...(await testCard('cert')), certificate: new Uint8Array(weak) });
    expect(await codeOf(await signed(text))).toBe('KEY_PROFILE');
  });

  test('a card of somebody else, or out of bounds, is not written', async () => {
    const keys = await testKeys('cert');
    await expect(writeCard(await testCard('nisc'), keys, TEST_NOW)).rejects.toMatchObject({
      fault: { code: 'CARD_MALFORMED', where: 'Node' },
    });
    const bad = await testCard('cert', { name: 'two\nlines' });
    await expect(writeCard(bad, keys, TEST_NOW)).rejects.toMatchObject({
      fault: { code: 'CARD_MALFORMED', where: 'Name' },
    });
    await expect(writeCard(await testCard('cert'), keys, after(TEST_NOW, 800 * DAY))).rejects.toMatchObject({
      fault: { code: 'KEY_EXPIRED' },
    });
  });

  test('readCardText survives any lines, and gives back only what writes the same text', async () => {
    const good = (await textOfCard(FULL)).split('\n');
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.string({ unit: 'binary', maxLength: 40 }), (at, line) => {
        const text = good.with(at, line).join('\n');
        const read = readCardText(text);
        if (read.ok) expect(writeCardText(read.value)).toBe(text);
      }),
      { seed: 9, numRuns: 150 },
    );
  });
});
