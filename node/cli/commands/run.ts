/** `run`: the node until SIGINT or SIGTERM, or until it breaks. */
import { createWriteStream } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { Breakage, type Fault } from '../../core/fault.js';
import { refused } from '../call.js';
import type { Cli, Commands, Options } from '../command.js';
import { loadConfig } from '../config.js';
import type { Exit } from '../exits.js';
import { textOption } from '../options.js';

export const COMMANDS: Commands = { '': run };

async function run(cli: Cli, _args: readonly string[], options: Options): Promise<Exit> {
  const config = await loadConfig(cli.home);
  if (!config.ok) return refused(cli, config.fault);
  if (config.value.role !== 'centre') staySmall();
  // Behind the line above: what is loaded first makes the heap grow for good.
  const { composeNode } = await import('../compose.js');
  const path = textOption(options, 'journal');
  const journal = path === undefined ? undefined : openJournal(cli, path);
  const composed = await composeNode(config.value, journal?.write ?? cli.print.note);
  if (!composed.ok) return refused(cli, composed.fault);
  const { node, ended, stop, desk } = composed.value;
  const { self } = node.state();
  const result = {
    node: self.node,
    name: self.name,
    incarnation: desk.live?.incarnation ?? null,
    running: true,
  };
  cli.print.result(result, () => [`${self.name} runs; stop it with SIGTERM`]);
  const halt = () => void stop();
  process.once('SIGINT', halt);
  process.once('SIGTERM', halt);
  const cause = await ended;
  process.off('SIGINT', halt);
  process.off('SIGTERM', halt);
  await journal?.close();
  if (cause === undefined) return 0;
  const fault = faultOf(cause);
  // What is no fault is a mistake of ours: it goes up and shows where it happened.
  if (fault === undefined) throw cause;
  return refused(cli, fault);
}

/**
 * A leaf shares its machine with its vendor's other work. The heap of new values starts at 1 MiB and doubles up to
 * 16 MiB, twice, when much is allocated at once, and is never given back; a leaf has time to collect more often
 * instead. Only the step of the growth is set: V8 reads it when it grows, and nothing hangs on it but pace.
 */
function staySmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}

/** One stream, so that lines keep their order. A journal that cannot be written is told once and stops nothing. */
function openJournal(cli: Cli, path: string): { write(line: string): void; close(): Promise<void> } {
  const stream = createWriteStream(path, { flags: 'a', mode: 0o600 });
  let told = false;
  stream.on('error', () => {
    if (!told) cli.print.note('isochron: the journal cannot be written');
    told = true;
  });
  return {
    write: (line) => void stream.write(`${line}\n`),
    close: () => new Promise((resolve) => stream.end(() => resolve())),
  };
}

/** Breakage, and the corridor's own words for a node that was restored. */
function faultOf(cause: unknown): Fault | undefined {
  if (cause instanceof Breakage) return cause.fault;
  return cause instanceof Error && 'fault' in cause ? (cause.fault as Fault) : undefined;
}
