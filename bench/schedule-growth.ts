/**
 * How solving grows with the number of vendors, in time and memory, beside a plain evaluation of every quarter in the
 * same run: 24 months, three centres, a readiness bound for each vendor, cycles, notice and office hours.
 *
 * A document has at most 2,000 parties and 4,000 constraints. 10,000 vendors are no document: the reader refuses them,
 * and that is measured; then the solver gets them past the reader, to see only how it grows.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Json } from '../node/core/canonical.js';
import type { Problem, ProblemDocument } from '../node/core/schedule/problem.js';
import { readProblemDocument } from '../node/core/schedule/read-problem.js';
import { type Solution, solve } from '../node/core/schedule/solve.js';
import { median, ms, type Row, timed } from './measure.js';
import { type PlainBest, plainSolver } from './schedule-plain.js';
import { solveProblem, WHOLE } from './solve-problem.js';

/** 1,984 vendors and 16 others are the largest document. */
const VENDORS = [10, 100, 1_000, 1_984, 10_000] as const;
const RUNS = { warm: 8, counted: 16 } as const;
/** The plain way looks at so many quarters in all and is reckoned up from there; ten vendors get all of them. */
const PLAIN_LOOKS = 4_000_000;

export async function measureScheduleGrowth(): Promise<readonly Row[]> {
  const rows: Row[] = [];
  // The first size must not pay for the compiler: everything is warm before anything counts.
  for (const vendors of [10, 1_000]) {
    const { problem } = await readingOf(documentFor(vendors), '');
    for (let run = 0; run < RUNS.warm; run += 1) solve(problem);
    plainSolver(problem)({ from: 0, until: 96 });
  }
  for (const vendors of VENDORS) rows.push(...(await atSize(vendors)));
  return rows;
}

async function atSize(vendors: number): Promise<readonly Row[]> {
  const document = documentFor(vendors);
  const size = `${vendors.toLocaleString('en')} vendors and 3 centres, ${document.hard.length.toLocaleString('en')} constraints, 24 months`;
  const { problem, refusal } = await readingOf(document, size);
  const took: number[] = [];
  let held: Solution | undefined;
  for (let run = -RUNS.warm; run < RUNS.counted; run += 1) {
    const one = await timed(() => {
      held = solve(problem);
    });
    if (run >= 0) took.push(one);
  }
  if (held?.best === undefined) throw new Error('bench: the document has an answer');
  const ours = median(took);
  const plain = await plainFor(problem, held);
  const whole = plain.scaled
    ? `${ms(plain.tookMs)}, plain evaluation reckoned up from ${plain.quarters} quarters`
    : `${ms(plain.tookMs)}, plain evaluation of every quarter`;
  return [
    ...refusal,
    {
      measure: `solve ${size}${refusal.length > 0 ? ', past the reader' : ''}`,
      ours: ms(ours),
      beside: whole,
      ratio: `${(plain.tookMs / ours).toFixed(0)} times faster`,
      target: vendors === 1_000 ? 'median under 50 ms' : '',
    },
    {
      measure: `memory of that answer with all its arrays`,
      ours: mebibytes(memoryOf(() => solve(problem))),
      beside: `${mebibytes(memoryOf(() => structuredClone(document)))}, the document itself`,
      ratio: '',
      target: '',
    },
  ];
}

function documentFor(vendors: number): ProblemDocument {
  return solveProblem(
    {
      ...WHOLE,
      vendors,
      blackouts: Math.ceil(vendors / 5),
      rules: Math.min(WHOLE.rules, Math.max(12, Math.ceil(vendors * 0.24))),
      office: true,
    },
    'minimax',
  );
}

async function readingOf(
  document: ProblemDocument,
  size: string,
): Promise<{ readonly problem: Problem; readonly refusal: readonly Row[] }> {
  let reading: ReturnType<typeof readProblemDocument> | undefined;
  const tookMs = await timed(() => {
    reading = readProblemDocument(document as unknown as Json);
  });
  if (reading?.ok) return { problem: reading.problem, refusal: [] };
  const codes = new Set(reading?.errors.map(({ code }) => code));
  if (!codes.has('E_LIMIT')) throw new Error(`bench: ${[...codes].join(' ')}`);
  const refusal: Row = {
    measure: `refuse ${size}`,
    ours: ms(tookMs),
    beside: 'E_LIMIT: at most 2,000 parties',
    ratio: '',
    target: '',
  };
  // Only here: everything else takes what the reader gave.
  return { problem: document as Problem, refusal: [refusal] };
}

interface Plain {
  readonly tookMs: number;
  readonly quarters: number;
  readonly scaled: boolean;
}

async function plainFor(problem: Problem, held: Solution): Promise<Plain> {
  const all = held.ground.quarters;
  const looks = problem.parties.length + problem.hard.length;
  const quarters = Math.min(all, Math.max(96, Math.floor(PLAIN_LOOKS / looks)));
  const scaled = quarters < all;
  // Around the best quarter, so that both find it: a stretch without it would prove nothing.
  const from = scaled ? Math.max(0, Math.min(all - quarters, (held.best ?? 0) - quarters / 2)) : 0;
  const evaluate = plainSolver(problem);
  let found: PlainBest | undefined;
  const tookMs = await timed(() => {
    found = evaluate({ from: Math.floor(from), until: Math.floor(from) + quarters });
  });
  if (found?.quarter !== held.best) throw new Error('bench: the two do not agree');
  return { tookMs: (tookMs * all) / quarters, quarters, scaled };
}

/** What is measured stays alive until it has been. */
const kept: unknown[] = [];
let collect: (() => void) | undefined;

/** Bytes that a value keeps alive, arrays outside the heap included. */
function memoryOf(make: () => unknown): number {
  if (collect === undefined) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
  }
  collect();
  collect();
  const before = process.memoryUsage();
  kept.push(make());
  // Twice: what the first round frees outside the heap is counted off by the second.
  collect();
  collect();
  const after = process.memoryUsage();
  kept.pop();
  return after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers;
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
