/** `vendor`: what vendors say of their products. */
import { type Document, perform, typed } from '../call.js';
import type { Commands } from '../command.js';
import { listOption, textOption } from '../options.js';
import { table } from '../print.js';
import { sayTime } from '../times.js';
import { verdict } from '../verdict.js';

export const COMMANDS: Commands = {
  list: (cli, [held = '']) => perform(cli, 'vendor list', { case: held }, list),
  status: (cli, [held = '', status = ''], options) =>
    perform(
      cli,
      'vendor status',
      typed({
        case: held,
        status,
        vendor: textOption(options, 'vendor'),
        fixProgress: textOption(options, 'fix'),
        impact: textOption(options, 'impact'),
        plan: textOption(options, 'plan'),
        readyAt: textOption(options, 'ready'),
        statement: textOption(options, 'statement'),
        products: listOption(options, 'product'),
        justification: textOption(options, 'justification'),
        verdicts: listOption(options, 'verdict')?.map(verdict),
      }),
      told,
    ),
  impact: (cli, [held = '', impact = '']) => perform(cli, 'vendor impact', { case: held, impact }, told),
  plan: (cli, [held = '', plan = ''], options) =>
    perform(
      cli,
      'vendor plan',
      typed({
        case: held,
        plan,
        readyAt: textOption(options, 'ready'),
        fixProgress: textOption(options, 'fix'),
      }),
      told,
    ),
  remedy: (cli, [held = ''], options) =>
    perform(
      cli,
      'vendor remedy',
      typed({
        case: held,
        remedy: textOption(options, 'text'),
        references: listOption(options, 'url')?.map((url) => ({ url })),
      }),
      told,
    ),
};

function told(result: Document): readonly string[] {
  const { to } = result as unknown as { readonly to: readonly { readonly name: string }[] };
  return to.length === 0 ? ['entered'] : [`told ${to.map(({ name }) => name).join(', ')}`];
}

function list(result: Document, zone: string): readonly string[] {
  const { vendors } = result as unknown as {
    readonly vendors: readonly {
      readonly name: string;
      readonly status: string;
      readonly fixProgress: string;
      readonly readyAt: string | null;
      readonly via: { readonly name: string };
      readonly at: string;
    }[];
  };
  if (vendors.length === 0) return ['no vendor has answered'];
  return table([
    ['VENDOR', 'STATUS', 'FIX', 'READY', 'VIA', 'AT'],
    ...vendors.map(({ name, status, fixProgress, readyAt, via, at }) => [
      name,
      status,
      fixProgress,
      sayTime(readyAt, zone),
      via.name,
      sayTime(at, zone),
    ]),
  ]);
}
