/**
 * Goes over a whole log and recomputes everything that can be recomputed: each leaf at its place, each envelope
 * by the hash in its leaf, the tree. The store at its start, `log verify` and exported logs share it.
 */
import type { Fault, Outcome } from '../core/fault.js';
import { ok, refuse } from '../core/fault.js';
import { readEntry } from '../core/log/chain.js';
import type { Leaf } from '../core/log/leaf.js';
import { EMPTY_TIP, type Tip } from '../core/log/tip.js';
import { grow, leafHash } from '../core/log/tree.js';
import type { Entry } from '../ports.js';
import { nativeSha256 } from './record.js';

/** What the caller compares on the way. */
export interface Step {
  readonly leaf: Leaf;
  /** Tip after this leaf. */
  readonly tip: Tip;
}

/**
 * Walks entries in their order, from the first.
 *
 * @param where name of the log, for faults.
 * @param look called after each entry that holds; a fault ends the walk.
 * @returns the tip after the last entry; the tip is what the caller compares with head or checkpoint.
 * Faults: LEAF_*, ENVELOPE_OVERSIZE, ENVELOPE_HASH with the first bad sequence in `offered`, and those of `look`.
 */
export async function walk(
  where: string,
  entries: AsyncIterable<Entry>,
  look: (step: Step) => Fault | undefined = () => undefined,
): Promise<Outcome<Tip>> {
  let tip = EMPTY_TIP;
  for await (const entry of entries) {
    const sequence = tip.size;
    const leaf = readEntry(entry, where, sequence, nativeSha256);
    if (!leaf.ok) return refuse(leaf.fault.code, { ...leaf.fault, where, offered: sequence });
    if (leaf.value.incarnation < tip.incarnation) {
      return refuse('LEAF_INCARNATION', { where, offered: sequence });
    }
    tip = grow(tip, [leafHash(entry.leaf)], leaf.value.incarnation);
    const fault = look({ leaf: leaf.value, tip });
    if (fault) return { ok: false, fault };
  }
  return ok(tip);
}
