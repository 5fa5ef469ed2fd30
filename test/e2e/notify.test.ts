/** `case notify` of a real process that is killed: nobody is told twice and nobody is left out (G1, LOG-4). */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { befriend, eventually, freePort, openWorld, type World } from '../cli/homes.js';
import { runProgram, type Started, startProgram } from '../support/processes.js';

const VENDORS = 10;
const DEADLINE_MS = 60_000;
const names = Array.from({ length: VENDORS }, (_, at) => `vendor-${at}`);

let world: World;
let held: string;
let running: Started | undefined;

beforeAll(async () => {
  world = await openWorld();
  const port = await freePort();
  const address = ['--listen', `127.0.0.1:${port}`, '--advertise', `localhost:${port}`];
  await world.init('centre', 'CENTRE', 'centre', ...address);
  const centre = await world.run('centre');
  for (const name of names) {
    await world.init(name, name, 'vendor');
    await befriend(world, 'centre', name);
    await world.run(name);
    await befriend(world, name, 'centre');
  }
  ({ case: held } = await world.ask<{ case: string }>('centre', 'case', 'open', '--title', 'A flaw'));
  await centre.stop();
}, 120_000);

afterAll(async () => {
  running?.child.kill('SIGKILL');
  await running?.ended;
  await world.close();
});

async function start(): Promise<void> {
  running = startProgram(['--home', world.home('centre'), 'run'], { deadlineMs: 2 * DEADLINE_MS });
  await running.says('"started"');
  await eventually(
    'all vendors are linked',
    // The socket opens a moment after the start is told; what a killed node left behind answers nothing.
    () => world.type('centre', '--json', 'peer', 'list'),
    ({ exit, out }) => exit === 0 && !out.includes('"link":null'),
    DEADLINE_MS,
  );
}

test('killed in the middle of telling, again and again: each vendor has one summary, in one entry', async () => {
  await start();
  for (const isAnswered of [false, true]) {
    const notify = ['--home', world.home('centre'), '--officer', 'O', 'case', 'notify', held, '--yes'];
    const told = runProgram([...notify, '--follow', '0s'], { deadlineMs: DEADLINE_MS });
    // The sooner it is killed the less is on disk; the order alone is enough to go on with.
    if (isAnswered) await told;
    running?.child.kill('SIGKILL');
    await Promise.all([told, running?.ended]);
    await start();
  }
  await eventually(
    'everybody holds it',
    () =>
      world.ask<{ deliveries: readonly { readonly stage: string }[] }>('centre', 'case', 'delivery', held),
    ({ deliveries }) =>
      deliveries.length === VENDORS && deliveries.every(({ stage }) => stage === 'delivered'),
    DEADLINE_MS,
  );
  const { recipients } = await world.ask<{
    recipients: readonly { readonly disclosed: readonly { readonly kind: string }[] }[];
  }>('centre', 'case', 'who-knew', held);
  expect(recipients.map(({ disclosed }) => disclosed.map(({ kind }) => kind))).toEqual(
    names.map(() => ['case_summary']),
  );
  for (const name of names) {
    const { cases } = await world.ask<{ cases: readonly unknown[] }>(name, 'case', 'list');
    expect(cases).toHaveLength(1);
  }
}, 240_000);
