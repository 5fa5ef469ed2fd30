/** Starts that must not happen: the process says why, and ends; whoever watches over it sees the status. */
import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { befriend, freePort, openWorld, type World } from '../cli/homes.js';
import { runProgram } from '../support/processes.js';

const DEADLINE_MS = 60_000;

let world: World;
const stranger: Server = createServer();

beforeAll(async () => {
  world = await openWorld();
  const port = await freePort();
  const address = ['--listen', `127.0.0.1:${port}`, '--advertise', `localhost:${port}`];
  await world.init('centre', 'CENTRE', 'centre', ...address);
  await world.init('vendor', 'Vendor', 'vendor');
  const [centre, vendor] = [await world.run('centre'), await world.run('vendor')];
  await befriend(world, 'centre', 'vendor');
  await befriend(world, 'vendor', 'centre');
  await centre.stop();
  await vendor.stop();
  await new Promise<void>((resolve) => stranger.listen(port, '127.0.0.1', resolve));
}, DEADLINE_MS);

afterAll(async () => {
  await new Promise((resolve) => stranger.close(resolve));
  await world.close();
});

test.each([['--json'], []])(
  'an address that another program listens on: CONFIG_FIELD with its place, and the process ends with status 2 (%s)',
  async (...form) => {
    const words = ['--home', world.home('centre'), ...form, 'run'];
    const { status, out, err } = await runProgram(words, { deadlineMs: DEADLINE_MS / 2 });
    expect(status).toBe(2);
    if (form.length > 0)
      expect(JSON.parse(out)).toEqual({
        fault: { code: 'CONFIG_FIELD', where: '/grpc/listen' },
        expects: 'an address of this machine that no other program listens on',
      });
    else expect(err).toContain('(where /grpc/listen)\n  expected: an address of this machine');
  },
  DEADLINE_MS,
);
