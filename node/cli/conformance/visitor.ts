/**
 * A node of the runner in conversation with the target. It keeps its two feeds in memory, gives receipts like an honest
 * peer, checks everything that it hears, and says whatever a check wants it to say. What it said in an earlier run it
 * takes back from the target, as a node does that has lost its disk (LOG-6).
 */
import { sameBytes } from '../../core/bytes.js';
import { Breakage, type Fault } from '../../core/fault.js';
import { type FeedId, feedKey, type StatementId } from '../../core/ids.js';
import { extend } from '../../core/log/chain.js';
import { EMPTY_TIP, type Tip } from '../../core/log/tip.js';
import { grow, leafHash, rootOf } from '../../core/log/tree.js';
import type { Statement } from '../../core/statement.js';
import type { Instant } from '../../core/time.js';
import { digest } from '../../envelope/seal.js';
import { openSealer } from '../../envelope/sealer.js';
import type { Checkpoint, Entry, Frame, Link, Place, Sealer, Transport, Wording } from '../../ports.js';
import { readFrame, writeFrame } from '../../wire/frames.js';
import { openByteLinks } from './byte-link.js';
import { openWay, type Target } from './target.js';
import type { Badge } from './visitor-keys.js';
import { Failed, type Watch } from './watch.js';

/** A word of the target that could be opened, or why not. */
export interface Heard {
  readonly sequence: number;
  /** Statement id, as the leaf names it. */
  readonly id: StatementId;
  readonly entry: Entry;
  readonly statement: Statement | undefined;
}

export interface Ending {
  /** The last fatal fault that the target named, or what made its bytes unreadable. */
  readonly fault: Fault | undefined;
}

/** The target ended a conversation that was to go on. */
export class Ended extends Failed {
  readonly ending: Ending;

  constructor(ending: Ending) {
    super(`the target ended the conversation with ${ending.fault?.code ?? 'no fault'}`);
    this.name = 'Ended';
    this.ending = ending;
  }
}

/** One link and all that came over it. */
export interface Conversation {
  /** Frames of the target, in order. */
  readonly frames: readonly Frame[];
  /** Set once nothing more can come. */
  over(): Ending | undefined;
  say(frame: Frame): void;
  sayBytes(bytes: Uint8Array): void;
  leave(): void;
}

export type FrameOf<Kind extends Frame['kind']> = Extract<Frame, { readonly kind: Kind }>;

export interface Visitor {
  readonly badge: Badge;
  readonly sealer: Sealer;
  readonly out: FeedId;
  readonly in: FeedId;
  /** Own entries that the target may hold, and the tip after them. */
  readonly said: { readonly entries: Entry[]; tip: Tip };
  readonly heard: Heard[];
  /** Told each word of the target, in order, from now on. */
  listen(listener: (heard: Heard) => void): void;
  /** Receipts of the target, sizes in the order of arrival. */
  readonly receipts: number[];
  /** Size of the target's feed for which a receipt was given. */
  receipted(): number;
  /** Whether entries are answered with receipts; on by default. */
  receipting(on: boolean): void;
  /** Gives the receipt for all that was heard and not receipted. */
  receiptNow(): void;
  /** A link without a word on it. @throws Breakage LINK_*, PEER_IDENTITY. */
  connect(): Promise<Conversation>;
  /** The link on which Hello was said both ways; a new one where there is none. */
  visit(): Promise<Conversation>;
  /** The target's Hello of the present visit. */
  theirHello(): FrameOf<'hello'>;
  hello(differs?: Partial<FrameOf<'hello'>>): FrameOf<'hello'>;
  leave(): void;
  /** Where the next own words stand. */
  place(differs?: Partial<Place>): Place;
  /** Appends an entry to the own feed and sends it. */
  append(...entries: readonly Entry[]): void;
  /** Says words like an honest node. @returns the statement as the target will read it, and its id. */
  say(wording: Wording): Promise<{ readonly statement: Statement; readonly id: StatementId }>;
  /** Resolves when the target has receipted all that was said. */
  acknowledged(): Promise<void>;
  close(): Promise<void>;
}

