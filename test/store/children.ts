/** The child of `child.ts` as a process: compiled from the sources as they are, started, heard, killed. */
import { type ChildProcess, execFile, type SpawnOptions, spawn } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { rootOf } from '../../node/core/log/tree.js';
import { openGuard } from '../../node/store/guard.js';
import { levelAt } from '../../node/store/level.js';
import { openFeeds } from '../../node/store/open.js';
import { collect, entryOf, feed, START, tipOf } from './author.js';

const OUT = feed(1, 2);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const COMPILE =
  '--ignoreConfig --target es2022 --lib es2023 --module nodenext --types node --skipLibCheck'.split(' ');

/** Where the compiled child lies, and room for stores beside it. */
export interface Nursery {
  readonly folder: string;
  /** Arguments for `process.execPath`. */
  readonly task: (task: 'hold' | 'write', directory: string) => readonly string[];
  clear(): Promise<void>;
}

/** Compiles the child: a build may be older than the sources, and Node 20 runs no TypeScript. */
export async function openNursery(): Promise<Nursery> {
  const folder = await mkdtemp(join(tmpdir(), 'isochron-process-'));
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  const compiler = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  const roots = ['--rootDir', ROOT, '--outDir', folder, join(ROOT, 'test/store/child.ts')];
  await promisify(execFile)(process.execPath, [compiler, ...COMPILE, ...roots], { cwd: ROOT });
  return {
    folder,
    task: (task, directory) => [join(folder, 'test/store/child.js'), task, directory],
    clear: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Where the child keeps the guard of a store. */
export function guardOf(directory: string): string {
  return `${directory}.guard`;
}

/** Starts a command whose lines are promises. */
export function startChild(
  command: string,
  args: readonly string[],
  options: SpawnOptions = {},
): ChildProcess {
  return spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Lines of a child until `enough` says so; the child is then killed without warning. */
export async function linesOf(
  child: ChildProcess,
  enough: (lines: readonly string[]) => boolean = () => false,
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

/** The most entries that a child promised. */
export function promisedIn(lines: readonly string[]): number {
  return Math.max(0, ...lines.filter((line) => /^\d+$/.test(line)).map(Number));
}

/**
 * G3: everything promised is there, all of it is as it was written, and the guard knows no more than the store.
 * @returns how many entries there are.
 */
export async function expectKept(directory: string, promised: number): Promise<number> {
  const feeds = await openFeeds(levelAt(directory), { verify: 'full', create: false, directory });
  try {
    const { tip } = feeds.head(OUT);
    expect(tip.size).toBeGreaterThanOrEqual(promised);
    expect(tip).toEqual(tipOf(OUT, tip.size));
    expect(await collect(feeds.arrivals())).toHaveLength(tip.size);
    const [last] = (await feeds.read(OUT, tip.size - 1, { entries: 1, bytes: 1 })).entries;
    expect(last).toEqual(entryOf(OUT, tip.size - 1).entry);
    const rootAt = async (...[of, size]: Parameters<typeof feeds.tipAt>) =>
      rootOf(await feeds.tipAt(of, size));
    const guard = await openGuard(guardOf(directory), feeds.heads(), START, { fresh: false, rootAt });
    expect(guard).toMatchObject({ ok: true, value: { restored: '' } });
    return tip.size;
  } finally {
    await feeds.close();
  }
}
