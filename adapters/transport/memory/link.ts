/**
 * The Transport port inside one process. Bytes cross, not frames, so that nothing is shared and the bounds hold;
 * when, whether and in which order they cross is up to whoever made the hub. Without timers and without chance:
 * one order of calls gives one run.
 */
import { Breakage } from '../../../node/core/fault.js';
import type { NodeId } from '../../../node/core/ids.js';
import type { Link, Peer, Transport } from '../../../node/ports.js';
import { type LinkEnd, openLink, type Wire } from '../link.js';
import { type Held, type Links, openLinks } from '../links.js';

/** Something on its way: the bytes of a frame, or the end of one direction where `bytes` is absent. */
export interface Crossing {
  readonly from: NodeId;
  readonly to: NodeId;
  /** Number of the connection, counted from 0 in the order of dialling. */
  readonly connection: number;
  readonly bytes: Uint8Array | undefined;
  /**
   * Lets it arrive, now or later; never called, it is lost. Without effect once the connection is cut.
   * @param instead other bytes to arrive in its place, as from a peer that misbehaves.
   */
  deliver(instead?: Uint8Array): void;
}

/** What the caller decides; by default everybody is in reach and everything arrives at once. */
export interface Weather {
  /** May this node reach that one now? If not, dialling fails as for a dead address. */
  reachable?(from: NodeId, to: NodeId): boolean;
  carry?(crossing: Crossing): void;
}

/** Who takes part. `pin` stands for the key of the transport identity and is compared with the cards. */
export interface Party {
  readonly node: NodeId;
  readonly pin: string;
}

export interface MemoryHub {
  /** A transport for one party. The last one that listens under a node id answers for it. */
  transport(party: Party): Transport;
  /** Ends every connection between two nodes without a word, as when a cable is pulled. */
  cut(one: NodeId, other: NodeId): void;
  /** Connections that still carry something, for leak checks. */
  connections(): number;
}

interface Listener {
  readonly party: Party;
  readonly links: Links;
  readonly accept: (link: Link) => void;
}

interface Connection {
  readonly nodes: readonly NodeId[];
  /** Ends both sides at once. */
  cut(): void;
}

/** Opens an empty hub. */
export function openHub(weather: Weather = {}): MemoryHub {
  const listeners = new Map<NodeId, Listener>();
  const connections = new Set<Connection>();
  let dialled = 0;

  function transport(party: Party): Transport {
    const links = openLinks(({ tlsPins }) => tlsPins);
    let mine: Listener | undefined;
    let closed = false;
    return {
      name: 'memory',
      admit: links.admit,
      listen: async (accept) => {
        mine = { party, links, accept };
        listeners.set(party.node, mine);
      },
      dial: async (peer) => {
        if (closed) throw new Breakage({ code: 'LINK_CLOSED', where: party.node });
        return connect({ party, links }, find(party, peer));
      },
      close: async () => {
        closed = true;
        if (mine && listeners.get(party.node) === mine) listeners.delete(party.node);
        links.closeAll();
      },
    };
  }

  function find(party: Party, peer: Peer): Listener {
    const reachable = weather.reachable?.(party.node, peer.node) ?? true;
    const listener = reachable ? listeners.get(peer.node) : undefined;
    if (!listener) throw new Breakage({ code: 'LINK_REFUSED', where: peer.node });
    if (!peer.card.tlsPins.includes(listener.party.pin))
      throw new Breakage({ code: 'PEER_IDENTITY', where: peer.node });
    const judged = listener.links.judge(party.node, party.pin);
    if (!judged.ok) throw new Breakage({ code: 'LINK_REFUSED', where: judged.fault.code });
    return listener;
  }

  function connect(dialler: Pick<Listener, 'party' | 'links'>, listener: Listener): Link {
    const [ours, theirs] = [dialler.party.node, listener.party.node];
    const number = dialled++;
    let whole = true;
    let lanes = 2;
    const carry = (from: NodeId, to: NodeId): Carry => {
      return (bytes, arrive) => {
        const deliver = (instead?: Uint8Array) => {
          if (whole) arrive(instead ?? bytes);
        };
        if (!whole) return;
        if (weather.carry) weather.carry({ from, to, connection: number, bytes, deliver });
        else deliver();
      };
    };
    const connection: Connection = {
      nodes: [ours, theirs],
      cut: () => {
        whole = false;
        connections.delete(connection);
        near.drained();
        far.drained();
      },
    };
    const ended = () => {
      lanes -= 1;
      if (lanes === 0) connections.delete(connection);
    };
    const out = openLane(carry(ours, theirs), () => far, ended);
    const back = openLane(carry(theirs, ours), () => near, ended);
    const near = openEnd(dialler.links, listener.party, out, back, connection.cut);
    const far = openEnd(listener.links, dialler.party, back, out, connection.cut);
    connections.add(connection);
    listener.accept(far.link);
    return near.link;
  }

  return {
    transport,
    cut: (one, other) => {
      for (const connection of [...connections])
        if (connection.nodes.includes(one) && connection.nodes.includes(other)) connection.cut();
    },
    connections: () => connections.size,
  };
}

type Carry = (bytes: Uint8Array | undefined, arrive: (bytes: Uint8Array | undefined) => void) => void;

/** One direction of a connection: `write` and `finish` for its sender, `pause` and `resume` for its receiver. */
type Lane = Wire;

// What has arrived waits in the lane while the reader is slow.
function openLane(carry: Carry, receiver: () => LinkEnd, ended: () => void): Lane {
  const landed: (() => void)[] = [];
  let paused = false;
  const flush = () => {
    while (!paused && landed.length > 0) landed.shift()?.();
  };
  const land = (taken: () => void) => (bytes: Uint8Array | undefined) => {
    landed.push(() => {
      taken();
      if (bytes) receiver().arrived(bytes);
      else receiver().drained();
    });
    flush();
  };
  return {
    write: (bytes, taken) => carry(bytes, land(taken)),
    finish: () => carry(undefined, land(ended)),
    pause: () => {
      paused = true;
    },
    resume: () => {
      paused = false;
      flush();
    },
  };
}

function openEnd(links: Links, peer: Party, out: Lane, back: Lane, cut: () => void): LinkEnd {
  const end = openLink(peer.node, {
    write: out.write,
    pause: back.pause,
    resume: back.resume,
    finish: () => {
      links.release(held);
      out.finish();
    },
  });
  const held: Held = { peer: peer.node, pin: peer.pin, close: end.link.close, cut };
  links.hold(held);
  return end;
}
