/**
 * What an operator types, as what it means: peers by name or id, cases by id, beginning or public id. Whatever is
 * not unique is refused, for a wrong recipient is worse than a second attempt.
 */
import type { Case } from '../core/case/case.js';
import { type Outcome, ok, refuse } from '../core/fault.js';
import { type NodeId, nodeId } from '../core/ids.js';
import { type Contact, isActive } from '../core/registry/vendor.js';
import { foldCase } from '../core/selection/spelling.js';
import type { PeerRecord, State } from '../core/state.js';

/** Shortest beginning of an id that names anything. */
const SHORTEST = 8;

const PEER_FORM = 'a name that "peer list" shows, or a node id or 8 signs of its beginning';
const CASE_FORM = 'an id or public id that "case list" shows, or 8 signs of its beginning';

/** A peer by unique name, node id or the beginning of one. Faults: PEER_UNKNOWN, COMMAND_MALFORMED (several). */
export function findPeer(state: State, typed: string, where = 'peer'): Outcome<NodeId> {
  return findAmong(state, typed, where, ({ standing }) => standing !== 'removed');
}

/** A peer as {@link findPeer} finds it, else one that was removed: its logs stay, and are asked for by its name. */
export function findPeerEver(state: State, typed: string, where = 'peer'): Outcome<NodeId> {
  const present = findPeer(state, typed, where);
  if (present.ok || present.fault.code !== 'PEER_UNKNOWN') return present;
  return findAmong(state, typed, where, ({ standing }) => standing === 'removed');
}

function findAmong(
  state: State,
  typed: string,
  where: string,
  counts: (peer: PeerRecord) => boolean,
): Outcome<NodeId> {
  const spelled = typed.replaceAll(/\s/g, '').toLowerCase();
  const whole = nodeId(spelled);
  if (whole !== undefined)
    return state.peers.has(whole) ? ok(whole) : refuse('PEER_UNKNOWN', { where: whole });
  const wanted = typed.trim().toLowerCase();
  const present = [...state.peers.values()].filter(counts);
  const named = present.filter(({ card }) => card.name.toLowerCase() === wanted);
  const begun = spelled.length >= SHORTEST ? present.filter(({ card }) => card.node.startsWith(spelled)) : [];
  const found = named.length > 0 ? named : begun;
  const [only] = found;
  if (only === undefined)
    return ofContact(state, typed) ?? refuse('PEER_UNKNOWN', { where, expects: PEER_FORM });
  return found.length > 1 ? several(where) : ok(only.card.node);
}

/** The node of a contact of the book, so that what a selection proposes can be typed as it is. */
function ofContact(state: State, typed: string): Outcome<NodeId> | undefined {
  const held = findContact(state, typed);
  const node = held.ok && isActive(held.value) ? held.value.entry.node : undefined;
  return node === undefined ? undefined : ok(node);
}

/** A peer as {@link findPeer} finds it, or this node itself by its name or id. */
export function findMember(state: State, typed: string, where: string): Outcome<NodeId> {
  const { node, name } = state.self;
  const wanted = typed.trim().toLowerCase();
  return wanted === name.toLowerCase() || wanted === node ? ok(node) : findPeer(state, typed, where);
}

/** A contact by its key, else by a name or alias that is no other's. Faults: VENDOR_UNKNOWN, COMMAND_MALFORMED (several). */
export function findContact(state: State, typed: string, where = 'vendor'): Outcome<Contact> {
  const wanted = foldCase(typed.trim());
  const direct = [...state.contacts.values()].find(({ key }) => key === typed.trim().toLowerCase());
  if (direct !== undefined) return ok(direct);
  const named = [...state.contacts.values()]
    .filter(isActive)
    .filter(({ entry }) => [entry.name, ...entry.aliases].some((name) => foldCase(name) === wanted));
  const [only] = named;
  if (only === undefined) return refuse('VENDOR_UNKNOWN', { where });
  return named.length > 1 ? several(where) : ok(only);
}

/** Several peers in their order. Faults as {@link findPeer}, with the place in the list. */
export function findPeers(state: State, typed: readonly string[], where = 'to'): Outcome<readonly NodeId[]> {
  const found: NodeId[] = [];
  for (const [at, one] of typed.entries()) {
    const peer = findPeer(state, one, `${where}/${at}`);
    if (!peer.ok) return peer;
    if (!found.includes(peer.value)) found.push(peer.value);
  }
  return ok(found);
}

/** A case by id, unique beginning, or public id. Faults: CASE_UNKNOWN, COMMAND_MALFORMED (several). */
export function findCase(state: State, typed: string): Outcome<Case> {
  const wanted = typed.trim().toLowerCase();
  const found = [...state.cases.values()].filter(
    (held) =>
      held.id === wanted ||
      (wanted.length >= SHORTEST && held.id.startsWith(wanted)) ||
      held.summary.value.publicIds.some((id) => id.toLowerCase() === wanted),
  );
  const [only] = found;
  if (only === undefined) return refuse('CASE_UNKNOWN', { where: 'case', expects: CASE_FORM });
  return found.length > 1 ? several('case') : ok(only);
}

function several(where: string): Outcome<never> {
  return refuse('COMMAND_MALFORMED', { where, expects: 'the whole id: several are meant by what was typed' });
}

/** How people call a node: by the name on its card. */
export function nameOf(state: State, node: NodeId): string {
  return node === state.self.node ? state.self.name : (state.peers.get(node)?.card.name ?? node.slice(0, 8));
}

/** A node as every view writes it. */
export interface Named {
  readonly [member: string]: string;
  readonly node: NodeId;
  readonly name: string;
}

export function named(state: State, node: NodeId): Named {
  return { node, name: nameOf(state, node) };
}

/** A fingerprint as people read it out, in groups of four and either case, as it stands in an id. */
export function spelled(fingerprint: string): string {
  return fingerprint.replaceAll(/[\s:]/g, '').toLowerCase();
}

/** A name as it is typed at a shell. */
export function shellWord(called: string): string {
  return /^[\w./-]+$/.test(called) ? called : `'${called.replaceAll("'", "'\\''")}'`;
}
