/** What only a second process can show: a lock, a kill without warning, a write that the system refuses. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { levelAt } from '../../node/store/level.js';
import { openFeeds } from '../../node/store/open.js';
import { drawing } from '../support/drawing.js';
import { expectKept, linesOf, type Nursery, openNursery, promisedIn, startChild } from './children.js';

/** `npm run store-faults` kills for longer. */
const KILLS = process.env['STORE_FAULTS'] === 'all' ? 300 : 8;

describe('a second process', () => {
  let nursery: Nursery;
  beforeAll(async () => {
    nursery = await openNursery();
  }, 120_000);
  afterAll(() => nursery.clear());

  const start = (task: 'hold' | 'write', directory: string) =>
    startChild(process.execPath, nursery.task(task, directory));

  async function place(name: string): Promise<string> {
    const made = join(nursery.folder, 'stores', name);
    await mkdir(made, { recursive: true });
    return join(made, 'db');
  }

  it('STORE_LOCKED: a store that another process has open is refused, at rest or while it writes', async () => {
    for (const task of ['hold', 'write'] as const) {
      const directory = await place(task);
      const child = start(task, directory);
      let tries = 0;
      let told = '';
      const lines = linesOf(child, () => tries === 12);
      child.stdout?.on('data', (text) => (told += text));
      const more = () => new Promise((heard) => child.stdout?.once('data', heard));
      // It is open, and of one that writes something is promised, however busy the machine is.
      while (told === '' || (task === 'write' && !/^\d/m.test(told))) await more();
      for (; tries < 12; tries += 1) {
        const opening = openFeeds(levelAt(directory), { verify: 'full', create: tries % 2 === 0, directory });
        await expect(opening).rejects.toMatchObject({ fault: { code: 'STORE_LOCKED' } });
      }
      child.kill('SIGKILL');
      const promised = promisedIn(await lines);
      if (task === 'write') await expectKept(directory, promised);
    }
  });

  it('STORE_LOCKED: this process opens no store twice', async () => {
    const directory = await place('twice');
    const feeds = await openFeeds(levelAt(directory), { verify: 'full', create: true, directory });
    const again = openFeeds(levelAt(directory), { verify: 'full', create: true, directory });
    await expect(again).rejects.toMatchObject({ fault: { code: 'STORE_LOCKED' } });
    expect(feeds.heads()).toEqual([]);
    await feeds.close();
  });

  it('STORE_ABSENT: no store is made where none was asked for', async () => {
    const directory = await place('absent');
    const opening = openFeeds(levelAt(directory), { verify: 'full', create: false, directory });
    await expect(opening).rejects.toMatchObject({ fault: { code: 'STORE_ABSENT' } });
    await expect(rm(directory)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it(
    'LOG-4, G3: killed without warning, again and again, nothing acknowledged is lost',
    async () => {
      const directory = await place('killed');
      const draw = drawing(7);
      let promised = 0;
      for (let kill = 0; kill < KILLS; kill += 1) {
        const after = 1 + Math.floor(draw() * 90);
        const lines = await linesOf(start('write', directory), (seen) => seen.length > after);
        expect(lines[0]).toBe('open');
        promised = Math.max(promised, promisedIn(lines));
        await expectKept(directory, promised);
      }
      expect(promised).toBeGreaterThan(20 * KILLS);
    },
    KILLS * 20_000,
  );

  it(
    'LOG-4: killed at any moment of its start, the store opens or is not there yet',
    async () => {
      const draw = drawing(11);
      let promised = 0;
      const directory = await place('starting');
      for (let kill = 0; kill < KILLS; kill += 1) {
        const child = start('write', directory);
        const after = Math.floor(draw() * 400);
        const timer = setTimeout(() => child.kill('SIGKILL'), after);
        promised = Math.max(promised, promisedIn(await linesOf(child)));
        clearTimeout(timer);
      }
      const lines = await linesOf(start('write', directory), (seen) => seen.length > 10);
      expect(lines[0]).toBe('open');
      await expectKept(directory, Math.max(promised, promisedIn(lines)));
    },
    KILLS * 20_000,
  );

  it('LOG-4: when the system refuses a write the process breaks with a code, and what was promised is there', async () => {
    const directory = await place('refused');
    // A bound on the size of files, in blocks of 512 bytes or 1 KiB, stands for a disk that takes no more.
    const limited = ['-c', 'ulimit -f 100 && exec "$0" "$@"', process.execPath];
    const child = startChild('sh', [...limited, ...nursery.task('write', directory)]);
    const lines = await linesOf(child);
    expect(lines.at(-1)).toBe('STORE_FAILED');
    expect(promisedIn(lines)).toBeGreaterThan(10);
    await expectKept(directory, promisedIn(lines));
  });
});
