/** A store is put into a home that has configuration and keys and no store. */
import { rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Outcome, ok, refuse } from '../core/fault.js';
import { makeDirectory } from '../store/disk.js';
import { RESTORED_COPY } from '../store/guard.js';
import { levelAt } from '../store/level.js';
import { openFeeds } from '../store/open.js';
import { readBackup, restoreRows } from '../store/restore.js';
import { rowsOf } from '../store/rows.js';
import { type Config, placesIn } from './config.js';
import { openOwnKeys } from './own.js';

/**
 * @param directory of a backup; `undefined` for an empty store.
 * Faults: COMMAND_MALFORMED where a store is there already, KEY_*; KEY_UNKNOWN for a backup of another node;
 *   STORE_FORMAT, STORE_DAMAGED, LOG_* for a backup that is not whole. @throws Breakage STORE_*
 */
export async function restoreHome(
  config: Config,
  directory: string | undefined,
): Promise<Outcome<{ readonly feeds: number; readonly entries: number }>> {
  const { store } = placesIn(config.home);
  if ((await stat(store).catch(() => undefined)) !== undefined)
    return refuse('COMMAND_MALFORMED', { where: store });
  const keys = await openOwnKeys(config);
  if (!keys.ok) return keys;
  if (directory !== undefined) {
    const index = await readBackup(directory);
    if (!index.ok) return index;
    if (index.value.node !== keys.value.node) return refuse('KEY_UNKNOWN', { where: index.value.node });
  }
  // Before there is anything that could be started without it.
  await writeFile(join(dirname(store), RESTORED_COPY), '', { mode: 0o600 });
  // It was not there before: what cannot be finished must not stand in the way of the next attempt.
  const discard = () => rm(store, { recursive: true, force: true });
  try {
    const filled = directory === undefined ? ok(undefined) : await fill(store, directory);
    if (!filled.ok) {
      await discard();
      return filled;
    }
    const feeds = await openFeeds(levelAt(store), { verify: 'full', create: true, directory: store });
    const heads = feeds.heads();
    await feeds.close();
    return ok({ feeds: heads.length, entries: heads.reduce((sum, { tip }) => sum + tip.size, 0) });
  } catch (cause) {
    await discard();
    throw cause;
  }
}

async function fill(store: string, directory: string): Promise<Outcome<unknown>> {
  await makeDirectory(store);
  const level = levelAt(store);
  await level.open();
  try {
    return await restoreRows(directory, rowsOf(level));
  } finally {
    await level.close();
  }
}
