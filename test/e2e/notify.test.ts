/** `case notify` of a real process that is killed: nobody is told twice and nobody is left out (G1, LOG-4). */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { befriend, eventually, freePort, openWorld, type World } from '../cli/homes.js';
import { runProgram, type Started, startProgram } from '../support/processes.js';

const VENDORS = 10;
const DEADLINE_MS = 60_000;
const names = Array.from({ length: VENDORS }, (_, at) => `vendor-${at}`);
/** The others are away while the centre tells, so that it is killed with some who hold the summary and some who do not. */
const HERE = 4;

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
    const vendor = await world.run(name);
    await befriend(world, name, 'centre');
    if (names.indexOf(name) >= HERE) await vendor.stop();
  }
  ({ case: held } = await world.ask<{ case: string }>('centre', 'case', 'open', '--title', 'A flaw'));
  await centre.stop();
}, 120_000);

afterAll(async () => {
  await kill();
  await world.close();
});

/** @param linked so many vendors are there. */
async function start(linked: number): Promise<void> {
  running = startProgram(['--home', world.home('centre'), 'run'], { deadlineMs: 2 * DEADLINE_MS });
  await running.says('"started"');
  await eventually(
    'the vendors are linked',
    // The socket opens a moment after the start is told; what a killed node left behind answers nothing.
    () => world.type('centre', '--json', 'peer', 'list'),
    ({ exit, out }) => exit === 0 && out.split('"link":null').length - 1 === VENDORS - linked,
    DEADLINE_MS,
  );
}

async function kill(): Promise<void> {
  running?.child.kill('SIGKILL');
  await running?.ended;
}

function delivered(count: number): Promise<unknown> {
  return eventually(
    `${count} hold it`,
    () =>
      world.ask<{ deliveries: readonly { readonly stage: string }[] }>('centre', 'case', 'delivery', held),
    ({ deliveries }) =>
      deliveries.length === VENDORS &&
      deliveries.filter(({ stage }) => stage === 'delivered').length === count,
    DEADLINE_MS,
  );
}

test('killed in the middle of telling, again and again: each vendor has one summary, in one entry', async () => {
  await start(HERE);
  const notify = ['--home', world.home('centre'), '--officer', 'O', 'case', 'notify', held, '--yes'];
  // The sooner it is killed the less is on disk; the order alone is enough to go on with.
  const told = runProgram([...notify, '--follow', '0s'], { deadlineMs: DEADLINE_MS });
  await kill();
  await told;
  await start(HERE);
  await runProgram([...notify, '--follow', '0s'], { deadlineMs: DEADLINE_MS });
  await kill();
  await start(HERE);
  await delivered(HERE);
  await kill();
  for (const name of names.slice(HERE)) await world.run(name);
  await start(VENDORS);
  await runProgram([...notify, '--follow', '0s'], { deadlineMs: DEADLINE_MS });
  await delivered(VENDORS);
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
