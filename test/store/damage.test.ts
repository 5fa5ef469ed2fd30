/** DESIGN §12.7: whatever happens to the rows of a store, it is refused and named. Files are in `faults.test.ts`. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Level } from 'level';
import { MemoryLevel } from 'memory-level';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { Breakage } from '../../node/core/fault.js';
import { feedKey } from '../../node/core/ids.js';
import type { FeedStore } from '../../node/store/feeds.js';
import {
  arrivalKey,
  FORMAT,
  firstOf,
  headKey,
  type Key,
  metaKey,
  onceKey,
  sayKey,
  sequenceKey,
  uint,
} from '../../node/store/keys.js';
import { levelAt } from '../../node/store/level.js';
import { openFeeds } from '../../node/store/open.js';
import { stamped } from '../../node/store/record.js';
import { rowsOf } from '../../node/store/rows.js';
import { expectPrefix, fill, IN, OUT, SIZES, VOTE } from './filled.js';

const BYTES = { keyEncoding: 'view', valueEncoding: 'view' } as const;
type RawRow = readonly [Uint8Array, Uint8Array];

const name = (key: Key): string => Buffer.from(key).toString('hex');

async function openMemory(rows: Iterable<RawRow>, verify: 'full' | 'heads' = 'full'): Promise<FeedStore> {
  const level = new MemoryLevel();
  const puts = [...rows].map(([key, value]) => ({ type: 'put' as const, key, value }));
  await level.batch<Uint8Array, Uint8Array>(puts, BYTES);
  return openFeeds(level, { verify, create: false });
}

/** The code a promise breaks with, and where; fails when it resolves or throws anything else. */
async function breakage(promise: Promise<unknown>): Promise<Breakage['fault']> {
  const reason = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(reason instanceof Breakage)) throw new Error(`no breakage: ${String(reason)}`);
  return reason.fault;
}

