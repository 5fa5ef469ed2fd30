/**
 * A settlement → iCalendar, one file per recipient. Never vulnerability details: the summary is made from a public
 * id and three fixed words, and there is no description (VP-16).
 *
 * A list of attendees may tell who else is in the case, so a file names one at most. A move keeps the UID and
 * raises SEQUENCE; a proposal under vote is another event with its own UID, and the old one stays CONFIRMED.
 * @see SCHEDULING §13, RFC 5545, RFC 5546
 */
import { DRILL_MARK } from '../../../node/core/advisory.js';
import type { Hash } from '../../../node/core/bytes.js';
import { type Outcome, ok, refuse } from '../../../node/core/fault.js';
import { HOUR, type Instant, MINUTE, type Millis } from '../../../node/core/time.js';
import type { Written } from '../format.js';
import { writeSecond } from '../second.js';
import { contentLines, escapeText } from './lines.js';

/** Where the instant stands: under vote, in force, or ended without one. */
export type Standing = 'proposed' | 'in_force' | 'ended';

export type Answer = 'none' | 'seen' | 'accepted' | 'declined';

export interface Appointment {
  /** A random id kept for this event, never the case id: UUID in lower case. */
  readonly uid: string;
  /** Name of the node after the `@`: a host name. */
  readonly node: string;
  /** From 0; raised by every change of the same event. */
  readonly sequence: number;
  /** A public id of the case, such as `VU#000007`. */
  readonly publicId: string;
  readonly standing: Standing;
  readonly at: Instant;
  readonly stampedAt: Instant;
  /** Mail address of the centre. */
  readonly organizer?: string;
  /** The one recipient of this file. */
  readonly attendee?: { readonly mail: string; readonly answer: Answer };
  /** `inputHash` of the problem document that the instant was computed from. */
  readonly inputHash?: Hash;
  /** Version of the zone tables, such as `2026c`. */
  readonly tzdb?: string;
  /** How long before the instant nothing moves any more; becomes an alarm. Whole minutes. */
  readonly freeze?: Millis;
  readonly drill?: boolean;
}

const STATUS: Readonly<Record<Standing, string>> = {
  proposed: 'TENTATIVE',
  in_force: 'CONFIRMED',
  ended: 'CANCELLED',
};

const METHOD: Readonly<Record<Standing, string>> = {
  proposed: 'REQUEST',
  in_force: 'REQUEST',
  ended: 'CANCEL',
};

const PARTSTAT: Readonly<Record<Answer, string>> = {
  none: 'NEEDS-ACTION',
  seen: 'TENTATIVE',
  accepted: 'ACCEPTED',
  declined: 'DECLINED',
};

/**
 * Writes the event. It has no length: no DTEND, since an instant is none.
 *
 * Faults: `FORMAT_CONTRADICTION` with the field whose text has no place in a calendar: such a text could close the
 * line and open another.
 */
export function writeAppointment(appointment: Appointment): Outcome<Written> {
  const wrong = wrongField(appointment);
  if (wrong !== undefined) return refuse('FORMAT_CONTRADICTION', { where: wrong });
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Isochron//SCHED-1//EN',
    `METHOD:${METHOD[appointment.standing]}`,
    'BEGIN:VEVENT',
    `UID:${appointment.uid}@${appointment.node}`,
    `SEQUENCE:${appointment.sequence}`,
    `DTSTAMP:${basic(appointment.stampedAt)}`,
    `DTSTART:${basic(appointment.at)}`,
    `SUMMARY:${escapeText(summary(appointment))}`,
    `STATUS:${STATUS[appointment.standing]}`,
    'CLASS:CONFIDENTIAL',
    'TRANSP:TRANSPARENT',
    'CATEGORIES:EMBARGO',
    ...people(appointment),
    ...(appointment.inputHash === undefined ? [] : [`X-ISOCHRON-INPUT-SHA256:${appointment.inputHash}`]),
    ...(appointment.tzdb === undefined ? [] : [`X-ISOCHRON-TZDB:${escapeText(appointment.tzdb)}`]),
    ...alarm(appointment),
    'END:VEVENT',
    'END:VCALENDAR',
  ];
  return ok({
    text: contentLines(lines),
    fileName: `${appointment.uid}.ics`,
    mediaType: 'text/calendar; charset=utf-8',
    losses: [],
  });
}

function summary({ publicId, drill }: Appointment): string {
  return `${drill ? `${DRILL_MARK}: ` : ''}${publicId} embargo expiration`;
}

function people({ organizer, attendee }: Appointment): string[] {
  const lines = organizer === undefined ? [] : [`ORGANIZER:mailto:${organizer}`];
  if (attendee === undefined) return lines;
  const partstat = PARTSTAT[attendee.answer];
  return [...lines, `ATTENDEE;ROLE=OPT-PARTICIPANT;PARTSTAT=${partstat};RSVP=TRUE:mailto:${attendee.mail}`];
}

function alarm({ freeze, standing }: Appointment): string[] {
  if (freeze === undefined || standing === 'ended') return [];
  // Hours and minutes: a day is nominal in iCalendar and has 23 hours once a year.
  const hours = Math.floor(freeze / HOUR);
  const minutes = (freeze % HOUR) / MINUTE;
  const length = `${hours > 0 ? `${hours}H` : ''}${minutes > 0 ? `${minutes}M` : ''}` || '0M';
  return [
    'BEGIN:VALARM',
    'ACTION:DISPLAY',
    'DESCRIPTION:Freeze window starts',
    `TRIGGER:-PT${length}`,
    'END:VALARM',
  ];
}

/** `2027-04-14T00:00:00Z` → `20270414T000000Z`. */
function basic(at: Instant): string {
  return writeSecond(at).replace(/[-:]/g, '');
}

const UID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const HOST = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/i;
const MAIL = /^[^\s@"<>():;,\\[\]]{1,64}@[a-z0-9.-]{1,255}$/i;
const NAME = /^[\p{L}\p{N}#:._+-]{1,80}$/u;

function wrongField(appointment: Appointment): string | undefined {
  const { uid, node, sequence, publicId, organizer, attendee, tzdb, freeze } = appointment;
  if (!UID.test(uid)) return 'uid';
  if (!HOST.test(node)) return 'node';
  if (!Number.isSafeInteger(sequence) || sequence < 0) return 'sequence';
  // A public id is one word. A title in its place would carry what no calendar may hold.
  if (!NAME.test(publicId)) return 'publicId';
  if (organizer !== undefined && !MAIL.test(organizer)) return 'organizer';
  if (attendee !== undefined && !MAIL.test(attendee.mail)) return 'attendee';
  if (tzdb !== undefined && !NAME.test(tzdb)) return 'tzdb';
  if (freeze !== undefined && !(freeze >= 0 && freeze % MINUTE === 0)) return 'freeze';
  return undefined;
}
