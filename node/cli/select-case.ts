/** `case select` from files: no node, no home, nothing that could be told anybody. */
import { readCaseFile, readContacts, readHistory } from '../../adapters/contacts/selection-files.js';
import { openLikeCases } from '../../adapters/search/like-cases.js';
import { type Outcome, ok } from '../core/fault.js';
import { PAST_CASES } from '../core/selection/contact.js';
import { sayProposal } from '../core/selection/say.js';
import { openBook, type Selection, select } from '../core/selection/select.js';
import { type Document, refused } from './call.js';
import type { Cli, Options } from './command.js';
import type { Exit } from './exits.js';
import { fileOption, flagOption, listOption, textOption } from './options.js';
import { selectionLines } from './show-selection.js';

/** Later than every note: a case without a date is one of today. */
const TODAY = '9999';

/** The options `--from`, `--registry`, `--history`, `--many`, `--group`. */
export async function selectFromFiles(cli: Cli, options: Options): Promise<Exit> {
  const answered = await answer(cli, options);
  if (!answered.ok) return refused(cli, answered.fault);
  const { vendors, hints } = answered.value;
  const result: Document = { vendors: vendors.map(sayProposal), hints: hints.map(sayProposal) };
  cli.print.result(result, () => selectionLines(result));
  return 0;
}

async function answer(cli: Cli, options: Options): Promise<Outcome<Selection>> {
  const from = await fileOption(options, 'from');
  if (!from.ok) return from;
  const given = readCaseFile(from.value ?? '');
  if (!given.ok) return given;
  const registry = await named(options, 'registry', 'ISOCHRON_CONTACTS');
  if (!registry.ok) return registry;
  const history = await named(options, 'history', 'ISOCHRON_HISTORY');
  if (!history.ok) return history;
  const contacts = readContacts(registry.value ?? '');
  const notes = readHistory(history.value ?? '');
  for (const [file, { unread }] of [
    ['registry', contacts],
    ['history', notes],
  ] as const)
    if (unread.length > 0)
      cli.print.note(`${file}: ${unread.length} lines could not be read, the first is line ${unread[0]}`);
  const { text: typed, at } = given.value;
  const text = flagOption(options, 'many') === true ? { ...typed, isMany: true } : typed;
  const past = notes.read.length === 0 ? [] : openLikeCases(notes.read).find(text, at ?? TODAY, PAST_CASES);
  return ok(select(openBook(contacts.read), text, past, listOption(options, 'group') ?? []));
}

/** A file by its option, or else by the variable of the environment that names it. */
function named(options: Options, option: string, variable: string): Promise<Outcome<string | undefined>> {
  const path = textOption(options, option) ?? process.env[variable];
  return fileOption(path === undefined ? {} : { [option]: path }, option);
}
