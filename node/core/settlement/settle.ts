/**
 * From the tally to the chain of decided slots (R5 to R7): the epoch, its instant, whether it is sealed, and the
 * slot that is open.
 */
import type { Hash } from '../bytes.js';
import type { BallotId, NodeId } from '../ids.js';
import { LIMITS } from '../limits.js';
import type { Instant } from '../time.js';
import type { SettlementValue } from './ballot.js';
import { type CharterInForce, charterInForce } from './charter.js';
import { type Docket, heldOf } from './docket.js';
import { type OpenRound, openRound } from './rounds.js';
import { rosterAfter } from './seats.js';
import { type Quorum, type SlotTally, type Spelled, spokenIn, tallySlot } from './tally.js';
import { SEAL_HASH } from './value.js';

/** One decided slot. */
export interface Decision {
  readonly slot: number;
  readonly round: number;
  readonly value: SettlementValue;
  /** When this node first held the certificate. */
  readonly completeAt: Instant;
  /** The q commits of one round. */
  readonly commits: readonly BallotId[];
  /** A proposal that spells the value out; a seal needs none. */
  readonly proposal: BallotId | undefined;
  /** Who decided it: the roster of this slot, and how many of it were needed. */
  readonly roster: readonly NodeId[];
  readonly q: number;
}

export interface OpenSlot {
  readonly slot: number;
  readonly openedAt: Instant;
  readonly tally: SlotTally;
  /** `undefined` once the rounds of the slot are used up. */
  readonly open: OpenRound | undefined;
}

/**
 * What keeps the chain from growing although commits are there: q of them for a value that no proposal spells
 * out yet, or two certificates in one slot, which prove that more than fS members lie.
 */
export type SettlementTrouble = 'VALUE_UNKNOWN' | 'TWO_FINALS';

export interface Standing {
  /** With the roster of the open slot; once sealed, that of the last one. */
  readonly charter: CharterInForce;
  /** e: how many amendments were decided. */
  readonly epoch: number;
  /** T_e. */
  readonly at: Instant;
  readonly sealed: boolean;
  /** Slot by slot, from 1. */
  readonly decisions: readonly Decision[];
  /** Slot e + 1; `undefined` once sealed. */
  readonly open: OpenSlot | undefined;
  readonly trouble: SettlementTrouble | undefined;
}

/** Derives where a case stands. @returns `undefined` while no charter is in force. */
export function standingOf(docket: Docket): Standing | undefined {
  const { ballots, wants, self } = docket;
  const known = derived.get(ballots);
  const holds = known?.self === self && known.size === ballots.size && sameWants(known.wants, wants);
  if (known !== undefined && holds) return known.standing;
  const standing = derive(docket);
  derived.set(ballots, { self, wants, size: ballots.size, standing });
  return standing;
}

/**
 * A pool never changes, and one step asks a dozen times where it stands: moves, relays, duties, alarms, the next
 * tick. Nothing else of a docket counts here, least of all the time.
 */
const derived = new WeakMap<
  Docket['ballots'],
  Pick<Docket, 'self' | 'wants'> & { readonly size: number; readonly standing: Standing | undefined }
>();

function sameWants(left: Docket['wants'], right: Docket['wants']): boolean {
  return left.length === right.length && left.every((want, place) => want === right[place]);
}

function derive(docket: Docket): Standing | undefined {
  const charter = charterInForce(docket);
  return charter && standingUnder(docket, charter);
}

/** Where a case stands under a charter that need not bind this node: for a centre that was invited. */
export function standingUnder(docket: Docket, first: CharterInForce): Standing {
  const slots = spokenIn(docket.ballots, first.id);
  const decisions: Decision[] = [];
  let charter = first;
  let at = charter.terms.defaultInstant;
  let openedAt = charter.completeAt;
  for (let slot = 1; ; slot++) {
    const rounds = tallySlot(slots.get(slot) ?? [], charter).filter(
      ({ round }) => round < LIMITS.roundsPerSlot.most,
    );
    const decided = decide(slot, rounds, charter);
    if (decided === undefined || typeof decided === 'string') {
      const open = openRound({ charter, slot, openedAt, at, wants: docket.wants }, rounds);
      return {
        charter,
        epoch: slot - 1,
        at,
        sealed: false,
        decisions,
        open: { slot, openedAt, tally: rounds, open },
        trouble: decided,
      };
    }
    decisions.push(decided);
    if (decided.value.kind === 'seal')
      return { charter, epoch: slot - 1, at, sealed: true, decisions, open: undefined, trouble: undefined };
    if (decided.value.kind === 'amend') at = decided.value.at;
    // What does not fit changes nothing, here and at everybody: correct members vote for no such value.
    else charter = { ...charter, ...rosterAfter(charter.terms, charter, decided.value.change, slot) };
    // A certificate may have been held before the slot opened here; time in this node's view goes forward only.
    openedAt = Math.max(openedAt, decided.completeAt) as Instant;
  }
}

/** The value behind a hash, from any proposal of the slot; its hash vouches for it, whoever said it. */
export function spelledOut(slot: SlotTally, hash: Hash | undefined): Spelled | undefined {
  if (hash === undefined) return undefined;
  if (hash === SEAL_HASH) return SEAL;
  return slot.find(({ spelled }) => spelled.has(hash))?.spelled.get(hash);
}

const SEAL: Spelled = { value: { kind: 'seal' }, proposal: undefined };

/** The present roster with the charter; cheap where no change of seats was ever proposed. */
export function charterNow(docket: Docket): CharterInForce | undefined {
  const charter = charterInForce(docket);
  const changes = heldOf(docket.ballots, 'propose').some(({ ballot }) => ballot.body.value.kind === 'change');
  return charter && changes ? standingOf(docket)?.charter : charter;
}

/** Who has a voice in a slot. @returns `undefined` for a slot behind the open one: its roster is not known yet. */
export function rosterAt(
  { decisions, charter, open }: Standing,
  slot: number,
): readonly NodeId[] | undefined {
  return decisions[slot - 1]?.roster ?? (slot === open?.slot ? charter.roster : undefined);
}

function decide(
  slot: number,
  rounds: SlotTally,
  { roster, q }: CharterInForce,
): Decision | SettlementTrouble | undefined {
  const finals = rounds.flatMap(({ round, finals: found }) => found.map((final) => ({ round, final })));
  const [first] = finals;
  if (!first) return undefined;
  if (finals.some(({ final }) => final.value !== first.final.value)) return 'TWO_FINALS';
  const known = spelledOut(rounds, first.final.value);
  return known ? { ...decisionOf(slot, first.round, first.final, known), roster, q } : 'VALUE_UNKNOWN';
}

function decisionOf(
  slot: number,
  round: number,
  final: Quorum,
  known: Spelled,
): Omit<Decision, 'roster' | 'q'> {
  return { slot, round, ...known, completeAt: final.completeAt, commits: final.ballots };
}
