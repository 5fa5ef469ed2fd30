/**
 * Relays, seen from a node that cannot be dialled: it keeps a place at each relay of its configuration, and asks for it
 * anew when it was lost. Others then reach it through the relay; the Noise session inside is between the two ends, so
 * the relay carries ciphertext and can swap nobody.
 *
 * The library asks by itself before a place expires, but never again for one that broke with its connection; and it
 * never again asks a relay that once did not speak the protocol. So it is asked here, on a connection that is there, of
 * a relay that says it is one.
 */
import './promise.js';
import { setTimeout } from 'node:timers/promises';
import {
  type CircuitRelayService,
  RELAY_V2_HOP_CODEC as HOP,
  RELAY_V2_STOP_CODEC as STOP,
} from '@libp2p/circuit-relay-v2';
import type { Identify } from '@libp2p/identify';
import type { Connection, Libp2p, PeerId, Stream, Transport } from '@libp2p/interface';
import { LIMITS } from '../../../node/core/limits.js';
import { relayAt } from './address.js';

/** The relay transport of the library; its type names none of what is needed of it. */
export interface Circuit extends Transport {
  readonly reservationStore: EventTarget & {
    addRelay(relay: PeerId, type: 'configured'): Promise<unknown>;
    hasReservation(relay: PeerId): boolean;
  };
  onStop(stream: Stream, connection: Connection): Promise<void>;
}

export function isCircuit(transport: Transport | undefined): transport is Circuit {
  return transport !== undefined && 'reservationStore' in transport && 'onStop' in transport;
}

/** A host, and the part of it that speaks to relays. */
export interface Host {
  readonly libp2p: Libp2p<{ readonly identify: Identify; readonly relay?: CircuitRelayService }>;
  readonly circuit: Circuit;
}

/** Is this connection of use although nothing is said on it: because its peer is reached or reaches others through us? */
export function isCarrying({ libp2p }: Host, { remotePeer, streams }: Connection): boolean {
  const places = libp2p.services.relay?.reservations;
  return places?.has(remotePeer) === true || streams.some(({ protocol }) => protocol === HOP);
}

export interface Keeping {
  /** Multiaddrs of the relays, each with its peer id. */
  readonly relays: readonly string[];
  /** Whether this peer id stands on the card of a peer; no other relay is asked. */
  readonly knows: (peerId: string) => boolean;
  /** Waits in milliseconds: for a place, and the first pause before asking again. */
  readonly waits: { readonly dial: number; readonly again: number };
  /** Ends it. */
  readonly closing: AbortSignal;
}

/** From now on the host keeps a place at each relay; without relays nobody reaches it through one. */
export async function keepPlaces(host: Host, keeping: Keeping): Promise<void> {
  const { libp2p, circuit } = host;
  const relays = keeping.relays.flatMap((text) => relayAt(text) ?? []);
  await libp2p.unhandle(STOP);
  if (relays.length === 0) return;
  const ids = new Set(relays.map(({ peerId }) => peerId));
  const passOn = async (stream: Stream, connection: Connection): Promise<void> => {
    const { remotePeer } = connection;
    // To anybody else the library would answer by asking it for a place.
    if (ids.has(remotePeer.toString()) && circuit.reservationStore.hasReservation(remotePeer))
      await circuit.onStop(stream, connection);
    else stream.abort(new Error('no relay of ours'));
  };
  await libp2p.handle(STOP, passOn, { maxInboundStreams: LIMITS.relayedLinks.most });
  for (const relay of relays) void keep(host, relay, keeping);
}

type Relay = NonNullable<ReturnType<typeof relayAt>>;

async function keep(host: Host, relay: Relay, { knows, waits, closing }: Keeping): Promise<void> {
  let failures = 0;
  while (!closing.aborted) {
    try {
      if (knows(relay.peerId)) {
        const signal = AbortSignal.any([closing, AbortSignal.timeout(waits.dial)]);
        const place = await take(host, relay, signal);
        failures = 0;
        await place.lost;
      }
    } catch {
      // A relay that is away or refuses is no news: links that need it say so.
      failures += 1;
    }
    await pause(Math.min(waits.again * 2 ** failures, LIMITS.backoffMs.most), closing);
  }
}

/** @returns what resolves when the place is lost; never, when the host is closed before. */
async function take(
  { libp2p, circuit: { reservationStore } }: Host,
  relay: Relay,
  signal: AbortSignal,
): Promise<{ readonly lost: Promise<void> }> {
  const connection = await libp2p.dial(relay.address, { signal });
  const { protocols } = await libp2p.services.identify.identify(connection, { signal });
  if (!protocols.includes(HOP)) throw new Error('no relay');
  await reservationStore.addRelay(connection.remotePeer, 'configured');
  const lost = new Promise<void>((resolve) => {
    const look = () => {
      if (reservationStore.hasReservation(connection.remotePeer)) return;
      reservationStore.removeEventListener('relay:removed', look);
      resolve();
    };
    reservationStore.addEventListener('relay:removed', look);
    look();
  });
  return { lost };
}

/** Half of it up to all of it, so that those who lost one relay do not come back at once. */
async function pause(most: number, signal: AbortSignal): Promise<void> {
  await setTimeout((most * (1 + Math.random())) / 2, undefined, { signal }).catch(() => undefined);
}
