/** fixtures/exchanges/README.md says which exchange shows what: every row is held to its transcript. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EXCHANGES, openExchange } from './exchanges.js';

const FOLDER = new URL('../../fixtures/exchanges/', import.meta.url);

/** What, exchange, and what stands in it. */
const ROWS = readFileSync(new URL('README.md', FOLDER), 'utf8')
  .split('\n')
  .map((line) => /^\| (.+?) +\| `([a-z0-9-]+)` +\| `(.+)` +\|$/.exec(line))
  .flatMap((row) => (row === null ? [] : [[row[1], row[2], row[3]] as const]));

/** Clauses of the design, rules of the settlement, and MUST ids. */
const RULE = /§\d|\bR\d+\b|\bG\d\b|\b[A-Z]{3,4}-M?\d+\b/;

describe('exchanges', () => {
  it('are at least thirty, and each of them is in the table', () => {
    expect(EXCHANGES.length).toBeGreaterThanOrEqual(30);
    const named = new Set(ROWS.map(([, exchange]) => exchange));
    expect(EXCHANGES.filter((name) => !named.has(name))).toEqual([]);
  });

  it.each(ROWS)('%s: %s shows it', (_what, exchange = '', shows = '') => {
    expect(EXCHANGES).toContain(exchange);
    expect(plain(textOf(exchange)).includes(plain(shows))).toBe(true);
  });

  it.each(EXCHANGES)('%s: begins with a remark that tells the story and names its rules', (name) => {
    const [head = ''] = textOf(name).split(/^clock /m);
    expect(
      head
        .split('\n')
        .filter((line) => line !== '')
        .every((line) => line.startsWith('# ')),
    ).toBe(true);
    expect(head.length).toBeGreaterThan(100);
    expect(head).toMatch(RULE);
  });

  it('have rosters of one to five centres', () => {
    const sizes = EXCHANGES.flatMap((name) =>
      openExchange(name).blocks.flatMap(({ commands }) =>
        commands.filter(({ form }) => form.verb === 'charter propose').map(({ words }) => words.length),
      ),
    );
    expect([...new Set(sizes)].sort()).toEqual(expect.arrayContaining([1, 2, 3, 4, 5]));
  });
});

function textOf(name: string): string {
  return readFileSync(new URL(`${name}.txt`, FOLDER), 'utf8');
}

/** Columns are for people. */
function plain(text: string): string {
  return text.replace(/\s+/g, ' ');
}
