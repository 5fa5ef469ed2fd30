/**
 * Where a case stands → the appointments in a calendar: the instant in force, and one tentative event for every
 * proposal. A proposal under vote is another event with its own UID, so the old one stays CONFIRMED until the vote is
 * over; then the one in force moves under its old UID with the next SEQUENCE, and the proposal's is cancelled.
 * @see SCHEDULING §13
 */
import type { CaseId } from '../../../node/core/ids.js';
import { type Instant, MINUTE } from '../../../node/core/time.js';
import { eventUid } from './lines.js';
import type { Appointment } from './write.js';

/** One proposed instant; a slot may see several. */
export interface ProposedEvent {
  readonly slot: number;
  readonly at: Instant;
  readonly inputHash?: Appointment['inputHash'];
  /** How often its event changed: odd when it is over. A proposal that failed may come back in a later round. */
  readonly changes: number;
  /** Decided, or it cannot be decided any more: its event goes. */
  readonly over: boolean;
}

export interface SettlementCalendar {
  readonly caseId: CaseId;
  readonly at: Instant;
  /** How many amendments were decided: the SEQUENCE of the event in force. */
  readonly epoch: number;
  /** The embargo is over without publication at this instant, or the case was closed. */
  readonly ended: boolean;
  /** `inputHash` of the document that the instant in force was computed from; absent for that of the charter. */
  readonly inputHash?: Appointment['inputHash'];
  readonly proposed: readonly ProposedEvent[];
  /** Members that all events share. */
  readonly shared: Pick<Appointment, 'node' | 'stampedAt'> &
    Partial<Pick<Appointment, 'publicId' | 'organizer' | 'attendee' | 'tzdb' | 'freeze' | 'drill'>>;
}

/** The event in force first, then the proposals by slot and instant. */
export function appointmentsOf(calendar: SettlementCalendar): readonly Appointment[] {
  const { caseId, at, epoch, ended, inputHash, proposed } = calendar;
  const uid = settledUid(caseId);
  const { freeze } = calendar.shared;
  const shared = {
    ...calendar.shared,
    // A case without a public id still has a name that tells nothing.
    publicId: calendar.shared.publicId ?? `case-${uid.slice(0, 8)}`,
    // A charter counts in milliseconds, an alarm in minutes: rather early than late.
    ...(freeze === undefined ? {} : { freeze: Math.ceil(freeze / MINUTE) * MINUTE }),
  };
  const inForce: Appointment = {
    ...shared,
    ...(inputHash === undefined ? {} : { inputHash }),
    uid,
    sequence: ended ? epoch + 1 : epoch,
    standing: ended ? 'ended' : 'in_force',
    at,
  };
  // Nothing is frozen for a time that is only proposed, and its document may name other zone tables.
  const { freeze: _freeze, tzdb: _tzdb, ...bare } = shared;
  const proposals = proposed
    .toSorted((left, right) => left.slot - right.slot || left.at - right.at)
    .map((one): Appointment => {
      const gone = ended || one.over;
      return {
        ...bare,
        ...(one.inputHash === undefined ? {} : { inputHash: one.inputHash }),
        uid: eventUid('proposal', caseId, String(one.slot), String(one.at)),
        // A calendar ignores what does not raise SEQUENCE.
        sequence: one.changes + (gone && !one.over ? 1 : 0),
        standing: gone ? 'ended' : 'proposed',
        at: one.at,
      };
    });
  return [inForce, ...proposals];
}

/** UID of the event in force: the same in the public tree and in every export. */
export function settledUid(caseId: CaseId): string {
  return eventUid('event', caseId);
}
