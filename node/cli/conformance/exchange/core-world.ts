/**
 * The machine alone: pure states that hear each other's statements, without keys, stores or links. Ids are hashes
 * of the encoded statement, as in the real house, so ballots and certificates work; nothing is signed.
 */
import { sha256 } from '../../../core/bytes.js';
import type { Effect } from '../../../core/effect.js';
import type { Fault } from '../../../core/fault.js';
import { type BallotId, type FeedId, feedKey, type NodeId } from '../../../core/ids.js';
import type { Card, NodeRole } from '../../../core/registry/card.js';
import type { Ballot, BallotBody, BallotDraft } from '../../../core/settlement/ballot.js';
import { emptyState, type Input, type Self, type State } from '../../../core/state.js';
import type { Draft, HomeBody, Order, Statement } from '../../../core/statement.js';
import { consequences, step } from '../../../core/step.js';
import { after, type Instant, type Millis } from '../../../core/time.js';
import { writeStatement } from '../../../wire/codec.js';
import { writeBallot } from '../../../wire/testimony.js';
import { STORY_NOW, type StoryNode, storyNode } from './names.js';

export interface CoreNode {
  readonly name: StoryNode;
  readonly node: NodeId;
  state: State;
  /** Everything heard, in order: what a restart folds. */
  readonly arrivals: Input[];
  readonly faults: Fault[];
  /** Refused entries, from peers and from the home feed. */
  readonly refusals: { readonly feed: FeedId; readonly sequence: number; readonly fault: Fault }[];
  /** Which life of the node speaks. */
  incarnation: number;
}

export interface CoreSeat {
  readonly name: StoryNode;
  readonly role: NodeRole;
  readonly autoAccept?: boolean;
  readonly zone?: string;
  readonly embargoDays?: number;
}

export interface CoreWorld {
  now: Instant;
  /** What the clock of a node shows: that of the world, and wrong by so much. */
  clockOf(name: StoryNode): Instant;
  readonly skews: Map<StoryNode, Millis>;
  node(name: StoryNode): CoreNode;
  /** @returns the refusal, if the machine refused. */
  order(name: StoryNode, order: Order, about?: Pick<Draft, 'caseId' | 'tlp'>): Fault | undefined;
  tick(name: StoryNode): void;
  /** The node says something else to itself: a report of what was done outside the feeds. */
  report(name: StoryNode, body: HomeBody, about?: Pick<Draft, 'caseId' | 'tlp'>): Fault | undefined;
  /** The node says a body for third parties that its own rules might not let it say. */
  cast(
    name: StoryNode,
    to: readonly StoryNode[],
    body: BallotBody,
    charter: BallotId | undefined,
    about: Pick<Draft, 'caseId' | 'tlp'>,
  ): void;
  /** Feeds that hold something which their recipient has not heard. */
  owed(): readonly FeedId[];
  /** The recipient hears the next entry of a feed, and it is told when that was said; with `again`, one that it heard already is dropped by sequence. */
  deliver(feed: FeedId): Instant | undefined;
  settle(): void;
  /**
   * A node that has heard so much and no more, as a copy of its disk has it. What it said to itself since is lost, and so
   * is what it said to others and nobody heard.
   * @returns what others have heard of it since, in the order of saying.
   */
  restore(name: StoryNode, arrivals: number): readonly Input[];
  /** An own word that a peer gives back is a fact again. */
  giveBack(name: StoryNode, input: Input): void;
}

