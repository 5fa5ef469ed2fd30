/**
 * From local rules to the document of SCHED/1: zones with their changes of clocks, calendars with holidays and own
 * closures, cycles as rules. All of it comes from tables of one named release that are handed in, never from the
 * operating system, so that two offices with one description get one document.
 * @see SCHEDULING §3, §14, §18
 */
import type { Json } from '../../node/core/canonical.js';
import type { Outcome } from '../../node/core/fault.js';
import { dayOf, textOfDay } from '../../node/core/schedule/civil.js';
import type {
  Calendar,
  CostTable,
  HardConstraint,
  Named,
  Notice,
  Party,
  Problem,
  ProblemDocument,
  Rule,
  ScheduleError,
  SoftCost,
  Span,
  ZoneTable,
} from '../../node/core/schedule/problem.js';
import { MARGIN_DAYS, readProblemDocument } from '../../node/core/schedule/read-problem.js';
import { reaching } from '../../node/core/schedule/wishes.js';
import { weakestConfidence } from './cycles.js';
import type { Blackout, DescribedParty, Description, Embargo, Office } from './description.js';
import { EMBARGOES, NOTICES } from './embargoes.js';
import { runtimeZones } from './runtime.js';

/** The tables a document is made from. */
export interface BuildSources {
  /** Release of the zone tables. */
  readonly tzdb: string;
  readonly zone: (name: string, span: Span) => Outcome<ZoneTable>;
  readonly cycle: (name: string) => Rule | undefined;
  /** Public holidays of a country; beyond its span a calendar knows only its weekend. */
  readonly holidays: (country: string) => Calendar | undefined;
  readonly tables: Named<CostTable>;
  /** Release of the runtime's own zone data, for a warning only. */
  readonly runtimeTzdb: string | undefined;
  /** `preparedAt` where the description has none: an instant of SCHED/1. */
  readonly now: string;
}

/** What a person should know before relying on the document. */
export interface Warning {
  readonly about:
    | 'runtime zones older'
    | 'unconfirmed cycle'
    | 'unconfirmed policy'
    | 'holidays unknown'
    | 'no holidays';
  /** A name, a release, or a date: never text of a case. */
  readonly what: string;
}

export type Built =
  | { readonly ok: true; readonly problem: Problem; readonly warnings: readonly Warning[] }
  | { readonly ok: false; readonly errors: readonly ScheduleError[] };

/** Prices and weights where a description names none. */
const READY_RELAX = 60;
const EMBARGO_RELAX = 40;
const BLACKOUT_RELAX = 40;
const BOUND_RELAX = 'never';
const CENTRE_WEIGHT = 10;
/** The office takes up to 450 of a party's 1000 points and a cycle up to 400. */
const DELAY_CAP = 150;

/**
 * Builds the document and checks it as every solver would.
 *
 * @returns errors with a pointer into the description where a name is unknown, else into the document.
 */
export function buildProblem(described: Description, sources: BuildSources): Built {
  const errors: ScheduleError[] = [];
  const warnings: Warning[] = runtimeWarning(sources);
  const coverage = coverageOf(described);
  const kit: Kit = {
    described,
    sources,
    coverage,
    errors,
    warnings,
    zones: new Set(),
    rules: {},
    calendars: {},
  };
  const parties = described.parties.map((party, at) => partyOf(party, at, kit));
  const hard = [
    ...described.parties.flatMap((party, at) => constraintsOf(party, at, kit)),
    ...(described.hard ?? []),
  ];
  for (const [at, constraint] of (described.hard ?? []).entries()) collect(constraint, `/hard/${at}`, kit);
  const zones = zonesOf(kit);
  if (errors.length > 0) return { ok: false, errors };
  const document: ProblemDocument = {
    spec: 'SCHED/1',
    case: described.case,
    revision: described.revision ?? 0,
    preparedAt: described.preparedAt ?? sources.now,
    tzdb: sources.tzdb,
    coverage,
    horizon: described.horizon,
    objective: described.objective ?? 'minimax',
    zones,
    calendars: kit.calendars,
    rules: kit.rules,
    tables: sources.tables,
    parties,
    hard,
    ...(described.note === undefined ? {} : { note: described.note }),
  };
  const read = readProblemDocument(document as unknown as Json);
  return read.ok ? { ok: true, problem: read.problem, warnings: distinctOf(warnings) } : read;
}

