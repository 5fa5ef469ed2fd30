/** `schedule recheck`: does a settled instant still satisfy every hard constraint, with the zones and holidays of today? */
import { HOLIDAYS } from '../../adapters/calendar/holidays.js';
import { ZONE_RELEASE } from '../../adapters/calendar/zone-table.js';
import { zoneTransitions } from '../../adapters/calendar/zones.js';
import type { Json } from '../core/canonical.js';
import { LIMITS } from '../core/limits.js';
import type { Calendar } from '../core/schedule/problem.js';
import { readProblem } from '../core/schedule/read-problem.js';
import { type FreshTables, type Recheck, recheck } from '../core/schedule/recheck.js';
import { reaching } from '../core/schedule/wishes.js';
import { readInstant } from '../core/time.js';
import { perform, refused } from './call.js';
import type { Cli, Options } from './command.js';
import type { Exit } from './exits.js';
import { readBytes, textOption } from './options.js';

/** With `--file` no node is needed; else the running or resting node answers for its case. */
export async function recheckOf(cli: Cli, held: string | undefined, options: Options): Promise<Exit> {
  const file = textOption(options, 'file');
  if ((file === undefined) === (held === undefined))
    return refused(cli, { code: 'COMMAND_MALFORMED', where: 'case or --file' });
  if (file !== undefined) return recheckFile(cli, file, options);
  return perform(
    cli,
    'schedule recheck',
    { case: held ?? '' },
    (result) => (result['recheck'] === null ? [UNBOUND] : said(result['recheck'] as unknown as Recheck)),
    (result) => exitFor(result['recheck'] as unknown as Recheck | null),
  );
}

const UNBOUND = 'the instant in force is that of the charter; it rests on no constraints';

async function recheckFile(cli: Cli, file: string, options: Options): Promise<Exit> {
  const text = await readBytes(file, 'file', LIMITS.documentBytes.most);
  if (!text.ok) return refused(cli, text.fault);
  const read = readProblem(text.value);
  if (!read.ok) {
    const [first] = read.errors;
    return refused(cli, { code: 'SCHEDULE_REFUSED', where: `${first?.code} ${first?.path}`.trim() });
  }
  const asked = textOption(options, 'at');
  if (asked !== undefined && readInstant(asked) === undefined)
    return refused(cli, { code: 'COMMAND_MALFORMED', where: 'at' });
  const at = asked ?? (await bestOf(text.value));
  if (at === undefined) return refused(cli, { code: 'SCHEDULE_INFEASIBLE' });
  const found = recheck(read.problem, at, shippedTables());
  if (!found.ok) return refused(cli, found.fault);
  cli.print.result(found.value as unknown as Json, () => said(found.value));
  return exitFor(found.value);
}

async function bestOf(text: Uint8Array): Promise<string | undefined> {
  const { answerFor } = await import('../core/schedule/answer.js');
  const answer = answerFor(text);
  return answer.status === 'solved' ? answer.best.at : undefined;
}

/**
 * Calendars are found again by their names, as `schedule build` gives them: a country, or `country+party` for one with
 * own closures, which stay.
 */
function shippedTables(): FreshTables {
  return {
    tzdb: ZONE_RELEASE,
    zone(name, coverage) {
      const table = zoneTransitions(name, coverage);
      return table.ok ? table.value : undefined;
    },
    calendar(id, old) {
      const [country = '', ...own] = id.split('+');
      const known = Object.entries(HOLIDAYS).find(([name]) => name === country)?.[1].calendar;
      return known === undefined ? undefined : refreshed(old, known, own.length > 0);
    },
  };
}

/** What is known now replaces what was known, within its years; own closures cannot be told from holidays and stay. */
function refreshed(old: Calendar, known: Calendar, keeps: boolean): Calendar {
  const span = { from: `${old.from}T00:00:00Z`, until: `${old.until}T00:00:00Z` };
  const fresh = reaching(known, span).dates.filter((date) => date >= old.from && date <= old.until);
  const kept = old.dates.filter((date) => keeps || date < known.from || date > known.until);
  return { ...old, dates: [...new Set([...fresh, ...kept])].sort() };
}

function exitFor(found: Recheck | null): Exit {
  return found !== null && found.broken.length > 0 ? 1 : 0;
}

function said({ at, tzdb, changed, broken, violatedBefore, bestNow }: Recheck): readonly string[] {
  const names = [...changed.zones, ...changed.calendars];
  return [
    `${at} with zones of tz ${tzdb.fresh} instead of ${tzdb.old}`,
    names.length === 0
      ? 'no zone and no calendar of the document has changed'
      : `changed: ${names.join(', ')}`,
    ...broken.map(
      ({ constraint, party, shiftMinutes, allowedBefore, allowedAfter }) =>
        `BROKEN ${constraint} of ${party}${shiftMinutes === null ? '' : `, missed by ${shiftMinutes} min`}; ` +
        `it allows ${[allowedBefore, allowedAfter].filter((one) => one !== null).join(' and ') || 'nothing near'}`,
    ),
    ...(violatedBefore.length === 0 ? [] : [`waived before: ${violatedBefore.join(', ')}`]),
    ...(broken.length === 0
      ? ['every hard constraint that held still holds: the instant stands']
      : ['a hard constraint fails now: ask for another instant with "settlement request"']),
    ...(bestNow === null || bestNow === at
      ? []
      : [`solved today it would be ${bestNow}; that alone moves nothing`]),
  ];
}
