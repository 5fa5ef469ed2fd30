/**
 * First stretch of the corridor, doors 1 to 3: entries from a peer become part of its in-feed. The receipt is
 * returned only when everything is on disk: it is a promise that we can keep.
 */
import type { Fault, Outcome } from '../core/fault.js';
import { ok, refuse } from '../core/fault.js';
import { type FeedId, feedKey } from '../core/ids.js';
import { extend, forkOfHeld } from '../core/log/chain.js';
import { rootOf } from '../core/log/tree.js';
import type { Frame } from '../ports.js';
import type { Doors } from './doors.js';
import { enter, openAll } from './enter.js';
import { brokenPledge } from './pledges.js';
import type { ArrivalQueue } from './queue.js';

export interface Admission {
  /** The cosigned checkpoint to send back, once the guard has been moved. */
  readonly receipt: Uint8Array;
}

type EntriesFrame = Extract<Frame, { kind: 'entries' }>;

/**
 * Admits one frame of entries.
 *
 * A gap or a fork refuses the whole frame. An envelope that cannot be opened is stored with its fault and
 * receipted, so that one bad entry never blocks a feed (ENV-2).
 *
 * Faults: FEED_GAP, FEED_FORK, FEED_FULL, LEAF_*, ENVELOPE_OVERSIZE, ENVELOPE_HASH, CHECKPOINT_*.
 * @throws Breakage STORE_* when nobody knows what is on disk.
 */
export async function admit(
  frame: EntriesFrame,
  doors: Doors,
  queue: ArrivalQueue,
): Promise<Outcome<Admission>> {
  const { feeds, sealer, clock } = doors;
  const { feed, from, entries } = frame;
  const where = feedKey(feed);
  const head = feeds.head(feed);
  const extended = extend(head.tip, where, from, entries, sealer.digest);
  if (!extended.ok) return await judged(frame, doors, extended.fault);
  const { tip, known, leaves, compare } = extended.value;
  const checkpoint = sealer.readCheckpoint(feed, frame.checkpoint);
  if (!checkpoint.ok) return checkpoint;
  if (compare.count > 0) {
    const held = await feeds.read(feed, compare.from, {
      entries: compare.count,
      bytes: Number.MAX_SAFE_INTEGER,
    });
    const fork = forkOfHeld(
      where,
      compare.from,
      held.entries.map(({ leaf }) => leaf),
      entries,
    );
    if (fork !== undefined) return await judged(frame, doors, fork);
  }
  if (leaves.length === 0) return repeated(frame, doors);
  const { size, root } = checkpoint.value;
  if (size !== tip.size) return refuse('CHECKPOINT_ROOT', { where, held: tip.size, offered: size });
  // The author signed another history than the one it sent: both signatures together are the proof (LOG-7).
  if (root !== rootOf(tip)) return await judged(frame, doors, { code: 'FEED_FORK', where, offered: size });

  const stretch = { feed, entries: entries.slice(known), leaves, tip };
  const pledge = brokenPledge(doors.pledges, feed, head.tip, stretch.entries);
  if (pledge !== undefined)
    return await judged(frame, doors, { code: 'FEED_FORK', where, offered: pledge.size }, pledge.note);

  const opened = await openAll(stretch, doors);
  // Our cosignature lies on disk with the entries, and leaves the house only after them: with it an exported
  // in-log shows what we promised.
  const receipt = sealer.cosign(checkpoint.value, clock.now());
  await enter(stretch, opened, receipt, [], doors, queue);
  return ok({ receipt });
}

/** Nothing new: the peer asks again for the receipt that it missed. */
function repeated(frame: EntriesFrame, doors: Doors): Outcome<Admission> {
  const { checkpoint } = doors.feeds.head(frame.feed);
  return checkpoint === undefined
    ? refuse('FEED_GAP', { where: feedKey(frame.feed) })
    : ok({ receipt: checkpoint });
}

/** A fork is evidence: both signed checkpoints are kept for ever (LOG-7). */
async function judged(
  frame: EntriesFrame,
  doors: Doors,
  fault: Fault,
  held: Uint8Array | undefined = doors.feeds.head(frame.feed).checkpoint,
): Promise<Outcome<Admission>> {
  if (fault.code === 'FEED_FORK') {
    const signed = doors.sealer.readCheckpoint(frame.feed, frame.checkpoint).ok;
    if (held !== undefined && signed) await doors.feeds.keepEvidence(frame.feed, [held, frame.checkpoint]);
  }
  return { ok: false, fault };
}

/** The two feeds between this node and a peer. */
export function feedsWith(
  self: FeedId['author'],
  peer: FeedId['author'],
): { readonly out: FeedId; readonly in: FeedId } {
  return { out: { author: self, recipient: peer }, in: { author: peer, recipient: self } };
}
