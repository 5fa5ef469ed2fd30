/**
 * The listening side of gRPC.
 *
 * TLS is ours, not gRPC's: with a list of accepted certificates as roots, TLS would send the subject of every one
 * of them to anybody who connects, and that is the list of our peers. So nobody is asked for a particular issuer,
 * the key that the dialler proved is compared with the live list after the handshake, and only then gRPC gets the
 * connection.
 */
import type { AddressInfo, Socket } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import { Metadata, Server, ServerCredentials, type ServerDuplexStream } from '@grpc/grpc-js';
import { sha256 } from '../../../node/core/bytes.js';
import type { Fault } from '../../../node/core/fault.js';
import { nodeId } from '../../../node/core/ids.js';
import { LIMITS } from '../../../node/core/limits.js';
import type { Link } from '../../../node/ports.js';
import type { OpenLink } from '../link.js';
import type { Held, LinkFault, Links } from '../links.js';
import { addressTaken } from '../taken.js';
import { asBytes, CONVERSE, NODE_HEADER, serverOptions, wireOf } from './channel.js';
import { shownBy, type TlsIdentity } from './pin.js';
import { STATUS_OF } from './status.js';

/** Where to listen; `host` is an address of this machine or empty for all, port 0 takes a free one. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** A dialler that was turned away, for the journal. */
export interface Refusal {
  readonly fault: Fault;
  /** `address:port` of the dialler. */
  readonly from: string;
}

export interface ListenSettings {
  readonly tls: TlsIdentity;
  readonly at: ListenAddress;
  readonly links: Links;
  readonly helloWaitMs: number;
  readonly closeWaitMs: number;
  readonly keepaliveMs: number;
  readonly open: OpenLink;
  readonly refused: (refusal: Refusal) => void;
}

export interface GrpcListener {
  /** The port is the one that was taken. */
  readonly address: ListenAddress;
  /** Takes no more connections and resolves when those that are there have ended. */
  close(): Promise<void>;
}

/** One connection after its handshake. */
interface Caller {
  readonly socket: TLSSocket;
  readonly pin: string;
  /** Runs while no call is open: a connection without one is of no use to anybody. */
  patience: NodeJS.Timeout | undefined;
}

type Call = ServerDuplexStream<Buffer, Buffer>;

