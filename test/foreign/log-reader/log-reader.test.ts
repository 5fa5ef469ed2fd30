/** LOG-8, G6: a program in another language, with none of our code, verifies what we export. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { writeProof } from '../../../node/core/log/proof.js';
import { exportLog } from '../../../node/store/export.js';
import type { FeedStore } from '../../../node/store/feeds.js';
import { proveEntry } from '../../../node/store/prove.js';
import { entryOf, START } from '../../store/author.js';
import { COSIGNED, ENTRIES, KEYS, LOG, SPOILINGS, storeWithLog, whileSpoiled } from '../../store/exports.js';

const run = promisify(execFile);
const SOURCE = fileURLToPath(new URL('.', import.meta.url));

interface Said {
  readonly code: number;
  readonly line: string;
}

describe('a foreign log reader', () => {
  let folder = '';
  let missing: string | undefined;
  let feeds: FeedStore;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'isochron-reader-'));
    missing = await build(join(folder, 'log-reader'));
    feeds = await storeWithLog();
    const options = { authorKey: KEYS.author, peerKey: KEYS.peer };
    await exportLog(feeds, LOG, join(folder, 'log'), { upTo: 'receipt', ...options });
    await exportLog(feeds, LOG, join(folder, 'all'), { upTo: 'end', ...options });
  }, 180_000);

  afterAll(async () => {
    await feeds.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** @returns why the program cannot be built here, or nothing. */
  async function build(output: string): Promise<string | undefined> {
    try {
      await run('go', ['version']);
    } catch {
      return 'no Go found on the path; install it to verify exported logs with a foreign program';
    }
    try {
      await run('go', ['build', '-o', output, '.'], { cwd: SOURCE });
      return undefined;
    } catch (reason) {
      const words = String((reason as { stderr?: unknown }).stderr);
      // Only a module that cannot be had is an excuse; a program that does not compile is a failure.
      if (
        !/golang\.org\/x\/mod|go: .*download|toolchain/.test(words) ||
        /\.go:\d+:\d+: (?!no required|cannot find)/.test(words)
      ) {
        throw reason;
      }
      return 'golang.org/x/mod cannot be had here; allow the Go module proxy or fill the module cache';
    }
  }

  function needReader(context: TestContext): void {
    if (missing === undefined) return;
    if (process.env['ISOCHRON_NO_SKIP'] === '1') throw new Error(missing);
    context.skip(missing);
  }

  async function reader(...words: readonly string[]): Promise<Said> {
    try {
      const { stdout } = await run(join(folder, 'log-reader'), words);
      return { code: 0, line: stdout.trim() };
    } catch (reason) {
      const { code, stdout } = reason as { code: number; stdout: string };
      return { code, line: stdout.trim() };
    }
  }

  it('verifies a cosigned log and an uncosigned one', async (context) => {
    needReader(context);
    const cosigned = await reader(join(folder, 'log'));
    expect(cosigned.code).toBe(0);
    expect(cosigned.line).toMatch(
      new RegExp(`^ok size=${COSIGNED} root=[0-9a-f]{64} cosigned=${START / 1000}$`),
    );
    const all = await reader(join(folder, 'all'));
    expect(all.line).toMatch(new RegExp(`^ok size=${ENTRIES} root=[0-9a-f]{64} cosigned=0$`));
  });

  it.for(SPOILINGS)('finds $what', async (spoiling, context) => {
    needReader(context);
    const directory = join(folder, 'log');
    const said = await whileSpoiled(directory, spoiling, () => reader(directory));
    expect(said.line).toMatch(/^fault /);
    expect(said.code).toBe(1);
  });

  it('checks a tlog-proof, and refuses it for another leaf', async (context) => {
    needReader(context);
    const paths = {
      proof: join(folder, 'entry.tlog-proof'),
      leaf: join(folder, 'leaf'),
      other: join(folder, 'other'),
    };
    const proof = await proveEntry(feeds, LOG, 257);
    if (!proof.ok) throw new Error(proof.fault.code);
    await writeFile(paths.proof, writeProof(proof.value));
    await writeFile(paths.leaf, entryOf(LOG, 257).entry.leaf);
    await writeFile(paths.other, entryOf(LOG, 258).entry.leaf);
    const good = await reader('-proof', paths.proof, '-leaf', paths.leaf, join(folder, 'log'));
    expect(good).toEqual({ code: 0, line: `ok index=257 size=${COSIGNED}` });
    const bad = await reader('-proof', paths.proof, '-leaf', paths.other, join(folder, 'log'));
    expect(bad.code).toBe(1);
  });
});
