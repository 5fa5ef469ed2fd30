/**
 * A world in one process: whole nodes with the production core, corridor, store and sealer, over the memory
 * transport, on one clock that only moves when it is told. One seed, one run.
 */
import { MemoryLevel } from 'memory-level';
import {
  type Crossing,
  type MemoryHub,
  openHub,
  type Weather,
} from '../../adapters/transport/memory/link.js';
import { choicesOf, numberedCase, STORY_SUMMARY } from '../../node/cli/conformance/exchange/story.js';
import type { Hash } from '../../node/core/bytes.js';
import type { Tlp } from '../../node/core/disclosure/tlp.js';
import { Breakage, type Outcome } from '../../node/core/fault.js';
import { type CaseId, type FeedId, feedKey, type NodeId } from '../../node/core/ids.js';
import { rootOf } from '../../node/core/log/tree.js';
import type { Card, NodeRole } from '../../node/core/registry/card.js';
import type { Self, State } from '../../node/core/state.js';
import type { CaseSummary, Order } from '../../node/core/statement.js';
import { after, type Instant, type Millis, SECOND } from '../../node/core/time.js';
import type { Doors, Renderer } from '../../node/corridor/doors.js';
import { digestOf } from '../../node/corridor/enact.js';
import { type RunningNode, startNode } from '../../node/corridor/node.js';
import type { Pledge } from '../../node/corridor/pledges.js';
import { openSealer } from '../../node/envelope/sealer.js';
import type {
  Clock,
  FeedHead,
  Feeds,
  Guard,
  JournalLine,
  MailSealer,
  Post,
  PublicFile,
  Publisher,
  Sealer,
  Transport,
} from '../../node/ports.js';
import type { FeedStore } from '../../node/store/feeds.js';
import { type GuardFile, openGuardIn } from '../../node/store/guard.js';
import { openFeeds } from '../../node/store/open.js';
import { type Bustle, counted } from './bustle.js';
import { TEST_NOW, type TestNode, testCard, testKeys, testNode } from './keys.js';

export interface WorldClock extends Clock {
  set(to: Instant): void;
  /** Lets waits on the network go on by so much. */
  linger(length: Millis): void;
  /** Waits on the network that have neither rung nor been called off. */
  pending(): number;
}

/** Alarms ring from a promise job after the clock was moved, earliest first. */
export function worldClock(start: Instant): WorldClock {
  let now = start;
  let waits = 0;
  const alarms = new Set<{ readonly at: Instant; readonly ring: () => void }>();
  const ringDue = () => {
    const due = [...alarms].filter(({ at }) => at <= now).sort((left, right) => left.at - right.at);
    for (const alarm of due) {
      alarms.delete(alarm);
      queueMicrotask(alarm.ring);
    }
  };
  const set = (to: Instant) => {
    if (to > now) now = to;
    ringDue();
  };
  const alarm: Clock['alarm'] = (at, ring) => {
    const waiting = { at, ring };
    alarms.add(waiting);
    if (at <= now) queueMicrotask(ringDue);
    return () => alarms.delete(waiting);
  };
  return {
    now: () => now,
    alarm,
    // Waits on the network do not end by themselves here: a test cuts what it wants cut.
    elapse(length, ring) {
      waits += 1;
      let over = false;
      const end = () => {
        if (!over) waits -= 1;
        over = true;
      };
      const cancel = alarm(after(now, length), () => {
        end();
        ring();
      });
      return () => {
        end();
        cancel();
      };
    },
    pending: () => waits,
    linger: (length) => set(after(now, length)),
    set,
  };
}

/** The clock of one node: that of the world, and wrong by as much as the world says. */
export interface NodeClock extends Clock {
  readonly skewMs: () => Millis;
  setSkew(length: Millis): void;
}

