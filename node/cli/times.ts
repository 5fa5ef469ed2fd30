/** Instants for people at the console: in UTC and in the operator's zone, side by side. */
import { DateTime, FixedOffsetZone } from 'luxon';
import { byText } from '../core/bytes.js';
import type { Weekday } from '../core/schedule/problem.js';
import { cityOf, WEEKDAY_NAMES } from '../core/schedule/tell-times.js';
import { offsetAt, zoneOf } from '../core/schedule/zone.js';
import { shippedZones } from './zones.js';

const ZONES = shippedZones();

/**
 * `2027-04-21 12:00Z (Wed 21 Apr 21:00 Asia/Tokyo)`; a dash for `null`. Seconds only where there are some.
 *
 * The offset comes from the zone tables that we ship, never from the runtime, whose tables lag by months: what the
 * operator reads is what the solver priced.
 */
export function sayTime(text: unknown, zone: string): string {
  if (typeof text !== 'string') return '–';
  const at = DateTime.fromISO(text, { zone: 'utc' });
  if (!at.isValid) return text;
  const utc = at.toFormat(at.second === 0 ? "yyyy-MM-dd HH:mm'Z'" : "yyyy-MM-dd HH:mm:ss'Z'");
  const table = zone === 'UTC' || zone === 'Etc/UTC' ? undefined : ZONES.get(zone);
  if (table === undefined) return utc;
  const offset = offsetAt(zoneOf(table), Math.floor(at.toSeconds())) / 60;
  const local = at.setZone(FixedOffsetZone.instance(offset)).setLocale('en-GB');
  return `${utc} (${local.toFormat('ccc d LLL HH:mm')} ${zone})`;
}

/**
 * One instant on several wall clocks, as views have them: a line for each zone, by its name, with everybody in it, such
 * as `Mon 2027-03-01 20:00 in Tokyo: JPCERT/CC`.
 */
export function sayClocks(
  clocks: readonly { readonly name: string; readonly zone: string; readonly local: string }[],
): readonly string[] {
  const byZone = new Map<string, { readonly says: string; readonly names: string[] }>();
  for (const { name, zone, local } of clocks) {
    const [clock = '', weekday = ''] = local.split(' ');
    const day = WEEKDAY_NAMES[weekday as Weekday] ?? weekday;
    const says = `${day} ${clock.slice(0, 10)} ${clock.slice(11, 16)} in ${cityOf(zone)}`;
    const held = byZone.get(zone) ?? { says, names: [] };
    byZone.set(zone, held);
    held.names.push(name);
  }
  return [...byZone]
    .sort(([left], [right]) => byText(left, right))
    .map(([, { says, names }]) => `${says}: ${names.join(', ')}`);
}

/** `3 d 4 h`, `12 min`, `8 s`: the two largest units. */
export function sayLength(millis: number): string {
  const units: readonly (readonly [number, string])[] = [
    [86_400_000, 'd'],
    [3_600_000, 'h'],
    [60_000, 'min'],
    [1_000, 's'],
    [1, 'ms'],
  ];
  const first = units.findIndex(([size]) => Math.abs(millis) >= size);
  if (first < 0) return '0 s';
  let rest = Math.abs(millis);
  const said = units.slice(first, first + 2).flatMap(([size, unit]) => {
    const times = Math.floor(rest / size);
    rest -= times * size;
    return times === 0 ? [] : [`${times} ${unit}`];
  });
  return `${millis < 0 ? '−' : ''}${said.join(' ')}`;
}
