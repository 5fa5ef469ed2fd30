/** What is typed and what comes back: making a home, exchanging cards, and every way in which a start is refused. */
import { chmod, cp, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FORMAT, metaKey, uint } from '../../node/store/keys.js';
import { levelAt } from '../../node/store/level.js';
import { rowsOf } from '../../node/store/rows.js';
import { befriend, openWorld, type World } from './homes.js';

let world: World;

beforeAll(async () => {
  world = await openWorld();
  await world.init('cert', 'CERT/CC', 'centre');
  await world.init('jp', 'JPCERT/CC', 'centre');
});

afterAll(() => world.close());

/** A copy of a home that a test may spoil. */
async function spoiled(name: string, of = 'cert'): Promise<string> {
  await cp(world.home(of), world.home(name), { recursive: true });
  return world.home(name);
}

describe('init', () => {
  test('makes everything for its owner only, and prints the fingerprint', async () => {
    const typed = await world.type(
      'fresh',
      'init',
      '--name',
      'Vendor',
      '--role',
      'vendor',
      '--zone',
      'UTC',
      '--drill',
    );
    expect(typed.exit).toBe(0);
    expect(typed.out).toMatch(/fingerprint {2}(?:[0-9A-F]{4} ){9}[0-9A-F]{4}/);
    for (const place of [
      '',
      'keys',
      'store',
      'passphrase',
      'isochron.json',
      'guard',
      'keys/sealed-keys.json',
    ])
      expect((await stat(join(world.home('fresh'), place))).mode & 0o077, place).toBe(0);
  });

  test('never touches a home that is there', async () => {
    const before = await readFile(join(world.home('cert'), 'own.card.asc'), 'utf8');
    const refused = await world.refusal(
      ...(['cert', 'init', '--name', 'Other', '--role', 'vendor', '--zone', 'UTC'] as const),
    );
    expect(refused).toMatchObject({ code: 'COMMAND_MALFORMED', exit: 2 });
    expect(await readFile(join(world.home('cert'), 'own.card.asc'), 'utf8')).toBe(before);
  });

  test('names the field that is wrong, with what belongs there', async () => {
    const typed = await world.type('no', 'init', '--name', 'X', '--role', 'vendor', '--zone', 'Nowhere');
    expect(typed).toMatchObject({ exit: 2, out: '' });
    expect(typed.err).toBe(
      'isochron: CONFIG_FIELD: A field of the configuration is wrong. (where /zone)\n  expected: an IANA time zone, such as "Asia/Tokyo"',
    );
  });
});

