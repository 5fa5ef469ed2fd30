/**
 * The contact book as files: CSV for spreadsheets, JSON, and JSON lines as archives have them. What is read is not
 * judged here; a row goes on as it is, and the node names what is wrong with it.
 */
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import type { Json } from '../../node/core/canonical.js';
import { type Outcome, ok, refuse } from '../../node/core/fault.js';
import { LIMITS } from '../../node/core/limits.js';
import { parseStrictJson } from '../../node/core/strict-json.js';
import { readList, readRows, writeList, writeRows } from './cells.js';
import { type Fields, isFields, readLines, textIn, textsIn } from './lines.js';

/** One row for the node: the key where the file has one, and the members of the entry. */
export interface Row {
  readonly key?: string;
  readonly entry: { readonly [member: string]: Json };
}

/** What a file holds, and which of its lines say nothing. */
export interface ContactFile {
  readonly rows: readonly Row[];
  readonly unread: readonly number[];
}

/** Columns in their order. `revision` is for people, it is not read back. */
const COLUMNS = [
  'key',
  'name',
  'aliases',
  'products',
  'keywords',
  'groups',
  'class',
  'weight',
  'zone',
  'languages',
  'cycles',
  'persons',
  'node',
  'certificate',
  'remark',
  'revision',
] as const;

type Column = (typeof COLUMNS)[number];

/** Which member of an entry a list column fills. */
const LISTS: ReadonlySet<Column> = new Set<Column>(['aliases', 'keywords', 'groups', 'languages', 'cycles']);
const TEXTS: ReadonlySet<Column> = new Set<Column>([
  'name',
  'class',
  'zone',
  'node',
  'certificate',
  'remark',
]);

/** What makes a spreadsheet take a cell for a formula, and the mark in front of it that it is none. */
const FORMULA = /^'(?=[=+\-@\t\r＝＋－＠])/;

/** Faults: FORMAT_MALFORMED with the line, FORMAT_OVERSIZE. @param form by the ending of the file's name. */
export function readContactFile(text: string, form: 'csv' | 'json' | 'jsonl'): Outcome<ContactFile> {
  switch (form) {
    case 'csv':
      return readCsv(text);
    case 'jsonl': {
      const { read, unread } = readLines(text, rowOf);
      return ok({ rows: read, unread });
    }
    case 'json': {
      const parsed = parseStrictJson(text, {
        levels: LIMITS.jsonLevels.most,
        length: LIMITS.importFileBytes.most,
      });
      if (!parsed.ok) return parsed;
      const found: unknown = isFields(parsed.value) ? parsed.value['contacts'] : parsed.value;
      if (!Array.isArray(found)) return refuse('FORMAT_MALFORMED', { where: 'contacts' });
      const rows = found.map((one: unknown) => (isFields(one) ? rowOf(one) : undefined));
      const unread = rows.flatMap((row, at) => (row === undefined ? [at + 1] : []));
      return ok({ rows: rows.filter((row) => row !== undefined), unread });
    }
  }
}

/** A contact of our own export, or a line of an archive: `vendor_key` with `names`, the most used first. */
function rowOf(fields: Fields): Row | undefined {
  const key = textIn(fields, 'key') || textIn(fields, 'vendor_key').toLowerCase();
  const [first, ...others] = textsIn(fields, 'names');
  const called = fields['name'] ?? first;
  if (key === '' && called === undefined) return undefined;
  const known = [
    'products',
    'keywords',
    'groups',
    'class',
    'weight',
    'zone',
    'languages',
    'cycles',
    'persons',
    'node',
  ];
  const members = [...known, 'certificate', 'remark', 'aliases'].flatMap((member): [string, Json][] => {
    const value = fields[member];
    return value === undefined || value === null ? [] : [[member, value as Json]];
  });
  const aliases: [string, Json][] = others.length === 0 ? [] : [['aliases', others]];
  const entry = Object.fromEntries<Json>([...aliases, ...members, ['name', (called ?? key) as Json]]);
  return key === '' ? { entry } : { key, entry };
}

