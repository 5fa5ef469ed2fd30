/** `cycle`: the catalogue of patch cycles; needs no node. */
import { type CycleEntry, type Origin, sayPart, sayValidity } from '../../../adapters/calendar/catalogue.js';
import { collisions, nextOccurrences } from '../../../adapters/calendar/occurrences.js';
import { ZONE_RELEASE, ZONE_SPAN } from '../../../adapters/calendar/zone-table.js';
import { zoneTransitions } from '../../../adapters/calendar/zones.js';
import { systemClock } from '../../../adapters/clock/system.js';
import type { Json } from '../../core/canonical.js';
import { type Outcome, ok, refuse } from '../../core/fault.js';
import { dayOf, secondsOf, textOfDay } from '../../core/schedule/civil.js';
import type { Confidence, RulePart } from '../../core/schedule/problem.js';
import { secondText } from '../../core/schedule/wishes.js';
import { localTimeAt, type Zone, zoneOf } from '../../core/schedule/zone.js';
import { readInstant } from '../../core/time.js';
import { refused } from '../call.js';
import type { Cli, Commands, Options } from '../command.js';
import type { Exit } from '../exits.js';
import { cyclesOf } from '../local-cycles.js';
import { listOption, numberOption, textOption } from '../options.js';
import { table } from '../print.js';

const MOST_COUNT = 100;
const DEFAULT_COUNT = 12;
/** Two years of every cycle are some thousand days. */
const MOST_SPAN_DAYS = 733;

export const COMMANDS: Commands = {
  list,
  show,
  next,
  collisions: meet,
  export: async (cli, [name = ''], options) =>
    (await import('../export-calendar.js')).exportCycle(cli, name, options),
};

async function list(cli: Cli): Promise<Exit> {
  const cycles = await cyclesOf(cli.home);
  if (!cycles.ok) return refused(cli, cycles.fault);
  cli.print.result({ tzdb: ZONE_RELEASE, cycles: cycles.value.map(entryJson) }, () =>
    table(
      cycles.value.flatMap(({ name, rule, origin }) =>
        rule.parts.map((part, at) => [
          at === 0 ? name : '',
          sayPart(part),
          sayValidity(part),
          sayGrades(part),
          at === 0 ? sayOrigin(origin) : '',
        ]),
      ),
    ),
  );
  return 0;
}

async function show(cli: Cli, [name = '']: readonly string[]): Promise<Exit> {
  const entry = await entryOf(cli, name);
  if (!entry.ok) return refused(cli, entry.fault);
  const { rule, origin } = entry.value;
  cli.print.result(entryJson(entry.value), () => [
    [name, sayOrigin(origin)].filter(Boolean).join('  '),
    ...(rule.note === undefined ? [] : [`  note: ${rule.note}`]),
    ...rule.parts.flatMap((part) => [`  ${sayPart(part)}`, ...remarksOf(part).map((line) => `    ${line}`)]),
  ]);
  return 0;
}

async function next(cli: Cli, [name = '']: readonly string[], options: Options): Promise<Exit> {
  const entry = await entryOf(cli, name);
  if (!entry.ok) return refused(cli, entry.fault);
  const count = numberOption(options, 'count') ?? DEFAULT_COUNT;
  if (typeof count !== 'number' || count < 1 || count > MOST_COUNT)
    return refused(cli, { code: 'COMMAND_MALFORMED', where: 'count', most: MOST_COUNT });
  const from = instantOption(options, 'from');
  if (!from.ok) return refused(cli, from.fault);
  const zoneName = textOption(options, 'zone') ?? entry.value.rule.parts[0]?.zone ?? 'UTC';
  const zone = zoneNamed(zoneName);
  if (!zone.ok) return refused(cli, zone.fault);
  const found = nextOccurrences(entry.value.rule, from.value, count);
  if (!found.ok) return refused(cli, found.fault);
  const days = found.value.map((day) => ({ ...day, ...localTimeAt(zone.value, secondsOf(day.at)) }));
  cli.print.result({ name, origin: entry.value.origin, zone: zoneName, tzdb: ZONE_RELEASE, days }, () =>
    days.length === 0
      ? [`${name} has no days from ${from.value} on`]
      : table(days.map((day) => [day.at, day.weekday, `${sayLocal(day.local)} ${zoneName}`, sayGrades(day)])),
  );
  return 0;
}

