/** `cra`: clocks of the Cyber Resilience Act, reports to hand in, records of delay. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CraSource, writeCraReport } from '../../../adapters/format/cra/write.js';
import { LEGAL_STAGES } from '../../core/legal/facts.js';
import { ask, type Document, perform, refused, typed } from '../call.js';
import type { Cli, Commands, Options } from '../command.js';
import { loadConfig } from '../config.js';
import type { Exit } from '../exits.js';
import { fileOption, flagOption, listOption, textOption } from '../options.js';
import { table } from '../print.js';
import { sayTime } from '../times.js';

interface ClockLine {
  readonly case: string;
  readonly manufacturer: string;
  readonly stage: string;
  readonly standing: string;
  readonly dueAt: string | null;
  readonly sentAt: string | null;
  readonly reference: string;
}

interface DelayLine {
  readonly delay: string;
  readonly by: { readonly name: string };
  readonly standing: string;
  readonly doubts: readonly string[];
  readonly ground: string;
  readonly expectedAt: string;
  readonly enisaInformedAt: string | null;
}

/** So many characters of a manufacturer stand in a file name. */
const FILE_NAME_PART = 40;

const TEXTS = {
  evidence: 'evidence',
  nature: 'nature',
  severity: 'severity',
  actor: 'actor',
  measures: 'measuresTaken',
  userMeasures: 'measuresForUsers',
  sensitivity: 'sensitivity',
} as const;

export const COMMANDS: Commands = {
  clocks: (cli, [held]) => perform(cli, 'cra clocks', typed({ case: held }), clockLines),

  show: (cli, [held = ''], options) =>
    perform(
      cli,
      'cra show',
      typed({ case: held, manufacturer: textOption(options, 'manufacturer') }),
      (result, zone) => [...factLines(result), '', ...stageLines(result, zone)],
    ),

  async enter(cli, [held = '', manufacturer = ''], options) {
    const texts: Record<string, string | undefined> = {};
    for (const [option, member] of Object.entries(TEXTS)) {
      const file = await fileOption(options, `${option}File`);
      if (!file.ok) return refused(cli, file.fault);
      texts[member] = textOption(options, option) ?? file.value;
    }
    const given = typed({
      case: held,
      manufacturer,
      kind: textOption(options, 'kind'),
      awareAt: textOption(options, 'aware'),
      exploitedSince: textOption(options, 'since'),
      measureAvailableAt: textOption(options, 'available'),
      memberStates: listOption(options, 'state'),
      mainEstablishment: textOption(options, 'establishment'),
      tlp: textOption(options, 'tlp'),
      pap: textOption(options, 'pap'),
      euvdId: textOption(options, 'euvd'),
      reporterAnonymous: flagOption(options, 'anonymous'),
      crossBorder: flagOption(options, 'crossBorder'),
      ...texts,
    });
    return perform(cli, 'cra enter', given, stageLines);
  },

  asked: (cli, [held = ''], options) =>
    perform(
      cli,
      'cra asked',
      typed({
        case: held,
        manufacturer: textOption(options, 'manufacturer'),
        askedBy: textOption(options, 'by'),
        askedAt: textOption(options, 'at'),
        dueAt: textOption(options, 'due'),
      }),
      stageLines,
    ),

  sent: (cli, [held = '', stage = ''], options) =>
    perform(
      cli,
      'cra sent',
      typed({
        case: held,
        stage,
        manufacturer: textOption(options, 'manufacturer'),
        sentAt: textOption(options, 'at'),
        reference: textOption(options, 'reference'),
      }),
      stageLines,
    ),

  report: (cli, [held = '', stage = ''], options) => report(cli, held, stage, options),

  delays: (cli, [held = '']) => perform(cli, 'cra delays', { case: held }, delayLines),

  async delay(cli, [held = '', ground = ''], options) {
    const file = await fileOption(options, 'justificationFile');
    if (!file.ok) return refused(cli, file.fault);
    const given = typed({
      case: held,
      ground,
      targetCsirt: textOption(options, 'csirt'),
      justification: textOption(options, 'justification') ?? file.value ?? '',
      expectedAt: textOption(options, 'expected'),
      decidedAt: textOption(options, 'decided'),
      enisaInformedAt: textOption(options, 'enisa'),
      to: listOption(options, 'to'),
    });
    return perform(cli, 'cra delay', given, delayLines);
  },

  extend: (cli, [held = ''], options) =>
    perform(
      cli,
      'cra extend',
      typed({
        case: held,
        delay: textOption(options, 'delay'),
        justification: textOption(options, 'justification'),
        expectedAt: textOption(options, 'expected'),
        to: listOption(options, 'to'),
      }),
      delayLines,
    ),

  told: (cli, [held = ''], options) => amend(cli, 'cra told', held, options),
  lift: (cli, [held = ''], options) => amend(cli, 'cra lift', held, options),
};

function amend(cli: Cli, verb: string, held: string, options: Options): Promise<Exit> {
  const given = typed({
    case: held,
    delay: textOption(options, 'delay'),
    at: textOption(options, 'at'),
    to: listOption(options, 'to'),
  });
  return perform(cli, verb, given, delayLines);
}

