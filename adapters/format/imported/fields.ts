/**
 * Reading fields of foreign JSON without trust: a field has the type it should have, or it is dropped and the
 * report says so. An absent field, `null` and an empty text say the same: nothing.
 */
import type { Json } from '../../../node/core/canonical.js';
import { cutText } from '../../../node/core/cut-text.js';
import { LIMITS } from '../../../node/core/limits.js';
import type { Report } from './report.js';

/** A JSON object. */
export type Fields = { readonly [name: string]: Json };

export function isFields(value: Json | undefined): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** One object on its way through a reader: what it holds, where it stood, and where to write down what is lost. */
export interface Source {
  readonly fields: Fields;
  /** Empty for the note itself, else `vendors[3].`. */
  readonly path: string;
  readonly report: Report;
}

/** The trimmed text of the first of these names that has one; numbers are read as they are printed. */
export function textOf(source: Source, ...names: readonly string[]): string {
  for (const name of names) {
    const value = source.fields[name];
    if (value === undefined || value === null) continue;
    if (typeof value === 'number') return String(value);
    if (typeof value !== 'string') {
      source.report.note(source.path + name, 'wrong_type');
      continue;
    }
    const text = value.replace(/\r\n?/g, '\n').trim();
    if (text !== '') return cut(source, name, text);
  }
  return '';
}

function cut(source: Source, name: string, text: string): string {
  const most = LIMITS.textCharacters.most;
  if (text.length <= most) return text;
  source.report.note(source.path + name, 'cut');
  return cutText(text, most);
}

/** A list of texts, or a text alone, or the empty text that the archive writes for an empty list. */
export function listOf(source: Source, name: string): readonly string[] {
  const value = source.fields[name];
  if (value === undefined || value === null) return [];
  if (value === '') {
    source.report.note(source.path + name, 'empty_string_for_list');
    return [];
  }
  const all = isList(value) ? value : [value];
  const texts = all.flatMap((one) => (typeof one === 'string' ? [one.trim()] : []));
  if (texts.length < all.length) source.report.note(source.path + name, 'wrong_type');
  const said = [...new Set(texts.filter((text) => text !== ''))];
  const most = LIMITS.listEntries.most;
  if (said.length > most) source.report.note(source.path + name, 'cut');
  return said.slice(0, most);
}

/** Objects of a list; anything else in it is dropped. */
export function recordsOf(source: Source, name: string): readonly Fields[] {
  const value = source.fields[name];
  if (value === undefined || value === null || value === '') return [];
  const all = isList(value) ? value : [value];
  const records = all.filter(isFields);
  if (records.length < all.length) source.report.note(source.path + name, 'wrong_type');
  return records;
}

/** Notes every field that has content and is not among the known ones. */
export function noteRest(source: Source, known: ReadonlySet<string>, persons: ReadonlySet<string>): void {
  for (const [name, value] of Object.entries(source.fields)) {
    if (known.has(name) || value === null || value === '' || (isList(value) && value.length === 0)) continue;
    source.report.note(
      source.path + fieldName(name),
      persons.has(name) ? 'person_not_imported' : 'not_imported',
    );
  }
}

/** A name from outside stands in a report only if it looks like one: a report is printed and logged. */
function fieldName(name: string): string {
  return /^[\w-]{1,60}$/.test(name) ? name : '(another name)';
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
