/**
 * Sets of quarters as ranges: what periods, windows and neighbourhoods of occurrences come to on the grid.
 */
import { dayOf, quarterFrom, secondsOf } from './civil.js';
import type { Ground } from './ground.js';
import type { Periods } from './problem.js';
import type { Stretch } from './rule.js';
import { midnightOf } from './zone.js';

/** Half open, in quarters from the start of the horizon. */
export interface Range {
  readonly from: number;
  readonly until: number;
}

/** The stretches a constraint or cost names; they may overlap. */
export function stretchesOf(periods: Periods, ground: Ground): readonly Stretch[] {
  const byInstant = (periods.intervals ?? []).map(({ from, until }) => ({
    from: secondsOf(from),
    until: secondsOf(until),
  }));
  const byDate = (periods.dates ?? []).map(({ from, to, zone }) => ({
    from: midnightOf(ground.zone(zone), dayOf(from)),
    until: midnightOf(ground.zone(zone), dayOf(to) + 1),
  }));
  return [...byInstant, ...byDate];
}

/** `[o − before, o + after)` around each occurrence of a rule. */
export function aroundOccurrences(
  occurrences: readonly number[],
  beforeMinutes: number,
  afterMinutes: number,
): readonly Stretch[] {
  return occurrences.map((at) => ({ from: at - beforeMinutes * 60, until: at + afterMinutes * 60 }));
}

/** The quarters of the horizon in any of the stretches: ascending ranges with a gap between each two. */
export function rangesOf(stretches: readonly Stretch[], ground: Ground): readonly Range[] {
  const ranges = stretches
    .map(({ from, until }) =>
      within(quarterFrom(from) - ground.first, quarterFrom(until) - ground.first, ground),
    )
    .filter(({ from, until }) => from < until)
    .sort((left, right) => left.from - right.from);
  const joined: { from: number; until: number }[] = [];
  for (const { from, until } of ranges) {
    const last = joined[joined.length - 1];
    if (last !== undefined && from <= last.until) last.until = Math.max(last.until, until);
    else joined.push({ from, until });
  }
  return joined;
}

/** All quarters of the horizon that are in none of the ranges. */
export function gapsOf(ranges: readonly Range[], ground: Ground): readonly Range[] {
  const gaps: Range[] = [];
  let from = 0;
  for (const range of ranges) {
    if (from < range.from) gaps.push({ from, until: range.from });
    from = range.until;
  }
  if (from < ground.quarters) gaps.push({ from, until: ground.quarters });
  return gaps;
}

/** A range cut to the horizon; empty where `from` is not before `until`. */
export function within(from: number, until: number, ground: Ground): Range {
  return { from: Math.max(0, from), until: Math.min(ground.quarters, until) };
}
