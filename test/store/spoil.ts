/**
 * Stores on a disk, made once and spoiled in copies, and the verdict over what is left: so many whole writes, or a
 * refusal by name. Anything else is a silent hole and fails the test that sees it.
 */
import {
  accessSync,
  constants,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Breakage, type Fault } from '../../node/core/fault.js';
import { levelAt } from '../../node/store/level.js';
import { checkFiles } from '../../node/store/level-files.js';
import { openFeeds } from '../../node/store/open.js';
import { digestOf, type Oracle, rawRows, type Write } from './history.js';

/** A folder of its own in memory where the system has that, since thousands of stores are synced in it. */
export function newFolder(): string {
  return mkdtempSync(join(isWritable('/dev/shm') ? '/dev/shm' : tmpdir(), 'isochron-faults-'));
}

function isWritable(place: string): boolean {
  try {
    accessSync(place, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** The files of a store that count; LevelDB's own diary and lock do not. */
export type Files = ReadonlyMap<string, Buffer>;

/** A store that is at rest. */
export interface Master {
  readonly files: Files;
  /** How many writes it holds. */
  readonly writes: number;
  /** Size of the newest write-ahead log after each write that went into it. */
  readonly ends: readonly { readonly writes: number; readonly bytes: number }[];
}

/** The one file whose name matches; a master has exactly one. */
export function fileOf({ files }: Pick<Master, 'files'>, pattern: RegExp): string {
  const found = [...files.keys()].filter((file) => pattern.test(file));
  if (found.length !== 1) throw new Error(`one file like ${pattern}, not ${found.join(' ')}`);
  return found[0] as string;
}

/** Reads the files of a store that nobody has open. */
export function filesIn(folder: string): Files {
  const names = readdirSync(folder).filter((file) => !/^LO/.test(file));
  return new Map(names.map((file) => [file, readFileSync(join(folder, file))]));
}

/** Writes a store, opening it anew before the writes in `openings`: at each, the log becomes a table. */
export async function makeMaster(
  folder: string,
  writes: readonly Write[],
  openings: readonly number[],
): Promise<Master> {
  const options = { verify: 'full', create: true, directory: folder } as const;
  let feeds = await openFeeds(levelAt(folder), options);
  const ends: { writes: number; bytes: number }[] = [];
  const measure = (done: number) => ends.push({ writes: done, bytes: newestLogBytes(folder) });
  measure(0);
  for (const [at, write] of writes.entries()) {
    if (openings.includes(at)) {
      await feeds.close();
      feeds = await openFeeds(levelAt(folder), options);
      ends.length = 0;
      measure(at);
    }
    await write(feeds);
    measure(at + 1);
  }
  await feeds.close();
  return { files: filesIn(folder), writes: writes.length, ends };
}

function newestLogBytes(folder: string): number {
  const [newest = ''] = readdirSync(folder)
    .filter((file) => file.endsWith('.log'))
    .sort()
    .reverse();
  return statSync(join(folder, newest)).size;
}

/** What is left of a store. */
export type Verdict =
  | { readonly kind: 'prefix'; readonly writes: number }
  | { readonly kind: 'refused'; readonly fault: Fault };

/** A place where spoiled stores are laid out and judged. */
export interface Court {
  /** @throws where the store opens and is no exact prefix, opens differently the second time, or has no name for what is wrong. */
  judge(files: Files): Promise<Verdict>;
  /** How many stores were judged. */
  readonly count: () => number;
}

/** @param folder is filled with copies, each removed after its verdict. */
export function openCourt(folder: string, oracle: Oracle): Court {
  // What a store is made of its rows alone decides; so rows that were judged before need no second look.
  const known = new Map<string, Verdict>();
  let count = 0;

  async function look(place: string): Promise<string | undefined> {
    // LevelDB may end the process over files that this refuses, so it does not get to see them.
    if (!(await checkFiles(place).catch(() => false))) return undefined;
    const level = levelAt(place);
    try {
      await level.open({ createIfMissing: false });
      return digestOf(await rawRows(level));
    } catch {
      return undefined;
    } finally {
      await level.close();
    }
  }

  async function open(place: string): Promise<Verdict> {
    const level = levelAt(place);
    try {
      const feeds = await openFeeds(level, { verify: 'full', create: false, directory: place });
      const rows = await rawRows(level);
      await feeds.close();
      const writes = oracle.writesIn(digestOf(rows));
      if (writes === undefined) throw new Error(`a silent hole: ${oracle.difference(rows)}`);
      return { kind: 'prefix', writes };
    } catch (reason) {
      if (!(reason instanceof Breakage)) throw reason;
      return { kind: 'refused', fault: reason.fault };
    }
  }

  return {
    count: () => count,
    async judge(files) {
      count += 1;
      const place = join(folder, String(count));
      layOut(place, files);
      const digest = await look(place);
      const before = digest === undefined ? undefined : known.get(digest);
      if (before !== undefined) {
        rmSync(place, { recursive: true });
        return before;
      }
      // LevelDB has mended what it could at the first look: the store must see the damaged files itself.
      rmSync(place, { recursive: true });
      layOut(place, files);
      const verdict = await open(place);
      const again = await open(place);
      rmSync(place, { recursive: true });
      if (JSON.stringify(again) !== JSON.stringify(verdict)) {
        throw new Error(`first ${JSON.stringify(verdict)}, then ${JSON.stringify(again)}`);
      }
      if (digest !== undefined) known.set(digest, verdict);
      return verdict;
    },
  };
}

/** Lays files out as a store. */
export function layOut(place: string, files: Files): void {
  mkdirSync(place);
  for (const [file, bytes] of files) writeFileSync(join(place, file), bytes);
}

/** A store with one file changed, or taken away where the change gives nothing. */
export function spoiled(
  { files }: Pick<Master, 'files'>,
  file: string,
  change: (bytes: Buffer) => Buffer | undefined,
): Files {
  const bytes = files.get(file);
  if (bytes === undefined) throw new Error(`the store has no ${file}`);
  const changed = change(bytes);
  const others = [...files].filter(([name]) => name !== file);
  return new Map(changed === undefined ? others : [...others, [file, changed] as const]);
}
