import { afterEach, describe, expect, it } from 'vitest';
import { type MemoryHub, openHub } from '../../adapters/transport/memory/link.js';
import { after, DAY } from '../../node/core/time.js';
import { about, agree, expectDone, introduceAll } from '../support/case-play.js';
import { openWorld, seatCard, type World, type WorldNode } from '../support/world.js';

let world: World;
afterEach(() => world.stop());

describe('links over several transports', () => {
  /** A centre and its vendor with two ways between them; the first one is lost behind so many crossings. */
  async function twoWays(): Promise<{ lose: (frames: number) => void; detour: MemoryHub }> {
    let [left, lost] = [Number.POSITIVE_INFINITY, false];
    const detour = openHub();
    world = await openWorld(
      [
        { name: 'cert', role: 'centre' },
        { name: 'vendor', role: 'vendor' },
      ],
      {
        reachable: () => !lost,
        carry: (crossing) => {
          left -= 1;
          if (left >= 0) return crossing.deliver();
          lost = true;
          world.hub.cut(crossing.from, crossing.to);
        },
      },
      { patient: true, detour },
    );
    await introduceAll(world, ['cert'], [['vendor', 'cert']]);
    await agree(world, { centres: ['cert'] });
    const replyBy = after(world.clock.now(), 7 * DAY);
    const to = [world.node('vendor').node];
    expectDone(await world.node('cert').order({ act: 'tell', to, replyBy }, about()));
    await world.settle();
    return { lose: (frames) => (left = frames), detour };
  }

  async function sayMany(from: WorldNode, to: WorldNode, count: number): Promise<void> {
    for (let at = 0; at < count; at += 1)
      expectDone(
        await from.order({ act: 'say', to: to.node, body: { kind: 'comment', text: `word ${at}` } }, about()),
      );
  }

  it.each([0, 1, 2, 3, 5, 8])(
    'a feed that loses its transport behind %d frames goes on over the next one: nothing is lost, nothing comes twice',
    async (frames) => {
      const { lose, detour } = await twoWays();
      const [cert, vendor] = [world.node('cert'), world.node('vendor')];
      lose(frames);
      await sayMany(cert, vendor, 12);
      await world.connect();
      const feed = { author: cert.node, recipient: vendor.node };
      const [mine, theirs] = [cert.feeds.head(feed), vendor.feeds.head(feed)];
      expect(theirs.tip).toEqual(mine.tip);
      expect(mine.acknowledged).toBe(mine.tip.size);
      expect(vendor.journal.filter(({ event }) => event === 'refused')).toEqual([]);
      expect([world.hub.connections(), detour.connections()]).toEqual([0, 1]);
    },
  );

  it.each(['cert', 'jpcert'] as const)(
    'of two centres of whom %s cannot be dialled, that one dials; of two that cannot, the one with the smaller id',
    async (hidden) => {
      const other = hidden === 'cert' ? 'jpcert' : 'cert';
      for (const both of [false, true]) {
        const dialled: string[] = [];
        const [one, second] = [
          { name: hidden, role: 'centre', hidden: true } as const,
          { name: other, role: 'centre', hidden: both } as const,
        ];
        world = await openWorld([one, second], {
          reachable: (from) => dialled.push(from) > 0,
        });
        await world.introduce([hidden, other]);
        const [first = ''] = [world.node(hidden).node, world.node(other).node].sort();
        expect(new Set(dialled)).toEqual(new Set([both ? first : world.node(hidden).node]));
        if (!both) await world.stop();
      }
    },
  );

  it('a wrong key at one of them is not hidden by another one that is dead', async () => {
    const detour = openHub({ reachable: () => false });
    const names = ['cert', 'jpcert'] as const;
    world = await openWorld(
      names.map((name) => ({ name, role: 'centre' })),
      {},
      { patient: true, detour },
    );
    for (const name of names) {
      const other = name === 'cert' ? 'jpcert' : 'cert';
      const card = { ...(await seatCard({ name: other, role: 'centre' })), tlsPins: ['f'.repeat(64)] };
      const { order } = world.node(name);
      expectDone(await order({ act: 'peer_add', card, text: 'another key' }));
      expectDone(await order({ act: 'peer_verify', node: card.node, method: 'telephone' }));
    }
    await world.connect();
    const faults = names.flatMap((name) =>
      world.node(name).journal.flatMap((line) => (line.event === 'link_down' ? [line.fault?.code] : [])),
    );
    expect(new Set(faults)).toEqual(new Set(['PEER_IDENTITY']));
  });
});
