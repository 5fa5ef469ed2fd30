/** Makes a row of the light table. */
import type { OptionRow, VerbRow } from './command.js';

export function row(verb: string, takes: string, says: string, ...options: readonly OptionRow[]): VerbRow {
  return { verb, takes, says, options };
}
