import { afterEach, expect, it } from 'vitest';
import { feedKey, type NodeId } from '../../node/core/ids.js';
import { readNoteBody } from '../../node/core/log/checkpoint.js';
import { after, DAY } from '../../node/core/time.js';
import type { FeedHead, Frame } from '../../node/ports.js';
import { readFrame } from '../../node/wire/frames.js';
import { about, agree, expectDone, opening } from '../support/case-play.js';
import { testNode } from '../support/keys.js';
import { dialScripted } from '../support/scripted-peer.js';
import { openWorld, type World } from '../support/world.js';

let world: World;
afterEach(() => world.stop());

const FEED = { author: testNode('cert'), recipient: testNode('jpcert') };

/** What the test does to the guard of `cert`, and what it sees of it. */
interface Watched {
  /** From now on the guard does not move, however often it is asked. */
  hold(): void;
  release(): void;
  /** How often it was asked while it was held. */
  asked(): number;
  /** How far it knows that {@link FEED} goes. */
  guarded(): number;
}

/** Two centres with a charter. @param see each frame, who sent it, and how far the guard was then. */
async function openWatched(see: (frame: Frame, from: NodeId, guarded: number) => void): Promise<Watched> {
  let [guarded, asked, isHeld] = [0, 0, false];
  let release: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const guarding = async (heads: readonly FeedHead[]) => {
    if (isHeld) {
      asked += 1;
      await gate;
    }
    guarded = heads.find((head) => feedKey(head.feed) === feedKey(FEED))?.tip.size ?? 0;
  };
  world = await openWorld(
    [
      { name: 'cert', role: 'centre', guarding },
      { name: 'jpcert', role: 'centre' },
    ],
    {
      carry: ({ from, bytes, deliver }) => {
        const frame = bytes === undefined ? undefined : readFrame(bytes);
        if (frame?.ok) see(frame.value, from, guarded);
        deliver();
      },
    },
  );
  await world.introduce(['cert', 'jpcert']);
  await agree(world, { centres: ['cert', 'jpcert'] });
  return {
    hold: () => {
      isHeld = true;
    },
    release: () => {
      isHeld = false;
      release();
    },
    asked: () => asked,
    guarded: () => guarded,
  };
}

it('LOG-6: no entry leaves the house before the guard knows of it, appended while the guard moves or not', async () => {
  const ahead: number[] = [];
  const watch = await openWatched((frame, _, guarded) => {
    if (frame.kind !== 'entries' || feedKey(frame.feed) !== feedKey(FEED)) return;
    const end = frame.from + frame.entries.length;
    if (end > guarded) ahead.push(end);
  });
  const say = async (text: string) =>
    expectDone(
      await world
        .node('cert')
        .order({ act: 'say', to: testNode('jpcert'), body: { kind: 'comment', text } }, about()),
    );
  watch.hold();
  await say('one');
  await expect.poll(watch.asked).toBeGreaterThan(0);
  await say('two');
  watch.release();
  await world.settle();
  expect(world.node('cert').feeds.head(FEED).acknowledged).toBe(watch.guarded());
  expect(ahead).toEqual([]);
});

it('LOG-6: Hello shows no checkpoint of ours that the guard does not know of', async () => {
  const shown: number[] = [];
  const watch = await openWatched((frame, from, guarded) => {
    if (frame.kind !== 'hello' || from !== FEED.author) return;
    const size = frame.feeds.find((one) => feedKey(one.feed) === feedKey(FEED))?.size ?? 0;
    shown.push(size - guarded);
  });
  shown.length = 0;
  watch.hold();
  world.hub.cut(FEED.author, FEED.recipient);
  const dialled = () => {
    world.clock.linger(1_000);
    return watch.asked();
  };
  await expect.poll(dialled).toBeGreaterThan(0);
  const body = { kind: 'comment', text: 'said while the guard moves' } as const;
  expectDone(await world.node('cert').order({ act: 'say', to: FEED.recipient, body }, about()));
  watch.release();
  await world.connect();
  expect(shown.length).toBeGreaterThan(0);
  expect(shown.filter((ahead) => ahead > 0)).toEqual([]);
});

