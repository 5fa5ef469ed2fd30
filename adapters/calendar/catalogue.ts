/**
 * The catalogue as a node uses it: the shipped cycles, with local ones that add to them or replace them. A local entry
 * keeps its mark wherever it is shown, so that nobody takes an office's own note for the vendor's word.
 * @see SCHEDULING §15 (entries must be editable)
 */
import type { Json } from '../../node/core/canonical.js';
import { type Outcome, ok, refuse } from '../../node/core/fault.js';
import { dayOf, WEEKDAYS, weekdayOf } from '../../node/core/schedule/civil.js';
import type { Named, Rule, RulePart, ScheduleError } from '../../node/core/schedule/problem.js';
import { MOST, rules } from '../../node/core/schedule/read-frame.js';
import { readingOf } from '../../node/core/schedule/read-problem.js';
import { parseStrictJson } from '../../node/core/strict-json.js';
import { CYCLES } from './cycles.js';
import { zoneNames } from './zones.js';

/** Where an entry comes from; `replaced` is a local one under the name of a shipped one. */
export type Origin = 'shipped' | 'local' | 'replaced';

export interface CycleEntry {
  readonly name: string;
  readonly rule: Rule;
  readonly origin: Origin;
}

/** What a node's configuration may name, too. */
const NAME = /^[a-z0-9][a-z0-9-]{0,63}$/;

/**
 * Reads a file of local cycles: rules of SCHED/1 by name, as in the catalogue.
 *
 * Faults: FORMAT_MALFORMED, where naming the JSON Pointer and the code of SCHEDULING §12; LIMIT_EXCEEDED.
 */
export function readLocalCycles(text: string): Outcome<Named<Rule>> {
  const parsed = parseStrictJson(text);
  if (!parsed.ok) return parsed;
  const errors: ScheduleError[] = [];
  const reading = readingOf({ zones: zonesNamed() }, errors);
  if (!rules(parsed.value, { path: '', reading })) {
    const [first] = errors;
    return refuse(first?.code === 'E_LIMIT' ? 'LIMIT_EXCEEDED' : 'FORMAT_MALFORMED', {
      where: `${first?.path ?? ''} ${first?.code ?? ''}`,
    });
  }
  const local = parsed.value as Named<Rule>;
  const odd = Object.keys(local).findIndex((name) => !NAME.test(name));
  return odd < 0 ? ok(local) : refuse('FORMAT_MALFORMED', { where: `entry ${odd} E_VALUE` });
}

/** Shipped and local cycles together, in byte order of their names. */
export function catalogueWith(local: Named<Rule>): readonly CycleEntry[] {
  const names = [...new Set([...Object.keys(CYCLES), ...Object.keys(local)])].sort();
  return names.slice(0, MOST.rules).flatMap((name): readonly CycleEntry[] => {
    const shipped = Object.hasOwn(CYCLES, name) ? CYCLES[name] : undefined;
    const own = Object.hasOwn(local, name) ? local[name] : undefined;
    if (own !== undefined) return [{ name, rule: own, origin: shipped === undefined ? 'local' : 'replaced' }];
    return shipped === undefined ? [] : [{ name, rule: shipped, origin: 'shipped' }];
  });
}

const ORDINALS: Readonly<Record<string, string>> = { '1': '1st', '2': '2nd', '3': '3rd', '-1': 'last' };
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** One part in a few words: days, hour and zone; `2nd TU of Jan, Apr 10:00 America/Los_Angeles`. */
export function sayPart(part: RulePart): string {
  return `${daysOf(part)} ${part.time} ${part.zone}`;
}

function daysOf(part: RulePart): string {
  switch (part.kind) {
    case 'nth':
      return `${part.ordinals.map(sayOrdinal).join(' and ')} ${part.weekday}${inMonths(part.months)}`;
    case 'nearest':
      return `${part.weekday} nearest to day ${part.day}${inMonths(part.months)}`;
    case 'weeks':
      return `${WEEKDAYS[weekdayOf(dayOf(part.anchor))]} every ${part.interval === 1 ? 'week' : `${part.interval} weeks`} from ${part.anchor}`;
    case 'list':
      return `${part.dates.length} listed ${part.dates.length === 1 ? 'date' : 'dates'}`;
  }
}

function sayOrdinal(ordinal: number): string {
  return ORDINALS[String(ordinal)] ?? (ordinal > 0 ? `${ordinal}th` : `${-ordinal}. from the end`);
}

function inMonths(months: readonly number[] | undefined): string {
  if (months === undefined || months.length === 12) return '';
  return ` of ${months.map((month) => MONTHS[month - 1] ?? '').join(', ')}`;
}

/** `2026-07-01..`, `..2026-06-30`, or nothing for a part that holds always. */
export function sayValidity({ validFrom, validTo }: RulePart): string {
  return validFrom === undefined && validTo === undefined ? '' : `${validFrom ?? ''}..${validTo ?? ''}`;
}

function zonesNamed(): { readonly [name: string]: Json } {
  return Object.fromEntries(zoneNames().map((name) => [name, null]));
}
