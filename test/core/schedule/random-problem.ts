/**
 * Random problem documents, small enough for the slow twin and drawn so that things meet: clocks change within the
 * horizon, at odd minutes and by odd amounts, occurrences fall into it, and bounds lie near its edges.
 */
import fc from 'fast-check';
import type {
  Calendar,
  CostTable,
  HardConstraint,
  Party,
  Periods,
  ProblemDocument,
  RulePart,
  SoftCost,
  Weekday,
  ZoneTable,
} from '../../../node/core/schedule/problem.js';

/** One draw: a whole number from `least` to `most`. */
type Draw = (least: number, most: number) => number;

const DAY = 86_400;
const WEEKDAYS: readonly Weekday[] = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
const ZONES = ['Test/Alpha', 'Test/Beta/Gamma', 'UTC'] as const;

/** Documents that the reader accepts. */
export const randomProblems: fc.Arbitrary<ProblemDocument> = fc
  .gen()
  .map((gen) => randomProblem((least, most) => gen(fc.integer, { min: least, max: most })));

/** A change of clocks, with real zones for the three of the document: the first one changes at `at`, in seconds. */
export interface ClockChange {
  readonly at: number;
  /** Tables of the three zones for a span of instants. */
  readonly tables: (from: string, until: string) => readonly [ZoneTable, ZoneTable, ZoneTable];
}

/** Documents whose horizon holds a change of clocks of real zones, at any place of it. */
export function problemsAround(change: ClockChange): fc.Arbitrary<ProblemDocument> {
  // Few are drawn for each change: without leaning to the edges, or all of them would be small.
  return fc.noBias(
    fc.gen().map((gen) => randomProblem((least, most) => gen(fc.integer, { min: least, max: most }), change)),
  );
}

const iso = (at: number): string => new Date(at * 1000).toISOString().replace('.000Z', 'Z');
const date = (day: number): string => iso(day * DAY).slice(0, 10);

