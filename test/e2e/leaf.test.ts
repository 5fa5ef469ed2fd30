/** A vendor's node as a process of its own: it hears a case, answers, and stays small. */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { befriend, eventually, freePort, openWorld, type World } from '../cli/homes.js';
import { type Started, startProgram } from '../support/processes.js';

/** What a leaf may take of memory at most, everything counted that it ever held at once. */
const MOST_KIB = 120_000_000 / 1_024;
const DEADLINE_MS = 60_000;

let world: World;
let leaf: Started | undefined;

beforeAll(async () => {
  world = await openWorld();
  const port = await freePort();
  const address = ['--listen', `127.0.0.1:${port}`, '--advertise', `localhost:${port}`];
  await world.init('centre', 'CENTRE', 'centre', ...address);
  await world.run('centre');
  await world.init('leaf', 'Leaf', 'vendor');
  leaf = startProgram(['--home', world.home('leaf'), 'run'], { deadlineMs: 2 * DEADLINE_MS });
  await leaf.says('"started"');
  await eventually(
    'the socket is open',
    () => world.type('leaf', 'drill', 'idle'),
    ({ exit }) => exit === 0,
  );
  await befriend(world, 'centre', 'leaf');
  await befriend(world, 'leaf', 'centre');
}, DEADLINE_MS);

afterAll(async () => {
  leaf?.child.kill('SIGKILL');
  await leaf?.ended;
  await world.close();
});

/** The most memory that the process ever held, in KiB; `undefined` where the system has no /proc. */
async function peakKib(pid: number | undefined): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => undefined);
  const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(status ?? '') ?? [];
  return kib === undefined ? undefined : Number(kib);
}

test(
  'twenty cases heard and answered: the leaf never holds more than 120 MB',
  async ({ skip }) => {
    const told: string[] = [];
    for (let number = 0; number < 20; number += 1) {
      const title = ['--title', `Flaw ${number}`];
      const { case: held } = await world.ask<{ case: string }>('centre', 'case', 'open', ...title);
      await world.ask('centre', 'case', 'notify', held, '--to', 'Leaf', '--yes', '--follow', '0s');
      told.push(held);
    }
    for (const held of told) {
      await eventually(
        'the leaf has heard of it',
        () => world.type('leaf', 'case', 'show', held),
        ({ exit }) => exit === 0,
      );
      await world.ask(
        'leaf',
        'vendor',
        'status',
        held,
        'not_affected',
        '--justification',
        'component_not_present',
      );
    }
    await eventually(
      'the centre has every answer',
      () => world.ask<{ vendors: readonly unknown[] }>('centre', 'vendor', 'list', told.at(-1) ?? ''),
      ({ vendors }) => vendors.length === 1,
    );
    const peak = await peakKib(leaf?.child.pid);
    if (peak === undefined) skip('memory is read from /proc, which this system lacks');
    expect(peak).toBeLessThan(MOST_KIB);
  },
  DEADLINE_MS,
);
