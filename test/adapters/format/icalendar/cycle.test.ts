import fc from 'fast-check';
import ICAL from 'ical.js';
import { describe, expect, test } from 'vitest';
import { CYCLES } from '../../../../adapters/calendar/cycles.js';
import { ZONE_RELEASE } from '../../../../adapters/calendar/zone-table.js';
import { zonesFor } from '../../../../adapters/calendar/zones.js';
import { type Cycle, writeCycle } from '../../../../adapters/format/icalendar/cycle.js';
import { secondsOf } from '../../../../node/core/schedule/civil.js';
import type { Rule, RulePart, Span, Weekday } from '../../../../node/core/schedule/problem.js';
import { occurrencesOf } from '../../../../node/core/schedule/rule.js';
import { zoneOf } from '../../../../node/core/schedule/zone.js';
import { at } from '../samples.js';

const SPAN: Span = { from: '2026-01-01T00:00:00Z', until: '2030-01-01T00:00:00Z' };

function cycleOf(rule: Rule, name = 'sample', span: Span = SPAN): Cycle {
  const zones = zonesFor([...new Set(rule.parts.map(({ zone }) => zone))], SPAN);
  if (!zones.ok) throw new Error(zones.fault.where);
  return { name, rule, zones: zones.value, span, tzdb: ZONE_RELEASE, stampedAt: at('2026-11-01T00:00:00Z') };
}

function ours({ rule, zones, span }: Cycle): readonly number[] {
  const bounds = { from: secondsOf(span.from), until: secondsOf(span.until) };
  return occurrencesOf(
    rule,
    (name) => zoneOf(zones[name] ?? { initialOffsetMinutes: 0, transitions: [] }),
    bounds,
  );
}

function textOf(cycle: Cycle): string {
  const written = writeCycle(cycle);
  if (!written.ok) throw new Error(`${written.fault.code} ${written.fault.where}`);
  return written.value.text;
}

/** All instants that the foreign library makes of the file, ascending, each once. */
function theirs(text: string): readonly number[] {
  const calendar = new ICAL.Component(ICAL.parse(text));
  const found = new Set<number>();
  for (const event of calendar.getAllSubcomponents('vevent')) {
    const start = event.getFirstPropertyValue('dtstart') as ICAL.Time;
    const expansion = new ICAL.RecurExpansion({ component: event, dtstart: start });
    for (let next = expansion.next(); next; next = expansion.next()) {
      found.add(next.toUnixTime());
    }
  }
  return [...found].sort((left, right) => left - right);
}

describe('SCHEDULING §13: a foreign parser expands the file into our occurrences, 2026 to 2029', () => {
  test.each(Object.entries(CYCLES))('%s', (name, rule) => {
    const cycle = cycleOf(rule, name);
    const expected = ours(cycle);
    expect(expected.length).toBeGreaterThan(0);
    expect(theirs(textOf(cycle))).toEqual(expected);
  });

  const COMMON = { time: '10:00', zone: 'America/New_York' } as const;
  const cases: readonly (readonly [string, RulePart])[] = [
    [
      'except takes a day, add gives one, both keep it',
      {
        ...COMMON,
        kind: 'nth',
        weekday: 'TU',
        ordinals: [2],
        except: ['2026-03-10', '2026-04-14'],
        add: ['2026-04-14', '2026-05-20'],
      },
    ],
    [
      'add may lie outside the validity',
      {
        ...COMMON,
        kind: 'nth',
        weekday: 'WE',
        ordinals: [1, 3],
        months: [3, 9],
        validFrom: '2026-06-01',
        validTo: '2028-06-01',
        add: ['2026-01-15', '2029-05-02'],
      },
    ],
    [
      'the first day of the rule is excepted',
      {
        ...COMMON,
        kind: 'weeks',
        interval: 3,
        anchor: '2026-02-03',
        except: ['2026-02-03', '2026-02-24'],
      },
    ],
    [
      'the anchor lies before the span, the phase is kept',
      {
        ...COMMON,
        kind: 'weeks',
        interval: 5,
        anchor: '2025-11-13',
      },
    ],
    ['a fifth weekday and the last one', { ...COMMON, kind: 'nth', weekday: 'MO', ordinals: [-1, 5] }],
    ['a list', { ...COMMON, kind: 'list', dates: ['2026-01-05', '2028-02-29', '2031-01-01'] }],
    ['the nearest Tuesday', { ...COMMON, kind: 'nearest', weekday: 'TU', day: 17, months: [1, 4, 7, 10] }],
    [
      'only added days are left',
      {
        ...COMMON,
        kind: 'nth',
        weekday: 'FR',
        ordinals: [1],
        validTo: '2025-12-31',
        add: ['2026-07-01', '2027-07-01'],
      },
    ],
    [
      'a repeated hour is its first instance',
      {
        ...COMMON,
        time: '01:30',
        kind: 'nth',
        weekday: 'SU',
        ordinals: [1],
        months: [11],
      },
    ],
    ['midnight in UTC', { kind: 'weeks', interval: 1, anchor: '2026-01-01', time: '00:00', zone: 'UTC' }],
  ];
  test.each(cases)('%s', (_name, part) => {
    const cycle = cycleOf({ parts: [part] });
    expect(ours(cycle).length).toBeGreaterThan(0);
    expect(theirs(textOf(cycle))).toEqual(ours(cycle));
  });

  test('any rule of any kind, 200 of them', () => {
    const date = fc
      .integer({ min: 0, max: 1_460 })
      .map((days) => new Date(Date.UTC(2026, 0, 1 + days)).toISOString().slice(0, 10));
    const dates = fc.uniqueArray(date, { minLength: 1, maxLength: 6 }).map((all) => all.toSorted());
    const months = fc
      .uniqueArray(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 12 })
      .map((all) => all.toSorted((a, b) => a - b));
    const weekday = fc.constantFrom<Weekday>('MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU');
    const ordinals = fc
      .uniqueArray(fc.constantFrom(-5, -4, -3, -2, -1, 1, 2, 3, 4, 5), { minLength: 1, maxLength: 4 })
      .map((all) => all.toSorted((a, b) => a - b));
    const common = fc.record(
      {
        time: fc.constantFrom('00:00', '09:30', '10:00', '23:45', '02:30', '01:30'),
        zone: fc.constantFrom(
          'America/Los_Angeles',
          'Europe/London',
          'Asia/Tokyo',
          'UTC',
          'Australia/Lord_Howe',
        ),
        except: dates,
        add: dates,
        validFrom: date,
      },
      { requiredKeys: ['time', 'zone'] },
    );
    const kind = fc.oneof(
      fc.record(
        { kind: fc.constant('nth' as const), weekday, ordinals, months },
        { requiredKeys: ['kind', 'weekday', 'ordinals'] },
      ),
      fc.record({
        kind: fc.constant('nearest' as const),
        weekday,
        day: fc.integer({ min: 1, max: 28 }),
        months,
      }),
      fc.record({
        kind: fc.constant('weeks' as const),
        interval: fc.integer({ min: 1, max: 52 }),
        anchor: date,
      }),
      fc.record({ kind: fc.constant('list' as const), dates }),
    );
    const part = fc.tuple(common, kind).map(([left, right]) => ({ ...left, ...right }) as RulePart);
    fc.assert(
      fc.property(part, (one) => {
        const cycle = cycleOf({ parts: [one] });
        const expected = ours(cycle);
        const written = writeCycle(cycle);
        if (expected.length === 0) expect(written).toMatchObject({ ok: false, fault: { where: 'span' } });
        else expect(written.ok && theirs(written.value.text)).toEqual(expected);
      }),
      { seed: 2026, numRuns: 200 },
    );
  });
});

