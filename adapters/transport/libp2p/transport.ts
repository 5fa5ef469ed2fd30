/**
 * Replication over libp2p: Noise with pinned peer ids, and one stream of frames on a connection of its own.
 *
 * libp2p would share one connection among all that is said to a peer, and keep a dead one until it notices. Here a
 * link has its own connection, so that dialling again always means a new one.
 */
import './promise.js';
import type { Connection, Stream } from '@libp2p/interface';
import { textOf, utf8 } from '../../../node/core/bytes.js';
import { Breakage, type Fault } from '../../../node/core/fault.js';
import { type NodeId, nodeId } from '../../../node/core/ids.js';
import { LIMITS } from '../../../node/core/limits.js';
import type { Link, Peer, Transport } from '../../../node/ports.js';
import { type OpenLink, openLink } from '../link.js';
import { codeIn, firstLink, type Held, openLinks } from '../links.js';
import { addressTaken } from '../taken.js';
import { dialable, peerIdsOf, relayAt } from './address.js';
import { prefixed } from './frames.js';
import { createHost } from './host.js';
import { isCarrying, keepPlaces } from './relay.js';
import { drop, PROTOCOL, type Reader, read, wireOf } from './wire.js';

/** A dialler that was turned away, for the journal. */
export interface Refusal {
  readonly fault: Fault;
  /** Its multiaddr. */
  readonly from: string;
}

export interface Libp2pSettings {
  readonly node: NodeId;
  /** Ed25519 seed of the peer id, 32 bytes. */
  readonly seed: Uint8Array;
  /** Multiaddr over TCP; absent for a node that only dials: a vendor (DESIGN §1). */
  readonly listen: string | undefined;
  /** Carries connections between peers of this node, as ciphertext; left out, it does not. */
  readonly relay?: boolean;
  /** Multiaddrs with the peer ids of the relays through which this node is reached; left out, through none. */
  readonly reachedThrough?: readonly string[];
  /** Called for each dialler that was turned away. */
  readonly refused?: (refusal: Refusal) => void;
  /** Shorter waits than `limits.ts` has, in milliseconds. */
  readonly waits?: {
    readonly dial?: number;
    readonly hello?: number;
    readonly close?: number;
    readonly keepalive?: number;
    /** First pause before a lost place at a relay is asked for again. */
    readonly again?: number;
  };
  /** How a connection becomes a link, for those who say bytes of their own. */
  readonly open?: OpenLink;
}

export interface Libp2pTransport extends Transport {
  /** Where it listens, once it does: multiaddrs with the ports that were taken and the own peer id. */
  addresses(): readonly string[];
}

