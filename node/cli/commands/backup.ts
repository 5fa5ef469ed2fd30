/** `backup`: everything that the store holds as files, and a check of such files. */
import { resolve } from 'node:path';
import { perform, refused } from '../call.js';
import type { Cli, Commands } from '../command.js';
import type { Exit } from '../exits.js';

export const COMMANDS: Commands = {
  create: (cli, [directory = '']) =>
    // The node has another working directory than the one who types.
    perform(cli, 'backup create', { directory: resolve(directory) }, (result) => [
      `${String(result['feeds'])} feeds with ${String(result['entries'])} entries in ${String(result['directory'])}`,
      'keys and passphrase are not in it: keep copies of both apart',
    ]),
  verify,
};

/** By its files alone: no home, no node, no keys of ours. */
async function verify(cli: Cli, [typed = '']: readonly string[]): Promise<Exit> {
  const { verifyBackup } = await import('../verify-backup.js');
  const directory = resolve(typed);
  const verified = await verifyBackup(directory);
  if (!verified.ok) return refused(cli, verified.fault);
  const { node, at, feeds, entries } = verified.value;
  cli.print.result({ directory, ...verified.value }, () => [
    `ok  ${feeds} feeds with ${entries} entries of ${node}, as of ${at}`,
    '    every log by the keys of the cards beside it',
  ]);
  return 0;
}
