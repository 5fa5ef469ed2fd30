/**
 * Readers and writers in one: a shape says how a value of the core looks on the wire, both ways.
 *
 * The decoder is no reader: 64-bit numbers come as strings, an unknown enum value comes as a bare number, an
 * absent field comes as a default. So every field passes a shape, which returns the strict type or names the
 * place that is wrong. `shape.read(shape.write(a)) = a`.
 */

import { type Instant, instant } from '../core/time.js';
import type { ChoiceRule, RecordRule, Rule } from './rules.js';

export interface Shape<T> {
  /** @throws Unfit naming `path` or a place below it. */
  read(wire: unknown, path: string): T;
  write(value: T): unknown;
  /** Name of the field on the wire, where it differs from the name in the core. */
  readonly wire?: string;
  /** The same in a form that can be shown. */
  readonly rule: Rule;
}

/** A shape whose message is known to have fields. */
export interface RecordShape<T> extends Shape<T> {
  readonly rule: RecordRule;
}

/** A shape of a oneof. */
export interface ChoiceShape<T> extends Shape<T> {
  readonly rule: ChoiceRule;
}

/** The place that is wrong, never what stands there. Caught where a whole statement is read. */
export class Unfit extends Error {
  readonly path: string;

  constructor(path: string) {
    super(`does not fit at ${path}`);
    this.name = 'Unfit';
    this.path = path;
  }
}

/** The same shape under another name on the wire. */
export function named<T>(wire: string, shape: Shape<T>): Shape<T> {
  return { ...shape, wire };
}

/** UTF-8 text of at most this many UTF-16 units; `least` 1 demands that something is said. */
export function text(most: number, least = 0): Shape<string> {
  return {
    rule: { kind: 'text', least, most },
    read: (wire, path) => {
      if (typeof wire !== 'string' || wire.length > most || wire.length < least) throw new Unfit(path);
      return wire;
    },
    write: (value) => value,
  };
}

/** A branded string through its own reader. @param of what it is, in words. */
export function branded<T extends string>(reader: (text: string) => T | undefined, of: string): Shape<T> {
  return {
    rule: { kind: 'spelling', of },
    read: (wire, path) => {
      const value = typeof wire === 'string' ? reader(wire) : undefined;
      if (value === undefined) throw new Unfit(path);
      return value;
    },
    write: (value) => value,
  };
}

/** A whole number within bounds; 64-bit fields come as decimal strings. */
export function whole(least: number, most: number): Shape<number> {
  return {
    rule: { kind: 'whole', least, most },
    read: (wire, path) => {
      const value = typeof wire === 'string' && /^-?\d{1,16}$/.test(wire) ? Number(wire) : wire;
      if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < least || value > most)
        throw new Unfit(path);
      return value;
    },
    write: (value) => value,
  };
}

/** Milliseconds since 1970. */
export const time: Shape<Instant> = {
  rule: { kind: 'instant' },
  read: (wire, path) => {
    const value = instant(whole(-Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER).read(wire, path));
    if (value === undefined) throw new Unfit(path);
    return value;
  },
  write: (value) => value,
};

export const truth: Shape<boolean> = {
  rule: { kind: 'truth' },
  read: (wire, path) => {
    if (typeof wire !== 'boolean') throw new Unfit(path);
    return wire;
  },
  write: (value) => value,
};

/** Bytes; in the home feed's JSON they are base64. */
export function bytes(most: number): Shape<Uint8Array> {
  return {
    rule: { kind: 'bytes', least: 0, most },
    read: (wire, path) => {
      const value = typeof wire === 'string' ? Buffer.from(wire, 'base64') : wire;
      if (!(value instanceof Uint8Array) || value.length > most) throw new Unfit(path);
      return new Uint8Array(value);
    },
    write: (value) => value,
  };
}

/** A closed set of words; on the wire an enum whose names are `PREFIX_WORD`. Zero means unspecified: refused. */
export function oneOf<T extends string>(prefix: string, words: readonly T[]): Shape<T> {
  const byName = new Map(words.map((word) => [enumName(prefix, word), word]));
  return {
    rule: { kind: 'enum', names: [...byName.keys()] },
    read: (wire, path) => {
      const value = typeof wire === 'string' ? byName.get(wire) : undefined;
      if (value === undefined) throw new Unfit(path);
      return value;
    },
    write: (value) => enumName(prefix, value),
  };
}

