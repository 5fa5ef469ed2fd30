/**
 * Step functions over the horizon. Every cost is one: it changes at few quarters and is constant between.
 */

/**
 * `cost[i]` holds from quarter `at[i]` to `at[i + 1]`. Quarters count from the start of the horizon, ascend
 * strictly and begin with 0; neighbouring costs differ.
 */
export interface Staircase {
  readonly at: readonly number[];
  readonly cost: readonly number[];
}

/** A staircase under construction; its steps come in the order of time. */
export interface StairsInWork {
  readonly at: number[];
  readonly cost: number[];
  /** Length of the horizon: later steps are never climbed and are dropped. */
  readonly quarters: number;
}

/** Stairs that are still being laid, from left to right; flat at `cost` so far. */
export function stairsInWork(quarters: number, cost: number): StairsInWork {
  return { at: [0], cost: [cost], quarters };
}

/**
 * The cost from a quarter on. Quarters before the horizon change its first cost; a later step on the same quarter
 * replaces the earlier one, as two changes within one quarter must.
 */
export function step(stairs: StairsInWork, quarter: number, cost: number): void {
  const { at: places, cost: costs } = stairs;
  const at = Math.max(quarter, 0);
  if (at >= stairs.quarters) return;
  if (places[places.length - 1] === at) {
    places.pop();
    costs.pop();
  }
  if (costs[costs.length - 1] === cost) return;
  places.push(at);
  costs.push(cost);
}

/** Cost at a quarter of the horizon. */
export function costAt(stairs: Staircase, quarter: number): number {
  let low = 0;
  let high = stairs.at.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((stairs.at[middle] ?? 0) <= quarter) low = middle;
    else high = middle;
  }
  return stairs.cost[low] ?? 0;
}

/**
 * The sum of step functions over a horizon of so many quarters. Few steps are merged two by two; where there are as many
 * as quarters, adding them up quarter by quarter is ten times faster.
 */
export function sumOf(all: readonly Staircase[], quarters: number): Staircase {
  const steps = all.reduce((sum, { at }) => sum + at.length, 0);
  return steps > quarters ? denseSum(all, quarters) : all.reduce(mergeOf, FREE);
}

function denseSum(all: readonly Staircase[], quarters: number): Staircase {
  const changes = new Int32Array(quarters);
  for (const { at, cost } of all) {
    let before = 0;
    for (let index = 0; index < at.length; index += 1) {
      const here = cost[index] ?? 0;
      const place = at[index] ?? 0;
      changes[place] = (changes[place] ?? 0) + here - before;
      before = here;
    }
  }
  const at: number[] = [0];
  const cost: number[] = [changes[0] ?? 0];
  let total = changes[0] ?? 0;
  for (let quarter = 1; quarter < quarters; quarter += 1) {
    const change = changes[quarter] ?? 0;
    if (change === 0) continue;
    total += change;
    at.push(quarter);
    cost.push(total);
  }
  return { at, cost };
}

function mergeOf(left: Staircase, right: Staircase): Staircase {
  const at: number[] = [];
  const cost: number[] = [];
  for (let i = 0, j = 0; i < left.at.length || j < right.at.length; ) {
    const inLeft = left.at[i] ?? Number.POSITIVE_INFINITY;
    const inRight = right.at[j] ?? Number.POSITIVE_INFINITY;
    const here = Math.min(inLeft, inRight);
    if (inLeft === here) i += 1;
    if (inRight === here) j += 1;
    const total = (left.cost[i - 1] ?? 0) + (right.cost[j - 1] ?? 0);
    if (cost[cost.length - 1] === total) continue;
    at.push(here);
    cost.push(total);
  }
  return { at, cost };
}

/** No cost at any time. */
const FREE: Staircase = { at: [0], cost: [0] };
