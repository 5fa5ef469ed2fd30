/**
 * Tries every mutant and says who caught it (`npm run mutants`). Exits with 1 where nobody did.
 *
 *     npm run mutants -- --seeds 3000 --jobs 2 [--only R9] [--write]
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { playMany } from '../simulation/crew.js';
import { MUTANTS, type Mutant } from './mutants.js';
import { openWorkshop, type Workshop } from './workshop.js';

const { values: given } = parseArgs({
  options: {
    seeds: { type: 'string', default: '3000' },
    jobs: { type: 'string', default: '1' },
    only: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});

/** What a mutant was caught by, or that nobody noticed. */
interface Caught {
  readonly mutant: Mutant;
  readonly by: string | undefined;
}

const root = fileURLToPath(new URL('../../..', import.meta.url));
const workshop = openWorkshop(root);
const caught: Caught[] = [];
try {
  for (const mutant of MUTANTS) {
    if (given.only !== undefined && !`${mutant.rule}: ${mutant.says}`.startsWith(given.only)) continue;
    workshop.apply(mutant);
    const by =
      typeof mutant.by === 'string' ? await simulated(workshop, mutant.by) : tested(workshop, mutant.by);
    caught.push({ mutant, by });
    process.stdout.write(`${mutant.rule}: ${mutant.says}: ${by ?? 'NOBODY'}\n`);
  }
} finally {
  workshop.close();
}
const missed = caught.filter(({ by }) => by === undefined);
if (given.write) keep(caught);
process.stdout.write(`${caught.length} mutants, ${missed.length} that nobody caught\n`);
process.exitCode = missed.length > 0 ? 1 : 0;

/** Seeds from 1 on, of the kind that it is looked for in, until one of them breaks an invariant. */
async function simulated({ worker }: Workshop, how: string): Promise<string | undefined> {
  const kind = how.split(' ')[1];
  let tried = 0;
  let by: string | undefined;
  const seeds = Array.from({ length: Number(given.seeds) }, (_, at) =>
    kind ? `${kind}/${at + 1}` : String(at + 1),
  );
  await playMany(worker, seeds.values(), Number(given.jobs), ({ seed, violations: [first] }) => {
    tried += 1;
    if (first !== undefined && by === undefined)
      by = `simulator, ${first.invariant}, seed ${seed}, the ${tried}${tried === 1 ? 'st' : 'th'} tried`;
    return by !== undefined;
  });
  return by;
}

function tested({ fails }: Workshop, tests: readonly string[]): string | undefined {
  const first = tests.find((test) => fails([test]));
  return first === undefined ? undefined : `\`${first}\``;
}

/** The table of docs/MUTANTS.md, between its marks. */
function keep(rows: readonly Caught[]): void {
  const path = new URL('../../../docs/MUTANTS.md', import.meta.url);
  const lines = rows.map(
    ({ mutant, by }) => `| ${mutant.rule} | ${mutant.says} | \`${mutant.file}\` | ${by ?? '**nobody**'} |`,
  );
  const table = [
    '| rule | the weaker rule | where | caught by |',
    '| --- | --- | --- | --- |',
    ...lines,
  ].join('\n');
  const text = readFileSync(path, 'utf8');
  const [head] = text.split('<!-- table -->');
  writeFileSync(path, `${head}<!-- table -->\n\n${table}\n`);
}