/** What is gathered while parties are read. */
interface Kit {
  readonly described: Description;
  readonly sources: BuildSources;
  readonly coverage: Span;
  readonly errors: ScheduleError[];
  readonly warnings: Warning[];
  readonly zones: Set<string>;
  readonly rules: Record<string, Rule>;
  readonly calendars: Record<string, Calendar>;
}

/** Whole days that reach far enough beyond the horizon, and back to every date that something is counted from. */
function coverageOf({ horizon, parties, hard = [] }: Description): Span {
  const counted = [
    horizon.start,
    ...parties.flatMap(({ ready, cycle, embargo }) => [
      ...(cycle === undefined || ready === undefined ? [] : [ready]),
      ...(embargo?.count === 'civil' ? [embargo.from] : []),
    ]),
    ...hard.flatMap((one) => ('ready' in one && typeof one.ready === 'string' ? [one.ready] : [])),
  ];
  const first = Math.min(dayOf(horizon.start) - MARGIN_DAYS, ...counted.map(dayOf)) - 1;
  const last = Math.max(dayOf(horizon.end) + MARGIN_DAYS, ...counted.map(dayOf)) + 2;
  return { from: `${textOfDay(first)}T00:00:00Z`, until: `${textOfDay(last)}T00:00:00Z` };
}

function partyOf(party: DescribedParty, at: number, kit: Kit): Party {
  const { id, role, zone, note } = party;
  const notice = noticeOf(party.notice, `/parties/${at}/notice`, kit);
  if (zone !== undefined) kit.zones.add(zone);
  return {
    id,
    role,
    weight: party.weight ?? (role === 'centre' ? CENTRE_WEIGHT : 1),
    fair: party.fair ?? role !== 'vendor',
    soft: softOf(party, at, kit),
    ...(zone === undefined ? {} : { zone }),
    ...(notice === undefined ? {} : { notice }),
    ...(note === undefined ? {} : { note }),
  };
}

function softOf(party: DescribedParty, at: number, kit: Kit): readonly SoftCost[] {
  const soft: SoftCost[] = [];
  const { zone = '', office, cycle, ready, delay } = party;
  if (office !== undefined) {
    const calendar = calendarOf(party.id, office, `/parties/${at}/office/holidays`, kit);
    soft.push({ id: 'office', kind: 'office', zone, calendar, table: 'staff-1' });
  }
  if (cycle !== undefined) {
    takeRule(cycle, `/parties/${at}/cycle`, kit);
    const since = ready ?? kit.coverage.from;
    soft.push({ id: 'cycle', kind: 'cycle', rule: cycle, ready: since, table: 'cycle-1' });
  }
  if (delay !== undefined) soft.push({ id: 'delay', kind: 'delay', cap: DELAY_CAP, ...delay });
  return soft;
}

function constraintsOf(party: DescribedParty, at: number, kit: Kit): readonly HardConstraint[] {
  const own = (what: string): { readonly id: string; readonly party: string } => ({
    id: `${party.id}-${what}`,
    party: party.id,
  });
  const { ready, notBefore, notAfter, blackouts, embargo } = party;
  const hard: HardConstraint[] = [];
  if (ready !== undefined)
    hard.push({ ...own('ready'), kind: 'notBefore', relax: party.readyRelax ?? READY_RELAX, at: ready });
  if (notBefore !== undefined)
    hard.push({ ...own('from'), kind: 'notBefore', relax: BOUND_RELAX, at: notBefore });
  if (notAfter !== undefined) hard.push({ ...own('to'), kind: 'notAfter', relax: BOUND_RELAX, at: notAfter });
  if (blackouts !== undefined)
    hard.push({
      ...own('blackout'),
      kind: 'blackout',
      relax: BLACKOUT_RELAX,
      ...periodsOf(blackouts, party.zone),
    });
  if (embargo !== undefined) {
    const deadline = embargoOf(embargo, own('embargo'), party, at, kit);
    if (deadline !== undefined) hard.push(deadline);
  }
  return hard;
}

