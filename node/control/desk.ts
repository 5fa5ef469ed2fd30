/**
 * What a command is given: the state to look at, the feeds behind it, and, while a node runs, the node to give orders
 * to. The room that composes the node hands it in, so that nothing here knows keys, files or the store.
 */
import type { Covering } from '../core/disclosure/who-knew.js';
import type { Outcome } from '../core/fault.js';
import type { FeedId, NodeId } from '../core/ids.js';
import type { Card } from '../core/registry/card.js';
import type { EmbargoLength } from '../core/schedule/embargo.js';
import type { Calendar, CostTable, Named, Rule, Span, ZoneTable } from '../core/schedule/problem.js';
import type { RenewedCalendar } from '../core/schedule/recheck.js';
import type { Archived, LikeCases } from '../core/selection/contact.js';
import type { State } from '../core/state.js';
import type { Instant } from '../core/time.js';
import type { RunningNode } from '../corridor/node.js';
import type { Chance, Expiry, Feeds, MailSealer, Publisher } from '../ports.js';

/** What a view may look at; the same with a running node and straight on the store. */
export interface Desk {
  readonly state: () => State;
  readonly now: () => Instant;
  readonly feeds: Feeds;
  readonly logs: Logs;
  readonly publisher: Publisher;
  /** Reads a card file. Faults: CARD_*, KEY_*. */
  readonly readCard: (text: string, now: Instant) => Promise<Outcome<Card>>;
  /** Reads a certificate of somebody with a mail program. Faults: KEY_*. */
  readonly readMailCertificate: (
    armoured: string,
    now: Instant,
  ) => Promise<Outcome<{ readonly node: NodeId; readonly armoured: string }>>;
  /** Opens what somebody encrypted to us in a mail. Faults: MAIL_UNDECRYPTABLE, MAIL_MALFORMED, MAIL_OVERSIZE. */
  readonly openMail: MailSealer['openMail'];
  /** Reads earlier cases once, for finding those that read alike. */
  readonly likeCases: (archive: readonly Archived[]) => Promise<LikeCases>;
  /** Cards and keys that end soon, our own first. */
  readonly expiring: (now: Instant) => Promise<readonly Expiry[]>;
  readonly calendar: CalendarDesk;
  /** A name that looks random and that this node alone can find again: ids of parties in fragments (DESIGN §6). */
  readonly alias: (label: string) => string;
  /** Absent while no node runs. */
  readonly live: Live | undefined;
}

/** What an order needs beyond a look. */
export interface Live {
  readonly node: RunningNode;
  readonly chance: Chance;
  readonly incarnation: number;
  readonly startedAt: Instant;
  /** Moves a drill clock; absent on the machine's clock. */
  readonly jump: ((to: Instant) => void) | undefined;
}

/** The peer logs as files and proofs: the store does the work, the desk only says which. */
export interface Logs {
  /** Recomputes one log and checks who signed it. @throws Breakage STORE_DAMAGED */
  verify(feed: FeedId): Promise<Outcome<LogVerdict>>;
  /** Text of a C2SP tlog-proof for one entry. */
  prove(feed: FeedId, sequence: number): Promise<Outcome<string>>;
  /** Writes one log as plain files (LOG-8). */
  export(feed: FeedId, directory: string): Promise<Outcome<LogVerdict>>;
  /** Writes everything that the store holds as files; keys stay apart (DESIGN §10). */
  backup(directory: string): Promise<Outcome<{ readonly feeds: number; readonly entries: number }>>;
  /** What the last repair left to be returned; `undefined` where none was ever made. Faults: STORE_DAMAGED, STORE_FORMAT. */
  repaired(): Promise<Outcome<Repair | undefined>>;
}

/** One repair of the store (LOG-5). */
export interface Repair {
  /** RFC 3339. */
  readonly at: string;
  /** Directory beside the store in which the damaged one lies. */
  readonly aside: string;
  /** Feeds that lost something. */
  readonly feeds: readonly {
    readonly feed: FeedId;
    readonly kept: number;
    /** How far we had signed it. */
    readonly size: number;
    /** Where its reader holds no more than that, so that the rest is lost. */
    readonly returned: number | undefined;
    /** So many entries are here, and they have the root that we had signed. */
    readonly isBack: boolean;
  }[];
}

export interface LogVerdict {
  readonly size: number;
  readonly root: string;
  readonly receipts: number;
  readonly receiptSize: number;
  /** Of a peer's feed a repair kept a beginning, under our own note; its author has not signed the whole again (LOG-5). */
  readonly isPartial: boolean;
}

/** Zones, cycles and holidays as data of SCHED/1. */
export interface CalendarDesk {
  /** Release of the zone data, such as `2026c`. */
  readonly release: string;
  readonly tables: Named<CostTable>;
  /** Faults: COMMAND_MALFORMED for a zone that the release does not have, LIMIT_EXCEEDED for a span beyond it. */
  readonly zone: (name: string, span: Span) => Outcome<ZoneTable>;
  /** A rule of the catalogue of patch cycles. */
  readonly cycle: (name: string) => Rule | undefined;
  /** How long an embargo policy of the catalogue lasts; `undefined` for one that has no fixed length. */
  readonly embargo: (policy: string) => EmbargoLength | undefined;
  /** Weekend and holidays of the own office; beyond its span it knows only the weekend. */
  readonly holidays: Calendar;
  /**
   * A calendar of a document with the holidays of today; `undefined` where nothing here knows it.
   * @param own it was made from {@link CalendarDesk.holidays} and nothing else.
   */
  readonly renew: (old: Calendar, own: boolean) => RenewedCalendar | undefined;
}

/** Own words that no peer has acknowledged yet, linked or not; among them those that wait for its Hello (R9). */
export function owedBy({ feeds, state }: Desk): number {
  const { self, life, peers, mail } = state();
  const waiting = [...life.owed.values()].reduce((sum, { count }) => sum + count, 0);
  return (
    feeds
      .heads()
      .filter(({ feed }) => feed.author === self.node && feed.recipient !== self.node)
      // A vendor without a node acknowledges nothing: what it is owed are letters.
      .filter(({ feed }) => peers.get(feed.recipient)?.mail === undefined)
      .reduce((sum, { tip, acknowledged }) => sum + tip.size - acknowledged, waiting + mail.due.count)
  );
}

/** The two feeds with a peer, or the home feed. */
export function feedOf(self: NodeId, peer: NodeId, direction: 'in' | 'out'): FeedId {
  return direction === 'out' ? { author: self, recipient: peer } : { author: peer, recipient: self };
}

/** All receipts of our feed to a node. */
export async function receiptsOf({ feeds, state }: Desk, to: NodeId): Promise<readonly Covering[]> {
  const kept: Covering[] = [];
  for await (const { size, at } of feeds.receipts(feedOf(state().self.node, to, 'out')))
    kept.push({ size, at });
  return kept;
}