/** Draws up the report of one stage and writes it, readable by its owner alone: it is about an open case. */
async function report(cli: Cli, held: string, stage: string, options: Options): Promise<Exit> {
  const wanted = LEGAL_STAGES.find((one) => one === stage);
  if (wanted === undefined) return refused(cli, { code: 'COMMAND_MALFORMED', where: 'stage' });
  const config = await loadConfig(cli.home);
  if (!config.ok) return refused(cli, config.fault);
  const manufacturer = textOption(options, 'manufacturer');
  const answered = await ask(cli, config.value, 'cra show', typed({ case: held, manufacturer }));
  if (!answered.ok) return refused(cli, answered.fault);
  // Our own view: its members are those of the source by construction, and the test holds both together.
  const drawn = writeCraReport(answered.value as unknown as CraSource, wanted);
  const directory = textOption(options, 'output') ?? '.';
  const whose = fileNamePart(String((answered.value as Document)['manufacturer'] ?? ''));
  const written = await writeBoth(directory, `cra-${wanted.replace('_', '-')}${whose}`, drawn);
  if (!written.ok) return refused(cli, { code: 'COMMAND_MALFORMED', where: 'output' }, written.hint);
  const { files } = written;
  const result = { stage: wanted, files, missing: [...drawn.missing] };
  cli.print.result(result, () => [
    ...files.map((file) => `${file} is written`),
    ...drawn.missing.map((heading) => `MISSING  ${heading}`),
  ]);
  return 0;
}

/** `-some-maker` of `Some Maker, Inc.`: letters and digits of any script, so that two manufacturers of a case have two files. */
function fileNamePart(manufacturer: string): string {
  const words = manufacturer.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  return [...words.map((word) => `-${word}`).join('')].slice(0, FILE_NAME_PART).join('');
}

type Written =
  | { readonly ok: true; readonly files: readonly string[] }
  | { readonly ok: false; readonly hint: string };

async function writeBoth(
  directory: string,
  name: string,
  { text, json }: { readonly text: string; readonly json: string },
): Promise<Written> {
  const files = [
    [join(directory, `${name}.txt`), text],
    [join(directory, `${name}.json`), json],
  ] as const;
  try {
    await mkdir(directory, { recursive: true });
    // Never over another report: what was handed in stays as it was.
    for (const [path, content] of files) await writeFile(path, content, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    const hint = isThere
      ? `another directory: ${join(directory, name)} exists, and what was handed in stays as it was`
      : 'a directory that can be written';
    return { ok: false, hint };
  }
  return { ok: true, files: files.map(([path]) => path) };
}

function clockLines(result: Document, zone: string): readonly string[] {
  const { clocks } = result as unknown as { readonly clocks: readonly ClockLine[] };
  if (clocks.length === 0) return ['no duty to report has been entered'];
  return table([
    ['CASE', 'MANUFACTURER', 'REPORT', 'STANDING', 'DUE', 'SENT', 'REFERENCE'],
    ...clocks.map((one) => [
      one.case.slice(0, 8),
      one.manufacturer,
      one.stage.replace('_', ' '),
      one.standing.replace('_', ' '),
      sayTime(one.dueAt, zone),
      sayTime(one.sentAt, zone),
      one.reference,
    ]),
  ]);
}

/** What was entered, one line each; what was not is left out. */
function factLines(result: Document): readonly string[] {
  const { facts, manufacturer } = result as unknown as {
    readonly manufacturer: string;
    readonly facts: { readonly [member: string]: unknown };
  };
  const entered = Object.entries(facts).flatMap(([member, value]) => {
    const says = typeof value === 'object' && value !== null ? Object.values(value).join(' ').trim() : value;
    return says === '' || says === null ? [] : [[member, String(says)]];
  });
  return table([['manufacturer', manufacturer], ...entered]);
}

function stageLines(result: Document, zone: string): readonly string[] {
  const { stages } = result as unknown as { readonly stages: readonly ClockLine[] };
  return table([
    ['REPORT', 'STANDING', 'DUE', 'SENT', 'REFERENCE'],
    ...stages.map((one) => [
      one.stage.replace('_', ' '),
      one.standing.replace('_', ' '),
      sayTime(one.dueAt, zone),
      sayTime(one.sentAt, zone),
      one.reference,
    ]),
  ]);
}

function delayLines(result: Document, zone: string): readonly string[] {
  const { delays } = result as unknown as { readonly delays: readonly DelayLine[] };
  if (delays.length === 0) return ['no delay is recorded'];
  return table([
    ['DELAY', 'BY', 'GROUND', 'STANDING', 'EXPECTED', 'ENISA TOLD', 'DOUBTS'],
    ...delays.map((one) => [
      one.delay.slice(0, 12),
      one.by.name,
      one.ground,
      one.standing,
      sayTime(one.expectedAt, zone),
      sayTime(one.enisaInformedAt, zone),
      one.doubts.join(', '),
    ]),
  ]);
}
