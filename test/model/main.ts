/**
 * `npm run model [-- NAME…] [--traces]`: asks Spin about every configuration, or those named, and prints what it found.
 * Ends with a number other than zero if anything came out otherwise than expected. Without Spin or a C compiler it says
 * so and ends well.
 */
import { argv, exit } from 'node:process';
import { BEYOND, type Configuration, HEALED, MUTANTS, RESTORES, RULES } from './configurations.js';
import { check, lacking, type Verdict } from './spin.js';

const LISTS: readonly (readonly [title: string, list: readonly Configuration[]])[] = [
  ['The rules', RULES],
  ['With members that come back from an older copy', RESTORES],
  ['Once the world is healed', HEALED],
  ['Beyond what is promised', BEYOND],
  ['Mutants', MUTANTS],
];

const missing = lacking();
if (missing !== undefined) {
  console.log(`model: skipped, ${missing}`);
  exit(0);
}
const names = argv.slice(2).filter((word) => !word.startsWith('--'));
const wanted = LISTS.flatMap(([, list]) => list).filter(({ name }) => isWanted(name));
if (wanted.length === 0) {
  console.error(
    `no configuration of that name; there are: ${LISTS.flatMap(([, list]) => list.map(({ name }) => name)).join(', ')}`,
  );
  exit(2);
}
let surprises = 0;
for (const [title, list] of LISTS) {
  const chosen = list.filter(({ name }) => isWanted(name));
  if (chosen.length === 0) continue;
  console.log(`\n${title}`);
  console.log(
    row([
      'configuration',
      'n',
      'q',
      'liars',
      'rounds',
      'expected',
      'found',
      'states',
      's',
      'search',
      'shows',
    ]),
  );
  for (const configuration of chosen) await report(configuration);
}
console.log(`\nmodel: ${wanted.length} configurations, ${surprises} surprises`);
exit(surprises === 0 ? 0 : 1);

async function report(configuration: Configuration): Promise<void> {
  const { name, n, q, liars, rounds, expect, search, shows } = configuration;
  const verdict = await check(configuration);
  const isExpected = asExpected(configuration, verdict);
  if (!isExpected) surprises += 1;
  const found = isExpected ? verdict.found : `${verdict.found} !`;
  const { states, seconds, trace } = verdict;
  console.log(
    row([name, n, q, liars, rounds, expect, found, states, seconds.toFixed(1), search, shows].map(String)),
  );
  if (!isExpected || argv.includes('--traces')) for (const step of trace) console.log(`    ${step}`);
}

function asExpected({ expect, search }: Configuration, { found }: Verdict): boolean {
  return found === expect || (search === 'part' && expect === 'holds' && found === 'unfinished');
}

function isWanted(name: string): boolean {
  return names.length === 0 || names.includes(name);
}

function row(cells: readonly string[]): string {
  const widths = [30, 2, 2, 5, 6, 14, 14, 9, 6, 8, 0];
  return cells
    .map((cell, at) => cell.padEnd(widths[at] ?? 0))
    .join(' ')
    .trimEnd();
}
