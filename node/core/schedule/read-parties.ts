/**
 * Readers of parties with their soft costs, and of hard constraints.
 * @see SCHEDULING §3.7 to §3.9, §5, §6
 */
import {
  bool,
  type Check,
  distinct,
  fields,
  flaw,
  id,
  inside,
  instant,
  int,
  isRecord,
  list,
  oneOf,
  type Place,
  ref,
  tableRef,
  time,
  timeOr24,
  variants,
  zoneRef,
} from './check.js';
import { secondsOf } from './civil.js';
import type { HardConstraint, Notice, Party, SoftCost } from './problem.js';
import { CITE, dateRanges, intervals, MOST, NOTE, weekdays } from './read-frame.js';
import { largestCost } from './soft.js';

const BUDGET = 1_000;
/** Level counts are packed seven bits each (§19). */
export const MOST_FAIR = 127;

const anyWord: Check = () => true;
const cost = int(0, 1_000);
const price = int(1, 1_000);
const weight = int(1, 100);
const nearMinutes = int(0, 43_200);

/** `cycle.ready` and `onCycle.ready` lie at or after the start of the coverage (§3.9). */
const readyInCoverage: Check = (value, place) =>
  instant(value, place) &&
  (place.reading.coverage === undefined ||
    secondsOf(String(value)) >= place.reading.coverage.from ||
    flaw(place, 'E_COVERAGE', 'is before the coverage'));

/** Counts over civil days start inside the coverage (§3.9). */
const fromInCoverage: Check = (value, place) =>
  readyInCoverage(value, place) &&
  (place.reading.coverage === undefined ||
    secondsOf(String(value)) < place.reading.coverage.until ||
    flaw(place, 'E_COVERAGE', 'is not before the end of the coverage'));

const somePeriod: Check = (value, place) =>
  (isRecord(value) && ('intervals' in value || 'dates' in value)) ||
  flaw(place, 'E_FIELD', 'needs intervals or dates');

const neighbourhood: Check = (value, place) =>
  !isRecord(value) ||
  value['beforeMinutes'] !== 0 ||
  value['afterMinutes'] !== 0 ||
  flaw(place, 'E_INTERVAL', 'beforeMinutes and afterMinutes are both 0');

const onGrid: Check = (value, place) =>
  instant(value, place) &&
  (secondsOf(String(value)) % 900 === 0 || flaw(place, 'E_VALUE', 'is not a quarter of an hour'));

function softOf(
  required: Readonly<Record<string, Check>>,
  optional: Readonly<Record<string, Check>> = {},
  then?: Check,
): Check {
  return fields({ id, kind: anyWord, ...required }, { note: NOTE, ...optional }, then);
}

const softCost: Check = variants('kind', {
  office: softOf({ zone: zoneRef, calendar: ref('calendars'), table: tableRef('staff') }),
  cycle: softOf({ rule: ref('rules'), ready: readyInCoverage, table: tableRef('cycle') }),
  avoid: softOf({ cost: price }, { intervals, dates: dateRanges }, somePeriod),
  avoidCycle: softOf(
    { rule: ref('rules'), beforeMinutes: nearMinutes, afterMinutes: nearMinutes, cost: price },
    {},
    neighbourhood,
  ),
  delay: softOf({ from: instant, perDay: price, cap: price }),
  leadPreference: softOf({ from: instant, table: tableRef('lead') }),
  stay: softOf({ at: onGrid, cost, perDay: cost, cap: cost }),
} satisfies Record<SoftCost['kind'], Check>);

const noticeMinutes = int(0, 527_040);

const notice: Check = fields(
  {},
  { atLeastMinutes: noticeMinutes, preferAtMostMinutes: noticeMinutes, atMostMinutes: noticeMinutes },
  (value, place) => {
    const { atLeastMinutes, preferAtMostMinutes, atMostMinutes } = value as Notice;
    const given = [atLeastMinutes, preferAtMostMinutes, atMostMinutes].filter((one) => one !== undefined);
    if (given.length === 0) return flaw(place, 'E_FIELD', 'is empty');
    const ordered = given.every((one, index) => index === 0 || (given[index - 1] ?? 0) <= one);
    return ordered || flaw(place, 'E_INTERVAL', 'atLeast, preferAtMost and atMost must not decrease');
  },
);

const party: Check = fields(
  {
    id,
    role: oneOf('centre', 'vendor', 'reporter', 'public', 'criticalInfrastructure', 'other'),
    weight,
    fair: bool,
    soft: distinct(0, 16, softCost),
  },
  { zone: zoneRef, notice, note: NOTE },
  withinBudget,
);

