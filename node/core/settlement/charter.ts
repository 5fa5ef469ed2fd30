/**
 * How a charter comes into force (DESIGN §7.2).
 *
 * The lead proposes version k, the members sign, the lead signs last. Two complete versions would be two default
 * instants for one case. Against that stand three refusals: one member signs one body per version, who signed
 * k + 1 refuses k, and who holds k complete never signs k + 1. Should a lying lead complete both k and k + 1 from
 * signatures that it kept back, then every correct member signed k + 1 before it could see k complete, and
 * {@link charterInForce} gives all of them k + 1.
 */
import { byText } from '../bytes.js';
import { canonical, type Json } from '../canonical.js';
import { type Outcome, ok, refuse } from '../fault.js';
import type { BallotId, NodeId } from '../ids.js';
import type { Instant } from '../time.js';
import type { BallotDraft, CharterTerms } from './ballot.js';
import { type BallotOf, type Docket, heldOf, perPool } from './docket.js';
import { firstRoster, type Roster } from './seats.js';
import { checkTerms } from './terms.js';

/** The charter under which this node settles, with the roster of one slot. */
export interface CharterInForce extends Roster {
  readonly id: BallotId;
  readonly version: number;
  /** As signed; who has a seat today stands in the members of {@link Roster}. */
  readonly terms: CharterTerms;
  /** When this node first held the last signature that was missing. */
  readonly completeAt: Instant;
}

/** One valid charter body and how far it has come. */
export interface CharterStanding {
  readonly id: BallotId;
  readonly version: number;
  readonly terms: CharterTerms;
  readonly heldAt: Instant;
  /** Members of the roster, in its order. */
  readonly signed: readonly NodeId[];
  readonly missing: readonly NodeId[];
  readonly refused: readonly { readonly by: NodeId; readonly reason: string; readonly at: Instant }[];
  /** When the last signature was first held; `undefined` while one is missing. */
  readonly completeAt: Instant | undefined;
}

/** All valid charter bodies of the case, by version, then by id. */
export function charterStandings({ ballots }: Pick<Docket, 'ballots'>): readonly CharterStanding[] {
  return standingsIn(ballots);
}

const standingsIn = perPool((pool): readonly CharterStanding[] => {
  const signatures = heldOf(pool, 'charter_sign');
  const refusals = heldOf(pool, 'charter_refuse');
  return heldOf(pool, 'charter')
    .filter(({ ballot }) => isOwnedByItsLead(ballot) && checkTerms(ballot.body.terms).ok)
    .map(({ ballot, heldAt }) => {
      const { version, terms } = ballot.body;
      const roster = terms.roster.map((member) => member.node);
      const heldSince = new Map<NodeId, Instant>();
      for (const signature of signatures) {
        const { author, charter, body } = signature.ballot;
        if (charter !== ballot.id || body.version !== version) continue;
        const known = heldSince.get(author);
        if (known === undefined || signature.heldAt < known) heldSince.set(author, signature.heldAt);
      }
      const signed = roster.filter((member) => heldSince.has(member));
      const completeAt = Math.max(heldAt, ...signed.map((member) => heldSince.get(member) ?? heldAt));
      return {
        id: ballot.id,
        version,
        terms,
        heldAt,
        signed,
        missing: roster.filter((member) => !heldSince.has(member)),
        refused: refusals
          .filter((refusal) => refusal.ballot.charter === ballot.id && roster.includes(refusal.ballot.author))
          .map(({ ballot: { author, body }, heldAt: at }) => ({ by: author, reason: body.reason, at })),
        completeAt: signed.length === roster.length ? (completeAt as Instant) : undefined,
      };
    })
    .sort((left, right) => left.version - right.version || byText(left.id, right.id));
});

/**
 * The complete charter that binds this node, with its first roster: signed by itself, and not below its own newest
 * signature; or joined later (R12).
 * @returns `undefined` while there is none; then no detail may leave (GRANT_BEFORE_CHARTER).
 */
