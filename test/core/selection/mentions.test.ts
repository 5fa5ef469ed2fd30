import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { indexNames, mentionsIn } from '../../../node/core/selection/mentions.js';
import { BOOK, contact } from './book.js';

const index = indexNames(BOOK);

/** `key ground` of everybody named. */
function named(text: string, anyCase = false): readonly string[] {
  return mentionsIn(index, text, anyCase).map(({ contact: at, ground }) => `${BOOK[at]?.key} ${ground}`);
}

describe('who is named in a text', () => {
  test.each([
    ['by the whole name', 'Flaw in Nordwind Systems GmbH firmware', ['nordwind name']],
    ['by its key', 'QUELLMARK gateways fall over', ['quellmark name']],
    ['without the generic word', 'Esker gateways fall over', ['org-7 short_name']],
    ['written together or apart', 'TideWorks and Tide-Works', ['tide works name', 'tide works name']],
    ['by a product', 'HafenGate before 2.1', ['nordwind product']],
    ['in full width', 'ＨａｆｅｎＧａｔｅ の脆弱性', ['nordwind product']],
    ['in Japanese inside a longer row of characters', '山川電機製のルータ', ['yamakawa name']],
    ['the longest name only', '山川電機化学の製品', ['yamakawa chem name']],
    ['a katakana word as a whole', 'ミナトルータ', ['yamakawa product']],
    ['never by a piece of a katakana word', 'ミナトルータズ', []],
    ['never by a piece of a word', 'Nordwinde and Prequellmark', []],
    ['never in small letters where the name has a capital', 'a nordwind blew', []],
    ['never by an ordinary word', 'Signal handling in daemons', []],
    ['but by the whole of such a name', 'Signal Corporation ships it', ['signal name']],
  ])('%s', (_, text, expected) => {
    expect(named(text)).toEqual(expected);
  });

  test('small letters are enough in a list of keywords', () => {
    expect(named('nordwind', true)).toEqual(['nordwind name']);
  });

  test('everybody who has a product in the book is named by it, and nobody twice at one place', () => {
    const book = [
      contact('one', { names: ['One'], products: ['libhafen', 'Kontor'], weight: 9 }),
      contact('other', { names: ['Other'], products: ['libhafen'] }),
      contact('kontor', { names: ['Kontor'] }),
    ];
    const found = (text: string) =>
      mentionsIn(indexNames(book), text).map(({ contact: at, ground }) => `${book[at]?.key} ${ground}`);
    expect(found('libhafen before 2')).toEqual(['one product', 'other product']);
    // An organisation's own name is stronger than somebody's product.
    expect(found('Kontor')).toEqual(['kontor name']);
  });

  test('well-known products and names find their makers in a book of bare names', () => {
    const book = [
      contact('microsoft', { names: ['Microsoft Corporation'] }),
      contact('fujitsu', { names: ['Fujitsu'] }),
    ];
    const found = (text: string) =>
      mentionsIn(indexNames(book), text).map(({ contact: at, ground }) => `${book[at]?.key} ${ground}`);
    expect(found('Internet Explorer and 富士通 Interstage')).toEqual([
      'microsoft known_product',
      'fujitsu alias',
      'fujitsu known_product',
    ]);
    expect(found('runs on Windows 2000')).toEqual(['microsoft platform']);
  });

  test('who coordinates is never named as a vendor', () => {
    const book = indexNames([contact('cert/cc', { names: ['CERT/CC'] })]);
    expect(mentionsIn(book, 'reported to the CERT/CC')).toEqual([]);
  });

  test.each([
    ['the greater installed base', { weight: 1 }, {}, 'one'],
    ['the one with more names', {}, { names: ['Ebb', 'Ebb Ltd'] }, 'other'],
    ['the plainer key', {}, {}, 'one'],
  ])('of two with one name it is %s', (_, one, other, expected) => {
    const book = [contact('other', { names: ['Ebb'], ...other }), contact('one', { names: ['Ebb'], ...one })];
    expect(mentionsIn(indexNames(book), 'Ebb fails').map(({ contact: at }) => book[at]?.key)).toEqual([
      expected,
    ]);
  });

  test('a name that is written into any text between other words is found there', () => {
    const filler = fc.array(fc.constantFrom('the', 'of', 'fails', 'when', '9'), { maxLength: 6 });
    const names = fc.constantFrom('Nordwind', 'Tide Works', 'HafenGate', '山川電機', 'Lümen AB');
    fc.assert(
      fc.property(filler, names, filler, (before, name, after) => {
        expect(named([...before, name, ...after].join(' '))).toHaveLength(1);
      }),
      { seed: 6 },
    );
  });
});
