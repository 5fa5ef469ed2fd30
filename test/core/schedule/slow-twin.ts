/**
 * SCHED/1 a second time, from the words of SCHEDULING §3 to §11 and without the solver's code: every question is
 * asked again for every slot. Slow, and for small documents only.
 */
import type {
  Calendar,
  CycleTable,
  Deadline,
  HardConstraint,
  LeadTable,
  Party,
  Periods,
  ProblemDocument,
  RulePart,
  SoftCost,
  StaffTable,
  ZoneTable,
} from '../../../node/core/schedule/problem.js';

const DAY = 86_400;
const UPPER: readonly string[] = ['notAfter', 'before', 'deadline'];
const WEEKDAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'] as const;

const parsed = new Map<string, number>();
const seconds = (instant: string): number => {
  let at = parsed.get(instant);
  if (at === undefined) {
    at = Date.parse(instant) / 1000;
    parsed.set(instant, at);
  }
  return at;
};
const day = (date: string): number => Date.parse(`${date.slice(0, 10)}T00:00:00Z`) / 1000 / DAY;
const iso = (at: number): string => new Date(at * 1000).toISOString().replace('.000Z', 'Z');
const dateOf = (d: number): Date => new Date(d * DAY * 1000);
const weekday = (d: number): string => WEEKDAYS[dateOf(d).getUTCDay()] as string;
const clock = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
const byId = (left: { id: string }, right: { id: string }): number => (left.id < right.id ? -1 : 1);

/** The answer document without `inputHash`, `local` and the members copied from the problem. */
export function answerSlowly(problem: ProblemDocument): object {
  const twin = twinOf(problem);
  const { slots, hard } = twin;
  const feasible = slots.filter((s) => hard.every((h) => !twin.violates(h, s)));
  const best = least(feasible, twin.key);
  const scored = (s: number): object => ({
    at: iso(s * 900),
    key: twin.key(s),
    sum: twin.sum(s),
    maxLevel: twin.maxLevel(s),
  });
  const pays = (s: number): { party: string; cost: number; level: number; items: object[] }[] =>
    twin.parties.map((p) => ({
      party: p.id,
      cost: twin.cost(p, s),
      level: level(twin.cost(p, s)),
      items: [...p.soft].sort(byId).map((soft) => ({ soft: soft.id, cost: twin.soft(soft, s) })),
    }));

  const leaveOneOut = [...hard].sort(byId).flatMap((h) => {
    const without = slots.filter((s) => hard.every((other) => (other === h) === twin.violates(other, s)));
    const at = least(without, twin.key);
    if (at === undefined) return [];
    const better = best === undefined || compare(twin.key(at), twin.key(best)) < 0;
    return [{ constraint: h.id, ...scored(at), better }];
  });
  const head = {
    status: best === undefined ? 'infeasible' : 'solved',
    feasibleSlots: feasible.length,
    leaveOneOut,
  };

  if (best === undefined) {
    const price = (s: number): number[] => {
      const violated = hard.filter((h) => twin.violates(h, s));
      const never = violated.filter(({ relax }) => relax === 'never').length;
      const cost = violated.reduce((sum, { relax }) => sum + (relax === 'never' ? 0 : relax), 0);
      return [never, cost, violated.length, ...twin.key(s)];
    };
    const at = least(slots, price) as number;
    const [never, cost] = price(at);
    const relaxation = {
      ...scored(at),
      key: price(at),
      drop: [...hard]
        .sort(byId)
        .filter((h) => twin.violates(h, at))
        .map((h) => {
          const distance = twin.distance(h, at);
          return {
            constraint: h.id,
            party: h.party,
            relax: h.relax,
            shiftMinutes: distance === undefined ? null : distance * 15,
          };
        }),
      relaxCost: cost,
      neverCount: never,
      permitted: never === 0,
      pays: pays(at),
    };
    return {
      ...head,
      best: null,
      alternatives: [],
      conflict: twin.conflict(),
      relaxation,
      notifications: [],
    };
  }

  const dayOf = (s: number): number => Math.floor(s / 96);
  const days = [...new Set(feasible.map(dayOf))].filter((d) => d !== dayOf(best));
  const others = days
    .map(
      (d) =>
        least(
          feasible.filter((s) => dayOf(s) === d),
          twin.key,
        ) as number,
    )
    .sort((left, right) => compare(twin.key(left), twin.key(right)))
    .slice(0, 3);
  return {
    ...head,
    best: {
      ...scored(best),
      pays: pays(best).map((paid, index) => {
        const party = twin.parties[index] as Party;
        const ideal = Math.min(...feasible.map((s) => twin.cost(party, s)));
        return { ...paid, ideal, regret: paid.cost - ideal };
      }),
    },
    alternatives: others.map((s) => ({
      ...scored(s),
      changes: twin.parties
        .filter((p) => twin.cost(p, s) !== twin.cost(p, best))
        .map((p) => ({ party: p.id, cost: twin.cost(p, s), delta: twin.cost(p, s) - twin.cost(p, best) })),
    })),
    conflict: null,
    relaxation: null,
    notifications: twin.parties.flatMap(({ id, notice }) => {
      if (notice === undefined) return [];
      const before = (minutes: number | undefined): number | null =>
        minutes === undefined ? null : best * 900 - minutes * 60;
      const [earliest, preferred, latest] = [
        before(notice.atMostMinutes),
        before(notice.preferAtMostMinutes),
        before(notice.atLeastMinutes),
      ];
      const now = seconds(problem.preparedAt);
      const late = latest !== null && now > latest;
      const state = late ? 'late' : earliest !== null && now < earliest ? 'wait' : 'open';
      const text = (at: number | null): string | null => (at === null ? null : iso(at));
      return [
        { party: id, earliest: text(earliest), preferredFrom: text(preferred), latest: text(latest), state },
      ];
    }),
  };
}

