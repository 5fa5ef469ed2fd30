/** `inbox`: what came in and awaits an answer. */
import { type Document, perform } from '../call.js';
import type { Commands } from '../command.js';
import { table } from '../print.js';
import { reportsLines } from '../show-report.js';
import { sayTime } from '../times.js';

export const COMMANDS: Commands = { '': (cli) => perform(cli, 'inbox list', {}, lines) };

function lines(result: Document, zone: string): readonly string[] {
  const { waiting, reports } = result as unknown as {
    readonly waiting: readonly {
      readonly case: string;
      readonly title: string;
      readonly kind: string;
      readonly from: { readonly name: string };
      readonly since: string;
      readonly until: string | null;
      readonly answer: string;
    }[];
    readonly reports: readonly unknown[];
  };
  const reported = reports.length === 0 ? [] : reportsLines(result, zone);
  if (waiting.length === 0 && reports.length > 0) return reported;
  if (waiting.length === 0) return ['nothing awaits an answer'];
  const answers = table([
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
  return reported.length === 0 ? answers : [...answers, '', ...reported];
}
