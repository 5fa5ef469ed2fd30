/**
 * The embedded database. Apart from the rest of the room, because its import costs every start some
 * milliseconds, and tests and the simulator bring a database of their own.
 */
import { Level } from 'level';
import type { Database } from './rows.js';

/**
 * A database in this directory; `openFeeds` opens it. Uncompressed: what we store is ciphertext and hashes, and
 * `table-file.ts` reads where the blocks of a table are.
 */
export function levelAt(directory: string): Database {
  return new Level(directory, { keyEncoding: 'view', valueEncoding: 'view', compression: false });
}