it('LOG-6: what a peer gives back over a bad line goes on where the last link broke off', async () => {
  const feed = { author: testNode('cert'), recipient: testNode('jpcert') };
  const asked: number[] = [];
  let cuts = 0;
  world = await openWorld(
    [
      { name: 'cert', role: 'centre' },
      { name: 'jpcert', role: 'centre' },
    ],
    {
      carry: ({ from, bytes, deliver }) => {
        const frame = bytes === undefined ? undefined : readFrame(bytes);
        deliver();
        if (frame?.ok !== true || frame.value.kind !== 'fetch' || from !== feed.author) return;
        asked.push(frame.value.from);
        // Each link carries one answer and breaks at the second question.
        if (cuts > 0 && asked.length % 2 === 0) {
          cuts -= 1;
          queueMicrotask(() => world.hub.cut(feed.author, feed.recipient));
        }
      },
    },
  );
  await world.introduce(['cert', 'jpcert']);
  await agree(world, { centres: ['cert', 'jpcert'] });
  const old = await world.copy('cert');
  const { size } = world.node('cert').feeds.head(feed).tip;
  const body = { kind: 'comment', text: 'a remark' } as const;
  for (let count = 0; count < 300; count += 1)
    expectDone(await world.node('cert').order({ act: 'say', to: feed.recipient, body }, about()));
  await world.settle();
  cuts = 6;
  await world.putBack('cert', old);
  await world.connect();
  expect(world.node('cert').feeds.head(feed).tip.size).toBe(size + 300);
  // Never again from the beginning: once to prove it, once to keep it.
  expect(asked.filter((from) => from === size).length).toBeLessThanOrEqual(3);
});

it('a demand for earlier entries that comes while later ones are read is not forgotten', async () => {
  let [reads, isHeld] = [0, false];
  let release: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  world = await openWorld([
    {
      name: 'cert',
      role: 'centre',
      reading: async () => {
        reads += 1;
        if (isHeld) await gate;
      },
    },
  ]);
  await world.acquaint('cert', 'jpcert');
  const peer = await dialScripted(world, 'jpcert', 'cert');
  await peer.hello();
  await peer.next('hello');
  await world.rest();
  expectDone(await world.node('cert').order(opening(), about()));
  const replyBy = after(world.clock.now(), 7 * DAY);
  expectDone(await world.node('cert').order({ act: 'tell', to: [testNode('jpcert')], replyBy }, about()));
  expect((await peer.next('entries')).from).toBe(0);
  reads = 0;
  isHeld = true;
  const body = { kind: 'comment', text: 'and one more' } as const;
  expectDone(await world.node('cert').order({ act: 'say', to: testNode('jpcert'), body }, about()));
  await expect.poll(() => reads).toBeGreaterThan(0);
  const feed = { author: testNode('cert'), recipient: testNode('jpcert') };
  await peer.link.send({ kind: 'fetch', feed, from: 0 });
  // Everything that was under way has come in before the read ends.
  for (let turn = 0; turn < 20; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
  isHeld = false;
  release();
  expect((await peer.next('entries')).from).toBe(0);
  peer.link.close();
});

it('LOG-6: no receipt leaves the house before the guard knows what it promises, while the next entries are taken', async () => {
  const feed = { author: testNode('cert'), recipient: testNode('jpcert') };
  let [guarded, isHeld] = [0, false];
  let release: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const ahead: number[] = [];
  world = await openWorld(
    [
      { name: 'cert', role: 'centre' },
      {
        name: 'jpcert',
        role: 'centre',
        guarding: async (heads) => {
          if (isHeld) await gate;
          guarded = heads.find((head) => feedKey(head.feed) === feedKey(feed))?.tip.size ?? 0;
        },
      },
    ],
    {
      carry: ({ bytes, deliver }) => {
        const frame = bytes === undefined ? undefined : readFrame(bytes);
        if (frame?.ok && frame.value.kind === 'receipt' && feedKey(frame.value.feed) === feedKey(feed)) {
          const body = readNoteBody(frame.value.note);
          if (!body.ok || body.value.size > guarded) ahead.push(body.ok ? body.value.size : -1);
        }
        deliver();
      },
    },
  );
  await world.introduce(['cert', 'jpcert']);
  await agree(world, { centres: ['cert', 'jpcert'] });
  const say = async (text: string) =>
    expectDone(
      await world
        .node('cert')
        .order({ act: 'say', to: testNode('jpcert'), body: { kind: 'comment', text } }, about()),
    );
  const held = () => world.node('jpcert').feeds.head(feed).tip.size;
  const before = held();
  isHeld = true;
  await say('one');
  await expect.poll(held).toBe(before + 1);
  await say('two');
  await expect.poll(held).toBe(before + 2);
  expect(world.node('cert').feeds.head(feed).acknowledged).toBe(before);
  isHeld = false;
  release();
  await world.settle();
  expect(world.node('cert').feeds.head(feed).acknowledged).toBe(before + 2);
  expect(ahead).toEqual([]);
});
