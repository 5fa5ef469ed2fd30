/**
 * What only a person at the target can do. A check asks in a few plain words; a program of the target's makers does it,
 * or a person who is asked on the console.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline/promises';
import { Failed } from './watch.js';

/** Every act with its words, as a person is asked for it. */
export const ACTS: Readonly<Record<ActName, string>> = {
  sign: 'sign CASE: sign the newest charter of this case',
  tell: 'tell CASE NODE: send the summary of this case to that vendor',
  grant: 'grant CASE NODE: give the details to that vendor, which has asked for them',
  deny: 'deny CASE NODE: deny the details to that vendor, which has asked for them',
  constrain: 'constrain CASE INSTANT: sign a constraint that wants nothing before this instant',
  approve: 'approve CASE INSTANT: agree to this publication instant',
};

export type ActName = 'sign' | 'tell' | 'grant' | 'deny' | 'constrain' | 'approve';

/** `refused`: the target itself would not do it. */
export type ActOutcome = 'done' | 'refused';

export interface Operator {
  /** Whether anybody is there to ask. */
  readonly present: boolean;
  /** @throws Failed when it could not be asked for. */
  act(name: ActName, ...words: readonly string[]): Promise<ActOutcome>;
}

/** Nobody: what needs an operator is left out. */
export const NOBODY: Operator = {
  present: false,
  act: (name) => Promise.reject(new Failed(`nobody is there to ${name}`)),
};

/**
 * Runs `COMMAND ACT WORD…` for each act: status 0 is done, 1 is refused by the target, anything else is a fault of the
 * command itself.
 */
export function commandOperator(command: string): Operator {
  return {
    present: true,
    act: (name, ...words) =>
      new Promise((resolve, reject) => {
        const child = spawn('/bin/sh', ['-c', `${command} "$@"`, 'driver', name, ...words], {
          stdio: ['ignore', 'ignore', 'inherit'],
        });
        child.once('error', reject);
        child.once('close', (status) => {
          if (status === 0) resolve('done');
          else if (status === 1) resolve('refused');
          else reject(new Failed(`the driver ended with ${status ?? 'a signal'} on ${name}`));
        });
      }),
  };
}

/** Asks a person, line by line. @param say writes a line for them. */
export function askingOperator(say: (line: string) => void): Operator & { close(): void } {
  const console = createInterface({ input: process.stdin });
  return {
    present: true,
    async act(name, ...words) {
      say(`please: ${ACTS[name]}`);
      say(`        ${[name, ...words].join(' ')}`);
      const answer = await console.question(
        '        Enter when it is done, "refused" when the target would not: ',
      );
      return answer.trim() === 'refused' ? 'refused' : 'done';
    },
    close: () => console.close(),
  };
}
