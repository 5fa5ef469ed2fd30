/** What only a second process can show: a lock, a kill without warning, a write that the system refuses. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { levelAt } from '../../node/store/level.js';
import { openFeeds } from '../../node/store/open.js';
import { collect, entryOf, feed, tipOf } from './author.js';

const OUT = feed(1, 2);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const COMPILE = [
  '--ignoreConfig',
  '--target',
  'es2022',
  '--module',
  'nodenext',
  '--types',
  'node',
  '--skipLibCheck',
];

describe('a second process', () => {
  let folder = '';
  let script = '';

  // The sources as they are now: a build may be older, and Node 20 runs no TypeScript.
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'isochron-process-'));
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
    const compiler = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
    const roots = ['--rootDir', ROOT, '--outDir', folder, join(ROOT, 'test/store/child.ts')];
    await promisify(execFile)(process.execPath, [compiler, ...COMPILE, ...roots], { cwd: ROOT });
    script = join(folder, 'test/store/child.js');
  }, 60_000);

  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function place(name: string): Promise<string> {
    const made = join(folder, 'stores', name);
    await mkdir(made, { recursive: true });
    return join(made, 'db');
  }

  /** Lines of a child until `enough` says so; the child is then killed. */
  async function linesOf(
    child: ChildProcess,
    enough: (lines: readonly string[]) => boolean,
  ): Promise<readonly string[]> {
    const lines: string[] = [];
    const ended = new Promise((done) => child.once('close', done));
    if (!child.stdout) throw new Error('the child has an output');
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(line);
      if (enough(lines)) child.kill('SIGKILL');
    }
    await ended;
    return lines;
  }

  it('STORE_LOCKED: a store that another process has open is refused', async () => {
    const directory = await place('locked');
    const child = spawn(process.execPath, [script, 'hold', directory], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let tried: Promise<unknown> | undefined;
    const lines = await new Promise<readonly string[]>((done, failed) => {
      child.stdout.once('data', () => {
        tried = openFeeds(levelAt(directory), { verify: 'full', create: true, directory }).then(
          () => undefined,
          (reason: unknown) => reason,
        );
        tried.finally(() => child.kill('SIGKILL')).catch(failed);
      });
      child.once('close', () => done([]));
    });
    expect(lines).toEqual([]);
    expect(await tried).toMatchObject({ fault: { code: 'STORE_LOCKED' } });
    const feeds = await openFeeds(levelAt(directory), { verify: 'full', create: false, directory });
    await feeds.close();
  });

  it('STORE_ABSENT: no store is made where none was asked for', async () => {
    const directory = await place('absent');
    const opening = openFeeds(levelAt(directory), { verify: 'full', create: false, directory });
    await expect(opening).rejects.toMatchObject({ fault: { code: 'STORE_ABSENT' } });
  });

  it('LOG-4, G3: killed without warning, again and again, nothing acknowledged is lost', async () => {
    const directory = await place('killed');
    let promised = 0;
    for (const after of [1, 3, 17, 40, 64, 90]) {
      const child = spawn(process.execPath, [script, 'write', directory], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const lines = await linesOf(child, (seen) => seen.length > after);
      expect(lines[0]).toBe('open');
      promised = Math.max(promised, ...lines.slice(1).map(Number));
      const feeds = await openFeeds(levelAt(directory), { verify: 'full', create: false, directory });
      const { tip } = feeds.head(OUT);
      expect(tip.size).toBeGreaterThanOrEqual(promised);
      expect(tip).toEqual(tipOf(OUT, tip.size));
      expect(await collect(feeds.arrivals())).toHaveLength(tip.size);
      expect((await feeds.read(OUT, tip.size - 1, { entries: 1, bytes: 1 })).entries[0]).toEqual(
        entryOf(OUT, tip.size - 1).entry,
      );
      await feeds.close();
    }
    expect(promised).toBeGreaterThan(100);
  });

  it('LOG-4: when the system refuses a write the process breaks with a code, and what was promised is there', async () => {
    const directory = await place('refused');
    // A bound on the size of files, in blocks of 512 bytes or 1 KiB, stands for a disk that takes no more.
    const child = spawn(
      'sh',
      ['-c', 'ulimit -f 100 && exec "$0" "$@"', process.execPath, script, 'write', directory],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const lines = await linesOf(child, (seen) => seen.at(-1)?.startsWith('STORE_') ?? false);
    expect(lines.at(-1)).toBe('STORE_FAILED');
    const promised = Math.max(...lines.slice(1, -1).map(Number));
    expect(promised).toBeGreaterThan(10);
    const feeds = await openFeeds(levelAt(directory), { verify: 'full', create: false, directory });
    expect(feeds.head(OUT).tip.size).toBeGreaterThanOrEqual(promised);
    expect(feeds.head(OUT).tip).toEqual(tipOf(OUT, feeds.head(OUT).tip.size));
    await feeds.close();
  });
});
