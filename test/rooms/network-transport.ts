/**
 * What a Transport over a real network must do beyond the suite of all transports: cables that are pulled, addresses
 * that are dead, peers that say nothing (DESIGN §3, §10). An implementation hands in how to listen and how a card
 * names an address.
 */
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { Breakage, Fault } from '../../node/core/fault.js';
import type { NodeId } from '../../node/core/ids.js';
import { LIMITS } from '../../node/core/limits.js';
import type { Card } from '../../node/core/registry/card.js';
import type { Frame, Link, Peer, Transport } from '../../node/ports.js';
import type { Relay } from '../adapters/transport/relay.js';
import { until } from '../support/until.js';
import { introduce, nodeAt, type Participant } from './transport.js';

/** Shorter waits than those of `limits.ts`, in milliseconds. */
export interface Waits {
  readonly dial?: number;
  readonly hello?: number;
  readonly close?: number;
  readonly keepalive?: number;
}

/** A participant whose card names a relay on the loopback. */
export interface NetworkParticipant extends Participant {
  readonly relay: Relay;
  readonly refusals: readonly { readonly fault: Fault }[];
  /** The port behind the relay. */
  port(): number;
}

export interface NetworkRig<One extends NetworkParticipant> {
  readonly name: Transport['name'];
  open(index: number, waits?: Waits): Promise<One>;
  /** A card that names these ports of the loopback, with the key of a participant or of nobody. */
  cardAt(node: NodeId, key: One | undefined, ports: readonly number[]): Promise<Card>;
  /** A transport that would listen where this one does. */
  second(one: One): Promise<Transport>;
}

/** A port of the loopback where nobody listens. */
const DEAD_PORT = 1;

const FETCH: Frame = { kind: 'fetch', feed: { author: nodeAt(1), recipient: nodeAt(2) }, from: 3 };

async function failureOf(promise: Promise<unknown>): Promise<Fault | undefined> {
  return promise.then(
    () => undefined,
    (cause: unknown) => (cause as Breakage).fault,
  );
}

