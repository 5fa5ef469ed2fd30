/**
 * LOG-5: what is saved from a damaged store is a store again, and of each feed an exact beginning; what could not be
 * saved is known by size and root.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Breakage } from '../../node/core/fault.js';
import { feedKey } from '../../node/core/ids.js';
import { rootOf } from '../../node/core/log/tree.js';
import type { Entry } from '../../node/ports.js';
import type { FeedStore } from '../../node/store/feeds.js';
import { levelAt } from '../../node/store/level.js';
import { openFeeds } from '../../node/store/open.js';
import type { SignedMark } from '../../node/store/repair-record.js';
import { rowsOf } from '../../node/store/rows.js';
import { type Salvaged, type SalvageKeys, salvage } from '../../node/store/salvage.js';
import { checkpointOf, collect, entryOf, feed, receiptOf, tipOf } from './author.js';
import { writesOf } from './history.js';
import { type Files, fileOf, layOut, type Master, makeMaster, newFolder, spoiled } from './spoil.js';

const OUT = feed(1, 2);
const IN = feed(2, 1);
const HOME = feed(1, 1);
const FEEDS = [HOME, OUT, IN];
const US = HOME.author;

const WRITES = writesOf(40);
const LOG = /\.log$/;
const TABLE = /\.ldb$/;
const folder = newFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** One table with the first half, a log with the second. */
let master: Master;
/** Sizes of the three feeds when all is there. */
let sizes: ReadonlyMap<string, number>;
let count = 0;

beforeAll(async () => {
  master = await makeMaster(join(folder, 'master'), WRITES, [20]);
  const place = join(folder, 'whole');
  layOut(place, master.files);
  const feeds = await openFeeds(levelAt(place), { verify: 'full', create: false, directory: place });
  sizes = new Map(FEEDS.map((of) => [feedKey(of), feeds.head(of).tip.size]));
  await feeds.close();
});

const KEYS: SalvageKeys = {
  node: US,
  note: (of, _, size) => checkpointOf(of, tipOf(of, size)),
  reopen: async ({ leaf }, { feed: of, sequence }) => {
    const { entry, statement } = entryOf(of, sequence);
    expect(leaf).toEqual(new Uint8Array(entry.leaf));
    return Buffer.from(`rest of ${statement}`);
  },
  ballotIn: async () => undefined,
};

interface Saved {
  readonly salvaged: Salvaged;
  readonly feeds: FeedStore;
}

async function save(files: Files, marks: readonly SignedMark[] = [], keys = KEYS): Promise<Saved> {
  count += 1;
  const places = ['damaged', 'scratch', 'target'].map((name) => join(folder, `${name}-${count}`));
  const [damaged = '', scratchPlace = '', targetPlace = ''] = places;
  layOut(damaged, files);
  const [scratch, target] = [levelAt(scratchPlace), levelAt(targetPlace)];
  await Promise.all([scratch.open(), target.open()]);
  const salvaged = await salvage(damaged, rowsOf(scratch), rowsOf(target), marks, keys);
  await Promise.all([scratch.close(), target.close()]);
  const options = { verify: 'full', create: false, directory: targetPlace } as const;
  return { salvaged, feeds: await openFeeds(levelAt(targetPlace), options) };
}

function textOf({ leaf, envelope }: Entry): string {
  return Buffer.concat([leaf, envelope]).toString('latin1');
}

/** Every feed is a beginning of what was written, its receipts fit, and what it lost is named with its root. */
async function expectBeginnings({ feeds, salvaged }: Saved): Promise<number> {
  let lost = 0;
  for (const of of FEEDS) {
    const { tip, acknowledged } = feeds.head(of);
    expect(tip).toEqual(tipOf(of, tip.size));
    const { entries } = await feeds.read(of, 0, { entries: 1_000, bytes: 1 << 30 });
    expect(entries.map(textOf)).toEqual(
      Array.from({ length: tip.size }, (_, at) => textOf(entryOf(of, at).entry)),
    );
    const receipts = await collect(feeds.receipts(of));
    expect(receipts).toEqual(receipts.map(({ size }) => receiptOf(of, tipOf(of, size))));
    expect(receipts.at(-1)?.size ?? 0).toBe(acknowledged);
    const mark = salvaged.lost.get(feedKey(of));
    if (mark === undefined) continue;
    expect(mark.kept).toBe(tip.size);
    expect(mark.root).toBe(rootOf(tipOf(of, mark.size)));
    lost += mark.size - mark.kept;
  }
  return lost;
}

const flipped = (at: number) => (bytes: Buffer) => {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 16;
  return copy;
};

