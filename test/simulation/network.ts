/**
 * The Transport port over a bad network. A link is an ordered stream, as with gRPC and libp2p: nothing is lost or
 * turned round inside it, so loss is a link that breaks with what was under way, and what was said is said again on
 * the next one. Frames cross as values; bytes and bounds are the business of `test/rooms/transport.ts`.
 */
import { Breakage } from '../../node/core/fault.js';
import type { NodeId } from '../../node/core/ids.js';
import { MINUTE, type Millis, SECOND } from '../../node/core/time.js';
import type { Frame, Link, Transport } from '../../node/ports.js';
import type { Dice } from './dice.js';
import type { Timeline } from './timeline.js';

/** What the network is like at the moment; it changes while a world runs. */
export interface Weather {
  /** Share of frames that break their link. */
  loss: number;
  /** A frame takes up to so long, and once in a while ten times that. */
  slowMs: Millis;
  /** Pairs that cannot reach each other, see {@link pairOf}. */
  readonly cut: Set<string>;
}

/** One node's place on the network, for one life. */
export interface Port {
  readonly transport: Transport;
  /** The process is gone: its links end without a word, and its peers notice late. */
  die(): void;
}

export interface Network {
  readonly weather: Weather;
  /** @param dead asked before anything is done for this life. @param sending the door of each frame, which may die */
  join(node: NodeId, sending: () => boolean): Port;
  /** Breaks every link between two nodes at once. */
  sever(one: NodeId, other: NodeId): void;
  /** Those who wait for somebody that they could not reach look again. */
  clear(): void;
}

/** The name of a pair, whoever comes first. */
export function pairOf(one: NodeId, other: NodeId): string {
  return one < other ? `${one} ${other}` : `${other} ${one}`;
}

/** A dial that finds nobody gives up after so long; the corridor then pauses and tries again. */
const DIAL_WAIT_MS: Millis = 30 * MINUTE;
/** A line that failed is back after up to so long. */
const REST_MS: Millis = 10 * MINUTE;
/** A peer whose process died is missed after up to so long. */
const MISSED_MS: Millis = 20 * SECOND;

interface Listener {
  readonly accept: (link: Link) => void;
  readonly open: Set<Connection>;
}

interface Connection {
  readonly pair: string;
  readonly ends: readonly [End, End];
  whole: boolean;
}

interface End {
  readonly link: Link;
  arrived(frame: Frame): void;
  /** Nothing more will arrive, and nothing can be sent. */
  drained(): void;
}