function nodeClock(world: Clock): NodeClock {
  let skew = 0;
  const alarms = new Set<{ readonly at: Instant; readonly ring: () => void; cancel: () => void }>();
  const arm = (alarm: { readonly at: Instant; readonly ring: () => void; cancel: () => void }) => {
    alarm.cancel = world.alarm(after(alarm.at, -skew), () => {
      alarms.delete(alarm);
      alarm.ring();
    });
  };
  return {
    now: () => after(world.now(), skew),
    elapse: world.elapse,
    alarm(at, ring) {
      const alarm = { at, ring, cancel: (): void => undefined };
      alarms.add(alarm);
      arm(alarm);
      return () => {
        alarm.cancel();
        alarms.delete(alarm);
      };
    },
    skewMs: () => skew,
    setSkew(length) {
      skew = length;
      for (const alarm of alarms) {
        alarm.cancel();
        arm(alarm);
      }
    },
  };
}

/** What stays when a node dies: its disk and its public directory. */
interface Remains {
  level: MemoryLevel<string, string>;
  guard: string | undefined;
  marked: boolean;
  readonly public: Map<
    CaseId,
    { staged: readonly PublicFile[] | undefined; released: readonly PublicFile[] | undefined }
  >;
  fresh: boolean;
}

export interface WorldNode {
  readonly name: TestNode;
  readonly node: NodeId;
  readonly journal: JournalLine[];
  /** Where the clock stood when something was made public, by case. */
  readonly releasedAt: Map<CaseId, Instant>;
  /** What is on its disk, and the keys that open it. */
  readonly feeds: FeedStore;
  readonly sealer: Sealer;
  readonly clock: NodeClock;
  running: RunningNode;
  state(): State;
  order(order: Order, about?: { readonly caseId: CaseId; readonly tlp: Tlp }): Promise<Outcome<true>>;
}

/** A place where a node may die: before or after a batch is on disk, before or after the guard has moved. */
export type Door = 'write' | 'guard';

export interface Seat {
  readonly name: TestNode;
  readonly role: NodeRole;
  /** Asked at each door; the node dies where it answers, and nothing after that is on its disk. */
  readonly dies?: (door: Door) => 'before' | 'after' | undefined;
  /** Each move of the guard waits for this; the heads are those that it will know then. */
  readonly guarding?: (heads: readonly FeedHead[]) => Promise<void>;
  /** Leaves dial the nodes named here; centres dial each other by id. */
  readonly autoAccept?: boolean;
  /** Each reading of entries waits for this. */
  readonly reading?: () => Promise<void>;
  /** What this node had signed of feeds before it lost a part of them. */
  readonly pledges?: Map<string, Pledge>;
  /** A mail server for this node, given what it seals with. */
  readonly post?: (sealer: Sealer & MailSealer) => Post;
  readonly zone?: string;
  readonly embargoDays?: number;
  /** A centre that others reach through a relay only. */
  readonly hidden?: boolean;
}

export interface World {
  readonly clock: WorldClock;
  readonly hub: MemoryHub;
  node(name: TestNode): WorldNode;
  /** Adds and verifies each other's cards, both ways. */
  introduce(...pairs: readonly (readonly [TestNode, TestNode])[]): Promise<void>;
  /** One node takes the card of another, in the world or not, and verifies it. */
  acquaint(one: TestNode, other: TestNode): Promise<void>;
  /** Lets everything cross and be heard until nothing moves. */
  settle(): Promise<void>;
  /** Lets every node finish what it is about; what is held back on the way stays there. */
  rest(): Promise<void>;
  /** Moves the clock from one due instant to the next until `to`, settling at each. */
  passUntil(to: Instant): Promise<void>;
  /** Ends a node without warning and starts it on what is on its disk. */
  restart(name: TestNode): Promise<void>;
  /** What is on the disk of a node now: its database, and the guard that lies beside it. */
  copy(name: TestNode): Promise<Copy>;
  /**
   * Ends a node and starts it on something else than what it left: a copy of its database, or none.
   * `guard`: the present one stays, it is lost, or the one of the copy is back as well; by default it stays.
   */
  putBack(
    name: TestNode,
    copy: Copy | undefined,
    beside?: {
      readonly guard?: 'kept' | 'lost' | 'copied';
      readonly marked?: boolean;
      readonly public?: 'kept' | 'lost';
    },
  ): Promise<void>;
  /** Lets the pauses between two attempts to dial pass, until nobody dials any more. */
  connect(): Promise<void>;
  /** What is due by time alone, at every node that lives. */
  due(): readonly Instant[];
  /** Starts every node that died. @returns how many */
  revive(): Promise<number>;
  stop(): Promise<void>;
}

