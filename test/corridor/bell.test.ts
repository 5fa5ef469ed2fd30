import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { after, DAY } from '../../node/core/time.js';
import { about, CASE, expectDone } from '../support/case-play.js';
import { testNode } from '../support/keys.js';
import { openWorld, SUMMARY, type World } from '../support/world.js';

let world: World;
beforeEach(async () => {
  world = await openWorld([
    { name: 'cert', role: 'centre' },
    { name: 'vendor', role: 'vendor' },
  ]);
  await world.introduce(['cert', 'vendor']);
});
afterEach(() => world.stop());

const alarms = () => world.node('cert').journal.filter(({ event }) => event === 'alarm');

describe('an alarm', () => {
  it('§5.6: is an event when it begins, once, and again when it begins again', async () => {
    const cert = world.node('cert');
    const open = {
      act: 'case_open',
      caseSummary: SUMMARY,
      details: '',
      onward: 'ask',
      replyByDays: 7,
    } as const;
    expectDone(await cert.order(open, about()));
    const replyBy = after(world.clock.now(), 7 * DAY);
    expectDone(await cert.order({ act: 'tell', to: [testNode('vendor')], replyBy }, about()));
    await world.passUntil(after(replyBy, -1));
    expect(alarms()).toEqual([]);
    await world.passUntil(after(replyBy, 3 * DAY));
    const silent = { event: 'alarm', alarm: 'silent', caseId: CASE, peer: testNode('vendor') };
    expect(alarms()).toEqual([silent]);
    await world.restart('cert');
    expect(alarms()).toEqual([silent, silent]);
  });

  it('§1: of an ending card comes 30 days before, for the own card and those of peers', async () => {
    await world.passUntil(after(world.clock.now(), 334 * DAY));
    expect(alarms()).toEqual([]);
    await world.passUntil(after(world.clock.now(), 3 * DAY));
    await world.rest();
    expect(alarms()).toEqual(
      ['cert', 'vendor'].map((name) => ({
        event: 'alarm',
        alarm: 'card_expires',
        peer: testNode(name as 'cert' | 'vendor'),
      })),
    );
  });
});
