/**
 * A centre that cannot be dialled is reached through a relay: the own centre of whoever dials (DESIGN §1). The relay is
 * a peer of both and sees ciphertext only.
 */
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import type { Stream, StreamHandler } from '@libp2p/interface';
import { multiaddr } from '@multiformats/multiaddr';
import { Uint8ArrayList } from 'uint8arraylist';
import { afterEach, describe, expect, test } from 'vitest';
import { dialable } from '../../../adapters/transport/libp2p/address.js';
import { createHost, type HostSettings } from '../../../adapters/transport/libp2p/host.js';
import { type Host, keepPlaces } from '../../../adapters/transport/libp2p/relay.js';
import {
  type Libp2pSettings,
  type Libp2pTransport,
  openLibp2p,
  type Refusal,
} from '../../../adapters/transport/libp2p/transport.js';
import { utf8 } from '../../../node/core/bytes.js';
import type { Breakage } from '../../../node/core/fault.js';
import type { NodeId } from '../../../node/core/ids.js';
import { LIMITS } from '../../../node/core/limits.js';
import type { Frame, Link, Peer } from '../../../node/ports.js';
import { writeFrame } from '../../../node/wire/frames.js';
import { cardOf, nodeAt } from '../../rooms/transport.js';
import { until } from '../../support/until.js';

const [HOP, STOP] = ['/libp2p/circuit/relay/0.2.0/hop', '/libp2p/circuit/relay/0.2.0/stop'];
const ANY_PORT = '/ip4/127.0.0.1/tcp/0';
const SECRET = 'words under embargo';
const SAID: Frame = {
  kind: 'entries',
  feed: { author: nodeAt(3), recipient: nodeAt(2) },
  from: 0,
  entries: [{ leaf: utf8(SECRET), envelope: utf8(SECRET.repeat(20_000)) }],
  checkpoint: utf8(SECRET),
};

interface Party {
  readonly node: NodeId;
  readonly seed: Uint8Array;
  readonly id: string;
  readonly peer: Peer;
  readonly transport: Libp2pTransport;
  readonly accepted: Link[];
  readonly refusals: Refusal[];
}

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function newSeed(): Uint8Array {
  return new Uint8Array(randomBytes(32));
}

async function bareHost(differs: Partial<HostSettings> = {}): Promise<Host> {
  const host = await createHost({
    seed: newSeed(),
    listen: undefined,
    relay: false,
    reachedThrough: new Set(),
    knows: () => true,
    refused: () => undefined,
    waits: { dial: 5_000, hello: 5_000, close: 1_000, keepalive: 60_000 },
    ...differs,
  });
  closing.push(() => host.libp2p.stop());
  return host;
}

async function idOf(seed: Uint8Array): Promise<string> {
  return (await bareHost({ seed })).libp2p.peerId.toString();
}

/** @param places what the card says, before the peer id. */
async function open(
  index: number,
  settings: Partial<Libp2pSettings> = {},
  places: readonly string[] = [''],
): Promise<Party> {
  const node = nodeAt(index);
  const seed = settings.seed ?? newSeed();
  const refusals: Refusal[] = [];
  const waits = { dial: 5_000, close: 500, again: 5 };
  const transport = await openLibp2p({
    node,
    seed,
    listen: undefined,
    refused: (refusal) => refusals.push(refusal),
    waits,
    ...settings,
  });
  const accepted: Link[] = [];
  await transport.listen((link) => accepted.push(link));
  closing.push(() => transport.close());
  const id = await idOf(seed);
  const lines =
    settings.listen === undefined
      ? places.map((place) => `${place}/p2p/${id}`)
      : transport.addresses().filter((address) => !address.includes('p2p-circuit'));
  const card = { ...cardOf(node, [], []), libp2p: lines.map((line) => ({ multiaddr: line })) };
  return { node, seed, id, peer: { node, card }, transport, accepted, refusals };
}

function admit(one: Party, ...others: readonly Pick<Party, 'node' | 'peer'>[]): void {
  one.transport.admit(new Map(others.map(({ node, peer }) => [node, peer])));
}

/** A centre that is reached through this address of a relay. */
function reachedThrough(index: number, relay: string): Promise<Party> {
  return open(index, { reachedThrough: [relay] }, [`${relay}/p2p-circuit`]);
}

function addressOf({ transport }: Party): string {
  return transport.addresses()[0] ?? '';
}

/** A relay, a centre that is reached through it, and a vendor of the relay; all know each other. */
async function three(relay = true): Promise<{ relay: Party; hidden: Party; vendor: Party }> {
  const first = await open(1, { listen: ANY_PORT, relay });
  const hidden = await reachedThrough(2, addressOf(first));
  const vendor = await open(3);
  admit(first, hidden, vendor);
  admit(hidden, first, vendor);
  admit(vendor, first, hidden);
  return { relay: first, hidden, vendor };
}

