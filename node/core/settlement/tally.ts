/**
 * Counting: which values were notarised, which rounds are null, which values are final (DESIGN §7.3).
 *
 * **What a liar's second statement counts for.** Under one key a correct member says one thing. A liar may vote for
 * v to one half and for w to the other. Counting only whichever came first would make the count hang on the order of
 * arrival: a node that first heard w would refuse to see a Notar, or even a certificate, that others and every vendor
 * can verify, and could be left behind in its round for ever by one liar. So a statement counts for the value it
 * names, once per author and value, whatever else its author said. That is safe because every promise rests on the
 * members two quorums share: 2q − n = fS + 1, of which one is correct and said one thing only (DESIGN §7.5). The
 * conflicting pair itself is evidence (`evidence.ts`). The count thus only grows with the pool and needs no order.
 */
import { byText, type Hash } from '../bytes.js';
import type { BallotId, NodeId } from '../ids.js';
import type { Instant } from '../time.js';
import type { SettlementValue } from './ballot.js';
import { byArrival, type Docket, type Held, type HeldBallot, heldOf } from './docket.js';
import { valueHash } from './value.js';

/** q statements that agree, of q members. */
export interface Quorum {
  /** H(v); absent for a null round. */
  readonly value: Hash | undefined;
  /** When this node first held the q-th of them. */
  readonly completeAt: Instant;
  /** The q first held, by arrival, so that what is relayed stays the same as more come in. */
  readonly ballots: readonly BallotId[];
}

export interface RoundTally {
  readonly round: number;
  /** By arrival; of any author on the roster, whoever should have proposed. */
  readonly proposals: readonly Held<'propose'>[];
  /** H(v) → v, for every value that a proposal of the round spells out. */
  readonly spelled: ReadonlyMap<Hash, Spelled>;
  /** Notar(s, r, ·), by hash. More than one proves that more than fS members lie. */
  readonly notars: readonly Quorum[];
  /** Final(s, r, ·), by hash. */
  readonly finals: readonly Quorum[];
  /** Null(s, r). */
  readonly nulled: Quorum | undefined;
  /** Every keyed statement of the round, by arrival. */
  readonly statements: readonly HeldBallot[];
}

/** A value and the first held proposal that spells it out; a seal needs none. */
export interface Spelled {
  readonly value: SettlementValue;
  readonly proposal: BallotId | undefined;
}

/** Rounds of one slot that anybody spoke in, ascending. */
export type SlotTally = readonly RoundTally[];

type Keyed = Held<'propose'> | Held<'vote'> | Held<'commit'> | Held<'skip'>;

/** Keyed statements of one case under one charter: slot → by arrival, of anybody. */
export type Spoken = ReadonlyMap<number, readonly Keyed[]>;

/** Sorts what was said into slots; slots without statements under this charter are absent. */
export function spokenIn(pool: Docket['ballots'], charter: BallotId): Spoken {
  const slots = new Map<number, Keyed[]>();
  for (const held of keyedOf(pool)) {
    if (held.ballot.charter !== charter) continue;
    const { slot } = held.ballot.body;
    const statements = slots.get(slot) ?? [];
    slots.set(slot, statements);
    statements.push(held);
  }
  return slots;
}

/**
 * Counts one slot. Only its own roster has a voice in it (R12).
 * @param statements by arrival.
 */
export function tallySlot(
  statements: readonly Keyed[],
  { roster, q }: { readonly roster: readonly NodeId[]; readonly q: number },
): SlotTally {
  const rounds = new Map<number, Keyed[]>();
  for (const held of statements) {
    const { author, body } = held.ballot;
    if (!roster.includes(author)) continue;
    const spoken = rounds.get(body.round) ?? [];
    rounds.set(body.round, spoken);
    spoken.push(held);
  }
  return [...rounds]
    .sort(([left], [right]) => left - right)
    .map(([round, spoken]) => tallyRound(round, spoken, q));
}

/** The tally of one round, empty where nobody spoke. */
export function roundOf(slot: SlotTally, round: number): RoundTally {
  return slot.find((held) => held.round === round) ?? { ...SILENT, round };
}

const SILENT: Omit<RoundTally, 'round'> = {
  proposals: [],
  spelled: new Map(),
  notars: [],
  finals: [],
  nulled: undefined,
  statements: [],
};

function keyedOf(pool: Docket['ballots']): readonly Keyed[] {
  return [
    ...heldOf(pool, 'propose'),
    ...heldOf(pool, 'vote'),
    ...heldOf(pool, 'commit'),
    ...heldOf(pool, 'skip'),
  ].sort(byArrival);
}

/** @param statements by arrival. */
function tallyRound(round: number, statements: readonly Keyed[], q: number): RoundTally {
  const votes = new Map<Hash, HeldBallot[]>();
  const commits = new Map<Hash, HeldBallot[]>();
  const skips: HeldBallot[] = [];
  const proposals: Held<'propose'>[] = [];
  const spelled = new Map<Hash, Spelled>();
  for (const held of statements) {
    if (isOf(held, 'propose')) {
      const { id, body } = held.ballot;
      const hash = valueHash(body.value);
      proposals.push(held);
      if (!spelled.has(hash)) spelled.set(hash, { value: body.value, proposal: id });
    } else if (isOf(held, 'vote')) addOnce(listFor(votes, held.ballot.body.value), held);
    else if (isOf(held, 'commit')) addOnce(listFor(commits, held.ballot.body.value), held);
    else addOnce(skips, held);
  }
  return {
    round,
    proposals,
    spelled,
    notars: quorums(votes, q),
    finals: quorums(commits, q),
    nulled: quorum(undefined, skips, q),
    statements,
  };
}

function isOf<Kind extends Keyed['ballot']['body']['kind']>(
  held: Keyed,
  kind: Kind,
): held is Held<Kind> & Keyed {
  return held.ballot.body.kind === kind;
}

function listFor(lists: Map<Hash, HeldBallot[]>, value: Hash): HeldBallot[] {
  const list = lists.get(value) ?? [];
  lists.set(value, list);
  return list;
}

/** One member has one voice for one value, however often it says so. */
function addOnce(list: HeldBallot[], held: HeldBallot): void {
  if (!list.some(({ ballot }) => ballot.author === held.ballot.author)) list.push(held);
}

function quorums(lists: ReadonlyMap<Hash, readonly HeldBallot[]>, q: number): readonly Quorum[] {
  return [...lists]
    .sort(([left], [right]) => byText(left, right))
    .flatMap(([value, list]) => quorum(value, list, q) ?? []);
}

function quorum(value: Hash | undefined, list: readonly HeldBallot[], q: number): Quorum | undefined {
  const last = list[q - 1];
  if (!last) return undefined;
  return {
    value,
    completeAt: last.heldAt,
    ballots: list.slice(0, q).map(({ ballot }) => ballot.id),
  };
}
