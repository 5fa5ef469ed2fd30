/** LOG-5 with real processes: one of three nodes dies, its store is damaged, and `log repair` is killed and fills the disk. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Ended, runProgram, type Started, startProgram } from '../support/processes.js';
import { mountSmallDisk, type SmallDisk } from '../support/small-disk.js';

const DEADLINE_MS = 150_000;
const SMALL_KIB = 16 << 10;
const NAMES = ['us', 'jp', 'uk'] as const;
type Name = (typeof NAMES)[number];

let folder = '';
let disk: SmallDisk | string = '';
const running = new Map<Name, Started>();
const nodes = new Map<Name, string>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'isochron-repair-'));
  disk = await mountSmallDisk(SMALL_KIB);
});
afterAll(async () => {
  for (const { child } of running.values()) child.kill('SIGKILL');
  await Promise.all([...running.values()].map(({ ended }) => ended));
  if (typeof disk !== 'string') await disk.clear();
  await rm(folder, { recursive: true, force: true });
});

/** Ours lies on the disk that can be filled, where there is one. */
const homeOf = (name: Name) => join(name === 'us' && typeof disk !== 'string' ? disk.place : folder, name);

const isochron = (name: Name, ...words: readonly string[]): Promise<Ended> =>
  runProgram(['--home', homeOf(name), '--officer', 'Ada', '--json', ...words], { deadlineMs: DEADLINE_MS });

async function ask<T>(name: Name, ...words: readonly string[]): Promise<T> {
  const { status, out, err } = await isochron(name, ...words);
  expect({ words, status, err }).toMatchObject({ status: 0 });
  return JSON.parse(out) as T;
}

async function start(name: Name): Promise<void> {
  const started = startProgram(['--home', homeOf(name), '--json', 'run'], { deadlineMs: DEADLINE_MS });
  running.set(name, started);
  await started.says('"running":true');
}

async function kill(name: Name): Promise<void> {
  const started = running.get(name);
  started?.child.kill('SIGKILL');
  await started?.ended;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

interface Log {
  readonly feeds: readonly {
    readonly feed: string;
    readonly size: number;
    readonly root: string;
    readonly acknowledged: number;
  }[];
}

/** Asks again until the answer fits; each question is a process, so this is no busy loop. */
async function eventually<T>(question: () => Promise<T>, fits: (answer: T) => boolean): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    const answer = await question();
    if (fits(answer)) return answer;
    if (tries > 60) throw new Error(`did not happen: ${JSON.stringify(answer)}`);
  }
}

/** Size and root of every feed with a peer: the same root is the same bytes. */
async function rootsOf(name: Name): Promise<ReadonlyMap<string, string>> {
  const own = nodes.get(name);
  const delivered = ({ feeds }: Log) =>
    feeds.every(
      ({ feed, size, acknowledged }) =>
        feed === `${own}>${own}` || !feed.startsWith(`${own}`) || acknowledged === size,
    );
  const { feeds } = await eventually(() => ask<Log>(name, 'log', 'list'), delivered);
  return new Map(
    feeds
      .filter(({ feed }) => feed !== `${own}>${own}`)
      .map(({ feed, size, root }) => [feed, `${size} ${root}`]),
  );
}

/** One bit in the middle of the largest file of the store. */
async function flipOneBit(): Promise<void> {
  const store = join(homeOf('us'), 'store');
  const files = (await readdir(store)).filter((file) => /\.(ldb|log)$/.test(file));
  const read = await Promise.all(
    files.map(async (file) => ({ file, bytes: await readFile(join(store, file)) })),
  );
  const [largest] = read.sort((left, right) => right.bytes.length - left.bytes.length);
  if (largest === undefined) throw new Error('the store has files');
  const at = Math.floor(largest.bytes.length * 0.8);
  largest.bytes[at] = (largest.bytes[at] ?? 0) ^ 4;
  await writeFile(join(store, largest.file), largest.bytes);
}

describe('log repair', () => {
  test(
    'LOG-5: killed, out of room, and in the end done: the peers give everything back',
    async () => {
      for (const name of NAMES) {
        const who = ['--name', name, '--role', 'centre', '--zone', 'UTC', '--drill', '--id-prefix', 'VU'];
        const where = ['--namespace', `https://${name}.example`, '--listen', `localhost:${await freePort()}`];
        await ask(name, 'init', ...who, ...where);
        await ask(name, 'card', 'export', '-o', join(folder, `${name}.card.asc`));
        await start(name);
      }
      for (const one of NAMES)
        for (const other of NAMES.filter((name) => name !== one)) {
          const { node } = await ask<{ node: string }>(one, 'peer', 'add', join(folder, `${other}.card.asc`));
          nodes.set(other, node);
          await ask(one, 'peer', 'verify', node, '--fingerprint', node, '--method', 'telephone');
        }
      const summary = join(folder, 'summary.txt');
      await writeFile(summary, 'An invented sentence of some length. '.repeat(1_500));
      for (const title of ['One', 'Two', 'Three']) {
        const asked = ['--title', title, '--tlp', 'AMBER', '--summary-file', summary];
        const { case: id } = await ask<{ case: string }>('us', 'case', 'open', ...asked);
        for (const to of ['jp', 'uk'] as const) {
          await ask('us', 'case', 'tell', id, '--to', nodes.get(to) as string);
          await eventually(
            () =>
              isochron(to, 'inquiry', 'send', id, '--to', nodes.get('us') as string, '--text', 'Since when?'),
            ({ status }) => status === 0,
          );
        }
      }
      const before = await rootsOf('us');
      expect(before.size).toBe(4);
      for (const peer of ['jp', 'uk'] as const) await rootsOf(peer);
      expect(await rootsOf('us')).toEqual(before);

      await kill('us');
      await flipOneBit();
      const refused = await isochron('us', 'run');
      expect([refused.status, refused.out]).toEqual([5, expect.stringContaining('STORE_DAMAGED')]);
      expect(refused.err).toContain('isochron log repair');

      if (typeof disk !== 'string') {
        const filler = join(disk.place, 'filler');
        await writeFile(filler, Buffer.alloc(2 * (SMALL_KIB << 10))).catch(() => undefined);
        const full = await isochron('us', 'log', 'repair');
        expect([full.status, full.out]).toEqual([5, expect.stringContaining('STORE_FULL')]);
        await rm(filler);
      }
      for (const afterMs of [150, 300, 450, 600]) {
        const killed = startProgram(['--home', homeOf('us'), 'log', 'repair'], { deadlineMs: afterMs });
        killed.child.once('spawn', () => setTimeout(() => killed.child.kill('SIGKILL'), afterMs));
        await killed.ended;
      }
      await ask('us', 'log', 'repair');
      const asides = (await readdir(homeOf('us'))).filter((name) => name.startsWith('store'));
      expect(asides).toEqual(['store', expect.stringMatching(/^store-damaged-/)]);

      await start('us');
      const { feeds } = await eventually(
        () => ask<{ feeds: readonly { feed: string; missing: number }[] }>('us', 'log', 'repaired'),
        (told) =>
          told.feeds.every(({ feed, missing }) => missing === 0 || feed.slice(0, 40) === feed.slice(-40)),
      );
      expect(feeds.length).toBeGreaterThan(0);
      expect(await rootsOf('us')).toEqual(before);
      expect(await ask('us', 'log', 'verify')).toMatchObject({ faults: 0 });
      const { cases } = await ask<{ cases: readonly object[] }>('us', 'case', 'list');
      expect(cases).toHaveLength(3);
    },
    DEADLINE_MS,
  );
});