export function openCoreWorld(seats: readonly CoreSeat[]): CoreWorld {
  const nodes = new Map<StoryNode, CoreNode>();
  const feeds = new Map<string, { readonly feed: FeedId; readonly entries: Input[]; heard: number }>();
  const byId = new Map<NodeId, CoreNode>();
  for (const seat of seats) {
    const node: CoreNode = {
      name: seat.name,
      node: storyNode(seat.name),
      state: emptyState(coreSelf(seat)),
      arrivals: [],
      faults: [],
      refusals: [],
      incarnation: 1,
    };
    nodes.set(seat.name, node);
    byId.set(node.node, node);
  }
  const skews = new Map<StoryNode, Millis>();
  const world: CoreWorld = {
    now: STORY_NOW,
    clockOf,
    skews,
    node: nodeOf,
    order,
    tick,
    report,
    cast,
    owed,
    deliver,
    settle,
    restore,
    giveBack: (name, input) => void hear(nodeOf(name), { ...input, at: clockOf(name) }),
  };
  for (const { name, autoAccept } of seats) if (autoAccept) order(name, { act: 'policy', autoAccept });
  return world;

  function clockOf(name: StoryNode): Instant {
    return after(world.now, skews.get(name) ?? 0);
  }

  function nodeOf(name: StoryNode): CoreNode {
    const node = nodes.get(name);
    if (node === undefined) throw new Error(`no node ${name} in this world`);
    return node;
  }

  function order(name: StoryNode, given: Order, about?: Pick<Draft, 'caseId' | 'tlp'>): Fault | undefined {
    return report(name, { kind: 'order', by: `officer of ${name}`, order: given }, about);
  }

  function tick(name: StoryNode): void {
    report(name, { kind: 'tick' });
  }

  function report(name: StoryNode, body: HomeBody, about?: Pick<Draft, 'caseId' | 'tlp'>): Fault | undefined {
    const node = nodeOf(name);
    return hear(node, append(node, { to: node.node, caseId: about?.caseId, tlp: about?.tlp, body }));
  }

  function cast(
    name: StoryNode,
    to: readonly StoryNode[],
    body: BallotBody,
    charter: BallotId | undefined,
    { caseId, tlp }: Pick<Draft, 'caseId' | 'tlp'>,
  ): void {
    const node = nodeOf(name);
    if (caseId === undefined || tlp === undefined) throw new Error('a ballot is about a case');
    const effect: Effect = { kind: 'cast', draft: { caseId, charter, body }, tlp, to: to.map(storyNode) };
    for (const draft of draftsOf(node, effect, entryOf)) append(node, draft);
  }

  function owed(): readonly FeedId[] {
    return [...feeds.values()]
      .filter(({ feed, entries, heard }) => feed.author !== feed.recipient && heard < entries.length)
      .map(({ feed }) => feed);
  }

  function deliver(feed: FeedId): Instant | undefined {
    const held = feeds.get(feedKey(feed));
    const entry = held?.entries[held.heard];
    const recipient = byId.get(feed.recipient);
    if (held === undefined || entry === undefined || recipient === undefined) return undefined;
    held.heard += 1;
    hear(recipient, { ...entry, at: clockOf(recipient.name) });
    return entry.statement.createdAt;
  }

  function settle(): void {
    for (let next = owed(); next.length > 0; next = owed()) for (const feed of next) deliver(feed);
  }

  function restore(name: StoryNode, arrivals: number): readonly Input[] {
    const node = nodeOf(name);
    const lost = node.arrivals.splice(arrivals);
    node.state = refold(node.state.self, node.arrivals);
    const given: Input[] = [];
    for (const held of feeds.values()) {
      const { feed, entries } = held;
      const kept = node.arrivals.filter((input) => feedKey(input.feed) === feedKey(feed)).length;
      if (feed.recipient === node.node) held.heard = kept;
      if (feed.author !== node.node) continue;
      const isHome = feed.recipient === node.node;
      entries.splice(isHome ? kept : Math.max(kept, held.heard));
      if (!isHome) given.push(...lost.filter((input) => entries.indexOf(input) >= kept));
    }
    return given;
  }

  function entryOf(feed: FeedId, sequence: number): Input | undefined {
    return feeds.get(feedKey(feed))?.entries[sequence];
  }

  /** One arrival, then all own words that follow from it, as the corridor does. */
  function hear(node: CoreNode, input: Input): Fault | undefined {
    const first = one(node, input);
    const { feed, statement } = input;
    for (const fault of first.faults) node.refusals.push({ feed, sequence: statement.sequence, fault });
    for (const { statement: late, fault } of first.lapsed) {
      const { author, recipient, sequence } = late;
      node.refusals.push({ feed: { author, recipient }, sequence, fault });
    }
    let effects = first.effects;
    while (effects.length > 0) {
      const facts = effects.flatMap((effect) =>
        draftsOf(node, effect, entryOf).map((draft) => append(node, draft)),
      );
      const lifted = facts.flatMap((fact) => one(node, fact).effects);
      effects = [...lifted, ...consequences(node.state, facts)];
    }
    return first.faults[0];
  }

  function one(node: CoreNode, input: Input): ReturnType<typeof step> {
    const stepped = step(node.state, input);
    node.state = stepped.state;
    node.arrivals.push(input);
    node.faults.push(...stepped.faults);
    return stepped;
  }

  function append(node: CoreNode, draft: Draft): Input {
    const feed = { author: node.node, recipient: draft.to };
    const held = feeds.get(feedKey(feed)) ?? { feed, entries: [], heard: 0 };
    feeds.set(feedKey(feed), held);
    const { to, ...wording } = draft;
    const statement: Statement = {
      author: node.node,
      recipient: to,
      sequence: held.entries.length,
      incarnation: node.incarnation,
      createdAt: clockOf(node.name),
      ...wording,
    };
    const input = { feed, id: sha256(writeStatement(statement)), statement, at: clockOf(node.name) };
    held.entries.push(input);
    return input;
  }
}

