/** A database that fails, and what the store makes of it (LOG-4). */
import { MemoryLevel } from 'memory-level';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../node/core/limits.js';
import { EMPTY_TIP } from '../../node/core/log/tip.js';
import type { FeedStore } from '../../node/store/feeds.js';
import { openFeeds } from '../../node/store/open.js';
import { breakageOf } from '../../node/store/rows.js';
import { batchOf, checkpointOf, collect, feed, majors, receiptOf, tipOf } from './author.js';

const OUT = feed(1, 2);

/** A memory database whose next batches fail, with or without having been written. */
function failingLevel(): { level: MemoryLevel; fail(error: Error, written?: boolean): void; mend(): void } {
  const level = new MemoryLevel();
  const batch = level.batch;
  return {
    level,
    fail(error, written = false) {
      level.batch = (async (...given: Parameters<typeof batch>) => {
        if (written) await batch.apply(level, given);
        throw error;
      }) as unknown as typeof batch;
    },
    mend() {
      level.batch = batch;
    },
  };
}

const ioError = (words: string) =>
  Object.assign(new Error(`IO error: /somewhere/000003.log: ${words}`), { code: 'LEVEL_IO_ERROR' });

async function filled(level: MemoryLevel): Promise<FeedStore> {
  const feeds = await openFeeds(level, { verify: 'full', create: true });
  await feeds.write(batchOf(OUT, EMPTY_TIP, majors(0, 3)));
  return feeds;
}

describe('a failing database', () => {
  it.each([
    ['a full disk', ioError('No space left on device'), 'STORE_FULL'],
    ['a full quota', ioError('Disk quota exceeded'), 'STORE_FULL'],
    ['a full disk by code', Object.assign(new Error('write'), { code: 'ENOSPC' }), 'STORE_FULL'],
    ['a failed sync', ioError('Input/output error'), 'STORE_FAILED'],
    ['a file too large', ioError('File too large'), 'STORE_FAILED'],
  ] as const)('LOG-4: after %s the store refuses everything', async (_, error, code) => {
    const { level, fail, mend } = failingLevel();
    const feeds = await filled(level);
    fail(error);
    const broken = { fault: { code } };
    const writes = [3, 4, 5].map((size) => feeds.write(batchOf(OUT, tipOf(OUT, size), majors(size, 1))));
    for (const write of writes) await expect(write).rejects.toMatchObject(broken);
    mend();
    await expect(feeds.write(batchOf(OUT, tipOf(OUT, 3), majors(9, 1)))).rejects.toMatchObject(broken);
    await expect(feeds.acknowledge(OUT, receiptOf(OUT, tipOf(OUT, 3)))).rejects.toMatchObject(broken);
    await expect(feeds.keepEvidence(OUT, [])).rejects.toMatchObject(broken);
    await expect(feeds.read(OUT, 0, { entries: 1, bytes: 1 })).rejects.toMatchObject(broken);
    await expect(collect(feeds.arrivals())).rejects.toMatchObject(broken);
    await expect(collect(feeds.unheard())).rejects.toMatchObject(broken);
    expect(() => feeds.head(OUT)).toThrow(expect.objectContaining(broken));
    expect(() => feeds.heads()).toThrow(expect.objectContaining(broken));
    expect(() => feeds.nextMajor()).toThrow(expect.objectContaining(broken));
    await feeds.close();
    const again = await openFeeds(level, { verify: 'full', create: false });
    expect(again.head(OUT).tip).toEqual(tipOf(OUT, 3));
    await again.close();
  });

  it('LOG-4: a write that failed and is there after all is found whole at the next start', async () => {
    const { level, fail, mend } = failingLevel();
    const feeds = await filled(level);
    fail(ioError('Input/output error'), true);
    const writes = [3, 4].map((size) => feeds.write(batchOf(OUT, tipOf(OUT, size), majors(size, 1))));
    const results = await Promise.allSettled(writes);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    mend();
    await feeds.close();
    const again = await openFeeds(level, { verify: 'full', create: false });
    expect(again.head(OUT)).toMatchObject({
      tip: tipOf(OUT, 5),
      checkpoint: checkpointOf(OUT, tipOf(OUT, 5)),
    });
    await again.close();
  });

  it('LOG-7: keeps evidence up to its bound, of each feed', async () => {
    const feeds = await filled(failingLevel().level);
    for (let size = 1; size <= LIMITS.evidenceEntries.most + 3; size += 1) {
      await feeds.keepEvidence(OUT, [
        checkpointOf(OUT, tipOf(OUT, size)),
        checkpointOf(OUT, tipOf(OUT, size, 'other')),
      ]);
    }
    await feeds.keepEvidence(feed(2, 1), []);
    const kept = await collect(feeds.evidence());
    expect(kept).toHaveLength(LIMITS.evidenceEntries.most + 1);
    expect(kept.find(({ feed: of }) => of.author === OUT.author)?.notes).toHaveLength(2);
    await feeds.close();
  });

  it('writes that wait together go into one batch', async () => {
    const { level } = failingLevel();
    const feeds = await filled(level);
    let batches = 0;
    const batch = level.batch;
    level.batch = ((...given: Parameters<typeof batch>) => {
      batches += 1;
      return batch.apply(level, given);
    }) as unknown as typeof batch;
    const sizes = Array.from({ length: 100 }, (_, at) => at + 3);
    await Promise.all(sizes.map((size) => feeds.write(batchOf(OUT, tipOf(OUT, size), majors(size, 1)))));
    expect(batches).toBe(1);
    await feeds.close();
  });

  it('names what LevelDB says, and passes on what has a name', () => {
    const locked = Object.assign(new Error('IO error: lock: already held by process'), {
      code: 'LEVEL_LOCKED',
    });
    const open = Object.assign(new Error('Database failed to open', { cause: locked }), {
      code: 'LEVEL_DATABASE_NOT_OPEN',
    });
    expect(breakageOf(open).fault.code).toBe('STORE_LOCKED');
    const corrupt = Object.assign(new Error('Corruption: bad block'), { code: 'LEVEL_CORRUPTION' });
    expect(breakageOf(corrupt).fault).toEqual({ code: 'STORE_DAMAGED', where: 'database' });
    expect(breakageOf('nothing').fault.code).toBe('STORE_FAILED');
    const named = breakageOf(corrupt);
    expect(breakageOf(named)).toBe(named);
  });
});
