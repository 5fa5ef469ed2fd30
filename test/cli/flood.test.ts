import { once } from 'node:events';
import { connect } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LIMITS } from '../../node/core/limits.js';
import { makeTls } from '../support/tls.js';
import { until } from '../support/until.js';
import { freePort, openWorld, type World } from './homes.js';

let world: World;
let port = 0;
beforeAll(async () => {
  world = await openWorld();
  port = await freePort();
  await world.init('cert', 'CERT', 'centre', '--listen', `localhost:${port}`);
  await world.run('cert');
}, 60_000);
afterAll(() => world.close());

/** A connection by a key that is on no card, from its beginning to its end. */
async function knock(): Promise<void> {
  const { key, certificate: cert } = makeTls();
  const options = { host: 'localhost', port, key, cert, rejectUnauthorized: false, ALPNProtocols: ['h2'] };
  const socket = connect({ ...options, minVersion: 'TLSv1.3' });
  socket.on('error', () => undefined);
  socket.resume();
  await once(socket, 'close');
}

test('§10: strangers at the door fill no journal, each with a key of its own', async () => {
  const most = LIMITS.journalLines.most;
  const faults = () => world.journal.filter((line) => line.includes('"code":"PEER_UNKNOWN"'));
  for (let stranger = 0; stranger < most; stranger += 1) await knock();
  await until('the first are written down', () => faults().length === most);
  for (let stranger = 0; stranger < 10; stranger += 1) await knock();
  expect(faults()).toHaveLength(most);
  expect((await world.ask('cert', 'status'))['running']).toBe(true);
});
