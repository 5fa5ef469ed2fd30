/**
 * What comes back on a note to a reporter: its answer, or the note itself from a mail server. A note has a token of its
 * own (docs/decisions/0055), and whoever repeats it answers that note; who wrote is not read from the mail, and nothing
 * of it counts as anybody's word: it is shown with the report, and an officer decides what it means.
 */
import type { Hash } from '../bytes.js';
import type { FaultCode } from '../fault.js';
import type { ReportId } from '../ids.js';
import { put } from '../layered-map.js';
import { LIMITS } from '../limits.js';
import { type LetterToken, noteToken } from '../mail/address.js';
import type { State } from '../state.js';
import type { Instant } from '../time.js';
import type { Report } from './report.js';

/** Entries of the home feed that this file hears. */
export type NoteBody =
  | {
      readonly kind: 'note_answered';
      readonly report: ReportId;
      /** Which letter of the report, from 0. */
      readonly note: number;
      /** SHA-256 of the mail; the mail itself stays in the mailbox. */
      readonly reply: Hash;
      readonly encrypted: boolean;
      /** Why nobody can say who signed it, or why it could not be read; absent where somebody whom we know signed. */
      readonly code: FaultCode | undefined;
      readonly text: string;
    }
  /** A mail server gave it back (RFC 3464). */
  | {
      readonly kind: 'note_returned';
      readonly report: ReportId;
      readonly note: number;
      readonly status: string;
    };

/** Which note a token names; that of one that was sent and is not put down yet as well. */
export function noteOf(
  { reports }: State,
  token: LetterToken,
): { readonly report: Report; readonly note: number } | undefined {
  for (const report of reports.values())
    for (let note = 0; note <= report.letters.length; note += 1)
      if (noteToken(report.id, note) === token) return { report, note };
  return undefined;
}

/** Is there room for another answer? What is over the bound stays in the mailbox and nowhere else. */
export function takesAnswer({ answers }: Report, reply: Hash): boolean {
  return answers.length < LIMITS.reportAnswers.most && answers.every((one) => one.reply !== reply);
}

/** What is reported twice changes nothing the second time. */
export function hearNote(state: State, body: NoteBody, at: Instant): State {
  const held = state.reports.get(body.report);
  if (held === undefined) return state;
  if (body.kind === 'note_returned') {
    if (held.returned.has(body.note)) return state;
    const returned = new Map(held.returned).set(body.note, { at, status: body.status });
    return withReport(state, { ...held, returned });
  }
  if (!takesAnswer(held, body.reply)) return state;
  const { kind: _, report: __, ...answer } = body;
  return withReport(state, { ...held, answers: [...held.answers, { ...answer, at }] });
}

function withReport(state: State, report: Report): State {
  return { ...state, reports: put(state.reports, report.id, report) };
}
