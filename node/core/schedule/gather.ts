/**
 * A centre's one fragment from its own and its vendors' (DESIGN §6).
 *
 * Problem: the fragment goes to every other centre, and vendor names must not. Naively one would drop the names; but
 * an id that stays the same from case to case is a name, a rule called "second Tuesday, 10:00 in Los Angeles" is one
 * too, and a list of twenty parties tells how many vendors there are. So ids come from outside, fresh for each case and
 * constraint; a cycle becomes a list of dates in UTC; display zones are left out; and vendors who want the same become
 * one party. What can still be inferred from the dates is a stated limit.
 */
import { canonical, type Json } from '../canonical.js';
import { type Fault, type Outcome, ok, refuse } from '../fault.js';
import type { NodeId } from '../ids.js';
import { DAY_SECONDS, secondsOf, textOfDay } from './civil.js';
import { type Fragment, type FragmentDocument, readFragment } from './merge.js';
import { ownReckoning, readyWithin, reckonedOutside } from './merge-parts.js';
import type {
  Calendar,
  HardConstraint,
  Named,
  Party,
  Rule,
  RulePart,
  SoftCost,
  Span,
  ZoneTable,
} from './problem.js';
import { occurrencesOf } from './rule.js';
import { zoneOf } from './zone.js';

/** One vendor's wish as it was heard. */
export interface HeardWish {
  readonly vendor: NodeId;
  /** A fragment with one party, as canonical JSON; it was read when it was heard. */
  readonly fragment: string;
  /** By the centre's own judgement, never the vendor's; 1 to 100. */
  readonly weight: number;
}

/** What stands behind one party of the gathered fragment; it stays in the house. */
export interface Gathering {
  readonly party: string;
  readonly vendors: readonly NodeId[];
}

export interface Gathered {
  readonly fragment: FragmentDocument;
  readonly groups: readonly Gathering[];
  /** Wishes that could not be taken in, with the reason as a fault's place. */
  readonly left: readonly { readonly vendor: NodeId; readonly where: string }[];
}

/** Names and zones from outside, so that this stays a pure function. */
export interface GatherSources {
  /** A name for what the label says; looks random to everybody else. 1 to 40 characters of an id. */
  readonly alias: (label: string) => string;
  readonly zone: (name: string, span: Span) => Outcome<ZoneTable>;
  /** Whether the next document has room for this fragment: each member has its share of every bound. Faults as those of merging. */
  readonly fits: (fragment: Fragment) => Outcome<unknown>;
}

/** Parts that a rule may have (SCHEDULING §3.5), and dates in one of them. */
const MOST_PARTS = 8;
const MOST_DATES = 1_000;
/** Heaviest that a party may be (SCHEDULING §3.7). */
const MOST_WEIGHT = 100;

/**
 * Joins the wishes into the own fragment. The order of `wishes` does not matter.
 *
 * @param own the centre's own fragment; its coverage holds for everything.
 * Faults: CONSTRAINT_INVALID where the centre's own is no fragment.
 */
export function gather(
  own: FragmentDocument,
  wishes: readonly HeardWish[],
  sources: GatherSources,
): Outcome<Gathered> {
  const groups = new Map<string, { readonly plain: Plain; vendors: NodeId[]; weight: number }>();
  const left: { vendor: NodeId; where: string }[] = [];
  for (const { vendor, fragment, weight } of [...wishes].sort((a, b) => (a.vendor < b.vendor ? -1 : 1))) {
    const plain = plainOf(fragment, own.coverage);
    if (!plain.ok) {
      left.push({ vendor, where: plain.fault.where ?? plain.fault.code });
      continue;
    }
    const key = canonical(plain.value as unknown as Json);
    const group = groups.get(key) ?? { plain: plain.value, vendors: [], weight: 0 };
    groups.set(key, group);
    group.vendors.push(vendor);
    group.weight = Math.min(MOST_WEIGHT, group.weight + weight);
  }
  const parts = [...groups.values()].map(
    (group): Wishing => ({
      vendors: group.vendors,
      ...asParty(group.plain, group.weight, group.vendors[0] ?? '', sources.alias),
    }),
  );
  const taken = takeIn(own, parts, sources);
  if (!taken.ok) return taken;
  return ok({
    fragment: taken.value.fragment,
    groups: taken.value.parts.map(({ party, vendors }) => ({ party: party.id, vendors })),
    left: [...left, ...taken.value.left],
  });
}

/** What vendors who want the same bring into the fragment. */
interface Wishing extends Parts {
  readonly vendors: readonly NodeId[];
}

