/** One line of `settlement show`, and what it stands on besides the ballots. */
import type { NodeId } from '../ids.js';
import type { Instant } from '../time.js';
import { whatThen } from './then.js';

export interface StandingFact {
  /** Stable, for `--json`. */
  readonly code: string;
  readonly words: string;
  /** Whom it concerns; empty where it concerns nobody in particular. */
  readonly from: readonly NodeId[];
  readonly since: Instant | undefined;
  readonly until: Instant | undefined;
  /** What happens if nothing comes; empty where nothing is awaited. */
  readonly otherwise: string;
}

/** What no ballot says. */
export interface Around {
  /** Who leads, also while there is no charter. */
  readonly lead: NodeId;
  /** Since when this node has the case. */
  readonly openedAt: Instant;
  /** Since when this life of the node waits for answers (R9). */
  readonly begunAt: Instant;
}

/** @param more `otherwise` where what happens hangs on more than the code. */
export function fact(
  code: string,
  words: string,
  more: Partial<Pick<StandingFact, 'from' | 'since' | 'until' | 'otherwise'>> = {},
): StandingFact {
  return {
    code,
    words,
    from: more.from ?? [],
    since: more.since,
    until: more.until,
    otherwise: more.otherwise ?? whatThen(code),
  };
}
