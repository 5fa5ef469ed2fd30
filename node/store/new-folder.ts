/** The folder that an export or a backup is written into. */
import { mkdir, readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Outcome, ok, refuse } from '../core/fault.js';
import { breakageOf, codeOf } from './rows.js';

/** What would do, by what the system says to the folder that was typed: nothing was written yet, so nothing is broken. */
const EXPECTED: Readonly<Record<string, string>> = {
  EEXIST: 'a new or empty folder, not a file',
  ENOTDIR: 'a new or empty folder, not a file',
  EACCES: 'a folder that the node may write',
  EPERM: 'a folder that the node may write',
  EROFS: 'a folder that the node may write',
  ENOENT: 'a folder that can be made',
};

/**
 * Makes the folder where it is not there.
 * Faults: COMMAND_MALFORMED where it cannot be made or holds something. @throws Breakage STORE_FULL, STORE_FAILED
 */
export async function newFolder(directory: string): Promise<Outcome<true>> {
  try {
    await make(directory);
    if ((await readdir(directory)).length === 0) return ok(true);
  } catch (cause) {
    const expects = EXPECTED[codeOf(cause)];
    if (expects === undefined) throw breakageOf(cause);
    return refuse('COMMAND_MALFORMED', { where: 'directory', expects });
  }
  return refuse('COMMAND_MALFORMED', { where: 'directory', expects: 'a new or empty folder' });
}

/** Step by step: under `/proc` the recursive form of Node never ends, and would turn in a running node for ever. */
async function make(folder: string): Promise<void> {
  const once = () => mkdir(folder, { mode: 0o700 });
  try {
    await once();
  } catch (cause) {
    if (codeOf(cause) === 'EEXIST') return;
    if (codeOf(cause) !== 'ENOENT' || dirname(folder) === folder) throw cause;
    await make(dirname(folder));
    await once();
  }
}
