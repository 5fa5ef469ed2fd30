/**
 * Readers for the arguments of a command. What comes through the socket is `unknown` until a reader returned the
 * strict type or named the field that is wrong; bounds are those of the statements that the arguments end up in, so
 * that nothing is entered into a feed that could not be read back.
 */
import { textOf } from '../core/bytes.js';
import { type FaultPlace, type Outcome, ok, refuse } from '../core/fault.js';
import { LIMITS } from '../core/limits.js';
import { parseStrictJson } from '../core/strict-json.js';
import { type Instant, readInstant } from '../core/time.js';

/**
 * Reads one value. `where` is the name of the field, for the fault.
 * Faults: COMMAND_MALFORMED, LIMIT_EXCEEDED.
 */
export type Read<T> = (value: unknown, where: string) => Outcome<T>;

/** The arguments of a call: UTF-8 JSON, one document. */
export function readJson(bytes: Uint8Array): Outcome<unknown> {
  if (bytes.length > LIMITS.controlBytes.most)
    return refuse('LIMIT_EXCEEDED', { where: 'arguments', most: LIMITS.controlBytes.most });
  if (bytes.length === 0) return ok({});
  const text = textOf(bytes);
  if (text === undefined) return refuse('COMMAND_MALFORMED', { where: 'arguments' });
  const read = parseStrictJson(text, { levels: LIMITS.jsonLevels.most, length: LIMITS.controlBytes.most });
  return read.ok ? read : refuse('COMMAND_MALFORMED', { where: 'arguments' });
}

/** Every member by its own reader; a member that is not named here is refused. */
export function members<T extends object>(fields: { readonly [K in keyof T]-?: Read<T[K]> }): Read<T> {
  const entries = Object.entries(fields) as [string, Read<unknown>][];
  return (value, where) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrong(where);
    const source = value as Readonly<Record<string, unknown>>;
    const stray = Object.keys(source).find((name) => !Object.hasOwn(fields, name));
    if (stray !== undefined) return wrong(below(where, stray), { expects: 'nothing of this name' });
    const read: [string, unknown][] = [];
    for (const [name, reader] of entries) {
      const member = reader(source[name], below(where, name));
      if (!member.ok) return member;
      read.push([name, member.value]);
    }
    return ok(Object.fromEntries(read) as T);
  };
}

/** No arguments at all. */
export const none: Read<object> = members<object>({});

/** `undefined` where the member is absent. */
export function optional<T>(reader: Read<T>): Read<T | undefined> {
  return (value, where) => (value === undefined || value === null ? ok(undefined) : reader(value, where));
}

/** A fallback where the member is absent. */
export function orElse<T>(reader: Read<T>, fallback: T): Read<T> {
  return (value, where) => (value === undefined || value === null ? ok(fallback) : reader(value, where));
}

/** Has no UTF-8 form, so it could not be read back as it was written. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Text of at most so many UTF-16 units. */
export function text(most: number, least = 0): Read<string> {
  return (value, where) => {
    if (typeof value !== 'string' || value.length < least || LONE_SURROGATE.test(value))
      return wrong(where, { expects: least > 0 ? 'a text that is not empty' : 'a text' });
    return value.length > most ? refuse('LIMIT_EXCEEDED', { where, offered: value.length, most }) : ok(value);
  };
}

/** A name: a person, a peer, a product. */
export const name: Read<string> = text(LIMITS.nameCharacters.most, 1);

/** Free text of a case; may be empty. */
export const words: Read<string> = text(LIMITS.textCharacters.most);

/** A whole number within bounds. */
export function count(least: number, most: number): Read<number> {
  return (value, where) =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most
      ? ok(value)
      : wrong(where, { most, expects: `a whole number from ${least} to ${most}` });
}

export const flag: Read<boolean> = (value, where) =>
  typeof value === 'boolean' ? ok(value) : wrong(where, { expects: 'true or false' });

/** What an instant looks like, for whoever typed another thing. */
const INSTANT_FORM = 'an instant in UTC, such as 2027-04-21T12:00:00Z';

/** RFC 3339 in UTC, such as `2027-04-21T12:00:00Z`. */
export const moment: Read<Instant> = (value, where) => {
  const at = typeof value === 'string' ? readInstant(value) : undefined;
  return at === undefined ? wrong(where, { expects: INSTANT_FORM }) : ok(at);
};

/** One of a closed set. */
export function oneOf<T extends string | number>(...known: readonly T[]): Read<T> {
  return (value, where) => {
    const found = known.find((one) => one === value);
    return found === undefined ? wrong(where, { expects: known.join(', ') }) : ok(found);
  };
}

/** A branded string by its own reader. @param expects what it takes, in words. */
export function branded<T extends string>(
  reader: (text: string) => T | undefined,
  expects?: string,
): Read<T> {
  return (value, where) => {
    const read = typeof value === 'string' ? reader(value) : undefined;
    return read === undefined ? wrong(where, expects === undefined ? {} : { expects }) : ok(read);
  };
}

/** A list in its order. */
export function list<T>(reader: Read<T>, most: number = LIMITS.listEntries.most): Read<readonly T[]> {
  return (value, where) => {
    if (!Array.isArray(value)) return wrong(where);
    if (value.length > most) return refuse('LIMIT_EXCEEDED', { where, offered: value.length, most });
    const read: T[] = [];
    for (const [at, entry] of value.entries()) {
      const one = reader(entry, `${where}/${at}`);
      if (!one.ok) return one;
      read.push(one.value);
    }
    return ok(read);
  };
}

/** A refusal that names the field and says what would do, never what stands in it. */
export function wrong(where: string, place: Pick<FaultPlace, 'most' | 'expects'> = {}): Outcome<never> {
  return refuse('COMMAND_MALFORMED', { where, ...place });
}

function below(where: string, member: string): string {
  return where === '' ? member : `${where}/${member}`;
}
