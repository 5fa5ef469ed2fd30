/** `vendor import` and `vendor export`: the contact book as files, in as many calls as a file needs. */
import { writeFile } from 'node:fs/promises';
import { type Row, readContactFile, writeContactCsv } from '../../adapters/contacts/contact-files.js';
import type { Json } from '../core/canonical.js';
import { type Outcome, ok } from '../core/fault.js';
import { LIMITS } from '../core/limits.js';
import { ask, type Document, refused } from './call.js';
import type { Cli, Options } from './command.js';
import { type Config, loadConfig } from './config.js';
import type { Exit } from './exits.js';
import { flagOption, listOption, readText, textOption } from './options.js';
import { importedLines } from './show-contacts.js';

/** So much of a file goes into one call, which is bounded. */
const CALL_CHARACTERS = LIMITS.controlBytes.most / 4;

export async function importContacts(cli: Cli, file: string, options: Options): Promise<Exit> {
  const config = await loadConfig(cli.home);
  if (!config.ok) return refused(cli, config.fault);
  const text = await readText(file, 'file');
  if (!text.ok) return refused(cli, text.fault);
  const read = readContactFile(text.value, formOf(file, textOption(options, 'as')));
  if (!read.ok) return refused(cli, read.fault);
  const { rows, unread } = read.value;
  const done = await importAll(cli, config.value, rows, {
    update: flagOption(options, 'update') === true,
    unlike: listOption(options, 'unlike') ?? [],
  });
  if (!done.ok) return refused(cli, done.fault);
  const result: Document = { ...done.value, unread: [...unread] };
  cli.print.result(result, () => importedLines(result));
  const left = unread.length + (done.value.refused as readonly Json[]).length;
  return left === 0 ? 0 : 1;
}

interface Imported {
  readonly [member: string]: Json;
  readonly added: number;
  readonly changed: number;
  readonly same: number;
  readonly kept: readonly string[];
  readonly refused: readonly { readonly [member: string]: Json; readonly row: number }[];
  readonly odd: readonly Json[];
}

async function importAll(
  cli: Cli,
  config: Config,
  rows: readonly Row[],
  how: { readonly update: boolean; readonly unlike: readonly string[] },
): Promise<Outcome<Imported>> {
  let all: Imported = { added: 0, changed: 0, same: 0, kept: [], refused: [], odd: [] };
  let first = 0;
  for (const part of parted(rows)) {
    const answered = await ask(cli, config, 'vendor import', { rows: part as unknown as Json, ...how });
    if (!answered.ok) return answered;
    const one = answered.value as unknown as Imported;
    const offset = first;
    all = {
      added: all.added + one.added,
      changed: all.changed + one.changed,
      same: all.same + one.same,
      kept: [...all.kept, ...one.kept],
      refused: [...all.refused, ...one.refused.map((fault) => ({ ...fault, row: fault.row + offset + 1 }))],
      odd: [...all.odd, ...one.odd],
    };
    first += part.length;
    if (first < rows.length) cli.print.note(`${first} of ${rows.length} contacts`);
  }
  return ok(all);
}

function parted(rows: readonly Row[]): readonly (readonly Row[])[] {
  const parts: Row[][] = [];
  let length = Number.POSITIVE_INFINITY;
  for (const row of rows) {
    const longer = JSON.stringify(row).length;
    if (length + longer > CALL_CHARACTERS) {
      parts.push([]);
      length = 0;
    }
    parts.at(-1)?.push(row);
    length += longer;
  }
  return parts;
}

export async function exportContacts(cli: Cli, file: string, options: Options): Promise<Exit> {
  const config = await loadConfig(cli.home);
  if (!config.ok) return refused(cli, config.fault);
  const answered = await ask(cli, config.value, 'vendor export', {
    all: flagOption(options, 'all') === true,
  });
  if (!answered.ok) return refused(cli, answered.fault);
  const { contacts } = answered.value as unknown as { readonly contacts: readonly Document[] };
  const form = formOf(file, textOption(options, 'as'));
  const text =
    form === 'csv'
      ? writeContactCsv(contacts)
      : form === 'json'
        ? `${JSON.stringify({ contacts }, undefined, 2)}\n`
        : contacts.map((one) => `${JSON.stringify(one)}\n`).join('');
  // Names, mailboxes and telephones of persons: for nobody but the operator.
  await writeFile(file, text, { mode: 0o600 });
  cli.print.result({ file, contacts: contacts.length }, () => [`${contacts.length} contacts are in ${file}`]);
  return 0;
}

/** By what was typed, or by the ending of the file's name. */
function formOf(file: string, typed: string | undefined): 'csv' | 'json' | 'jsonl' {
  const ending = typed ?? file.slice(file.lastIndexOf('.') + 1).toLowerCase();
  return ending === 'csv' || ending === 'jsonl' ? ending : 'json';
}
