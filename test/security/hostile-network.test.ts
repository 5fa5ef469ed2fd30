/**
 * A node on a real transport, and somebody who does not keep to it: a stranger, or a verified peer. One attack a test,
 * on each transport; in the midst of it another peer says something, and is heard. No test measures time: waits are
 * short where a transport is handed its own, and pass by the clock of the world where the corridor waits.
 */
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LIMITS } from '../../node/core/limits.js';
import { after, DAY } from '../../node/core/time.js';
import type { Frame, Link } from '../../node/ports.js';
import { writeFrame } from '../../node/wire/frames.js';
import {
  type Carrier,
  type Line,
  openLine,
  type RawTalk,
  type Speaker,
  talkRaw,
} from '../support/carriers.js';
import { expectDone } from '../support/case-play.js';
import { type TestNode, testNode } from '../support/keys.js';
import { dialScripted, type ScriptedPeer } from '../support/scripted-peer.js';
import { until } from '../support/until.js';
import { openWorld, SUMMARY, type World, worldCase } from '../support/world.js';

const CARRIERS: readonly Carrier[] = ['grpc', 'libp2p'];
const NAMES: readonly TestNode[] = ['cert', 'nisc', 'jpcert'];
const PAIR: readonly TestNode[] = ['cert', 'nisc'];
/** A busy machine is slow, not stuck. */
const SLOW_MS = 60_000;
const WAITS = { hello: 2_000, close: 500, keepalive: 2_000 };