/** Runs the suite. */
export function networkSuite<One extends NetworkParticipant>(rig: NetworkRig<One>): void {
  describe(`${rig.name} transport on a network`, () => {
    const open: One[] = [];
    const silent: { readonly server: Server; readonly held: Set<Socket> }[] = [];
    const listen = async (index: number, waits?: Waits): Promise<One> => {
      const made = await rig.open(index, waits);
      open.push(made);
      return made;
    };
    afterEach(async () => {
      const all = open.splice(0);
      await Promise.all(all.map(({ transport }) => transport.close()));
      await Promise.all(all.map(({ relay }) => relay.close()));
      for (const { server, held } of silent.splice(0)) {
        for (const socket of held) socket.destroy();
        await new Promise((closed) => server.close(closed));
      }
    });

    /** Two that know each other, and a link between them. */
    async function pair(waits?: Waits): Promise<{ one: One; other: One; out: Link; back: Link }> {
      const [one, other] = [await listen(1, waits), await listen(2, waits)];
      introduce(one, other);
      const out = await one.transport.dial(other.peer);
      await until('the link is accepted', () => other.accepted.length === 1);
      return { one, other, out, back: other.accepted[0] as Link };
    }

    /** An address that takes connections and says nothing. */
    async function silence(): Promise<{ readonly port: number; readonly server: Server }> {
      const held = new Set<Socket>();
      const server = createServer((socket) => {
        held.add(socket);
        socket.on('error', () => undefined);
      });
      silent.push({ server, held });
      await new Promise<void>((ready) => server.listen(0, 'localhost', ready));
      return { port: (server.address() as { port: number }).port, server };
    }

    /** Says these bytes to whoever listens there, and waits to be thrown out. */
    async function shout(to: One, bytes: Uint8Array): Promise<void> {
      const socket = connect({ host: 'localhost', port: to.port() });
      socket.on('error', () => undefined);
      socket.resume();
      socket.write(bytes);
      await new Promise((closed) => socket.once('close', closed));
    }

    test('HOS-M3: keepalive: a route that is lost without a word ends the link on both sides', async () => {
      const { other, out, back } = await pair({ keepalive: 500 });
      other.relay.stall();
      const ends = [out, back].map((link) => link.frames[Symbol.asyncIterator]().next());
      expect(await Promise.all(ends)).toEqual([
        { done: true, value: undefined },
        { done: true, value: undefined },
      ]);
    });

    test('a peer that never says goodbye is not waited for', async () => {
      const { one, other, out, back } = await pair({ close: 40 });
      other.relay.stall();
      out.close();
      await Promise.all([one.transport.close(), other.transport.close()]);
      expect(await failureOf(back.send(FETCH))).toMatchObject({ code: 'LINK_CLOSED' });
    });

    test('a link that broke is forgotten, even if nobody reads it to its end', async () => {
      const [one, other] = [await listen(1), await listen(2)];
      introduce(one, other);
      for (let round = 0; round < 2 * LIMITS.linksPerPeer.most; round += 1) {
        const out = await one.transport.dial(other.peer);
        await until('the link is accepted', () => other.accepted.length === round + 1);
        await (other.accepted[round] as Link).send(FETCH);
        other.relay.cut();
        await until('the break is noticed', () => other.relay.connections() === 0);
        expect(out.peer).toBe(other.node);
      }
      await one.transport.close();
    });

    test('an address that takes the connection and says nothing is given up: LINK_TIMEOUT', async () => {
      const one = await listen(1, { dial: 60 });
      const { port } = await silence();
      const peer: Peer = { node: nodeAt(2), card: await rig.cardAt(nodeAt(2), undefined, [port]) };
      expect((await failureOf(one.transport.dial(peer)))?.code).toBe('LINK_TIMEOUT');
    });

    test('closing gives up what is being dialled', async () => {
      const one = await listen(1);
      const { port, server } = await silence();
      const peer: Peer = { node: nodeAt(2), card: await rig.cardAt(nodeAt(2), undefined, [port]) };
      const dialling = failureOf(one.transport.dial(peer));
      await new Promise((connected) => server.once('connection', connected));
      await one.transport.close();
      expect((await dialling)?.code).toBe('LINK_CLOSED');
    });

    test('a dead address is passed over for the next one on the card', async () => {
      const [one, other] = [await listen(1), await listen(2)];
      introduce(one, other);
      const card = await rig.cardAt(other.node, other, [DEAD_PORT, other.relay.port]);
      expect((await one.transport.dial({ node: other.node, card })).peer).toBe(other.node);
    });

    test('a wrong key is not hidden by a dead address, and no address at all is a refusal', async () => {
      const [one, other] = [await listen(1), await listen(2)];
      introduce(one, other);
      const wrong = await rig.cardAt(other.node, undefined, [other.relay.port, DEAD_PORT]);
      expect((await failureOf(one.transport.dial({ node: other.node, card: wrong })))?.code).toBe(
        'PEER_IDENTITY',
      );
      const none = await rig.cardAt(other.node, other, []);
      expect(await failureOf(one.transport.dial({ node: other.node, card: none }))).toEqual({
        code: 'LINK_REFUSED',
        where: `card/${rig.name}`,
      });
    });

    test('an address that is taken is told at once', async () => {
      const one = await listen(1);
      const again = await rig.second(one);
      expect(await failureOf(again.listen(() => undefined))).toMatchObject({
        code: 'CONFIG_FIELD',
        where: `/${rig.name}/listen`,
      });
      await again.close();
    });

    const noises: readonly [string, Uint8Array][] = [
      ['in another protocol', Buffer.alloc(100_000, 'GET / HTTP/1.1\r\n')],
      ['of zeroes', Buffer.alloc(100_000)],
      ['of all bits', Buffer.alloc(100_000, 0xff)],
    ];
    test.each(noises)('HOS-M1: words %s harm nobody, and the peers go on', async (_, bytes) => {
      const { one, other, out, back } = await pair({ hello: 1_000 });
      await shout(other, bytes);
      await out.send(FETCH);
      expect(await back.frames[Symbol.asyncIterator]().next()).toEqual({ done: false, value: FETCH });
      expect((await one.transport.dial(other.peer)).peer).toBe(other.node);
    });

    test('P2P-M5: a connection that says nothing is closed after the wait for Hello, however many there are', async () => {
      const { other, out, back } = await pair({ hello: 1_000 });
      await Promise.all(Array.from({ length: 40 }, () => shout(other, new Uint8Array())));
      await out.send(FETCH);
      expect(await back.frames[Symbol.asyncIterator]().next()).toEqual({ done: false, value: FETCH });
      expect(other.accepted).toHaveLength(1);
    });

    test('of connections that prove nothing only so many are kept, and the peers go on', async () => {
      const { one, other, out, back } = await pair();
      let there = 0;
      const silent: Socket[] = [];
      for (let at = 0; at < LIMITS.handshakes.most + 40; at += 1) {
        const socket = connect({ host: 'localhost', port: other.port() });
        socket.on('error', () => undefined);
        socket.on('close', () => (there -= 1));
        socket.resume();
        there += 1;
        silent.push(socket);
      }
      await until('the rest is closed', () => there <= LIMITS.handshakes.most);
      await out.send(FETCH);
      expect(await back.frames[Symbol.asyncIterator]().next()).toEqual({ done: false, value: FETCH });
      for (const socket of silent) socket.destroy();
      await until('they are gone', () => there === 0);
      expect((await one.transport.dial(other.peer)).peer).toBe(other.node);
    });

    test('a connection that says one byte and then nothing is closed as well', async () => {
      const { other } = await pair({ hello: 1_000 });
      await shout(other, Uint8Array.of(0x16));
      expect(other.accepted).toHaveLength(1);
    });
  });
}
