/**
 * DESIGN §4: the state follows from the feeds in any interleaving that keeps each feed's order. Home entries keep
 * their place: orders are answered by what was known when they were given, and they come back from a backup only.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CoreSeat,
  type CoreWorld,
  introduceCores,
  openCoreWorld,
  refold,
} from '../../node/cli/conformance/exchange/core-world.js';
import { charterOf } from '../../node/core/case/chamber.js';
import { feedKey } from '../../node/core/ids.js';
import type { Input, State } from '../../node/core/state.js';
import { after, DAY } from '../../node/core/time.js';
import { about, CASE, fragment, opening, termsFor } from '../support/case-play.js';
import { type TestNode, testNode } from '../support/keys.js';

const SEATS: readonly CoreSeat[] = [
  { name: 'cert', role: 'centre', autoAccept: true },
  { name: 'jpcert', role: 'centre', autoAccept: true },
  { name: 'nisc', role: 'centre', autoAccept: true },
  { name: 'fourth', role: 'centre', autoAccept: true },
  { name: 'vendor', role: 'vendor' },
];
const CENTRES: readonly TestNode[] = ['cert', 'jpcert', 'nisc'];

/** A whole case, delivered in an order drawn from `pick`; entries of one feed keep their order. */
function play(pick: (among: number) => number, joins = false): CoreWorld {
  const world = openCoreWorld(SEATS);
  introduceCores(world, SEATS);
  const it = about();
  const settle = () => {
    for (let owed = world.owed(); owed.length > 0; owed = world.owed()) {
      const feed = owed[pick(owed.length)];
      if (feed !== undefined) world.deliver(feed);
    }
  };
  world.order('cert', opening({ details: 'Details.', onward: 'own_vendors' }), it);
  world.order(
    'cert',
    { act: 'tell', to: [testNode('jpcert'), testNode('nisc')], replyBy: after(world.now, 7 * DAY) },
    it,
  );
  world.order('cert', { act: 'charter_propose', terms: termsFor({ centres: CENTRES }, world.now) }, it);
  settle();
  for (const name of ['jpcert', 'nisc'] as const) world.order(name, { act: 'charter_sign' }, it);
  settle();
  world.order('jpcert', { act: 'tell', to: [testNode('vendor')], replyBy: after(world.now, 7 * DAY) }, it);
  settle();
  const report = {
    vendor: testNode('vendor'),
    vendorName: 'Vendor',
    status: 'affected',
    fixProgress: 'none',
    impact: '',
    plan: '',
    readyAt: undefined,
    justification: undefined,
    verdicts: [],
    statement: 'We are affected.',
    products: [],
  } as const;
  world.order('vendor', { act: 'say', to: testNode('jpcert'), body: { kind: 'vendor_status', report } }, it);
  const hard = [{ id: 'ready', kind: 'notBefore', party: 'p', relax: 'never', at: '2027-02-10T12:00:00Z' }];
  for (const name of CENTRES) world.order(name, { act: 'constrain', fragment: fragment('p', hard) }, it);
  settle();
  for (const name of ['jpcert', 'nisc'] as const) {
    const body = { kind: 'amend_request', slot: 1, round: 0, why: 'ready later', change: undefined } as const;
    world.order('cert', { act: 'say', to: testNode(name), body }, it);
  }
  settle();
  if (!joins) return world;
  const change = { kind: 'join', member: { node: testNode('fourth'), model: 2 } } as const;
  const agree = { act: 'seat_change', change, agree: true, reason: 'found it too' } as const;
  world.order('cert', agree, it);
  settle();
  world.order('fourth', { act: 'charter_join' }, it);
  for (const name of ['jpcert', 'nisc'] as const) world.order(name, agree, it);
  settle();
  world.order('fourth', { act: 'constrain', fragment: fragment('p', hard) }, it);
  settle();
  return world;
}

/** Shuffles what lies between two home entries, keeping the order of each feed. */
function interleave(arrivals: readonly Input[], pick: (among: number) => number): readonly Input[] {
  const order: Input[] = [];
  let lanes = new Map<string, Input[]>();
  const flush = () => {
    while (lanes.size > 0) {
      const keys = [...lanes.keys()];
      const key = keys[pick(keys.length)] ?? '';
      const lane = lanes.get(key) ?? [];
      const next = lane.shift();
      if (next !== undefined) order.push(next);
      if (lane.length === 0) lanes.delete(key);
    }
    lanes = new Map();
  };
  for (const input of arrivals) {
    if (input.feed.author === input.feed.recipient) {
      flush();
      order.push(input);
      continue;
    }
    const key = feedKey(input.feed);
    lanes.set(key, [...(lanes.get(key) ?? []), input]);
  }
  flush();
  return order;
}

/** Maps and sets in a fixed order, so that two states compare by content. */
function content(state: State): string {
  return JSON.stringify(state, (_, value: unknown) => {
    if (value instanceof Map)
      return [...value.entries()]
        .map(([key, entry]) => [JSON.stringify(key), entry])
        .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
    if (value instanceof Set) return [...value].map((member) => JSON.stringify(member)).sort();
    return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value;
  });
}

const picks = fc.infiniteStream(fc.nat());
const pickFrom = (stream: Iterator<number>) => (among: number) => (stream.next().value as number) % among;

describe('the fold', () => {
  it('§4: gives the state again from the arrivals, without deciding anything anew', () => {
    const world = play(() => 0);
    for (const { name } of SEATS) {
      const { state, arrivals } = world.node(name);
      expect(content(refold(state.self, arrivals))).toBe(content(state));
    }
  });

  it('§4: does not depend on which feed was faster', () => {
    fc.assert(
      fc.property(picks, (stream) => {
        const pick = pickFrom(stream[Symbol.iterator]());
        const world = play(() => 0);
        for (const { name } of SEATS) {
          const { state, arrivals } = world.node(name);
          expect(content(refold(state.self, interleave(arrivals, pick)))).toBe(content(state));
        }
      }),
      { seed: 20_270_105, numRuns: 8 },
    );
  });

  it('R12, §4: nor on it while a centre joins', () => {
    fc.assert(
      fc.property(picks, (stream) => {
        const pick = pickFrom(stream[Symbol.iterator]());
        const world = play(pick, true);
        for (const { name } of SEATS) {
          const { state, arrivals } = world.node(name);
          expect(content(refold(state.self, interleave(arrivals, pick)))).toBe(content(state));
        }
        const seats = ['cert', 'jpcert', 'nisc', 'fourth'] as const;
        const seen = seats.map((name) => {
          const { state } = world.node(name);
          const held = state.cases.get(CASE);
          return held && [charterOf(state, held)?.n, held.details?.value.from];
        });
        expect(seen).toEqual(seats.map(() => [4, testNode('cert')]));
      }),
      { seed: 20_270_107, numRuns: 5 },
    );
  });

  it('§7: everybody settles on one instant, whatever the order of delivery', () => {
    fc.assert(
      fc.property(picks, (stream) => {
        const world = play(pickFrom(stream[Symbol.iterator]()));
        const finals = CENTRES.map(
          (name) =>
            [...(world.node(name).state.cases.get(CASE)?.chamber.ballots.values() ?? [])].filter(
              ({ ballot }) => ballot.body.kind === 'commit',
            ).length,
        );
        expect(finals).toEqual([3, 3, 3]);
      }),
      { seed: 20_270_106, numRuns: 8 },
    );
  });
});
