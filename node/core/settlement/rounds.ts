/**
 * Rounds of one slot (R4, R5): which one is open, what may be proposed in it, and when its timer runs.
 */
import type { Hash } from '../bytes.js';
import type { BallotId, NodeId } from '../ids.js';
import { LIMITS } from '../limits.js';
import { after, type Instant, type Millis } from '../time.js';
import type { CharterInForce } from './charter.js';
import type { Want } from './docket.js';
import { releaseBy } from './quorum.js';
import { type Quorum, roundOf, type SlotTally } from './tally.js';

/** Why a round's timer runs. */
export type StartReason = 'statement' | 'request' | 'pending' | 'freeze';

export interface RoundStart {
  /** May lie in the future where the freeze will start the round. */
  readonly at: Instant;
  readonly because: StartReason;
  /** The statement that started it, to be relayed (R5). */
  readonly ballot: BallotId | undefined;
}

export interface OpenRound {
  readonly round: number;
  readonly openedAt: Instant;
  readonly openedBy: 'slot' | 'notar' | 'null';
  readonly proposer: NodeId;
  /** What a proposal may carry here. */
  readonly basis: Basis;
  /** `undefined` while the slot is idle: nobody wants it. */
  readonly start: RoundStart | undefined;
  readonly timerEndsAt: Instant | undefined;
}

/** What R5 lets a proposal of one round say. */
export interface Basis {
  /** Values of notarised earlier rounds with Null for every round between, latest first. */
  readonly carried: readonly Hash[];
  /** All earlier rounds are null, so that a fresh value is justified. */
  readonly fresh: boolean;
  /** The Notars and Nulls that this rests on. */
  readonly quorums: readonly Quorum[];
}

/** What the timers of a slot need to know of the world around it. */
export interface SlotFrame {
  readonly charter: CharterInForce;
  readonly slot: number;
  readonly openedAt: Instant;
  /** T_e, the instant in force while the slot is open. */
  readonly at: Instant;
  readonly wants: readonly Want[];
}

/** Rounds from here on are kept for what must still be finished, see {@link startOf}. */
const RESERVED_FROM: number = LIMITS.roundsPerSlot.most / 2;

/** roster[(s + r) mod n] (R2). */
export function proposerOf(roster: readonly NodeId[], slot: number, round: number): NodeId | undefined {
  return roster[(slot + round) % roster.length];
}

/** Length of a round's timer: base · 2^min(r, 5) (R4). */
export function timerOf(roundMs: Millis, round: number): Millis {
  return roundMs * 2 ** Math.min(round, 5);
}

/**
 * What may be proposed in a round (R5). Only grows with the pool, so a proposal that was justified stays so. Where
 * both Notar(p) and Null(p) are held, the value of p may be carried and an earlier one may be too: a Final(p) excludes
 * that Null, and nothing else has to be carried.
 */
export function basisOf(slot: SlotTally, round: number): Basis {
  const carried: Hash[] = [];
  const quorums: Quorum[] = [];
  for (let earlier = round - 1; earlier >= 0; earlier--) {
    const { notars, nulled } = roundOf(slot, earlier);
    for (const notar of notars) {
      if (notar.value !== undefined && !carried.includes(notar.value)) carried.push(notar.value);
      quorums.push(notar);
    }
    if (!nulled) return { carried, fresh: false, quorums };
    quorums.push(nulled);
  }
  return { carried, fresh: true, quorums };
}

/** The open round of a slot: the one after the last round with a Notar or a Null (R5). */
export function openRound(frame: SlotFrame, slot: SlotTally): OpenRound | undefined {
  const last = slot.findLast(({ notars, nulled }) => notars.length > 0 || nulled !== undefined);
  const round = last ? last.round + 1 : 0;
  const proposer = proposerOf(frame.charter.roster, frame.slot, round);
  if (round >= LIMITS.roundsPerSlot.most || proposer === undefined) return undefined;
  const opening = last ? openingOf(last.notars, last.nulled) : undefined;
  const openedAt = Math.max(frame.openedAt, opening?.at ?? frame.openedAt) as Instant;
  const basis = basisOf(slot, round);
  const start = startOf(frame, slot, round, openedAt, basis);
  return {
    round,
    openedAt,
    openedBy: opening?.by ?? 'slot',
    proposer,
    basis,
    start,
    timerEndsAt: start && after(start.at, timerOf(frame.charter.terms.roundMs, round)),
  };
}

/** The freeze of an instant: from T − F on nobody votes a fresh amendment (R7). */
export function freezeOf(charter: CharterInForce, at: Instant): Instant {
  return after(at, -charter.terms.freezeMs);
}

function openingOf(
  notars: readonly Quorum[],
  nulled: Quorum | undefined,
): { readonly at: Instant; readonly by: 'notar' | 'null' } | undefined {
  const notarAt = Math.min(...notars.map(({ completeAt }) => completeAt));
  if (nulled && nulled.completeAt < notarAt) return { at: nulled.completeAt, by: 'null' };
  return notars.length > 0 ? { at: notarAt as Instant, by: 'notar' } : undefined;
}

/**
 * When a round's timer starts (R5): by the first keyed statement of the round; by an `amend_request`, which gives
 * each member one turn as proposer, n rounds from the one it names, because the first proposer may be down; by a
 * notarised value that waits to be carried, for it may be decided already; with q < n by the freeze, as the seal is due.
 *
 * One member alone can start a timer with a statement or a request, and so use up round after round. With q < n the
 * second half of a slot's rounds is therefore started by pending values and by the freeze only.
 */
function startOf(
  frame: SlotFrame,
  slot: SlotTally,
  round: number,
  openedAt: Instant,
  basis: Basis,
): RoundStart | undefined {
  const { charter, slot: number, wants, at } = frame;
  const starts: RoundStart[] = [];
  const sealed = releaseBy(charter.n, charter.q) === 'seal';
  if (!sealed || round < RESERVED_FROM) {
    const first = roundOf(slot, round).statements[0];
    if (first) starts.push({ at: first.heldAt, because: 'statement', ballot: first.ballot.id });
    for (const want of liveWants(wants, charter, number, round))
      starts.push({ at: want.heldAt, because: 'request', ballot: undefined });
  }
  if (basis.carried.length > 0) starts.push({ at: openedAt, because: 'pending', ballot: undefined });
  if (sealed) starts.push({ at: freezeOf(charter, at), because: 'freeze', ballot: undefined });
  return starts
    .map((start) => ({ ...start, at: Math.max(start.at, openedAt) as Instant }))
    .sort(
      (left, right) => left.at - right.at || REASONS.indexOf(left.because) - REASONS.indexOf(right.because),
    )[0];
}

/** Requests of members that hold in a round: each gives every member one turn from the round that it names. */
export function liveWants(
  wants: readonly Want[],
  { roster, n }: Pick<CharterInForce, 'roster' | 'n'>,
  slot: number,
  round: number,
): readonly Want[] {
  return wants.filter(
    (want) => want.slot === slot && want.round <= round && round < want.round + n && roster.includes(want.by),
  );
}

const REASONS: readonly StartReason[] = ['statement', 'request', 'pending', 'freeze'];
