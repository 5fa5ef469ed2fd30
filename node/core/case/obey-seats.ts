/** Orders about who has a seat: agreeing to a change, and joining a case that others settle (R12). */
import type { Effect } from '../effect.js';
import { type Outcome, ok, refuse } from '../fault.js';
import type { NodeId } from '../ids.js';
import type { SeatChange } from '../settlement/ballot.js';
import { charterOffered } from '../settlement/charter.js';
import { freezeOf, liveWants } from '../settlement/rounds.js';
import { rosterAfter } from '../settlement/seats.js';
import { type Standing, standingOf, standingUnder } from '../settlement/settle.js';
import { changeKey } from '../settlement/value.js';
import type { State } from '../state.js';
import type { Order } from '../statement.js';
import { after, DAY, type Instant } from '../time.js';
import { type Case, withEntry } from './case.js';
import { docketOf, leadOf, otherMembers, seatIn } from './chamber.js';
import { summaryTo } from './disclose.js';
import { type Heard, quiet, tell } from './heard.js';
import { allVerified, cast, orSelf } from './obey-settling.js';
import { withChamber } from './settle-words.js';

type SeatsOrder = Extract<Order, { readonly act: 'seat_change' | 'charter_join' }>;

/**
 * @param at when the order was given.
 * Faults: CHARTER_ABSENT, CHARTER_ROSTER, CHARTER_INVALID, PEER_*, BALLOT_SLOT, PROPOSAL_FROZEN, PROPOSAL_SEATS,
 * NODE_PROBATION.
 */
export function obeySeats(state: State, held: Case, at: Instant, order: SeatsOrder): Outcome<Heard> {
  return order.act === 'charter_join' ? join(state, held, at) : judgeWish(state, held, at, order);
}

type SeatOrder = Extract<Order, { readonly act: 'seat_change' }>;

/** An order to agree is also the wish: every member that agrees asks the others, and the lead invites who is to join. */
function judgeWish(
  state: State,
  held: Case,
  at: Instant,
  { change, agree, reason }: SeatOrder,
): Outcome<Heard> {
  const seat = seatIn(state, held);
  if (!seat.ok) return seat;
  const docket = docketOf(state, held, at);
  const standing = standingOf(docket);
  const slot = standing?.open;
  const round = slot?.open?.round;
  if (standing === undefined || slot === undefined || round === undefined)
    return refuse('BALLOT_SLOT', { where: held.id });
  const { charter } = standing;
  if (!rosterAfter(charter.terms, charter, change, slot.slot))
    return refuse('PROPOSAL_SEATS', { where: change.kind });
  const key = changeKey(change);
  const decided = withChamber(held, {
    seatOrders: withEntry(held.chamber.seatOrders, key, agree ? 'agree' : 'reject'),
  });
  if (!agree) return ok(quiet(decided));
  if (at >= freezeOf(charter, standing.at)) return refuse('PROPOSAL_FROZEN', { where: held.id });
  // Who votes for a centre must be able to verify it by itself, as with the charter (DESIGN §1).
  const known = change.kind === 'join' ? allVerified(state, [change.member.node]) : ok(true);
  if (!known.ok) return known;
  const self = state.self.node;
  const isAsked = liveWants(docket.wants, charter, slot.slot, round).some(
    (want) => want.by === self && want.change !== undefined && changeKey(want.change) === key,
  );
  const wish = { kind: 'amend_request', slot: slot.slot, round, why: reason, change } as const;
  const to = isAsked ? [] : orSelf(otherMembers(charter, self), self);
  return ok({
    held: decided,
    effects: [...summaryFor(state, held, change, at), ...to.map((node) => tell(held, node, wish))],
  });
}

/** The summary goes before the invitation, which follows from the wish of the lead. */
function summaryFor(state: State, held: Case, change: SeatChange, at: Instant): readonly Effect[] {
  if (change.kind !== 'join' || leadOf(state, held) !== state.self.node) return [];
  const { node, model } = change.member;
  if (held.told.has(node)) return [];
  return [summaryTo(state, held, node, after(at, held.replyByDays * DAY), model)];
}

/** Agrees to the charter and to the epoch that the certificates lead to; a later epoch needs another signature. */
function join(state: State, held: Case, at: Instant): Outcome<Heard> {
  const docket = docketOf(state, held, at);
  const charter = charterOffered(docket);
  if (charter === undefined) return refuse('CHARTER_ABSENT', { where: held.id });
  const standing = standingUnder(docket, charter);
  const { roster } = standing.charter;
  const self = state.self.node;
  if (roster.includes(self)) return refuse('CHARTER_ROSTER', { where: self });
  const known = allVerified(state, roster);
  if (!known.ok) return known;
  // A signature is keyed like a vote: one may be with the others already that we forgot (R9).
  if (docket.mutedBy.length > 0) return refuse('NODE_PROBATION', { where: docket.mutedBy[0] ?? '' });
  if (hasJoined(docket.self, held, standing)) return ok(quiet(held));
  const body = { kind: 'charter_join', epoch: standing.epoch } as const;
  return ok({ held, effects: [cast(held, charter.id, body, roster, self)] });
}

function hasJoined(self: NodeId, held: Case, { charter, epoch }: Standing): boolean {
  return [...held.chamber.ballots.values()].some(
    ({ ballot: { author, charter: under, body } }) =>
      author === self && under === charter.id && body.kind === 'charter_join' && body.epoch === epoch,
  );
}
