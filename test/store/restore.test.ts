/** A backup becomes the very rows again from which it was made, however long its books are. */
import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryLevel } from 'memory-level';
import { afterAll, expect, it } from 'vitest';
import { Breakage } from '../../node/core/fault.js';
import { writeBackup } from '../../node/store/backup.js';
import { openFeeds } from '../../node/store/open.js';
import { restoreRows } from '../../node/store/restore.js';
import { rowsOf } from '../../node/store/rows.js';
import { batchOf, feed, majors, receiptOf, START, tipOf } from './author.js';
import { digestOf, rawRows } from './history.js';

const folder = mkdtempSync(join(tmpdir(), 'isochron-restore-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const OUT = feed(1, 2);
const ENTRIES = 900;

it('§10: restore(backup(a)) = a, row by row, and books are never in memory whole', async () => {
  const level = new MemoryLevel();
  const feeds = await openFeeds(level, { verify: 'full', create: true });
  for (let size = 0; size < ENTRIES; size += 100)
    await feeds.write(
      batchOf(OUT, tipOf(OUT, size), majors(size, 100), { heard: { major: size, minor: 0 } }),
    );
  for (const size of [1, 500, 900]) await feeds.acknowledge(OUT, receiptOf(OUT, tipOf(OUT, size)));
  const owner = { node: OUT.author, at: START, logKey: () => undefined, cards: [] };
  expect(await writeBackup(feeds, folder, owner)).toMatchObject({ ok: true });
  // Rows lie across the pieces in which the file is read.
  expect(statSync(join(folder, 'books')).size).toBeGreaterThan(2 * 65_536);

  const restored = new MemoryLevel<string, string>();
  await restored.open();
  expect(await restoreRows(folder, rowsOf(restored))).toMatchObject({ ok: true });
  expect(digestOf(await rawRows(restored))).toBe(digestOf(await rawRows(level)));
  await feeds.close();
});

it.skipIf(!existsSync('/proc/self/fd'))('a backup that breaks off keeps no file open', async () => {
  const feeds = await openFeeds(new MemoryLevel(), { verify: 'full', create: true });
  const owner = { node: OUT.author, at: START, logKey: () => undefined, cards: [] };
  const place = join(folder, 'broken-off');
  const broken = {
    ...feeds,
    async *rows() {
      yield* feeds.rows();
      throw new Breakage({ code: 'STORE_FULL' });
    },
  };
  await expect(writeBackup(broken, place, owner)).rejects.toMatchObject({ fault: { code: 'STORE_FULL' } });
  const open = readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [readlinkSync(join('/proc/self/fd', fd))];
    } catch {
      // The one through which this directory was read.
      return [];
    }
  });
  expect(open.filter((path) => path.startsWith(place))).toEqual([]);
  await feeds.close();
});
