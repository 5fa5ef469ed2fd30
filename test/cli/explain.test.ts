/** `schedule solve`, `schedule plot` and `cycle export` as they are typed; none of them needs a node. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import ICAL from 'ical.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openWorld, type World } from './homes.js';

let world: World;
const HOME = 'desk';
const VECTORS = new URL('../../fixtures/vectors/schedule/', import.meta.url);

beforeAll(async () => {
  world = await openWorld();
  await mkdir(world.home(HOME));
  for (const name of ['S07', 'S12', 'S13', 'E02']) {
    const { problem } = JSON.parse(await readFile(new URL(`${name}.json`, VECTORS), 'utf8')) as {
      problem: object;
    };
    await writeFile(at(`${name}.json`), JSON.stringify(problem));
  }
});
afterAll(() => world.close());

const at = (file: string) => join(world.home(HOME), file);
const typed = (...words: readonly string[]) => world.type(HOME, ...words);

describe('schedule solve explains itself', () => {
  test('solved: who pays what and why, and the alternatives with what changes', async () => {
    const { exit, out } = await typed('schedule', 'solve', at('S07.json'));
    expect(exit).toBe(0);
    const lines = out.split('\n');
    expect(lines[0]).toMatch(
      /^The best common instant is Wed 2027-04-21 12:00Z; MS pays 100, JPCERT pays 60 \(21:00 local\)/,
    );
    expect(lines).toContain('  Wed 2027-04-21 21:00 in Tokyo: JPCERT');
    expect(lines).toContain('    21:00 in Tokyo, after hours: 60');
    expect(lines.filter((line) => line.startsWith('alternative '))).toHaveLength(3);
  });

  test('infeasible: the conflict and the way out, exit 1', async () => {
    const { exit, out } = await typed('schedule', 'solve', at('S12.json'));
    expect(exit).toBe(1);
    expect(out).toMatch(
      /^No instant from .* together; leave any one of these out and the others can be met\.$/m,
    );
    expect(out).toMatch(
      /^The cheapest way out is Tue 2027-03-23 12:00Z, if constraint CERT-45d of CERTCC were waived/m,
    );
  });

  test('refused: code and place, exit 2', async () => {
    const { exit, out } = await typed('schedule', 'solve', at('E02.json'));
    expect(exit).toBe(2);
    expect(out).toMatch(/^E_FIELD at \//);
  });
});

describe('schedule plot', () => {
  test('a document as a picture, and as a page with the explanation', async () => {
    expect((await typed('schedule', 'plot', '--file', at('S12.json'), '-o', at('s12.svg'))).exit).toBe(0);
    expect(await readFile(at('s12.svg'), 'utf8')).toMatch(/^<svg /);
    expect((await typed('schedule', 'plot', '--file', at('S12.json'), '-o', at('s12.html'))).exit).toBe(0);
    const page = await readFile(at('s12.html'), 'utf8');
    expect(page).toContain('<svg ');
    expect(page).toContain('The cheapest way out is');
  });

  test.each([
    ['neither a case nor a file', ['-o', 'x.svg']],
    ['another ending', ['--file', 'S07.json', '-o', 'x.png']],
    ['a file that is not there', ['--file', 'nowhere.json', '-o', 'x.svg']],
    ['a refused document', ['--file', 'E02.json', '-o', 'x.svg']],
  ])('%s ends with 2', async (_name, words) => {
    const placed = words.map((word) => (word.startsWith('-') ? word : at(word)));
    expect((await typed('schedule', 'plot', ...placed)).exit).toBe(2);
  });
});

describe('schedule calendar', () => {
  test('windows and named cycles of a document, each a file', async () => {
    expect((await typed('schedule', 'calendar', '--file', at('S13.json'), '-o', at('s13'))).out).toBe(
      at(join('s13', 'windows.ics')),
    );
    const calendar = new ICAL.Component(ICAL.parse(await readFile(at(join('s13', 'windows.ics')), 'utf8')));
    expect(calendar.getAllSubcomponents('vavailability')).toHaveLength(3);
    const { out } = await typed('schedule', 'calendar', '--file', at('S07.json'), '-o', at('s07'));
    expect(out.split('\n').toSorted()).toEqual(
      ['microsoft', 'oracle-quarterly'].map((name) => at(join('s07', `${name}.ics`))),
    );
  });

  test.each([
    ['neither a case nor a file', ['-o', 'x']],
    ['a refused document', ['--file', 'E02.json', '-o', 'x']],
    ['a document with nothing to write', ['--file', 'S12.json', '-o', 'x']],
  ])('%s is refused', async (_name, words) => {
    const placed = words.map((word) => (word.startsWith('-') ? word : at(word)));
    expect((await typed('schedule', 'calendar', ...placed)).exit).toBeGreaterThan(0);
  });
});

describe('cycle export', () => {
  test('a file that a calendar program reads', async () => {
    const { exit } = await typed(
      ...['cycle', 'export', 'microsoft', '--from', '2027-01-01', '--to', '2027-12-31', '-o', at('ms.ics')],
    );
    expect(exit).toBe(0);
    const calendar = new ICAL.Component(ICAL.parse(await readFile(at('ms.ics'), 'utf8')));
    const event = new ICAL.Event(calendar.getFirstSubcomponent('vevent') ?? undefined);
    const starts: string[] = [];
    for (let iterator = event.iterator(), next = iterator.next(); next; next = iterator.next())
      starts.push(new Date(next.toUnixTime() * 1_000).toISOString());
    expect(starts).toHaveLength(12);
    expect(starts.slice(0, 4)).toEqual([
      '2027-01-12T18:00:00.000Z',
      '2027-02-09T18:00:00.000Z',
      '2027-03-09T18:00:00.000Z',
      '2027-04-13T17:00:00.000Z',
    ]);
  });

  test.each([
    [['nobody'], 2],
    [['microsoft', '--from', 'soon'], 2],
    [['microsoft', '--from', '2027-01-02', '--to', '2027-01-01'], 2],
    [['microsoft', '--from', '2040-06-01', '--to', '2042-01-01'], 2],
    [['f5', '--from', '2027-01-01', '--to', '2027-12-31'], 1],
  ])('%j ends with %i', async (words, expected) => {
    expect((await typed('cycle', 'export', ...words, '-o', at('x.ics'))).exit).toBe(expected);
  });
});
