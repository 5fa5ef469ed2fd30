import { afterEach, expect, it } from 'vitest';
import { feedKey } from '../../node/core/ids.js';
import { readFrame } from '../../node/wire/frames.js';
import { about, agree, expectDone } from '../support/case-play.js';
import { testNode } from '../support/keys.js';
import { openWorld, type World } from '../support/world.js';

let world: World;
afterEach(() => world.stop());

it('LOG-6: no entry leaves the house before the guard knows of it, appended while the guard moves or not', async () => {
  const feed = { author: testNode('cert'), recipient: testNode('jpcert') };
  let [guarded, asked, isHeld] = [0, 0, false];
  let release: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const ahead: number[] = [];
  world = await openWorld(
    [
      {
        name: 'cert',
        role: 'centre',
        guarding: async (heads) => {
          if (isHeld) {
            asked += 1;
            await gate;
          }
          guarded = heads.find((head) => feedKey(head.feed) === feedKey(feed))?.tip.size ?? 0;
        },
      },
      { name: 'jpcert', role: 'centre' },
    ],
    {
      carry: ({ bytes, deliver }) => {
        const frame = bytes === undefined ? undefined : readFrame(bytes);
        if (frame?.ok && frame.value.kind === 'entries' && feedKey(frame.value.feed) === feedKey(feed)) {
          const end = frame.value.from + frame.value.entries.length;
          if (end > guarded) ahead.push(end);
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
  isHeld = true;
  await say('one');
  await expect.poll(() => asked).toBeGreaterThan(0);
  await say('two');
  isHeld = false;
  release();
  await world.settle();
  expect(world.node('cert').feeds.head(feed).acknowledged).toBe(guarded);
  expect(ahead).toEqual([]);
});
