/**
 * Who may say what about a case, and what one participant must not be able to do to the others. Pure machines.
 */
import { beforeEach, describe, expect, it } from 'vitest';
import {
  type CoreSeat,
  type CoreWorld,
  introduceCores,
  openCoreWorld,
} from '../../node/cli/conformance/exchange/core-world.js';
import { problemView } from '../../node/control/views/schedule-view.js';
import { checkAdvisory } from '../../node/core/advisory-check.js';
import { sha256 } from '../../node/core/bytes.js';
import { takesPart } from '../../node/core/case/authority.js';
import { charterOf, docketOf } from '../../node/core/case/chamber.js';
import { summaryTo } from '../../node/core/case/disclose.js';
import { advisoryOf } from '../../node/core/case/publish.js';
import { alarms, duties, nextDue } from '../../node/core/duties.js';
import type { FaultCode } from '../../node/core/fault.js';
import { LIMITS } from '../../node/core/limits.js';
import { owe } from '../../node/core/owed.js';
import { proofOf } from '../../node/core/settlement/certificate.js';
import { standingOf } from '../../node/core/settlement/settle.js';
import { withCase } from '../../node/core/state.js';
import type { SpokenBody, VendorReport } from '../../node/core/statement.js';
import { after, DAY, type Instant } from '../../node/core/time.js';
import { about, CASE, fragment, opening, termsFor } from '../support/case-play.js';
import { type TestNode, testNode } from '../support/keys.js';
import { worldCase } from '../support/world.js';

const SEATS: readonly CoreSeat[] = [
  { name: 'cert', role: 'centre', autoAccept: true },
  { name: 'jpcert', role: 'centre', autoAccept: true },
  { name: 'nisc', role: 'centre', autoAccept: true },
  { name: 'vendor', role: 'vendor' },
  { name: 'supplier', role: 'vendor' },
];
const CENTRES: readonly TestNode[] = ['cert', 'jpcert', 'nisc'];
const CANARY = 'canary-in-the-details';

let world: CoreWorld;

const held = (name: TestNode) => {
  const found = world.node(name).state.cases.get(CASE);
  if (found === undefined) throw new Error('no case');
  return found;
};
const say = (from: TestNode, to: TestNode, body: SpokenBody) => {
  world.order(from, { act: 'say', to: testNode(to), body }, about());
  world.settle();
};
const codes = (name: TestNode): readonly FaultCode[] => world.node(name).faults.map(({ code }) => code);

function report(vendor: TestNode, status: VendorReport['status']): SpokenBody {
  return {
    kind: 'vendor_status',
    report: {
      vendor: testNode(vendor),
      vendorName: vendor,
      status,
      fixProgress: 'none',
      impact: '',
      plan: '',
      readyAt: undefined,
      justification: undefined,
      verdicts: [],
      statement: '',
      products: [],
    },
  };
}

beforeEach(() => {
  world = openCoreWorld(SEATS);
  introduceCores(world, SEATS);
  const it = about();
  const replyBy = after(world.now, 7 * DAY);
  world.order('cert', opening({ details: CANARY, onward: 'own_vendors' }), it);
  world.order('cert', { act: 'tell', to: [testNode('jpcert'), testNode('nisc')], replyBy }, it);
  world.order('cert', { act: 'charter_propose', terms: termsFor({ centres: CENTRES }, world.now) }, it);
  world.settle();
  for (const name of ['jpcert', 'nisc'] as const) world.order(name, { act: 'charter_sign' }, it);
  world.settle();
  world.order('jpcert', { act: 'tell', to: [testNode('vendor')], replyBy }, it);
  world.settle();
});

