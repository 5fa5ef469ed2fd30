/**
 * Looks for whoever notices a mutant, and sees that it is the mutant that was noticed: the same tests pass, and the same
 * seed is clean, where nothing is spoilt.
 */
import { playMany } from '../simulation/crew.js';
import type { SeedReport } from '../simulation/report.js';
import type { Mutant } from './mutants.js';
import type { Workshop } from './workshop.js';

/** How long the simulator looks. */
export interface Patience {
  readonly seeds: number;
  readonly jobs: number;
}

/** @throws Error where a named test does not pass in a copy in which nothing is spoilt. */
export function checkBaseline(workshop: Workshop, mutants: readonly Mutant[]): void {
  const tests = [...new Set(mutants.flatMap(({ by }) => (typeof by === 'string' ? [] : by)))];
  workshop.mend();
  if (tests.length > 0 && workshop.tries(tests) !== 'passed')
    throw new Error(`not all of these pass although nothing is spoilt: ${tests.join(', ')}`);
}

/**
 * Spoils the copy and looks. The spoilt file is whole again afterwards.
 * @returns who caught it, `undefined` where nobody did.
 */
export async function hunt(
  workshop: Workshop,
  mutant: Mutant,
  patience: Patience,
): Promise<string | undefined> {
  workshop.apply(mutant);
  try {
    return typeof mutant.by === 'string'
      ? await simulated(workshop, mutant.by, patience)
      : tested(workshop, mutant.by);
  } finally {
    workshop.mend();
  }
}

/** Seeds from 1 on, of the kind that it is looked for in, until one of them breaks an invariant. */
async function simulated(
  workshop: Workshop,
  how: string,
  { seeds, jobs }: Patience,
): Promise<string | undefined> {
  const kind = how.split(' ')[1];
  let tried = 0;
  let broken: SeedReport | undefined;
  const names = Array.from({ length: seeds }, (_, at) => (kind ? `${kind}/${at + 1}` : String(at + 1)));
  let place = 0;
  await playMany(workshop.worker, names.values(), jobs, (report) => {
    tried += 1;
    if (report.violations.length > 0 && broken === undefined) {
      broken = report;
      place = tried;
    }
    return broken !== undefined;
  });
  const { seed = '', violations: [first] = [] } = (broken ?? {}) as Partial<SeedReport>;
  if (first === undefined) return undefined;
  workshop.mend();
  await playMany(workshop.worker, [seed].values(), 1, ({ violations }) => {
    if (violations.length > 0) throw new Error(`seed ${seed} breaks an invariant although nothing is spoilt`);
    return true;
  });
  return `simulator, ${first.invariant}, seed ${seed}, number ${place} tried`;
}

function tested({ tries }: Workshop, tests: readonly string[]): string | undefined {
  const first = tests.find((test) => tries([test]) === 'refuted');
  return first === undefined ? undefined : `\`${first}\``;
}