describe('SCHEDULING §13: a skipped local time is a plain RDATE in UTC', () => {
  const part: RulePart = {
    kind: 'nth',
    weekday: 'SU',
    ordinals: [2],
    time: '02:30',
    zone: 'America/New_York',
  };
  const cycle = cycleOf({ parts: [part] });

  test('such an occurrence is there and no rule makes a reader shift it or ignore it', () => {
    const lines = textOf(cycle).replaceAll('\r\n ', '').split('\r\n');
    expect(lines.filter((line) => /^RDATE:.*Z$/.test(line))).toEqual([
      'RDATE:20260308T073000Z,20270314T073000Z,20280312T073000Z,20290311T073000Z',
    ]);
    expect(lines.filter((line) => line.startsWith('RRULE'))).toEqual([]);
    expect(theirs(textOf(cycle))).toEqual(ours(cycle));
  });

  test('a rule of skipped times only starts in UTC', () => {
    const only: RulePart = { ...part, kind: 'list', dates: ['2027-03-14'] } as RulePart;
    const text = textOf(cycleOf({ parts: [only] }));
    expect(text).toContain('DTSTART:20270314T073000Z\r\n');
    expect(theirs(text)).toEqual([secondsOf('2027-03-14T07:30:00Z')]);
  });
});

describe('what the file says beside the dates', () => {
  test('SCHEDULING §15: what nobody has verified is shown as such and is tentative', () => {
    const events = (name: string) =>
      new ICAL.Component(ICAL.parse(textOf(cycleOf(CYCLES[name] as Rule, name)))).getAllSubcomponents(
        'vevent',
      );
    const [first] = events('microsoft');
    expect(first?.getFirstPropertyValue('summary')).toBe('microsoft patch day');
    expect(first?.getFirstPropertyValue('status')).toBe('CONFIRMED');
    expect(first?.getFirstPropertyValue('rrule')?.toString()).toMatch(
      /^FREQ=MONTHLY;BYDAY=2TU;UNTIL=20291211T180000Z$/,
    );
    const [ivanti] = events('ivanti');
    expect(ivanti?.getFirstPropertyValue('summary')).toBe('ivanti patch day (day and hour unconfirmed)');
    expect(ivanti?.getFirstPropertyValue('status')).toBe('TENTATIVE');
    const uids = events('oracle').map((event) => event.getFirstPropertyValue('uid'));
    expect(new Set(uids).size).toBe(2);
  });

  test('the same cycle gives the same bytes, folded at 75 octets', () => {
    const text = textOf(cycleOf(CYCLES['oracle'] as Rule, 'oracle'));
    expect(textOf(cycleOf(CYCLES['oracle'] as Rule, 'oracle'))).toBe(text);
    for (const line of text.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
  });

  test.each<readonly [string, Partial<Cycle>]>([
    ['name', { name: 'a\r\nDESCRIPTION:x' }],
    ['tzdb', { tzdb: '2026c\n' }],
    ['zones', { zones: {} }],
    ['span', { span: { from: '2026-01-01T00:00:00Z', until: '2026-01-02T00:00:00Z' } }],
  ])('a %s that has no place is refused', (where, change) => {
    const written = writeCycle({ ...cycleOf(CYCLES['microsoft'] as Rule), ...change });
    expect(written).toEqual({ ok: false, fault: { code: 'FORMAT_CONTRADICTION', where } });
  });
});