interface Twin {
  readonly slots: readonly number[];
  readonly hard: readonly HardConstraint[];
  readonly parties: readonly Party[];
  violates(h: HardConstraint, s: number): boolean;
  distance(h: HardConstraint, s: number): number | undefined;
  soft(soft: SoftCost, s: number): number;
  cost(p: Party, s: number): number;
  sum(s: number): number;
  maxLevel(s: number): number;
  key(s: number): number[];
  conflict(): string[];
}

function twinOf(problem: ProblemDocument): Twin {
  const slots: number[] = [];
  for (let s = seconds(problem.horizon.start) / 900; s < seconds(problem.horizon.end) / 900; s += 1)
    slots.push(s);
  const parties = [...problem.parties].sort(byId);
  const coverage = { from: seconds(problem.coverage.from), until: seconds(problem.coverage.until) };
  const zone = (name: string): ZoneTable => problem.zones[name] as ZoneTable;
  const calendar = (name: string): Calendar => problem.calendars[name] as Calendar;
  const memo = <K, V>(make: (key: K) => V): ((key: K) => V) => {
    const made = new Map<K, V>();
    return (key) => {
      if (!made.has(key)) made.set(key, make(key));
      return made.get(key) as V;
    };
  };

  const occurrences = memo((rule: string): number[] => {
    const found: number[] = [];
    for (const part of problem.rules[rule]?.parts ?? []) {
      for (let d = coverage.from / DAY - 3; d < coverage.until / DAY + 3; d += 1) {
        const date = Math.floor(d);
        if (!isInPart(part, date)) continue;
        const at = toUtc(zone(part.zone), date * DAY + clock(part.time) * 60);
        if (at >= coverage.from && at < coverage.until) found.push(at);
      }
    }
    return found;
  });

  const inPeriods = (periods: Periods, t: number): boolean =>
    (periods.intervals ?? []).some(({ from, until }) => seconds(from) <= t && t < seconds(until)) ||
    (periods.dates ?? []).some(
      ({ from, to, zone: name }) =>
        toUtc(zone(name), day(from) * DAY) <= t && t < toUtc(zone(name), (day(to) + 1) * DAY),
    );

  const deadline = (h: Deadline, t: number): boolean => {
    const from = seconds(h.from);
    if (h.count === 'elapsed') return t <= from + (h.days ?? 0) * DAY + (h.minutes ?? 0) * 60;
    let last = Math.floor(local(zone(h.zone), from) / DAY);
    if (h.days !== undefined) last += h.days;
    else last = addMonths(last, h.months ?? 0);
    if (h.roll !== 'none') {
      while (!working(calendar(h.calendar ?? ''), last)) last += h.roll === 'next' ? 1 : -1;
    }
    return t < toUtc(zone(h.zone), (last + 1) * DAY);
  };

  /** Does the instant satisfy the constraint? In words of §5; for bounds any instant may be asked. */
  const satisfies = (h: HardConstraint, t: number): boolean => {
    switch (h.kind) {
      case 'notBefore':
        return t >= seconds(h.at);
      case 'notAfter':
        return t <= seconds(h.at);
      case 'before':
        return t < seconds(h.at);
      case 'deadline':
        return deadline(h, t);
      case 'lead':
        return t >= seconds(h.from) + h.minutes * 60;
      case 'leadWork': {
        let d = Math.floor(local(zone(h.zone), seconds(h.from)) / DAY);
        for (let left = h.days; left > 0; ) {
          d += 1;
          if (working(calendar(h.calendar), d)) left -= 1;
        }
        return t >= toUtc(zone(h.zone), (d + 1) * DAY);
      }
      case 'readyQuorum': {
        const all = h.vendors.reduce((sum, { weight }) => sum + weight, 0);
        const enough = (at: number): boolean =>
          100 *
            h.vendors.reduce(
              (sum, v) => sum + (v.ready !== null && seconds(v.ready) <= at ? v.weight : 0),
              0,
            ) >=
          h.percent * all;
        const times = h.vendors.flatMap(({ ready }) => (ready === null ? [] : [seconds(ready)]));
        const earliest = Math.min(...times.filter(enough));
        return t >= earliest;
      }
      case 'blackout':
        return !inPeriods(h, t);
      case 'weekly': {
        const z = zone(h.zone);
        const closed = h.calendar === undefined ? [] : calendar(h.calendar).dates.map(day);
        for (let d = Math.floor(t / DAY) - 3; d <= Math.floor(t / DAY) + 3; d += 1) {
          if (closed.includes(d)) continue;
          for (const window of h.windows) {
            if (!(window.days as readonly string[]).includes(weekday(d))) continue;
            const from = toUtc(z, d * DAY + clock(window.from) * 60);
            const until = toUtc(z, d * DAY + clock(window.to) * 60);
            if (from <= t && t < until) return true;
          }
        }
        return false;
      }
      case 'onCycle':
        return occurrences(h.rule).some(
          (o) => o >= seconds(h.ready) && o - h.beforeMinutes * 60 <= t && t < o + h.afterMinutes * 60,
        );
      default:
        throw new Error('a kind the twin does not know');
    }
  };

  const isBound = (h: HardConstraint): boolean => !['blackout', 'weekly', 'onCycle'].includes(h.kind);
  /** The first allowed slot of a lower, the last of an upper bound: walked to, out of the horizon if need be. */
  const edge = memo((h: HardConstraint): number | undefined => {
    const step = UPPER.includes(h.kind) ? -1 : 1;
    const start = (step < 0 ? slots.at(-1) : slots[0]) as number;
    for (let away = 0; away < 96 * 60; away += 1) {
      if (satisfies(h, 900 * (start + step * away))) return start + step * away;
    }
    return undefined;
  });
  const distance = (h: HardConstraint, s: number): number | undefined => {
    const at = isBound(h) ? edge(h) : undefined;
    return at === undefined ? undefined : Math.abs(s - at);
  };
  const violates = memo((h: HardConstraint) => memo((s: number) => !satisfies(h, 900 * s)));
  const overruns = memo((h: HardConstraint) =>
    memo((s: number): number => {
      const perDay = 'overrunPerDay' in h ? (h.overrunPerDay ?? 0) : 0;
      return perDay === 0 || !violates(h)(s) ? 0 : perDay * Math.ceil((distance(h, s) ?? 0) / 96);
    }),
  );

  const softCost = (soft: SoftCost, s: number): number => {
    const t = 900 * s;
    switch (soft.kind) {
      case 'office': {
        const table = problem.tables[soft.table] as StaffTable;
        const shown = local(zone(soft.zone), t);
        const d = Math.floor(shown / DAY);
        const bands = table.bands.filter(({ from }) => clock(from) * 60 <= shown - d * DAY);
        const extra = !working(calendar(soft.calendar), d)
          ? table.off
          : !working(calendar(soft.calendar), d + 1)
            ? table.eve
            : 0;
        return (bands.at(-1)?.cost ?? Number.NaN) + extra;
      }
      case 'cycle': {
        const table = problem.tables[soft.table] as CycleTable;
        const fit = occurrences(soft.rule).filter((o) => seconds(soft.ready) <= o && o <= t);
        if (fit.length === 0) return table.none;
        const since = (t - Math.max(...fit)) / 60;
        return table.tiers.filter(({ fromMinutes }) => fromMinutes <= since).at(-1)?.cost ?? Number.NaN;
      }
      case 'avoid':
        return inPeriods(soft, t) ? soft.cost : 0;
      case 'avoidCycle':
        return occurrences(soft.rule).some(
          (o) => o - soft.beforeMinutes * 60 <= t && t < o + soft.afterMinutes * 60,
        )
          ? soft.cost
          : 0;
      case 'delay':
        return t < seconds(soft.from)
          ? 0
          : Math.min(soft.cap, soft.perDay * Math.floor((t - seconds(soft.from)) / DAY));
      case 'leadPreference': {
        const table = problem.tables[soft.table] as LeadTable;
        const lead = (t - seconds(soft.from)) / 60;
        return table.tiers.find(({ underMinutes }) => lead < underMinutes)?.cost ?? table.otherwise;
      }
      case 'stay': {
        const away = Math.abs(t - seconds(soft.at));
        return away === 0 ? 0 : Math.min(soft.cap, soft.cost + soft.perDay * Math.floor(away / DAY));
      }
      default:
        throw new Error('a kind the twin does not know');
    }
  };
  const soft = memo((one: SoftCost) => memo((s: number) => softCost(one, s)));
  const cost = (p: Party, s: number): number => p.soft.reduce((sum, one) => sum + soft(one)(s), 0);
  const sum = (s: number): number =>
    parties.reduce((total, p) => total + p.weight * cost(p, s), 0) +
    problem.hard.reduce((total, h) => total + overruns(h)(s), 0);
  const levels = (s: number): number[] => parties.filter((p) => p.fair).map((p) => level(cost(p, s)));
  const maxLevel = (s: number): number => Math.max(0, ...levels(s));
  const round = (s: number): number => (s % 4 === 0 ? 0 : s % 4 === 2 ? 1 : 2);
  const key = memo((s: number): number[] => {
    switch (problem.objective) {
      case 'total':
        return [sum(s), maxLevel(s), round(s), s];
      case 'minimax':
        return [maxLevel(s), sum(s), round(s), s];
      default:
        return [
          ...[10, 9, 8, 7, 6, 5, 4, 3, 2, 1].map((k) => levels(s).filter((one) => one === k).length),
          sum(s),
          round(s),
          s,
        ];
    }
  });
  const excludesAll = (set: readonly HardConstraint[]): boolean =>
    slots.every((s) => set.some((h) => violates(h)(s)));
  return {
    slots,
    hard: problem.hard,
    parties,
    violates: (h, s) => violates(h)(s),
    distance,
    soft: (one, s) => soft(one)(s),
    cost,
    sum,
    maxLevel,
    key,
    conflict: () => {
      const rank = (h: HardConstraint): number => (h.relax === 'never' ? 1e9 : h.relax);
      let kept = [...problem.hard].sort((a, b) => rank(b) - rank(a) || byId(a, b));
      for (const h of [...kept].reverse()) {
        const rest = kept.filter((other) => other !== h);
        if (excludesAll(rest)) kept = rest;
      }
      return kept.map(({ id }) => id).sort();
    },
  };
}