describe('cards and peers', () => {
  test('CARD-M7: a card is put on file, verified by its typed fingerprint, listed, and removed', async () => {
    await spoiled('cards');
    const node = await world.run('cards');
    const card = join(world.folder, 'jp.card.asc');
    const fingerprint = /^Node: (\w+)$/m.exec(await readFile(card, 'utf8'))?.[1] ?? '';
    const added = await world.type('cards', 'peer', 'add', card);
    expect(added.out).toBe(
      `JPCERT/CC (centre) is on file, unverified\n  ask for its fingerprint over another channel; the card says ${fingerprint}`,
    );
    const wrong = `${fingerprint.slice(0, -1)}${fingerprint.endsWith('0') ? '1' : '0'}`;
    const verify = (typed: string) => [
      'peer',
      'verify',
      'JPCERT/CC',
      '--fingerprint',
      typed,
      '--method',
      'telephone',
    ];
    expect(await world.refusal('cards', ...verify(wrong))).toMatchObject({
      code: 'FINGERPRINT_MISMATCH',
      exit: 1,
    });
    expect(await world.refusal('cards', ...verify(fingerprint.slice(0, 16)))).toMatchObject({
      code: 'FINGERPRINT_MISMATCH',
    });
    const spoken = fingerprint.toUpperCase().replaceAll(/(.{4})/g, '$1 ');
    expect((await world.type('cards', ...verify(spoken))).out).toContain('JPCERT/CC is verified');
    const { peers } = await world.ask<{
      peers: { standing: string; verified: { by: string; method: string } }[];
    }>('cards', 'peer', 'list');
    expect(peers).toMatchObject([
      { standing: 'verified', verified: { by: 'Officer of CERT/CC', method: 'telephone' } },
    ]);
    expect(await world.refusal('cards', 'peer', 'add', card)).toMatchObject({ code: 'CARD_STALE', exit: 1 });
    const own = join(world.folder, 'cert.card.asc');
    expect(await world.refusal('cards', 'peer', 'add', own)).toMatchObject({ code: 'CARD_STALE' });
    expect((await world.type('cards', 'peer', 'remove', fingerprint.slice(0, 10))).exit).toBe(0);
    expect(await world.refusal('cards', 'peer', 'remove', 'Nobody')).toMatchObject({ code: 'PEER_UNKNOWN' });
    await node.stop();
    const after = await world.ask<{ peers: { standing: string }[] }>('cards', 'peer', 'list');
    expect(after.peers).toMatchObject([{ standing: 'removed' }]);
  });

  test('a card that was touched, a production card, and what is no card are refused by name', async () => {
    await spoiled('doubt');
    const node = await world.run('doubt');
    const text = await readFile(join(world.folder, 'jp.card.asc'), 'utf8');
    const offer = async (changed: string) => {
      const file = join(world.folder, 'changed.card.asc');
      await writeFile(file, changed);
      return world.refusal('doubt', 'peer', 'add', file);
    };
    expect(await offer(text.replace('Embargo-Days: 45', 'Embargo-Days: 90'))).toMatchObject({
      code: 'CARD_SIGNATURE',
    });
    expect(await offer('hello')).toMatchObject({ code: 'CARD_MALFORMED' });
    expect(await offer('x'.repeat(200_000))).toMatchObject({ code: 'CARD_MALFORMED', where: 'size' });
    await node.stop();
  });

  test('an order needs the name of an officer', async () => {
    const home = await spoiled('nameless');
    const config = JSON.parse(await readFile(join(home, 'isochron.json'), 'utf8')) as Record<string, unknown>;
    delete config['officer'];
    await writeFile(join(home, 'isochron.json'), JSON.stringify(config));
    const node = await world.run('nameless');
    const card = join(world.folder, 'jp.card.asc');
    expect(await world.refusal('nameless', 'peer', 'add', card)).toMatchObject({
      code: 'COMMAND_MALFORMED',
      where: 'officer',
      exit: 2,
    });
    expect((await world.type('nameless', '--officer', 'Somebody', 'peer', 'add', card)).exit).toBe(0);
    await node.stop();
  });

  test('card renew raises the sequence, and an own card on file is updated by it', async () => {
    await spoiled('renewed', 'jp');
    const { sequence } = await world.ask<{ sequence: number }>('renewed', 'card', 'renew');
    expect(sequence).toBe(2);
    await world.ask('renewed', 'card', 'export', '-o', join(world.folder, 'renewed.card.asc'));
    await spoiled('keeper');
    const node = await world.run('keeper');
    await befriend(world, 'keeper', 'jp');
    await world.ask('keeper', 'peer', 'add', join(world.folder, 'renewed.card.asc'));
    const { peers } = await world.ask<{ peers: unknown[] }>('keeper', 'peer', 'list');
    expect(peers).toMatchObject([{ cardSequence: 2, standing: 'verified' }]);
    await node.stop();
  });
});

describe('while no node runs', () => {
  test('what only looks is answered from the store', async () => {
    expect(await world.ask('cert', 'peer', 'list')).toEqual({ peers: [] });
    expect(await world.ask('cert', 'case', 'list')).toEqual({ cases: [] });
    expect(await world.ask('cert', 'log', 'verify')).toMatchObject({ entries: 0, faults: 0 });
    const status = await world.type('cert', 'status');
    expect(status).toMatchObject({ exit: 0 });
    expect(status.out).toContain('not running');
  });

  test.each([
    ['case', 'open', '--title', 'x'],
    ['case', 'acknowledge', 'x'],
    ['settlement', 'approve', 'x', '--at', '2027-01-01T00:00:00Z'],
    ['drill', 'clock'],
    ['drill', 'jump', '--to', '2027-01-01T00:00:00Z'],
  ])('%s %s says that the node does not run', async (...words) => {
    expect(await world.refusal('cert', ...words)).toMatchObject({ code: 'NODE_NOT_RUNNING', exit: 3 });
  });

  test('doctor finds nothing wrong, and then what is wrong', async () => {
    const home = await spoiled('sick');
    const well = await world.ask<{ checks: { check: string; verdict: string }[] }>('sick', 'doctor');
    // The runtime's own zone data may be older than the shipped release; everything else is well.
    expect(well.checks.filter(({ check, verdict }) => verdict !== 'ok' && check !== 'zones')).toEqual([]);
    await chmod(join(home, 'keys'), 0o755);
    await rm(join(home, 'guard'));
    const sick = await world.type('sick', '--json', 'doctor');
    expect(sick.exit).toBe(4);
    const { checks } = JSON.parse(sick.out) as {
      checks: { check: string; verdict: string; remedy: string }[];
    };
    const failed = checks.filter(({ verdict }) => verdict === 'fail');
    expect(failed.map(({ check }) => check)).toEqual(['key files', 'guard']);
    for (const { remedy } of failed) expect(remedy).not.toBe('');
  });
});

