/**
 * The invariants I1 to I9 of DESIGN §12.4, looked at whenever something is on a disk, released, or has changed a
 * state, and so after every step. Written from the design, not from the code under test.
 */
import { textOf } from '../../../node/core/bytes.js';
import type { NodeId } from '../../../node/core/ids.js';
import type { Ballot } from '../../../node/core/settlement/ballot.js';
import { ballotsIn } from '../../../node/core/settlement/embedded.js';
import { valueHash } from '../../../node/core/settlement/value.js';
import type { Statement } from '../../../node/core/statement.js';
import type { Instant } from '../../../node/core/time.js';
import type { Arrival, Batch, Entry } from '../../../node/ports.js';
import type { Chronicle, Decided, Epoch } from '../chronicle.js';
import type { Book } from '../cryptography.js';
import type { Plan } from '../plan.js';
import { type Bench, caseIn, type Judged, short, type Violation } from './bench.js';
import { openLogs } from './logs.js';
import { isAgreed, openReleases, type Releases } from './releases.js';
import { openViews, standingIn } from './views.js';
import { openWords } from './words.js';

export interface Judge extends Pick<Bench, 'wrong' | 'note'>, Pick<Releases, 'allow' | 'releases'> {
  wrote(house: Judged, batch: Batch): void;
  /** What a life begins with: whatever was not seen being written is looked at now. */
  began(house: Judged): Promise<void>;
  /** The database was put back or lost: what was only in this house was never said. */
  forgot(house: Judged): void;
  /** After each step: states that have changed. */
  look(): void;
  /** An officer had to release by hand: fair only where nobody could know better. */
  helped(house: Judged): void;
  /** Correct houses that have a seat in the end and must publish; empty while no charter is in force. */
  seated(): readonly Judged[];
  /** I6, I9: at the end everybody correct has published, and everything said was cosigned. */
  finished(): void;
  readonly violations: readonly Violation[];
  /** When anything was last written down, by the time of the world. */
  lastWrite(): Instant;
  /** Rare states that were reached, and how often. */
  readonly reached: ReadonlyMap<string, number>;
}

/** What a world hands to its judge. */
export interface Hearing extends Pick<Bench, 'tell' | 'now'> {
  readonly plan: Pick<Plan, 'members' | 'quorum' | 'liars' | 'deeds'>;
  readonly houses: readonly Judged[];
  readonly book: Book;
  readonly chronicle: Chronicle;
  /** Called with each instant that comes into force. */
  anchored(at: Instant): void;
}

/** Faults after which a node may rightly be held for good: a clock that is set while it holds the instants of lives. */
const LOSES: ReadonlySet<string> = new Set(['clock']);

