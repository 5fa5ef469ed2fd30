import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestPerson, testPerson, vendorCertificate } from '../support/certificates.js';
import { befriend, DRILL_START, openWorld, type World } from './homes.js';

let world: World;
beforeAll(async () => {
  world = await openWorld();
  await world.init('cert', 'CERT', 'centre');
  await world.init('vendor', 'Vendor', 'vendor');
  await world.run('cert');
  await befriend(world, 'cert', 'vendor');
}, 60_000);
afterAll(() => world.close());

interface Shown {
  readonly alarms: readonly { readonly alarm: string; readonly words: string }[];
}

describe('DESIGN §1: what ends is told 30 days before', () => {
  test('status is quiet before, and then names the own card, that of the peer and the remedy; exit 4', async () => {
    await world.ask('cert', 'drill', 'jump', '--to', '2028-01-29T00:00:00Z');
    expect(await world.type('cert', 'status')).toMatchObject({ exit: 0 });
    await world.ask('cert', 'drill', 'jump', '--to', '2028-01-31T09:00:00Z');
    const { exit, out } = await world.type('cert', '--json', 'status');
    expect(exit).toBe(4);
    const { alarms } = JSON.parse(out) as Shown;
    expect(alarms.map(({ alarm }) => alarm)).toEqual(['card_expires', 'card_expires']);
    expect(alarms[0]?.words).toMatch(/^Our own card ends .*"card renew"/);
    expect(alarms[1]?.words).toMatch(/^The card of Vendor ends /);
    // The same as events, for whoever watches the journal.
    expect(world.journal.filter((line) => line.includes('"alarm":"card_expires"'))).toHaveLength(2);
  });

  test('status names keys that end, our own and those of peers', async () => {
    await world.ask('cert', 'drill', 'jump', '--to', '2029-02-10T00:00:00Z');
    const { alarms } = await world.ask<Shown>('cert', 'status');
    expect(alarms.filter(({ alarm }) => alarm === 'key_expires').map(({ words }) => words)).toEqual([
      expect.stringMatching(/^Our own key .*make new subkeys/),
      expect.stringMatching(/^The key of Vendor /),
    ]);
  });
});

describe('keys of persons that sign mail for a vendor', () => {
  const START = Date.parse(DRILL_START);
  let house: World;
  let nora: TestPerson;

  const jump = (to: string) => house.ask('cert', 'drill', 'jump', '--to', to);
  const alarms = async () => (await house.ask<Shown>('cert', 'status')).alarms;
  const file = async (name: string, text: string) => {
    await writeFile(join(house.folder, name), text);
    return join(house.folder, name);
  };
  const onFile = async (path: string) => {
    const checked = ['--fingerprint', nora.fingerprint, '--method', 'telephone'];
    await house.ask('cert', 'vendor', 'key', 'ame', 'Nora Nord', '--certificate', path, ...checked);
  };

  beforeAll(async () => {
    house = await openWorld();
    await house.init('cert', 'CERT', 'centre');
    await house.run('cert');
    nora = await testPerson(START);
    // That of the organisation ends later.
    const letters = await file('ame.asc', await vendorCertificate('good', START + 49 * 86_400_000));
    const { node } = await house.ask<{ node: string }>(
      'cert',
      ...['peer', 'add', letters, '--mail', 'psirt@ame.example', '--name', 'Ame'],
    );
    await house.ask('cert', 'peer', 'verify', node, '--fingerprint', node, '--method', 'telephone');
    const contact = ['--name', 'Ame', '--key', 'ame', '--node', 'Ame'];
    await house.ask(
      'cert',
      'vendor',
      'add',
      ...contact,
      '--person',
      'Nora Nord / developer / n@ame.example /',
    );
    await onFile(await file('nora.asc', nora.certificate));
  }, 60_000);
  afterAll(() => house.close());

  test('are told 30 days before they end, with what to do; the event names the key and no person', async () => {
    await jump('2028-01-14T00:00:00Z');
    expect(await alarms()).toEqual([]);
    await jump('2028-01-16T00:00:00Z');
    expect(await alarms()).toEqual([
      {
        case: null,
        alarm: 'person_key_expires',
        words: expect.stringMatching(
          /^The key by which Nora Nord signs for Ame ends 2028-02-14T.*"vendor key ame 'Nora Nord' --certificate /,
        ),
      },
    ]);
    const events = house.journal.filter((line) => line.includes('person_key_expires'));
    expect(events).toEqual([expect.stringContaining(`"key":"${nora.fingerprint}"`)]);
    expect(events.join('')).not.toContain('Nora');
  });

  test('one that has ended is still an alarm, and holds up no telling: letters go to the key of the vendor', async () => {
    await jump('2028-02-15T00:00:00Z');
    const ended = (await alarms()).filter(({ alarm }) => alarm === 'person_key_expires');
    expect(ended.map(({ words }) => words)).toEqual([
      expect.stringMatching(/^The key by which .* has ended; /),
    ]);
    const { case: held } = await house.ask<{ case: string }>('cert', 'case', 'open', '--title', 'A flaw');
    expect(await house.ask('cert', 'case', 'notify', held)).toMatchObject({
      tell: [{ name: 'Ame' }],
      cannot: [],
    });
  });

  test('one that was revoked is no alarm: it stays on file so that what it signs is refused by that name', async () => {
    await onFile(await file('nora-revoked.asc', nora.revoked));
    expect((await alarms()).filter(({ alarm }) => alarm === 'person_key_expires')).toEqual([]);
  });
});
