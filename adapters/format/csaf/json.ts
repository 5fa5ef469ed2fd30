/**
 * Building JSON documents: members that are absent or empty are left out, and names come out in alphabetical
 * order, which CSAF asks for (6.2.13) and which makes two writings of one advisory the same bytes.
 */
import type { Json } from '../../../node/core/canonical.js';

/** Members of an object under construction; `undefined`, an empty text and an empty list mean "no such member". */
export type Members = Readonly<Record<string, Json | undefined>>;

/** An object without its empty members: the CSAF schema refuses empty texts and empty lists. */
export function members(all: Members): { readonly [name: string]: Json } {
  const kept: Record<string, Json> = {};
  for (const [name, value] of Object.entries(all)) {
    if (value === undefined || value === '' || (Array.isArray(value) && value.length === 0)) continue;
    kept[name] = value;
  }
  return kept;
}

/** Two-space JSON with sorted names and a final newline. */
export function printJson(document: Json): string {
  return `${JSON.stringify(sorted(document), null, 2)}\n`;
}

function sorted(value: Json): Json {
  if (isList(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  const names = Object.keys(value).sort();
  return Object.fromEntries(names.map((name) => [name, sorted(value[name] ?? null)]));
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
