/**
 * Many seeds, or one of them looked at closely:
 *
 *     npm run simulate -- --seeds 20000 --start 1 --jobs 2
 *     npm run simulate -- --kind limbo --seeds 500
 *     npm run simulate -- --seed 17 --trace
 *     npm run simulate -- --seed 17 --shorten short.json
 *     npm run simulate -- --replay short.json --trace
 *     npm run hunt -- --minutes 10
 *
 * Exits with 1 when an invariant did not hold: then the seed, the command that plays it again, and the trace of what is
 * left of the first one when it was made short are printed. The last line is the summary.
 */
import { randomInt } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { playMany } from './crew.js';
import { type Plan, planOf } from './plan.js';
import { add, emptySum, rareLine, reportOf, type SeedReport, summaryLine } from './report.js';
import { play } from './run.js';
import { shorten } from './shorten.js';

const { values: given } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    start: { type: 'string', default: '1' },
    jobs: { type: 'string', default: '1' },
    kind: { type: 'string' },
    seed: { type: 'string' },
    trace: { type: 'boolean', default: false },
    shorten: { type: 'string' },
    replay: { type: 'string' },
    hunt: { type: 'boolean', default: false },
    minutes: { type: 'string', default: '10' },
  },
});

/** Somebody who waits an hour sees that it goes on. */
const TOLD_EVERY = 1_000;

const began = performance.now();
const sum = emptySum();
let failed: string | undefined;
if (given.replay !== undefined) await close(JSON.parse(readFileSync(given.replay, 'utf8')) as Plan);
else if (given.seed !== undefined) await close(planOf(given.seed));
else
  await playMany(
    new URL('./worker.js', import.meta.url),
    given.hunt ? fresh() : counted(),
    Number(given.jobs),
    tell,
  );
if (given.seed === undefined && failed !== undefined) await keep(failed);
print(`sometimes: ${rareLine(sum)}`);
print(summaryLine(sum, (performance.now() - began) / 1_000));
process.exitCode = sum.violations > 0 ? 1 : 0;

/** One plan, with its trace if asked for. */
async function close(plan: Plan): Promise<void> {
  const ended = await play(plan, given.trace ? { print } : {});
  print(`trace ${ended.trace}`);
  tell(reportOf(plan.seed, ended));
  if (given.shorten !== undefined) await shortenTo(given.shorten, plan);
}

/** Of many seeds that fail the first is made short at once: its trace is printed, its plan kept for a fixture. */
async function keep(seed: string): Promise<void> {
  const path = join(tmpdir(), `isochron-world-${seed.replace('/', '-')}.json`);
  const short = await shortenTo(path, planOf(seed));
  await play(short, { print });
}

async function shortenTo(path: string, plan: Plan): Promise<Plan> {
  const short = await shorten(plan);
  writeFileSync(path, `${JSON.stringify(short, undefined, 2)}\n`);
  const left = `${short.deeds.length} of ${plan.deeds.length} deeds are left`;
  print(`${left}, for fixtures/worlds: npm run simulate -- --replay ${path} --trace`);
  return short;
}

function* counted(): Generator<string, void> {
  const start = Number(given.start);
  for (let seed = start; seed < start + Number(given.seeds); seed += 1) yield named(seed);
}

/** Seeds that nobody has tried, until the time is up. */
function* fresh(): Generator<string, void> {
  const until = began + Number(given.minutes) * 60_000;
  while (performance.now() < until) yield named(randomInt(2 ** 40));
}

function named(seed: number): string {
  return given.kind === undefined ? String(seed) : `${given.kind}/${seed}`;
}

function tell(report: SeedReport): boolean {
  add(sum, report);
  for (const { invariant, what } of report.violations) print(`seed ${report.seed}: ${invariant}: ${what}`);
  if (report.violations.length > 0) failed ??= report.seed;
  if (report.violations.length > 0) print(`  npm run simulate -- --seed ${report.seed} --trace`);
  if (sum.seeds % TOLD_EVERY === 0) print(`${sum.seeds} seeds, ${sum.violations} violations`);
  return false;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
