/**
 * R9 and LOG-6 on whole nodes: what was forgotten comes back from the peers, and until it has, nothing is signed,
 * nothing is appended and nothing is released by memory.
 */

import { afterEach, describe, expect, it } from 'vitest';
import type { Case } from '../../node/core/case/case.js';
import { docketOf } from '../../node/core/case/chamber.js';
import { publishedBy } from '../../node/core/case/published.js';
import { houseAlarms } from '../../node/core/duties.js';
import type { BallotId, FeedId, NodeId } from '../../node/core/ids.js';
import { LIMITS } from '../../node/core/limits.js';
import { rootOf } from '../../node/core/log/tree.js';
import { mayRelease } from '../../node/core/settlement/release.js';
import { standingOf } from '../../node/core/settlement/settle.js';
import type { Waiting } from '../../node/core/state.js';
import type { Body } from '../../node/core/statement.js';
import { after, DAY, type Instant, readInstant, writeInstant } from '../../node/core/time.js';
import { about, agree, CASE, expectDone, fragment, introduceAll } from '../support/case-play.js';
import { type TestNode, testNode } from '../support/keys.js';
import { openWorld, SUMMARY, type World, worldCase } from '../support/world.js';

const CENTRES: readonly TestNode[] = ['cert', 'jpcert', 'nisc'];
const READY = '2027-02-10T12:00:00Z';

let world: World;
/** Nodes that nobody reaches now. */
let away: Set<NodeId>;
afterEach(() => world.stop());

async function threeCentres(accepting = CENTRES): Promise<void> {
  away = new Set();
  const reachable = (one: NodeId, other: NodeId) => !away.has(one) && !away.has(other);
  world = await openWorld(
    [
      ...CENTRES.map((name) => ({ name, role: 'centre' as const, autoAccept: accepting.includes(name) })),
      { name: 'vendor', role: 'vendor' as const },
    ],
    { reachable },
  );
  await introduceAll(world, CENTRES, [['vendor', 'jpcert']]);
  await agree(world, { centres: CENTRES });
}

async function constrain(...names: readonly TestNode[]): Promise<void> {
  for (const name of names) {
    const hard = [{ id: 'ready', kind: 'notBefore', party: name, relax: 'never', at: READY }];
    const soft = [{ id: 'wait', kind: 'delay', from: '2027-01-05T00:00:00Z', perDay: 5, cap: 500 }];
    expectDone(
      await world.node(name).order({ act: 'constrain', fragment: fragment(name, hard, soft) }, about()),
    );
  }
  await world.settle();
}

async function amend(by: TestNode): Promise<void> {
  const body = {
    kind: 'amend_request',
    slot: 1,
    round: 0,
    why: 'ready later',
    change: undefined,
  } as const;
  for (const other of CENTRES.filter((name) => name !== by))
    expectDone(await world.node(by).order({ act: 'say', to: testNode(other), body }, about()));
  await world.settle();
}

function leave(...names: readonly TestNode[]): void {
  away = new Set(names.map(testNode));
  for (const one of names)
    for (const other of [...CENTRES, 'vendor' as const]) world.hub.cut(testNode(one), testNode(other));
}

async function comeBack(): Promise<void> {
  away.clear();
  await world.connect();
}

function docket(name: TestNode) {
  const state = world.node(name).state();
  const held = state.cases.get(CASE);
  if (held === undefined) throw new Error(`${name} knows nothing of the case`);
  return docketOf(state, held, world.clock.now());
}

function ballots(name: TestNode, kind: string): readonly string[] {
  const { self, ballots: held } = docket(name);
  return [...held.values()]
    .filter(({ ballot }) => ballot.author === self && ballot.body.kind === kind)
    .map(({ ballot }) => ballot.id)
    .sort();
}

function votesIn(bodies: readonly Body[]): readonly BallotId[] {
  return bodies.flatMap((body) =>
    body.kind === 'ballot' && body.ballot.body.kind === 'vote' ? [body.ballot.id] : [],
  );
}

/** Every feed stands alike at both ends, and no entry of it was refused as a second history. */
function expectWhole(): void {
  for (const one of CENTRES)
    for (const other of CENTRES) {
      if (one === other) continue;
      const feed: FeedId = { author: testNode(one), recipient: testNode(other) };
      const [said, heard] = [world.node(one), world.node(other)].map(({ feeds }) => feeds.head(feed).tip);
      expect([one, other, heard?.size, heard && rootOf(heard)]).toEqual([
        one,
        other,
        said?.size,
        said && rootOf(said),
      ]);
    }
  const forks = CENTRES.flatMap((name) =>
    world
      .node(name)
      .journal.filter(
        (line) => line.event === 'fault' && ['FEED_FORK', 'BALLOT_TWICE'].includes(line.fault.code),
      ),
  );
  expect(forks).toEqual([]);
}

