/**
 * Replication over gRPC: mutual TLS 1.3 with pinned keys, one long-lived call for each connection.
 */
import { createSecureContext } from 'node:tls';
import { Breakage } from '../../../node/core/fault.js';
import type { NodeId } from '../../../node/core/ids.js';
import { LIMITS } from '../../../node/core/limits.js';
import type { Link, Peer, Transport } from '../../../node/ports.js';
import { type OpenLink, openLink } from '../link.js';
import { firstLink, type Held, openLinks } from '../links.js';
import { type Attempt, attempt, type DialSettings, isTarget } from './client.js';
import type { TlsIdentity } from './pin.js';
import { type GrpcListener, type ListenAddress, listenGrpc, type Refusal } from './server.js';

export interface GrpcSettings {
  readonly node: NodeId;
  readonly tls: TlsIdentity;
  /** Absent for a node that only dials: a vendor (DESIGN §1). */
  readonly listen: ListenAddress | undefined;
  /** Called for each dialler that was turned away. */
  readonly refused?: (refusal: Refusal) => void;
  /** Shorter waits than `limits.ts` has, in milliseconds. */
  readonly waits?: {
    readonly dial?: number;
    readonly hello?: number;
    readonly close?: number;
    readonly keepalive?: number;
  };
  /** How a connection becomes a link, for those who say bytes of their own. */
  readonly open?: OpenLink;
}

export interface GrpcTransport extends Transport {
  /** Where it listens, once it does; the port is the one that was taken. */
  address(): ListenAddress | undefined;
}

/** A transport that is at rest: nothing is opened before `listen` or `dial`. */
export function openGrpc(settings: GrpcSettings): GrpcTransport {
  const { node, tls, waits = {}, open = openLink } = settings;
  const links = openLinks(({ tlsPins }) => tlsPins);
  const attempts = new Set<Attempt>();
  const keepaliveMs = waits.keepalive ?? LIMITS.keepaliveMs.most;
  const closeWaitMs = waits.close ?? LIMITS.closeWaitMs.most;
  const dialSettings: DialSettings = {
    node,
    secureContext: createSecureContext({ key: tls.key, cert: tls.certificate, minVersion: 'TLSv1.3' }),
    dialWaitMs: waits.dial ?? LIMITS.dialWaitMs.most,
    closeWaitMs,
    keepaliveMs,
    open,
  };
  let listener: GrpcListener | undefined;
  let closed = false;

  async function dialAt(peer: Peer, target: string): Promise<Link> {
    if (closed) throw new Breakage({ code: 'LINK_CLOSED', where: node });
    let ended = false;
    let held: Held | undefined;
    const tried = attempt(peer, target, dialSettings, () => {
      ended = true;
      if (held) links.release(held);
    });
    attempts.add(tried);
    void tried.over.then(() => attempts.delete(tried));
    const { end, pin } = await tried.consent.catch((cause: unknown) => {
      throw closed ? new Breakage({ code: 'LINK_CLOSED', where: node }, cause) : cause;
    });
    held = { peer: peer.node, pin, close: end.link.close, cut: tried.cut };
    if (!ended) links.hold(held);
    return end.link;
  }

  return {
    name: 'grpc',
    admit: links.admit,
    address: () => listener?.address,
    listen: async (accept) => {
      if (!settings.listen) return;
      listener = await listenGrpc(
        {
          tls,
          at: settings.listen,
          links,
          helloWaitMs: waits.hello ?? LIMITS.helloWaitMs.most,
          closeWaitMs,
          keepaliveMs,
          open,
          refused: settings.refused ?? (() => undefined),
        },
        accept,
      );
    },
    dial: (peer) => {
      const targets = peer.card.grpc.map(({ target }) => target).filter(isTarget);
      return firstLink(targets, (target) => dialAt(peer, target), 'card/grpc');
    },
    close: async () => {
      closed = true;
      links.closeAll();
      for (const tried of attempts) if (!tried.agreed()) tried.cut();
      await Promise.all([listener?.close(), ...[...attempts].map(({ over }) => over)]);
    },
  };
}