/** What all visitors of a run share. */
export interface Round {
  readonly target: Target;
  readonly watch: Watch;
  /** The instant by the clock of the target, as its Hello showed it. */
  now(): Instant;
  /** Takes the clock of the target from its Hello. */
  clock(theirs: Instant): void;
  /** Something that no correct node does, whatever is being checked. */
  flaw(says: string): void;
  /** Life of all visitors in this run. */
  readonly incarnation: number;
}

/** @param others cards that this visitor knows: ballots of the other visitors are verified too. */
export async function openVisitor(badge: Badge, others: readonly Badge[], round: Round): Promise<Visitor> {
  const { target, watch, flaw } = round;
  const { keys, name } = badge;
  const links = openByteLinks();
  const sealer = openSealer(keys);
  const trusted = new Map(others.map(({ card }) => [card.node, { card }]));
  await sealer.trust(trusted.set(target.node, { card: target.card }));
  const out: FeedId = { author: keys.node, recipient: target.node };
  const into: FeedId = { author: target.node, recipient: keys.node };
  const said = { entries: [] as Entry[], tip: EMPTY_TIP };
  const heard: Heard[] = [];
  const listeners: ((heard: Heard) => void)[] = [];
  const receipts: number[] = [];
  const givenBack: Entry[] = [];
  const checkpoints = new Map<number, string>();
  let tip: Tip = EMPTY_TIP;
  let given = { size: 0, note: undefined as Uint8Array | undefined };
  let isReceipting = true;
  /** The newest checkpoint of the target, which covers all that was heard. */
  let newest: Checkpoint | undefined;
  let transport: Transport | undefined;
  let present: Conversation | undefined;
  let greeted: FrameOf<'hello'> | undefined;
  let hearing: Promise<void> = Promise.resolve();

  const visitor: Visitor = {
    badge,
    sealer,
    out,
    in: into,
    said,
    heard,
    listen: (listener) => void listeners.push(listener),
    receipts,
    receipted: () => given.size,
    receipting: (on) => {
      isReceipting = on;
    },
    receiptNow: () => {
      if (present !== undefined && newest !== undefined) receipt(newest, present);
    },
    connect,
    visit,
    theirHello: () => {
      if (greeted === undefined) throw new Error('Hello was said');
      return greeted;
    },
    hello,
    leave: () => {
      present?.leave();
      present = undefined;
    },
    place,
    append,
    async say(wording) {
      const sealed = await sealer.seal(wording, place());
      append(sealed.entry);
      return { statement: sealed.statement, id: sealed.id };
    },
    acknowledged: async () => {
      const { size } = said.tip;
      await watch.until(
        `${name}: a receipt for ${size} entries`,
        () => receipts.at(-1) === size || undefined,
      );
    },
    async close() {
      visitor.leave();
      await transport?.close();
    },
  };
  return visitor;

  function place(differs: Partial<Place> = {}): Place {
    const { incarnation } = round;
    return { feed: out, sequence: said.tip.size, incarnation, at: round.now(), ...differs };
  }

  async function connect(): Promise<Conversation> {
    transport ??= await openWay(target.way, keys.node, keys, links);
    transport.admit(new Map([[target.node, target]]));
    return converse(await transport.dial(target));
  }

  function converse(link: Link): Conversation {
    const line = links.lineOf(link);
    const frames: Frame[] = [];
    let ending: Ending | undefined;
    let named: Fault | undefined;
    const conversation: Conversation = {
      frames,
      over: () => ending,
      say: (frame) => line.say(writeFrame(frame)),
      sayBytes: line.say,
      leave: line.end,
    };
    line.hear({
      arrived(bytes) {
        const frame = readFrame(bytes);
        if (!frame.ok) return flaw(`${name} heard what is no frame: ${frame.fault.code}`);
        frames.push(frame.value);
        if (frame.value.kind === 'fault' && frame.value.fatal) named = frame.value.fault;
        if (conversation === present) take(frame.value, conversation);
        watch.ring();
      },
      ended(fault) {
        ending = { fault: named ?? fault };
        if (conversation === present) present = undefined;
        watch.ring();
      },
    });
    return conversation;
  }

  async function visit(): Promise<Conversation> {
    if (present !== undefined) return present;
    const conversation = await connect();
    conversation.say(hello());
    const theirs = await watch.until(`${name}: Hello of the target`, () => helloOf(conversation));
    greeted = theirs;
    round.clock(theirs.clock);
    present = conversation;
    const held = sizeIn(theirs, out);
    if (held > said.tip.size) await takeBack(conversation, held);
    if (badge.card.role === 'centre')
      conversation.say({ kind: 'answer', incarnation: theirs.incarnation, said: said.tip.size });
    for (const frame of conversation.frames) if (frame.kind !== 'hello') take(frame, conversation);
    if (said.tip.size > held) send(conversation, held);
    return conversation;
  }

  function hello(differs: Partial<FrameOf<'hello'>> = {}): FrameOf<'hello'> {
    return {
      kind: 'hello',
      versions: [1],
      mode: badge.card.mode,
      node: keys.node,
      incarnation: round.incarnation,
      clock: round.now(),
      feeds: [
        { feed: out, size: said.tip.size, checkpoint: said.tip.size === 0 ? undefined : checkpoint() },
        { feed: into, size: given.size, checkpoint: given.note },
      ],
      ...differs,
    };
  }

  function checkpoint(): Uint8Array {
    const root = rootOf(said.tip);
    checkpoints.set(said.tip.size, root);
    return sealer.checkpoint(out, said.tip.size, root);
  }

  /** Our own words of an earlier run, one frame at a time. */
  async function takeBack(conversation: Conversation, size: number): Promise<void> {
    givenBack.splice(0);
    while (givenBack.length < size) {
      const { length } = givenBack;
      conversation.say({ kind: 'fetch', feed: out, from: length });
      const back = await watch.until(`${name}: our own feed given back`, () => {
        const ending = conversation.over();
        if (ending !== undefined) throw new Ended(ending);
        return conversation.frames.find(
          (frame): frame is FrameOf<'entries'> =>
            frame.kind === 'entries' && feedKey(frame.feed) === feedKey(out) && frame.from === length,
        );
      });
      givenBack.push(...back.entries);
    }
    const leaves = givenBack.map(({ leaf }) => leafHash(leaf));
    said.tip = grow(EMPTY_TIP, leaves, 1);
    said.entries.splice(0, said.entries.length, ...givenBack);
    const claimed = greeted?.feeds.find(({ feed }) => feedKey(feed) === feedKey(out))?.checkpoint;
    const signed = claimed && sealer.readCheckpoint(out, claimed);
    if (signed?.ok !== true || signed.value.root !== rootOf(said.tip))
      flaw(`${name}: the feed that was given back is not what its checkpoint says`);
    receipts.push(size);
  }

  function append(...entries: readonly Entry[]): void {
    const from = said.tip.size;
    const leaves = entries.map(({ leaf }) => leafHash(leaf));
    said.tip = grow(said.tip, leaves, round.incarnation);
    said.entries.push(...entries);
    if (present !== undefined) send(present, from);
  }

  function send(conversation: Conversation, from: number): void {
    const entries = said.entries.slice(from);
    conversation.say({ kind: 'entries', feed: out, from, entries, checkpoint: checkpoint() });
  }

  /** Frames of the visit that is on, as an honest peer takes them. */
  function take(frame: Frame, conversation: Conversation): void {
    switch (frame.kind) {
      case 'entries':
        if (feedKey(frame.feed) !== feedKey(into)) return;
        hearing = hearing.then(() => takeEntries(frame, conversation)).catch(broken);
        return;
      case 'receipt': {
        const receipt = sealer.readReceipt(out, frame.note);
        if (!receipt.ok) {
          flaw(`${name}: a receipt is refused: ${receipt.fault.code}`);
          return;
        }
        const { size, root } = receipt.value;
        if (checkpoints.get(size) !== root)
          flaw(`${name}: a receipt for ${size} entries, which we never signed`);
        receipts.push(size);
        return;
      }
      case 'fetch':
        if (feedKey(frame.feed) === feedKey(out) && frame.from < said.tip.size)
          send(conversation, frame.from);
        return;
      default:
        return;
    }
  }

  function broken(cause: unknown): void {
    flaw(`${name}: ${cause instanceof Breakage ? cause.fault.code : String(cause)}`);
    watch.ring();
  }

  async function takeEntries(frame: FrameOf<'entries'>, conversation: Conversation): Promise<void> {
    const { from, entries } = frame;
    for (const [index, entry] of entries.entries()) {
      const held = heard[from + index]?.entry;
      const isSame =
        held === undefined || (sameBytes(held.leaf, entry.leaf) && sameBytes(held.envelope, entry.envelope));
      if (!isSame) flaw(`${name}: entry ${from + index} came again with other bytes`);
    }
    const extended = extend(tip, 'the feed of the target', from, entries, digest);
    if (!extended.ok) return flaw(`${name}: its entries do not extend its feed: ${extended.fault.code}`);
    const { known, leaves } = extended.value;
    const read = sealer.readCheckpoint(into, frame.checkpoint);
    if (!read.ok) return flaw(`${name}: its checkpoint is refused: ${read.fault.code}`);
    const { size, root } = read.value;
    const isWhole =
      leaves.length > 0 && size === extended.value.tip.size && root === rootOf(extended.value.tip);
    if (leaves.length > 0 && !isWhole)
      return flaw(`${name}: its checkpoint for ${size} entries is not of what it sent`);
    for (const [index, leaf] of leaves.entries()) {
      const entry = entries[known + index] as Entry;
      const { sequence, incarnation, at } = leaf;
      const opened = await sealer.open(entry, { feed: into, sequence, incarnation, at }, round.now());
      if (!opened.ok) flaw(`${name}: entry ${sequence} cannot be opened: ${opened.fault.code}`);
      const statement = opened.ok ? opened.value.statement : undefined;
      const word: Heard = { sequence, id: leaf.statement, entry, statement };
      heard.push(word);
      for (const listener of listeners) listener(word);
    }
    if (leaves.length > 0) tip = extended.value.tip;
    if (size === tip.size) {
      newest = read.value;
      if (isReceipting) receipt(newest, conversation);
    }
    watch.ring();
  }

  function receipt(checkpoint: Checkpoint, conversation: Conversation): void {
    given = { size: checkpoint.size, note: checkpoint.note };
    conversation.say({ kind: 'receipt', feed: into, note: sealer.cosign(checkpoint, round.now()) });
  }
}

/** The Hello that a conversation must begin with. @throws Failed where it began otherwise or ended. */
export function helloOf(conversation: Conversation): FrameOf<'hello'> | undefined {
  const [first] = conversation.frames;
  if (first?.kind === 'hello') return first;
  if (first !== undefined) throw new Failed(`the target began with ${first.kind} instead of Hello`);
  if (conversation.over() !== undefined) throw new Failed('the target ended the conversation before Hello');
  return undefined;
}

/** How much of a feed a Hello claims to hold. */
export function sizeIn(hello: FrameOf<'hello'>, wanted: FeedId): number {
  return hello.feeds.find(({ feed }) => feedKey(feed) === feedKey(wanted))?.size ?? 0;
}
