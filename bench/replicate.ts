/**
 * Two nodes in two processes over gRPC, both logs synced: from an operator's order at one until the other has heard
 * the last statement and its receipt is on the first one's disk. The floor is the cryptography of the same number of
 * statements with bare openpgp.js, one process sealing while another one opens, without log and network. Beside it stands
 * the same cryptography with the curves computed in place, as a node computes them.
 *
 * An order is itself an entry of the home feed, signed and encrypted like any other (DESIGN §4). So there are two
 * runs: few orders that make many statements, and one order for each statement, which has a floor of two seals.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Card } from '../node/core/registry/card.js';
import { type Child, openChild } from './child.js';
import { inDirectory } from './house.js';
import { median, ms, type Row, timed } from './measure.js';
import type { Answer, Ask, Maker } from './replicate-node.js';

const ROUNDS = 5;
const STATEMENTS = 600;
const CASES = 4;
/** Each grant carries details and an attachment in many parts. */
const GRANTS = 12;
/** The compiler is at work on both sides for so long: the first round costs twice what the fifth does. */
const WARM_ROUNDS = 4;
const MOST_MS = 90_000;

type Node = Child<Ask, Answer>;

export function measureReplicate(): Promise<readonly Row[]> {
  return inDirectory(async (directory) => {
    const children: Node[] = [];
    const start = async (role: string): Promise<Node> => {
      const home = join(directory, `${role}-${children.length}`);
      await mkdir(home);
      const child = await openChild<Ask, Answer>('replicate-node.js', [role, home], MOST_MS);
      children.push(child);
      return child;
    };
    try {
      const one = await start('one');
      const other = await start('other');
      const sealing = await start('bare');
      const opening = await start('bare');
      const sender = await start('sender');
      const taker = await start('taker');
      return await compare({ one, other, sealing, opening, sender, taker });
    } finally {
      await Promise.all(children.map((child) => child.end()));
    }
  });
}

/** One thing that was measured, round by round. */
interface Took {
  readonly wallMs: number[];
  /** Processor time of the process that seals, and of the one that opens. */
  readonly sealMs: number[];
  readonly openMs: number[];
}

const nothingYet = (): Took => ({ wallMs: [], sealMs: [], openMs: [] });

type Measured = 'orders' | 'grants' | 'floor' | 'double' | 'floorInPlace' | 'doubleInPlace' | 'least';

const nothingOfAll = (): Readonly<Record<Measured, Took>> => ({
  orders: nothingYet(),
  grants: nothingYet(),
  floor: nothingYet(),
  double: nothingYet(),
  floorInPlace: nothingYet(),
  doubleInPlace: nothingYet(),
  least: nothingYet(),
});

interface Children {
  /** Whole nodes. */
  readonly one: Node;
  readonly other: Node;
  /** Envelopes alone. */
  readonly sealing: Node;
  readonly opening: Node;
  /** Minimal nodes. */
  readonly sender: Node;
  readonly taker: Node;
}

