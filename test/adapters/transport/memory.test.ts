import { describe, expect, test } from 'vitest';
import {
  type Crossing,
  type MemoryHub,
  openHub,
  type Weather,
} from '../../../adapters/transport/memory/link.js';
import { Breakage } from '../../../node/core/fault.js';
import type { NodeId } from '../../../node/core/ids.js';
import type { Frame, Link, Transport } from '../../../node/ports.js';
import {
  cardOf,
  nodeAt,
  type Participant,
  type TransportRig,
  transportSuite,
} from '../../rooms/transport.js';

const STRANGER = '00'.repeat(32);

function pinAt(index: number): string {
  return index.toString(16).padStart(64, '0');
}

async function participant(
  hub: MemoryHub,
  index: number,
  { listens = true, falseCard = false } = {},
): Promise<Participant> {
  const node = nodeAt(index);
  const transport = hub.transport({ node, pin: pinAt(index) });
  const accepted: Link[] = [];
  if (listens) await transport.listen((link) => accepted.push(link));
  const card = cardOf(node, [falseCard ? STRANGER : pinAt(index)], []);
  return { node, transport, peer: { node, card }, accepted };
}

/** Replaces the bytes of the next frame, or tears it, and lets everything else through. */
async function openRig(): Promise<TransportRig> {
  let next: ((crossing: Crossing) => void) | undefined;
  const hub = openHub({
    carry: (crossing) => {
      const act = crossing.bytes && next;
      if (act) next = undefined;
      if (act) act(crossing);
      else crossing.deliver();
    },
  });
  const transports: Transport[] = [];
  return {
    open: async (index, settings) => {
      const opened = await participant(hub, index, settings);
      transports.push(opened.transport);
      return opened;
    },
    sendRaw: async (from, to, bytes) => {
      const link = await from.transport.dial(to.peer);
      next = (crossing) => crossing.deliver(bytes);
      await link.send({ kind: 'bye' });
      const heard: Uint8Array[] = [];
      for await (const frame of link.frames) heard.push(Buffer.from(JSON.stringify(frame)));
      return heard;
    },
    tear: (from, to) => {
      next = (crossing) => {
        crossing.deliver(crossing.bytes?.subarray(0, crossing.bytes.length / 2));
        hub.cut(from.node, to.node);
      };
    },
    cut: (one, other) => hub.cut(one.node, other.node),
    close: async () => {
      await Promise.all(transports.map((transport) => transport.close()));
    },
    leftOpen: () => hub.connections(),
  };
}

transportSuite('memory', openRig);

describe('memory hub', () => {
  async function pair(weather: Weather): Promise<{ out: Link; back: Link; hub: MemoryHub }> {
    const hub = openHub(weather);
    const [one, other] = [await participant(hub, 1), await participant(hub, 2)];
    one.transport.admit(new Map([[other.node, other.peer]]));
    other.transport.admit(new Map([[one.node, one.peer]]));
    const out = await one.transport.dial(other.peer);
    return { out, back: other.accepted[0] as Link, hub };
  }

  const fetch = (from: number): Frame => ({
    kind: 'fetch',
    feed: { author: nodeAt(1), recipient: nodeAt(2) },
    from,
  });

  async function placesOf(link: Link): Promise<number[]> {
    const places: number[] = [];
    for await (const frame of link.frames) if (frame.kind === 'fetch') places.push(frame.from);
    return places;
  }

  test('the caller delays, reorders, repeats and loses', async () => {
    const held: Crossing[] = [];
    const { out, back } = await pair({ carry: (crossing) => held.push(crossing) });
    for (let at = 0; at < 4; at += 1) await out.send(fetch(at));
    out.close();
    expect(held.map(({ bytes }) => bytes !== undefined)).toEqual([true, true, true, true, false]);
    for (const at of [2, 0, 0, 3, 4]) held[at]?.deliver();
    expect(await placesOf(back)).toEqual([2, 0, 0, 3]);
  });

  test('a crossing names its ends and its connection', async () => {
    const seen: [NodeId, NodeId, number][] = [];
    const { out, back } = await pair({
      carry: (crossing) => {
        seen.push([crossing.from, crossing.to, crossing.connection]);
        crossing.deliver();
      },
    });
    await out.send(fetch(0));
    await back.send(fetch(0));
    expect(seen).toEqual([
      [nodeAt(1), nodeAt(2), 0],
      [nodeAt(2), nodeAt(1), 0],
    ]);
  });

  test('a lost end leaves the other side half open until the cable is pulled', async () => {
    const { out, back, hub } = await pair({ carry: () => undefined });
    out.close();
    await back.send(fetch(0));
    expect(hub.connections()).toBe(1);
    const reading = placesOf(back);
    hub.cut(nodeAt(2), nodeAt(1));
    expect(await reading).toEqual([]);
    expect(hub.connections()).toBe(0);
  });

  test('nothing arrives on a connection that was cut', async () => {
    const held: Crossing[] = [];
    const { out, back, hub } = await pair({ carry: (crossing) => held.push(crossing) });
    await out.send(fetch(0));
    hub.cut(nodeAt(1), nodeAt(2));
    for (const crossing of held) crossing.deliver();
    expect(await placesOf(back)).toEqual([]);
  });

  test('who is out of reach is refused', async () => {
    const dialling = pair({ reachable: (from) => from !== nodeAt(1) });
    const cause = await dialling.catch((thrown: unknown) => thrown);
    expect(cause instanceof Breakage && cause.fault.code).toBe('LINK_REFUSED');
  });

  test('what crosses is bytes: nothing of the sender’s is shared with the reader', async () => {
    const { out, back } = await pair({});
    const note = new Uint8Array(10).fill(3);
    await out.send({ kind: 'receipt', feed: { author: nodeAt(1), recipient: nodeAt(2) }, note });
    note.fill(9);
    const { value } = await back.frames[Symbol.asyncIterator]().next();
    expect(value).toMatchObject({ kind: 'receipt', note: new Uint8Array(10).fill(3) });
  });
});
