/** `log repair` on real homes: a damaged store is made anew, and the peers give back what it lost, entry by entry. */
import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ComposedNode } from '../../node/cli/compose.js';
import { loadConfig } from '../../node/cli/config.js';
import { openHome } from '../../node/cli/open-home.js';
import { houseAlarms } from '../../node/core/duties.js';
import { feedKey } from '../../node/core/ids.js';
import { entriesOf } from '../../node/store/verify.js';
import { befriend, eventually, freePort, openWorld, type World } from './homes.js';

const NAMES = { us: 'CERT/CC', jp: 'JPCERT/CC', uk: 'NISCC' } as const;
type Home = keyof typeof NAMES;
const HOMES = Object.keys(NAMES) as Home[];

let world: World;
const running = new Map<Home, ComposedNode>();
const ids = new Map<Home, string>();
const store = () => join(world.home('us'), 'store');

beforeAll(async () => {
  world = await openWorld();
  for (const home of HOMES)
    await world.init(home, NAMES[home], 'centre', '--listen', `localhost:${await freePort()}`);
  for (const home of HOMES) running.set(home, await world.run(home));
  for (const one of HOMES)
    for (const other of HOMES) if (one !== other) ids.set(other, await befriend(world, one, other));
  await calm();
}, 120_000);

afterAll(() => world.close());

const us = () => running.get('us') as ComposedNode;

async function calm(): Promise<void> {
  await eventually(
    'everybody has heard everything',
    async () => [...running.values()].map(({ node }) => node.isIdle() && node.links().length === 2),
    (idle) => idle.every(Boolean),
    60_000,
  );
}

async function openCase(title: string): Promise<void> {
  const asked = ['--title', title, '--kind', 'software_product', '--scope', 'protocol', '--tlp', 'AMBER'];
  const { case: id } = await world.ask<{ case: string }>('us', 'case', 'open', ...asked);
  for (const to of ['jp', 'uk'] as const) {
    await world.ask('us', 'case', 'tell', id, '--to', ids.get(to) as string);
    await calm();
    for (const text of ['Look at this.', 'And at that.', 'And at those.'])
      await world.ask('us', 'inquiry', 'send', id, '--to', ids.get(to) as string, '--text', text);
    for (const text of ['Which versions?', 'Since when?', 'By whom?'])
      await world.ask(to, 'inquiry', 'send', id, '--to', ids.get('us') as string, '--text', text);
  }
  await calm();
}

/** Every entry of every feed of a home whose node does not run, byte for byte. */
async function feedsOf(home: Home): Promise<ReadonlyMap<string, readonly string[]>> {
  const config = await loadConfig(world.home(home));
  if (!config.ok) throw new Error(config.fault.code);
  const opened = await openHome(config.value, 'full');
  if (!opened.ok) throw new Error(opened.fault.code);
  const { feeds } = opened.value;
  const held = new Map<string, readonly string[]>();
  for (const { feed } of feeds.heads()) {
    const texts: string[] = [];
    for await (const { leaf, envelope } of entriesOf(feeds, feed))
      texts.push(Buffer.concat([leaf, envelope]).toString('latin1'));
    held.set(feedKey(feed), texts);
  }
  await feeds.close();
  return held;
}

const isHome = (feed: string) => feed === `${ids.get('us')}>${ids.get('us')}`;

/** Stops the node and writes down what it holds; opening it once makes a table of the log. */
async function stopped(): Promise<ReadonlyMap<string, readonly string[]>> {
  await calm();
  await us().stop();
  return feedsOf('us');
}

async function start(): Promise<void> {
  running.set('us', await world.run('us'));
  await calm();
}

/** What stood in each feed with a peer stands there again, and nothing else; behind it there may be news. */
async function expectBack(before: ReadonlyMap<string, readonly string[]>): Promise<void> {
  await us().stop();
  const after = await feedsOf('us');
  for (const [feed, texts] of before)
    if (!isHome(feed)) expect([feed, after.get(feed)]).toEqual([feed, texts]);
  expect(await world.ask('us', 'log', 'verify')).toMatchObject({ faults: 0 });
  await start();
}

/**
 * The entries of one feed lie somewhere in the files of the store: flips a bit in one envelope, in the middle of them where
 * nothing else is said. What shares its block is lost with it, and that must not be the home feed, which nobody returns.
 */
async function spoilEntry(
  texts: readonly string[] = [],
  entry: number = Math.floor(texts.length / 2),
): Promise<string> {
  const text = texts[entry] ?? '';
  expect(texts.length).toBeGreaterThan(5);
  for (const file of (await readdir(store())).filter((name) => /\.(ldb|log)$/.test(name))) {
    const bytes = await readFile(join(store(), file));
    const at = bytes.indexOf(Buffer.from(text.slice(-200), 'latin1'));
    if (at < 0) continue;
    bytes[at + 100] = (bytes[at + 100] ?? 0) ^ 1;
    await writeFile(join(store(), file), bytes);
    return file;
  }
  throw new Error('the entry is in no file');
}