/** A node that dies folds what it heard: the state must be the same. */
export function refold(self: Self, arrivals: readonly Input[]): State {
  return arrivals.reduce((state, input) => step(state, input).state, emptyState(self));
}

function draftsOf(
  node: CoreNode,
  effect: Effect,
  entryOf: (feed: FeedId, sequence: number) => Input | undefined,
): readonly Draft[] {
  switch (effect.kind) {
    case 'say':
      return [effect.draft];
    case 'cast': {
      const ballot = ballotOf(effect.draft, node.node, node.incarnation);
      const { caseId } = effect.draft;
      return effect.to.map((to) => ({ to, caseId, tlp: effect.tlp, body: { kind: 'ballot', ballot } }));
    }
    case 'repeat': {
      const said = entryOf({ author: node.node, recipient: effect.to }, effect.sequence)?.statement;
      if (said === undefined) throw new Error('what is said anew was said before');
      const { caseId, tlp, body } = said;
      return [{ to: effect.to, caseId, tlp, body }];
    }
    case 'forward':
      // Attachments are read from the store, which this world has not.
      return [];
  }
}

function ballotOf(draft: BallotDraft, author: NodeId, incarnation: number): Ballot {
  const bytes = writeBallot(draft, author, incarnation);
  const { caseId, charter, body } = draft;
  const signed = { bytes, signature: new Uint8Array() };
  return { id: sha256(bytes), author, incarnation, caseId, charter, body, signed };
}

export function coreSelf(seat: CoreSeat): Self {
  const node = storyNode(seat.name);
  return {
    node,
    name: `TEST ONLY ${seat.name}`,
    role: seat.role,
    mode: 'drill',
    zone: seat.zone ?? 'UTC',
    namespace: `https://${seat.name}.example`,
    idPrefix: seat.name.toUpperCase(),
    embargoDays: seat.embargoDays ?? 45,
    replyByDays: 7,
    cardText: `card of ${seat.name}`,
    certificate: `certificate of ${seat.name}`,
    zones: new Map(),
  };
}

/** A card without keys, for machines that never open an envelope. */
export function coreCard(seat: CoreSeat): Card {
  return {
    node: storyNode(seat.name),
    name: `TEST ONLY ${seat.name}`,
    role: seat.role,
    mode: 'drill',
    certificate: `certificate of ${seat.name}`,
    logKey: 'none',
    tlsPins: [],
    grpc: [],
    libp2p: [],
    zone: seat.zone ?? 'UTC',
    languages: ['en'],
    embargoDays: seat.embargoDays ?? 45,
    replyByDays: 7,
    cycles: [],
    sequence: 1,
    expiresAt: (STORY_NOW + 365 * 86_400_000) as Instant,
  };
}

/** Everybody knows and trusts everybody. */
export function introduceCores(world: CoreWorld, seats: readonly CoreSeat[]): void {
  for (const one of seats)
    for (const other of seats) {
      if (one.name === other.name) continue;
      world.order(one.name, { act: 'peer_add', card: coreCard(other), text: `card of ${other.name}` });
      world.order(one.name, { act: 'peer_verify', node: storyNode(other.name), method: 'telephone' });
    }
}
