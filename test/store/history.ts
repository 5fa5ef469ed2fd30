/**
 * A history of writes of every kind, and what a store holds after each of them, row by row: the oracle of the fault
 * tests. A store is an exact prefix when its rows are those after some write, to the byte. Feeds that are each a
 * prefix by themselves are not enough: a receipt, or one feed of two, that is gone from the middle is a silent hole.
 */
import { MemoryLevel } from 'memory-level';
import { sha256 } from '../../node/core/bytes.js';
import { type BallotId, type FeedId, feedKey } from '../../node/core/ids.js';
import type { ArrivalKey, Batch } from '../../node/ports.js';
import type { FeedStore } from '../../node/store/feeds.js';
import { sayKey } from '../../node/store/keys.js';
import { openFeeds } from '../../node/store/open.js';
import { nativeSha256 } from '../../node/store/record.js';
import type { Database } from '../../node/store/rows.js';
import { batchOf, checkpointOf, feed, receiptOf, tipOf } from './author.js';

const OUT = feed(1, 2);
const IN = feed(2, 1);
const HOME = feed(1, 1);

/** One write, as one synced batch. */
export type Write = (feeds: FeedStore) => Promise<void>;

const AHEAD = 'other';

/** @returns `count` writes, after each of which the store is whole; the first `n` are those of a shorter history. */
export function writesOf(count: number): readonly Write[] {
  const sizes = new Map<string, number>();
  let major = 0;
  const size = (of: FeedId) => sizes.get(feedKey(of)) ?? 0;

  function grown(of: FeedId, keys: readonly ArrivalKey[]): Batch {
    const before = size(of);
    sizes.set(feedKey(of), before + keys.length);
    return batchOf(of, tipOf(of, before), keys);
  }

  /** An entry of a peer, not yet heard. */
  function admitted(): Write {
    const batch = grown(IN, [{ major, minor: 0 }]);
    major += 1;
    return (feeds) => feeds.write(batch);
  }

  /** Words to ourselves and, at the places behind them, words to the peer, with a ballot among them. */
  function spoken(at: number): Write {
    const parts = [
      grown(HOME, [{ major, minor: 0 }]),
      grown(OUT, [
        { major, minor: 1 },
        { major, minor: 2 },
      ]),
    ];
    const batch: Batch = {
      entries: parts.flatMap(({ entries }) => entries),
      tips: parts.flatMap(({ tips }) => tips),
      once: [{ key: `case/charter/${at}/0/vote`, ballot: sha256(`ballot ${at}`) as BallotId }],
      heard: { major, minor: 2 },
    };
    major += 1;
    return (feeds) => feeds.write(batch);
  }

  function receipted(of: FeedId, less: number): Write {
    const receipt = receiptOf(of, tipOf(of, size(of) - less));
    return (feeds) => feeds.acknowledge(of, receipt);
  }

  function proven(): Write {
    const notes = [checkpointOf(IN, tipOf(IN, size(IN))), checkpointOf(IN, tipOf(IN, size(IN), AHEAD))];
    return (feeds) => feeds.keepEvidence(IN, notes);
  }

  const cycle: readonly ((at: number) => Write)[] = [
    admitted,
    spoken,
    () => receipted(OUT, 1),
    () => receipted(OUT, 0),
    proven,
    admitted,
    () => receipted(IN, 0),
    spoken,
  ];
  return Array.from({ length: count }, (_, at) => cycle[at % cycle.length]?.(at) as Write);
}

/** Rows as they lie in a database: key and stamped value. */
type RawRow = readonly [Uint8Array, Uint8Array];

/** All rows of a database that is open, in the order of their keys. */
export async function rawRows(level: Database): Promise<readonly RawRow[]> {
  const bytes = { keyEncoding: 'view', valueEncoding: 'view' } as const;
  return level.iterator<Uint8Array, Uint8Array>(bytes).all();
}

/** A name for exactly these rows. */
export function digestOf(rows: readonly RawRow[]): string {
  const length = (bytes: Uint8Array) => Uint8Array.of(bytes.length >> 16, bytes.length >> 8, bytes.length);
  const all = rows.flatMap(([key, value]) => [length(key), key, length(value), value]);
  return nativeSha256(Buffer.concat(all));
}

/** What a store holds after each write, worked out in memory. */
export interface Oracle {
  /** How many writes make exactly these rows; `undefined` where none do. */
  writesIn(digest: string): number | undefined;
  /** In what the rows differ from those after the write that is nearest, for the message of a test. */
  difference(rows: readonly RawRow[]): string;
}

/** Plays a history in memory. The empty database is not in it: it holds no store. */
export async function oracleOf(writes: readonly Write[]): Promise<Oracle> {
  const level = new MemoryLevel();
  const feeds = await openFeeds(level, { verify: 'full', create: true });
  const states: (readonly RawRow[])[] = [await rawRows(level)];
  for (const write of writes) {
    await write(feeds);
    states.push(await rawRows(level));
  }
  await feeds.close();
  const numbers = new Map(states.map((rows, at) => [digestOf(rows), at]));
  return {
    writesIn: (digest) => numbers.get(digest),
    difference(rows) {
      const all = states.map((state, at) => ({ at, differing: differing(state, rows) }));
      const [best] = all.sort((left, right) => left.differing.length - right.differing.length);
      return `not the rows after ${best?.at} writes, nor after any other: ${best?.differing.join(', ')}`;
    },
  };
}

function differing(wanted: readonly RawRow[], found: readonly RawRow[]): readonly string[] {
  const name = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
  const left = new Map(wanted.map(([key, value]) => [name(key), name(value)]));
  const right = new Map(found.map(([key, value]) => [name(key), name(value)]));
  const say = (key: string) => {
    const { where, sequence } = sayKey(Buffer.from(key, 'hex'));
    return `${where}${sequence === undefined ? '' : ` ${sequence}`}`;
  };
  return [...new Set([...left.keys(), ...right.keys()])]
    .filter((key) => left.get(key) !== right.get(key))
    .map((key) => `${say(key)} ${right.has(key) ? (left.has(key) ? 'changed' : 'added') : 'missing'}`);
}
