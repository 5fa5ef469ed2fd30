/** `isochron schedule solve FILE --json` as a program: the answer document and its exit status, without a node or a home. */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MAIN = join(ROOT, 'dist/node/cli/main.js');

interface Vector {
  readonly name: string;
  readonly problem?: object;
  readonly text?: string;
  readonly expect: {
    readonly status: 'solved' | 'infeasible' | 'error';
    readonly errors?: readonly { code: string }[];
  };
}

interface Ended {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'isochron-solve-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** @param zone of the process: an answer must not depend on it. */
function run(args: readonly string[], input = '', zone = 'Pacific/Chatham'): Promise<Ended> {
  const home = join(folder, 'no-such-home');
  return new Promise((resolve) => {
    const env = { ...process.env, TZ: zone, LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8', ISOCHRON_HOME: home };
    const child = execFile(
      process.execPath,
      [MAIN, ...args],
      { env, maxBuffer: 64 << 20 },
      (failed, out, err) => {
        const exit = failed === null ? 0 : typeof failed.code === 'number' ? failed.code : -1;
        resolve({ exit, out, err });
      },
    );
    // A document over the bound is not read to its end.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

async function vectorsIn(name: string): Promise<readonly Vector[]> {
  const place = join(ROOT, 'fixtures/vectors', name);
  const files = (await readdir(place)).filter((file) => /^[SNE]\d/.test(file)).sort();
  return Promise.all(
    files.map(async (file) => JSON.parse(await readFile(join(place, file), 'utf8')) as Vector),
  );
}

const EXITS = { solved: 0, infeasible: 1, error: 2 } as const;

describe('schedule solve, the program', () => {
  test('every vector: the whole answer, exit status 0, 1 or 2', async () => {
    const vectors = [...(await vectorsIn('schedule')), ...(await vectorsIn('schedule-own'))];
    expect(vectors.length).toBeGreaterThan(60);
    const seen = new Set<number>();
    for (const vector of vectors) {
      const file = join(folder, 'problem.json');
      await writeFile(file, vector.text ?? JSON.stringify(vector.problem));
      const { exit, out, err } = await run(['schedule', 'solve', file, '--json']);
      expect([vector.name, exit, err]).toEqual([vector.name, EXITS[vector.expect.status], '']);
      const answer = JSON.parse(out) as Vector['expect'];
      if (vector.expect.status === 'error')
        expect(
          answer.errors?.map(({ code }) => code),
          vector.name,
        ).toContain(vector.expect.errors?.[0]?.code);
      else expect(answer, vector.name).toEqual(vector.expect);
      seen.add(exit);
    }
    expect([...seen].sort()).toEqual([0, 1, 2]);
  });

  test('the same bytes from a pipe, in another zone', async () => {
    const [vector] = await vectorsIn('schedule');
    const [solvable] = (await vectorsIn('schedule')).filter(({ name }) => name.startsWith('S01'));
    const text = JSON.stringify(solvable?.problem ?? vector?.problem);
    const [here, there] = [
      await run(['schedule', 'solve', '-', '--json'], text),
      await run(['schedule', 'solve', '-', '--json'], text, 'America/Los_Angeles'),
    ];
    expect(here.exit).toBe(0);
    expect(there.out).toBe(here.out);
  });

  test('a hundred megabytes of digits are answered with E_LIMIT', async () => {
    const file = join(folder, 'digits.json');
    await writeFile(file, '9'.repeat(100_000_000));
    const { exit, out } = await run(['schedule', 'solve', file, '--json']);
    expect([exit, out]).toEqual([2, expect.stringContaining('"code":"E_LIMIT"')]);
  });

  test('a description is built, piped and solved', async () => {
    const file = join(folder, 'case.json');
    const party = { id: 'JPCERT', role: 'centre', zone: 'Asia/Tokyo', office: { holidays: 'JP' } };
    const horizon = { start: '2027-05-03T00:00:00Z', end: '2027-05-08T00:00:00Z' };
    await writeFile(file, JSON.stringify({ case: 'golden-week', horizon, parties: [party] }));
    const built = await run(['schedule', 'build', file, '--json', '--now', '2027-04-01T00:00:00Z']);
    expect(built.exit).toBe(0);
    const solved = await run(['schedule', 'solve', '-', '--json'], built.out);
    // 3 to 5 May are holidays: Thursday, 10:00 in Tokyo.
    expect(JSON.parse(solved.out)).toMatchObject({ status: 'solved', best: { at: '2027-05-06T01:00:00Z' } });
  });

  test('a file that is not there is a wrong command line', async () => {
    expect((await run(['schedule', 'solve', join(folder, 'none.json'), '--json'])).exit).toBe(2);
  });
});
