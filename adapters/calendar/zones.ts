/**
 * Zones as a problem document carries them: changes of clocks within a span, from a table of one named release and
 * never from the operating system or the runtime, whose tables differ from node to node (SCHEDULING §18).
 */
import { type Outcome, ok, refuse } from '../../node/core/fault.js';
import type { Named, Span, ZoneTable } from '../../node/core/schedule/problem.js';
import { ZONE_ROWS, ZONE_SPAN } from './zone-table.js';

/**
 * One zone, with the transitions strictly inside a span, as SCHED/1 wants them for its coverage.
 *
 * @param span instants of SCHED/1, within the span of the shipped table.
 * @returns `COMMAND_MALFORMED` for a name the release does not have, `LIMIT_EXCEEDED` for a span it does not cover.
 */
export function zoneTransitions(name: string, span: Span): Outcome<ZoneTable> {
  const changes = rows().get(name);
  if (changes === undefined) return refuse('COMMAND_MALFORMED', { where: `zone ${name.slice(0, 64)}` });
  if (span.from < ZONE_SPAN.from || span.until > ZONE_SPAN.until) {
    return refuse('LIMIT_EXCEEDED', { where: `zone table ${ZONE_SPAN.from} to ${ZONE_SPAN.until}` });
  }
  const [initial = 0, ...later] = changes;
  let initialOffsetMinutes = Number(initial);
  const transitions: { at: string; offsetMinutes: number }[] = [];
  for (let at = 0; at < later.length; at += 2) {
    const instant = `${later[at]}:00Z`;
    const offsetMinutes = Number(later[at + 1]);
    if (instant >= span.until) break;
    if (instant <= span.from) initialOffsetMinutes = offsetMinutes;
    else transitions.push({ at: instant, offsetMinutes });
  }
  return ok({ initialOffsetMinutes, transitions });
}

/** The zones of a document by name; the first fault of {@link zoneTransitions} if there is one. */
export function zonesFor(names: readonly string[], span: Span): Outcome<Named<ZoneTable>> {
  const zones: Record<string, ZoneTable> = {};
  for (const name of names) {
    const zone = zoneTransitions(name, span);
    if (!zone.ok) return zone;
    zones[name] = zone.value;
  }
  return ok(zones);
}

/** All names of the release that SCHED/1 accepts, in byte order. Links such as `Asia/Calcutta` are among them. */
export function zoneNames(): readonly string[] {
  return [...rows().keys()].sort();
}

let table: ReadonlyMap<string, readonly string[]> | undefined;

/** Cut up at first use: most commands never ask for a zone. */
function rows(): ReadonlyMap<string, readonly string[]> {
  table ??= new Map(
    ZONE_ROWS.flatMap(([zones, changes]) => {
      const words = changes.split(' ');
      return zones.split(' ').map((name) => [name, words] as const);
    }),
  );
  return table;
}
