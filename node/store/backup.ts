/**
 * A backup: everything that a store holds, as files.
 *
 * | file                          | holds                                                                     |
 * |-------------------------------|---------------------------------------------------------------------------|
 * | `feeds/<author>-<recipient>/` | the log as foreign tools verify it, envelopes beside it (`export.ts`)      |
 * | `books`                       | the rows that no log has: arrivals, heads, write-once keys, receipts …     |
 * | `cards/<node>.card.asc`       | the public certificates and log keys of those who wrote and cosigned       |
 * | `backup.json`                 | node, instant, every feed with size and root, SHA-256 of `books`           |
 *
 * The database is read by one iterator, so all of it is of one moment while the node goes on. `backup.json` is
 * written last: a directory without it is a backup that was interrupted. Keys are never in a backup.
 */
import { createHash } from 'node:crypto';
import { type FileHandle, mkdir, open, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { utf8 } from '../core/bytes.js';
import { canonical } from '../core/canonical.js';
import { type Outcome, ok } from '../core/fault.js';
import { type FeedId, feedKey, type NodeId } from '../core/ids.js';
import { TILE_WIDTH, tilePath, writeBundle } from '../core/log/tile.js';
import { leafHash, rootOf } from '../core/log/tree.js';
import { type Instant, writeInstant } from '../core/time.js';
import { type Tiler, tilerOf } from './export.js';
import type { FeedStore } from './feeds.js';
import { FORMAT, feedOf, kindOf, uint } from './keys.js';
import { newFolder } from './new-folder.js';
import { nativeSha256, readHead, readLeafRow } from './record.js';
import { breakageOf, type Row } from './rows.js';

/** Number of this layout. */
export const BACKUP_FORMAT = 1;

/** What the backup room is told of a node. */
export interface BackupOwner {
  readonly node: NodeId;
  readonly at: Instant;
  /** Verifier key of a node's log, where it is known. */
  readonly logKey: (node: NodeId) => string | undefined;
  /** Signed cards of this node and its peers. */
  readonly cards: readonly { readonly node: NodeId; readonly text: string }[];
}

/** One feed of a backup, as `backup.json` has it. */
export interface BackedUpFeed {
  readonly author: string;
  readonly recipient: string;
  readonly size: number;
  readonly root: string;
}

/** What `backup.json` says. */
export interface BackupIndex {
  readonly format: number;
  readonly store: number;
  readonly node: string;
  readonly at: string;
  readonly feeds: readonly BackedUpFeed[];
  readonly books: string;
}

/** Directory of one feed inside a backup. */
export function feedDirectory({ author, recipient }: Pick<BackedUpFeed, 'author' | 'recipient'>): string {
  return join('feeds', `${author}-${recipient}`);
}

/**
 * Writes a backup into a directory that is absent or empty.
 * Faults: COMMAND_MALFORMED for a directory that cannot be made or has files in it.
 * @throws Breakage STORE_DAMAGED, STORE_FULL, STORE_FAILED
 */
export async function writeBackup(
  feeds: FeedStore,
  directory: string,
  owner: BackupOwner,
): Promise<Outcome<BackupIndex>> {
  const folder = await newFolder(directory);
  if (!folder.ok) return folder;
  let books: Books | undefined;
  try {
    books = await openBooks(join(directory, 'books'));
    const logs = new Map<string, Log>();
    const backed: BackedUpFeed[] = [];
    for await (const row of feeds.rows()) {
      switch (kindOf(row.key)) {
        case 'envelope': {
          const name = `${nativeSha256(row.value)}.pgp`;
          await put(join(directory, feedDirectory(feedOf(row.key)), 'envelopes', name), row.value);
          break;
        }
        case 'leaf':
          await logOf(logs, directory, feedOf(row.key)).add(readLeafRow(row.value).leaf);
          break;
        case 'tip':
          // Made again from the leaves.
          break;
        case 'head': {
          const feed = feedOf(row.key);
          const { tip, checkpoint } = readHead(row.value);
          if (checkpoint !== undefined) {
            backed.push({ ...feed, size: tip.size, root: rootOf(tip) });
            await writeNotes(join(directory, feedDirectory(feed)), feed, checkpoint, owner);
          }
          await books.add(row);
          break;
        }
        default:
          await books.add(row);
      }
    }
    for (const log of logs.values()) await log.end();
    for (const { node, text } of owner.cards)
      await put(join(directory, 'cards', `${node}.card.asc`), utf8(text));
    const index: BackupIndex = {
      format: BACKUP_FORMAT,
      store: FORMAT,
      node: owner.node,
      at: writeInstant(owner.at),
      feeds: backed,
      books: await books.end(),
    };
    await put(
      join(directory, 'backup.json'),
      utf8(`${canonical({ ...index, feeds: backed.map((one) => ({ ...one })) })}\n`),
    );
    return ok(index);
  } catch (cause) {
    throw breakageOf(cause);
  } finally {
    // The node goes on after a disk that was full: it must not keep a file open for each attempt.
    await books?.close();
  }
}

async function writeNotes(
  directory: string,
  feed: FeedId,
  checkpoint: Uint8Array,
  { logKey }: BackupOwner,
): Promise<void> {
  await put(join(directory, 'checkpoint'), checkpoint);
  for (const [role, node] of [
    ['author', feed.author],
    ['peer', feed.recipient],
  ] as const)
    await put(join(directory, `${role}.vkey`), utf8(`${logKey(node) ?? 'unknown'}\n`));
}

/** One log on its way to its files; a bundle of leaves is in memory. */
interface Log {
  add(leaf: Uint8Array): Promise<void>;
  end(): Promise<void>;
}

function logOf(logs: Map<string, Log>, directory: string, feed: FeedId): Log {
  const log = logs.get(feedKey(feed)) ?? openLog(join(directory, feedDirectory(feed)));
  logs.set(feedKey(feed), log);
  return log;
}

function openLog(directory: string): Log {
  const tiler: Tiler = tilerOf();
  let leaves: Uint8Array[] = [];
  let index = 0;
  const bundle = async (): Promise<void> => {
    const path = tilePath({ level: 'entries', index, width: leaves.length });
    await put(join(directory, path), writeBundle(leaves));
    leaves = [];
    index += 1;
  };
  return {
    async add(leaf) {
      for (const { path, bytes } of tiler.add(leafHash(leaf))) await put(join(directory, path), bytes);
      leaves.push(new Uint8Array(leaf));
      if (leaves.length === TILE_WIDTH) await bundle();
    },
    async end() {
      if (leaves.length > 0) await bundle();
      for (const { path, bytes } of tiler.rest()) await put(join(directory, path), bytes);
    },
  };
}

interface Books {
  add(row: Row): Promise<void>;
  /** Resolves when all of it is on disk, with its SHA-256. */
  end(): Promise<string>;
  close(): Promise<void>;
}

/** Rows behind each other: length of key and value, four bytes each, then both. */
async function openBooks(path: string): Promise<Books> {
  const file: FileHandle = await open(path, 'wx', 0o600);
  const digest = createHash('sha256');
  return {
    async add({ key, value }) {
      for (const part of [uint(key.length, 4), uint(value.length, 4), key, value]) {
        digest.update(part);
        await file.write(part);
      }
    },
    async end() {
      await file.sync();
      return digest.digest('hex');
    },
    close: () => file.close(),
  };
}

async function put(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(path, bytes, { mode: 0o600 });
}
