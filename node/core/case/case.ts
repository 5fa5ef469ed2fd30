/**
 * One case as this node knows it: nothing but what was said to it and by it (need to know, DESIGN §5.1).
 *
 * The state must follow from the feeds in any interleaving that keeps each feed's order (DESIGN §4). So
 * everything here is either a set that only grows or a register whose newest stamp wins; nothing depends on
 * which of two peers was heard first.
 */
import { byText, type Hash } from '../bytes.js';
import type { Tlp } from '../disclosure/tlp.js';
import type { BallotId, CaseId, FeedId, NodeId, StatementId } from '../ids.js';
import { put } from '../layered-map.js';
import type { HeldDelay } from '../legal/delay.js';
import type { LegalDuty } from '../legal/facts.js';
import type { Ballot, CharterTerms, ProcessModel } from '../settlement/ballot.js';
import type { CharterOrder, ReleaseMark, Want } from '../settlement/docket.js';
import type {
  AttachmentMark,
  CaseSummary,
  DenialReason,
  DisclosureMark,
  OnwardRule,
  Reference,
  VendorReport,
} from '../statement.js';
import type { Instant, Millis } from '../time.js';
import type { Advance, Advice } from './advance.js';

/** Which of two statements about one thing is newer: by its author's clock, then by id. */
export interface Stamp {
  readonly at: Instant;
  readonly id: StatementId;
}

/** A register whose newest stamp wins, whatever the order of hearing. */
export interface Stamped<T> {
  readonly stamp: Stamp;
  readonly value: T;
}

/** The newer of what is held and what is offered. */
export function newest<T>(held: Stamped<T> | undefined, offered: Stamped<T>): Stamped<T> {
  if (held === undefined) return offered;
  const order = offered.stamp.at - held.stamp.at || byText(offered.stamp.id, held.stamp.id);
  return order > 0 ? offered : held;
}

export interface Details {
  readonly text: string;
  readonly onward: OnwardRule;
  /** Who gave them to us; ourselves where we opened the case. */
  readonly from: NodeId;
  readonly tlp: Tlp;
  readonly attachments: readonly AttachmentMark[];
}

/** What an entry of an own out-feed disclosed, for the disclosure record. */
export interface Disclosure {
  readonly to: NodeId;
  readonly what: 'summary' | 'details' | 'attachment' | 'notice' | 'other';
  readonly kind: string;
  readonly statement: StatementId;
  readonly sequence: number;
  readonly at: Instant;
  readonly tlp: Tlp;
  /** Of words that replace earlier ones: which. Only the newest of them may be said anew. */
  readonly register: string | undefined;
}

export interface DetailRequest {
  readonly id: StatementId;
  /** Who handed it to us: the vendor itself, or its centre by a disclosure list (model 1). */
  readonly via: NodeId;
  readonly requester: NodeId;
  readonly requesterName: string;
  readonly who: string;
  readonly why: string;
  readonly products: readonly string[];
  readonly at: Instant;
}

export interface DetailAnswer {
  readonly kind: 'granted' | 'denied';
  readonly at: Instant;
  readonly reason: DenialReason | undefined;
}

/** An attachment and where each of its parts lies: the bytes stay in the feed (ENV-5). */
export interface Attached {
  readonly mark: AttachmentMark;
  readonly count: number;
  readonly parts: ReadonlyMap<number, { readonly feed: FeedId; readonly sequence: number }>;
}

export interface Telling {
  readonly at: Instant;
  readonly replyBy: Instant;
  readonly statement: StatementId;
}

export interface Remedy {
  readonly vendor: NodeId;
  readonly vendorName: string;
  readonly remedy: string;
  readonly references: readonly Reference[];
}

export interface Words {
  readonly id: StatementId;
  readonly from: NodeId;
  readonly to: NodeId;
  readonly kind: 'inquiry' | 'comment' | 'exploit_public' | 'attacks_observed';
  readonly text: string;
  readonly at: Instant;
}

/** A settlement that a centre told its vendor, with the proof checked (R13). */
export interface Notice {
  readonly stage: 'settled' | 'freeze';
  readonly epoch: number;
  readonly at: Instant;
  readonly local: string;
  readonly from: NodeId;
  readonly charter: BallotId;
  /** When that centre said it, by its clock. */
  readonly saidAt: Instant;
  /** F of the charter, and of the document that the instant was computed from, as the certificate proves them. */
  readonly freezeMs: Millis;
  readonly inputHash: Hash | undefined;
}

export interface HeldBallot {
  readonly ballot: Ballot;
  /** When this node first held it, by its own clock. */
  readonly heldAt: Instant;
}

/** What is held of the settlement, what the operator decided about it, and what was done at the instant. */
export interface Chamber {
  readonly ballots: ReadonlyMap<BallotId, HeldBallot>;
  /** To whom each ballot was said by us, and from whom we heard it: neither needs a relay. */
  readonly known: ReadonlyMap<BallotId, ReadonlySet<NodeId>>;
  /** By `node/slot/round` and the change that is asked for, if one is. */
  readonly wants: ReadonlyMap<string, Want>;
  /** T′ → when the operator approved or rejected it. */
  readonly approvals: ReadonlyMap<Instant, Instant>;
  readonly rejections: ReadonlyMap<Instant, Instant>;
  readonly autoAccept: boolean;
  /** `changeKey` → what the operator said of that change of seats last. */
  readonly seatOrders: ReadonlyMap<string, 'agree' | 'reject'>;
  /** Whom we gave the charter and the certificates to join by: `node/epoch`. */
  readonly invited: ReadonlySet<string>;
  /** Whose policy that is: the house's, or one that an officer gave this case. */
  readonly policy: 'house' | 'case';
  readonly charterDraft: CharterTerms | undefined;
  readonly charterOrders: readonly CharterOrder[];
  readonly breachConfirmed: boolean;
  readonly manualRelease: { readonly officer: string; readonly reason: string } | undefined;
  readonly staged: { readonly epoch: number; readonly digest: Hash } | undefined;
  readonly intent: ReleaseMark | undefined;
  /**
   * Votes that the others reported when this node had lost something (R9). With q = n a commit of ours implies that
   * every correct member voted for its value, so each of these may be one that we committed to.
   */
  readonly suspects: ReadonlySet<BallotId>;
  readonly published:
    | (ReleaseMark & { readonly publishedAt: Instant; readonly digest: Hash; readonly revision: number })
    | undefined;
}