async function meet(cli: Cli, _: readonly string[], options: Options): Promise<Exit> {
  const cycles = await cyclesOf(cli.home);
  if (!cycles.ok) return refused(cli, cycles.fault);
  const named = listOption(options, 'cycle');
  const unknown = named?.find((name) => !cycles.value.some((entry) => entry.name === name));
  if (unknown !== undefined) return refused(cli, { code: 'COMMAND_MALFORMED', where: 'cycle' });
  const [from, to] = [dateOption(options, 'from'), dateOption(options, 'to')];
  if (!from.ok) return refused(cli, from.fault);
  if (!to.ok) return refused(cli, to.fault);
  const length = dayOf(to.value) - dayOf(from.value) + 1;
  if (length < 1) return refused(cli, { code: 'COMMAND_MALFORMED', where: 'to' });
  if (length > MOST_SPAN_DAYS)
    return refused(cli, { code: 'LIMIT_EXCEEDED', where: 'to', offered: length, most: MOST_SPAN_DAYS });
  const zoneName = textOption(options, 'zone') ?? 'UTC';
  const asked = cycles.value.filter(({ name }) => named === undefined || named.includes(name));
  // A day beyond at both ends: a date of the zone begins before or after that of UTC.
  const span = {
    from: `${textOfDay(dayOf(from.value) - 1)}T00:00:00Z`,
    until: `${textOfDay(dayOf(to.value) + 2)}T00:00:00Z`,
  };
  const found = collisions(asked, span, zoneName);
  if (!found.ok) return refused(cli, found.fault);
  const days = found.value.filter(({ date }) => date >= from.value && date <= to.value);
  cli.print.result({ zone: zoneName, tzdb: ZONE_RELEASE, days: days as unknown as Json }, () => [
    ...table(
      days.map(({ date, weekday, cycles: met }) => [
        date,
        weekday,
        met.map(({ name, confidence }) => `${name}${confidence === 'unconfirmed' ? '?' : ''}`).join(', '),
      ]),
    ),
    `${days.length} dates in ${zoneName} with two cycles or more; "?" marks a day that nobody has confirmed`,
  ]);
  return 0;
}

/** Faults: COMMAND_MALFORMED for a name that neither the catalogue nor the local file has, and those of the file. */
async function entryOf(cli: Cli, name: string): Promise<Outcome<CycleEntry>> {
  const cycles = await cyclesOf(cli.home);
  if (!cycles.ok) return cycles;
  const entry = cycles.value.find((one) => one.name === name);
  return entry === undefined ? refuse('COMMAND_MALFORMED', { where: 'name' }) : ok(entry);
}

function instantOption(options: Options, name: string): Outcome<string> {
  const text = textOption(options, name);
  const at = text === undefined ? systemClock().now() : readInstant(text);
  return at === undefined ? refuse('COMMAND_MALFORMED', { where: name }) : ok(secondText(at));
}

function dateOption(options: Options, name: string): Outcome<string> {
  const text = textOption(options, name) ?? '';
  return text.length === 10 && readInstant(`${text}T00:00:00Z`) !== undefined
    ? ok(text)
    : refuse('COMMAND_MALFORMED', { where: name });
}

function zoneNamed(name: string): Outcome<Zone> {
  const found = zoneTransitions(name, ZONE_SPAN);
  return found.ok ? ok(zoneOf(found.value)) : refuse('COMMAND_MALFORMED', { where: 'zone' });
}

function entryJson({ name, rule, origin }: CycleEntry): Json {
  return { name, origin, rule: rule as unknown as Json };
}

function remarksOf(part: RulePart): readonly string[] {
  return [
    ...(sayValidity(part) === '' ? [] : [`valid ${sayValidity(part)}`]),
    ...(part.except === undefined ? [] : [`not on ${part.except.join(', ')}`]),
    ...(part.add === undefined ? [] : [`also on ${part.add.join(', ')}`]),
    ...(part.kind === 'list' ? [`dates ${part.dates.join(', ')}`] : []),
    sayGrades(part),
    ...(part.cite === undefined ? [] : [`source: ${part.cite}`]),
    ...(part.note === undefined ? [] : [`note: ${part.note}`]),
  ];
}

/** What nobody has verified stands out. */
function sayGrades(grades: {
  readonly confidence?: Confidence;
  readonly timeConfidence?: Confidence;
}): string {
  const say = (grade: Confidence = 'unconfirmed'): string =>
    grade === 'unconfirmed' ? 'UNCONFIRMED' : grade;
  return `day ${say(grades.confidence)}, hour ${say(grades.timeConfidence)}`;
}

function sayOrigin(origin: Origin): string {
  switch (origin) {
    case 'shipped':
      return '';
    case 'local':
      return 'LOCAL';
    case 'replaced':
      return 'LOCAL, replaces the shipped one';
  }
}

function sayLocal(local: string): string {
  return `${local.slice(0, 10)} ${local.slice(11, 16)}`;
}
