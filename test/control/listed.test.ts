/** What a centre enters for a vendor that has no node: the same report as of any other vendor. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Desk } from '../../node/control/desk.js';
import { VENDOR_VERBS } from '../../node/control/verbs/vendors.js';
import type { VendorReport } from '../../node/core/statement.js';
import { readInstant } from '../../node/core/time.js';
import { about, CASE, expectDone, opening } from '../support/case-play.js';
import { openWorld, type World } from '../support/world.js';

let world: World;

beforeEach(async () => {
  world = await openWorld([{ name: 'cert', role: 'centre' }]);
  expectDone(await world.node('cert').order(opening(), about()));
});
afterEach(() => world.stop());

async function enter(said: Readonly<Record<string, unknown>>): Promise<VendorReport | undefined> {
  const { state, feeds, running } = world.node('cert');
  const desk = { state, feeds, now: world.clock.now, live: { node: running } } as unknown as Desk;
  const given = { case: CASE, vendor: 'Elm Networks', ...said };
  const done = await VENDOR_VERBS['status']?.run(given, desk, 'O');
  expectDone(done ?? { ok: false });
  return state().cases.get(CASE)?.listed.get('Elm Networks')?.value;
}

test('everything that was typed stands in the report: progress of the fix, plan and the time when it is ready too', async () => {
  const said = { status: 'affected', fixProgress: 'ready', plan: 'Release 4.2.', impact: 'A restart.' };
  const report = await enter({ ...said, readyAt: '2027-01-12T00:00:00Z' });
  expect(report).toMatchObject({ ...said, readyAt: readInstant('2027-01-12T00:00:00Z') });
});

test('what is left out stays as it was said last', async () => {
  await enter({ status: 'under_investigation', statement: 'Update to 4.2.', products: ['Elm 4'] });
  const report = await enter({ status: 'affected', fixProgress: 'deployed' });
  expect(report).toMatchObject({
    status: 'affected',
    fixProgress: 'deployed',
    statement: 'Update to 4.2.',
    products: ['Elm 4'],
  });
});
