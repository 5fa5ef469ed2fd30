/**
 * What the tests of the settlement are made of: members, charters, unsigned ballots, a docket, and a solver so
 * simple that a reader can do it by hand.
 */
import { sha256 } from '../../../node/core/bytes.js';
import { canonical, type Json } from '../../../node/core/canonical.js';
import { ok, refuse } from '../../../node/core/fault.js';
import { type BallotId, type CaseId, caseId, type NodeId, nodeId } from '../../../node/core/ids.js';
import type { Ballot, BallotBody, CharterTerms } from '../../../node/core/settlement/ballot.js';
import type { BallotOf, Docket, HeldBallot } from '../../../node/core/settlement/docket.js';
import type { Solve } from '../../../node/core/settlement/judge.js';
import { quorumOf } from '../../../node/core/settlement/quorum.js';
import { onGridFrom } from '../../../node/core/settlement/terms.js';
import { snapshotHash } from '../../../node/core/settlement/value.js';
import { DAY, HOUR, type Instant, readInstant, SECOND } from '../../../node/core/time.js';

export function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('absent');
  return value;
}

export const CASE: CaseId = must(caseId('0b9f4c0e-6a55-4b1c-9d0e-3f6a1f2f7a10'));
export const START: Instant = must(readInstant('2027-03-01T00:00:00Z'));

export function later(millis: number, from: Instant = START): Instant {
  return (from + millis) as Instant;
}

export function days(count: number): Instant {
  return later(count * DAY);
}

/** Node 0 is the lead; slot 1, round 0 is proposed by node 1 (or 0 when alone). */
export function nodes(n: number): readonly NodeId[] {
  return Array.from({ length: n }, (_, at) => must(nodeId(String(at).repeat(40))));
}

export function termsFor(n: number, changes: Partial<CharterTerms> = {}): CharterTerms {
  return {
    roster: nodes(n).map((node) => ({ node, model: 2 })),
    lead: must(nodes(n)[0]),
    defaultInstant: days(20),
    quorum: quorumOf(n),
    freezeMs: 72 * HOUR,
    roundMs: 2 * HOUR,
    skewMs: 60 * SECOND,
    window: { notBefore: days(4), notAfter: days(60) },
    horizonEnd: days(90),
    objective: 'minimax',
    tables: '{}',
    solver: 'SCHED/1',
    ...changes,
  };
}

/** A ballot as if opened; its signature is not looked at in this room. */
export function ballotOf(
  author: NodeId,
  charter: BallotId | undefined,
  body: BallotBody,
  incarnation = 1,
): Ballot {
  const bytes = new TextEncoder().encode(
    canonical({ author, incarnation, caseId: CASE, charter: charter ?? '', body } as unknown as Json),
  );
  const signed = { bytes, signature: new Uint8Array() };
  return { id: sha256(bytes), author, incarnation, caseId: CASE, charter, body, signed };
}

/** A charter with all its signatures. */
export function formed(terms: CharterTerms): { readonly id: BallotId; readonly ballots: readonly Ballot[] } {
  const charter = ballotOf(terms.lead, undefined, { kind: 'charter', version: 1, terms });
  const signatures = terms.roster.map(({ node }) =>
    ballotOf(node, charter.id, { kind: 'charter_sign', version: 1 }),
  );
  return { id: charter.id, ballots: [charter, ...signatures] };
}

export function poolOf(
  ballots: readonly Ballot[],
  heldAt: Instant = START,
): ReadonlyMap<BallotId, HeldBallot> {
  return new Map(ballots.map((ballot) => [ballot.id, { ballot, heldAt }]));
}

export function docketOf(self: NodeId, changes: Partial<Docket> = {}): Docket {
  return {
    self,
    caseId: CASE,
    now: START,
    ballots: new Map(),
    wants: [],
    approvals: new Map(),
    rejections: new Map(),
    autoAccept: true,
    seatOrders: new Map(),
    charterDraft: undefined,
    charterOrders: [],
    intent: undefined,
    published: undefined,
    breachConfirmed: false,
    manualRelease: undefined,
    twins: [],
    clock: undefined,
    holds: [],
    mutes: [],
    heldBy: [],
    mutedBy: [],
    suspects: new Set(),
    ...changes,
  };
}

/** A fragment of the toy solver: publish not before `from`, not after `until`. */
export function windowText(from: Instant, until: Instant): string {
  return canonical({ from, until });
}

export function readWindow(text: string): { readonly from: Instant; readonly until: Instant } {
  return JSON.parse(text) as { from: Instant; until: Instant };
}

/** The earliest instant of the grid in every window, from the start of the horizon on. */
export const earliest: Solve = ({ terms, slot, preparedAt, constraints }, only) => {
  if (constraints.length === 0) return refuse('SCHEDULE_REFUSED');
  const windows = constraints.map(({ body }) => readWindow(body.fragment));
  const from = Math.max(preparedAt + terms.freezeMs + DAY, ...windows.map((window) => window.from));
  const at = only ?? onGridFrom(from);
  const until = Math.min(terms.horizonEnd - 1, ...windows.map((window) => window.until));
  if (at < from || at > until) return refuse('SCHEDULE_INFEASIBLE');
  const ids = constraints.map(({ id }) => id).sort();
  return ok({ at, inputHash: sha256(canonical([slot, preparedAt, ids])) });
};

/** What `author` would propose with these constraints, as the toy solver has it. */
export function amendment(
  author: NodeId,
  charter: BallotId,
  terms: CharterTerms,
  constraints: readonly Ballot[],
  place: { readonly slot: number; readonly round: number; readonly preparedAt: Instant },
): BallotOf<'propose'> {
  const answer = earliest({
    caseId: CASE,
    terms,
    roster: terms.roster.map(({ node }) => node),
    slot: place.slot,
    preparedAt: place.preparedAt,
    constraints: constraints as readonly BallotOf<'constraint'>[],
  });
  if (!answer.ok) throw new Error(answer.fault.code);
  const snapshot = constraints.map(({ id }) => id).sort();
  const value = { kind: 'amend', ...answer.value, snapshot: snapshotHash(snapshot) } as const;
  return ballotOf(author, charter, { kind: 'propose', ...place, value, snapshot }) as BallotOf<'propose'>;
}
