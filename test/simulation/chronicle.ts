/**
 * What really happened in a world, as nobody in it can know: which ballots exist outside their author's house, what
 * they decide together, and who published what. Written from DESIGN §7.3 and §12, not from the code under test.
 */
import type { Hash } from '../../node/core/bytes.js';
import type { BallotId, NodeId } from '../../node/core/ids.js';
import type { Ballot, CharterTerms, SettlementValue } from '../../node/core/settlement/ballot.js';
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

/** Where a chain of decisions ends. */
export interface Chain {
  readonly epoch: number;
  readonly at: Instant;
  readonly sealed: boolean;
  /** T of each epoch from 0 on. */
  readonly instants: readonly Instant[];
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

/** A world in which nothing has happened. */
export function openChronicle(): Chronicle {
  const ballots = new Map<BallotId, Ballot>();
  const values = new Map<Hash, SettlementValue>([[SEAL_HASH, { kind: 'seal' }]]);
  const voices = new Map<string, Set<NodeId>>();
  const decided = new Map<string, Decided[]>();
  const proposals: Ballot[] = [];

  const termsOf = (charter: BallotId | undefined): CharterTerms | undefined => {
    const body = charter === undefined ? undefined : ballots.get(charter)?.body;
    return body?.kind === 'charter' ? body.terms : undefined;
  };

  function decide(ballot: Ballot): readonly Decided[] {
    const { body, charter, author } = ballot;
    if (body.kind !== 'vote' && body.kind !== 'commit' && body.kind !== 'skip') return [];
    const heard = voices.get(voiceKey(ballot)) ?? new Set();
    voices.set(voiceKey(ballot), heard);
    if (heard.has(author)) return [];
    heard.add(author);
    const terms = termsOf(charter);
    if (body.kind !== 'commit' || charter === undefined || heard.size !== terms?.quorum) return [];
    const { slot, round, value } = body;
    const decision = { charter, slot, round, value };
    const key = `${charter}/${slot}`;
    decided.set(key, [...(decided.get(key) ?? []), decision]);
    return [decision];
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
    chain(charter) {
      const terms = termsOf(charter);
      if (terms === undefined) return undefined;
      const instants = [terms.defaultInstant];
      for (let slot = 1; ; slot += 1) {
        const [first] = decided.get(`${charter}/${slot}`) ?? [];
        const value = first && values.get(first.value);
        const at = instants.at(-1) as Instant;
        if (value === undefined) return { epoch: slot - 1, at, sealed: false, instants };
        if (value.kind === 'seal') return { epoch: slot - 1, at, sealed: true, instants };
        instants.push(value.at);
      }
    },
    voices: (kind, ballot) => voices.get(voiceKey(ballot, kind))?.size ?? 0,
  };
}

function voiceKey({ charter, body }: Ballot, kind: string = body.kind): string {
  if (!('slot' in body)) return '';
  const value = kind === 'skip' || !('value' in body) || typeof body.value !== 'string' ? '' : body.value;
  return `${charter}/${body.slot}/${body.round}/${kind}/${value}`;
}
