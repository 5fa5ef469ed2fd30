/**
 * `log repair`: a new store from what is left of a damaged one (LOG-5). The damaged one is moved aside and never
 * touched; the new one is made beside it and takes its place by one rename, so that whoever is interrupted begins anew.
 */
import { link, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { clearSocket } from '../control/server.js';
import { Breakage, type Fault, type Outcome, ok, refuse } from '../core/fault.js';
import { feedKey } from '../core/ids.js';
import { writeCheckpointBody } from '../core/log/checkpoint.js';
import { writtenOnce } from '../core/settlement/ballot.js';
import { type Instant, writeInstant } from '../core/time.js';
import type { Keys } from '../envelope/keys.js';
import { signNote } from '../envelope/note.js';
import { openSealer } from '../envelope/sealer.js';
import { makeDirectory, syncDirectory } from '../store/disk.js';
import { RESTORED_COPY, readGuard } from '../store/guard.js';
import { levelAt } from '../store/level.js';
import { openFeeds } from '../store/open.js';
import {
  type RepairedFeed,
  type RepairRecord,
  readRepair,
  type SignedMark,
  writeRepair,
} from '../store/repair-record.js';
import { readBackup, restoreRows } from '../store/restore.js';
import { breakageOf, codeOf, rowsOf } from '../store/rows.js';
import { type Salvaged, type SalvageKeys, salvage } from '../store/salvage.js';
import { type Config, placesIn } from './config.js';
import { openOwnKeys } from './own.js';

/** What was found and done. */
export type Repaired =
  | { readonly kind: 'whole' }
  | {
      readonly kind: 'repaired';
      readonly record: RepairRecord;
      readonly feeds: number;
      readonly entries: number;
    };

/**
 * @param backup directory of a backup; what it holds counts where the damaged store has nothing any more, above all of
 *   the home feed, which nobody returns.
 * Faults: CONFIG_*, KEY_*; KEY_UNKNOWN for a backup of another node, LOG_* for one that is not whole; STORE_DAMAGED or STORE_FORMAT for the record of an earlier repair that cannot be read.
 * @throws Breakage SOCKET_IN_USE, STORE_LOCKED while a node uses the store; STORE_ABSENT, STORE_FORMAT, STORE_UNUSABLE where
 *   damage is not what is wrong; STORE_FULL, STORE_FAILED: the damaged store is then where it was.
 */
export async function repairHome(config: Config, now: Instant, backup?: string): Promise<Outcome<Repaired>> {
  const { store, repair } = placesIn(config.home);
  await clearSocket(config.controlSocket);
  const keys = await openOwnKeys(config);
  if (!keys.ok) return keys;
  const before = await readRepair(repair);
  if (!before.ok) return before;
  if (backup !== undefined) {
    const index = await readBackup(backup);
    if (!index.ok) return index;
    if (index.value.node !== keys.value.node) return refuse('KEY_UNKNOWN', { where: index.value.node });
  }
  await finishExchange(store);
  const fault = await damageOf(store);
  if (fault === undefined) return ok({ kind: 'whole' });
  const unlock = await lockStore(store);
  try {
    const marks = marksOf(await guardMarks(config.guardFile), before.value);
    const rebuilt = await rebuild(store, backup, marks, keysFor(keys.value, now));
    if (!rebuilt.ok) return rebuilt;
    const salvaged = rebuilt.value;
    const aside = `${store}-damaged-${writeInstant(now).replaceAll(/[^0-9TZ]/g, '')}`;
    const { code, where, offered } = fault;
    const record: RepairRecord = {
      node: keys.value.node,
      at: writeInstant(now),
      aside: basename(aside),
      fault: {
        code,
        ...(where === undefined ? {} : { where }),
        ...(offered === undefined ? {} : { offered }),
      },
      unread: salvaged.unread,
      feeds: salvaged.lost,
    };
    // Before there is anything that could be started without them.
    await writeFile(join(dirname(store), RESTORED_COPY), '', { mode: 0o600 });
    await writeRepair(repair, record);
    await rename(store, aside);
    await rename(repairedStore(store), store);
    await syncDirectory(dirname(store));
    const entries = [...salvaged.kept.values()].reduce((sum, size) => sum + size, 0);
    return ok({ kind: 'repaired', record, feeds: salvaged.kept.size, entries });
  } catch (cause) {
    // What the system refuses has a code; anything else is a mistake of ours and shows where it happened.
    throw codeOf(cause) === '' ? cause : breakageOf(cause);
  } finally {
    await unlock();
  }
}

function repairedStore(store: string): string {
  return `${store}-repaired`;
}

function scratchOf(store: string): string {
  return `${store}-salvage`;
}

/** Interrupted between the two renames, the new store is complete and only its name is missing. */
async function finishExchange(store: string): Promise<void> {
  await rm(scratchOf(store), { recursive: true, force: true });
  const repaired = repairedStore(store);
  if ((await isThere(store)) || !(await isThere(repaired))) return;
  await rename(repaired, store);
  await syncDirectory(dirname(store));
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

/** @returns why a start would refuse the store; `undefined` for one that is whole. */
async function damageOf(store: string): Promise<Fault | undefined> {
  try {
    const feeds = await openFeeds(levelAt(store), { verify: 'full', create: false, directory: store });
    await feeds.close();
    return undefined;
  } catch (cause) {
    if (cause instanceof Breakage && cause.fault.code === 'STORE_DAMAGED') return cause.fault;
    throw cause;
  }
}

/**
 * Takes LevelDB's lock on the damaged store without opening it: the lock is on the file, whatever its name.
 * @throws Breakage STORE_LOCKED
 */
async function lockStore(store: string): Promise<() => Promise<void>> {
  const place = `${store}-lock`;
  await rm(place, { recursive: true, force: true });
  await mkdir(place, { mode: 0o700 });
  // A lock file that is missing locks nobody out; LevelDB makes one of its own then.
  await link(join(store, 'LOCK'), join(place, 'LOCK')).catch(() => undefined);
  const level = levelAt(place);
  try {
    await opening(level.open());
  } catch (cause) {
    await rm(place, { recursive: true, force: true });
    throw cause;
  }
  return async () => {
    await level.close();
    await rm(place, { recursive: true, force: true });
  };
}

async function opening(work: Promise<unknown>): Promise<void> {
  await work.catch((cause: unknown) => {
    throw breakageOf(cause);
  });
}

async function guardMarks(path: string): Promise<readonly SignedMark[]> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  const guard = text === undefined ? undefined : readGuard(text);
  if (guard?.ok !== true) return [];
  return [...guard.value.marks.values()].map((mark) => ({ ...mark, note: undefined }));
}

/** What the guard and an earlier repair know, without what is known to be lost: other words stand in its places. */
function marksOf(guarded: readonly SignedMark[], before: RepairRecord | undefined): readonly SignedMark[] {
  const recorded = before?.feeds ?? new Map<string, RepairedFeed>();
  const isLost = ({ feed, size, root }: SignedMark): boolean => {
    const mark = recorded.get(feedKey(feed));
    return mark?.returned !== undefined && mark.size === size && mark.root === root;
  };
  return [...guarded, ...recorded.values()].filter((mark) => !isLost(mark));
}

/** The new store, complete, checked and closed, beside the damaged one. */
async function rebuild(
  store: string,
  backup: string | undefined,
  marks: readonly SignedMark[],
  keys: SalvageKeys,
): Promise<Outcome<Salvaged>> {
  const [scratchPlace, place] = [scratchOf(store), repairedStore(store)];
  await rm(place, { recursive: true, force: true });
  await makeDirectory(scratchPlace);
  await makeDirectory(place);
  const [scratch, level] = [levelAt(scratchPlace), levelAt(place)];
  try {
    await opening(Promise.all([scratch.open(), level.open()]));
    const restored = backup === undefined ? ok(undefined) : await restoreRows(backup, rowsOf(scratch));
    if (!restored.ok) return restored;
    const salvaged = await salvage(store, rowsOf(scratch), rowsOf(level), marks, keys);
    await level.close();
    const feeds = await openFeeds(levelAt(place), { verify: 'full', create: false, directory: place });
    await feeds.close();
    return ok(salvaged);
  } finally {
    await Promise.all([scratch.close(), level.close()]);
    await rm(scratchPlace, { recursive: true, force: true });
  }
}

function keysFor(keys: Keys, now: Instant): SalvageKeys {
  const sealer = openSealer(keys);
  return {
    node: keys.node,
    note: (feed, origin, size, root) =>
      feed.author === keys.node
        ? sealer.checkpoint(feed, size, root)
        : signNote(writeCheckpointBody({ origin, size, root }), keys.log),
    async reopen(entry, place) {
      const opened = await sealer.open(entry, place, now);
      return opened.ok ? opened.value.rest : undefined;
    },
    async ballotIn(rest) {
      const { body } = await sealer.recall(rest);
      return writtenOnce(keys.node, body);
    },
  };
}
