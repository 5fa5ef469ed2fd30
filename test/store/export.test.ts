import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryLevel } from 'memory-level';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../node/core/bytes.js';
import { feedKey } from '../../node/core/ids.js';
import { readProof, writeProof } from '../../node/core/log/proof.js';
import { tileLevels, tilePath, tilesOfLevel } from '../../node/core/log/tile.js';
import { leafHash } from '../../node/core/log/tree.js';
import { exportLog } from '../../node/store/export.js';
import { verifyExport } from '../../node/store/exported.js';
import type { FeedStore } from '../../node/store/feeds.js';
import { openFeeds } from '../../node/store/open.js';
import { checkProof, proveEntry } from '../../node/store/prove.js';
import { verifyFeed } from '../../node/store/verify.js';
import { checkpointOf, entryOf, feed, keyOf, receiptOf, START, tipOf } from './author.js';
import { COSIGNED, ENTRIES, KEYS, LOG, SPOILINGS, storeWithLog, whileSpoiled } from './exports.js';
import { noteReader, readerOf } from './notes.js';

const NOTES = noteReader(keyOf(LOG.author), keyOf(LOG.recipient));
const OPTIONS = { upTo: 'receipt', authorKey: KEYS.author, peerKey: KEYS.peer } as const;

describe('export', () => {
  let folder = '';
  let directory = '';
  let feeds: FeedStore;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'isochron-export-'));
    directory = join(folder, 'out');
    feeds = await storeWithLog();
    const done = await exportLog(feeds, LOG, directory, OPTIONS);
    expect(done).toEqual({ ok: true, value: { size: COSIGNED, cosigned: true } });
  });

  afterAll(async () => {
    await feeds.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('LOG-8: writes exactly the files that are promised', async () => {
    const found = (await readdir(directory, { recursive: true, withFileTypes: true }))
      .filter((one) => one.isFile())
      .map((one) => join(one.parentPath, one.name).slice(directory.length + 1));
    const leaves = Array.from({ length: COSIGNED }, (_, at) => entryOf(LOG, at).entry);
    const levels = tileLevels(leaves.map(({ leaf }) => leafHash(leaf)));
    const tiles = [
      ...levels.flatMap((level, at) => tilesOfLevel(at, level.length)),
      ...tilesOfLevel('entries', COSIGNED),
    ].map(tilePath);
    const envelopes = leaves.map(({ envelope }) => `envelopes/${sha256(envelope)}.pgp`);
    expect(found.sort()).toEqual(['author.vkey', 'checkpoint', 'peer.vkey', ...tiles, ...envelopes].sort());
    expect(await readFile(join(directory, 'checkpoint'))).toEqual(
      Buffer.from(receiptOf(LOG, tipOf(LOG, COSIGNED)).note),
    );
  });

  it('LOG-8: verifies by its files alone, and says what was cosigned', async () => {
    const verified = await verifyExport(directory, readerOf);
    expect(verified).toMatchObject({
      ok: true,
      value: { tip: tipOf(LOG, COSIGNED), receipts: 1, newest: { size: COSIGNED, at: START } },
    });
  });

  it.each(SPOILINGS.map((spoiling) => [spoiling.what, spoiling] as const))(
    'finds %s',
    async (_, spoiling) => {
      const verified = await whileSpoiled(directory, spoiling, () => verifyExport(directory, readerOf));
      expect(verified).toMatchObject({ ok: false, fault: { code: spoiling.code } });
    },
  );

  it('TREE-M5: names the file or the first bad sequence', async () => {
    const at = (what: string) => SPOILINGS.find((spoiling) => spoiling.what === what) ?? SPOILINGS[0];
    const found = async (what: string) => {
      const spoiling = at(what);
      return spoiling && whileSpoiled(directory, spoiling, () => verifyExport(directory, readerOf));
    };
    expect(await found('envelope with a flipped bit')).toMatchObject({ fault: { offered: 12 } });
    expect(await found('leaf that is none')).toMatchObject({ fault: { offered: 256 } });
    expect(await found('full tile with a flipped bit')).toMatchObject({ fault: { where: 'tile/0/000' } });
    expect(await found('tile of level 1 missing')).toMatchObject({ fault: { where: 'tile/1/000.p/1' } });
  });

  it('LOG-8: a backup goes to the end; without a cosignature for that size it says so', async () => {
    const all = join(folder, 'all');
    const done = await exportLog(feeds, LOG, all, { ...OPTIONS, upTo: 'end' });
    expect(done).toEqual({ ok: true, value: { size: ENTRIES, cosigned: false } });
    expect(await verifyExport(all, readerOf)).toMatchObject({
      ok: true,
      value: { tip: tipOf(LOG, ENTRIES), receipts: 0, newest: undefined },
    });
  });

  it('refuses a directory with files in it, a feed without entries, and keys that are none', async () => {
    expect(await exportLog(feeds, LOG, directory, OPTIONS)).toMatchObject({
      fault: { code: 'COMMAND_MALFORMED' },
    });
    const empty = await exportLog(feeds, feed(8, 9), join(folder, 'no'), OPTIONS);
    expect(empty).toMatchObject({ fault: { code: 'FEED_UNKNOWN' } });
    expect(await verifyExport(directory, () => undefined)).toMatchObject({ fault: { code: 'LOG_FILE' } });
    expect(await verifyExport(join(folder, 'nowhere'), readerOf)).toMatchObject({
      fault: { code: 'LOG_FILE' },
    });
  });
});

