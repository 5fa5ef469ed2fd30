/** `schedule`: wishes, constraints, and the solver. */

import type { CaseParty } from '../../control/views/party-names.js';
import type { Json } from '../../core/canonical.js';
import { LIMITS } from '../../core/limits.js';
import type { TellingLine } from '../../core/schedule/telling.js';
import { type Document, perform, refused, typed } from '../call.js';
import type { Cli, Commands, Options } from '../command.js';
import type { Exit } from '../exits.js';
import {
  fileOption,
  flagOption,
  lengthOption,
  listOption,
  numberOption,
  readBytes,
  textOption,
} from '../options.js';
import { refusedDocument } from '../refused-document.js';
import { say } from '../say.js';
import { type ReachedShown, reachLines } from '../show-reach.js';
import { sayClocks, sayTime } from '../times.js';

export const COMMANDS: Commands = {
  async prefer(cli, [held = ''], options) {
    const fragment = await fileOption(options, 'file');
    if (!fragment.ok) return refused(cli, fragment.fault);
    const given = typed({
      case: held,
      readyAt: textOption(options, 'ready'),
      cycle: textOption(options, 'cycle'),
      onPatchDay: flagOption(options, 'onPatchDay'),
      noticeMinutes: minutesOption(options, 'notice'),
      blackouts: listOption(options, 'blackout')?.map(spanOf),
      fragment: fragment.value,
    });
    return say(cli, 'schedule prefer', given, 'to', (result) => [
      'your wish is on record',
      ...reachLines([(result as unknown as { to: ReachedShown }).to], result['case']),
    ]);
  },

  async constrain(cli, [held = ''], options) {
    const fragment = await fileOption(options, 'file');
    if (!fragment.ok) return refused(cli, fragment.fault);
    const given = typed({
      case: held,
      notBefore: textOption(options, 'notBefore'),
      notAfter: textOption(options, 'notAfter'),
      delayPerDay: numberOption(options, 'delayPerDay'),
      embargo: embargoOf(options),
      weights: listOption(options, 'weight')?.map(weightOf),
      fragment: fragment.value,
    });
    return say(cli, 'schedule constrain', given, 'reached', constrained);
  },

  show: (cli, [held = '']) => perform(cli, 'schedule show', { case: held }, shown),
  solve: (cli, [file = '']) => solve(cli, file),
  // Printed whole, so that it can be piped into `schedule solve -`.
  problem: (cli, [held = '']) =>
    perform(cli, 'schedule problem', { case: held }, ({ problem }) => [
      JSON.stringify(problem, undefined, 1),
    ]),
  plot: async (cli, [held], options) =>
    (await import('../plot-schedule.js')).plotSchedule(cli, held, options),
  build: async (cli, [file = ''], options) => (await import('../build-problem.js')).build(cli, file, options),
  recheck: async (cli, [held], options) => (await import('../recheck.js')).recheckOf(cli, held, options),
  calendar: async (cli, [held], options) =>
    (await import('../export-calendar.js')).exportDocument(cli, held, options),
  influence: async (cli, [held], options) =>
    (await import('../influence.js')).influenceOf(cli, held, options),
};

/** Needs no node: the answer document of SCHED/1, and the exit status of SCHEDULING §10. */
async function solve(cli: Cli, file: string): Promise<Exit> {
  const text = await readBytes(file, 'file', LIMITS.documentBytes.most);
  if (!text.ok) return refused(cli, text.fault);
  const [{ solveProblem }, { readProblem }, { tellAnswer }] = await Promise.all([
    import('../../core/schedule/answer.js'),
    import('../../core/schedule/read-problem.js'),
    import('../../core/schedule/tell.js'),
  ]);
  const read = readProblem(text.value);
  if (!read.ok) return refusedDocument(cli, read.errors);
  const answer = solveProblem(read.problem);
  cli.print.result(answer as unknown as Json, () => tellAnswer(read.problem, answer).lines.map(sayLine));
  return answer.status === 'solved' ? 0 : 1;
}

/** `A..B`, each an RFC 3339 instant; the control room checks them. */
function spanOf(text: string): Document {
  const [from = '', until = ''] = text.split('..');
  return { from, until };
}

/** All of one embargo, or none: what is missing is named by the control room. */
function embargoOf(options: Options): Document | undefined {
  const policy = textOption(options, 'embargo');
  return policy === undefined
    ? undefined
    : typed({
        policy,
        from: textOption(options, 'embargoFrom'),
        count: textOption(options, 'embargoCount'),
        roll: textOption(options, 'embargoRoll'),
      });
}