describe('a production node', () => {
  test('DRL-M1: DRILL_ONLY: its clock is nobody’s toy, and a DRILL card is refused', async () => {
    const who = ['--name', 'Vendor', '--role', 'vendor', '--zone', 'UTC'];
    await world.ask('production', '--officer', 'O', 'init', ...who);
    const node = await world.run('production');
    for (const verb of [['clock'], ['idle'], ['due'], ['jump', '--to', '2030-01-01T00:00:00Z']])
      expect(await world.refusal('production', 'drill', ...verb)).toMatchObject({
        code: 'DRILL_ONLY',
        exit: 1,
      });
    // An exercise of today, whose keys are in force for both.
    await world.ask('exercise', '--officer', 'O', 'init', ...who, '--drill');
    const card = join(world.folder, 'exercise.card.asc');
    await world.ask('exercise', 'card', 'export', '-o', card);
    expect(await world.refusal('production', 'peer', 'add', card)).toMatchObject({
      code: 'PEER_MODE',
      exit: 1,
    });
    await node.stop();
  });
});

describe('a start is refused by name', () => {
  test('no configuration', async () => {
    expect(await world.refusal('nowhere', 'run')).toMatchObject({ code: 'CONFIG_MISSING', exit: 2 });
  });

  test('a field that is not known', async () => {
    const home = await spoiled('field');
    const config = JSON.parse(await readFile(join(home, 'isochron.json'), 'utf8')) as object;
    await writeFile(join(home, 'isochron.json'), JSON.stringify({ ...config, colour: 'blue' }));
    expect(await world.refusal('field', 'run')).toMatchObject({
      code: 'CONFIG_FIELD',
      where: '/colour',
      exit: 2,
    });
  });

  test('wrong passphrase: KEY_LOCKED', async () => {
    const home = await spoiled('locked-keys');
    await writeFile(join(home, 'passphrase'), 'not this one\n', { mode: 0o600 });
    expect(await world.refusal('locked-keys', 'run')).toMatchObject({ code: 'KEY_LOCKED', exit: 6 });
  });

  test('a passphrase that others can read', async () => {
    const home = await spoiled('open-passphrase');
    await chmod(join(home, 'passphrase'), 0o644);
    expect(await world.refusal('open-passphrase', 'run')).toMatchObject({
      code: 'CONFIG_FIELD',
      where: '/passphraseFile',
    });
  });

  test('another node answers on the socket: SOCKET_IN_USE; a socket left behind is removed', async () => {
    await spoiled('twice');
    const node = await world.run('twice');
    expect(await world.refusal('twice', 'run')).toMatchObject({ code: 'SOCKET_IN_USE', exit: 3 });
    // A process that is killed leaves its socket: the file is there and nobody answers.
    await rename(join(world.home('twice'), 'control.sock'), join(world.home('twice'), 'kept.sock'));
    await node.stop();
    await rename(join(world.home('twice'), 'kept.sock'), join(world.home('twice'), 'control.sock'));
    expect((await world.type('twice', 'case', 'list')).exit).toBe(0);
    const again = await world.run('twice');
    expect((await world.type('twice', 'drill', 'clock')).exit).toBe(0);
    expect((await stat(join(world.home('twice'), 'control.sock'))).mode & 0o777).toBe(0o600);
    await again.stop();
  });

  test('another process has the store: STORE_LOCKED', async () => {
    const home = await spoiled('locked');
    const node = await world.run('locked');
    const config = JSON.parse(await readFile(join(home, 'isochron.json'), 'utf8')) as object;
    await writeFile(join(home, 'isochron.json'), JSON.stringify({ ...config, controlSocket: 'other.sock' }));
    expect(await world.refusal('locked', 'run')).toMatchObject({ code: 'STORE_LOCKED', exit: 5 });
    expect(await world.refusal('locked', 'case', 'list')).toMatchObject({ code: 'STORE_LOCKED', exit: 5 });
    await node.stop();
  });

  test('a store of a newer format: STORE_FORMAT', async () => {
    const home = await spoiled('newer');
    const level = levelAt(join(home, 'store'));
    await level.open();
    await rowsOf(level).write([{ key: metaKey('format'), value: uint(FORMAT + 1, 4) }]);
    await level.close();
    expect(await world.refusal('newer', 'run')).toMatchObject({ code: 'STORE_FORMAT', exit: 5 });
  });

  test('LOG-6: a missing guard, and a guard ahead of the store, mean that the node was restored', async () => {
    const home = await spoiled('restored');
    await mkdir(world.home('backup'));
    await cp(join(home, 'store'), join(world.home('backup'), 'store'), { recursive: true });
    const node = await world.run('restored');
    await world.ask('restored', 'peer', 'add', join(world.folder, 'jp.card.asc'));
    await node.stop();
    // The guard moves at each start and before each sending.
    await (await world.run('restored')).stop();
    await rm(join(home, 'store'), { recursive: true });
    await rename(join(world.home('backup'), 'store'), join(home, 'store'));
    const behind = await world.run('restored');
    expect(behind.node.state().life.restored?.cause).toMatch(/^[0-9a-f]{40}>/);
    await behind.stop();
    await rm(join(home, 'guard'));
    const unguarded = await world.run('restored');
    expect(unguarded.node.state().life.restored?.cause).toBe('guard');
    await unguarded.stop();
  });
});
