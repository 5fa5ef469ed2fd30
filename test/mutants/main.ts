/**
 * Tries every mutant and says who caught it (`npm run mutants`). Exits with 1 where nobody did.
 *
 *     npm run mutants -- --seeds 3000 --jobs 2 [--only R9] [--write]
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { checkBaseline, hunt } from './hunt.js';
import { MUTANTS, type Mutant } from './mutants.js';
import { openWorkshop } from './workshop.js';

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
const wanted = MUTANTS.filter(({ rule, says }) => `${rule}: ${says}`.startsWith(given.only ?? ''));
const workshop = openWorkshop(root);
const caught: Caught[] = [];
try {
  checkBaseline(workshop, wanted);
  for (const mutant of wanted) {
    const by = await hunt(workshop, mutant, { seeds: Number(given.seeds), jobs: Number(given.jobs) });
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
