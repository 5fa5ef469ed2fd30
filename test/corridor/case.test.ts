import { afterEach, describe, expect, it } from 'vitest';
import { after, DAY } from '../../node/core/time.js';
import { TEST_NOW } from '../support/keys.js';
import { openWorld, SUMMARY, type World, worldCase } from '../support/world.js';

let world: World;
afterEach(() => world.stop());

const CASE = worldCase(7);
const ABOUT = { caseId: CASE, tlp: 'AMBER' } as const;

describe('a case between two centres and a vendor', () => {
  it('carries the summary from a centre to another', async () => {
    world = await openWorld([
      { name: 'cert', role: 'centre' },
      { name: 'jpcert', role: 'centre' },
    ]);
    await world.introduce(['cert', 'jpcert']);
    const [cert, jpcert] = [world.node('cert'), world.node('jpcert')];
    const opened = await cert.order(
      { act: 'case_open', caseSummary: SUMMARY, details: 'The length is not checked.', onward: 'own_vendors', replyByDays: 7 },
      ABOUT,
    );
    expect(opened).toEqual({ ok: true, value: true });
    const told = await cert.order({ act: 'tell', to: [jpcert.node], replyBy: after(TEST_NOW, 7 * DAY) }, ABOUT);
    expect(told).toEqual({ ok: true, value: true });
    await world.settle();
    console.log(JSON.stringify(cert.journal), JSON.stringify(jpcert.journal));
    expect(jpcert.state().cases.get(CASE)?.summary.value.title).toBe(SUMMARY.title);
  });
});
