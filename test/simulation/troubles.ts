/**
 * Faults as they happen to houses and to the network between them.
 */
import { HOUR, MINUTE, type Millis } from '../../node/core/time.js';
import { copyOf, type Database, emptyDatabase } from './disk.js';
import type { House } from './house.js';
import type { Judge } from './judge/judge.js';
import { type Network, pairOf } from './network.js';
import type { Trouble } from './plan.js';
import type { Timeline } from './timeline.js';

/** Where faults happen. */
export interface Scene {
  readonly timeline: Timeline;
  readonly network: Network;
  readonly houses: readonly House[];
  readonly judge: Judge;
  readonly tell: (line: string) => void;
  /** A house has lost some of what it knew: its officer makes it acquainted with its peers again. */
  readonly forgot: (house: House) => void;
}

export interface Troubles {
  begin(house: House, trouble: Exclude<Trouble, { trouble: 'lie' | 'show' | 'charters' }>): void;
  /** A life has ended; it is begun again when the fault says so. */
  ended(house: House): void;
  /** The end of all faults: everybody is up and in reach, with clocks that are nearly right. */
  heal(): void;
  readonly healed: () => boolean;
}

/** A machine that stopped by itself is started again after so long. */
const RESTART_MS: Millis = MINUTE;

/** No trouble at first. */
export function openTroubles({ timeline, network, houses, judge, tell, forgot }: Scene): Troubles {
  /** Until when a house stays dark. */
  const downUntil = new Map<House, number>();
  const backups = new Map<House, Database[]>();
  /** How many partitions lie between a pair. */
  const walls = new Map<string, number>();
  let healed = false;

  function wall(pair: string, by: 1 | -1): void {
    const count = (walls.get(pair) ?? 0) + by;
    walls.set(pair, count);
    if (count > 0) network.weather.cut.add(pair);
    else network.weather.cut.delete(pair);
  }

  function part(side: readonly number[], from: readonly number[] | undefined, forMs: Millis): void {
    const isFar = (place: number) => !side.includes(place) && (from?.includes(place) ?? true);
    const split = houses.flatMap((one) =>
      side.includes(one.place)
        ? houses.filter(({ place }) => isFar(place)).map((other) => ({ one, other }))
        : [],
    );
    for (const { one, other } of split) {
      wall(pairOf(one.node, other.node), 1);
      network.sever(one.node, other.node);
    }
    timeline.plan(timeline.now() + forMs, () => {
      if (healed) return;
      for (const { one, other } of split) wall(pairOf(one.node, other.node), -1);
      network.clear();
    });
  }

  function takeDown(house: House, downMs: Millis): void {
    downUntil.set(house, timeline.now() + downMs);
    house.kill();
  }

  function replace(house: House, database: Database): void {
    house.disk.database = database;
    judge.forgot(house);
    forgot(house);
  }

  function wake(house: House): void {
    if (!healed && timeline.now() < (downUntil.get(house) ?? 0)) return;
    house.start();
  }

  return {
    healed: () => healed,
    begin(house, trouble) {
      if (healed) return;
      switch (trouble.trouble) {
        case 'crash': {
          const { door, side, downMs } = trouble;
          if (door === 'now') return takeDown(house, downMs);
          downUntil.set(house, timeline.now() + downMs);
          house.doom(door, side);
          // A door that nobody comes to for so long: then without one.
          if (door !== 'release')
            timeline.plan(timeline.now() + HOUR, () => house.spare() || takeDown(house, downMs));
          return;
        }
        case 'part':
          return part(trouble.side, trouble.from, trouble.forMs);
        case 'clock':
          return house.clock.set(trouble.byMs);
        case 'backup': {
          const kept = backups.get(house) ?? [];
          backups.set(house, kept);
          kept.push(copyOf(house.disk.database));
          return;
        }
        case 'restore': {
          const backup = backups.get(house)?.at(-1);
          if (backup === undefined) return;
          takeDown(house, trouble.downMs);
          judge.note('restore');
          replace(house, copyOf(backup));
          if (trouble.guard === 'lost') house.disk.guard = undefined;
          house.disk.copied = trouble.marked;
          return;
        }
        case 'wipe':
          takeDown(house, trouble.downMs);
          judge.note('wipe');
          replace(house, emptyDatabase());
          house.disk.guard = undefined;
          return;
      }
    },
    ended(house) {
      const until = Math.max(downUntil.get(house) ?? 0, timeline.now() + (healed ? 1 : RESTART_MS));
      timeline.plan(until, () => wake(house));
    },
    heal() {
      healed = true;
      network.weather.loss = 0;
      network.weather.slowMs = 200;
      network.weather.cut.clear();
      network.clear();
      for (const house of houses) {
        house.spare();
        house.clock.set(-house.clock.ahead());
        house.start();
        tell(`${house.place} is up`);
      }
    },
  };
}