describe.each(CARRIERS)('over %s', (carrier) => {
  let world: World;
  let lines: Map<TestNode, Line>;
  let atRest: number;
  let told = 0;
  const talks: { close(): unknown }[] = [];

  beforeEach(async () => {
    const open = NAMES.map(async (name) => {
      const opened = await openLine(carrier, name, { listens: name !== 'jpcert', waits: WAITS });
      return [name, opened] as const;
    });
    lines = new Map(await Promise.all(open));
    world = await openWorld(
      [
        { name: 'cert', role: 'centre' },
        { name: 'nisc', role: 'centre' },
      ],
      {},
      {
        lines: new Map(
          [...lines].map(([name, { transport, card }]) => [name, { transports: [transport], card }]),
        ),
      },
    );
    // Whoever has the smaller id dials, and is known by then.
    const [dialling, dialled] = testNode('cert') < testNode('nisc') ? PAIR : [...PAIR].reverse();
    await world.acquaint(dialled as TestNode, dialling as TestNode);
    await world.acquaint(dialling as TestNode, dialled as TestNode);
    await until('the honest ones are linked', () => cert().running.links().length === 1);
    await world.settle();
    // jpcert is verified at cert, and its place is taken by a script.
    await world.acquaint('cert', 'jpcert');
    atRest = handles();
  }, SLOW_MS);
  afterEach(async () => {
    for (const talk of talks.splice(0)) await talk.close();
    await until('every connection of the attack is gone', () => handles() <= atRest);
    await world.stop();
    await lines.get('jpcert')?.transport.close();
    for (const { cable } of lines.values()) await cable.close();
    expect(cert().running.hasEnded()).toBe(true);
  }, SLOW_MS);

  const cert = () => world.node('cert');
  const line = (name: TestNode) => lines.get(name) as Line;
  const links = () => cert().running.links();

  /** Another peer says something, and it is heard; nobody but it and at most the attacker holds a link. */
  async function expectOthersGoOn(): Promise<void> {
    told += 1;
    const about = { caseId: worldCase(told), tlp: 'AMBER' } as const;
    const { order, clock } = world.node('nisc');
    const opened = { caseSummary: SUMMARY, details: '', onward: 'nobody', replyByDays: 7 } as const;
    expectDone(await order({ act: 'case_open', ...opened }, about));
    const replyBy = after(clock.now(), 7 * DAY);
    expectDone(await order({ act: 'tell', to: [testNode('cert')], replyBy }, about));
    await until('the other peer is heard', () => cert().state().cases.has(about.caseId));
    expect(links().length).toBeLessThanOrEqual(2);
  }

  async function talk(speaker: Speaker, claimed: string): Promise<RawTalk> {
    const begun = await talkRaw(carrier, speaker, claimed, { name: 'cert', line: line('cert') });
    talks.push(begun);
    return begun;
  }

  async function script(): Promise<ScriptedPeer> {
    const { transport } = line('jpcert');
    return await dialScripted(world, 'jpcert', 'cert', { transport, card: line('cert').card });
  }

  /** A connection below the transport. */
  async function plainSocket(): Promise<{ readonly socket: Socket; readonly gone: Promise<void> }> {
    const socket = connect({ host: '127.0.0.1', port: line('cert').port() });
    socket.on('error', () => undefined);
    socket.resume();
    talks.push({ close: () => socket.destroy() });
    const gone = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    await new Promise((ready) => socket.once('connect', ready));
    return { socket, gone };
  }

  it.each([
    ['PEER_UNKNOWN', 'a key that is on no card', 'stranger', testNode('nisc')],
    ['PEER_IDENTITY', 'the key of one peer and the name of another', 'jpcert', testNode('nisc')],
    ['PEER_UNKNOWN', 'the key of a peer and a name that nobody has', 'jpcert', 'f'.repeat(40)],
    ['PEER_UNKNOWN', 'the key of a peer and no name', 'jpcert', 'everybody'],
  ] as const)('%s: %s is turned away before any frame', async (code, _, speaker, claimed) => {
    await talk(speaker, claimed).then(
      ({ ended }) => ended,
      // A stranger is not even granted a stream.
      () => undefined,
    );
    await until('it is turned away', () => line('cert').refusals.length > 0);
    expect(line('cert').refusals.map((fault) => fault.code)).toContain(code);
    await expectOthersGoOn();
    expect(links().map(({ peer }) => peer)).toEqual([testNode('nisc')]);
  });

  it('slowloris: connections that say one byte after the other are closed after the wait for Hello', async () => {
    const sockets = await Promise.all(Array.from({ length: 60 }, plainSocket));
    const drip = setInterval(() => {
      for (const { socket } of sockets) if (socket.writable) socket.write(Uint8Array.of(0x13));
    }, 10);
    await expectOthersGoOn();
    await Promise.all(sockets.map(({ gone }) => gone));
    clearInterval(drip);
    await expectOthersGoOn();
  });

  it('slowloris: a verified peer that never says Hello loses its link', async () => {
    const peer = await script();
    await peer.next('hello');
    await expectOthersGoOn();
    world.clock.linger(LIMITS.helloWaitMs.most);
    expect(await peer.isClosed()).toBe(true);
    expect(links()).toHaveLength(1);
  });

  it('a connection that is half open is noticed, and no other one suffers', async () => {
    const peer = await script();
    await peer.hello();
    await peer.next('hello');
    expect(links()).toHaveLength(2);
    // Nothing gets through to the node any more, and nobody is told. The other peer was dialled, or dials past it.
    line('cert').cable.stall();
    await until(
      'the silent link is given up',
      () => !links().some(({ peer }) => peer === testNode('jpcert')),
    );
    world.clock.linger(LIMITS.backoffMs.most);
    await until('the other peer is linked', () => links().length === 1);
    await expectOthersGoOn();
  });

  it('FRAME_MALFORMED: half a Hello, and then nothing, is refused by name', async () => {
    const raw = await talk('jpcert', testNode('jpcert'));
    raw.say(helloOf('jpcert').subarray(0, 40));
    await expectOthersGoOn();
    await raw.ended;
    expect(raw.heard.some((frame) => Buffer.from(frame).includes('FRAME_MALFORMED'))).toBe(true);
    expect(links()).toHaveLength(1);
  });

  it.each([
    ['FRAME_OVERSIZE', 'one byte over the bound', () => new Uint8Array(LIMITS.frameBytes.most + 1)],
    ['FRAME_MALFORMED', 'noise', () => new Uint8Array(3_000).fill(0xff)],
    ['FRAME_UNKNOWN', 'a kind of the future', () => Uint8Array.of(0x7a, 0x00)],
    ['FRAME_MALFORMED', 'nothing', () => new Uint8Array()],
  ] as const)('%s: a frame of %s after Hello ends that link by name', async (code, _, bytes) => {
    const raw = await talk('jpcert', testNode('jpcert'));
    raw.say(helloOf('jpcert'));
    await until('Hello is answered', () => raw.heard.length > 0);
    raw.say(bytes());
    await expectOthersGoOn();
    await raw.ended;
    expect(raw.heard.some((frame) => Buffer.from(frame).includes(code))).toBe(true);
    await until('its link is gone', () => links().length === 1);
  });

  it('endless Fetch is refused by name, then ends the link', async () => {
    const peer = await script();
    await peer.hello();
    await peer.next('hello');
    const feed = { author: testNode('cert'), recipient: testNode('jpcert') };
    let sent = 0;
    const flood = async () => {
      for (; ; sent += 1) await peer.link.send({ kind: 'fetch', feed, from: 0 });
    };
    const ended = flood().catch(() => 'ended');
    const refusal = peer.next('fault');
    await expectOthersGoOn();
    expect((await refusal).fault).toMatchObject({
      code: 'LIMIT_EXCEEDED',
      where: 'fetch',
      most: LIMITS.fetches.most,
    });
    expect(await peer.isClosed()).toBe(true);
    expect(await ended).toBe('ended');
    // What is read ahead is bounded, so most of the flood never left the house.
    expect(sent).toBeGreaterThan(LIMITS.fetches.most);
  });

  it('a flood of streams on one connection gets one link and no second', async () => {
    const raw = await talk('jpcert', testNode('jpcert'));
    raw.say(helloOf('jpcert'));
    await until('Hello is answered', () => raw.heard.length > 0);
    const more = Array.from({ length: 100 }, () => raw.another().catch(() => undefined));
    await expectOthersGoOn();
    await Promise.all(more);
    expect(links()).toHaveLength(2);
  });

  it('a flood of connections of one peer holds a few: the newest', async () => {
    const floods: Link[] = [];
    const { transport } = line('jpcert');
    for (let at = 0; at < 6 * LIMITS.linksPerPeer.most; at += 1) {
      const peer = await dialScripted(world, 'jpcert', 'cert', { transport, card: line('cert').card });
      await peer.hello();
      floods.push(peer.link);
    }
    await expectOthersGoOn();
    await until('the older ones are closed', () => handles() <= atRest + 4 * (LIMITS.linksPerPeer.most + 1));
    expect(links()).toHaveLength(2);
    for (const link of floods) link.close();
  });

  it.each([
    ['VERSION_UNSUPPORTED', 'a newer version alone', [2]],
    ['FRAME_MALFORMED', 'version 0, which never was', [0]],
    ['FRAME_MALFORMED', 'no version', []],
  ] as const)('%s: %s is not spoken down to', async (code, _, versions) => {
    const peer = await script();
    await peer.hello({ versions });
    await expectOthersGoOn();
    expect((await peer.next('fault')).fault.code).toBe(code);
    expect(await peer.isClosed()).toBe(true);
  });

  it('a Hello that is replayed is refused: twice on one link, or of an earlier life', async () => {
    const peer = await script();
    await peer.hello({ incarnation: 5 });
    await peer.next('hello');
    await peer.hello({ incarnation: 5 });
    expect((await peer.next('fault')).fault.code).toBe('FRAME_ORDER');
    const later = await script();
    await later.hello({ incarnation: 9 });
    await later.next('answer');
    await world.settle();
    const replayed = await talk('jpcert', testNode('jpcert'));
    replayed.say(helloOf('jpcert', 5));
    await expectOthersGoOn();
    await replayed.ended;
    expect(replayed.heard.some((frame) => Buffer.from(frame).includes('PEER_FENCED'))).toBe(true);
  });

  function helloOf(name: TestNode, incarnation = 1): Uint8Array {
    const frame: Frame = {
      kind: 'hello',
      versions: [1],
      mode: 'drill',
      node: testNode(name),
      incarnation,
      clock: world.clock.now() as never,
      feeds: [],
    };
    return writeFrame(frame);
  }
});

/** Sockets and listeners of this process. */
function handles(): number {
  const open = process.getActiveResourcesInfo();
  return open.filter((name) => name === 'TCPSocketWrap' || name === 'TCPServerWrap').length;
}
