/**
 * ENV-2: words that a peer could not open. It names the row of entries; we say them anew when a new card of it comes
 * or an officer orders it, and until then it is an alarm.
 */
import { beforeEach, describe, expect, it } from 'vitest';
import {
  type CoreSeat,
  type CoreWorld,
  coreCard,
  refold,
} from '../../node/cli/conformance/exchange/core-world.js';
import { unreadBy } from '../../node/core/case/unread.js';
import { alarms } from '../../node/core/duties.js';
import { LIMITS } from '../../node/core/limits.js';
import type { SpokenBody } from '../../node/core/statement.js';
import { after, DAY } from '../../node/core/time.js';
import { about, CASE } from '../support/case-play.js';
import { openCores } from '../support/core-play.js';
import { type TestNode, testNode } from '../support/keys.js';
import { SUMMARY } from '../support/world.js';

const SEATS: readonly CoreSeat[] = [
  { name: 'cert', role: 'centre' },
  { name: 'jpcert', role: 'centre' },
];
const JPCERT = testNode('jpcert');

let world: CoreWorld;

const say = (from: TestNode, to: TestNode, body: SpokenBody) =>
  world.order(from, { act: 'say', to: testNode(to), body }, about());
/** jpcert tells cert of a row; `until` is left out while the row goes on. */
const complain = (sequence: number, until?: number) => {
  say('jpcert', 'cert', { kind: 'unreadable', sequence, until, code: 'ENVELOPE_UNDECRYPTABLE' });
  world.settle();
};
const unread = () => unreadBy(world.node('cert').state, JPCERT).map(({ said }) => said.sequence);
const ringing = () => alarms(world.node('cert').state, world.now).map(({ alarm }) => alarm);
const heardBy = (name: TestNode) =>
  [...(world.node(name).state.cases.get(CASE)?.words.values() ?? [])].map(({ text }) => text);

/** cert has said to jpcert: 0 the summary, 1 and 2 comments. */
beforeEach(() => {
  world = openCores(SEATS);
  world.order('cert', { act: 'tell', to: [JPCERT], replyBy: after(world.now, 7 * DAY) }, about());
  for (const text of ['one', 'two']) say('cert', 'jpcert', { kind: 'comment', text });
  world.settle();
});

describe('a row of entries that a peer could not open', () => {
  it('ENV-2: is an alarm from its first entry on, and holds everything said until it ends', () => {
    complain(1);
    expect([unread(), ringing()]).toEqual([[1, 2], ['unread']]);
    say('cert', 'jpcert', { kind: 'comment', text: 'three' });
    expect(unread()).toEqual([1, 2, 3]);
    complain(1, 1);
    expect(unread()).toEqual([1]);
  });

  it('ENV-M14: ENV-2: is said anew by order, in its order, and the peer hears it', () => {
    complain(1);
    complain(1, 2);
    expect(world.order('cert', { act: 'resay', to: JPCERT })).toBeUndefined();
    world.settle();
    expect(heardBy('jpcert')).toEqual(['one', 'two', 'one', 'two']);
    expect([unread(), ringing()]).toEqual([[], []]);
  });

  it('ENV-2: is said anew at once when a new card of the peer comes', () => {
    complain(2);
    const card = { ...coreCard({ name: 'jpcert', role: 'centre' }), sequence: 2 };
    world.order('cert', { act: 'peer_add', card, text: 'card' });
    world.settle();
    expect(heardBy('jpcert')).toEqual(['one', 'two', 'two']);
    // The row ended before what was said anew: nothing is left of it.
    complain(2, 2);
    expect(ringing()).toEqual([]);
  });

  it('ENV-2: said anew too early is still a row, of the new entries alone', () => {
    complain(1);
    world.order('cert', { act: 'resay', to: JPCERT });
    expect(unread()).toEqual([3, 4]);
    complain(1, 4);
    expect(unread()).toEqual([3, 4]);
    world.order('cert', { act: 'resay', to: JPCERT });
    expect(ringing()).toEqual([]);
  });

  it('§5.6: a summary asks anew for an answer within a time that can be kept', () => {
    complain(0, undefined);
    complain(0, 0);
    world.now = after(world.now, 30 * DAY);
    world.order('cert', { act: 'resay', to: JPCERT });
    const { told } = world.node('cert').state.cases.get(CASE) ?? {};
    expect(told?.get(JPCERT)?.replyBy).toBe(after(world.now, 3 * DAY));
  });

  it('of words that replace each other only the newest are said anew', () => {
    for (const title of ['First title', 'Second title'])
      world.order('cert', { act: 'case_update', caseSummary: { ...SUMMARY, title } }, about());
    complain(3);
    complain(3, 3);
    expect(unread()).toEqual([]);
  });

  it('a request that is asked anew stays one request', () => {
    const body = { kind: 'detail_request', requester: JPCERT, who: 'a', why: 'b', products: [] } as const;
    for (const _ of [1, 2]) say('jpcert', 'cert', body);
    expect(world.node('jpcert').state.cases.get(CASE)?.requests.size).toBe(1);
  });

  it.each([
    ['ends before it begins: STATEMENT_FIELD', 'STATEMENT_FIELD', () => complain(5, 4)],
    [
      'is one too many: LIMIT_EXCEEDED',
      'LIMIT_EXCEEDED',
      () => {
        for (let row = 0; row <= LIMITS.unreadRows.most; row += 1) complain(row);
      },
    ],
  ] as const)('is refused where it %s', (_, code, act) => {
    act();
    expect(world.node('cert').faults.map((fault) => fault.code)).toEqual([code]);
  });

  it('nothing is said anew to a peer that is not verified', () => {
    complain(1);
    world.order('cert', { act: 'peer_remove', node: JPCERT });
    expect(world.order('cert', { act: 'resay', to: JPCERT })).toMatchObject({ code: 'PEER_REMOVED' });
  });

  it('§4: is folded again to the same state', () => {
    complain(1);
    complain(1, 2);
    world.order('cert', { act: 'resay', to: JPCERT });
    const { state, arrivals } = world.node('cert');
    expect(refold(state.self, arrivals)).toEqual(state);
  });
});
