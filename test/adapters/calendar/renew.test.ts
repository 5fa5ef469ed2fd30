/** SCHEDULING §14.6: which holidays a calendar of a document has today. */
import { describe, expect, test } from 'vitest';
import { HOLIDAYS } from '../../../adapters/calendar/holidays.js';
import { type Holidays, renewedCalendar } from '../../../adapters/calendar/renew.js';
import type { Calendar } from '../../../node/core/schedule/problem.js';
import { reaching } from '../../../node/core/schedule/wishes.js';

const JAPAN = reaching(HOLIDAYS.JP.calendar, { from: '2027-01-01T00:00:00Z', until: '2027-12-31T00:00:00Z' });
/** Japan as it may be known a year later: the Emperor's birthday moved, a day was proclaimed. */
const LATER: Holidays = {
  ...HOLIDAYS,
  JP: {
    calendar: {
      ...HOLIDAYS.JP.calendar,
      dates: [...HOLIDAYS.JP.calendar.dates.filter((date) => date !== '2027-02-23'), '2027-06-10'].toSorted(),
    },
  },
};

const has = (calendar: Calendar | undefined, ...dates: readonly string[]) =>
  dates.map((date) => calendar?.dates.includes(date));

describe('a calendar with the holidays of today', () => {
  test.each(['GB', 'JP', 'US'] as const)('that of %s is like itself and nothing changes', (country) => {
    const { calendar } = HOLIDAYS[country];
    expect(renewedCalendar(calendar, undefined, false)).toEqual({ calendar, like: country, doubtful: [] });
    expect(renewedCalendar(calendar, country, true)).toEqual({ calendar, like: country, doubtful: [] });
  });

  test('one without closures takes new days and loses abolished ones', () => {
    const renewed = renewedCalendar(JAPAN, 'JP', true, LATER);
    expect(has(renewed?.calendar, '2027-06-10', '2027-02-23', '2027-05-03')).toEqual([true, false, true]);
    expect(renewed?.doubtful).toEqual([]);
  });

  test('one that may have closures keeps what is no holiday and names it', () => {
    const closed = { ...JAPAN, dates: [...JAPAN.dates, '2027-08-13'].toSorted() };
    const renewed = renewedCalendar(closed, undefined, false, LATER);
    expect(renewed?.like).toBe('JP');
    expect(has(renewed?.calendar, '2027-06-10', '2027-02-23', '2027-08-13')).toEqual([true, true, true]);
    expect(renewed?.doubtful).toEqual(['2027-02-23', '2027-08-13']);
  });

  test('other years and the own weekend stay', () => {
    const old = {
      ...JAPAN,
      weekend: ['FR'] as const,
      from: '2024-01-01',
      dates: ['2024-05-03', ...JAPAN.dates],
    };
    const renewed = renewedCalendar(old, undefined, true, LATER);
    expect(renewed?.calendar).toMatchObject({ weekend: ['FR'], from: '2024-01-01' });
    expect(has(renewed?.calendar, '2024-05-03')).toEqual([true]);
  });

  test.each<[string, Partial<Calendar>]>([
    ['weekends only', { dates: [] }],
    ['another country', { dates: ['2027-01-06', '2027-05-17', '2027-06-23', '2027-12-24', '2027-12-26'] }],
    [
      'too short a span to know',
      { from: '2027-04-28', until: '2027-05-04', dates: ['2027-04-29', '2027-05-03'] },
    ],
  ])('%s is like no country that is known here', (_, changes) => {
    expect(renewedCalendar({ ...JAPAN, ...changes }, undefined, false)).toBeUndefined();
  });

  test.each(['FR', 'toString', '__proto__'])('nothing is known of %s', (country) => {
    expect(renewedCalendar(JAPAN, country, true)).toBeUndefined();
  });
});
