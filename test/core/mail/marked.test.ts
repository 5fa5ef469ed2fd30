import { describe, expect, test } from 'vitest';
import type { StatementId } from '../../../node/core/ids.js';
import type { LetterToken } from '../../../node/core/mail/address.js';
import { letterToken } from '../../../node/core/mail/address.js';
import { marked, NOTHING_MARKED, tokensOf, unmarked } from '../../../node/core/mail/marked.js';

const tokenOf = (at: number) => letterToken(at.toString(16).padStart(64, '0') as StatementId);

/** A row and who has the mark, as a set that is told of each change. */
function rowOf(letters: number) {
  const having = new Set<LetterToken>();
  let row = NOTHING_MARKED;
  let asked = 0;
  const holds = (token: LetterToken) => {
    asked += 1;
    return having.has(token);
  };
  const mark = (at: number) => {
    having.add(tokenOf(at));
    row = marked(row, tokenOf(at));
  };
  const drop = (at: number) => {
    having.delete(tokenOf(at));
    row = unmarked(row, holds);
  };
  for (let at = 0; at < letters; at += 1) mark(at);
  return { mark, drop, row: () => row, asked: () => asked, tokens: () => tokensOf(row, holds) };
}

describe('letters with a mark', () => {
  test.each([
    ['the oldest first', (at: number) => at],
    ['the newest first', (at: number) => 4_999 - at],
    ['every third one first', (at: number) => (at * 3) % 5_000],
  ])('5,000 lose it, %s: each letter is looked at twice or less', (_, nth) => {
    const all = rowOf(5_000);
    for (let at = 0; at < 5_000; at += 1) all.drop(nth(at));
    expect(all.asked()).toBeLessThanOrEqual(10_000);
    expect([all.row(), all.tokens()]).toEqual([NOTHING_MARKED, []]);
  });

  test('one that keeps it for ever makes no row longer than what has the mark, twice over', () => {
    const all = rowOf(1);
    for (let at = 1; at < 1_000; at += 1) {
      all.mark(at);
      all.drop(at);
    }
    expect(all.row().links).toBeLessThanOrEqual(32);
    expect([all.row().count, all.tokens()]).toEqual([1, [tokenOf(0)]]);
  });

  test('who gets it twice stands where it got it last, and once', () => {
    const all = rowOf(3);
    all.drop(0);
    all.mark(0);
    expect(all.tokens()).toEqual([tokenOf(1), tokenOf(2), tokenOf(0)]);
    expect(all.row().count).toBe(3);
  });
});
