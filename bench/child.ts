/** Processes of a bench: each does what its parent asks, one thing at a time, and answers. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What an answer has at least: the fault where something failed. */
export interface Answered {
  readonly fault?: string;
}

export interface Child<Ask, Answer> {
  /** @throws Error with the fault that the child names, or when it is gone or too slow. */
  ask(ask: Ask): Promise<Answer>;
  /** Asks it to end; after five seconds it is killed. */
  end(): Promise<void>;
  /** Ends it without warning. */
  kill(): Promise<void>;
}

/** @param program file name beside this one. @param mostMs longest wait for one answer. */
export async function openChild<Ask, Answer extends Answered>(
  program: string,
  given: readonly string[],
  mostMs: number,
): Promise<Child<Ask, Answer>> {
  const path = fileURLToPath(new URL(program, import.meta.url));
  const child = fork(path, given, {
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await answerOf(child, mostMs);
  return {
    async ask(ask) {
      child.send(ask as object);
      const answer = await answerOf<Answer>(child, mostMs);
      if (answer.fault !== undefined) throw new Error(`bench: ${answer.fault}`);
      return answer;
    },
    async end() {
      if (child.connected) child.send({ do: 'end' });
      const patience = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await exited;
      clearTimeout(patience);
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

function answerOf<Answer>(child: ChildProcess, mostMs: number): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const gone = () => finish(() => reject(new Error('bench: a child has ended')));
    const late = setTimeout(() => finish(() => reject(new Error('bench: a child is too slow'))), mostMs);
    const answered = (answer: Answer) => finish(() => resolve(answer));
    child.once('message', answered);
    child.once('exit', gone);
    function finish(then: () => void): void {
      clearTimeout(late);
      child.off('message', answered);
      child.off('exit', gone);
      then();
    }
  });
}
