/** The picture holds what it must show, needs nothing from outside, and is the same everywhere. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseHTML } from 'linkedom';
import { describe, expect, test } from 'vitest';
import { pageOf } from '../../../adapters/plot/page.js';
import { drawSchedule } from '../../../adapters/plot/picture.js';
import { solveProblem } from '../../../node/core/schedule/answer.js';
import type { Problem } from '../../../node/core/schedule/problem.js';
import { readProblem } from '../../../node/core/schedule/read-problem.js';
import { tellAnswer } from '../../../node/core/schedule/tell.js';

const FOLDER = new URL('../../../fixtures/vectors/schedule/', import.meta.url);
const PICTURES = new URL('../../../docs/pictures/', import.meta.url);

const NAMES = readdirSync(FOLDER)
  .filter((file) => /^[SN]\d\d.*\.json$/.test(file))
  .map((file) => file.replace('.json', ''));

function documentOf(name: string): { readonly [member: string]: unknown } {
  return (JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8')) as { problem: object })
    .problem as never;
}

function read(document: object): Problem {
  const outcome = readProblem(JSON.stringify(document));
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.errors));
  return outcome.problem;
}

/** Texts of the picture, and the marks by the name that Plot gives them. */
function look(svg: string): {
  readonly texts: readonly string[];
  readonly count: (selector: string) => number;
} {
  const { document } = parseHTML(`<html><body>${svg}</body></html>`);
  return {
    texts: [...document.querySelectorAll('text')].map(({ textContent }) => textContent ?? ''),
    count: (selector) => document.querySelectorAll(selector).length,
  };
}

/** Anything that would make a reader fetch, run or ask. The name of the SVG language is no address to fetch. */
function reaches(text: string): readonly string[] {
  const bare = text.replaceAll('http://www.w3.org/2000/svg', '');
  return [
    /https?:/i,
    /<script/i,
    /<image/i,
    /<foreignObject/i,
    /@import/i,
    /@font-face/i,
    /\bon\w+=/i,
    /javascript:/i,
  ]
    .filter((pattern) => pattern.test(bare))
    .map(String)
    .concat(
      [...bare.matchAll(/url\(([^)]*)\)/g)]
        .map((match) => match[1] ?? '')
        .filter((to) => !/^#(?:off|closed)$/.test(to)),
    );
}

describe('every vector can be drawn', () => {
  test.each(NAMES)(
    '%s: self-contained, 1200 wide, no number that is none, the chosen instant named',
    (name) => {
      const problem = read(documentOf(name));
      const svg = drawSchedule(problem);
      expect(svg).toMatch(/^<svg [^>]*width="1200"/);
      expect(svg).not.toMatch(/NaN|Infinity|undefined|\[object/);
      expect(reaches(svg)).toEqual([]);
      const answer = solveProblem(problem);
      const chosen = answer.status === 'solved' ? answer.best : answer.relaxation;
      const { texts } = look(svg);
      expect(texts.join('\n')).toContain(`${chosen.at.slice(0, 10)} ${chosen.at.slice(11, 16)}Z`);
      for (const { id } of problem.parties) expect(texts.join('\n')).toContain(id);
    },
  );
});

describe('what the picture of S07 shows', () => {
  const svg = drawSchedule(read(documentOf('S07')));
  const { texts, count } = look(svg);

  test('the best instant on every wall clock, by weekday', () => {
    for (const clock of ['Wed 21:00', 'Wed 08:00', 'Wed 13:00']) expect(texts).toContain(clock);
  });

  test('the alternatives, marked with a digit in both parts and named', () => {
    for (const sign of ['1', '2', '3'])
      expect(texts.filter((text) => text === sign).length).toBeGreaterThanOrEqual(2);
    for (const says of [
      'alternative 1, costs 200 more',
      'alternative 2, costs 500 more',
      'alternative 3, costs 500 more',
    ])
      expect(texts).toContain(says);
  });

  test('each party with its zone, its patch days and what it pays', () => {
    expect(texts.filter((text) => text === 'JPCERT')).toHaveLength(2);
    expect(texts).toContain('Tokyo · pays 60');
    expect(texts).toContain('▲ microsoft · pays 100');
    // One patch day of each vendor in the horizon, one of Oracle’s in no column of hours, and the legend’s.
    expect(count('g[aria-label="dot"] path')).toBeGreaterThanOrEqual(3);
  });

  test('a legend for every shade, and patterns so that none is told by its hue alone', () => {
    for (const word of [
      'office hours',
      'before and after hours',
      'night',
      'weekend or holiday',
      'patch day',
      'best instant',
    ])
      expect(texts).toContain(word);
    expect(count('pattern')).toBe(2);
    expect(count('[fill="url(#off)"]')).toBeGreaterThan(1);
  });

  test('lightness alone tells the shades apart', () => {
    const lightness = (colour: string): number => {
      const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) =>
        Number.parseInt(colour.slice(at, at + 2), 16),
      );
      return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
    };
    const used = ['#ffffff', '#d5dbe6', '#8d99ae', '#0b2e6f'].map(lightness);
    for (const colour of ['#d5dbe6', '#8d99ae', '#0b2e6f']) expect(svg).toContain(colour);
    used.slice(1).forEach((one, index) => {
      expect((used[index] ?? 0) - one).toBeGreaterThan(0.12);
    });
  });

  test('a title and the whole telling for who cannot see it', () => {
    const { document } = parseHTML(`<html><body>${svg}</body></html>`);
    expect(document.querySelector('title')?.textContent).toContain('one common instant');
    expect(document.querySelector('desc')?.textContent).toContain('JPCERT pays 60');
  });
});

