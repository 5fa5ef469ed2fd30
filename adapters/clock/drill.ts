/**
 * The clock of an exercise: runs like the machine's, starts where it is told, and jumps forward on request. Only a
 * DRILL node has one.
 */
import { type Instant, instant } from '../../node/core/time.js';
import type { Clock } from '../../node/ports.js';
import { elapse, systemClock, waitFor } from './system.js';

export interface DrillClock extends Clock {
  /** Moves to this instant at once and rings what became due. An instant in the past changes nothing. */
  jump(to: Instant): void;
}

/** @param start what the clock shows now. */
export function drillClock(start: Instant): DrillClock {
  const system = systemClock();
  let ahead = start - system.now();
  const alarms = new Set<{ readonly at: Instant; readonly ring: () => void; cancel: () => void }>();
  return { now, alarm, elapse, jump };

  function now(): Instant {
    const at = instant(system.now() + ahead);
    if (at === undefined) throw new Error('the drill clock left the years that can be written');
    return at;
  }

  function alarm(at: Instant, ring: () => void): () => void {
    const waiting = { at, ring, cancel: (): void => {} };
    waiting.cancel = waitFor(now, at, () => {
      alarms.delete(waiting);
      ring();
    });
    alarms.add(waiting);
    return () => {
      waiting.cancel();
      alarms.delete(waiting);
    };
  }

  function jump(to: Instant): void {
    ahead += Math.max(0, to - now());
    // Timers sleep by the machine's clock, so each one is set anew by ours.
    for (const waiting of [...alarms]) {
      waiting.cancel();
      waiting.cancel = waitFor(now, waiting.at, () => {
        alarms.delete(waiting);
        waiting.ring();
      });
    }
  }
}
