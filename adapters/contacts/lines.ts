/**
 * Files of one JSON document a line, as contact books and archives come: a line that cannot be read is counted and
 * left out, so that one bad note of a foreign archive does not hide three thousand others.
 */
import { LIMITS } from '../../node/core/limits.js';
import { parseStrictJson } from '../../node/core/strict-json.js';

/** Members of one line; what they hold is anybody's guess. */
export type Fields = Readonly<Record<string, unknown>>;

/** What was read, and the numbers of the lines that could not be, counted from 1. */
export interface Lines<T> {
  readonly read: readonly T[];
  readonly unread: readonly number[];
}

/** @param read one line, or `undefined` where something is missing without which the line says nothing. */
export function readLines<T>(text: string, read: (fields: Fields) => T | undefined): Lines<T> {
  const found: T[] = [];
  const unread: number[] = [];
  for (const [at, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const parsed = parseStrictJson(line, { levels: LIMITS.jsonLevels.most, length: LIMITS.importBytes.most });
    const one = parsed.ok && isFields(parsed.value) ? read(parsed.value) : undefined;
    if (one === undefined) unread.push(at + 1);
    else found.push(one);
  }
  return { read: found, unread };
}

/** Whether a value has members. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A text member; empty where it is absent or something else. */
export function textIn(fields: Fields, name: string): string {
  const value = fields[name];
  return typeof value === 'string' ? value : '';
}

/** The texts of a list member, without empty ones and repeats; a single text is a list of one. */
export function textsIn(fields: Fields, name: string): readonly string[] {
  const value = fields[name];
  const all = Array.isArray(value) ? value : [value];
  const texts = all.filter((one): one is string => typeof one === 'string' && one.trim() !== '');
  return [...new Set(texts.map((one) => one.trim()))];
}
