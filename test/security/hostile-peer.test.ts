/**
 * A verified peer that does not follow the protocol. One attack a test; the other peers and everything accepted
 * before stay as they were.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../node/core/bytes.js';
import { feedKey } from '../../node/core/ids.js';
import { LIMITS } from '../../node/core/limits.js';
import { EMPTY_TIP } from '../../node/core/log/tip.js';
import { grow, leafHash, rootOf } from '../../node/core/log/tree.js';
import type { SpokenBody } from '../../node/core/statement.js';
import { after, DAY } from '../../node/core/time.js';
import type { Wording } from '../../node/ports.js';
import { TEST_NOW, testNode } from '../support/keys.js';
import { dialScripted, type ScriptedPeer } from '../support/scripted-peer.js';
import { until } from '../support/until.js';
import { openWorld, SUMMARY, type World, worldCase } from '../support/world.js';

let world: World;
let peer: ScriptedPeer;

beforeEach(async () => {
  world = await openWorld([
    { name: 'cert', role: 'centre' },
    { name: 'nisc', role: 'centre' },
  ]);
  await world.introduce(['cert', 'nisc']);
  // jpcert is verified at cert, and its place is taken by a script.
  await world.acquaint('cert', 'jpcert');
  peer = await dialScripted(world, 'jpcert', 'cert');
});
afterEach(() => world.stop());

const CASE = worldCase(9);

function about(body: SpokenBody): Wording {
  return { caseId: CASE, tlp: 'AMBER', body };
}

const SUMMARY_BODY = {
  kind: 'case_summary',
  caseSummary: SUMMARY,
  replyBy: after(TEST_NOW, 7 * DAY),
  origin: testNode('jpcert'),
  model: 2,
  originCard: '',
} as const;
const SUMMARY_WORDS = about(SUMMARY_BODY);
const INQUIRY = about({ kind: 'inquiry', text: 'When?' });

const cert = () => world.node('cert');
const journal = () => cert().journal.flatMap((line) => (line.event === 'refused' ? [line.fault.code] : []));

describe('the beginning of a conversation', () => {
  it.each([
    ['a peer of the other mode', { mode: 'production' } as const, 'PEER_MODE'],
    ['a version that nobody speaks', { versions: [7] }, 'VERSION_UNSUPPORTED'],
    ['the name of another node', { node: testNode('nisc') }, 'PEER_IDENTITY'],
  ])('HEL-M4, HEL-M5, HEL-M6: refuses %s', async (_, differs, code) => {
    await peer.hello(differs);
    expect((await peer.next('fault')).fault.code).toBe(code);
    expect(await peer.isClosed()).toBe(true);
  });

  it('HEL-M1: refuses entries before Hello', async () => {
    await peer.entries([await peer.word(SUMMARY_WORDS)]);
    expect((await peer.next('fault')).fault.code).toBe('FRAME_ORDER');
  });

  it('HEL-M2: refuses a second Hello', async () => {
    await peer.hello();
    await peer.next('hello');
    await peer.hello();
    expect((await peer.next('fault')).fault.code).toBe('FRAME_ORDER');
  });

  it('BACK-M3: LOG-6: asks for what a peer holds of our words beyond what we do, and takes nothing that we did not sign', async () => {
    const ours = { author: testNode('cert'), recipient: testNode('jpcert') };
    const checkpoint = cert().sealer.checkpoint(ours, 1, sha256('one leaf that we have lost'));
    await peer.hello({ feeds: [{ feed: ours, size: 1, checkpoint }] });
    expect(await peer.next('fetch')).toMatchObject({ feed: ours, from: 0 });
    await until('the loss is on record', () => cert().state().life.restored?.cause === testNode('jpcert'));
    const place = { feed: ours, sequence: 0, incarnation: 1, at: TEST_NOW };
    const { entry } = await cert().sealer.seal(INQUIRY, place);
    await peer.link.send({ kind: 'entries', feed: ours, from: 0, entries: [entry], checkpoint });
    expect((await peer.next('fault')).fault.code).toBe('FEED_FORK');
    expect(cert().feeds.head(ours).tip.size).toBe(0);
    expect(cert().running.hasEnded()).toBe(false);
  });

  it('HEL-M8: LOG-6: a peer that knows a later life of ours makes this one begin again above it', async () => {
    const { incarnation } = cert().state().life;
    const fault = { code: 'PEER_FENCED', where: cert().node, held: incarnation + 1_000 } as const;
    await peer.link.send({ kind: 'fault', fault, fatal: true });
    await until('a new life', () => cert().state().life.incarnation === incarnation + 1_001);
    await world.connect();
    // A number proves no loss (R9): nobody is put on the longer probation by it.
    expect(cert().state().life.restored).toBeUndefined();
    // nisc has heard of the new life and answered it.
    expect(cert().state().life.answers.get(testNode('nisc'))).toBe(incarnation + 1_001);
  });

  it('R9: with our own signature on more than we hold, the same claim is a loss: all others are awaited', async () => {
    const { incarnation } = cert().state().life;
    const ours = { author: testNode('cert'), recipient: testNode('jpcert') };
    const checkpoint = cert().sealer.checkpoint(ours, 1, sha256('one leaf that we have lost'));
    await peer.hello({ feeds: [{ feed: ours, size: 1, checkpoint }], incarnation: 2 });
    await peer.next('fetch');
    const fault = { code: 'PEER_FENCED', where: cert().node, held: incarnation + 1_000 } as const;
    await peer.link.send({ kind: 'fault', fault, fatal: true });
    await until('a new life', () => cert().state().life.incarnation === incarnation + 1_001);
    expect(cert().state().life.restored?.cause).toBe(testNode('jpcert'));
  });

  it('HEL-M7: R9: an older life of a peer is fenced off once a later one has said Hello', async () => {
    await peer.hello({ incarnation: 7 });
    await peer.next('hello');
    await world.settle();
    const older = await dialScripted(world, 'jpcert', 'cert');
    await older.hello({ incarnation: 6 });
    expect((await older.next('fault')).fault).toMatchObject({ code: 'PEER_FENCED', held: 7, offered: 6 });
    expect(await older.isClosed()).toBe(true);
  });

  it('LOG-6: the mere claim of a later life of ours begins one new life, and then no more; nothing ends', async () => {
    const fence = async (claims: number) => {
      const liar = await dialScripted(world, 'jpcert', 'cert');
      await liar.next('hello');
      const fault = { code: 'PEER_FENCED', where: cert().node, held: claims, offered: 0 } as const;
      await liar.link.send({ kind: 'fault', fault, fatal: true });
      expect(await liar.isClosed()).toBe(true);
      await world.settle();
      return cert().state().life.incarnation;
    };
    const first = cert().state().life.incarnation;
    expect(await fence(first + 6)).toBe(first + 7);
    expect(await fence(first + 50)).toBe(first + 7);
    expect(await fence(Number.MAX_SAFE_INTEGER)).toBe(first + 7);
    expect(cert().running.hasEnded()).toBe(false);
    const rings = cert().journal.filter(({ event }) => event === 'alarm');
    expect(rings).toMatchObject([
      { alarm: 'a peer knows a later life of this node', peer: testNode('jpcert') },
    ]);
  });

  it('LOG-6: a peer that has met this life cannot end it by a number', async () => {
    await peer.hello();
    await peer.next('answer');
    const { incarnation } = cert().state().life;
    const fault = {
      code: 'PEER_FENCED',
      where: cert().node,
      held: incarnation + 1,
      offered: incarnation,
    } as const;
    await peer.link.send({ kind: 'fault', fault, fatal: true });
    expect(await peer.isClosed()).toBe(true);
    await world.settle();
    expect(cert().state().life.incarnation).toBe(incarnation);
    expect(cert().running.hasEnded()).toBe(false);
  });

  it('HEL-M9: LOG-6: refuses the mere claim to hold more, without our signature, and goes on', async () => {
    const ours = { author: testNode('cert'), recipient: testNode('jpcert') };
    await peer.hello({ feeds: [{ feed: ours, size: 5, checkpoint: undefined }] });
    expect((await peer.next('fault')).fault.code).toBe('CHECKPOINT_MALFORMED');
    expect(cert().running.hasEnded()).toBe(false);
  });
});

describe('entries', () => {
  beforeEach(async () => {
    await peer.hello();
    await peer.next('hello');
  });

  it('NOTE-M7, REP-M4: LOG-3: are answered with a receipt for exactly what is on disk', async () => {
    await peer.entries([await peer.word(SUMMARY_WORDS)]);
    const receipt = peer.sealer.readReceipt(peer.feed, (await peer.next('receipt')).note);
    expect(receipt).toMatchObject({ ok: true, value: { size: 1 } });
    await world.settle();
    expect(cert().state().cases.has(CASE)).toBe(true);
  });

  it('REP-M5: said again are answered with the same receipt, and heard once', async () => {
    const entry = await peer.word(SUMMARY_WORDS);
    await peer.entries([entry]);
    const first = await peer.next('receipt');
    await peer.link.send({
      kind: 'entries',
      feed: peer.feed,
      from: 0,
      entries: [entry],
      checkpoint: first.note,
    });
    expect((await peer.next('receipt')).note).toEqual(first.note);
    await world.settle();
    expect(journal()).toEqual([]);
  });

  it('said on a new link while the old one is still being heard are admitted once, in turn', async () => {
    const entries = await Promise.all(
      Array.from({ length: 96 }, (_, sequence) => peer.word(SUMMARY_WORDS, { sequence })),
    );
    await peer.entries(entries);
    const again = await dialScripted(world, 'jpcert', 'cert');
    await again.hello();
    await again.next('hello');
    await again.entries(entries);
    expect(again.sealer.readReceipt(again.feed, (await again.next('receipt')).note)).toMatchObject({
      ok: true,
      value: { size: 96 },
    });
    await world.settle();
    expect(cert().running.hasEnded()).toBe(false);
    expect(cert().feeds.head(peer.feed).tip.size).toBe(96);
  });

  it('REP-M6: after a gap are asked for from where the feed ends', async () => {
    await peer.entries([await peer.word(SUMMARY_WORDS, { sequence: 3 })], 3);
    expect(await peer.next('fetch')).toMatchObject({ from: 0 });
  });

  it('NOTE-M8, REP-M8: LOG-7: of a second history are refused, and both signatures are kept', async () => {
    await peer.entries([await peer.word(SUMMARY_WORDS)]);
    await peer.next('receipt');
    const other = await dialScripted(world, 'jpcert', 'cert');
    await other.hello();
    await other.next('hello');
    await other.entries([await other.word(INQUIRY)]);
    expect((await other.next('fault')).fault.code).toBe('FEED_FORK');
    const kept = [];
    for await (const one of cert().feeds.evidence()) kept.push(one);
    expect(kept.map(({ feed, notes }) => [feedKey(feed), notes.length])).toEqual([[feedKey(peer.feed), 2]]);
  });

  it('REP-M2: LOG-3: under a checkpoint of another size are refused: CHECKPOINT_ROOT', async () => {
    const entry = await peer.word(SUMMARY_WORDS);
    const root = rootOf(grow(EMPTY_TIP, [leafHash(entry.leaf)], 1));
    const checkpoint = peer.sealer.checkpoint(peer.feed, 2, root);
    await peer.link.send({ kind: 'entries', feed: peer.feed, from: 0, entries: [entry], checkpoint });
    expect((await peer.next('fault')).fault).toMatchObject({ code: 'CHECKPOINT_ROOT', held: 1, offered: 2 });
    expect(cert().feeds.head(peer.feed).tip.size).toBe(0);
  });

  it('REP-M1: of another feed are refused', async () => {
    const feed = { author: testNode('jpcert'), recipient: testNode('nisc') };
    const entry = await peer.word(SUMMARY_WORDS);
    await peer.link.send({
      kind: 'entries',
      feed,
      from: 0,
      entries: [entry],
      checkpoint: new Uint8Array([1]),
    });
    expect((await peer.next('fault')).fault.code).toBe('FEED_UNKNOWN');
  });

  it('ENV-M12, ENV-M13: ENV-2: whose envelope cannot be opened are stored, receipted, and complained of once in a row', async () => {
    // Words for nisc in the feed to cert: leaf and checkpoint hold, the envelope is not for us.
    await world.acquaint('nisc', 'jpcert');
    const foreign = await dialScripted(world, 'jpcert', 'nisc');
    const stray = async (sequence: number) => await foreign.word(SUMMARY_WORDS, { sequence });
    await peer.entries([await stray(0), await stray(1)]);
    await peer.next('receipt');
    const said = await peer.next('entries');
    expect(said.entries.length).toBe(1);
    await peer.entries([await peer.word(SUMMARY_WORDS)]);
    await peer.next('receipt');
    await until('the case is heard', () => cert().state().cases.has(CASE));
    expect(journal()).toEqual(['ENVELOPE_UNDECRYPTABLE', 'ENVELOPE_UNDECRYPTABLE']);
  });
});

describe('demands to stream again', () => {
  const fetch = (on: ScriptedPeer) =>
    on.link.send({
      kind: 'fetch',
      feed: { author: testNode('cert'), recipient: testNode('jpcert') },
      from: 0,
    });
  const { most } = LIMITS.fetches;

  it('REP-M11: §10: over the bound are refused by name; the link stays, until they go on all the same', async () => {
    await peer.hello();
    await peer.next('hello');
    for (let demand = 0; demand <= most; demand += 1) await fetch(peer);
    const refusal = await peer.next('fault');
    expect(refusal).toMatchObject({ fatal: false, fault: { code: 'LIMIT_EXCEEDED', where: 'fetch', most } });
    await peer.entries([await peer.word(SUMMARY_WORDS)]);
    await peer.next('receipt');
    for (let demand = 0; demand < most; demand += 1) await fetch(peer);
    let fatal = false;
    while (!fatal) ({ fatal } = await peer.next('fault'));
    expect(await peer.isClosed()).toBe(true);
  });

  it('§10: are counted by peer: a new link grants no new ones, a new minute does', async () => {
    await peer.hello();
    await peer.next('hello');
    for (let demand = 0; demand < most; demand += 1) await fetch(peer);
    const again = await dialScripted(world, 'jpcert', 'cert');
    await again.hello();
    await again.next('hello');
    await fetch(again);
    expect((await again.next('fault')).fault.code).toBe('LIMIT_EXCEEDED');
    world.clock.linger(LIMITS.allowanceMs.most);
    await fetch(again);
    await again.entries([await again.word(SUMMARY_WORDS)]);
    await again.next('receipt');
  });
});

describe('statements', () => {
  beforeEach(async () => {
    await peer.hello();
    await peer.next('hello');
  });

  it.each<readonly [string, Wording, string]>([
    [
      'an inquiry about a case that was never received',
      about({ kind: 'inquiry', text: '?' }),
      'CASE_WAITING',
    ],
    [
      'a summary without a title',
      about({ ...SUMMARY_BODY, caseSummary: { ...SUMMARY, title: ' ' } }),
      'STATEMENT_FIELD',
    ],
    [
      'a statement without a case',
      { caseId: undefined, tlp: undefined, body: { kind: 'comment', text: '?' } },
      'STATEMENT_TLP',
    ],
  ])('STMT-M7: refuses %s by name and keeps the entry', async (_, wording, code) => {
    await peer.entries([await peer.word(wording)]);
    await peer.next('receipt');
    await world.settle();
    expect(journal()).toEqual([code]);
    expect(cert().feeds.head(peer.feed).tip.size).toBe(1);
  });

  it('STMT-M8: §4: a statement that came too early is heard once the one it builds on is there', async () => {
    await peer.entries([await peer.word(INQUIRY)]);
    await peer.entries([await peer.word(SUMMARY_WORDS)]);
    await peer.next('receipt');
    await peer.next('receipt');
    await world.settle();
    expect([...(cert().state().cases.get(CASE)?.words.values() ?? [])].map(({ text }) => text)).toEqual([
      'When?',
    ]);
  });
});
