/** What ends an exercise before its end: which step, at whose console, and why. */
import { type Fault, sayFault } from '../../core/fault.js';

/** Thrown anywhere in an exercise; the message is for the person who started it. */
export class ExerciseFailed extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.name = 'ExerciseFailed';
  }
}

/** A refusal that the script of the exercise does not expect. */
export function refusedTo(whom: string, verb: string, fault: Fault): ExerciseFailed {
  return new ExerciseFailed(`${whom}: "${verb}" was refused: ${sayFault(fault)}`);
}
