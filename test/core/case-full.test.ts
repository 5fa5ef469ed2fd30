/** §10: one peer in a loop takes no more than its own room in a case: the others are heard, above all their warnings. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { CoreSeat, CoreWorld } from '../../node/cli/conformance/exchange/core-world.js';
import type { Case } from '../../node/core/case/case.js';
import { withCase } from '../../node/core/state.js';
import type { SpokenBody } from '../../node/core/statement.js';
import { after, DAY } from '../../node/core/time.js';
import { about, CASE } from '../support/case-play.js';
import { agreeCores, openCores } from '../support/core-play.js';
import { type TestNode, testNode } from '../support/keys.js';

const SEATS: readonly CoreSeat[] = [
  { name: 'cert', role: 'centre' },
  { name: 'jpcert', role: 'centre' },
  { name: 'vendor', role: 'vendor' },
  { name: 'supplier', role: 'vendor' },
];

let world: CoreWorld;

beforeEach(() => {
  world = openCores(SEATS, { details: 'Details.' });
  agreeCores(world, ['cert', 'jpcert']);
  const to = [testNode('vendor'), testNode('supplier')];
  world.order('cert', { act: 'tell', to, replyBy: after(world.now, 7 * DAY) }, about());
  world.settle();
});

function heldBy(name: TestNode): Case {
  const held = world.node(name).state.cases.get(CASE);
  if (held === undefined) throw new Error('no case');
  return held;
}

/** So many of what is there, under keys of their own. */
function copies<V>(of: ReadonlyMap<string, V>, count: number): ReadonlyMap<never, V> {
  const [[, one] = []] = [...of];
  if (one === undefined) throw new Error('one of them is there');
  return new Map(Array.from({ length: count }, (_, at) => [`${at}` as never, one]));
}

function fill(
  name: TestNode,
  member: 'words' | 'acknowledged' | 'requests' | 'notices' | 'remedies',
  count: number,
) {
  const node = world.node(name);
  const held = heldBy(name);
  const full = copies(held[member] as ReadonlyMap<string, unknown>, count);
  node.state = withCase(node.state, { ...held, [member]: full });
}

function say(from: TestNode, body: SpokenBody, to: TestNode = 'cert') {
  const before = world.node(to).refusals.length;
  world.order(from, { act: 'say', to: testNode(to), body }, about());
  world.settle();
  return world
    .node(to)
    .refusals.slice(before)
    .map(({ fault }) => fault.code);
}

const comment: SpokenBody = { kind: 'comment', text: 'And again.' };
const warning: SpokenBody = { kind: 'exploit_public', evidence: 'It is on a list.' };
const ask = (name: TestNode): SpokenBody => ({
  kind: 'detail_request',
  ...{ requester: testNode(name), who: 'N', why: 'to look', products: [] },
});
const read = (name: TestNode): SpokenBody => ({ kind: 'acknowledge', of: heldBy(name).summary.stamp.id });
const remedy = (name: TestNode): SpokenBody => ({
  kind: 'remedy',
  ...{ vendor: testNode(name), vendorName: name, remedy: 'Update.', references: [] },
});

describe('what one peer may say in one case', () => {
  it.each([
    ['words', 'words', comment, comment],
    ['warnings behind words', 'words', comment, warning],
  ] as const)('%s: so many, then CASE_FULL, and another peer is heard', (_, member, first, next) => {
    expect(say('vendor', first)).toEqual([]);
    fill('cert', member, 999);
    expect(say('vendor', next)).toEqual([]);
    expect(say('vendor', next)).toEqual(['CASE_FULL']);
    expect(say('supplier', next)).toEqual([]);
  });

  it.each([
    ['acknowledged', read],
    ['requests', ask],
  ] as const)('%s: so many, then CASE_FULL, and another peer is heard', (member, made) => {
    expect(say('vendor', made('vendor'))).toEqual([]);
    fill('cert', member, 1_000);
    expect(say('vendor', made('vendor'))).toEqual(['CASE_FULL']);
    expect(say('supplier', made('supplier'))).toEqual([]);
  });

  it('remedies: one of each vendor, and of so many vendors', () => {
    expect(say('vendor', remedy('vendor'))).toEqual([]);
    fill('cert', 'remedies', 5_000);
    expect(say('vendor', remedy('vendor'))).toEqual(['CASE_FULL']);
  });

  it('notices of the instant: so many of one centre', () => {
    const notice = [...world.node('vendor').arrivals].find(
      ({ statement: { body } }) => body.kind === 'publication_notice',
    )?.statement.body as SpokenBody;
    expect(say('cert', notice, 'vendor')).toEqual([]);
    fill('vendor', 'notices', 1_000);
    expect(say('cert', notice, 'vendor')).toEqual(['CASE_FULL']);
  });
});