async function expectPublished(at: string): Promise<void> {
  await world.passUntil(after(readInstant(at) as Instant, DAY));
  for (const name of CENTRES) {
    const released = world.node(name).releasedAt.get(CASE);
    expect([name, released === undefined ? 'held' : writeInstant(released)]).toEqual([name, at]);
  }
}

describe('a node that was put back', () => {
  it.each([
    ['an old backup, beside the guard', { guard: 'kept' }, /^[0-9a-f]{40}>/],
    ['an old backup, its guard lost', { guard: 'lost' }, /^guard$/],
    ['a raw copy with its marker', { guard: 'copied', marked: true }, /^RESTORED-COPY$/],
    ['a raw copy that nobody marked, its guard put back as well', { guard: 'copied' }, /^[0-9a-f]{40}$/],
  ] as const)('R9: from %s, gets its words back from its peers and goes on', async (_, beside, cause) => {
    await threeCentres();
    const old = await world.copy('nisc');
    await constrain(...CENTRES);
    await amend('cert');
    const [votes, commits] = [ballots('nisc', 'vote'), ballots('nisc', 'commit')];
    expect(commits).not.toEqual([]);

    await world.putBack('nisc', old, beside);
    expect(world.node('nisc').state().life.restored?.cause).toMatch(cause);
    expect([ballots('nisc', 'vote'), ballots('nisc', 'commit')]).toEqual([votes, commits]);
    expect(standingOf(docket('nisc'))?.epoch).toBe(1);
    expect(docket('nisc').mutes).toEqual([]);
    expectWhole();
    await expectPublished(READY);
    expectWhole();
  });

  it('SET-M15: R9: signs nothing before all others have answered, an observer until then', async () => {
    await threeCentres();
    const old = await world.copy('nisc');
    await constrain('nisc');
    leave('jpcert');
    await world.putBack('nisc', old);
    expect(docket('nisc').mutedBy).toEqual([testNode('jpcert')]);
    const waits = { caseId: undefined, alarm: 'restored', missing: [testNode('jpcert')] } as const;
    expect(houseAlarms(world.node('nisc').state())).toEqual([waits]);
    expect(world.node('nisc').journal).toContainEqual({ event: 'alarm', alarm: 'restored' });
    const again = { act: 'constrain', fragment: fragment('nisc', []) } as const;
    const refused = await world.node('nisc').order(again, about());
    expect(refused).toMatchObject({ ok: false, fault: { code: 'NODE_PROBATION' } });
    await comeBack();
    expect(docket('nisc').mutes).toEqual([]);
    expect(houseAlarms(world.node('nisc').state())).toEqual([]);
    expect(ballots('nisc', 'constraint')).toHaveLength(1);
    expectDone(await world.node('nisc').order(again, about()));
    await world.settle();
    expectWhole();
  });

  it('R9, G1: releases nothing by memory before all others have answered, however late it is', async () => {
    await threeCentres();
    const old = await world.copy('nisc');
    await constrain(...CENTRES);
    await amend('cert');
    leave('jpcert', 'cert');
    await world.putBack('nisc', old);
    // What it remembers is the instant of the charter, which lies behind the settled one.
    await world.passUntil(after(standingOf(docket('nisc'))?.at as Instant, DAY));
    expect(mayRelease(docket('nisc'))).toMatchObject({ kind: 'held', because: ['PROBATION'] });
    expect(world.node('nisc').releasedAt.has(CASE)).toBe(false);
    await comeBack();
    await world.settle();
    expect(world.node('nisc').releasedAt.get(CASE)).toBe(world.clock.now());
    expectWhole();
  });

  it.each([
    ['as it comes', async (): Promise<void> => {}],
    ['started again in between', async (): Promise<void> => void (await world.restart('nisc'))],
    [
      'after more than a month',
      async (): Promise<void> => await world.passUntil(after(world.clock.now(), LIMITS.waitingMs.most + DAY)),
    ],
  ] as const)(
    'R9, G1: a vote that is told before its case is known counts when it enters, where the lead answers last: %s',
    async (_, between: () => Promise<void>) => {
      await threeCentres(['cert', 'jpcert']);
      await constrain(...CENTRES);
      leave('cert');
      // Who votes first starts the round, and is passed on; with this one it is the vote of the lead.
      await world.passUntil(after(world.clock.now(), 7_000));
      await amend('nisc');
      leave('cert', 'jpcert');
      await world.putBack('nisc', undefined, { guard: 'lost' });
      for (const other of ['cert', 'jpcert'] as const) await world.acquaint('nisc', other);
      leave('cert');
      await world.connect();
      await world.settle();
      const vote = votesIn(
        world
          .node('nisc')
          .state()
          .waiting.map(({ statement }) => statement.body),
      );
      expect(vote).toHaveLength(1);
      await between();
      leave('jpcert');
      await world.connect();
      await world.settle();
      expect(docket('nisc').mutedBy).toEqual([]);
      expect([...docket('nisc').suspects]).toEqual(expect.arrayContaining([...vote]));
      await world.restart('nisc');
      const now = standingOf(docket('nisc'))?.at as Instant;
      expect([...docket('nisc').suspects]).toEqual(expect.arrayContaining([...vote]));
      expect(mayRelease({ ...docket('nisc'), heldBy: [], now })).toMatchObject({ rule: 'P3' });
    },
  );

  it('R9, §10: reads no more of a peer of which too much waits, and gets the rest when the others have told', async () => {
    await threeCentres();
    leave('cert', 'jpcert');
    await world.putBack('nisc', undefined, { guard: 'lost' });
    for (const other of ['cert', 'jpcert'] as const) await world.acquaint('nisc', other);
    leave('cert');
    await world.connect();
    await world.settle();
    const { waiting } = world.node('nisc').state();
    const early = waiting.find(({ statement }) => statement.author === testNode('jpcert'));
    if (early === undefined) throw new Error('nothing waits');
    const other = { ...early, statement: { ...early.statement, caseId: worldCase(7) } };
    while (waiting.length < LIMITS.waitingRestored.most + 10) (waiting as Waiting[]).push(other);
    const feed = { author: testNode('jpcert'), recipient: testNode('nisc') };
    const size = world.node('nisc').feeds.head(feed).tip.size;
    const body = { kind: 'comment', text: 'One word more.' } as const;
    const said = world.node('jpcert').order({ act: 'say', to: testNode('nisc'), body }, about());
    const most = LIMITS.waitingRestored.most;
    const fault = { code: 'LIMIT_EXCEEDED', where: 'waiting', most } as const;
    await expect
      .poll(() => world.node('nisc').journal)
      .toContainEqual({ event: 'fault', fault, peer: testNode('jpcert') });
    expect(world.node('nisc').feeds.head(feed).tip.size).toBe(size);
    expectDone(await said);
    leave('jpcert');
    await world.connect();
    await world.settle();
    await comeBack();
    await world.settle();
    expect([...(world.node('nisc').state().cases.get(CASE)?.words.values() ?? [])]).toHaveLength(1);
    expectWhole();
  });

  it('BACK-M1: LOG-6: appends nothing to a feed before its reader has given the rest of it back', async () => {
    await threeCentres();
    const old = await world.copy('nisc');
    const nisc = { author: testNode('nisc'), recipient: testNode('cert') };
    await constrain('nisc');
    leave('cert');
    await world.putBack('nisc', old, { guard: 'copied' });
    const size = world.node('nisc').feeds.head(nisc).tip.size;
    const inquiry = { kind: 'inquiry', text: 'Who has news?' } as const;
    expectDone(await world.node('nisc').order({ act: 'say', to: testNode('cert'), body: inquiry }, about()));
    await world.settle();
    expect(world.node('nisc').feeds.head(nisc).tip.size).toBe(size);
    await comeBack();
    const words = [...(world.node('cert').state().cases.get(CASE)?.words.values() ?? [])];
    expect(words.map(({ text }) => text)).toEqual(['Who has news?']);
    expect(world.node('nisc').feeds.head(nisc).tip.size).toBeGreaterThan(size + 1);
    expectWhole();
  });

  it('BACK-M2: R9: a tail of more than one frame comes back whole', async () => {
    await threeCentres();
    const old = await world.copy('nisc');
    const body = { kind: 'comment', text: 'A remark.' } as const;
    for (let count = 0; count < 300; count += 1)
      expectDone(await world.node('nisc').order({ act: 'say', to: testNode('cert'), body }, about()));
    await world.settle();
    await world.putBack('nisc', old);
    expect(world.node('nisc').state().cases.get(CASE)?.words.size).toBe(300);
    expectWhole();
  });

  it('§4: with an empty disk, verifies its peers again and knows the case from what they return', async () => {
    await threeCentres();
    await constrain(...CENTRES);
    await amend('cert');
    const commits = ballots('nisc', 'commit');
    await world.putBack('nisc', undefined, { guard: 'lost' });
    expect(world.node('nisc').state().cases.size).toBe(0);
    for (const other of ['cert', 'jpcert'] as const) await world.acquaint('nisc', other);
    await world.connect();
    expect(ballots('nisc', 'commit')).toEqual(commits);
    expect(standingOf(docket('nisc'))?.epoch).toBe(1);
    expect(world.node('nisc').state().cases.get(CASE)?.summary.value).toEqual(SUMMARY);
    expectWhole();
    await expectPublished(READY);
  });

  it.each([
    ['an old backup', true],
    ['an empty disk', false],
  ] as const)(
    'R8, R9: from %s and without its public directory, publishes again what it said it had published, and says nothing again',
    async (_, isBackup) => {
      await threeCentres();
      const old = await world.copy('nisc');
      await constrain(...CENTRES);
      await amend('cert');
      await expectPublished(READY);
      const said = ballots('nisc', 'published');
      expect(said).toHaveLength(1);
      const shownPublication = () => {
        const { node, state } = world.node('nisc');
        return publishedBy(state().cases.get(CASE) as Case, node);
      };
      const shown = shownPublication();
      const released = () => world.node('nisc').journal.filter(({ event }) => event === 'released').length;
      expect(released()).toBe(1);
      leave('jpcert');
      await world.putBack('nisc', isBackup ? old : undefined, {
        guard: isBackup ? 'kept' : 'lost',
        public: 'lost',
      });
      if (!isBackup) for (const other of ['cert', 'jpcert'] as const) await world.acquaint('nisc', other);
      await world.connect();
      // Others may still give back what belongs into the documents.
      expect(released()).toBe(1);
      await comeBack();
      await world.settle();
      expect(released()).toBe(2);
      expect(ballots('nisc', 'published')).toEqual(said);
      // What is shown of it is as it was, but for the rule, which only the home feed knew.
      expect(shownPublication()).toEqual({ ...shown, rule: 'unknown' });
      await world.restart('nisc');
      expect(released()).toBe(2);
      expectWhole();
    },
  );

  it('BACK-M7, R9: two nodes put back at once give each other back what each still holds', async () => {
    await threeCentres();
    const old = [await world.copy('nisc'), await world.copy('jpcert')] as const;
    await constrain(...CENTRES);
    await amend('cert');
    leave('nisc', 'jpcert');
    await world.putBack('nisc', old[0]);
    await world.putBack('jpcert', old[1]);
    await comeBack();
    for (const name of CENTRES) {
      expect([name, docket(name).mutes]).toEqual([name, []]);
      expect([name, standingOf(docket(name))?.epoch]).toEqual([name, 1]);
    }
    expectWhole();
    await expectPublished(READY);
  });
});

describe('a clean start', () => {
  it('BACK-M5: R9: with q = n all others must answer before anything is signed, one of them before a release', async () => {
    await threeCentres();
    leave('jpcert');
    await world.restart('nisc');
    expect(docket('nisc').mutedBy).toEqual([testNode('jpcert')]);
    expect(docket('nisc').heldBy).toEqual([]);
    await world.passUntil(after(standingOf(docket('nisc'))?.at as Instant, DAY));
    expect(docket('nisc').published?.at).toBe(standingOf(docket('nisc'))?.at);
  });

  it('R9: with nobody to answer, P2 is held and says so; a named officer releases', async () => {
    await threeCentres();
    leave('jpcert', 'cert');
    await world.restart('nisc');
    await world.passUntil(after(standingOf(docket('nisc'))?.at as Instant, DAY));
    expect(mayRelease(docket('nisc'))).toMatchObject({ kind: 'held', because: ['PROBATION'] });
    expectDone(await world.node('nisc').order({ act: 'manual_release', reason: 'all cables cut' }, about()));
    await world.settle();
    expect(world.node('nisc').releasedAt.has(CASE)).toBe(true);
  });
});
