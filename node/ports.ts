/**
 * Every way the node touches the world. The corridor sees nothing else; production, tests and the simulator
 * hand in different adapters of the same ports. Each port has a compliance suite under `test/rooms`.
 */

import type { Hash } from './core/bytes.js';
import type { Case } from './core/case/case.js';
import type { Tlp } from './core/disclosure/tlp.js';
import type { Fault, FaultCode, Outcome } from './core/fault.js';
import type { BallotId, CaseId, FeedId, NodeId, StatementId } from './core/ids.js';
import type { Tip } from './core/log/tip.js';
import type { LetterToken, MailAddress } from './core/mail/address.js';
import type { SigningPerson } from './core/mail/book.js';
import type { Card, NodeMode } from './core/registry/card.js';
import type { PersonKey } from './core/registry/vendor.js';
import type { Ballot, BallotDraft } from './core/settlement/ballot.js';
import type { AttachmentMark, Body, Statement } from './core/statement.js';
import type { Instant, Millis } from './core/time.js';

/** The node's own clock. A DRILL clock may jump forward; it never goes back. */
export interface Clock {
  now(): Instant;
  /** Calls `ring` once when `now() ≥ at`, never synchronously. @returns a function that cancels. */
  alarm(at: Instant, ring: () => void): () => void;
  /**
   * Calls `ring` once after so much elapsed time, which a jump of a DRILL clock does not shorten: for waits on
   * the network, never for anything that the protocol decides. @returns a function that cancels.
   */
  elapse(length: Millis, ring: () => void): () => void;
}

/** Randomness that reveals nothing: case ids, jitter. */
export interface Chance {
  caseId(): CaseId;
  /** 0 ≤ x < 1. */
  fraction(): number;
}

/** One line of a log with its envelope: what crosses the wire and lies on disk, byte for byte. */
export interface Entry {
  readonly leaf: Uint8Array;
  readonly envelope: Uint8Array;
}

/** Place of a statement in its feed, and when and in which life it is said. */
export interface Place {
  readonly feed: FeedId;
  readonly sequence: number;
  readonly incarnation: number;
  readonly at: Instant;
}

/** A statement on its way out; ballots have been signed before (ENV-3). */
export interface Wording {
  readonly caseId: CaseId | undefined;
  readonly tlp: Tlp | undefined;
  readonly body: Body;
}

export interface Sealed {
  readonly entry: Entry;
  /** SHA-256 of the signed bytes (ENV-1). */
  readonly id: StatementId;
  readonly statement: Statement;
  /** The signed bytes under the at-rest key: a restart reads these instead of decrypting OpenPGP again. */
  readonly rest: Uint8Array;
  /** Why the recipient cannot read it: its key is unknown, expired or revoked, so only we can. */
  readonly withheld: Fault | undefined;
}

/** Words at their place before they are sealed. */
export interface Named extends Pick<Sealed, 'id' | 'statement'> {
  /** What will be signed, byte for byte. */
  readonly bytes: Uint8Array;
}

/** A node whose words we accept: its card was verified by an operator. */
export interface Trusted {
  readonly card: Card;
  /** A vendor without a node: its certificate is that of a person with a mail program (FORMATS §10.2). */
  readonly byMail?: boolean;
  /** Persons of a vendor without a node whose keys the contact book has: they sign mail for it. */
  readonly persons?: readonly Pick<PersonKey, 'person' | 'fingerprint' | 'certificate'>[];
}

/**
 * A card or a key of ours or of a verified peer that ends within 30 days, or has ended (DESIGN §1). `at`: when it ends;
 * for a key that does not work any more, the instant of asking.
 */
export type Expiry =
  | { readonly what: 'card' | 'key'; readonly node: NodeId; readonly at: Instant }
  /** The key by which a person signs mail for that vendor. One that was revoked is none: somebody has seen to it. */
  | {
      readonly what: 'person_key';
      readonly node: NodeId;
      readonly person: SigningPerson;
      readonly at: Instant;
    };

/** A checkpoint whose signature held. */
export interface Checkpoint {
  readonly size: number;
  readonly root: Hash;
  /** The signed note, byte for byte. */
  readonly note: Uint8Array;
}

/** A cosigned checkpoint: the promise of a peer that it holds this much (LOG-3). */
export interface Receipt {
  readonly size: number;
  readonly root: Hash;
  /** When the peer cosigned, by the peer's clock, whole seconds. */
  readonly at: Instant;
  readonly note: Uint8Array;
}