function enumName(prefix: string, word: string): string {
  return `${prefix}_${word.replace(/[^A-Za-z0-9]+/g, '_').toUpperCase()}`;
}

/** A closed set of words that is plain text on the wire. */
export function word<T extends string>(...words: readonly T[]): Shape<T> {
  return {
    ...branded((value) => words.find((known) => known === value), 'word'),
    rule: { kind: 'word', words },
  };
}

/** A list in its order, bounded. */
export function list<T>(shape: Shape<T>, most: number): Shape<readonly T[]> {
  return {
    rule: { kind: 'list', of: shape.rule, least: 0, most },
    read: (wire, path) => {
      if (!Array.isArray(wire) || wire.length > most) throw new Unfit(path);
      return wire.map((entry, at) => shape.read(entry, `${path}/${at}`));
    },
    write: (value) => value.map((entry) => shape.write(entry)),
  };
}

/** Absent on the wire where the value is `undefined`. */
export function optional<T>(shape: Shape<T>): Shape<T | undefined> {
  return {
    rule: { kind: 'optional', of: shape.rule },
    read: (wire, path) => (wire === undefined || wire === null ? undefined : shape.read(wire, path)),
    write: (value) => (value === undefined ? undefined : shape.write(value)),
  };
}

/** A text field whose empty form means that there is none. */
export function blankable<T extends string>(shape: Shape<T>): Shape<T | undefined> {
  return {
    rule: { kind: 'blankable', of: shape.rule },
    read: (wire, path) => (wire === '' ? undefined : shape.read(wire, path)),
    write: (value) => (value === undefined ? '' : shape.write(value)),
  };
}

/** Every member of a record, each by its own shape. Members that the wire has beyond these are not read. */
export function record<T extends object>(
  fields: {
    readonly [K in keyof T]-?: Shape<T[K]>;
  },
): RecordShape<T> {
  const entries = Object.entries(fields) as [string, Shape<unknown>][];
  return {
    rule: { kind: 'record', fields: rulesOf(entries) },
    read: (wire, path) => {
      if (typeof wire !== 'object' || wire === null) throw new Unfit(path);
      const source = wire as Readonly<Record<string, unknown>>;
      const value: Record<string, unknown> = {};
      for (const [name, shape] of entries)
        value[name] = shape.read(source[shape.wire ?? name], `${path}/${name}`);
      return value as T;
    },
    write: (value) => {
      const source = value as Readonly<Record<string, unknown>>;
      const wire: Record<string, unknown> = {};
      for (const [name, shape] of entries) {
        const written = shape.write(source[name]);
        if (written !== undefined) wire[shape.wire ?? name] = written;
      }
      return wire;
    },
  };
}

/**
 * A union that tells its members apart by `tag`; on the wire a oneof, one field for each member. `table` has a
 * row for every member, so that a new one does not compile without a shape.
 *
 * `read` takes the object that holds the oneof; `write` returns the one field.
 */
export function choice<T extends object, Tag extends keyof T & string>(
  tag: Tag,
  table: { readonly [K in T[Tag] & string]: Shape<Omit<Extract<T, { readonly [P in Tag]: K }>, Tag>> },
): ChoiceShape<T> {
  const rows = Object.entries(table) as [string, Shape<object>][];
  return {
    rule: { kind: 'choice', members: rulesOf(rows) },
    read: (wire, path) => {
      if (typeof wire !== 'object' || wire === null) throw new Unfit(path);
      const source = wire as Readonly<Record<string, unknown>>;
      const present = rows.filter(([name, shape]) => {
        const field = source[shape.wire ?? name];
        return field !== undefined && field !== null;
      });
      const [row] = present;
      if (row === undefined || present.length > 1) throw new Unfit(path);
      const [name, shape] = row;
      return { [tag]: name, ...shape.read(source[shape.wire ?? name], `${path}/${name}`) } as T;
    },
    write: (value) => {
      const name = value[tag] as string;
      const shape = (table as unknown as Readonly<Record<string, Shape<object>>>)[name];
      if (shape === undefined) throw new Unfit(name);
      return { [shape.wire ?? name]: shape.write(value) };
    },
  };
}

function rulesOf(
  entries: readonly (readonly [string, Pick<Shape<unknown>, 'rule' | 'wire'>])[],
): Readonly<Record<string, Rule>> {
  return Object.fromEntries(entries.map(([name, shape]) => [shape.wire ?? name, shape.rule]));
}

/** A message without members. */
export const nothing: Shape<object> = record<object>({});
