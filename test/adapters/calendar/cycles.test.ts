/** Local entries of the catalogue, the next days of a cycle, and where cycles meet. */
import { describe, expect, test } from 'vitest';
import { catalogueWith, readLocalCycles, sayPart } from '../../../adapters/calendar/catalogue.js';
import { CYCLES } from '../../../adapters/calendar/cycles.js';
import { EMBARGOES, NOTICES } from '../../../adapters/calendar/embargoes.js';
import { collisions, nextOccurrences, occurrencesIn } from '../../../adapters/calendar/occurrences.js';
import { runtimeZones } from '../../../adapters/calendar/runtime.js';
import type { Named, Rule } from '../../../node/core/schedule/problem.js';

const PART = { kind: 'nth', weekday: 'WE', ordinals: [1], time: '09:00', zone: 'Asia/Tokyo' };

function local(text: string): Named<Rule> {
  const read = readLocalCycles(text);
  if (!read.ok) throw new Error(`${read.fault.code} ${read.fault.where}`);
  return read.value;
}

function rule(name: string): Rule {
  const found = CYCLES[name];
  if (found === undefined) throw new Error(name);
  return found;
}

describe('SCHEDULING §15: local overrides', () => {
  test('add entries or replace them, and keep their mark', () => {
    const all = catalogueWith(
      local(JSON.stringify({ hitachi: { parts: [PART] }, cisco: { parts: [PART] } })),
    );
    expect(all.find(({ name }) => name === 'hitachi')?.origin).toBe('local');
    expect(all.find(({ name }) => name === 'cisco')).toMatchObject({
      origin: 'replaced',
      rule: { parts: [PART] },
    });
    expect(all.filter(({ origin }) => origin === 'shipped').length).toBe(Object.keys(CYCLES).length - 1);
    expect(all.map(({ name }) => name)).toEqual(all.map(({ name }) => name).toSorted());
  });

  test.each<[string, string, string]>([
    ['FORMAT_MALFORMED', 'no JSON', '{'],
    ['FORMAT_MALFORMED', 'a name twice', '{"a":{"parts":[]},"a":{"parts":[]}}'],
    ['FORMAT_MALFORMED', 'a list', '[]'],
    ['FORMAT_MALFORMED', 'a capital name', JSON.stringify({ Hitachi: { parts: [PART] } })],
    [
      'FORMAT_MALFORMED',
      'an unknown zone',
      JSON.stringify({ a: { parts: [{ ...PART, zone: 'Europe/Atlantis' }] } }),
    ],
    ['FORMAT_MALFORMED', 'ordinal 0', JSON.stringify({ a: { parts: [{ ...PART, ordinals: [0] }] } })],
    ['FORMAT_MALFORMED', 'an unknown member', JSON.stringify({ a: { parts: [{ ...PART, hour: 9 }] } })],
    ['FORMAT_MALFORMED', 'a member named __proto__', '{"__proto__":{"parts":[]}}'],
    ['LIMIT_EXCEEDED', 'no parts', JSON.stringify({ a: { parts: [] } })],
    [
      'LIMIT_EXCEEDED',
      'too many parts',
      JSON.stringify({ a: { parts: Array.from({ length: 9 }, () => PART) } }),
    ],
    [
      'LIMIT_EXCEEDED',
      'too many entries',
      JSON.stringify(
        Object.fromEntries(Array.from({ length: 513 }, (_, at) => [`a${at}`, { parts: [PART] }])),
      ),
    ],
  ])('%s: %s', (code, _, text) => {
    expect(readLocalCycles(text)).toMatchObject({ ok: false, fault: { code } });
  });
});