export interface Case {
  readonly id: CaseId;
  readonly tlp: Tlp;
  /** The originating centre, which leads. */
  readonly origin: NodeId;
  /** Who told us: ourselves, the origin, or our centre. */
  readonly from: NodeId;
  readonly openedAt: Instant;
  readonly summary: Stamped<CaseSummary>;
  readonly model: ProcessModel;
  readonly originCard: string;
  /** Until when we are asked to answer. */
  readonly replyBy: Instant;
  readonly replyByDays: number;
  readonly details: Stamped<Details> | undefined;
  readonly told: ReadonlyMap<NodeId, Telling>;
  readonly disclosures: ReadonlyMap<StatementId, Disclosure>;
  readonly requests: ReadonlyMap<StatementId, DetailRequest>;
  readonly answers: ReadonlyMap<StatementId, DetailAnswer>;
  /** Whom other centres told us about. */
  readonly lists: ReadonlyMap<NodeId, readonly DisclosureMark[]>;
  readonly reports: ReadonlyMap<NodeId, Stamped<VendorReport> & { readonly via: NodeId }>;
  /** Vendors without a node, as entered by an operator; by printed name. */
  readonly listed: ReadonlyMap<string, Stamped<VendorReport>>;
  readonly remedies: ReadonlyMap<NodeId, Stamped<Remedy>>;
  readonly acknowledged: ReadonlyMap<StatementId, { readonly by: NodeId; readonly at: Instant }>;
  readonly words: ReadonlyMap<StatementId, Words>;
  readonly preferences: ReadonlyMap<NodeId, Stamped<string>>;
  readonly attachments: ReadonlyMap<Hash, Attached>;
  readonly notices: ReadonlyMap<StatementId, Notice>;
  /** Which notices we gave our vendors: `node/epoch/stage`. */
  readonly noticed: ReadonlySet<string>;
  /** Sites that are to be told before the instant (DESIGN §5.5). */
  readonly advances: ReadonlyMap<NodeId, Advance>;
  /** Which of them were: `node/epoch`. */
  readonly advised: ReadonlySet<string>;
  /** What we, as a site, were told before the instant, by who told us. */
  readonly advice: ReadonlyMap<NodeId, Stamped<Advice>>;
  /** Who holds details from us. */
  readonly granted: ReadonlySet<NodeId>;
  readonly chamber: Chamber;
  /** Duties to report under the Cyber Resilience Act, by manufacturer (FORMATS §8). */
  readonly legal: ReadonlyMap<string, LegalDuty>;
  /** Delays of passing a report on, ours and those that other centres told us; all that there ever were. */
  readonly delays: ReadonlyMap<Hash, HeldDelay>;
  readonly closed: string | undefined;
  readonly mergedInto: CaseId | undefined;
  /** The case into which an officer of ours merged this one; {@link mergedInto} may be the word of a peer. */
  readonly mergeOrdered: CaseId | undefined;
}

const EMPTY_CHAMBER: Chamber = {
  ballots: new Map(),
  known: new Map(),
  wants: new Map(),
  approvals: new Map(),
  rejections: new Map(),
  autoAccept: false,
  seatOrders: new Map(),
  invited: new Set(),
  policy: 'house',
  charterDraft: undefined,
  charterOrders: [],
  breachConfirmed: false,
  manualRelease: undefined,
  staged: undefined,
  intent: undefined,
  suspects: new Set(),
  published: undefined,
};

/** What is known when a case is first heard of. */
export type Opening = Pick<
  Case,
  | 'id'
  | 'tlp'
  | 'origin'
  | 'from'
  | 'openedAt'
  | 'summary'
  | 'model'
  | 'originCard'
  | 'replyBy'
  | 'replyByDays'
> & { readonly details: Stamped<Details> | undefined; readonly autoAccept: boolean };

/** A case of which nothing but its opening is known. */
export function openCase({ autoAccept, ...opening }: Opening): Case {
  return {
    ...opening,
    told: new Map(),
    disclosures: new Map(),
    requests: new Map(),
    answers: new Map(),
    lists: new Map(),
    reports: new Map(),
    listed: new Map(),
    remedies: new Map(),
    acknowledged: new Map(),
    words: new Map(),
    preferences: new Map(),
    attachments: new Map(),
    notices: new Map(),
    noticed: new Set(),
    advances: new Map(),
    advised: new Set(),
    advice: new Map(),
    granted: new Set(),
    chamber: { ...EMPTY_CHAMBER, autoAccept },
    legal: new Map(),
    delays: new Map(),
    closed: undefined,
    mergedInto: undefined,
    mergeOrdered: undefined,
  };
}

/** A set with one member more; the old one is untouched. */
export function withMember<T>(set: ReadonlySet<T>, member: T): ReadonlySet<T> {
  return set.has(member) ? set : new Set(set).add(member);
}

/** A map with one entry more or replaced; the old one is untouched. */
export function withEntry<K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> {
  return put(map, key, value);
}
