/** `schedule recheck`: does a settled instant still satisfy every hard constraint, with the zones and holidays of today? */
import { HOLIDAYS } from '../../adapters/calendar/holidays.js';
import { renewedCalendar } from '../../adapters/calendar/renew.js';
import { ZONE_RELEASE } from '../../adapters/calendar/zone-table.js';
import { zoneTransitions } from '../../adapters/calendar/zones.js';
import { type CaseParty, calledBy } from '../control/views/party-names.js';
import type { Json } from '../core/canonical.js';
import { LIMITS } from '../core/limits.js';
import { readProblem } from '../core/schedule/read-problem.js';
import { type Broken, type FreshTables, type Recheck, recheck } from '../core/schedule/recheck.js';
import { isMadeUp } from '../core/schedule/tell-times.js';
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
    (result) =>
      result['recheck'] === null
        ? [UNBOUND]
        : said(result['recheck'] as unknown as Recheck, result['parties'] as unknown as readonly CaseParty[]),
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
 * own closures; any other by its dates.
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
      return Object.hasOwn(HOLIDAYS, country)
        ? renewedCalendar(old, country, own.length === 0)
        : renewedCalendar(old, undefined, false);
    },
  };
}

function exitFor(found: Recheck | null): Exit {
  return found !== null && found.broken.length > 0 ? 1 : 0;
}

/** @param parties of a case, to say whose a constraint with a random name is; none of a file. */
function said(found: Recheck, parties: readonly CaseParty[] = []): readonly string[] {
  const called = calledBy(parties);
  const { at, tzdb, older, changed, broken, doubtful, brokenIfAbolished, violatedBefore, bestNow } = found;
  const names = [...changed.zones, ...changed.calendars.map((id) => sayCalendar(id, parties))];
  return [
    older
      ? `${at}: the zone tables here (tz ${tzdb.fresh}) are older than those of the document (tz ${tzdb.old}); its zones were not checked`
      : `${at} with zones of tz ${tzdb.fresh} instead of ${tzdb.old}`,
    names.length === 0
      ? 'no zone and no calendar of the document has changed'
      : `changed: ${names.join(', ')}`,
    ...broken.map((one) => `BROKEN ${sayBroken(one, called)}`),
    ...doubtful.map(
      ({ calendar, like, dates }) =>
        `${sayCalendar(calendar, parties)} (${like}) lists ${dates.join(', ')}: no holidays today, so own closures or abolished`,
    ),
    ...brokenIfAbolished.map((one) => `BROKEN IF ABOLISHED ${sayBroken(one, called)}`),
    ...(violatedBefore.length === 0 ? [] : [`waived before: ${violatedBefore.join(', ')}`]),
    ...(broken.length === 0
      ? [
          brokenIfAbolished.length === 0
            ? 'every hard constraint that held still holds: the instant stands'
            : 'the instant stands if these dates are own closures: ask who keeps the calendar',
        ]
      : ['a hard constraint fails now: ask for another instant with "settlement request"']),
    ...(bestNow === null || bestNow === at
      ? []
      : [`solved today it would be ${bestNow}; that alone moves nothing`]),
  ];
}

function sayBroken(one: Broken, called: (party: string) => string): string {
  const { constraint, party, shiftMinutes, allowedBefore, allowedAfter } = one;
  const which = isMadeUp(constraint) ? 'a constraint' : constraint;
  const missed = shiftMinutes === null ? '' : `, missed by ${shiftMinutes} min`;
  const allowed = [allowedBefore, allowedAfter].filter((at) => at !== null).join(' and ');
  return `${which} of ${called(party)}${missed}; it allows ${allowed || 'nothing near'}`;
}

/** Calendars of a case begin with the place of their centre on the roster. */
function sayCalendar(id: string, parties: readonly CaseParty[]): string {
  const centre = parties.find(({ party }) => party.split('.', 1)[0] === id.split('.', 1)[0])?.centre;
  if (centre === undefined) return id;
  return isMadeUp(id) ? `a calendar of a vendor of ${centre}` : `calendar ${id} of ${centre}`;
}
