import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Hash } from '../../node/core/bytes.js';
import { type FeedId, feedKey } from '../../node/core/ids.js';
import { rootOf } from '../../node/core/log/tree.js';
import type { Instant } from '../../node/core/time.js';
import type { FeedHead, Guard } from '../../node/ports.js';
import {
  type GuardFile,
  type GuardOptions,
  openGuard,
  openGuardIn,
  RESTORED_COPY,
  readGuard,
  writeGuard,
} from '../../node/store/guard.js';
import { checkpointOf, feed, START, tipOf } from './author.js';

const OUT = feed(1, 2);
const IN = feed(2, 1);
const FRESH: GuardOptions = { fresh: true };
const AGAIN: GuardOptions = { fresh: false };

function headOf(of: FeedId, size: number, text = ''): FeedHead {
  const tip = tipOf(of, size, text);
  return { feed: of, tip, checkpoint: checkpointOf(of, tip), acknowledged: 0 };
}

/** A guard in memory that counts how often it is replaced, and can be held or broken. */
function memoryFile(): GuardFile & {
  text: string | undefined;
  writes: string[];
  hold?: Promise<void>;
  broken?: Error;
} {
  return {
    text: undefined,
    writes: [],
    async read() {
      return this.text;
    },
    async replace(text) {
      if (this.broken) throw this.broken;
      this.writes.push(text);
      await this.hold;
      this.text = text;
    },
    restoredCopy: async () => false,
    unmark: async () => undefined,
  };
}

async function opened(
  file: GuardFile,
  heads: readonly FeedHead[],
  options = AGAIN,
  now: Instant = START,
): Promise<Guard> {
  const guard = await openGuardIn(file, heads, now, options);
  if (!guard.ok) throw new Error(guard.fault.code);
  return guard.value;
}

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'isochron-guard-'));
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  return made;
}

