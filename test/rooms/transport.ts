/**
 * What every Transport must do (DESIGN §1, §3). An implementation hands in a rig, which opens participants in
 * one small world and can do to their connections what networks and strangers do.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Breakage } from '../../node/core/fault.js';
import { type NodeId, nodeId } from '../../node/core/ids.js';
import { LIMITS } from '../../node/core/limits.js';
import type { Card } from '../../node/core/registry/card.js';
import { type Instant, readInstant } from '../../node/core/time.js';
import type { Entry, Frame, Link, Peer, Transport } from '../../node/ports.js';
import { writeFrame } from '../../node/wire/frames.js';
import { settled, until } from '../support/until.js';

/** A node with its transport, listening unless it was asked not to. */
export interface Participant {
  readonly node: NodeId;
  readonly transport: Transport;
  /** What its card says; the pin is a stranger's where a false card was asked for. */
  readonly peer: Peer;
  /** Links that were accepted, in their order. */
  readonly accepted: Link[];
}

export interface ParticipantSettings {
  readonly listens?: boolean;
  readonly falseCard?: boolean;
}

export interface TransportRig {
  open(index: number, settings?: ParticipantSettings): Promise<Participant>;
  /** Opens a connection beside the transport, sends these bytes as one frame, and reads until the end. */
  sendRaw(from: Participant, to: Participant, bytes: Uint8Array): Promise<readonly Uint8Array[]>;
  /** Lets only a part of the next large frame between two participants through, then ends the connection. */
  tear(from: Participant, to: Participant): void;
  /** Ends all connections between two participants without a word. */
  cut(one: Participant, other: Participant): void;
  close(): Promise<void>;
  /** Connections and listeners that are still there. */
  leftOpen(): number;
}

/** A peer id that nobody here holds the key of. */
const STRANGER_ADDRESS = '/p2p/12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp';

/** Node id of a participant: its index in hexadecimal. */
export function nodeAt(index: number): NodeId {
  return nodeId(index.toString(16).padStart(40, '0')) as NodeId;
}

/** A card with what transports read, and plain words for the rest. */
export function cardOf(node: NodeId, pins: readonly string[], targets: readonly string[]): Card {
  return {
    node,
    name: `Centre ${node.slice(-4)}`,
    role: 'centre',
    mode: 'drill',
    certificate: '',
    logKey: '',
    tlsPins: pins,
    grpc: targets.map((target) => ({ target })),
    libp2p: [],
    zone: 'UTC',
    languages: ['en'],
    embargoDays: 45,
    replyByDays: 7,
    cycles: [],
    sequence: 1,
    expiresAt: readInstant('2030-01-01T00:00:00Z') as Instant,
  };
}

/** Everybody knows everybody. */
export function introduce(...all: readonly Participant[]): void {
  for (const { node, transport } of all)
    transport.admit(new Map(all.filter((one) => one.node !== node).map((one) => [one.node, one.peer])));
}

/** A numbered frame, small. */
function fetchFrame(from: number): Frame {
  return { kind: 'fetch', feed: { author: nodeAt(1), recipient: nodeAt(2) }, from };
}

/** A frame with one entry whose envelope has this many bytes. */
function entryFrame(from: number, envelopeBytes: number): Extract<Frame, { kind: 'entries' }> {
  const entry: Entry = { leaf: new Uint8Array(8).fill(1), envelope: new Uint8Array(envelopeBytes).fill(7) };
  return {
    kind: 'entries',
    feed: { author: nodeAt(1), recipient: nodeAt(2) },
    from,
    entries: [entry],
    checkpoint: new Uint8Array(100).fill(2),
  };
}

/** The largest frame there is: exactly `frameBytes` long. */
function largestFrame(): Frame {
  const most = LIMITS.envelopeBytes.most;
  const frame = (last: number): Frame => {
    const { entries, ...rest } = entryFrame(0, most);
    const [full] = entries as [Entry];
    return { ...rest, entries: [full, full, full, { ...full, envelope: full.envelope.subarray(0, last) }] };
  };
  const over = writeFrame(frame(most - 4_096)).length - (LIMITS.frameBytes.most - 4_096);
  return frame(most - over);
}

