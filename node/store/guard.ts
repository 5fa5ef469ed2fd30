/**
 * The guard file (LOG-6): how far this node has spoken and heard, kept outside the database and its backups.
 *
 * A database that is put back from a backup opens without a complaint; it is a good prefix. But its node has
 * signed more than it remembers, and would sign other words under the same sequence numbers and write-once keys.
 * Only something that is not put back together with it can tell. So before each sending the guard is moved, and
 * at a start a guard that is ahead, or missing, means that the node was restored and begins on probation (R9).
 */
import { readFile, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Hash, hash, utf8 } from '../core/bytes.js';
import { type Breakage, type Outcome, ok, refuse } from '../core/fault.js';
import { type FeedId, feedKey, nodeId } from '../core/ids.js';
import { rootOf } from '../core/log/tree.js';
import type { Instant } from '../core/time.js';
import type { FeedHead, Guard } from '../ports.js';
import { replaceFile } from './disk.js';
import { nativeSha256 } from './record.js';
import { breakageOf, codeOf, unusable } from './rows.js';

/** What the guard says of one feed. */
export interface GuardMark {
  readonly feed: FeedId;
  readonly size: number;
  readonly root: Hash;
}

/** What a guard file says. */
export interface GuardText {
  readonly incarnation: number;
  /** By feed key. */
  readonly marks: ReadonlyMap<string, GuardMark>;
}

/** Where a guard lies: a file, or in the simulator a text that survives what the disk loses. */
export interface GuardFile {
  /** @returns `undefined` where there is none. */
  read(): Promise<string | undefined>;
  /** Resolves when the new text is on disk, whole. @throws Breakage STORE_FAILED, STORE_FULL */
  replace(text: string): Promise<void>;
  /** A marker says that the database beside it is a copy that was put back (DESIGN §10). */
  restoredCopy(): Promise<boolean>;
  /** Takes the marker away. */
  unmark(): Promise<void>;
}

/** What is known about the store beside its heads. */
export interface GuardOptions {
  /** The store was made a moment ago, so that there can be no guard yet. */
  readonly fresh: boolean;
  /**
   * Root of a feed at a size below its head, to see that what the guard knows is a prefix; without it only
   * equal sizes are compared.
   */
  readonly rootAt?: (feed: FeedId, size: number) => Promise<Hash>;
  /** Directory of the database: a file RESTORED-COPY beside it, in it or beside the guard says that it was put back. */
  readonly database?: string;
}

/** Name of the marker that a raw copy of a database carries. */
export const RESTORED_COPY = 'RESTORED-COPY';

/**
 * Opens the guard at a path and begins a new life. After a clean start it is moved to the heads at once. Where the
 * store turns out to be older than what was said, the file stays as it is until the first move: whoever moves it has
 * written down before that this life is on probation (R9).
 *
 * @param heads of all feeds, as the store has them.
 * @param now of the node's clock; the incarnation is this instant or one more than the last.
 * @returns the guard; its `restored` is the feed of which the file knows more, or `guard` (missing or unreadable), or
 *   `RESTORED-COPY`. Faults: STORE_FORMAT for a guard of a newer version.
 * @throws Breakage STORE_FAILED, STORE_FULL
 */
export function openGuard(
  path: string,
  heads: readonly FeedHead[],
  now: Instant,
  options: GuardOptions,
): Promise<Outcome<Guard>> {
  return openGuardIn(guardFileAt(path, options.database), heads, now, options);
}

/** {@link openGuard} over a file that is given. */
export async function openGuardIn(
  file: GuardFile,
  heads: readonly FeedHead[],
  now: Instant,
  options: GuardOptions,
): Promise<Outcome<Guard>> {
  const text = await file.read();
  const read = text === undefined ? missing(heads, options) : readGuard(text);
  if (!read.ok && read.fault.code === 'STORE_FORMAT') return read;
  const known = read.ok ? read.value : NOTHING_KNOWN;
  const marked = await file.restoredCopy();
  const restored = marked
    ? RESTORED_COPY
    : read.ok
      ? ((await compare(known, heads, options.rootAt)) ?? '')
      : 'guard';
  const incarnation = Math.max(now, known.incarnation + 1, 1);
  const marks = new Map(restored === '' ? known.marks : []);
  const guard = guardOver(file, { incarnation, restored, marked }, marks);
  if (restored === '') await guard.move(heads);
  return ok(guard);
}

const NOTHING_KNOWN: GuardText = { incarnation: 0, marks: new Map() };

function missing(heads: readonly FeedHead[], { fresh }: GuardOptions): Outcome<GuardText> {
  // An empty store without a guard is a lost disk unless it was made just now (DESIGN §4).
  const spoken = heads.some(({ tip }) => tip.size > 0);
  return fresh && !spoken ? ok(NOTHING_KNOWN) : refuse('NODE_RESTORED', { where: 'guard' });
}

/** The first feed of which the guard knows what the store does not. */
async function compare(
  guard: GuardText,
  heads: readonly FeedHead[],
  rootAt: GuardOptions['rootAt'],
): Promise<string | undefined> {
  const tips = new Map(heads.map(({ feed, tip }) => [feedKey(feed), tip]));
  for (const [key, { feed, size, root }] of guard.marks) {
    const tip = tips.get(key);
    if (size > (tip?.size ?? 0)) return key;
    if (tip === undefined) continue;
    const held = size === tip.size ? rootOf(tip) : await rootAt?.(feed, size);
    if (held !== undefined && held !== root) return key;
  }
  return undefined;
}