export function charterInForce({ self, ballots }: Docket): CharterInForce | undefined {
  const known = bindingIn(ballots);
  if (!known.has(self)) known.set(self, bindingOn(self, ballots));
  return known.get(self);
}

/** By whom they bind. */
const bindingIn = perPool(() => new Map<NodeId, CharterInForce | undefined>());

function bindingOn(self: NodeId, ballots: Docket['ballots']): CharterInForce | undefined {
  const newest = newestSignature({ self, ballots });
  const joined = heldOf(ballots, 'charter_join')
    .filter(({ ballot }) => ballot.author === self)
    .map(({ ballot }) => ballot.charter);
  const binds = ({ id, signed, version }: CharterStanding) =>
    (signed.includes(self) || joined.includes(id)) && version >= newest;
  return inForce(charterStandings({ ballots }).filter(binds));
}

/** The complete charter of a case that this node was invited to; it binds nobody who has not joined. */
export function charterOffered(docket: Docket): CharterInForce | undefined {
  return inForce(charterStandings(docket));
}

function inForce(standings: readonly CharterStanding[]): CharterInForce | undefined {
  const standing = standings.findLast(({ completeAt }) => completeAt !== undefined);
  if (standing?.completeAt === undefined) return undefined;
  const { id, version, terms, completeAt } = standing;
  return { id, version, terms, completeAt, ...firstRoster(terms) };
}

/**
 * May this node sign this charter body now, the order of its operator aside?
 * Faults: CHARTER_ROSTER (not by its lead, or we are not on it), CHARTER_INVALID (terms, a roster that drops a
 * member who did not refuse, or T0 in the past), CASE_WAITING (the version before it has not arrived),
 * CHARTER_SUPERSEDED (a version is complete, or we signed this one or a later one).
 */
export function judgeCharter(docket: Docket, ballot: BallotOf<'charter'>): Outcome<'sign'> {
  const { version, terms } = ballot.body;
  if (!isOwnedByItsLead(ballot)) return refuse('CHARTER_ROSTER', { where: ballot.author });
  if (!Number.isSafeInteger(version) || version < 1) return refuse('CHARTER_INVALID', { where: 'version' });
  const checked = checkTerms(terms);
  if (!checked.ok) return checked;
  if (!terms.roster.some((member) => member.node === docket.self))
    return refuse('CHARTER_ROSTER', { where: docket.self });
  if (charterStandings(docket).some(({ completeAt }) => completeAt !== undefined))
    return refuse('CHARTER_SUPERSEDED', { offered: version });
  const newest = newestSignature(docket);
  if (newest >= version) return refuse('CHARTER_SUPERSEDED', { held: newest, offered: version });
  // Coming into force after T0 would publish in the same breath.
  if (docket.now >= terms.defaultInstant) return refuse('CHARTER_INVALID', { where: 'defaultInstant' });
  return version === 1 ? ok('sign') : judgeSuccession(docket, ballot);
}

/** What this node has to say for a charter now: propose, sign, refuse. The lead signs when all others have. */
export function charterMoves(docket: Docket): readonly BallotDraft[] {
  const standings = charterStandings(docket);
  if (standings.some(({ completeAt }) => completeAt !== undefined)) return [];
  const proposal = draftCharter(docket);
  const others = docket.charterOrders.flatMap((order) => {
    const held = standings.find(({ id }) => id === order.charter);
    // Only the newest order on one body counts: the operator may think again.
    const newest = docket.charterOrders.findLast(({ charter }) => charter === order.charter);
    if (!held || newest !== order || held.terms.lead === docket.self) return [];
    return order.order === 'sign' ? signature(docket, held.id) : refusal(docket, held, order.reason);
  });
  return [...proposal, ...leadSignature(docket, standings), ...others];
}

function leadSignature(docket: Docket, standings: readonly CharterStanding[]): readonly BallotDraft[] {
  // An older own version is given up by proposing the next one.
  const newest = standings.findLast(({ terms }) => terms.lead === docket.self);
  const isLast = newest?.missing.length === 1 && newest.missing[0] === docket.self;
  return newest && isLast ? signature(docket, newest.id) : [];
}

