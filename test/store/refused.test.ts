/**
 * The system says no: a disk that is full or cannot be written, a sync that fails, a right that is missing, something
 * else in the place of a file. The refusal has a name, and what was promised is there when the trouble is over.
 */
import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, type TestContext } from 'vitest';
import { Breakage, type Fault } from '../../node/core/fault.js';
import { openGuard } from '../../node/store/guard.js';
import { levelAt } from '../../node/store/level.js';
import { openFeeds } from '../../node/store/open.js';
import { mountSmallDisk, type SmallDisk } from '../support/small-disk.js';
import { feed, START } from './author.js';
import {
  expectKept,
  guardOf,
  linesOf,
  type Nursery,
  openNursery,
  promisedIn,
  startChild,
} from './children.js';
import { writesOf } from './history.js';
import { filesIn, makeMaster } from './spoil.js';

const ALL = process.env['STORE_FAULTS'] === 'all';
const DEADLINE_MS = ALL ? 3_600_000 : 180_000;

let folder = '';
let nursery: Nursery;
beforeAll(async () => {
  nursery = await openNursery();
  folder = await mkdtemp(join(tmpdir(), 'isochron-refused-'));
  await chmod(folder, 0o755);
}, 120_000);
afterAll(async () => {
  await nursery.clear();
  await rm(folder, { recursive: true, force: true });
});

const write = (directory: string) => linesOf(startChild(process.execPath, nursery.task('write', directory)));

async function smallDisk({ skip }: TestContext, kib: number): Promise<SmallDisk> {
  const disk = await mountSmallDisk(kib);
  if (typeof disk === 'string') return skip(disk);
  onTestFinished(() => disk.clear());
  return disk;
}

/** What opening is refused with. */
async function refusal(directory: string, create = false): Promise<Fault> {
  const opening = openFeeds(levelAt(directory), { verify: 'full', create, directory });
  const reason = await opening.then(
    (feeds) => feeds.close(),
    (thrown: unknown) => thrown,
  );
  if (!(reason instanceof Breakage)) throw new Error(`no breakage: ${String(reason)}`);
  return reason.fault;
}

describe('a full disk', () => {
  it.for(ALL ? [60, 90, 120, 150, 300, 600, 1_200, 5_000, 9_000] : [60, 150, 600])(
    'LOG-4: of %i KiB: STORE_FULL at each start, and all that was promised once there is room',
    { timeout: DEADLINE_MS },
    async (kib, context) => {
      const disk = await smallDisk(context, kib);
      const directory = join(disk.place, 'db');
      let promised = 0;
      for (let start = 0; start < 3; start += 1) {
        const lines = await write(directory);
        expect(lines.at(-1)).toBe('STORE_FULL');
        promised = Math.max(promised, promisedIn(lines));
      }
      if (kib >= 150) expect(promised).toBeGreaterThan(10);
      await disk.resize(kib * 4 + 4_000);
      if (promised > 0) await expectKept(directory, promised);
    },
  );
});

describe('a failing call of the system', () => {
  /** Every call that touches these fails so, from the n-th of a thread on. */
  async function withFailing(directory: string, calls: string, error: string, from: number) {
    const names = ['', '.guard', '.guard.tmp', '/CURRENT', '/LOCK', '/000001.dbtmp', '/000002.dbtmp'];
    const logs = ['/000003.log', '/000005.ldb', '/000006.log', '/MANIFEST-000001', '/MANIFEST-000004'];
    const paths = [...names, ...logs].flatMap((name) => ['-P', `${directory}${name}`]);
    const inject = ['-e', `trace=${calls}`, '-e', `inject=${calls}:error=${error}:when=${from}+`];
    const quiet = ['-f', '-qqq', '--seccomp-bpf', '-o', '/dev/null'];
    const task = [process.execPath, ...nursery.task('write', directory)];
    // A child that nothing stops would write for ever.
    const tooFar = (lines: readonly string[]) => lines.length > 3_000;
    return linesOf(startChild('strace', [...quiet, ...inject, ...paths, '--', ...task]), tooFar);
  }

  const failing: readonly (readonly [calls: string, error: string, code: string])[] = [
    ['fdatasync', 'EIO', 'STORE_FAILED'],
    ['fsync', 'EIO', 'STORE_FAILED'],
    ['write,pwrite64', 'EDQUOT', 'STORE_FULL'],
    ['rename', 'EIO', 'STORE_FAILED'],
    ['openat', 'EMFILE', 'STORE_FAILED'],
  ];
  const others: typeof failing = [
    ['write,pwrite64', 'ENOSPC', 'STORE_FULL'],
    ['write,pwrite64', 'EIO', 'STORE_FAILED'],
    ['rename', 'ENOSPC', 'STORE_FULL'],
    ['openat', 'EACCES', 'STORE_FAILED'],
  ];

  it.for(ALL ? [...failing, ...others] : failing)(
    'LOG-4, LOG-6: %s with %s: the process breaks by name, and nothing promised is lost',
    { timeout: DEADLINE_MS },
    async ([calls, error, code], { skip }) => {
      const works = await promisify(execFile)('strace', ['-qq', '--seccomp-bpf', '-f', 'true']).catch(
        () => undefined,
      );
      if (works === undefined) return skip('strace is absent, or may not trace here');
      for (const from of ALL ? Array.from({ length: 40 }, (_, at) => at + 1) : [1, 3, 9]) {
        const directory = join(await mkdtemp(join(folder, 'failing-')), 'db');
        const lines = await withFailing(directory, calls, error, from);
        // While it opens, LevelDB may take an error for a file that cannot be used.
        expect([code, 'STORE_UNUSABLE'], `${from}: ${lines.join(' ')}`).toContain(lines.at(-1));
        const promised = promisedIn(lines);
        if (promised > 0) await expectKept(directory, promised);
      }
    },
  );
});

