/**
 * What `log repair` leaves in the home: what was damaged and what is missing since, feed by feed. The running node
 * holds whoever returns a feed to what it knew of it before; the operator reads in it what came back (LOG-5, LOG-6).
 */
import { readFile } from 'node:fs/promises';
import { type Hash, hash } from '../core/bytes.js';
import { canonical } from '../core/canonical.js';
import { type Fault, type Outcome, ok, refuse } from '../core/fault.js';
import { type FeedId, feedKey, nodeId } from '../core/ids.js';
import { LIMITS } from '../core/limits.js';
import { fromBase64, toBase64 } from '../core/log/base64.js';
import { replaceFile } from './disk.js';
import type { UnreadPlace } from './level-rows.js';
import { codeOf, unusable } from './rows.js';

/** How far a feed had come, as we knew it: we signed or cosigned this. */
export interface SignedMark {
  readonly feed: FeedId;
  readonly size: number;
  readonly root: Hash;
  /** The signed note itself, where it was still there: with another of the same size it is evidence (LOG-7). */
  readonly note: Uint8Array | undefined;
}

/** A feed that lost something: the entries from `kept` on, up to those of the mark. */
export interface RepairedFeed extends SignedMark {
  readonly kept: number;
  /**
   * Of a feed of ours: so much its reader held, by its own word, and that is less than the mark. The rest is lost, and other
   * words stand in its places; `undefined` as long as all of it may come back.
   */
  readonly returned: number | undefined;
}

/** One repair. */
export interface RepairRecord {
  readonly node: string;
  /** RFC 3339. */
  readonly at: string;
  /** Name of the directory beside the store in which the damaged one lies now. */
  readonly aside: string;
  /** What the store was refused for. */
  readonly fault: Pick<Fault, 'code' | 'where' | 'offered'>;
  /** Places in its files that nobody can read any more. */
  readonly unread: readonly UnreadPlace[];
  /** Only feeds that lost something, by feed key. */
  readonly feeds: ReadonlyMap<string, RepairedFeed>;
}

const FORMAT = 1;

/** `readRepair(path)` gives what was written. @throws Breakage STORE_FULL, STORE_FAILED */
export async function writeRepair(path: string, record: RepairRecord): Promise<void> {
  const { node, at, aside, fault, unread, feeds } = record;
  const text = canonical({
    format: FORMAT,
    node,
    at,
    aside,
    fault: { ...fault },
    unread: unread.map((place) => ({ ...place })),
    feeds: [...feeds.values()].map(({ feed, kept, size, root, note, returned }) => ({
      author: feed.author,
      recipient: feed.recipient,
      kept,
      size,
      root,
      note: note === undefined ? null : toBase64(note),
      // Later than the format: whoever does not know it holds a stale mark against a peer, and loses nothing.
      ...(returned === undefined ? {} : { returned }),
    })),
  });
  await replaceFile(path, `${text}\n`);
}

/**
 * @returns `undefined` where no repair was ever made. Faults: STORE_FORMAT for a newer version, STORE_DAMAGED for a text
 *   that is none of ours. @throws Breakage STORE_UNUSABLE
 */
export async function readRepair(path: string): Promise<Outcome<RepairRecord | undefined>> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    if (codeOf(cause) === 'ENOENT') return undefined;
    throw unusable('repair', cause);
  });
  if (text === undefined) return ok(undefined);
  const read = text.length > LIMITS.indexBytes.most ? undefined : recordOf(text);
  if (read === undefined) return refuse('STORE_DAMAGED', { where: 'repair' });
  return read;
}

interface Written {
  readonly format: number;
  readonly node: string;
  readonly at: string;
  readonly aside: string;
  readonly fault: RepairRecord['fault'];
  readonly unread: readonly UnreadPlace[];
  readonly feeds: readonly {
    readonly author: string;
    readonly recipient: string;
    readonly kept: number;
    readonly size: number;
    readonly root: string;
    readonly note: string | null;
    readonly returned?: number;
  }[];
}

function recordOf(text: string): Outcome<RepairRecord> | undefined {
  let written: Written;
  try {
    written = JSON.parse(text) as Written;
  } catch {
    return undefined;
  }
  if (written.format > FORMAT)
    return refuse('STORE_FORMAT', { where: 'repair', held: FORMAT, offered: written.format });
  if (!Array.isArray(written.feeds) || !Array.isArray(written.unread)) return undefined;
  const feeds = written.feeds.map(feedOf);
  if (feeds.includes(undefined)) return undefined;
  const { node, at, aside, fault, unread } = written;
  const known = feeds.filter((feed) => feed !== undefined);
  return ok({ node, at, aside, fault, unread, feeds: new Map(known.map((one) => [feedKey(one.feed), one])) });
}

function feedOf({
  author,
  recipient,
  kept,
  size,
  root,
  note,
  returned,
}: Written['feeds'][number]): RepairedFeed | undefined {
  const [from, to, tree] = [nodeId(author), nodeId(recipient), hash(root)];
  if (!from || !to || !tree || !Number.isSafeInteger(kept) || !Number.isSafeInteger(size)) return undefined;
  if (returned !== undefined && !Number.isSafeInteger(returned)) return undefined;
  const feed = { author: from, recipient: to };
  return { feed, kept, size, root: tree, note: note === null ? undefined : fromBase64(note), returned };
}
