/**
 * The look at LevelDB's files before LevelDB sees them (LOG-5).
 *
 * Problem: LevelDB mends in silence. It steps over what it cannot read in a write-ahead log, does not miss a log that
 * is gone, never looks at the checksums of its tables, and while it opens it deletes what it takes to be left over.
 * Naively one opens it and compares what comes out. But then the process may already have died on a broken block,
 * and what might have shown the damage, or mended it, is already deleted. So the files are read first, and LevelDB
 * gets to see only those that are as it wrote them, or cut off at the end as a crash leaves them.
 */
import { open, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { textOf } from '../core/bytes.js';
import { Breakage } from '../core/fault.js';
import { FORMAT } from './keys.js';
import { readLogFile } from './log-file.js';
import { damaged } from './record.js';
import { codeOf, unusable } from './rows.js';
import { badBlock, badIndex } from './table-file.js';
import { type Varints, varints } from './varint.js';

/** The last layout whose tables were compressed. */
const COMPRESSED_FORMAT = 1;

/** `full` reads every block of every table; `heads` only where its blocks are, and leaves the rows to their stamps. */
type Depth = 'full' | 'heads';

/** Files that changed under so many looks are in use. */
const LOOKS = 3;

/**
 * Checks the files of a database that nobody has open.
 *
 * @returns whether there is one; a directory that is absent or empty has none.
 * @throws Breakage STORE_FORMAT for tables as an older layout had them; STORE_DAMAGED with the file in `where` and the offset of the first bad byte or block in `offered`;
 *   STORE_LOCKED where the files change while they are read; STORE_UNUSABLE where one cannot be read.
 */
export async function checkFiles(directory: string, depth: Depth = 'full'): Promise<boolean> {
  for (let look = 0; look < LOOKS; look += 1) {
    const before = await marksIn(directory);
    try {
      return await checkOnce(directory, new Set(before.keys()), depth);
    } catch (cause) {
      // A node that runs here writes and removes files: what looked damaged was only another moment.
      const after = await marksIn(directory);
      if (sameMarks(before, after)) throw cause;
    }
  }
  throw new Breakage({ code: 'STORE_LOCKED' });
}

/** By name, what shows that a file was written or replaced: some are replaced by others of the same size. */
async function marksIn(directory: string): Promise<ReadonlyMap<string, string>> {
  const names = await readdir(directory).catch((cause: unknown) => {
    if (codeOf(cause) === 'ENOENT') return [];
    throw unusable('store', cause);
  });
  const files = names.map(async (name): Promise<readonly [string, string] | undefined> => {
    const found = await stat(join(directory, name), { bigint: true }).catch(() => undefined);
    return found && [name, `${found.size} ${found.ino} ${found.mtimeNs}`];
  });
  return new Map((await Promise.all(files)).filter((file) => file !== undefined));
}

function sameMarks(left: ReadonlyMap<string, string>, right: ReadonlyMap<string, string>): boolean {
  return left.size === right.size && [...left].every(([name, mark]) => right.get(name) === mark);
}

async function checkOnce(directory: string, names: ReadonlySet<string>, depth: Depth): Promise<boolean> {
  const read = (name: string) =>
    readFile(join(directory, name)).catch((cause: unknown) => {
      throw codeOf(cause) === 'ENOENT' ? damaged(name, undefined, cause) : unusable(name, cause);
    });
  if (!names.has(CURRENT)) {
    // LevelDB would take the rest for the leavings of a database that never was, and sweep them away.
    if ([...names].some((name) => LOG.test(name) || TABLE.test(name))) throw damaged(CURRENT);
    return false;
  }
  const [, manifest] = /^(MANIFEST-\d{6,})\n$/.exec(textOf(await read(CURRENT)) ?? '') ?? [];
  if (manifest === undefined) throw damaged(CURRENT);
  const { log, tables } = readManifest(manifest, await read(manifest));
  const logs = [...names]
    .filter((name) => numberIn(name, LOG) >= log)
    .sort((left, right) => numberIn(left, LOG) - numberIn(right, LOG));
  // The log that a manifest names is made before it and lives as long: without it, all since the last table is gone.
  if (log > 0 && !logs.some((name) => numberIn(name, LOG) === log)) throw damaged(named(log, 'log'));
  for (const [number, size] of tables) {
    const name = [named(number, 'ldb'), named(number, 'sst')].find((one) => names.has(one));
    if (name === undefined) throw damaged(named(number, 'ldb'));
    const bad = depth === 'full' ? badIn(await read(name), size) : await badAtEnd(directory, name, size);
    // A store of the first layout: of such a table we cannot tell whether it is damaged, so nobody is told that it is.
    if (bad === 'compressed')
      throw new Breakage({ code: 'STORE_FORMAT', where: name, held: FORMAT, offered: COMPRESSED_FORMAT });
    if (bad !== undefined) throw damaged(name, bad);
  }
  await checkLogs(logs, read);
  return true;
}

function badIn(bytes: Uint8Array, size: number): ReturnType<typeof badBlock> {
  return bytes.length < size ? bytes.length : badBlock(bytes.subarray(0, size));
}

async function badAtEnd(directory: string, name: string, size: number): Promise<ReturnType<typeof badBlock>> {
  const file = await open(join(directory, name)).catch((cause: unknown) => {
    throw codeOf(cause) === 'ENOENT' ? damaged(name, undefined, cause) : unusable(name, cause);
  });
  try {
    const { size: held } = await file.stat();
    if (held < size) return held;
    return await badIndex(size, async (offset, length) => {
      const { buffer, bytesRead } = await file.read(new Uint8Array(length), 0, length, offset);
      return buffer.subarray(0, bytesRead);
    });
  } finally {
    await file.close();
  }
}

/** A break is the end of everything, or it is damage: behind it nothing whole may follow, in no later log either. */
async function checkLogs(
  logs: readonly string[],
  read: (name: string) => Promise<Uint8Array>,
): Promise<void> {
  let broken: Breakage | undefined;
  for (const name of logs) {
    const { records, brokenAt, goesOn } = readLogFile(await read(name));
    if (broken !== undefined && (records.length > 0 || goesOn)) throw broken;
    if (brokenAt === undefined) continue;
    const here = damaged(name, brokenAt);
    if (goesOn) throw here;
    broken ??= here;
  }
}

interface Manifest {
  /** Number of the oldest log that is still needed; 0 while there is none. */
  readonly log: number;
  /** Size of each table by its number. */
  readonly tables: ReadonlyMap<number, number>;
}

function readManifest(name: string, bytes: Uint8Array): Manifest {
  const { records, brokenAt, isTorn } = readLogFile(bytes);
  if (brokenAt !== undefined && !isTorn) throw damaged(name, brokenAt);
  const tables = new Map<number, number>();
  let log: number | undefined;
  for (const record of records) {
    const take = varints(record);
    while (take.at() < record.length) {
      const edit = takeEdit(take);
      if (edit === undefined) throw damaged(name);
      if (edit.log !== undefined) log = edit.log;
      if (edit.gone !== undefined) tables.delete(edit.gone);
      if (edit.made !== undefined) tables.set(edit.made.number, edit.made.size);
    }
  }
  if (log === undefined) throw damaged(name, brokenAt);
  return { log, tables };
}

interface Edit {
  readonly log?: number;
  readonly gone?: number;
  readonly made?: { readonly number: number; readonly size: number };
}

/** Field numbers of LevelDB's version edits. */
const FIELD = {
  comparator: 1,
  log: 2,
  next: 3,
  sequence: 4,
  pointer: 5,
  gone: 6,
  made: 7,
  previous: 9,
} as const;

/** One field of an edit. @returns `undefined` where it cannot be read. */
function takeEdit(take: Varints): Edit | undefined {
  const bytes = () => {
    const length = take();
    return length === undefined ? undefined : take.skip(length);
  };
  switch (take()) {
    case FIELD.comparator:
      return bytes() && {};
    case FIELD.log: {
      const log = take();
      return log === undefined ? undefined : { log };
    }
    case FIELD.next:
    case FIELD.sequence:
    case FIELD.previous:
      return take() === undefined ? undefined : {};
    case FIELD.pointer:
      return take() === undefined ? undefined : bytes() && {};
    case FIELD.gone: {
      const [level, gone] = [take(), take()];
      return level === undefined || gone === undefined ? undefined : { gone };
    }
    case FIELD.made: {
      const [level, number, size] = [take(), take(), take()];
      const [smallest, largest] = [bytes(), bytes()];
      if (level === undefined || number === undefined || size === undefined) return undefined;
      return smallest && largest && { made: { number, size } };
    }
    default:
      return undefined;
  }
}

const CURRENT = 'CURRENT';
/** Names of write-ahead logs. */
export const LOG: RegExp = /^(\d{6,})\.log$/;
/** Names of tables, new and old. */
export const TABLE: RegExp = /^(\d{6,})\.(?:ldb|sst)$/;

/** @returns −1 for another kind of file. */
function numberIn(name: string, kind: RegExp): number {
  const [, digits] = kind.exec(name) ?? [];
  return digits === undefined ? -1 : Number(digits);
}

function named(number: number, ending: string): string {
  return `${String(number).padStart(6, '0')}.${ending}`;
}
