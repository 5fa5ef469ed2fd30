/** `charter`: proposed by the lead, signed by all. */
import { type Document, perform, typed } from '../call.js';
import type { Commands } from '../command.js';
import { flagOption, lengthOption, listOption, numberOption, textOption } from '../options.js';
import { seatOf } from '../seat.js';
import { sayLength, sayTime } from '../times.js';

interface Named {
  readonly name: string;
}

interface Charters {
  readonly seat: boolean;
  readonly case: string;
  readonly inForce: string | null;
  readonly charters: readonly {
    readonly id: string;
    readonly version: number;
    readonly completeAt: string | null;
    readonly roster: readonly (Named & { readonly model: number })[];
    readonly lead: Named;
    readonly defaultInstant: string;
    readonly quorum: number;
    readonly freezeMs: number;
    readonly roundMs: number;
    readonly skewMs: number;
    readonly window: { readonly notBefore: string; readonly notAfter: string };
    readonly horizonEnd: string;
    readonly objective: string;
    readonly signed: readonly Named[];
    readonly missing: readonly Named[];
    readonly refused: readonly (Named & { readonly reason: string })[];
  }[];
}

export const COMMANDS: Commands = {
  propose: (cli, [held = ''], options) =>
    perform(
      cli,
      'charter propose',
      typed({
        case: held,
        members: (listOption(options, 'member') ?? []).map(seatOf),
        ownModel: numberOption(options, 'ownModel'),
        instant: textOption(options, 'instant'),
        quorum: numberOption(options, 'quorum'),
        freezeMs: lengthOption(options, 'freeze'),
        roundMs: lengthOption(options, 'round'),
        skewMs: lengthOption(options, 'skew'),
        allAutoAccept: flagOption(options, 'allAuto'),
        notBefore: textOption(options, 'windowFrom'),
        notAfter: textOption(options, 'windowTo'),
        horizonEnd: textOption(options, 'horizonEnd'),
        objective: textOption(options, 'objective'),
      }),
      lines,
    ),
  show: (cli, [held = '']) => perform(cli, 'charter show', { case: held }, lines),
  sign: (cli, [held = '']) => perform(cli, 'charter sign', { case: held }, lines),
  refuse: (cli, [held = ''], options) =>
    perform(cli, 'charter refuse', typed({ case: held, reason: textOption(options, 'reason') }), lines),
};

function lines(result: Document, zone: string): readonly string[] {
  const { charters, inForce, seat } = result as unknown as Charters;
  if (!seat)
    return [
      'the centres sign the charter; "schedule show" has the instant that yours told, and "settlement calendar" a file',
    ];
  if (charters.length === 0) return ['no charter has been proposed'];
  return charters.flatMap((one) => [
    `charter ${one.version}${one.id === inForce ? ', in force' : ''}  ${one.id.slice(0, 16)}`,
    `  roster   ${one.roster.map(({ name, model }) => `${name} (model ${model})`).join(', ')}; lead ${one.lead.name}`,
    `  instant  ${sayTime(one.defaultInstant, zone)}`,
    `  quorum   ${one.quorum} of ${one.roster.length}; freeze ${sayLength(one.freezeMs)}; round ${sayLength(one.roundMs)}; clocks within ${sayLength(one.skewMs)}; ${one.objective}`,
    `  window   ${sayTime(one.window.notBefore, zone)} to ${sayTime(one.window.notAfter, zone)} for a silent member; nothing beyond ${sayTime(one.horizonEnd, zone)}`,
    `  signed   ${one.signed.map(({ name }) => name).join(', ') || 'nobody'}`,
    ...(one.missing.length === 0 ? [] : [`  missing  ${one.missing.map(({ name }) => name).join(', ')}`]),
    ...one.refused.map(({ name, reason }) => `  refused  ${name}: ${reason}`),
  ]);
}
