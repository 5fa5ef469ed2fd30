/**
 * A conversation as docs/PROTOCOL.md has it, from the other end: a peer with real keys reads what a node sends, loses
 * it, plays it again, keeps silent, and claims too much.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Hash, sha256 } from '../../node/core/bytes.js';
import { feedKey } from '../../node/core/ids.js';
import { LIMITS } from '../../node/core/limits.js';
import { EMPTY_TIP } from '../../node/core/log/tip.js';
import { grow, leafHash, rootOf } from '../../node/core/log/tree.js';
import { after, DAY } from '../../node/core/time.js';
import type { Frame, Wording } from '../../node/ports.js';
import { opening } from '../support/case-play.js';
import { TEST_NOW, testNode } from '../support/keys.js';
import { dialScripted, type ScriptedPeer } from '../support/scripted-peer.js';
import { until } from '../support/until.js';
import { openWorld, SUMMARY, type World, type WorldNode, worldCase } from '../support/world.js';

let world: World;
let peer: ScriptedPeer;

beforeEach(async () => {
  world = await openWorld([
    { name: 'cert', role: 'centre' },
    { name: 'nisc', role: 'centre' },
  ]);
  await world.introduce(['cert', 'nisc']);
  await world.acquaint('cert', 'jpcert');
  peer = await dialScripted(world, 'jpcert', 'cert');
});
afterEach(() => world.stop());

const CASE = worldCase(9);
const OURS = { author: testNode('cert'), recipient: testNode('jpcert') };
const cert = (): WorldNode => world.node('cert');
const size = (): number => cert().feeds.head(OURS).tip.size;

/** cert opens a case and says so many things about it to jpcert, its summary first. */
async function speak(times: number): Promise<void> {
  const about = { caseId: CASE, tlp: 'AMBER' } as const;
  const isNew = !cert().state().cases.has(CASE);
  if (isNew) await cert().order(opening({ onward: 'nobody' }), about);
  const replyBy = after(world.clock.now(), 7 * DAY);
  if (isNew && times > 0) await cert().order({ act: 'tell', to: [OURS.recipient], replyBy }, about);
  for (let at = isNew ? 1 : 0; at < times; at += 1) {
    const body = { kind: 'comment', text: `${at}` } as const;
    await cert().order({ act: 'say', to: OURS.recipient, body }, about);
  }
}

async function meet(one: ScriptedPeer, differs: Parameters<ScriptedPeer['hello']>[0] = {}) {
  await one.hello(differs);
  return one.next('hello');
}

type Entries = Extract<Frame, { kind: 'entries' }>;

/** A receipt of jpcert for what it was sent. */
async function receiptFor(one: ScriptedPeer, { checkpoint }: Entries): Promise<Frame> {
  const read = one.sealer.readCheckpoint(OURS, checkpoint);
  if (!read.ok) throw new Error(read.fault.code);
  return { kind: 'receipt', feed: OURS, note: one.sealer.cosign(read.value, world.clock.now()) };
}

describe('silence', () => {
  it('HEL-M3: who says no Hello within ten seconds is disconnected', async () => {
    world.clock.linger(LIMITS.helloWaitMs.most);
    expect(await peer.isClosed()).toBe(true);
    expect(cert().running.hasEnded()).toBe(false);
  });

  it('REP-M12: a link without receipts for owed entries is ended after thirty seconds', async () => {
    await meet(peer);
    await speak(1);
    await peer.next('entries');
    world.clock.linger(LIMITS.receiptWaitMs.most);
    expect(await peer.isClosed()).toBe(true);
  });
});