/** In the order that SCHED/1 asks for (§3.1); two alike are one. */
function periodsOf(
  blackouts: readonly Blackout[],
  zone = '',
): Pick<Extract<HardConstraint, { kind: 'blackout' }>, 'intervals' | 'dates'> {
  const intervals = blackouts.flatMap((one) =>
    one.kind === 'span' ? [{ from: one.from, until: one.until }] : [],
  );
  const dates = blackouts.flatMap((one) =>
    one.kind === 'dates' ? [{ from: one.from, to: one.to, zone }] : [],
  );
  return {
    ...(intervals.length === 0 ? {} : { intervals: ascending(intervals, ({ from, until }) => from + until) }),
    ...(dates.length === 0 ? {} : { dates: ascending(dates, ({ from, to }) => from + to) }),
  };
}

function ascending<T>(entries: readonly T[], rank: (entry: T) => string): readonly T[] {
  const byRank = new Map(entries.map((entry) => [rank(entry), entry]));
  return [...byRank].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, entry]) => entry);
}

function embargoOf(
  embargo: Embargo,
  own: Pick<HardConstraint, 'id' | 'party'>,
  party: DescribedParty,
  at: number,
  kit: Kit,
): HardConstraint | undefined {
  const path = `/parties/${at}/embargo/policy`;
  const policy = Object.hasOwn(EMBARGOES, embargo.policy) ? EMBARGOES[embargo.policy] : undefined;
  if (policy === undefined) return unknown(kit, path, 'is no policy of the catalogue');
  const { length, holder } = policy;
  if (length === undefined) return unknown(kit, path, 'has no fixed length');
  if (policy.confidence === 'unconfirmed' || policy.startConfidence === 'unconfirmed')
    kit.warnings.push({ about: 'unconfirmed policy', what: embargo.policy });
  const { from, roll = 'none', relax = EMBARGO_RELAX, overrunPerDay } = embargo;
  const bound = {
    ...own,
    kind: 'deadline',
    relax,
    from,
    cite: `${holder}, from ${policy.starts ?? 'an unknown start'}`,
    ...(overrunPerDay === undefined ? {} : { overrunPerDay }),
  } as const;
  if (embargo.count === 'elapsed')
    return 'months' in length
      ? unknown(kit, `/parties/${at}/embargo/count`, 'months have no elapsed length')
      : { ...bound, count: 'elapsed', ...length };
  if ('minutes' in length)
    return unknown(kit, `/parties/${at}/embargo/count`, 'hours run: count them elapsed');
  const civil = { ...bound, count: 'civil', zone: party.zone ?? '', roll, ...length } as const;
  if (roll === 'none') return civil;
  if (party.office === undefined) return unknown(kit, `/parties/${at}/embargo/roll`, 'needs an office');
  return { ...civil, calendar: calendarOf(party.id, party.office, path, kit) };
}

function noticeOf(notice: string | Notice | undefined, path: string, kit: Kit): Notice | undefined {
  if (typeof notice !== 'string') return notice;
  const policy = Object.hasOwn(NOTICES, notice) ? NOTICES[notice] : undefined;
  if (policy === undefined) return unknown(kit, path, 'is no notice policy of the catalogue');
  if (policy.confidence === 'unconfirmed') kit.warnings.push({ about: 'unconfirmed policy', what: notice });
  return policy.notice;
}

/**
 * Name of the calendar of an office: the country's own name, so that new holidays are found again (`schedule recheck`);
 * with closures or another weekend `country+party`.
 */
