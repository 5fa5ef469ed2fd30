/**
 * `npm run bench`: every bench in a process of its own, one after the other, then the table in `bench/README.md`.
 * With names (`node dist/bench/all.js envelope start`) only those, and the table stays as it is.
 */
import { fork } from 'node:child_process';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import type { Row } from './measure.js';
import { circumstances, rowText, writeTable } from './table.js';

/** Each with the longest that it may take, in seconds. */
const BENCHES: Readonly<
  Record<string, { readonly run: () => Promise<readonly Row[]>; readonly mostS: number }>
> = {
  start: { run: async () => (await import('./start.js')).measureStart(), mostS: 60 },
  envelope: { run: async () => (await import('./envelope.js')).measureEnvelope(), mostS: 90 },
  'fan-out': { run: async () => (await import('./fan-out.js')).measureFanOut(), mostS: 150 },
  mail: { run: async () => (await import('./mail.js')).measureMail(), mostS: 300 },
  notify: { run: async () => (await import('./notify.js')).measureNotify(), mostS: 240 },
  replicate: { run: async () => (await import('./replicate.js')).measureReplicate(), mostS: 300 },
  transports: { run: async () => (await import('./transports.js')).measureTransports(), mostS: 240 },
  storm: { run: async () => (await import('./storm.js')).measureStorm(), mostS: 480 },
  open: { run: async () => (await import('./open.js')).measureOpen(), mostS: 120 },
  'schedule-growth': {
    run: async () => (await import('./schedule-growth.js')).measureScheduleGrowth(),
    mostS: 120,
  },
  select: { run: async () => (await import('./select.js')).measureSelect(), mostS: 60 },
  solve: { run: async () => (await import('./solve.js')).measureSolve(), mostS: 90 },
};

/** What a bench tells its parent. */
interface Told {
  readonly rows?: readonly Row[];
  readonly failed?: string;
}

const [, program = '', ...names] = argv;
if (process.send !== undefined) await asChild(names[0] ?? '');
else process.exitCode = await asParent(names);

async function asParent(wanted: readonly string[]): Promise<number> {
  const unknown = wanted.find((name) => BENCHES[name] === undefined);
  if (unknown !== undefined) {
    console.error(`no bench ${unknown}; there are ${Object.keys(BENCHES).join(', ')}`);
    return 2;
  }
  const all: Row[] = [];
  for (const name of wanted.length === 0 ? Object.keys(BENCHES) : wanted) {
    const { rows, failed } = await inChild(name);
    if (failed !== undefined) {
      console.error(`${name} failed: ${failed}`);
      return 1;
    }
    for (const row of rows ?? []) console.log(rowText(row));
    all.push(...(rows ?? []));
  }
  if (wanted.length > 0) return 0;
  const readme = fileURLToPath(new URL('../../bench/README.md', import.meta.url));
  await writeTable(readme, all, circumstances());
  console.log(`written to ${readme}`);
  return 0;
}

async function asChild(name: string): Promise<void> {
  const told: Told = await (BENCHES[name]?.run() ?? Promise.reject(new Error('no such bench'))).then(
    (rows) => ({ rows }),
    (cause: unknown) => ({ failed: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause) }),
  );
  process.send?.(told, () => process.disconnect());
}

function inChild(name: string): Promise<Told> {
  const child = fork(program, [name], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  return new Promise((resolve) => {
    let told: Told = { failed: 'ended without a word' };
    const most = (BENCHES[name]?.mostS ?? 0) * 1_000;
    const late = setTimeout(() => {
      told = { failed: `took longer than ${most / 1_000} s` };
      child.kill('SIGKILL');
    }, most);
    child.on('message', (message: Told) => {
      told = message;
    });
    child.on('exit', () => {
      clearTimeout(late);
      resolve(told);
    });
  });
}