/** Moves together: those that wait for the disk go into the next replacement of the file. */
function guardOver(
  file: GuardFile,
  begun: { readonly incarnation: number; readonly restored: string; readonly marked: boolean },
  marks: Map<string, GuardMark>,
): Guard {
  let { incarnation, marked } = begun;
  const lines = new Map([...marks].map(([key, mark]) => [key, lineOf(mark)]));
  // Callers hand in all heads each time, and all but a few are the very ones of the last time.
  const taken = new WeakSet<FeedHead>();
  let written: Promise<void> | undefined;
  let waiting: Promise<void> | undefined;
  let dirty = true;
  let broken: Breakage | undefined;

  function take(heads: readonly FeedHead[]): void {
    for (const head of heads) {
      if (taken.has(head)) continue;
      taken.add(head);
      const { feed, tip } = head;
      const key = feedKey(feed);
      if (tip.size <= (marks.get(key)?.size ?? 0)) continue;
      const mark = { feed, size: tip.size, root: rootOf(tip) };
      marks.set(key, mark);
      lines.set(key, lineOf(mark));
      dirty = true;
    }
  }

  async function replace(): Promise<void> {
    dirty = false;
    try {
      await file.replace(textOf(incarnation, lines));
      // The marker has done its work: that this life is on probation is on disk before the guard ever moves.
      if (marked) await file.unmark();
      marked = false;
    } catch (cause) {
      broken = breakageOf(cause);
      throw broken;
    }
  }

  return {
    get incarnation() {
      return incarnation;
    },
    restored: begun.restored,
    raise(to) {
      if (to <= incarnation) return;
      incarnation = to;
      dirty = true;
    },
    async move(heads) {
      if (broken) throw broken;
      take(heads);
      // Nothing new: what the caller relies on is on disk, in flight or in the replacement that waits.
      if (!dirty) return waiting ?? written;
      if (waiting === undefined) {
        const before = written;
        waiting = (async () => {
          await before;
          waiting = undefined;
          written = replace();
          await written;
        })();
      }
      return waiting;
    },
  };
}

const HEADER = 'isochron guard ';
const VERSION = 1;

/** `readGuard(writeGuard(a)) = a`: a line for each feed, and last the SHA-256 of everything before. */
export function writeGuard({ incarnation, marks }: GuardText): string {
  return textOf(incarnation, new Map([...marks].map(([key, mark]) => [key, lineOf(mark)])));
}

/** Faults: NODE_RESTORED for a text that cannot be read, STORE_FORMAT for a newer version. */
export function readGuard(text: string): Outcome<GuardText> {
  const unreadable = refuse('NODE_RESTORED', { where: 'guard' });
  const [header = '', ...lines] = text.split('\n');
  const version = Number(header.slice(HEADER.length));
  if (!header.startsWith(HEADER) || !Number.isSafeInteger(version)) return unreadable;
  if (version > VERSION) return refuse('STORE_FORMAT', { where: 'guard', held: VERSION, offered: version });
  const end = text.lastIndexOf('\nsum ') + 1;
  if (version !== VERSION || text.slice(end) !== `sum ${nativeSha256(utf8(text.slice(0, end)))}\n`)
    return unreadable;
  const [, digits] = /^incarnation ([1-9]\d{0,15})$/.exec(lines[0] ?? '') ?? [];
  const marks = lines.slice(1, -2).map(readLine);
  if (digits === undefined || marks.includes(undefined)) return unreadable;
  const known = marks.filter((mark) => mark !== undefined);
  return ok({
    incarnation: Number(digits),
    marks: new Map(known.map((mark) => [feedKey(mark.feed), mark])),
  });
}

function textOf(incarnation: number, lines: ReadonlyMap<string, string>): string {
  const body = `${HEADER}${VERSION}\nincarnation ${incarnation}\n${[...lines.values()].join('')}`;
  return `${body}sum ${nativeSha256(utf8(body))}\n`;
}

function lineOf({ feed, size, root }: GuardMark): string {
  return `${feed.author} ${feed.recipient} ${size} ${root}\n`;
}

function readLine(line: string): GuardMark | undefined {
  const [authorText = '', recipientText = '', sizeText = '', rootText = '', ...rest] = line.split(' ');
  const [author, recipient, root] = [nodeId(authorText), nodeId(recipientText), hash(rootText)];
  if (!author || !recipient || !root || rest.length > 0 || !/^[1-9]\d{0,15}$/.test(sizeText))
    return undefined;
  return { feed: { author, recipient }, size: Number(sizeText), root };
}

function guardFileAt(path: string, database: string | undefined): GuardFile {
  // Beside a guard that was moved elsewhere too: a marker that nobody looks at would be worse than none.
  const places = [dirname(path), ...(database === undefined ? [] : [dirname(database), database])];
  const markers = places.map((place) => join(place, RESTORED_COPY));
  return {
    read: () => absentOr(readFile(path, 'utf8')),
    async replace(text) {
      try {
        await replaceFile(path, text);
      } catch (cause) {
        throw breakageOf(cause);
      }
    },
    async restoredCopy() {
      const found = await Promise.all(markers.map((place) => absentOr(stat(place))));
      return found.some((marker) => marker !== undefined);
    },
    async unmark() {
      for (const place of markers) await absentOr(unlink(place));
    },
  };
}

async function absentOr<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return undefined;
    throw unusable('guard', cause);
  }
}
