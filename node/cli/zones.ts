/** Zone tables by name, read from the shipped release when somebody asks: most nodes show three of six hundred. */
import { ZONE_SPAN } from '../../adapters/calendar/zone-table.js';
import { zoneTransitions } from '../../adapters/calendar/zones.js';
import type { ZoneTable } from '../core/schedule/problem.js';

/** A map that fills itself; what it holds never changes, so every fold sees the same. */
export function shippedZones(): ReadonlyMap<string, ZoneTable> {
  const known = new Map<string, ZoneTable>();
  const held = known.get.bind(known);
  return Object.assign(known, {
    get(name: string): ZoneTable | undefined {
      const table = held(name);
      if (table !== undefined) return table;
      const read = zoneTransitions(name, ZONE_SPAN);
      if (read.ok) known.set(name, read.value);
      return read.ok ? read.value : undefined;
    },
  });
}
