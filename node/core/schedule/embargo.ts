/**
 * A centre's embargo as a hard constraint of its fragment: "45 days" with its start, its way of counting and its roll.
 * @see SCHEDULING §5 (deadline), §16, §17
 */
import { workCalendarOf } from './calendar.js';
import { reckonedOutside } from './merge-parts.js';
import type { Calendar, HardConstraint, Span, ZoneTable } from './problem.js';
import { zoneOf } from './zone.js';

/** Lengths in days may be counted either way, months only by the calendar, minutes only elapsed. */
export type EmbargoLength =
  | { readonly days: number }
  | { readonly months: number }
  | { readonly minutes: number };

/** What an officer says of the embargo. */
export interface EmbargoWish {
  readonly length: EmbargoLength;
  /** An instant of SCHED/1. */
  readonly from: string;
  readonly count: 'civil' | 'elapsed';
  readonly roll: 'none' | 'next' | 'previous';
}

/** Price of waiving it: less than that of a fix that is not ready. */
const EMBARGO_RELAX = 40;

/** Where an embargo is counted. */
export interface EmbargoGround {
  readonly party: string;
  readonly zone: string;
  /** Name in the fragment of the calendar that rolls go by, and what it says. */
  readonly calendar: string;
  readonly days: Calendar;
  readonly coverage: Span;
  /** The zone from `from` on, which may lie before the coverage. */
  readonly table: ZoneTable;
}

/**
 * The constraint, with the id `<party>.embargo`. A civil count that starts before the coverage of the fragment is
 * counted here and becomes the bound it comes to, since SCHED/1 could not count it (§3.9).
 *
 * @returns `undefined` where the length cannot be counted so.
 */
export function embargoConstraint(wish: EmbargoWish, ground: EmbargoGround): HardConstraint | undefined {
  const { length, from, count, roll } = wish;
  const { party, zone, calendar, days, coverage, table } = ground;
  const bound = { id: `${party}.embargo`, kind: 'deadline', party, relax: EMBARGO_RELAX, from } as const;
  if (count === 'elapsed') return 'months' in length ? undefined : { ...bound, count, ...length };
  if ('minutes' in length) return undefined;
  const rolled = roll === 'none' ? {} : { calendar };
  const civil: HardConstraint = { ...bound, count, zone, roll, ...rolled, ...length };
  return reckonedOutside(civil, coverage, {
    zone: () => zoneOf(table),
    calendar: () => workCalendarOf(days),
  });
}
