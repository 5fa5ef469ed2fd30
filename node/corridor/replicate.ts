/**
 * Third stretch of the corridor, door 7, and the conversation around it: one link with one peer. Both sides say
 * Hello with what they hold; then each streams what the other has not acknowledged and answers entries with
 * receipts. What a peer has not acknowledged is what we owe it; there is no other list.
 *
 * Before we stream, our own feed is made good: a peer that holds more of it than we do gives it back (LOG-6). Then
 * each side answers the other's Hello (R9): "what stands in my Hello is all that I hold of yours, and so much of mine
 * is all that I had to say".
 */
import { type ClockSample, isPrompt } from '../core/clocks.js';
import { Breakage, type Fault, type FaultCode } from '../core/fault.js';
import { type FeedId, feedKey, type NodeId } from '../core/ids.js';
import { LIMITS } from '../core/limits.js';
import { rootOf } from '../core/log/tree.js';
import type { Instant } from '../core/time.js';
import { isCrowded } from '../core/told.js';
import type { Checkpoint, FeedHead, Frame, Link } from '../ports.js';
import { admit, feedsWith } from './admit.js';
import type { Allowance } from './allowance.js';
import type { Doors } from './doors.js';
import type { ArrivalQueue } from './queue.js';
import type { Reclaim, Reclaims } from './reclaim.js';
import { answersTo, type Register } from './register.js';
import type { InTurn } from './turns.js';

/** Protocol versions that this node speaks, best first. */
const VERSIONS: readonly number[] = [1];

export interface Conversation {
  readonly peer: NodeId;
  /** Own words to this peer are on disk: stream them. */
  grown(): void;
  /** Ends the link; the peer may dial again. */
  close(): void;
  /** Settles when the link has ended, with the fault that ended it, if one did. */
  readonly ended: Promise<Fault | undefined>;
  /** Resolves with the clock of the peer when both sides have said Hello; never when the link ends before. */
  readonly greeted: Promise<Instant>;
}

interface Cursor {
  /** Entries sent on this link, acknowledged or not. */
  sent: number;
  acknowledged: number;
  /** Sizes of the checkpoints that are under way, and when each was sent. */
  readonly underWay: Map<number, Instant>;
  /** What the peer held when it said Hello: a receipt for no more than that may be an old one. */
  known: number;
}

type Hello = Extract<Frame, { kind: 'hello' }>;
type Answer = Extract<Frame, { kind: 'answer' }>;

/** Within one life a peer came to hold more of our feed than we do: another life of ours speaks beside this one. */
class Restored extends Error {
  readonly fault: Fault;

  constructor(feed: FeedId, held: number, offered: number) {
    super('a peer holds more of our feed than we do');
    this.name = 'Restored';
    this.fault = { code: 'NODE_RESTORED', where: feedKey(feed), held, offered };
  }
}

/**
 * Holds a conversation until the link ends.
 * @param fetches how often this peer may ask for entries again, over all its links.
 * @param reclaims what was given back of our feeds so far, over all links.
 * @param broken called with Breakage of the store or {@link Restored}: the process ends.
 * @param sampled called when the peer answered so promptly that its clock can be compared with ours (R10).
 */
