/**
 * What can still be read from the files of a database that LevelDB must not see any more (LOG-5).
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LOG, TABLE } from './level-files.js';
import { readLogFile } from './log-file.js';
import { unusable } from './rows.js';
import { rowsOfTable, type VersionedRow } from './table-file.js';
import { varints } from './varint.js';

/** Kind of a row that was put. */
const PUT = 1;

/** A place in a file of the store that cannot be read any more. */
export interface UnreadPlace {
  readonly file: string;
  readonly offset: number;
}

/**
 * Every row that can still be read from the files of a store, in any order and some more than once: from tables and
 * logs that no manifest names as well, for the manifest may be what was lost. Nothing here is trusted; each row has a
 * stamp.
 * @param unread called with each place that cannot be read.
 * @throws Breakage STORE_UNUSABLE where the directory cannot be read.
 */
export async function* rowsInFiles(
  directory: string,
  unread: (place: UnreadPlace) => void,
): AsyncGenerator<VersionedRow> {
  const names = await readdir(directory).catch((cause: unknown) => {
    throw unusable('store', cause);
  });
  for (const name of names.sort().filter((one) => LOG.test(one) || TABLE.test(one))) {
    const file = await readFile(join(directory, name)).catch(() => undefined);
    if (file === undefined) {
      unread({ file: name, offset: 0 });
      continue;
    }
    if (TABLE.test(name)) {
      yield* rowsOfTable(file, (offset) => unread({ file: name, offset }));
      continue;
    }
    const { records, later, brokenAt } = readLogFile(file);
    if (brokenAt !== undefined) unread({ file: name, offset: brokenAt });
    for (const record of [...records, ...later]) yield* rowsOfBatch(record);
  }
}

/** LevelDB's write batch: version of the first row, how many, then kind, key and value of each. */
function* rowsOfBatch(record: Uint8Array): Generator<VersionedRow> {
  const header = 12;
  if (record.length < header) return;
  const first = Number(new DataView(record.buffer, record.byteOffset).getBigUint64(0, true));
  const take = varints(record.subarray(header));
  const bytes = () => {
    const length = take();
    return length === undefined ? undefined : take.skip(length);
  };
  for (let at = 0; take.at() < record.length - header; at += 1) {
    const [kind, key, value] = [take(), bytes(), bytes()];
    // Whatever else it may be, it is none of ours: nothing is ever deleted from this store.
    if (kind !== PUT || key === undefined || value === undefined) return;
    yield { key: new Uint8Array(key), value, version: first + at };
  }
}