/** A copy of the disk of a node. */
export interface Copy {
  readonly rows: readonly (readonly [Uint8Array, Uint8Array])[];
  readonly guard: string | undefined;
}

/** What differs in a world whose frames are held back for long. */
export interface Habits {
  readonly clock?: WorldClock;
  /** Starting a node waits for peace only, not for receipts of what is held back. */
  readonly patient?: boolean;
  /** A second way between all nodes, for where the first one does not reach. */
  readonly detour?: MemoryHub;
  /** Real transports in place of the hub, and what the cards say of them; also of nodes that are not in the world. */
  readonly lines?: ReadonlyMap<TestNode, Lines>;
}

/** The transports of one node, and their lines on its card. */
export interface Lines {
  readonly transports: readonly Transport[];
  readonly card: Pick<Card, 'grpc' | 'libp2p'>;
}

/** @param weather see the memory hub; frames that it holds back are delivered by whoever holds them. */
export async function openWorld(
  seats: readonly Seat[],
  weather: Weather = {},
  habits: Habits = {},
): Promise<World> {
  const worldsClock = habits.clock ?? worldClock(TEST_NOW);
  const bustle: Bustle = { busy: 0 };
  const hub = openHub(weather);
  const nodes = new Map<TestNode, WorldNode>();
  const remains = new Map<TestNode, Remains>();
  const cards = new Map<TestNode, Card>();

  for (const seat of seats) {
    remains.set(seat.name, {
      level: new MemoryLevel(),
      guard: undefined,
      marked: false,
      public: new Map(),
      fresh: true,
    });
    cards.set(seat.name, await cardOf(seat));
    nodes.set(seat.name, await start(seat));
  }

  return {
    clock: worldsClock,
    hub,
    node: nodeOf,
    introduce,
    acquaint,
    settle,
    rest,
    passUntil,
    restart,
    copy,
    putBack,
    revive,
    connect,
    due: dueOf,
    async stop() {
      for (const { running } of nodes.values()) await running.stop();
    },
  };

  /** By the clock of the world. */
  function dueOf(): readonly Instant[] {
    return [...nodes.values()].flatMap(({ running, clock }) => {
      const due = running.due();
      return due === undefined ? [] : [after(due, -clock.skewMs())];
    });
  }

  async function cardOf(seat: Seat): Promise<Card> {
    return { ...(await seatCard(seat)), ...habits.lines?.get(seat.name)?.card };
  }

  function nodeOf(name: TestNode): WorldNode {
    const node = nodes.get(name);
    if (node === undefined) throw new Error(`no node ${name} in this world`);
    return node;
  }

  async function start(seat: Seat, before?: WorldNode): Promise<WorldNode> {
    const kept = remains.get(seat.name) as Remains;
    const keys = await testKeys(seat.name);
    const node = testNode(seat.name);
    const journal = before?.journal ?? [];
    const releasedAt = before?.releasedAt ?? new Map<CaseId, Instant>();
    const clock = before?.clock ?? nodeClock(worldsClock);
    const feeds = await openFeeds(kept.level, { verify: 'full', create: true });
    const rootAt = async (feed: FeedId, size: number) => rootOf(await feeds.tipAt(feed, size));
    const guard = await openGuardIn(guardIn(kept), feeds.heads(), clock.now(), { fresh: kept.fresh, rootAt });
    if (!guard.ok) throw new Error(guard.fault.code);
    kept.fresh = false;
    const card = cards.get(seat.name) as Card;
    // A death while starting would be the same as one just before.
    let started = false;
    const dies = (door: Door) => (started ? seat.dies?.(door) : undefined);
    const sealer = openSealer(keys, card.expiresAt);
    const doors: Doors = {
      self: selfOf(seat, card),
      autoAccept: seat.autoAccept ?? false,
      hidden: seat.hidden ?? false,
      clock,
      chance: { caseId: () => worldCase(0), fraction: () => 0.5 },
      sealer: counted(sealer, bustle),
      feeds: counted(mortalFeeds(feeds, dies, seat.reading), bustle),
      ...(seat.pledges === undefined ? {} : { pledges: pledgesOf(seat.pledges) }),
      guard: counted(mortalGuard(guard.value, dies, seat.guarding), bustle),
      transports:
        habits.lines?.get(seat.name)?.transports ??
        [hub, ...(habits.detour ? [habits.detour] : [])].map((way) =>
          way.transport({ node, pin: card.tlsPins[0] ?? '' }),
        ),
      publisher: counted(publisherIn(kept, clock, releasedAt), bustle),
      renderer: plainRenderer,
      ...(seat.post === undefined ? {} : { post: seat.post(sealer) }),
      journal: { write: (line) => void journal.push(line) },
    };
    const running = await startNode(doors);
    started = true;
    return {
      name: seat.name,
      node,
      journal,
      releasedAt,
      feeds,
      sealer,
      clock,
      running,
      state: running.state,
      order: (order, about) => running.order(`officer of ${seat.name}`, order, about),
    };
  }

  async function introduce(...pairs: readonly (readonly [TestNode, TestNode])[]): Promise<void> {
    for (const [one, other] of pairs) {
      await acquaint(one, other);
      await acquaint(other, one);
    }
    await connect();
  }

  async function connect(): Promise<void> {
    const calm = habits.patient === true ? rest : settle;
    await calm();
    for (let pause = 0; pause < 60 && worldsClock.pending() > 0; pause += 1) {
      worldsClock.linger(SECOND);
      await calm();
    }
  }

  async function acquaint(one: TestNode, other: TestNode): Promise<void> {
    const card = cards.get(other) ?? (await cardOf({ name: other, role: 'centre' }));
    const added = await nodeOf(one).order({ act: 'peer_add', card, text: `card of ${other}` });
    if (!added.ok) throw new Error(added.fault.code);
    await nodeOf(one).order({ act: 'peer_verify', node: card.node, method: 'telephone' });
  }

  async function settle(): Promise<void> {
    let still = 0;
    // Three quiet looks in a row: what one node does may wake another a few jobs later.
    const deadline = performance.now() + REST_WAIT_MS;
    while (still < 3) {
      if (performance.now() > deadline) throw new Error(`the world does not come to rest: ${restless()}`);
      await new Promise<void>((resolve) => setImmediate(resolve));
      still = [...nodes.values()].every(({ running }) => running.hasEnded() || running.isIdle())
        ? still + 1
        : 0;
    }
  }

  async function rest(): Promise<void> {
    const deadline = performance.now() + REST_WAIT_MS;
    for (let still = 0; still < 4; ) {
      if (performance.now() > deadline) throw new Error('the world does not come to rest');
      await new Promise<void>((resolve) => setImmediate(resolve));
      still = bustle.busy === 0 ? still + 1 : 0;
    }
  }

  /** Who still has something to hear, to do or to be acknowledged. */
  function restless(): string {
    return [...nodes.values()]
      .filter(({ running }) => !running.hasEnded() && !running.isIdle())
      .map(({ name }) => name)
      .join(', ');
  }

  async function passUntil(to: Instant): Promise<void> {
    await settle();
    for (let leap = 0; leap < 500; leap += 1) {
      const due = dueOf().filter((at) => at <= to);
      const next = due.length === 0 ? to : (Math.min(...due) as Instant);
      worldsClock.set(next);
      await settle();
      if (next === to && due.length === 0) return;
    }
    throw new Error('time does not pass');
  }

  async function revive(): Promise<number> {
    const dead = [...nodes.values()].filter(({ running }) => running.hasEnded());
    for (const { name } of dead) await restart(name);
    return dead.length;
  }

  async function copy(name: TestNode): Promise<Copy> {
    const { level, guard } = remains.get(name) as Remains;
    const rows: (readonly [Uint8Array, Uint8Array])[] = [];
    for await (const row of level.iterator<Uint8Array, Uint8Array>({
      keyEncoding: 'view',
      valueEncoding: 'view',
    }))
      rows.push(row);
    return { rows, guard };
  }

  async function putBack(
    name: TestNode,
    copied: Copy | undefined,
    beside: Parameters<World['putBack']>[2] = {},
  ): Promise<void> {
    const { guard = 'kept', marked = false } = beside;
    const kept = remains.get(name) as Remains;
    await nodeOf(name).running.stop();
    if (beside.public === 'lost') kept.public.clear();
    kept.level = new MemoryLevel();
    const puts = (copied?.rows ?? []).map(([key, value]) => ({ type: 'put' as const, key, value }));
    await kept.level.batch<Uint8Array, Uint8Array>(puts, { keyEncoding: 'view', valueEncoding: 'view' });
    await kept.level.close();
    if (guard !== 'kept') kept.guard = guard === 'lost' ? undefined : copied?.guard;
    kept.marked = marked;
    await restart(name);
  }

  async function restart(name: TestNode): Promise<void> {
    const node = nodeOf(name);
    await node.running.stop();
    const seat = seats.find((one) => one.name === name);
    if (seat === undefined) throw new Error(`no node ${name} in this world`);
    nodes.set(name, await start(seat, node));
    await connect();
  }
}

