/** A report becomes a case. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Desk } from '../../node/control/desk.js';
import { REPORT_VERBS } from '../../node/control/verbs/reports.js';
import { after, DAY } from '../../node/core/time.js';
import { expectDone } from '../support/case-play.js';
import { openWorld, type World, worldCase } from '../support/world.js';

let world: World;

beforeEach(async () => {
  world = await openWorld([
    { name: 'cert', role: 'centre' },
    { name: 'vendor', role: 'vendor' },
  ]);
  await world.introduce(['cert', 'vendor']);
});
afterEach(() => world.stop());

async function ask(verb: string, given: Readonly<Record<string, unknown>>): Promise<unknown> {
  const { state, feeds, running } = world.node('cert');
  const live = { node: running, chance: { caseId: () => worldCase(9) } };
  const desk = { state, feeds, now: world.clock.now, live } as unknown as Desk;
  const done = await REPORT_VERBS[verb]?.run(given, desk, 'O');
  expectDone(done ?? { ok: false });
  return done?.ok === true ? done.value : undefined;
}

test('no text is cut through a character: what a vendor hears is what stands here', async () => {
  // The last place within the bound of a name holds the first half of a character.
  const product = `${'p'.repeat(199)}😀`;
  const { report } = (await ask('new', { text: { title: 'A report', product } })) as {
    readonly report: string;
  };
  await ask('assess', { report, verdict: 'vulnerability' });
  await ask('route', { report, title: 'A flaw' });
  const cert = world.node('cert');
  const [held] = [...cert.state().cases.values()];
  const to = [world.node('vendor').node];
  const tell = { act: 'tell', to, replyBy: after(world.clock.now(), 7 * DAY) } as const;
  expectDone(await cert.order(tell, held && { caseId: held.id, tlp: held.tlp }));
  await world.settle();
  const [heard] = [...world.node('vendor').state().cases.values()];
  expect(heard?.summary.value.products).toEqual(['p'.repeat(199)]);
});
