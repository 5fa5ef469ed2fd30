/**
 * Opens the store, or refuses with a name (LOG-5): locked, of another format, damaged. What opens here is an exact
 * prefix of what was written; whether it is *all* that was said is for the guard to tell (LOG-6).
 */
import { Breakage } from '../core/fault.js';
import { feedKey } from '../core/ids.js';
import { readNoteBody } from '../core/log/checkpoint.js';
import { rootOf } from '../core/log/tree.js';
import type { ArrivalKey, FeedHead } from '../ports.js';
import { anyKey, checkRows } from './check.js';
import { makeDirectory, syncDirectory } from './disk.js';
import { type FeedStore, feedsOver, type Opened } from './feeds.js';
import {
  arrivalKey,
  behind,
  FORMAT,
  feedOf,
  firstOf,
  metaKey,
  readArrivalKey,
  readUint,
  type Tally,
  uint,
} from './keys.js';
import { checkFiles } from './level-files.js';
import { damaged, readHead, readStanding, writeStanding } from './record.js';
import { breakageOf, type Database, type Rows, rowsOf, unusable } from './rows.js';

/** How a store is opened. */
export interface OpenOptions {
  /**
   * `full` reads every row and recomputes every root: at a start. `heads` reads logs and heads only and leaves the rest
   * to the stamps, which are checked at each read: for commands that look at one thing.
   */
  readonly verify: 'full' | 'heads';
  /** Whether to make a store where there is none; otherwise STORE_ABSENT. */
  readonly create: boolean;
  /**
   * Directory of the database, whose files are looked at before they are opened and whose name is put on disk when
   * it is made; absent for a database in memory.
   */
  readonly directory?: string;
}

/**
 * @throws Breakage STORE_LOCKED, STORE_ABSENT, STORE_FORMAT, STORE_FULL, STORE_UNUSABLE; STORE_DAMAGED with the feed or
 *   row in `where` and the first bad sequence in `offered`, or with a file and the first bad offset. The database is
 *   closed again.
 */
export async function openFeeds(level: Database, options: OpenOptions): Promise<FeedStore> {
  try {
    if (options.directory !== undefined) {
      // A database opens itself a moment after it is made, and must not before we have looked.
      await level.close();
      await prepare(options.directory, options);
    }
    await level.open({ createIfMissing: options.create });
  } catch (cause) {
    throw unusable('database', cause);
  }
  return openRows(rowsOf(level), options);
}

/** {@link openFeeds} over the rows of a database that is open; they are closed where they are refused. */
export async function openRows(rows: Rows, options: OpenOptions): Promise<FeedStore> {
  try {
    await checkFormat(rows, options);
    const opened = await readBooks(rows);
    for (const head of opened.heads) checkHead(head);
    if (options.verify === 'full') await checkRows(rows, opened);
    return feedsOver(rows, opened);
  } catch (cause) {
    await rows.close();
    throw breakageOf(cause);
  }
}

const NOTHING: Tally = { arrival: 0, once: 0, receipt: 0, evidence: 0 };

async function prepare(directory: string, { create, verify }: OpenOptions): Promise<void> {
  if (create) await makeDirectory(directory);
  const isThere = await checkFiles(directory, verify);
  // Asked for nothing, LevelDB would leave a lock and a diary where no store is.
  if (!isThere && !create) throw new Breakage({ code: 'STORE_ABSENT' });
}

async function checkFormat(rows: Rows, options: OpenOptions): Promise<void> {
  const key = metaKey('format');
  const held = await rows.get(key);
  if (held === undefined) {
    if ((await anyKey(rows)) !== undefined) throw damaged('format');
    if (!options.create) throw new Breakage({ code: 'STORE_ABSENT' });
    await rows.write([
      { key, value: uint(FORMAT, 4) },
      { key: metaKey('books'), value: writeStanding({ heard: undefined, tally: NOTHING }) },
    ]);
    if (options.directory !== undefined) await syncDirectory(options.directory);
    return;
  }
  const format = readUint(held);
  if (format !== FORMAT) throw new Breakage({ code: 'STORE_FORMAT', held: FORMAT, offered: format });
}

async function readBooks(rows: Rows): Promise<Opened> {
  const heads: FeedHead[] = [];
  for await (const { key, value } of rows.range(firstOf('head'), behind(firstOf('head')))) {
    heads.push({ feed: feedOf(key), ...readHead(value) });
  }
  const books = await rows.get(metaKey('books'));
  // Without this row everything would be heard, and answered, a second time.
  if (books === undefined) throw damaged('books');
  const { heard, tally } = readStanding(books);
  const end = behind(firstOf('arrival'));
  const places: ArrivalKey[] = [];
  const first = heard ? arrivalKey({ major: heard.major, minor: 0 }) : firstOf('arrival');
  for await (const key of rows.keys(first, end)) places.push(readArrivalKey(key));
  const last = places.at(-1) ?? heard;
  return { heads, heard, places, nextMajor: last === undefined ? 0 : last.major + 1, tally };
}

/** The checkpoint says the same as the tip beside it; whether it is signed is for `log verify`. */
function checkHead({ feed, tip, checkpoint, acknowledged }: FeedHead): void {
  const body = checkpoint && readNoteBody(checkpoint);
  const holds = body?.ok === true && body.value.size === tip.size && body.value.root === rootOf(tip);
  if (!(holds || (tip.size === 0 && checkpoint === undefined)) || acknowledged > tip.size) {
    throw damaged(`head ${feedKey(feed)}`);
  }
}
