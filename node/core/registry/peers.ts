/**
 * Who is verified, and by whom (DESIGN §1). Trust is out of band: adding a card changes nothing, typing its
 * fingerprint does.
 */
import { type Outcome, ok, refuse } from '../fault.js';
import type { NodeId } from '../ids.js';
import type { MailAddress } from '../mail/address.js';
import type { PeerRecord, State } from '../state.js';
import type { Instant } from '../time.js';
import type { Card } from './card.js';

/**
 * Puts a card on file. A higher sequence of the same key updates it and keeps the standing; a removed peer
 * starts again as unverified. Faults: CARD_STALE, PEER_MODE.
 */
export function addPeer(state: State, card: Card, cardText: string): Outcome<State> {
  if (card.mode !== state.self.mode) return refuse('PEER_MODE', { where: card.node });
  const held = state.peers.get(card.node);
  if (held !== undefined && held.standing !== 'removed' && card.sequence <= held.card.sequence)
    return refuse('CARD_STALE', { where: card.node, held: held.card.sequence, offered: card.sequence });
  const standing = held?.standing === 'verified' ? 'verified' : 'unverified';
  return ok(withPeer(state, { card, cardText, standing, verification: held?.verification }));
}

/**
 * Puts a vendor without a node on file, by a card that we made from its certificate. A new certificate of the same key
 * or a new address keeps the standing. Faults: CARD_STALE for ourselves, PEER_MODE, PEER_RUNS_NODE where a node speaks
 * for this key: its feed is in its own hands.
 */
export function addMailPeer(state: State, card: Card, address: MailAddress): Outcome<State> {
  if (card.node === state.self.node) return refuse('CARD_STALE', { where: card.node });
  if (card.mode !== state.self.mode) return refuse('PEER_MODE', { where: card.node });
  const held = state.peers.get(card.node);
  if (held !== undefined && held.mail === undefined) return refuse('PEER_RUNS_NODE', { where: card.node });
  const standing = held?.standing === 'verified' ? 'verified' : 'unverified';
  const { verification } = held ?? {};
  return ok(withPeer(state, { card, cardText: '', standing, verification, mail: { address } }));
}

/** Faults: PEER_UNKNOWN. The fingerprint itself was compared where it was typed. */
export function verifyPeer(
  state: State,
  node: NodeId,
  verification: { readonly by: string; readonly method: string; readonly at: Instant },
): Outcome<State> {
  const held = state.peers.get(node);
  if (held === undefined) return refuse('PEER_UNKNOWN', { where: node });
  return ok(withPeer(state, { ...held, standing: 'verified', verification }));
}

/** Faults: PEER_UNKNOWN. Its feeds stay: they are on record. */
export function removePeer(state: State, node: NodeId): Outcome<State> {
  const held = state.peers.get(node);
  if (held === undefined) return refuse('PEER_UNKNOWN', { where: node });
  return ok(withPeer(state, { ...held, standing: 'removed', verification: undefined }));
}

/** @returns the record of a verified peer. Faults: PEER_UNKNOWN, PEER_UNVERIFIED, PEER_REMOVED. */
export function verifiedPeer(state: State, node: NodeId): Outcome<PeerRecord> {
  const held = state.peers.get(node);
  if (held === undefined) return refuse('PEER_UNKNOWN', { where: node });
  if (held.standing === 'removed') return refuse('PEER_REMOVED', { where: node });
  if (held.standing === 'unverified') return refuse('PEER_UNVERIFIED', { where: node });
  return ok(held);
}

/** Leaf peers talk to centres; centres talk to everybody that they verified. */
export function isCentre(record: PeerRecord): boolean {
  return record.card.role === 'centre';
}

function withPeer(state: State, record: PeerRecord): State {
  return { ...state, peers: new Map(state.peers).set(record.card.node, record) };
}
