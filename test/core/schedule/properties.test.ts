import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../../node/core/canonical.js';
import { type Answer, solveProblem } from '../../../node/core/schedule/answer.js';
import { DAY_SECONDS, secondsOf, textOfDay, textOfSeconds } from '../../../node/core/schedule/civil.js';
import { canonicalProblem, inputHash } from '../../../node/core/schedule/input-hash.js';
import type {
  HardConstraint,
  Party,
  Problem,
  ProblemDocument,
  Rule,
} from '../../../node/core/schedule/problem.js';
import { readProblem, readProblemDocument } from '../../../node/core/schedule/read-problem.js';
import { datesOf } from '../../../node/core/schedule/rule.js';
import { levelOf } from '../../../node/core/schedule/scores.js';
import { instantOf, offsetAt, zoneOf } from '../../../node/core/schedule/zone.js';
import { randomProblems } from './random-problem.js';
import { sample } from './sample.js';

const RUNS = Number(process.env['SCHEDULE_RUNS'] ?? 40);
const OPTIONS = { seed: 20261102, numRuns: RUNS };

function checked(document: ProblemDocument): Problem {
  const read = readProblem(JSON.stringify(document));
  if (!read.ok) throw new Error(JSON.stringify(read.errors));
  return read.problem;
}

const solved = (document: ProblemDocument) => solveProblem(checked(document));

const bestAt = (answer: Answer): string | undefined =>
  answer.status === 'solved' ? answer.best.at : undefined;

function holds(check: (document: ProblemDocument, pick: number) => void): void {
  fc.assert(fc.property(randomProblems, fc.nat(1_000_000), check), OPTIONS);
}

/** Deterministic, and never the same order for two or more entries. */
const shuffled = <T>(entries: readonly T[], pick: number): T[] => {
  if (entries.length < 2) return [...entries];
  const at = (pick % (entries.length - 1)) + 1;
  return [...entries.slice(at), ...entries.slice(0, at)];
};

describe('§20.2: order and hash', () => {
  test('permuting parties, soft costs, constraints and vendors changes neither answer nor hash', () => {
    holds((document, pick) => {
      const moved: ProblemDocument = {
        ...document,
        parties: shuffled(document.parties, pick).map((party) => ({
          ...party,
          soft: shuffled(party.soft, pick),
        })),
        hard: shuffled(document.hard, pick).map((constraint) =>
          constraint.kind === 'readyQuorum'
            ? { ...constraint, vendors: shuffled(constraint.vendors, pick) }
            : constraint,
        ),
      };
      expect(solved(moved)).toEqual(solved(document));
    });
  });

  test('any other change of content changes the hash', () => {
    const right = inputHash(sample());
    const changed = leaves(sample()).map((path) => inputHash(withLeaf(sample(), path)));
    expect(changed.length).toBeGreaterThan(150);
    expect(new Set([right, ...changed]).size).toBe(changed.length + 1);
  });

  test('the hash of the document of §3.10 is the one printed there', () => {
    const read = readProblem(EXAMPLE);
    expect(read.ok && inputHash(read.problem)).toBe(
      '1682101ac75af1dc2171125eb22d86ec8f2c61d45f9ea46dfb104febd43ef26d',
    );
    expect(read.ok && solveProblem(read.problem)).toMatchObject({
      best: { at: '2027-04-14T00:00:00Z', key: [0, 0, 0, 2_008_512] },
      feasibleSlots: 1_404,
    });
  });
});

test('§20.3: moving everything by whole weeks inside one offset moves the answer as far', () => {
  holds((random, pick) => {
    const document = withoutSeasons(random);
    const weeks = (pick % 40) + 1;
    const there = solved(shifted(document, weeks * 7));
    const here = solved(document);
    const back = (answer: object): Json =>
      shifted(JSON.parse(JSON.stringify({ ...answer, inputHash: '' })) as Json, -weeks * 7);
    const keyless = (value: Json): string =>
      JSON.stringify(value, (name, member) => (name === 'key' ? member.slice(0, -1) : member));
    expect(keyless(back(there))).toBe(
      keyless(JSON.parse(JSON.stringify({ ...here, inputHash: '' })) as Json),
    );
  });
});