function randomProblem(draw: Draw, change?: ClockChange): ProblemDocument {
  const pick = <T>(values: readonly T[]): T => values[draw(0, values.length - 1)] as T;
  const chance = (percent: number): boolean => draw(1, 100) <= percent;
  const times = <T>(count: number, make: (at: number) => T): T[] =>
    Array.from({ length: count }, (_, at) => make(at));
  const anchor = change === undefined ? undefined : (Math.floor(change.at / 900) - draw(0, 3 * 96)) * 900;
  const start = anchor ?? (Date.UTC(2026, draw(0, 35), draw(1, 28)) / 1000 / 900 + draw(0, 95)) * 900;
  const shortest = change === undefined ? 1 : Math.ceil((change.at - start) / 900) + 1;
  const end = start + draw(shortest, Math.max(shortest, 8 * 96)) * 900;
  const coverage = { from: start - 40 * DAY - draw(0, 5 * DAY), until: end + 40 * DAY + draw(0, 5 * DAY) };
  const firstDay = Math.floor(start / DAY);
  const lastDay = Math.ceil(end / DAY);

  /** Near or in the horizon; on the grid, on a minute, or on any second. */
  const instant = (): string => {
    const at = draw(start - 3 * DAY, end + 3 * DAY);
    const grain = pick([900, 900, 60, 1]);
    return iso(Math.floor(at / grain) * grain);
  };
  const nearDate = (): string => date(draw(firstDay - 3, lastDay + 3));
  const nearDates = (most: number): string[] => [...new Set(times(draw(1, most), nearDate))].sort();
  const numbers = (count: number, least: number, most: number): number[] =>
    [...new Set(times(count, () => draw(least, most)))].sort((left, right) => left - right);
  // Draws may come from a few values only (fast-check leans to the edges), so nothing here waits for a lucky one.
  const weekdays = (least: number, most: number): Weekday[] => {
    const first = draw(0, 6);
    const turned = [...WEEKDAYS.slice(first), ...WEEKDAYS.slice(0, first)];
    const chosen = turned.filter((_, at) => at < least || chance(40)).slice(0, most);
    return WEEKDAYS.filter((weekday) => chosen.includes(weekday));
  };
  const time = (): string => {
    const minute = chance(50) ? draw(0, 47) * 30 : draw(0, 1_439);
    return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
  };
  const zone = (): string => pick(ZONES);
  const calendar = (): string => pick(['A', 'B']);

  const zoneTable = (): ZoneTable => {
    const initialOffsetMinutes = draw(-44, 44) * 15;
    const transitions: { at: string; offsetMinutes: number }[] = [];
    let [before, at] = [initialOffsetMinutes, Math.floor((start - DAY) / 60) * 60];
    for (let left = draw(0, 4); left > 0; left -= 1) {
      at += draw(0, 3 * 1_440) * 60;
      const jump = pick([60, 60, -60, -60, 30, -30, 15, -15, 120, -120, 1_440, -1_440, 600]);
      const offsetMinutes = Math.max(-840, Math.min(840, before + jump));
      if (offsetMinutes === before) continue;
      transitions.push({ at: iso(at), offsetMinutes });
      [before, at] = [offsetMinutes, at + 2 * DAY];
    }
    return { initialOffsetMinutes, transitions };
  };

  const real = change?.tables(iso(coverage.from), iso(coverage.until));

  const calendars: Record<string, Calendar> = Object.fromEntries(
    ['A', 'B'].map((name) => [
      name,
      {
        weekend: weekdays(0, 3),
        from: date(Math.floor(coverage.from / DAY) - 1),
        until: date(Math.floor(coverage.until / DAY) + 1),
        dates: chance(70) ? nearDates(4) : [],
      },
    ]),
  );

  const part = (): RulePart => {
    const shared = {
      time: time(),
      zone: zone(),
      ...(chance(20) ? { validFrom: date(firstDay - draw(0, 20)) } : {}),
      ...(chance(20) ? { validTo: date(lastDay + draw(0, 20)) } : {}),
      ...(chance(20) ? { except: nearDates(3) } : {}),
      ...(chance(20) ? { add: nearDates(2) } : {}),
    };
    const weekday = pick(WEEKDAYS);
    switch (pick(['nth', 'nearest', 'weeks', 'list'] as const)) {
      case 'nth': {
        const ordinals = numbers(draw(1, 4), -5, 5).filter((one) => one !== 0);
        const months = chance(30) ? { months: numbers(draw(1, 6), 1, 12) } : {};
        return { ...shared, kind: 'nth', weekday, ordinals: ordinals.length ? ordinals : [2], ...months };
      }
      case 'nearest':
        return { ...shared, kind: 'nearest', weekday, day: draw(1, 28), months: numbers(draw(1, 12), 1, 12) };
      case 'weeks':
        return { ...shared, kind: 'weeks', interval: draw(1, 3), anchor: date(firstDay - draw(-4, 40)) };
      default:
        return { ...shared, kind: 'list', dates: nearDates(4) };
    }
  };

  const cost = (): number => draw(0, 12) * 10;
  const minutes = (count: number, least: number): number[] => numbers(count, least, 4 * 1_440);
  const tables: Record<string, CostTable> = {
    staff: {
      kind: 'staff',
      bands: ['00:00', ...[...new Set(times(draw(0, 5), time))].filter((one) => one !== '00:00').sort()].map(
        (from) => ({
          from,
          cost: cost(),
        }),
      ),
      eve: cost(),
      off: cost(),
    },
    cycle: {
      kind: 'cycle',
      tiers: [0, ...minutes(draw(0, 4), 1)].map((fromMinutes) => ({ fromMinutes, cost: cost() })),
      none: cost(),
    },
    lead: {
      kind: 'lead',
      tiers: minutes(draw(1, 4), 1).map((underMinutes) => ({ underMinutes, cost: cost() })),
      otherwise: cost(),
    },
  };

  const periods = (): Periods => {
    const interval = (): { from: string; until: string } => {
      const [from, until] = [instant(), instant()].sort() as [string, string];
      return from === until ? { from, until: iso(Date.parse(from) / 1000 + 1) } : { from, until };
    };
    const range = (): { from: string; to: string; zone: string } => {
      const [from, to] = [nearDate(), nearDate()].sort() as [string, string];
      return { from, to, zone: zone() };
    };
    const kind = draw(0, 2);
    const unique = <T extends { from: string }>(all: T[]): T[] =>
      all
        .sort((a, b) => (a.from < b.from ? -1 : 1))
        .filter((one, at) => at === 0 || one.from !== all[at - 1]?.from);
    return {
      ...(kind !== 1 ? { intervals: unique(times(draw(1, 3), interval)) } : {}),
      ...(kind !== 0 ? { dates: unique(times(draw(1, 2), range)) } : {}),
    };
  };

  const around = (): { beforeMinutes: number; afterMinutes: number } => ({
    beforeMinutes: pick([0, 15, 60, 720, 7]),
    afterMinutes: pick([15, 60, 1_440, 1]),
  });
  const rule = (): string => `r${draw(0, 2)}`;

  const soft = (at: number): SoftCost => {
    const id = `s${at}`;
    switch (draw(0, 7)) {
      case 0:
      case 1:
        return { id, kind: 'office', zone: zone(), calendar: calendar(), table: 'staff' };
      case 2:
        return { id, kind: 'cycle', rule: rule(), ready: instant(), table: 'cycle' };
      case 3:
        return { id, kind: 'avoid', cost: draw(1, 30) * 10, ...periods() };
      case 4:
        return { id, kind: 'avoidCycle', rule: rule(), ...around(), cost: draw(1, 30) * 10 };
      case 5:
        return { id, kind: 'delay', from: instant(), perDay: draw(1, 40), cap: draw(1, 200) };
      case 6:
        return { id, kind: 'leadPreference', from: instant(), table: 'lead' };
      default: {
        const at = iso(Math.floor(draw(start - DAY, end + DAY) / 900) * 900);
        return { id, kind: 'stay', at, cost: draw(0, 99), perDay: draw(0, 50), cap: draw(0, 200) };
      }
    }
  };

  const parties: Party[] = times(draw(1, 4), (at) => ({
    id: `p${at}`,
    role: 'vendor' as const,
    weight: draw(1, 10),
    fair: chance(60),
    soft: times(draw(0, 3), soft),
    ...(chance(30)
      ? {
          notice: {
            atLeastMinutes: draw(0, 900),
            ...(chance(50) ? { atMostMinutes: draw(900, 9_000) } : {}),
          },
        }
      : {}),
  }));

  const hard = (at: number): HardConstraint => {
    const shared = {
      id: `h${at}`,
      party: (parties[draw(0, parties.length - 1)] as Party).id,
      relax: chance(25) ? ('never' as const) : draw(1, 5) * 10,
    };
    const bound = { ...shared, ...(chance(60) ? { overrunPerDay: draw(0, 60) } : {}) };
    switch (draw(0, 12)) {
      case 0:
        return { ...bound, kind: 'notBefore', at: instant() };
      case 1:
        return { ...bound, kind: 'notAfter', at: instant() };
      case 2:
        return { ...bound, kind: 'before', at: instant() };
      case 3:
        return {
          ...bound,
          kind: 'deadline',
          count: 'elapsed',
          from: iso(start - draw(0, 9) * DAY),
          ...(chance(50) ? { days: draw(1, 15) } : { minutes: draw(1, 12_000) }),
        };
      case 4:
        return {
          ...bound,
          kind: 'deadline',
          count: 'civil',
          from: iso(start - draw(0, 30 * DAY)),
          zone: zone(),
          ...(chance(70) ? { days: draw(1, 36) } : { months: draw(1, 2) }),
          ...(chance(50)
            ? { roll: 'none' as const }
            : { roll: pick(['next', 'previous'] as const), calendar: calendar() }),
        };
      case 5:
        return { ...bound, kind: 'lead', from: iso(start - draw(0, 5 * DAY)), minutes: draw(1, 12_000) };
      case 6:
        return {
          ...bound,
          kind: 'leadWork',
          from: iso(start - draw(0, 9 * DAY)),
          days: draw(1, 6),
          zone: zone(),
          calendar: calendar(),
        };
      case 7:
        return {
          ...bound,
          kind: 'readyQuorum',
          percent: draw(1, 100),
          vendors: times(draw(1, 4), (vendor) => ({
            id: `v${vendor}`,
            weight: draw(1, 9),
            ready: chance(85) ? instant() : null,
          })),
        };
      case 8:
      case 9:
        return { ...shared, kind: 'blackout', ...periods() };
      case 10:
      case 11:
        return {
          ...shared,
          kind: 'weekly',
          zone: zone(),
          windows: times(draw(1, 3), () => {
            const [from, to] = [time(), time()].sort() as [string, string];
            return { days: weekdays(1, 7), from, to: from === to || chance(20) ? '24:00' : to };
          }),
          ...(chance(40) ? { calendar: calendar() } : {}),
        };
      default:
        return { ...shared, kind: 'onCycle', rule: rule(), ready: instant(), ...around() };
    }
  };

  return {
    spec: 'SCHED/1',
    case: 'random',
    revision: draw(0, 9),
    preparedAt: instant(),
    tzdb: '2026c',
    coverage: { from: iso(coverage.from), until: iso(coverage.until) },
    horizon: { start: iso(start), end: iso(end) },
    objective: pick(['total', 'minimax', 'leximin'] as const),
    zones: Object.fromEntries(ZONES.map((name, at) => [name, real?.[at] ?? zoneTable()])),
    calendars,
    rules: Object.fromEntries(times(3, (at) => [`r${at}`, { parts: times(draw(1, 2), part) }])),
    tables,
    parties,
    hard: times(draw(0, 5), hard),
  };
}
