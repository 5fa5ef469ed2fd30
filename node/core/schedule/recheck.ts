/**
 * What new zone or holiday data does to an instant that is settled already.
 *
 * Problem: zones and holidays travel inside the signed document, so an instant never moves by itself; but a government
 * that moves its clocks can make it break what somebody signed as hard. Naively one would solve again and compare the
 * instants: then every new release looks like a reason to reopen, though the old instant is merely no longer the best.
 * Here only one thing reopens a settlement: a hard constraint that held and now does not.
 * @see SCHEDULING §14.6
 */
import { byText } from '../bytes.js';
import type { Json } from '../canonical.js';
import { type Outcome, ok, refuse } from '../fault.js';
import { distanceFrom } from './bound.js';
import { QUARTER_SECONDS, secondsOf, textOfSeconds } from './civil.js';
import { type Ground, groundOf } from './ground.js';
import { type Ban, banOf, forbids } from './hard.js';
import type { Calendar, Problem, ProblemDocument, Span, ZoneTable } from './problem.js';
import { readProblemDocument } from './read-problem.js';
import { solve } from './solve.js';

/** Zones and calendars as somebody knows them today. */
export interface FreshTables {
  /** Release of the zone tables. */
  readonly tzdb: string;
  /** `undefined` for a zone that the release does not have: then the old table stays. */
  readonly zone: (name: string, coverage: Span) => ZoneTable | undefined;
  /** `undefined` for a calendar that nobody here keeps: then the old one stays. */
  readonly calendar: (id: string, old: Calendar) => RenewedCalendar | undefined;
}

/** A calendar with the holidays of today. */
export interface RenewedCalendar {
  readonly calendar: Calendar;
  /** Whose holidays it was taken for, such as `JP`. */
  readonly like: string;
  /** Dates it keeps although they are no holidays today: own closures, or holidays since abolished. */
  readonly doubtful: readonly string[];
}

/** A hard constraint that the instant satisfied and now violates. */
export type Broken = {
  readonly constraint: string;
  readonly party: string;
  readonly relax: number | 'never';
  /** How far a bound is missed; null for a window or a cycle, and for a quorum that cannot be met. */
  readonly shiftMinutes: number | null;
  /** The nearest quarters of the horizon that satisfy this constraint by itself; null where there is none. */
  readonly allowedBefore: string | null;
  readonly allowedAfter: string | null;
};

export type Recheck = {
  readonly at: string;
  readonly tzdb: { readonly old: string; readonly fresh: string };
  /** The tables here are older than those of the document: its zones were left as they are, and should be checked elsewhere. */
  readonly older: boolean;
  /** Names of zones and ids of calendars that say something else now, in byte order. */
  readonly changed: { readonly zones: readonly string[]; readonly calendars: readonly string[] };
  readonly broken: readonly Broken[];
  /** Calendars with dates that are no holidays today, by id: nothing here knows whether they are own closures. */
  readonly doubtful: readonly {
    readonly calendar: string;
    readonly like: string;
    readonly dates: readonly string[];
  }[];
  /** What breaks besides if these dates are holidays that were abolished. */
  readonly brokenIfAbolished: readonly Broken[];
  /** Constraints that the instant violates with the old data as well: waived, or never asked. */
  readonly violatedBefore: readonly string[];
  /** What the solver would say today; the settled instant does not follow it. */
  readonly bestNow: string | null;
};

/**
 * Checks a settled instant again.
 *
 * @param problem the document that was solved.
 * Faults: COMMAND_MALFORMED where the instant is no quarter of the horizon (`at`), SCHEDULE_REFUSED where the document
 * does not stand with the new data.
 */
export function recheck(problem: Problem, at: string, fresh: FreshTables): Outcome<Recheck> {
  const before = groundOf(problem);
  const quarter = secondsOf(at) / QUARTER_SECONDS - before.first;
  if (!Number.isInteger(quarter) || quarter < 0 || quarter >= before.quarters)
    return refuse('COMMAND_MALFORMED', { where: 'at' });
  const { document, changed, older, doubtful } = renewed(problem, fresh);
  const read = readProblemDocument(document as unknown as Json);
  if (!read.ok) return refuse('SCHEDULE_REFUSED', { where: read.errors[0]?.code ?? '' });
  const held = new Set(
    problem.hard.filter((one) => !forbids(banOf(one, before), quarter)).map(({ id }) => id),
  );
  const broken = brokenIn(read.problem, held, quarter);
  const abolished = doubtful.length === 0 ? read : readProblemDocument(without(document, doubtful));
  const known = new Set(broken.map(({ constraint }) => constraint));
  const { best, ground: after } = solve(read.problem);
  return ok({
    at,
    tzdb: { old: problem.tzdb, fresh: fresh.tzdb },
    older,
    changed,
    broken,
    doubtful,
    brokenIfAbolished: (abolished.ok ? brokenIn(abolished.problem, held, quarter) : []).filter(
      ({ constraint }) => !known.has(constraint),
    ),
    violatedBefore: problem.hard
      .map(({ id }) => id)
      .filter((id) => !held.has(id))
      .sort(byText),
    bestNow: best === undefined ? null : textOfSeconds((after.first + best) * QUARTER_SECONDS),
  });
}

