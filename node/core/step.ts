/**
 * The machine: `step(state, input)` gives the next state and what this node now wants said. It does nothing by
 * itself; the corridor seals the effects, writes them in one batch with the place that was heard, and hands them
 * back as facts (STYLE §2.1). Own words are facts: refolding never decides again.
 *
 * A statement that builds on one that has not arrived waits, in bounds, and is tried again after everything that
 * is accepted. So the state does not depend on which feed was faster (DESIGN §4).
 */

import { takesPart } from './case/authority.js';
import type { Case } from './case/case.js';
import { twinCases } from './case/chamber.js';
import { follow, reportTo } from './case/follow.js';
import { hear } from './case/hear.js';
import type { Heard } from './case/heard.js';
import { type CaseOrder, obey } from './case/obey.js';
import { recall } from './case/recall.js';
import { report } from './case/report.js';
import { withChamber } from './case/settle-words.js';
import { markUnread, sayAnew } from './case/unread.js';
import type { Effect } from './effect.js';
import { type Fault, type FaultCode, type Outcome, ok, refuse, unreachable } from './fault.js';
import type { CaseId, FeedId, NodeId } from './ids.js';
import { enterReport } from './intake/enter.js';
import { hearNote } from './intake/notes.js';
import { divide, hasAnswered, hasRestored, type LifeBody, live, speakable } from './life.js';
import { LIMITS } from './limits.js';
import { again, hearMail, withLetter } from './mail/book.js';
import { confirmReply, dismissReply } from './mail/replies.js';
import { owedWords } from './owed.js';
import { obeyBook } from './registry/book.js';
import { addMailPeer, addPeer, removePeer, verifiedPeer, verifyPeer } from './registry/peers.js';
import { hearMove, obeyRegistration, recallMove } from './registry/registering.js';
import { isSpoken } from './spoken.js';
import { type Input, type State, type Waiting, withCase } from './state.js';
import type { HomeBody, Order, SpokenBody } from './statement.js';
import type { Instant } from './time.js';
import { isAwaited, isCatchingUp, withEntered, withSuspects } from './told.js';

export interface Stepped {
  readonly state: State;
  readonly effects: readonly Effect[];
  /** Refusals to be written into the journal; a refused entry keeps its place in the feed as evidence. */
  readonly faults: readonly Fault[];
  /** Statements that waited too long for another one, and now are refused for good. */
  readonly lapsed: readonly Waiting[];
}

/** Refusals that a later statement may lift: the statement waits instead of being dropped. */
const WAITS: ReadonlySet<FaultCode> = new Set<FaultCode>([
  'CASE_UNKNOWN',
  'CASE_MEMBER',
  'CHARTER_ROSTER',
  'GRANT_BEFORE_CHARTER',
  'STATUS_WITHOUT_SUMMARY',
  'CASE_WAITING',
]);

/**
 * One statement, heard once, in stored arrival order.
 *
 * For a fact of our own, what follows from the case is left to {@link consequences}: words that were sealed together
 * become facts one by one, and a look in between would ask for the later ones a second time.
 */
export function step(before: State, input: Input): Stepped {
  const now = input.at > before.now ? input.at : before.now;
  const { waiting, lapsed } = stillWaiting(before, now);
  const illegible = without(before.illegible, input.feed.author);
  const state = { ...before, now, waiting, illegible, life: withHighest(before, input) };
  const ended = divide(state, endOfRow(before, input.feed.author));
  const stepped = heardNow(ended.state, input);
  return { ...stepped, effects: [...ended.now, ...stepped.effects], lapsed };
}

function heardNow(state: State, input: Input): Omit<Stepped, 'lapsed'> {
  const first = take(state, input);
  if (!first.ok) return refused(state, input, first.fault);
  const { moved, ...heard } = retry(first.value, input.statement.caseId);
  const follows = isFact(state, input) ? [] : owedIn(heard.state, moved);
  const divided = divide(heard.state, heard.effects);
  return { state: divided.state, effects: [...divided.now, ...follows], faults: [] };
}

/** What follows from our own words, once all that were sealed together have become facts. */
export function consequences(state: State, facts: readonly Input[]): readonly Effect[] {
  const cases = new Set(facts.flatMap(({ statement }) => statement.caseId ?? []));
  return owedIn(state, cases);
}

/** What follows in these cases, and in those merged with them: the instant of one is a matter of the other. */
function owedIn(state: State, moved: ReadonlySet<CaseId>): readonly Effect[] {
  const cases = new Set(moved);
  for (const caseId of moved) {
    const held = state.cases.get(caseId);
    for (const twin of held === undefined ? [] : twinCases(state, held)) cases.add(twin.id);
  }
  return [...cases].flatMap((caseId) => owed(state, caseId));
}

