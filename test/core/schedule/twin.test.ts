import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ZONE_ROWS } from '../../../adapters/calendar/zone-table.js';
import { zoneNames, zoneTransitions } from '../../../adapters/calendar/zones.js';
import { solveProblem } from '../../../node/core/schedule/answer.js';
import { secondsOf } from '../../../node/core/schedule/civil.js';
import type { Problem, ProblemDocument, ZoneTable } from '../../../node/core/schedule/problem.js';
import { readProblem } from '../../../node/core/schedule/read-problem.js';
import { type ClockChange, problemsAround, randomProblems } from './random-problem.js';
import { answerSlowly } from './slow-twin.js';

// A hunt sets both: SCHEDULE_RUNS=5000 SCHEDULE_SEED=$RANDOM. A failure prints its seed and path.
const RUNS = Number(process.env['SCHEDULE_RUNS'] ?? 150);
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

/** Every change of clocks of the shipped release in the years of the catalogue, once for each set of zones that agree. */
function clockChanges(): readonly (ClockChange & { readonly zone: string })[] {
  const table = (name: string, from: string, until: string): ZoneTable => {
    const found = zoneTransitions(name, { from, until });
    if (!found.ok) throw new Error(found.fault.where);
    return found.value;
  };
  const zones = ZONE_ROWS.map(
    ([names]) => names.split(' ').find((name) => zoneNames().includes(name)) ?? 'UTC',
  );
  return zones.flatMap((zone, row) =>
    table(zone, '2026-01-01T00:00:00Z', '2029-01-01T00:00:00Z').transitions.map(({ at }) => ({
      zone: `${zone} at ${at}`,
      at: secondsOf(at),
      // Beside it a zone that may change on another day, and one that never does.
      tables: (from, until) => [
        table(zone, from, until),
        table(zones[(row + 7) % zones.length] ?? 'UTC', from, until),
        table('Asia/Kathmandu', from, until),
      ],
    })),
  );
}

describe('§18, §20.1: around every change of clocks of real zones', () => {
  const changes = clockChanges();
  const wanted = Math.min(changes.length, Math.ceil(RUNS / 2));
  const chosen = changes.filter(
    (_, at) =>
      Math.floor((at * wanted) / changes.length) !== Math.floor(((at + 1) * wanted) / changes.length),
  );

  test('there are hundreds of them', () => {
    expect(changes.length).toBeGreaterThan(100);
    expect(chosen.length).toBe(wanted);
  });

  test(`${wanted} of them, ${Math.ceil(RUNS / 2 / wanted)} documents each, seed ${SEED}`, () => {
    for (const [at, change] of chosen.entries()) {
      fc.assert(
        fc.property(problemsAround(change), (document) => {
          const { start, end } = document.horizon;
          expect(secondsOf(start) <= change.at && change.at < secondsOf(end), change.zone).toBe(true);
          expect(solveProblem(checked(document)), change.zone).toMatchObject(answerSlowly(document));
        }),
        { seed: SEED + at, numRuns: Math.ceil(RUNS / 2 / wanted) },
      );
    }
  });
});