test('§20.4: adding what the best slot satisfies keeps it; removing a constraint never makes the key worse', () => {
  holds((document, pick) => {
    const answer = solved(document);
    if (answer.status !== 'solved') return;
    const at = secondsOf(answer.best.at);
    const shared = { party: document.parties[0]?.id ?? '', relax: 1 };
    const added: HardConstraint[] = [
      { ...shared, id: 'x1', kind: 'notBefore', at: textOfSeconds(at - (pick % 900)) },
      { ...shared, id: 'x2', kind: 'before', at: textOfSeconds(at + 1 + (pick % 900)) },
      {
        ...shared,
        id: 'x3',
        kind: 'blackout',
        intervals: [{ from: textOfSeconds(at - pick - 1), until: answer.best.at }],
      },
    ];
    for (const constraint of added) {
      expect(bestAt(solved({ ...document, hard: [...document.hard, constraint] }))).toBe(answer.best.at);
    }
    for (const constraint of document.hard) {
      const without = solved({ ...document, hard: document.hard.filter((one) => one !== constraint) });
      expect(without.best?.key.findIndex((part, index) => part !== answer.best.key[index])).toSatisfy(
        (index: number) => index < 0 || (without.best?.key[index] ?? 0) < (answer.best.key[index] ?? 0),
      );
    }
  });
});

test('§20.5: without a constraint that has no overrun the best slot is the one leave-one-out names', () => {
  holds((document) => {
    const answer = solved(document);
    for (const constraint of document.hard) {
      if ('overrunPerDay' in constraint && (constraint.overrunPerDay ?? 0) > 0) continue;
      const named = answer.leaveOneOut.find((one) => one.constraint === constraint.id);
      const without = solved({ ...document, hard: document.hard.filter((one) => one !== constraint) });
      expect(bestAt(without)).toBe(named?.better ? named.at : bestAt(answer));
    }
  });
});

test('§20.6: cutting the horizon around the best slot keeps it', () => {
  holds((document, pick) => {
    const answer = solved(document);
    if (answer.status !== 'solved') return;
    const at = secondsOf(answer.best.at);
    const cut = {
      start: textOfSeconds(Math.max(secondsOf(document.horizon.start), at - (pick % 200) * 900)),
      end: textOfSeconds(Math.min(secondsOf(document.horizon.end), at + ((pick % 31) + 1) * 900)),
    };
    expect(bestAt(solved({ ...document, horizon: cut }))).toBe(answer.best.at);
  });
});

describe('§20.7: total', () => {
  test('an unfair party split into two halves keeps the order', () => {
    holds((random) => {
      const document: ProblemDocument = {
        ...random,
        objective: 'total',
        parties: random.parties.map((party) => ({ ...party, fair: false, weight: party.weight * 2 })),
      };
      const halves = document.parties.flatMap((party) => [
        { ...party, weight: party.weight / 2 },
        { ...party, id: `${party.id}b`, weight: party.weight / 2 },
      ]);
      const whole = solved(document);
      const split = solved({ ...document, parties: halves });
      expect(split.best?.key).toEqual(whole.best?.key);
      expect(split.leaveOneOut).toEqual(whole.leaveOneOut);
    });
  });

  test('a dearer delay never makes the optimum later', () => {
    holds((random, pick) => {
      const withDelay = (perDay: number): ProblemDocument => {
        const soft = { id: 'delay', kind: 'delay' as const, from: random.horizon.start, perDay, cap: 1_000 };
        const exposed: Party = { id: 'exposed', role: 'public', weight: 5, fair: false, soft: [soft] };
        return { ...random, objective: 'total', parties: [...random.parties, exposed] };
      };
      const [cheap, dear] = [solved(withDelay(1 + (pick % 20))), solved(withDelay(30 + (pick % 50)))];
      if (cheap.status === 'solved') expect((bestAt(dear) ?? '') <= cheap.best.at).toBe(true);
    });
  });
});

