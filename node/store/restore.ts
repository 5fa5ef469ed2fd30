/**
 * A backup is checked, and becomes a store again. What it has forgotten since is for the guard and the peers to tell:
 * whoever restores leaves the marker RESTORED-COPY beside the store, so that the next start is on probation (R9).
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { Breakage, type Outcome, ok, refuse } from '../core/fault.js';
import { type FeedId, feedKey, nodeId } from '../core/ids.js';
import { LIMITS } from '../core/limits.js';
import { readLeaf } from '../core/log/leaf.js';
import { EMPTY_TIP } from '../core/log/tip.js';
import { grow, leafHash, rootOf } from '../core/log/tree.js';
import type { ArrivalKey } from '../ports.js';
import { BACKUP_FORMAT, type BackupIndex, feedDirectory } from './backup.js';
import { entriesIn, readTextFile } from './exported.js';
import {
  FORMAT,
  feedOf,
  kindOf,
  MILESTONE,
  metaKey,
  readArrivalKey,
  readUint,
  sequenceKey,
  uint,
} from './keys.js';
import { readArrival, readHead, writeLeafRow, writeTip } from './record.js';
import type { Row, Rows } from './rows.js';

/** So many rows go into one batch. */
const BATCH_ROWS = 512;

/**
 * Reads `backup.json` and compares the books with it.
 * Faults: LOG_FILE for a file that is missing or unreadable, STORE_FORMAT for another version, STORE_DAMAGED for books
 * that are not those of the index.
 */
export async function readBackup(directory: string): Promise<Outcome<BackupIndex>> {
  const read = await readTextFile(directory, 'backup.json', LIMITS.indexBytes.most);
  if (!read.ok) return read;
  const index = indexOf(read.value);
  if (index === undefined) return refuse('LOG_FILE', { where: 'backup.json' });
  if (index.format !== BACKUP_FORMAT || index.store !== FORMAT)
    return refuse('STORE_FORMAT', { where: 'backup.json', held: FORMAT, offered: index.store });
  const digest = createHash('sha256');
  try {
    for await (const part of createReadStream(join(directory, 'books'))) digest.update(part as Buffer);
  } catch {
    return refuse('LOG_FILE', { where: 'books' });
  }
  return digest.digest('hex') === index.books ? ok(index) : refuse('STORE_DAMAGED', { where: 'books' });
}

/**
 * Writes the rows of a backup into an empty database; whoever opens it checks every one of them.
 * Faults: those of {@link readBackup}, LOG_FILE, LOG_TILE. @throws Breakage STORE_FULL, STORE_FAILED
 */
export async function restoreRows(directory: string, rows: Rows): Promise<Outcome<BackupIndex>> {
  const index = await readBackup(directory);
  if (!index.ok) return index;
  const places = new Map<string, ArrivalKey[]>();
  const heads: { readonly feed: FeedId; readonly size: number; readonly root: string }[] = [];
  let waiting: Row[] = [];
  const write = async (row: Row): Promise<void> => {
    waiting.push(row);
    if (waiting.length >= BATCH_ROWS) await flush();
  };
  const flush = async (): Promise<void> => {
    if (waiting.length > 0) await rows.write(waiting);
    waiting = [];
  };
  for await (const row of readBooks(join(directory, 'books'))) {
    switch (kindOf(row.key)) {
      case 'arrival': {
        const { key, feed, sequence } = readArrival(readArrivalKey(row.key), row.value);
        const list = places.get(feedKey(feed)) ?? [];
        places.set(feedKey(feed), list);
        list[sequence] = key;
        break;
      }
      case 'head': {
        const { tip } = readHead(row.value);
        heads.push({ feed: feedOf(row.key), size: tip.size, root: rootOf(tip) });
        break;
      }
      default:
    }
    if (kindOf(row.key) !== 'meta' || !isFormat(row)) await write(row);
  }
  try {
    for (const { feed, size, root } of heads) {
      let tip = EMPTY_TIP;
      for await (const { leaf, envelope } of entriesIn(join(directory, feedDirectory(feed)), size)) {
        const read = readLeaf(leaf);
        const place = places.get(feedKey(feed))?.[tip.size];
        if (!read.ok || place === undefined)
          return refuse('STORE_DAMAGED', { where: feedKey(feed), offered: tip.size });
        await write({ key: sequenceKey('leaf', feed, tip.size), value: writeLeafRow(place, leaf) });
        await write({ key: sequenceKey('envelope', feed, tip.size), value: envelope });
        tip = grow(tip, [leafHash(leaf)], read.value.incarnation);
        if (tip.size % MILESTONE === 0)
          await write({ key: sequenceKey('tip', feed, tip.size), value: writeTip(tip) });
      }
      if (rootOf(tip) !== root) return refuse('CHECKPOINT_ROOT', { where: feedKey(feed), offered: size });
    }
  } catch (cause) {
    if (cause instanceof Breakage && cause.fault.code.startsWith('LOG_'))
      return { ok: false, fault: cause.fault };
    throw cause;
  }
  await flush();
  // Last: rows without a format are no store, so an interrupted restore opens as nothing.
  await rows.write([{ key: metaKey('format'), value: uint(FORMAT, 4) }]);
  return index;
}

function isFormat({ key }: Row): boolean {
  return Buffer.from(key).equals(Buffer.from(metaKey('format')));
}

/** The rows of `books`, whose digest was compared: what is cut here was written so. One piece of it is in memory. */
async function* readBooks(path: string): AsyncGenerator<Row> {
  let held = new Uint8Array(0);
  let at = 0;
  for await (const piece of createReadStream(path)) {
    held = Buffer.concat([held.subarray(at), piece as Buffer]);
    at = 0;
    for (let end = endOfRow(held, at); end <= held.length; end = endOfRow(held, at)) {
      const key = at + 8 + readUint(held.subarray(at, at + 4));
      yield {
        key: new Uint8Array(held.subarray(at + 8, key)),
        value: new Uint8Array(held.subarray(key, end)),
      };
      at = end;
    }
  }
}

/** @returns infinity where not even the lengths of the next row are there yet. */
function endOfRow(bytes: Uint8Array, at: number): number {
  if (at + 8 > bytes.length) return Number.POSITIVE_INFINITY;
  return at + 8 + readUint(bytes.subarray(at, at + 4)) + readUint(bytes.subarray(at + 4, at + 8));
}

function indexOf(text: string): BackupIndex | undefined {
  try {
    const index = JSON.parse(text) as BackupIndex;
    const isWhole =
      nodeId(index.node) !== undefined &&
      Array.isArray(index.feeds) &&
      index.feeds.every(
        ({ author, recipient }) => nodeId(author) !== undefined && nodeId(recipient) !== undefined,
      );
    return isWhole ? index : undefined;
  } catch {
    return undefined;
  }
}
