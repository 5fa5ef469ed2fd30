/**
 * Arrivals on their way to the machine, strictly in the order of their places.
 *
 * A place is taken before the entry is on disk, and two links write at the same time. If a later place could be
 * heard before an earlier one, the cursor would pass the earlier one and a restart would never hear it. So a
 * place is a slot in this queue, and the machine waits for the slot in front.
 */
import type { Outcome } from '../core/fault.js';
import type { Statement } from '../core/statement.js';
import type { Arrival, Wording } from '../ports.js';

/** An entry that is on disk and has not been heard yet, with its statement where it could be opened. */
export interface Admitted {
  readonly arrival: Arrival;
  readonly statement: Statement | undefined;
}

/** What the node says to itself: an order, a tick, a report. Its entry is written when its turn comes. */
export interface HomeWords {
  readonly wording: Wording;
  /** Called when the entry is on disk and heard, with the refusal if it was refused. */
  readonly answer: (outcome: Outcome<true>) => void;
}

export type Slot =
  | { readonly kind: 'admitted'; readonly admitted: readonly Admitted[] }
  | { readonly kind: 'home'; readonly major: number; readonly words: HomeWords };

export interface ArrivalQueue {
  /** Takes places for entries of a peer; `fill` when they are on disk. A slot that is never filled blocks. */
  reserve(count: number): { readonly major: number; fill(admitted: readonly Admitted[]): void };
  /** Takes a place for words of the house. */
  push(words: HomeWords): void;
  /** The slot in front, or `undefined` while it is not filled or there is none. */
  take(): Slot | undefined;
  /** Empties the queue, behind slots that are never filled as well. @returns the words of the house that nobody will hear. */
  abandon(): readonly HomeWords[];
  /** Whether {@link take} has something. */
  isReady(): boolean;
  /** Whether nothing waits, filled or not. */
  isEmpty(): boolean;
}

/** @param wake called whenever {@link ArrivalQueue.take} may have something. */
export function arrivalQueue(firstMajor: number, wake: () => void): ArrivalQueue {
  const slots: { filled: Slot | undefined }[] = [];
  let next = firstMajor;
  return {
    reserve(count) {
      const major = next;
      next += count;
      const slot: { filled: Slot | undefined } = { filled: undefined };
      slots.push(slot);
      return {
        major,
        fill(admitted) {
          slot.filled = { kind: 'admitted', admitted };
          wake();
        },
      };
    },
    push(words) {
      slots.push({ filled: { kind: 'home', major: next, words } });
      next += 1;
      wake();
    },
    take: () => (slots[0]?.filled === undefined ? undefined : slots.shift()?.filled),
    abandon: () => slots.splice(0).flatMap(({ filled }) => (filled?.kind === 'home' ? [filled.words] : [])),
    isReady: () => slots[0]?.filled !== undefined,
    isEmpty: () => slots.length === 0,
  };
}