function level(cost: number): number {
  return cost === 0 ? 0 : 1 + Math.floor((cost - 1) / 100);
}

function compare(left: readonly number[], right: readonly number[]): number {
  const at = left.findIndex((value, index) => value !== right[index]);
  return at < 0 ? 0 : (left[at] as number) - (right[at] as number);
}

function least(slots: readonly number[], key: (s: number) => readonly number[]): number | undefined {
  return slots.reduce<number | undefined>(
    (best, s) => (best === undefined || compare(key(s), key(best)) < 0 ? s : best),
    undefined,
  );
}

function offset(zone: ZoneTable, t: number): number {
  const passed = zone.transitions.filter(({ at }) => seconds(at) <= t).at(-1);
  return (passed?.offsetMinutes ?? zone.initialOffsetMinutes) * 60;
}

function local(zone: ZoneTable, t: number): number {
  return t + offset(zone, t);
}

/** §4, "Local to UTC", word by word. */
function toUtc(zone: ZoneTable, l: number): number {
  const offsets = [zone.initialOffsetMinutes, ...zone.transitions.map((one) => one.offsetMinutes)];
  const shown = offsets.map((minutes) => l - minutes * 60).filter((u) => u + offset(zone, u) === l);
  if (shown.length > 0) return Math.min(...shown);
  for (const [index, { at, offsetMinutes }] of zone.transitions.entries()) {
    const p = (offsets[index] as number) * 60;
    if (seconds(at) + p <= l && l < seconds(at) + offsetMinutes * 60) return l - p;
  }
  throw new Error('a local time that is neither shown nor skipped');
}

