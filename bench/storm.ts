/**
 * A centre with its leaves, and what happens when it is killed and started again: the leaves dial all at once, each
 * has said something meanwhile, and each is told something new. From the start of the process until nobody owes
 * anybody anything. Leaves share a few processes; each has keys, card, store and connection of its own.
 */
import { join } from 'node:path';
import type { Card } from '../node/core/registry/card.js';
import type { Carrier } from './carrier.js';
import { type Child, openChild } from './child.js';
import { inDirectory } from './house.js';
import { ms, type Row } from './measure.js';
import type { Answer, CentreAsk, LeavesAsk } from './storm-node.js';

/** Processes among which the leaves are shared out. */
const PROCESSES = 2;
const MOST_MS = 150_000;
const MIB = 1 << 20;

type Centre = Child<CentreAsk, Answer>;
type Leaves = Child<LeavesAsk, Answer>;

export async function measureStorm(): Promise<readonly Row[]> {
  return [...(await storms('grpc', [300, 1_000])), ...(await storms('libp2p', [300, 1_000]))];
}

interface Parties {
  readonly carrier: Carrier;
  readonly groups: readonly Leaves[];
  readonly card: Card;
  /** Starts the next life of the centre. */
  readonly again: () => Promise<Centre>;
}

/** One centre whose leaves become more, and a storm each time. */
function storms(carrier: Carrier, sizes: readonly number[]): Promise<readonly Row[]> {
  return inDirectory(async (directory) => {
    const place = join(directory, 'centre');
    const children: Child<never, Answer>[] = [];
    const start = async <Ask>(...given: string[]): Promise<Child<Ask, Answer>> => {
      const child = await openChild<Ask, Answer>('storm-node.js', given, MOST_MS);
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
  before: Centre,
  there: number,
  leaves: number,
): Promise<{ readonly centre: Centre; readonly rows: readonly Row[] }> {
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
async function handshakes(centre: Centre, [group]: readonly Leaves[], count: number): Promise<number> {
  const { port = 0, cpuMs } = await centre.ask({ do: 'shake' });
  await group?.ask({ do: 'dial', port, count });
  return (await centre.ask({ do: 'idle' })).cpuMs - cpuMs;
}

/** Where a card says that its node listens: the next life has to listen there again. */
function portOf({ grpc, libp2p }: Card): string {
  const [place = ''] = [...grpc.map(({ target }) => target), ...libp2p.map(({ multiaddr }) => multiaddr)];
  return /(?::|\/tcp\/)(\d+)/.exec(place)?.[1] ?? '0';
}
