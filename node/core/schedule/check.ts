/**
 * The pieces a document reader is built from. A check looks at one JSON value, notes what is wrong with it and says
 * whether it may be used; checks are put together as the document is.
 * @see SCHEDULING §3.1, §12
 */
import type { Json } from '../canonical.js';
import { readInstant } from '../time.js';
import type { CostTable, ScheduleError, ScheduleErrorCode } from './problem.js';

/** True when nothing is wrong; what is wrong has been noted at the place. */
export type Check = (value: Json, place: Place) => boolean;

/** Where in the document we are, and what the rest of it offers. */
export interface Place {
  /** JSON Pointer (RFC 6901). */
  readonly path: string;
  readonly reading: Reading;
}

export interface Reading {
  readonly errors: ScheduleError[];
  readonly zones: ReadonlySet<string>;
  readonly calendars: ReadonlySet<string>;
  readonly rules: ReadonlySet<string>;
  readonly parties: ReadonlySet<string>;
  /** A table that is wrong by itself is `undefined`. No map where the tables are not known: then any id will do. */
  readonly tables: ReadonlyMap<string, CostTable | undefined> | undefined;
  /** In seconds; `undefined` where the document gives none that can be read. */
  readonly coverage: { readonly from: number; readonly until: number } | undefined;
  /** Longest id in characters. */
  readonly idLength: number;
  /** Whether `note` and `cite` may be there. */
  readonly remarks: boolean;
}

/** No reader lists more: a document with a thousand faults has one cause. */
const MOST_ERRORS = 100;

/** Notes a fault and is false, so that a check can end with it. */
export function flaw(place: Place, code: ScheduleErrorCode, message: string): false {
  if (place.reading.errors.length < MOST_ERRORS) {
    place.reading.errors.push({ code, path: place.path, message });
  }
  return false;
}

/** The place of a member or of an entry of a list. */
export function inside(place: Place, name: string | number): Place {
  const token = typeof name === 'number' ? String(name) : name.replaceAll('~', '~0').replaceAll('/', '~1');
  return { path: `${place.path}/${token}`, reading: place.reading };
}

export type JsonRecord = { readonly [name: string]: Json };

/** Whether a JSON value is an object, and neither null nor a list. */
export function isRecord(value: Json | undefined): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a JSON value is a list. */
export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/**
 * A record with exactly these members. All are looked at even after a fault, so that a person sees them together.
 *
 * @param then a check of the members against each other; only asked when each is right by itself.
 */
export function fields(
  required: Readonly<Record<string, Check>>,
  optional: Readonly<Record<string, Check>> = {},
  then: Check = () => true,
): Check {
  return (value, place) => {
    if (!isRecord(value)) return flaw(place, 'E_TYPE', 'must be an object');
    let right = true;
    for (const name of Object.keys(required)) {
      if (!Object.hasOwn(value, name)) right = flaw(inside(place, name), 'E_FIELD', 'is missing');
    }
    for (const [name, member] of Object.entries(value)) {
      const check = Object.hasOwn(required, name)
        ? required[name]
        : Object.hasOwn(optional, name)
          ? optional[name]
          : undefined;
      const there = inside(place, name);
      if (check === undefined) right = flaw(there, 'E_FIELD', 'is not allowed here');
      else right = check(member, there) && right;
    }
    return right && then(value, place);
  };
}

/** One of several shapes, told apart by a member such as `kind`. */
export function variants(member: string, shapes: Readonly<Record<string, Check>>): Check {
  return (value, place) => {
    if (!isRecord(value)) return flaw(place, 'E_TYPE', 'must be an object');
    const there = inside(place, member);
    if (!Object.hasOwn(value, member)) return flaw(there, 'E_FIELD', 'is missing');
    const name = value[member];
    if (typeof name !== 'string') return flaw(there, 'E_TYPE', 'must be a string');
    const shape = Object.hasOwn(shapes, name) ? shapes[name] : undefined;
    return shape === undefined
      ? flaw(there, 'E_VALUE', `must be one of ${Object.keys(shapes).join(', ')}`)
      : shape(value, place);
  };
}

/** An object keyed by names; `then` may compare entries. */
export function keyed(most: number, name: Check, check: Check): Check {
  return (value, place) => {
    if (!isRecord(value)) return flaw(place, 'E_TYPE', 'must be an object');
    const entries = Object.entries(value);
    let right = entries.length <= most || flaw(place, 'E_LIMIT', `has more than ${most} entries`);
    for (const [key, entry] of entries) {
      const there = inside(place, key);
      right = name(key, there) && right;
      right = check(entry, there) && right;
    }
    return right;
  };
}

/** A list of bounded length. A list over its bound is not looked into. */
export function list(least: number, most: number, check: Check, then: Check = () => true): Check {
  return (value, place) => {
    if (!isList(value)) return flaw(place, 'E_TYPE', 'must be a list');
    if (value.length < least) return flaw(place, 'E_LIMIT', `needs at least ${least} entries`);
    if (value.length > most) return flaw(place, 'E_LIMIT', `has more than ${most} entries`);
    let right = true;
    for (let at = 0; at < value.length; at += 1) {
      right = check(value[at] ?? null, inside(place, at)) && right;
    }
    return right && then(value, place);
  };
}

/** A list that stands for a set: strictly ascending by the given places of its entries (§3.1). */
export function ascending(
  least: number,
  most: number,
  check: Check,
  rank: (entry: Json) => readonly (string | number)[],
): Check {
  return list(least, most, check, (value, place) => {
    const ranks = isList(value) ? value.map(rank) : [];
    const at = ranks.findIndex((here, index) => index > 0 && !isAfter(here, ranks[index - 1] ?? []));
    return at < 0 || flaw(inside(place, at), 'E_ORDER', 'is not after the entry before it');
  });
}

