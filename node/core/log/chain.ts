/**
 * Does this stretch of entries extend that feed?
 *
 * A stretch may begin before our tip: after a broken connection a peer says again what we may hold already.
 * The naive way compares every byte with the disk; the first telling of a conversation would then read back the
 * whole window. But the tip knows the roots of the full subtrees, so every subtree that the stretch covers is
 * compared by hash, and only the few leaves in front of it are left for the store ({@link Extension.compare}).
 */
import { type Hash, sameBytes, sha256 } from '../bytes.js';
import { type Fault, type Outcome, ok, refuse } from '../fault.js';
import { LIMITS } from '../limits.js';
import { type Leaf, readLeaf } from './leaf.js';
import type { Tip } from './tip.js';
import { grow, leafHash, rootOfLeaves, subtrees } from './tree.js';

/** A leaf and its envelope, byte for byte; the `Entry` of the ports. */
export interface ChainEntry {
  readonly leaf: Uint8Array;
  readonly envelope: Uint8Array;
}

/** What a stretch adds to a feed. */
export interface Extension {
  /** After the last new entry; the same tip where nothing is new. */
  readonly tip: Tip;
  /** How many entries at the front of the stretch are held already; the new ones begin at this index. */
  readonly known: number;
  /** Leaves of the new entries, in order. */
  readonly leaves: readonly Leaf[];
  /**
   * Entries `compare.from … compare.from + compare.count − 1` of the feed are held and offered, and the tip
   * cannot tell whether they agree: the store compares them with {@link forkOfHeld}. Count 0: nothing to do.
   */
  readonly compare: { readonly from: number; readonly count: number };
}

/**
 * Grows a feed by a stretch of entries, or says why not.
 *
 * Checked in this order, and at the first entry that fails: gap, bounds, envelope hash and place of each leaf,
 * incarnation, fork. Nothing here looks at a signature: the caller compares the root with the checkpoint.
 *
 * @param where name of the feed, for faults.
 * @param from sequence of the first entry.
 * @param digest SHA-256 of an envelope; who has a native one hands it in.
 * Faults: FEED_GAP, FEED_FULL, FEED_FORK, LEAF_OVERSIZE, LEAF_MALFORMED, LEAF_SEQUENCE, LEAF_INCARNATION,
 * ENVELOPE_OVERSIZE, ENVELOPE_HASH.
 * @see ENV-2, LOG-2
 */
export function extend(
  tip: Tip,
  where: string,
  from: number,
  entries: readonly ChainEntry[],
  digest: (bytes: Uint8Array) => Hash = sha256,
): Outcome<Extension> {
  if (!Number.isSafeInteger(from) || from < 0) return refuse('LEAF_SEQUENCE', { where });
  if (from > tip.size) return refuse('FEED_GAP', { where, held: tip.size, offered: from });
  const end = from + entries.length;
  if (end > LIMITS.feedEntries.most) {
    return refuse('FEED_FULL', { where, offered: end, most: LIMITS.feedEntries.most });
  }
  const known = Math.min(entries.length, tip.size - from);
  const hashes: Hash[] = [];
  const leaves: Leaf[] = [];
  let incarnation = tip.incarnation;
  for (const [index, entry] of entries.entries()) {
    const sequence = from + index;
    const read = readEntry(entry, where, sequence, digest);
    if (!read.ok) return read;
    hashes.push(leafHash(entry.leaf));
    if (index < known) continue;
    if (read.value.incarnation < incarnation) {
      return refuse('LEAF_INCARNATION', { where, held: incarnation, offered: read.value.incarnation });
    }
    incarnation = read.value.incarnation;
    leaves.push(read.value);
  }
  const compared = compareWithTip(tip, where, from, hashes.slice(0, known));
  if (!compared.ok) return compared;
  return ok({
    tip: leaves.length === 0 ? tip : grow(tip, hashes.slice(known), incarnation),
    known,
    leaves,
    compare: { from, count: compared.value },
  });
}

/**
 * Compares held leaves with offered ones, byte for byte.
 *
 * @param held leaves from the store that begin at `from`; at most as many as are compared.
 * @returns FEED_FORK with the first sequence that differs, or `undefined`.
 */
export function forkOfHeld(
  where: string,
  from: number,
  held: readonly Uint8Array[],
  offered: readonly ChainEntry[],
): Fault | undefined {
  const at = held.findIndex((leaf, index) => !sameBytes(leaf, offered[index]?.leaf ?? leaf));
  return at < 0 ? undefined : { code: 'FEED_FORK', where, offered: from + at };
}

/**
 * One entry by itself: bounds, spelling, place, and that its envelope is the one it names.
 *
 * @param digest as for {@link extend}.
 * Faults as {@link extend}, without those of the feed.
 */
export function readEntry(
  entry: ChainEntry,
  where: string,
  sequence: number,
  digest: (bytes: Uint8Array) => Hash = sha256,
): Outcome<Leaf> {
  const leaf = readLeaf(entry.leaf);
  if (!leaf.ok) return refuse(leaf.fault.code, { ...leaf.fault, where: `${where}#${sequence}` });
  if (leaf.value.sequence !== sequence) {
    return refuse('LEAF_SEQUENCE', { where, held: sequence, offered: leaf.value.sequence });
  }
  const bytes = entry.envelope.length;
  if (bytes > LIMITS.envelopeBytes.most) {
    return refuse('ENVELOPE_OVERSIZE', {
      where: `${where}#${sequence}`,
      offered: bytes,
      most: LIMITS.envelopeBytes.most,
    });
  }
  if (digest(entry.envelope) !== leaf.value.envelope) {
    return refuse('ENVELOPE_HASH', { where, offered: sequence });
  }
  return leaf;
}

/** How many of the known leaves, from the first, no full subtree of the tip covers. */
function compareWithTip(tip: Tip, where: string, from: number, known: readonly Hash[]): Outcome<number> {
  const covered = subtrees(tip.size)
    .map((tree, at) => ({ ...tree, root: tip.range[at] }))
    .filter(({ start, width }) => start >= from && start + width <= from + known.length);
  const forked = covered.find(
    ({ start, width, root }) => rootOfLeaves(known.slice(start - from, start - from + width)) !== root,
  );
  if (forked) return refuse('FEED_FORK', { where, held: tip.size, offered: forked.start });
  const first = covered[0];
  // Covered subtrees lie side by side, but a stretch that ends inside one leaves its end uncovered as well.
  if (!first) return ok(known.length);
  const end = covered.reduce((last, { start, width }) => Math.max(last, start + width), 0);
  return ok(end === from + known.length ? first.start - from : known.length);
}
