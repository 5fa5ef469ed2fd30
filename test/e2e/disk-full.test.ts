/** A node whose disk fills up under it: real processes, a real file system of a few MiB. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Ended, runProgram, startProgram } from '../support/processes.js';
import { mountSmallDisk, type SmallDisk } from '../support/small-disk.js';

const DEADLINE_MS = 120_000;
/** Room for the keys, the card and some dozens of cases. */
const SMALL_KIB = 3 << 10;
const LARGE_KIB = 64 << 10;

let disk: SmallDisk | string = '';
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'isochron-full-'));
  disk = await mountSmallDisk(SMALL_KIB);
});
afterAll(async () => {
  if (typeof disk !== 'string') await disk.clear();
  await rm(folder, { recursive: true, force: true });
});

function codeOf({ out }: Ended): string | undefined {
  const last = out.trimEnd().split('\n').at(-1) ?? '';
  return (JSON.parse(last) as { readonly fault?: { readonly code: string } }).fault?.code;
}

/** A centre whose home lies on that disk: commands at it, and its node. */
async function openHome(place: string) {
  const home = join(place, 'home');
  const isochron = (...words: readonly string[]) =>
    runProgram(['--home', home, '--officer', 'Ada', '--json', ...words], { deadlineMs: DEADLINE_MS });
  const start = () => startProgram(['--home', home, '--json', 'run'], { deadlineMs: DEADLINE_MS });
  const who = ['--name', 'CERT', '--role', 'centre', '--zone', 'UTC', '--id-prefix', 'VU', '--drill'];
  const init = await isochron('init', ...who, '--namespace', 'https://cert.example');
  expect(init.status, init.err).toBe(0);
  return { isochron, start };
}

describe('§10, LOG-4: a disk that fills up', () => {
  test('ends the node with STORE_FULL and status 5, loses nothing acknowledged, and starts when there is room', async (context) => {
    if (typeof disk === 'string') return context.skip(disk);
    const { isochron, start } = await openHome(disk.place);

    let node = start();
    await node.says('"running":true');
    const summary = join(folder, 'summary.txt');
    await writeFile(summary, 'An invented sentence of some length. '.repeat(2_000));
    const acknowledged: string[] = [];
    let refused: Ended | undefined;
    for (let title = 0; refused === undefined; title += 1) {
      const done = await isochron('case', 'open', '--title', `Case ${title}`, '--summary-file', summary);
      if (done.status === 0) acknowledged.push(`Case ${title}`);
      else refused = done;
    }
    expect(acknowledged.length).toBeGreaterThan(0);
    expect([refused.status, codeOf(refused)]).toEqual([5, 'STORE_FULL']);
    const ended = await node.ended;
    expect([ended.status, codeOf(ended)]).toEqual([5, 'STORE_FULL']);
    // Nothing of a case is in what was printed.
    expect(ended.out + ended.err).not.toContain('invented sentence');

    const again = await start().ended;
    expect([again.status, codeOf(again)]).toEqual([5, 'STORE_FULL']);

    await disk.resize(LARGE_KIB);
    node = start();
    await node.says('"running":true');
    const list = await isochron('case', 'list');
    const { cases } = JSON.parse(list.out) as { readonly cases: readonly { readonly title: string }[] };
    const titles = new Set(cases.map(({ title }) => title));
    expect(acknowledged.filter((title) => !titles.has(title))).toEqual([]);
    // The refused order may be on disk or not: its fate was unknown. No other is.
    expect(cases.length - acknowledged.length).toBeLessThanOrEqual(1);
    const more = await isochron('case', 'open', '--title', 'One more', '--summary-file', summary);
    expect(more.status, more.err).toBe(0);
    const verified = await isochron('log', 'verify');
    expect(JSON.parse(verified.out)).toMatchObject({ faults: 0 });
    node.child.kill('SIGTERM');
    expect((await node.ended).status).toBe(0);
  });

  test('ENV-5: an attachment that does not fit keeps the parts that were acknowledged, and is completed when there is room', async (context) => {
    const small = await mountSmallDisk(SMALL_KIB);
    if (typeof small === 'string') return context.skip(small);
    const { isochron, start } = await openHome(small.place);
    const file = join(folder, 'proof.bin');
    await writeFile(file, randomBytes(4 << 20));
    const parts = 16;

    let node = start();
    onTestFinished(async () => {
      node.child.kill('SIGKILL');
      await node.ended;
      await small.clear();
    });
    await node.says('"running":true');
    const summary = join(folder, 'short.txt');
    await writeFile(summary, 'An invented sentence.');
    const opened = await isochron(
      'case',
      'open',
      '--title',
      'Large',
      '--summary-file',
      summary,
      '--details-file',
      summary,
    );
    const { case: id } = JSON.parse(opened.out) as { readonly case: string };
    const refused = await isochron('case', 'attach', id, file);
    expect([refused.status, codeOf(refused)]).toEqual([5, 'STORE_FULL']);
    expect((await node.ended).status).toBe(5);
    const acknowledged = refused.err.match(/part \d+ of 16/g)?.length ?? 0;

    await small.resize(LARGE_KIB);
    node = start();
    await node.says('"running":true');
    const held = async () => {
      const { out } = await isochron('case', 'attachments', id);
      const { attachments } = JSON.parse(out) as {
        readonly attachments: readonly { readonly held: number }[];
      };
      return attachments[0]?.held ?? 0;
    };
    expect(await held()).toBeGreaterThanOrEqual(acknowledged);
    expect(await held()).toBeLessThan(parts);
    const again = await isochron('case', 'attach', id, file);
    expect(again.status, again.err).toBe(0);
    expect(await held()).toBe(parts);
    expect(JSON.parse((await isochron('log', 'verify')).out)).toMatchObject({ faults: 0 });
    node.child.kill('SIGTERM');
    expect((await node.ended).status).toBe(0);
  });
});
