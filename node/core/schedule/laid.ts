/**
 * Staircases and bans, laid when they are asked for and held as long as there is room.
 *
 * Problem: SCHED/1 bounds every list but not their product. Two thousand parties with sixteen offices each, no two
 * alike, over bands of a quarter of an hour are two thousand million steps: a document of three megabytes that must be
 * answered. Holding them all takes more memory than there is; laying them one after the other takes a minute and no
 * memory. So what fits is held, as almost every document does whole, and the rest is laid again each time.
 */
import { LIMITS } from '../limits.js';
import type { Ground } from './ground.js';
import { type Ban, banOf } from './hard.js';
import type { HardConstraint, SoftCost } from './problem.js';
import { softKey, stairsOf } from './soft.js';
import type { Staircase } from './staircase.js';

/** The cost function of a soft cost of a document; equal ones are one. */
export type Stairs = (soft: SoftCost, key?: string) => Staircase;

/** Bans of a document by place in its list. */
export type Bans = (index: number) => Ban;

/** @param most steps that are held, for tests; what comes out does not depend on it. */
export function stairsFor(ground: Ground, most: number = LIMITS.scheduleHeldSteps.most): Stairs {
  const laid = held(
    most,
    (soft: SoftCost) => stairsOf(soft, ground),
    ({ at }) => at.length,
  );
  return (soft, key = softKey(soft)) => laid(key, soft);
}

/** @param most as in {@link stairsFor}, of ranges. */
export function bansFor(
  hard: readonly HardConstraint[],
  ground: Ground,
  most: number = LIMITS.scheduleHeldSteps.most,
): Bans {
  const laid = held(
    most,
    (index: number) => {
      const constraint = hard[index];
      if (constraint === undefined) throw new Error('unreachable: a ban of this document');
      return banOf(constraint, ground);
    },
    ({ forbidden }) => forbidden.length,
  );
  return (index) => laid(index, index);
}

function held<Key, From, Made>(
  most: number,
  make: (from: From) => Made,
  sizeOf: (made: Made) => number,
): (key: Key, from: From) => Made {
  const known = new Map<Key, Made>();
  let size = 0;
  return (key, from) => {
    const already = known.get(key);
    if (already !== undefined) return already;
    const made = make(from);
    const grown = size + sizeOf(made) + 1;
    if (grown <= most) {
      known.set(key, made);
      size = grown;
    }
    return made;
  };
}
