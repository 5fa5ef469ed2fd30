/**
 * The open links of one transport and the live list of those whom it accepts. Every transport keeps the same
 * rules: who is no longer admitted is cut off at once, and a peer that comes back again and again only ever
 * holds a few connections.
 */
import { Breakage, type Fault, type FaultCode, MEANINGS, ok } from '../../node/core/fault.js';
import type { NodeId } from '../../node/core/ids.js';
import { LIMITS } from '../../node/core/limits.js';
import type { Card } from '../../node/core/registry/card.js';
import type { Link, Peer } from '../../node/ports.js';

/** One open connection, as its transport sees it. */
export interface Held {
  readonly peer: NodeId;
  /** The transport key that the peer proved to hold. */
  readonly pin: string;
  /** Ends in good order. */
  close(): void;
  /** Ends at once, without a word. */
  cut(): void;
}

/** Why a peer is not let in. */
export interface LinkFault extends Fault {
  readonly code: 'PEER_UNKNOWN' | 'PEER_IDENTITY' | 'LINK_LIMIT' | 'LINK_CLOSED';
}

/** A peer that is let in, or why not. */
export type Judgement =
  | { readonly ok: true; readonly value: Peer }
  | { readonly ok: false; readonly fault: LinkFault };

export interface Links {
  /** Replaces the list and cuts off everybody who is not on it with the key in use. */
  admit(peers: ReadonlyMap<NodeId, Peer>): void;
  /** May anybody on the list hold this key? Enough to go on listening, not enough for a link. */
  knows(pin: string): boolean;
  /**
   * May this node, which proved to hold this key, open one more link?
   * Faults: PEER_UNKNOWN, PEER_IDENTITY, LINK_LIMIT.
   */
  judge(node: NodeId | undefined, pin: string): Judgement;
  /** Counts an open connection; where its peer holds too many, the oldest of them is closed. */
  hold(held: Held): void;
  release(held: Held): void;
  closeAll(): void;
}

/**
 * An empty list: nobody is accepted before the first {@link Links.admit}.
 * @param pinsOf the transport keys that a card vouches for, in the spelling of {@link Held.pin}.
 */
export function openLinks(pinsOf: (card: Card) => readonly string[]): Links {
  let admitted: ReadonlyMap<NodeId, Peer> = new Map();
  let pins: ReadonlySet<string> = new Set();
  const open = new Set<Held>();

  function identity(node: NodeId | undefined, pin: string): LinkFault | undefined {
    const peer = node && admitted.get(node);
    if (!peer) return { code: 'PEER_UNKNOWN', ...(node && { where: node }) };
    return pinsOf(peer.card).includes(pin) ? undefined : { code: 'PEER_IDENTITY', where: peer.node };
  }

  return {
    admit: (peers) => {
      admitted = new Map(peers);
      pins = new Set([...peers.values()].flatMap((peer) => pinsOf(peer.card)));
      for (const held of [...open]) if (identity(held.peer, held.pin)) held.cut();
    },
    knows: (pin) => pins.has(pin),
    judge: (node, pin) => {
      const fault = identity(node, pin);
      if (fault) return { ok: false, fault };
      const most = LIMITS.links.most;
      if (open.size >= most) return { ok: false, fault: { code: 'LINK_LIMIT', held: open.size, most } };
      return ok(admitted.get(node as NodeId) as Peer);
    },
    hold: (held) => {
      const ofPeer = [...open].filter(({ peer }) => peer === held.peer);
      // The new one is the living one: an old connection may be half open without anybody having noticed.
      if (ofPeer.length >= LIMITS.linksPerPeer.most) ofPeer[0]?.close();
      open.add(held);
    },
    release: (held) => {
      open.delete(held);
    },
    closeAll: () => {
      for (const held of [...open]) held.close();
    },
  };
}

/** The fault code that a peer's refusal names, if it names one; anything else is wording of some library. */
export function codeIn(refusal: string): FaultCode | undefined {
  return Object.hasOwn(MEANINGS, refusal) ? (refusal as FaultCode) : undefined;
}

/**
 * Tries address after address. @param none where the fault is when there is no address at all.
 * @throws Breakage of the last attempt; but a wrong key at one address is news that a dead address must not hide.
 */
export async function firstLink<Address>(
  addresses: readonly Address[],
  dial: (address: Address) => Promise<Link>,
  none: string,
): Promise<Link> {
  let last = new Breakage({ code: 'LINK_REFUSED', where: none });
  for (const address of addresses)
    try {
      return await dial(address);
    } catch (cause) {
      if (!(cause instanceof Breakage)) throw cause;
      if (last.fault.code !== 'PEER_IDENTITY') last = cause;
    }
  throw last;
}
