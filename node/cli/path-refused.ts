/** What the system refuses about a path that somebody typed: said in our words, with the path, and no stack. */
import type { Fault } from '../core/fault.js';

/** What would do, by the error of the system. What is not here is no matter of the path. */
const EXPECTED: Readonly<Record<string, string>> = {
  ENOENT: 'a path in a folder that is there',
  ENOTDIR: 'a path on which every part but the last is a folder',
  EEXIST: 'a path at which nothing is yet',
  EISDIR: 'a file, not a folder',
  ENOTEMPTY: 'a new or empty folder',
  EACCES: 'a path that this account may use',
  EPERM: 'a path that this account may use',
  EROFS: 'a path on a file system that can be written',
  ENAMETOOLONG: 'a shorter path',
  ELOOP: 'a path without a circle of links',
};

/** The code of an error of the system, `ENOENT` and so on; an empty text for any other. */
export function systemCode(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : '';
}

/**
 * @param path where the caller knows it: some errors of the system do not say.
 * @returns COMMAND_MALFORMED with the path, STORE_FULL for a full disk, nothing for what is no error about a path.
 */
export function pathRefused(cause: unknown, path?: string): Fault | undefined {
  const code = systemCode(cause);
  if (code === 'ENOSPC' || code === 'EDQUOT') return { code: 'STORE_FULL' };
  const expects = EXPECTED[code];
  const where = cause instanceof Error && 'path' in cause ? cause.path : path;
  return expects === undefined || typeof where !== 'string'
    ? undefined
    : { code: 'COMMAND_MALFORMED', where, expects };
}
