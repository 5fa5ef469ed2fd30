/**
 * A case's part of the settlement: what the settlement room needs to know of it. DESIGN §7 decides; this file
 * only hands things over.
 */
import type { NodeId } from '../ids.js';
import { type CharterInForce, charterInForce as inForce } from '../settlement/charter.js';
import { type BallotOf, type Docket, heldOf } from '../settlement/docket.js';
import type { State } from '../state.js';
import type { Instant } from '../time.js';
import type { Case } from './case.js';

/** What this node knows of the settlement of one case at an instant, with what the whole house adds to it. */
export function docketOf(state: State, held: Case, now: Instant): Docket {
  // Probation (R9) and clock alarms (R10) will hold and mute from here.
  return ownDocket(state.self.node, held, now);
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
    charterDraft: chamber.charterDraft,
    charterOrders: chamber.charterOrders,
    intent: chamber.intent,
    published: chamber.published,
    breachConfirmed: chamber.breachConfirmed,
    manualRelease: chamber.manualRelease,
    holds: [],
    mutes: [],
  };
}

/** The charter that binds this node in this case, if one does. */
export function charterOf(state: State, held: Case): CharterInForce | undefined {
  return inForce(docketOf(state, held, state.now));
}

/** The process model that the charter gives this centre; the summary's until a charter is in force. */
export function ownModel(state: State, held: Case): Case['model'] {
  const seat = charterOf(state, held)?.terms.roster.find(({ node }) => node === state.self.node);
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

/** The roster without us, and our own vendors: whom a publication is told (DESIGN §5, `published`). */
export function membersAndVendors(state: State, held: Case, charter: CharterInForce): readonly NodeId[] {
  return [...otherMembers(charter, state.self.node), ...ownVendors(state, held)];
}
