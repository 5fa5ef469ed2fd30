/**
 * Registrations in the machine: what the other side said, what our officers order, and our own words as facts.
 */
import type { Stamped } from '../case/case.js';
import type { Effect } from '../effect.js';
import { type Outcome, ok, refuse } from '../fault.js';
import { type NodeId, nodeId } from '../ids.js';
import { put } from '../layered-map.js';
import { LIMITS } from '../limits.js';
import type { Input, State } from '../state.js';
import { ofNode, written } from './book.js';
import { checkedEntry } from './entry-flaw.js';
import { isCentre, verifiedPeer } from './peers.js';
import {
  applicationOf,
  entered,
  MOVERS,
  type Move,
  moveOf,
  NEXT_MOVES,
  openRegistration,
  type Registration,
  type Said,
  stepOf,
} from './registration.js';
import { bareEntry, type ContactKey, type Entry, type Profile } from './vendor.js';

/** Orders about registrations. `id`: the other side's node, or at a centre a contact key. */
export type RegistrationOrder =
  | { readonly act: 'registration_move'; readonly id: string; readonly step: Move }
  /** How it was checked who the vendor is. */
  | { readonly act: 'registration_identity'; readonly id: string; readonly method: string };

/** A state and what is to be said. */
export interface Registered {
  readonly state: State;
  readonly effects: readonly Effect[];
}

/**
 * A move of the other side, from a verified peer. Faults: REGISTRATION_SIDE where it is none of its moves, VENDOR_FIELD
 * for a profile that is malformed, LIMIT_EXCEEDED.
 */
export function hearMove(state: State, input: Input, said: Said): Outcome<State> {
  const move = said.step;
  const { author } = input.feed;
  const peer = verifiedPeer(state, author);
  if (!peer.ok) return peer;
  const side = isCentre(peer.value) ? 'centre' : 'vendor';
  const ours = state.self.role === 'centre' ? 'centre' : 'vendor';
  if (MOVERS[move.move] !== side || side === ours) return refuse('REGISTRATION_SIDE', { where: move.move });
  const checked = move.move === 'apply' ? checkedEntry(move.profile) : ok(move);
  if (!checked.ok) return checked;
  const held = state.registrations.get(author);
  if (held === undefined && state.registrations.size >= LIMITS.registrations.most)
    return refuse('LIMIT_EXCEEDED', { where: 'registrations', most: LIMITS.registrations.most });
  if ((held?.trail.length ?? 0) >= LIMITS.registrationMoves.most)
    return refuse('LIMIT_EXCEEDED', { where: 'moves', most: LIMITS.registrationMoves.most });
  return ok(withMove(state, author, stamped(input, said), peer.value.card.name));
}

/** Our own words are facts: they were said. */
export function recallMove(state: State, input: Input, said: Said): State {
  return withMove(state, input.feed.recipient, stamped(input, said), state.self.name);
}

/**
 * Faults: REGISTRATION_UNKNOWN, REGISTRATION_STEP where the move does not follow, REGISTRATION_SIDE,
 * REGISTRATION_IDENTITY before identity was checked, PEER_*, VENDOR_*.
 */
export function obeyRegistration(
  state: State,
  order: RegistrationOrder,
  input: Input,
  by: string,
): Outcome<Registered> {
  const at = input.statement.createdAt;
  const held = state.registrations.get(order.id);
  if (order.act === 'registration_identity') {
    if (held === undefined || state.self.role !== 'centre')
      return refuse('REGISTRATION_UNKNOWN', { where: 'id' });
    const identity = { by, method: order.method, at, application: applicationOf(held) };
    return ok(quietly(withRegistration(state, { ...held, identity })));
  }
  const move = order.step;
  const node = nodeId(order.id);
  const allowed = mayMove(state, node, held, move);
  if (!allowed.ok) return allowed;
  const after = move.move === 'register' ? registered(state, held, node, move.key, { by, at }) : ok(state);
  if (!after.ok) return after;
  const application = move.move === 'apply' || held === undefined ? undefined : applicationOf(held);
  const said = { application, step: move };
  if (node === undefined) return ok(quietly(withMove(after.value, order.id, stamped(input, said), by)));
  const body = { kind: 'registration', ...said } as const;
  return ok({
    state: after.value,
    effects: [{ kind: 'say', draft: { to: node, caseId: undefined, tlp: undefined, body } }],
  });
}

function mayMove(
  state: State,
  node: NodeId | undefined,
  held: Registration | undefined,
  move: Move,
): Outcome<true> {
  const ours = state.self.role === 'centre' ? 'centre' : 'vendor';
  if (node === undefined ? ours !== 'centre' : MOVERS[move.move] !== ours)
    return refuse('REGISTRATION_SIDE', { where: move.move });
  if (node !== undefined) {
    const peer = verifiedPeer(state, node);
    if (!peer.ok) return peer;
    if (isCentre(peer.value) === (ours === 'centre')) return refuse('REGISTRATION_SIDE', { where: node });
  }
  if (move.move === 'apply') {
    const checked = checkedEntry(move.profile);
    if (!checked.ok) return checked;
  }
  const step = held === undefined ? undefined : stepOf(held);
  if (step === undefined)
    return move.move === 'apply' ? ok(true) : refuse('REGISTRATION_UNKNOWN', { where: 'id' });
  const follows = NEXT_MOVES[step].includes(move.move);
  return follows ? ok(true) : refuse('REGISTRATION_STEP', { where: `${step}: ${move.move}` });
}

/** The contact as its application has it; one that was on file keeps what only we know of it. */
function registered(
  state: State,
  held: Registration | undefined,
  node: NodeId | undefined,
  key: ContactKey,
  hand: { readonly by: string; readonly at: Input['at'] },
): Outcome<State> {
  const profile = held === undefined ? undefined : moveOf(held, 'apply')?.profile;
  if (held === undefined || profile === undefined) return refuse('REGISTRATION_UNKNOWN', { where: 'id' });
  // Who applied last time was somebody else, for all we know.
  if (held.identity === undefined || held.identity.application !== applicationOf(held))
    return refuse('REGISTRATION_IDENTITY', { where: 'identity' });
  const contact =
    node === undefined ? state.contacts.get(key) : (ofNode(state.contacts, node) ?? state.contacts.get(key));
  const entry: Entry = {
    ...(contact?.entry ?? bareEntry('')),
    ...profileOf(profile),
    node: node ?? contact?.entry.node,
  };
  const next = written(
    state.contacts,
    contact?.key ?? key,
    contact?.revision ?? 0,
    entry,
    'registered',
    hand,
  );
  if (!next.ok) return next;
  const now = next.value.get(contact?.key ?? key);
  if (now === undefined) return ok(state);
  return ok({ ...state, contacts: put(next.value, now.key, { ...now, isRegistered: true }) });
}

function profileOf(profile: Profile): Profile {
  const { name, aliases, products, keywords, zone, languages, cycles, persons } = profile;
  return { name, aliases, products, keywords, zone, languages, cycles, persons };
}

function stamped(input: Input, value: Said): Stamped<Said> {
  return { stamp: { at: input.statement.createdAt, id: input.id }, value };
}

function withMove(state: State, id: string, said: Stamped<Said>, by: string): State {
  return withRegistration(state, entered(state.registrations.get(id) ?? openRegistration(id), said, by));
}

function withRegistration(state: State, registration: Registration): State {
  return { ...state, registrations: put(state.registrations, registration.id, registration) };
}

function quietly(state: State): Registered {
  return { state, effects: [] };
}
