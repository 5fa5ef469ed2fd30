import { describe, expect, test } from 'vitest';
import { ZONE_RELEASE, ZONE_SPAN } from '../../../adapters/calendar/zone-table.js';
import { zoneNames, zonesFor, zoneTransitions } from '../../../adapters/calendar/zones.js';
import { DAY_SECONDS, secondsOf, textOfSeconds } from '../../../node/core/schedule/civil.js';
import type { Span, ZoneTable } from '../../../node/core/schedule/problem.js';
import { readProblem } from '../../../node/core/schedule/read-problem.js';
import { offsetAt, zoneOf } from '../../../node/core/schedule/zone.js';
import { sample } from '../../core/schedule/sample.js';

const THREE_YEARS: Span = { from: '2026-01-01T00:00:00Z', until: '2029-01-01T00:00:00Z' };

function zone(name: string, span: Span = THREE_YEARS): ZoneTable {
  const found = zoneTransitions(name, span);
  if (!found.ok) throw new Error(`${found.fault.code} ${found.fault.where}`);
  return found.value;
}

const changes = (name: string): string[] =>
  zone(name).transitions.map(({ at, offsetMinutes }) => `${at.slice(0, 13)} ${offsetMinutes}`);

const hoursBetween = (east: string, west: string, at: string): number =>
  (offsetAt(zoneOf(zone(east)), secondsOf(at)) - offsetAt(zoneOf(zone(west)), secondsOf(at))) / 3_600;

describe('SCHEDULING §18: changes of clocks', () => {
  test.each<[string, number, readonly string[]]>([
    [
      'America/New_York',
      -300,
      [
        '2026-03-08T07 -240',
        '2026-11-01T06 -300',
        '2027-03-14T07 -240',
        '2027-11-07T06 -300',
        '2028-03-12T07 -240',
        '2028-11-05T06 -300',
      ],
    ],
    [
      'America/Los_Angeles',
      -480,
      [
        '2026-03-08T10 -420',
        '2026-11-01T09 -480',
        '2027-03-14T10 -420',
        '2027-11-07T09 -480',
        '2028-03-12T10 -420',
        '2028-11-05T09 -480',
      ],
    ],
    [
      'Europe/London',
      0,
      [
        '2026-03-29T01 60',
        '2026-10-25T01 0',
        '2027-03-28T01 60',
        '2027-10-31T01 0',
        '2028-03-26T01 60',
        '2028-10-29T01 0',
      ],
    ],
    ['Asia/Tokyo', 540, []],
    // For good from 2026-11-01: the clocks stay where the summer of 2026 left them.
    ['America/Vancouver', -480, ['2026-03-08T10 -420']],
    ['America/Edmonton', -420, ['2026-03-08T09 -360']],
    ['Africa/Casablanca', 60, ['2026-02-15T02 0', '2026-03-22T02 60', '2026-09-20T01 0']],
    ['Asia/Kolkata', 330, []],
    ['Etc/GMT+5', -300, []],
    ['UTC', 0, []],
  ])('%s', (name, initial, expected) => {
    expect(zone(name).initialOffsetMinutes).toBe(initial);
    expect(changes(name)).toEqual(expected);
  });

  test('New York and London are four hours apart for the weeks between their changes, else five', () => {
    const apart = new Map<number, string[]>();
    for (
      let at = secondsOf('2026-01-01T12:00:00Z');
      at < secondsOf('2029-01-01T00:00:00Z');
      at += DAY_SECONDS
    ) {
      const hours = hoursBetween('Europe/London', 'America/New_York', textOfSeconds(at));
      apart.set(hours, [...(apart.get(hours) ?? []), textOfSeconds(at).slice(0, 10)]);
    }
    expect([...apart.keys()].sort()).toEqual([4, 5]);
    const four = apart.get(4) ?? [];
    const starts = four.filter(
      (_, index) =>
        secondsOf(`${four[index]}T00:00:00Z`) - secondsOf(`${four[index - 1] ?? '2000-01-01'}T00:00:00Z`) >
        DAY_SECONDS,
    );
    expect(starts).toEqual([
      '2026-03-08',
      '2026-10-25',
      '2027-03-14',
      '2027-10-31',
      '2028-03-12',
      '2028-10-29',
    ]);
    expect(four.length).toBe(21 + 7 + 14 + 7 + 14 + 7);
  });

  test.each([
    ['America/New_York', 13, 14],
    ['America/Chicago', 14, 15],
    ['America/Los_Angeles', 16, 17],
  ])('Tokyo minus %s is never a constant', (name, summer, winter) => {
    expect(hoursBetween('Asia/Tokyo', name, '2027-07-01T00:00:00Z')).toBe(summer);
    expect(hoursBetween('Asia/Tokyo', name, '2027-01-12T00:00:00Z')).toBe(winter);
  });

  test('a change of half an hour and offsets of 45 minutes are there', () => {
    expect(
      zone('Australia/Lord_Howe')
        .transitions.slice(0, 2)
        .map((one) => one.offsetMinutes),
    ).toEqual([630, 660]);
    expect(zone('Asia/Kathmandu').initialOffsetMinutes).toBe(345);
    expect(zone('Pacific/Chatham').initialOffsetMinutes).toBe(825);
  });
});

