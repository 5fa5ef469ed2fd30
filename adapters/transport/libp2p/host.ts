/**
 * The libp2p node under the transport: TCP, Noise, yamux, and nothing that finds or tells others by itself. Nothing
 * is left to a default on which a bound or a promise hangs.
 */
import './promise.js';
import { noise } from '@chainsafe/libp2p-noise';
import { yamux } from '@chainsafe/libp2p-yamux';
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys';
import { identify } from '@libp2p/identify';
import type { Libp2p, PeerId } from '@libp2p/interface';
import { tcp } from '@libp2p/tcp';
import { createLibp2p } from 'libp2p';
import { LIMITS } from '../../../node/core/limits.js';

export interface HostSettings {
  /** Ed25519 seed, 32 bytes. */
  readonly seed: Uint8Array;
  /** Multiaddr to listen at; absent for a node that only dials. */
  readonly listen: string | undefined;
  /** Whose connection may go on after it proved this peer id. */
  readonly knows: (peerId: string) => boolean;
  readonly refused: (peerId: string, from: string) => void;
  readonly waits: {
    readonly dial: number;
    readonly hello: number;
    readonly close: number;
    readonly keepalive: number;
  };
}

/** A host that is at rest until it is started. */
export async function createHost(settings: HostSettings): Promise<Libp2p> {
  const { waits } = settings;
  const links = LIMITS.links.most;
  return createLibp2p({
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
    ],
    connectionEncrypters: [noise()],
    streamMuxers: [
      yamux({
        // The link, identify and the two pings.
        maxInboundStreams: 8,
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
        const known = settings.knows(peer.toString());
        if (!known) settings.refused(peer.toString(), connection.remoteAddr.toString());
        return !known;
      },
    },
    connectionManager: {
      maxConnections: 2 * links,
      // A centre that restarts is dialled by all of its leaves at once, perhaps from behind one address.
      inboundConnectionThreshold: links,
      maxIncomingPendingConnections: links,
      maxParallelDials: links,
      dialTimeout: waits.dial,
      addressDialTimeout: waits.dial,
      inboundUpgradeTimeout: waits.hello,
      inboundStreamProtocolNegotiationTimeout: waits.hello,
      outboundStreamProtocolNegotiationTimeout: waits.dial,
      connectionCloseTimeout: waits.close,
    },
    connectionMonitor: {
      pingInterval: waits.keepalive,
      pingTimeout: { minTimeout: waits.keepalive, maxTimeout: waits.keepalive },
    },
    services: { identify: identify({ maxInboundStreams: 1, maxOutboundStreams: 1 }) },
  });
}
