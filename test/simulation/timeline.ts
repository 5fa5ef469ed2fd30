/**
 * Virtual time: what happens next is taken from a heap, and between two events nothing happens at all.
 */
import type { Instant } from '../../node/core/time.js';

/** The one order in which a simulated world happens. */
export interface Timeline {
  /** The time of the world, which no node can see. */
  now(): Instant;
  /** Plans something; what lies in the past happens next. @returns a function that calls it off. */
  plan(at: number, happen: () => void): () => void;
  /** Moves to the next event that was not called off and runs it. @returns whether there was one. */
  step(): boolean;
  /** When {@link step} would happen. */
  next(): Instant | undefined;
}

interface Planned {
  readonly at: number;
  /** Of two events at one time the one that was planned first happens first. */
  readonly order: number;
  happen: (() => void) | undefined;
}

/** A timeline that begins here. */
export function openTimeline(start: Instant): Timeline {
  const heap: Planned[] = [];
  let now = start;
  let order = 0;

  function next(): Instant | undefined {
    while (heap[0] !== undefined && heap[0].happen === undefined) pop(heap);
    return heap[0]?.at as Instant | undefined;
  }

  return {
    now: () => now,
    plan(at, happen) {
      const planned: Planned = { at: Math.max(now, at), order, happen };
      order += 1;
      push(heap, planned);
      return () => {
        planned.happen = undefined;
      };
    },
    next,
    step() {
      if (next() === undefined) return false;
      const { at, happen } = pop(heap) as Planned;
      now = at as Instant;
      happen?.();
      return true;
    },
  };
}

function isBefore(left: Planned, right: Planned): boolean {
  return left.at < right.at || (left.at === right.at && left.order < right.order);
}

function push(heap: Planned[], planned: Planned): void {
  let at = heap.length;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const above = heap[parent] as Planned;
    if (!isBefore(planned, above)) break;
    heap[at] = above;
    at = parent;
  }
  heap[at] = planned;
}

function pop(heap: Planned[]): Planned | undefined {
  const [first] = heap;
  const last = heap.pop();
  if (first === undefined || last === undefined || heap.length === 0) return first;
  let at = 0;
  for (;;) {
    const left = 2 * at + 1;
    const [one, other] = [heap[left], heap[left + 1]];
    if (one === undefined) break;
    const child = other !== undefined && isBefore(other, one) ? left + 1 : left;
    const below = heap[child] as Planned;
    if (!isBefore(below, last)) break;
    heap[at] = below;
    at = child;
  }
  heap[at] = last;
  return first;
}
