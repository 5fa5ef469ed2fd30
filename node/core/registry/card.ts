/**
 * A card: the self-description of a node, signed by its organisation's key and exchanged as a file (DESIGN §1).
 * This file holds what a card says; `envelope/card.ts` reads and writes the signed text.
 */
import type { NodeId } from '../ids.js';
import type { Instant } from '../time.js';

export type NodeRole = 'centre' | 'vendor' | 'reception_body' | 'infrastructure_site';

/** Exercises never mix with production: a DRILL node refuses a production peer and the reverse. */
export type NodeMode = 'production' | 'drill';

export interface GrpcAddress {
  /** `host:port`, a name rather than a bare IP address. */
  readonly target: string;
}

export interface Libp2pAddress {
  /** A multiaddr that ends in `/p2p/<peer id>`. */
  readonly multiaddr: string;
}

export interface Card {
  readonly node: NodeId;
  readonly name: string;
  readonly role: NodeRole;
  readonly mode: NodeMode;
  /** The organisation's OpenPGP certificate, armoured. */
  readonly certificate: string;
  /** Verifier key of the log, in the form of C2SP signed-note: `name+hash+key`. */
  readonly logKey: string;
  /** SHA-256 of the subject public key info of each accepted TLS certificate, 64 lower-case hex digits. */
  readonly tlsPins: readonly string[];
  readonly grpc: readonly GrpcAddress[];
  readonly libp2p: readonly Libp2pAddress[];
  /** IANA name, for showing times; never for deciding. */
  readonly zone: string;
  /** BCP 47 tags, most preferred first. */
  readonly languages: readonly string[];
  /** Days that this organisation keeps an embargo by default; 1 to 365. */
  readonly embargoDays: number;
  /** Days within which this organisation answers; at least 3 (DESIGN §5.6). */
  readonly replyByDays: number;
  /** Names of patch cycles from the catalogue (SCHEDULING §15). */
  readonly cycles: readonly string[];
  /** Grows with every card of one node; the highest one holds. */
  readonly sequence: number;
  readonly expiresAt: Instant;
}

/**
 * May others dial this node, without a relay between? A line of libp2p may name a peer id alone, or a place at a relay.
 */
export function canBeDialled({ grpc, libp2p }: Pick<Card, 'grpc' | 'libp2p'>): boolean {
  return grpc.length > 0 || libp2p.some(({ multiaddr }) => !/^\/p2p\/|\/p2p-circuit\//.test(multiaddr));
}

/** 9999-12-31T23:59:59Z: what we made ourselves ends when its key does. */
const NEVER = 253_402_300_799_000 as Instant;

/**
 * The card of a vendor without a node, made by its centre from a certificate: nobody signed it, and it never leaves the
 * house. Sequence 0, so that the first card that a node of the vendor signs takes its place.
 */
export function mailCard(
  { mode, embargoDays, replyByDays }: Pick<Card, 'mode' | 'embargoDays' | 'replyByDays'>,
  node: NodeId,
  certificate: string,
  said: Pick<Card, 'name' | 'role' | 'zone' | 'languages'>,
): Card {
  return {
    ...said,
    node,
    mode,
    certificate,
    logKey: '',
    tlsPins: [],
    grpc: [],
    libp2p: [],
    embargoDays,
    replyByDays,
    cycles: [],
    sequence: 0,
    expiresAt: NEVER,
  };
}