function withinBudget(value: unknown, place: Place): boolean {
  const { tables } = place.reading;
  if (tables === undefined) return true;
  const asked = (value as Party).soft.reduce(
    (sum, soft) => sum + largestCost(soft, (name) => tables.get(name)),
    0,
  );
  return asked <= BUDGET || flaw(place, 'E_BUDGET', `may ask for ${asked}, the most is ${BUDGET}`);
}

/** The parties of a document or fragment, with the bound on fair ones. */
export const parties: Check = (value, place) => {
  const right = distinct(1, MOST.parties, party)(value, place);
  const fair = Array.isArray(value) ? value.filter((one) => isRecord(one) && one['fair'] === true) : [];
  return fair.length <= MOST_FAIR ? right : flaw(place, 'E_LIMIT', `has more than ${MOST_FAIR} fair parties`);
};

const relax: Check = (value, place) => {
  if (typeof value === 'string')
    return value === 'never' || flaw(place, 'E_VALUE', 'must be a number or never');
  return price(value, place);
};

function hardOf(
  required: Readonly<Record<string, Check>>,
  optional: Readonly<Record<string, Check>> = {},
  then?: Check,
): Check {
  return fields(
    { id, kind: anyWord, party: ref('parties'), relax, ...required },
    { cite: CITE, note: NOTE, ...optional },
    then,
  );
}

function boundOf(
  required: Readonly<Record<string, Check>>,
  optional: Readonly<Record<string, Check>> = {},
  then?: Check,
): Check {
  return hardOf(required, { overrunPerDay: cost, ...optional }, then);
}

/** Exactly one of two lengths. */
function oneLength(left: string, right: string): Check {
  return (value, place) =>
    !isRecord(value) ||
    left in value !== right in value ||
    flaw(place, 'E_FIELD', `needs exactly one of ${left} and ${right}`);
}

/** A calendar exactly when the last day may move. */
const calendarForRoll: Check = (value, place) => {
  if (!isRecord(value) || (value['roll'] !== 'none') === 'calendar' in value) return true;
  return flaw(
    inside(place, 'calendar'),
    'E_FIELD',
    value['roll'] === 'none' ? 'is not allowed without a roll' : 'is needed for this roll',
  );
};

const days = int(1, 3_660);

const deadline: Check = variants('count', {
  elapsed: boundOf(
    { count: anyWord, from: instant },
    { days, minutes: int(1, 5_270_400) },
    oneLength('days', 'minutes'),
  ),
  civil: boundOf(
    { count: anyWord, from: fromInCoverage, zone: zoneRef, roll: oneOf('none', 'next', 'previous') },
    { days, months: int(1, 120), calendar: ref('calendars') },
    (value, place) => {
      const one = oneLength('days', 'months')(value, place);
      return calendarForRoll(value, place) && one;
    },
  ),
});

const readyOrNever: Check = (value, place) => value === null || instant(value, place);

const window: Check = fields({ days: weekdays(1, 7), from: time, to: timeOr24 }, {}, (value, place) =>
  isRecord(value) && String(value['from']) < String(value['to'])
    ? true
    : flaw(place, 'E_INTERVAL', 'from is not before to'),
);

const hardConstraint: Check = variants('kind', {
  notBefore: boundOf({ at: instant }),
  notAfter: boundOf({ at: instant }),
  before: boundOf({ at: instant }),
  deadline,
  lead: boundOf({ from: instant, minutes: int(1, 527_040) }),
  leadWork: boundOf({
    from: fromInCoverage,
    days: int(1, 250),
    zone: zoneRef,
    calendar: ref('calendars'),
  }),
  readyQuorum: boundOf({
    percent: int(1, 100),
    vendors: distinct(1, 2_000, fields({ id, weight, ready: readyOrNever })),
  }),
  blackout: hardOf({}, { intervals, dates: dateRanges }, somePeriod),
  weekly: hardOf({ zone: zoneRef, windows: list(1, 32, window) }, { calendar: ref('calendars') }),
  onCycle: hardOf(
    { rule: ref('rules'), ready: readyInCoverage, beforeMinutes: nearMinutes, afterMinutes: nearMinutes },
    {},
    neighbourhood,
  ),
} satisfies Record<HardConstraint['kind'], Check>);

export const hard: Check = distinct(0, MOST.hard, hardConstraint);
