import { randomBytes } from 'node:crypto';
import * as varint from 'uint8-varint';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { dialable, peerIdsOf } from '../../../adapters/transport/libp2p/address.js';
import { prefixed } from '../../../adapters/transport/libp2p/frames.js';
import {
  type Libp2pTransport,
  openLibp2p,
  type Refusal,
} from '../../../adapters/transport/libp2p/transport.js';
import { drop, PROTOCOL } from '../../../adapters/transport/libp2p/wire.js';
import { utf8 } from '../../../node/core/bytes.js';
import { LIMITS } from '../../../node/core/limits.js';
import type { Link } from '../../../node/ports.js';
import { writeFrame } from '../../../node/wire/frames.js';
import { type NetworkParticipant, networkSuite, type Waits } from '../../rooms/network-transport.js';
import {
  cardOf,
  introduce,
  nodeAt,
  type Participant,
  type ParticipantSettings,
  type TransportRig,
  transportSuite,
} from '../../rooms/transport.js';
import { testKeys } from '../../support/keys.js';
import { converse, peerIdOf, withHost } from '../../support/raw-libp2p.js';
import { until } from '../../support/until.js';
import { openRelay } from './relay.js';

interface Libp2pParticipant extends NetworkParticipant {
  readonly transport: Libp2pTransport;
  readonly seed: Uint8Array;
}

const ANY_PORT = '/ip4/127.0.0.1/tcp/0';

function addressOf(port: number, peerId: string): string {
  return `/dns4/localhost/tcp/${port}/p2p/${peerId}`;
}

/** A participant behind a relay; its card names the relay. */
async function openParticipant(
  index: number,
  { listens = true, falseCard = false }: ParticipantSettings = {},
  waits: Waits = {},
): Promise<Libp2pParticipant> {
  const node = nodeAt(index);
  const seed = new Uint8Array(randomBytes(32));
  const refusals: Refusal[] = [];
  const transport = await openLibp2p({
    node,
    seed,
    listen: listens ? ANY_PORT : undefined,
    refused: (refusal) => refusals.push(refusal),
    waits,
  });
  const accepted: Link[] = [];
  await transport.listen((link) => accepted.push(link));
  const port = () => Number(/tcp\/(\d+)/.exec(transport.addresses()[0] ?? '')?.[1] ?? 0);
  const relay = await openRelay(port);
  const id = await peerIdOf(falseCard ? new Uint8Array(randomBytes(32)) : seed);
  const address = listens ? addressOf(relay.port, id) : `/p2p/${id}`;
  const card = { ...cardOf(node, [], []), libp2p: [{ multiaddr: address }] };
  return { node, transport, peer: { node, card }, accepted, seed, relay, refusals, port };
}

function addressIn({ transport }: Libp2pParticipant): string {
  return transport.addresses()[0] ?? '';
}

function handles(): number {
  const open = process.getActiveResourcesInfo();
  return open.filter((name) => name === 'TCPSocketWrap' || name === 'TCPServerWrap').length;
}

async function openRig(): Promise<TransportRig> {
  const opened = new Map<string, Libp2pParticipant>();
  const of = ({ node }: Participant) => opened.get(node) as Libp2pParticipant;
  return {
    open: async (index, settings) => {
      const made = await openParticipant(index, settings);
      opened.set(made.node, made);
      return made;
    },
    sendRaw: async (from, to, bytes) => {
      const [consent, ...heard] = await converse(of(from).seed, addressIn(of(to)), [utf8(from.node), bytes]);
      if (consent?.length !== 0) throw new Error('no consent');
      return heard;
    },
    tear: (_from, to) => of(to).relay.tear(LIMITS.envelopeBytes.most / 2),
    cut: (one, other) => {
      of(one).relay.cut();
      of(other).relay.cut();
    },
    close: async () => {
      await Promise.all([...opened.values()].map(({ transport }) => transport.close()));
      await Promise.all([...opened.values()].map(({ relay }) => relay.close()));
    },
    leftOpen: () => handles() - opened.size,
  };
}

transportSuite('libp2p', openRig);
networkSuite<Libp2pParticipant>({
  name: 'libp2p',
  open: (index, waits) => openParticipant(index, {}, waits),
  cardAt: async (node, key, ports) => {
    const id = await peerIdOf(key?.seed ?? new Uint8Array(randomBytes(32)));
    return { ...cardOf(node, [], []), libp2p: ports.map((port) => ({ multiaddr: addressOf(port, id) })) };
  },
  second: ({ seed, transport }) =>
    openLibp2p({
      node: nodeAt(9),
      seed,
      listen: transport.addresses()[0]?.replace(/\/p2p\/.*/, ''),
    }),
});

