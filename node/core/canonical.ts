/**
 * Canonical JSON (RFC 8785), the only one in the house: leaves and problem documents are hashed in this form.
 */

/** What JSON can say. Numbers are finite. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/**
 * The one spelling of a JSON value: members by UTF-16 code unit, ECMAScript numbers, no white space.
 *
 * `canonical(JSON.parse(canonical(a))) = canonical(a)`. A member that is `undefined` is left out, as JSON does.
 * @throws RangeError for a number that is not finite or a lone surrogate: both have no canonical form.
 * @see RFC 8785 §3.2
 */
export function canonical(value: Json): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new RangeError('canonical JSON has no spelling for this number');
    return JSON.stringify(value);
  }
  if (typeof value === 'string') {
    if (LONE_SURROGATE.test(value))
      throw new RangeError('canonical JSON has no spelling for a lone surrogate');
    return JSON.stringify(value);
  }
  if (isList(value)) return `[${value.map(canonical).join(',')}]`;
  const members = Object.keys(value)
    .filter((name) => value[name] !== undefined)
    .sort()
    .map((name) => `${canonical(name)}:${canonical(value[name] ?? null)}`);
  return `{${members.join(',')}}`;
}

const LONE_SURROGATE = /\p{Surrogate}/u;

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
