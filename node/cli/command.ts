/** What a command is: arguments as typed, options as read, an exit status back. */
import type { Exit } from './exits.js';
import type { Printer } from './print.js';

export interface Cli {
  /** Home of the node, absolute. */
  readonly home: string;
  readonly json: boolean;
  /** From `--officer`; the configuration may name one, too. */
  readonly officer: string | undefined;
  readonly print: Printer;
}

/** Options by their long names in camelCase. */
export type Options = Readonly<Record<string, unknown>>;

export type Command = (cli: Cli, args: readonly string[], options: Options) => Promise<Exit>;

/** The commands of one noun, by verb; `''` for a noun without verbs. */
export type Commands = Readonly<Record<string, Command>>;

/** One option: flags as commander spells them, what it means, and whether it must be there. */
export type OptionRow = readonly [flags: string, says: string, needed?: 'needed'];

export interface VerbRow {
  /** `''` for a noun without verbs. */
  readonly verb: string;
  /** Arguments as commander spells them: `<case> [rest...]`. */
  readonly takes: string;
  readonly says: string;
  readonly options: readonly OptionRow[];
}

/** One row of the light table: enough for `--help`, and where the rest is. */
export interface NounRow {
  readonly noun: string;
  readonly says: string;
  readonly verbs: readonly VerbRow[];
  load(): Promise<{ readonly COMMANDS: Commands }>;
}
