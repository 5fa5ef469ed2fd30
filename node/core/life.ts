/**
 * Which life of the node this is, and what it has heard from its peers since it began (LOG-6, R9).
 *
 * A node that was put back from a backup does not know it: its store is a good prefix of what it said. Whatever it
 * says next would stand where something else stands already. So in every life, after every start, nothing is
 * appended to a feed before its recipient has told how much of that feed it holds, and has given back what we lack.
 * Words for a recipient that has not told yet wait here; they follow from entries on disk, so they survive a crash.
 *
 * Everything here comes from entries of the home feed: that we started, that a peer said Hello, proved that we lack
 * something, holds no more than we do, answered. So it is a fold like all the rest.
 */
import type { Effect } from './effect.js';
import { unreachable } from './fault.js';
import type { NodeId } from './ids.js';
import { put } from './layered-map.js';
import { type Owed, owe } from './owed.js';
import type { Life, State } from './state.js';
import type { HomeBody } from './statement.js';

/** Entries of the home feed that this file hears. */
export type LifeBody = Extract<
  HomeBody,
  { readonly kind: 'start' | 'hello' | 'lacking' | 'returned' | 'answered' }
>;

/** What one entry about this life changes. What waited for a peer that has returned our feed is for the caller. */
export function live(state: State, body: LifeBody): Life {
  const { life } = state;
  switch (body.kind) {
    case 'start': {
      const { incarnation, restored: cause } = body;
      // A loss is kept in mind for ever: whoever has not answered since may still know what is missing.
      const restored = cause === '' ? life.restored : { since: incarnation, cause };
      const highest = Math.max(life.highest, incarnation);
      return { ...life, incarnation, begunAt: state.now, highest, restored };
    }
    case 'hello':
      return { ...life, hellos: withNumber(life.hellos, body.peer, body.incarnation) };
    case 'lacking':
      if (life.restored?.since === life.incarnation) return life;
      return { ...life, restored: { since: life.incarnation, cause: body.peer } };
    case 'returned': {
      const owed = new Map(life.owed);
      owed.delete(body.peer);
      return { ...life, returned: withNumber(life.returned, body.peer, life.incarnation), owed };
    }
    case 'answered':
      // An answer to an older life says nothing about this one.
      return body.incarnation === life.incarnation
        ? { ...life, answers: withNumber(life.answers, body.peer, body.incarnation) }
        : life;
    default:
      return unreachable(body);
  }
}

/** May anything be appended to our feed to this node now? */
function mayAppend({ self, life, peers }: State, to: NodeId): boolean {
  // A vendor without a node holds nothing of the feed and never says Hello: nobody has another history of it.
  if (peers.get(to)?.mail !== undefined) return true;
  return to === self.node || life.incarnation === 0 || life.returned.get(to) === life.incarnation;
}

/** Has this peer answered in this life, and returned what it held of ours? */
export function hasAnswered({ life }: State, peer: NodeId): boolean {
  return life.answers.get(peer) === life.incarnation && life.returned.get(peer) === life.incarnation;
}

/** Has this peer answered since something of ours was lost? True where nothing was. */
export function hasRestored({ life }: State, peer: NodeId): boolean {
  return life.restored === undefined || (life.answers.get(peer) ?? 0) >= life.restored.since;
}

/** Effects that may be said now; the others wait in the state. */
export interface Divided {
  readonly state: State;
  readonly now: readonly Effect[];
}

/** Keeps back what is for a node to which nothing may be appended yet. */
export function divide(state: State, effects: readonly Effect[]): Divided {
  const now: Effect[] = [];
  const waiting = new Map<NodeId, Owed>();
  for (const effect of effects) {
    const to = recipientOf(effect);
    const spoken = speakable(state, effect);
    if (spoken !== undefined) now.push(spoken);
    else if (to !== undefined) waiting.set(to, owe(waiting.get(to) ?? state.life.owed.get(to), effect));
  }
  if (waiting.size === 0) return { state, now };
  const owed = new Map([...state.life.owed, ...waiting]);
  return { state: { ...state, life: { ...state.life, owed } }, now };
}

/** A ballot goes to whom it may; the others get it when their feeds are free, from those who follow the case. */
export function speakable(state: State, effect: Effect): Effect | undefined {
  const to = recipientOf(effect);
  if (to !== undefined) return mayAppend(state, to) ? effect : undefined;
  if (effect.kind !== 'cast') return undefined;
  const free = effect.to.filter((node) => mayAppend(state, node));
  // With nobody in reach it is said to ourselves, so that it is a fact like any other.
  return { ...effect, to: free.length === 0 ? [state.self.node] : free };
}

function recipientOf(effect: Effect): NodeId | undefined {
  switch (effect.kind) {
    case 'say':
      return effect.draft.to;
    case 'forward':
    case 'repeat':
      return effect.to;
    case 'cast':
      return undefined;
  }
}

/** Centres whose cards were verified: whoever may stand on a roster with us. */
export function verifiedCentres({ peers }: State): readonly NodeId[] {
  return [...peers]
    .filter(([, { card, standing }]) => standing === 'verified' && card.role === 'centre')
    .map(([node]) => node);
}

function withNumber(map: ReadonlyMap<NodeId, number>, node: NodeId, value: number): Life['hellos'] {
  return (map.get(node) ?? 0) >= value ? map : put(map, node, value);
}
