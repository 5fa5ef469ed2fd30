/**
 * What really happened in a world, as nobody in it can know: which ballots exist outside their author's house, what
 * they decide together, and who published what. Written from DESIGN §7.3 and §12, not from the code under test.
 */
import type { Hash } from '../../node/core/bytes.js';
import type { BallotId, NodeId } from '../../node/core/ids.js';
import type { Ballot, CharterTerms, SettlementValue } from '../../node/core/settlement/ballot.js';
import { firstRoster, type Roster, rosterAfter } from '../../node/core/settlement/seats.js';
import { SEAL_HASH, valueHash } from '../../node/core/settlement/value.js';
import type { ReleaseRule } from '../../node/core/statement.js';
import type { Instant } from '../../node/core/time.js';

/** One amendment or seal that a quorum committed to in one round. */
export interface Decided {
  readonly charter: BallotId;
  readonly slot: number;
  readonly round: number;
  readonly value: Hash;
}

/** A public switch that was turned. */
export interface Publication {
  readonly node: NodeId;
  readonly epoch: number;
  readonly at: Instant;
  readonly rule: ReleaseRule;
  /** By the own clock of the one who published. */
  readonly clock: Instant;
}

/** What one epoch stands for: its instant, and who decides the slot behind it. */
export interface Epoch {
  readonly at: Instant;
  readonly seats: Roster;
}

/** Where a chain of decisions leads. */
export interface Chain {
  /** From 0 on. */
  readonly epochs: readonly Epoch[];
  readonly last: Epoch;
  readonly sealed: boolean;
}

export interface Chronicle {
  /** Adds a ballot that exists; a second time it adds nothing. @returns what is decided by it */
  exists(ballot: Ballot): readonly Decided[];
  readonly ballots: ReadonlyMap<BallotId, Ballot>;
  /** H(v) → v, from any proposal. */
  readonly values: ReadonlyMap<Hash, SettlementValue>;
  /** By `charter/slot`. */
  readonly decided: ReadonlyMap<string, readonly Decided[]>;
  readonly proposals: readonly Ballot[];
  termsOf(charter: BallotId | undefined): CharterTerms | undefined;
  /** What the decisions of a charter amount to. */
  chain(charter: BallotId): Chain | undefined;
  /** How many members said this in one round. */
  voices(kind: 'vote' | 'commit' | 'skip', ballot: Ballot): number;
  readonly publications: Publication[];
}

interface Committed {
  readonly round: number;
  readonly value: Hash;
  readonly voices: ReadonlySet<NodeId>;
}

/** A world in which nothing has happened. */
export function openChronicle(): Chronicle {
  const ballots = new Map<BallotId, Ballot>();
  const values = new Map<Hash, SettlementValue>([[SEAL_HASH, { kind: 'seal' }]]);
  const voices = new Map<string, Set<NodeId>>();
  const commits = new Map<string, Map<string, Committed>>();
  const decided = new Map<string, readonly Decided[]>();
  const proposals: Ballot[] = [];

  const termsOf = (charter: BallotId | undefined): CharterTerms | undefined => {
    const body = charter === undefined ? undefined : ballots.get(charter)?.body;
    return body?.kind === 'charter' ? body.terms : undefined;
  };

  /** What is decided in a slot and was not before, and in the slots behind it that this brings into being. */
  function decideFrom(charter: BallotId, slot: number): readonly Decided[] {
    const seats = chain(charter)?.epochs[slot - 1]?.seats;
    if (seats === undefined) return [];
    const key = `${charter}/${slot}`;
    const known = decided.get(key) ?? [];
    const fresh: Decided[] = [];
    for (const { round, value, voices: heard } of commits.get(key)?.values() ?? []) {
      if (known.some((other) => other.round === round && other.value === value)) continue;
      const count = seats.roster.filter((node) => heard.has(node)).length;
      if (count >= seats.q) fresh.push({ charter, slot, round, value });
    }
    if (fresh.length === 0) return [];
    decided.set(key, [...known, ...fresh]);
    return [...fresh, ...decideFrom(charter, slot + 1)];
  }

  function decide(ballot: Ballot): readonly Decided[] {
    const { body, charter, author } = ballot;
    if (body.kind !== 'vote' && body.kind !== 'commit' && body.kind !== 'skip') return [];
    const heard = voices.get(voiceKey(ballot)) ?? new Set();
    voices.set(voiceKey(ballot), heard);
    heard.add(author);
    if (body.kind !== 'commit' || charter === undefined) return [];
    const { slot, round, value } = body;
    const key = `${charter}/${slot}`;
    const slots = commits.get(key) ?? new Map<string, Committed>();
    commits.set(key, slots);
    slots.set(`${round}/${value}`, { round, value, voices: heard });
    return decideFrom(charter, slot);
  }

  function chain(charter: BallotId): Chain | undefined {
    const terms = termsOf(charter);
    if (terms === undefined) return undefined;
    let last: Epoch = { at: terms.defaultInstant, seats: firstRoster(terms) };
    const epochs = [last];
    for (let slot = 1; ; slot += 1) {
      const [first] = decided.get(`${charter}/${slot}`) ?? [];
      const value = first && values.get(first.value);
      if (value === undefined) return { epochs, last, sealed: false };
      if (value.kind === 'seal') return { epochs, last, sealed: true };
      const { at, seats } = last;
      const after = value.kind === 'change' ? rosterAfter(terms, seats, value.change, slot) : seats;
      last = { at: value.kind === 'amend' ? value.at : at, seats: after ?? seats };
      epochs.push(last);
    }
  }

  return {
    ballots,
    values,
    decided,
    proposals,
    publications: [],
    termsOf,
    exists(ballot) {
      if (ballots.has(ballot.id)) return [];
      ballots.set(ballot.id, ballot);
      if (ballot.body.kind === 'propose') {
        proposals.push(ballot);
        values.set(valueHash(ballot.body.value), ballot.body.value);
      }
      return decide(ballot);
    },
    chain,
    voices: (kind, ballot) => voices.get(voiceKey(ballot, kind))?.size ?? 0,
  };
}

function voiceKey({ charter, body }: Ballot, kind: string = body.kind): string {
  if (!('slot' in body)) return '';
  const value = kind === 'skip' || !('value' in body) || typeof body.value !== 'string' ? '' : body.value;
  return `${charter}/${body.slot}/${body.round}/${kind}/${value}`;
}