/** `72h` in minutes; what is no length, or no whole minute, goes on as it is and is refused. */
function minutesOption(options: Options, name: string): Json | undefined {
  const length = lengthOption(options, name);
  return typeof length === 'number' ? length / 60_000 : length;
}

/** `PEER=4`. */
function weightOf(text: string): Document {
  const at = text.lastIndexOf('=');
  const weight = Number(text.slice(at + 1));
  return at < 0 ? { peer: text, weight: null } : { peer: text.slice(0, at), weight };
}

function constrained(result: Document): readonly string[] {
  const { parties, left, reached } = result as unknown as {
    readonly parties: readonly {
      readonly party: string;
      readonly vendors: readonly { readonly name: string }[];
    }[];
    readonly left: readonly { readonly name: string; readonly where: string }[];
    readonly reached: readonly ReachedShown[];
  };
  return [
    'the constraint is signed and on record',
    ...parties.map(
      ({ party, vendors }) => `  ${party} stands for ${vendors.map(({ name }) => name).join(', ')}`,
    ),
    ...left.map(({ name, where }) => `  left out: ${name} (${where})`),
    ...reachLines(reached, result['case']),
  ];
}

type Clocks = Parameters<typeof sayClocks>[0];

interface Shown {
  readonly epoch: number;
  readonly at: string;
  readonly zones: Clocks;
  readonly basis: 'decided' | 'proposed' | 'preview' | null;
  readonly telling?: { readonly lines: readonly TellingLine[] };
  readonly best?: { readonly at: string; readonly zones: Clocks } | null;
  readonly parties: readonly CaseParty[];
}

const BASES: Readonly<Record<NonNullable<Shown['basis']>, string>> = {
  decided: 'settled on this document',
  proposed: 'proposed, under vote',
  preview: 'what the constraints on file come to, not yet proposed',
};

/** What a vendor or a site sees. */
interface Told {
  readonly basis: 'told';
  readonly epoch: number | null;
  readonly at: string | null;
  readonly stage: 'settled' | 'freeze' | null;
  readonly from: { readonly name: string };
  readonly roster: string | null;
  readonly wish: {
    readonly saidAt: string;
    readonly suits: boolean | null;
    readonly cost: number | null;
    readonly lines: readonly string[];
  } | null;
}

function told({ epoch, at, stage, from, roster, wish }: Told, zone: string): readonly string[] {
  return [
    at === null
      ? `${from.name} has told no instant yet`
      : `in force ${sayTime(at, zone)}, epoch ${epoch}${stage === 'freeze' ? ', frozen' : ''}; ${roster}`,
    ...(wish === null
      ? ['no wish of yours is on file; "schedule prefer" tells your centre one']
      : [`your wish of ${sayTime(wish.saidAt, zone)}${verdictOf(wish)}`, ...wish.lines.map(indented)]),
  ];
}

function verdictOf({ suits, cost }: NonNullable<Told['wish']>): string {
  if (suits === null) return ' is with your centre';
  return suits ? ` is kept; it costs you ${cost}` : ' is NOT kept';
}

function shown(result: Document, zone: string): readonly string[] {
  if (result['basis'] === 'told') return told(result as unknown as Told, zone);
  const { epoch, at, zones, basis, telling, best, parties } = result as unknown as Shown;
  const head = [`in force ${sayTime(at, zone)}, epoch ${epoch}`, ...sayClocks(zones).map(indented)];
  if (basis === null) return [...head, 'no constraints yet'];
  if (telling === undefined) return [...head, 'the constraints make no document'];
  const [first, ...others] = telling.lines;
  const elsewhere = best && best.at !== at ? sayClocks(best.zones).map(indented) : [];
  return [
    ...head,
    `${BASES[basis]}:`,
    ...(first === undefined ? [] : [first.words]),
    ...elsewhere,
    // The clocks stand above, with the own vendors, whose zones the document does not hold.
    ...others
      .filter(({ code, at: told }) => code !== 'LOCAL' || (told !== at && told !== best?.at))
      .map(sayLine),
    ...parties
      .filter(({ name, shared }) => name !== null && name !== shared)
      .map(({ name, shared }) => `the other centres know ${name} as ${shared}`),
  ];
}

function indented(line: string): string {
  return `  ${line}`;
}

function sayLine({ depth, words }: TellingLine): string {
  return `${'  '.repeat(depth)}${words}`;
}