/** A list whose entries have ids, no two alike. */
export function distinct(least: number, most: number, check: Check): Check {
  return list(least, most, check, (value, place) => {
    const seen = new Set<Json | undefined>();
    let right = true;
    (isList(value) ? value : []).forEach((entry, at) => {
      const name = isRecord(entry) ? entry['id'] : undefined;
      if (seen.has(name)) right = flaw(inside(inside(place, at), 'id'), 'E_DUPLICATE', 'is there twice');
      seen.add(name);
    });
    return right;
  });
}

/** An integral number within both bounds, whatever its spelling (SCHEDULING §3.1). Flaws: E_TYPE, E_VALUE. */
export function int(least: number, most: number): Check {
  return (value, place) => {
    if (typeof value !== 'number' || !Number.isInteger(value))
      return flaw(place, 'E_TYPE', 'must be an integer');
    return (value >= least && value <= most) || flaw(place, 'E_VALUE', `must be ${least} to ${most}`);
  };
}

export const bool: Check = (value, place) =>
  typeof value === 'boolean' || flaw(place, 'E_TYPE', 'must be true or false');

/** A string of a form. */
export function formed(right: (text: string) => boolean, form: string): Check {
  return (value, place) => {
    if (typeof value !== 'string') return flaw(place, 'E_TYPE', 'must be a string');
    return right(value) || flaw(place, 'E_VALUE', `must be ${form}`);
  };
}

/** One of these words. Flaws: E_TYPE, E_VALUE. */
export function oneOf(...words: readonly string[]): Check {
  return formed((text) => words.includes(text), words.join(', '));
}

export const id: Check = (value, place) =>
  formed(
    (text) => text.length <= place.reading.idLength && /^[A-Za-z0-9][A-Za-z0-9._:+-]*$/.test(text),
    `an id of at most ${place.reading.idLength} characters`,
  )(value, place);

/** Years 2000 to 2099 and nothing but `YYYY-MM-DDTHH:MM:SSZ`. */
export const instant: Check = formed(
  (text) => text.length === 20 && text.startsWith('20') && readInstant(text) !== undefined,
  'an instant such as 2027-03-01T00:00:00Z',
);

export const date: Check = formed(
  (text) => text.length === 10 && text.startsWith('20') && readInstant(`${text}T00:00:00Z`) !== undefined,
  'a date such as 2027-03-01',
);

export const time: Check = formed(
  (text) => /^(?:[01]\d|2[0-3]):[0-5]\d$/.test(text),
  'a time 00:00 to 23:59',
);

export const timeOr24: Check = formed(
  (text) => /^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/.test(text),
  'a time 00:00 to 24:00',
);

/** Free text, counted in code points. */
function text(most: number): Check {
  return (value, place) => {
    if (typeof value !== 'string') return flaw(place, 'E_TYPE', 'must be a string');
    // A text parsed elsewhere may hold one; it has no canonical form and therefore no hash.
    if (/\p{Surrogate}/u.test(value)) return flaw(place, 'E_JSON', 'has a lone surrogate');
    const length = value.length <= most ? 0 : [...value].length;
    return length <= most || flaw(place, 'E_LIMIT', `is longer than ${most} characters`);
  };
}

/** `note` and `cite`, which a fragment must not carry. */
export function remark(most: number): Check {
  const check = text(most);
  return (value, place) =>
    place.reading.remarks ? check(value, place) : flaw(place, 'E_FIELD', 'is not allowed in a fragment');
}

const ZONE_NAME = /^(?:UTC|[A-Z][A-Za-z_]+(?:\/[A-Za-z0-9_+-]+){1,2})$/;

/** `UTC` or a full name; abbreviations mean several things (§18). */
export const zoneName: Check = (value, place) =>
  (typeof value === 'string' && ZONE_NAME.test(value)) || flaw(place, 'E_ZONE', 'is not a full zone name');

/** A zone of the document. */
export const zoneRef: Check = (value, place) => {
  if (typeof value !== 'string') return flaw(place, 'E_TYPE', 'must be a string');
  if (place.reading.zones.has(value)) return true;
  zoneName(value, place);
  return flaw(place, 'E_REF', 'is no zone of this document');
};

/** A name that must be an entry of one of the document's sets. */
export function ref(kind: 'calendars' | 'rules' | 'parties'): Check {
  return (value, place) => {
    if (typeof value !== 'string') return flaw(place, 'E_TYPE', 'must be a string');
    return place.reading[kind].has(value) || flaw(place, 'E_REF', `is none of the ${kind} of this document`);
  };
}

/** A table of the document, of the kind that is needed. */
export function tableRef(kind: CostTable['kind']): Check {
  return (value, place) => {
    if (typeof value !== 'string') return flaw(place, 'E_TYPE', 'must be a string');
    const { tables } = place.reading;
    if (tables === undefined) return id(value, place);
    if (!tables.has(value)) return flaw(place, 'E_REF', 'is no table of this document');
    const table = tables.get(value);
    return table === undefined || table.kind === kind || flaw(place, 'E_REF', `is not a ${kind} table`);
  };
}

function isAfter(here: readonly (string | number)[], before: readonly (string | number)[]): boolean {
  for (const [index, value] of here.entries()) {
    const other = before[index];
    if (other !== undefined && value !== other) return value > other;
  }
  return false;
}
