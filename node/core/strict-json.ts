/**
 * JSON from outside, read strictly. `JSON.parse` keeps the last of two members of one name and passes lone
 * surrogates: two readers of one signed text could then understand two things. Here both are refused.
 */
import { textOf } from './bytes.js';
import type { Json } from './canonical.js';
import { type Outcome, ok, refuse } from './fault.js';
import { LIMITS } from './limits.js';

/** What was wrong with a text, for readers that answer with codes of their own. */
export type JsonFlaw =
  /** Not UTF-8, not JSON, a byte order mark, or a lone surrogate. */
  | 'syntax'
  /** One name twice in an object. */
  | 'twice'
  /** A member named `__proto__`, which some consumers would take for the prototype. */
  | 'prototype'
  /** A number no double holds, such as `1e400`. */
  | 'number'
  | 'depth'
  | 'size';

export interface JsonLimits {
  /** Nesting of arrays and objects; a bare number has level 0. */
  readonly levels: number;
  /** UTF-16 code units of a text, or bytes where bytes are given. */
  readonly length: number;
}

export type JsonScan =
  | { readonly ok: true; readonly value: Json }
  /** `at` counts UTF-16 code units from the start of the text. */
  | { readonly ok: false; readonly flaw: JsonFlaw; readonly at: number };

const DEFAULTS: JsonLimits = { levels: LIMITS.jsonLevels.most, length: LIMITS.importBytes.most };

/**
 * Reads JSON that has exactly one meaning (I-JSON, RFC 7493): no name twice, no lone surrogate, no byte order
 * mark, no number beyond a double, no `__proto__`. `-0` is read as 0, as its canonical form says.
 * @returns `FORMAT_OVERSIZE`, or `FORMAT_MALFORMED` with the flaw and its position, never with contents.
 */
export function parseStrictJson(text: string | Uint8Array, limits: JsonLimits = DEFAULTS): Outcome<Json> {
  const scan = scanJson(text, limits);
  if (scan.ok) return ok(scan.value);
  if (scan.flaw === 'size') return refuse('FORMAT_OVERSIZE', { offered: text.length, most: limits.length });
  return refuse('FORMAT_MALFORMED', { where: `json ${scan.flaw} at ${scan.at}` });
}

/** As {@link parseStrictJson}, with the flaw as a value instead of a fault. */
export function scanJson(input: string | Uint8Array, limits: JsonLimits = DEFAULTS): JsonScan {
  if (input.length > limits.length) return { ok: false, flaw: 'size', at: limits.length };
  const text = typeof input === 'string' ? input : textOf(input);
  if (text === undefined) return { ok: false, flaw: 'syntax', at: 0 };
  const cursor: Cursor = { text, at: 0, levels: limits.levels, flaw: undefined };
  const value = readValue(cursor, 0);
  if (cursor.flaw === undefined) {
    skipSpace(cursor);
    if (cursor.at < text.length) cursor.flaw = 'syntax';
  }
  return cursor.flaw === undefined
    ? { ok: true, value }
    : { ok: false, flaw: cursor.flaw, at: Math.min(cursor.at, text.length) };
}

