/** `restore`: a store from a backup, or an empty one; the next start hears from the peers what it has forgotten (R9). */
import { resolve } from 'node:path';
import { refused } from '../call.js';
import type { Cli, Commands, Options } from '../command.js';
import { loadConfig } from '../config.js';
import type { Exit } from '../exits.js';
import { flagOption } from '../options.js';
import { restoreHome } from '../restore-home.js';

export const COMMANDS: Commands = { '': restore };

async function restore(cli: Cli, [typed]: readonly string[], options: Options): Promise<Exit> {
  const config = await loadConfig(cli.home);
  if (!config.ok) return refused(cli, config.fault);
  const isEmpty = flagOption(options, 'empty') === true;
  if ((typed === undefined) !== isEmpty)
    return refused(cli, { code: 'COMMAND_MALFORMED', where: 'directory' });
  const restored = await restoreHome(config.value, typed === undefined ? undefined : resolve(typed));
  if (!restored.ok) return refused(cli, restored.fault);
  const { feeds, entries } = restored.value;
  cli.print.result({ home: cli.home, feeds, entries }, () => [
    `${feeds} feeds with ${entries} entries are in the store of ${cli.home}`,
    isEmpty
      ? 'next  isochron run, then add and verify every peer again: what was said comes back from them'
      : 'next  isochron run: the node signs nothing before its peers have answered; "status" says who is awaited',
  ]);
  return 0;
}