describe('who may speak', () => {
  it('§5: a status for a case that was never sent to this vendor is refused by name', () => {
    // The supplier knows the case id from somewhere; nobody told it.
    const supplier = world.node('supplier');
    supplier.state = { ...supplier.state, cases: new Map([[CASE, held('vendor')]]) };
    say('supplier', 'cert', report('supplier', 'affected'));
    expect(codes('cert')).toEqual(['CASE_WAITING']);
    expect(held('cert').reports.size).toBe(0);
  });

  it('§5: a status for a vendor that was never told waits, and then is refused: STATUS_WITHOUT_SUMMARY', () => {
    say('vendor', 'jpcert', report('supplier', 'affected'));
    expect(held('jpcert').reports.size).toBe(0);
    world.now = after(world.now, LIMITS.waitingMs.most + 1);
    world.tick('jpcert');
    expect(world.node('jpcert').refusals.map(({ fault }) => fault.code)).toEqual([
      'CASE_WAITING',
      'STATUS_WITHOUT_SUMMARY',
    ]);
  });

  it('DIS-M3: §5.1: nobody but the origin speaks under a wider label: TLP_WIDENED', () => {
    const jpcert = world.node('jpcert');
    jpcert.state = { ...jpcert.state, cases: new Map([[CASE, { ...held('jpcert'), tlp: 'GREEN' }]]) };
    say('jpcert', 'cert', { kind: 'inquiry', text: 'When?' });
    expect(codes('cert')).toEqual(['TLP_WIDENED']);
  });

  it('§5.1: what the origin does not have it cannot give: DETAILS_ABSENT', () => {
    const other = { ...about(), caseId: worldCase(8) };
    world.order('cert', opening(), other);
    const bytes = new Uint8Array([1]);
    const mark = { hash: sha256(bytes), bytes: 1, mediaType: 'text/plain' };
    const attach = { act: 'case_attach', mark, part: 0, parts: 1, bytes } as const;
    expect(world.order('cert', attach, other)).toMatchObject({ code: 'DETAILS_ABSENT' });
  });

  it('§6: without any constraint there is no problem to show: NOTHING_SETTLED', () => {
    const { state } = world.node('cert');
    const names = () => new Map();
    expect(problemView(state, held('cert'), world.now, names as never)).toMatchObject({
      fault: { code: 'NOTHING_SETTLED' },
    });
  });

  it('DIS-M8: §5: nobody speaks over a vendor that we told ourselves', () => {
    say('vendor', 'jpcert', report('vendor', 'affected'));
    say('nisc', 'jpcert', report('vendor', 'not_affected'));
    expect(held('jpcert').reports.get(testNode('vendor'))?.value.status).toBe('affected');
  });

  it('§5.2: a request keeps its requester, whatever list names it later', () => {
    const request = {
      kind: 'detail_request',
      requester: testNode('jpcert'),
      who: 'a',
      why: 'b',
      products: [],
    } as const;
    say('jpcert', 'cert', request);
    const [id] = held('cert').requests.keys();
    if (id === undefined) throw new Error('no request');
    const entries = [{ vendor: testNode('supplier'), name: 'x', request: id, at: world.now, card: '' }];
    say('jpcert', 'cert', { kind: 'disclosure_list', model: 1, entries });
    expect(held('cert').requests.get(id)?.requester).toBe(testNode('jpcert'));
  });

  it('§6: a constraint that is no fragment never enters the chamber', () => {
    const before = held('cert').chamber.ballots.size;
    const charter = charterOf(world.node('jpcert').state, held('jpcert'))?.id;
    world.cast(
      'jpcert',
      ['cert'],
      { kind: 'constraint', sequence: 0, fragment: '{not json' },
      charter,
      about(),
    );
    world.settle();
    expect(codes('cert')).toEqual(['CONSTRAINT_INVALID']);
    expect(held('cert').chamber.ballots.size).toBe(before);
  });
});

describe('a peer that is not verified', () => {
  it.each([
    ['removed', 'PEER_REMOVED'],
    ['unverified', 'PEER_UNVERIFIED'],
  ] as const)('CARD-M8, §1: is heard no more and told nothing once it is %s: %s', (standing, code) => {
    const cert = world.node('cert');
    const record = cert.state.peers.get(testNode('jpcert'));
    if (record === undefined) throw new Error('no such peer');
    const peers = new Map(cert.state.peers).set(testNode('jpcert'), { ...record, standing });
    cert.state = { ...cert.state, peers };
    say('jpcert', 'cert', { kind: 'inquiry', text: 'When?' });
    expect(codes('cert')).toEqual([code]);
    expect(held('cert').words.size).toBe(0);
    const order = { act: 'say', to: testNode('jpcert'), body: { kind: 'comment', text: 'Soon.' } } as const;
    expect(world.order('cert', order, about())).toMatchObject({ code });
  });
});

