/**
 * From text to a checked document. Unknown members are refused and nothing is filled in: a node that ignored one
 * word of the document would compute another answer.
 * @see SCHEDULING §3, §12
 */
import type { Json } from '../canonical.js';
import { LIMITS } from '../limits.js';
import { type JsonFlaw, scanJson } from '../strict-json.js';
import { boundOf, distanceFrom, isBound, overrunDays } from './bound.js';
import {
  type Check,
  fields,
  flaw,
  formed,
  id,
  inside,
  instant,
  int,
  isList,
  isRecord,
  type JsonRecord,
  oneOf,
  type Place,
  type Reading,
} from './check.js';
import { DAY_SECONDS, QUARTER_SECONDS, secondsOf } from './civil.js';
import { type Ground, groundOf } from './ground.js';
import type { CostTable, HardConstraint, Problem, ProblemDocument, ScheduleError, Span } from './problem.js';
import { calendars, NOTE, rules, tables, zones } from './read-frame.js';
import { hard, parties } from './read-parties.js';

export type ProblemReading =
  | { readonly ok: true; readonly problem: Problem }
  /** At least one, at most a hundred. */
  | { readonly ok: false; readonly errors: readonly ScheduleError[] };

/** Sums of keys stay below it (§7). */
export const SUM_BOUND: number = 2 ** 31;

/** Days of zones and calendars that the coverage has on either side of the horizon. */
export const MARGIN_DAYS = 40;

const MOST_HORIZON_DAYS = 733;
const LONGEST_ID = 64;

const FLAW_CODES: Readonly<Record<JsonFlaw, ScheduleError['code']>> = {
  syntax: 'E_JSON',
  twice: 'E_JSON',
  depth: 'E_JSON',
  prototype: 'E_FIELD',
  number: 'E_VALUE',
  size: 'E_LIMIT',
};

/** Reads a problem document from its text. Errors are codes of §12. */
export function readProblem(text: string | Uint8Array): ProblemReading {
  const scan = scanJson(text, { levels: LIMITS.jsonLevels.most, length: LIMITS.documentBytes.most });
  if (scan.ok) return readProblemDocument(scan.value);
  const message = `${scan.flaw} at character ${scan.at}`;
  return { ok: false, errors: [{ code: FLAW_CODES[scan.flaw], path: '', message }] };
}

/**
 * Checks a document that is already a JSON value. What only a text can have wrong, such as a member twice, is then
 * the concern of whoever parsed it.
 */
export function readProblemDocument(value: Json): ProblemReading {
  const errors: ScheduleError[] = [];
  if (!isRecord(value)) {
    return { ok: false, errors: [{ code: 'E_JSON', path: '', message: 'must be an object' }] };
  }
  const reading = readingOf(value, errors);
  const right = problemDocument(value, { path: '', reading });
  return right ? { ok: true, problem: value as Problem } : { ok: false, errors };
}

/**
 * What the members of a document offer each other, gathered before they are checked: a name is known when its key
 * is there, and what is wrong with the entry is said once, at the entry.
 */
export function readingOf(
  document: JsonRecord,
  errors: ScheduleError[],
  options: Partial<Pick<Reading, 'idLength' | 'remarks' | 'tables'>> = {},
): Reading {
  const namesOf = (member: string): ReadonlySet<string> => {
    const named = document[member];
    return new Set(isRecord(named) ? Object.keys(named) : []);
  };
  const listed = document['parties'];
  return {
    errors,
    zones: namesOf('zones'),
    calendars: namesOf('calendars'),
    rules: namesOf('rules'),
    parties: new Set(
      (isList(listed) ? listed : []).flatMap((one) =>
        isRecord(one) && typeof one['id'] === 'string' ? [one['id']] : [],
      ),
    ),
    tables: tablesOf(document['tables']),
    coverage: coverageOf(document['coverage']),
    idLength: LONGEST_ID,
    remarks: true,
    ...options,
  };
}

/** The span for which zones and calendars are complete. */
export const coverage: Check = fields(
  { from: instant, until: instant },
  {},
  (value, place) => coverageOf(value) !== undefined || flaw(place, 'E_INTERVAL', 'from is not before until'),
);

/** Release of the zone tables. */
export const tzdb: Check = formed((text) => /^\d{4}[a-z]{1,2}$/.test(text), 'a release such as 2026c');