export function openJudge({ plan, houses, book, chronicle, tell, now, anchored }: Hearing): Judge {
  const violations: Violation[] = [];
  const reached = new Map<string, number>();
  const correct = new Map(houses.filter(({ lies }) => !lies).map((house) => [house.node, house]));
  const bench: Bench = {
    book,
    chronicle,
    correct,
    hidden: new Set(),
    tell,
    now,
    note: (rare) => void reached.set(rare, (reached.get(rare) ?? 0) + 1),
    wrong(invariant, what) {
      violations.push({ invariant, what, at: now() });
      tell(`VIOLATION ${invariant}: ${what}`);
    },
  };
  const { note, wrong } = bench;
  const logs = openLogs(bench);
  const words = openWords(bench);
  const releases = openReleases(bench, words, (house) => standingIn(house)?.charter.id);
  const views = openViews(bench);
  /** Houses whose next life begins with what was judged when it happened. */
  const relived = new Set<NodeId>();
  let written = now();

  function entered(house: Judged, arrival: Arrival, { leaf }: Pick<Entry, 'leaf'>): void {
    written = now();
    const { feed, sequence } = arrival;
    const isOwn = feed.author === house.node;
    const statement = arrival.statement && book.statements.get(arrival.statement);
    const verb = isOwn ? 'wrote' : 'took';
    tell(
      `${house.place} ${verb} ${short(feed.author)}>${short(feed.recipient)}#${sequence} ${sayOf(statement)}`,
    );
    if (isOwn) logs.wrote(feed, sequence, textOf(leaf) ?? '');
    else logs.took(feed, sequence, textOf(leaf) ?? '');
    if (statement === undefined) return;
    for (const ballot of ballotsIn(statement.body))
      isOwn ? said(house, ballot, statement.createdAt) : delivered(house, ballot);
    if (isOwn && !house.lies) intended(house, statement);
  }

  function said(house: Judged, ballot: Ballot, at: Instant): void {
    if (house.lies || ballot.author !== house.node) return;
    if (words.said(house, ballot, at) && !relived.has(house.node)) releases.said(house, ballot);
    exists(ballot);
  }

  function delivered(house: Judged, ballot: Ballot): void {
    words.delivered(house, ballot);
    // What a liar tells a liar may never be heard of again.
    if (!house.lies) exists(ballot);
  }

  function intended(house: Judged, { body, createdAt }: Statement): void {
    if (body.kind !== 'publish_intent') return;
    const { epoch, at, rule } = body;
    const intent = { node: house.node, epoch, at, rule, clock: createdAt };
    if (relived.has(house.node)) releases.remembers(intent);
    else releases.intends(house, intent);
  }

  function exists(ballot: Ballot): void {
    if (chronicle.ballots.has(ballot.id)) return;
    for (const decision of chronicle.exists(ballot)) decided(decision);
    const { body, charter } = ballot;
    const seats =
      charter && body.kind === 'skip' ? chronicle.chain(charter)?.epochs[body.slot - 1]?.seats : undefined;
    if (seats !== undefined && chronicle.voices('skip', ballot) === seats.q) note('null');
    if (body.kind === 'propose' && isCarried(ballot)) note('carried');
  }

  function isCarried({ body }: Ballot): boolean {
    return chronicle.proposals.some(
      ({ body: other }) =>
        body.kind === 'propose' &&
        other.kind === 'propose' &&
        other.slot === body.slot &&
        other.round < body.round &&
        valueHash(other.value) === valueHash(body.value),
    );
  }

  /** I1: one value in a slot. I3: whoever published before has published what is decided, or later. */
  function decided({ charter, slot, round, value }: Decided): void {
    const all = chronicle.decided.get(`${charter}/${slot}`) ?? [];
    if (all.some((other) => other.value !== value)) wrong('I1', `two values in slot ${slot}`);
    const spelled = chronicle.values.get(value);
    const chain = chronicle.chain(charter);
    tell(`decided slot ${slot} round ${round} ${spelled?.kind === 'amend' ? spelled.at : spelled?.kind}`);
    if (spelled !== undefined) note(spelled.kind);
    if (spelled?.kind === 'amend' && slot > 1) note('second amendment');
    if (spelled?.kind === 'seal' && chain !== undefined && now() > chain.last.at) note('late seal');
    if (spelled?.kind !== 'amend') return;
    anchored(spelled.at);
    for (const done of chronicle.publications)
      if (isAgreed(done) && done.epoch < slot && done.clock < spelled.at)
        wrong(
          'I3',
          `${short(done.node)} published epoch ${done.epoch}, and slot ${slot} is decided for later`,
        );
  }

  /** The epoch that is in force in the end, under the charter that correct houses hold. */
  function last(): Epoch | undefined {
    const [charter] = [...correct.values()].flatMap((house) => standingIn(house)?.charter.id ?? []);
    return charter && chronicle.chain(charter)?.last;
  }

  function hasSpokenInOpenSlot({ node }: Judged): boolean {
    return [...chronicle.ballots.values()].some(
      ({ author, charter, body }) =>
        author === node && 'slot' in body && !chronicle.decided.has(`${charter}/${body.slot}`),
    );
  }

  /**
   * R12: has this house committed to a change of seats in a slot that is decided for nobody? After a loss a vote that it
   * was told counts as a commit that it may have forgotten (R9).
   */
  function isInChange(house: Judged): boolean {
    const suspects = caseIn(house)?.chamber.suspects;
    return [...chronicle.ballots.values()].some(({ id, author, charter, body }) => {
      if (body.kind !== 'commit' && body.kind !== 'vote') return false;
      const mayBeOurs = body.kind === 'commit' ? author === house.node : suspects?.has(id) === true;
      const isChange = chronicle.values.get(body.value)?.kind === 'change';
      return mayBeOurs && isChange && !chronicle.decided.has(`${charter}/${body.slot}`);
    });
  }

  function seated(): readonly Judged[] {
    const bound = [...correct.values()].filter((house) => standingIn(house) !== undefined);
    const roster = last()?.seats.roster ?? [];
    // A lead that lies may keep its signature from some, who then have no charter and release nothing.
    const owe = plan.liars.includes(0) ? bound : [...correct.values()];
    return owe.filter(({ node }) => roster.includes(node));
  }

  return {
    violations,
    reached,
    seated,
    lastWrite: () => written,
    note,
    wrong,
    look: views.look,
    allow: releases.allow,
    releases(house) {
      if (!house.lies) releases.releases(house);
    },
    wrote(house, { entries }) {
      for (const entry of entries) entered(house, entry, entry.entry);
    },
    async began(house) {
      // What was only thought, and lost before it was written, is thought anew.
      views.forgot(house.node);
      const feeds = house.feeds();
      if (feeds === undefined) return;
      for await (const arrival of feeds.arrivals()) {
        const { feed, sequence } = arrival;
        if (logs.knows(feed, sequence, house.node)) continue;
        const { entries } = await feeds.read(feed, sequence, { entries: 1, bytes: 1 });
        const [entry] = entries;
        if (entry !== undefined) entered(house, arrival, entry);
      }
      relived.delete(house.node);
    },
    forgot(house) {
      if (hasSpokenInOpenSlot(house)) note('restore in an open slot');
      relived.add(house.node);
      for (const room of [logs, words, releases, views]) room.forgot(house.node);
    },
    helped(house) {
      note('officer');
      const lost = plan.deeds.some(({ what }) => 'trouble' in what && LOSES.has(what.trouble));
      const { q, n } = last()?.seats ?? { q: plan.quorum, n: plan.members };
      // With q = n nobody else is needed, unless one committed to a change of seats and it is not decided: a skip of
      // somebody who may lie does not prove that nobody holds the certificate (R12). With q < n a quorum is.
      const blocked = q === n ? isInChange(house) : seated().length < q;
      // Who has released early on a breach votes for no seal any more.
      const breached = chronicle.publications.some((done) => !isAgreed(done));
      if (!blocked && !lost && !breached)
        wrong('I6', `${house.place} needed an officer, and a quorum was there`);
    },
    finished() {
      if (seated().length === 0) note('no charter');
      for (const house of seated()) if (!published(house)) wrong('I6', `${house.place} has not published`);
      if (seated().length > 0) logs.finished();
    },
  };
}

/** Whether a house has made the case public, by its record or by its own word that a peer gave back (R9). */
export function published(house: Judged): boolean {
  const chamber = caseIn(house)?.chamber;
  if (chamber === undefined || chamber.published !== undefined) return chamber !== undefined;
  const words = [...chamber.ballots.values()];
  return words.some(({ ballot }) => ballot.author === house.node && ballot.body.kind === 'published');
}

function sayOf(statement: Statement | undefined): string {
  if (statement === undefined) return 'illegible';
  const { body } = statement;
  if (body.kind === 'order') return `order ${body.order.act}`;
  if (body.kind !== 'ballot') return body.kind;
  const { ballot } = body;
  const place = 'slot' in ballot.body ? ` ${ballot.body.slot}/${ballot.body.round}` : '';
  return `${ballot.body.kind}${place} by ${short(ballot.author)} ${ballot.id.slice(0, 6)}`;
}
