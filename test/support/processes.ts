/** The built program as a process of its own: what it prints, how it ends, and that it ends at all. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../dist/node/cli/main.js', import.meta.url));

export interface Ended {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Started {
  readonly child: ChildProcess;
  /** Resolves when a line on either stream has this text; rejects when the process ends before. */
  says(text: string): Promise<void>;
  readonly ended: Promise<Ended>;
}

/**
 * Starts `isochron …` from `dist`.
 * @param deadlineMs after it the process is told to stop. @param input what comes from standard input; absent: nothing.
 */
export function startProgram(
  args: readonly string[],
  options: {
    readonly env?: Readonly<Record<string, string>>;
    readonly input?: string;
    readonly deadlineMs: number;
  },
): Started {
  if (!existsSync(PROGRAM)) throw new Error('build first: npm run build');
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    env: { ...process.env, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // A program that reads nothing may be gone before it was written.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  let out = '';
  let err = '';
  const waiting: { readonly text: string; readonly heard: () => void }[] = [];
  const heard = () => {
    for (const one of waiting) if (out.includes(one.text) || err.includes(one.text)) one.heard();
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    heard();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
    heard();
  });
  const late = setTimeout(() => child.kill('SIGTERM'), options.deadlineMs);
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (status) => {
      clearTimeout(late);
      resolve({ status, out, err });
    });
  });
  return {
    child,
    ended,
    says: (text) =>
      new Promise((resolve, reject) => {
        waiting.push({ text, heard: resolve });
        heard();
        void ended.then(() => reject(new Error(`ended without saying "${text}":\n${err}`)));
      }),
  };
}

/** Starts it and waits for its end. */
export function runProgram(...given: Parameters<typeof startProgram>): Promise<Ended> {
  return startProgram(...given).ended;
}

/** Process ids of the children of a process; `undefined` where the system has no /proc. */
export async function childrenOf(pid: number): Promise<readonly number[] | undefined> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => undefined);
  return text?.split(' ').filter(Boolean).map(Number);
}

export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
