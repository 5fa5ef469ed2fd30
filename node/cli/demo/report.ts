/** The findings of an exercise, as an operator would want to read them. */
import { homedir } from 'node:os';
import { table } from '../print.js';
import { sayTime } from '../times.js';
import type { Exercise } from './exercise.js';
import { type Findings, type Said, statusCounts, type Told } from './findings.js';

/** So many vendors are named one by one. */
const NAMED = 12;
const NAME_COLUMNS = 48;

export function reportLines(exercise: Exercise, findings: Findings): readonly string[] {
  return [
    '',
    `DRILL ${exercise.caseName}  ${findings.title}`,
    ...section('one instant', instantLines(findings)),
    ...section('who pays for it', payerLines(findings)),
    ...section('votes and certificate', decisionLines(findings)),
    ...section('who got what when, receipts in the telling centre’s logs', toldLines(exercise, findings)),
    ...section('publication', publicationLines(findings)),
    ...section('logs', logLines(findings)),
    ...section(
      'advisories, each with CSAF, calendar entry, signatures and hashes',
      findings.centres.map(({ name, page }) => `${name.padEnd(10)}  ${page.replace(homedir(), '~')}`),
    ),
  ];
}

function instantLines({ settledAt, defaultAt, centres, epoch }: Findings): readonly string[] {
  return [
    `epoch ${epoch}; by default it would have been ${sayTime(defaultAt, 'UTC')}`,
    ...table(centres.map(({ name, zone }) => [name, sayTime(settledAt, zone)])),
  ];
}

function payerLines({ payers, best, alternatives, objective }: Findings): readonly string[] {
  const paying = [...payers].sort((left, right) => right.cost - left.cost);
  const shown = paying.slice(0, NAMED);
  const rows = shown.map(({ name, role, cost, items }) => [
    cut(name),
    role,
    cost === 0 ? 'nothing' : `${cost} points`,
    items
      .filter((one) => one.cost > 0)
      .map((one) => `${spoken(one.soft)} ${one.cost}`)
      .join(', '),
  ]);
  return [
    ...table(rows),
    ...(paying.length > shown.length ? [`and ${paying.length - shown.length} more`] : []),
    `by ${objective}: level ${best.maxLevel} for the centre that is worst off, weighted sum ${best.sum}`,
    ...alternatives.map(({ at, sum, maxLevel }) => `or ${sayTime(at, 'UTC')}: level ${maxLevel}, sum ${sum}`),
  ];
}

/** Vendors who want the same are one party, and many names. */
function cut(names: string): string {
  return names.length > NAME_COLUMNS ? `${names.slice(0, NAME_COLUMNS - 1)}…` : names;
}

/** Ids that a centre made up for its vendors' wishes say nothing to anybody. */
function spoken(soft: string): string {
  return /^[0-9a-f]{16}$/.test(soft) ? 'own wish' : soft;
}

function decisionLines({ decisions, quorum }: Findings): readonly string[] {
  return decisions.flatMap(({ slot, round, at, proposedBy, votes, commits, completeAt }) => [
    `slot ${slot}, round ${round}: ${sayTime(at, 'UTC')}, proposed by ${proposedBy}`,
    `votes        ${votes.join(', ')}`,
    `certificate  ${commits.length} commits (${quorum}): ${commits.join(', ')}; complete ${sayTime(completeAt, 'UTC')}`,
  ]);
}

function toldLines(
  exercise: Exercise,
  { told, silent, vendors, noticed: verified }: Findings,
): readonly string[] {
  const rows = told.slice(0, told.length > NAMED * 2 ? NAMED : told.length);
  const counts = [...statusCounts(exercise)].map(([word, count]) => `${count} ${word}`);
  const names = silent.slice(0, NAMED);
  const more = silent.length - names.length;
  return [
    ...table([
      ['WHO', 'TOLD BY', 'SUMMARY', 'DETAILS', 'NOTICES OF THE INSTANT'],
      ...rows.map(({ name, by, summary, details, notices }) => [
        name,
        by,
        said(summary),
        said(details),
        noticed(notices),
      ]),
    ]),
    ...(told.length > rows.length ? [`and ${told.length - rows.length} more: ${receipted(told)}`] : []),
    `vendors: ${counts.join(', ')}; ${verified} of ${vendors} hold the frozen instant with its certificate, checked by their own node`,
    ...(names.length > 0
      ? [`silent and recorded as silent: ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`]
      : []),
  ];
}

function said(what: Said | undefined): string {
  if (what === undefined) return '–';
  return `${what.at.slice(5, 10)} ${what.at.slice(11, 16)}Z${what.receivedAt === null ? ' no receipt' : ' ✓'}`;
}

function noticed(notices: readonly Said[]): string {
  const newest = notices.at(-1);
  return newest === undefined ? '–' : `${notices.length}, last ${said(newest)}`;
}

function receipted(told: readonly Told[]): string {
  const all = told
    .flatMap(({ summary, details, notices }) => [summary, details, ...notices])
    .filter((one) => one !== undefined);
  return `${all.filter(({ receivedAt }) => receivedAt !== null).length} of ${all.length} disclosures receipted`;
}

function publicationLines({ centres }: Findings): readonly string[] {
  return [
    ...table(
      centres.map(({ name, publishedAt, offsetMs, rule, zone }) => [
        name,
        `${offsetMs} ms after the instant`,
        `rule ${rule}`,
        sayTime(publishedAt, zone),
      ]),
    ),
    ...centres.flatMap(({ name, alarms: [first, ...more] }) =>
      first === undefined
        ? []
        : [`alarm at ${name}: ${first}${more.length > 0 ? ` (and ${more.length} more)` : ''}`],
    ),
  ];
}

function logLines({ logs: { feeds, entries, receipts, faults } }: Findings): readonly string[] {
  const verdict = faults === 0 ? 'all verified, both copies of each feed equal' : `${faults} FAULTS`;
  return [`${feeds} feeds with ${entries} entries and ${receipts} receipts: ${verdict}`];
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return ['', `${title}:`, ...lines.map((line) => `  ${line}`)];
}