describe('what a node streams', () => {
  it('REP-M3: is no more than eight frames ahead of the receipts', async () => {
    await meet(peer);
    const sent: Entries[] = [];
    // Each order is a frame of its own while the link is open.
    for (let at = 0; at < LIMITS.windowFrames.most; at += 1) {
      await speak(1);
      sent.push(await peer.next('entries'));
    }
    const entries = sent.reduce((sum, frame) => sum + frame.entries.length, 0);
    await speak(3);
    await world.rest();
    expect([size(), entries]).toEqual([LIMITS.windowFrames.most + 3, LIMITS.windowFrames.most]);
    const last = sent.at(-1);
    if (last === undefined) throw new Error('a frame');
    await peer.link.send(await receiptFor(peer, last));
    const next = await peer.next('entries');
    expect([next.from, next.entries.length]).toEqual([entries, 3]);
  });

  it('REP-M7: what was not acknowledged is streamed again after a break, in the same bytes', async () => {
    await meet(peer);
    await speak(2);
    const [first, second] = [await peer.next('entries'), await peer.next('entries')];
    await peer.link.send(await receiptFor(peer, first));
    await until('the receipt is on disk', () => cert().feeds.head(OURS).acknowledged === 1);
    peer.link.close();
    const again = await dialScripted(world, 'jpcert', 'cert');
    const checkpoint = first.checkpoint;
    await meet(again, { feeds: [{ feed: OURS, size: 1, checkpoint }] });
    const repeated = await again.next('entries');
    expect([repeated.from, repeated.entries]).toEqual([1, second.entries]);
  });

  it('REP-M9: a receipt that is none ends the conversation, and nothing counts as acknowledged', async () => {
    await meet(peer);
    await speak(1);
    const { checkpoint } = await peer.next('entries');
    await peer.link.send({ kind: 'receipt', feed: OURS, note: checkpoint });
    expect((await peer.next('fault')).fault.code).toBe('RECEIPT_SIGNATURE');
    expect(await peer.isClosed()).toBe(true);
    expect(cert().feeds.head(OURS).acknowledged).toBe(0);
  });

  it('HOS-M6: an old receipt, played again, makes the acknowledged size no smaller', async () => {
    await meet(peer);
    await speak(1);
    const old = await receiptFor(peer, await peer.next('entries'));
    await speak(1);
    const newer = await receiptFor(peer, await peer.next('entries'));
    await peer.link.send(old);
    await peer.link.send(newer);
    await peer.link.send(old);
    await until('the receipt is on disk', () => cert().feeds.head(OURS).acknowledged === 2);
    await world.rest();
    expect(cert().feeds.head(OURS).acknowledged).toBe(2);
  });

  it('REP-M10: a receipt for more than there is, under our own signature, ends the node', async () => {
    await meet(peer);
    await speak(1);
    const entries = await peer.next('entries');
    const [lost] = entries.entries;
    if (lost === undefined) throw new Error('an entry');
    const tip = grow(EMPTY_TIP, [leafHash(lost.leaf), sha256('what another life of it said') as Hash], 1);
    const checkpoint = cert().sealer.checkpoint(OURS, 2, rootOf(tip));
    await peer.link.send(await receiptFor(peer, { ...entries, checkpoint }));
    await until('the node has ended', () => cert().running.hasEnded());
  });
});

describe('a second conversation', () => {
  it('HEL-M11: takes the place of the first, which is closed', async () => {
    await meet(peer);
    const again = await dialScripted(world, 'jpcert', 'cert');
    await meet(again);
    expect(await peer.isClosed()).toBe(true);
    await again.entries([await again.word(WORDS)]);
    await again.next('receipt');
  });
});

describe('the end', () => {
  it('REP-M13: nothing behind a Bye is read', async () => {
    await meet(peer);
    await peer.link.send({ kind: 'bye' });
    await peer.entries([await peer.word(WORDS)]).catch(() => undefined);
    expect(await peer.isClosed()).toBe(true);
    await world.settle();
    expect(cert().feeds.head(peer.feed).tip.size).toBe(0);
  });

  it('REP-M13: a fatal fault is not answered with a fault', async () => {
    await meet(peer);
    await peer.link.send({ kind: 'fault', fault: { code: 'FEED_FORK' }, fatal: true });
    await expect(peer.next('fault')).rejects.toThrow('the link ended before fault');
  });
});

const WORDS: Wording = {
  caseId: CASE,
  tlp: 'AMBER',
  body: {
    kind: 'case_summary',
    caseSummary: SUMMARY,
    replyBy: after(TEST_NOW, 7 * DAY),
    origin: testNode('jpcert'),
    model: 2,
    originCard: '',
  },
};

describe('what was lost', () => {
  it('HEL-M10: a Hello that shows another history under our signature is refused, and both are kept', async () => {
    await meet(peer);
    await speak(1);
    await peer.next('entries');
    const checkpoint = cert().sealer.checkpoint(OURS, 1, sha256('another leaf'));
    const again = await dialScripted(world, 'jpcert', 'cert');
    await again.hello({ feeds: [{ feed: OURS, size: 1, checkpoint }] });
    expect((await again.next('fault')).fault.code).toBe('FEED_FORK');
    const kept = [];
    for await (const one of cert().feeds.evidence()) kept.push(one);
    expect(kept.map(({ feed, notes }) => [feedKey(feed), notes.length])).toEqual([[feedKey(OURS), 2]]);
  });

  it('BACK-M2: a peer is given its own feed back, one frame for each Fetch', async () => {
    await meet(peer);
    await peer.entries([await peer.word(WORDS)]);
    await peer.next('receipt');
    await peer.link.send({ kind: 'fetch', feed: peer.feed, from: 0 });
    const { from, entries, feed } = await peer.next('entries');
    expect([from, entries.length, feedKey(feed)]).toEqual([0, 1, feedKey(peer.feed)]);
    await peer.link.send({ kind: 'fetch', feed: peer.feed, from: 1 });
    expect((await peer.next('fault')).fault).toMatchObject({ code: 'FEED_GAP', held: 1, offered: 1 });
  });

  it('BACK-M4: and not more than twice in one conversation', async () => {
    await meet(peer);
    await peer.entries([await peer.word(WORDS)]);
    await peer.next('receipt');
    for (let time = 0; time < 2; time += 1) {
      await peer.link.send({ kind: 'fetch', feed: peer.feed, from: 0 });
      await peer.next('entries');
    }
    await peer.link.send({ kind: 'fetch', feed: peer.feed, from: 0 });
    expect((await peer.next('fault')).fault).toMatchObject({ code: 'LIMIT_EXCEEDED', where: 'fetch' });
  });
});