describe('something else in the place of a file', () => {
  const cases: readonly (readonly [
    what: string,
    spoil: (store: string) => Promise<void>,
    fault: Partial<Fault>,
  ])[] = [
    [
      'a file for the store',
      async (store) => {
        await rm(store, { recursive: true });
        await writeFile(store, '');
      },
      { code: 'STORE_UNUSABLE', where: 'store' },
    ],
    [
      'a link in a circle for the store',
      async (store) => {
        await rm(store, { recursive: true });
        await symlink(store, store);
      },
      { code: 'STORE_UNUSABLE', where: 'store' },
    ],
    ...['CURRENT', 'MANIFEST-000004', '000005.ldb', '000006.log'].map(
      (name) =>
        [
          `a directory for ${name}`,
          async (store: string) => {
            await rm(join(store, name));
            await mkdir(join(store, name));
          },
          { code: 'STORE_UNUSABLE', where: name },
        ] as const,
    ),
    [
      'a directory for LOCK',
      async (store) => {
        await rm(join(store, 'LOCK'), { force: true });
        await mkdir(join(store, 'LOCK'));
      },
      { code: 'STORE_UNUSABLE', where: 'database' },
    ],
    [
      'a store inside the store',
      async (store) => {
        await rename(store, `${store}.aside`);
        await mkdir(store);
        await rename(`${store}.aside`, join(store, 'store'));
      },
      { code: 'STORE_ABSENT' },
    ],
  ];
  it.each(cases)('%s is refused by name', async (_, spoil, fault) => {
    const store = await storeIn(folder);
    await spoil(store);
    expect(await refusal(store)).toMatchObject(fault);
  });
});

async function storeIn(place: string): Promise<string> {
  const store = join(await mkdtemp(join(place, 'home-')), 'store');
  await chmod(join(store, '..'), 0o755);
  await makeMaster(store, writesOf(12), [6]);
  await chmod(store, 0o755);
  return store;
}

/** With the rights of nobody, where this runs as root, whom no right is denied. */
async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  const isRoot = process.getuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    return await work();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