/** What cannot be said yet is not kept: it is asked for again when the feed is free. */
function owed(state: State, caseId: CaseId): readonly Effect[] {
  const held = state.cases.get(caseId);
  return held === undefined ? [] : follow(state, held).flatMap((effect) => speakable(state, effect) ?? []);
}

/** What we say to ourselves is heard like words of others; all else that is ours was said and is a fact. */
function isFact({ self }: State, { feed, statement }: Input): boolean {
  return feed.author === self.node && isSpoken(statement.body);
}

/**
 * An entry that could not be opened was stored with its fault (ENV-2). The author is told of the first one in a row,
 * and of the whole row when one can be opened again: two nodes that cannot open each other's words would else complain
 * about complaints for ever.
 */
export function stepIllegible(
  before: State,
  feed: FeedId,
  sequence: number,
  fault: Fault | undefined,
): Stepped {
  const { author } = feed;
  const faults = fault === undefined ? [] : [fault];
  if (author === before.self.node) return { state: before, effects: [], faults, lapsed: [] };
  const row = before.illegible.get(author);
  const code = row?.code ?? fault?.code ?? 'ENVELOPE_UNDECRYPTABLE';
  const longer = { first: row?.first ?? sequence, last: sequence, code };
  const state = { ...before, illegible: new Map(before.illegible).set(author, longer) };
  const effects = row === undefined ? [complaint(author, sequence, undefined, code)] : [];
  const divided = divide(state, effects);
  return { state: divided.state, effects: divided.now, faults, lapsed: [] };
}

/** One entry can be opened again: its author hears where the row of those before it ended. */
function endOfRow({ illegible }: State, author: NodeId): readonly Effect[] {
  const row = illegible.get(author);
  return row === undefined ? [] : [complaint(author, row.first, row.last, row.code)];
}

function complaint(to: NodeId, sequence: number, until: number | undefined, code: string): Effect {
  const body = { kind: 'unreadable', sequence, until, code } as const;
  return { kind: 'say', draft: { to, caseId: undefined, tlp: undefined, body } };
}

interface Taken {
  readonly state: State;
  readonly effects: readonly Effect[];
  /** Cases in which something may follow now. */
  readonly moved: ReadonlySet<CaseId>;
}

/** What came too early is tried again, oldest first, until nothing more fits. */
function retry(taken: Taken, caseId: CaseId | undefined): Taken {
  let current = taken;
  let progress = caseId !== undefined && current.state.waiting.length > 0;
  while (progress) {
    progress = false;
    for (const early of current.state.waiting) {
      if (early.statement.caseId !== caseId) continue;
      const again = take(current.state, asInput(early));
      if (!again.ok) continue;
      const waiting = again.value.state.waiting.filter(({ id }) => id !== early.id);
      current = {
        state: withEntered({ ...again.value.state, waiting }, early),
        effects: [...current.effects, ...again.value.effects],
        moved: new Set([...current.moved, ...again.value.moved]),
      };
      progress = true;
      break;
    }
  }
  return current;
}

function asInput({ id, statement, at }: Waiting): Input {
  return { feed: { author: statement.author, recipient: statement.recipient }, id, statement, at };
}

function refused(state: State, input: Input, fault: Fault): Omit<Stepped, 'lapsed'> {
  const { author, recipient } = input.feed;
  const { caseId } = input.statement;
  const ofAuthor = state.waiting.filter(({ statement }) => statement.author === author);
  const ofCase = ofAuthor.filter(({ statement }) => statement.caseId === caseId);
  const isFull = ofAuthor.length >= LIMITS.waitingPerPeer.most || ofCase.length >= LIMITS.waitingEntries.most;
  // Our own words, given back, are facts: none of them may be missing because the case came late (§4). After a loss a
  // peer is not read any more before it is too much (see `isCrowded`).
  const isDropped = isFull && author !== state.self.node && !isCatchingUp(state);
  if (author === recipient || !WAITS.has(fault.code) || isDropped)
    return { state, effects: [], faults: [fault] };
  const { id, statement, at } = input;
  const waiting = [...state.waiting, { id, statement, at, fault, isTold: false }];
  return { state: { ...state, waiting }, effects: [], faults: [{ ...fault, code: 'CASE_WAITING' }] };
}

/** The oldest stands in front, so mostly there is nothing to look through. */
function stillWaiting(state: State, now: Instant): Pick<State, 'waiting'> & Pick<Stepped, 'lapsed'> {
  const { waiting } = state;
  const isOld = ({ at }: Waiting) => now - at > LIMITS.waitingMs.most;
  const [oldest] = waiting;
  const lapsed = oldest && isOld(oldest) ? waiting.filter((one) => isOld(one) && !isAwaited(state, one)) : [];
  if (lapsed.length === 0) return { waiting, lapsed };
  return { waiting: waiting.filter((one) => !lapsed.includes(one)), lapsed };
}

