/**
 * The machine: `step(state, input)` gives the next state and what this node now wants said. It does nothing by
 * itself; the corridor seals the effects, writes them in one batch with the place that was heard, and hands them
 * back as facts (STYLE §2.1). Own words are facts: refolding never decides again.
 *
 * A statement that builds on one that has not arrived waits, in bounds, and is tried again after everything that
 * is accepted. So the state does not depend on which feed was faster (DESIGN §4).
 */
import type { Case } from './case/case.js';
import { follow } from './case/follow.js';
import { hear } from './case/hear.js';
import type { Heard } from './case/heard.js';
import { type CaseOrder, obey } from './case/obey.js';
import { recall } from './case/recall.js';
import { report } from './case/report.js';
import { withChamber } from './case/settle-words.js';
import type { Effect } from './effect.js';
import { type Fault, type FaultCode, type Outcome, ok, refuse } from './fault.js';
import type { CaseId, FeedId, NodeId } from './ids.js';
import { LIMITS } from './limits.js';
import { addPeer, removePeer, verifiedPeer, verifyPeer } from './registry/peers.js';
import type { Input, State, Waiting } from './state.js';
import type { HomeBody, Order, SpokenBody } from './statement.js';
import type { Instant } from './time.js';

export interface Stepped {
  readonly state: State;
  readonly effects: readonly Effect[];
  /** Refusals to be written into the journal; a refused entry keeps its place in the feed as evidence. */
  readonly faults: readonly Fault[];
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
  const state = legible({ ...before, now: input.at > before.now ? input.at : before.now }, input.feed.author);
  const first = take(state, input);
  if (!first.ok) return refused(state, input, first.fault);
  const { moved, ...heard } = retry(first.value, input.statement.caseId);
  const follows = isFact(before, input) ? [] : [...moved].flatMap((caseId) => owed(heard.state, caseId));
  return { state: heard.state, effects: [...heard.effects, ...follows], faults: [] };
}

/** What follows from our own words, once all that were sealed together have become facts. */
export function consequences(state: State, facts: readonly Input[]): readonly Effect[] {
  const cases = new Set(facts.flatMap(({ statement }) => statement.caseId ?? []));
  return [...cases].flatMap((caseId) => owed(state, caseId));
}

function owed(state: State, caseId: CaseId): readonly Effect[] {
  const held = state.cases.get(caseId);
  return held === undefined ? [] : follow(state, held);
}

/** Orders, ticks and reports are heard like words of others; all else that is ours was said and is a fact. */
function isFact({ self }: State, { feed, statement }: Input): boolean {
  if (feed.author !== self.node) return false;
  switch (statement.body.kind) {
    case 'order':
    case 'tick':
    case 'publish_intent':
    case 'publish_report':
    case 'stage_report':
      return false;
    default:
      return true;
  }
}

/**
 * An entry that could not be opened was stored with its fault (ENV-2). The author is told once in a row: two nodes
 * that cannot open each other's words would else complain about complaints for ever.
 */
export function stepIllegible(
  before: State,
  feed: FeedId,
  sequence: number,
  fault: Fault | undefined,
): Stepped {
  const { author } = feed;
  const faults = fault === undefined ? [] : [fault];
  if (before.illegible.has(author) || author === before.self.node)
    return { state: before, effects: [], faults };
  const state = { ...before, illegible: new Set(before.illegible).add(author) };
  const body = { kind: 'unreadable', sequence, code: fault?.code ?? 'ENVELOPE_UNDECRYPTABLE' } as const;
  const draft = { to: author, caseId: undefined, tlp: undefined, body };
  return { state, effects: [{ kind: 'say', draft }], faults };
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
        state: { ...again.value.state, waiting },
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

function refused(state: State, input: Input, fault: Fault): Stepped {
  const { author, recipient } = input.feed;
  const fromPeer = author !== recipient && author !== state.self.node;
  const { caseId } = input.statement;
  const held = state.waiting.filter(
    ({ statement }) => statement.author === author && statement.caseId === caseId,
  ).length;
  if (!fromPeer || !WAITS.has(fault.code) || held >= LIMITS.waitingEntries.most)
    return { state, effects: [], faults: [fault] };
  const waiting = [...state.waiting, { id: input.id, statement: input.statement, at: input.at }];
  return { state: { ...state, waiting }, effects: [], faults: [{ ...fault, code: 'CASE_WAITING' }] };
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
    case 'publish_intent':
    case 'publish_report':
    case 'stage_report':
      return takeReport(state, held, body, input.statement.createdAt);
    default:
      if (author === state.self.node) return ok(takeOwn(state, held, input, body));
      return takeSpoken(state, held, input, body);
  }
}

function takeSpoken(state: State, held: Case | undefined, input: Input, body: SpokenBody): Outcome<Taken> {
  const peer = verifiedPeer(state, input.feed.author);
  if (!peer.ok) return peer;
  // The peer could not open what we said; the operator is told, the statement is theirs to say anew.
  if (body.kind === 'unreadable')
    return refuse('ENVELOPE_UNDECRYPTABLE', {
      where: `${input.feed.author} ${body.code}`,
      offered: body.sequence,
    });
  if (input.statement.caseId === undefined) return refuse('STATEMENT_TLP');
  const heard = hear(state, held, input, body);
  return heard.ok ? ok(settleCase(state, heard.value)) : heard;
}

function takeOwn(state: State, held: Case | undefined, input: Input, body: SpokenBody): Taken {
  const next = recall(state, held, input, body);
  return unmoved(next === undefined ? state : withCase(state, next));
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
    case 'peer_add':
      return peersOnly(addPeer(state, order.card, order.text));
    case 'peer_verify':
      return peersOnly(verifyPeer(state, order.node, { by, method: order.method, at }));
    case 'peer_remove':
      return peersOnly(removePeer(state, order.node));
    case 'policy':
      return ok(takePolicy(state, order.autoAccept));
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

function peersOnly(outcome: Outcome<State>): Outcome<Taken> {
  return outcome.ok ? ok(unmoved(outcome.value)) : outcome;
}

/** Nothing was decided; with `cases`, time may have brought something due in them. */
function unmoved(state: State, cases: readonly CaseId[] = []): Taken {
  return { state, effects: [], moved: new Set(cases) };
}

function legible(state: State, author: NodeId): State {
  if (!state.illegible.has(author)) return state;
  return { ...state, illegible: new Set([...state.illegible].filter((node) => node !== author)) };
}

function withCase(state: State, held: Case): State {
  return { ...state, cases: new Map(state.cases).set(held.id, held) };
}
