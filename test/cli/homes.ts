/** Homes and command lines for tests: real files in a temporary folder, the console caught. */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ComposedNode, composeNode } from '../../node/cli/compose.js';
import { loadConfig } from '../../node/cli/config.js';
import { main } from '../../node/cli/main.js';
import type { Json } from '../../node/core/canonical.js';
import type { Fault } from '../../node/core/fault.js';

/** When the exercises of these tests begin. */
export const DRILL_START = '2027-03-01T09:00:00Z';

export interface Typed {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

/** A folder that `close` removes, with everything that runs in it. */
export interface World {
  readonly folder: string;
  readonly journal: string[];
  home(name: string): string;
  /** One command line, as typed after `isochron`. */
  type(home: string, ...words: readonly string[]): Promise<Typed>;
  /** The same with `--json`, read back. @throws for a refusal, naming its code. */
  ask<T = { readonly [member: string]: Json }>(home: string, ...words: readonly string[]): Promise<T>;
  /** The fault that a command line is refused with. */
  refusal(home: string, ...words: readonly string[]): Promise<Fault & { readonly exit: number }>;
  init(
    home: string,
    name: string,
    role: 'centre' | 'vendor' | 'infrastructure_site',
    ...more: readonly string[]
  ): Promise<void>;
  run(home: string): Promise<ComposedNode>;
  close(): Promise<void>;
}

export async function openWorld(): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'isochron-'));
  const running: ComposedNode[] = [];
  const journal: string[] = [];
  const world: World = {
    folder,
    journal,
    home: (name) => join(folder, name),
    async type(home, ...words) {
      const out: string[] = [];
      const err: string[] = [];
      const streams = {
        out: (line: string) => void out.push(line),
        err: (line: string) => void err.push(line),
      };
      const exit = await main(['--home', join(folder, home), ...words], streams);
      return { exit, out: out.join('\n'), err: err.join('\n') };
    },
    async ask<T>(home: string, ...words: readonly string[]) {
      const { exit, out, err } = await world.type(home, '--json', ...words);
      const document = JSON.parse(out === '' ? '{"fault":{}}' : out) as { readonly fault?: Fault };
      if (document.fault !== undefined)
        throw new Error(`${words.join(' ')}: ${exit} ${document.fault.code} ${document.fault.where} ${err}`);
      return document as T;
    },
    async refusal(home, ...words) {
      const { exit, out } = await world.type(home, '--json', ...words);
      const { fault } = JSON.parse(out) as { readonly fault?: Fault };
      if (fault === undefined) throw new Error(`not refused: ${words.join(' ')}`);
      return { ...fault, exit };
    },
    async init(home, name, role, ...more) {
      const publishing =
        role === 'centre' ? ['--namespace', 'https://centre.example', '--id-prefix', 'VU'] : [];
      const always = [
        '--name',
        name,
        '--role',
        role,
        '--zone',
        'Asia/Tokyo',
        '--drill',
        '--drill-start',
        DRILL_START,
      ];
      await world.ask(home, '--officer', `Officer of ${name}`, 'init', ...always, ...publishing, ...more);
      await world.ask(home, 'card', 'export', '-o', join(folder, `${home}.card.asc`));
    },
    async run(home) {
      const config = await loadConfig(join(folder, home));
      if (!config.ok) throw new Error(config.fault.code);
      const composed = await composeNode(config.value, (line) => journal.push(line));
      if (!composed.ok) throw new Error(`${composed.fault.code} ${composed.fault.where}`);
      running.push(composed.value);
      return composed.value;
    },
    async close() {
      await Promise.all(running.map((node) => node.stop()));
      await rm(folder, { recursive: true, force: true });
    },
  };
  return world;
}

/** Puts the card of `other` on file at `home` and verifies it. */
export async function befriend(world: World, home: string, other: string): Promise<string> {
  const { node } = await world.ask<{ node: string }>(
    home,
    'peer',
    'add',
    join(world.folder, `${other}.card.asc`),
  );
  await world.ask(home, 'peer', 'verify', node, '--fingerprint', node, '--method', 'telephone');
  return node;
}

/** A port of this machine that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Asks again until the answer fits. @throws after the deadline. */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T>,
  fits: (answer: T) => boolean,
  deadlineMs = 20_000,
): Promise<T> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const answer = await ask();
    if (fits(answer)) return answer;
    if (performance.now() > end)
      throw new Error(`did not happen in time: ${what}: ${JSON.stringify(answer)}`);
    // An answer from memory must not keep the house from moving.
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}