/**
 * Everybody's wish, or as many as make one fragment: no vendor may keep its centre from saying anything. First those go
 * that do not even stand alone beside the own wish, then, where there is no room for all, the longest.
 */
function takeIn(
  own: FragmentDocument,
  all: readonly Wishing[],
  sources: GatherSources,
): Outcome<{
  readonly fragment: FragmentDocument;
  readonly parts: readonly Wishing[];
  readonly left: Gathered['left'];
}> {
  const left: { vendor: NodeId; where: string }[] = [];
  const leave = ({ vendors }: Wishing, { where, code }: Fault): void => {
    for (const vendor of vendors) left.push({ vendor, where: where ?? code });
  };
  let parts = all;
  let whole = together(own, parts, sources);
  if (!whole.ok)
    parts = parts.filter((part) => {
      const alone = together(own, [part], sources);
      if (!alone.ok) leave(part, alone.fault);
      return alone.ok;
    });
  for (;;) {
    whole = whole.ok ? whole : together(own, parts, sources);
    if (whole.ok) return ok({ fragment: whole.value, parts, left });
    const [longest] = parts.toSorted((one, other) => lengthOf(other) - lengthOf(one));
    if (longest === undefined) return whole;
    leave(longest, whole.fault);
    parts = parts.filter((part) => part !== longest);
  }
}

function lengthOf({ party, hard, rules, calendars }: Wishing): number {
  return canonical({ party, hard, rules, calendars }).length;
}

function together(
  own: FragmentDocument,
  parts: readonly Parts[],
  sources: GatherSources,
): Outcome<FragmentDocument> {
  const zones = zonesOf(own, parts, sources);
  if (!zones.ok) return zones;
  const fragment: FragmentDocument = {
    ...own,
    zones: zones.value,
    calendars: Object.assign(
      {},
      own.calendars,
      ...parts.map(({ calendars }) => calendars),
    ) as Named<Calendar>,
    rules: Object.assign({}, own.rules, ...parts.map(({ rules }) => rules)) as Named<Rule>,
    // By id, which is random: the order must not tell who asked first either.
    parties: [...own.parties, ...parts.map(({ party }) => party)].sort((a, b) => (a.id < b.id ? -1 : 1)),
    hard: [...own.hard, ...parts.flatMap(({ hard }) => hard)].sort((a, b) => (a.id < b.id ? -1 : 1)),
  };
  const read = readFragment(canonical(fragment));
  if (!read.ok) return read;
  const fitting = sources.fits(read.value);
  return fitting.ok ? ok(fragment) : fitting;
}

/** A wish without any name in it: equal wishes are equal texts. */
interface Plain {
  readonly soft: readonly PlainRow[];
  readonly hard: readonly PlainRow[];
  readonly notice: Party['notice'] | null;
}

/** A soft cost or constraint without ids; what it names stands in it. */
type PlainRow = {
  readonly row: Readonly<Record<string, Json>>;
  readonly rule: Rule | null;
  readonly calendar: Calendar | null;
};

function plainOf(text: string, coverage: Span): Outcome<Plain> {
  const read = readFragment(text);
  if (!read.ok) return read;
  const fragment = read.value;
  const [party] = fragment.parties;
  if (party === undefined || fragment.parties.length > 1)
    return refuse('CONSTRAINT_INVALID', { where: 'parties' });
  const covers = fragment.coverage.from <= coverage.from && fragment.coverage.until >= coverage.until;
  if (!covers) return refuse('CONSTRAINT_INVALID', { where: 'coverage' });
  // It was said for a longer span, and on another day than this.
  const reckoning = ownReckoning(fragment.zones, fragment.calendars);
  const soft: PlainRow[] = [];
  for (const cost of party.soft) {
    const plain = plainRow(readyWithin(cost, coverage), fragment, coverage);
    if (!plain.ok) return plain;
    // A cycle without a day in the whole span costs every instant the same.
    if (plain.value.rule === null || plain.value.rule.parts.length > 0) soft.push(plain.value);
  }
  const hard: PlainRow[] = [];
  for (const constraint of fragment.hard) {
    if (constraint.kind === 'readyQuorum') return refuse('CONSTRAINT_INVALID', { where: 'readyQuorum' });
    const within = readyWithin(reckonedOutside(constraint, coverage, reckoning), coverage);
    const plain = plainRow(within, fragment, coverage);
    if (!plain.ok) return plain;
    if (plain.value.rule?.parts.length === 0) return refuse('CONSTRAINT_INVALID', { where: 'rule' });
    hard.push(plain.value);
  }
  return ok({ soft: sorted(soft), hard: sorted(hard), notice: party.notice ?? null });
}