function calendarOf(party: string, office: Office, path: string, kit: Kit): string {
  const { holidays: country, closures = [], weekend } = office;
  const known = country === undefined ? undefined : kit.sources.holidays(country);
  if (country !== undefined && known === undefined) {
    unknown(kit, path, 'is no country of the catalogue');
    return '';
  }
  const base: Calendar = known ?? {
    weekend: ['SA', 'SU'],
    from: '2000-01-01',
    until: '2000-01-02',
    dates: [],
  };
  if (known === undefined) kit.warnings.push({ about: 'no holidays', what: party });
  else if (
    known.until < kit.described.horizon.end.slice(0, 10) ||
    known.from > kit.described.horizon.start.slice(0, 10)
  )
    kit.warnings.push({
      about: 'holidays unknown',
      what: `${country} outside ${known.from}..${known.until}`,
    });
  const plain = closures.length === 0 && weekend === undefined;
  const name = plain ? (country ?? 'weekends') : `${country ?? 'weekends'}+${party}`;
  const whole = reaching(base, kit.coverage);
  const closed = closures.flatMap(({ from, to }) => daysBetween(from, to));
  const dates = [...new Set([...whole.dates, ...closed])]
    .filter((date) => date >= whole.from && date <= whole.until)
    .sort();
  kit.calendars[name] = { ...whole, weekend: weekend ?? whole.weekend, dates };
  return name;
}

/** Both inclusive; a year at most, as nobody closes for longer. */
function daysBetween(from: string, to: string): readonly string[] {
  const [first, last] = [dayOf(from), Math.min(dayOf(to), dayOf(from) + 366)];
  return Array.from({ length: last - first + 1 }, (_, at) => textOfDay(first + at));
}

function takeRule(name: string, path: string, kit: Kit): void {
  const rule = kit.sources.cycle(name);
  if (rule === undefined) {
    unknown(kit, path, 'is no cycle of the catalogue');
    return;
  }
  kit.rules[name] = rule;
  for (const { zone } of rule.parts) kit.zones.add(zone);
  if (weakestConfidence(rule) === 'unconfirmed')
    kit.warnings.push({ about: 'unconfirmed cycle', what: name });
}

/** Zones and cycles that a constraint in the words of SCHED/1 names. */
function collect(constraint: Json, path: string, kit: Kit): void {
  if (typeof constraint !== 'object' || constraint === null) return;
  for (const [name, member] of Object.entries(constraint)) {
    if (name === 'zone' && typeof member === 'string') kit.zones.add(member);
    else if (name === 'rule' && typeof member === 'string') takeRule(member, `${path}/rule`, kit);
    else collect(member as Json, `${path}/${name}`, kit);
  }
}

function zonesOf(kit: Kit): Named<ZoneTable> {
  const zones: Record<string, ZoneTable> = {};
  for (const name of [...kit.zones].sort()) {
    const table = kit.sources.zone(name, kit.coverage);
    if (table.ok) zones[name] = table.value;
    else if (table.fault.code === 'LIMIT_EXCEEDED')
      kit.errors.push({
        code: 'E_COVERAGE',
        path: '/horizon',
        message: table.fault.where ?? 'beyond the tables',
      });
    else {
      const at = kit.described.parties.findIndex(({ zone }) => zone === name);
      unknown(kit, at < 0 ? '/hard' : `/parties/${at}/zone`, 'is no zone of this release');
    }
  }
  return zones;
}

function unknown(kit: Kit, path: string, message: string): undefined {
  kit.errors.push({ code: 'E_REF', path, message });
  return undefined;
}

function runtimeWarning({ runtimeTzdb, tzdb }: BuildSources): Warning[] {
  return runtimeZones(runtimeTzdb, tzdb) === 'older'
    ? [{ about: 'runtime zones older', what: `${runtimeTzdb} < ${tzdb}` }]
    : [];
}

function distinctOf(warnings: readonly Warning[]): readonly Warning[] {
  return [...new Map(warnings.map((one) => [`${one.about} ${one.what}`, one])).values()];
}
