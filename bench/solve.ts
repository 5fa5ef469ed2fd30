/** The target run of SCHEDULING §19, and a share of it beside an evaluation that asks everything at every quarter. */

import type { Json } from '../node/core/canonical.js';
import { answerFor } from '../node/core/schedule/answer.js';
import type { Objective, Problem, ProblemDocument } from '../node/core/schedule/problem.js';
import { readProblemDocument } from '../node/core/schedule/read-problem.js';
import { solve } from '../node/core/schedule/solve.js';
import { answerSlowly } from '../test/core/schedule/slow-twin.js';
import { median, ms, type Row, timed } from './measure.js';
import { type Share, solveProblem, WHOLE } from './solve-problem.js';

const OBJECTIVES: readonly Objective[] = ['total', 'minimax', 'leximin'];
const RUNS = { warm: 8, counted: 32 } as const;
const TARGET = 'median under 50 ms';

/** Small enough that the plain evaluation ends within seconds. */
const SMALL: Share = {
  vendors: 40,
  blackouts: 8,
  rules: 24,
  end: '2027-01-29',
  fairParties: 16,
  office: true,
};

/** From the checked document to `best` and `leaveOneOut`, warm. */
export async function measureSolve(): Promise<readonly Row[]> {
  const rows: Row[] = [];
  const plain = await besideTwin();
  for (const office of [false, true]) {
    for (const objective of OBJECTIVES) {
      const problem = checked(solveProblem({ ...WHOLE, office }, objective));
      const took: number[] = [];
      const cpu: number[] = [];
      for (let run = -RUNS.warm; run < RUNS.counted; run += 1) {
        const before = process.cpuUsage();
        const one = await timed(() => {
          if (solve(problem).best === undefined) throw new Error('bench: the document has an answer');
        });
        const { user, system } = process.cpuUsage(before);
        if (run < 0) continue;
        took.push(one);
        cpu.push((user + system) / 1_000);
      }
      rows.push({
        measure: `solve ${objective}, 1,000 vendors, two years${office ? ', each with office hours' : ''}`,
        ours: ms(median(took)),
        beside: `${ms(median(cpu))} of processor time; slowest of ${RUNS.counted}: ${ms(Math.max(...took))}`,
        ratio: '',
        target: TARGET,
      });
    }
  }
  return [...rows, plain];
}

/** Both must say the same, or the one that is measured is not the one that is right. */
async function besideTwin(): Promise<Row> {
  const document = solveProblem(SMALL, 'minimax');
  const problem = checked(document);
  const text = JSON.stringify(document);
  let slow: unknown;
  const beside = await timed(() => {
    slow = answerSlowly(document);
  });
  if (keyIn(slow) !== keyIn(answerFor(text))) throw new Error('bench: the twins do not agree');
  const took: number[] = [];
  for (let run = -RUNS.warm; run < RUNS.counted; run += 1) {
    const one = await timed(() => solve(problem));
    if (run >= 0) took.push(one);
  }
  const ours = median(took);
  return {
    measure: `solve a share of it: ${SMALL.vendors} vendors, ${problem.hard.length} constraints, four weeks`,
    ours: ms(ours),
    beside: `${ms(beside)}, plain evaluation of every quarter, with all explanations`,
    ratio: `${(beside / ours).toFixed(0)} times faster`,
    target: '',
  };
}

function keyIn(found: unknown): string {
  const { best } = found as {
    readonly best?: { readonly at: string; readonly key: readonly number[] } | null;
  };
  if (!best) throw new Error('bench: the share has an answer');
  return JSON.stringify([best.at, best.key]);
}

function checked(document: ProblemDocument): Problem {
  const reading = readProblemDocument(document as Json);
  if (!reading.ok) throw new Error(`bench: ${JSON.stringify(reading)}`.slice(0, 500));
  return reading.problem;
}
