/** What cards say of libp2p: peer ids to be believed, and addresses to be tried (DESIGN §1). */
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr';
import type { Card } from '../../../node/core/registry/card.js';

/**
 * The peer ids that a card vouches for: what stands last in each address. `/p2p/<id>` alone is the card line of a
 * node that only dials.
 */
export function peerIdsOf({ libp2p }: Card): readonly string[] {
  return [
    ...new Set(libp2p.map((address) => address.multiaddr.slice(address.multiaddr.lastIndexOf('/') + 1))),
  ];
}

/**
 * The addresses of a card that may be dialled, in its order: over TCP, to a named peer. Cards come from outside,
 * and a bare address would let anybody answer.
 */
export function dialable({ libp2p }: Card): readonly Multiaddr[] {
  return libp2p.flatMap((address) => {
    try {
      const parsed = multiaddr(address.multiaddr);
      const names = parsed.getComponents().map(({ name }) => name);
      return DIALABLE.test(names.join('/')) ? [parsed] : [];
    } catch {
      return [];
    }
  });
}

const DIALABLE = /^(?:ip4|ip6|dns|dns4|dns6)\/tcp\/p2p$/;