describe('damage', () => {
  const rows = new Map<string, RawRow>();

  beforeAll(async () => {
    const level = new MemoryLevel();
    const feeds = await openFeeds(level, { verify: 'full', create: true });
    await fill(feeds);
    for await (const [key, value] of level.iterator<Uint8Array, Uint8Array>(BYTES)) {
      rows.set(name(key), [new Uint8Array(key), new Uint8Array(value)]);
    }
    await feeds.close();
  });

  function changed(key: Key, change: (value: Uint8Array) => Uint8Array): RawRow[] {
    const row = rows.get(name(key));
    if (!row) throw new Error('the store has this row');
    return [...rows.values()].map((other) => (other === row ? [row[0], change(row[1].slice())] : other));
  }

  function without(key: Key): RawRow[] {
    expect(rows.has(name(key))).toBe(true);
    return [...rows].filter(([other]) => other !== name(key)).map(([, row]) => row);
  }

  it('nothing changed: the store opens and is whole', async () => {
    const feeds = await openMemory(rows.values());
    await expectPrefix(feeds);
    expect(feeds.head(OUT).tip.size).toBe(SIZES.out);
    expect(feeds.head(IN).tip.size).toBe(SIZES.in);
  });

  const kinds: readonly [string, Key][] = [
    ['the first leaf', sequenceKey('leaf', OUT, 0)],
    ['a leaf in the middle', sequenceKey('leaf', OUT, 100)],
    ['the last leaf', sequenceKey('leaf', OUT, SIZES.out - 1)],
    ['the first envelope', sequenceKey('envelope', OUT, 0)],
    ['the last envelope', sequenceKey('envelope', IN, SIZES.in - 1)],
    ['a kept tip', sequenceKey('tip', OUT, 256)],
    ['a head with tip and checkpoint', headKey(OUT)],
    ['an arrival', arrivalKey({ major: 3, minor: 0 })],
    ['the last arrival', arrivalKey({ major: SIZES.out + SIZES.in - 1, minor: 0 })],
    ['a write-once key', onceKey(VOTE)],
    ['a receipt', sequenceKey('receipt', OUT, 260)],
    ['the books', metaKey('books')],
    ['the format', metaKey('format')],
  ];

  it.each(kinds)('LOG-5: one flipped bit of %s, at each offset, is refused and named', async (_, key) => {
    const length = rows.get(name(key))?.[1].length ?? 0;
    // Every byte of the stamp and of the first fields, then a sample of the rest and the last byte.
    const offsets = Array.from({ length }, (_, at) => at).filter((at) =>
      at < 32 ? at % 3 === 0 : at % 41 === 0 || at === length - 1,
    );
    for (const offset of offsets) {
      const spoiled = changed(key, (value) => value.with(offset, (value[offset] ?? 0) ^ (1 << (offset % 8))));
      const fault = await breakage(openMemory(spoiled));
      const said = sayKey(key);
      expect(fault).toMatchObject({ code: 'STORE_DAMAGED', where: said.where });
      expect(fault.offered).toBe(said.sequence);
    }
  });

  it.each(kinds)('LOG-5: %s cut short, at each length, is refused', async (_, key) => {
    const length = rows.get(name(key))?.[1].length ?? 0;
    for (const end of [0, 1, 15, 16, 17, 24, 40, length >> 1, length - 1].filter((at) => at < length)) {
      const fault = await breakage(openMemory(changed(key, (value) => value.subarray(0, end))));
      expect(fault.code).toBe('STORE_DAMAGED');
    }
  });

  it.each(kinds)('LOG-5: %s missing is refused', async (_, key) => {
    expect((await breakage(openMemory(without(key)))).code).toBe('STORE_DAMAGED');
  });

  it('LOG-5: the first bad sequence of a feed is named', async () => {
    const spoil = (sequence: number) => name(sequenceKey('leaf', OUT, sequence));
    const two = [...rows].map(
      ([at, [key, value]]): RawRow =>
        at === spoil(77) || at === spoil(200) ? [key, value.with(30, 0)] : [key, value],
    );
    expect(await breakage(openMemory(two))).toEqual({
      code: 'STORE_DAMAGED',
      where: `leaf ${feedKey(OUT)}`,
      offered: 77,
    });
  });

  it('LOG-5: an entry that was exchanged with its stamp is found by the tree, within its stretch', async () => {
    const key = sequenceKey('leaf', OUT, 40);
    const forged = changed(key, (value) => {
      const leaf = Buffer.from(value.subarray(16));
      const text = leaf.toString('latin1').replace(/"at":"2027/, '"at":"2026');
      return stamped(key, new Uint8Array(Buffer.from(text, 'latin1')));
    });
    expect(await breakage(openMemory(forged))).toEqual({
      code: 'STORE_DAMAGED',
      where: feedKey(OUT),
      offered: 0,
    });
    const late = sequenceKey('leaf', OUT, 265);
    const forgedLate = changed(late, (value) => {
      const text = Buffer.from(value.subarray(16))
        .toString('latin1')
        .replace(/"at":"2027/, '"at":"2026');
      return stamped(late, new Uint8Array(Buffer.from(text, 'latin1')));
    });
    expect(await breakage(openMemory(forgedLate))).toMatchObject({ where: feedKey(OUT), offered: 256 });
  });

  it('LOG-5: an envelope that was exchanged with its stamp is found by its leaf', async () => {
    const key = sequenceKey('envelope', OUT, 12);
    const forged = changed(key, () => stamped(key, new Uint8Array(9)));
    expect(await breakage(openMemory(forged))).toMatchObject({ where: feedKey(OUT), offered: 12 });
  });

  it('LOG-5: rows behind the end of a feed, of no feed and of no kind are refused', async () => {
    const stray = (key: Key): RawRow[] => [...rows.values(), [key, stamped(key, new Uint8Array(9))]];
    for (const key of [
      sequenceKey('leaf', OUT, SIZES.out + 3),
      sequenceKey('envelope', IN, SIZES.in),
      sequenceKey('leaf', { author: OUT.author, recipient: OUT.author }, 0),
      arrivalKey({ major: 9_000, minor: 0 }),
      new Uint8Array([...firstOf('once'), 200]).with(0, 'q'.charCodeAt(0)),
      new Uint8Array([...metaKey('books'), 1]),
    ]) {
      expect((await breakage(openMemory(stray(key)))).code).toBe('STORE_DAMAGED');
    }
  });

  it('with `heads` only, a damaged row is refused when it is read, and the others are exact', async () => {
    const spoil = (key: Key) => changed(key, (value) => value.with(20, (value[20] ?? 0) ^ 1));
    const leaf = await openMemory(spoil(sequenceKey('leaf', OUT, 12)), 'heads');
    expect(await breakage(leaf.read(OUT, 0, { entries: 100, bytes: 1 << 20 }))).toMatchObject({
      offered: 12,
    });
    expect((await leaf.read(OUT, 0, { entries: 12, bytes: 1 << 20 })).entries).toHaveLength(12);
    const envelope = await openMemory(spoil(sequenceKey('envelope', IN, 2)), 'heads');
    expect(await breakage(envelope.read(IN, 0, { entries: 9, bytes: 1 << 20 }))).toMatchObject({
      offered: 2,
    });
    const arrival = await openMemory(spoil(arrivalKey({ major: 273, minor: 0 })), 'heads');
    expect((await breakage(arrival.unheard()[Symbol.asyncIterator]().next())).code).toBe('STORE_DAMAGED');
    expect((await breakage(arrival.arrival(IN, 3))).code).toBe('STORE_DAMAGED');
  });

  it('STORE_FORMAT: a store of another format is refused by number', async () => {
    const key = metaKey('format');
    const newer = changed(key, () => stamped(key, uint(FORMAT + 1, 4)));
    expect(await breakage(openMemory(newer))).toEqual({
      code: 'STORE_FORMAT',
      held: FORMAT,
      offered: FORMAT + 1,
    });
  });

  it.each([
    ['in its log', 1, 0],
    ['in a table', 1, 1],
    ['in a table of many compressed blocks', 2_000, 1],
  ])('STORE_FORMAT: a store of the first layout, %s, is not called damaged', async (_, count, reopened) => {
    const directory = await mkdtemp(join(tmpdir(), 'isochron-layout-'));
    onTestFinished(() => rm(directory, { recursive: true, force: true }));
    const level = new Level(directory, { keyEncoding: 'view', valueEncoding: 'view' });
    const old = [
      { key: metaKey('format'), value: uint(1, 4) },
      ...Array.from({ length: count }, (_, at) => ({
        key: sequenceKey('leaf', OUT, at),
        value: new Uint8Array(99),
      })),
    ];
    await rowsOf(level).write(old);
    await level.close();
    // What is in the log becomes a table when the store is opened again.
    for (let time = 0; time < reopened; time += 1) {
      await level.open();
      await level.close();
    }
    const opening = openFeeds(levelAt(directory), { verify: 'full', create: false, directory });
    expect(await breakage(opening)).toMatchObject({ code: 'STORE_FORMAT', held: FORMAT, offered: 1 });
  });

  it('STORE_DAMAGED: somebody else’s database is not taken for an empty store', async () => {
    const level = new MemoryLevel();
    await level.put('hello', 'world');
    expect((await breakage(openFeeds(level, { verify: 'full', create: true }))).where).toBe('format');
  });
});
