/**
 * A case's part of the settlement: what the settlement room needs to know of it. DESIGN §7 decides; this file
 * only hands things over.
 */
import { clockReading } from '../clocks.js';
import { type Outcome, ok, refuse } from '../fault.js';
import type { NodeId } from '../ids.js';
import { hasAnswered, hasRestored } from '../life.js';
import type { CharterInForce } from '../settlement/charter.js';
import { type BallotOf, type Docket, heldOf } from '../settlement/docket.js';
import { probationOf } from '../settlement/probation.js';
import { charterNow, standingOf } from '../settlement/settle.js';
import type { Around } from '../settlement/standing-fact.js';
import { suspectsOf } from '../settlement/suspects.js';
import type { Twin } from '../settlement/twins.js';
import type { State } from '../state.js';
import type { Instant } from '../time.js';
import type { Case } from './case.js';

/** What this node knows of the settlement of one case at an instant, with what the whole house adds to it. */
export function docketOf(state: State, held: Case, now: Instant): Docket {
  const docket = {
    ...ownDocket(state.self.node, held, now),
    clock: clockReading(state, now),
    twins: twinCases(state, held).map((twin) => twinOf(state, held, twin, now)),
  };
  if (state.life.incarnation === 0) return docket;
  const charter = charterNow(docket);
  const roster = charter?.roster ?? namedIn(held);
  const { mutedBy, heldBy } = probationOf(docket.self, roster, charter?.q ?? roster.length, {
    answered: (member) => hasAnswered(state, member),
    restored: (member) => hasRestored(state, member),
  });
  const mutes = mutedBy.length > 0 ? [...docket.mutes, 'PROBATION'] : docket.mutes;
  // With q < n a release never rests on what we did not commit to, and a skip binds no more than it says.
  const isWhole = roster.every((member) => member === docket.self || hasAnswered(state, member));
  const suspects =
    charter?.q === charter?.n ? suspectsOf(docket.ballots, held.chamber.suspects, isWhole) : docket.suspects;
  return { ...docket, mutes, mutedBy, heldBy, suspects };
}

/** Whom any charter names, or the terms that our operator ordered: they may hold one that we forgot. */
function namedIn({ origin, chamber }: Case): readonly NodeId[] {
  const charters = heldOf(chamber.ballots, 'charter').map(({ ballot }) => ballot.body.terms);
  const terms = chamber.charterDraft === undefined ? charters : [...charters, chamber.charterDraft];
  return [...new Set([origin, ...terms.flatMap(({ roster }) => roster.map(({ node }) => node))])];
}

/** Cases that were merged with this one, in either direction, and are known here. */
export function twinCases({ cases, merged }: State, { id, mergedInto }: Case): readonly Case[] {
  const into = mergedInto === undefined ? undefined : cases.get(mergedInto);
  const others = [...merged]
    .flatMap((other) => cases.get(other) ?? [])
    .filter((other) => other.mergedInto === id && other.id !== mergedInto);
  return [...(into && into.id !== id ? [into] : []), ...others];
}

function twinOf(state: State, held: Case, twin: Case, now: Instant): Twin {
  const docket = ownDocket(state.self.node, twin, now);
  const published = heldOf(twin.chamber.ballots, 'published');
  return {
    caseId: twin.id,
    isOrdered: held.mergeOrdered === twin.id || twin.mergeOrdered === held.id,
    at: standingOf(docket)?.at,
    published: published.map(({ ballot }) => ({ by: ballot.author, at: ballot.body.at })),
  };
}

/** The docket of the case alone: enough to say where it stands, not whether this node may act. */
export function ownDocket(self: NodeId, held: Case, now: Instant): Docket {
  const { chamber } = held;
  return {
    self,
    caseId: held.id,
    now,
    ballots: chamber.ballots,
    wants: [...chamber.wants.values()],
    approvals: chamber.approvals,
    rejections: chamber.rejections,
    autoAccept: chamber.autoAccept,
    seatOrders: chamber.seatOrders,
    charterDraft: chamber.charterDraft,
    charterOrders: chamber.charterOrders,
    intent: chamber.intent,
    published: chamber.published,
    breachConfirmed: chamber.breachConfirmed,
    manualRelease: chamber.manualRelease,
    twins: [],
    clock: undefined,
    holds: [],
    mutes: [],
    heldBy: [],
    mutedBy: [],
    suspects: new Set(),
  };
}

/** The charter that binds this node in this case, with the present roster, if one does. */
export function charterOf(state: State, held: Case): CharterInForce | undefined {
  return charterNow(ownDocket(state.self.node, held, state.now));
}

/**
 * The charter in a case in which this node has a seat now.
 * Faults: CHARTER_ABSENT, CHARTER_ROSTER (invited and not seated yet, or no more: R12).
 */
export function seatIn(state: State, held: Case): Outcome<CharterInForce> {
  const charter = charterOf(state, held);
  if (charter === undefined) return refuse('CHARTER_ABSENT', { where: held.id });
  const { node } = state.self;
  return charter.roster.includes(node) ? ok(charter) : refuse('CHARTER_ROSTER', { where: node });
}

/** What `settlement show` needs to know besides the docket. */
export function aroundOf(state: State, held: Case): Around {
  return { lead: leadOf(state, held), openedAt: held.openedAt, begunAt: state.life.begunAt };
}

/** Who leads: the origin, unless a decision put another centre in its place. */
export function leadOf(state: State, held: Case): NodeId {
  return charterOf(state, held)?.lead ?? held.origin;
}

/**
 * Whether this node takes the lead's words from another one: from the origin, from who told us, and from everybody who
 * ever led. Who led once stays believed, so it does not matter whether the transfer or the words were heard first.
 */
export function speaksAsLead(state: State, held: Case, author: NodeId): boolean {
  if (author === held.origin || author === held.from) return true;
  return charterOf(state, held)?.leads.includes(author) === true;
}

/** The process model that the charter gives this centre; the summary's until a charter is in force. */
export function ownModel(state: State, held: Case): Case['model'] {
  const seat = charterOf(state, held)?.seats.find(({ node }) => node === state.self.node);
  return seat?.model ?? held.model;
}

/** The lead's newest charter body that is held, in force or not. */
export function newestCharter(held: Case): BallotOf<'charter'> | undefined {
  return heldOf(held.chamber.ballots, 'charter')
    .map(({ ballot }) => ballot)
    .filter(({ author }) => author === held.origin)
    .reduce<BallotOf<'charter'> | undefined>(
      (best, ballot) => (best !== undefined && best.body.version > ballot.body.version ? best : ballot),
      undefined,
    );
}

/** Everybody on the roster but this node. */
export function otherMembers(charter: CharterInForce, self: NodeId): readonly NodeId[] {
  return charter.roster.filter((node) => node !== self);
}

/** Nodes that we told the summary and that are no centres: our own vendors in this case. */
export function ownVendors(state: State, held: Case): readonly NodeId[] {
  return [...held.told.keys()].filter((node) => state.peers.get(node)?.card.role !== 'centre');
}

/** Who has or had a seat, without us: whoever holds details must hear that there is no secret any more. */
export function everybodySeated({ roster, former }: CharterInForce, self: NodeId): readonly NodeId[] {
  return [...roster, ...former].filter((node) => node !== self);
}

/** All centres of the case and our own vendors: whom a publication is told (DESIGN §5, `published`). */
export function membersAndVendors(state: State, held: Case, charter: CharterInForce): readonly NodeId[] {
  return [...everybodySeated(charter, state.self.node), ...ownVendors(state, held)];
}