/**
 * Keys and envelopes. The only port that knows OpenPGP and log keys. It judges time by the instants it is given.
 */
export interface Sealer {
  readonly node: NodeId;
  /** Replaces the set of nodes whose words are accepted; called whenever the registry changes. */
  trust(peers: ReadonlyMap<NodeId, Trusted>): Promise<void>;
  /**
   * The statement that {@link seal} makes of these words at this place, and its id, without sealing it.
   * @throws Breakage ENVELOPE_OVERSIZE, STATEMENT_* for words that could not be read back.
   */
  name(wording: Wording, place: Place): Named;
  /**
   * Encrypts to recipient and author, signs, and writes the leaf.
   * @param named what {@link name} gave for the same words and place, so that they are not encoded again.
   * @throws Breakage KEY_* for our own key
   */
  seal(wording: Wording, place: Place, named?: Named): Promise<Sealed>;
  /** Signs a body for third parties once; the same bytes go into every envelope (ENV-3). */
  sign(draft: BallotDraft, incarnation: number, at: Instant): Promise<Ballot>;
  /**
   * Opens one entry of an in-feed whose leaf and checkpoint already hold (ENV-2).
   * Faults: ENVELOPE_*, STATEMENT_*, KEY_*, BALLOT_SIGNATURE, each at the first check that fails.
   */
  open(entry: Entry, place: Place, now: Instant): Promise<Outcome<Pick<Sealed, 'statement' | 'rest'>>>;
  /** SHA-256 of bytes that may be large: that of the machine, some ten times faster than that of the core. */
  digest(bytes: Uint8Array): Hash;
  /** Reads back what {@link seal} or {@link open} put at rest. @throws Breakage STORE_DAMAGED */
  recall(rest: Uint8Array): Promise<Statement>;
  /** Signs size and root of an own feed (C2SP tlog-checkpoint). */
  checkpoint(feed: FeedId, size: number, root: Hash): Uint8Array;
  /** Faults: CHECKPOINT_MALFORMED, CHECKPOINT_SIGNATURE, CHECKPOINT_ORIGIN. */
  readCheckpoint(feed: FeedId, note: Uint8Array): Outcome<Checkpoint>;
  /** Adds this node's timestamped cosignature (C2SP tlog-cosignature) to a peer's checkpoint. */
  cosign(checkpoint: Checkpoint, at: Instant): Uint8Array;
  /** Checks a cosigned checkpoint of an own feed. Faults: RECEIPT_MALFORMED, RECEIPT_SIGNATURE, CHECKPOINT_*. */
  readReceipt(feed: FeedId, note: Uint8Array): Outcome<Receipt>;
  /** Cards and keys, our own first, that somebody has to renew soon. */
  expiring(now: Instant): Promise<readonly Expiry[]>;
  /** SHA-256 signature for a published file: armoured, detached, over the exact bytes (FORMATS §3 row 19). */
  signFile(bytes: Uint8Array, at: Instant): Promise<string>;
}

/**
 * Place in the order in which this node heard things. `minor` is 0 for what came from outside or from the
 * operator, and counts the node's own words that followed from it, so that they are heard before the next one.
 */
export interface ArrivalKey {
  readonly major: number;
  readonly minor: number;
}

export interface Arrival {
  readonly key: ArrivalKey;
  readonly feed: FeedId;
  readonly sequence: number;
  /** SHA-256 of the signed bytes; absent where the entry could not be opened. */
  readonly statement: Hash | undefined;
  /** When this node wrote it down, by its own clock. */
  readonly at: Instant;
  /** The statement at rest, or why it could not be opened. */
  readonly content: { readonly rest: Uint8Array } | { readonly fault: Fault };
}

/** An entry on its way into the store. */
export interface NewEntry extends Arrival {
  readonly entry: Entry;
}

/** One synced batch (LOG-4): all of it or nothing. */
export interface Batch {
  readonly entries: readonly NewEntry[];
  /** New tip and checkpoint of every feed that grew. */
  readonly tips: readonly { readonly feed: FeedId; readonly tip: Tip; readonly checkpoint: Uint8Array }[];
  /** Write-once keys (R1). @throws Breakage BALLOT_TWICE when a key is there with another ballot. */
  readonly once: readonly { readonly key: string; readonly ballot: BallotId }[];
  /** Everything up to and including this arrival has been heard. */
  readonly heard: ArrivalKey | undefined;
}

