/**
 * R2 (f): who agrees to a proposal without asking is on record in the home feed, so that a refold decides as the
 * node has decided, whatever its configuration says by then.
 */
import { beforeEach, describe, expect, it } from 'vitest';
import type { CoreSeat, CoreWorld } from '../../node/cli/conformance/exchange/core-world.js';
import { about, CASE, fragment } from '../support/case-play.js';
import { agreeCores, openCores } from '../support/core-play.js';
import { type TestNode, testNode } from '../support/keys.js';

const SEATS: readonly CoreSeat[] = [
  { name: 'cert', role: 'centre', autoAccept: true },
  { name: 'jpcert', role: 'centre' },
];
const CENTRES: readonly TestNode[] = ['cert', 'jpcert'];

let world: CoreWorld;

const policyOf = (name: TestNode) => world.node(name).state.cases.get(CASE)?.chamber;
const voted = (name: TestNode) =>
  [...(policyOf(name)?.ballots.values() ?? [])].filter(
    ({ ballot }) => ballot.author === testNode(name) && ballot.body.kind === 'vote',
  ).length;

/** Both are asked for an amendment; cert proposes it, and jpcert has to agree. */
beforeEach(() => {
  world = openCores(SEATS);
  agreeCores(world, CENTRES);
  const hard = [{ id: 'h', kind: 'notBefore', party: 'p', relax: 'never', at: '2027-02-10T12:00:00Z' }];
  for (const name of CENTRES) world.order(name, { act: 'constrain', fragment: fragment('p', hard) }, about());
  world.settle();
});

const ask = () => {
  for (const name of CENTRES) {
    const [other] = CENTRES.filter((one) => one !== name);
    const body = { kind: 'amend_request', slot: 1, round: 0, why: 'later', change: undefined } as const;
    if (other !== undefined) world.order(name, { act: 'say', to: testNode(other), body }, about());
  }
  world.settle();
};

describe('the policy of the house', () => {
  it('R2 (f): without one nobody agrees until an officer does', () => {
    ask();
    expect([voted('cert'), voted('jpcert')]).toEqual([1, 0]);
  });

  it('R2 (f): from its order on holds in cases that are open already, and what is due is said at once', () => {
    ask();
    world.order('jpcert', { act: 'policy', autoAccept: true });
    expect(voted('jpcert')).toBe(1);
  });

  it('R2 (f): taken back before a proposal came, it agrees to nothing', () => {
    world.order('jpcert', { act: 'policy', autoAccept: true });
    world.order('jpcert', { act: 'policy', autoAccept: false });
    ask();
    expect(voted('jpcert')).toBe(0);
  });

  it('R2 (f): leaves a case alone to which an officer gave a policy of its own', () => {
    world.order('jpcert', { act: 'auto_accept', on: false }, about());
    world.order('jpcert', { act: 'policy', autoAccept: true });
    ask();
    expect([policyOf('jpcert')?.autoAccept, voted('jpcert')]).toEqual([false, 0]);
  });
});