/** Dials until the far end is at its place. */
async function reach(from: Party, to: Party): Promise<Link> {
  for (let attempt = 0; ; attempt += 1)
    try {
      return await from.transport.dial(to.peer);
    } catch (cause) {
      if (attempt > 200) throw cause;
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
}

function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'none',
    (cause: unknown) => (cause as Breakage).fault.code,
  );
}

/** As bytes: comparing them one by one would take longer than the rest. */
async function expectSaid(link: Link): Promise<void> {
  const frame = await nextOf(link);
  expect(frame && Buffer.compare(writeFrame(frame), writeFrame(SAID))).toBe(0);
}

async function nextOf(link: Link): Promise<Frame | undefined> {
  return (await link.frames[Symbol.asyncIterator]().next()).value;
}

describe('a relay', () => {
  test('joins two peers of its own of whom one cannot be dialled; frames go both ways', async () => {
    const { hidden, vendor } = await three();
    const out = await reach(vendor, hidden);
    await until('the link is accepted', () => hidden.accepted.length === 1);
    const back = hidden.accepted[0] as Link;
    expect([out.peer, back.peer]).toEqual([hidden.node, vendor.node]);
    await out.send(SAID);
    await back.send({ kind: 'bye' });
    await expectSaid(back);
    expect(await nextOf(out)).toEqual({ kind: 'bye' });
  });

  test('sees ciphertext only: neither words nor frames nor the name of a node', async () => {
    const seen: Buffer[] = [];
    const host = await bareHost({ listen: ANY_PORT, relay: true });
    const listenTo = (stream: Stream) =>
      stream.addEventListener('message', ({ data }) => void seen.push(Buffer.from(data.subarray())));
    await host.libp2p.start();
    const service = host.libp2p.services.relay as unknown as { onHop: StreamHandler };
    await host.libp2p.unhandle(HOP);
    await host.libp2p.handle(HOP, (stream, connection) => {
      listenTo(stream);
      return service.onHop(stream, connection);
    });
    host.libp2p.addEventListener('connection:open', ({ detail }) => {
      const { newStream } = detail;
      detail.newStream = async (...given) => {
        const stream = await newStream.apply(detail, given);
        listenTo(stream);
        return stream;
      };
    });
    const address = String(host.libp2p.getMultiaddrs()[0]);
    const card = { ...cardOf(nodeAt(1), [], []), libp2p: [{ multiaddr: address }] };
    const relay = { node: nodeAt(1), peer: { node: nodeAt(1), card } };
    const hidden = await reachedThrough(2, address);
    const vendor = await open(3);
    admit(hidden, relay, vendor);
    admit(vendor, relay, hidden);
    const out = await reach(vendor, hidden);
    await until('the link is accepted', () => hidden.accepted.length === 1);
    const back = hidden.accepted[0] as Link;
    await back.send(SAID);
    await expectSaid(out);
    await out.send(SAID);
    await expectSaid(back);
    const all = Buffer.concat(seen);
    expect(all.length).toBeGreaterThan(2 * 20_000 * SECRET.length);
    for (const plain of [SECRET, vendor.node, hidden.node, '/isochron/1.0.0'])
      expect(all.includes(plain)).toBe(false);
  });

  test('P2P-M6: that passes a dialler on to somebody else is found out: PEER_IDENTITY', async () => {
    const other = await open(4, { listen: ANY_PORT });
    const port = Number(/tcp\/(\d+)/.exec(addressOf(other))?.[1]);
    const host = await bareHost({ listen: ANY_PORT });
    // Says yes to every request, and leads the dialler to another host than it asked for.
    await host.libp2p.handle(HOP, (stream) => {
      const socket = connect({ host: '127.0.0.1', port });
      let asked = false;
      stream.addEventListener('message', ({ data }) => {
        if (asked) socket.write(data.subarray());
        else stream.send(Uint8Array.of(4, 0x08, 2, 0x28, 100));
        asked = true;
      });
      socket.on('data', (bytes) => void stream.send(new Uint8ArrayList(bytes)));
      socket.on('error', () => undefined);
      socket.on('close', () => stream.abort(new Error('closed')));
      stream.addEventListener('close', () => socket.destroy());
    });
    await host.libp2p.start();
    const address = String(host.libp2p.getMultiaddrs()[0]);
    const card = { ...cardOf(nodeAt(1), [], []), libp2p: [{ multiaddr: address }] };
    const relay = { node: nodeAt(1), peer: { node: nodeAt(1), card } };
    const hidden = await reachedThrough(2, address);
    const vendor = await open(3);
    admit(other, vendor);
    admit(vendor, relay, hidden, other);
    expect(await codeOf(vendor.transport.dial(hidden.peer))).toBe('PEER_IDENTITY');
    expect(other.accepted).toEqual([]);
  });

  test('P2P-M7: leads nobody in whom the far end does not know: it is refused there, before any stream', async () => {
    const { relay, hidden, vendor } = await three();
    await (await reach(vendor, hidden)).send({ kind: 'bye' });
    admit(hidden, relay);
    expect(await codeOf(vendor.transport.dial(hidden.peer))).toBe('LINK_REFUSED');
    expect(hidden.accepted).toHaveLength(1);
  });

  test('P2P-M7: carries for nobody whom it does not know, neither to nor from', async () => {
    const { relay, hidden, vendor } = await three();
    await reach(vendor, hidden);
    admit(relay, hidden);
    expect(await codeOf(vendor.transport.dial(hidden.peer))).toBe('LINK_REFUSED');
    admit(relay, vendor);
    expect(await codeOf(vendor.transport.dial(hidden.peer))).toBe('LINK_REFUSED');
  });

  test('P2P-M7: is used by nobody who does not know it, whatever a card says', async () => {
    const { relay, hidden, vendor } = await three();
    const knows = (id: string) => id === relay.id;
    expect(dialable(hidden.peer.card, knows)).toHaveLength(1);
    expect(dialable(hidden.peer.card, () => false)).toEqual([]);
    await reach(vendor, hidden);
    admit(vendor, hidden);
    expect(await codeOf(vendor.transport.dial(hidden.peer))).toBe('LINK_REFUSED');
  });

  test('is none unless its configuration says so', async () => {
    const { relay, hidden, vendor } = await three(false);
    await (await vendor.transport.dial(relay.peer)).send({ kind: 'bye' });
    expect(await codeOf(vendor.transport.dial(hidden.peer))).toBe('LINK_REFUSED');
  });

  test('P2P-M8: grants places and connections within bounds', async () => {
    const relay = await bareHost({ listen: ANY_PORT, relay: true });
    await relay.libp2p.start();
    const address = String(relay.libp2p.getMultiaddrs()[0]);
    const other = await bareHost({ reachedThrough: new Set([relay.libp2p.peerId.toString()]) });
    await other.libp2p.start();
    const ended = new AbortController();
    closing.push(() => ended.abort());
    await keepPlaces(other, {
      relays: [address],
      knows: () => true,
      waits: { dial: 5_000, again: 5 },
      closing: ended.signal,
    });
    const places = relay.libp2p.services.relay?.reservations;
    await until('it has a place', () => places?.size === 1);
    expect([...(places?.values() ?? [])].map(({ limit }) => limit)).toEqual([
      { data: BigInt(LIMITS.relayBytes.most), duration: LIMITS.relayMs.most },
    ]);
    expect(other.libp2p.getProtocols()).toContain(STOP);
  });

  test('a node that has no place at a relay is dialled through none', async () => {
    const host = await bareHost();
    await host.libp2p.start();
    const never = new AbortController().signal;
    const waits = { dial: 5_000, again: 5 };
    await keepPlaces(host, { relays: [], knows: () => true, waits, closing: never });
    expect(host.libp2p.getProtocols()).not.toContain(STOP);
  });
});