describe('libp2p transport beyond the suites', () => {
  const open: Libp2pParticipant[] = [];
  const listen = async (index: number, waits?: Waits): Promise<Libp2pParticipant> => {
    const made = await openParticipant(index, {}, waits);
    open.push(made);
    return made;
  };
  afterEach(async () => {
    const all = open.splice(0);
    await Promise.all(all.map(({ transport }) => transport.close()));
    await Promise.all(all.map(({ relay }) => relay.close()));
  });

  const claims: readonly [string, string, string][] = [
    ['no node', '', 'PEER_UNKNOWN'],
    ['no node id', 'everybody', 'PEER_UNKNOWN'],
    ['a node that nobody admitted', nodeAt(9), 'PEER_UNKNOWN'],
    ['another peer', nodeAt(3), 'PEER_IDENTITY'],
  ];
  test.each(claims)('P2P-M3: a peer that names %s is refused by name', async (_, claimed, code) => {
    const [one, other, third] = [await listen(1), await listen(2), await listen(3)];
    introduce(one, other, third);
    const heard = await converse(one.seed, addressIn(other), [utf8(claimed)]);
    expect(heard.map((bytes) => Buffer.from(bytes).toString())).toEqual([code]);
    expect(other.accepted).toEqual([]);
    expect(other.refusals.map(({ fault }) => fault.code)).toEqual([code]);
  });

  test('P2P-M1: a peer id that is on no card is turned away before any stream', async () => {
    const [one, other] = [await listen(1), await listen(2)];
    introduce(one, other);
    const stranger = new Uint8Array(randomBytes(32));
    await expect(converse(stranger, addressIn(other), [utf8(one.node)])).rejects.toThrow();
    const id = await peerIdOf(stranger);
    expect(other.refusals.map(({ fault }) => fault)).toEqual([{ code: 'PEER_UNKNOWN', where: id }]);
    expect(other.accepted).toEqual([]);
  });

  test('P2P-M5: a second stream on the connection of a link is refused, and the link lives on', async () => {
    const [one, other] = [await listen(1), await listen(2)];
    introduce(one, other);
    await withHost(one.seed, addressIn(other), async (connection) => {
      const first = await connection.newStream(PROTOCOL);
      first.send(prefixed(utf8(one.node)));
      await until('the link is accepted', () => other.accepted.length === 1);
      const flood = Array.from({ length: 20 }, async () => {
        const stream = await connection.newStream(PROTOCOL);
        const closed = new Promise((resolve) => stream.addEventListener('close', resolve));
        // Reset by now, or in a moment.
        if (stream.writeStatus === 'writable') stream.send(prefixed(utf8(one.node)));
        if (stream.status === 'open') await closed;
        throw new Error('reset');
      });
      expect((await Promise.allSettled(flood)).map(({ status }) => status)).toEqual(
        flood.map(() => 'rejected'),
      );
      expect(other.accepted).toHaveLength(1);
      first.send(prefixed(writeFrame({ kind: 'bye' })));
      const { value } = await (other.accepted[0] as Link).frames[Symbol.asyncIterator]().next();
      expect(value).toEqual({ kind: 'bye' });
    });
  });

  test('a connection that went away a moment before it is dropped ends nothing else', () => {
    // The muxer says goodbye on a stream that is closed already, and the library throws out of a timer.
    const gone = {
      abort: () => {
        throw new Error('Cannot write to a stream that is closed');
      },
    };
    expect(() => drop(gone, 'no longer waited for')).not.toThrow();
  });

  test('a link goes on when the time in which it had to come about is over', async () => {
    const [one, other] = [await listen(1), await listen(2)];
    introduce(one, other);
    const wait = new AbortController();
    const waiting = vi.spyOn(AbortSignal, 'timeout').mockReturnValueOnce(wait.signal);
    const out = await one.transport.dial(other.peer);
    expect(waiting).toHaveBeenCalled();
    waiting.mockRestore();
    await until('the link is accepted', () => other.accepted.length === 1);
    wait.abort();
    await (other.accepted[0] as Link).send({ kind: 'bye' });
    const { value } = await out.frames[Symbol.asyncIterator]().next();
    expect(value).toEqual({ kind: 'bye' });
  });

  const lengths: readonly [string, Uint8Array][] = [
    ['beyond every bound', varint.encode(LIMITS.frameBytes.most * 4)],
    ['that never ends', new Uint8Array(64).fill(0x80)],
  ];
  test.each(lengths)(
    'P2P-M2: a length %s ends the link by name before anything of it is held',
    async (_, length) => {
      const [one, other] = [await listen(1), await listen(2)];
      introduce(one, other);
      await withHost(one.seed, addressIn(other), async (connection) => {
        const stream = await connection.newStream(PROTOCOL);
        stream.send(prefixed(utf8(one.node)));
        await until('the link is accepted', () => other.accepted.length === 1);
        stream.send(length);
        const reading = (other.accepted[0] as Link).frames[Symbol.asyncIterator]().next();
        await expect(reading).rejects.toMatchObject({ fault: { code: 'FRAME_OVERSIZE' } });
      });
    },
  );

  const addresses: readonly [string, boolean][] = [
    ['/ip4/192.0.2.1/tcp/4001', true],
    ['/ip6/2001:db8::1/tcp/4001', true],
    ['/dns4/node.example.org/tcp/4001', true],
    ['', false],
    ['/ip4/192.0.2.1/udp/4001/quic-v1', false],
    ['/dns4/node.example.org/tcp/4001/ws', false],
    ['/unix/run%2Fisochron%2Fcontrol', false],
    ['/ip4/999.0.2.1/tcp/4001', false],
  ];
  test.each(addresses)('a card may send us over TCP and nowhere else: %s', async (place, may) => {
    const id = await peerIdOf(new Uint8Array(32));
    const card = { ...cardOf(nodeAt(2), [], []), libp2p: [{ multiaddr: `${place}/p2p/${id}` }] };
    expect(dialable(card, () => false)).toHaveLength(may ? 1 : 0);
    expect(peerIdsOf(card)).toEqual([id]);
  });

  test('the peer id of a home is the one that libp2p derives from its key', async () => {
    const keys = await testKeys('cert');
    expect(keys.noise.peerId).toBe(await peerIdOf(keys.noise.seed));
  });
});
