/**
 * One row for each party: its nights, days off and patch days on its own wall clock, and what its own hard constraints
 * close. Parties that look alike share a row.
 */
import { byText } from '../../node/core/bytes.js';
import { isWorking } from '../../node/core/schedule/calendar.js';
import { DAY_SECONDS, minuteOf, pad, QUARTER_SECONDS } from '../../node/core/schedule/civil.js';
import { banOf } from '../../node/core/schedule/hard.js';
import { stretchesOf } from '../../node/core/schedule/periods.js';
import type { HardConstraint, Party, SoftCost, StaffTable } from '../../node/core/schedule/problem.js';
import type { Stretch } from '../../node/core/schedule/rule.js';
import { hoursAt } from '../../node/core/schedule/tell-costs.js';
import { cityOf, isMadeUp } from '../../node/core/schedule/tell-times.js';
import { homeZoneOf } from '../../node/core/schedule/telling.js';
import { instantOf, localDayAt, midnightOf } from '../../node/core/schedule/zone.js';
import type { Scene } from './scene.js';

type Office = Extract<SoftCost, { kind: 'office' }>;

/** A row as it is drawn; stretches in seconds, cut to the horizon. */
export interface Row {
  readonly names: readonly string[];
  readonly zone: string | undefined;
  /** Before and after office hours, but not at night. */
  readonly edges: readonly Stretch[];
  readonly nights: readonly Stretch[];
  readonly daysOff: readonly Stretch[];
  /** Forbidden by a hard constraint of this party, or what it wishes to avoid. */
  readonly closed: readonly Stretch[];
  readonly patchDays: readonly number[];
  /** Names of the cycles behind the patch days. */
  readonly cycles: readonly string[];
  /** What each of them pays at the chosen instant; `undefined` where they pay differently. */
  readonly pays: number | undefined;
}

export interface Rows {
  readonly shown: readonly Row[];
  /** Parties that found no row. */
  readonly parties: number;
}

/** Rows that stay legible above each other. */
const MOST_ROWS = 18;

/** The rows that matter most: fair parties and dear ones first. */
export function rowsOf(scene: Scene): Rows {
  const groups = new Map<string, Party[]>();
  for (const party of ranked(scene)) {
    const look = lookOf(party, constraintsOf(scene, party));
    groups.set(look, [...(groups.get(look) ?? []), party]);
  }
  const all = [...groups.values()];
  const shown = all.slice(0, MOST_ROWS).map((parties) => rowOf(scene, parties));
  const parties = all.slice(MOST_ROWS).reduce((count, group) => count + group.length, 0);
  return { shown, parties };
}

function ranked({ problem, answer }: Scene): readonly Party[] {
  const cost = costsOf(answer);
  const share = ({ id, weight }: Party): number => weight * (cost.get(id) ?? 0);
  return problem.parties.toSorted(
    (left, right) =>
      Number(right.fair) - Number(left.fair) ||
      share(right) - share(left) ||
      right.weight - left.weight ||
      byText(left.id, right.id),
  );
}

function costsOf(answer: Scene['answer']): ReadonlyMap<string, number> {
  const pays = answer.status === 'solved' ? answer.best.pays : answer.relaxation.pays;
  return new Map(pays.map(({ party, cost }) => [party, cost]));
}

function constraintsOf({ problem }: Scene, { id }: Party): readonly HardConstraint[] {
  return problem.hard.filter(({ party }) => party === id);
}

/** Parties with one look are drawn alike: ids, notes and prices are not seen. */
function lookOf(party: Party, constraints: readonly HardConstraint[]): string {
  const bare = (one: SoftCost | HardConstraint): string =>
    JSON.stringify({ ...one, id: '', party: '', note: '', cite: '', relax: 0, overrunPerDay: 0 });
  const seen = party.soft.filter(({ kind }) => SEEN.includes(kind));
  return [homeZoneOf(party) ?? '', ...seen.map(bare).toSorted(), ...constraints.map(bare).toSorted()].join(
    '\n',
  );
}

const SEEN: readonly SoftCost['kind'][] = ['office', 'cycle', 'avoid', 'avoidCycle'];

function rowOf(scene: Scene, parties: readonly Party[]): Row {
  const [party] = parties;
  if (party === undefined) throw new Error('unreachable: a group has a party');
  const { ground } = scene.solution;
  const costs = costsOf(scene.answer);
  const paid = parties.map(({ id }) => costs.get(id) ?? 0);
  const office = party.soft.find((soft) => soft.kind === 'office');
  const constraints = constraintsOf(scene, party);
  const cycles = [
    ...new Set([...party.soft, ...constraints].flatMap((one) => ('rule' in one ? [one.rule] : []))),
  ];
  const banned = constraints.flatMap((constraint) =>
    banOf(constraint, ground).forbidden.map(({ from, until }) => ({
      from: (ground.first + from) * QUARTER_SECONDS,
      until: (ground.first + until) * QUARTER_SECONDS,
    })),
  );
  const avoided = party.soft.flatMap((soft) => (soft.kind === 'avoid' ? stretchesOf(soft, ground) : []));
  return {
    names: parties.map(({ id }) => scene.called(id)).toSorted(byText),
    zone: homeZoneOf(party),
    ...(office === undefined ? NO_OFFICE : officeOf(scene, office)),
    closed: cut([...banned, ...avoided], scene.horizon),
    patchDays: cycles
      .flatMap((rule) => ground.occurrences(rule))
      .filter((at) => scene.horizon.from <= at && at < scene.horizon.until),
    cycles,
    pays: paid.every((cost) => cost === paid[0]) ? paid[0] : undefined,
  };
}

