/**
 * Everything that one node knows of the settlement of one case. The pool of ballots only grows; whatever the
 * rest of this folder says is derived from it anew, so the order in which ballots arrived cannot matter.
 * What does matter is kept beside each ballot: when this node first held it, which starts timers and nothing else.
 */
import type { ClockReading } from '../clocks.js';
import type { BallotId, CaseId, NodeId } from '../ids.js';
import type { ReleaseRule } from '../statement.js';
import type { Instant } from '../time.js';
import type { Ballot, BallotBody, BallotKind, CharterTerms, SeatChange } from './ballot.js';
import type { Twin } from './twins.js';

/** A ballot whose body is of one kind. */
export type BallotOf<Kind extends BallotKind> = Ballot & {
  readonly body: Extract<BallotBody, { readonly kind: Kind }>;
};

/** A ballot and when this node first held it, by its own clock. For an own ballot: when it was said. */
export interface HeldBallot {
  readonly ballot: Ballot;
  readonly heldAt: Instant;
}

/** A held ballot of one kind. */
export interface Held<Kind extends BallotKind> extends HeldBallot {
  readonly ballot: BallotOf<Kind>;
}

/** An `amend_request`, own or of another member (R5). */
export interface Want {
  readonly by: NodeId;
  readonly slot: number;
  readonly round: number;
  /** The change of seats that is asked for; `undefined` where it is another instant. */
  readonly change: SeatChange | undefined;
  readonly heldAt: Instant;
}

/** What the operator decided about one charter body, which it names so that a later body cannot slip under it. */
export type CharterOrder =
  | { readonly order: 'sign'; readonly charter: BallotId }
  | { readonly order: 'refuse'; readonly charter: BallotId; readonly reason: string };

/** A release that was begun or finished (R8). */
export interface ReleaseMark {
  readonly epoch: number;
  readonly at: Instant;
  readonly rule: ReleaseRule;
}

export interface Docket {
  readonly self: NodeId;
  readonly caseId: CaseId;
  readonly now: Instant;
  /** Own ones included: an own ballot in here is a fact and is never decided again. */
  readonly ballots: ReadonlyMap<BallotId, HeldBallot>;
  readonly wants: readonly Want[];
  /** T′ → when the operator approved it. An approval given before the own newest constraint is void (R2 f). */
  readonly approvals: ReadonlyMap<Instant, Instant>;
  /** T′ → when the operator rejected it; the later of approval and rejection counts. */
  readonly rejections: ReadonlyMap<Instant, Instant>;
  readonly autoAccept: boolean;
  /** {@link changeKey} → what the operator said of that change last. No policy agrees to one (R2 f). */
  readonly seatOrders: ReadonlyMap<string, 'agree' | 'reject'>;
  /** The terms that the operator of the lead last ordered to be proposed. The order to propose is one to sign. */
  readonly charterDraft: CharterTerms | undefined;
  readonly charterOrders: readonly CharterOrder[];
  readonly intent: ReleaseMark | undefined;
  readonly published: Omit<ReleaseMark, 'rule'> | undefined;
  /** The own operator confirmed a breach (P4). */
  readonly breachConfirmed: boolean;
  readonly manualRelease: { readonly officer: string; readonly reason: string } | undefined;
  /** Cases of the same defect that this one was merged with. */
  readonly twins: readonly Twin[];
  /** How peers' clocks stand against ours; `undefined` where nobody told for a day (R10). */
  readonly clock: ClockReading | undefined;
  /** Reasons from outside that hold P1 to P3. */
  readonly holds: readonly string[];
  /** Others without whose answer this node releases nothing by its own memory, P2 and P3 (R9). */
  readonly heldBy: readonly NodeId[];
  /** Others without whose answer this node makes no keyed statement (R9); `mutes` says so too. */
  readonly mutedBy: readonly NodeId[];
  /** Votes for values that this node may have committed to and forgotten (R9); they count where q = n. */
  readonly suspects: ReadonlySet<BallotId>;
  /** Reasons from outside that forbid every keyed statement: probation (R9). */
  readonly mutes: readonly string[];
}

type Pool = Docket['ballots'];

/**
 * Remembers what follows from a pool alone: a pool never changes, and one step asks it a hundred times.
 * The size stands for one that is still being filled.
 */
export function perPool<Derived>(derive: (pool: Pool) => Derived): (pool: Pool) => Derived {
  const known = new WeakMap<Pool, { readonly size: number; readonly derived: Derived }>();
  return (pool) => {
    const before = known.get(pool);
    if (before?.size === pool.size) return before.derived;
    const derived = derive(pool);
    known.set(pool, { size: pool.size, derived });
    return derived;
  };
}

/** All held ballots of one kind, by id, so that no derivation can lean on the order of arrival. */
export function heldOf<Kind extends BallotKind>(pool: Pool, kind: Kind): readonly Held<Kind>[] {
  const list = kindsIn(pool).get(kind) ?? [];
  return list.filter((held): held is Held<Kind> => isHeld(held, kind));
}

const kindsIn = perPool((pool) => {
  const kinds = new Map<BallotKind, HeldBallot[]>();
  for (const held of pool.values()) {
    const { kind } = held.ballot.body;
    const list = kinds.get(kind) ?? [];
    kinds.set(kind, list);
    list.push(held);
  }
  for (const list of kinds.values()) list.sort((left, right) => (left.ballot.id < right.ballot.id ? -1 : 1));
  return kinds;
});

/** One held ballot, if it is of this kind. */
export function heldById<Kind extends BallotKind>(
  pool: Pool,
  id: BallotId,
  kind: Kind,
): Held<Kind> | undefined {
  const held = pool.get(id);
  return held && isHeld(held, kind) ? held : undefined;
}

/** Earlier held first, then by id. A later arrival comes behind, unless it shares the millisecond. */
export function byArrival(left: HeldBallot, right: HeldBallot): number {
  if (left.heldAt !== right.heldAt) return left.heldAt - right.heldAt;
  return left.ballot.id < right.ballot.id ? -1 : left.ballot.id > right.ballot.id ? 1 : 0;
}

/** After the intent this node never proposes, votes or commits again (R8). */
export function hasReleased(docket: Docket): boolean {
  if (docket.intent !== undefined || docket.published !== undefined) return true;
  // After a restore our own word, given back by a peer, may be all that is left of a release.
  return heldOf(docket.ballots, 'published').some(({ ballot }) => ballot.author === docket.self);
}

function isHeld<Kind extends BallotKind>(held: HeldBallot, kind: Kind): held is Held<Kind> {
  return held.ballot.body.kind === kind;
}
