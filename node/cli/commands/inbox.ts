/** `inbox`: what came in and awaits an answer. */
import { type Document, perform } from '../call.js';
import type { Commands } from '../command.js';
import { table } from '../print.js';
import { registrationsLines } from '../show-contacts.js';
import { reportsLines } from '../show-report.js';
import { sayTime } from '../times.js';

interface Waiting {
  readonly case: string;
  readonly title: string;
  readonly kind: string;
  readonly from: { readonly name: string };
  readonly since: string;
  readonly until: string | null;
  readonly answer: string;
}

export const COMMANDS: Commands = { '': (cli) => perform(cli, 'inbox list', {}, lines) };

function lines(result: Document, zone: string): readonly string[] {
  const { waiting, reports, registrations } = result as unknown as {
    readonly waiting: readonly Waiting[];
    readonly reports: readonly unknown[];
    readonly registrations: readonly unknown[];
  };
  const parts = [
    waiting.length === 0 ? [] : answersLines(waiting, zone),
    reports.length === 0 ? [] : reportsLines(result, zone),
    registrations.length === 0 ? [] : registrationsLines(result, zone),
  ].filter((part) => part.length > 0);
  if (parts.length === 0) return ['nothing awaits an answer'];
  return parts.flatMap((part, at) => (at === 0 ? part : ['', ...part]));
}

function answersLines(waiting: readonly Waiting[], zone: string): readonly string[] {
  return table([
    ['SINCE', 'WHAT', 'FROM', 'CASE', 'UNTIL', 'ANSWER WITH'],
    ...waiting.map((one) => [
      sayTime(one.since, zone),
      one.kind,
      one.from.name,
      `${one.case.slice(0, 8)} ${one.title}`,
      sayTime(one.until, zone),
      `isochron ${one.answer}`,
    ]),
  ]);
}
