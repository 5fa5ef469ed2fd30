/** Orders that bear on the one instant: charter, constraint, approval, breach, release by hand (DESIGN §7). */
import type { Effect } from '../effect.js';
import { type Outcome, ok, refuse, unreachable } from '../fault.js';
import type { NodeId } from '../ids.js';
import { isCentre, verifiedPeer } from '../registry/peers.js';
import { readFragment } from '../schedule/merge.js';
import type { CharterOrder } from '../settlement/docket.js';
import { checkTerms } from '../settlement/terms.js';
import type { State } from '../state.js';
import type { Order } from '../statement.js';
import type { Instant } from '../time.js';
import { type Case, withEntry } from './case.js';
import { charterOf, docketOf, everybodySeated, newestCharter, otherMembers, seatIn } from './chamber.js';
import { type Heard, quiet, tell } from './heard.js';
import { withChamber } from './settle-words.js';

export type SettlingOrder = Extract<
  Order,
  {
    readonly act:
      | 'charter_propose'
      | 'charter_sign'
      | 'charter_refuse'
      | 'constrain'
      | 'approve'
      | 'reject'
      | 'auto_accept'
      | 'breach_report'
      | 'breach_confirm'
      | 'manual_release';
  }
>;

/**
 * @param by the officer who gave the order.
 * @param at when it was given.
 * Faults: CASE_MEMBER, CHARTER_INVALID, CHARTER_ABSENT, CHARTER_ROSTER, PEER_*, CONSTRAINT_INVALID, NODE_PROBATION.
 */
export function obeySettling(
  state: State,
  held: Case,
  by: string,
  at: Instant,
  order: SettlingOrder,
): Outcome<Heard> {
  const self = state.self.node;
  switch (order.act) {
    case 'charter_propose': {
      if (held.origin !== self) return refuse('CASE_MEMBER', { where: self });
      const terms = checkTerms(order.terms);
      if (!terms.ok) return terms;
      const known = allVerified(
        state,
        order.terms.roster.map(({ node }) => node),
      );
      if (!known.ok) return known;
      return ok(quiet(withChamber(held, { charterDraft: order.terms })));
    }
    case 'charter_sign':
    case 'charter_refuse': {
      const offered = newestCharter(held);
      if (offered === undefined) return refuse('CHARTER_ABSENT', { where: held.id });
      const roster = offered.body.terms.roster.map(({ node }) => node);
      if (!roster.includes(self)) return refuse('CHARTER_ROSTER', { where: self });
      if (order.act === 'charter_refuse')
        return ok(
          quiet(withCharterOrder(held, { order: 'refuse', charter: offered.id, reason: order.reason })),
        );
      // Who signs must be able to verify every other member by itself (DESIGN §1).
      const known = allVerified(state, roster);
      if (!known.ok) return known;
      return ok(quiet(withCharterOrder(held, { order: 'sign', charter: offered.id })));
    }
    case 'constrain': {
      const seat = seatIn(state, held);
      if (!seat.ok) return seat;
      const charter = seat.value;
      // A constraint is keyed like a vote: one may be with the others already that we forgot (R9).
      const { mutedBy } = docketOf(state, held, at);
      if (mutedBy.length > 0) return refuse('NODE_PROBATION', { where: mutedBy[0] ?? '' });
      const fragment = readFragment(order.fragment);
      if (!fragment.ok) return fragment;
      const sequence = ownConstraints(held, self);
      const body = { kind: 'constraint', sequence, fragment: order.fragment } as const;
      return ok({ held, effects: [cast(held, charter.id, body, otherMembers(charter, self), self)] });
    }
    case 'approve':
      return ok(quiet(withChamber(held, { approvals: withEntry(held.chamber.approvals, order.at, at) })));
    case 'reject':
      return ok(quiet(withChamber(held, { rejections: withEntry(held.chamber.rejections, order.at, at) })));
    case 'auto_accept':
      return ok(quiet(withChamber(held, { autoAccept: order.on, policy: 'case' })));
    case 'breach_report': {
      const charter = charterOf(state, held);
      // A vendor that sees a breach tells its centre; a centre tells the roster.
      if (charter === undefined)
        return ok({
          held,
          effects: [tell(held, held.from, { kind: 'exploit_public', evidence: order.evidence })],
        });
      const { evidence, seenAt } = order;
      return ok({
        held,
        effects: [
          cast(held, charter.id, { kind: 'leak', evidence, seenAt }, everybodySeated(charter, self), self),
        ],
      });
    }
    case 'breach_confirm':
      return ok(quiet(withChamber(held, { breachConfirmed: true })));
    case 'manual_release': {
      // What is told to everybody has a reason in it (R8).
      if (order.reason.trim() === '') return refuse('STATEMENT_FIELD', { where: 'reason' });
      const charter = charterOf(state, held);
      if (charter === undefined) return refuse('CHARTER_ABSENT', { where: held.id });
      const { reason } = order;
      return ok({
        held: withChamber(held, { manualRelease: { officer: by, reason } }),
        effects: [
          cast(
            held,
            charter.id,
            { kind: 'manual_release', officer: by, reason },
            everybodySeated(charter, self),
            self,
          ),
        ],
      });
    }
    default:
      return unreachable(order);
  }
}

function ownConstraints(held: Case, self: NodeId): number {
  return [...held.chamber.ballots.values()].filter(
    ({ ballot }) => ballot.author === self && ballot.body.kind === 'constraint',
  ).length;
}

type CastBody = Extract<Effect, { kind: 'cast' }>['draft']['body'];

/** One body to everybody of `to` but ourselves; where nobody else is, to the home feed. */
export function cast(
  held: Case,
  charter: CastDraft['charter'],
  body: CastBody,
  to: readonly NodeId[],
  self: NodeId,
): Effect {
  return { kind: 'cast', draft: { caseId: held.id, charter, body }, tlp: held.tlp, to: orSelf(to, self) };
}
type CastDraft = Extract<Effect, { kind: 'cast' }>['draft'];

/** A roster of one speaks to its home feed, so that its words are facts like any other's. */
export function orSelf(to: readonly NodeId[], self: NodeId): readonly NodeId[] {
  return to.length === 0 ? [self] : to;
}

/** Whether each of these is a centre whose card was verified. Faults: PEER_*, CHARTER_INVALID. */
export function allVerified(state: State, nodes: readonly NodeId[]): Outcome<true> {
  for (const node of nodes) {
    if (node === state.self.node) continue;
    const peer = verifiedPeer(state, node);
    if (!peer.ok) return peer;
    if (!isCentre(peer.value)) return refuse('CHARTER_INVALID', { where: node });
  }
  return ok(true);
}

function withCharterOrder(held: Case, order: CharterOrder): Case {
  return withChamber(held, { charterOrders: [...held.chamber.charterOrders, order] });
}
