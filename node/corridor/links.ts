/**
 * One conversation with every verified peer, kept alive: who dials, how long to wait between two tries, and what
 * happens when both sides connect at once.
 *
 * A leaf dials its centres. Of two centres, one that cannot be dialled dials; else the one with the smaller id. So a
 * pair has one link, and nobody has to guess. A new link replaces the old one: the peer that dials again knows better than we whether
 * the old one is dead.
 */
import type { ClockSample } from '../core/clocks.js';
import { Breakage, type Fault } from '../core/fault.js';
import type { NodeId } from '../core/ids.js';
import { LIMITS } from '../core/limits.js';
import { canBeDialled } from '../core/registry/card.js';
import type { State } from '../core/state.js';
import { SECOND } from '../core/time.js';
import type { Link, Peer, Transport } from '../ports.js';
import { type Allowance, allowance } from './allowance.js';
import type { Doors, LinkStanding } from './doors.js';
import type { ArrivalQueue } from './queue.js';
import { openReclaims } from './reclaim.js';
import type { Register } from './register.js';
import { type Conversation, converse } from './replicate.js';
import { turns } from './turns.js';

export interface Links {
  /** Opens the door to those who dial us. @throws Breakage where the address is taken. */
  listen(): Promise<void>;
  /** Follows the registry: dials new peers, ends links with removed ones. */
  follow(state: State): void;
  /** Own words are on disk in these feeds. */
  grown(recipients: Iterable<NodeId>): void;
  readonly standings: () => readonly LinkStanding[];
  /** Ends every conversation; a peer that is ours to dial is dialled again, and Hello is said anew. */
  anew(): void;
  close(): Promise<void>;
}

/** First pause between two attempts; it doubles up to `LIMITS.backoffMs`. */
const FIRST_PAUSE_MS = SECOND / 4;

interface Held {
  readonly conversation: Conversation;
  readonly standing: LinkStanding;
}

/**
 * @param broken called with what ends the process.
 * @param sampled called with each comparison of a peer's clock with ours (R10).
 */
export function openLinks(
  doors: Doors,
  queue: ArrivalQueue,
  register: Register,
  broken: (cause: unknown) => void,
  sampled: (sample: ClockSample) => void,
): Links {
  const { transports, prefer, hidden = false, clock, chance, journal, self } = doors;
  const peers = new Map<NodeId, Peer>();
  const held = new Map<NodeId, Held>();
  const dialling = new Map<NodeId, { cancel: () => void; failures: number }>();
  const inTurn = turns();
  const fetches = new Map<NodeId, Allowance>();
  const reclaims = openReclaims(doors, queue);
  let open = true;

  return {
    async listen() {
      for (const transport of transports)
        await transport.listen((link) => {
          if (open && peers.has(link.peer)) take(link, transport);
          else link.close();
        });
    },
    follow,
    grown: (recipients) => {
      for (const node of recipients) held.get(node)?.conversation.grown();
    },
    standings: () => [...held.values()].map(({ standing }) => standing),
    anew: () => {
      for (const { conversation } of held.values()) conversation.close();
    },
    async close() {
      open = false;
      for (const { cancel } of dialling.values()) cancel();
      const endings = [...held.values()].map(({ conversation }) => {
        conversation.close();
        return conversation.ended;
      });
      await Promise.all(endings);
      await Promise.all(transports.map((transport) => transport.close()));
    },
  };

  function follow(state: State): void {
    const verified = [...state.peers.values()].filter(({ standing }) => standing === 'verified');
    peers.clear();
    for (const { card } of verified) peers.set(card.node, { node: card.node, card });
    for (const transport of transports) transport.admit(peers);
    for (const [node, { conversation }] of held) if (!peers.has(node)) conversation.close();
    for (const node of peers.keys()) if (isOursToDial(node)) dialSoon(node, 0);
  }

  function isOursToDial(node: NodeId): boolean {
    const peer = peers.get(node);
    if (peer === undefined || held.has(node) || dialling.has(node)) return false;
    if (peer.card.grpc.length === 0 && peer.card.libp2p.length === 0) return false;
    if (self.role !== 'centre') return true;
    if (peer.card.role !== 'centre') return false;
    return hidden === canBeDialled(peer.card) ? hidden : self.node < node;
  }

  function dialSoon(node: NodeId, failures: number): void {
    const ceiling = Math.min(FIRST_PAUSE_MS * 2 ** failures, LIMITS.backoffMs.most);
    // Full jitter: a thousand leaves of a restarted centre must not come at once.
    const pause = failures === 0 ? 0 : Math.ceil(ceiling * chance.fraction());
    const cancel = clock.elapse(pause, () => void dial(node));
    dialling.set(node, { cancel, failures });
  }

  async function dial(node: NodeId): Promise<void> {
    const peer = peers.get(node);
    const attempt = dialling.get(node);
    if (!open || peer === undefined || attempt === undefined || held.has(node)) {
      dialling.delete(node);
      return;
    }
    try {
      const { link, transport } = await reach(peer);
      dialling.delete(node);
      // The registry may have changed while we dialled.
      if (open && peers.has(node)) take(link, transport);
      else link.close();
    } catch (cause) {
      if (!(cause instanceof Breakage)) {
        broken(cause);
        return;
      }
      if (attempt.failures === 0) journal.write({ event: 'link_down', peer: node, fault: cause.fault });
      dialling.delete(node);
      if (open && peers.has(node)) dialSoon(node, attempt.failures + 1);
    }
  }

  /**
   * @throws Breakage of the last transport that was tried; but a wrong key at one is news that another, which is dead or
   *   of which the card says nothing, must not hide.
   */
  async function reach(peer: Peer): Promise<{ readonly link: Link; readonly transport: Transport }> {
    const first = prefer?.get(peer.node);
    const order = [...transports].sort(
      (one, other) => Number(other.name === first) - Number(one.name === first),
    );
    let last = new Breakage({ code: 'LINK_REFUSED', where: peer.node });
    for (const transport of order)
      try {
        return { link: await transport.dial(peer), transport };
      } catch (cause) {
        if (!(cause instanceof Breakage)) throw cause;
        if (last.fault.code !== 'PEER_IDENTITY') last = cause;
      }
    throw last;
  }

  function fetchesOf(node: NodeId): Allowance {
    const known = fetches.get(node) ?? allowance('fetches');
    fetches.set(node, known);
    return known;
  }

  function take(link: Link, transport: Transport): void {
    held.get(link.peer)?.conversation.close();
    const fetching = fetchesOf(link.peer);
    const conversation = converse(link, doors, queue, inTurn, fetching, reclaims, register, broken, sampled);
    const entry: Held = {
      conversation,
      standing: { peer: link.peer, transport: transport.name, since: clock.now() },
    };
    held.set(link.peer, entry);
    journal.write({ event: 'link_up', peer: link.peer });
    void conversation.ended.then((fault) => release(link.peer, entry, fault));
  }

  function release(node: NodeId, entry: Held, fault: Fault | undefined): void {
    journal.write({ event: 'link_down', peer: node, ...(fault === undefined ? {} : { fault }) });
    if (held.get(node) !== entry) return;
    held.delete(node);
    // A link that ended with a fault would end so again at once; one that was cut may be back in a moment.
    if (open && isOursToDial(node)) dialSoon(node, fault === undefined ? 1 : 4);
  }
}
