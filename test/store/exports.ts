/** An exported log to look at, and one way to spoil each class of its files. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MemoryLevel } from 'memory-level';
import type { FaultCode } from '../../node/core/fault.js';
import type { FeedId } from '../../node/core/ids.js';
import { EMPTY_TIP } from '../../node/core/log/tip.js';
import type { LogKeys } from '../../node/store/exported.js';
import type { FeedStore } from '../../node/store/feeds.js';
import { openFeeds } from '../../node/store/open.js';
import { batchOf, entryOf, feed, keyOf, majors, receiptOf, START, tipOf } from './author.js';
import { vkey } from './notes.js';

/** The feed that is exported. */
export const LOG: FeedId = feed(1, 2);

/** More than a full tile, so that every kind of file is there. */
export const ENTRIES = 300;
/** What the peer has cosigned. */
export const COSIGNED = 290;

/** Keys of its author and its cosigner. */
export const KEYS: LogKeys = { author: vkey(keyOf(LOG.author), 1), peer: vkey(keyOf(LOG.recipient), 4) };

/** A store in memory with {@link ENTRIES} entries and a receipt for {@link COSIGNED}. */
export async function storeWithLog(): Promise<FeedStore> {
  const feeds = await openFeeds(new MemoryLevel(), { verify: 'full', create: true });
  await feeds.write(batchOf(LOG, EMPTY_TIP, majors(0, ENTRIES)));
  for (const size of [7, COSIGNED]) await feeds.acknowledge(LOG, receiptOf(LOG, tipOf(LOG, size), START));
  return feeds;
}

/** Something done to one file of an exported log, and what must be found. */
export interface Spoiling {
  readonly what: string;
  readonly path: string;
  /** New bytes; `undefined` removes the file. */
  readonly change: (bytes: Buffer) => Buffer | undefined;
  readonly code: FaultCode;
}

const ENVELOPE = `envelopes/${JSON.parse(Buffer.from(entryOf(LOG, 12).entry.leaf).toString()).env}.pgp`;
const flipAt = (at: number) => (bytes: Buffer) => {
  const place = at < 0 ? bytes.length + at : at;
  bytes[place] = (bytes[place] ?? 0) ^ 1;
  return bytes;
};
const inText = (from: string | RegExp, to: string) => (bytes: Buffer) =>
  Buffer.from(bytes.toString().replace(from, to));
const absent = () => undefined;
/** A leaf that is still canonical, in the 20th place of the first bundle, with another instant. */
const otherLeaf = (bytes: Buffer) => {
  const at = bytes.indexOf('"seq":20,');
  return flipAt(bytes.lastIndexOf('"at":"20', at) + 9)(bytes);
};

/** At least one for each class of files. */
export const SPOILINGS: readonly Spoiling[] = [
  { what: 'checkpoint missing', path: 'checkpoint', change: absent, code: 'LOG_FILE' },
  {
    what: 'checkpoint with another size',
    path: 'checkpoint',
    change: inText('\n290\n', '\n289\n'),
    code: 'CHECKPOINT_SIGNATURE',
  },
  {
    what: 'checkpoint with another root',
    path: 'checkpoint',
    change: inText(/\n290\n.../, '\n290\nAAA'),
    code: 'CHECKPOINT_SIGNATURE',
  },
  {
    what: 'checkpoint with another origin',
    path: 'checkpoint',
    change: inText(/\/[0-9a-f]{32}\n/, `/${'0'.repeat(32)}\n`),
    code: 'CHECKPOINT_SIGNATURE',
  },
  {
    what: 'checkpoint without the signature of its author',
    path: 'checkpoint',
    change: inText(/\n\n— [^\n]*\n/, '\n\n'),
    code: 'CHECKPOINT_SIGNATURE',
  },
  {
    what: 'cosignature with another time',
    path: 'checkpoint',
    change: inText(/(— \S+ \S{12})(\S)([^\n]*\n)$/, '$1Q$3'),
    code: 'RECEIPT_SIGNATURE',
  },
  { what: 'author.vkey missing', path: 'author.vkey', change: absent, code: 'LOG_FILE' },
  {
    what: 'author.vkey of somebody else',
    path: 'author.vkey',
    change: () => Buffer.from(`${vkey(keyOf(LOG.recipient), 1)}\n`),
    code: 'CHECKPOINT_SIGNATURE',
  },
  { what: 'peer.vkey missing', path: 'peer.vkey', change: absent, code: 'LOG_FILE' },
  {
    what: 'peer.vkey of somebody else',
    path: 'peer.vkey',
    change: () => Buffer.from(`${vkey(keyOf(LOG.author), 4)}\n`),
    code: 'RECEIPT_SIGNATURE',
  },
  { what: 'full bundle missing', path: 'tile/entries/000', change: absent, code: 'LOG_FILE' },
  { what: 'bundle with another leaf', path: 'tile/entries/000', change: otherLeaf, code: 'LOG_TILE' },
  {
    what: 'bundle with another length in front',
    path: 'tile/entries/000',
    change: flipAt(1),
    code: 'LOG_TILE',
  },
  {
    what: 'bundle that is cut',
    path: 'tile/entries/001.p/34',
    change: (bytes) => bytes.subarray(0, -1),
    code: 'LOG_TILE',
  },
  {
    what: 'bundle with more behind it',
    path: 'tile/entries/001.p/34',
    change: (bytes) => Buffer.concat([bytes, Buffer.of(0, 0)]),
    code: 'LOG_TILE',
  },
  {
    what: 'leaf that is none',
    path: 'tile/entries/001.p/34',
    change: (bytes) => flipAt(bytes.indexOf('"v":1}') + 4)(bytes),
    code: 'LEAF_MALFORMED',
  },
  { what: 'full tile with a flipped bit', path: 'tile/0/000', change: flipAt(100), code: 'LOG_TILE' },
  {
    what: 'partial tile with a flipped bit at its end',
    path: 'tile/0/001.p/34',
    change: flipAt(-1),
    code: 'LOG_TILE',
  },
  {
    what: 'partial tile that is cut',
    path: 'tile/0/001.p/34',
    change: (bytes) => bytes.subarray(0, -32),
    code: 'LOG_TILE',
  },
  { what: 'tile of level 1 with a flipped bit', path: 'tile/1/000.p/1', change: flipAt(0), code: 'LOG_TILE' },
  { what: 'tile of level 1 missing', path: 'tile/1/000.p/1', change: absent, code: 'LOG_FILE' },
  { what: 'envelope with a flipped bit', path: ENVELOPE, change: flipAt(5), code: 'ENVELOPE_HASH' },
  {
    what: 'envelope that is cut',
    path: ENVELOPE,
    change: (bytes) => bytes.subarray(1),
    code: 'ENVELOPE_HASH',
  },
  { what: 'envelope missing', path: ENVELOPE, change: absent, code: 'LOG_FILE' },
];

/** Spoils one file and runs something; the file is as before afterwards. */
export async function whileSpoiled<T>(
  directory: string,
  spoiling: Spoiling,
  run: () => Promise<T>,
): Promise<T> {
  const place = join(directory, spoiling.path);
  const before = await readFile(place);
  const spoiled = spoiling.change(Buffer.from(before));
  if (spoiled?.equals(before)) throw new Error(`nothing was spoiled: ${spoiling.what}`);
  await (spoiled === undefined ? rm(place) : writeFile(place, spoiled));
  try {
    return await run();
  } finally {
    await writeFile(place, before);
  }
}
