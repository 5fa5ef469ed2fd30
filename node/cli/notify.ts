/** `case notify`, `case delivery`, `case remind`: many recipients, shown before anything leaves and followed after. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Json } from '../core/canonical.js';
import { type Fault, type Outcome, ok } from '../core/fault.js';
import { ask, type Document, perform, refused, typed } from './call.js';
import type { Cli, Options } from './command.js';
import { type Config, loadConfig } from './config.js';
import type { Exit } from './exits.js';
import { fileOption, flagOption, lengthOption, listOption, textOption } from './options.js';
import { say } from './say.js';
import { deliveryLines, notifiedLines, remindedLines } from './show-delivery.js';

const REMINDER =
  'Please confirm that you have the summary of this case, and tell us whether your products are affected. The time to answer has passed.';
const LOOK_EVERY_MS = 500;
const FOLLOW_MS = 60_000;

export async function notify(cli: Cli, held: string, options: Options): Promise<Exit> {
  const config = await loadConfig(cli.home);
  if (!config.ok) return refused(cli, config.fault);
  const to = await recipientsOf(options);
  if (!to.ok) return refused(cli, to.fault);
  const confirmed = flagOption(options, 'yes');
  const given = typed({
    case: held,
    to: to.value,
    replyBy: textOption(options, 'replyBy'),
    individual: flagOption(options, 'individual'),
    confirmed,
  });
  if (confirmed) cli.print.note('telling, one envelope each; the answer comes when all of them are on disk');
  const answered = await ask(cli, config.value, 'case notify', given);
  if (!answered.ok) return refused(cli, answered.fault, whoIsMissing(answered.fault, to.value));
  const first = answered.value as Document & { readonly cannot: readonly Json[] };
  if (confirmed) await follow(cli, config.value, held, followFor(options));
  const result = confirmed ? await refreshed(cli, config.value, held, first) : first;
  cli.print.result(result, () => notifiedLines(result, config.value.zone));
  return result.cannot.length === 0 ? 0 : 4;
}

export function delivery(cli: Cli, held: string, options: Options): Promise<Exit> {
  return perform(
    cli,
    'case delivery',
    typed({ case: held, silent: flagOption(options, 'silent') }),
    deliveryLines,
  );
}

export async function remind(cli: Cli, held: string, options: Options): Promise<Exit> {
  const words = await fileOption(options, 'textFile');
  if (!words.ok) return refused(cli, words.fault);
  const given = typed({
    case: held,
    to: listOption(options, 'to'),
    text: words.value ?? textOption(options, 'text') ?? REMINDER,
    confirmed: flagOption(options, 'yes'),
  });
  return say(cli, 'case remind', given, 'reached', remindedLines);
}

/** Names from the command line and from a file, one a line; nobody named means all vendors. */
async function recipientsOf(options: Options): Promise<Outcome<readonly string[] | undefined>> {
  const file = await fileOption(options, 'toFile');
  if (!file.ok) return file;
  const listed = file.value?.split('\n').map((line) => line.trim()) ?? [];
  const named = [...(listOption(options, 'to') ?? []), ...listed.filter((line) => line !== '')];
  const isAll = file.value === undefined && listOption(options, 'to') === undefined;
  return ok(isAll ? undefined : named);
}

/** Whom a refusal means, by the name that was typed: a place in a long list is no name. */
function whoIsMissing({ code, where }: Fault, to: readonly string[] | undefined): string | undefined {
  const at = /^to\/([0-9]+)$/.exec(where ?? '')?.[1];
  const typed = at === undefined ? undefined : to?.[Number(at)];
  if (typed === undefined) return undefined;
  return code === 'PEER_UNKNOWN'
    ? `for "${typed}" a card ("peer add FILE"), or without a node a certificate ("peer add --mail ADDRESS … FILE")`
    : `for "${typed}" one peer: by its id, if several have that name`;
}

function followFor(options: Options): number {
  const length = lengthOption(options, 'follow');
  return typeof length === 'number' ? length : FOLLOW_MS;
}

/** How far it got by the end of the progress, not by its beginning. */
async function refreshed<T extends Document>(cli: Cli, config: Config, held: string, first: T): Promise<T> {
  const to = (first['tell'] as unknown as readonly { readonly node: string }[]).map(({ node }) => node);
  const looked = await ask(cli, config, 'case delivery-progress', { case: held, to });
  return looked.ok ? { ...first, reached: (looked.value as Document)['reached'] ?? [] } : first;
}

/**
 * Shows how many are told and how many hold it, until all do or the time is up. Nothing depends on it: who stops
 * looking, or loses the connection, stops nothing.
 */
async function follow(cli: Cli, config: Config, held: string, longestMs: number): Promise<void> {
  let shown = '';
  for (let waitedMs = 0; ; waitedMs += LOOK_EVERY_MS) {
    const looked = await ask(cli, config, 'case delivery-progress', { case: held });
    if (!looked.ok) return;
    const { told, waiting, delivered, mailed } = looked.value as Record<
      'told' | 'waiting' | 'delivered' | 'mailed',
      number
    >;
    const letters = mailed === 0 ? '' : `, ${mailed} by letter`;
    const line = `on record for ${told}: receipted by ${delivered}${letters}, for ${waiting} it waits until they are here`;
    if (line !== shown) cli.print.note(line);
    shown = line;
    if (delivered + mailed >= told || waitedMs >= longestMs) return;
    await pause(LOOK_EVERY_MS);
  }
}