function plainRow(
  value: SoftCost | HardConstraint,
  fragment: FragmentDocument,
  coverage: Span,
): Outcome<PlainRow> {
  const { id: _, ...named } = value as unknown as Readonly<Record<string, Json>>;
  const { party: __, rule: ruleName, calendar: calendarName, ...row } = named;
  const rule = typeof ruleName === 'string' ? fragment.rules[ruleName] : undefined;
  const calendar = typeof calendarName === 'string' ? fragment.calendars[calendarName] : undefined;
  const dated = rule === undefined ? ok(null) : inDates(rule, fragment, coverage);
  if (!dated.ok) return dated;
  return ok({ row, rule: dated.value, calendar: calendar ?? null });
}

/** A cycle as dates in UTC: neither its rule nor its zone says whose it is. */
function inDates(rule: Rule, fragment: FragmentDocument, coverage: Span): Outcome<Rule> {
  const zoneNamed = (name: string) =>
    zoneOf(fragment.zones[name] ?? { initialOffsetMinutes: 0, transitions: [] });
  const span = { from: secondsOf(coverage.from), until: secondsOf(coverage.until) };
  const byTime = new Map<string, string[]>();
  for (const at of occurrencesOf(rule, zoneNamed, span)) {
    const day = Math.floor(at / DAY_SECONDS);
    const minutes = Math.floor((at - day * DAY_SECONDS) / 60);
    const time = `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
    byTime.set(time, [...(byTime.get(time) ?? []), textOfDay(day)]);
  }
  const parts = [...byTime]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([time, dates]): RulePart => ({ kind: 'list', dates, time, zone: 'UTC' }));
  if (
    parts.length > MOST_PARTS ||
    parts.some((part) => part.kind === 'list' && part.dates.length > MOST_DATES)
  )
    return refuse('CONSTRAINT_INVALID', { where: 'rule' });
  return ok({ parts });
}

function sorted(rows: readonly PlainRow[]): readonly PlainRow[] {
  return rows.toSorted((left, right) =>
    canonical(left as unknown as Json) < canonical(right as unknown as Json) ? -1 : 1,
  );
}

interface Parts {
  readonly party: Party;
  readonly hard: readonly HardConstraint[];
  readonly rules: Named<Rule>;
  readonly calendars: Named<Calendar>;
}

function asParty(plain: Plain, weight: number, label: string, alias: (label: string) => string): Parts {
  const id = alias(label);
  const rules: Record<string, Rule> = {};
  const calendars: Record<string, Calendar> = {};
  const rows = (list: readonly PlainRow[], kind: string) =>
    list.map(({ row, rule, calendar }, at) => {
      const name = alias(`${label} ${kind} ${at}`);
      if (rule !== null) rules[name] = rule;
      if (calendar !== null) calendars[name] = calendar;
      return { ...row, id: name, ...(rule ? { rule: name } : {}), ...(calendar ? { calendar: name } : {}) };
    });
  const soft = rows(plain.soft, 'soft') as unknown as readonly SoftCost[];
  const hard = rows(plain.hard, 'hard').map((row) => ({
    ...row,
    party: id,
  })) as unknown as readonly HardConstraint[];
  const notice = plain.notice ? { notice: plain.notice } : {};
  return { party: { id, role: 'vendor', weight, fair: false, soft, ...notice }, hard, rules, calendars };
}

/** Every zone that is named, from the own release and for the own coverage. */
function zonesOf(
  own: FragmentDocument,
  parts: readonly Parts[],
  sources: GatherSources,
): Outcome<Named<ZoneTable>> {
  const zones: Record<string, ZoneTable> = { ...own.zones };
  const named = new Set<string>();
  for (const { party, hard, rules } of parts) collect({ party, hard, rules } as unknown as Json, named);
  for (const name of named) {
    if (zones[name] !== undefined) continue;
    const table = name === 'UTC' ? ok(UTC) : sources.zone(name, own.coverage);
    if (!table.ok) return refuse('CONSTRAINT_INVALID', { where: 'zone' });
    zones[name] = table.value;
  }
  return ok(zones);
}

const UTC: ZoneTable = { initialOffsetMinutes: 0, transitions: [] };

function collect(value: Json, into: Set<string>): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    if (name === 'zone' && typeof member === 'string') into.add(member);
    else collect(member as Json, into);
  }
}