test('§20.8: the conflict excludes every slot and none of its members may be spared; dropping what is proposed helps', () => {
  let seen = 0;
  holds((document) => {
    const answer = solved(document);
    if (answer.status !== 'infeasible') return;
    seen += 1;
    const only = (ids: readonly string[]): ProblemDocument => ({
      ...document,
      hard: document.hard.filter(({ id }) => ids.includes(id)),
    });
    expect(solved(only(answer.conflict)).status).toBe('infeasible');
    for (const spared of answer.conflict) {
      expect(solved(only(answer.conflict.filter((id) => id !== spared))).status).toBe('solved');
    }
    const dropped = answer.relaxation.drop.map(({ constraint }) => constraint);
    const kept = solved(only(document.hard.map(({ id }) => id).filter((id) => !dropped.includes(id))));
    expect(kept.status).toBe('solved');
    const at = secondsOf(answer.relaxation.at);
    const pinned = { start: answer.relaxation.at, end: textOfSeconds(at + 900) };
    expect(
      solved({ ...only([]), hard: document.hard.filter(({ id }) => !dropped.includes(id)), horizon: pinned })
        .status,
    ).toBe('solved');
  });
  expect(seen).toBeGreaterThan(RUNS / 10);
});

test('§20.9: doubling all weights and overruns keeps the answer; a level never falls when a cost is added', () => {
  holds((document) => {
    const doubled: ProblemDocument = {
      ...document,
      parties: document.parties.map((party) => ({ ...party, weight: party.weight * 2 })),
      hard: document.hard.map((one) =>
        'overrunPerDay' in one ? { ...one, overrunPerDay: (one.overrunPerDay ?? 0) * 2 } : one,
      ),
    };
    const [once, twice] = [solved(document), solved(doubled)];
    expect(bestAt(twice)).toBe(bestAt(once));
    expect(twice.relaxation?.at).toBe(once.relaxation?.at);
    expect(twice.leaveOneOut.map(({ constraint, at, better }) => ({ constraint, at, better }))).toEqual(
      once.leaveOneOut.map(({ constraint, at, better }) => ({ constraint, at, better })),
    );
  });
  for (let cost = 0; cost < 1_000; cost += 1) expect(levelOf(cost + 1)).toBeGreaterThanOrEqual(levelOf(cost));
  expect([0, 1, 100, 101, 1_000].map(levelOf)).toEqual([0, 1, 1, 2, 10]);
});

test('§20.10: local to UTC to local is the identity outside gaps and lands later by the gap inside', () => {
  let gaps = 0;
  holds((document, pick) => {
    for (const table of Object.values(document.zones)) {
      const zone = zoneOf(table);
      for (const at of [
        ...table.transitions.map((one) => secondsOf(one.at)),
        secondsOf(document.horizon.start),
      ]) {
        for (const away of [-90_000, -3_600, -60, -1, 0, 1, 60, 1_800, 3_599, 90_000, pick % 86_400]) {
          const local = at + offsetAt(zone, at - 1) + away;
          const instant = instantOf(zone, local);
          const shown = instant + offsetAt(zone, instant);
          if (shown === local) {
            // A repeated time means its first instance.
            expect(instantsOf(table, local)[0]).toBe(instant);
            continue;
          }
          gaps += 1;
          expect(instantsOf(table, local)).toEqual([]);
          expect(shown - local).toBe(offsetAt(zone, instant) - offsetAt(zone, instant - (shown - local) - 1));
        }
      }
    }
  });
  expect(gaps).toBeGreaterThan(RUNS);
});

/** All instants that show a local time, from the definition. */
function instantsOf(table: ProblemDocument['zones'][string], local: number): number[] {
  const zone = zoneOf(table);
  return [...new Set(zone.offsets)]
    .map((offset) => local - offset)
    .filter((instant) => instant + offsetAt(zone, instant) === local)
    .sort((left, right) => left - right);
}

describe('§20.11: rules', () => {
  test('nth with 1 to 5 are all such weekdays; negative ordinals count the same days from the end', () => {
    const every = { kind: 'weeks', interval: 1, anchor: '2000-01-04', time: '10:00', zone: 'UTC' } as const;
    for (const ordinals of [
      [1, 2, 3, 4, 5],
      [-5, -4, -3, -2, -1],
    ]) {
      const nth = { kind: 'nth', weekday: 'TU', ordinals, time: '10:00', zone: 'UTC' } as const;
      const [from, to] = [20_000, 30_000];
      const inside = (days: readonly number[]): number[] => days.filter((day) => day >= from && day <= to);
      expect(inside(datesOf(nth, from, to))).toEqual(
        expect.arrayContaining(inside(datesOf(every, from, to))),
      );
      expect(new Set(inside(datesOf(nth, from, to))).size).toBe(inside(datesOf(every, from, to)).length);
    }
  });

  test('nearest gives one date a month, at most three days away', () => {
    const months = Array.from({ length: 12 }, (_, at) => at + 1);
    for (let day = 1; day <= 28; day += 1) {
      const days = datesOf(
        { kind: 'nearest', weekday: 'FR', day, months, time: '10:00', zone: 'UTC' },
        20_000,
        30_000,
      );
      const gaps = days.slice(1).map((one, index) => one - (days[index] ?? 0));
      expect(Math.min(...gaps)).toBeGreaterThanOrEqual(21);
      expect(Math.max(...gaps)).toBeLessThanOrEqual(37);
    }
  });
});