describe('the shipped table', () => {
  test('names its release as a document does, and it is not older than 2026c', () => {
    expect(ZONE_RELEASE).toMatch(/^\d{4}[a-z]{1,2}$/);
    expect(ZONE_RELEASE >= '2026c').toBe(true);
  });

  test('every zone is one SCHED/1 accepts, over the whole span', () => {
    const names = zoneNames();
    expect(names.length).toBeGreaterThan(500);
    for (let at = 0; at < names.length; at += 100) {
      const zones = zonesFor(names.slice(at, at + 100), ZONE_SPAN);
      const document = {
        ...sample(),
        coverage: ZONE_SPAN,
        zones: zones.ok
          ? {
              ...zones.value,
              'Asia/Tokyo': zone('Asia/Tokyo'),
              UTC: zone('UTC'),
              'America/Los_Angeles': zone('America/Los_Angeles'),
            }
          : {},
        calendars: { JP: { weekend: ['SA', 'SU'], from: '2019-12-31', until: '2041-01-02', dates: [] } },
      };
      const read = readProblem(JSON.stringify(document));
      expect(read.ok ? [] : read.errors).toEqual([]);
    }
  });

  test('has the zones of large centres and vendors', () => {
    const wanted =
      'America/Anchorage America/Argentina/Buenos_Aires America/Chicago America/Denver America/Los_Angeles America/Mexico_City America/New_York America/Phoenix America/Sao_Paulo America/Toronto America/Vancouver Asia/Jakarta Asia/Kolkata Asia/Riyadh Asia/Seoul Asia/Shanghai Asia/Singapore Asia/Taipei Asia/Tokyo Australia/Canberra Australia/Sydney Europe/Amsterdam Europe/Berlin Europe/Brussels Europe/Helsinki Europe/Istanbul Europe/London Europe/Madrid Europe/Moscow Europe/Oslo Europe/Paris Europe/Rome Europe/Stockholm Europe/Warsaw Europe/Zurich Pacific/Auckland Pacific/Honolulu Africa/Johannesburg Asia/Jerusalem UTC';
    const names = zoneNames();
    expect(wanted.split(' ').filter((name) => !names.includes(name))).toEqual([]);
  });

  test('a span shows the same offsets as the whole table', () => {
    const spans: Span[] = [
      { from: '2027-03-14T07:00:00Z', until: '2027-11-07T06:00:00Z' },
      { from: '2027-03-14T06:59:59Z', until: '2027-11-07T06:00:01Z' },
      { from: '2026-06-01T00:00:00Z', until: '2031-02-01T00:00:00Z' },
    ];
    for (const name of zoneNames().filter((_, index) => index % 7 === 0)) {
      const whole = zoneOf(zone(name, ZONE_SPAN));
      for (const span of spans) {
        const part = zoneOf(zone(name, span));
        for (let at = secondsOf(span.from); at < secondsOf(span.until); at += 7 * 3_600 + 11) {
          if (offsetAt(part, at) !== offsetAt(whole, at)) throw new Error(`${name} at ${textOfSeconds(at)}`);
        }
      }
    }
  });

  test.each([
    ['COMMAND_MALFORMED', 'EST', THREE_YEARS],
    ['COMMAND_MALFORMED', 'Europe/Atlantis', THREE_YEARS],
    ['COMMAND_MALFORMED', 'toString', THREE_YEARS],
    ['LIMIT_EXCEEDED', 'Asia/Tokyo', { from: '2019-12-31T00:00:00Z', until: '2027-01-01T00:00:00Z' }],
    ['LIMIT_EXCEEDED', 'Asia/Tokyo', { from: '2027-01-01T00:00:00Z', until: '2041-01-02T00:00:00Z' }],
  ])('%s: %s', (code, name, span) => {
    expect(zoneTransitions(name, span)).toMatchObject({ ok: false, fault: { code } });
    expect(zonesFor(['Asia/Tokyo', name], span)).toMatchObject({ ok: false, fault: { code } });
  });
});
