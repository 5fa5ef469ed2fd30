/** The tables inside docs/CONFORMANCE.md, from the runner. The page is written by hand; only what stands between marks is made. */
import { readFileSync } from 'node:fs';
import { CHECKS, type CheckId } from '../../node/cli/conformance/checks.js';
import { ACTS } from '../../node/cli/conformance/operator.js';
import { table } from './table.js';

const PATH = 'docs/CONFORMANCE.md';
const BLOCK = /<!-- made: (\w+) -->\n[\s\S]*?<!-- \/made -->/g;

const BLOCKS: Readonly<Record<'acts' | 'checks', () => readonly string[]>> = {
  acts: () =>
    table(
      ['act and words', 'please'],
      Object.values(ACTS).map((says) => {
        const [words = '', please = ''] = says.split(': ');
        return [`\`${words}\``, please];
      }),
    ),
  checks: () =>
    table(
      ['check', 'a node that conforms', 'rules', 'acts'],
      (Object.keys(CHECKS) as CheckId[]).map((id) => {
        const { says, rules, acts = [] } = CHECKS[id];
        return [`\`${id}\``, says, rules.join(', '), acts.join(', ')];
      }),
    ),
};

/** The page as it is, with its made blocks anew. @throws where a block has a name that nobody makes. */
export function conformancePage(): string {
  return readFileSync(PATH, 'utf8').replaceAll(BLOCK, (_, name: string) => {
    const make = BLOCKS[name as keyof typeof BLOCKS];
    if (make === undefined) throw new Error(`${PATH} has a block that nobody makes: ${name}`);
    return [`<!-- made: ${name} -->`, '', ...make(), '', '<!-- /made -->'].join('\n');
  });
}