describe('what is saved', () => {
  it.each([
    ['a table', TABLE],
    ['a log', LOG],
  ] as const)('LOG-5: a flipped bit anywhere in %s: of each feed an exact beginning', async (_, kind) => {
    const file = fileOf(master, kind);
    const { length } = master.files.get(file) as Buffer;
    let lost = 0;
    for (let at = 0; at < length; at += Math.ceil(length / 25)) {
      const saved = await save(spoiled(master, file, flipped(at)));
      lost += await expectBeginnings(saved);
      expect(saved.salvaged.unread.every((place) => place.file === file)).toBe(true);
      await saved.feeds.close();
    }
    expect(lost).toBeGreaterThan(0);
  });

  it.each([
    ['the table', TABLE],
    ['the log', LOG],
    ['the manifest', /^MANIFEST/],
    ['CURRENT', /^CURRENT$/],
  ] as const)('LOG-5: without %s', async (name, kind) => {
    const saved = await save(spoiled(master, fileOf(master, kind), () => undefined));
    const lost = await expectBeginnings(saved);
    // Neither manifest nor its name holds anything of ours.
    if (name === 'the table' || name === 'the log')
      expect(lost + saved.feeds.heads().length).toBeGreaterThan(0);
    else expect([...saved.salvaged.kept].sort()).toEqual([...sizes].sort());
    await saved.feeds.close();
  });

  it('LOG-5: a store that is whole is saved whole, receipts, evidence and heard place with it', async () => {
    const saved = await save(master.files);
    expect(await expectBeginnings(saved)).toBe(0);
    expect([...saved.salvaged.kept].sort()).toEqual([...sizes].sort());
    const place = join(folder, 'whole');
    const before = await openFeeds(levelAt(place), { verify: 'full', create: false, directory: place });
    for (const of of FEEDS) expect(saved.feeds.head(of)).toEqual(before.head(of));
    expect(saved.feeds.heard()).toEqual(before.heard());
    expect(await collect(saved.feeds.arrivals())).toEqual(await collect(before.arrivals()));
    expect(await collect(saved.feeds.evidence())).toEqual(await collect(before.evidence()));
    await Promise.all([saved.feeds.close(), before.close()]);
  });
});

describe('what was lost', () => {
  it('LOG-6: is known from the guard where the store knows nothing of it any more', async () => {
    const size = (sizes.get(feedKey(OUT)) ?? 0) as number;
    const mark: SignedMark = { feed: OUT, size, root: rootOf(tipOf(OUT, size)), note: undefined };
    const saved = await save(
      spoiled(master, fileOf(master, LOG), () => undefined),
      [mark],
    );
    const lost = saved.salvaged.lost.get(feedKey(OUT));
    expect(lost).toMatchObject({ size, root: mark.root, kept: saved.feeds.head(OUT).tip.size });
    expect(lost?.kept).toBeGreaterThan(0);
    expect(lost?.kept).toBeLessThan(size);
    await saved.feeds.close();
  });

  it('R1: a write-once key is read again from the ballot that is kept, and none without its ballot', async () => {
    const first = entryOf(OUT, 0).statement;
    const ballot = { key: 'case/charter/1/0/vote', ballot: first as never };
    const keys: SalvageKeys = {
      ...KEYS,
      ballotIn: async (rest) => (Buffer.from(rest).toString() === `rest of ${first}` ? ballot : undefined),
    };
    const saved = await save(master.files, [], keys);
    expect(await saved.feeds.once(ballot.key)).toBe(first);
    expect(await saved.feeds.once('case/charter/4/0/vote')).toBeUndefined();
    await saved.feeds.close();
  });

  it('a repair that ends early leaves no store behind', async () => {
    const [damaged, scratchPlace, targetPlace] = ['d', 's', 't'].map((name) => join(folder, `early-${name}`));
    layOut(damaged as string, master.files);
    const [scratch, target] = [levelAt(scratchPlace as string), levelAt(targetPlace as string)];
    await Promise.all([scratch.open(), target.open()]);
    let written = 0;
    const full = {
      ...rowsOf(target),
      write: async (rows: Parameters<ReturnType<typeof rowsOf>['write']>[0]) => {
        written += 1;
        if (written === 2) throw new Breakage({ code: 'STORE_FULL' });
        await rowsOf(target).write(rows);
      },
    };
    await expect(salvage(damaged as string, rowsOf(scratch), full, [], KEYS)).rejects.toMatchObject({
      fault: { code: 'STORE_FULL' },
    });
    await Promise.all([scratch.close(), target.close()]);
    await expect(
      openFeeds(levelAt(targetPlace as string), {
        verify: 'full',
        create: false,
        directory: targetPlace as string,
      }),
    ).rejects.toBeInstanceOf(Breakage);
  });
});
