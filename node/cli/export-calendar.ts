/** `cycle export`, `schedule calendar` and `settlement calendar`: files for calendar programs. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ZONE_RELEASE, ZONE_SPAN } from '../../adapters/calendar/zone-table.js';
import { zonesFor } from '../../adapters/calendar/zones.js';
import { systemClock } from '../../adapters/clock/system.js';
import { writeCycle } from '../../adapters/format/icalendar/cycle.js';
import { appointmentsOf, type SettlementCalendar } from '../../adapters/format/icalendar/settlement.js';
import { writeWindows } from '../../adapters/format/icalendar/windows.js';
import { writeAppointment } from '../../adapters/format/icalendar/write.js';
import { type Hash, hash } from '../core/bytes.js';
import type { Json } from '../core/canonical.js';
import { type Outcome, ok, refuse } from '../core/fault.js';
import { caseId } from '../core/ids.js';
import type { Span } from '../core/schedule/problem.js';
import { readProblem } from '../core/schedule/read-problem.js';
import { isMadeUp } from '../core/schedule/tell-times.js';
import { secondText } from '../core/schedule/wishes.js';
import { after, DAY, type Instant, type Millis, readInstant } from '../core/time.js';
import { ask, refused } from './call.js';
import type { Cli, Options } from './command.js';
import { type Config, loadConfig } from './config.js';
import type { Exit } from './exits.js';
import { cyclesOf } from './local-cycles.js';
import { textOption } from './options.js';
import { documentOf } from './plot-schedule.js';
import { refusedDocument } from './refused-document.js';

/** Without dates: the coming two years, as far as the zone tables can be relied on. */
const DEFAULT_DAYS = 733;

/** Needs no node. */
export async function exportCycle(cli: Cli, name: string, options: Options): Promise<Exit> {
  const output = textOption(options, 'output') ?? '';
  const cycles = await cyclesOf(cli.home);
  if (!cycles.ok) return refused(cli, cycles.fault);
  const entry = cycles.value.find((one) => one.name === name);
  if (entry === undefined) return refused(cli, { code: 'COMMAND_MALFORMED', where: 'cycle' });
  const stampedAt = systemClock().now();
  const span = spanOf(stampedAt, textOption(options, 'from'), textOption(options, 'to'));
  if (!span.ok) return refused(cli, span.fault);
  const zones = zonesFor([...new Set(entry.rule.parts.map(({ zone }) => zone))], span.value);
  if (!zones.ok) return refused(cli, zones.fault);
  const cycle = {
    name,
    rule: entry.rule,
    zones: zones.value,
    span: span.value,
    tzdb: ZONE_RELEASE,
    stampedAt,
  };
  const written = writeCycle(cycle);
  if (!written.ok) return refused(cli, written.fault);
  await writeFile(output, written.value.text);
  cli.print.result({ file: output, cycle: name, ...span.value, tzdb: ZONE_RELEASE }, () => [
    `written to ${output}: ${name} from ${span.value.from} until ${span.value.until}, zones of tz ${ZONE_RELEASE}`,
  ]);
  return 0;
}

function spanOf(now: Instant, first: string | undefined, last: string | undefined): Outcome<Span> {
  const from = readInstant(`${first ?? secondText(now).slice(0, 10)}T00:00:00Z`);
  if (from === undefined) return refuse('COMMAND_MALFORMED', { where: 'from' });
  const day = last === undefined ? after(from, (DEFAULT_DAYS - 1) * DAY) : readInstant(`${last}T00:00:00Z`);
  if (day === undefined || day < from) return refuse('COMMAND_MALFORMED', { where: 'to' });
  const span = { from: secondText(from), until: secondText(after(day, DAY)) };
  return span.from < ZONE_SPAN.from || span.until > ZONE_SPAN.until
    ? refuse('LIMIT_EXCEEDED', { where: `zone table ${ZONE_SPAN.from} to ${ZONE_SPAN.until}` })
    : ok(span);
}