function take(state: State, input: Input): Outcome<Taken> {
  const { body, caseId } = input.statement;
  const { author } = input.feed;
  const held = caseId === undefined ? undefined : state.cases.get(caseId);
  switch (body.kind) {
    case 'order':
      return takeOrder(state, held, input, body.by, body.order);
    case 'tick':
      return ok(unmoved(state, [...state.cases.keys()]));
    case 'clock_sample': {
      const { kind: _, ...sample } = body;
      return ok(unmoved({ ...state, clocks: new Map(state.clocks).set(sample.peer, sample) }));
    }
    case 'publish_intent':
    case 'publish_report':
    case 'stage_report':
      return takeReport(state, held, body, input.statement.createdAt);
    case 'letter_sent':
    case 'letter_held':
    case 'letter_returned':
    case 'reply_read':
      return ok(unmoved(hearMail(state, body, input.statement.createdAt)));
    case 'note_answered':
    case 'note_returned':
      return ok(unmoved(hearNote(state, body, input.statement.createdAt)));
    case 'start':
    case 'hello':
    case 'lacking':
    case 'returned':
    case 'answered':
      return ok(takeLife(state, body));
    default:
      if (author === state.self.node) return takeOwn(state, held, input, body);
      return takeSpoken(state, held, input, body);
  }
}

function takeSpoken(state: State, held: Case | undefined, input: Input, body: SpokenBody): Outcome<Taken> {
  const peer = verifiedPeer(state, input.feed.author);
  if (!peer.ok) return peer;
  if (body.kind === 'unreadable') return stateOnly(markUnread(state, input.feed.author, body, input.at));
  if (body.kind === 'registration') return stateOnly(hearMove(state, input, body));
  if (input.statement.caseId === undefined) return refuse('STATEMENT_TLP');
  const heard = hear(state, held, input, body);
  return heard.ok ? ok(settleCase(state, heard.value)) : heard;
}

function takeOwn(state: State, held: Case | undefined, input: Input, body: SpokenBody): Outcome<Taken> {
  if (body.kind === 'registration') return ok(unmoved(recallMove(state, input, body)));
  const next = recall(state, held, input, body);
  if (next !== undefined) return ok(unmoved(withLetter(withCase(state, next), input, body)));
  // A fact about a case that only its peers' feeds tell us of.
  const { caseId } = input.statement;
  return caseId === undefined ? ok(unmoved(state)) : refuse('CASE_UNKNOWN', { where: caseId });
}

/** In which lives we have spoken: the next one is greater than all of them (LOG-6). */
function withHighest({ self, life }: State, { feed, statement: { incarnation } }: Input): State['life'] {
  return feed.author === self.node && incarnation > life.highest ? { ...life, highest: incarnation } : life;
}

/** What this life of the node has heard from a peer, and what is free to be said or done by it (R9). */
function takeLife(before: State, body: LifeBody): Taken {
  const state = { ...before, life: live(before, body) };
  switch (body.kind) {
    case 'start':
      return unmoved(state);
    case 'hello': {
      const reports = [...state.cases.values()].flatMap((held) => reportTo(state, held, body.peer));
      return { state, effects: reports, moved: new Set() };
    }
    case 'lacking': {
      const answered = [...state.life.answers.keys()].filter((peer) => hasAnswered(state, peer));
      return unmoved(answered.reduce(withSuspects, state));
    }
    case 'returned':
      return {
        state,
        effects: owedWords(before.life.owed.get(body.peer)),
        moved: new Set(casesWith(state, body.peer)),
      };
    case 'answered':
      // What it tells for the first time since the loss; what was voted after that we know ourselves.
      return unmoved(
        hasRestored(before, body.peer) ? state : withSuspects(state, body.peer),
        casesWith(state, body.peer),
      );
    default:
      return unreachable(body);
  }
}

/** Unpublished cases in which this node and a peer may owe each other something. */
function casesWith(state: State, peer: NodeId): readonly CaseId[] {
  return [...state.cases.values()]
    .filter((held) => held.told.has(peer) || held.chamber.ballots.size > 0)
    .filter((held) => takesPart(state, held, peer))
    .map(({ id }) => id);
}

