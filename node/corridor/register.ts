/**
 * What a conversation enters into the home feed about this life of the node, and what it may know of it (R9).
 */
import type { NodeId } from '../core/ids.js';
import type { LifeBody } from '../core/life.js';
import type { State } from '../core/state.js';
import type { Doors } from './doors.js';

export interface Register {
  readonly state: () => State;
  /** Resolves when the entry is on disk and heard, or will not be because the node ends. */
  enter(body: Exclude<LifeBody, { readonly kind: 'start' }>): Promise<void>;
  /** A peer says that it knows a later life of ours: another one begins above it, once for each peer. */
  fenced(peer: NodeId, latest: number): void;
}

/** Only centres stand on rosters, so only they tell each other what they hold of each other's ballots (R9). */
export function answersTo({ self }: Doors, state: State, peer: NodeId): boolean {
  return self.role === 'centre' && state.peers.get(peer)?.card.role === 'centre';
}

/** Whether nothing is left to be heard from this peer in this life. */
export function isAcquainted(doors: Doors, state: State, peer: NodeId): boolean {
  const { incarnation, returned, answers } = state.life;
  return (
    returned.get(peer) === incarnation &&
    (!answersTo(doors, state, peer) || answers.get(peer) === incarnation)
  );
}