describe('who may be told', () => {
  const supplier = testNode('supplier');
  const order = (body: SpokenBody) => world.order('cert', { act: 'say', to: supplier, body }, about());
  const unheard = () => world.node('supplier').arrivals.every(({ feed }) => feed.author === supplier);

  it.each<SpokenBody>([
    { kind: 'inquiry', text: CANARY },
    { kind: 'comment', text: CANARY },
    { kind: 'attacks_observed', evidence: CANARY },
    report('supplier', 'affected'),
  ])('CASE_UNTOLD: §5.1: $kind goes to no peer that was never told of the case', (body) => {
    expect(order(body)).toMatchObject({ code: 'CASE_UNTOLD', where: supplier });
    world.settle();
    expect(unheard()).toBe(true);
    expect(held('cert').disclosures.size).toBeGreaterThan(0);
    expect([...held('cert').disclosures.values()].filter(({ to }) => to === supplier)).toEqual([]);
  });

  it('CASE_UNTOLD: nor to a centre that a member only wishes to have on the roster', () => {
    const member = { ...termsFor({ centres: CENTRES }, world.now).roster[0], node: supplier };
    const change = { kind: 'join', member, why: '' };
    const wish = { slot: 1, round: 0, why: '', change };
    const cert = world.node('cert');
    const chamber = { ...held('cert').chamber, wants: new Map([['jpcert', wish]]) };
    cert.state = withCase(cert.state, { ...held('cert'), chamber: chamber as never });
    expect(takesPart(cert.state, held('cert'), supplier)).toBe(true);
    expect(order({ kind: 'inquiry', text: CANARY })).toMatchObject({ code: 'CASE_UNTOLD' });
  });

  it.each<readonly [string, TestNode, TestNode]>([
    ['a vendor that it told', 'jpcert', 'vendor'],
    ['the centre that told it', 'vendor', 'jpcert'],
    ['a centre of the roster that it told nothing', 'jpcert', 'nisc'],
    ['the origin', 'nisc', 'cert'],
  ])('a node says free words to %s, and they stand on its disclosure record', (_, from, to) => {
    say(from, to, { kind: 'inquiry', text: 'When?' });
    expect([...held(to).words.values()].map(({ text }) => text)).toEqual(['When?']);
    const said = [...held(from).disclosures.values()].map((one) => [one.to, one.kind]);
    expect(said).toContainEqual([testNode(to), 'inquiry']);
  });

  it('words may follow a summary that waits for its peer: it stands before them in the feed (R9)', () => {
    const cert = world.node('cert');
    const summary = summaryTo(cert.state, held('cert'), supplier, after(world.now, 7 * DAY));
    const owed = new Map(cert.state.life.owed).set(supplier, owe(undefined, summary));
    cert.state = { ...cert.state, life: { ...cert.state.life, owed } };
    expect(order({ kind: 'inquiry', text: 'When?' })).toBeUndefined();
  });
});

describe('the critical section', () => {
  const at = () => termsFor({ centres: CENTRES }, world.now).defaultInstant;

  it('SET-M19: R8: an intent that no rule allows is refused in the order of arrivals', () => {
    const intent = { kind: 'publish_intent', epoch: 0, at: at(), rule: 'P2' } as const;
    expect(world.report('cert', intent, about())).toMatchObject({ code: 'RELEASE_REFUSED' });
    expect(held('cert').chamber.intent).toBeUndefined();
  });

  it('R8: there is one intent', () => {
    const intent = { kind: 'publish_intent', epoch: 0, at: at(), rule: 'P2' } as const;
    world.now = at();
    expect(world.report('cert', intent, about())).toBeUndefined();
    expect(world.report('cert', intent, about())).toMatchObject({ code: 'PUBLISHED_ALREADY' });
  });
});

describe('a certificate', () => {
  it('CER-M7: R13: of another case proves nothing to a vendor', () => {
    const other = { ...about(), caseId: worldCase(8) };
    world.order('cert', opening(), other);
    world.order(
      'cert',
      { act: 'tell', to: [testNode('supplier')], replyBy: after(world.now, 7 * DAY) },
      other,
    );
    world.settle();
    const docket = docketOf(world.node('cert').state, held('cert'), world.now);
    const standing = standingOf(docket);
    if (standing === undefined) throw new Error('no charter in force');
    const { epoch, at } = standing;
    const proof = proofOf(docket, standing);
    const notice = {
      kind: 'publication_notice',
      stage: 'settled',
      epoch,
      at,
      local: '',
      proof,
      vouched: [],
    } as const;
    world.order('cert', { act: 'say', to: testNode('supplier'), body: notice }, other);
    world.settle();
    expect(codes('supplier')).toEqual(['CERTIFICATE_INVALID']);
    expect(world.node('supplier').state.cases.get(other.caseId)?.notices.size).toBe(0);
  });
});

