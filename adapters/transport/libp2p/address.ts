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
 * The addresses of a card that may be dialled: over TCP, to a named peer, in the order of the card; then those through
 * a relay. Cards come from outside: a bare address would let anybody answer, and an unknown relay would learn from a
 * card who talks to whom.
 * @param knows whether a peer id stands on the card of a peer of ours: only such a relay is used.
 */
export function dialable({ libp2p }: Card, knows: (peerId: string) => boolean): readonly Multiaddr[] {
  const parsed = libp2p.flatMap((address) => parse(address.multiaddr) ?? []);
  return [
    ...parsed.filter((address) => DIRECT.test(shapeOf(address))),
    ...parsed.filter((address) => RELAYED.test(shapeOf(address)) && knows(relayIn(address))),
  ];
}

/** The address of a relay with its peer id, as a configuration names it; `undefined` for anything else. */
export function relayAt(text: string): { readonly address: Multiaddr; readonly peerId: string } | undefined {
  const address = parse(text);
  if (address === undefined || !DIRECT.test(shapeOf(address))) return undefined;
  return { address, peerId: relayIn(address) };
}

const DIRECT = /^(?:ip4|ip6|dns|dns4|dns6)\/tcp\/p2p$/;
const RELAYED = /^(?:ip4|ip6|dns|dns4|dns6)\/tcp\/p2p\/p2p-circuit\/p2p$/;

function parse(text: string): Multiaddr | undefined {
  try {
    return multiaddr(text);
  } catch {
    return undefined;
  }
}

function shapeOf(address: Multiaddr): string {
  return address
    .getComponents()
    .map(({ name }) => name)
    .join('/');
}

/** The first peer id of an address. */
function relayIn(address: Multiaddr): string {
  return address.getComponents().find(({ name }) => name === 'p2p')?.value ?? '';
}