/**
 * The weekly windows of a document as VAVAILABILITY, and each of its cycles that has a name of its own. With `--file`
 * no node is needed.
 */
export async function exportDocument(cli: Cli, held: string | undefined, options: Options): Promise<Exit> {
  const folder = textOption(options, 'output') ?? '';
  const asked = await documentOf(cli, held, textOption(options, 'file'));
  if (!asked.ok) return refused(cli, asked.fault);
  const { bytes, called } = asked.value;
  const read = readProblem(bytes);
  if (!read.ok) return refusedDocument(cli, read.errors);
  const { zones, rules, horizon, tzdb } = read.problem;
  const stampedAt = systemClock().now();
  const span = { from: horizon.start, until: horizon.end };
  const cycles = Object.entries(rules).filter(([name]) => !isMadeUp(name));
  const made = [
    writeWindows(read.problem, stampedAt, called),
    ...cycles.map(([name, rule]) => writeCycle({ name, rule, zones, span, tzdb, stampedAt })),
  ];
  // A document without windows, or a cycle without a day in the horizon, makes no file.
  const written = made.flatMap((one) => (one.ok ? [one.value] : []));
  if (written.length === 0) return refused(cli, { code: 'FORMAT_CONTRADICTION', where: 'windows' });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const files: string[] = [];
  for (const { fileName, text } of written) {
    const path = join(folder, fileName);
    await writeFile(path, text, { mode: 0o600 });
    files.push(path);
  }
  cli.print.result({ files, tzdb }, () => files);
  return 0;
}

interface SettlementShown {
  readonly case: string;
  readonly charter: { readonly freezeMs: number } | null;
  readonly at?: string;
  readonly epoch?: number;
  readonly decisions?: readonly { readonly value: { readonly kind: string; readonly inputHash?: string } }[];
  readonly proposed?: readonly {
    readonly slot: number;
    readonly at: string;
    readonly inputHash: string;
    readonly changes: number;
    readonly over: boolean;
  }[];
}

interface CaseShown {
  readonly publicIds: readonly string[];
  readonly published: { readonly publishedAt: string } | null;
  readonly closed: Json;
}

/** One file an event: iTIP allows one UID in a request, and a list of attendees would tell who else is in the case. */
export async function exportSettlement(cli: Cli, held: string, options: Options): Promise<Exit> {
  const folder = textOption(options, 'output') ?? '';
  const config = await loadConfig(cli.home);
  if (!config.ok) return refused(cli, config.fault);
  const calendar = await calendarOf(cli, config.value, held, textOption(options, 'to'));
  if (!calendar.ok) return refused(cli, calendar.fault);
  const files: { readonly path: string; readonly text: string; readonly status: string }[] = [];
  for (const appointment of appointmentsOf(calendar.value)) {
    const written = writeAppointment(appointment);
    if (!written.ok) return refused(cli, written.fault);
    const { text, fileName } = written.value;
    files.push({ path: join(folder, fileName), text, status: STATUSES[appointment.standing] });
  }
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const { path, text } of files) await writeFile(path, text, { mode: 0o600 });
  cli.print.result({ files: files.map(({ path, status }) => ({ path, status })) }, () =>
    files.map(({ path, status }) => `${status}  ${path}`),
  );
  return 0;
}

const STATUSES = { proposed: 'tentative', in_force: 'confirmed', ended: 'cancelled' } as const;