/** A transport that is at rest: nothing is opened before `listen` or `dial`. */
export async function openLibp2p(settings: Libp2pSettings): Promise<Libp2pTransport> {
  const { node, relay = false, reachedThrough = [] } = settings;
  const refused = settings.refused ?? (() => undefined);
  const waits = {
    dial: settings.waits?.dial ?? LIMITS.dialWaitMs.most,
    hello: settings.waits?.hello ?? LIMITS.helloWaitMs.most,
    close: settings.waits?.close ?? LIMITS.closeWaitMs.most,
    keepalive: settings.waits?.keepalive ?? LIMITS.keepaliveMs.most,
  };
  const links = openLinks(peerIdsOf);
  const host = await createHost({
    seed: settings.seed,
    listen: settings.listen,
    relay,
    reachedThrough: new Set(reachedThrough.flatMap((text) => relayAt(text)?.peerId ?? [])),
    knows: links.knows,
    // The peer id is what an operator compares with a card; it names nobody.
    refused: (peerId, from) => refused({ fault: { code: 'PEER_UNKNOWN', where: peerId }, from }),
    waits,
  });
  const { libp2p } = host;
  const closing = new AbortController();
  const patience = new Map<Connection, NodeJS.Timeout>();
  let started: Promise<void> | undefined;

  /** From now on the connection has this long to go away by itself, or to become a link. */
  function wait(connection: Connection, withinMs: number): void {
    clearTimeout(patience.get(connection));
    patience.set(
      connection,
      setTimeout(() => {
        if (relay && isCarrying(host, connection)) wait(connection, withinMs);
        else drop(connection, 'no longer waited for');
      }, withinMs),
    );
  }

  function becomes(
    stream: Stream,
    connection: Connection,
    peer: NodeId,
  ): { held: Held; reader: Reader; link: Link } {
    clearTimeout(patience.get(connection));
    const end = (settings.open ?? openLink)(
      peer,
      wireOf(stream, () => {
        links.release(held);
        wait(connection, waits.close);
      }),
    );
    const held: Held = {
      peer,
      pin: connection.remotePeer.toString(),
      close: end.link.close,
      cut: () => drop(connection, 'no longer admitted'),
    };
    links.hold(held);
    stream.addEventListener('close', () => void connection.close().catch(() => undefined));
    return { held, reader: end, link: end.link };
  }

  /** The first words on a stream decide what the next ones are for. */
  function greet(stream: Stream, connection: Connection, accept: (link: Link) => void): void {
    const from = connection.remoteAddr.toString();
    const end = () => drop(connection, 'left before it named itself');
    let reader: Reader = {
      arrived: (bytes) => {
        const judged = links.judge(nodeId(textOf(bytes) ?? ''), connection.remotePeer.toString());
        if (!judged.ok) {
          refused({ fault: judged.fault, from });
          stream.send(prefixed(utf8(judged.fault.code)));
          stream.close().catch(() => undefined);
          wait(connection, waits.close);
          reader = DEAF;
          return;
        }
        stream.send(prefixed(new Uint8Array()));
        const made = becomes(stream, connection, judged.value.node);
        reader = made.reader;
        accept(made.link);
      },
      broken: end,
      drained: end,
    };
    read(stream, () => reader);
  }

  async function dialAt(peer: Peer, address: ReturnType<typeof dialable>[number]): Promise<Link> {
    const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(waits.dial)]);
    const where = address.toString();
    let connection: Connection | undefined;
    try {
      connection = await libp2p.dial(address, { force: true, signal });
      // Through a relay a connection has bounds of time and bytes; what breaks there goes on over the next one.
      const stream = await connection.newStream(PROTOCOL, { signal, runOnLimitedConnection: true });
      return await consent(stream, connection, peer, where, signal);
    } catch (cause) {
      if (connection) drop(connection, 'the peer did not consent');
      throw new Breakage(faultOf(cause, peer, where, signal), cause);
    }
  }

  function consent(
    stream: Stream,
    connection: Connection,
    peer: Peer,
    where: string,
    signal: AbortSignal,
  ): Promise<Link> {
    return new Promise((resolve, reject) => {
      const fail = (cause: unknown) => {
        reader = DEAF;
        reject(cause);
      };
      const late = () => fail(signal.reason);
      let reader: Reader = {
        arrived: (bytes) => {
          const answer = textOf(bytes) ?? '';
          if (answer !== '')
            return fail(new Breakage({ code: 'LINK_REFUSED', where: codeIn(answer) ?? where }));
          // The wait is over, and its end must not silence the link.
          signal.removeEventListener('abort', late);
          const made = becomes(stream, connection, peer.node);
          reader = made.reader;
          resolve(made.link);
        },
        broken: () => fail(new Breakage({ code: 'LINK_REFUSED', where })),
        drained: () => fail(new Breakage({ code: 'LINK_REFUSED', where })),
      };
      read(stream, () => reader);
      signal.addEventListener('abort', late, { once: true });
      stream.send(prefixed(utf8(node)));
    });
  }

  /** What to say of an attempt that failed, in the words of the house. */
  function faultOf(cause: unknown, peer: Peer, where: string, signal: AbortSignal): Fault {
    if (closing.signal.aborted) return { code: 'LINK_CLOSED', where: node };
    if (cause instanceof Breakage) return cause.fault;
    if (isOtherIdentity(cause)) return { code: 'PEER_IDENTITY', where: peer.node };
    return signal.aborted
      ? { code: 'LINK_TIMEOUT', where, most: waits.dial }
      : { code: 'LINK_REFUSED', where };
  }

  function start(): Promise<void> {
    started ??= (async () => {
      libp2p.addEventListener('connection:open', ({ detail }) => {
        if (detail.direction === 'inbound') wait(detail, waits.hello);
      });
      libp2p.addEventListener('connection:close', ({ detail }) => {
        clearTimeout(patience.get(detail));
        patience.delete(detail);
      });
      await Promise.resolve(libp2p.start());
      await keepPlaces(host, {
        relays: reachedThrough,
        knows: links.knows,
        waits: { dial: waits.dial, again: settings.waits?.again ?? PLACE_PAUSE_MS },
        closing: closing.signal,
      });
    })();
    return started;
  }

  return {
    name: 'libp2p',
    admit: (peers) => {
      links.admit(peers);
      // What is relayed has no link here.
      for (const connection of libp2p.getConnections()) {
        if (links.knows(connection.remotePeer.toString())) continue;
        libp2p.services.relay?.reservations.delete(connection.remotePeer);
        drop(connection, 'no longer admitted');
      }
    },
    addresses: () => libp2p.getMultiaddrs().map(String),
    listen: async (accept) => {
      if (settings.listen === undefined && reachedThrough.length === 0) return;
      await libp2p.handle(PROTOCOL, (stream, connection) => greet(stream, connection, accept), {
        maxInboundStreams: 1,
        runOnLimitedConnection: true,
      });
      await start().catch((cause: unknown) => {
        throw addressTaken('/libp2p/listen', cause);
      });
    },
    dial: async (peer) => {
      if (closing.signal.aborted) throw new Breakage({ code: 'LINK_CLOSED', where: node });
      await start();
      return firstLink(dialable(peer.card, links.knows), (address) => dialAt(peer, address), 'card/libp2p');
    },
    close: async () => {
      closing.abort();
      links.closeAll();
      if (started === undefined) return;
      await started.catch(() => undefined);
      await Promise.all(libp2p.getConnections().map((connection) => gone(connection, waits.close)));
      await libp2p.stop();
      for (const timer of patience.values()) clearTimeout(timer);
    },
  };
}

const PLACE_PAUSE_MS = 250;

const DEAF: Reader = { arrived: () => undefined, broken: () => undefined, drained: () => undefined };

/** Resolves when the connection is closed, or has been given this long. */
function gone(connection: Connection, withinMs: number): Promise<void> {
  return new Promise((resolve) => {
    if (connection.status !== 'open') return resolve();
    const late = setTimeout(resolve, withinMs);
    connection.addEventListener('close', () => {
      clearTimeout(late);
      resolve();
    });
  });
}

/**
 * Did the handshake show another peer id than the address names? Noise says so in words only, under the name that
 * every failed handshake has; the transport suite holds us to it.
 */
function isOtherIdentity(cause: unknown): boolean {
  if (cause instanceof AggregateError) return cause.errors.some(isOtherIdentity);
  return cause instanceof Error && /does not match expected remote identity/.test(cause.message);
}
