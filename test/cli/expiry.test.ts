import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { befriend, openWorld, type World } from './homes.js';

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
