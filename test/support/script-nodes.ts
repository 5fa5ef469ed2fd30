/**
 * Transcripts on whole nodes: production core, corridor, store and sealer, over the memory transport. Entries are
 * held back on the way until the transcript lets them arrive; everything else crosses at once.
 */
import type { Crossing } from '../../adapters/transport/memory/link.js';
import type { Driver, Lane, Refusal, Said } from '../../node/cli/conformance/exchange/driver.js';
import type { EntriesFrame } from '../../node/cli/conformance/exchange/record.js';
import type { Place } from '../../node/cli/conformance/exchange/script.js';
import type { FeedId, NodeId } from '../../node/core/ids.js';
import { after, type Instant, type Millis } from '../../node/core/time.js';
import { readFrame } from '../../node/wire/frames.js';
import { type TestNode, testNode } from './keys.js';
import { type Copy, openWorld, type Seat, type World, type WorldClock, worldClock } from './world.js';

export interface NodesDriver extends Driver {
  readonly world: World;
}

interface Underway {
  readonly crossing: Crossing;
  readonly frame: EntriesFrame;
}

/** @param arriving told of each frame of entries just before it arrives. */
export async function openNodesDriver(
  places: readonly Place[],
  start: Instant,
  arriving: (lane: Lane, frame: EntriesFrame) => void = () => undefined,
): Promise<NodesDriver> {
  const names = new Map(places.map(({ name }) => [testNode(name), name]));
  const underway = new Map<string, Underway[]>();
  const last = new Map<string, Underway>();
  const saidSoFar = new Map<string, number>();
  const journalled = new Map<TestNode, number>();
  const copies = new Map<TestNode, Copy>();
  const world = await openWorld(seatsOf(places), { carry }, { clock: stillClock(start), patient: true });

  return {
    world,
    now: () => world.clock.now(),
    nowOf: (name) => world.node(name).clock.now(),
    async setClock(to) {
      world.clock.set(to);
      await world.rest();
    },
    async setSkew(name, length) {
      world.node(name).clock.setSkew(length);
      await world.rest();
    },
    due: () => world.due(),
    introduce: (one, other) => world.introduce([one, other]),
    async order(name, order, about) {
      const outcome = await world.node(name).order(order, about);
      await world.rest();
      return outcome.ok ? undefined : outcome.fault.code;
    },
    state: (name) => world.node(name).state(),
    owed: (lane) => sizeAt(lane.from, lane) - sizeAt(lane.to, lane),
    deliver,
    async repeat(lane) {
      const again = last.get(laneKey(lane));
      if (again === undefined) throw new Error(`nothing crossed from ${lane.from} to ${lane.to}`);
      again.crossing.deliver();
      await world.rest();
    },
    receipted: (lane) => world.node(lane.from).feeds.head(feedOf(lane)).acknowledged,
    async restart(name) {
      for (const key of underway.keys()) if (key.split(' ').includes(name)) underway.delete(key);
      await world.restart(name);
      await world.rest();
    },
    async copy(name) {
      copies.set(name, await world.copy(name));
    },
    async restore(name) {
      for (const key of underway.keys()) if (key.split(' ').includes(name)) underway.delete(key);
      await world.putBack(name, copies.get(name));
      await world.rest();
    },
    said,
    refusals,
    stop: () => world.stop(),
  };

  function carry(crossing: Crossing): void {
    const frame = crossing.bytes && readFrame(crossing.bytes);
    // What is given back to its author was heard before.
    const isBack =
      frame?.ok === true && frame.value.kind === 'entries' && frame.value.feed.author === crossing.to;
    if (!frame?.ok || frame.value.kind !== 'entries' || isBack) {
      crossing.deliver();
      return;
    }
    const key = laneKey({ from: nameOf(crossing.from), to: nameOf(crossing.to) });
    const queue = underway.get(key) ?? [];
    underway.set(key, queue);
    queue.push({ crossing, frame: frame.value });
  }

  async function deliver(lane: Lane): Promise<number> {
    const key = laneKey(lane);
    const next = underway.get(key)?.shift();
    if (next === undefined) throw new Error(`nothing is under way from ${lane.from} to ${lane.to}`);
    const before = sizeAt(lane.to, lane);
    last.set(key, next);
    arriving(lane, next.frame);
    next.crossing.deliver();
    await world.rest();
    return sizeAt(lane.to, lane) - before;
  }

  async function said(name: TestNode): Promise<readonly Said[]> {
    const { node, feeds, sealer } = world.node(name);
    const found: { readonly place: readonly [number, number]; readonly said: Said }[] = [];
    for (const { feed, tip } of feeds.heads()) {
      if (feed.author !== node || feed.recipient === node) continue;
      const to = nameOf(feed.recipient);
      const key = laneKey({ from: name, to });
      for (let sequence = saidSoFar.get(key) ?? 0; sequence < tip.size; sequence += 1) {
        const arrival = await feeds.arrival(feed, sequence);
        if (arrival === undefined || !('rest' in arrival.content)) throw new Error('own words can be read');
        const { body, caseId } = await sealer.recall(arrival.content.rest);
        const place = [arrival.key.major, arrival.key.minor] as const;
        found.push({ place, said: { from: name, to, sequence, caseId, body } });
      }
      saidSoFar.set(key, tip.size);
    }
    return found.sort(({ place: [a, b] }, { place: [c, d] }) => a - c || b - d).map((entry) => entry.said);
  }

  function refusals(name: TestNode): readonly Refusal[] {
    const { node, journal } = world.node(name);
    const fresh = journal.slice(journalled.get(name) ?? 0);
    journalled.set(name, journal.length);
    return fresh.flatMap((line) =>
      line.event === 'refused' && line.feed.author !== node
        ? [{ from: nameOf(line.feed.author), to: name, sequence: line.sequence, code: line.fault.code }]
        : [],
    );
  }

  function sizeAt(name: TestNode, lane: Lane): number {
    return world.node(name).feeds.head(feedOf(lane)).tip.size;
  }

  function nameOf(node: NodeId): TestNode {
    const name = names.get(node);
    if (name === undefined) throw new Error('everybody is in this world');
    return name;
  }
}

/** Seats of a world for the places of a transcript. */
export function seatsOf(places: readonly Place[]): readonly Seat[] {
  return places.map(({ name, role, autoAccept, zone, embargoDays }) => ({
    name,
    role,
    autoAccept,
    zone,
    embargoDays,
  }));
}

/**
 * A clock on which links live on while days pass: what is held back here is not a dead network. Waits on the network
 * go by their own count, which only `linger` moves.
 */
export function stillClock(start: Instant): WorldClock {
  const calendar = worldClock(start);
  const waits = worldClock(0 as Instant);
  return {
    now: calendar.now,
    alarm: calendar.alarm,
    set: calendar.set,
    elapse: waits.elapse,
    pending: waits.pending,
    linger: (length: Millis) => waits.set(after(waits.now(), length)),
  };
}

function feedOf({ from, to }: Lane): FeedId {
  return { author: testNode(from), recipient: testNode(to) };
}

function laneKey({ from, to }: Lane): string {
  return `${from} ${to}`;
}
