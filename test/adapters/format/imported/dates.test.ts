import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isLater, readDate, readDay } from '../../../../adapters/format/imported/dates.js';
import { at } from '../samples.js';

test.each([
  ['2007-01-10T09:00:00-05:00', { day: '2007-01-10', at: at('2007-01-10T14:00:00Z') }],
  ['2007-01-10T23:30:00-0500', { day: '2007-01-10', at: at('2007-01-11T04:30:00Z') }],
  ['2007-01-10 09:00:00+09:00', { day: '2007-01-10', at: at('2007-01-10T00:00:00Z') }],
  ['2020-06-04T20:31:25.554423Z', { day: '2020-06-04', at: at('2020-06-04T20:31:25.554Z') }],
  ['2007-01-10T09:00Z', { day: '2007-01-10', at: at('2007-01-10T09:00:00Z') }],
  ['2007-01-10', { day: '2007-01-10' }],
  ['2007-01-10T09:00:00', { day: '2007-01-10', flag: 'no_zone' }],
  ['0200-01-10T09:00:00-05:00', { flag: 'impossible_year' }],
  ['2107-01-10', { flag: 'impossible_year' }],
  ['2007-02-29', { flag: 'not_a_date' }],
  ['2007-13-01', { flag: 'not_a_date' }],
  ['2007-01-10T25:00:00Z', { flag: 'not_a_date' }],
  ['2007-01-10T09:00:00+19:00', { flag: 'not_a_date' }],
  ['Error: some sentence', { flag: 'not_a_date' }],
  ['10 January 2007', { flag: 'not_a_date' }],
])('FORMATS §5: %s is kept as text and read without repair', (text, expected) => {
  expect(readDate(` ${text} `)).toEqual({ text, ...expected });
});

test('an empty date says nothing', () => {
  expect(readDate('  ')).toBeUndefined();
  expect(readDay('')).toBeUndefined();
});

test('FORMATS §0, rule 4: a date without time is never turned into midnight', () => {
  expect(readDay('2007-03-09T00:00:00')).toEqual({ text: '2007-03-09T00:00:00', day: '2007-03-09' });
});

test('FORMATS §5: without zones two dates of one day have no order', () => {
  const [early, late] = [readDate('2007-01-10T09:00:00'), readDate('2007-01-10T18:00:00-05:00')];
  expect([isLater(early, late), isLater(late, early)]).toEqual([false, false]);
  expect(isLater(readDate('2007-01-11'), late)).toBe(true);
  expect(isLater(readDate('2007-01-11T00:00:00+09:00'), late)).toBe(false);
  expect(isLater(readDate('nonsense'), late)).toBe(false);
});

test('no text breaks the reader, and every answer keeps the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(readDate(text)?.text ?? '').toBe(text.trim());
    }),
    { seed: 5 },
  );
});