interface Repair {
  readonly repaired: boolean;
  readonly aside: string;
  readonly damage: { readonly code: string; readonly where: string };
  readonly entries: number;
  readonly lost: readonly { readonly author: string; readonly kept: number; readonly size: number }[];
}

interface Verified {
  readonly faults: number;
  readonly partial: number;
  readonly feeds: readonly { readonly feed: string; readonly partial?: boolean }[];
}

interface Standing {
  readonly at: string | null;
  readonly missing: number;
  readonly feeds: readonly { readonly missing: number; readonly standing: string; readonly feed: string }[];
}

describe('log repair', () => {
  test('LOG-5: refuses while the node runs, and leaves a store alone that is whole', async () => {
    expect(await world.refusal('us', 'log', 'repair')).toMatchObject({ code: 'SOCKET_IN_USE' });
    await us().stop();
    expect(await world.ask('us', 'log', 'repair')).toEqual({ repaired: false });
    expect(await readdir(world.home('us'))).not.toContain('repair.json');
    expect(await world.ask<Standing>('us', 'log', 'repaired')).toMatchObject({ at: null });
    await start();
  }, 60_000);

  test('LOG-5: a flipped bit in a table; every feed comes back byte for byte, from whom it says', async () => {
    await openCase('Before the damage');
    await openCase('A flipped bit');
    const before = await stopped();
    const spoiled = `${ids.get('us')}>${ids.get('jp')}`;
    const file = await spoilEntry(before.get(spoiled));
    await expect(world.run('us')).rejects.toMatchObject({ fault: { code: 'STORE_DAMAGED', where: file } });

    const files = await readdir(store());
    const repair = await world.ask<Repair>('us', 'log', 'repair');
    expect(repair).toMatchObject({ repaired: true, damage: { code: 'STORE_DAMAGED', where: file } });
    expect(repair.lost.length).toBeGreaterThan(0);
    // The damaged store is kept as it was.
    expect((await readdir(join(world.home('us'), repair.aside))).filter((name) => name !== 'LOG')).toEqual(
      expect.arrayContaining(files.filter((name) => /ldb|MANIFEST|CURRENT/.test(name))),
    );
    expect((await world.ask<Standing>('us', 'log', 'repaired')).missing).toBeGreaterThan(0);

    await start();
    expect(us().node.state().life.restored?.cause).toBe('RESTORED-COPY');
    await eventually(
      'what was lost is back',
      async () => houseAlarms(us().node.state()).length,
      (alarms) => alarms === 0,
    );
    const { feeds } = await world.ask<Standing>('us', 'log', 'repaired');
    // An order that shares the damaged block, or the damaged record, is lost with it: nobody else has the home feed.
    for (const { feed, standing } of feeds)
      expect([feed, standing]).toEqual([feed, isHome(feed) ? 'lost' : 'back']);
    await expectBack(before);
  }, 120_000);

  test('LOG-5: the newest log is gone; what only this node had is named as lost', async () => {
    const before = await stopped();
    await start();
    await openCase('A missing file');
    await us().stop();
    const [log = ''] = (await readdir(store()))
      .filter((name) => name.endsWith('.log'))
      .sort()
      .reverse();
    await rename(join(store(), log), join(world.folder, log));
    const repair = await world.ask<Repair>('us', 'log', 'repair');
    expect(repair.damage).toMatchObject({ code: 'STORE_DAMAGED', where: log });
    await start();
    await eventually(
      'the case is back',
      async () => us().node.state().cases.size,
      (cases) => cases === 3,
    );
    const { feeds } = await world.ask<Standing>('us', 'log', 'repaired');
    // Nobody else has the home feed: what was ordered since the last table is gone, what was said is not.
    for (const { feed, standing } of feeds)
      expect([feed, standing]).toEqual([feed, isHome(feed) ? 'lost' : 'back']);
    await us().stop();
    const after = await feedsOf('us');
    for (const [feed, texts] of before)
      expect([feed, after.get(feed)?.slice(0, texts.length)]).toEqual([feed, texts]);
    const jp = running.get('jp') as ComposedNode;
    await jp.stop();
    const theirs = await feedsOf('jp');
    for (const feed of [`${ids.get('us')}>${ids.get('jp')}`, `${ids.get('jp')}>${ids.get('us')}`])
      expect([feed, after.get(feed)]).toEqual([feed, theirs.get(feed)]);
    running.set('jp', await world.run('jp'));
    await start();
    expect(await world.ask('us', 'log', 'verify')).toMatchObject({ faults: 0 });
  }, 120_000);

  test('LOG-5: with a backup even the home feed is whole; one of another node is refused', async () => {
    await openCase('In the backup');
    const backup = join(world.folder, 'backup');
    await world.ask('us', 'backup', 'create', backup);
    await world.ask('jp', 'backup', 'create', join(world.folder, 'theirs'));
    await calm();
    await us().stop();
    const [log = ''] = (await readdir(store()))
      .filter((name) => name.endsWith('.log'))
      .sort()
      .reverse();
    await rm(join(store(), log));
    const stranger = await world.refusal('us', 'log', 'repair', '--backup', join(world.folder, 'theirs'));
    expect(stranger).toMatchObject({ code: 'KEY_UNKNOWN' });
    const none = await world.refusal('us', 'log', 'repair', '--backup', world.folder);
    expect(none).toMatchObject({ code: 'LOG_FILE' });
    const repair = await world.ask<Repair>('us', 'log', 'repair', '--backup', backup);
    // The sender of a clock or of an answer may have been entered after the backup; no order was.
    const home = repair.lost.find(({ author }) => author === ids.get('us') && isHome(`${author}>${author}`));
    expect(home === undefined ? 0 : home.size - home.kept).toBeLessThan(4);
    const cases = await world.ask<{ cases: readonly { title: string }[] }>('us', 'case', 'list');
    expect(cases.cases.map(({ title }) => title)).toContain('In the backup');
    await start();
    expect(await world.ask('us', 'log', 'verify')).toMatchObject({ faults: 0 });
  }, 120_000);

  test('LOG-5: interrupted between the two renames, it is finished by the next one', async () => {
    await stopped();
    await rename(store(), join(world.home('us'), 'store-damaged-by-hand'));
    await rename(join(world.home('us'), 'store-damaged-by-hand'), `${store()}-repaired`);
    await expect(world.run('us')).rejects.toMatchObject({ fault: { code: 'STORE_ABSENT' } });
    expect(await world.ask('us', 'log', 'repair')).toEqual({ repaired: false });
    await start();
  }, 60_000);

  test('LOG-5: what an interrupted repair left behind is swept away by the next one', async () => {
    const before = await stopped();
    for (const left of ['repaired', 'salvage', 'lock']) {
      const place = `${store()}-${left}`;
      await rm(place, { recursive: true, force: true });
      await writeFile(place, 'half');
    }
    await spoilEntry(before.get(`${ids.get('uk')}>${ids.get('us')}`), 0);
    expect(await world.ask<Repair>('us', 'log', 'repair')).toMatchObject({ repaired: true });
    expect((await readdir(world.home('us'))).filter((name) => /repaired|salvage|lock/.test(name))).toEqual(
      [],
    );
    // A feed that waits for its author is no fault, and no less named where nothing of it was left.
    const verified = await world.ask<Verified>('us', 'log', 'verify');
    expect(verified).toMatchObject({ faults: 0 });
    expect(verified.partial).toBeGreaterThan(0);
    expect(verified.feeds.find(({ feed }) => feed === `${ids.get('uk')}>${ids.get('us')}`)).toMatchObject({
      size: 0,
      partial: true,
    });
    await start();
    await expectBack(before);
  }, 120_000);

  test.each([
    ['a guard that is gone as well', () => rm(join(world.home('us'), 'guard'))],
    ['a lock file that is gone as well', () => rm(join(store(), 'LOCK'))],
  ])(
    'LOG-5: works with %s',
    async (_, lose) => {
      const before = await stopped();
      await spoilEntry(before.get(`${ids.get('us')}>${ids.get('uk')}`));
      await lose();
      expect(await world.ask<Repair>('us', 'log', 'repair')).toMatchObject({ repaired: true });
      await start();
      await expectBack(before);
    },
    120_000,
  );

  test('says so where there is no store, no home, and a record that nobody can read', async () => {
    expect(await world.refusal('nowhere', 'log', 'repair')).toMatchObject({ code: 'CONFIG_MISSING' });
    await us().stop();
    const record = join(world.home('us'), 'repair.json');
    const text = await readFile(record, 'utf8');
    expect((await stat(record)).mode & 0o077).toBe(0);
    await writeFile(record, '{"format":1}');
    expect(await world.refusal('us', 'log', 'repair')).toMatchObject({
      code: 'STORE_DAMAGED',
      where: 'repair',
    });
    await writeFile(record, text.replace('"format":1', '"format":2'));
    expect(await world.refusal('us', 'log', 'repair')).toMatchObject({
      code: 'STORE_FORMAT',
      where: 'repair',
    });
    await writeFile(record, text);
    await rename(store(), `${store()}-away`);
    expect(await world.refusal('us', 'log', 'repair')).toMatchObject({ code: 'STORE_ABSENT' });
    await rename(`${store()}-away`, store());
    await start();
  }, 60_000);
});