test('an infeasible case shows the way out, what each party closes, and the instants without one constraint', () => {
  const { texts, count } = look(drawSchedule(read(documentOf('S12'))));
  expect(texts).toContain('Case S12-bound-conflict, revision 0: no common instant');
  expect(texts).toContain('way out, waives CERT-45d');
  expect(texts).toContain('without V-ready, cost 1050');
  expect(texts).toContain('cheapest way out');
  expect(count('[fill="url(#closed)"]')).toBeGreaterThan(4);
});

describe('crowds and long horizons', () => {
  const S07 = documentOf('S07') as { readonly parties: readonly { readonly id: string }[] };
  const vendor = S07.parties.find(({ id }) => id === 'MS');

  test('parties that look alike share a row', () => {
    const crowd = Array.from({ length: 500 }, (_, at) => ({ ...vendor, id: `vendor-${at}`, weight: 1 }));
    const svg = drawSchedule(read({ ...S07, parties: [...S07.parties, ...crowd] }));
    const { texts } = look(svg);
    expect(texts.some((text) => /^MS.* \+\d{3} more$/.test(text))).toBe(true);
    expect(svg.length).toBeLessThan(400_000);
  });

  test('who has nothing on the days shown by the hour has no row there', () => {
    const { texts } = look(drawSchedule(read(S07)));
    expect(texts.filter((text) => text === 'ORCL')).toHaveLength(1);
    expect(texts).toContain('and 2 with nothing here');
    expect(texts.filter((text) => text === 'NCSC')).toHaveLength(2);
  });

  test('a caller that knows better names gets them in rows, landmarks and words', () => {
    const called = (party: string) => `<${party.toLowerCase()}>`;
    for (const name of ['S07', 'S12']) {
      const problem = read(documentOf(name));
      const svg = drawSchedule(problem, called);
      const { texts } = look(svg);
      for (const { id } of problem.parties) {
        expect(texts.join('\n')).toContain(called(id));
        expect(texts.filter((text) => new RegExp(`^${id}$`).test(text))).toEqual([]);
      }
      expect(svg).toContain('&lt;');
    }
  });

  test('rows that find no room are counted', () => {
    const crowd = Array.from({ length: 60 }, (_, at) => ({
      ...vendor,
      id: `vendor-${at}`,
      weight: 1,
      soft: [
        {
          id: 'away',
          kind: 'avoid',
          cost: 5,
          intervals: [
            { from: '2027-04-02T00:00:00Z', until: `2027-04-03T00:${String(at).padStart(2, '0')}:00Z` },
          ],
        },
      ],
    }));
    const { texts } = look(drawSchedule(read({ ...S07, parties: [...S07.parties, ...crowd] })));
    expect(texts.filter((text) => /^and 47 more parties$/.test(text))).toHaveLength(2);
  });

  test('two years are drawn by the least cost of stretches and stay small', () => {
    const year = {
      ...S07,
      coverage: { from: '2027-02-20T00:00:00Z', until: '2029-06-19T00:00:00Z' },
      horizon: { start: '2027-04-01T00:00:00Z', end: '2029-04-01T00:00:00Z' },
    } as unknown as {
      calendars: Record<string, { until: string }>;
    };
    const calendars = Object.fromEntries(
      Object.entries(year.calendars).map(([name, one]) => [name, { ...one, until: '2029-12-31' }]),
    );
    const svg = drawSchedule(read({ ...year, calendars }));
    expect(look(svg).texts.some((text) => text.includes('(least of each day)'))).toBe(true);
    expect(svg.length).toBeLessThan(400_000);
    expect(svg).not.toMatch(/NaN/);
  });
});

describe('the page', () => {
  test('a page has the picture, every line of the telling, and leave for nothing else', () => {
    const problem = read(documentOf('S12'));
    const telling = tellAnswer(problem, solveProblem(problem));
    const page = pageOf('Case <S12> & "co"', drawSchedule(problem), telling);
    expect(reaches(page)).toEqual([]);
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    expect(page).toContain('<title>Case &lt;S12&gt; &amp; &quot;co&quot;</title>');
    const { document } = parseHTML(page);
    expect([...document.querySelectorAll('main p')].map(({ textContent }) => textContent)).toEqual(
      telling.lines.map(({ words }) => words),
    );
  });

  test('texts of the document are never markup', () => {
    const problem = read({ ...documentOf('S01'), case: 'a.b' });
    const telling = tellAnswer(problem, solveProblem(problem), () => '<b onclick="x">&');
    const page = pageOf('x', drawSchedule(problem), telling);
    expect(page).not.toContain('<b ');
  });
});

describe('the same everywhere', () => {
  test('twice in one process', () => {
    const problem = read(documentOf('S07'));
    expect(drawSchedule(problem)).toBe(drawSchedule(problem));
  });

  test.each(['S07', 'S12'])('the picture of %s in the documentation is the one that is drawn', (name) => {
    const file = new URL(`${name}.svg`, PICTURES);
    const svg = drawSchedule(read(documentOf(name)));
    if (process.env['UPDATE'] === '1') writeFileSync(file, svg);
    // As a truth, not as texts: a difference of two pictures is no message for a person.
    expect(svg === readFileSync(file, 'utf8'), 'UPDATE=1 draws it anew').toBe(true);
  });

  test('in other zones and locales of the process', () => {
    // The process runs in Pacific/Chatham; the zone can be changed while it runs, and the clocks follow.
    const problem = read(documentOf('S08'));
    const here = drawSchedule(problem);
    const before = process.env['TZ'];
    try {
      for (const zone of ['UTC', 'America/St_Johns', 'Asia/Kathmandu']) {
        process.env['TZ'] = zone;
        expect(drawSchedule(problem)).toBe(here);
      }
    } finally {
      process.env['TZ'] = before;
    }
  });
});
