/**
 * Runs Spin on the model: `spin -a` writes a verifier in C, the C compiler builds it, and the verifier visits the
 * states. Everything happens in a temporary folder.
 */
import { execFile, spawnSync } from 'node:child_process';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Configuration } from './configurations.js';

const run = promisify(execFile);

/** From the root of the house, where npm and the test runner start everything. */
const MODEL = 'test/model/slot.pml';
/** A verifier takes no more memory than this, and no more time. */
const MOST_MIB = 6_000;
const MOST_SECONDS = 600;
/** How long a search goes on that cannot visit everything. */
const PART_SECONDS = 60;
/** Deeper than any run: each step says, hears or publishes something, and that can be done once. */
const DEPTH = 10_000;
const MOST_OUTPUT_BYTES = 64 * 1024 * 1024;

export interface Verdict {
  /** The promise that was broken, or `holds`; `unfinished` where the search ended before the states did. */
  readonly found: Configuration['expect'] | 'unfinished';
  readonly states: number;
  readonly seconds: number;
  /** What happened up to a broken promise, one line for each step. */
  readonly trace: readonly string[];
}

/** @returns why the model cannot be checked here; `undefined` if it can. */
export function lacking(): string | undefined {
  for (const [tool, argument] of [
    ['spin', '-V'],
    ['gcc', '--version'],
  ] as const)
    if (spawnSync(tool, [argument]).status !== 0) return `no ${tool} found; install it to check the model`;
  return undefined;
}

/** @throws where the model does not compile, or the verifier reports something that is no promise of the model. */
export async function check(configuration: Configuration): Promise<Verdict> {
  const folder = await mkdtemp(join(tmpdir(), 'slot-'));
  try {
    await copyFile(MODEL, join(folder, 'slot.pml'));
    const flags = definitions(configuration);
    await run('spin', ['-a', ...flags, 'slot.pml'], { cwd: folder, maxBuffer: MOST_OUTPUT_BYTES });
    await run('gcc', [...compilation(configuration), '-o', 'pan', 'pan.c'], { cwd: folder });
    const began = performance.now();
    const output = await verify(configuration, folder);
    const seconds = (performance.now() - began) / 1_000;
    const verdict = { ...read(output, configuration), seconds };
    if (verdict.found === 'holds' || verdict.found === 'unfinished') return { ...verdict, trace: [] };
    const told = await run('spin', ['-t', ...flags, 'slot.pml'], {
      cwd: folder,
      maxBuffer: MOST_OUTPUT_BYTES,
    });
    return { ...verdict, trace: stepsIn(told.stdout) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function definitions({ n, q, liars, rounds, flags }: Configuration): readonly string[] {
  return [`N=${n}`, `Q=${q}`, `LIARS=${liars}`, `ROUNDS=${rounds}`, ...flags].map((flag) => `-D${flag}`);
}

function compilation({ search }: Configuration): readonly string[] {
  // What ends with a counterexample ends soon: there the compiler takes longer than the search.
  const ways = { all: ['-O2'], shortest: ['-O0', '-DBFS'], part: ['-O2', '-DBITSTATE'] } as const;
  return [
    ...ways[search],
    '-w',
    '-DSAFETY',
    '-DNOREDUCE',
    '-DNOFAIR',
    '-DVECTORSZ=512',
    `-DMEMLIM=${MOST_MIB}`,
  ];
}

async function verify({ search }: Configuration, folder: string): Promise<string> {
  const most = search === 'part' ? PART_SECONDS : MOST_SECONDS;
  const args = [`-m${DEPTH}`, ...(search === 'part' ? ['-w32', `-Q${most / 60}`] : [])];
  const { stdout } = await run(join(folder, 'pan'), args, {
    cwd: folder,
    timeout: (most + PART_SECONDS) * 1_000,
    maxBuffer: MOST_OUTPUT_BYTES,
  });
  return stdout;
}

function read(output: string, { search }: Configuration): Pick<Verdict, 'found' | 'states'> {
  const states = Number(/^\s*(\S+) states, stored/m.exec(output)?.[1] ?? Number.NaN);
  const broken = /assertion violated (\w+)/.exec(output)?.[1];
  if (broken !== undefined) return { found: broken as Verdict['found'], states };
  const errors = /errors: (\d+)/.exec(output)?.[1];
  if (errors !== '0') throw new Error(`the verifier found something else:\n${output}`);
  const isWhole =
    search !== 'part' &&
    !output.includes('Search not completed') &&
    !output.includes('max search depth too small');
  return { found: isWhole ? 'holds' : 'unfinished', states };
}

/** The lines that the model prints; the rest is Spin's own. */
function stepsIn(told: string): readonly string[] {
  return told
    .split('\n')
    .map((line) => line.trim())
    .filter((line) =>
      /^\d (?:votes|commits|skips|publishes|finds|is backed|comes back|receives|answers)\b/.test(line),
    );
}
