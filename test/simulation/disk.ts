/**
 * What lies on a simulated machine: the rows of the database, the guard beside it, and what is public. The production
 * store runs over these rows (`node/store`); only the database below it is ours, because one that is written for
 * disks would spend most of a seed on waiting for itself.
 */
import type { CaseId } from '../../node/core/ids.js';
import type { PublicFile } from '../../node/ports.js';
import { rowName } from '../../node/store/ledger.js';
import type { Row, Rows } from '../../node/store/rows.js';

/** A database as it stands on a disk; a copy of it is a backup. */
export interface Database {
  /** By {@link rowName}. */
  readonly rows: Map<string, Row>;
  /** Names in the order of the keys. */
  readonly order: string[];
}

/** What stands ready for one case and what everybody can read. */
export interface Shelf {
  staged: readonly PublicFile[] | undefined;
  released: readonly PublicFile[] | undefined;
}

/** One machine's disks. */
export interface Disk {
  database: Database;
  /** LOG-6: lies apart from the database, so that a backup does not bring it back. */
  guard: string | undefined;
  /** The marker of a raw copy lies beside the database. */
  copied: boolean;
  /** No database was ever made here. */
  fresh: boolean;
  readonly shelves: Map<CaseId, Shelf>;
}

/** An empty disk. */
export function emptyDisk(): Disk {
  return { database: emptyDatabase(), guard: undefined, copied: false, fresh: true, shelves: new Map() };
}

/** A database in which nothing was ever written. */
export function emptyDatabase(): Database {
  return { rows: new Map(), order: [] };
}

/** The same rows once more. */
export function copyOf({ rows, order }: Database): Database {
  return { rows: new Map(rows), order: [...order] };
}

/**
 * The rows of a database, for `feedsOver`.
 * @param door passed by each write on its way to the disk: it may keep the write waiting, lose it, or let it happen
 *   and never come back.
 */
export function rowsIn(database: Database, door: (write: () => void) => Promise<void>): Rows {
  const { rows, order } = database;
  const between = (first: string, end: string, most: number): readonly string[] => {
    const from = placeOf(order, first);
    const to = placeOf(order, end);
    return order.slice(from, most < 0 ? to : Math.min(to, from + most));
  };
  return {
    get: async (key) => rows.get(rowName(key))?.value,
    getMany: async (keys) => keys.map((key) => rows.get(rowName(key))?.value),
    async *range(first, end, most = -1) {
      const found = between(rowName(first), rowName(end), most).map((name) => rows.get(name) as Row);
      for (const row of found) yield row;
    },
    async *keys(first, end, most = -1) {
      for (const name of between(rowName(first), rowName(end), most)) yield (rows.get(name) as Row).key;
    },
    write: (written) =>
      door(() => {
        for (const row of written) {
          const name = rowName(row.key);
          if (!rows.has(name)) order.splice(placeOf(order, name), 0, name);
          rows.set(name, row);
        }
      }),
    close: async () => undefined,
  };
}

/** Where a name stands, or would stand: names are Latin-1, so their order is that of the bytes. */
function placeOf(order: readonly string[], name: string): number {
  let [low, high] = [0, order.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((order[middle] as string) < name) low = middle + 1;
    else high = middle;
  }
  return low;
}
