/**
 * Readers of what constraints refer to: zones, calendars, rules and tables.
 * @see SCHEDULING §3.3 to §3.6
 */
import type { Json } from '../canonical.js';
import {
  ascending,
  type Check,
  date,
  fields,
  flaw,
  id,
  inside,
  instant,
  int,
  isList,
  isRecord,
  keyed,
  list,
  oneOf,
  remark,
  time,
  variants,
  zoneName,
  zoneRef,
} from './check.js';
import { DAY_SECONDS, dayOf, secondsOf, WEEKDAYS } from './civil.js';
import type { Calendar, CostTable, RulePart, Weekday, ZoneTable } from './problem.js';

export const NOTE: Check = remark(2_000);
export const CITE: Check = remark(500);

/** Most entries of each kind in one document. */
export const MOST = {
  zones: 128,
  calendars: 128,
  rules: 512,
  tables: 16,
  parties: 2_000,
  hard: 4_000,
} as const;

const CLOSEST_TRANSITIONS = 48 * 3_600;
const MOST_TRANSITIONS = 400;

const plain = (entry: Json): readonly (string | number)[] =>
  typeof entry === 'string' || typeof entry === 'number' ? [entry] : [];

const member =
  (...names: readonly string[]) =>
  (entry: Json): readonly (string | number)[] =>
    names.flatMap((name) => (isRecord(entry) ? plain(entry[name] ?? null) : []));

/** Strictly ascending dates. */
function dates(least: number, most: number): Check {
  return ascending(least, most, date, plain);
}

/** Strictly ascending weekdays, Monday first. */
export function weekdays(least: number, most: number): Check {
  return ascending(least, most, weekday, (entry) => [WEEKDAYS.indexOf(entry as Weekday)]);
}

/** Periods by instants, by `from`, then `until`. */
export const intervals: Check = ascending(
  1,
  1_000,
  fields({ from: instant, until: instant }, {}, spanIsOpen('from', 'until')),
  member('from', 'until'),
);

/** Periods by dates, both inclusive, by `from`, `to`, `zone`. */
export const dateRanges: Check = ascending(
  1,
  1_000,
  fields({ from: date, to: date, zone: zoneRef }, {}, spanIsOrdered('from', 'to')),
  member('from', 'to', 'zone'),
);

const weekday = oneOf(...WEEKDAYS);
const months = ascending(1, 12, int(1, 12), plain);
const cost = int(0, 1_000);
const minutes = int(0, 527_040);
const confidence = oneOf('primary', 'secondary', 'unconfirmed');

/** `from` before `until`, written alike so that they compare as texts. */
function spanIsOpen(from: string, until: string): Check {
  return (value, place) =>
    !isRecord(value) ||
    String(value[from]) < String(value[until]) ||
    flaw(place, 'E_INTERVAL', `${from} is not before ${until}`);
}

/** `from` not after `to`; one that is absent bounds nothing. */
function spanIsOrdered(from: string, to: string): Check {
  return (value, place) =>
    !isRecord(value) ||
    value[from] === undefined ||
    value[to] === undefined ||
    String(value[from]) <= String(value[to]) ||
    flaw(place, 'E_INTERVAL', `${from} is after ${to}`);
}

const offset: Check = (value, place) => {
  if (typeof value !== 'number' || !Number.isInteger(value))
    return flaw(place, 'E_TYPE', 'must be an integer');
  return (
    (Math.abs(value) <= 840 && value % 15 === 0) ||
    flaw(place, 'E_ZONE', 'must be -840 to 840 and a multiple of 15')
  );
};

const transitions: Check = (value, place) => {
  const long = isList(value) && value.length > MOST_TRANSITIONS;
  // §3.3 names E_ZONE for it and §12 E_LIMIT: whoever looks for either finds it.
  if (long) flaw(place, 'E_ZONE', `has more than ${MOST_TRANSITIONS} transitions`);
  return ascending(
    0,
    MOST_TRANSITIONS,
    fields({ at: instant, offsetMinutes: offset }),
    member('at'),
  )(value, place);
};

