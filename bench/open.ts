/** A start: the store is opened and every row, root and hash checked (LOG-5), beside a bare scan of its rows. */
import { createHash, randomBytes } from 'node:crypto';
import { Level } from 'level';
import type { FeedId, NodeId, StatementId } from '../node/core/ids.js';
import { writeLeaf } from '../node/core/log/leaf.js';
import { EMPTY_TIP, type Tip } from '../node/core/log/tip.js';
import { grow, leafHash, rootOf } from '../node/core/log/tree.js';
import { digest } from '../node/envelope/seal.js';
import { openSealer } from '../node/envelope/sealer.js';
import type { NewEntry } from '../node/ports.js';
import { levelAt } from '../node/store/level.js';
import { openFeeds } from '../node/store/open.js';
import { benchKeys, CLOCK, inDirectory } from './house.js';
import { inTurns, median, ms, type Row, ratioOf } from './measure.js';

const FEEDS = 50;
const ENTRIES = 2_000;
/** What a statement of 1 KiB has on disk: its envelope, and the signed bytes at rest. */
const ENVELOPE_BYTES = 1_450;
const REST_BYTES = 1_170;
const BATCH = 500;

/** The page cache of the system is warm for both; what is cold is the database and this program. */
export function measureOpen(): Promise<readonly Row[]> {
  return inDirectory(async (directory) => {
    await fill(directory);
    let bytes = 0;
    const turns = await inTurns(
      3,
      1,
      async () => {
        const feeds = await openFeeds(levelAt(directory), { verify: 'full', create: false, directory });
        const held = feeds.heads().reduce((sum, { tip }) => sum + tip.size, 0);
        await feeds.close();
        if (held !== FEEDS * ENTRIES) throw new Error('bench: the store has lost entries');
      },
      async () => {
        bytes = await scan(directory);
      },
    );
    return [
      {
        measure: `cold open, everything verified: ${FEEDS * ENTRIES} entries in ${FEEDS} feeds, ${Math.round(bytes / 2 ** 20)} MiB`,
        ours: ms(median(turns.ours)),
        beside: `${ms(median(turns.beside))}, bare LevelDB scan with SHA-256 over all of it`,
        ratio: `${ratioOf(turns).toFixed(1)} times as long`,
        target: '',
      },
    ];
  });
}

/** Random bytes stand for envelopes: whether they decrypt is no question at a start. */
async function fill(directory: string): Promise<void> {
  const keys = await benchKeys('opener');
  const sealer = openSealer(keys);
  const feeds = await openFeeds(levelAt(directory), { verify: 'heads', create: true, directory });
  const at = CLOCK.now();
  for (let number = 0; number < FEEDS; number += 1) {
    const recipient = number.toString(16).padStart(40, '0') as NodeId;
    const feed: FeedId = { author: keys.node, recipient };
    let tip: Tip = EMPTY_TIP;
    while (tip.size < ENTRIES) {
      const major = feeds.nextMajor();
      const entries = Array.from({ length: BATCH }, (_, offset): NewEntry => {
        const envelope = new Uint8Array(randomBytes(ENVELOPE_BYTES));
        const statement = digest(envelope.subarray(0, 32)) as StatementId;
        const sequence = tip.size + offset;
        const leaf = writeLeaf({ sequence, incarnation: 1, envelope: digest(envelope), statement, at });
        const rest = new Uint8Array(randomBytes(REST_BYTES));
        const key = { major: major + offset, minor: 0 };
        return { key, feed, sequence, statement, at, content: { rest }, entry: { leaf, envelope } };
      });
      tip = grow(
        tip,
        entries.map(({ entry }) => leafHash(entry.leaf)),
        1,
      );
      const checkpoint = sealer.checkpoint(feed, tip.size, rootOf(tip));
      await feeds.write({
        entries,
        tips: [{ feed, tip, checkpoint }],
        once: [],
        heard: entries.at(-1)?.key,
      });
    }
  }
  await feeds.close();
}

/** @returns how many bytes there are. */
async function scan(directory: string): Promise<number> {
  // Uncompressed like the store: a scan compacts as well, and what it leaves behind is opened by a node in the next turn.
  const level = new Level<Uint8Array, Uint8Array>(directory, {
    keyEncoding: 'view',
    valueEncoding: 'view',
    compression: false,
  });
  await level.open();
  const hash = createHash('sha256');
  const iterator = level.iterator({ highWaterMarkBytes: 1 << 20 });
  let bytes = 0;
  for (;;) {
    const rows = await iterator.nextv(256);
    if (rows.length === 0) break;
    for (const [, value] of rows) {
      hash.update(value);
      bytes += value.length;
    }
  }
  hash.digest();
  await iterator.close();
  await level.close();
  return bytes;
}
