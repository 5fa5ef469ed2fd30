/**
 * The few things that a public directory needs of a file system, so that a test can end any of them half-way and
 * take back whatever was not synced.
 */
import { linkSync } from 'node:fs';
import {
  chmod,
  type FileHandle,
  mkdir,
  open,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  symlink,
} from 'node:fs/promises';
import { constants } from 'node:os';
import { Breakage } from '../../node/core/fault.js';

/** Every call throws Breakage STORE_FAILED or STORE_FULL; paths never enter its message, they are in `cause`. */
export interface Disk {
  /** With those above it; leaves one that is there as it is. The mode holds whatever the process masks. */
  makeDirectory(path: string, mode: number): Promise<void>;
  /** Writes a file that is not there yet, and syncs its bytes; its name is on disk after `syncDirectory`. */
  writeNew(path: string, bytes: Uint8Array, mode: number): Promise<void>;
  link(from: string, to: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  symlink(target: string, path: string): Promise<void>;
  /** With all that is in it; absence is fine. */
  remove(path: string): Promise<void>;
  /** Puts the names in a directory on disk. */
  syncDirectory(path: string): Promise<void>;
  /** @returns `undefined` where there is none. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** @returns the target as it was given, `undefined` where there is no link. */
  readLink(path: string): Promise<string | undefined>;
  /** Names, in no order; none where there is no directory. */
  list(path: string): Promise<readonly string[]>;
}

/** The file system of this machine. */
export const localDisk: Disk = {
  makeDirectory: (path, mode) =>
    done(async () => {
      const made = await mkdir(path, { recursive: true });
      if (made !== undefined) await chmod(path, mode);
    }),
  writeNew: (path, bytes, mode) =>
    done(async () => {
      const file = await open(path, 'wx', mode);
      await closing(file, async () => {
        await file.writeFile(bytes);
        await file.chmod(mode);
        await file.sync();
      });
    }),
  // Thousands of links are made for one tree, and a hop to the thread pool costs ten times as much as a link does.
  link: (from, to) => done(async () => linkSync(from, to)),
  rename: (from, to) => done(() => rename(from, to)),
  symlink: (target, path) => done(() => symlink(target, path)),
  remove: (path) => done(() => rm(path, { recursive: true, force: true })),
  syncDirectory: (path) =>
    done(async () => {
      const directory = await open(path, 'r');
      await closing(directory, () => directory.sync());
    }),
  read: (path) => done(() => readFile(path).catch(unless('ENOENT', undefined))),
  readLink: (path) => done(() => readlink(path).catch(unless('ENOENT', undefined))),
  list: (path) => done(() => readdir(path).catch(unless('ENOENT', []))),
};

async function closing(handle: FileHandle, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } finally {
    await handle.close();
  }
}

function unless<T>(code: string, otherwise: T): (cause: unknown) => T {
  return (cause) => {
    if (codeOf(cause) === code) return otherwise;
    throw cause;
  };
}

async function done<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const isFull = codeOf(cause) === 'ENOSPC' || isOverQuota(cause);
    throw new Breakage({ code: isFull ? 'STORE_FULL' : 'STORE_FAILED', where: 'public directory' }, cause);
  }
}

/** Node has no name for this error of the system. */
function isOverQuota(cause: unknown): boolean {
  return cause instanceof Error && 'errno' in cause && cause.errno === -constants.errno.EDQUOT;
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : '';
}
