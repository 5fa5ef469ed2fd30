/**
 * What a vote names: the hash of a value, over its canonical form.
 */
import { type Hash, sha256 } from '../bytes.js';
import { canonical, type Json } from '../canonical.js';
import { unreachable } from '../fault.js';
import type { BallotId } from '../ids.js';
import type { SeatChange, SettlementValue } from './ballot.js';

/** H(v) of DESIGN §7.3. Slot, round and charter stand in the ballot that names the hash, not in here. */
export function valueHash(value: SettlementValue): Hash {
  const known = hashes.get(value) ?? hashOf(value);
  hashes.set(value, known);
  return known;
}

/** Each look at a settlement asks for the hashes of all values again, and a value never changes. */
const hashes = new WeakMap<SettlementValue, Hash>();

function hashOf(value: SettlementValue): Hash {
  switch (value.kind) {
    case 'amend':
      return sha256(canonical(['isochron/amend/1', value.at, value.snapshot, value.inputHash]));
    case 'change':
      return sha256(canonical(['isochron/change/1', ...partsOf(value.change)]));
    case 'seal':
      return SEAL_HASH;
    default:
      return unreachable(value);
  }
}

/** One spelling of a change, for maps and sets. */
export function changeKey(change: SeatChange): string {
  return partsOf(change).join(' ');
}

function partsOf(change: SeatChange): readonly (string | number)[] & readonly Json[] {
  return change.kind === 'join'
    ? [change.kind, change.member.node, change.member.model]
    : [change.kind, change.node];
}

/** H(SEAL): the same in every slot, so a seal needs no proposal to be understood. */
export const SEAL_HASH: Hash = sha256(canonical(['isochron/seal/1']));

/**
 * Hash of a snapshot.
 * @param ids ballot ids of constraints, strictly ascending as {@link isAscending} says.
 */
export function snapshotHash(ids: readonly BallotId[]): Hash {
  return sha256(canonical(['isochron/snapshot/1', [...ids]]));
}

/** Strictly ascending, hence without repetition: one set has one spelling. */
export function isAscending(ids: readonly BallotId[]): boolean {
  return ids.every((id, place) => place === 0 || (ids[place - 1] ?? id) < id);
}
