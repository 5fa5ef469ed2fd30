/** A vendor's wish as `schedule prefer` takes it: by name where the catalogue has its cycle, else as a fragment. */
import { ZONE_RELEASE } from '../../../adapters/calendar/zone-table.js';
import { zoneTransitions } from '../../../adapters/calendar/zones.js';
import { canonical } from '../../core/canonical.js';
import type { Rule, Span, ZoneTable } from '../../core/schedule/problem.js';
import { coverageFor, vendorFragment } from '../../core/schedule/wishes.js';
import { after, DAY, type Instant, writeInstant } from '../../core/time.js';
import type { Document } from '../call.js';
import type { Wish } from './cast.js';
import { ExerciseFailed } from './failed.js';

/** Two years, as `schedule prefer` itself looks ahead. */
const AHEAD_MS = 733 * DAY;

/** Arguments of `schedule prefer`. */
export function fragmentOf({ readyAt, cycle }: Wish, zone: string, now: Instant): Document {
  if (typeof cycle === 'object') return { fragment: ownFragment(readyAt, cycle, zone, now) };
  return {
    ...(readyAt === undefined ? {} : { readyAt: writeInstant(readyAt) }),
    ...(cycle === undefined ? {} : { cycle }),
  };
}

function ownFragment(readyAt: Instant | undefined, cycle: Rule, zone: string, now: Instant): string {
  const coverage = coverageFor(now, after(now, AHEAD_MS));
  const cycleZones = Object.fromEntries(cycle.parts.map((part) => [part.zone, tableOf(part.zone, coverage)]));
  const ground = { tzdb: ZONE_RELEASE, coverage, zone: { name: zone, table: tableOf(zone, coverage) } };
  return canonical(vendorFragment({ readyAt, cycle, cycleZones, blackouts: [] }, ground));
}

function tableOf(name: string, span: Span): ZoneTable {
  const table = zoneTransitions(name, span);
  if (!table.ok) throw new ExerciseFailed(`no zone ${name} in the shipped release`);
  return table.value;
}
