import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foldWidth, joined, spellingsOf, wordsOf } from '../../../node/core/selection/spelling.js';

const words = (text: string) => wordsOf(text).map(({ folded }) => folded);

describe('words of a text', () => {
  test.each([
    ['width and case are folded', 'ＮＯＲＤＷＩＮＤ Gate', ['nordwind', 'gate']],
    ['half-width katakana is katakana', 'ﾐﾅﾄﾙｰﾀ', ['ミナトルータ']],
    ['Latin accents are dropped, Japanese marks are not', 'Lümen パネル', ['lumen', 'パネル']],
    ['hyphens, dots and signs cut', 'A-B.C&D/9', ['a', 'b', 'c', 'd', '9']],
    ['a possessive belongs to no name', 'Quellmark’s gate, Tide’s', ['quellmark', 'gate', 'tide']],
    ['scripts cut, and each Han character is a word', 'Gate製品ルータ', ['gate', '製', '品', 'ルータ']],
    ['nothing is no word', ' \n- ', []],
  ])('%s', (_, text, expected) => {
    expect(words(text)).toEqual(expected);
  });

  test('plain text is cut alike beside other letters and alone', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => {
        expect(words(`${text} ü`)).toEqual([...words(text), 'u']);
      }),
      { seed: 6 },
    );
  });

  test('cutting what was folded before changes nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(words(foldWidth(text))).toEqual(words(text));
      }),
      { seed: 6 },
    );
  });
});

describe('ways of writing a name', () => {
  test.each([
    ['company forms are dropped', 'Quellmark, Inc.', ['quellmarkinc', 'quellmark']],
    [
      'generic words are dropped one after the other',
      'Tide Works Systems',
      ['tideworkssystems', 'tideworks', 'tide'],
    ],
    ['a name of generic words keeps one', 'Network Systems', ['networksystems', 'network']],
    ['an article is no part of a name', 'The Harbour Group', ['harbourgroup', 'harbour']],
    ['one word in brackets is a second name', 'Ships in Line (SIL)', ['shipsinline', 'sil']],
    ['a former name in brackets counts', 'Tide (formerly Ebb Ltd)', ['tide', 'ebbltd', 'ebb']],
    ['somebody else in brackets does not', 'Ebb (a division of Tide Works)', ['ebb']],
    ['Japanese forms stand before and behind', '株式会社山川電機', ['山川電機']],
  ])('%s', (_, name, expected) => {
    expect(spellingsOf(name).map(({ joined: spelled }) => spelled)).toEqual(expected);
  });

  test('every spelling is words of the name without anything between them', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('Tide', 'Networks', 'Ebb', 'Inc.', 'The'), { minLength: 1 }),
        (parts) => {
          const whole = joined(wordsOf(parts.join(' ')));
          for (const spelling of spellingsOf(parts.join(' '))) expect(whole).toContain(spelling.joined);
        },
      ),
      { seed: 6 },
    );
  });
});
