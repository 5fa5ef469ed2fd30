/** `schedule build`: a problem document from a short description; needs no node. */
import { writeFile } from 'node:fs/promises';
import { type BuildSources, buildProblem, type Warning } from '../../adapters/calendar/build.js';
import { TABLES_1 } from '../../adapters/calendar/cycles.js';
import { readDescription } from '../../adapters/calendar/description.js';
import { HOLIDAYS } from '../../adapters/calendar/holidays.js';
import { ZONE_RELEASE } from '../../adapters/calendar/zone-table.js';
import { zoneTransitions } from '../../adapters/calendar/zones.js';
import { systemClock } from '../../adapters/clock/system.js';
import type { Json } from '../core/canonical.js';
import { LIMITS } from '../core/limits.js';
import { inputHash } from '../core/schedule/input-hash.js';
import type { Rule } from '../core/schedule/problem.js';
import { secondText } from '../core/schedule/wishes.js';
import { readInstant } from '../core/time.js';
import { refused } from './call.js';
import type { Cli, Options } from './command.js';
import type { Exit } from './exits.js';
import { cyclesOf } from './local-cycles.js';
import { readBytes, textOption } from './options.js';
import { refusedDocument } from './refused-document.js';

/**
 * Without `--output` the document itself is the result, so that it can be piped into `schedule solve -`; a refused
 * description is answered like a refused document, with exit status 2.
 */
export async function build(cli: Cli, file: string, options: Options): Promise<Exit> {
  const now = textOption(options, 'now');
  const at = now === undefined ? systemClock().now() : readInstant(now);
  if (at === undefined) return refused(cli, { code: 'COMMAND_MALFORMED', where: 'now' });
  const text = await readBytes(file, 'file', LIMITS.importBytes.most);
  if (!text.ok) return refused(cli, text.fault);
  const cycles = await cyclesOf(cli.home);
  if (!cycles.ok) return refused(cli, cycles.fault);
  const read = readDescription(text.value);
  if (!read.ok) return refusedDocument(cli, read.errors);
  const cycle = (name: string) => cycles.value.find((one) => one.name === name)?.rule;
  const built = buildProblem(read.description, shippedSources(cycle, secondText(at)));
  if (!built.ok) return refusedDocument(cli, built.errors);
  const { problem, warnings } = built;
  for (const warning of warnings) cli.print.note(`warning: ${sayWarning(warning)}`);
  const output = textOption(options, 'output');
  if (output === undefined) {
    cli.print.result(problem as unknown as Json, () => [JSON.stringify(problem, undefined, 1)]);
    return 0;
  }
  await writeFile(output, `${JSON.stringify(problem, undefined, 1)}\n`, { mode: 0o600 });
  const hash = inputHash(problem);
  cli.print.result(
    { file: output, inputHash: hash, tzdb: problem.tzdb, warnings: warnings as unknown as Json },
    () => [
      `written to ${output}, zones of tz ${problem.tzdb}`,
      `  input hash ${hash}`,
      `  ${problem.parties.length} parties, ${problem.hard.length} hard constraints`,
      `  next: isochron schedule solve ${output}`,
    ],
  );
  return 0;
}

/** The tables of this release. @param cycle the catalogue of the home. */
function shippedSources(cycle: (name: string) => Rule | undefined, now: string): BuildSources {
  return {
    tzdb: ZONE_RELEASE,
    zone: zoneTransitions,
    cycle,
    holidays: (country) => Object.entries(HOLIDAYS).find(([name]) => name === country)?.[1].calendar,
    tables: TABLES_1,
    runtimeTzdb: process.versions['tz'],
    now,
  };
}

const SAYINGS: Readonly<Record<Warning['about'], (what: string) => string>> = {
  'runtime zones older': (what) =>
    `the zone data of this runtime is older than what the document names (${what}); calendars and clocks on this machine may show other hours`,
  'unconfirmed cycle': (what) => `nobody has verified the days or the hour of ${what}; ask the vendor`,
  'unconfirmed policy': (what) => `nobody has verified the policy ${what}`,
  'holidays unknown': (what) => `holidays are not known for all of it: ${what}`,
  'no holidays': (what) => `${what} has an office without holidays; only weekends are off`,
};

function sayWarning({ about, what }: Warning): string {
  return SAYINGS[about](what);
}
