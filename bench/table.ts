/** The table of the last numbers in `bench/README.md`, with when, of what and where they were taken. */
import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';
import type { Row } from './measure.js';

const BEGIN = '<!-- numbers -->';
const END = '<!-- end of numbers -->';

/** One line for the terminal. */
export function rowText({ measure, ours, beside, ratio, target }: Row): string {
  const end = [ratio, target === '' ? '' : `(asked: ${target})`].filter(Boolean).join(' ');
  return `${measure}: ${ours}; ${beside}${end === '' ? '' : `; ${end}`}`;
}

/** Date, commit and machine, in one sentence each. */
export function circumstances(): readonly string[] {
  const [cpu] = cpus();
  const gib = (totalmem() / 2 ** 30).toFixed(0);
  return [
    `Taken ${new Date().toISOString().slice(0, 16)}Z at commit ${commit()}.`,
    `${type()} ${release()}, Node.js ${process.version}, ${availableParallelism()} × ${cpu?.model ?? 'unknown'}, ${gib} GiB; ` +
      `load at the end ${(loadavg()[0] ?? 0).toFixed(1)}.`,
  ];
}

/** Replaces what stands between the two marks. @throws Error where the marks are missing. */
export async function writeTable(
  path: string,
  rows: readonly Row[],
  taken: readonly string[],
): Promise<void> {
  const text = await readFile(path, 'utf8');
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`bench: no marks in ${path}`);
  const lines = rows.map(({ measure, ours, beside, ratio, target }) =>
    `| ${[measure, ours, beside, ratio, target].join(' | ')} |`.replaceAll('|  |', '| |'),
  );
  const table = ['| what | here | beside it | ratio | asked for |', '|---|---|---|---|---|', ...lines];
  const part = [BEGIN, ...taken, '', ...table, ''].join('\n');
  await writeFile(path, text.slice(0, from) + part + text.slice(to));
}

function commit(): string {
  try {
    const git = (...args: readonly string[]) =>
      execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    const changed = git('status', '--porcelain', '--', 'node', 'adapters', 'bench', 'proto') !== '';
    return `${git('rev-parse', '--short', 'HEAD')}${changed ? ' with changes' : ''}`;
  } catch {
    return 'unknown';
  }
}
