/**
 * What the lead says of a case reaches the vendors that know it from their own centre, and what a summary asks for is
 * what both sides mean.
 */
import { beforeEach, describe, expect, it } from 'vitest';
import { type CoreSeat, type CoreWorld, refold } from '../../node/cli/conformance/exchange/core-world.js';
import { alarms } from '../../node/core/duties.js';
import type { SpokenBody } from '../../node/core/statement.js';
import { after, DAY, HOUR } from '../../node/core/time.js';
import { about, CASE } from '../support/case-play.js';
import { agreeCores, openCores } from '../support/core-play.js';
import { type TestNode, testNode } from '../support/keys.js';
import { SUMMARY } from '../support/world.js';

const SEATS: readonly CoreSeat[] = [
  { name: 'cert', role: 'centre' },
  { name: 'jpcert', role: 'centre' },
  { name: 'vendor', role: 'vendor' },
];

let world: CoreWorld;

const held = (name: TestNode) => {
  const found = world.node(name).state.cases.get(CASE);
  if (found === undefined) throw new Error('no case');
  return found;
};
const say = (to: TestNode, body: SpokenBody) => {
  world.order('cert', { act: 'say', to: testNode(to), body }, about());
  world.settle();
};
const updated = (title: string) => ({ kind: 'case_update', caseSummary: { ...SUMMARY, title } }) as const;

/** cert leads; the vendor knows the case from jpcert alone. */
beforeEach(() => {
  world = openCores(SEATS);
  agreeCores(world, ['cert', 'jpcert']);
  const replyBy = after(world.now, 7 * DAY);
  world.order('jpcert', { act: 'tell', to: [testNode('vendor')], replyBy }, about());
  world.settle();
});

describe('words of the lead about a case', () => {
  it('§5.1: an update reaches every vendor that was told the summary', () => {
    world.now = after(world.now, HOUR);
    world.order('cert', { act: 'case_update', caseSummary: { ...SUMMARY, title: 'Two parsers' } }, about());
    world.settle();
    for (const { name } of SEATS) expect(held(name).summary.value.title).toBe('Two parsers');
    // The lead's stamp stays with the lead's words, so that its next update is the newer one.
    expect(held('jpcert').summary.stamp.at).toBe(held('cert').summary.stamp.at);
    const { state, arrivals } = world.node('jpcert');
    expect(refold(state.self, arrivals)).toEqual(state);
  });

  it('§5.1: under a stricter label than the summary they stay with the centre', () => {
    world.now = after(world.now, HOUR);
    // Another implementation may label a single statement more strictly than the case.
    const cert = world.node('cert');
    cert.state = { ...cert.state, cases: new Map([[CASE, { ...held('cert'), tlp: 'RED' }]]) };
    say('jpcert', updated('For few'));
    const [jpcert, vendor] = [held('jpcert'), held('vendor')].map(({ summary }) => summary.value.title);
    expect([jpcert, vendor]).toEqual(['For few', SUMMARY.title]);
  });

  it('a closing reaches them, too', () => {
    world.order('cert', { act: 'case_close', reason: 'A false alarm.' }, about());
    world.settle();
    expect(SEATS.map(({ name }) => held(name).closed)).toEqual(Array(3).fill('A false alarm.'));
  });

  it('DIS-M2: DESIGN §5: of somebody who does not lead are refused and reach nobody', () => {
    world.order('vendor', { act: 'say', to: testNode('jpcert'), body: updated('Mine') }, about());
    world.settle();
    expect(held('jpcert').summary.value.title).toBe(SUMMARY.title);
  });
});

describe('a reply-by under 72 hours', () => {
  const summary = (replyBy = after(world.now, HOUR)) =>
    ({
      kind: 'case_summary',
      replyBy,
      origin: testNode('cert'),
      model: 2,
      originCard: '',
      caseSummary: SUMMARY,
    }) as const;
  const leave = () => {
    // A centre that knows nothing yet, told by one that does not raise by itself.
    const jpcert = world.node('jpcert');
    jpcert.state = { ...jpcert.state, cases: new Map() };
  };

  it('DIS-M4: §5.6: is raised, and its author is told until when the answer will come', () => {
    leave();
    say('jpcert', summary());
    const raised = after(world.now, 72 * HOUR);
    expect(held('jpcert').replyBy).toBe(raised);
    expect(held('cert').told.get(testNode('jpcert'))?.replyBy).toBe(raised);
    const silent = alarms(world.node('cert').state, after(world.now, 2 * HOUR));
    expect(silent).toEqual([]);
  });

  it('§5.6: is raised no further than that', () => {
    const replyBy = after(world.now, 80 * DAY);
    const body = { kind: 'reply_by_raised', replyBy } as const;
    world.order('jpcert', { act: 'say', to: testNode('cert'), body }, about());
    world.settle();
    expect(world.node('cert').faults.map(({ code }) => code)).toEqual(['STATEMENT_FIELD']);
    expect(held('cert').told.get(testNode('jpcert'))?.replyBy).toBe(after(world.now, 7 * DAY));
  });
});
