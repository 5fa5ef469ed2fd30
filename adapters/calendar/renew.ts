/**
 * A calendar of a document with the holidays of today.
 *
 * Problem: a document has dates only, and its calendars may have random names (DESIGN §6). Naively one would renew none
 * but one's own; then a day that Japan proclaims is seen in Tokyo alone. So a calendar without a known name is taken for
 * the country whose holidays it has. And a date that is no holiday today may be the party's own closure or a holiday
 * since abolished: nothing in the document tells which, so it stays, and is named as doubtful.
 * @see SCHEDULING §14.6
 */
import type { Calendar } from '../../node/core/schedule/problem.js';
import type { RenewedCalendar } from '../../node/core/schedule/recheck.js';
import { HOLIDAYS } from './holidays.js';

/** What is known of one country. */
export type Holidays = Readonly<Record<string, { readonly calendar: Calendar }>>;

/** Share of a country's holidays that a calendar must have to be taken for it; a few may be new. */
const LIKENESS = 0.8;
/** Fewer dates are no likeness. */
const FEWEST_DATES = 5;

/**
 * The calendar with the holidays of today within the years that both know; own weekend and other years stay.
 *
 * @param country whose holidays it has; `undefined` where it must be found out.
 * @param pure it has no closures of its own, so what is no holiday today is none any more.
 * @returns `undefined` where it is like no country that is known here.
 */
export function renewedCalendar(
  old: Calendar,
  country: string | undefined,
  pure: boolean,
  holidays: Holidays = HOLIDAYS,
): RenewedCalendar | undefined {
  const like = country ?? countryLike(old, holidays);
  const known = like === undefined || !Object.hasOwn(holidays, like) ? undefined : holidays[like]?.calendar;
  if (like === undefined || known === undefined) return undefined;
  const fresh = new Set(within(known.dates, old));
  const extra = within(old.dates, known).filter((date) => !fresh.has(date));
  const gone = new Set(pure ? extra : []);
  const dates = [...new Set([...fresh, ...old.dates])].filter((date) => !gone.has(date)).sort();
  return { calendar: { ...old, dates }, like, doubtful: pure ? [] : extra };
}

/** The country whose holidays a calendar has most of; `undefined` where it has too few of any. */
function countryLike(old: Calendar, holidays: Holidays): string | undefined {
  const listed = new Set(old.dates);
  const shares = Object.entries(holidays).map(([country, { calendar }]) => {
    const wanted = within(calendar.dates, old);
    const shared = wanted.filter((date) => listed.has(date)).length;
    return { country, share: wanted.length < FEWEST_DATES ? 0 : shared / wanted.length };
  });
  const [best] = shares.sort((left, right) => right.share - left.share);
  return best !== undefined && best.share >= LIKENESS ? best.country : undefined;
}

/** Dates are written alike, so they compare as texts. */
function within(dates: readonly string[], { from, until }: Calendar): readonly string[] {
  return dates.filter((date) => from <= date && date <= until);
}
