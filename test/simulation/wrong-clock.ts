/**
 * The Clock port of a node whose clock is wrong: ahead or behind by some milliseconds, and now and then set by hand.
 */
import type { Instant, Millis } from '../../node/core/time.js';
import type { Clock } from '../../node/ports.js';
import type { Timeline } from './timeline.js';

/** The clock of one machine; it outlives the process that reads it. */
export interface WrongClock {
  now(): Instant;
  /** Sets the clock by so much, back or forth; what is due after a step forth rings at once. */
  set(by: Millis): void;
  /** Ahead of the world by so much. */
  ahead(): Millis;
  /** The port, for one life; nothing rings after `end`. */
  live(): { readonly clock: Clock; end(): void };
}

interface Alarm {
  readonly at: Instant;
  readonly ring: () => void;
  cancel: () => void;
}

/** @param ahead by how much the clock is ahead of the world at first; negative where it is behind. */
export function wrongClock(timeline: Timeline, ahead: Millis): WrongClock {
  let offset = ahead;
  const alarms = new Set<Alarm>();
  const now = (): Instant => (timeline.now() + offset) as Instant;

  function arm(alarm: Alarm): void {
    alarm.cancel = timeline.plan(alarm.at - offset, () => {
      alarms.delete(alarm);
      alarm.ring();
    });
  }

  return {
    now,
    ahead: () => offset,
    set(by) {
      offset += by;
      for (const alarm of alarms) {
        alarm.cancel();
        arm(alarm);
      }
    },
    live() {
      const waits = new Set<() => void>();
      const mine = new Set<Alarm>();
      let over = false;
      return {
        clock: {
          now,
          alarm(at, ring) {
            if (over) return () => undefined;
            const alarm: Alarm = { at, ring, cancel: () => undefined };
            alarms.add(alarm);
            mine.add(alarm);
            arm(alarm);
            return () => {
              alarm.cancel();
              alarms.delete(alarm);
              mine.delete(alarm);
            };
          },
          elapse(length, ring) {
            if (over) return () => undefined;
            const cancel = timeline.plan(timeline.now() + length, () => {
              waits.delete(cancel);
              ring();
            });
            waits.add(cancel);
            return () => {
              waits.delete(cancel);
              cancel();
            };
          },
        },
        end() {
          over = true;
          for (const cancel of waits) cancel();
          for (const alarm of mine) {
            alarm.cancel();
            alarms.delete(alarm);
          }
        },
      };
    },
  };
}