describe('§20.12: the reader', () => {
  const OPTIONAL = /overrunPerDay$|^\/parties\/0\/zone$|^\/parties\/1\/notice$|^\/hard\/9\/calendar$/;
  /** Entries that nothing refers to may go. */
  const SPARE = /^\/rules\/listed$/;

  test('a document without one of its members is refused', () => {
    const accepted = members(sample()).filter(
      (path) => readProblem(JSON.stringify(without(sample(), path))).ok,
    );
    expect(accepted.filter((path) => !OPTIONAL.test(path) && !SPARE.test(path))).toEqual([]);
    expect(accepted.length).toBe(7);
  });

  test('a document with an unknown member anywhere is refused', () => {
    const objects = ['', ...members(sample(), '', true)].filter((path) => isObject(at(sample(), path)));
    expect(objects.length).toBeGreaterThan(50);
    for (const path of objects) {
      const document = sample();
      Object.assign(at(document, path) as object, { 'unknown member': 1 });
      expect([path, readProblem(JSON.stringify(document)).ok]).toEqual([path, false]);
    }
  });

  test('a document with a number made fractional is refused', () => {
    const numbers = leaves(sample()).filter((path) => typeof at(sample(), path) === 'number');
    expect(numbers.length).toBeGreaterThan(30);
    for (const path of numbers) {
      const document = withLeaf(sample(), path, (value) => Number(value) + 0.5);
      expect([path, readProblem(JSON.stringify(document)).ok]).toEqual([path, false]);
    }
  });

  test('parse → canonical → parse is stable', () => {
    holds((document) => {
      const once = canonicalProblem(checked(document));
      const read = readProblem(once);
      expect(read.ok && canonicalProblem(read.problem)).toBe(once);
    });
  });

  test('no JSON value makes the reader throw', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(), (value, pick) => {
        const paths = members(sample());
        const path = paths[pick % paths.length] ?? '';
        const document = withLeaf(sample(), path, () => value as Json);
        const read = readProblemDocument(document as Json);
        if (!read.ok) expect(read.errors.length).toBeGreaterThan(0);
      }),
      { ...OPTIONS, numRuns: RUNS * 10 },
    );
  });
});

test('§20.13: the answer does not depend on the time zone or language of the process', () => {
  const { TZ, LANG } = process.env;
  try {
    const answers = ['Pacific/Chatham', 'America/St_Johns', 'Asia/Kathmandu', 'UTC'].map((zone) => {
      process.env['TZ'] = zone;
      process.env['LANG'] = 'tr_TR.UTF-8';
      expect(new Date(0).getTimezoneOffset() === 0).toBe(zone === 'UTC');
      return JSON.stringify(solved(sample()));
    });
    expect(new Set(answers).size).toBe(1);
  } finally {
    process.env['TZ'] = TZ;
    process.env['LANG'] = LANG;
  }
});

/** Pointers of all members of all objects; on request of the entries of lists too. */
function members(value: unknown, path = '', entries = false): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const there = `${path}/${name.replaceAll('/', '~1')}`;
    return [...(Array.isArray(value) && !entries ? [] : [there]), ...members(member, there, entries)];
  });
}

/** Pointers of all strings, numbers and truths. */
function leaves(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([name, member]) =>
    leaves(member, `${path}/${name.replaceAll('/', '~1')}`),
  );
}

// biome-ignore lint/suspicious/noExplicitAny: walks a document by pointer.
function at(document: any, path: string): any {
  const names = path.split('/').slice(1);
  return names.reduce((value, name) => value[name.replaceAll('~1', '/')], document);
}