function takeOrder(
  state: State,
  held: Case | undefined,
  input: Input,
  by: string,
  order: Order,
): Outcome<Taken> {
  const { createdAt: at } = input.statement;
  switch (order.act) {
    case 'peer_add': {
      const added = addPeer(state, order.card, order.text);
      // A new card may bring the key that was missing; words that were withheld from the old one are said anew.
      return added.ok ? ok(afterCard(added.value, order.card.node)) : added;
    }
    case 'peer_verify':
      return stateOnly(verifyPeer(state, order.node, { by, method: order.method, at }));
    case 'peer_remove':
      return stateOnly(removePeer(state, order.node));
    case 'resay': {
      const peer = verifiedPeer(state, order.to);
      return peer.ok ? ok(resaid(state, order.to)) : peer;
    }
    case 'policy':
      return ok(takePolicy(state, order.autoAccept));
    case 'mail_add': {
      const added = addMailPeer(state, order.card, order.address);
      // What was held for want of a key, or came back from the old address, goes out now.
      return added.ok ? ok(unmoved(again(added.value, order.card.node))) : added;
    }
    case 'mail_again': {
      const peer = verifiedPeer(state, order.to);
      return peer.ok ? ok(unmoved(again(state, order.to))) : peer;
    }
    case 'mail_resume':
      return ok(unmoved({ ...state, mail: { ...state.mail, resumed: state.life.incarnation } }));
    case 'reply_dismiss':
      return stateOnly(dismissReply(state, order.reply, by, at, order.reason));
    case 'reply_confirm': {
      const confirmed = confirmReply(state, held, input, by, order);
      return confirmed.ok ? ok(settleCase(confirmed.value.state, confirmed.value)) : confirmed;
    }
    case 'report': {
      const entered = enterReport(state, order.report, { by, at }, order.entry);
      return entered.ok ? ok({ ...entered.value, moved: new Set() }) : entered;
    }
    case 'contact_add':
    case 'contact_change':
    case 'contact_import':
    case 'contact_merge':
    case 'contact_split':
    case 'contact_retire':
    case 'contact_key_add':
    case 'contact_key_withdraw':
      return stateOnly(obeyBook(state, order, by, at));
    case 'registration_move':
    case 'registration_identity': {
      const obeyed = obeyRegistration(state, order, input, by);
      return obeyed.ok ? ok({ ...obeyed.value, moved: new Set() }) : obeyed;
    }
    default: {
      const heard = obey(state, held, input, by, order satisfies CaseOrder);
      return heard.ok ? ok(settleCase(state, heard.value)) : heard;
    }
  }
}

/** A new policy of the house holds in every case to which no officer gave one of its own; votes may be due now. */
function takePolicy(state: State, autoAccept: boolean): Taken {
  const follows = [...state.cases.values()].filter(({ chamber }) => chamber.policy === 'house');
  const cases = new Map(state.cases);
  for (const held of follows) cases.set(held.id, withChamber(held, { autoAccept }));
  return unmoved(
    { ...state, autoAccept, cases },
    follows.map(({ id }) => id),
  );
}

type ReportBody = Extract<HomeBody, { kind: 'publish_intent' | 'publish_report' | 'stage_report' }>;

function takeReport(state: State, held: Case | undefined, body: ReportBody, now: Instant): Outcome<Taken> {
  if (held === undefined) return refuse('CASE_UNKNOWN');
  const reported = report(state, held, body, now);
  return reported.ok ? ok(settleCase(state, reported.value)) : reported;
}

/** Stores the case; what follows from it is asked for once, when everything was heard. */
function settleCase(state: State, { held, effects }: Heard): Taken {
  return { state: withCase(state, held), effects, moved: new Set([held.id]) };
}

/**
 * Where neither could open the other's words, our complaint was one of those: it is said once more, so that there is
 * something that the peer can open.
 */
function afterCard(state: State, peer: NodeId): Taken {
  const taken = resaid(state, peer);
  const row = state.illegible.get(peer);
  if (row === undefined || !verifiedPeer(state, peer).ok) return taken;
  return { ...taken, effects: [complaint(peer, row.first, undefined, row.code), ...taken.effects] };
}

/** Nothing for a peer that is not verified: nothing is sent to it. */
function resaid(state: State, peer: NodeId): Taken {
  if (!verifiedPeer(state, peer).ok) return unmoved(state);
  return { ...sayAnew(state, peer), moved: new Set() };
}

function stateOnly(outcome: Outcome<State>): Outcome<Taken> {
  return outcome.ok ? ok(unmoved(outcome.value)) : outcome;
}

/** Nothing was decided; with `cases`, time may have brought something due in them. */
function unmoved(state: State, cases: readonly CaseId[] = []): Taken {
  return { state, effects: [], moved: new Set(cases) };
}

function without<K, V>(map: ReadonlyMap<K, V>, key: K): ReadonlyMap<K, V> {
  if (!map.has(key)) return map;
  const rest = new Map(map);
  rest.delete(key);
  return rest;
}