describe('a place at a relay', () => {
  const cases: readonly [string, boolean][] = [
    ['was lost', true],
    ['did not carry for anybody', false],
  ];
  test.each(cases)('is asked for again when the relay %s and comes back', async (_, relaysFirst) => {
    const { relay, hidden, vendor } = await three(relaysFirst);
    if (relaysFirst) await reach(vendor, hidden);
    else await codeOf(vendor.transport.dial(hidden.peer));
    const listen = addressOf(relay).replace(/\/p2p\/.*/, '');
    await relay.transport.close();
    const again = await open(1, { seed: relay.seed, listen, relay: true });
    admit(again, hidden, vendor);
    const out = await reach(vendor, hidden);
    await out.send({ kind: 'bye' });
    await until('the link is accepted', () => hidden.accepted.length > 0);
    expect(await nextOf(hidden.accepted.at(-1) as Link)).toEqual({ kind: 'bye' });
  });

  test('keeps its connection although no link is on it; another connection without a link is closed', async () => {
    const waits = { dial: 5_000, close: 500, again: 5, hello: 300 };
    const relay = await open(1, { listen: ANY_PORT, relay: true, waits });
    const hidden = await reachedThrough(2, addressOf(relay));
    const vendor = await open(3);
    admit(relay, hidden, vendor);
    admit(hidden, relay, vendor);
    admit(vendor, relay, hidden);
    const idle = await bareHost({ seed: vendor.seed });
    await idle.libp2p.start();
    const connection = await idle.libp2p.dial(multiaddr(addressOf(relay)));
    await until('the idle connection is closed', () => connection.status !== 'open');
    await idle.libp2p.stop();
    expect((await reach(vendor, hidden)).peer).toBe(hidden.node);
  });
});
