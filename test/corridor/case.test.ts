import { afterEach, describe, expect, it } from 'vitest';
import { docketOf } from '../../node/core/case/chamber.js';
import { standingOf } from '../../node/core/settlement/settle.js';
import { after, DAY, type Instant, readInstant, writeInstant } from '../../node/core/time.js';
import { about, agree, CASE, expectDone, fragment, introduceAll } from '../support/case-play.js';
import { TEST_NOW, type TestNode, testNode } from '../support/keys.js';
import { openWorld, SUMMARY, type World } from '../support/world.js';

let world: World;
afterEach(() => world.stop());

const CENTRES: readonly TestNode[] = ['cert', 'jpcert', 'nisc'];

async function threeCentres(autoAccept = true): Promise<void> {
  world = await openWorld([
    ...CENTRES.map((name) => ({ name, role: 'centre' as const, autoAccept })),
    { name: 'vendor', role: 'vendor' as const },
    { name: 'supplier', role: 'vendor' as const },
  ]);
  await introduceAll(world, CENTRES, [
    ['vendor', 'jpcert'],
    ['supplier', 'cert'],
  ]);
}

function standing(name: TestNode) {
  const node = world.node(name);
  const held = node.state().cases.get(CASE);
  if (held === undefined) throw new Error('no case');
  return standingOf(docketOf(node.state(), held, world.clock.now()));
}

describe('model 2 from summary to publication', () => {
  it('§7.2: the charter is in force at every member, and the details follow it', async () => {
    await threeCentres();
    await agree(world, { centres: CENTRES });
    for (const name of CENTRES) expect(standing(name)?.epoch).toBe(0);
    for (const name of ['jpcert', 'nisc'] as const)
      expect(world.node(name).state().cases.get(CASE)?.details?.value.text).toContain('second field');
  });

  it('DIS-M9: §5.2: vendor asks its centre, the centre grants and reports upwards', async () => {
    await threeCentres();
    await agree(world, { centres: CENTRES });
    const [jpcert, vendor, cert] = [world.node('jpcert'), world.node('vendor'), world.node('cert')];
    const replyBy = after(world.clock.now(), 7 * DAY);
    expectDone(await jpcert.order({ act: 'tell', to: [vendor.node], replyBy }, about()));
    await world.settle();
    expect(vendor.state().cases.get(CASE)?.summary.value).toEqual(SUMMARY);
    expect(vendor.state().cases.get(CASE)?.details).toBeUndefined();
    const body = {
      kind: 'detail_request',
      requester: vendor.node,
      who: 'PSIRT',
      why: 'affected',
      products: [],
    } as const;
    expectDone(await vendor.order({ act: 'say', to: jpcert.node, body }, about()));
    await world.settle();
    const [request] = jpcert.state().cases.get(CASE)?.requests.keys() ?? [];
    if (request === undefined) throw new Error('no request');
    expectDone(await jpcert.order({ act: 'grant', request, consent: '' }, about()));
    await world.settle();
    expect(vendor.state().cases.get(CASE)?.details?.value.text).toContain('second field');
    expect(
      cert
        .state()
        .cases.get(CASE)
        ?.lists.get(jpcert.node)
        ?.map(({ vendor: node }) => node),
    ).toEqual([vendor.node]);
  });

  it('§7, §8: an amendment moves the instant and everybody publishes at it', async () => {
    await threeCentres();
    await agree(world, { centres: CENTRES });
    const at = '2027-02-10T12:00:00Z';
    for (const [index, name] of CENTRES.entries()) {
      const hard = [{ id: 'ready', kind: 'notBefore', party: `p${index}`, relax: 'never', at }];
      const soft = [{ id: 'wait', kind: 'delay', from: '2027-01-05T00:00:00Z', perDay: 5, cap: 500 }];
      expectDone(
        await world
          .node(name)
          .order({ act: 'constrain', fragment: fragment(`p${index}`, hard, soft) }, about()),
      );
    }
    await world.settle();
    const cert = world.node('cert');
    for (const other of ['jpcert', 'nisc'] as const)
      expectDone(
        await cert.order(
          {
            act: 'say',
            to: testNode(other),
            body: { kind: 'amend_request', slot: 1, round: 0, why: 'ready later', change: undefined },
          },
          about(),
        ),
      );
    await world.settle();
    for (const name of CENTRES)
      expect([standing(name)?.epoch, writeInstant(standing(name)?.at as Instant)]).toEqual([1, at]);
    const settled = readInstant(at) as Instant;
    await world.passUntil(after(settled, DAY));
    for (const name of CENTRES)
      expect(writeInstant(world.node(name).releasedAt.get(CASE) as Instant)).toBe(at);
    expect(TEST_NOW).toBeLessThan(settled);
  });
});

describe('an order to a node that has stopped', () => {
  it('§10: is refused as such: NODE_STOPPED', async () => {
    world = await openWorld([{ name: 'cert', role: 'centre' }]);
    const cert = world.node('cert');
    await cert.running.stop();
    const order = cert.order({ act: 'policy', autoAccept: true });
    expect(await order).toEqual({ ok: false, fault: { code: 'NODE_STOPPED' } });
  });
});

describe('a disk that fails while an order waits its turn', () => {
  it('LOG-4: the order behind entries that are on no disk is answered, and the node ends with what broke it', async () => {
    let failing = false;
    let waiting: Promise<unknown> | undefined;
    const dies = () => {
      if (!failing || waiting !== undefined) return undefined;
      // The entries of the vendor have their place already, so this one stands behind them.
      waiting = world.node('cert').order({ act: 'policy', autoAccept: true });
      return 'before' as const;
    };
    world = await openWorld([
      { name: 'cert', role: 'centre', dies },
      { name: 'vendor', role: 'vendor' },
    ]);
    await introduceAll(world, ['cert'], [['vendor', 'cert']]);
    await agree(world, { centres: ['cert'] });
    const [cert, vendor] = [world.node('cert'), world.node('vendor')];
    const replyBy = after(world.clock.now(), 7 * DAY);
    expectDone(await cert.order({ act: 'tell', to: [vendor.node], replyBy }, about()));
    await world.settle();
    failing = true;
    const body = { kind: 'comment', text: 'We look into it.' } as const;
    expectDone(await vendor.order({ act: 'say', to: cert.node, body }, about()));
    expect(await cert.running.ended).toMatchObject({ fault: { code: 'STORE_FAILED' } });
    expect(await waiting).toEqual({ ok: false, fault: { code: 'NODE_STOPPED' } });
  });
});

describe('an order that cannot be written down', () => {
  it('§10: is refused by name, leaves no entry, and the node goes on', async () => {
    await threeCentres();
    const cert = world.node('cert');
    const before = cert.feeds.head({ author: cert.node, recipient: cert.node }).tip.size;
    const open = { act: 'case_open', caseSummary: SUMMARY, onward: 'ask', replyByDays: 7 } as const;
    const refused = await cert.order({ ...open, details: 'x'.repeat(100_001) }, about());
    expect(refused).toMatchObject({ ok: false, fault: { code: 'STATEMENT_FIELD' } });
    expect(cert.feeds.head({ author: cert.node, recipient: cert.node }).tip.size).toBe(before);
    expectDone(await cert.order({ ...open, details: 'Short.' }, about()));
  });
});
