/**
 * Both transports beside each other in one run: two whole nodes in two processes for each, both logs synced. What one
 * costs more than the other is the transport, for everything else is the same.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Card } from '../node/core/registry/card.js';
import type { Carrier } from './carrier.js';
import { type Child, openChild } from './child.js';
import { inDirectory } from './house.js';
import { median, ms, type Row } from './measure.js';
import type { Answer, Ask } from './replicate-node.js';

const ROUNDS = 3;
const WARM_ROUNDS = 1;
/** Each order makes as many statements as there are parts, of 1 KiB each. */
const CASES = 6;
const PARTS = 50;
const SINGLES = 40;
const MOST_MS = 90_000;
const MIB = 1 << 20;

type Node = Child<Ask, Answer>;

interface Pair {
  readonly one: Node;
  readonly other: Node;
  readonly mine: Card;
  readonly theirs: Card;
}

/** Round by round: wall time of all statements, processor time of author and reader, and the wait of one alone. */
interface Took {
  readonly wallMs: number[];
  readonly cpuMs: number[];
  readonly waitMs: number[];
  peak: number;
}

export function measureTransports(): Promise<readonly Row[]> {
  return inDirectory(async (directory) => {
    const children: Node[] = [];
    const start = async (carrier: Carrier, name: string): Promise<Node> => {
      const home = join(directory, `${carrier}-${name}`);
      await mkdir(home);
      const child = await openChild<Ask, Answer>('replicate-node.js', [name, home, carrier], MOST_MS);
      children.push(child);
      return child;
    };
    const pairOf = async (carrier: Carrier): Promise<Pair> => {
      const [one, other] = [await start(carrier, 'one'), await start(carrier, 'other')];
      const [mine, theirs] = [await cardOf(one), await cardOf(other)];
      await Promise.all([one.ask({ do: 'meet', card: theirs }), other.ask({ do: 'meet', card: mine })]);
      return { one, other, mine, theirs };
    };
    try {
      return await compare(await pairOf('grpc'), await pairOf('libp2p'));
    } finally {
      await Promise.all(children.map((child) => child.end()));
    }
  });
}

async function compare(grpc: Pair, libp2p: Pair): Promise<readonly Row[]> {
  const nothing = (): Took => ({ wallMs: [], cpuMs: [], waitMs: [], peak: 0 });
  const [first, second] = [nothing(), nothing()];
  for (let round = -WARM_ROUNDS; round < ROUNDS; round += 1) {
    const turns = [
      { pair: grpc, into: first },
      { pair: libp2p, into: second },
    ];
    for (const { pair, into } of round % 2 === 0 ? turns : turns.reverse())
      await play(pair, round + WARM_ROUNDS, round < 0 ? nothing() : into);
  }
  const statements = CASES * PARTS;
  const rate = ({ wallMs }: Took) => `${(statements / (median(wallMs) / 1_000)).toFixed(0)}/s`;
  const share = (of: 'wallMs' | 'cpuMs' | 'waitMs') =>
    median(second[of].map((took, round) => took / (first[of][round] ?? Number.NaN))).toFixed(2);
  const perStatement = ({ cpuMs }: Took) => ms(median(cpuMs) / statements);
  const peak = ({ peak }: Took) => `${(peak / MIB).toFixed(0)} MiB`;
  return [
    {
      measure: `both transports, ${statements} statements of 1 KiB, heard and receipted, both logs synced: over libp2p`,
      ours: rate(second),
      beside: `${rate(first)} over gRPC`,
      ratio: `${share('wallMs')} of its time`,
      target: '',
    },
    {
      measure: '– processor time a statement, author and reader together',
      ours: perStatement(second),
      beside: `${perStatement(first)} over gRPC`,
      ratio: `${share('cpuMs')} of it`,
      target: '',
    },
    {
      measure: '– most memory of the author',
      ours: peak(second),
      beside: `${peak(first)} over gRPC`,
      ratio: (second.peak / first.peak).toFixed(2),
      target: '',
    },
    {
      measure: '– one statement alone, from the order to the receipt on disk',
      ours: ms(median(second.waitMs)),
      beside: `${ms(median(first.waitMs))} over gRPC`,
      ratio: `${share('waitMs')} of it`,
      target: '',
    },
  ];
}

/** One round: cases with attachments in many parts, granted; then words one by one. */
async function play({ one, other, mine, theirs }: Pair, round: number, into: Took): Promise<void> {
  const first = 1 + round * CASES;
  const cases = { first, cases: CASES };
  await one.ask({ do: 'attach', parts: PARTS - 1, peer: theirs.node, ...cases });
  await other.ask({ do: 'request', peer: mine.node, ...cases });
  const begun = performance.now();
  const [granted, heard] = await Promise.all([
    one.ask({ do: 'grant', ...cases }),
    other.ask({ do: 'parts', count: (PARTS - 1) * CASES, ...cases }),
  ]);
  into.wallMs.push(performance.now() - begun);
  into.cpuMs.push((granted.cpuMs ?? 0) + (heard.cpuMs ?? 0));
  const single = await one.ask({ do: 'singles', count: SINGLES, peer: theirs.node, ...cases });
  into.waitMs.push(single.waitMs ?? Number.NaN);
  into.peak = Math.max(into.peak, single.peak ?? 0);
}

async function cardOf(child: Node): Promise<Card> {
  const { card } = await child.ask({ do: 'card' });
  if (card === undefined) throw new Error('bench: a node has a card');
  return card;
}
