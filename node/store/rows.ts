/**
 * The database as rows with checked values: the only file that calls LevelDB. Encodings and `sync` are given in
 * full with each call, and every error leaves here as a Breakage with a code.
 */
import { constants } from 'node:os';
import type { AbstractLevel } from 'abstract-level';
import { Breakage, type FaultCode } from '../core/fault.js';
import type { Key } from './keys.js';
import { damaged, stamped, unstamp } from './record.js';

/** Any database of the Level family; keys and values are bytes whatever its defaults say. */
export type Database = AbstractLevel<string | Buffer | Uint8Array, string, string>;

/** A key with its value, without stamp. */
export interface Row {
  readonly key: Key;
  readonly value: Uint8Array;
}

/** What the rest of the room may do with the database. */
export interface Rows {
  /** @throws Breakage STORE_DAMAGED, STORE_FAILED */
  get(key: Key): Promise<Uint8Array | undefined>;
  /** In the order of the keys; `undefined` for those that are not there. */
  getMany(keys: readonly Key[]): Promise<readonly (Uint8Array | undefined)[]>;
  /** Rows with `first ≤ key < end`, as they were when the first one was read. */
  range(first: Key, end: Key, most?: number): AsyncGenerator<Row, void, undefined>;
  /** Keys alone of the same rows; their values are neither read nor checked. */
  keys(first: Key, end: Key, most?: number): AsyncGenerator<Key, void, undefined>;
  /** All or nothing, on disk when it resolves. @throws Breakage STORE_FULL, STORE_FAILED */
  write(rows: readonly Row[]): Promise<void>;
  close(): Promise<void>;
}

const BYTES = { keyEncoding: 'view', valueEncoding: 'view' } as const;
/** LOG-4: a batch that resolves is on disk. LevelDB's default is not. */
const SYNCED = { ...BYTES, sync: true } as const;
/** One read fetches up to so many rows and so many bytes. */
const CHUNK_ROWS = 256;
const CHUNK_BYTES = 1 << 20;

/** Rows of a database that is open. */
export function rowsOf(level: Database): Rows {
  const stampedRow = together((keys) =>
    calling(() => level.getMany<Key, Uint8Array | undefined>([...keys], BYTES)),
  );
  const get = async (key: Key): Promise<Uint8Array | undefined> => {
    const row = await stampedRow(key);
    return row === undefined ? undefined : unstamp(key, row);
  };
  return {
    get,
    getMany: (keys) => Promise.all(keys.map(get)),
    async *range(first, end, most = -1) {
      const options = { ...BYTES, gte: first, lt: end, limit: most, highWaterMarkBytes: CHUNK_BYTES };
      const iterator = level.iterator<Key, Uint8Array>(options);
      try {
        for (;;) {
          const rows = await calling(() => iterator.nextv(CHUNK_ROWS));
          if (rows.length === 0) return;
          for (const [key, row] of rows) yield { key: plain(key), value: unstamp(key, row) };
        }
      } finally {
        await iterator.close();
      }
    },
    async *keys(first, end, most = -1) {
      const iterator = level.keys<Key>({ keyEncoding: 'view', gte: first, lt: end, limit: most });
      try {
        for (;;) {
          const keys = await calling(() => iterator.nextv(CHUNK_ROWS));
          if (keys.length === 0) return;
          for (const key of keys) yield plain(key);
        }
      } finally {
        await iterator.close();
      }
    },
    async write(rows) {
      const puts = rows.map(({ key, value }) => ({ type: 'put' as const, key, value: stamped(key, value) }));
      await calling(() => level.batch<Key, Uint8Array>(puts, SYNCED));
    },
    async close() {
      await calling(() => level.close());
    },
  };
}

/** What is asked for in one breath is read by one call: a call costs more than a row, for it changes threads twice. */
function together<T>(readAll: (keys: readonly Key[]) => Promise<readonly T[]>): (key: Key) => Promise<T> {
  let asked: Key[] = [];
  let reading: Promise<readonly T[]> | undefined;
  return async (key) => {
    const at = asked.push(key) - 1;
    reading ??= Promise.resolve().then(() => {
      const keys = asked;
      asked = [];
      reading = undefined;
      return readAll(keys);
    });
    // `getMany` answers in the order of the keys, with `undefined` for one that is not there.
    return (await reading)[at] as T;
  };
}

/** A database may hand out a Buffer, whose `slice` shares memory: inside this room bytes are plain. */
function plain(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

async function calling<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    throw breakageOf(cause);
  }
}

/** A file that is there and cannot be used: another kind of file, a right that is missing, a failing disk. */
export function unusable(where: string, cause: unknown): Breakage {
  const named = breakageOf(cause);
  return named.fault.code === 'STORE_FAILED' ? new Breakage({ code: 'STORE_UNUSABLE', where }, cause) : named;
}

/** The code of a system error, or an empty text. */
export function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : '';
}

/** Node has no name for this error of the system. */
const OVER_QUOTA = -constants.errno.EDQUOT;

/** What a database error means to us; LevelDB tells a full disk in words only. */
export function breakageOf(cause: unknown): Breakage {
  if (cause instanceof Breakage) return cause;
  const chain: { code?: unknown; errno?: unknown; message?: unknown }[] = [];
  for (let at = cause; at instanceof Error && chain.length < 8; at = at.cause) chain.push(at);
  const has = (code: string): boolean => chain.some((error) => error.code === code);
  const overQuota = chain.some(({ errno }) => errno === OVER_QUOTA);
  const says = (words: RegExp): boolean => chain.some(({ message }) => words.test(String(message)));
  if (has('LEVEL_CORRUPTION')) return damaged('database', undefined, cause);
  let code: FaultCode = 'STORE_FAILED';
  if (has('LEVEL_LOCKED')) code = 'STORE_LOCKED';
  else if (has('ENOSPC') || overQuota || says(/No space left on device|Disk quota exceeded/)) {
    code = 'STORE_FULL';
  } else if (says(/create_if_missing is false/)) code = 'STORE_ABSENT';
  return new Breakage({ code }, cause);
}