function signature(docket: Docket, id: BallotId): readonly BallotDraft[] {
  const held = heldOf(docket.ballots, 'charter').find(({ ballot }) => ballot.id === id);
  if (!held || !judgeCharter(docket, held.ballot).ok) return [];
  const body = { kind: 'charter_sign', version: held.ballot.body.version } as const;
  return [{ caseId: docket.caseId, charter: id, body }];
}

function refusal(docket: Docket, charter: CharterStanding, reason: string): readonly BallotDraft[] {
  const { id, version, terms } = charter;
  const isMember = terms.roster.some((member) => member.node === docket.self);
  const said = heldOf(docket.ballots, 'charter_refuse').some(
    ({ ballot }) => ballot.author === docket.self && ballot.body.version === version,
  );
  if (!isMember || said || charter.signed.includes(docket.self)) return [];
  return [{ caseId: docket.caseId, charter: id, body: { kind: 'charter_refuse', version, reason } }];
}

function draftCharter(docket: Docket): readonly BallotDraft[] {
  const terms = docket.charterDraft;
  if (!terms || terms.lead !== docket.self || !checkTerms(terms).ok) return [];
  const newest = heldOf(docket.ballots, 'charter')
    .filter(({ ballot }) => ballot.author === docket.self)
    .reduce<BallotOf<'charter'> | undefined>(
      (best, { ballot }) => (best && best.body.version > ballot.body.version ? best : ballot),
      undefined,
    );
  if (newest && spelling(newest.body.terms) === spelling(terms)) return [];
  const version = (newest?.body.version ?? 0) + 1;
  if (version > 1 && !succeeds(docket, docket.self, version, terms)) return [];
  return [{ caseId: docket.caseId, charter: undefined, body: { kind: 'charter', version, terms } }];
}

/** Roster k + 1 ⊇ roster k minus signed refusals: a lead cannot drop a member in silence. */
function judgeSuccession(docket: Docket, ballot: BallotOf<'charter'>): Outcome<'sign'> {
  const { version, terms } = ballot.body;
  if (predecessors(docket, ballot.author, version).length === 0)
    return refuse('CASE_WAITING', { offered: version });
  return succeeds(docket, ballot.author, version, terms)
    ? ok('sign')
    : refuse('CHARTER_INVALID', { where: 'roster' });
}

function succeeds(docket: Docket, lead: NodeId, version: number, terms: CharterTerms): boolean {
  const present = new Set(terms.roster.map((member) => member.node));
  const refusals = heldOf(docket.ballots, 'charter_refuse');
  return predecessors(docket, lead, version).every((earlier) =>
    earlier.body.terms.roster.every(
      ({ node }) =>
        present.has(node) ||
        refusals.some(({ ballot }) => ballot.author === node && ballot.charter === earlier.id),
    ),
  );
}

/** Every body of the version before: a lead that made two of them must answer for both. */
function predecessors(docket: Docket, lead: NodeId, version: number): readonly BallotOf<'charter'>[] {
  return heldOf(docket.ballots, 'charter')
    .map(({ ballot }) => ballot)
    .filter(({ author, body }) => author === lead && body.version === version - 1);
}

/** Highest version that this node signed; 0 for none. */
function newestSignature(docket: Pick<Docket, 'self' | 'ballots'>): number {
  return heldOf(docket.ballots, 'charter_sign')
    .filter(({ ballot }) => ballot.author === docket.self)
    .reduce((highest, { ballot }) => Math.max(highest, ballot.body.version), 0);
}

function isOwnedByItsLead(ballot: BallotOf<'charter'>): boolean {
  return ballot.author === ballot.body.terms.lead;
}

function spelling(terms: CharterTerms): string {
  const { roster, window, ...rest } = terms;
  return canonical({
    ...rest,
    roster: roster.map(({ node, model }) => ({ node, model })),
    window: { ...window },
  } satisfies Json);
}
