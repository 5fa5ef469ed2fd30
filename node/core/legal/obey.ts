/** Orders about duties to report and about delays: what an officer enters becomes part of the case (FORMATS §8). */
import { mayBeTold } from '../case/authority.js';
import type { Case } from '../case/case.js';
import { type Heard, quiet, tell } from '../case/heard.js';
import type { Effect } from '../effect.js';
import { type Outcome, ok, refuse, unreachable } from '../fault.js';
import type { NodeId } from '../ids.js';
import { LIMITS } from '../limits.js';
import { isCentre, verifiedPeer } from '../registry/peers.js';
import type { State } from '../state.js';
import type { Order } from '../statement.js';
import type { Instant } from '../time.js';
import { checkDelay, type DelayRecord, delayId } from './delay.js';
import type { LegalDuty } from './facts.js';

type LegalOrder = Extract<
  Order,
  { readonly act: 'legal_enter' | 'legal_demand' | 'legal_notice' | 'delay_record' }
>;

/**
 * @param at when the order was given.
 * Faults: LEGAL_UNKNOWN, LEGAL_SENT, LEGAL_TIME, DELAY_INCOMPLETE, DELAY_UNKNOWN, CASE_FULL, CASE_MEMBER,
 * CASE_UNTOLD, PEER_*.
 */
export function obeyLegal(
  state: State,
  held: Case,
  by: string,
  at: Instant,
  order: LegalOrder,
): Outcome<Heard> {
  switch (order.act) {
    case 'legal_enter': {
      const { manufacturer, facts } = order;
      if (facts.awareAt > at) return refuse('LEGAL_TIME', { where: 'awareAt' });
      const known = held.legal.get(manufacturer);
      if (known === undefined && held.legal.size >= LIMITS.listEntries.most)
        return refuse('CASE_FULL', { most: LIMITS.listEntries.most });
      const before = known ?? { manufacturer, facts, notices: [], demands: [] };
      return ok(quiet(withDuty(held, { ...before, facts })));
    }
    case 'legal_demand': {
      const duty = held.legal.get(order.manufacturer);
      if (duty === undefined) return refuse('LEGAL_UNKNOWN', { where: held.id });
      if (order.demand.dueAt <= order.demand.askedAt) return refuse('LEGAL_TIME', { where: 'dueAt' });
      return ok(quiet(withDuty(held, { ...duty, demands: [...duty.demands, order.demand] })));
    }
    case 'legal_notice': {
      const duty = held.legal.get(order.manufacturer);
      if (duty === undefined) return refuse('LEGAL_UNKNOWN', { where: held.id });
      const { stage, sentAt, reference } = order.notice;
      if (sentAt > at) return refuse('LEGAL_TIME', { where: 'sentAt' });
      const sent = duty.notices.filter((one) => one.stage === stage).length;
      const wanted = stage === 'intermediate' ? duty.demands.length : 1;
      if (sent >= wanted) return refuse('LEGAL_SENT', { where: stage });
      return ok(
        quiet(withDuty(held, { ...duty, notices: [...duty.notices, { stage, sentAt, reference, by }] })),
      );
    }
    case 'delay_record':
      return record(state, held, at, order.record, order.to);
    default:
      return unreachable(order);
  }
}

/** A delay is entered, and said to the centres that the officer names. */
function record(
  state: State,
  held: Case,
  at: Instant,
  entry: DelayRecord,
  to: readonly NodeId[],
): Outcome<Heard> {
  const self = state.self.node;
  if (state.self.role !== 'centre') return refuse('CASE_MEMBER', { where: self });
  const checked = checkDelay(held.delays, self, entry);
  if (!checked.ok) return checked;
  const effects: Effect[] = [];
  for (const node of to) {
    const peer = verifiedPeer(state, node);
    if (!peer.ok) return peer;
    if (!isCentre(peer.value)) return refuse('CASE_MEMBER', { where: node });
    if (!mayBeTold(state, held, node)) return refuse('CASE_UNTOLD', { where: node });
    effects.push(tell(held, node, { kind: 'dissemination_delay', record: entry }));
  }
  return ok({ held: withDelay(held, self, at, entry), effects });
}

/** One record more; a record that is held already stays as it is. */
export function withDelay(held: Case, author: NodeId, at: Instant, record: DelayRecord): Case {
  const id = delayId(record);
  if (held.delays.has(id)) return held;
  return { ...held, delays: new Map(held.delays).set(id, { id, author, at, record }) };
}

function withDuty(held: Case, duty: LegalDuty): Case {
  return { ...held, legal: new Map(held.legal).set(duty.manufacturer, duty) };
}
