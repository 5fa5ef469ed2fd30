/** Advance notice to sites with special exposure: under an agreement, at its own time, once (DESIGN §5.5). */
import { beforeEach, describe, expect, it } from 'vitest';
import { type CoreSeat, type CoreWorld, refold } from '../../node/cli/conformance/exchange/core-world.js';
import { advanceNotices } from '../../node/core/case/advance.js';
import { docketOf } from '../../node/core/case/chamber.js';
import { advisoryOf } from '../../node/core/case/publish.js';
import { nextDue } from '../../node/core/duties.js';
import { type Standing, standingOf } from '../../node/core/settlement/settle.js';
import type { Order, SpokenBody } from '../../node/core/statement.js';
import { after, HOUR, type Instant, MINUTE } from '../../node/core/time.js';
import { about, CASE, fragment, termsFor } from '../support/case-play.js';
import { openCores } from '../support/core-play.js';
import { testNode } from '../support/keys.js';

/** `supplier` plays a power station. */
const SEATS: readonly CoreSeat[] = [
  { name: 'cert', role: 'centre' },
  { name: 'vendor', role: 'vendor' },
  { name: 'supplier', role: 'infrastructure_site' },
];

let world: CoreWorld;
let instant: Instant;

const held = () => {
  const found = world.node('cert').state.cases.get(CASE);
  if (found === undefined) throw new Error('no case');
  return found;
};
const standing = (): Standing => {
  const found = standingOf(docketOf(world.node('cert').state, held(), world.now));
  if (found === undefined) throw new Error('nothing is settled');
  return found;
};
const atSite = () => world.node('supplier').state.cases.get(CASE);
const grant = (differs: Partial<Extract<Order, { act: 'advance' }>> = {}) => {
  const order = {
    act: 'advance',
    to: testNode('supplier'),
    agreement: 'NDA 7',
    offsetMs: 48 * HOUR,
  } as const;
  return world.order('cert', { ...order, text: 'Close port 7.', consent: '', ...differs }, about())?.code;
};
const comes = (now: Instant) => {
  world.now = now;
  world.tick('cert');
  world.settle();
};

beforeEach(() => {
  world = openCores(SEATS);
  world.order('cert', { act: 'charter_propose', terms: termsFor({ centres: ['cert'] }, world.now) }, about());
  world.settle();
  instant = standing().at;
});

