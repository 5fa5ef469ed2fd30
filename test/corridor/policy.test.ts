import { afterEach, describe, expect, it } from 'vitest';
import { about, agree, CASE, introduceAll } from '../support/case-play.js';
import type { TestNode } from '../support/keys.js';
import { openWorld, type World, type WorldNode } from '../support/world.js';

const CENTRES: readonly TestNode[] = ['cert', 'jpcert'];

let world: World;
afterEach(() => world.stop());

const policies = (node: WorldNode) => ({
  house: node.state().autoAccept,
  case: node.state().cases.get(CASE)?.chamber.autoAccept,
});

/** The orders in its own home feed that set a policy. */
async function recorded(node: WorldNode): Promise<readonly boolean[]> {
  const orders: boolean[] = [];
  for await (const { feed, content } of node.feeds.arrivals()) {
    if (feed.author !== node.node || feed.recipient !== node.node || !('rest' in content)) continue;
    const { body } = await node.sealer.recall(content.rest);
    if (body.kind === 'order' && body.order.act === 'policy') orders.push(body.order.autoAccept);
  }
  return orders;
}

describe('a policy in the configuration', () => {
  it('R2 (f): is entered once, and decides nothing about what was folded before it changed', async () => {
    const cert = { name: 'cert', role: 'centre', autoAccept: true } as const;
    const seats = [{ ...cert }, { name: 'jpcert', role: 'centre' }] as const;
    world = await openWorld(seats);
    await introduceAll(world, CENTRES);
    await agree(world, { centres: CENTRES });
    expect(policies(world.node('cert'))).toEqual({ house: true, case: true });

    await world.restart('cert');
    expect(await recorded(world.node('cert'))).toEqual([true]);

    Object.assign(seats[0], { autoAccept: false });
    await world.restart('cert');
    expect(policies(world.node('cert'))).toEqual({ house: false, case: false });
    expect(await recorded(world.node('cert'))).toEqual([true, false]);

    await world.node('cert').order({ act: 'auto_accept', on: true }, about());
    await world.restart('cert');
    expect(policies(world.node('cert'))).toEqual({ house: false, case: true });
  });
});