const zoneTable: Check = fields({ initialOffsetMinutes: offset, transitions }, {}, (value, place) => {
  const table = value as ZoneTable;
  const { coverage } = place.reading;
  let right = true;
  table.transitions.forEach(({ at, offsetMinutes }, index) => {
    const there = inside(inside(place, 'transitions'), index);
    const before = table.transitions[index - 1];
    const now = secondsOf(at);
    if (now % 60 !== 0) right = flaw(there, 'E_ZONE', 'is not on a whole minute');
    if (coverage !== undefined && (now <= coverage.from || now >= coverage.until)) {
      right = flaw(there, 'E_ZONE', 'is not strictly inside the coverage');
    }
    if (before !== undefined && now - secondsOf(before.at) < CLOSEST_TRANSITIONS) {
      right = flaw(there, 'E_ZONE', 'is less than 48 hours after the one before');
    }
    if (offsetMinutes === (before?.offsetMinutes ?? table.initialOffsetMinutes)) {
      right = flaw(there, 'E_ZONE', 'does not change the offset');
    }
  });
  return right;
});

export const zones: Check = keyed(MOST.zones, zoneName, zoneTable);

const calendar: Check = fields(
  { weekend: weekdays(0, 6), from: date, until: date, dates: dates(0, 5_000) },
  { note: NOTE },
  (value, place) => {
    const { from, until, dates: listed } = value as Calendar;
    if (from > until) return flaw(place, 'E_INTERVAL', 'from is after until');
    let right = true;
    const outside = listed.findIndex((one) => one < from || one > until);
    if (outside >= 0) {
      right = flaw(inside(inside(place, 'dates'), outside), 'E_VALUE', 'is outside from and until');
    }
    const { coverage } = place.reading;
    if (coverage === undefined) return right;
    const covered =
      dayOf(from) < Math.floor(coverage.from / DAY_SECONDS) &&
      dayOf(until) > Math.floor(coverage.until / DAY_SECONDS);
    return covered ? right : flaw(place, 'E_COVERAGE', 'does not reach a day beyond the coverage');
  },
);

export const calendars: Check = keyed(MOST.calendars, id, calendar);

const partCommon = {
  validFrom: date,
  validTo: date,
  except: dates(1, 1_000),
  add: dates(1, 1_000),
  cite: CITE,
  note: NOTE,
  confidence,
  timeConfidence: confidence,
};

const ordinal: Check = (value, place) =>
  int(-5, 5)(value, place) && (value !== 0 || flaw(place, 'E_VALUE', 'must not be 0'));

function partOf(
  required: Readonly<Record<string, Check>>,
  optional: Readonly<Record<string, Check>> = {},
): Check {
  return fields(
    { kind: oneOf('nth', 'nearest', 'weeks', 'list'), time, zone: zoneRef, ...required },
    { ...partCommon, ...optional },
    spanIsOrdered('validFrom', 'validTo'),
  );
}

const part: Check = variants('kind', {
  nth: partOf({ weekday, ordinals: ascending(1, 10, ordinal, plain) }, { months }),
  nearest: partOf({ weekday, day: int(1, 28), months }),
  weeks: partOf({ interval: int(1, 52), anchor: date }),
  list: partOf({ dates: dates(1, 1_000) }),
} satisfies Record<RulePart['kind'], Check>);

export const rules: Check = keyed(MOST.rules, id, fields({ parts: list(1, 8, part) }, { note: NOTE }));

const anyWord: Check = () => true;

const table: Check = variants('kind', {
  staff: fields(
    {
      kind: anyWord,
      bands: ascending(1, 96, fields({ from: time, cost }), member('from')),
      eve: cost,
      off: cost,
    },
    { note: NOTE },
    first('bands', 'from', (from) => from === '00:00', 'the first band must start at 00:00'),
  ),
  cycle: fields(
    {
      kind: anyWord,
      tiers: ascending(1, 32, fields({ fromMinutes: minutes, cost }), member('fromMinutes')),
      none: cost,
    },
    { note: NOTE },
    first('tiers', 'fromMinutes', (from) => from === 0, 'the first tier must start at 0'),
  ),
  lead: fields(
    {
      kind: anyWord,
      tiers: ascending(1, 32, fields({ underMinutes: minutes, cost }), member('underMinutes')),
      otherwise: cost,
    },
    { note: NOTE },
    first('tiers', 'underMinutes', (under) => under !== 0, 'the first tier must be above 0'),
  ),
} satisfies Record<CostTable['kind'], Check>);

export const tables: Check = keyed(MOST.tables, id, table);

function first(
  entries: string,
  name: string,
  right: (value: Json | undefined) => boolean,
  says: string,
): Check {
  return (value, place) => {
    const entry = isRecord(value) && isList(value[entries]) ? value[entries][0] : undefined;
    return (
      right(isRecord(entry) ? entry[name] : undefined) ||
      flaw(inside(inside(place, entries), 0), 'E_VALUE', says)
    );
  };
}