export function converse(
  link: Link,
  doors: Doors,
  queue: ArrivalQueue,
  inTurn: InTurn,
  fetches: Allowance,
  reclaims: Reclaims,
  register: Register,
  broken: (cause: unknown) => void,
  sampled: (sample: ClockSample) => void,
): Conversation {
  const { feeds, sealer, clock, journal } = doors;
  const pair = feedsWith(doors.self.node, link.peer);
  const cursor: Cursor = { sent: 0, acknowledged: 0, underWay: new Map(), known: 0 };
  let greet: (clock: Instant) => void = () => undefined;
  const greeted = new Promise<Instant>((resolve) => {
    greet = resolve;
  });
  let wake: () => void = () => undefined;
  let open = true;
  /** Nothing is streamed before our own feed is whole. */
  let whole = false;
  let reclaim: Reclaim | undefined;
  let theirHello: Hello | undefined;
  let promised: Answer | undefined;
  /** Why the peer ended the conversation. */
  let told: Fault | undefined;
  /** Entries of the peer's own feed that it was given back. */
  let given = 0;
  let stopWatch: () => void = () => undefined;
  /** Settles when the last receipt is on its way. */
  let receipted: Promise<void> = Promise.resolve();
  /** Why something that runs beside the talk could not go on. */
  let failure: unknown;

  const ended = hold();
  return { peer: link.peer, grown: () => wake(), close, ended, greeted };

  function close(): void {
    open = false;
    stopWatch();
    link.close();
    wake();
  }

  async function hold(): Promise<Fault | undefined> {
    try {
      return await talk();
    } catch (cause) {
      if (cause instanceof Breakage && !isFatal(cause.fault.code)) return cause.fault;
      broken(cause);
      return cause instanceof Breakage || cause instanceof Restored ? cause.fault : undefined;
    } finally {
      close();
    }
  }

  async function talk(): Promise<Fault | undefined> {
    stopWatch = clock.elapse(LIMITS.helloWaitMs.most, close);
    // In turn: an older conversation may still be writing, and what we say that we hold must be all of it.
    await inTurn(feedKey(pair.in), async () => {
      const heads = [pair.out, pair.in].map((feed) => feeds.head(feed));
      // Hello names this life and shows our signature, so the guard must know both; what is appended while it moves, it
      // does not know yet (LOG-6).
      await doors.guard.move(feeds.heads());
      await link.send(hello(heads));
    });
    const frames = link.frames[Symbol.asyncIterator]();
    const first = await frames.next();
    stopWatch();
    if (first.done === true) return { code: 'LINK_CLOSED' };
    const refusal = (await judgeHello(first.value)) ?? (await meet());
    if (refusal !== undefined) return await refuseLink(refusal);
    const pumping = pump().catch(failed);
    for (;;) {
      const next = await frames.next();
      if (next.done === true) break;
      const fault = await answer(next.value);
      if (fault !== undefined) return await refuseLink(fault);
    }
    open = false;
    wake();
    await Promise.all([pumping, receipted]);
    if (failure !== undefined) throw failure;
    return undefined;
  }

  /** What streams beside the talk ends it. */
  function failed(cause: unknown): void {
    failure = cause;
    close();
  }

  async function sendReceipt(note: Uint8Array): Promise<void> {
    await doors.guard.move(feeds.heads());
    if (open) await link.send({ kind: 'receipt', feed: pair.in, note });
  }

  function hello(heads: readonly FeedHead[]): Frame {
    return {
      kind: 'hello',
      versions: VERSIONS,
      mode: doors.self.mode,
      node: doors.self.node,
      incarnation: doors.guard.incarnation,
      clock: clock.now(),
      feeds: heads.map(({ feed, tip, checkpoint }) => ({ feed, size: tip.size, checkpoint })),
    };
  }

  async function judgeHello(frame: Frame): Promise<Fault | undefined> {
    if (frame.kind === 'fault') return refusedBy(frame.fault);
    if (frame.kind !== 'hello') return { code: 'FRAME_ORDER', where: frame.kind };
    if (!frame.versions.some((version) => VERSIONS.includes(version))) return { code: 'VERSION_UNSUPPORTED' };
    if (frame.mode !== doors.self.mode) return { code: 'PEER_MODE', where: link.peer };
    if (frame.node !== link.peer) return { code: 'PEER_IDENTITY', where: link.peer };
    // The fence (R9): what an older life of the peer still has under way does not enter any more.
    const latest = Math.max(
      register.state().life.hellos.get(link.peer) ?? 0,
      feeds.head(pair.in).tip.incarnation,
    );
    if (frame.incarnation < latest)
      return { code: 'PEER_FENCED', where: link.peer, held: latest, offered: frame.incarnation };
    theirHello = frame;
    return undefined;
  }

  /** Compares what the peer holds of our feed with what we hold of it. */
  async function meet(): Promise<Fault | undefined> {
    const claimed = theirHello?.feeds.find(({ feed }) => feedKey(feed) === feedKey(pair.out));
    const theirs = claimed?.size ?? 0;
    const { tip, acknowledged } = feeds.head(pair.out);
    const signed =
      claimed?.checkpoint === undefined ? undefined : sealer.readCheckpoint(pair.out, claimed.checkpoint);
    const checkpoint = signed?.ok === true && signed.value.size === theirs ? signed.value : undefined;
    if (theirs > tip.size) {
      // Only our own signature proves that we said more than we hold; a mere number must not impress a node.
      if (checkpoint === undefined) return { code: 'CHECKPOINT_MALFORMED', held: tip.size, offered: theirs };
      const { life } = register.state();
      if (life.returned.get(link.peer) === life.incarnation)
        throw new Restored(pair.out, tip.size, checkpoint.size);
      void register.enter({ kind: 'lacking', peer: link.peer, held: tip.size, offered: theirs });
      journal.write({ event: 'alarm', alarm: 'a peer gives back what we had lost', peer: link.peer });
      reclaim = reclaims.of(pair.out, checkpoint);
      await link.send(reclaim.ask());
    } else {
      if (checkpoint !== undefined && !(await isOurs(checkpoint))) {
        const { checkpoint: held } = feeds.head(pair.out);
        if (held !== undefined) await feeds.keepEvidence(pair.out, [held, checkpoint.note]);
        return { code: 'FEED_FORK', where: feedKey(pair.out), held: tip.size, offered: theirs };
      }
      madeWhole();
    }
    // What the peer holds without our having its receipt is said once more: it answers `known` with a receipt.
    cursor.sent = Math.min(theirs, acknowledged);
    cursor.acknowledged = cursor.sent;
    cursor.known = theirs;
    greet(theirHello?.clock ?? clock.now());
    return undefined;
  }

  /** Does our feed begin with what we signed there? */
  async function isOurs({ size, root }: Checkpoint): Promise<boolean> {
    const { tip } = feeds.head(pair.out);
    if (size === 0 || size === tip.size) return size === 0 || rootOf(tip) === root;
    const last = await feeds.read(pair.out, size - 1, { entries: 1, bytes: LIMITS.frameBytes.most });
    return rootOf(last.tip) === root;
  }

  /** Our feed to this peer is whole: it may grow again, and the peer's Hello is answered. */
  function madeWhole(): void {
    whole = true;
    wake();
    void acquaint().catch(failed);
  }

  async function acquaint(): Promise<void> {
    const { life } = register.state();
    const { size } = feeds.head(pair.out).tip;
    if (life.returned.get(link.peer) !== life.incarnation) {
      // Before a word of ours takes a place that the pledge speaks of: else it would be held against whoever returns it.
      if (size < (doors.pledges?.of(pair.out)?.size ?? 0)) await doors.pledges?.lost(pair.out, size);
      await register.enter({ kind: 'returned', peer: link.peer, size });
    }
    takePromise();
    if (theirHello === undefined || !answersTo(doors, register.state(), link.peer)) return;
    const { incarnation } = theirHello;
    if (incarnation > (register.state().life.hellos.get(link.peer) ?? 0))
      await register.enter({ kind: 'hello', peer: link.peer, incarnation });
    // Everything that followed from the Hello stands in our feed now.
    if (!open) return;
    await link
      .send({ kind: 'answer', incarnation, said: feeds.head(pair.out).tip.size })
      .catch((cause: unknown) => {
        if (!(cause instanceof Breakage)) throw cause;
      });
  }

  /** An answer counts when all that the peer had to say before it is on disk here, and our own feed is whole. */
  function takePromise(): void {
    if (promised === undefined || !whole || feeds.head(pair.in).tip.size < promised.said) return;
    const { incarnation } = promised;
    promised = undefined;
    const state = register.state();
    if (incarnation !== doors.guard.incarnation || !answersTo(doors, state, link.peer)) return;
    if (state.life.answers.get(link.peer) === incarnation) return;
    void register.enter({ kind: 'answered', peer: link.peer, incarnation });
  }

  /** A refusal that says that a later life of ours was heard makes this one begin again, above it. */
  function refusedBy(fault: Fault): Fault {
    told = fault;
    const isOurs = fault.code === 'PEER_FENCED' && fault.where === doors.self.node;
    if (isOurs && fault.held !== undefined) register.fenced(link.peer, fault.held);
    return fault;
  }

  async function answer(frame: Frame): Promise<Fault | undefined> {
    switch (frame.kind) {
      case 'entries': {
        if (feedKey(frame.feed) === feedKey(pair.out)) return await takeBack(frame);
        if (feedKey(frame.feed) !== feedKey(pair.in)) return { code: 'FEED_UNKNOWN' };
        // Not receipted, so it is said again, on this link or a later one.
        if (isCrowded(register.state(), link.peer)) return await refuseFrame('waiting', 'waitingRestored');
        // Closed while it waited: a newer conversation has told the peer what we hold, and that must stay true.
        const admission = await inTurn(feedKey(frame.feed), async () =>
          open ? await admit(frame, doors, queue) : undefined,
        );
        if (admission === undefined) return undefined;
        // While one receipt is under way the next frame is opened; a peer that takes none is not read any more.
        await receipted;
        if (admission.ok) {
          takePromise();
          receipted = sendReceipt(admission.value.receipt).catch(failed);
          return undefined;
        }
        journal.write({ event: 'fault', fault: admission.fault, peer: link.peer });
        if (admission.fault.code !== 'FEED_GAP') return admission.fault;
        await link.send({ kind: 'fetch', feed: pair.in, from: feeds.head(pair.in).tip.size });
        return undefined;
      }
      case 'receipt':
        return await takeReceipt(frame.note);
      case 'fetch':
        if (feedKey(frame.feed) === feedKey(pair.in)) return await giveBack(frame.from);
        // Asked to say it again: receipts already given stand, so this costs the peer's time and ours only.
        if (feedKey(frame.feed) !== feedKey(pair.out)) return { code: 'FEED_UNKNOWN' };
        return await streamAgain(frame.from);
      case 'fault':
        journal.write({ event: 'fault', fault: frame.fault, peer: link.peer });
        return frame.fatal ? refusedBy(frame.fault) : undefined;
      case 'answer':
        promised = frame;
        takePromise();
        return undefined;
      case 'bye':
        close();
        return undefined;
      case 'hello':
        return { code: 'FRAME_ORDER', where: 'hello' };
    }
  }

  /** The peer lost what it once said to us: it asks for its own feed, one frame at a time (LOG-6). */
  async function giveBack(from: number): Promise<Fault | undefined> {
    // What we hold is told with our cosignature on it, so the guard has to know first.
    await receipted;
    const { tip, checkpoint } = feeds.head(pair.in);
    if (checkpoint === undefined || from >= tip.size)
      return { code: 'FEED_GAP', where: feedKey(pair.in), held: tip.size, offered: from };
    const most = { entries: LIMITS.frameEntries.most, bytes: LIMITS.frameBytes.most / 4 };
    const { entries } = await feeds.read(pair.in, from, most);
    // It takes the whole feed twice at most: once to prove it, once to keep it.
    given += entries.length;
    if (given > 2 * tip.size) return { code: 'LIMIT_EXCEEDED', where: 'fetch', most: 2 * tip.size };
    await link.send({ kind: 'entries', feed: pair.in, from, entries, checkpoint });
    return undefined;
  }

  async function takeBack(frame: Extract<Frame, { kind: 'entries' }>): Promise<Fault | undefined> {
    if (reclaim === undefined) return { code: 'FEED_UNKNOWN' };
    const taking = reclaim;
    // In turn with every other conversation that may take the same feed back.
    const taken = await inTurn(feedKey(pair.out), async () => (open ? await taking.take(frame) : undefined));
    if (taken === undefined) return undefined;
    if (!taken.ok) {
      reclaims.end(pair.out);
      return taken.fault;
    }
    if (taken.value !== undefined) await link.send(taken.value);
    else {
      reclaims.end(pair.out);
      reclaim = undefined;
      madeWhole();
    }
    return undefined;
  }

  /** A peer in a loop of demands is refused; entries that it really misses stay owed to it until a later demand. */
  async function streamAgain(from: number): Promise<Fault | undefined> {
    const allowed = fetches.take(clock.now());
    if (allowed === 'granted') {
      cursor.sent = Math.min(from, cursor.sent);
      cursor.acknowledged = cursor.sent;
      wake();
      return undefined;
    }
    if (allowed === 'ended') return { code: 'LIMIT_EXCEEDED', where: 'fetch', most: LIMITS.fetches.most };
    return await refuseFrame('fetch', 'fetches');
  }

  /** One frame too many: the peer is told, and the link goes on. */
  async function refuseFrame(where: string, limit: 'fetches' | 'waitingRestored'): Promise<undefined> {
    const fault: Fault = { code: 'LIMIT_EXCEEDED', where, most: LIMITS[limit].most };
    journal.write({ event: 'fault', fault, peer: link.peer });
    await link.send({ kind: 'fault', fault, fatal: false });
  }

  async function takeReceipt(note: Uint8Array): Promise<Fault | undefined> {
    const receipt = sealer.readReceipt(pair.out, note);
    if (!receipt.ok) return receipt.fault;
    const { size } = receipt.value;
    // Our own signature on the checkpoint vouches for its root; our feed is whole, so nobody holds more of it.
    const { size: ours } = feeds.head(pair.out).tip;
    if (size > ours) throw new Restored(pair.out, ours, size);
    const sentAt = cursor.underWay.get(size);
    for (const sent of cursor.underWay.keys()) if (sent <= size) cursor.underWay.delete(sent);
    // A fresh cosignature that came at once tells what the clock of the peer shows (R10).
    if (sentAt !== undefined && size > cursor.known && isPrompt(sentAt, clock.now()))
      sampled({ peer: link.peer, sentAt, peerAt: receipt.value.at });
    cursor.acknowledged = Math.max(cursor.acknowledged, size);
    cursor.sent = Math.max(cursor.sent, size);
    await feeds.acknowledge(pair.out, receipt.value);
    if (cursor.underWay.size === 0) stopWatch();
    wake();
    return undefined;
  }

  /** Streams what is owed, at most a window ahead of the receipts. */
  async function pump(): Promise<void> {
    while (open) {
      const head = feeds.head(pair.out);
      const isOwed = whole && cursor.sent < head.tip.size;
      const hasRoom =
        cursor.underWay.size < LIMITS.windowFrames.most &&
        cursor.sent - cursor.acknowledged < LIMITS.windowEntries.most;
      if (!isOwed || !hasRoom) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      await doors.guard.move(feeds.heads());
      // No further than the guard knows (LOG-6): more may have been appended while it moved.
      const guarded = head.tip.size - cursor.sent;
      if (guarded <= 0) continue;
      const { from, entries, tip } = await feeds.read(pair.out, cursor.sent, {
        entries: Math.min(LIMITS.frameEntries.most, guarded),
        bytes: LIMITS.frameBytes.most / 4,
      });
      if (!open) return;
      // The peer asked for something earlier, or has receipted more, while we read: what we read is not the next any more.
      if (cursor.sent !== from) continue;
      const root = rootOf(tip);
      cursor.underWay.set(tip.size, clock.now());
      cursor.sent = tip.size;
      stopWatch();
      stopWatch = clock.elapse(LIMITS.receiptWaitMs.most, close);
      const checkpoint = sealer.checkpoint(pair.out, tip.size, root);
      try {
        await link.send({ kind: 'entries', feed: pair.out, from, entries, checkpoint });
      } catch (cause) {
        if (cause instanceof Breakage && !isFatal(cause.fault.code)) return close();
        throw cause;
      }
    }
  }

  /** Names the reason to the peer before the link ends. */
  async function refuseLink(fault: Fault): Promise<Fault> {
    // What the peer told us it need not hear again, least of all as if we said it of it.
    if (fault === told) return fault;
    journal.write({ event: 'fault', fault, peer: link.peer });
    try {
      await link.send({ kind: 'fault', fault, fatal: true });
    } catch {
      // The peer is gone already; the journal has the reason.
    }
    return fault;
  }
}

/** Breakage of the house itself ends the process; that of a link ends the link. */
function isFatal(code: FaultCode): boolean {
  return code.startsWith('STORE_') || code === 'BALLOT_TWICE';
}