function readCsv(text: string): Outcome<ContactFile> {
  let records: readonly Readonly<Record<string, string>>[];
  try {
    records = parse(text, {
      bom: true,
      columns: (names: readonly string[]) => names.map((name) => name.trim().toLowerCase()),
      delimiter: delimiterOf(text),
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: LIMITS.importBytes.most,
      trim: true,
    });
  } catch (cause) {
    const { lines } = cause as { readonly lines?: number };
    return refuse('FORMAT_MALFORMED', { where: lines === undefined ? 'csv' : `csv line ${lines}` });
  }
  const [first] = records;
  if (first !== undefined && !('name' in first))
    return refuse('FORMAT_MALFORMED', { where: 'csv column name' });
  return ok({ rows: records.map(rowOfCells), unread: [] });
}

/** The separator that stands most often in the first line: lists inside of cells have others. */
function delimiterOf(text: string): string {
  const [first = ''] = text.split(/\r?\n/, 1);
  const counts = [',', ';', '\t'].map((sign) => ({ sign, count: first.split(sign).length }));
  return counts.reduce((best, one) => (one.count > best.count ? one : best)).sign;
}

function rowOfCells(cells: Readonly<Record<string, string>>): Row {
  const cell = (column: Column) => (cells[column] ?? '').replace(FORMULA, '');
  const entry: Record<string, Json> = {};
  for (const column of COLUMNS) {
    const said = cell(column);
    if (said === '' && column !== 'name') continue;
    if (TEXTS.has(column)) entry[column] = said;
    else if (LISTS.has(column)) entry[column] = readList(said);
    else if (column === 'weight') entry[column] = /^\d{1,3}$/.test(said) ? Number(said) : said;
    else if (column === 'products') entry[column] = readRows(said).map(productOf);
    else if (column === 'persons') entry[column] = readRows(said).map(personOf);
  }
  const key = cell('key');
  return key === '' ? { entry } : { key, entry };
}

function productOf([name = '', ...parts]: readonly string[]): Json {
  const cpe = parts.find((part) => /^cpe:/i.test(part)) ?? '';
  const purl = parts.find((part) => /^pkg:/i.test(part)) ?? '';
  return { name, aliases: parts.filter((part) => part !== '' && part !== cpe && part !== purl), cpe, purl };
}

function personOf([name = '', roles = '', mail = '', phone = '']: readonly string[]): Json {
  return {
    name,
    roles: roles
      .split('+')
      .map((role) => role.trim())
      .filter((role) => role !== ''),
    mail,
    phone,
  };
}

/**
 * CSV of everything, one contact a row. A cell that a spreadsheet would take for a formula begins with `'`; reading
 * takes it away again. @param contacts as the node exports them.
 */
export function writeContactCsv(contacts: readonly { readonly [member: string]: Json }[]): string {
  return stringify(
    contacts.map((contact) => COLUMNS.map((column) => cellOf(column, contact[column]))),
    {
      header: true,
      columns: [...COLUMNS],
      escape_formulas: true,
      record_delimiter: 'windows',
      bom: true,
    },
  );
}

function cellOf(column: Column, value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  if (LISTS.has(column)) return writeList(value as readonly string[]);
  if (column === 'products')
    return writeRows(
      (value as unknown as readonly Product[]).map(({ name, aliases, cpe, purl }) =>
        [name, ...aliases, cpe, purl].filter((part, at) => at === 0 || part !== ''),
      ),
    );
  if (column === 'persons')
    return writeRows(
      (value as unknown as readonly Person[]).map(({ name, roles, mail, phone }) => [
        name,
        roles.join('+'),
        mail,
        phone,
      ]),
    );
  return String(value);
}

interface Product {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly cpe: string;
  readonly purl: string;
}

interface Person {
  readonly name: string;
  readonly roles: readonly string[];
  readonly mail: string;
  readonly phone: string;
}
