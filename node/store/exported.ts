/**
 * Verifies an exported log from its files alone (LOG-8). What the files say of each other is checked here, what
 * entries and signatures say is checked by {@link verifyLog}, as for a log of the store.
 */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { sameBytes, textOf } from '../core/bytes.js';
import { Breakage, type Outcome, ok, refuse } from '../core/fault.js';
import { LIMITS } from '../core/limits.js';
import { readNoteBody } from '../core/log/checkpoint.js';
import { readLeaf } from '../core/log/leaf.js';
import { readBundle, TILE_WIDTH, tilePath, tilesOfLevel } from '../core/log/tile.js';
import { leafHash } from '../core/log/tree.js';
import type { Entry } from '../ports.js';
import { envelopePath, tilerOf } from './export.js';
import { type NoteReader, type VerifiedLog, verifyLog } from './verify.js';

/** The two keys that lie beside a log. That they are those of the cards is for the caller to see. */
export interface LogKeys {
  readonly author: string;
  readonly peer: string;
}

const BUNDLE_BYTES = TILE_WIDTH * (2 + LIMITS.leafBytes.most);
const TILE_BYTES = TILE_WIDTH * 32;
const KEY_BYTES = 512;

/**
 * @param notesFor checks notes by these keys; `undefined` where they are not verifier keys.
 * Faults: LOG_FILE for a file that is missing, too large or unreadable, LOG_TILE, both with the path in `where`;
 *   those of {@link verifyLog}. A checkpoint without a cosignature is accepted and has no `newest`.
 */
export async function verifyExport(
  directory: string,
  notesFor: (keys: LogKeys) => NoteReader | undefined,
): Promise<Outcome<VerifiedLog>> {
  try {
    const keys = {
      author: await readKey(directory, 'author.vkey'),
      peer: await readKey(directory, 'peer.vkey'),
    };
    const notes = notesFor(keys);
    if (notes === undefined) return refuse('LOG_FILE', { where: 'vkey' });
    const checkpoint = await readLogFile(directory, 'checkpoint', LIMITS.noteBytes.most);
    const body = readNoteBody(checkpoint);
    if (!body.ok) return body;
    if (body.value.size > LIMITS.feedEntries.most) {
      return refuse('FEED_FULL', { offered: body.value.size, most: LIMITS.feedEntries.most });
    }
    return await verifyLog(
      {
        where: body.value.origin,
        entries: entriesIn(directory, body.value.size),
        checkpoint,
        receipts: signatureLines(checkpoint) > 1 ? [checkpoint] : [],
      },
      notes,
    );
  } catch (cause) {
    if (cause instanceof Breakage) return { ok: false, fault: cause.fault };
    throw cause;
  }
}

/** Entries from the bundles, while the tiles are made anew and compared. @throws Breakage LOG_FILE, LOG_TILE */
export async function* entriesIn(directory: string, size: number): AsyncGenerator<Entry> {
  const tiler = tilerOf();
  for (const place of tilesOfLevel('entries', size)) {
    const path = tilePath(place);
    const bundle = readBundle(await readLogFile(directory, path, BUNDLE_BYTES), place.width);
    if (!bundle.ok) throw new Breakage({ ...bundle.fault, where: path });
    for (const leaf of bundle.value) {
      for (const tile of tiler.add(leafHash(leaf))) await compareTile(directory, tile);
      // A leaf that is none is named by the walk, which sees it next.
      const envelope = readLeaf(leaf).ok
        ? await readLogFile(directory, envelopePath(leaf), LIMITS.envelopeBytes.most)
        : new Uint8Array(0);
      yield { leaf, envelope };
    }
  }
  for (const tile of tiler.rest()) await compareTile(directory, tile);
}

async function compareTile(
  directory: string,
  { path, bytes }: { readonly path: string; readonly bytes: Uint8Array },
): Promise<void> {
  const held = await readLogFile(directory, path, TILE_BYTES);
  if (!sameBytes(held, bytes)) throw new Breakage({ code: 'LOG_TILE', where: path });
}

/** A text file of an exported directory. Faults: LOG_FILE with its path. */
export async function readTextFile(directory: string, path: string, most: number): Promise<Outcome<string>> {
  try {
    const text = textOf(await readLogFile(directory, path, most));
    return text === undefined ? refuse('LOG_FILE', { where: path }) : ok(text);
  } catch (cause) {
    if (cause instanceof Breakage) return { ok: false, fault: cause.fault };
    throw cause;
  }
}

async function readKey(directory: string, path: string): Promise<string> {
  const text = textOf(await readLogFile(directory, path, KEY_BYTES));
  if (text === undefined || !/^[^\n]+\n$/.test(text)) throw new Breakage({ code: 'LOG_FILE', where: path });
  return text.slice(0, -1);
}

async function readLogFile(directory: string, path: string, most: number): Promise<Uint8Array> {
  try {
    const handle = await open(join(directory, path), 'r');
    try {
      const { size } = await handle.stat();
      if (size > most) throw new Breakage({ code: 'LOG_FILE', where: path, offered: size, most });
      return new Uint8Array(await handle.readFile());
    } finally {
      await handle.close();
    }
  } catch (cause) {
    if (cause instanceof Breakage) throw cause;
    throw new Breakage({ code: 'LOG_FILE', where: path }, cause);
  }
}

function signatureLines(note: Uint8Array): number {
  return (textOf(note) ?? '').split('\n').filter((line) => line.startsWith('— ')).length;
}
