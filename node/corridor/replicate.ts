/**
 * Third stretch of the corridor, door 7, and the conversation around it: one link with one peer. Both sides say
 * Hello with what they hold; then each streams what the other has not acknowledged and answers entries with
 * receipts. What a peer has not acknowledged is what we owe it; there is no other list.
 */
import { type ClockSample, isPrompt } from '../core/clocks.js';
import { Breakage, type Fault, type FaultCode } from '../core/fault.js';
import { type FeedId, feedKey, type NodeId } from '../core/ids.js';
import { LIMITS } from '../core/limits.js';
import { rootOf } from '../core/log/tree.js';
import type { Instant } from '../core/time.js';
import type { Frame, Link } from '../ports.js';
import { admit, feedsWith } from './admit.js';
import type { Allowance } from './allowance.js';
import type { Doors } from './doors.js';
import type { ArrivalQueue } from './queue.js';
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

/** The peer holds more of our feed than we do: this node is older than what it has said (LOG-6). */
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
 * @param broken called with Breakage of the store or {@link Restored}: the process ends.
 * @param sampled called when the peer answered so promptly that its clock can be compared with ours (R10).
 */
export function converse(
  link: Link,
  doors: Doors,
  queue: ArrivalQueue,
  inTurn: InTurn,
  fetches: Allowance,
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
  let stopWatch: () => void = () => undefined;

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
    await link.send(hello());
    const frames = link.frames[Symbol.asyncIterator]();
    const first = await frames.next();
    stopWatch();
    if (first.done === true) return { code: 'LINK_CLOSED' };
    const refusal = judgeHello(first.value);
    if (refusal !== undefined) return await refuseLink(refusal);
    let failure: unknown;
    const pumping = pump().catch((cause: unknown) => {
      failure = cause;
      close();
    });
    for (;;) {
      const next = await frames.next();
      if (next.done === true) break;
      const fault = await answer(next.value);
      if (fault !== undefined) return await refuseLink(fault);
    }
    open = false;
    wake();
    await pumping;
    if (failure !== undefined) throw failure;
    return undefined;
  }

  function hello(): Frame {
    return {
      kind: 'hello',
      versions: VERSIONS,
      mode: doors.self.mode,
      node: doors.self.node,
      incarnation: doors.guard.incarnation,
      clock: clock.now(),
      feeds: [pair.out, pair.in].map((feed) => {
        const { tip, checkpoint } = feeds.head(feed);
        return { feed, size: tip.size, checkpoint };
      }),
    };
  }

  function judgeHello(frame: Frame): Fault | undefined {
    if (frame.kind === 'fault') return frame.fault;
    if (frame.kind !== 'hello') return { code: 'FRAME_ORDER', where: frame.kind };
    if (!frame.versions.some((version) => VERSIONS.includes(version))) return { code: 'VERSION_UNSUPPORTED' };
    if (frame.mode !== doors.self.mode) return { code: 'PEER_MODE', where: link.peer };
    if (frame.node !== link.peer) return { code: 'PEER_IDENTITY', where: link.peer };
    const claimed = frame.feeds.find(({ feed }) => feedKey(feed) === feedKey(pair.out));
    const theirs = claimed?.size ?? 0;
    const ours = feeds.head(pair.out).tip.size;
    if (theirs > ours) {
      // Only our own signature proves that we said more than we hold; a mere number must not stop a node.
      const signed =
        claimed?.checkpoint === undefined ? undefined : sealer.readCheckpoint(pair.out, claimed.checkpoint);
      if (signed?.ok === true && signed.value.size > ours)
        throw new Restored(pair.out, ours, signed.value.size);
      return { code: 'CHECKPOINT_MALFORMED', held: ours, offered: theirs };
    }
    // What the peer holds without our having its receipt is said once more: it answers `known` with a receipt.
    cursor.sent = Math.min(theirs, feeds.head(pair.out).acknowledged);
    cursor.acknowledged = cursor.sent;
    cursor.known = theirs;
    greet(frame.clock);
    return undefined;
  }

  async function answer(frame: Frame): Promise<Fault | undefined> {
    switch (frame.kind) {
      case 'entries': {
        if (feedKey(frame.feed) !== feedKey(pair.in)) return { code: 'FEED_UNKNOWN' };
        const admission = await inTurn(feedKey(frame.feed), () => admit(frame, doors, queue));
        if (admission.ok) {
          await link.send({ kind: 'receipt', feed: pair.in, note: admission.value.receipt });
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
        // Asked to say it again: receipts already given stand, so this costs the peer's time and ours only.
        if (feedKey(frame.feed) !== feedKey(pair.out)) return { code: 'FEED_UNKNOWN' };
        return await streamAgain(frame.from);
      case 'fault':
        journal.write({ event: 'fault', fault: frame.fault, peer: link.peer });
        return frame.fatal ? frame.fault : undefined;
      case 'bye':
        close();
        return undefined;
      case 'hello':
        return { code: 'FRAME_ORDER', where: 'hello' };
    }
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
    const fault: Fault = { code: 'LIMIT_EXCEEDED', where: 'fetch', most: LIMITS.fetches.most };
    if (allowed === 'ended') return fault;
    journal.write({ event: 'fault', fault, peer: link.peer });
    await link.send({ kind: 'fault', fault, fatal: false });
    return undefined;
  }

  async function takeReceipt(note: Uint8Array): Promise<Fault | undefined> {
    const receipt = sealer.readReceipt(pair.out, note);
    if (!receipt.ok) return receipt.fault;
    const { size } = receipt.value;
    // Our own signature on the checkpoint vouches for its root; for more than we hold it proves that we are restored.
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
      const isOwed = cursor.sent < head.tip.size;
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
      const { from, entries, tip } = await feeds.read(pair.out, cursor.sent, {
        entries: LIMITS.frameEntries.most,
        bytes: LIMITS.frameBytes.most / 4,
      });
      if (!open) return;
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
