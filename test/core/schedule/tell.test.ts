/** The telling says what the answer says: every number in words is a number of the answer, for every vector. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  type InfeasibleAnswer,
  type SolvedAnswer,
  solveProblem,
} from '../../../node/core/schedule/answer.js';
import type { Problem } from '../../../node/core/schedule/problem.js';
import { readProblem } from '../../../node/core/schedule/read-problem.js';
import { tellAnswer, tellLocal } from '../../../node/core/schedule/tell.js';
import { sayMinutes, sayUtc } from '../../../node/core/schedule/tell-times.js';
import type { Telling, TellingCode } from '../../../node/core/schedule/telling.js';

const FOLDER = new URL('../../../fixtures/vectors/schedule/', import.meta.url);

const NAMES = readdirSync(FOLDER)
  .filter((file) => /^[SN]\d\d.*\.json$/.test(file))
  .map((file) => file.replace('.json', ''));

function problemOf(name: string): Problem {
  const { problem } = JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8')) as {
    problem: object;
  };
  const read = readProblem(JSON.stringify(problem));
  if (!read.ok) throw new Error(`${name} is refused`);
  return read.problem;
}

function told(name: string): {
  readonly problem: Problem;
  readonly answer: SolvedAnswer | InfeasibleAnswer;
  readonly telling: Telling;
  readonly words: (code: TellingCode) => readonly string[];
} {
  const problem = problemOf(name);
  const answer = solveProblem(problem);
  const telling = tellAnswer(problem, answer);
  const words = (code: TellingCode) =>
    telling.lines.filter((line) => line.code === code).map((line) => line.words);
  return { problem, answer, telling, words };
}

/** `2027-04-21T12:00:00Z` as the telling writes it, without the weekday. */
function said(instant: string): string {
  return `${instant.slice(0, 10)} ${instant.slice(11, 16)}Z`;
}

