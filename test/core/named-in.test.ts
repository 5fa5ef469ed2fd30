/** What names a reporter and what does not (DESIGN §5.4). */
import { describe, expect, it } from 'vitest';
import { isNamedIn, withoutName } from '../../node/core/intake/named-in.js';

const FIONA = {
  name: 'Fiona van Finder',
  organisation: 'Quill Watch',
  contact: 'fiona.finder@person.example, +44 20 7946 0958',
};

describe('a text names the reporter', () => {
  it.each([
    ['Regards, Fiona van Finder', 'by name'],
    ['FIONA VAN FINDER', 'in capitals'],
    ['Finder, van, Fiona', 'the other way round'],
    ['Ｆｉｏｎａ found it', 'in another width'],
    ['Found by Fiona.', 'by the first name'],
    ['the Finder’s tool', 'by the last name'],
    ['write to Fiona.Finder@Person.example', 'by the address'],
    ['call 020 7946-0958', 'by the telephone number, without the country'],
    ['+44 (20) 7946 0958', 'by the telephone number'],
    ['we at quill  watch', 'by the organisation'],
  ])('%s: %s', (text) => {
    expect(isNamedIn(FIONA, text)).toBe(true);
  });

  it.each([
    'A finder of flaws may van them.',
    'Names of 4,096 letters stop libquill.',
    'The Finders and Fionas of this world',
    'watch the quill',
    '7946 bytes at 0x0958',
    '',
  ])('and not here: %s', (text) => {
    expect(isNamedIn(FIONA, text)).toBe(false);
    expect(withoutName(FIONA, text)).toBe(text);
  });

  it.each([
    ['山田 太郎', '山田が見つけた欠陥', true],
    ['山田太郎', '発見者：山田 太郎', false],
    ['山田太郎', '発見者：山田太郎', true],
    ['José Núñez', 'by Jose NUNEZ', true],
    ['a+b (c', 'a+b (c', true],
    ['Al', 'Al and I', false],
    ['', 'anybody', false],
  ])('of %s in %s: %s', (name, text, is) => {
    expect(isNamedIn({ name, organisation: '', contact: '' }, text)).toBe(is);
  });

  it('nobody on record is named nowhere', () => {
    expect(isNamedIn(undefined, 'Fiona')).toBe(false);
  });
});

it('a line without the name keeps the rest', () => {
  expect(withoutName(FIONA, 'Overflow in libquill, found by Fiona van Finder (Quill Watch)')).toBe(
    'Overflow in libquill, found by … (…)',
  );
});
