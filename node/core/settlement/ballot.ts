/**
 * What centres say to each other for third parties (ENV-3): a body that its author encodes and signs once, and
 * that anybody on the roster can verify in a relayed copy. DESIGN §7.3 lists the kinds.
 *
 * The word *ballot* covers all of them: each has an id, the SHA-256 of its signed bytes, and (all but
 * constraints, leaks and releases) a key under which its author speaks once.
 */
import type { Hash } from '../bytes.js';
import type { BallotId, CaseId, NodeId } from '../ids.js';
import type { Instant, Millis } from '../time.js';

/** Process model of one national centre (DOMAIN §3). */
export type ProcessModel = 1 | 2;

export interface Member {
  readonly node: NodeId;
  readonly model: ProcessModel;
}

export type Objective = 'total' | 'minimax' | 'leximin';

/**
 * What all centres sign before any secret travels (DESIGN §7.2). Durations are whole milliseconds.
 */
export interface CharterTerms {
  /** Who votes, in the order in which they propose; at most ten, no node twice. */
  readonly roster: readonly Member[];
  readonly lead: NodeId;
  /** T0: the instant in force until an amendment, on the quarter-hour grid of SCHEDULING §2. */
  readonly defaultInstant: Instant;
  /** q: between ⌊2n/3⌋+1 and n. */
  readonly quorum: number;
  /** F: from T − F on nobody votes a fresh amendment. */
  readonly freezeMs: Millis;
  /** Base of the round timer (R4). */
  readonly roundMs: Millis;
  /** How far a clock may be off before publication is held (R10). */
  readonly skewMs: Millis;
  /** The hard window of a member that sends no constraint (R2 e). */
  readonly window: { readonly notBefore: Instant; readonly notAfter: Instant };
  /** End of the horizon of every problem document of this case. */
  readonly horizonEnd: Instant;
  readonly objective: Objective;
  /** Cost tables of SCHEDULING §3.6 as canonical JSON. */
  readonly tables: string;
  /** Version of the solver's specification; every node must run the same. */
  readonly solver: 'SCHED/1';
}

/** One seat taken or given up, or another lead; at most one in a slot (R12). */
export type SeatChange =
  | { readonly kind: 'join'; readonly member: Member }
  | { readonly kind: 'leave'; readonly node: NodeId }
  | { readonly kind: 'lead'; readonly node: NodeId };

/**
 * v of DESIGN §7.3. An amendment moves the instant or changes the seats, never both: a change keeps the instant in
 * force, which every member has agreed to, so it needs no snapshot and no solver.
 */
export type SettlementValue =
  | { readonly kind: 'amend'; readonly at: Instant; readonly snapshot: Hash; readonly inputHash: Hash }
  | { readonly kind: 'change'; readonly change: SeatChange }
  | { readonly kind: 'seal' };

export type BallotBody =
  | { readonly kind: 'charter'; readonly version: number; readonly terms: CharterTerms }
  | { readonly kind: 'charter_sign'; readonly version: number }
  | { readonly kind: 'charter_refuse'; readonly version: number; readonly reason: string }
  /** A centre that was invited agrees to the charter and to what the case has settled until this epoch (R12). */
  | { readonly kind: 'charter_join'; readonly epoch: number }
  | {
      readonly kind: 'constraint';
      /** Grows with each constraint of one member; the highest one holds. */
      readonly sequence: number;
      /** A SCHED/1 fragment as canonical JSON (DESIGN §6). */
      readonly fragment: string;
    }
  | {
      readonly kind: 'propose';
      readonly slot: number;
      readonly round: number;
      readonly value: SettlementValue;
      /** Ids of the constraints the solver ran on, ascending. */
      readonly snapshot: readonly BallotId[];
      /** When the problem document was frozen; voters accept it within an hour of their own clock. */
      readonly preparedAt: Instant;
    }
  | { readonly kind: 'vote'; readonly slot: number; readonly round: number; readonly value: Hash }
  | { readonly kind: 'commit'; readonly slot: number; readonly round: number; readonly value: Hash }
  | { readonly kind: 'skip'; readonly slot: number; readonly round: number }
  | {
      readonly kind: 'published';
      readonly epoch: number;
      /** The settled instant, or the actual one where a breach forced an early release. */
      readonly at: Instant;
      /** SHA-256 over the published files, see `publication/digest`. */
      readonly digest: Hash;
      /** 1 for the first publication, growing with follow-up revisions. */
      readonly revision: number;
    }
  | { readonly kind: 'leak'; readonly evidence: string; readonly seenAt: Instant }
  | { readonly kind: 'manual_release'; readonly officer: string; readonly reason: string };

export type BallotKind = BallotBody['kind'];

/** Bytes and signature exactly as the author made them; embedded unchanged in every envelope. */
export interface SignedBody {
  readonly bytes: Uint8Array;
  /** Detached OpenPGP signature, binary. */
  readonly signature: Uint8Array;
}

/** A body whose signature held when it was opened. */
export interface Ballot {
  readonly id: BallotId;
  readonly author: NodeId;
  readonly incarnation: number;
  readonly caseId: CaseId;
  /**
   * Hash of the charter it speaks under: the ballot id of the `charter` body. For a `charter` body itself it is
   * absent, as an id cannot name itself.
   */
  readonly charter: BallotId | undefined;
  readonly body: BallotBody;
  readonly signed: SignedBody;
}

/** A body that this node wants to say; the sealer adds author, incarnation and signature. */
export interface BallotDraft {
  readonly caseId: CaseId;
  readonly charter: BallotId | undefined;
  readonly body: BallotBody;
}

/** What a node that said this has said once and for all (R1); `undefined` for words that are no such ballot of its own. */
export function writtenOnce(
  author: NodeId,
  body: { readonly kind: string; readonly ballot?: Ballot },
): { readonly key: string; readonly ballot: BallotId } | undefined {
  const { kind, ballot } = body;
  if (kind !== 'ballot' || ballot === undefined || ballot.author !== author) return undefined;
  const key = ballotKey(ballot.caseId, ballot.charter, ballot.body);
  return key === undefined ? undefined : { key, ballot: ballot.id };
}

/**
 * The write-once key of R1: one author says at most one body under it. A constraint is keyed by its sequence.
 * @returns `undefined` for kinds that may be said more than once (a leak, a manual release).
 */
export function ballotKey(
  caseId: CaseId,
  charter: BallotId | undefined,
  body: BallotBody,
): string | undefined {
  switch (body.kind) {
    case 'charter':
    case 'charter_refuse':
      return `${caseId}/${body.kind}/${body.version}`;
    case 'charter_sign':
      return `${caseId}/charter_sign/${body.version}`;
    case 'charter_join':
      return `${caseId}/${charter}/charter_join/${body.epoch}`;
    case 'constraint':
      return `${caseId}/${charter}/constraint/${body.sequence}`;
    case 'propose':
    case 'vote':
    case 'commit':
    case 'skip':
      return `${caseId}/${charter}/${body.slot}/${body.round}/${body.kind}`;
    case 'published':
      return `${caseId}/${charter}/published/${body.revision}`;
    case 'leak':
    case 'manual_release':
      return undefined;
  }
}
