/**
 * Where a case stands → the appointments in a calendar: the instant in force, and one tentative event for every
 * proposal. A proposal under vote is another event with its own UID, so the old one stays CONFIRMED until the vote is
 * over; then the one in force moves under its old UID with the next SEQUENCE, and the proposal's is cancelled.
 * @see SCHEDULING §13
 */
import type { CaseId } from '../../../node/core/ids.js';
import type { Instant } from '../../../node/core/time.js';
import { eventUid } from './lines.js';
import type { Appointment } from './write.js';

/** One proposed instant; a slot may see several. */
export interface ProposedInstant {
  readonly slot: number;
  readonly at: Instant;
  readonly inputHash?: Appointment['inputHash'];
}

export interface SettlementCalendar {
  readonly caseId: CaseId;
  readonly at: Instant;
  /** How many amendments were decided: the SEQUENCE of the event in force. */
  readonly epoch: number;
  /** The embargo is over without publication at this instant, or the case was closed. */
  readonly ended: boolean;
  /** Under vote now. */
  readonly open: readonly ProposedInstant[];
  /** Decided, one way or the other: their tentative events go. */
  readonly over: readonly ProposedInstant[];
  /** Members that all events share. */
  readonly shared: Pick<Appointment, 'node' | 'stampedAt'> &
    Partial<Pick<Appointment, 'publicId' | 'organizer' | 'attendee' | 'tzdb' | 'freeze' | 'drill'>>;
}

/** The event in force first, then the proposals by slot and instant, each UID once. */
export function appointmentsOf(calendar: SettlementCalendar): readonly Appointment[] {
  const { caseId, at, epoch, ended, open, over } = calendar;
  const uid = settledUid(caseId);
  // A case without a public id still has a name that tells nothing.
  const shared = { ...calendar.shared, publicId: calendar.shared.publicId ?? `case-${uid.slice(0, 8)}` };
  const inForce: Appointment = {
    ...shared,
    uid,
    sequence: ended ? epoch + 1 : epoch,
    standing: ended ? 'ended' : 'in_force',
    at,
  };
  const { freeze: _freeze, ...bare } = shared;
  const proposals = new Map<string, Appointment>();
  const enter = (one: ProposedInstant, standing: 'proposed' | 'ended') => {
    const own = eventUid('proposal', caseId, String(one.slot), String(one.at));
    const hash = one.inputHash === undefined ? {} : { inputHash: one.inputHash };
    proposals.set(own, {
      ...bare,
      ...hash,
      uid: own,
      sequence: standing === 'ended' ? 1 : 0,
      standing,
      at: one.at,
    });
  };
  const inOrder = (all: readonly ProposedInstant[]) =>
    all.toSorted((left, right) => left.slot - right.slot || left.at - right.at);
  for (const one of inOrder(open)) enter(one, ended ? 'ended' : 'proposed');
  for (const one of inOrder(over)) enter(one, 'ended');
  return [inForce, ...proposals.values()];
}

/** UID of the event in force: the same in the public tree and in every export. */
export function settledUid(caseId: CaseId): string {
  return eventUid('event', caseId);
}