describe('guard', () => {
  it('LOG-6: a fresh store gets a guard; each start is a new life, also under a clock that stands still', async () => {
    const file = memoryFile();
    expect((await opened(file, [], FRESH)).incarnation).toBe(START);
    expect((await opened(file, [])).incarnation).toBe(START + 1);
    expect((await opened(file, [], AGAIN, (START + 900) as Instant)).incarnation).toBe(START + 900);
    expect((await opened(file, [], AGAIN, (START - 5) as Instant)).incarnation).toBe(START + 901);
  });

  it('LOG-6: a guard that lags is moved at the start', async () => {
    const file = memoryFile();
    const first = await opened(file, [], FRESH);
    await first.move([headOf(OUT, 3)]);
    await opened(file, [headOf(IN, 2), headOf(OUT, 5)]);
    const read = readGuard(file.text ?? '');
    const sizes = read.ok
      ? [...read.value.marks.values()].map(({ feed: of, size }) => [feedKey(of), size])
      : [];
    expect(new Map(sizes as [string, number][])).toEqual(
      new Map([
        [feedKey(OUT), 5],
        [feedKey(IN), 2],
      ]),
    );
  });

  const restored: readonly [
    string,
    readonly FeedHead[] | undefined,
    readonly FeedHead[],
    GuardOptions,
    string,
  ][] = [
    ['no guard beside a store with entries', undefined, [headOf(OUT, 1)], AGAIN, 'guard'],
    [
      'no guard beside a store with entries that claims to be fresh',
      undefined,
      [headOf(OUT, 1)],
      FRESH,
      'guard',
    ],
    ['no guard beside an empty store that was not made just now', undefined, [], AGAIN, 'guard'],
    ['a guard beside an empty store: a lost disk', [headOf(OUT, 1)], [], FRESH, feedKey(OUT)],
    ['an out-feed shorter than the guard', [headOf(OUT, 5)], [headOf(OUT, 4)], AGAIN, feedKey(OUT)],
    [
      'an in-feed shorter than the guard',
      [headOf(OUT, 5), headOf(IN, 3)],
      [headOf(OUT, 5), headOf(IN, 2)],
      AGAIN,
      feedKey(IN),
    ],
    ['a feed that is gone', [headOf(OUT, 5), headOf(IN, 3)], [headOf(OUT, 5)], AGAIN, feedKey(IN)],
    ['another history of the same size', [headOf(OUT, 5)], [headOf(OUT, 5, 'other')], AGAIN, feedKey(OUT)],
  ];
  it.each(restored)('LOG-6: restored, by %s', async (_, spoken, heads, options, where) => {
    const file = memoryFile();
    if (spoken) await (await opened(file, [], FRESH)).move(spoken);
    const before = file.text;
    const guard = await openGuardIn(file, heads, START, options);
    expect(guard).toMatchObject({ ok: true, value: { restored: where } });
    // Whoever moves it has written down before that this life is on probation.
    expect(file.text).toBe(before);
    if (guard.ok) await guard.value.move(heads);
    const read = readGuard(file.text ?? '');
    expect(read.ok && [...read.value.marks.values()].map(({ size }) => size)).toEqual(
      heads.map(({ tip }) => tip.size),
    );
  });

  it('LOG-6: a greater incarnation is on disk with the next move, a smaller one changes nothing', async () => {
    const file = memoryFile();
    const guard = await opened(file, [], FRESH);
    guard.raise(START - 1);
    expect(guard.incarnation).toBe(START);
    guard.raise(START + 70);
    await guard.move([]);
    expect(guard.incarnation).toBe(START + 70);
    expect((await opened(file, [])).incarnation).toBe(START + 71);
  });

  it('LOG-6: restored, by a longer store that does not begin with what the guard knows', async () => {
    const file = memoryFile();
    await (await opened(file, [], FRESH)).move([headOf(OUT, 5)]);
    const rootAt =
      (text: string) =>
      async (of: FeedId, size: number): Promise<Hash> =>
        rootOf(tipOf(of, size, text));
    const longer = [headOf(OUT, 9, 'other')];
    const forked = await openGuardIn(file, longer, START, { fresh: false, rootAt: rootAt('other') });
    expect(forked).toMatchObject({ ok: true, value: { restored: feedKey(OUT) } });
    const honest = await openGuardIn(file, [headOf(OUT, 9)], START, { fresh: false, rootAt: rootAt('') });
    expect(honest).toMatchObject({ ok: true, value: { restored: '' } });
  });

  it('LOG-6: restored, by a marker of a raw copy beside the database, in it or beside the guard, which goes with the first move', async () => {
    const place = await folder();
    const database = join(place, 'state', 'db');
    await mkdir(database, { recursive: true });
    const elsewhere = join(place, 'guards');
    await mkdir(elsewhere);
    const open = () => openGuard(join(elsewhere, 'guard'), [], START, { fresh: true, database });
    expect((await open()).ok).toBe(true);
    for (const beside of [join(place, 'state'), database, elsewhere]) {
      await writeFile(join(beside, RESTORED_COPY), '');
      expect(await open()).toMatchObject({ ok: true, value: { restored: RESTORED_COPY } });
      const marked = await open();
      if (marked.ok) await marked.value.move([]);
      expect(await readdir(beside)).not.toContain(RESTORED_COPY);
      expect(await open()).toMatchObject({ ok: true, value: { restored: '' } });
    }
  });

  it('LOG-6: a move resolves when the file says so; moves that wait together share one write', async () => {
    const file = memoryFile();
    const guard = await opened(file, [], FRESH);
    let release = () => {};
    file.hold = new Promise((done) => {
      release = done;
    });
    const before = file.writes.length;
    const moves = [1, 2, 3, 4, 5].map((size) => guard.move([headOf(OUT, size)]));
    let moved = false;
    const all = Promise.all(moves).then(() => {
      moved = true;
    });
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    expect(moved).toBe(false);
    const late = guard.move([headOf(IN, 1)]);
    release();
    await Promise.all([all, late]);
    expect(file.writes.length - before).toBeLessThanOrEqual(3);
    const read = readGuard(file.text ?? '');
    expect(read.ok && [...read.value.marks.values()].map(({ size }) => size)).toEqual([5, 1]);
  });

  it('a move that says nothing new writes nothing, and waits for what is under way', async () => {
    const file = memoryFile();
    const guard = await opened(file, [headOf(OUT, 0)], FRESH);
    await guard.move([headOf(OUT, 4)]);
    const writes = file.writes.length;
    await guard.move([headOf(OUT, 4), headOf(OUT, 2)]);
    expect(file.writes.length).toBe(writes);
    let release = () => {};
    file.hold = new Promise((done) => {
      release = done;
    });
    const first = guard.move([headOf(OUT, 5)]);
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    let told = false;
    const second = guard.move([headOf(OUT, 5)]).then(() => {
      told = true;
    });
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    expect(told).toBe(false);
    release();
    await Promise.all([first, second]);
  });

  it('STORE_FULL, STORE_FAILED: after a failed write the guard refuses everything', async () => {
    for (const [code, fault] of [
      ['ENOSPC', 'STORE_FULL'],
      ['EIO', 'STORE_FAILED'],
    ] as const) {
      const file = memoryFile();
      const guard = await opened(file, [], FRESH);
      file.broken = Object.assign(new Error('write'), { code });
      const moves = [guard.move([headOf(OUT, 1)]), guard.move([headOf(OUT, 2)])];
      for (const move of moves) await expect(move).rejects.toMatchObject({ fault: { code: fault } });
      delete file.broken;
      await expect(guard.move([headOf(OUT, 3)])).rejects.toMatchObject({ fault: { code: fault } });
    }
  });

  it('lies on disk whole, for its owner only, and leaves nothing beside it', async () => {
    const place = await folder();
    const path = join(place, 'guard');
    const guard = await openGuard(path, [], START, FRESH);
    if (!guard.ok) throw new Error(guard.fault.code);
    await guard.value.move([headOf(OUT, 7), headOf(IN, 2)]);
    expect(await readdir(place)).toEqual(['guard']);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const read = readGuard(await readFile(path, 'utf8'));
    expect(read.ok && writeGuard(read.value)).toBe(await readFile(path, 'utf8'));
    expect(await openGuard(path, [headOf(OUT, 7)], START, AGAIN)).toMatchObject({
      value: { restored: feedKey(IN) },
    });
    expect(await openGuard(path, [headOf(OUT, 7), headOf(IN, 2)], START, AGAIN)).toMatchObject({
      value: { restored: '' },
    });
  });

  it('NODE_RESTORED: a guard with one changed or missing character knows nothing', async () => {
    const text = writeGuard({
      incarnation: START,
      marks: new Map([[feedKey(OUT), { feed: OUT, size: 7, root: rootOf(tipOf(OUT, 7)) }]]),
    });
    expect(readGuard(text).ok).toBe(true);
    const version = 'isochron guard '.length;
    for (let at = 0; at < text.length; at += 1) {
      const digit = text[at] === '0' ? '1' : '0';
      const spoiled = readGuard(text.slice(0, at) + digit + text.slice(at + 1));
      expect(spoiled.ok, String(at)).toBe(false);
      if (at !== version) expect(spoiled).toMatchObject({ fault: { code: 'NODE_RESTORED', where: 'guard' } });
      expect(readGuard(text.slice(0, at)).ok).toBe(false);
    }
  });

  it('STORE_FORMAT: a guard of a newer version is refused by number', () => {
    const text = writeGuard({ incarnation: 1, marks: new Map() }).replace('guard 1', 'guard 2');
    expect(readGuard(text)).toEqual({
      ok: false,
      fault: { code: 'STORE_FORMAT', where: 'guard', held: 1, offered: 2 },
    });
  });
});