/** Starts to listen. @throws Breakage CONFIG_FIELD where the address cannot be taken. */
export async function listenGrpc(
  settings: ListenSettings,
  accept: (link: Link) => void,
): Promise<GrpcListener> {
  const { links, tls } = settings;
  const sockets = new Set<Socket>();
  /** Those whose handshake is not over, in the order in which they came. */
  const unknown = new Map<string, Socket>();
  const callers = new Map<string, Caller>();
  let closing = false;

  const grpc = new Server(serverOptions(settings.keepaliveMs));
  grpc.register(CONVERSE, converse, asBytes, asBytes, 'bidi');
  const injector = grpc.createConnectionInjector(ServerCredentials.createInsecure());
  const listener = createServer({
    key: tls.key,
    cert: tls.certificate,
    requestCert: true,
    // Nobody vouches for a self-signed certificate; its key is compared in `greet`.
    rejectUnauthorized: false,
    minVersion: 'TLSv1.3',
    ALPNProtocols: ['h2'],
    handshakeTimeout: settings.helloWaitMs,
  });
  listener.maxConnections = LIMITS.links.most;
  listener.on('connection', (socket: Socket) => {
    sockets.add(socket);
    const from = addressOf(socket);
    unknown.set(from, socket);
    // The one that has had the longest: an honest peer is through in a moment.
    const [longest] = unknown.values();
    if (unknown.size > LIMITS.handshakes.most) longest?.destroy();
    // A window update is a few bytes; held back for the next acknowledgement it would cost 40 ms a time.
    socket.setNoDelay(true);
    socket.once('close', () => {
      sockets.delete(socket);
      if (unknown.get(from) === socket) unknown.delete(from);
    });
  });
  listener.on('tlsClientError', (_error, socket) => {
    settings.refused({ fault: { code: 'LINK_REFUSED', where: 'tls' }, from: addressOf(socket) });
    // Node only tells that a handshake has taken too long; the connection would stay.
    socket.destroy();
  });
  listener.on('secureConnection', greet);

  function greet(socket: TLSSocket): void {
    const from = addressOf(socket);
    // HTTP/2 hears of errors by itself; before it is there, a reset must not end the process.
    socket.on('error', () => undefined);
    unknown.delete(from);
    const shown = shownBy(socket);
    if (closing || shown === undefined || !links.knows(shown.pin)) {
      // The pin is what an operator compares with a card; it names nobody.
      settings.refused({ fault: { code: 'PEER_UNKNOWN', where: shown?.pin ?? 'no key' }, from });
      socket.destroy();
      return;
    }
    const key = keyOf(shown.certificate, from);
    const caller: Caller = { socket, pin: shown.pin, patience: undefined };
    wait(caller, settings.helloWaitMs);
    callers.set(key, caller);
    socket.once('close', () => {
      clearTimeout(caller.patience);
      if (callers.get(key) === caller) callers.delete(key);
    });
    // gRPC shows a certificate to its calls only where it believes that TLS vouched for it. We do.
    socket.authorized = true;
    injector.injectConnection(socket);
  }

  function converse(call: Call): void {
    const from = call.getPeer();
    const shown = call.getAuthContext().sslPeerCertificate;
    const caller = shown && callers.get(keyOf(shown.raw, from));
    if (closing || !caller) {
      refuse(call, from, { code: 'LINK_CLOSED' });
      return;
    }
    const judged = links.judge(nodeId(String(call.metadata.get(NODE_HEADER)[0] ?? '')), caller.pin);
    if (!judged.ok) {
      refuse(call, from, judged.fault);
      return;
    }
    clearTimeout(caller.patience);
    const end = settings.open(
      judged.value.node,
      wireOf(call, () => {
        links.release(held);
        wait(caller, settings.closeWaitMs);
      }),
    );
    const held: Held = {
      peer: judged.value.node,
      pin: caller.pin,
      close: end.link.close,
      cut: () => caller.socket.destroy(),
    };
    links.hold(held);
    call.on('data', end.arrived);
    call.on('end', () => end.drained());
    call.on('cancelled', () => end.drained());
    // The stream is destroyed by gRPC together with the connection; there is nothing to add to the above.
    call.on('error', () => undefined);
    call.sendMetadata(new Metadata());
    accept(end.link);
  }

  function refuse(call: Call, from: string, fault: LinkFault): void {
    settings.refused({ fault, from });
    call.emit('error', { code: STATUS_OF[fault.code], details: fault.code });
  }

  await new Promise<void>((resolve, reject) => {
    // Stays for good: when the process is out of descriptors the listener says so here, and goes on.
    listener.on('error', reject);
    listener.listen(settings.at.port, settings.at.host || undefined, LIMITS.links.most, resolve);
  }).catch((cause: unknown) => {
    grpc.forceShutdown();
    throw addressTaken('/grpc/listen', cause);
  });

  return {
    address: { host: settings.at.host, port: (listener.address() as AddressInfo).port },
    close: async () => {
      closing = true;
      const closed = new Promise<void>((resolve) => listener.close(() => resolve()));
      await Promise.all(
        [...callers.values()].map((caller) => {
          wait(caller, settings.closeWaitMs);
          return new Promise((gone) => caller.socket.once('close', gone));
        }),
      );
      // What is left never finished its handshake.
      for (const socket of sockets) socket.destroy();
      await closed;
      grpc.forceShutdown();
    },
  };
}

/** Two callers may come from one address to two of ours, so what they showed counts as well. */
function keyOf(certificate: Uint8Array, from: string): string {
  return `${sha256(certificate)} ${from}`;
}

function addressOf(socket: Socket): string {
  return socket.remoteAddress === undefined ? 'unknown' : `${socket.remoteAddress}:${socket.remotePort}`;
}

/** From now on the connection has this long to go away by itself, or to begin a call that stops the clock. */
function wait(caller: Caller, withinMs: number): void {
  clearTimeout(caller.patience);
  if (caller.socket.destroyed) return;
  caller.patience = setTimeout(() => caller.socket.destroy(), withinMs);
}
