import { describe, expect, test } from 'vitest';
import { namesSeen, odditiesOf } from '../../../node/core/registry/look-alike.js';

const SEEN = namesSeen([
  { key: 'nordwind', names: ['Nordwind', 'Hafen One'] },
  { key: 'tide', names: ['Tide Works'] },
]);

function odd(name: string, key = 'new'): readonly string[] {
  return odditiesOf(key, [name], SEEN).map((one) => ('key' in one ? `${one.kind} ${one.key}` : one.kind));
}

describe('names that look like others', () => {
  test.each([
    ['letters of another script', 'Nоrdwind', ['mixed_scripts', 'looks_like nordwind']],
    ['another letter in another name of it', 'Hаfen One', ['mixed_scripts', 'looks_like nordwind']],
    ['a digit for a letter that is drawn otherwise', 'N0rdw1nd', []],
    ['a digit for a letter', 'N0rdwind', ['looks_like nordwind']],
    ['full-width letters', 'Ｎｏｒｄｗｉｎｄ', ['odd_width', 'same_name nordwind']],
    ['another case and other blanks', 'NORD-WIND', ['same_name nordwind']],
    ['r and n for m', 'Tide Vvorks', ['looks_like tide']],
    ['nothing odd', 'Nordstern', []],
    ['katakana, which is no other width of anything', 'ノルドウィンド', []],
    ['half-width katakana', 'ﾉﾙﾄﾞ', ['odd_width']],
  ])('%s', (_, name, expected) => {
    expect(odd(name)).toEqual(expected);
  });

  test('a contact does not look like itself', () => {
    expect(odd('Nordwind', 'nordwind')).toEqual([]);
  });
});