/** Of the constraints that held, those that the quarter violates now, by id. */
function brokenIn(problem: Problem, held: ReadonlySet<string>, quarter: number): readonly Broken[] {
  const ground = groundOf(problem);
  return problem.hard
    .flatMap((one) => {
      const ban = held.has(one.id) ? banOf(one, ground) : undefined;
      return ban !== undefined && forbids(ban, quarter) ? [brokenBy(ban, quarter, ground)] : [];
    })
    .sort((left, right) => byText(left.constraint, right.constraint));
}

/** The document without the dates that may be no holidays any more. */
function without(document: ProblemDocument, doubtful: Recheck['doubtful']): Json {
  const gone = new Map(doubtful.map(({ calendar, dates }) => [calendar, new Set(dates)]));
  const calendars = Object.entries(document.calendars).map(([id, held]) => [
    id,
    { ...held, dates: held.dates.filter((date) => gone.get(id)?.has(date) !== true) },
  ]);
  return { ...document, calendars: Object.fromEntries(calendars) } as unknown as Json;
}

interface Renewal {
  readonly document: ProblemDocument;
  readonly changed: Recheck['changed'];
  readonly older: boolean;
  readonly doubtful: Recheck['doubtful'];
}

function renewed(problem: Problem, fresh: FreshTables): Renewal {
  // What the document says of its zones is newer than what is known here: then it is not for us to doubt it.
  const older = byText(fresh.tzdb, problem.tzdb) < 0;
  const zones = Object.entries(problem.zones).map(
    ([name, old]) => [name, old, (older ? undefined : fresh.zone(name, problem.coverage)) ?? old] as const,
  );
  const renewals = Object.entries(problem.calendars).map(
    ([id, old]) => [id, old, fresh.calendar(id, old)] as const,
  );
  const calendars = renewals.map(([id, old, now]) => [id, old, now?.calendar ?? old] as const);
  const moved = (rows: readonly (readonly [string, Json, Json])[]): readonly string[] =>
    rows
      .filter(([, old, now]) => JSON.stringify(old) !== JSON.stringify(now))
      .map(([name]) => name)
      .sort(byText);
  return {
    older,
    document: {
      ...problem,
      tzdb: older ? problem.tzdb : fresh.tzdb,
      zones: Object.fromEntries(zones.map(([name, , now]) => [name, now])),
      calendars: Object.fromEntries(calendars.map(([id, , now]) => [id, now])),
    },
    changed: {
      zones: moved(zones.map(([name, old, now]) => [name, offsetsOf(old), offsetsOf(now)])),
      calendars: moved(calendars.map(([id, old, now]) => [id, workingOf(old), workingOf(now)])),
    },
    doubtful: renewals
      .flatMap(([calendar, , now]) =>
        now === undefined || now.doubtful.length === 0
          ? []
          : [{ calendar, like: now.like, dates: now.doubtful }],
      )
      .sort((left, right) => byText(left.calendar, right.calendar)),
  };
}

/** Order of members apart, so that two spellings of one table are no change. */
function offsetsOf({ initialOffsetMinutes, transitions }: ZoneTable): Json {
  return [initialOffsetMinutes, ...transitions.map(({ at, offsetMinutes }) => [at, offsetMinutes])];
}

function workingOf({ weekend, dates }: Calendar): Json {
  return [weekend, dates];
}

function brokenBy(ban: Ban, quarter: number, ground: Ground): Broken {
  const { constraint, bound, forbidden } = ban;
  const around = forbidden.find(({ from, until }) => from <= quarter && quarter < until);
  const [last, next] = [(around?.from ?? 0) - 1, around?.until ?? ground.quarters];
  const textAt = (one: number): string | null =>
    one < 0 || one >= ground.quarters ? null : textOfSeconds((ground.first + one) * QUARTER_SECONDS);
  return {
    constraint: constraint.id,
    party: constraint.party,
    relax: constraint.relax,
    shiftMinutes:
      bound === undefined || bound.side === 'unreachable'
        ? null
        : (distanceFrom(bound, ground.first + quarter) * QUARTER_SECONDS) / 60,
    // Forbidden ranges stand apart from each other, so what lies beside one is allowed.
    allowedBefore: textAt(last),
    allowedAfter: textAt(next),
  };
}