async function compare(children: Children): Promise<readonly Row[]> {
  const { one, other, sealing, opening, sender, taker } = children;
  await taker.ask({ do: 'meet', card: await cardOf(sender) });
  await sender.ask({ do: 'meet', card: await cardOf(taker) });
  const [mine, theirs] = [await cardOf(one), await cardOf(other)];
  await Promise.all([one.ask({ do: 'meet', card: theirs }), other.ask({ do: 'meet', card: mine })]);
  const took = nothingOfAll();
  const alone = (into: Took, by: Maker, seals: number) =>
    both(
      into,
      sealing.ask({ do: 'seal', by, count: seals }),
      opening.ask({ do: 'open', by, count: STATEMENTS }),
    );
  let first = 0;
  for (let round = -WARM_ROUNDS; round < ROUNDS; round += 1) {
    const into = round < 0 ? nothingOfAll() : took;
    await one.ask({ do: 'cases', first, count: CASES, peer: theirs.node });
    await other.ask({ do: 'hear', cases: first + CASES });
    const about = { first, cases: CASES, count: STATEMENTS };
    await both(
      into.orders,
      one.ask({ do: 'say', peer: theirs.node, ...about }),
      other.ask({ do: 'heard', ...about }),
    );
    await alone(into.double, 'library', 2 * STATEMENTS);
    await alone(into.doubleInPlace, 'inPlace', 2 * STATEMENTS);
    first += CASES;

    const granted = { first, cases: GRANTS };
    const parts = STATEMENTS / GRANTS - 1;
    await one.ask({ do: 'attach', parts, peer: theirs.node, ...granted });
    await other.ask({ do: 'request', peer: mine.node, ...granted });
    await both(
      into.grants,
      one.ask({ do: 'grant', ...granted }),
      other.ask({ do: 'parts', count: parts * GRANTS, ...granted }),
    );
    await alone(into.floor, 'library', STATEMENTS);
    await alone(into.floorInPlace, 'inPlace', STATEMENTS);
    await both(
      into.least,
      sender.ask({ do: 'send', count: STATEMENTS }),
      taker.ask({ do: 'take', count: STATEMENTS }),
    );
    first += GRANTS;
  }
  const { least, floor } = took;
  return [
    {
      measure: 'the least that is end to end: bare openpgp.js, one synced batch and one frame for 50, no log',
      ours: rateOf(least),
      beside: `${rateOf(floor)}, cryptography alone by openpgp.js`,
      ratio: `${shareOf(floor, least, 'wallMs')} of it`,
      target: '',
    },
    {
      measure: '– processor time a statement, author and reader',
      ours: cpuOf(least),
      beside: `${cpuOf(floor)}, cryptography alone`,
      ratio: `${shareOf(floor, least, 'sealMs')} and ${shareOf(floor, least, 'openMs')} of it is cryptography`,
      target: '',
    },
    ...rowsOf(
      `end to end, 1 KiB statements over gRPC, heard and receipted, both logs synced: ${GRANTS} orders that make ${STATEMENTS / GRANTS} statements each`,
      took.grants,
      { alone: took.floor, inPlace: took.floorInPlace },
      'one process sealing while one opens',
    ),
    ...rowsOf(
      'the same where each statement has an order of its own, itself sealed into the home feed',
      took.orders,
      { alone: took.double, inPlace: took.doubleInPlace },
      'two seals while one opens',
    ),
  ];
}

async function both(into: Took, sealer: Promise<Answer>, opener: Promise<Answer>): Promise<void> {
  const wallMs = await timed(async () => {
    const [seal, open] = await Promise.all([sealer, opener]);
    into.sealMs.push(seal.cpuMs ?? Number.NaN);
    into.openMs.push(open.cpuMs ?? Number.NaN);
  });
  into.wallMs.push(wallMs);
}

interface Floors {
  /** The bare library, as the platform serves it. */
  readonly alone: Took;
  /** The same on curves that are computed in place. */
  readonly inPlace: Took;
}

function rateOf({ wallMs }: Took): string {
  return `${Math.round((1_000 * STATEMENTS) / median(wallMs))}/s`;
}

/** How much of what we took a floor takes, by the median of the rounds. */
function shareOf(floor: Took, ours: Took, of: keyof Took): string {
  const shares = floor[of].map((value, at) => value / (ours[of][at] ?? Number.NaN));
  return `${Math.round(100 * median(shares))} %`;
}

function cpuOf({ sealMs, openMs }: Took): string {
  return `${ms(median(sealMs) / STATEMENTS)} and ${ms(median(openMs) / STATEMENTS)}`;
}

function rowsOf(measure: string, ours: Took, { alone, inPlace }: Floors, beside: string): readonly Row[] {
  return [
    {
      measure,
      ours: rateOf(ours),
      beside: `${rateOf(alone)}, cryptography alone by openpgp.js, ${beside}`,
      ratio: `${shareOf(alone, ours, 'wallMs')} of it`,
      target: 'at least 70 %',
    },
    {
      measure: '– beside the same cryptography with the curves in place',
      ours: rateOf(ours),
      beside: `${rateOf(inPlace)}, ${beside}`,
      ratio: `${shareOf(inPlace, ours, 'wallMs')} of it`,
      target: '',
    },
    {
      measure: '– processor time a statement, author and reader',
      ours: cpuOf(ours),
      beside: `${cpuOf(alone)} by openpgp.js, ${cpuOf(inPlace)} with the curves in place`,
      ratio: `${shareOf(inPlace, ours, 'sealMs')} and ${shareOf(inPlace, ours, 'openMs')} of it is that cryptography`,
      target: '',
    },
  ];
}

async function cardOf(child: Node): Promise<Card> {
  const { card } = await child.ask({ do: 'card' });
  if (card === undefined) throw new Error('bench: a node has a card');
  return card;
}
