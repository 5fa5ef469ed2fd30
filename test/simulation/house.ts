/**
 * One member of a simulated world: a machine with its disk and its clock, and on it, life after life, the production
 * corridor and store. A life ends at a door or between two events; whatever it still waits for never comes, as after
 * a loss of power.
 */
import type { CaseId, NodeId } from '../../node/core/ids.js';
import { rootOf } from '../../node/core/log/tree.js';
import type { Card } from '../../node/core/registry/card.js';
import type { Self } from '../../node/core/state.js';
import type { Millis } from '../../node/core/time.js';
import type { Doors, Renderer } from '../../node/corridor/doors.js';
import { digestOf } from '../../node/corridor/enact.js';
import { type RunningNode, startNode } from '../../node/corridor/node.js';
import type { Batch, Feeds, JournalLine, PublicFile, Publisher } from '../../node/ports.js';
import type { FeedStore } from '../../node/store/feeds.js';
import { openGuardIn } from '../../node/store/guard.js';
import { openRows } from '../../node/store/open.js';
import { type Book, type Forge, openSealer } from './cryptography.js';
import type { Dice } from './dice.js';
import { type Disk, emptyDisk, rowsIn, type Shelf } from './disk.js';
import type { Network, Port } from './network.js';
import type { Door } from './plan.js';
import type { Timeline } from './timeline.js';
import type { WrongClock } from './wrong-clock.js';

/** What a house is built from. */
export interface Ground {
  readonly timeline: Timeline;
  readonly network: Network;
  readonly book: Book;
  readonly chance: Dice;
  /** A synced write takes up to so long. */
  readonly diskMs: Millis;
}

/** Who lives there. */
export interface Seat {
  readonly place: number;
  readonly card: Card;
  readonly autoAccept: boolean;
  readonly clock: WrongClock;
  readonly forge: Forge | undefined;
}

/** Told what happened in a house, after it is on disk and before anybody else can know. */
export interface Witness {
  wrote(house: House, batch: Batch): void;
  /** The public switch is about to turn. */
  releases(house: House): void;
  journalled(house: House, line: JournalLine): void;
  /** A life began: everything on disk may be looked at. */
  began(house: House): Promise<void>;
  /** A life ended. `cause` is what the corridor died of, if it was not us. */
  ended(house: House, cause: unknown): void;
}

export interface House {
  readonly place: number;
  readonly node: NodeId;
  readonly disk: Disk;
  readonly clock: WrongClock;
  readonly lies: boolean;
  /** While a life has come up and not ended. */
  running(): RunningNode | undefined;
  feeds(): FeedStore | undefined;
  /** Begins a life on what is on the disk; nothing while one is under way. */
  start(): void;
  /** Ends the life, if there is one, without warning. */
  kill(): void;
  /** The life will end when it next comes to this door, at that side of it. */
  doom(door: Door, side: 'before' | 'after'): void;
  /** Calls off a doom. @returns whether there was none any more */
  spare(): boolean;
}

interface Life {
  dead: boolean;
  doomed: { readonly door: Door; readonly side: 'before' | 'after' } | undefined;
  port: Port | undefined;
  endClock: () => void;
  running: RunningNode | undefined;
  feeds: FeedStore | undefined;
}

/**
 * A promise that nobody keeps: what a process waits for when the power is gone. One for each that waits: a shared one would
 * remember every life that ever ended.
 */
const never = (): Promise<never> => new Promise(() => undefined);

