/**
 * One UTC instant on somebody's wall clock, for people: deciding never uses it.
 */
import type { ZoneTable } from '../schedule/problem.js';
import { localTimeAt, zoneOf } from '../schedule/zone.js';
import { type Instant, SECOND, writeInstant } from '../time.js';

/**
 * `2027-04-21T21:00:00+09:00 WE Asia/Tokyo`; UTC where the zone is not among the tables.
 *
 * @param zones transitions as data, so that two nodes show the same hour whatever their runtimes know.
 */
export function localClock(zones: ReadonlyMap<string, ZoneTable>, at: Instant, zone: string): string {
  const table = zones.get(zone);
  if (table === undefined) return `${writeInstant(at)} UTC`;
  const { local, weekday } = localTimeAt(zoneOf(table), Math.floor(at / SECOND));
  return `${local} ${weekday} ${zone}`;
}
