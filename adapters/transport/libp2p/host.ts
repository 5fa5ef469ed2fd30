/**
 * The libp2p node under the transport: TCP, Noise, yamux, and nothing that finds or tells others by itself. Nothing
 * is left to a default on which a bound or a promise hangs.
 */
import './promise.js';
import { noise } from '@chainsafe/libp2p-noise';
import { yamux } from '@chainsafe/libp2p-yamux';
import { circuitRelayServer, circuitRelayTransport } from '@libp2p/circuit-relay-v2';
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys';
import { identify } from '@libp2p/identify';
import type { PeerId, Transport } from '@libp2p/interface';
import { tcp } from '@libp2p/tcp';
import { createLibp2p } from 'libp2p';
import { LIMITS } from '../../../node/core/limits.js';
import { type Host, isCircuit } from './relay.js';

export interface HostSettings {
  /** Ed25519 seed, 32 bytes. */
  readonly seed: Uint8Array;
  /** Multiaddr to listen at; absent for a node that only dials. */
  readonly listen: string | undefined;
  /** Whose connection may go on after it proved this peer id. */
  readonly knows: (peerId: string) => boolean;
  readonly refused: (peerId: string, from: string) => void;
  /** Carries connections between those whom it knows, as ciphertext. */
  readonly relay: boolean;
  /** Peer ids of the relays through which this host is reached. */
  readonly reachedThrough: ReadonlySet<string>;
  readonly waits: {
    readonly dial: number;
    readonly hello: number;
    readonly close: number;
    readonly keepalive: number;
  };
}

/** A host that is at rest until it is started. */
export async function createHost(settings: HostSettings): Promise<Host> {
  const { waits, knows, relay, reachedThrough } = settings;
  const links = LIMITS.links.most;
  const relayed = LIMITS.relayedLinks.most;
  let circuit: Transport | undefined;
  const libp2p = await createLibp2p({
    start: false,
    privateKey: await generateKeyPairFromSeed('Ed25519', settings.seed),
    nodeInfo: { name: 'isochron', version: '1', userAgent: 'isochron' },
    addresses: { listen: settings.listen === undefined ? [] : [settings.listen] },
    transports: [
      tcp({
        inboundSocketInactivityTimeout: 4 * waits.keepalive,
        outboundSocketInactivityTimeout: 4 * waits.keepalive,
        maxConnections: links,
        backlog: links,
        dialOpts: { noDelay: true },
        listenOpts: { noDelay: true },
      }),
      (components) => {
        const made = circuitRelayTransport({
          maxInboundStopStreams: relayed,
          maxOutboundStopStreams: relayed,
          reservationCompletionTimeout: waits.dial,
        })(components);
        circuit = made;
        return made;
      },
    ],
    connectionEncrypters: [noise()],
    streamMuxers: [
      yamux({
        // The link, identify and the two pings; and what a relay passes on.
        maxInboundStreams: relay || reachedThrough.size > 0 ? 8 + relayed : 8,
        maxEarlyStreams: 8,
        // The connection monitor does it.
        enableKeepAlive: false,
        streamOptions: {
          maxStreamWindowSize: LIMITS.linkBytes.most,
          maxReadBufferLength: LIMITS.frameBytes.most,
        },
      }),
    ],
    connectionGater: {
      denyInboundEncryptedConnection: (peer: PeerId, connection) => {
        const known = knows(peer.toString());
        if (!known) settings.refused(peer.toString(), connection.remoteAddr.toString());
        return !known;
      },
      denyInboundRelayReservation: (peer: PeerId) => !relay || !knows(peer.toString()),
      denyOutboundRelayedConnection: (from: PeerId, to: PeerId) =>
        !relay || !knows(from.toString()) || !knows(to.toString()),
      denyInboundRelayedConnection: (through: PeerId, from: PeerId) =>
        !reachedThrough.has(through.toString()) || !knows(from.toString()),
    },
    connectionManager: {
      maxConnections: 2 * links,
      // A centre that restarts is dialled by all of its leaves at once, perhaps from behind one address.
      inboundConnectionThreshold: links,
      maxIncomingPendingConnections: LIMITS.handshakes.most,
      maxParallelDials: links,
      dialTimeout: waits.dial,
      addressDialTimeout: waits.dial,
      inboundUpgradeTimeout: waits.hello,
      inboundStreamProtocolNegotiationTimeout: waits.hello,
      outboundStreamProtocolNegotiationTimeout: waits.dial,
      connectionCloseTimeout: waits.close,
      // Who dials again, and when, is decided by the corridor and by `relay.ts`.
      reconnectRetries: 0,
    },
    connectionMonitor: {
      pingInterval: waits.keepalive,
      pingTimeout: { minTimeout: waits.keepalive, maxTimeout: waits.keepalive },
    },
    services: {
      identify: identify({ maxInboundStreams: 2, maxOutboundStreams: 2 }),
      ...(relay && { relay: circuitRelayServer(relaySettings(waits.hello)) }),
    },
  });
  if (!isCircuit(circuit)) throw new Error('the library speaks to relays in another way');
  return { libp2p, circuit };
}

function relaySettings(hopTimeout: number): Parameters<typeof circuitRelayServer>[0] {
  return {
    hopTimeout,
    maxInboundHopStreams: LIMITS.relayedLinks.most,
    maxOutboundHopStreams: LIMITS.relayedLinks.most,
    maxOutboundStopStreams: LIMITS.relayedLinks.most,
    reservations: {
      maxReservations: LIMITS.relayPlaces.most,
      reservationTtl: LIMITS.relayMs.most,
      defaultDurationLimit: LIMITS.relayMs.most,
      defaultDataLimit: BigInt(LIMITS.relayBytes.most),
    },
  };
}