/** A network on which everybody hears of everybody. */
export function openNetwork(timeline: Timeline, dice: Dice): Network {
  const weather: Weather = { loss: 0, slowMs: SECOND / 5, cut: new Set() };
  const listeners = new Map<NodeId, Listener>();
  const waiting = new Set<() => void>();
  const streams = new Map<string, Dice>();

  const streamOf = (from: NodeId, to: NodeId): Dice => {
    const key = `${from} ${to}`;
    const known = streams.get(key) ?? dice.stream(key);
    streams.set(key, known);
    return known;
  };
  /** Pairs whose line has just failed, and until when nobody can use it. */
  const resting = new Map<string, number>();
  const isUp = (from: NodeId, to: NodeId): boolean => {
    const pair = pairOf(from, to);
    return listeners.has(to) && !weather.cut.has(pair) && (resting.get(pair) ?? 0) <= timeline.now();
  };

  function rest(pair: string, length: Millis): void {
    resting.set(pair, timeline.now() + length);
    timeline.plan(timeline.now() + length, clear);
  }

  function clear(): void {
    for (const look of [...waiting]) look();
  }

  function breakUp(connection: Connection, at: Millis): void {
    if (!connection.whole) return;
    connection.whole = false;
    for (const { open } of listeners.values()) open.delete(connection);
    for (const end of connection.ends) timeline.plan(timeline.now() + at, end.drained);
  }

  /** One direction: frames come in their order, each no earlier than the one before. */
  function lane(
    from: NodeId,
    to: NodeId,
    connection: () => Connection,
    far: () => End,
    sending: () => boolean,
  ) {
    let last = 0;
    const chance = streamOf(from, to);
    const delay = (): Millis => {
      const tail = chance.happens(0.02) ? 10 : 1;
      return chance.below(weather.slowMs * tail) + 1;
    };
    return {
      send(frame: Frame | undefined): void {
        if (!connection().whole || !sending()) return;
        if (frame !== undefined && chance.happens(weather.loss)) {
          breakUp(connection(), delay());
          rest(pairOf(from, to), chance.below(REST_MS));
          return;
        }
        last = Math.max(last, timeline.now() + delay());
        timeline.plan(last, () => {
          if (!connection().whole) return;
          if (frame === undefined) breakUp(connection(), 0);
          else far().arrived(frame);
        });
      },
    };
  }

  function connect(from: NodeId, to: NodeId, sending: readonly [() => boolean, () => boolean]): Connection {
    const there = lane(
      from,
      to,
      () => connection,
      () => connection.ends[1],
      sending[0],
    );
    const back = lane(
      to,
      from,
      () => connection,
      () => connection.ends[0],
      sending[1],
    );
    const connection: Connection = {
      pair: pairOf(from, to),
      ends: [openEnd(to, there.send), openEnd(from, back.send)],
      whole: true,
    };
    return connection;
  }

  const doors = new Map<NodeId, () => boolean>();

  return {
    weather,
    join(node, sending) {
      let over = false;
      let mine: Listener | undefined;
      const never = new Promise<never>(() => undefined);
      const leave = () => {
        over = true;
        if (mine !== undefined && listeners.get(node) === mine) listeners.delete(node);
      };
      return {
        transport: {
          name: 'memory',
          admit: () => undefined,
          async listen(accept) {
            mine = { accept, open: new Set() };
            listeners.set(node, mine);
            doors.set(node, sending);
            for (const look of [...waiting]) look();
          },
          async dial(peer) {
            if (!isUp(node, peer.node)) await reachable(node, peer.node);
            if (over) return await never;
            const theirs = listeners.get(peer.node);
            if (theirs === undefined || !isUp(node, peer.node))
              throw new Breakage({ code: 'LINK_TIMEOUT', where: peer.node });
            const connection = connect(node, peer.node, [sending, doors.get(peer.node) as () => boolean]);
            mine?.open.add(connection);
            theirs.open.add(connection);
            theirs.accept(connection.ends[1].link);
            return connection.ends[0].link;
          },
          async close() {
            leave();
          },
        },
        die() {
          leave();
          const chance = streamOf(node, node);
          // What is under way still arrives; what the peer sends from now on goes nowhere.
          for (const connection of mine?.open ?? [])
            timeline.plan(timeline.now() + chance.below(MISSED_MS), () => breakUp(connection, 0));
        },
      };
    },
    sever(one, other) {
      const pair = pairOf(one, other);
      const chance = streamOf(one, other);
      for (const connection of listeners.get(one)?.open ?? [])
        if (connection.pair === pair) breakUp(connection, chance.below(MISSED_MS));
    },
    clear,
  };

  /** Resolves when the other side may be dialled, or after some time. */
  function reachable(from: NodeId, to: NodeId): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!isUp(from, to)) return;
        waiting.delete(look);
        cancel();
        timeline.plan(timeline.now() + streamOf(from, to).below(SECOND), resolve);
      };
      const cancel = timeline.plan(timeline.now() + DIAL_WAIT_MS, () => {
        waiting.delete(look);
        resolve();
      });
      waiting.add(look);
    });
  }
}

/** One end of a connection. @param peer at the other end */
function openEnd(peer: NodeId, out: (frame: Frame | undefined) => void): End {
  const inbox: Frame[] = [];
  let wake: (() => void) | undefined;
  let open = true;

  function drained(): void {
    open = false;
    wake?.();
  }

  async function next(): Promise<IteratorResult<Frame, undefined>> {
    if (inbox.length === 0 && open) await new Promise<void>((resolve) => (wake = resolve));
    wake = undefined;
    const frame = inbox.shift();
    return frame === undefined ? { done: true, value: undefined } : { done: false, value: frame };
  }

  return {
    link: {
      peer,
      async send(frame) {
        if (!open) throw new Breakage({ code: 'LINK_CLOSED', where: peer });
        out(frame);
      },
      frames: { [Symbol.asyncIterator]: () => ({ next }) },
      close() {
        if (!open) return;
        inbox.length = 0;
        out(undefined);
        drained();
      },
    },
    arrived(frame) {
      if (!open) return;
      inbox.push(frame);
      wake?.();
    },
    drained,
  };
}
