/** §5.6: silence is told from an answer, and an answer of a vendor is where it stands. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { CoreSeat, CoreWorld } from '../../node/cli/conformance/exchange/core-world.js';
import { awaited } from '../../node/core/case/last-heard.js';
import type { SpokenBody } from '../../node/core/statement.js';
import { after, DAY, HOUR, type Instant } from '../../node/core/time.js';
import { about, CASE } from '../support/case-play.js';
import { openCores } from '../support/core-play.js';
import { type TestNode, testNode } from '../support/keys.js';

const SEATS: readonly CoreSeat[] = [
  { name: 'cert', role: 'centre' },
  { name: 'jpcert', role: 'centre' },
  { name: 'vendor', role: 'vendor' },
];
const [JPCERT, VENDOR] = [testNode('jpcert'), testNode('vendor')];

let world: CoreWorld;
let replyBy: Instant;

beforeEach(() => {
  world = openCores(SEATS, { details: 'The details.' });
  replyBy = after(world.now, 7 * DAY);
  world.order('cert', { act: 'tell', to: [JPCERT, VENDOR], replyBy }, about());
  world.settle();
});

function owing(): Readonly<Record<string, Instant>> {
  const { state } = world.node('cert');
  const held = state.cases.get(CASE);
  return held === undefined ? {} : Object.fromEntries(awaited(state, held));
}

function say(from: TestNode, body: SpokenBody): void {
  world.order(from, { act: 'say', to: testNode('cert'), body }, about());
  world.settle();
}

function acknowledge(from: TestNode): void {
  const [summary] = [...world.node(from).state.cases.values()];
  if (summary === undefined) throw new Error('a case');
  say(from, { kind: 'acknowledge', of: summary.summary.stamp.id });
}

const STATUS: SpokenBody = {
  kind: 'vendor_status',
  report: {
    vendor: VENDOR,
    vendorName: 'Vendor',
    status: 'under_investigation',
    fixProgress: 'none',
    impact: '',
    plan: '',
    readyAt: undefined,
    statement: '',
    products: [],
    justification: undefined,
    verdicts: [],
  },
};

describe('an answer', () => {
  it('§5.6: of a vendor is its status: neither an acknowledgement nor a comment is one', () => {
    expect(owing()).toEqual({ [JPCERT]: replyBy, [VENDOR]: replyBy });
    acknowledge('vendor');
    say('vendor', { kind: 'comment', text: 'We will look at it.' });
    expect(owing()).toEqual({ [JPCERT]: replyBy, [VENDOR]: replyBy });
    say('vendor', STATUS);
    expect(owing()).toEqual({ [JPCERT]: replyBy });
  });

  it('§5.6: of a centre is any word: it has no product to speak of', () => {
    acknowledge('jpcert');
    expect(owing()).toEqual({ [VENDOR]: replyBy });
  });

  it('§5.6: is not owed while the details that were asked for are, and 72 hours more after that was decided', () => {
    say('vendor', { kind: 'detail_request', requester: VENDOR, who: 'N', why: 'to look', products: [] });
    expect(owing()).toEqual({ [JPCERT]: replyBy });
    world.now = after(world.now, 8 * DAY);
    const [request] = [...(world.node('cert').state.cases.get(CASE)?.requests.keys() ?? [])];
    if (request === undefined) throw new Error('a request');
    expect(
      world.order('cert', { act: 'deny', request, reason: 'policy', remark: '' }, about()),
    ).toBeUndefined();
    world.settle();
    expect(owing()[VENDOR]).toBe(after(world.now, 72 * HOUR));
  });
});
