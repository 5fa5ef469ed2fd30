/**
 * Many vendors in one process, for cases with hundreds of them. Each has its home, keys, card, logs and control socket
 * as if it were alone; they share nothing but the process.
 *
 * Beside their own sockets there is one for the controller of the exercise, who else would ask three hundred nodes one
 * by one, and again and again, whether they are idle: it answers `node status` and `drill jump` for all of them.
 *
 *     node crowd.js FILE      FILE: a {@link CrowdOrder} as JSON
 */
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { type ControlServer, serveControl } from '../../control/server.js';
import { answer, type Call } from '../../control/verbs.js';
import type { Json } from '../../core/canonical.js';
import { Breakage, type Outcome, ok, refuse } from '../../core/fault.js';
import type { Document } from '../call.js';
import { type ComposedNode, composeNode } from '../compose.js';
import { type Config, loadConfig } from '../config.js';
import { makeHome } from '../make-home.js';

export interface CrowdSeat {
  readonly home: string;
  /** Configuration, as `init` would write it; made into a home where there is none. */
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface CrowdOrder {
  /** The controller's socket. */
  readonly socket: string;
  readonly seats: readonly CrowdSeat[];
}

/** So many are opened side by side: opening waits for the disk as long as it computes. */
const TOGETHER = 4;

const [, , file = ''] = process.argv;
const { socket, seats } = JSON.parse(await readFile(file, 'utf8')) as CrowdOrder;
const nodes: ComposedNode[] = [];
const journal = createWriteStream(`${file}.journal.jsonl`, { flags: 'a', mode: 0o600 });
let console: ControlServer | undefined;

const stop = () =>
  void Promise.all([console?.close(), ...nodes.map((node) => node.stop())]).finally(() => journal.end());
process.once('SIGTERM', stop);
process.once('SIGINT', stop);

for (let at = 0; at < seats.length; at += TOGETHER) {
  const opened = await Promise.all(seats.slice(at, at + TOGETHER).map(open));
  nodes.push(...opened);
}
// One that breaks takes the process with it, as it would alone: the exercise must not go on without it.
for (const { ended } of nodes)
  void ended.then((cause) => {
    if (cause !== undefined)
      queueMicrotask(() => {
        throw cause;
      });
  });
console = await serveControl(socket, answerForAll);
say({ running: true });

/** The same call to every node; the answers as that of one node that is as busy as all of them. */
async function answerForAll(call: Call): Promise<Outcome<Json>> {
  if (call.verb !== 'node status' && call.verb !== 'drill jump')
    return refuse('COMMAND_MALFORMED', { where: 'verb' });
  const answers: Document[] = [];
  for (const { desk } of nodes) {
    const answered = await answer(call, desk);
    if (!answered.ok) return answered;
    answers.push(answered.value as Document);
  }
  const feeds = answers.map((one) => (one['feeds'] ?? {}) as Document);
  const sum = (name: string) => feeds.reduce((total, one) => total + Number(one[name] ?? 0), 0);
  const earliest = (name: string) =>
    answers
      .map((one) => one[name])
      .filter((at) => typeof at === 'string')
      .sort()[0] ?? null;
  return ok({
    now: earliest('now'),
    due: earliest('due'),
    idle: answers.every((one) => one['idle'] === true),
    feeds: { owed: sum('owed'), entries: sum('entries') },
  });
}

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
