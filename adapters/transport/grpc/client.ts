/**
 * The dialling side of gRPC.
 *
 * Pinning needs care. gRPC's own TLS credentials trust certificates that a root vouches for, and we hold no
 * certificate of the peer, only the hash of its key; with `rejectUnauthorized: false` their `checkServerIdentity`
 * is never called for a self-signed one, so whoever answers would be believed. Here the handshake is ours: gRPC
 * gets the socket after the key that was proved in this very handshake was found on the peer's card, and sends
 * its first byte after that.
 */
import type { Socket } from 'node:net';
import { connect, type SecureContext, type TLSSocket } from 'node:tls';
import { CallCredentials, ChannelCredentials, Client, Metadata, type StatusObject } from '@grpc/grpc-js';
import { Breakage, type Fault } from '../../../node/core/fault.js';
import type { NodeId } from '../../../node/core/ids.js';
import type { Peer } from '../../../node/ports.js';
import type { LinkEnd, OpenLink } from '../link.js';
import { codeIn } from '../links.js';
import { asBytes, CONVERSE, clientOptions, NODE_HEADER, wireOf } from './channel.js';
import { shownBy } from './pin.js';

/** What every attempt needs. */
export interface DialSettings {
  readonly node: NodeId;
  readonly secureContext: SecureContext;
  readonly dialWaitMs: number;
  readonly closeWaitMs: number;
  readonly keepaliveMs: number;
  readonly open: OpenLink;
}

/** Is this a `host:port` that may be dialled? Cards come from outside. */
export function isTarget(text: string): boolean {
  return /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252})|\[[0-9A-Fa-f:.]{2,45}\]):[0-9]{1,5}$/.test(text);
}

/** One attempt to reach one address, and the connection that comes of it. */
export interface Attempt {
  /** Resolves with the peer's consent. @throws Breakage LINK_REFUSED, LINK_TIMEOUT, PEER_IDENTITY. */
  readonly consent: Promise<{ readonly end: LinkEnd; readonly pin: string }>;
  /** Whether the peer has consented. */
  agreed(): boolean;
  /** Resolves when nothing of this attempt is left open. */
  readonly over: Promise<void>;
  /** Ends at once, without a word. */
  cut(): void;
}

/**
 * Starts one attempt.
 * @param target `host:port`, see {@link isTarget}; a name with several addresses is tried address by address.
 * @param finished called when the link ends, whoever ended it; perhaps twice.
 */
export function attempt(peer: Peer, target: string, settings: DialSettings, finished: () => void): Attempt {
  const line = openLine(peer, settings.secureContext);
  // Said in full: a target may name other ways than a host, such as a socket on our own disk.
  const client = new Client(`dns:${target}`, line.credentials, clientOptions(settings.keepaliveMs));
  const metadata = new Metadata();
  metadata.set(NODE_HEADER, settings.node);
  const call = client.makeBidiStreamRequest(CONVERSE, asBytes, asBytes, metadata, {});
  let patience: NodeJS.Timeout | undefined;
  let ended = false;
  let agreed = false;
  const end = settings.open(
    peer.node,
    wireOf(call, () => {
      finished();
      if (!ended) patience = setTimeout(() => call.cancel(), settings.closeWaitMs);
    }),
  );
  const cut = () => {
    line.abort();
    call.cancel();
  };

  call.on('data', end.arrived);
  call.on('end', () => end.drained());
  // The same news comes as a status; without a listener it would be thrown.
  call.on('error', () => undefined);
  const over = new Promise<void>((resolve) => {
    call.on('status', () => {
      ended = true;
      clearTimeout(patience);
      // What has arrived may still be read; nobody has to, for the link to be over.
      end.broken();
      finished();
      client.close();
      line.closed(settings.closeWaitMs).then(resolve, resolve);
    });
  });
  const consent = new Promise<{ end: LinkEnd; pin: string }>((resolve, reject) => {
    const late = setTimeout(() => {
      reject(new Breakage({ code: 'LINK_TIMEOUT', where: target, most: settings.dialWaitMs }));
      cut();
    }, settings.dialWaitMs);
    call.on('metadata', () => {
      clearTimeout(late);
      agreed = true;
      resolve({ end, pin: line.pin() });
    });
    call.on('status', (status: StatusObject) => {
      clearTimeout(late);
      reject(new Breakage(line.fault() ?? refusal(target, status)));
    });
  });
  return { consent, agreed: () => agreed, over, cut };
}

function refusal(target: string, status: StatusObject): Fault {
  return { code: 'LINK_REFUSED', where: codeIn(status.details) ?? target };
}

/** The socket under one channel, and what we learnt about who is at its other end. */
interface Line {
  readonly credentials: ChannelCredentials;
  pin(): string;
  fault(): Fault | undefined;
  abort(): void;
  /** Resolves when the socket is closed; after this long it is closed by us. */
  closed(withinMs: number): Promise<void>;
}

function openLine(peer: Peer, secureContext: SecureContext): Line {
  let aborted = false;
  let socket: TLSSocket | undefined;
  let pin = '';
  let fault: Fault | undefined;

  function handshake(tcp: Socket): Promise<{ socket: Socket; secure: boolean }> {
    return new Promise((resolve, reject) => {
      if (aborted) return reject(new Error('the attempt was given up'));
      const tls = connect({
        socket: tcp,
        secureContext,
        minVersion: 'TLSv1.3',
        ALPNProtocols: ['h2'],
        // Nobody vouches for a self-signed certificate; its key is compared below, before anything is sent.
        rejectUnauthorized: false,
      });
      socket = tls;
      tls.on('error', reject);
      tls.on('close', () => reject(new Error('closed during the handshake')));
      tls.once('secureConnect', () => {
        const shown = shownBy(tls)?.pin;
        if (shown !== undefined && peer.card.tlsPins.includes(shown)) {
          pin = shown;
          return resolve({ socket: tls, secure: true });
        }
        fault = { code: 'PEER_IDENTITY', where: peer.node };
        tls.destroy();
        reject(new Error('the key is not on the card'));
      });
    });
  }

  return {
    credentials: new PinnedCredentials(handshake),
    pin: () => pin,
    fault: () => fault,
    abort: () => {
      aborted = true;
      socket?.destroy();
    },
    closed: (withinMs) =>
      new Promise((resolve) => {
        aborted = true;
        if (!socket || socket.closed) return resolve();
        const late = setTimeout(() => socket?.destroy(), withinMs);
        socket.once('close', () => {
          clearTimeout(late);
          resolve();
        });
      }),
  };
}

type Connector = ReturnType<ChannelCredentials['_createSecureConnector']>;

/** The one place where gRPC lets us make the secure connection; its base class leaves nothing else to override. */
class PinnedCredentials extends ChannelCredentials {
  readonly #handshake: Connector['connect'];

  constructor(handshake: Connector['connect']) {
    super();
    this.#handshake = handshake;
  }

  override _isSecure(): boolean {
    return true;
  }

  override _equals(other: ChannelCredentials): boolean {
    return this === other;
  }

  override _createSecureConnector(_target: unknown, _options: unknown, calls?: CallCredentials): Connector {
    return {
      connect: this.#handshake,
      waitForReady: async () => undefined,
      getCallCredentials: () => calls ?? CallCredentials.createEmpty(),
      destroy: () => undefined,
    };
  }
}
