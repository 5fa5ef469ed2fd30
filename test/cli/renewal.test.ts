/** The commands of docs/OPERATING.md that give keys a longer life, as they stand there. */
import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readCertificate } from '../../node/envelope/keyring.js';
import { openWorld, type World } from './homes.js';

const OPERATING = fileURLToPath(new URL('../../docs/OPERATING.md', import.meta.url));

let world: World;
beforeAll(async () => {
  world = await openWorld();
  await world.ask(
    'vendor',
    '--officer',
    'O',
    'init',
    '--name',
    'Vendor',
    '--role',
    'vendor',
    '--zone',
    'UTC',
  );
}, 60_000);
afterAll(() => world.close());

const commands = (): string => {
  const [, found] = /^```bash\n(export GNUPGHOME[\s\S]*?)^```$/m.exec(readFileSync(OPERATING, 'utf8')) ?? [];
  if (found === undefined) throw new Error('the page has a block of commands');
  // Typed by the test itself below: the program need not be on the path.
  return found.replace(/^isochron .*\n/m, '');
};

async function lastTurn(): Promise<number> {
  const read = await readCertificate(await readFile(`${world.home('vendor')}/keys/certificate.asc`, 'utf8'));
  if (!read.ok) throw new Error(read.fault.code);
  return read.value.turns.at(-1) ?? 0;
}

describe('DESIGN §1: keys are renewed, the identity stays', () => {
  test('gpg gives them a longer life, and the node goes on with them', async ({ skip }) => {
    if (spawnSync('gpg', ['--version']).status !== 0) return skip('no gpg on this machine');
    const before = await world.ask<{ node: string }>('vendor', 'status');
    const turn = await lastTurn();
    const script = commands().replaceAll('700d', '600d');
    await promisify(execFile)('bash', ['-eu', '-c', `home=${world.home('vendor')}\n${script}`]);
    expect(await lastTurn()).not.toBe(turn);
    await world.ask('vendor', 'card', 'renew');
    const { checks } = await world.ask<{ checks: { check: string; verdict: string }[] }>('vendor', 'doctor');
    const keys = checks.filter(({ check }) => ['keys', 'card', 'key files'].includes(check));
    expect(keys.map(({ verdict }) => verdict)).toEqual(['ok', 'ok', 'ok']);
    await world.run('vendor');
    expect((await world.ask<{ node: string }>('vendor', 'status')).node).toBe(before.node);
  }, 120_000);
});
