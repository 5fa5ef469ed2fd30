import fc from 'fast-check';
import { expect, test } from 'vitest';
import { solveProblem } from '../../../node/core/schedule/answer.js';
import type { Problem, ProblemDocument } from '../../../node/core/schedule/problem.js';
import { readProblem } from '../../../node/core/schedule/read-problem.js';
import { randomProblems } from './random-problem.js';
import { answerSlowly } from './slow-twin.js';

const RUNS = Number(process.env['SCHEDULE_RUNS'] ?? 300);
const SEED = Number(process.env['SCHEDULE_SEED'] ?? 20261101);

function checked(document: ProblemDocument): Problem {
  const read = readProblem(JSON.stringify(document));
  if (!read.ok) throw new Error(JSON.stringify(read.errors));
  return read.problem;
}

test('§20.1: the solver agrees with the slow twin, every member of every answer', () => {
  const seen = { solved: 0, infeasible: 0 };
  fc.assert(
    fc.property(randomProblems, (document) => {
      const answer = solveProblem(checked(document));
      seen[answer.status] += 1;
      expect(answer).toMatchObject(answerSlowly(document));
    }),
    { seed: SEED, numRuns: RUNS },
  );
  // The check must have seen both kinds, or it proves half of what it says.
  expect(Math.min(seen.solved, seen.infeasible)).toBeGreaterThan(RUNS / 10);
});
