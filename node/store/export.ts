/**
 * A log as plain files (LOG-8), for tools that know neither us nor LevelDB:
 *
 * | file                            | holds                                                    |
 * |---------------------------------|----------------------------------------------------------|
 * | `checkpoint`                    | the author's checkpoint, with the peer's cosignature      |
 * | `tile/<level>/<n>[.p/<w>]`      | hashes of the tree (C2SP tlog-tiles)                      |
 * | `tile/entries/<n>[.p/<w>]`      | leaves                                                    |
 * | `envelopes/<sha256>.pgp`        | ciphertexts, byte for byte; `gpg` opens them              |
 * | `author.vkey`, `peer.vkey`      | keys of the checkpoint and of the cosignature             |
 *
 * The checkpoint is written last: a directory without it is an export that was interrupted.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Hash } from '../core/bytes.js';
import { utf8 } from '../core/bytes.js';
import { type Outcome, ok, refuse } from '../core/fault.js';
import { type FeedId, feedKey } from '../core/ids.js';
import { readLeaf } from '../core/log/leaf.js';
import { TILE_WIDTH, tilePath, writeBundle, writeHashTile } from '../core/log/tile.js';
import { leafHash, rootOfLeaves } from '../core/log/tree.js';
import type { Entry, Receipt } from '../ports.js';
import type { FeedStore } from './feeds.js';
import { newFolder } from './new-folder.js';
import { breakageOf } from './rows.js';
import { entriesOf } from './verify.js';

/** How much of a feed is exported, and under whose keys. */
export interface ExportOptions {
  /** `receipt`: what the peer has cosigned, or all where it has cosigned nothing. `end`: all, for a backup. */
  readonly upTo: 'receipt' | 'end';
  /** Verifier key of the author's checkpoints: `name+id+key`. */
  readonly authorKey: string;
  /** Verifier key of the peer's cosignatures. */
  readonly peerKey: string;
}

/** A file of the export: its path with `/`, and its bytes. */
interface LogFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/**
 * Writes a feed into a directory that is absent or empty.
 *
 * @returns how many entries were written.
 * Faults: FEED_UNKNOWN for a feed without entries, COMMAND_MALFORMED for a directory that cannot be made or has files in it.
 * @throws Breakage STORE_DAMAGED, STORE_FULL, STORE_FAILED
 */
export async function exportLog(
  feeds: FeedStore,
  feed: FeedId,
  directory: string,
  options: ExportOptions,
): Promise<Outcome<{ readonly size: number; readonly cosigned: boolean }>> {
  const { tip, checkpoint } = feeds.head(feed);
  if (checkpoint === undefined) return refuse('FEED_UNKNOWN', { where: feedKey(feed) });
  const newest = await newestReceipt(feeds, feed);
  const receipt = options.upTo === 'receipt' || newest?.size === tip.size ? newest : undefined;
  const size = receipt?.size ?? tip.size;
  const folder = await newFolder(directory);
  if (!folder.ok) return folder;
  const write = writerInto(directory);
  await write({ path: 'author.vkey', bytes: utf8(`${options.authorKey}\n`) });
  await write({ path: 'peer.vkey', bytes: utf8(`${options.peerKey}\n`) });
  for await (const file of filesOf(entriesOf(feeds, feed, size))) await write(file);
  await write({ path: 'checkpoint', bytes: receipt?.note ?? checkpoint });
  return ok({ size, cosigned: receipt !== undefined });
}

async function newestReceipt(feeds: FeedStore, feed: FeedId): Promise<Receipt | undefined> {
  let newest: Receipt | undefined;
  for await (const receipt of feeds.receipts(feed)) newest = receipt;
  return newest;
}

/** Envelopes, bundles and tiles in the order in which they are complete; one tile of each level is in memory. */
async function* filesOf(entries: AsyncIterable<Entry>): AsyncGenerator<LogFile> {
  const tiler = tilerOf();
  let leaves: Uint8Array[] = [];
  let index = 0;
  for await (const { leaf, envelope } of entries) {
    yield { path: envelopePath(leaf), bytes: envelope };
    yield* tiler.add(leafHash(leaf));
    leaves.push(leaf);
    if (leaves.length < TILE_WIDTH) continue;
    yield bundle(index, leaves);
    leaves = [];
    index += 1;
  }
  if (leaves.length > 0) yield bundle(index, leaves);
  yield* tiler.rest();
}

function bundle(index: number, leaves: readonly Uint8Array[]): LogFile {
  return { path: tilePath({ level: 'entries', index, width: leaves.length }), bytes: writeBundle(leaves) };
}

/** Name of the file of the envelope that a leaf names. */
export function envelopePath(leaf: Uint8Array): string {
  const read = readLeaf(leaf);
  if (!read.ok) throw new Error('a leaf of the store is a leaf');
  return `envelopes/${read.value.envelope}.pgp`;
}

/** Makes tiles from leaf hashes as they come. */
export interface Tiler {
  /** Tiles that are full with this leaf, lowest level first. */
  add(leaf: Hash): readonly LogFile[];
  /** The partial tiles at the end. */
  rest(): readonly LogFile[];
}

/** A tiler that has seen no leaf. */
export function tilerOf(): Tiler {
  const levels: { hashes: Hash[]; index: number }[] = [];
  const tile = (level: number, index: number, hashes: readonly Hash[]): LogFile => ({
    path: tilePath({ level, index, width: hashes.length }),
    bytes: writeHashTile(hashes),
  });
  return {
    add(leaf) {
      const full: LogFile[] = [];
      let hash = leaf;
      for (let level = 0; ; level += 1) {
        const at = levels[level] ?? { hashes: [], index: 0 };
        levels[level] = at;
        at.hashes.push(hash);
        if (at.hashes.length < TILE_WIDTH) return full;
        full.push(tile(level, at.index, at.hashes));
        hash = rootOfLeaves(at.hashes);
        levels[level] = { hashes: [], index: at.index + 1 };
      }
    },
    rest: () =>
      levels.flatMap(({ hashes, index }, level) => (hashes.length === 0 ? [] : [tile(level, index, hashes)])),
  };
}

/** @param directory is there. */
function writerInto(directory: string): (file: LogFile) => Promise<void> {
  const made = new Set([directory]);
  const folder = async (path: string): Promise<void> => {
    if (made.has(path)) return;
    await mkdir(path, { recursive: true, mode: 0o700 });
    made.add(path);
  };
  return async ({ path, bytes }) => {
    const place = join(directory, path);
    try {
      await folder(dirname(place));
      await writeFile(place, bytes, { mode: 0o600, flag: path.startsWith('envelopes/') ? 'w' : 'wx' });
    } catch (cause) {
      throw breakageOf(cause);
    }
  };
}