interface Cursor {
  readonly text: string;
  readonly levels: number;
  at: number;
  /** The first flaw; every reader returns at once when it is set, and its result is then without meaning. */
  flaw: JsonFlaw | undefined;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_RECORD = 0x7b;
const CLOSE_RECORD = 0x7d;

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const LONE_SURROGATE = /\p{Surrogate}/u;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

function readValue(cursor: Cursor, level: number): Json {
  skipSpace(cursor);
  switch (cursor.text.charCodeAt(cursor.at)) {
    case OPEN_RECORD:
      return readRecord(cursor, level + 1);
    case OPEN_LIST:
      return readList(cursor, level + 1);
    case QUOTE:
      return readString(cursor);
    case 0x74:
      return readWord(cursor, 'true', true);
    case 0x66:
      return readWord(cursor, 'false', false);
    case 0x6e:
      return readWord(cursor, 'null', null);
    default:
      return readNumber(cursor);
  }
}

function readRecord(cursor: Cursor, level: number): Json {
  const members: { [name: string]: Json } = {};
  if (level > cursor.levels) return spoil(cursor, 'depth');
  cursor.at += 1;
  skipSpace(cursor);
  if (take(cursor, CLOSE_RECORD)) return members;
  for (;;) {
    skipSpace(cursor);
    const start = cursor.at;
    if (cursor.text.charCodeAt(start) !== QUOTE) return spoil(cursor, 'syntax');
    const name = readString(cursor);
    if (cursor.flaw !== undefined) return null;
    // Assigning to `__proto__` would set the prototype and add no member: the check below could not see it.
    const flaw = name === '__proto__' ? 'prototype' : Object.hasOwn(members, name) ? 'twice' : undefined;
    if (flaw !== undefined) {
      cursor.at = start;
      return spoil(cursor, flaw);
    }
    skipSpace(cursor);
    if (!take(cursor, COLON)) return spoil(cursor, 'syntax');
    members[name] = readValue(cursor, level);
    if (cursor.flaw !== undefined) return null;
    skipSpace(cursor);
    if (take(cursor, CLOSE_RECORD)) return members;
    if (!take(cursor, COMMA)) return spoil(cursor, 'syntax');
  }
}

function readList(cursor: Cursor, level: number): Json {
  const values: Json[] = [];
  if (level > cursor.levels) return spoil(cursor, 'depth');
  cursor.at += 1;
  skipSpace(cursor);
  if (take(cursor, CLOSE_LIST)) return values;
  for (;;) {
    values.push(readValue(cursor, level));
    if (cursor.flaw !== undefined) return null;
    skipSpace(cursor);
    if (take(cursor, CLOSE_LIST)) return values;
    if (!take(cursor, COMMA)) return spoil(cursor, 'syntax');
  }
}

/** The cursor stands on the opening quote. */
function readString(cursor: Cursor): string {
  const { text } = cursor;
  let at = cursor.at + 1;
  let start = at;
  let said = '';
  for (; ; at += 1) {
    const unit = text.charCodeAt(at);
    // charCodeAt past the end is NaN, which fails every comparison: so the end is asked for by name.
    if (at >= text.length || unit < 0x20) return spoilText(cursor, at);
    if (unit === QUOTE) break;
    if (unit !== BACKSLASH) continue;
    said += text.slice(start, at);
    const letter = text[at + 1] ?? '';
    const plain = ESCAPES[letter];
    if (plain !== undefined) {
      said += plain;
      at += 1;
    } else {
      const digits = text.slice(at + 2, at + 6);
      if (letter !== 'u' || !/^[0-9a-fA-F]{4}$/.test(digits)) return spoilText(cursor, at);
      said += String.fromCharCode(Number.parseInt(digits, 16));
      at += 5;
    }
    start = at + 1;
  }
  said += text.slice(start, at);
  if (LONE_SURROGATE.test(said)) return spoilText(cursor, cursor.at);
  cursor.at = at + 1;
  return said;
}

function readNumber(cursor: Cursor): Json {
  NUMBER.lastIndex = cursor.at;
  const found = NUMBER.exec(cursor.text)?.[0];
  if (found === undefined) return spoil(cursor, 'syntax');
  const value = Number(found);
  if (!Number.isFinite(value)) return spoil(cursor, 'number');
  cursor.at += found.length;
  return value === 0 ? 0 : value;
}

function readWord(cursor: Cursor, word: string, value: Json): Json {
  if (!cursor.text.startsWith(word, cursor.at)) return spoil(cursor, 'syntax');
  cursor.at += word.length;
  return value;
}

function skipSpace(cursor: Cursor): void {
  for (; ; cursor.at += 1) {
    const unit = cursor.text.charCodeAt(cursor.at);
    if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return;
  }
}

function take(cursor: Cursor, unit: number): boolean {
  if (cursor.text.charCodeAt(cursor.at) !== unit) return false;
  cursor.at += 1;
  return true;
}

function spoil(cursor: Cursor, flaw: JsonFlaw): null {
  cursor.flaw ??= flaw;
  return null;
}

function spoilText(cursor: Cursor, at: number): string {
  cursor.at = at;
  cursor.flaw ??= 'syntax';
  return '';
}