/** What is lost is struck out, as the record of a repair does on disk. */
function pledgesOf(pledges: Map<string, Pledge>): NonNullable<Doors['pledges']> {
  return {
    of: (feed) => pledges.get(feedKey(feed)),
    lost: async (feed) => void pledges.delete(feedKey(feed)),
  };
}

/** The death of a node, thrown at a door: for the corridor it is a write whose fate is unknown. */
function death(): Breakage {
  return new Breakage({ code: 'STORE_FAILED', where: 'death' });
}

function mortalFeeds(feeds: Feeds, dies: NonNullable<Seat['dies']>, reading: Seat['reading']): Feeds {
  let dead = false;
  return {
    ...feeds,
    async read(feed, from, most) {
      const stretch = await feeds.read(feed, from, most);
      await reading?.();
      return stretch;
    },
    async write(batch) {
      const fate = dead ? 'before' : dies('write');
      dead = dead || fate !== undefined;
      if (fate === 'before') throw death();
      await feeds.write(batch);
      if (fate === 'after') throw death();
    },
    async acknowledge(feed, receipt) {
      if (dead) throw death();
      await feeds.acknowledge(feed, receipt);
    },
  };
}

function mortalGuard(guard: Guard, dies: NonNullable<Seat['dies']>, guarding: Seat['guarding']): Guard {
  return {
    get incarnation() {
      return guard.incarnation;
    },
    restored: guard.restored,
    raise: guard.raise,
    async move(heads) {
      const fate = dies('guard');
      if (fate === 'before') throw death();
      await guarding?.(heads);
      await guard.move(heads);
      if (fate === 'after') throw death();
    },
  };
}

