/**
 * The documents that are made from tables in the code. What is written by hand here is only what stands around
 * the tables (of docs/PROTOCOL.md only the tables are made); `test/docs.test.ts` compares the checked-in pages.
 */
import type { NounRow, VerbRow } from '../../node/cli/command.js';
import { EXITS, type Exit, exitOf } from '../../node/cli/exits.js';
import { NOUNS } from '../../node/cli/table.js';
import { type FaultCode, MEANINGS } from '../../node/core/fault.js';
import { CHARTER_LIMITS, LIMITS } from '../../node/core/limits.js';
import { conformancePage } from './conformance.js';
import { protocolPage } from './protocol.js';
import { charterRows, RETRIES, sayAmount, table } from './table.js';

/** Made pages by their path from the root of the project: the whole text, with a line end at the end. */
export const PAGES: Readonly<Record<string, () => string>> = {
  'docs/ERRORS.md': errorsPage,
  'docs/LIMITS.md': limitsPage,
  'docs/COMMANDS.md': commandsPage,
  'docs/PROTOCOL.md': protocolPage,
  'docs/CONFORMANCE.md': conformancePage,
};

function errorsPage(): string {
  const rows = (Object.keys(MEANINGS) as FaultCode[]).map((code) => {
    const { says, retry } = MEANINGS[code];
    return [`\`${code}\``, says, RETRIES[retry], String(exitOf(code))];
  });
  return page(
    'Errors',
    'node/core/fault.ts',
    [
      'A refusal is a code and, where it helps, a place: `where` (a field, file role or id), `held`, `offered`, `most`',
      '(numbers in the unit of the code). It never carries text of a case. Codes stay within a major version, sentences',
      'may change. The same codes stand in `--json` output as `{"fault": …}`, in the journal, and on the wire.',
      '',
      '_Again?_ says whether the same thing may be tried again; _exit_ is the exit status of a command that ends so.',
    ],
    table(['code', 'meaning', 'again?', 'exit'], rows),
  );
}

function limitsPage(): string {
  const rows = Object.entries(LIMITS).map(([name, limit]) => [
    `\`${name}\``,
    `${sayAmount(limit)}`,
    limit.because,
  ]);
  return page(
    'Limits',
    'node/core/limits.ts',
    [
      'Every bound of the house. They guard a node against its peers, its files and itself, and always hold; what is over',
      'one is refused by name, usually with `LIMIT_EXCEEDED` or the `_OVERSIZE` and `_FULL` codes of [ERRORS](ERRORS.md).',
    ],
    [
      ...table(['name', 'most', 'because'], rows),
      '',
      '## What a charter may ask for',
      '',
      'The members of a case agree on these lengths in its charter; one outside its bounds is refused with the name of the',
      'field (`CHARTER_INVALID`). A roster has 1 to 10 centres; the quorum lies between that of the table and all of them.',
      '',
      ...table(['length', 'least', 'most', 'usual', 'because'], charterRows(CHARTER_LIMITS)),
    ],
  );
}

function commandsPage(): string {
  const exits = (Object.keys(EXITS) as unknown as Exit[]).map((status) => [String(status), EXITS[status]]);
  return page(
    'Commands',
    'node/cli/table.ts and node/cli/exits.ts',
    [
      'Every command takes `--home DIR` (else `ISOCHRON_HOME`, else `~/.isochron`), `--json` (one JSON document on',
      'standard output, stable within a major version) and `--officer NAME` (who gives the order, for the record).',
      'Orders need the running node; what only looks also works on a resting one. Peers are named by name, node id or',
      'a unique beginning of it, cases by id, a unique beginning of it, or a public id. An instant is RFC 3339 in UTC.',
    ],
    [...NOUNS.flatMap(nounLines), '## Exit status', '', ...table(['status', 'meaning'], exits)],
  );
}

function nounLines({ noun, says, verbs }: NounRow): readonly string[] {
  return [`## ${noun}`, '', `${says}.`, '', ...verbs.flatMap((verb) => verbLines(noun, verb))];
}

function verbLines(noun: string, { verb, takes, says, options }: VerbRow): readonly string[] {
  const usage = [noun, verb, takes].filter((word) => word !== '').join(' ');
  const rows = options.map(([flags, meaning, needed]) => [
    `\`${flags}\``,
    needed === 'needed' ? `${meaning} (needed)` : meaning,
  ]);
  return [
    `\`isochron ${usage}\`: ${says}.`,
    '',
    ...(rows.length > 0 ? [...table(['option', 'meaning'], rows), ''] : []),
  ];
}

function page(title: string, source: string, before: readonly string[], after: readonly string[]): string {
  const made = `Made from ${source} by \`npm run make\`; never edited by hand.`;
  return `${[`# ${title}`, '', made, '', ...before, '', ...after].join('\n').trimEnd()}\n`;
}
