/**
 * A centre with its leaves, and what happens when it is killed and started again: the leaves dial all at once, each
 * has said something meanwhile, and each is told something new. From the start of the process until nobody owes
 * anybody anything. Leaves share a few processes; each has keys, card, store and connection of its own.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Card } from '../node/core/registry/card.js';
import type { Carrier } from './carrier.js';
import { inDirectory } from './house.js';
import { ms, type Row } from './measure.js';
import type { Answer, CentreAsk, LeavesAsk } from './storm-node.js';

/** Processes among which the leaves are shared out. */
const PROCESSES = 2;
const MIB = 1 << 20;

interface Child<Ask> {
  ask(ask: Ask): Promise<Answer>;
  /** Ends it without warning. */
  kill(): Promise<void>;
}

export async function measureStorm(): Promise<readonly Row[]> {
  return [...(await storms('grpc', [300, 1_000])), ...(await storms('libp2p', [300]))];
}

interface Parties {
  readonly carrier: Carrier;
  readonly groups: readonly Child<LeavesAsk>[];
  readonly card: Card;
  /** Starts the next life of the centre. */
  readonly again: () => Promise<Child<CentreAsk>>;
}

/** One centre whose leaves become more, and a storm each time. */
function storms(carrier: Carrier, sizes: readonly number[]): Promise<readonly Row[]> {
  return inDirectory(async (directory) => {
    const place = join(directory, 'centre');
    const children: Child<never>[] = [];
    const start = async <Ask>(...given: string[]): Promise<Child<Ask>> => {
      const child = await openChild<Ask>(given);
      children.push(child);
      return child;
    };
    try {
      let centre = await start<CentreAsk>('centre', carrier, place);
      const [card] = (await centre.ask({ do: 'idle' })).cards ?? [];
      if (card === undefined) throw new Error('a centre has a card');
      const groups = await Promise.all(
        Array.from({ length: PROCESSES }, () => start<LeavesAsk>('leaves', carrier)),
      );
      const again = () => start<CentreAsk>('centre', carrier, place, portOf(card));
      const rows: Row[] = [];
      let there = 0;
      for (const size of sizes) {
        const made = await stormOf({ carrier, groups, card, again }, centre, there, size);
        centre = made.centre;
        rows.push(...made.rows);
        there = size;
      }
      return rows;
    } finally {
      await Promise.all(children.map((child) => child.kill()));
    }
  });
}

async function stormOf(
  { carrier, groups, card, again }: Parties,
  before: Child<CentreAsk>,
  there: number,
  leaves: number,
): Promise<{ readonly centre: Child<CentreAsk>; readonly rows: readonly Row[] }> {
  const all = (ask: LeavesAsk) => Promise.all(groups.map((group) => group.ask(ask)));
  const [first, second] = [2 * leaves, 2 * leaves + 1];
  const opened = await all({ do: 'open', count: (leaves - there) / PROCESSES, centre: card });
  const alone = await before.ask({ do: 'idle' });
  await before.ask({ do: 'meet', cards: opened.flatMap(({ cards }) => cards ?? []) });
  await all({ do: 'linked' });
  await before.ask({ do: 'tell', number: first });
  await all({ do: 'heard', number: first });
  const quiet = await before.ask({ do: 'caught', leaves, number: first, words: 0 });

  await before.kill();
  await all({ do: 'say', number: first });
  const begun = performance.now();
  const centre = await again();
  await centre.ask({ do: 'tell', number: second });
  const [last] = await Promise.all([
    centre.ask({ do: 'caught', leaves, number: first, words: leaves }),
    all({ do: 'heard', number: second }),
  ]);
  const tookMs = performance.now() - begun;
  const bare = carrier === 'grpc' ? await handshakes(centre, groups, leaves) : undefined;
  return {
    centre,
    rows: [
      {
        measure: `${leaves} leaves over ${carrier}, connected and idle: memory of the centre`,
        ours: `${(quiet.rss / MIB).toFixed(0)} MiB`,
        beside: `${(alone.rss / MIB).toFixed(0)} MiB with ${there} leaves`,
        ratio: `${((quiet.rss - alone.rss) / (leaves - there) / 1_024).toFixed(0)} KiB a leaf`,
        target: '',
      },
      {
        measure: `${leaves} leaves over ${carrier}, the centre killed and started again: until all are caught up, a statement each way`,
        ours: ms(tookMs),
        beside: `${ms(last.cpuMs)} of processor time of the centre${bare === undefined ? '' : `; ${ms(bare)} for as many bare TLS handshakes`}`,
        ratio: `${ms(last.cpuMs / leaves)} a leaf, at most ${(last.peak / MIB).toFixed(0)} MiB`,
        target: leaves === 1_000 ? 'within 60 s' : '',
      },
    ],
  };
}

/** Processor time that a server spends on as many bare handshakes. */
async function handshakes(
  centre: Child<CentreAsk>,
  [group]: readonly Child<LeavesAsk>[],
  count: number,
): Promise<number> {
  const { port = 0, cpuMs } = await centre.ask({ do: 'shake' });
  await group?.ask({ do: 'dial', port, count });
  return (await centre.ask({ do: 'idle' })).cpuMs - cpuMs;
}

/** Where a card says that its node listens: the next life has to listen there again. */
function portOf({ grpc, libp2p }: Card): string {
  const [place = ''] = [...grpc.map(({ target }) => target), ...libp2p.map(({ multiaddr }) => multiaddr)];
  return /(?::|\/tcp\/)(\d+)/.exec(place)?.[1] ?? '0';
}

async function openChild<Ask>(given: readonly string[]): Promise<Child<Ask>> {
  const program = fileURLToPath(new URL('./storm-node.js', import.meta.url));
  const child = fork(program, given, {
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  await heardFrom(child);
  return {
    ask: async (ask) => {
      const answered = heardFrom(child);
      child.send(ask as never);
      return answered;
    },
    kill: async () => {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await gone;
    },
  };
}

/** @throws Error with the fault that the child names, or when it is gone. */
function heardFrom(child: ChildProcess): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const gone = () => reject(new Error('bench: a process ended without a word'));
    child.once('exit', gone);
    child.once('message', (answer: Answer) => {
      child.off('exit', gone);
      if (answer.fault === undefined) resolve(answer);
      else reject(new Error(`bench: ${answer.fault}`));
    });
  });
}
