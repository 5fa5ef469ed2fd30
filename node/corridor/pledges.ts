/**
 * What this node had signed or cosigned of a feed before a part of its log was lost (LOG-5). Whoever gives it back has
 * to lead to the same root: else a peer could answer the loss with another history than the one that we signed.
 */
import type { Hash } from '../core/bytes.js';
import type { FeedId } from '../core/ids.js';
import type { Tip } from '../core/log/tip.js';
import { grow, leafHash, rootOf } from '../core/log/tree.js';
import type { Entry } from '../ports.js';

/** What was signed of feeds that lost a part since. */
export interface Pledges {
  /** @returns `undefined` where nothing is held against whoever gives this feed back. */
  of(feed: FeedId): Pledge | undefined;
  /**
   * The reader of this feed of ours has told all that it holds, and that is less than the pledge: the rest reached nobody,
   * so other words will take its places. From here on {@link Pledges.of} knows nothing of it; resolves when that is on disk.
   * @throws Breakage STORE_FULL, STORE_FAILED
   */
  lost(feed: FeedId, returned: number): Promise<void>;
}

export interface Pledge {
  readonly size: number;
  readonly root: Hash;
  /** The signed note, where it was saved. */
  readonly note: Uint8Array | undefined;
}

/**
 * The pledge that entries behind `from` break.
 * @returns `undefined` where they keep it, do not reach it, or there is none.
 */
export function brokenPledge(
  pledges: Pledges | undefined,
  feed: FeedId,
  from: Tip,
  entries: readonly Pick<Entry, 'leaf'>[],
): Pledge | undefined {
  const pledge = pledges?.of(feed);
  if (pledge === undefined) return undefined;
  const count = pledge.size - from.size;
  if (count <= 0 || count > entries.length) return undefined;
  const hashes = entries.slice(0, count).map(({ leaf }) => leafHash(leaf));
  return rootOf(grow(from, hashes, from.incarnation)) === pledge.root ? undefined : pledge;
}