describe('a right that is missing', () => {
  it.each(['CURRENT', 'MANIFEST-000004', '000005.ldb', '000006.log'])(
    'to read %s: STORE_UNUSABLE',
    async (name) => {
      const store = await storeIn(folder);
      await chmod(join(store, name), 0);
      expect(await asNobody(() => refusal(store))).toEqual({ code: 'STORE_UNUSABLE', where: name });
    },
  );

  it('to look into the store, or to write in it: STORE_UNUSABLE, and nothing is changed', async () => {
    const store = await storeIn(folder);
    const before = filesIn(store);
    await chmod(store, 0o555);
    expect(await asNobody(() => refusal(store))).toEqual({ code: 'STORE_UNUSABLE', where: 'database' });
    expect(await asNobody(() => refusal(store, true))).toMatchObject({ code: 'STORE_UNUSABLE' });
    await chmod(store, 0);
    expect(await asNobody(() => refusal(store))).toEqual({ code: 'STORE_UNUSABLE', where: 'store' });
    await chmod(store, 0o755);
    expect(filesIn(store)).toEqual(before);
  });

  it('to make a store: STORE_UNUSABLE', async () => {
    const place = await mkdtemp(join(folder, 'home-'));
    await chmod(place, 0o555);
    expect(await asNobody(() => refusal(join(place, 'store'), true))).toMatchObject({
      code: 'STORE_UNUSABLE',
    });
  });

  it('to read or replace the guard: named, and the old guard stays', async () => {
    const place = await mkdtemp(join(folder, 'home-'));
    const path = join(place, 'guard');
    const open = () => openGuard(path, [], START, { fresh: false });
    expect((await openGuard(path, [], START, { fresh: true })).ok).toBe(true);
    const text = await readFile(path, 'utf8');
    await chmod(place, 0o555);
    await chmod(path, 0o444);
    await expect(asNobody(open)).rejects.toMatchObject({ fault: { code: 'STORE_FAILED' } });
    await chmod(place, 0o755);
    await chmod(path, 0);
    await expect(asNobody(open)).rejects.toMatchObject({ fault: { code: 'STORE_UNUSABLE', where: 'guard' } });
    await chmod(path, 0o600);
    expect(await readFile(path, 'utf8')).toBe(text);
    expect(await open()).toMatchObject({ ok: true, value: { restored: '' } });
  });

  it('of the whole file system: STORE_UNUSABLE, and nothing is changed', async (context) => {
    const disk = await smallDisk(context, 4_000);
    const store = join(disk.place, 'store');
    await cp(await storeIn(folder), store, { recursive: true });
    const before = filesIn(store);
    await disk.setReadOnly(true);
    expect(await refusal(store)).toEqual({ code: 'STORE_UNUSABLE', where: 'database' });
    expect(await refusal(join(disk.place, 'other'), true)).toMatchObject({ code: 'STORE_UNUSABLE' });
    const guard = openGuard(join(disk.place, 'guard'), [], START, { fresh: true });
    await expect(guard).rejects.toMatchObject({ fault: { code: 'STORE_FAILED' } });
    await disk.setReadOnly(false);
    expect(filesIn(store)).toEqual(before);
    const feeds = await openFeeds(levelAt(store), { verify: 'full', create: false, directory: store });
    expect(feeds.head(feed(1, 2)).tip.size).toBeGreaterThan(0);
    await feeds.close();
  });
});

describe('the guard file', () => {
  it('LOG-6: cut at every byte, or with a bit flipped at each: restored or STORE_FORMAT, never forgotten', async () => {
    const directory = join(await mkdtemp(join(folder, 'home-')), 'db');
    await linesOf(startChild(process.execPath, nursery.task('write', directory)), (seen) => seen.length > 4);
    const path = guardOf(directory);
    const bytes = await readFile(path);
    const feeds = await openFeeds(levelAt(directory), { verify: 'full', create: false, directory });
    const open = async (spoiled: Uint8Array) => {
      await writeFile(path, spoiled);
      const guard = await openGuard(path, feeds.heads(), START, { fresh: false });
      return guard.ok ? guard.value.restored : guard.fault.code;
    };
    for (let at = 0; at < bytes.length; at += 1) {
      expect(await open(bytes.subarray(0, at))).toBe('guard');
      const flipped = Buffer.from(bytes);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8));
      expect(['guard', 'STORE_FORMAT']).toContain(await open(flipped));
    }
    expect(await open(bytes)).toBe('');
    await feeds.close();
  });

  it('LOG-6: a crash between the new file and its name leaves the old guard', async () => {
    const place = await mkdtemp(join(folder, 'home-'));
    const path = join(place, 'guard');
    expect((await openGuard(path, [], START, { fresh: true })).ok).toBe(true);
    await writeFile(`${path}.tmp`, 'isochron guard 1\nincarn');
    expect(await openGuard(path, [], START, { fresh: false })).toMatchObject({
      ok: true,
      value: { restored: '' },
    });
  });

  it.each(['guard', 'guard.tmp'])('a directory for %s is refused by name', async (name) => {
    const place = await mkdtemp(join(folder, 'home-'));
    await mkdir(join(place, name));
    const guard = openGuard(join(place, 'guard'), [], START, { fresh: true });
    const code = name === 'guard' ? 'STORE_UNUSABLE' : 'STORE_FAILED';
    await expect(guard).rejects.toMatchObject({ fault: { code } });
  });
});
