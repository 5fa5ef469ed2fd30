/** Backups and restores with real homes: what is written, how it is checked, and how a node comes back from it. */
import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ComposedNode } from '../../node/cli/compose.js';
import { houseAlarms } from '../../node/core/duties.js';
import { befriend, eventually, freePort, openWorld, type World } from './homes.js';

let world: World;
let us: ComposedNode;
let jp: string;
const backup = (name = 'backup') => join(world.folder, name);

beforeAll(async () => {
  world = await openWorld();
  for (const [home, name] of [
    ['us', 'CERT/CC'],
    ['jp', 'JPCERT/CC'],
  ] as const)
    await world.init(home, name, 'centre', '--listen', `localhost:${await freePort()}`);
  us = await world.run('us');
  await world.run('jp');
  jp = await befriend(world, 'us', 'jp');
  await befriend(world, 'jp', 'us');
  await eventually(
    'the first Hello is answered',
    async () => us.node.state().life.answers.size,
    (answers) => answers === 1,
  );
}, 60_000);

afterAll(() => world.close());

async function openCase(title: string): Promise<void> {
  const { case: id } = await world.ask<{ case: string }>(
    'us',
    ...[
      'case',
      'open',
      '--title',
      title,
      '--kind',
      'software_product',
      '--scope',
      'protocol',
      '--tlp',
      'AMBER',
    ],
  );
  await world.ask('us', 'case', 'tell', id, '--to', jp);
}

describe('backup', () => {
  test('§10: is written while the node runs, and verified by its files alone', async () => {
    await openCase('Before the backup');
    const written = await world.ask<{ feeds: number; entries: number }>('us', 'backup', 'create', backup());
    expect(written.feeds).toBeGreaterThanOrEqual(2);
    const verified = await world.ask<{ feeds: number; entries: number; node: string }>(
      'nowhere',
      ...['backup', 'verify', backup()],
    );
    expect(verified).toMatchObject({ feeds: written.feeds, entries: written.entries });
    expect((await stat(backup())).mode & 0o077).toBe(0);
  });

  test('§10: holds no key, and what the case is about only sealed', async () => {
    const words = ['PRIVATE KEY', 'Before the backup', 'passphrase'];
    for (const file of await readdir(backup(), { recursive: true })) {
      const place = join(backup(), file);
      if (!(await stat(place)).isFile()) continue;
      const bytes = await readFile(place, 'latin1');
      for (const word of words) expect([file, bytes.includes(word)]).toEqual([file, false]);
    }
  });

  test('never goes into a directory with files in it', async () => {
    expect(await world.refusal('us', 'backup', 'create', backup())).toMatchObject({
      code: 'COMMAND_MALFORMED',
    });
  });

  test.each([
    ['the books', () => 'books', 'STORE_DAMAGED'],
    [
      'an envelope',
      (files: readonly string[]) => files.find((file) => file.endsWith('.pgp')),
      'ENVELOPE_HASH',
    ],
    [
      'a tile',
      (files: readonly string[]) => files.find((file) => /tile\/0\/000\.p\/\d+$/.test(file)),
      'LOG_TILE',
    ],
    [
      'a checkpoint',
      (files: readonly string[]) => files.find((file) => file.endsWith('checkpoint')),
      undefined,
    ],
  ])('one wrong byte in %s is named', async (what, choose, code) => {
    const files = (await readdir(backup(), { recursive: true })).sort();
    const file = choose(files) ?? '';
    if (!(await stat(join(backup(), file))).isFile()) throw new Error(`no file for ${what}`);
    const mend = await spoil(file);
    const refused = await world.refusal('nowhere', 'backup', 'verify', backup());
    expect(refused.code).toMatch(code ?? /^(CHECKPOINT|RECEIPT|LOG)_/);
    await mend();
  });
});

/** Changes one byte of a file of the backup. @returns what puts it back. */
async function spoil(name: string): Promise<() => Promise<void>> {
  const file = join(backup(), name);
  const whole = await readFile(file);
  const spoiled = Buffer.from(whole);
  spoiled[spoiled.length - 3] = (spoiled[spoiled.length - 3] ?? 0) ^ 4;
  await writeFile(file, spoiled);
  return () => writeFile(file, whole);
}

/** Entries of a log, which are read when the store is made. */
function isBundle(file: string): boolean {
  return /tile\/entries\/000\.p\/\d+$/.test(file);
}

describe('restore', () => {
  test('R9: puts a backup back, and the peers return what was said since', async () => {
    await openCase('After the backup');
    await eventually(
      'the peer holds everything',
      async () => us.node.isIdle(),
      (idle) => idle,
    );
    const said = us.node.state().cases.size;
    await us.stop();
    await rename(join(world.home('us'), 'store'), join(world.home('us'), 'lost'));
    const mend = await spoil((await readdir(backup(), { recursive: true })).find(isBundle) ?? '');
    expect(await world.refusal('us', 'restore', backup())).toMatchObject({ code: 'STORE_DAMAGED' });
    // Nothing half is left in the way of a whole one.
    await mend();
    expect(await world.ask('us', 'restore', backup())).toMatchObject({ home: world.home('us') });
    expect(await world.refusal('us', 'restore', backup())).toMatchObject({ code: 'COMMAND_MALFORMED' });
    us = await world.run('us');
    expect(us.node.state().life.restored?.cause).toBe('RESTORED-COPY');
    expect(await readdir(world.home('us'))).not.toContain('RESTORED-COPY');
    await eventually(
      'the lost words are back',
      async () => [us.node.state().cases.size, houseAlarms(us.node.state()).length],
      ([cases, alarms]) => cases === said && alarms === 0,
    );
    const { alarms } = await world.ask<{ alarms: readonly { alarm: string }[] }>('us', 'status');
    expect(alarms.filter(({ alarm }) => alarm === 'restored')).toEqual([]);
    expect(await world.ask('us', 'log', 'verify')).toMatchObject({ faults: 0 });
  }, 60_000);

  test('§4: with --empty, everything that peers hold comes back once they are verified again', async () => {
    const said = us.node.state().cases.size;
    await us.stop();
    await rm(join(world.home('us'), 'store'), { recursive: true });
    await rm(join(world.home('us'), 'guard'));
    await world.ask('us', 'restore', '--empty');
    us = await world.run('us');
    const { alarms } = await world.ask<{ alarms: readonly { alarm: string }[] }>('us', 'status');
    expect(alarms.map(({ alarm }) => alarm)).toEqual(['restored']);
    await befriend(world, 'us', 'jp');
    await eventually(
      'the cases are back',
      async () => us.node.state().cases.size,
      (cases) => cases === said,
    );
  }, 60_000);

  test.each([
    ['no directory and not --empty', [], 'COMMAND_MALFORMED'],
    ['a directory that is no backup', ['fixtures'], 'LOG_FILE'],
  ])('refuses %s', async (_, words, code) => {
    await world.init('spare', 'Spare', 'centre').catch(() => undefined);
    await rm(join(world.home('spare'), 'store'), { recursive: true, force: true });
    expect(await world.refusal('spare', 'restore', ...words)).toMatchObject({ code });
  });

  test('refuses the backup of another node', async () => {
    expect(await world.refusal('spare', 'restore', backup())).toMatchObject({ code: 'KEY_UNKNOWN' });
  });
});
