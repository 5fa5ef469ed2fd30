/** `isochron conformance --offline`: the exchanges of the house hold, and one letter more or less shows. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { findKeysIn } from '../../node/cli/conformance/exchange/names.js';
import { main } from '../../node/cli/main.js';

const FOLDER = fileURLToPath(new URL('../../fixtures/exchanges', import.meta.url));
const KEYS = fileURLToPath(new URL('../../fixtures/keys', import.meta.url));

interface Report {
  readonly passed: number;
  readonly failed: number;
  readonly exchanges: readonly { readonly file: string; readonly says: string; readonly parts: number }[];
}

/** Short ones; the program itself replays all of them in test/e2e. Three of them have a recording. */
const SOME = ['before-charter', 'denial-by-tlp', 'merge', 'model-1', 'onward-nobody', 'restore'];

let copy = '';

async function replay(
  folder: string,
  ...words: readonly string[]
): Promise<{ exit: number; report: Report }> {
  const out: string[] = [];
  const streams = { out: (line: string) => void out.push(line), err: () => undefined };
  const exit = await main(['--json', 'conformance', '--offline', folder, ...words], streams);
  return { exit, report: JSON.parse(out.join('')) as Report };
}

async function change(file: string, differs: (text: string) => string): Promise<void> {
  const path = join(copy, file);
  const text = await readFile(path, 'utf8');
  expect(differs(text)).not.toBe(text);
  await writeFile(path, differs(text));
}

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'offline-'));
});

afterEach(() => findKeysIn(KEYS));

afterAll(() => rm(copy, { recursive: true }));

describe('conformance --offline', () => {
  it('replays transcripts and recordings', async () => {
    for (const name of SOME)
      for (const file of [`${name}.txt`, `${name}.frames`])
        await cp(join(FOLDER, file), join(copy, file)).catch(() => undefined);
    const { exit, report } = await replay(copy, '--keys', KEYS);
    expect(report.exchanges.filter(({ says }) => says !== '')).toEqual([]);
    expect(exit).toBe(0);
    expect(report.passed).toBe(SOME.length + 3);
    expect(report.exchanges.every(({ parts }) => parts > 0)).toBe(true);
  }, 60_000);

  it.each<[what: string, file: string, differs: (text: string) => string, says: RegExp]>([
    [
      'another line',
      'onward-nobody.txt',
      (text) => text.replace('detail_denial', 'detail_grant'),
      /^line \d+/,
    ],
    ['an unknown command', 'onward-nobody.txt', (text) => text.replace('\nopen ', '\nopened '), /opened/],
    [
      'a flipped envelope',
      'model-1.frames',
      (text) => text.replace(/(envelope \d+ .{100})(.)/, (_, head, at) => `${head}${at === 'A' ? 'B' : 'A'}`),
      /ENVELOPE_/,
    ],
    [
      'a respelled leaf',
      'model-1.frames',
      (text) => text.replace(/(leaf \d+ )eyJhdCI6/, '$1eyJhdCE6'),
      /LEAF_MALFORMED/,
    ],
    ['a checkpoint of another frame', 'model-1.frames', swapped, /CHECKPOINT_/],
  ])('says where %s is wrong', async (_what, file, differs, says) => {
    await cp(join(FOLDER, file), join(copy, file));
    await cp(join(FOLDER, file.replace('frames', 'txt')), join(copy, file.replace('frames', 'txt')));
    await change(file, differs);
    const { exit, report } = await replay(copy, '--keys', KEYS);
    expect(report.exchanges.find((one) => one.file === file)?.says).toMatch(says);
    expect(exit).toBe(1);
  });

  it('refuses a folder without exchanges', async () => {
    expect(
      await main(['conformance', '--offline', KEYS], { out: () => undefined, err: () => undefined }),
    ).toBe(2);
  });
});

/** The first two checkpoints in each other's place. */
function swapped(text: string): string {
  const [first = '', second = ''] = text.match(/^checkpoint .*$/gm) ?? [];
  return text.replace(first, '#first').replace(second, first).replace('#first', second);
}
