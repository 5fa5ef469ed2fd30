/**
 * The operating system's side of an exercise: one process a node, or one for many nodes. Only processes that were
 * started here are ever signalled, by their own handles, and none outlives the exercise.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ExerciseFailed } from './failed.js';

/** How a process is started; the same words start it again after a crash. */
export interface Program {
  /** For messages: the node, or the crowd. */
  readonly name: string;
  readonly script: URL;
  readonly args: readonly string[];
}

export interface Processes {
  /**
   * Starts a program and resolves when it says that it runs. Lines before that go to `heard`.
   * @throws ExerciseFailed where it ends instead.
   */
  start(program: Program, heard?: (line: Readonly<Record<string, unknown>>) => void): Promise<void>;
  /** SIGKILL: no time to write anything. Resolves when the process is gone. */
  kill(name: string): Promise<void>;
  /** SIGTERM to all, SIGKILL to those that stay. */
  stop(): Promise<void>;
  /** Rejects when a process ends that nobody told to. */
  readonly failed: Promise<never>;
  readonly count: () => number;
}

interface Held {
  readonly child: ChildProcess;
  readonly gone: Promise<void>;
  /** Its end is wanted. */
  dismissed: boolean;
}

const STOP_WAIT_MS = 8_000;
/** As much of what a process complained as is repeated. */
const LAST_WORDS = 2_000;

export const MAIN: URL = new URL('../main.js', import.meta.url);
export const CROWD: URL = new URL('./crowd.js', import.meta.url);

export function openProcesses(): Processes {
  const held = new Map<string, Held>();
  let isOver = false;
  let fail: (cause: ExerciseFailed) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  // Whoever never looks must not be ended by it.
  failed.catch(() => undefined);
  // Also where this process ends by a mistake: nothing of ours runs on.
  const last = () => {
    for (const { child } of held.values()) child.kill('SIGKILL');
  };
  process.once('exit', last);

  return { start, kill, stop, failed, count: () => held.size };

  function start(
    { name, script, args }: Program,
    heard: (line: Readonly<Record<string, unknown>>) => void = () => undefined,
  ): Promise<void> {
    // The stage is still being set while somebody stops the exercise: nothing may start behind its back.
    if (isOver) return Promise.reject(new ExerciseFailed('stopped'));
    const child = spawn(process.execPath, [...process.execArgv, fileURLToPath(script), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let words = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      words = (words + text).slice(-LAST_WORDS);
    });
    const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
    const one: Held = { child, gone, dismissed: false };
    held.set(name, one);
    return new Promise((resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        const said = readLine(line);
        if (said['running'] === true) resolve();
        else heard(said);
      });
      child.once('error', (cause) => reject(new ExerciseFailed(`${name} could not be started`, cause)));
      void gone.then(() => {
        if (held.get(name) === one) held.delete(name);
        const how = child.signalCode ?? `status ${child.exitCode}`;
        const cause = new ExerciseFailed(
          `${name} ended with ${how}${words === '' ? '' : `:\n${words.trimEnd()}`}`,
        );
        reject(cause);
        if (!one.dismissed) fail(cause);
      });
    });
  }

  async function kill(name: string): Promise<void> {
    const one = held.get(name);
    if (one === undefined) return;
    one.dismissed = true;
    one.child.kill('SIGKILL');
    await one.gone;
  }

  async function stop(): Promise<void> {
    isOver = true;
    const all = [...held.values()];
    for (const one of all) {
      one.dismissed = true;
      one.child.kill('SIGTERM');
    }
    const late = setTimeout(() => {
      for (const { child } of all) child.kill('SIGKILL');
    }, STOP_WAIT_MS);
    await Promise.all(all.map(({ gone }) => gone));
    clearTimeout(late);
    process.off('exit', last);
  }
}

function readLine(line: string): Readonly<Record<string, unknown>> {
  try {
    const read: unknown = JSON.parse(line);
    return typeof read === 'object' && read !== null ? (read as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}
