/**
 * Many vendors in one process, for cases with hundreds of them. Each has its home, keys, card, logs and control socket
 * as if it were alone; they share nothing but the process.
 *
 *     node crowd.js FILE      FILE: a JSON list of {"home", "fields"}, as `init` and `run` would take them one by one
 */
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Breakage, type Outcome } from '../../core/fault.js';
import { type ComposedNode, composeNode } from '../compose.js';
import { type Config, loadConfig } from '../config.js';
import { makeHome } from '../make-home.js';

export interface CrowdSeat {
  readonly home: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** So many are opened side by side: opening waits for the disk as long as it computes. */
const TOGETHER = 4;

const [, , file = ''] = process.argv;
const seats = JSON.parse(await readFile(file, 'utf8')) as readonly CrowdSeat[];
const nodes: ComposedNode[] = [];
const journal = createWriteStream(`${file}.journal.jsonl`, { flags: 'a', mode: 0o600 });

const stop = () => void Promise.all(nodes.map((node) => node.stop())).finally(() => journal.end());
process.once('SIGTERM', stop);
process.once('SIGINT', stop);

for (let at = 0; at < seats.length; at += TOGETHER) {
  const opened = await Promise.all(seats.slice(at, at + TOGETHER).map(open));
  nodes.push(...opened);
}
say({ running: true });
// One that breaks takes the process with it, as it would alone: the exercise must not go on without it.
for (const { ended } of nodes)
  void ended.then((cause) => {
    if (cause !== undefined) queueMicrotask(() => { throw cause; });
  });

async function open({ home, fields }: CrowdSeat): Promise<ComposedNode> {
  const held = await loadConfig(home);
  const config: Config = held.ok ? held.value : demand(await makeHome(home, fields)).config;
  const composed = demand(await composeNode(config, (line) => void journal.write(`${line}\n`)));
  say({ home, node: composed.node.state().self.node });
  return composed;
}

function demand<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Breakage(outcome.fault);
  return outcome.value;
}

function say(line: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
