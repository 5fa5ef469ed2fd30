/** Zones, cycles and holidays of the shipped catalogue, as the control room asks for them. */
import { type CycleEntry, catalogueWith } from '../../adapters/calendar/catalogue.js';
import { TABLES_1 } from '../../adapters/calendar/cycles.js';
import { EMBARGOES } from '../../adapters/calendar/embargoes.js';
import { HOLIDAYS } from '../../adapters/calendar/holidays.js';
import { renewedCalendar } from '../../adapters/calendar/renew.js';
import { ZONE_RELEASE } from '../../adapters/calendar/zone-table.js';
import { zoneTransitions } from '../../adapters/calendar/zones.js';
import type { CalendarDesk } from '../control/desk.js';

/**
 * @param country whose holidays the own office keeps; absent or unknown to the catalogue: weekends only.
 * @param cycles the catalogue as the home has it.
 */
export function shippedCalendar(
  country: string | undefined,
  cycles: readonly CycleEntry[] = catalogueWith({}),
): CalendarDesk {
  return {
    release: ZONE_RELEASE,
    tables: TABLES_1,
    zone: zoneTransitions,
    embargo: (policy) => (Object.hasOwn(EMBARGOES, policy) ? EMBARGOES[policy]?.length : undefined),
    cycle: (name) => cycles.find((one) => one.name === name)?.rule,
    holidays: Object.entries(HOLIDAYS).find(([name]) => name === country)?.[1].calendar ?? {
      weekend: ['SA', 'SU'],
      from: '2000-01-01',
      until: '2000-01-02',
      dates: [],
    },
    // An office without a country keeps weekends only: no holiday of anybody can be news to it.
    renew: (old, own) =>
      own && country === undefined ? undefined : renewedCalendar(old, own ? country : undefined, own),
  };
}
