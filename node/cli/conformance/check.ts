/** What a check is, how a suite runs its checks, and what comes out. */

import type { CaseId } from '../../core/ids.js';
import type { Instant } from '../../core/time.js';
import type { CheckId } from './checks.js';
import type { Operator } from './operator.js';
import type { Round, Visitor } from './visitor.js';
import type { VisitorName } from './visitor-keys.js';

/** All that a suite works with. */
export interface Stage extends Round {
  readonly operator: Operator;
  visitor(name: VisitorName): Visitor;
  /** A case id that no case has had. */
  newCase(): CaseId;
  /** An instant on the grid of SCHEDULING §2, so many days from now by the clock of the target. */
  gridIn(days: number): Instant;
}

/** @returns whether the check held; what builds on it is left out where it did not. */
export type Checking = (id: CheckId, body: () => Promise<void>) => Promise<boolean>;

export type Suite = (stage: Stage, check: Checking) => Promise<void>;

export type Verdict = 'passed' | 'failed' | 'left out';

export interface Result {
  readonly id: CheckId;
  readonly verdict: Verdict;
  /** Why it failed or was left out. */
  readonly says: string;
  readonly ms: number;
}
