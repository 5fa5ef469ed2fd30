/** Instants in views: RFC 3339 in UTC, and on the operator's wall clock beside it. */
import { localClock } from '../../core/case/local-clock.js';
import type { State } from '../../core/state.js';
import { type Instant, writeInstant } from '../../core/time.js';

/** `null` for what has not happened. */
export function when(at: Instant | undefined): string | null {
  return at === undefined ? null : writeInstant(at);
}

/** The same instant on this node's own wall clock, for people. */
export function localWhen(state: State, at: Instant | undefined): string | null {
  return at === undefined ? null : localClock(state.self.zones, at, state.self.zone);
}