/** Cryptography on a busy machine is slow, not stuck. */
const REST_WAIT_MS = 60_000;

/** A case id for tests, by number. */
export const worldCase: typeof numberedCase = numberedCase;

/** A summary for tests; texts are invented. */
export const SUMMARY: CaseSummary = STORY_SUMMARY;

/** The card of a node of a world; not signed. */
export async function seatCard(seat: Seat): Promise<Card> {
  const isCentre = seat.role === 'centre';
  return await testCard(seat.name, {
    role: seat.role,
    zone: seat.zone ?? 'UTC',
    embargoDays: seat.embargoDays ?? 45,
    // A leaf has no address: it dials.
    grpc: isCentre && !seat.hidden ? [{ target: `${seat.name}.invalid:443` }] : [],
    libp2p: seat.hidden ? [{ multiaddr: '/dns4/x.invalid/tcp/1/p2p/1/p2p-circuit/p2p/2' }] : [],
  });
}

function selfOf(seat: Seat, card: Card): Self {
  return {
    node: card.node,
    name: card.name,
    role: seat.role,
    mode: 'drill',
    zone: card.zone,
    namespace: `https://${seat.name}.example`,
    idPrefix: seat.name.toUpperCase(),
    embargoDays: card.embargoDays,
    replyByDays: card.replyByDays,
    cardText: `card of ${seat.name}`,
    certificate: card.certificate,
    zones: new Map(),
  };
}