export interface FeedHead {
  readonly feed: FeedId;
  readonly tip: Tip;
  readonly checkpoint: Uint8Array | undefined;
  /** Size that the peer has cosigned; for an in-feed, what we have cosigned. */
  readonly acknowledged: number;
}

/** A stretch of a feed to be streamed: entries `from … from + entries.length − 1`. */
export interface Stretch {
  readonly from: number;
  readonly entries: readonly Entry[];
  /** Tip after the last entry of the stretch, so that a checkpoint can be signed for exactly this much. */
  readonly tip: Tip;
}

/**
 * The store of feeds. Writes are synced before they resolve; any failed write throws Breakage STORE_FAILED or
 * STORE_FULL, and the process that meets it ends, for nobody knows what is on disk (LOG-4).
 */
export interface Feeds {
  /** Heads of all feeds, in the order of their keys; kept in memory after opening. */
  heads(): readonly FeedHead[];
  head(feed: FeedId): FeedHead;
  /** The next free major place; grows with each batch. */
  nextMajor(): number;
  write(batch: Batch): Promise<void>;
  /** One entry as it was written down; absent where the feed does not reach. */
  arrival(feed: FeedId, sequence: number): Promise<Arrival | undefined>;
  /** In arrival order, all of it. */
  arrivals(): AsyncIterable<Arrival>;
  /** In arrival order, beginning after the last heard place. */
  unheard(): AsyncIterable<Arrival>;
  /** At most `most.entries` and about `most.bytes`, at least one entry where there is one. */
  read(
    feed: FeedId,
    from: number,
    most: { readonly entries: number; readonly bytes: number },
  ): Promise<Stretch>;
  /** Keeps a receipt for ever; the acknowledged size never shrinks. Returns when synced. */
  acknowledge(feed: FeedId, receipt: Receipt): Promise<void>;
  /** All receipts of a feed, by size ascending. */
  receipts(feed: FeedId): AsyncIterable<Receipt>;
  /** Signed histories that contradict each other (LOG-7): kept for ever. */
  keepEvidence(feed: FeedId, notes: readonly Uint8Array[]): Promise<void>;
  close(): Promise<void>;
}

/** The guard file (LOG-6): how far this node has spoken, kept outside the database. */
export interface Guard {
  /** Resolves when the file that says so is on disk; calls that wait together share one write. */
  move(heads: readonly FeedHead[]): Promise<void>;
  /** Which life this is: greater than any that the file knew of. */
  readonly incarnation: number;
  /** How it shows that the store is older than what this node has said; empty where it does not show. */
  readonly restored: string;
  /** Makes the incarnation at least this great; on disk with the next {@link move}. */
  raise(incarnation: number): void;
}

/** One side's view of one feed at the beginning of a conversation. */
export interface FrameFeed {
  readonly feed: FeedId;
  readonly size: number;
  /** The author's newest signed checkpoint that this side holds; absent for an empty feed. */
  readonly checkpoint: Uint8Array | undefined;
}

/** What crosses a transport (DESIGN §3, replication frames). */
export type Frame =
  | {
      readonly kind: 'hello';
      readonly versions: readonly number[];
      readonly mode: NodeMode;
      readonly node: NodeId;
      readonly incarnation: number;
      readonly clock: Instant;
      readonly feeds: readonly FrameFeed[];
    }
  | {
      readonly kind: 'entries';
      readonly feed: FeedId;
      readonly from: number;
      readonly entries: readonly Entry[];
      /**
       * Signed for exactly `from + entries.length` leaves; in a feed that is given back to its author, the newest
       * that the speaker holds.
       */
      readonly checkpoint: Uint8Array;
    }
  | { readonly kind: 'receipt'; readonly feed: FeedId; readonly note: Uint8Array }
  /**
   * Answers the Hello of that incarnation of the peer (R9): what we hold of its feed stands in our own Hello, and
   * the first `said` entries of our feed to it are all that we had to say when we answered.
   */
  | { readonly kind: 'answer'; readonly incarnation: number; readonly said: number }
  /** Please stream this feed of yours (or give back this feed of mine) from here. */
  | { readonly kind: 'fetch'; readonly feed: FeedId; readonly from: number }
  | { readonly kind: 'fault'; readonly fault: Fault; readonly fatal: boolean }
  | { readonly kind: 'bye' };

