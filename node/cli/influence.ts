/** `schedule influence`: what each centre's wishes move and what that costs the others (decision 0024). */
import type { Json } from '../core/canonical.js';
import { influences } from '../core/schedule/influence.js';
import type { Problem } from '../core/schedule/problem.js';
import { readProblem } from '../core/schedule/read-problem.js';
import { refused } from './call.js';
import type { Cli, Options } from './command.js';
import type { Exit } from './exits.js';
import { textOption } from './options.js';
import { documentOf } from './plot-schedule.js';
import { table } from './print.js';
import { refusedDocument } from './refused-document.js';

export async function influenceOf(cli: Cli, held: string | undefined, options: Options): Promise<Exit> {
  const asked = await documentOf(cli, held, textOption(options, 'file'));
  if (!asked.ok) return refused(cli, asked.fault);
  const { bytes, called } = asked.value;
  const read = readProblem(bytes);
  if (!read.ok) return refusedDocument(cli, read.errors);
  const found = influences(read.problem, groupsOf(read.problem));
  if (found.length === 0) return refused(cli, { code: 'SCHEDULE_INFEASIBLE' });
  cli.print.result({ case: read.problem.case, influences: found as unknown as Json }, () => [
    ...table(
      found.map(({ group, without, othersPay, changes }) => [
        called(group),
        `without its wishes ${without}`,
        `the others pay ${othersPay > 0 ? `${othersPay} more` : othersPay < 0 ? `${-othersPay} less` : 'the same'}`,
        changes
          .map(({ party, delta }) => `${called(party)} ${delta > 0 ? '+' : '−'}${Math.abs(delta)}`)
          .join(', '),
      ]),
    ),
  ]);
  return 0;
}

/**
 * A merged document has its members as prefixes: all parties of one member speak with one voice, and are called after
 * its centre. Any other document is asked about each party that takes part in fairness.
 */
function groupsOf({ parties }: Problem): (party: string) => string | undefined {
  const merged = parties.every(({ id }) => /^\d+\./.test(id));
  const prefix = (id: string): string => id.slice(0, id.indexOf('.') + 1);
  const names = new Map(
    merged
      ? parties.map(({ id }) => [
          id,
          parties.find((one) => one.role === 'centre' && prefix(one.id) === prefix(id))?.id ?? prefix(id),
        ])
      : parties.filter(({ fair }) => fair).map(({ id }) => [id, id]),
  );
  return (id) => names.get(id);
}
