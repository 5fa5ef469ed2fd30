/** LOG-5, LOG-7: after a repair, whoever gives a feed back is held to what was signed of it before. */
import { afterEach, expect, it } from 'vitest';
import { sha256 } from '../../node/core/bytes.js';
import { feedKey } from '../../node/core/ids.js';
import { rootOf } from '../../node/core/log/tree.js';
import type { Pledge } from '../../node/corridor/pledges.js';
import { about, agree, expectDone } from '../support/case-play.js';
import { type TestNode, testNode } from '../support/keys.js';
import { openWorld, type World } from '../support/world.js';

let world: World;
afterEach(() => world.stop());

const CENTRES: readonly TestNode[] = ['cert', 'jpcert'];
const FEEDS = {
  in: { author: testNode('jpcert'), recipient: testNode('cert') },
  out: { author: testNode('cert'), recipient: testNode('jpcert') },
} as const;

async function say(by: TestNode, text: string): Promise<void> {
  const [to] = CENTRES.filter((name) => name !== by) as [TestNode];
  const body = { kind: 'comment', text } as const;
  expectDone(await world.node(by).order({ act: 'say', to: testNode(to), body }, about()));
}

function faults(code: string): number {
  return world.node('cert').journal.filter((line) => line.event === 'fault' && line.fault.code === code)
    .length;
}

it.each([
  ['in', 'the root that we cosigned', false],
  ['in', 'another root', true],
  ['out', 'the root that we signed', false],
  ['out', 'another root', true],
] as const)('LOG-5: our %s-feed comes back with %s', async (direction, _, differs) => {
  const feed = FEEDS[direction];
  const pledges = new Map<string, Pledge>();
  world = await openWorld([
    { name: 'cert', role: 'centre', pledges },
    { name: 'jpcert', role: 'centre' },
  ]);
  await world.introduce(['cert', 'jpcert']);
  await agree(world, { centres: CENTRES });
  const old = await world.copy('cert');
  for (const by of CENTRES) for (const text of ['one', 'two']) await say(by, text);
  await world.settle();
  const { tip, checkpoint } = world.node('cert').feeds.head(feed);
  const before = tip.size;
  // More is said than was pledged, so the pledge is met within a stretch.
  const other = direction === 'in' ? 'jpcert' : 'cert';
  await say(other, 'three');
  await world.settle();

  const root = differs ? sha256('another history') : rootOf(tip);
  pledges.set(feedKey(feed), { size: before, root, note: checkpoint });
  const coming = world.putBack('cert', old);
  if (!differs) {
    await coming;
    expect(world.node('cert').feeds.head(feed).tip.size).toBe(before + 1);
    return;
  }
  // The link ends and is dialled again, so there is no rest to wait for.
  void coming.catch(() => undefined);
  await expect.poll(() => faults('FEED_FORK'), { timeout: 30_000 }).toBeGreaterThan(0);
  expect(world.node('cert').feeds.head(feed).tip.size).toBeLessThan(before);
});

it('LOG-5: what reached nobody is not asked of the words that took its places', async () => {
  const pledges = new Map<string, Pledge>();
  world = await openWorld([
    { name: 'cert', role: 'centre', pledges },
    { name: 'jpcert', role: 'centre' },
  ]);
  await world.introduce(['cert', 'jpcert']);
  await agree(world, { centres: CENTRES });
  const { tip, checkpoint } = world.node('cert').feeds.head(FEEDS.out);
  // Three more words had been signed here, and are lost.
  const lost = { size: tip.size + 3, root: sha256('lost words'), note: checkpoint };
  pledges.set(feedKey(FEEDS.out), lost);
  await world.restart('cert');
  // The reader says that it holds less: the pledge has ended before anything else is said.
  expect(pledges).toEqual(new Map());
  await say('cert', 'one');
  await world.settle();
  const backup = await world.copy('cert');
  for (const text of ['two', 'three', 'four', 'five']) await say('cert', text);
  await world.settle();
  const { size } = world.node('cert').feeds.head(FEEDS.out).tip;
  expect(size).toBeGreaterThan(lost.size);
  await world.putBack('cert', backup);
  expect(world.node('cert').feeds.head(FEEDS.out).tip.size).toBeGreaterThanOrEqual(size);
  expect(faults('FEED_FORK')).toBe(0);
});