describe('the days of a cycle', () => {
  const next = (name: string, from: string, count: number) => {
    const found = nextOccurrences(rule(name), from, count);
    return found.ok ? found.value : [];
  };

  test('twelve patch days are a year of them, at the hour of the vendor', () => {
    const days = next('microsoft', '2027-01-01T00:00:00Z', 12).map(({ at }) => at);
    expect(days.length).toBe(12);
    expect([days[0], days[3], days[11]]).toEqual([
      '2027-01-12T18:00:00Z',
      '2027-04-13T17:00:00Z',
      '2027-12-14T18:00:00Z',
    ]);
  });

  test('a day that is now counts; a rule that has ended gives nothing', () => {
    expect(next('microsoft', '2027-01-12T18:00:00Z', 1)[0]?.at).toBe('2027-01-12T18:00:00Z');
    expect(next('microsoft', '2027-01-12T18:00:01Z', 1)[0]?.at).toBe('2027-02-09T18:00:00Z');
    expect(next('f5', '2026-02-05T00:00:00Z', 12)).toEqual([]);
  });

  test('a day has the grades of its part, and the better ones of two', () => {
    expect(next('cisco', '2026-06-01T00:00:00Z', 1)).toEqual([
      { at: '2026-07-01T16:00:00Z', confidence: 'secondary', timeConfidence: 'unconfirmed' },
    ]);
    const two: Rule = {
      parts: [
        { kind: 'list', dates: ['2027-01-12'], time: '09:00', zone: 'UTC' },
        { kind: 'list', dates: ['2027-01-12'], time: '09:00', zone: 'UTC', confidence: 'primary' },
      ],
    };
    expect(nextOccurrences(two, '2027-01-01T00:00:00Z', 9)).toMatchObject({
      value: [{ confidence: 'primary', timeConfidence: 'unconfirmed' }],
    });
  });

  test('beyond the zone tables there is no answer, rather than a wrong one', () => {
    expect(
      occurrencesIn(rule('microsoft'), { from: '2019-01-01T00:00:00Z', until: '2027-01-01T00:00:00Z' }),
    ).toMatchObject({
      ok: false,
      fault: { code: 'LIMIT_EXCEEDED' },
    });
  });

  test('§1: seven large vendors leave no Tuesday or Wednesday of November 2026 free; many dates have two', () => {
    const seven = ['microsoft', 'oracle', 'adobe', 'chrome', 'cisco', 'gitlab', 'fortinet'];
    const entries = catalogueWith({}).filter(({ name }) => seven.includes(name));
    const met = collisions(entries, { from: '2026-11-01T00:00:00Z', until: '2026-12-01T00:00:00Z' }, 'UTC');
    expect(met.ok && met.value.map(({ date, cycles }) => [date, cycles.map(({ name }) => name)])).toEqual([
      ['2026-11-10', ['fortinet', 'adobe', 'microsoft']],
      ['2026-11-17', ['chrome', 'oracle']],
    ]);
  });

  test('the same hours meet on other dates in another zone', () => {
    const entries = catalogueWith({}).filter(({ name }) => ['microsoft', 'gitlab'].includes(name));
    const span = { from: '2026-11-01T00:00:00Z', until: '2026-12-01T00:00:00Z' };
    const dates = (zone: string) => {
      const met = collisions(entries, span, zone);
      return met.ok ? met.value.map(({ date, weekday }) => `${weekday} ${date}`) : [];
    };
    expect(dates('UTC')).toEqual([]);
    expect(dates('Asia/Tokyo')).toEqual(['WE 2026-11-11']);
    expect(collisions(entries, span, 'Europe/Atlantis')).toMatchObject({ ok: false });
  });

  test('a part is said in a few words', () => {
    expect(rule('cisco').parts.map(sayPart)).toEqual([
      '4th WE of Mar, Sep 16:00 UTC',
      '1st and 3rd WE 16:00 UTC',
    ]);
    expect(rule('chrome').parts.map(sayPart)).toEqual([
      'TU every 2 weeks from 2026-09-08 10:00 America/Los_Angeles',
    ]);
    expect(rule('oracle-legacy').parts.map(sayPart)).toEqual([
      'TU nearest to day 17 of Jan, Apr, Jul, Oct 13:00 America/Los_Angeles',
    ]);
  });
});

describe('SCHEDULING §16: policies', () => {
  test.each<[string, object | undefined, string, string]>([
    ['cert-cc', { days: 45 }, 'primary', 'first contact attempt'],
    ['jpcert-cc', { days: 45 }, 'unconfirmed', 'coordinator begins contacting the developer'],
    ['project-zero', { days: 90 }, 'primary', 'report'],
    ['project-zero-grace', { days: 104 }, 'primary', 'report'],
    ['project-zero-exploited', { days: 7 }, 'primary', 'report'],
    ['zdi', { days: 120 }, 'primary', 'vendor response'],
    ['linux-distros', { days: 14 }, 'primary', 'post to the list'],
    ['linux-kernel', { days: 7 }, 'primary', 'report'],
    ['cisco', { days: 90 }, 'primary', 'report'],
    ['red-hat', { days: 30 }, 'secondary', 'agreement'],
    ['ncsc-ch', { days: 60 }, 'secondary', 'report'],
    ['ncsc-nl', { days: 60 }, 'unconfirmed', 'report'],
    ['ncsc-nl-hardware', { months: 6 }, 'unconfirmed', 'report'],
    ['eu-cra-warning', { minutes: 24 * 60 }, 'secondary', 'awareness'],
    ['eu-cra-notification', { minutes: 72 * 60 }, 'secondary', 'awareness'],
  ])('%s', (name, length, confidence, starts) => {
    expect(EMBARGOES[name]).toMatchObject({ length, confidence, starts });
  });

  test('no number is made up where none was found', () => {
    for (const name of ['ncsc-uk', 'ncsc-fi', 'microsoft', 'vultron'])
      expect(EMBARGOES[name]?.length).toBeUndefined();
  });

  test('notices do not decrease from the least to the most', () => {
    for (const { notice } of Object.values(NOTICES)) {
      const given = [notice.atLeastMinutes, notice.preferAtMostMinutes, notice.atMostMinutes].filter(
        (one) => one !== undefined,
      );
      expect(given.length).toBeGreaterThan(0);
      expect(given).toEqual(given.toSorted((left, right) => left - right));
    }
  });
});

describe('SCHEDULING §18: the runtime’s own tables are older, newer or unknown', () => {
  test.each<[string | undefined, string, string]>([
    ['2025c', '2026f', 'older'],
    ['2026e', '2026f', 'older'],
    ['2026f', '2026f', 'current'],
    ['2027a', '2026f', 'current'],
    ['2026z', '2026za', 'older'],
    ['2026zb', '2026za', 'current'],
    [undefined, '2026f', 'unknown'],
    ['44.1', '2026f', 'unknown'],
  ])('%s against %s: %s', (runtime, shipped, verdict) => {
    expect(runtimeZones(runtime, shipped)).toBe(verdict);
  });
});
