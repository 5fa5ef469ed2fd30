/**
 * What all judges share: who is correct, what really happened, and where a rule that did not hold is written down.
 */
import type { Case } from '../../../node/core/case/case.js';
import type { BallotId, NodeId } from '../../../node/core/ids.js';
import { type Ballot, ballotKey } from '../../../node/core/settlement/ballot.js';
import type { Instant } from '../../../node/core/time.js';
import type { RunningNode } from '../../../node/corridor/node.js';
import type { Chronicle } from '../chronicle.js';
import type { Book } from '../cryptography.js';
import type { House } from '../house.js';
import type { WrongClock } from '../wrong-clock.js';

/** A house as its judge sees it: also one of which only the disk is left. */
export interface Judged extends Pick<House, 'place' | 'node' | 'lies' | 'feeds'> {
  readonly clock: Pick<WrongClock, 'now'>;
  running(): Pick<RunningNode, 'state'> | undefined;
}

/** The one case of a world, as a house holds it. */
export function caseIn(house: Judged): Case | undefined {
  const [held] = house.running()?.state().cases.values() ?? [];
  return held;
}

/** A rule that did not hold. */
export interface Violation {
  readonly invariant: string;
  readonly what: string;
  readonly at: Instant;
}

export interface Bench {
  readonly book: Book;
  readonly chronicle: Chronicle;
  /** Houses whose words nobody forges, by node. */
  readonly correct: ReadonlyMap<NodeId, Judged>;
  /**
   * Words that a member lost when only liars had heard them. Nobody need give them back, so it may say others in their
   * place: nothing promises that it does not (docs/SETTLEMENT.md).
   */
  readonly hidden: Set<BallotId>;
  wrong(invariant: string, what: string): void;
  /** A rare state was reached. */
  note(rare: string): void;
  /** A line of the trace. */
  tell(line: string): void;
  now(): Instant;
}

/** The first six digits are enough to tell a dozen nodes apart. */
export function short(node: NodeId): string {
  return node.slice(0, 6);
}

/** The write-once key of a ballot (R1). */
export function keyOf({ caseId, charter, body }: Ballot): string | undefined {
  return ballotKey(caseId, charter, body);
}

/** The key that excludes a commit or a skip (R4); other keys exclude nothing but themselves. */
export function oppositeOf(key: string): string | undefined {
  if (key.endsWith('/commit')) return key.replace(/commit$/, 'skip');
  return key.endsWith('/skip') ? key.replace(/skip$/, 'commit') : undefined;
}

/** Write-once keys and what was first said under them. */
export type Keys = Map<string, BallotId>;