function without(document: ProblemDocument, path: string): ProblemDocument {
  const cut = path.lastIndexOf('/');
  delete at(document, path.slice(0, cut))[path.slice(cut + 1).replaceAll('~1', '/')];
  return document;
}

function withLeaf(
  document: ProblemDocument,
  path: string,
  change: (value: Json) => Json = (value) =>
    typeof value === 'number' ? value + 1 : typeof value === 'boolean' ? !value : `${value}x`,
): ProblemDocument {
  const cut = path.lastIndexOf('/');
  const parent = at(document, path.slice(0, cut));
  const name = path.slice(cut + 1).replaceAll('~1', '/');
  parent[name] = change(parent[name]);
  return document;
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** No change of clocks and nothing that hangs on months or anchors. */
function withoutSeasons(document: ProblemDocument): ProblemDocument {
  const rule = (one: Rule): Rule => ({
    parts: one.parts.map(({ time, zone }, index) => ({
      kind: 'list',
      dates: [textOfDay(Math.floor(secondsOf(document.horizon.start) / DAY_SECONDS) + index)],
      time,
      zone,
    })),
  });
  return {
    ...document,
    zones: Object.fromEntries(
      Object.entries(document.zones).map(([name, { initialOffsetMinutes }]) => [
        name,
        { initialOffsetMinutes, transitions: [] },
      ]),
    ),
    rules: Object.fromEntries(Object.entries(document.rules).map(([name, one]) => [name, rule(one)])),
    hard: document.hard.filter((one) => !('months' in one)),
  };
}

/** Every instant and date of a value, some days later. */
function shifted<T>(value: T, days: number): T {
  return JSON.parse(
    JSON.stringify(value).replaceAll(/20\d\d-\d\d-\d\d(?=["T])/g, (date) =>
      textOfDay(Math.floor(secondsOf(`${date}T00:00:00Z`) / DAY_SECONDS) + days),
    ),
  ) as T;
}

const EXAMPLE = `{"spec": "SCHED/1", "case": "case-0007", "revision": 0, "preparedAt": "2027-03-26T09:00:00Z", "tzdb": "2026c",
 "coverage": {"from": "2027-02-20T00:00:00Z", "until": "2027-06-20T00:00:00Z"},
 "horizon": {"start": "2027-04-05T00:00:00Z", "end": "2027-05-01T00:00:00Z"}, "objective": "minimax",
 "zones": {"America/Los_Angeles": {"initialOffsetMinutes": -480, "transitions": [{"at": "2027-03-14T10:00:00Z", "offsetMinutes": -420}]},
           "Asia/Tokyo": {"initialOffsetMinutes": 540, "transitions": []}},
 "calendars": {"JP": {"weekend": ["SA", "SU"], "from": "2027-01-01", "until": "2027-12-31", "dates": ["2027-04-29", "2027-05-03", "2027-05-04", "2027-05-05"]}},
 "rules": {"microsoft": {"parts": [{"kind": "nth", "weekday": "TU", "ordinals": [2], "time": "10:00", "zone": "America/Los_Angeles"}]}},
 "tables": {"staff-1": {"kind": "staff", "bands": [{"from": "00:00", "cost": 150}, {"from": "09:00", "cost": 0}, {"from": "18:00", "cost": 60}], "eve": 80, "off": 300},
            "cycle-1": {"kind": "cycle", "tiers": [{"fromMinutes": 0, "cost": 0}, {"fromMinutes": 1440, "cost": 20}], "none": 400}},
 "parties": [{"id": "JPCERT", "role": "centre", "weight": 10, "fair": true, "zone": "Asia/Tokyo",
              "soft": [{"id": "office", "kind": "office", "zone": "Asia/Tokyo", "calendar": "JP", "table": "staff-1"}]},
             {"id": "MS", "role": "vendor", "weight": 8, "fair": false, "notice": {"atLeastMinutes": 4320},
              "soft": [{"id": "patch-day", "kind": "cycle", "rule": "microsoft", "ready": "2027-04-01T00:00:00Z", "table": "cycle-1"}]}],
 "hard": [{"id": "embargo", "kind": "deadline", "party": "JPCERT", "relax": 40, "overrunPerDay": 50, "from": "2027-03-05T02:00:00Z",
           "count": "civil", "days": 45, "zone": "Asia/Tokyo", "roll": "next", "calendar": "JP"}]}`;
