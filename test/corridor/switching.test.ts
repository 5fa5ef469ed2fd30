/** Two nodes that have both transports: the one in use breaks in the middle of a feed, and does not come back. */
import { afterEach, describe, expect, it } from 'vitest';
import { after, DAY, SECOND } from '../../node/core/time.js';
import { type Carrier, type Line, openLine } from '../support/carriers.js';
import { expectDone } from '../support/case-play.js';
import { type TestNode, testNode } from '../support/keys.js';
import { until } from '../support/until.js';
import { openWorld, SUMMARY, type World, worldCase } from '../support/world.js';

/** In the order of their ids: the first one dials. */
const PAIR = (['cert', 'nisc'] as const).toSorted((one, other) => (testNode(one) < testNode(other) ? -1 : 1));
const WORDS = 120;

let world: World;
let lines: readonly Line[] = [];
afterEach(async () => {
  await world.stop();
  await Promise.all(lines.map(({ cable }) => cable.close().catch(() => undefined)));
});

async function openPair(first: Carrier, second: Carrier): Promise<(carrier: Carrier) => readonly Line[]> {
  const open = PAIR.map(async (name) => ({
    name,
    by: new Map([
      [first, await openLine(first, name)],
      [second, await openLine(second, name)],
    ]),
  }));
  const opened = await Promise.all(open);
  const linesOf = (carrier: Carrier) => opened.map(({ by }) => by.get(carrier) as Line);
  lines = [...linesOf(first), ...linesOf(second)];
  const both = opened.map(({ name }, at) => {
    const [one, other] = [linesOf(first)[at] as Line, linesOf(second)[at] as Line];
    const card = {
      grpc: [...one.card.grpc, ...other.card.grpc],
      libp2p: [...one.card.libp2p, ...other.card.libp2p],
    };
    return [name as TestNode, { transports: [one.transport, other.transport], card }] as const;
  });
  world = await openWorld(
    PAIR.map((name) => ({ name, role: 'centre' })),
    {},
    { lines: new Map(both) },
  );
  return linesOf;
}

describe('a feed whose transport breaks for good', () => {
  it.each([
    ['grpc', 'libp2p', 3_000],
    ['grpc', 'libp2p', 60_000],
    ['libp2p', 'grpc', 3_000],
    ['libp2p', 'grpc', 60_000],
  ] as const)(
    'goes on from %s over %s behind %d bytes: nothing is lost, nothing comes twice',
    async (first, second, bytes) => {
      const linesOf = await openPair(first, second);
      const [dialler, other] = [world.node(PAIR[0] as TestNode), world.node(PAIR[1] as TestNode)];
      await world.acquaint(other.name, dialler.name);
      await world.acquaint(dialler.name, other.name);
      await until('they are linked', () =>
        [dialler, other].every(({ running }) => running.links().length === 1),
      );
      expect(dialler.running.links()).toMatchObject([{ transport: first }]);
      const about = { caseId: worldCase(1), tlp: 'AMBER' } as const;
      const opened = { caseSummary: SUMMARY, details: '', onward: 'nobody', replyByDays: 7 } as const;
      expectDone(await dialler.order({ act: 'case_open', ...opened }, about));
      const replyBy = after(world.clock.now(), 7 * DAY);
      expectDone(await dialler.order({ act: 'tell', to: [other.node], replyBy }, about));
      await world.settle();

      for (const { cable } of linesOf(first)) cable.tear(bytes);
      const say = (text: string) =>
        dialler.order({ act: 'say', to: other.node, body: { kind: 'comment', text } }, about);
      const texts = Array.from({ length: WORDS }, (_, at) => `word ${at}`);
      for (const outcome of await Promise.all(texts.map(say))) expectDone(outcome);
      await until('the link breaks', () => dialler.running.links().length === 0);
      for (const { cable } of linesOf(first)) await cable.close();
      world.clock.linger(SECOND);
      await until('they are linked again', () => dialler.running.links().length === 1);
      expect(dialler.running.links()).toMatchObject([{ transport: second }]);
      await world.settle();

      const feed = { author: dialler.node, recipient: other.node };
      const [mine, theirs] = [dialler.feeds.head(feed), other.feeds.head(feed)];
      expect(theirs.tip).toEqual(mine.tip);
      expect(mine.acknowledged).toBe(mine.tip.size);
      const heard = [...(other.state().cases.get(about.caseId)?.words.values() ?? [])].map(
        ({ text }) => text,
      );
      expect(heard.toSorted()).toEqual(texts.toSorted());
      expect(other.journal.filter(({ event }) => event === 'refused')).toEqual([]);
    },
  );
});