/** Is there anything to see of a row within a span: hours, a patch day, something closed? */
export function showsOn({ zone, closed, patchDays }: Row, { from, until }: Stretch): boolean {
  return (
    zone !== undefined ||
    patchDays.some((at) => from <= at && at < until) ||
    closed.some((one) => one.from < until && from < one.until)
  );
}

const NO_OFFICE = { edges: [], nights: [], daysOff: [] } as const;

/** Bands follow the wall clock, so each one is converted by itself. */
function officeOf(
  { solution: { ground }, horizon }: Scene,
  office: Office,
): Pick<Row, 'edges' | 'nights' | 'daysOff'> {
  const zone = ground.zone(office.zone);
  const calendar = ground.calendar(office.calendar);
  const table = ground.table(office.table) as StaffTable;
  const edges: Stretch[] = [];
  const nights: Stretch[] = [];
  const daysOff: Stretch[] = [];
  const last = localDayAt(zone, horizon.until);
  for (let day = localDayAt(zone, horizon.from); day <= last; day += 1) {
    if (!isWorking(calendar, day)) {
      daysOff.push({ from: midnightOf(zone, day), until: midnightOf(zone, day + 1) });
      continue;
    }
    table.bands.forEach((band, index) => {
      const next = table.bands[index + 1];
      const stretch = {
        from: instantOf(zone, day * DAY_SECONDS + minuteOf(band.from) * 60),
        until:
          next === undefined
            ? midnightOf(zone, day + 1)
            : instantOf(zone, day * DAY_SECONDS + minuteOf(next.from) * 60),
      };
      const hours = hoursAt(table, band.from);
      if (hours === 'at night') nights.push(stretch);
      else if (hours !== 'in office hours') edges.push(stretch);
    });
  }
  return { edges: cut(edges, horizon), nights: cut(nights, horizon), daysOff: cut(daysOff, horizon) };
}

/** Cut to a span and joined where they touch. */
export function cut(stretches: readonly Stretch[], span: Stretch): readonly Stretch[] {
  const joined: { from: number; until: number }[] = [];
  for (const { from, until } of stretches.toSorted((left, right) => left.from - right.from)) {
    const inside = { from: Math.max(from, span.from), until: Math.min(until, span.until) };
    const last = joined.at(-1);
    if (inside.from >= inside.until) continue;
    if (last !== undefined && inside.from <= last.until) last.until = Math.max(last.until, inside.until);
    else joined.push(inside);
  }
  return joined;
}

/** `A, B and 31 more`, in at most so many characters if at all possible. */
export function sayNames(names: readonly string[], most: number): string {
  for (let shown = names.length; shown > 1; shown -= 1) {
    const more = names.length === shown ? '' : ` +${names.length - shown} more`;
    const said = `${names.slice(0, shown).join(', ')}${more}`;
    if (said.length <= most) return said;
  }
  const more = names.length === 1 ? '' : ` +${names.length - 1} more`;
  const [first = ''] = names;
  return `${first.length + more.length > most ? `${first.slice(0, Math.max(1, most - more.length - 1))}…` : first}${more}`;
}

/** `Tokyo · pays 60`, `▲ microsoft · pays 0`: the small line under the names. */
export function sayRow({ zone, cycles, pays }: Row): string {
  const home = zone === undefined ? '' : cityOf(zone);
  const patches =
    cycles.length === 0
      ? ''
      : `▲ ${sayNames([...new Set(cycles.map((rule) => (isMadeUp(rule) ? 'own cycle' : rule)))], 20)}`;
  const price = pays === undefined ? '' : `pays ${pays}`;
  return [home, patches, price].filter((word) => word !== '').join(' · ');
}

/** Hours of a row's wall clock within a span: every sixth one, as `00`, `06`, `12`, `18`. */
export function localHours(
  scene: Scene,
  zone: string,
  span: Stretch,
): readonly { at: number; hour: string }[] {
  const table = scene.solution.ground.zone(zone);
  const hours: { at: number; hour: string }[] = [];
  for (let day = localDayAt(table, span.from); day <= localDayAt(table, span.until); day += 1) {
    for (const hour of [0, 6, 12, 18]) {
      const at = instantOf(table, day * DAY_SECONDS + hour * 3_600);
      if (span.from <= at && at < span.until) hours.push({ at, hour: pad(hour) });
    }
  }
  return hours;
}
