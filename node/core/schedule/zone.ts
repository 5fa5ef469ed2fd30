/**
 * Local time and UTC, from the transitions the document carries and from nothing else. Runtimes ship tables of
 * different years; two nodes that asked theirs would settle on two instants.
 * @see SCHEDULING §4
 */
import { DAY_SECONDS, pad, secondsOf, textOfDay, WEEKDAYS, weekdayOf } from './civil.js';
import type { Weekday, ZoneTable } from './problem.js';

/** Offset `offsets[i]` holds from `starts[i]` to `starts[i + 1]`, all in seconds; `starts[0]` is −∞. */
export interface Zone {
  readonly starts: readonly number[];
  readonly offsets: readonly number[];
}

/** A wall clock: what people in the zone read, with the offset in use. */
export interface LocalTime {
  readonly weekday: Weekday;
  /** Such as `2027-04-21T21:00:00+09:00`. */
  readonly local: string;
}

/** No offset is farther from UTC (§3.3). */
const WIDEST_SECONDS = 840 * 60;

/** A zone of the document, ready for conversions. */
export function zoneOf(table: ZoneTable): Zone {
  return {
    starts: [Number.NEGATIVE_INFINITY, ...table.transitions.map(({ at }) => secondsOf(at))],
    offsets: [table.initialOffsetMinutes, ...table.transitions.map((one) => one.offsetMinutes)].map(
      (minutes) => minutes * 60,
    ),
  };
}

/** Seconds east of UTC at an instant. */
export function offsetAt(zone: Zone, seconds: number): number {
  return zone.offsets[segmentAt(zone, seconds)] ?? 0;
}

/** Index of the stretch of constant offset that holds an instant. */
export function segmentAt(zone: Zone, seconds: number): number {
  let low = 0;
  let high = zone.starts.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((zone.starts[middle] ?? 0) <= seconds) low = middle;
    else high = middle;
  }
  return low;
}

/**
 * The instant of a local time. A repeated time means its first instance; a skipped one is read with the offset
 * before the gap, so 02:30 becomes 03:30 on the new clock.
 *
 * @param local seconds since 1970 as if the wall clock showed UTC.
 * @see RFC 5545 §3.3.5
 */
export function instantOf(zone: Zone, local: number): number {
  const { starts, offsets } = zone;
  const first = segmentAt(zone, local - WIDEST_SECONDS);
  for (let at = first; at < starts.length && (starts[at] ?? 0) <= local + WIDEST_SECONDS; at += 1) {
    const instant = local - (offsets[at] ?? 0);
    if (instant >= (starts[at] ?? 0) && instant < (starts[at + 1] ?? Number.POSITIVE_INFINITY))
      return instant;
  }
  for (let at = first + 1; at < starts.length; at += 1) {
    const before = offsets[at - 1] ?? 0;
    const jump = starts[at] ?? 0;
    if (jump + before <= local && local < jump + (offsets[at] ?? 0)) return local - before;
  }
  // Without a gap some stretch holds the time: the stretches cover the line.
  throw new Error('unreachable: a local time that is neither shown nor skipped');
}

/** The instant at which a date begins in the zone; where midnight is skipped, the first instant after the gap. */
export function midnightOf(zone: Zone, day: number): number {
  return instantOf(zone, day * DAY_SECONDS);
}

/** Date in the zone at an instant, as days since 1970. */
export function localDayAt(zone: Zone, seconds: number): number {
  return Math.floor((seconds + offsetAt(zone, seconds)) / DAY_SECONDS);
}

/** What the wall clock shows. */
export function localTimeAt(zone: Zone, seconds: number): LocalTime {
  const offset = offsetAt(zone, seconds);
  const day = Math.floor((seconds + offset) / DAY_SECONDS);
  const rest = seconds + offset - day * DAY_SECONDS;
  const clock = [Math.floor(rest / 3_600), Math.floor(rest / 60) % 60, rest % 60].map(pad).join(':');
  const minutes = Math.abs(offset) / 60;
  const east = `${offset < 0 ? '-' : '+'}${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
  return { weekday: WEEKDAYS[weekdayOf(day)] ?? 'MO', local: `${textOfDay(day)}T${clock}${east}` };
}
