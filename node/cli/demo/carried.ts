/** Over which transport the nodes of an exercise talk, as fields of their configurations. */

/** `mixed`: every node has both, and every other one tries libp2p first. */
export const CARRIERS: readonly ['grpc', 'libp2p', 'mixed'] = ['grpc', 'libp2p', 'mixed'];
export type Carrier = (typeof CARRIERS)[number];

/** Two ports of the loopback; absent for a node that only dials. */
export interface Ports {
  readonly grpc: number;
  readonly libp2p: number;
}

/** @param at the place of the node in the cast. */
export function carried(
  carrier: Carrier,
  at: number,
  ports: Ports | undefined,
): Readonly<Record<string, unknown>> {
  const target = `127.0.0.1:${ports?.grpc}`;
  const multiaddr = `/ip4/127.0.0.1/tcp/${ports?.libp2p}`;
  const places = (address: string) =>
    ports === undefined ? { listen: null, advertise: [] } : { listen: address, advertise: [address] };
  const order = at % 2 === 0 ? ['grpc', 'libp2p'] : ['libp2p', 'grpc'];
  return {
    transports: carrier === 'mixed' ? order : [carrier],
    ...(carrier === 'libp2p' ? {} : { grpc: places(target) }),
    ...(carrier === 'grpc' ? {} : { libp2p: places(multiaddr) }),
  };
}
