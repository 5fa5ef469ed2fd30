/**
 * The whole state of a node as one readonly value: a fold over its feeds in stored arrival order (DESIGN §4).
 */
import type { Case } from './case/case.js';
import type { Unread } from './case/unread.js';
import type { ClockSample } from './clocks.js';
import type { Fault } from './fault.js';
import type { CaseId, FeedId, NodeId, ReportId, StatementId } from './ids.js';
import type { Report } from './intake/report.js';
import { put } from './layered-map.js';
import type { MailAddress } from './mail/address.js';
import { EMPTY_BOOK, type MailBook } from './mail/book.js';
import type { Owed } from './owed.js';
import type { Card, NodeMode, NodeRole } from './registry/card.js';
import type { Registration } from './registry/registration.js';
import type { Contact, ContactKey } from './registry/vendor.js';
import type { ZoneTable } from './schedule/problem.js';
import type { Statement } from './statement.js';
import type { Instant } from './time.js';

/** What the configuration says of this node; the same on every fold. */
export interface Self {
  readonly node: NodeId;
  readonly name: string;
  readonly role: NodeRole;
  readonly mode: NodeMode;
  readonly zone: string;
  /** https origin under which this node publishes, without a path (CSAF publisher namespace). */
  readonly namespace: string;
  /** Prefix of public ids of our own, such as `VU` or `JVNVU`. */
  readonly idPrefix: string;
  readonly embargoDays: number;
  readonly replyByDays: number;
  /** Own signed card, which travels with summaries and disclosure lists in model 1. */
  readonly cardText: string;
  readonly certificate: string;
  /** Zone transitions as data, for showing times on other people's clocks. */
  readonly zones: ReadonlyMap<string, ZoneTable>;
}

export interface PeerRecord {
  readonly card: Card;
  readonly cardText: string;
  readonly standing: 'unverified' | 'verified' | 'removed';
  readonly verification: { readonly by: string; readonly method: string; readonly at: Instant } | undefined;
  /** Set for a vendor that has no node: it gets letters, and its card was made here from its certificate. */
  readonly mail?: { readonly address: MailAddress };
}

/** A statement that came before one it builds on; tried again whenever anything is accepted. */
export interface Waiting {
  readonly id: StatementId;
  readonly statement: Statement;
  readonly at: Instant;
  /** What it was refused with, and will be for good when nobody lifts that in time. */
  readonly fault: Fault;
  /** It was said before its teller's first answer since a loss of ours, see `told.ts` (R9). */
  readonly isTold: boolean;
}

/** Entries of one feed in a row that could not be opened, both ends included. */
export interface Illegible {
  readonly first: number;
  readonly last: number;
  readonly code: string;
}

export interface State {
  readonly self: Self;
  /** The latest instant at which anything was heard. */
  readonly now: Instant;
  /**
   * The recorded policy of the house (R2 f): accept proposals within our own constraints without asking. An order
   * in the home feed sets it, so that a refold under another configuration votes as this node has voted.
   */
  readonly autoAccept: boolean;
  readonly peers: ReadonlyMap<NodeId, PeerRecord>;
  readonly cases: ReadonlyMap<CaseId, Case>;
  /** What was reported to this house (DESIGN §5.4). */
  readonly reports: ReadonlyMap<ReportId, Report>;
  /** The contact book; it is kept in the home feed alone (DESIGN §5.3). */
  readonly contacts: ReadonlyMap<ContactKey, Contact>;
  /** By the node of the other side; at a centre also by the key of a contact without a node. */
  readonly registrations: ReadonlyMap<string, Registration>;
  /** Cases that were merged into another one: few, and looked for with every statement. */
  readonly merged: ReadonlySet<CaseId>;
  /** The newest comparison with each peer's clock (R10). */
  readonly clocks: ReadonlyMap<NodeId, ClockSample>;
  readonly waiting: readonly Waiting[];
  /** Peers whose last entries could not be opened: they were told of the first, and will be of the row (ENV-2). */
  readonly illegible: ReadonlyMap<NodeId, Illegible>;
  /** Own words that peers could not open, and that were not said anew yet. */
  readonly unread: ReadonlyMap<NodeId, readonly Unread[]>;
  /** Which life this is and who has answered in it (R9). */
  readonly life: Life;
  /** Letters to vendors without a node, and their answers. */
  readonly mail: MailBook;
}

/** Which life of the node this is, and what it heard from its peers since it began (LOG-6, R9); see `life.ts`. */
export interface Life {
  /** Which life this is; 0 before a start was recorded. */
  readonly incarnation: number;
  /** When it began, by our clock. */
  readonly begunAt: Instant;
  /** The greatest incarnation in which we are known to have spoken. */
  readonly highest: number;
  /** Since which incarnation something that we said may be missing here, and how we know. */
  readonly restored: { readonly since: number; readonly cause: string } | undefined;
  /** The greatest incarnation in which each peer said Hello: older lives of it are fenced off. */
  readonly hellos: ReadonlyMap<NodeId, number>;
  /** The incarnation in which each peer last held no more of our feed than we do. */
  readonly returned: ReadonlyMap<NodeId, number>;
  /** The incarnation in which each peer last answered our Hello, everything that it had to say before included. */
  readonly answers: ReadonlyMap<NodeId, number>;
  /** What waits to be said to a peer that has not told how much of our feed it holds. */
  readonly owed: ReadonlyMap<NodeId, Owed>;
}

/** Before anything was heard. */
const UNBORN: Life = {
  incarnation: 0,
  begunAt: 0 as Instant,
  highest: 0,
  restored: undefined,
  hellos: new Map(),
  returned: new Map(),
  answers: new Map(),
  owed: new Map(),
};

/** One statement as the machine hears it: from a peer, from the operator, or its own words as facts. */
export interface Input {
  readonly feed: FeedId;
  readonly id: StatementId;
  readonly statement: Statement;
  /** When this node wrote it down, by its own clock. */
  readonly at: Instant;
}

/** Before anything was heard. */
export function emptyState(self: Self): State {
  return {
    self,
    now: 0 as Instant,
    autoAccept: false,
    peers: new Map(),
    cases: new Map(),
    reports: new Map(),
    contacts: new Map(),
    registrations: new Map(),
    merged: new Set(),
    clocks: new Map(),
    waiting: [],
    illegible: new Map(),
    unread: new Map(),
    life: UNBORN,
    mail: EMPTY_BOOK,
  };
}

/** The state with a case that is new, or another than before. */
export function withCase(state: State, held: Case): State {
  const cases = put(state.cases, held.id, held);
  if (held.mergedInto === undefined || state.merged.has(held.id)) return { ...state, cases };
  return { ...state, cases, merged: new Set(state.merged).add(held.id) };
}