describe('SCHEDULING §8: the telling of every solved or infeasible vector', () => {
  test.each(NAMES)('%s: the facts of the answer are in the words', (name) => {
    const { problem, answer, telling, words } = told(name);
    expect(telling.status).toBe(answer.status);
    expect(telling.sentence).toBe(telling.lines[0]?.words);
    for (const { words: line } of telling.lines) {
      expect(line).not.toMatch(/undefined|NaN|\[object| {2}/);
      expect(line.length).toBeGreaterThan(8);
    }
    const chosen = answer.status === 'solved' ? answer.best : answer.relaxation;
    for (const { party, cost, items } of chosen.pays) {
      const line = telling.lines.find((one) => one.code === 'PAYS' && one.party === party);
      expect(line?.cost ?? 0).toBe(cost);
      if (cost > 0) expect(line?.words).toContain(`${party} pays ${cost} `);
      const costs = telling.lines.filter((one) => one.code === 'COST' && one.party === party);
      expect(costs.map(({ soft, cost: of }) => [soft, of])).toEqual(
        items.filter((one) => one.cost > 0).map((one) => [one.soft, one.cost]),
      );
      for (const { words: line, cost: of } of costs) expect(line.endsWith(`: ${of}`)).toBe(true);
    }
    // Every zone a party lives in, each once, with the wall clock of the answer.
    for (const { zone, local } of chosen.local) {
      const line = telling.lines.find((one) => one.code === 'LOCAL' && one.zone === zone);
      const lives = problem.parties.some((party) => (party.zone ?? '') === zone);
      if (lives) expect(line?.words).toContain(`${local.slice(0, 10)} ${local.slice(11, 16)} in `);
    }
    if (answer.status === 'solved') {
      expect(telling.sentence).toContain(said(answer.best.at));
      expect(words('ALTERNATIVE')).toHaveLength(answer.alternatives.length);
      answer.alternatives.forEach(({ at, sum }, index) => {
        const line = words('ALTERNATIVE')[index];
        expect(line).toContain(said(at));
        const more = sum - answer.best.sum;
        if (more !== 0) expect(line).toContain(more > 0 ? `costs ${more} more` : `saves ${-more}`);
      });
      const binding = answer.leaveOneOut.filter(({ better }) => better);
      expect(words('WITHOUT')).toHaveLength(binding.length);
      for (const { constraint, at } of binding) {
        const line = telling.lines.find((one) => one.code === 'WITHOUT' && one.constraint === constraint);
        expect(line?.words).toContain(said(at));
      }
    } else {
      for (const id of answer.conflict) expect(telling.sentence).toContain(`constraint ${id} `);
      const [sentence] = words('RELAXATION');
      expect(words('RELAXATION')).toHaveLength(1);
      expect(sentence).toContain(said(answer.relaxation.at));
      for (const { constraint, shiftMinutes } of answer.relaxation.drop) {
        expect(sentence).toContain(`constraint ${constraint} `);
        const line = telling.lines.find((one) => one.code === 'WAIVE' && one.constraint === constraint);
        if (shiftMinutes !== null) expect(line?.words).toContain(`missed by ${sayMinutes(shiftMinutes)}`);
      }
      expect(words('WITHOUT')).toHaveLength(answer.leaveOneOut.length);
    }
  });

  test.each(NAMES)('%s: shares and overruns add up to the sum', (name) => {
    const { problem, answer, telling } = told(name);
    const weights = new Map(problem.parties.map(({ id, weight }) => [id, weight]));
    const total = telling.lines.reduce((sum, line) => {
      if (line.code === 'PAYS') return sum + (line.cost ?? 0) * (weights.get(line.party ?? '') ?? 0);
      return line.code === 'OVERRUN' ? sum + (line.cost ?? 0) : sum;
    }, 0);
    expect(total).toBe((answer.status === 'solved' ? answer.best : answer.relaxation).sum);
  });
});

describe('SCHEDULING §8: what a duty officer reads', () => {
  const cases: readonly (readonly [string, TellingCode, string])[] = [
    ['S01', 'COST', '21:00 in Tokyo, after hours: 60'],
    ['S01', 'COST', '08:00 in New York, before hours: 20'],
    ['S01', 'LOCAL', 'Mon 2027-06-07 13:00 in London: NCSC'],
    ['S01', 'FREE', 'NCSC pays nothing'],
    ['S01', 'INSTANT', 'JPCERT pays 60 (21:00 local) and CERTCC pays 20 (08:00 local).'],
    ['S02', 'COST', '06:00 in New York, before hours: 60'],
    ['S03', 'COST', '21:00 in Tokyo, after hours: 60'],
    ['S05', 'COST', '03:00 in Tokyo, at night: 150'],
    ['S05', 'INSTANT', 'The earliest common instant is Tue 2027-01-12 18:00Z;'],
    [
      'S05',
      'INSTANT',
      'It could be Mon 2027-01-04 11:00Z (saves 500, highest level 1 instead of 2) if constraint MS-instant of MS were waived.',
    ],
    ['S06', 'INSTANT', 'Wed 2027-01-13 11:00Z'],
    ['S07', 'INSTANT', 'The best common instant is Wed 2027-04-21 12:00Z;'],
    ['S07', 'COST', '7 d 19 h after the patch day of microsoft (Tue 2027-04-13 17:00Z), 7 d or more: 100'],
    ['S07', 'CHANGE', 'ORCL pays 20 instead of 0 (+20): 1 d 16 h after the patch day of oracle-quarterly'],
    ['S08', 'COST', '8 full days of waiting since Wed 2027-04-28 00:00Z, 5 a day: 40'],
    ['S08', 'CHANGE', '21:00 in Tokyo, after hours, on the eve of a day off: 140'],
    ['S11', 'INSTANT', 'Tue 2026-11-24 11:00Z'],
    ['S12', 'CONFLICT', 'satisfies constraint CERT-45d of CERTCC and constraint V-ready of V together'],
    [
      'S12',
      'RELAXATION',
      'The cheapest way out is Tue 2027-03-23 12:00Z, if constraint CERT-45d of CERTCC were waived (price 40);',
    ],
    ['S12', 'WAIVE', 'missed by 7 d 8 h 15 min'],
    ['S12', 'OVERRUN', '8 begun days of overrun at 50 a day: 400'],
    ['S12', 'DEMAND', 'constraint V-ready of V: not before Sat 2027-03-20 00:00Z (price of waiving it 60)'],
    [
      'S13',
      'DEMAND',
      'constraint A of A: only Mon, Tue and Wed 00:00–24:00 in London (price of waiving it 50)',
    ],
    ['S13', 'WITHOUT', 'without constraint C of C alone: Wed 2027-06-09 12:00Z, cost 800'],
    ['S14', 'RELAXATION', '14:00Z'],
    ['S15-total', 'INSTANT', '17:00Z'],
    ['S15-leximin', 'INSTANT', '11:00Z'],
    ['S17', 'RELAXATION', 'constraint V2-ready of V2 were waived (price 50)'],
    ['S18', 'INSTANT', 'Mon 2027-06-07 12:30Z'],
    ['S18', 'WITHOUT', 'costs the same, at a rounder time'],
    ['S19', 'CONFLICT', 'satisfies constraint w of W.'],
    ['S19', 'COST', 'in office hours, on a Sun: 300'],
    ['S21-2025b', 'INSTANT', '17:00Z'],
    ['S23', 'COST', '21:00 in Tokyo, after hours, on the eve of a day off: 140'],
    ['N01', 'UNBOUND', 'constraint'],
    ['N04', 'INSTANT', 'The '],
    ['N07', 'COST', 'after the agreed '],
    ['N11', 'NOTICE', 'tell SLOW at the latest Tue 2027-05-04 17:00Z: too late already'],
    ['N11', 'NOTICE', 'preferably from Tue 2027-05-04 17:00Z'],
    ['N13', 'CHANGE', 'of notice after'],
    [
      'N14',
      'RELAXATION',
      'There is no way out that may be taken: the nearest is Mon 2027-06-07 12:00Z, without constraint fix of V, which may never be waived.',
    ],
  ];
  test.each(cases)('%s %s: %s', (name, code, part) => {
    expect(told(name).words(code).join('\n')).toContain(part);
  });

  test('an infeasible case has one sentence for the conflict and one for the way out', () => {
    for (const name of ['S12', 'S13', 'S14', 'S17', 'S19', 'N09', 'N10', 'N14']) {
      const { words } = told(name);
      for (const code of ['CONFLICT', 'RELAXATION'] as const) {
        expect(words(code)).toHaveLength(1);
        expect(words(code)[0]?.match(/\.(?: |$)/g)).toHaveLength(1);
      }
    }
  });

  test('a caller that knows better names gets them everywhere, and no id', () => {
    const problem = problemOf('S12');
    const { lines } = tellAnswer(problem, solveProblem(problem), (party) => `the office of ${party.length}`);
    for (const { words } of lines) expect(words).not.toMatch(/\b(?:JPCERT|CERTCC|NCSC)\b/);
  });

  test('any instant is told on the wall clock of every party', () => {
    expect(tellLocal(problemOf('S01'), '2027-06-08T05:30:00Z').map(({ words }) => words)).toEqual([
      'Tue 2027-06-08 01:30 in New York: CERTCC',
      'Tue 2027-06-08 14:30 in Tokyo: JPCERT',
      'Tue 2027-06-08 06:30 in London: NCSC',
    ]);
  });

  test('random names of a snapshot are not said', () => {
    const text = JSON.stringify(problemOf('S07')).replaceAll('"microsoft"', '"1.0123456789abcdef"');
    const read = readProblem(text);
    if (!read.ok) throw new Error('refused');
    const all = tellAnswer(read.problem, solveProblem(read.problem))
      .lines.map(({ words }) => words)
      .join('\n');
    expect(all).toContain('7 d 19 h after its own patch day (Tue 2027-04-13 17:00Z)');
    expect(all).not.toContain('0123456789abcdef');
  });

  test('hundreds of parties are counted, not listed', () => {
    const { problem } = told('S07');
    const offices = problem.parties.filter(({ role }) => role === 'centre');
    const crowd = Array.from({ length: 300 }, (_, at) => ({
      ...offices[at % offices.length],
      id: `v${at}`,
      fair: false,
      weight: 1,
    }));
    const read = readProblem(JSON.stringify({ ...problem, parties: [...problem.parties, ...crowd] }));
    if (!read.ok) throw new Error('refused');
    const answer = solveProblem(read.problem);
    const { lines } = tellAnswer(read.problem, answer);
    expect(lines.length).toBeLessThan(120);
    expect(
      lines.some(({ code, words }) => code === 'MORE' && /^\d+ more pay \d+ of \d+ together$/.test(words)),
    ).toBe(true);
  });
});

test.each([
  [0, '0 min'],
  [45, '45 min'],
  [-90, '1 h 30 min'],
  [10_575, '7 d 8 h 15 min'],
])('%i minutes are %s', (minutes, words) => {
  expect(sayMinutes(minutes)).toBe(words);
});

test('an instant in UTC shows seconds only where there are some', () => {
  expect(sayUtc(0)).toBe('Thu 1970-01-01 00:00Z');
  expect(sayUtc(61)).toBe('Thu 1970-01-01 00:01:01Z');
});