describe('advance notice', () => {
  it('is said at its own time before the instant, not sooner, and the machine wakes for it', () => {
    expect(grant()).toBeUndefined();
    world.settle();
    expect(atSite()).toBeUndefined();
    expect(nextDue(world.node('cert').state, after(instant, -49 * HOUR))).toBe(after(instant, -48 * HOUR));
    comes(after(instant, -48 * HOUR - MINUTE));
    expect(atSite()).toBeUndefined();
    comes(after(instant, -48 * HOUR));
    expect([...(atSite()?.advice.values() ?? [])].map(({ value }) => value)).toEqual([
      { epoch: 0, at: instant, agreement: 'NDA 7', text: 'Close port 7.', from: testNode('cert') },
    ]);
    expect(atSite()?.details).toBeUndefined();
  });

  it('is said once, with the summary once, and stands on the disclosure record', () => {
    grant();
    comes(after(instant, -47 * HOUR));
    comes(after(instant, -46 * HOUR));
    const kinds = [...held().disclosures.values()].map(({ to, kind, what }) => [to, kind, what]);
    expect(kinds).toEqual([
      [testNode('supplier'), 'case_summary', 'summary'],
      [testNode('supplier'), 'advance_notice', 'notice'],
      // With the proof of the instant, as everybody gets it who was told the summary (R13).
      [testNode('supplier'), 'publication_notice', 'notice'],
    ]);
    const { state, arrivals } = world.node('cert');
    expect(refold(state.self, arrivals)).toEqual(state);
  });

  it('is said anew for an instant that was moved, and not at all once it is public', () => {
    grant();
    comes(after(instant, -47 * HOUR));
    const moved = { ...standing(), epoch: 1 };
    const { state } = world.node('cert');
    expect(advanceNotices(state, held(), standing())).toEqual([]);
    expect(advanceNotices(state, held(), moved)).toMatchObject([
      { draft: { body: { kind: 'advance_notice', epoch: 1 } } },
    ]);
    const mark = {
      epoch: 1,
      at: instant,
      rule: 'P2',
      publishedAt: instant,
      digest: '',
      revision: 1,
    } as never;
    const done = { ...held(), chamber: { ...held().chamber, published: mark } };
    expect(advanceNotices(state, done, moved)).toEqual([]);
  });

  it('ADVANCE_SITE: goes to sites only, never to a vendor', () => {
    expect(grant({ to: testNode('vendor') })).toBe('ADVANCE_SITE');
  });

  it('ADVANCE_ONLY: a site is told the summary in no other way, and nobody else of that order is told either', () => {
    const to = [testNode('vendor'), testNode('supplier')];
    const order = { act: 'tell', to, replyBy: after(world.now, 100 * HOUR) } as const;
    expect(world.order('cert', order, about())?.code).toBe('ADVANCE_ONLY');
    world.settle();
    expect([atSite(), held().told.size]).toEqual([undefined, 0]);
  });

  it('TLP_FORBIDS: under a strict label of another origin it takes the recorded consent of that origin', () => {
    const cert = world.node('cert');
    const strict = { ...held(), tlp: 'AMBER+STRICT', origin: testNode('vendor') } as const;
    cert.state = { ...cert.state, cases: new Map([[CASE, strict]]) };
    expect(grant()).toBe('TLP_FORBIDS');
    expect(grant({ consent: 'The origin agreed by telephone.' })).toBeUndefined();
  });

  describe('a site that was told', () => {
    const site = () => world.node('supplier');
    const report = {
      vendor: testNode('supplier'),
      vendorName: 'Power',
      status: 'affected',
      fixProgress: 'none',
      impact: '',
      plan: '',
      readyAt: undefined,
      statement: '',
      products: [],
      justification: undefined,
      verdicts: [],
    } as const;
    const remedy = { vendor: testNode('supplier'), vendorName: 'Power', remedy: 'Wait.', references: [] };
    const words: readonly SpokenBody[] = [
      { kind: 'vendor_status', report },
      { kind: 'remedy', ...remedy },
      { kind: 'schedule_preference', fragment: fragment('p', []) },
      { kind: 'detail_request', requester: testNode('supplier'), who: 'A', why: 'B', products: [] },
    ];
    const say = (body: SpokenBody) =>
      world.order('supplier', { act: 'say', to: testNode('cert'), body }, about())?.code;
    beforeEach(() => {
      grant();
      comes(after(instant, -47 * HOUR));
    });

    it.each(words)(
      'ADVANCE_WORDS: §5.5: gives no $kind, and one that comes all the same is refused',
      (body) => {
        expect(say(body)).toBe('ADVANCE_WORDS');
        // Another implementation lets its site say so.
        const { self } = site().state;
        site().state = { ...site().state, self: { ...self, role: 'vendor' } };
        expect(say(body)).toBeUndefined();
        world.settle();
        expect(world.node('cert').faults.map(({ code }) => code)).toEqual(['ADVANCE_WORDS']);
        const { reports, remedies, requests, preferences } = held();
        expect([reports, remedies, requests, preferences].map(({ size }) => size)).toEqual([0, 0, 0, 0]);
      },
    );

    it('asks what it wants to know', () => {
      expect(say({ kind: 'inquiry', text: 'Is port 8 safe?' })).toBeUndefined();
      world.settle();
      expect([...held().words.values()].map(({ text }) => text)).toEqual(['Is port 8 safe?']);
    });

    it('§5.5: is named in no advisory, whoever said a status or a remedy for it', () => {
      const stamp = { at: world.now, id: held().summary.stamp.id };
      const node = testNode('supplier');
      const said = {
        ...held(),
        reports: new Map([[node, { stamp, value: report, via: testNode('cert') }]]),
        remedies: new Map([[node, { stamp, value: remedy }]]),
      };
      const advisory = advisoryOf(world.node('cert').state, said, world.now);
      expect([advisory.vendors, advisory.remedies]).toEqual([[], []]);
      expect(JSON.stringify(advisory)).not.toContain(node);
    });
  });

  it('CASE_MEMBER: a site takes it only from who told it of the case', () => {
    grant();
    comes(after(instant, -47 * HOUR));
    const site = world.node('supplier');
    const known = site.state.cases.get(CASE);
    if (known === undefined) throw new Error('no case');
    site.state = { ...site.state, cases: new Map([[CASE, { ...known, from: testNode('vendor') }]]) };
    world.now = after(world.now, HOUR);
    const body = {
      kind: 'advance_notice',
      epoch: 2,
      at: instant,
      agreement: 'NDA 7',
      text: 'Again.',
    } as const;
    world.order('cert', { act: 'say', to: testNode('supplier'), body }, about());
    world.settle();
    expect(site.refusals.map(({ fault }) => fault.code)).toContain('CASE_WAITING');
    expect([...(atSite()?.advice.values() ?? [])].map(({ value }) => value.epoch)).toEqual([0]);
  });
});
