/** `card`: this node's own card; needs no running node, for the card lies in the home. */
import { writeFile } from 'node:fs/promises';
import { systemClock } from '../../../adapters/clock/system.js';
import type { Instant } from '../../core/time.js';
import { readCard } from '../../envelope/card.js';
import { refused } from '../call.js';
import type { Cli, Commands, Options } from '../command.js';
import { type Config, loadConfig } from '../config.js';
import type { Exit } from '../exits.js';
import { issueCard } from '../make-home.js';
import { textOption } from '../options.js';
import { openOwnKeys, readOwnCard } from '../own.js';

export const COMMANDS: Commands = {
  show: (cli) => show(cli, undefined),
  export: (cli, _args, options) => show(cli, textOption(options, 'output')),
  renew,
};

async function show(cli: Cli, output: string | undefined): Promise<Exit> {
  const config = await loadConfig(cli.home);
  if (!config.ok) return refused(cli, config.fault);
  const card = await readOwnCard(config.value);
  if (!card.ok) return refused(cli, card.fault);
  if (output !== undefined) await writeFile(output, card.value, { mode: 0o644 });
  const node = /^Node: ([0-9a-f]{40})$/m.exec(card.value)?.[1] ?? '';
  cli.print.result({ node, card: card.value, file: output ?? null }, () =>
    output === undefined ? [card.value.trimEnd()] : [`card of ${config.value.name} written to ${output}`],
  );
  return 0;
}

/** A new card under the next sequence number; the running node takes it up at its next start. */
async function renew(cli: Cli, _args: readonly string[], _options: Options): Promise<Exit> {
  const config = await loadConfig(cli.home);
  if (!config.ok) return refused(cli, config.fault);
  const before = await readOwnCard(config.value);
  if (!before.ok) return refused(cli, before.fault);
  const keys = await openOwnKeys(config.value);
  if (!keys.ok) return refused(cli, keys.fault);
  const now = nowOf(config.value);
  // An expired card still tells its number.
  const held = await readCard(before.value, now);
  const sequence = held.ok ? held.value.sequence : Number(/^Sequence: (\d+)$/m.exec(before.value)?.[1] ?? 0);
  const card = await issueCard(config.value, keys.value, sequence + 1, now);
  cli.print.result({ node: keys.value.node, sequence: sequence + 1, card }, () => [
    `card ${sequence + 1} of ${config.value.name} is signed; start the node anew and give the card to your peers`,
  ]);
  return 0;
}

function nowOf(config: Config): Instant {
  return config.drillStart ?? systemClock().now();
}