async function calendarOf(
  cli: Cli,
  config: Config,
  held: string,
  to: string | undefined,
): Promise<Outcome<SettlementCalendar>> {
  const settlement = await ask(cli, config, 'settlement show', { case: held });
  if (!settlement.ok) return settlement;
  const shown = await ask(cli, config, 'case show', { case: held });
  if (!shown.ok) return shown;
  if (config.role !== 'centre') return toldCalendar(cli, config, held, shown.value, to);
  const solved = await ask(cli, config, 'schedule problem', { case: held });
  const { case: id, charter, at: text = '', epoch = 0 } = settlement.value as unknown as SettlementShown;
  const { decisions = [], proposed = [] } = settlement.value as unknown as SettlementShown;
  const { publicIds, published, closed } = shown.value as unknown as CaseShown;
  const at = readInstant(text);
  const named = caseId(id);
  if (at === undefined || named === undefined || charter === null)
    return refuse('CHARTER_ABSENT', { where: id });
  const now = systemClock().now();
  const inputHash = decisions.findLast(({ value }) => value.kind === 'amend')?.value.inputHash;
  const publishedAt = published === null ? undefined : readInstant(published.publishedAt);
  return ok({
    caseId: named,
    at,
    epoch,
    // A breach publishes before the instant.
    ended: publishedAt === undefined ? isCalledOff(closed, at, now) : publishedAt < at,
    ...hashMember(inputHash),
    proposed: proposed.flatMap((one) => {
      const when = readInstant(one.at);
      // Who has published decides nothing any more (R8).
      const over = one.over || publishedAt !== undefined;
      const changes = one.changes + (over && !one.over ? 1 : 0);
      return when === undefined
        ? []
        : [{ slot: one.slot, at: when, changes, over, ...hashMember(one.inputHash) }];
    }),
    shared: {
      ...sharedBy(config, publicIds, to, now),
      freeze: charter.freezeMs as Millis,
      ...(solved.ok ? tzdbMember(solved.value as unknown as ProblemShown) : {}),
    },
  });
}

interface ToldShown {
  readonly case: string;
  readonly at: string | null;
  readonly epoch: number | null;
  readonly freezeMs: number | null;
  readonly inputHash: string | null;
}

/**
 * What a node without a vote knows: the instant that its centre told it, as the certificate proves it. What is proposed is
 * told to nobody but the centres. Faults: SCHEDULE_UNTOLD before the first notice.
 */
async function toldCalendar(
  cli: Cli,
  config: Config,
  held: string,
  shown: Json,
  to: string | undefined,
): Promise<Outcome<SettlementCalendar>> {
  const asked = await ask(cli, config, 'schedule show', { case: held });
  if (!asked.ok) return asked;
  const { case: id, at: text, epoch, freezeMs, inputHash } = asked.value as unknown as ToldShown;
  const at = text === null ? undefined : readInstant(text);
  const named = caseId(id);
  if (at === undefined || epoch === null || freezeMs === null || named === undefined)
    return refuse('SCHEDULE_UNTOLD', { where: id });
  const { publicIds, closed } = shown as unknown as CaseShown;
  const now = systemClock().now();
  return ok({
    caseId: named,
    at,
    epoch,
    ended: isCalledOff(closed, at, now),
    ...hashMember(inputHash ?? undefined),
    proposed: [],
    shared: { ...sharedBy(config, publicIds, to, now), freeze: freezeMs as Millis },
  });
}

/** A case that is closed after its instant leaves the past as it was. */
function isCalledOff(closed: Json, at: Instant, now: Instant): boolean {
  return closed !== null && now < at;
}

function sharedBy(
  config: Config,
  [publicId]: readonly string[],
  to: string | undefined,
  stampedAt: Instant,
): SettlementCalendar['shared'] {
  return {
    // A vendor’s node need not publish and then has no name of its own (RFC 2606).
    node: config.namespace === '' ? 'node.invalid' : new URL(config.namespace).hostname,
    stampedAt,
    ...(publicId === undefined ? {} : { publicId }),
    ...(to === undefined ? {} : { attendee: { mail: to, answer: 'none' } }),
    drill: config.mode === 'drill',
  };
}

interface ProblemShown {
  readonly basis: string;
  readonly problem: { readonly tzdb: string };
}

/** Of the document that was decided on; what is only proposed may name another release. */
function tzdbMember({ basis, problem }: ProblemShown): { readonly tzdb?: string } {
  return basis === 'decided' ? { tzdb: problem.tzdb } : {};
}

function hashMember(text: string | undefined): { readonly inputHash?: Hash } {
  const inputHash = text === undefined ? undefined : hash(text);
  return inputHash === undefined ? {} : { inputHash };
}
