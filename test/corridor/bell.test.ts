import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Desk } from '../../node/control/desk.js';
import { statusView } from '../../node/control/views/status-view.js';
import { after, DAY, HOUR } from '../../node/core/time.js';
import { about, agree, CASE, expectDone, opening } from '../support/case-play.js';
import { testNode } from '../support/keys.js';
import { openWorld, type World } from '../support/world.js';

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
    expectDone(await cert.order(opening(), about()));
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

describe('a node that stays mute after a start that seemed clean', () => {
  it('R9: is an alarm an hour after the start, with whom to call, until that centre has answered', async () => {
    await world.stop();
    let away = false;
    world = await openWorld(
      [
        { name: 'cert', role: 'centre' },
        { name: 'jpcert', role: 'centre' },
      ],
      { reachable: () => !away },
    );
    await world.introduce(['cert', 'jpcert']);
    await agree(world, { centres: ['cert', 'jpcert'] });
    away = true;
    world.hub.cut(testNode('cert'), testNode('jpcert'));
    await world.restart('cert');
    const begun = world.node('cert').state().life.begunAt;
    await world.passUntil(after(begun, HOUR - 1));
    expect(alarms()).toEqual([]);
    expect(await shownAlarms()).toEqual([]);
    await world.passUntil(after(begun, HOUR));
    expect(alarms()).toEqual([{ event: 'alarm', alarm: 'muted', caseId: CASE, peer: testNode('jpcert') }]);
    expect(await shownAlarms()).toEqual([
      expect.stringMatching(/has not answered since our start .* see that it runs and can be reached/),
    ]);
    away = false;
    await world.restart('jpcert');
    expect(await shownAlarms()).toEqual([]);
  });
});

/** Words of `status`; where there are any, its exit status is 4. */
async function shownAlarms(): Promise<readonly string[]> {
  const { state, feeds, clock } = world.node('cert');
  const desk = { state, feeds, now: clock.now, live: undefined, expiring: async () => [] };
  const { alarms: shown } = (await statusView(desk as unknown as Desk)) as unknown as {
    readonly alarms: readonly { readonly words: string }[];
  };
  return shown.map(({ words }) => words);
}
