/**
 * The ballots that prove a settlement to anybody (R6, R13): charter, all its signatures, and for each slot q commits
 * of one round with a proposal that spells the value out. Each slot is counted with the roster that the slots before
 * it left (R12).
 *
 * The verifier is written from the definition and shares no counting with `tally.ts`: a vendor runs it, and the two
 * must agree (they are compared in the tests).
 */
import { byText, type Hash } from '../bytes.js';
import { type Outcome, ok, refuse, unreachable } from '../fault.js';
import type { BallotId, CaseId, NodeId } from '../ids.js';
import { LIMITS } from '../limits.js';
import type { Instant } from '../time.js';
import type { Ballot, CharterTerms, SettlementValue } from './ballot.js';
import type { BallotOf, Docket } from './docket.js';
import { firstRoster, type Roster, rosterAfter } from './seats.js';
import type { Standing } from './settle.js';
import { checkTerms } from './terms.js';
import { SEAL_HASH, valueHash } from './value.js';

/** What a certificate proves. */
export interface Settled {
  readonly caseId: CaseId;
  readonly charter: BallotId;
  readonly terms: CharterTerms;
  readonly epoch: number;
  readonly at: Instant;
  /** Of the document that the instant was computed from; absent for that of the charter. */
  readonly inputHash: Hash | undefined;
  /** The slots have ended: no amendment can follow. */
  readonly sealed: boolean;
  /** Who has a seat now, and who leads. */
  readonly seats: Roster;
}

/**
 * Everything that proves where a case stands: charter, signatures, then slot by slot.
 * @returns ballots as they were signed; `verifyCertificate(proofOf(docket, standing))` gives the standing.
 */
export function proofOf(docket: Docket, standing: Standing): readonly Ballot[] {
  const { charter, decisions } = standing;
  const pool = [...docket.ballots.values()].map(({ ballot }) => ballot);
  const signatures = charter.terms.roster.flatMap(({ node: member }) =>
    pool
      .filter(({ author, charter: under, body }) => {
        const isHere = author === member && under === charter.id;
        return isHere && body.kind === 'charter_sign' && body.version === charter.version;
      })
      .sort((left, right) => byText(left.id, right.id))
      .slice(0, 1),
  );
  const slots = decisions.flatMap(({ proposal, commits }) => [...(proposal ? [proposal] : []), ...commits]);
  const named = [charter.id, ...slots].flatMap((id) => docket.ballots.get(id)?.ballot ?? []);
  return [...named.slice(0, 1), ...signatures, ...named.slice(1)];
}

/**
 * Verifies a certificate from nothing but its ballots, whose signatures held when they were opened.
 * @param proof any order; every ballot must belong to the proof.
 * Faults: CERTIFICATE_INVALID, `where` names what is missing or too much.
 */
export function verifyCertificate(proof: readonly Ballot[]): Outcome<Settled> {
  const charters = proof.filter((ballot): ballot is BallotOf<'charter'> => ballot.body.kind === 'charter');
  const [charter] = charters;
  if (!charter || charters.length > 1) return wrong('charter');
  const { terms, version } = charter.body;
  if (!checkTerms(terms).ok || charter.author !== terms.lead) return wrong('charter');
  const roster = terms.roster.map(({ node }) => node);
  for (const ballot of proof) {
    if (ballot.caseId !== charter.caseId) return wrong('case');
    if (ballot !== charter && ballot.charter !== charter.id) return wrong('charter');
    if (!('slot' in ballot.body) && !roster.includes(ballot.author)) return wrong('roster');
  }
  const signers = authorsOf(proof, (body) => body.kind === 'charter_sign' && body.version === version);
  if (roster.some((member) => !signers.has(member))) return wrong('charter_sign');
  return followSlots(proof, {
    caseId: charter.caseId,
    charter: charter.id,
    terms,
    epoch: 0,
    at: terms.defaultInstant,
    inputHash: undefined,
    sealed: false,
    seats: firstRoster(terms),
  });
}

/** From slot 1 on, as far as commits go; nothing may be left over behind the last decided slot. */
function followSlots(proof: readonly Ballot[], charter: Settled): Outcome<Settled> {
  let settled = charter;
  for (let slot = 1; ; slot++) {
    const { roster, q } = settled.seats;
    const here = proof.filter(({ body }) => 'slot' in body && body.slot === slot);
    if (here.some(({ author }) => !roster.includes(author))) return wrong('roster', slot);
    const commits = here.filter(({ body }) => body.kind === 'commit');
    if (commits.length === 0) return isSpent(proof, slot) ? ok(settled) : wrong('slot', slot);
    const value = decidedBy(commits, q);
    if (value === undefined || settled.sealed) return wrong('commit', slot);
    if (value === SEAL_HASH) {
      settled = { ...settled, sealed: true };
      continue;
    }
    const spelled = spelledIn(here, value);
    if (spelled === undefined) return wrong('propose', slot);
    settled = { ...settled, ...outcomeOf(settled, slot, spelled), epoch: slot };
  }
}

/** The one value that q members committed in one round. */
function decidedBy(commits: readonly Ballot[], quorum: number): Hash | undefined {
  const decided = new Set<Hash>();
  for (const { body } of commits) {
    if (body.kind !== 'commit' || body.round >= LIMITS.roundsPerSlot.most) continue;
    const { round, value } = body;
    const authors = authorsOf(
      commits,
      (other) => other.kind === 'commit' && other.round === round && other.value === value,
    );
    if (authors.size >= quorum) decided.add(value);
  }
  const [value] = decided;
  return decided.size === 1 ? value : undefined;
}

function spelledIn(slot: readonly Ballot[], value: Hash): SettlementValue | undefined {
  for (const { body } of slot)
    if (body.kind === 'propose' && valueHash(body.value) === value) return body.value;
  return undefined;
}

/** Another instant, or other seats from the next slot on; a change that does not fit changes nothing. */
function outcomeOf(
  { terms, seats }: Settled,
  slot: number,
  value: SettlementValue,
): Partial<Pick<Settled, 'at' | 'inputHash' | 'seats'>> {
  switch (value.kind) {
    case 'amend':
      return { at: value.at, inputHash: value.inputHash };
    case 'change':
      return { seats: rosterAfter(terms, seats, value.change, slot) ?? seats };
    case 'seal':
      return {};
    default:
      return unreachable(value);
  }
}

/** No keyed ballot stands at or behind this slot. */
function isSpent(proof: readonly Ballot[], slot: number): boolean {
  return proof.every(({ body }) => !('slot' in body) || body.slot < slot);
}

function authorsOf(ballots: readonly Ballot[], fits: (body: Ballot['body']) => boolean): ReadonlySet<NodeId> {
  return new Set(ballots.filter(({ body }) => fits(body)).map(({ author }) => author));
}

function wrong(where: string, slot?: number): Outcome<never> {
  return refuse('CERTIFICATE_INVALID', slot === undefined ? { where } : { where, held: slot });
}
