/** The node under test: where it is reached, and what its card says of it. */
import { openGrpc } from '../../../adapters/transport/grpc/transport.js';
import { type FaultPlace, type Outcome, ok, refuse } from '../../core/fault.js';
import type { Card } from '../../core/registry/card.js';
import type { Keys } from '../../envelope/keys.js';
import type { Peer, Transport } from '../../ports.js';
import type { ByteLinks } from './byte-link.js';

export interface Target extends Peer {
  readonly way: 'grpc' | 'libp2p';
}

/**
 * A target from `grpc://host:port` or `libp2p:///ip4/…/tcp/…`. The card says with which key it must answer, the
 * address where to look for it.
 * Faults: COMMAND_MALFORMED.
 */
export function readTarget(address: string, card: Card): Outcome<Target> {
  const place: FaultPlace = { where: '--target' };
  const [, way, rest = ''] = /^(grpc|libp2p):\/\/(.+)$/.exec(address) ?? [];
  if (way === 'grpc') return ok({ way, node: card.node, card: { ...card, grpc: [{ target: rest }] } });
  if (way !== 'libp2p') return refuse('COMMAND_MALFORMED', place);
  const named = /\/p2p\/[^/]+$/.test(rest);
  const ids = card.libp2p.map(({ multiaddr }) => multiaddr.slice(multiaddr.lastIndexOf('/p2p/')));
  const places = named ? [rest] : [...new Set(ids)].map((id) => `${rest}${id}`);
  if (places.length === 0) return refuse('COMMAND_MALFORMED', place);
  const libp2p = places.map((multiaddr) => ({ multiaddr }));
  return ok({ way, node: card.node, card: { ...card, libp2p } });
}

/**
 * A transport that dials the target in the name of a node.
 * @param keys whose transport key is shown.
 */
export async function openWay(
  way: Target['way'],
  node: Keys['node'],
  keys: Keys,
  links: ByteLinks,
): Promise<Transport> {
  const { open } = links;
  if (way === 'grpc') {
    const tls = { key: keys.tls.keyPem, certificate: keys.tls.certificatePem };
    return openGrpc({ node, tls, listen: undefined, open, waits: { close: CLOSE_WAIT_MS } });
  }
  const { openLibp2p } = await import('../../../adapters/transport/libp2p/transport.js');
  const { seed } = keys.noise;
  return openLibp2p({ node, seed, listen: undefined, open, waits: { close: CLOSE_WAIT_MS } });
}

/** A target that does not say goodbye is not waited for. */
const CLOSE_WAIT_MS = 500;