describe('log verify', () => {
  it('LOG-3, I9: checks entries, checkpoint and every receipt of a feed of the store', async () => {
    const feeds = await storeWithLog();
    expect(await verifyFeed(feeds, LOG, NOTES)).toMatchObject({
      ok: true,
      value: { tip: tipOf(LOG, ENTRIES), receipts: 2, newest: { size: COSIGNED } },
    });
    await feeds.close();
  });

  it('CHECKPOINT_SIGNATURE, RECEIPT_SIGNATURE: with the keys of others nothing holds', async () => {
    const feeds = await storeWithLog();
    const [author, peer] = [keyOf(LOG.author), keyOf(LOG.recipient)];
    const where = feedKey(LOG);
    expect(await verifyFeed(feeds, LOG, noteReader(peer, peer))).toEqual({
      ok: false,
      fault: { code: 'CHECKPOINT_SIGNATURE', where },
    });
    expect(await verifyFeed(feeds, LOG, noteReader(author, author))).toEqual({
      ok: false,
      fault: { code: 'RECEIPT_SIGNATURE', where },
    });
    await feeds.close();
  });

  it('RECEIPT_ROOT: a receipt for another history is found', async () => {
    const feeds = await storeWithLog();
    const tip = tipOf(LOG, 20, 'other');
    await feeds.acknowledge(LOG, receiptOf(LOG, tip));
    expect(await verifyFeed(feeds, LOG, NOTES)).toMatchObject({
      fault: { code: 'RECEIPT_ROOT', offered: 20 },
    });
    await feeds.close();
  });

  it('an empty feed holds', async () => {
    const feeds = await openFeeds(new MemoryLevel(), { verify: 'full', create: true });
    expect(await verifyFeed(feeds, LOG, NOTES)).toMatchObject({ ok: true, value: { receipts: 0 } });
    await feeds.close();
  });
});

describe('log prove', () => {
  it('LOG-8: proves an entry under the newest receipt that covers it, else under the checkpoint', async () => {
    const feeds = await storeWithLog();
    for (const [sequence, size] of [
      [0, COSIGNED],
      [6, COSIGNED],
      [255, COSIGNED],
      [289, COSIGNED],
      [290, ENTRIES],
    ] as const) {
      const proof = await proveEntry(feeds, LOG, sequence);
      if (!proof.ok) throw new Error(proof.fault.code);
      const read = readProof(writeProof(proof.value));
      expect(read).toEqual(proof);
      const { leaf } = entryOf(LOG, sequence).entry;
      expect(checkProof(proof.value, leaf, NOTES)).toMatchObject({ ok: true, value: { size } });
      const other = entryOf(LOG, sequence, 'other').entry.leaf;
      expect(checkProof(proof.value, other, NOTES)).toMatchObject({ fault: { code: 'PROOF_INVALID' } });
    }
    expect(await proveEntry(feeds, LOG, ENTRIES)).toMatchObject({ fault: { code: 'FEED_GAP' } });
    const forged = { index: 0, path: [], checkpoint: checkpointOf(feed(3, 2), tipOf(LOG, 1)) };
    expect(checkProof(forged, entryOf(LOG, 0).entry.leaf, NOTES)).toMatchObject({
      fault: { code: 'CHECKPOINT_SIGNATURE' },
    });
    await feeds.close();
  });
});
