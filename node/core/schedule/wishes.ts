/**
 * From what one party wants to a fragment of SCHED/1 with that party alone: a vendor's preference, or a centre's own
 * office. Zones, cycles and holidays come in as data; nothing is looked up.
 * @see SCHEDULING §3, DESIGN §6
 */
import type { Instant } from '../time.js';
import { DAY, SECOND, writeInstant } from '../time.js';
import { dayOf, textOfDay } from './civil.js';
import type { FragmentDocument } from './merge.js';
import type { Calendar, HardConstraint, Rule, RulePart, SoftCost, Span, ZoneTable } from './problem.js';
import { MARGIN_DAYS } from './read-problem.js';

/** Where zone data comes from and what it covers. */
export interface Ground {
  readonly tzdb: string;
  readonly coverage: Span;
  readonly zone: { readonly name: string; readonly table: ZoneTable };
}

/** What a vendor wants of the instant. */
export interface VendorWish {
  readonly readyAt: Instant | undefined;
  /** The vendor's patch days; the instant suits best on one or soon after it. */
  readonly cycle: Rule | undefined;
  /** Within a day of an own patch day, and not only on or after one: hard, with the price of a fix that is not ready. */
  readonly onPatchDay?: boolean;
  /** How long before the instant the vendor must be told, for the notification plan; minutes. */
  readonly noticeMinutes?: number;
  /** Zones that the cycle names. */
  readonly cycleZones: Readonly<Record<string, ZoneTable>>;
  /** Ascending. */
  readonly blackouts: readonly { readonly from: Instant; readonly until: Instant }[];
}

/** What a centre wants beside its office hours. */
export interface CentreWish {
  readonly calendar: Calendar;
  /** The centre's own hard window; never waived. */
  readonly notBefore: Instant | undefined;
  readonly notAfter: Instant | undefined;
  /** Each day of waiting leaves users exposed: points a day from `delayFrom` on, 0 for none. */
  readonly delayPerDay: number;
  readonly delayFrom: Instant;
  /** Made by `embargoConstraint` for the same party. */
  readonly embargo?: HardConstraint | undefined;
}

/** Prices of waiving: a fix that is not ready hurts more than a bad week. */
const READY_RELAX = 60;
const BLACKOUT_RELAX = 40;
/** A party may pay at most 1000 points; the office takes up to 450 of them. */
const DELAY_CAP = 500;
const CENTRE_WEIGHT = 10;
const PATCH_DAY_MINUTES = 1_440;

/** Instants as SCHED/1 spells them: whole seconds. */
export function secondText(at: Instant): string {
  return writeInstant((Math.floor(at / SECOND) * SECOND) as Instant);
}

/**
 * The span that zones and calendars must cover for instants from `from` to `until`, on whole days.
 * @see SCHEDULING §3.2 (40 days on either side)
 */
export function coverageFor(from: Instant, until: Instant): Span {
  const first = Math.floor(from / DAY) - MARGIN_DAYS - 1;
  const last = Math.ceil(until / DAY) + MARGIN_DAYS + 1;
  return { from: `${textOfDay(first)}T00:00:00Z`, until: `${textOfDay(last)}T00:00:00Z` };
}

/** A vendor's fragment; the centre replaces party and rule ids before anybody else sees it. */
export function vendorFragment(wish: VendorWish, { tzdb, coverage, zone }: Ground): FragmentDocument {
  const party = 'vendor';
  const ready = wish.readyAt === undefined ? undefined : secondText(wish.readyAt);
  const hard: HardConstraint[] = [];
  if (ready !== undefined)
    hard.push({ id: 'ready', kind: 'notBefore', party, relax: READY_RELAX, at: ready });
  if (wish.blackouts.length > 0)
    hard.push({
      id: 'blackout',
      kind: 'blackout',
      party,
      relax: BLACKOUT_RELAX,
      intervals: wish.blackouts.map(({ from, until }) => ({
        from: secondText(from),
        until: secondText(until),
      })),
    });
  const since = ready !== undefined && ready > coverage.from ? ready : coverage.from;
  if (wish.cycle !== undefined && wish.onPatchDay === true)
    hard.push({
      id: 'patch-day',
      kind: 'onCycle',
      party,
      relax: READY_RELAX,
      rule: 'own',
      ready: since,
      beforeMinutes: 0,
      afterMinutes: PATCH_DAY_MINUTES,
    });
  const notice = wish.noticeMinutes === undefined ? {} : { notice: { atLeastMinutes: wish.noticeMinutes } };
  const soft: readonly SoftCost[] =
    wish.cycle === undefined
      ? []
      : [{ id: 'cycle', kind: 'cycle', rule: 'own', ready: since, table: 'cycle-1' }];
  return {
    spec: 'SCHED-FRAGMENT/1',
    tzdb,
    coverage,
    zones: { ...wish.cycleZones, [zone.name]: zone.table },
    calendars: {},
    rules: wish.cycle === undefined ? {} : { own: withoutRemarks(wish.cycle) },
    parties: [{ id: party, role: 'vendor', weight: 1, fair: false, soft, zone: zone.name, ...notice }],
    hard,
  };
}

/** A centre's own fragment, without its vendors. */
export function centreFragment(
  wish: CentreWish,
  { tzdb, coverage, zone }: Ground,
  id: string,
): FragmentDocument {
  const hard: HardConstraint[] = [];
  if (wish.notBefore !== undefined)
    hard.push({
      id: `${id}.from`,
      kind: 'notBefore',
      party: id,
      relax: 'never',
      at: secondText(wish.notBefore),
    });
  if (wish.notAfter !== undefined)
    hard.push({ id: `${id}.to`, kind: 'notAfter', party: id, relax: 'never', at: secondText(wish.notAfter) });
  if (wish.embargo !== undefined) hard.push(wish.embargo);
  const office: SoftCost = {
    id: 'office',
    kind: 'office',
    zone: zone.name,
    calendar: 'office',
    table: 'staff-1',
  };
  const delay: readonly SoftCost[] =
    wish.delayPerDay === 0
      ? []
      : [
          {
            id: 'delay',
            kind: 'delay',
            from: secondText(wish.delayFrom),
            perDay: wish.delayPerDay,
            cap: DELAY_CAP,
          },
        ];
  return {
    spec: 'SCHED-FRAGMENT/1',
    tzdb,
    coverage,
    zones: { [zone.name]: zone.table },
    calendars: { office: reaching(wish.calendar, coverage) },
    rules: {},
    parties: [
      { id, role: 'centre', weight: CENTRE_WEIGHT, fair: true, soft: [...delay, office], zone: zone.name },
    ],
    hard,
  };
}

/**
 * The same calendar over a longer span. Beyond what it knew it knows its weekend only, which is what it would have
 * said anyway (SCHEDULING §3.4).
 */
export function reaching(calendar: Calendar, coverage: Span): Calendar {
  const from = textOfDay(dayOf(coverage.from) - 2);
  const until = textOfDay(dayOf(coverage.until) + 2);
  return {
    weekend: calendar.weekend,
    from: calendar.from < from ? calendar.from : from,
    until: calendar.until > until ? calendar.until : until,
    dates: calendar.dates,
  };
}

/** A rule as a fragment may carry it: sources and gradings stay in the catalogue. */
function withoutRemarks(rule: Rule): Rule {
  return {
    parts: rule.parts.map(
      ({ cite: _, note: __, confidence: ___, timeConfidence: ____, ...part }) => part as RulePart,
    ),
  };
}
