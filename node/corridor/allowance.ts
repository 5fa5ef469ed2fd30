/**
 * How often a peer may ask for something that costs us and not it. Over the bound it is refused by name and keeps its
 * link; one that goes on all the same loses the link (DESIGN §10). The count is kept by peer, not by link: else it
 * would begin anew with each connection.
 */
import { LIMITS, type LimitName } from '../core/limits.js';
import type { Instant } from '../core/time.js';

/** `granted`; `refused` over the bound; `ended` when refusals have not helped. */
export type Allowed = 'granted' | 'refused' | 'ended';

export interface Allowance {
  /** Asks for one more. @param now by our clock; a clock that was set back begins a new minute. */
  take(now: Instant): Allowed;
}

/** @param limit so many in a minute of our clock, and as many refusals. */
export function allowance(limit: LimitName): Allowance {
  const { most } = LIMITS[limit];
  let since: number = Number.NEGATIVE_INFINITY;
  let taken = 0;
  return {
    take(now) {
      if (now < since || now - since >= LIMITS.allowanceMs.most) {
        since = now;
        taken = 0;
      }
      taken += 1;
      if (taken <= most) return 'granted';
      return taken <= 2 * most ? 'refused' : 'ended';
    },
  };
}