/** Reads this many frames. */
async function take(link: Link, count: number): Promise<Frame[]> {
  const taken: Frame[] = [];
  const reader = link.frames[Symbol.asyncIterator]();
  while (taken.length < count) {
    const { done, value } = await reader.next();
    if (done) break;
    taken.push(value);
  }
  return taken;
}

/** Reads to the end; a fault that ended the reading comes last. */
async function takeAll(link: Link): Promise<(Frame | string)[]> {
  const taken: (Frame | string)[] = [];
  try {
    for await (const frame of link.frames) taken.push(frame);
  } catch (cause) {
    taken.push(codeOf(cause));
  }
  return taken;
}

function codeOf(cause: unknown): string {
  return cause instanceof Breakage ? cause.fault.code : String(cause);
}

/** The code with which a promise is broken. */
async function codeOfFailure(promise: Promise<unknown>): Promise<string> {
  return promise.then(() => 'none', codeOf);
}

/** Runs the suite. @param openRig a world without participants; it is closed after each test. */
export function transportSuite(name: string, openRig: () => Promise<TransportRig>): void {
  describe(`${name} transport`, () => {
    let rig: TransportRig;
    beforeEach(async () => {
      rig = await openRig();
    });
    afterEach(async () => {
      await rig.close();
    });

    /** Two that know each other, and a link between them. */
    async function pair(): Promise<{ one: Participant; other: Participant; out: Link; back: Link }> {
      const [one, other] = [await rig.open(1), await rig.open(2)];
      introduce(one, other);
      const out = await one.transport.dial(other.peer);
      await until('the link is accepted', () => other.accepted.length === 1);
      return { one, other, out, back: other.accepted[0] as Link };
    }

    test('both sides know whom they talk to', async () => {
      const { one, other, out, back } = await pair();
      expect(out.peer).toBe(other.node);
      expect(back.peer).toBe(one.node);
    });

    test('frames arrive in order, each once, in both directions at a time', async () => {
      const { out, back } = await pair();
      const frames = Array.from({ length: 500 }, (_, at) => fetchFrame(at));
      const sendAll = async (link: Link) => {
        for (const frame of frames) await link.send(frame);
      };
      const [, , there, here] = await Promise.all([
        sendAll(out),
        sendAll(back),
        take(back, frames.length),
        take(out, frames.length),
      ]);
      expect(there).toEqual(frames);
      expect(here).toEqual(frames);
    });

    test('sends that nobody waits for keep their order', async () => {
      const { out, back } = await pair();
      const frames = Array.from({ length: 64 }, (_, at) => fetchFrame(at));
      const sent = Promise.all(frames.map((frame) => out.send(frame)));
      expect(await take(back, frames.length)).toEqual(frames);
      await sent;
    });

    test('HOS-M2: back pressure: a slow reader slows the sender down', async () => {
      const { out, back } = await pair();
      const [total, size] = [160, 256 << 10];
      let sent = 0;
      const sending = (async () => {
        for (; sent < total; sent += 1) await out.send(entryFrame(sent, size));
      })();
      await settled(() => sent);
      // The inbox, what the library reads ahead on both sides, and what is on its way.
      expect(sent).toBeLessThan(3 * LIMITS.linkFrames.most + (2 * LIMITS.linkBytes.most) / size + 8);
      for (let read = 0; read < total; read += 1) {
        const [frame] = await take(back, 1);
        expect(frame?.kind === 'entries' && frame.from).toBe(read);
      }
      await sending;
    });

    test('LIM-M1: a frame of exactly the largest size crosses', async () => {
      const { out, back } = await pair();
      const frame = largestFrame();
      expect(writeFrame(frame).length).toBe(LIMITS.frameBytes.most);
      const sent = out.send(frame);
      const [arrived] = await take(back, 1);
      // Compared as one block: comparing four million elements one by one takes longer than the rest.
      expect(arrived && Buffer.compare(writeFrame(arrived), writeFrame(frame))).toBe(0);
      await sent;
    });

    test('a frame over the bound is not sent, and the link lives on', async () => {
      const { out, back } = await pair();
      const { entries, ...rest } = entryFrame(0, LIMITS.envelopeBytes.most);
      const heavy: Frame = { ...rest, entries: Array.from({ length: 5 }, () => entries[0] as Entry) };
      expect(await codeOfFailure(out.send(heavy))).toBe('FRAME_OVERSIZE');
      await out.send(fetchFrame(1));
      expect(await take(back, 1)).toEqual([fetchFrame(1)]);
    });

    const unreadable: readonly [string, Uint8Array, string][] = [
      ['one byte over the bound', new Uint8Array(LIMITS.frameBytes.most + 1), 'FRAME_OVERSIZE'],
      ['noise', new Uint8Array(300).fill(0xff), 'FRAME_MALFORMED'],
      ['nothing at all', new Uint8Array(0), 'FRAME_MALFORMED'],
      ['half a frame', writeFrame(entryFrame(0, 600)).subarray(0, 300), 'FRAME_MALFORMED'],
      ['a kind of the future', Uint8Array.of(0x7a, 0x00), 'FRAME_UNKNOWN'],
    ];
    test.each(unreadable)(
      'HOS-M5, P2P-M4: a frame that is %s ends the link, and is refused by name',
      async (_, bytes, code) => {
        const [one, other] = [await rig.open(1), await rig.open(2)];
        introduce(one, other);
        const answered = rig.sendRaw(one, other, bytes);
        await until('the link is accepted', () => other.accepted.length === 1);
        const back = other.accepted[0] as Link;
        expect(await takeAll(back)).toEqual([code]);
        expect(await codeOfFailure(back.send(fetchFrame(0)))).toBe('LINK_CLOSED');
        expect((await answered).map((frame) => Buffer.from(frame).includes(code))).toEqual([true]);
      },
    );

    test('a frame of which only a part came is never seen', async () => {
      const { one, other, out, back } = await pair();
      rig.tear(one, other);
      const sent = codeOfFailure(out.send(entryFrame(0, LIMITS.envelopeBytes.most)));
      const [first] = await takeAll(back);
      expect([undefined, 'FRAME_MALFORMED']).toContain(first);
      expect(['none', 'LINK_CLOSED']).toContain(await sent);
      expect(await takeAll(out)).toEqual([]);
    });

    test('a peer that disappears ends reading and breaks sending', async () => {
      const { one, other, out, back } = await pair();
      await out.send(fetchFrame(1));
      expect(await take(back, 1)).toEqual([fetchFrame(1)]);
      const reading = [takeAll(out), takeAll(back)];
      rig.cut(one, other);
      expect(await Promise.all(reading)).toEqual([[], []]);
      expect(await codeOfFailure(out.send(fetchFrame(2)))).toBe('LINK_CLOSED');
      expect(await codeOfFailure(back.send(fetchFrame(2)))).toBe('LINK_CLOSED');
    });

    test('a sender that waits for a slow reader is told when the link breaks', async () => {
      const { one, other, out } = await pair();
      let sent = 0;
      const sending = (async () => {
        for (; sent < 500; sent += 1) await out.send(entryFrame(sent, 256 << 10));
      })();
      const failed = codeOfFailure(sending);
      await until('something is under way', () => sent > 3);
      rig.cut(one, other);
      expect(await failed).toBe('LINK_CLOSED');
    });

    test('a link that breaks while nobody reads it is broken for its writers, on either side', async () => {
      const { one, other, out, back } = await pair();
      const counts = [0, 0];
      const flood = async (link: Link, at: number) => {
        for (; ; counts[at] = (counts[at] ?? 0) + 1) await link.send(entryFrame(0, 64 << 10));
      };
      const failed = Promise.all([codeOfFailure(flood(out, 0)), codeOfFailure(flood(back, 1))]);
      await settled(() => (counts[0] ?? 0) + (counts[1] ?? 0));
      rig.cut(one, other);
      expect(await failed).toEqual(['LINK_CLOSED', 'LINK_CLOSED']);
    });

    test('after a break the same two find each other again', async () => {
      const { one, other, out } = await pair();
      for (let round = 1; round <= 3; round += 1) {
        rig.cut(one, other);
        expect(await takeAll(round === 1 ? out : (other.accepted[round - 1] as Link))).toEqual([]);
        const again = await one.transport.dial(other.peer);
        await until('the link is accepted', () => other.accepted.length === round + 1);
        await again.send(fetchFrame(round));
        expect(await take(other.accepted[round] as Link, 1)).toEqual([fetchFrame(round)]);
      }
    });

    test('a close lets the last words through, and both directions end', async () => {
      const { out, back } = await pair();
      for (let at = 0; at < 10; at += 1) await out.send(fetchFrame(at));
      await out.send({ kind: 'bye' });
      out.close();
      const heard = await takeAll(back);
      expect(heard).toHaveLength(11);
      expect(heard.at(-1)).toEqual({ kind: 'bye' });
      expect(await takeAll(out)).toEqual([]);
      expect(await codeOfFailure(out.send(fetchFrame(0)))).toBe('LINK_CLOSED');
      expect(await codeOfFailure(back.send(fetchFrame(0)))).toBe('LINK_CLOSED');
    });

    test('the side that was dialled may close as well', async () => {
      const { out, back } = await pair();
      await back.send({ kind: 'bye' });
      back.close();
      expect(await takeAll(out)).toEqual([{ kind: 'bye' }]);
      expect(await codeOfFailure(out.send(fetchFrame(0)))).toBe('LINK_CLOSED');
    });

    test('leaving a reading loop early is no farewell', async () => {
      const { out, back } = await pair();
      for (let at = 0; at < 3; at += 1) await out.send(fetchFrame(at));
      for await (const frame of back.frames) {
        expect(frame).toEqual(fetchFrame(0));
        break;
      }
      expect(await take(back, 2)).toEqual([fetchFrame(1), fetchFrame(2)]);
    });

    test('a node that nobody admitted is refused before any frame', async () => {
      const [one, other] = [await rig.open(1), await rig.open(2)];
      one.transport.admit(new Map([[other.node, other.peer]]));
      expect(await codeOfFailure(one.transport.dial(other.peer))).toBe('LINK_REFUSED');
      expect(other.accepted).toEqual([]);
    });

    test('GRPC-M2, P2P-M1: whoever answers with another key than the card pins is not spoken to', async () => {
      const [one, other] = [await rig.open(1), await rig.open(2, { falseCard: true })];
      introduce(one, other);
      expect(await codeOfFailure(one.transport.dial(other.peer))).toBe('PEER_IDENTITY');
      expect(other.accepted).toEqual([]);
    });

    test('whoever dials with another key than the card pins is refused', async () => {
      const [one, other] = [await rig.open(1, { falseCard: true }), await rig.open(2)];
      introduce(one, other);
      expect(await codeOfFailure(one.transport.dial(other.peer))).toBe('LINK_REFUSED');
      expect(other.accepted).toEqual([]);
    });

    test('a key that two cards pin is nobody else’s: it counts only for the node that dials', async () => {
      const [one, other, liar] = [await rig.open(1), await rig.open(2), await rig.open(3)];
      const { tlsPins, libp2p } = one.peer.card;
      const copied: Peer = { node: liar.node, card: { ...liar.peer.card, tlsPins, libp2p } };
      other.transport.admit(
        new Map([
          [liar.node, copied],
          [one.node, one.peer],
        ]),
      );
      await one.transport.dial(other.peer);
      await until('the link is accepted', () => other.accepted.length === 1);
      expect(other.accepted[0]?.peer).toBe(one.node);
      expect(await codeOfFailure(liar.transport.dial(other.peer))).toBe('LINK_REFUSED');
    });

    test('HOS-M7: a peer that is removed is cut off and not let in again', async () => {
      const { one, other, out, back } = await pair();
      other.transport.admit(new Map());
      expect(await Promise.all([takeAll(out), takeAll(back)])).toEqual([[], []]);
      expect(await codeOfFailure(one.transport.dial(other.peer))).toBe('LINK_REFUSED');
      other.transport.admit(new Map([[one.node, one.peer]]));
      const again = await one.transport.dial(other.peer);
      expect(again.peer).toBe(other.node);
    });

    test('a peer whose card pins a new key must come back with it', async () => {
      const { one, other, out } = await pair();
      const newKeys = { tlsPins: ['ab'.repeat(32)], libp2p: [{ multiaddr: STRANGER_ADDRESS }] };
      const renewed = { ...one.peer, card: { ...one.peer.card, ...newKeys } };
      other.transport.admit(new Map([[one.node, renewed]]));
      expect(await takeAll(out)).toEqual([]);
      expect(await codeOfFailure(one.transport.dial(other.peer))).toBe('LINK_REFUSED');
    });

    test('an address where nobody listens refuses', async () => {
      const [one, other] = [await rig.open(1), await rig.open(2)];
      introduce(one, other);
      await other.transport.close();
      expect(await codeOfFailure(one.transport.dial(other.peer))).toBe('LINK_REFUSED');
    });

    test('a node that only dials can dial', async () => {
      const [vendor, centre] = [await rig.open(1, { listens: false }), await rig.open(2)];
      introduce(vendor, centre);
      const link = await vendor.transport.dial(centre.peer);
      await until('the link is accepted', () => centre.accepted.length === 1);
      await (centre.accepted[0] as Link).send(fetchFrame(5));
      expect(await take(link, 1)).toEqual([fetchFrame(5)]);
    });

    test('GRPC-M7: a peer that dials again and again holds only a few links: the oldest gives way', async () => {
      const { one, other, out } = await pair();
      const most = LIMITS.linksPerPeer.most;
      const later: Link[] = [];
      while (later.length < most) later.push(await one.transport.dial(other.peer));
      expect(await takeAll(out)).toEqual([]);
      const last = later.at(-1) as Link;
      await last.send(fetchFrame(9));
      expect(await take(other.accepted.at(-1) as Link, 1)).toEqual([fetchFrame(9)]);
    });

    test('fifty peers at a time', async () => {
      const centre = await rig.open(100);
      const leaves = await Promise.all(
        Array.from({ length: 50 }, (_, at) => rig.open(101 + at, { listens: false })),
      );
      introduce(centre, ...leaves);
      const links = await Promise.all(leaves.map(({ transport }) => transport.dial(centre.peer)));
      await until('all are accepted', () => centre.accepted.length === leaves.length);
      const echo = centre.accepted.map(async (link) => {
        for (const frame of await take(link, 20)) await link.send(frame);
      });
      const answers = links.map(async (link, at) => {
        for (let round = 0; round < 20; round += 1) await link.send(fetchFrame(at * 100 + round));
        return take(link, 20);
      });
      const heard = await Promise.all(answers);
      await Promise.all(echo);
      heard.forEach((frames, at) => {
        expect(frames).toEqual(Array.from({ length: 20 }, (_, round) => fetchFrame(at * 100 + round)));
      });
      expect(new Set(centre.accepted.map(({ peer }) => peer)).size).toBe(50);
    });

    test('a transport that is closed leaves nothing open and dials no more', async () => {
      const { one, other, out, back } = await pair();
      await out.send(fetchFrame(1));
      const heard = takeAll(back);
      await Promise.all([one.transport.close(), other.transport.close()]);
      await heard;
      expect(await takeAll(out)).toEqual([]);
      expect(await codeOfFailure(one.transport.dial(other.peer))).toBe('LINK_CLOSED');
      await until('nothing is left open', () => rig.leftOpen() === 0);
    });
  });
}
