/**
 * The clock of the machine. Long waits are cut into pieces, because a timer of Node holds at most 2^31 − 1 ms.
 */
import { type Instant, instant, type Millis } from '../../node/core/time.js';
import type { Clock } from '../../node/ports.js';

/** Also the longest time for which a clock that was set anew goes unnoticed by an alarm. */
const LONGEST_NAP_MS: Millis = 60_000;

export function systemClock(): Clock {
  return { now, alarm: (at, ring) => waitFor(now, at, ring), elapse };
}

function now(): Instant {
  const at = instant(Date.now());
  if (at === undefined) throw new Error('the clock of this machine shows no instant that can be written');
  return at;
}

/** Rings when `read() ≥ at`, looking again after each nap. @returns a function that cancels. */
export function waitFor(read: () => Instant, at: Instant, ring: () => void): () => void {
  let timer = nap();
  return () => clearTimeout(timer);

  function nap(): NodeJS.Timeout {
    const left = Math.max(0, at - read());
    return setTimeout(
      () => {
        if (read() >= at) ring();
        else timer = nap();
      },
      Math.min(left, LONGEST_NAP_MS),
    );
  }
}

/** Rings after so much elapsed time. @returns a function that cancels. */
export function elapse(length: Millis, ring: () => void): () => void {
  const timer = setTimeout(ring, length);
  return () => clearTimeout(timer);
}
