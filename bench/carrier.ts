/** The two transports, as the benches choose between them. */
import { openGrpc } from '../adapters/transport/grpc/transport.js';
import type { Card } from '../node/core/registry/card.js';
import type { Keys } from '../node/envelope/keys.js';
import type { Transport } from '../node/ports.js';

export type Carrier = 'grpc' | 'libp2p';

/**
 * A transport at rest on loopback, and what its node's card says of it once it listens.
 * @param port where to listen, 0 for a free one; absent for a node that only dials.
 */
export async function openCarrier(
  carrier: Carrier,
  keys: Keys,
  port?: number,
): Promise<{ readonly transport: Transport; readonly lines: () => Pick<Card, 'grpc' | 'libp2p'> }> {
  if (carrier === 'grpc') {
    const transport = openGrpc({
      node: keys.node,
      tls: { key: keys.tls.keyPem, certificate: keys.tls.certificatePem },
      listen: port === undefined ? undefined : { host: '127.0.0.1', port },
    });
    const lines = () => {
      const at = transport.address();
      return { grpc: at === undefined ? [] : [{ target: `localhost:${at.port}` }], libp2p: [] };
    };
    return { transport, lines };
  }
  const { openLibp2p } = await import('../adapters/transport/libp2p/transport.js');
  const transport = await openLibp2p({
    node: keys.node,
    seed: keys.noise.seed,
    listen: port === undefined ? undefined : `/ip4/127.0.0.1/tcp/${port}`,
  });
  const lines = () => {
    const places = port === undefined ? [`/p2p/${keys.noise.peerId}`] : transport.addresses();
    return { grpc: [], libp2p: places.map((multiaddr) => ({ multiaddr })) };
  };
  return { transport, lines };
}
