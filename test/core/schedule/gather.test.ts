/** What a centre says for its vendors, and what it does not let slip (DESIGN §6). */
import { describe, expect, test } from 'vitest';
import { CYCLES, TABLES_1 } from '../../../adapters/calendar/cycles.js';
import { HOLIDAYS } from '../../../adapters/calendar/holidays.js';
import { ZONE_RELEASE } from '../../../adapters/calendar/zone-table.js';
import { zoneTransitions } from '../../../adapters/calendar/zones.js';
import { sha256 } from '../../../node/core/bytes.js';
import { canonical } from '../../../node/core/canonical.js';
import { ok } from '../../../node/core/fault.js';
import { type NodeId, nodeId } from '../../../node/core/ids.js';
import { LIMITS } from '../../../node/core/limits.js';
import { solveProblem } from '../../../node/core/schedule/answer.js';
import { type Gathered, type GatherSources, gather } from '../../../node/core/schedule/gather.js';
import {
  type FragmentDocument,
  type MergeFrame,
  mergeFragments,
  readFragment,
} from '../../../node/core/schedule/merge.js';
import type { ZoneTable } from '../../../node/core/schedule/problem.js';
import {
  centreFragment,
  coverageFor,
  type Ground,
  type VendorWish,
  vendorFragment,
} from '../../../node/core/schedule/wishes.js';
import { after, DAY, type Instant, readInstant } from '../../../node/core/time.js';

const NOW = readInstant('2027-03-01T09:00:00Z') as Instant;
const END = after(NOW, 100 * DAY);

function must<T>(read: { ok: true; value: T } | { ok: false }): T {
  if (!read.ok) throw new Error(JSON.stringify(read));
  return read.value;
}

function groundIn(zone: string, until: Instant = END, now: Instant = NOW): Ground {
  const coverage = coverageFor(now, until);
  return { tzdb: ZONE_RELEASE, coverage, zone: { name: zone, table: must(zoneTransitions(zone, coverage)) } };
}

function zonesOf(
  wanted: readonly string[],
  until: Instant,
  now: Instant,
): Readonly<Record<string, ZoneTable>> {
  return Object.fromEntries(
    wanted.map((zone) => [zone, must(zoneTransitions(zone, coverageFor(now, until)))]),
  );
}

/** A vendor in Tokyo; it plans for longer than its centre asks. */
function wish(differs: Partial<VendorWish>): string {
  return wishFrom(NOW, differs);
}

function wishFrom(now: Instant, differs: Partial<VendorWish>): string {
  const until = after(NOW, 700 * DAY);
  const zones = zonesOf(
    (differs.cycle?.parts ?? []).map(({ zone }) => zone),
    until,
    now,
  );
  const all: VendorWish = {
    readyAt: undefined,
    cycle: undefined,
    cycleZones: zones,
    blackouts: [],
    ...differs,
  };
  return canonical(vendorFragment(all, groundIn('Asia/Tokyo', until, now)));
}

const OWN: FragmentDocument = centreFragment(
  {
    calendar: HOLIDAYS.JP.calendar,
    notBefore: undefined,
    notAfter: undefined,
    delayPerDay: 1,
    delayFrom: NOW,
  },
  groundIn('Asia/Tokyo'),
  'c0',
);

const FRAME: MergeFrame = {
  case: 'case-1',
  revision: 1,
  preparedAt: NOW,
  horizonStart: after(NOW, 4 * DAY),
  horizonEnd: END,
  objective: 'minimax',
  tables: TABLES_1,
  rosterSize: 1,
};

const alias = (label: string): string => sha256(`secret ${label}`).slice(0, 16);

function vendor(index: number): NodeId {
  return nodeId(String(index).repeat(40)) as NodeId;
}

function gathered(wishes: readonly { fragment: string; weight?: number }[]): Gathered {
  const heard = wishes.map(({ fragment, weight = 1 }, at) => ({ vendor: vendor(at), fragment, weight }));
  return must(gather(OWN, heard, { ...SOURCES, alias }));
}

/** Beside two other members, ours has a third of every bound. */
const SOURCES: Omit<GatherSources, 'alias'> = {
  zone: zoneTransitions,
  fits: (fragment) =>
    mergeFragments([{ rosterIndex: 1, nodeId: vendor(9), fragment }], { ...FRAME, rosterSize: 3 }),
};

const READY = after(NOW, 20 * DAY);
const MICROSOFT = CYCLES['microsoft'];