const horizon: Check = fields({ start: instant, end: instant }, {}, (value, place) => {
  const { start, end } = value as ProblemDocument['horizon'];
  const [from, until] = [secondsOf(start), secondsOf(end)];
  if (from % QUARTER_SECONDS !== 0 || until % QUARTER_SECONDS !== 0) {
    return flaw(place, 'E_HORIZON', 'does not begin and end on a quarter of an hour');
  }
  if (from >= until) return flaw(place, 'E_HORIZON', 'start is not before end');
  return (
    until - from <= MOST_HORIZON_DAYS * DAY_SECONDS ||
    flaw(place, 'E_HORIZON', `is longer than ${MOST_HORIZON_DAYS} days`)
  );
});

const spec: Check = (value, place) => value === 'SCHED/1' || flaw(place, 'E_SPEC', 'must be SCHED/1');

const members = fields(
  {
    case: id,
    revision: int(0, 999_999),
    preparedAt: instant,
    tzdb,
    coverage,
    horizon,
    objective: oneOf('total', 'minimax', 'leximin'),
    zones,
    calendars,
    rules,
    tables,
    parties,
    hard,
  },
  { spec, note: NOTE },
  (value, place) => {
    const document = value as ProblemDocument;
    const covered = horizonIsCovered(document, inside(place, 'coverage'));
    return covered && sumsInRange(document, inside(place, 'hard'));
  },
);

function problemDocument(value: JsonRecord, place: Place): boolean {
  // An absent spec is E_SPEC and not E_FIELD: the first thing to know is that this is another kind of document.
  const named = Object.hasOwn(value, 'spec') || flaw(inside(place, 'spec'), 'E_SPEC', 'is missing');
  return members(value, place) && named;
}

function horizonIsCovered(document: ProblemDocument, place: Place): boolean {
  const margin = MARGIN_DAYS * DAY_SECONDS;
  return (
    (secondsOf(document.coverage.from) <= secondsOf(document.horizon.start) - margin &&
      secondsOf(document.coverage.until) >= secondsOf(document.horizon.end) + margin) ||
    flaw(place, 'E_COVERAGE', `does not reach ${MARGIN_DAYS} days beyond the horizon`)
  );
}

function sumsInRange(document: ProblemDocument, place: Place): boolean {
  const ground = groundOf(document);
  const largest =
    1_000 * document.parties.reduce((sum, { weight }) => sum + weight, 0) +
    document.hard.reduce((sum, constraint) => sum + largestOverrun(constraint, ground), 0);
  return largest < SUM_BOUND || flaw(place, 'E_RANGE', 'weights and overruns may reach 2^31');
}

/** The most a constraint can charge for being overrun within the horizon (§7). */
export function largestOverrun(constraint: HardConstraint, ground: Ground): number {
  const perDay = 'overrunPerDay' in constraint ? (constraint.overrunPerDay ?? 0) : 0;
  if (perDay === 0 || !isBound(constraint)) return 0;
  const bound = boundOf(constraint, ground);
  const ends = [ground.first, ground.first + ground.quarters - 1];
  return perDay * Math.max(...ends.map((quarter) => overrunDays(distanceFrom(bound, quarter))));
}

/** Seconds of a span, or `undefined` where it cannot be used. */
function coverageOf(value: Json | undefined): Reading['coverage'] {
  if (!isRecord(value)) return undefined;
  const silent: Place = { path: '', reading: { ...NOTHING, errors: [] } };
  if (!instant(value['from'] ?? null, silent) || !instant(value['until'] ?? null, silent)) return undefined;
  const span = value as Span;
  const [from, until] = [secondsOf(span.from), secondsOf(span.until)];
  return from < until ? { from, until } : undefined;
}

/** Tables by name; `undefined` for one that is wrong by itself, which is said where it stands. */
function tablesOf(value: Json | undefined): NonNullable<Reading['tables']> {
  const known = new Map<string, CostTable | undefined>();
  for (const [name, table] of isRecord(value) ? Object.entries(value) : []) {
    const silent: Place = { path: '', reading: { ...NOTHING, errors: [] } };
    known.set(name, tables({ [name]: table }, silent) ? (table as CostTable) : undefined);
  }
  return known;
}

const NOTHING: Reading = {
  errors: [],
  zones: new Set(),
  calendars: new Set(),
  rules: new Set(),
  parties: new Set(),
  tables: undefined,
  coverage: undefined,
  idLength: LONGEST_ID,
  remarks: true,
};
