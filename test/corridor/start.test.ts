import { expect, it } from 'vitest';
import { Breakage } from '../../node/core/fault.js';
import type { Transport } from '../../node/ports.js';
import { TEST_NOW, testCard } from '../support/keys.js';
import { openWorld, worldClock } from '../support/world.js';

it('a node whose address is taken says so and leaves nothing open that would keep the process from ending', async () => {
  const clock = worldClock(TEST_NOW);
  const open = new Set<() => void>();
  const counted = (wait: (ring: () => void) => () => void) => (ring: () => void) => {
    const cancel = wait(() => {
      open.delete(over);
      ring();
    });
    const over = () => {
      open.delete(over);
      cancel();
    };
    open.add(over);
    return over;
  };
  const events: string[] = [];
  const taken: Transport = {
    name: 'memory',
    admit: () => undefined,
    listen: () => Promise.reject(new Breakage({ code: 'CONFIG_FIELD', where: 'grpc/listen' })),
    dial: () => Promise.reject(new Breakage({ code: 'LINK_REFUSED' })),
    close: () => Promise.resolve(void events.push('closed')),
  };
  const { grpc, libp2p } = await testCard('cert', {});
  const world = openWorld(
    [{ name: 'cert', role: 'centre' }],
    {},
    {
      clock: {
        ...clock,
        alarm: (at, ring) => counted((rings) => clock.alarm(at, rings))(ring),
        elapse: (length, ring) => counted((rings) => clock.elapse(length, rings))(ring),
      },
      lines: new Map([['cert', { transports: [taken], card: { grpc, libp2p } }]]),
    },
  );
  await expect(world).rejects.toMatchObject({ fault: { code: 'CONFIG_FIELD' } });
  expect(events).toEqual(['closed']);
  expect(open.size).toBe(0);
});