test('a vendor that publishes with its patch day, and one that publishes on or after it, ask for different things', () => {
  const rule = CYCLES['microsoft'];
  if (rule === undefined) throw new Error('the catalogue has it');
  const loose = readFragment(wish({ cycle: rule }));
  const tight = readFragment(wish({ cycle: rule, onPatchDay: true, noticeMinutes: 4_320 }));
  if (!loose.ok || !tight.ok) throw new Error('refused');
  expect(loose.value.hard).toEqual([]);
  expect(loose.value.parties[0]?.notice).toBeUndefined();
  expect(tight.value.hard).toMatchObject([
    { kind: 'onCycle', rule: 'own', beforeMinutes: 0, afterMinutes: 1_440, relax: 60 },
  ]);
  expect(tight.value.parties[0]?.notice).toEqual({ atLeastMinutes: 4_320 });
  // Both still cost nothing on the day and something later.
  expect(tight.value.parties[0]?.soft).toEqual(loose.value.parties[0]?.soft);
});

describe('a centre gathers', () => {
  test('a fragment that reads back, and solves in the frame of a charter', () => {
    const { fragment } = gathered([{ fragment: wish({ readyAt: READY, cycle: MICROSOFT }) }]);
    const read = must(readFragment(canonical(fragment)));
    const problem = mergeFragments([{ rosterIndex: 0, nodeId: vendor(9), fragment: read }], FRAME);
    const answer = solveProblem(must(problem));
    expect(answer.status).toBe('solved');
    // Ready on the 21st, and the patch day of April is worth eleven days of waiting.
    expect(answer.best?.at.slice(0, 10)).toBe('2027-04-14');
  });

  test('vendors who want the same become one party with the sum of their weights', () => {
    const same = wish({ readyAt: READY });
    const { fragment, groups } = gathered([
      { fragment: same, weight: 2 },
      { fragment: wish({ readyAt: after(READY, DAY) }) },
      { fragment: same, weight: 3 },
    ]);
    expect(groups.map(({ vendors }) => vendors.length).sort()).toEqual([1, 2]);
    const merged = groups.find(({ vendors }) => vendors.length === 2);
    expect(merged?.vendors).toEqual([vendor(0), vendor(2)]);
    expect(fragment.parties.find(({ id }) => id === merged?.party)?.weight).toBe(5);
    expect(fragment.parties).toHaveLength(3);
  });

  test('the order of hearing does not matter', () => {
    const one = { vendor: vendor(1), fragment: wish({ readyAt: READY }), weight: 1 };
    const two = { vendor: vendor(2), fragment: wish({ cycle: MICROSOFT }), weight: 1 };
    const sources = { ...SOURCES, alias };
    expect(gather(OWN, [one, two], sources)).toEqual(gather(OWN, [two, one], sources));
  });

  test('no name, rule, zone of a cycle, or self-declared weight leaves the house', () => {
    const loud = JSON.parse(wish({ cycle: MICROSOFT })) as { parties: { weight: number; id: string }[] };
    const [party] = loud.parties;
    if (party) party.weight = 100;
    const { fragment } = gathered([{ fragment: canonical(loud as never) }]);
    const text = canonical(fragment);
    for (const word of ['microsoft', 'Los_Angeles', '"own"', 'nth', 'cite', 'note', '0'.repeat(40)])
      expect(text).not.toContain(word);
    expect(fragment.parties.filter(({ role }) => role === 'vendor')).toMatchObject([
      { weight: 1, fair: false },
    ]);
    const [rule] = Object.values(fragment.rules);
    expect(rule?.parts.every(({ kind, zone }) => kind === 'list' && zone === 'UTC')).toBe(true);
  });

  test('a cycle in dates falls on the very instants of its rule', () => {
    const { fragment } = gathered([{ fragment: wish({ cycle: MICROSOFT }) }]);
    const [rule] = Object.values(fragment.rules);
    const instants = (rule?.parts ?? []).flatMap((part) =>
      part.kind === 'list' ? part.dates.map((date) => `${date}T${part.time}Z`) : [],
    );
    // Second Tuesdays, 10:00 in Los Angeles: 18:00Z before the clocks change on 14 March 2027, 17:00Z after.
    expect(instants).toEqual(
      expect.arrayContaining(['2027-03-09T18:00Z', '2027-04-13T17:00Z', '2027-05-11T17:00Z']),
    );
  });

  test('ids are new under another label, and equal under the same', () => {
    const heard = [{ vendor: vendor(1), fragment: wish({ readyAt: READY }), weight: 1 }];
    const under = (label: string) =>
      must(gather(OWN, heard, { ...SOURCES, alias: (what) => alias(`${label} ${what}`) })).groups[0]?.party;
    expect(under('case 0')).toBe(under('case 0'));
    expect(under('case 0')).not.toBe(under('case 1'));
  });

  test('a wish that does not cover the horizon is left out and named, the others stay', () => {
    const short = canonical(
      vendorFragment(
        { readyAt: READY, cycle: undefined, cycleZones: {}, blackouts: [] },
        groundIn('Asia/Tokyo', after(NOW, DAY)),
      ),
    );
    const { left, groups } = gathered([{ fragment: short }, { fragment: wish({ readyAt: READY }) }]);
    expect(left).toEqual([{ vendor: vendor(0), where: 'coverage' }]);
    expect(groups).toHaveLength(1);
  });

  test('a wish said three days before the centre gathers, for a cycle, is taken in', () => {
    const earlier = { fragment: wishFrom(after(NOW, -3 * DAY), { cycle: MICROSOFT }) };
    expect(gathered([earlier])).toMatchObject({ left: [], groups: [{ vendors: [vendor(0)] }] });
  });

  test('a zone that nobody here knows is the matter of the vendor who named it', () => {
    const strange = JSON.parse(wish({})) as { zones: object; hard: object[] };
    Object.assign(strange.zones, { 'Nowhere/City': { initialOffsetMinutes: 0, transitions: [] } });
    strange.hard.push({
      ...{ id: 'd', kind: 'deadline', party: 'vendor', relax: 10, count: 'civil', days: 30 },
      ...{ from: '2027-03-10T00:00:00Z', zone: 'Nowhere/City', roll: 'none' },
    });
    const { left, groups } = gathered([
      { fragment: canonical(strange as never) },
      { fragment: wish({ readyAt: READY }) },
    ]);
    expect(left).toEqual([{ vendor: vendor(0), where: 'zone' }]);
    expect(groups).toHaveLength(1);
  });

  test('a count over civil days that begins before the span of the centre comes to the same instant', () => {
    const early = JSON.parse(wishFrom(after(NOW, -60 * DAY), {})) as { hard: object[] };
    early.hard.push({
      ...{ id: 'd', kind: 'deadline', party: 'vendor', relax: 10, count: 'civil', days: 90 },
      ...{ from: '2027-01-10T00:00:00Z', zone: 'Asia/Tokyo', roll: 'none' },
    });
    const { fragment, left } = gathered([{ fragment: canonical(early as never) }]);
    expect(left).toEqual([]);
    // Day 90 in Tokyo ends where its next day begins, nine hours before that of UTC.
    expect(fragment.hard).toMatchObject([{ kind: 'before', at: '2027-04-10T15:00:00Z' }]);
  });

  /** A wish with so many demands. */
  function demanding(count: number): string {
    const long = JSON.parse(wish({})) as { hard: object[] };
    const last = coverageFor(NOW, END).until;
    for (let at = 0; at < count; at += 1)
      long.hard.push({ id: `n${at}`, kind: 'notAfter', party: 'vendor', relax: 1, at: last });
    return canonical(long as never);
  }

  test.each([
    ['in one fragment', 2_500, 2_499, () => ok(true), `E_JSON size at ${LIMITS.fragmentBytes.most}`],
    ['in a member’s share of the document', 700, 699, SOURCES.fits, 'roster 1 hard'],
  ])(
    'a wish too long to stand with the others %s is left out, and they stay',
    (_, longest, long, fits, where) => {
      const heard = [demanding(longest), demanding(long), wish({ readyAt: READY })].map((fragment, at) => ({
        vendor: vendor(at),
        fragment,
        weight: 1,
      }));
      const { left, groups } = must(gather(OWN, heard, { ...SOURCES, alias, fits }));
      expect(left).toEqual([{ vendor: vendor(0), where }]);
      expect(groups.flatMap(({ vendors }) => vendors)).toEqual([vendor(1), vendor(2)]);
    },
  );

  test('a wish that alone is over the share of its centre is left out', () => {
    const { left, groups } = gathered([
      { fragment: demanding(1_400) },
      { fragment: wish({ readyAt: READY }) },
    ]);
    expect(left).toEqual([{ vendor: vendor(0), where: 'roster 1 hard' }]);
    expect(groups.flatMap(({ vendors }) => vendors)).toEqual([vendor(1)]);
  });

  test('nobody’s wish is the centre’s own fragment', () => {
    const { fragment, groups } = gathered([]);
    expect(groups).toEqual([]);
    expect(fragment.parties).toEqual(OWN.parties);
  });
});