describe('a later charter', () => {
  it('§7.2: that nobody signed redirects no ballots', () => {
    const terms = termsFor({ centres: ['cert', 'jpcert'] }, world.now);
    world.cast('cert', ['jpcert'], { kind: 'charter', version: 2, terms }, undefined, about());
    world.settle();
    const hard = [{ id: 'h', kind: 'notBefore', party: 'p', relax: 'never', at: '2027-02-10T12:00:00Z' }];
    for (const name of CENTRES)
      world.order(name, { act: 'constrain', fragment: fragment('p', hard) }, about());
    world.settle();
    for (const name of ['jpcert', 'nisc'] as const)
      say('cert', name, { kind: 'amend_request', slot: 1, round: 0, why: 'later', change: undefined });
    const votes = [...held('nisc').chamber.ballots.values()].filter(
      ({ ballot }) => ballot.body.kind === 'vote' && ballot.body.slot === 1 && ballot.body.round === 0,
    );
    expect(votes.map(({ ballot }) => ballot.author).sort()).toEqual(CENTRES.map(testNode).sort());
  });
});

describe('what is published', () => {
  it('DOMAIN §1: never the details', () => {
    for (const name of CENTRES) {
      const { state } = world.node(name);
      expect(held(name).details?.value.text).toBe(CANARY);
      expect(JSON.stringify(advisoryOf(state, held(name), world.now))).not.toContain(CANARY);
    }
  });

  it('lists a vendor that gave a counter-measure and no status', () => {
    const remedy = {
      kind: 'remedy',
      vendor: testNode('vendor'),
      vendorName: 'vendor',
      remedy: 'Update.',
      references: [],
    } as const;
    say('vendor', 'jpcert', remedy);
    for (const name of ['jpcert', 'cert'] as const) {
      const advisory = advisoryOf(world.node(name).state, held(name), world.now);
      expect(checkAdvisory(advisory)).toMatchObject({ ok: true });
      expect(advisory.vendors.map(({ vendorId }) => vendorId)).toEqual([testNode('vendor')]);
    }
  });

  it('§8: is published although the lead closed the case', () => {
    world.order('cert', { act: 'case_close', reason: 'done' }, about());
    world.settle();
    const { state } = world.node('jpcert');
    const at = termsFor({ centres: CENTRES }, world.now).defaultInstant;
    expect(nextDue(state)).toBeLessThanOrEqual(at);
    expect(duties(state, at).map(({ kind }) => kind)).toEqual(['release']);
    expect(world.order('jpcert', { act: 'breach_confirm' }, about())).toBeUndefined();
  });
});

describe('alarms', () => {
  it('§5.6: silence is an alarm after the time to answer, and not before', () => {
    const silent = (now: Instant) =>
      alarms(world.node('jpcert').state, now).filter(({ alarm }) => alarm === 'silent');
    expect(silent(after(world.now, 6 * DAY))).toEqual([]);
    expect(silent(after(world.now, 8 * DAY))).toEqual([
      { caseId: CASE, alarm: 'silent', node: testNode('vendor') },
    ]);
  });

  it('SCHEDULING §2: a publication that is two minutes late is an alarm', () => {
    const at = termsFor({ centres: CENTRES }, world.now).defaultInstant;
    const overdue = (now: Instant) => alarms(world.node('nisc').state, now).map(({ alarm }) => alarm);
    expect(overdue(after(at, 60_000))).not.toContain('overdue');
    expect(overdue(after(at, 121_000))).toContain('overdue');
  });

  it('a clock that was set back still wakes the node at the instant', () => {
    const { state } = world.node('nisc');
    const at = termsFor({ centres: CENTRES }, world.now).defaultInstant;
    const ahead = { ...state, now: after(at, 30 * DAY) };
    expect(nextDue(ahead, after(at, -DAY))).toBe(at);
  });
});
