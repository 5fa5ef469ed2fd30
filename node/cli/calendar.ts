/** Zones, cycles and holidays of the shipped catalogue, as the control room asks for them. */
import { CYCLES, TABLES_1 } from '../../adapters/calendar/cycles.js';
import { HOLIDAYS } from '../../adapters/calendar/holidays.js';
import { ZONE_RELEASE } from '../../adapters/calendar/zone-table.js';
import { zoneTransitions } from '../../adapters/calendar/zones.js';
import type { CalendarDesk } from '../control/desk.js';

/** @param country whose holidays the own office keeps; absent or unknown to the catalogue: weekends only. */
export function shippedCalendar(country: string | undefined): CalendarDesk {
  return {
    release: ZONE_RELEASE,
    tables: TABLES_1,
    zone: zoneTransitions,
    cycle: (name) => (Object.hasOwn(CYCLES, name) ? CYCLES[name] : undefined),
    holidays: Object.entries(HOLIDAYS).find(([name]) => name === country)?.[1].calendar ?? {
      weekend: ['SA', 'SU'],
      from: '2000-01-01',
      until: '2000-01-02',
      dates: [],
    },
  };
}
