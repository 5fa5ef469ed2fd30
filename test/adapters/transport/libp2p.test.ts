import { randomBytes } from 'node:crypto';
import type { Stream } from '@libp2p/interface';
import { multiaddr } from '@multiformats/multiaddr';
import { openCutter, prefixed } from '../../../adapters/transport/libp2p/frames.js';
import { createHost } from '../../../adapters/transport/libp2p/host.js';
import {
  type Libp2pTransport,
  openLibp2p,
  type Refusal,
} from '../../../adapters/transport/libp2p/transport.js';
import { PROTOCOL } from '../../../adapters/transport/libp2p/wire.js';
import { utf8 } from '../../../node/core/bytes.js';
import { LIMITS } from '../../../node/core/limits.js';
import type { Link } from '../../../node/ports.js';
import {
  cardOf,
  nodeAt,
  type Participant,
  type ParticipantSettings,
  type TransportRig,
  transportSuite,
} from '../../rooms/transport.js';
import { openRelay, type Relay } from './relay.js';

type Waits = NonNullable<Parameters<typeof openLibp2p>[0]['waits']>;

interface Libp2pParticipant extends Participant {
  readonly transport: Libp2pTransport;
  readonly seed: Uint8Array;
  readonly relay: Relay;
  readonly refusals: Refusal[];
}

const ANY_PORT = '/ip4/127.0.0.1/tcp/0';

async function peerIdOf(seed: Uint8Array): Promise<string> {
  const host = await createHost({
    seed,
    listen: undefined,
    knows: () => true,
    refused: () => undefined,
    waits: { dial: 1_000, hello: 1_000, close: 1_000, keepalive: 10_000 },
  });
  return host.peerId.toString();
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
  const relay = await openRelay(() => Number(/tcp\/(\d+)/.exec(transport.addresses()[0] ?? '')?.[1] ?? 0));
  const id = await peerIdOf(falseCard ? new Uint8Array(randomBytes(32)) : seed);
  const address = `${listens ? `/dns4/localhost/tcp/${relay.port}` : ''}/p2p/${id}`;
  const card = { ...cardOf(node, [], []), libp2p: [{ multiaddr: address }] };
  return { node, transport, peer: { node, card }, accepted, seed, relay, refusals };
}

/** Says these words on one stream of a bare host, and hears until the end. */
async function converse(
  seed: Uint8Array,
  to: Libp2pParticipant,
  words: readonly Uint8Array[],
): Promise<readonly Uint8Array[]> {
  const host = await createHost({
    seed,
    listen: undefined,
    knows: () => true,
    refused: () => undefined,
    waits: { dial: 5_000, hello: 5_000, close: 1_000, keepalive: 60_000 },
  });
  await host.start();
  try {
    const connection = await host.dial(multiaddr(to.transport.addresses()[0]));
    const stream: Stream = await connection.newStream(PROTOCOL);
    const heard: Uint8Array[] = [];
    const cutter = openCutter((bytes) => heard.push(bytes));
    stream.addEventListener('message', ({ data }) => void cutter.take(data));
    const ended = new Promise<void>((resolve) => {
      stream.addEventListener('end', () => resolve());
      stream.addEventListener('close', () => resolve());
    });
    for (const word of words) stream.send(prefixed(word));
    await ended;
    return heard;
  } finally {
    await host.stop();
  }
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
      const [consent, ...heard] = await converse(of(from).seed, of(to), [utf8(from.node), bytes]);
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