function guardIn(kept: Remains): GuardFile {
  return {
    read: async () => kept.guard,
    replace: async (text) => {
      kept.guard = text;
    },
    restoredCopy: async () => kept.marked,
    unmark: async () => {
      kept.marked = false;
    },
  };
}

const plainRenderer: Renderer = {
  render: (advisory) => [
    { path: 'advisory.json', bytes: new TextEncoder().encode(JSON.stringify(advisory)) },
  ],
};

function publisherIn(kept: Remains, clock: Clock, releasedAt: Map<CaseId, Instant>): Publisher {
  const placeOf = (caseId: CaseId) => {
    const place = kept.public.get(caseId) ?? { staged: undefined, released: undefined };
    kept.public.set(caseId, place);
    return place;
  };
  const digest = (files: readonly PublicFile[] | undefined): Hash | undefined =>
    files ? digestOf(files) : undefined;
  return {
    stage: async (caseId, files) => {
      placeOf(caseId).staged = files;
    },
    release: async (caseId, wanted) => {
      const place = placeOf(caseId);
      if (digest(place.released) === wanted) return;
      if (digest(place.staged) !== wanted) throw new Error('another thing is staged');
      place.released = place.staged;
      releasedAt.set(caseId, clock.now());
    },
    standing: async (caseId) => {
      const place = placeOf(caseId);
      return { staged: digest(place.staged), released: digest(place.released) };
    },
  };
}

/** Deterministic choices from a seed. */
export const chanceOf: typeof choicesOf = choicesOf;

/**
 * Weather that holds frames back and lets them go in an order drawn from the seed. Order within one direction of
 * one connection is kept, as every transport keeps it.
 */
export function shufflingWeather(
  chance: () => number,
): Weather & { readonly pending: Crossing[]; drain(): void } {
  const pending: Crossing[] = [];
  let scheduled = false;
  const drain = () => {
    scheduled = false;
    while (pending.length > 0) {
      const lanes = [...new Set(pending.map(laneOf))];
      const lane = lanes[Math.floor(chance() * lanes.length)];
      const at = pending.findIndex((crossing) => laneOf(crossing) === lane);
      pending.splice(at, 1)[0]?.deliver();
      // Let the world answer now and then, so that answers mix with what is still under way.
      if (chance() < 0.5) {
        schedule();
        return;
      }
    }
  };
  const schedule = () => {
    if (scheduled || pending.length === 0) return;
    scheduled = true;
    setImmediate(drain);
  };
  return {
    pending,
    drain,
    carry: (crossing) => {
      pending.push(crossing);
      schedule();
    },
  };
}

function laneOf({ from, to, connection }: Crossing): string {
  return `${connection}/${from}>${to}`;
}