function working(calendar: Calendar, d: number): boolean {
  return (
    !(calendar.weekend as readonly string[]).includes(weekday(d)) && !calendar.dates.map(day).includes(d)
  );
}

function addMonths(d: number, months: number): number {
  const date = dateOf(d);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + months];
  const last = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return Date.UTC(year, month, Math.min(date.getUTCDate(), last)) / 1000 / DAY;
}

/** §3.5: is this date in the part, validity and exceptions included? */
function isInPart(part: RulePart, d: number): boolean {
  const listed = (dates: readonly string[] | undefined): boolean => (dates ?? []).map(day).includes(d);
  if (listed(part.add)) return true;
  if (part.validFrom !== undefined && d < day(part.validFrom)) return false;
  if (part.validTo !== undefined && d > day(part.validTo)) return false;
  if (listed(part.except)) return false;
  const date = dateOf(d);
  const month = date.getUTCMonth() + 1;
  switch (part.kind) {
    case 'nth': {
      if (weekday(d) !== part.weekday || (part.months && !part.months.includes(month))) return false;
      const length = new Date(Date.UTC(date.getUTCFullYear(), month, 0)).getUTCDate();
      const fromStart = Math.ceil(date.getUTCDate() / 7);
      const fromEnd = -Math.ceil((length - date.getUTCDate() + 1) / 7);
      return part.ordinals.includes(fromStart) || part.ordinals.includes(fromEnd);
    }
    case 'nearest':
      return (
        weekday(d) === part.weekday &&
        [-3, -2, -1, 0, 1, 2, 3].some((away) => {
          const centre = dateOf(d + away);
          return centre.getUTCDate() === part.day && part.months.includes(centre.getUTCMonth() + 1);
        })
      );
    case 'weeks':
      return d >= day(part.anchor) && (d - day(part.anchor)) % (7 * part.interval) === 0;
    case 'list':
      return listed(part.dates);
    default:
      throw new Error('a kind the twin does not know');
  }
}
