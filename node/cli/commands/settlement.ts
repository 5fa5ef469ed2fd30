/** `settlement`: where the one instant stands, and the operator's part in it. */
import { type Document, perform, refused, typed } from '../call.js';
import type { Commands } from '../command.js';
import { flagOption, textOption } from '../options.js';
import { table } from '../print.js';
import { seatOf } from '../seat.js';
import { sayTime } from '../times.js';

interface Named {
  readonly name: string;
}

interface Value {
  readonly kind: string;
  readonly at?: string;
  readonly change?: Named & { readonly kind: string };
}

/** What our officer said of an instant, and when. */
interface Mark {
  readonly at: string;
  readonly on: string;
}

interface Shown {
  readonly charter: { readonly version: number } | null;
  readonly roster?: readonly Named[];
  readonly lead?: Named;
  readonly n?: number;
  readonly quorum?: number;
  readonly release?: string;
  readonly epoch?: number;
  readonly at?: string;
  readonly sealed?: boolean;
  readonly freezeAt?: string;
  readonly decisions?: readonly {
    readonly slot: number;
    readonly round: number;
    readonly value: Value;
    readonly completeAt: string;
    readonly commits: readonly { readonly name?: string }[];
  }[];
  readonly open?: {
    readonly slot: number;
    readonly round: number | null;
    readonly proposals: readonly (Named & {
      readonly value: Value;
    })[];
    readonly votes: readonly Named[];
    readonly commits: readonly Named[];
    readonly skips: readonly Named[];
  } | null;
  /** Absent at a node that has no vote. */
  readonly own: {
    readonly autoAccept: boolean;
    readonly approved?: readonly Mark[];
    readonly rejected?: readonly Mark[];
  } | null;
  readonly manualReleases?: readonly (Named & {
    readonly officer: string;
    readonly reason: string;
    readonly heldAt: string;
  })[];
  readonly facts: readonly {
    readonly code: string;
    readonly words: string;
    readonly from: readonly Named[];
    readonly since: string | null;
    readonly until: string | null;
    readonly otherwise: string;
  }[];
}

export const COMMANDS: Commands = {
  calendar: async (cli, [held = ''], options) =>
    (await import('../export-calendar.js')).exportSettlement(cli, held, options),

  show: (cli, [held = '']) => perform(cli, 'settlement show', { case: held }, lines),
  request: (cli, [held = ''], options) =>
    perform(cli, 'settlement request', typed({ case: held, why: textOption(options, 'why') }), lines),
  approve: (cli, [held = ''], options) =>
    perform(cli, 'settlement approve', typed({ case: held, at: textOption(options, 'at') }), lines),
  reject: (cli, [held = ''], options) =>
    perform(cli, 'settlement reject', typed({ case: held, at: textOption(options, 'at') }), lines),
  roster: (cli, [held = ''], options) => {
    const add = textOption(options, 'add');
    return perform(
      cli,
      'settlement roster',
      typed({
        case: held,
        add: add === undefined ? undefined : seatOf(add),
        remove: textOption(options, 'remove'),
        lead: textOption(options, 'lead'),
        reject: flagOption(options, 'reject'),
        reason: textOption(options, 'reason'),
      }),
      lines,
    );
  },
  join: (cli, [held = '']) => perform(cli, 'settlement join', { case: held }, lines),
  async auto(cli, [held = '', on = '']) {
    if (on !== 'on' && on !== 'off') return refused(cli, { code: 'COMMAND_MALFORMED', where: 'on|off' });
    return perform(cli, 'settlement auto', { case: held, on: on === 'on' }, lines);
  },
};

function sayValue({ kind, at, change }: Value, zone: string): string {
  if (change !== undefined) return `${change.name} ${SEATS[change.kind] ?? change.kind}`;
  return kind === 'seal' ? 'seal' : sayTime(at, zone);
}

const SEATS: Readonly<Record<string, string>> = { join: 'joins', leave: 'leaves', lead: 'leads' };

function lines(result: Document, zone: string): readonly string[] {
  const shown = result as unknown as Shown;
  const head =
    shown.at === undefined
      ? ['no charter is in force']
      : [
          `instant  ${sayTime(shown.at, zone)}, epoch ${shown.epoch}${shown.sealed === true ? ', sealed' : ''}; freeze ${sayTime(shown.freezeAt, zone)}`,
          `roster   ${(shown.roster ?? []).map(({ name }) => name).join(', ')}; lead ${shown.lead?.name}; ${shown.quorum} of ${shown.n} decide; released by ${shown.release}`,
        ];
  const decided = (shown.decisions ?? []).map(
    ({ slot, round, value, completeAt, commits }) =>
      `decided  slot ${slot}, round ${round}: ${sayValue(value, zone)} at ${sayTime(completeAt, zone)}; committed by ${commits.map(({ name }) => name ?? '?').join(', ')}`,
  );
  const { open } = shown;
  const spoken =
    open === undefined || open === null
      ? []
      : [
          ...open.proposals.map(
            ({ name, value }) =>
              `proposed slot ${open.slot}, round ${open.round}: ${sayValue(value, zone)} by ${name}`,
          ),
          ...(['votes', 'commits', 'skips'] as const).flatMap((kind) =>
            open[kind].length === 0
              ? []
              : [`${kind.padEnd(8)} ${open[kind].map(({ name }) => name).join(', ')}`],
          ),
        ];
  const facts = table(
    shown.facts.map(({ words, from, since, until, otherwise }) => [
      words,
      from.map(({ name }) => name).join(', '),
      since === null ? '' : `since ${sayTime(since, zone)}`,
      until === null ? '' : `until ${sayTime(until, zone)}`,
      otherwise,
    ]),
  );
  if (shown.own === null) return facts;
  return [
    ...head,
    ...decided,
    ...spoken,
    ...(shown.manualReleases ?? []).map(
      ({ name, officer, reason, heldAt }) =>
        `released by name: ${officer} of ${name}, ${sayTime(heldAt, zone)}: ${reason}`,
    ),
    ...marks(shown, zone),
    `policy   ${shown.own.autoAccept ? 'accept by policy' : 'ask each time'}`,
    '',
    ...facts,
  ];
}

/** Words about instants that are not in force: whoever mistyped one sees it here. The later word about one counts. */
function marks({ own, at: inForce }: Shown, zone: string): readonly string[] {
  const said = [
    ...(own?.approved ?? []).map((mark) => ({ ...mark, word: 'approved' })),
    ...(own?.rejected ?? []).map((mark) => ({ ...mark, word: 'rejected' })),
  ].filter(({ at }) => at !== inForce);
  return said
    .filter((one) => !said.some((other) => other.at === one.at && other.on > one.on))
    .toSorted((left, right) => (left.on < right.on ? -1 : 1))
    .map(({ word, at, on }) => `${word} ${sayTime(at, zone)} by our officer, ${sayTime(on, zone)}`);
}