/** One conversation with one pinned peer. Frames arrive in order; none arrives twice. */
export interface Link {
  /** Whose transport identity was checked against its card. */
  readonly peer: NodeId;
  /** Resolves when the transport can take more (back pressure). Rejects with Breakage LINK_* once closed. */
  send(frame: Frame): Promise<void>;
  /** Ends when the link closes; a frame that cannot be read ends it with Breakage FRAME_*. One reader only. */
  readonly frames: AsyncIterable<Frame>;
  close(): void;
}

/** Where and how to reach one peer. */
export interface Peer {
  readonly node: NodeId;
  readonly card: Card;
}

/** Replicates feeds and knows nothing of cases. */
export interface Transport {
  readonly name: 'grpc' | 'libp2p' | 'memory';
  /** Whom to accept; a connection by anybody else is refused before any frame. May be called again. */
  admit(peers: ReadonlyMap<NodeId, Peer>): void;
  /** Starts to listen where configured. `accept` is called once for each new link. */
  listen(accept: (link: Link) => void): Promise<void>;
  /** @throws Breakage LINK_REFUSED, LINK_TIMEOUT, PEER_IDENTITY. */
  dial(peer: Peer): Promise<Link>;
  close(): Promise<void>;
}

/** One file of a publication; `path` uses `/` and comes from our own ids only. */
export interface PublicFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** The public outputs of a centre. A release is one atomic switch (DESIGN §8). */
export interface Publisher {
  /** Lays the files ready beside the public directory, synced; replaces what was staged for this case. */
  stage(caseId: CaseId, files: readonly PublicFile[]): Promise<void>;
  /**
   * Makes exactly the staged files public by one rename; idempotent by digest: a second call after a crash
   * changes nothing. @returns when the switch is on disk.
   */
  release(caseId: CaseId, digest: Hash): Promise<void>;
  /** Digest of what is staged or public for this case, if anything. */
  standing(
    caseId: CaseId,
  ): Promise<{ readonly staged: Hash | undefined; readonly released: Hash | undefined }>;
}

/** A line for operators: ids, sizes and codes, never contents. */
export type JournalLine =
  | { readonly event: 'started' | 'stopped'; readonly incarnation: number }
  | { readonly event: 'refused'; readonly feed: FeedId; readonly sequence: number; readonly fault: Fault }
  | { readonly event: 'link_up' | 'link_down'; readonly peer: NodeId; readonly fault?: Fault }
  | { readonly event: 'fault'; readonly fault: Fault; readonly peer?: NodeId; readonly caseId?: CaseId }
  | {
      readonly event: 'alarm';
      readonly alarm: string;
      readonly caseId?: CaseId;
      readonly peer?: NodeId;
      /** Fingerprint of a person's key. */
      readonly key?: NodeId;
    }
  | { readonly event: 'released'; readonly caseId: CaseId; readonly lateMs: Millis }
  /** So many more lines like that within a minute, which were not written. */
  | {
      readonly event: 'repeated';
      readonly of: 'link_up' | 'link_down' | 'fault' | 'refused';
      readonly times: number;
      readonly peer?: NodeId;
      readonly code?: FaultCode;
    };

export interface Journal {
  write(line: JournalLine): void;
}

/** One letter to a vendor without a node: a statement that is on disk, and what travels with it. */
export interface LetterOut {
  readonly token: LetterToken;
  readonly to: {
    readonly node: NodeId;
    readonly name: string;
    readonly zone: string;
    /** BCP 47, most preferred first. */
    readonly languages: readonly string[];
    readonly address: MailAddress;
  };
  readonly statement: Statement;
  /** The case as it stands, for its names. */
  readonly held: Case;
  readonly attachments: readonly { readonly mark: AttachmentMark; readonly bytes: Uint8Array }[];
}

/** Words of an officer to somebody who is no peer: the reporter of a vulnerability. */
export interface NoteOut {
  readonly to: MailAddress;
  /** For the Message-ID; the same words have the same name. */
  readonly token: LetterToken;
  readonly text: string;
  /** Armoured, of the reader; without it the note goes signed and in clear, which the officer has said. */
  readonly certificate: string | undefined;
}

