/**
 * Worker processes that play seeds, each the next one when it is done with the last.
 */
import { fork } from 'node:child_process';
import type { SeedReport } from './report.js';

/** Most of a seed is short-lived, and refusals are values: whoever wants to see a stack plays the seed by itself. */
const FAST: readonly string[] = ['--max-semi-space-size=64', '--stack-trace-limit=0'];

/**
 * Plays seeds until there are none left, or until `told` has had enough.
 * @param worker the built `worker.js` of this tree or of a mutant's.
 * @param told called with each report, in the order of their coming. @returns true to stop
 * @throws Error when a worker ends by itself.
 */
export async function playMany(
  worker: URL,
  seeds: Iterator<string>,
  jobs: number,
  told: (report: SeedReport) => boolean,
): Promise<void> {
  let enough = false;
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const child = fork(worker, { execArgv: [...FAST] });
      const next = (): void => {
        const seed = enough ? undefined : seeds.next();
        if (seed === undefined || seed.done === true) child.disconnect();
        else child.send(seed.value);
      };
      child.on('message', (report) => {
        if (told(report as SeedReport)) enough = true;
        next();
      });
      child.on('error', reject);
      child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a worker ended with ${code}`))));
      next();
    });
  await Promise.all(Array.from({ length: jobs }, work));
}
