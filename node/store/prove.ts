/** `log prove`: one entry of a feed, provable to somebody who holds nothing but the two log keys (LOG-8). */
import type { Hash } from '../core/bytes.js';
import { type Outcome, ok, refuse } from '../core/fault.js';
import { type FeedId, feedKey } from '../core/ids.js';
import { includes, inclusionProof, type LogProof } from '../core/log/proof.js';
import { leafHash } from '../core/log/tree.js';
import type { Checkpoint } from '../ports.js';
import type { FeedStore } from './feeds.js';
import type { NoteReader } from './verify.js';

/**
 * Proves that an entry is in a feed, under the newest receipt that covers it, else under the author's checkpoint.
 *
 * Faults: FEED_GAP where the feed does not reach so far.
 * @throws Breakage STORE_DAMAGED
 */
export async function proveEntry(
  feeds: FeedStore,
  feed: FeedId,
  sequence: number,
): Promise<Outcome<LogProof>> {
  const { tip, checkpoint } = feeds.head(feed);
  if (!(sequence >= 0 && sequence < tip.size) || checkpoint === undefined) {
    return refuse('FEED_GAP', { where: feedKey(feed), held: tip.size, offered: sequence });
  }
  let signed = { size: tip.size, note: checkpoint };
  for await (const { size, note } of feeds.receipts(feed)) if (size > sequence) signed = { size, note };
  const hashes: Hash[] = [];
  for await (const leaf of feeds.leaves(feed, 0, signed.size)) hashes.push(leafHash(leaf));
  return ok({ index: sequence, path: inclusionProof(hashes, sequence), checkpoint: signed.note });
}

/**
 * Checks a proof for a leaf that the caller holds.
 * Faults: CHECKPOINT_*, PROOF_INVALID.
 */
export function checkProof(proof: LogProof, leaf: Uint8Array, notes: NoteReader): Outcome<Checkpoint> {
  const checkpoint = notes.checkpoint(proof.checkpoint);
  if (!checkpoint.ok) return checkpoint;
  return includes(leafHash(leaf), proof.index, checkpoint.value, proof.path)
    ? checkpoint
    : refuse('PROOF_INVALID', { offered: proof.index, held: checkpoint.value.size });
}
