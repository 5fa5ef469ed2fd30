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

interface News {
  readonly case: string;
  readonly title: string;
  readonly kind: string;
  readonly from: { readonly name: string };
  readonly at: string;
  readonly says: string;
  readonly see: string;
}

/** A mail on a letter to a reporter. */
interface Answered {
  readonly report: string;
  readonly title: string;
  readonly at: string;
  readonly see: string;
}

/** So many lines of news are shown; `--json` has all of the week. */
const SHOWN = 20;

export const COMMANDS: Commands = { '': (cli) => perform(cli, 'inbox list', {}, lines) };

function lines(result: Document, zone: string): readonly string[] {
  const { waiting, reports, registrations, answers, news } = result as unknown as {
    readonly waiting: readonly Waiting[];
    readonly reports: readonly unknown[];
    readonly registrations: readonly unknown[];
    readonly answers: readonly Answered[];
    readonly news: readonly News[];
  };
  const parts = [
    waiting.length === 0 ? [] : answersLines(waiting, zone),
    reports.length === 0 ? [] : reportsLines(result, zone),
    registrations.length === 0 ? [] : registrationsLines(result, zone),
    answers.length === 0 ? [] : answeredLines(answers, zone),
    news.length === 0 ? [] : newsLines(news, zone),
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

function answeredLines(answers: readonly Answered[], zone: string): readonly string[] {
  return table([
    ['CAME', 'NEWS', 'REPORT', 'SEE'],
    ...answers
      .slice(0, SHOWN)
      .map((one) => [
        sayTime(one.at, zone),
        'answer of a reporter',
        `${one.report.slice(0, 8)} ${one.title}`,
        `isochron ${one.see}`,
      ]),
  ]);
}

/** What came in and awaits nothing. */
function newsLines(news: readonly News[], zone: string): readonly string[] {
  return [
    ...table([
      ['SAID', 'NEWS', 'FROM', 'CASE', 'SEE'],
      ...news
        .slice(0, SHOWN)
        .map((one) => [
          sayTime(one.at, zone),
          [one.kind, one.says].filter(Boolean).join(' '),
          one.from.name,
          `${one.case.slice(0, 8)} ${one.title}`,
          `isochron ${one.see}`,
        ]),
    ]),
    ...(news.length > SHOWN ? [`and ${news.length - SHOWN} more of the last seven days`] : []),
  ];
}