/** OpenPGP in mail (RFC 3156). */
export interface MailSealer {
  /**
   * Signs a MIME entity and encrypts it to one node and nobody else, armoured.
   * Faults: KEY_UNKNOWN, KEY_EXPIRED, KEY_REVOKED, KEY_EARLY, KEY_PROFILE: of the recipient or of our own.
   */
  sealMail(entity: Uint8Array, to: NodeId, at: Instant): Promise<Outcome<string>>;
  /**
   * As {@link sealMail}, to a certificate that is no peer's.
   * Faults: KEY_EXPIRED, KEY_REVOKED, KEY_EARLY, KEY_PROFILE, KEY_PRIVATE: of the reader or of our own.
   */
  sealMailFor(entity: Uint8Array, certificate: string, at: Instant): Promise<Outcome<string>>;
  /** A detached signature over a MIME entity, armoured. @throws Breakage KEY_* of our own. */
  signMail(entity: Uint8Array, at: Instant): Promise<string>;
  /** Opens one part of a mail and judges its signature. Faults: MAIL_UNDECRYPTABLE, MAIL_MALFORMED, MAIL_OVERSIZE. */
  openMail(part: MailPart, now: Instant): Promise<Outcome<OpenedMail>>;
}

/** The OpenPGP parts that a mail can have; `bytes` are exactly those that were signed. */
export type MailPart =
  | { readonly kind: 'encrypted'; readonly armoured: string }
  | { readonly kind: 'signed'; readonly bytes: Uint8Array; readonly signature: string }
  | { readonly kind: 'cleartext'; readonly armoured: string };

export interface OpenedMail {
  /** What was signed or, where nothing was, what was inside. */
  readonly bytes: Uint8Array;
  /** Whose signature this claims to be, among the nodes that we know. */
  readonly by: NodeId | undefined;
  /** Which of its persons, where it is none of the organisation itself. */
  readonly person: SigningPerson | undefined;
  readonly signedAt: Instant | undefined;
  /** Why the signature does not hold: MAIL_*, KEY_*. Absent where it does. */
  readonly fault: Fault | undefined;
}

/** What came by mail. */
export type MailIn =
  /** A mail server gives a letter back (RFC 3464). */
  | { readonly kind: 'returned'; readonly token: LetterToken; readonly status: string }
  /** A machine answered: nobody reads it, and nothing answers it. */
  | { readonly kind: 'automatic'; readonly token: LetterToken | undefined }
  | {
      readonly kind: 'answer';
      /** SHA-256 of the mail, and the mail itself; empty where it is over the bound and was not fetched. */
      readonly digest: Hash;
      readonly mail: Uint8Array;
      readonly words: Hash;
      readonly token: LetterToken | undefined;
      /** Tokens that stand in the signed text. */
      readonly inside: readonly LetterToken[];
      readonly sender: MailAddress | undefined;
      readonly by: NodeId | undefined;
      readonly person: SigningPerson | undefined;
      readonly encrypted: boolean;
      readonly signedAt: Instant | undefined;
      readonly fault: Fault | undefined;
      readonly text: string;
    };

/** A mail server and a mailbox. Neither is trusted with anything but bytes. */
export interface Post {
  /**
   * Draws up one letter, seals it and hands it to the mail server. Nothing is sent in clear, ever.
   *
   * @returns what the server said when it took the letter, and how many attachments were too large to travel.
   * Faults: KEY_* (nothing was sent), MAIL_REFUSED with the status in `where`, MAIL_DEFERRED, MAIL_UNREACHABLE.
   */
  send(
    letter: LetterOut,
    at: Instant,
  ): Promise<Outcome<{ readonly response: string; readonly left: number }>>;
  /**
   * Hands a note to the mail server, once and now: who asked waits for the answer.
   * @returns what the server said. Faults: KEY_*, MAIL_REFUSED, MAIL_DEFERRED, MAIL_UNREACHABLE.
   */
  write(note: NoteOut, at: Instant): Promise<Outcome<string>>;
  /**
   * Reads what lies in the mailbox, oldest first; `take` resolves when it is on disk, and only then the mail is marked
   * as read there: a crash in between reads it again.
   * @returns how many were read. Faults: MAIL_UNREACHABLE.
   */
  collect(take: (mail: MailIn) => Promise<void>, now: () => Instant): Promise<Outcome<number>>;
  /** How long between two looks into the mailbox. */
  readonly everyMs: Millis;
  close(): Promise<void>;
}