/** Builds a house; it stands empty until `start`. */
export function buildHouse(seat: Seat, ground: Ground, witness: Witness): House {
  const { timeline, network, book } = ground;
  const { card, clock, place } = seat;
  const disk = emptyDisk();
  const chance = ground.chance.stream(`house ${place}`);
  let life: Life | undefined;

  const house: House = {
    place,
    node: card.node,
    disk,
    clock,
    lies: seat.forge !== undefined,
    running: () => life?.running,
    feeds: () => life?.feeds,
    start() {
      if (life !== undefined) return;
      const mine: Life = {
        dead: false,
        doomed: undefined,
        port: undefined,
        endClock: () => undefined,
        running: undefined,
        feeds: undefined,
      };
      life = mine;
      live(mine).catch((cause: unknown) => end(mine, cause));
    },
    kill() {
      if (life !== undefined) end(life, undefined);
    },
    doom(door, side) {
      if (door === 'now') house.kill();
      else if (life !== undefined) life.doomed = { door, side };
    },
    spare() {
      const was = life?.doomed;
      if (life !== undefined) life.doomed = undefined;
      return was === undefined;
    },
  };
  return house;

  function end(mine: Life, cause: unknown): void {
    if (mine.dead) return;
    mine.dead = true;
    mine.port?.die();
    mine.endClock();
    if (life === mine) life = undefined;
    witness.ended(house, cause);
  }

  /** Passes a door: does what lies behind it, unless the life ends on one side of it or the other. */
  async function pass<T>(mine: Life, door: Door, act: () => T | Promise<T>, wait: Millis = 0): Promise<T> {
    if (mine.dead) return await never();
    if (wait > 0) await new Promise<void>((resolve) => timeline.plan(timeline.now() + wait, resolve));
    if (mine.dead) return await never();
    const fate = mine.doomed?.door === door ? mine.doomed.side : undefined;
    if (fate === 'before') end(mine, undefined);
    if (mine.dead) return await never();
    const done = await act();
    if (fate === 'after') end(mine, undefined);
    return mine.dead ? await never() : done;
  }

  async function live(mine: Life): Promise<void> {
    const rows = rowsIn(disk.database, (write) =>
      pass(mine, 'write', write, ground.diskMs === 0 ? 0 : chance.below(ground.diskMs)),
    );
    const feeds = await openRows(rows, { verify: 'full', create: true });
    mine.feeds = feeds;
    await witness.began(house);
    const guard = await openGuardIn(
      {
        read: async () => disk.guard,
        replace: (text) =>
          pass(mine, 'guard', () => {
            disk.guard = text;
          }),
        restoredCopy: async () => disk.copied,
        unmark: async () => {
          disk.copied = false;
        },
      },
      feeds.heads(),
      clock.now(),
      { fresh: disk.fresh, rootAt: async (feed, size) => rootOf(await feeds.tipAt(feed, size)) },
    );
    if (!guard.ok) throw new Error(guard.fault.code);
    disk.fresh = false;
    const ticking = clock.live();
    mine.endClock = ticking.end;
    mine.port = network.join(card.node, () => passes(mine, 'send'));
    const doors: Doors = {
      self: selfOf(seat),
      autoAccept: seat.autoAccept,
      clock: ticking.clock,
      chance: { caseId: () => CASE, fraction: chance.fraction },
      sealer: openSealer(card.node, book, seat.forge),
      feeds: watched(mine, feeds),
      guard: guard.value,
      transports: [mine.port.transport],
      publisher: publisherOn(mine),
      renderer: plainRenderer,
      journal: { write: (line) => witness.journalled(house, line) },
    };
    const running = await startNode(doors);
    if (mine.dead) return;
    mine.running = running;
    const cause = await running.ended;
    end(mine, cause ?? new Error('the corridor stopped by itself'));
  }

  /** A door that cannot wait: the frame crosses, or the life is over. */
  function passes(mine: Life, door: Door): boolean {
    if (mine.dead) return false;
    const fate = mine.doomed?.door === door ? mine.doomed.side : undefined;
    if (fate === 'before') end(mine, undefined);
    else if (fate === 'after') timeline.plan(timeline.now(), () => end(mine, undefined));
    return !mine.dead;
  }

  function watched(mine: Life, feeds: Feeds): Feeds {
    return {
      ...feeds,
      async write(batch) {
        if (mine.dead) return await never();
        await feeds.write(batch);
        witness.wrote(house, batch);
      },
    };
  }

  function publisherOn(mine: Life): Publisher {
    const shelfOf = (caseId: CaseId): Shelf => {
      const shelf = disk.shelves.get(caseId) ?? { staged: undefined, released: undefined };
      disk.shelves.set(caseId, shelf);
      return shelf;
    };
    const digest = (files: readonly PublicFile[] | undefined) => (files ? digestOf(files) : undefined);
    return {
      stage: (caseId, files) =>
        pass(mine, 'write', () => {
          shelfOf(caseId).staged = files;
        }),
      release: (caseId, wanted) =>
        pass(mine, 'release', () => {
          const shelf = shelfOf(caseId);
          if (digest(shelf.released) === wanted) return;
          if (digest(shelf.staged) !== wanted) throw new Error('another thing is staged');
          witness.releases(house);
          shelf.released = shelf.staged;
        }),
      async standing(caseId) {
        const { staged, released } = shelfOf(caseId);
        return { staged: digest(staged), released: digest(released) };
      },
    };
  }
}

/** The one case of a world, unless it has several. */
export const CASE: CaseId = '00000000-0000-4000-8000-000000000007' as CaseId;

/** The page says nothing, since nobody reads it: what counts is when the switch is turned. */
const plainRenderer: Renderer = {
  render: (_, held) => [{ path: 'advisory.txt', bytes: new TextEncoder().encode(held.id) }],
};

function selfOf({ card }: Seat): Self {
  return {
    node: card.node,
    name: card.name,
    role: 'centre',
    mode: 'drill',
    zone: 'UTC',
    namespace: 'https://centre.example',
    idPrefix: 'VU',
    embargoDays: card.embargoDays,
    replyByDays: card.replyByDays,
    cardText: `card of ${card.name}`,
    certificate: card.certificate,
    zones: new Map(),
  };
}
