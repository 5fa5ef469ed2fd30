import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { childrenOf, type Ended, isRunning, runProgram, startProgram } from '../support/processes.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'isochron-e2e-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const DEADLINE_MS = 170_000;

interface Result {
  readonly case: string;
  readonly settledAt: string;
  readonly epoch: number;
  readonly centres: readonly {
    readonly name: string;
    readonly publishedAt: string;
    readonly offsetMs: number;
    readonly rule: string;
  }[];
  readonly vendors: number;
  readonly logs: { readonly feeds: number; readonly entries: number; readonly faults: number };
  readonly seconds: number;
}

/** The last line of the output, of an exercise that went well. */
function resultOf({ status, out, err }: Ended): Result {
  expect(status, err).toBe(0);
  return JSON.parse(out.trimEnd().split('\n').at(-1) ?? '') as Result;
}

/** Scripts read this line: these members, in this order, and no others. */
function expectShape(result: Result): void {
  expect(Object.keys(result)).toEqual([
    'case',
    'settledAt',
    'epoch',
    'centres',
    'vendors',
    'logs',
    'seconds',
  ]);
  for (const centre of result.centres)
    expect(Object.keys(centre)).toEqual(['name', 'publishedAt', 'offsetMs', 'rule']);
  expect(Object.keys(result.logs)).toEqual(['feeds', 'entries', 'faults']);
}

function expectOneInstant(result: Result): void {
  const { settledAt, epoch, centres, logs } = result;
  expectShape(result);
  expect(epoch).toBe(1);
  expect(centres.map(({ name }) => name)).toEqual(['CERT/CC', 'JPCERT/CC', 'NISCC']);
  for (const { publishedAt, offsetMs, rule } of centres) {
    expect(Date.parse(publishedAt) - Date.parse(settledAt)).toBe(offsetMs);
    expect(offsetMs).toBeGreaterThanOrEqual(0);
    expect(rule).toBe('P2');
  }
  expect(logs.faults).toBe(0);
  expect(logs.entries).toBeGreaterThan(logs.feeds);
}

/** The CSAF documents that a centre has made public, by the name of the file. */
async function csafOf(
  home: string,
): Promise<readonly { readonly name: string; readonly released: string }[]> {
  const current = join(home, 'public', 'current');
  const found = await readdir(current, { recursive: true });
  const names = found.filter((name) => /^vu_\d+\/vu_\d+\.json$/.test(name));
  return Promise.all(
    names.map(async (name) => {
      const { document } = JSON.parse(await readFile(join(current, name), 'utf8'));
      return { name, released: document.tracking.initial_release_date as string };
    }),
  );
}

describe('§8: an exercise over gRPC, each node a process', () => {
  test('three centres publish at one settled instant, within a second', async () => {
    const place = join(folder, 'plain');
    const result = resultOf(await runProgram(['demo', '--json', '-o', place], { deadlineMs: DEADLINE_MS }));
    expectOneInstant(result);
    for (const { offsetMs } of result.centres) expect(offsetMs).toBeLessThan(1_000);
    expect(result.vendors).toBeGreaterThanOrEqual(6);
    for (const home of ['cert', 'jpcert', 'niscc']) {
      const documents = await csafOf(join(place, home));
      expect(documents).toHaveLength(1);
      for (const { released } of documents) expect(Date.parse(released)).toBe(Date.parse(result.settledAt));
    }
  });

  test.each(['1', '4'])(
    'G3: processes killed at points that seed %s chooses lose nothing acknowledged, and there is one instant',
    async (seed) => {
      const ended = await runProgram(['demo', '--json', '-o', join(folder, `killed-${seed}`)], {
        env: { ISOCHRON_DEMO_KILL: seed },
        deadlineMs: DEADLINE_MS,
      });
      expectOneInstant(resultOf(ended));
      expect(ended.err.match(/SIGKILL: /g)).toHaveLength(5);
    },
  );

  test('a case of the archive is played with vendors that share a process and keep their own logs', async () => {
    const file = join(folder, 'note.jsonl');
    await writeFile(file, `${JSON.stringify(note(20))}\n`);
    const args = ['demo', '--json', '-o', join(folder, 'case'), '--case', file, '--id', 'VU#900031'];
    const ended = await runProgram(args, { deadlineMs: DEADLINE_MS });
    const result = resultOf(ended);
    expectOneInstant(result);
    expect(result.vendors).toBe(20);
    expect(ended.err).toContain('23 nodes run in 11 processes');
    // Home feeds, both ways between centres, to each vendor, from the twelve that speak, and more in model 1.
    expect(result.logs.feeds).toBeGreaterThan(23 + 6 + 20 + 12);
  });

  test('a file without the wanted case is refused before anything starts', async () => {
    const file = join(folder, 'other.jsonl');
    await writeFile(file, `${JSON.stringify(note(1))}\n`);
    const args = ['demo', '--json', '--case', file, '--id', 'VU#900099'];
    const { status, out } = await runProgram(args, { deadlineMs: DEADLINE_MS });
    expect(status).not.toBe(0);
    expect(JSON.parse(out).fault.code).toBe('FORMAT_RECORD');
  });

  test('whoever stops it leaves no process behind', async (context) => {
    const started = startProgram(['demo', '-o', join(folder, 'stopped')], { deadlineMs: DEADLINE_MS });
    await started.says('nodes run in');
    const children = await childrenOf(started.child.pid ?? 0);
    started.child.kill('SIGINT');
    const { status, err } = await started.ended;
    expect(status).toBe(1);
    expect(err).toContain('the exercise failed: stopped');
    if (children === undefined) return context.skip('no /proc to look for processes in');
    expect(children.length).toBeGreaterThanOrEqual(9);
    expect(children.filter(isRunning)).toEqual([]);
  });
});

/** A note of the archive's normalised shape with invented text. */
function note(vendors: number): object {
  const words = ['Affected', 'Unknown', 'Not Affected', 'Affected', 'Unknown'];
  return {
    schema: 'vda-note/1',
    id: 'VU#900031',
    idnumber: '900031',
    title: 'Quillwire relays repeat what they are told',
    keywords: ['quillwire'],
    overview: 'An invented overview.',
    impact: 'An invented impact.',
    resolution: 'Apply a patch.',
    cve_ids: ['CVE-2027-00031'],
    references: ['https://quillwire.example'],
    date_created: '2008-02-01T10:00:00-05:00',
    date_public: '2008-03-04',
    date_first_published: '2008-03-04T13:00:00-05:00',
    date_last_updated: '2008-03-05T13:00:00-05:00',
    first_published_utc: '2008-03-04T18:00:00Z',
    revision: 3,
    cam_score: 1.5,
    vendors: Array.from({ length: vendors }, (_, at) => ({
      record_id: `INVN-${100_000 + at}`,
      vendor: `Invented Vendor ${at} (formerly ${at + 1})`,
      vendor_key: `v${at}`,
      status: words[at % words.length],
      status_raw: words[at % words.length],
      date_updated: '2008-03-04T13:00:00-05:00',
      revision: 1,
      statement: 'An invented statement.',
    })),
    facts: { n_vendors: vendors },
  };
}
