/**
 * A peer holds more of our own feed than we do (LOG-6): it gives it back, and we enter it as if we had never lost it.
 *
 * A frame holds a few hundred entries and we signed no checkpoint at its end, only at the end of what the peer holds.
 * Were each frame entered as it comes, a peer could end with another history than the one that we signed, and our log
 * would have taken half of it. So the tail is asked for twice: the first time only its leaves are hashed, until they
 * give the root that we signed; the second time each entry is compared with the leaf that it had then. A tail that fits
 * in one frame is entered at once.
 */
import type { Hash } from '../core/bytes.js';
import { type Outcome, ok, refuse } from '../core/fault.js';
import { type FeedId, feedKey } from '../core/ids.js';
import { extend } from '../core/log/chain.js';
import type { Tip } from '../core/log/tip.js';
import { leafHash, rootOf } from '../core/log/tree.js';
import { writtenOnce } from '../core/settlement/ballot.js';
import type { Batch, Checkpoint, Frame, Sealed } from '../ports.js';
import type { Doors } from './doors.js';
import { enter, openAll, type Stretch } from './enter.js';
import { brokenPledge } from './pledges.js';
import type { ArrivalQueue } from './queue.js';

type Entries = Extract<Frame, { kind: 'entries' }>;
type Fetch = Extract<Frame, { kind: 'fetch' }>;

export interface Reclaim {
  /** What to ask for next: from the beginning of the loss, or from where an earlier link broke off. */
  ask(): Fetch;
  /**
   * One frame of what is given back. @returns what to ask for next, or `undefined` when all of it is on disk.
   * Faults: FEED_GAP, FEED_FORK (not what we signed), LEAF_*, ENVELOPE_*; KEY_UNKNOWN where a body inside was signed
   * by a node that is not verified here yet: nothing is entered then, and it may be given back later.
   */
  take(frame: Entries): Promise<Outcome<Fetch | undefined>>;
}

/** What is given back of our feeds, kept over links: a long tail over a bad line would else begin anew with each of them. */
export interface Reclaims {
  /** @param target as the peer shows it now; for another one the work begins anew. */
  of(feed: FeedId, target: Checkpoint): Reclaim;
  /** All of it is here, or it was not what we signed. */
  end(feed: FeedId): void;
}

export function openReclaims(doors: Doors, queue: ArrivalQueue): Reclaims {
  const known = new Map<string, { readonly target: Checkpoint; readonly reclaim: Reclaim }>();
  return {
    of(feed, target) {
      const before = known.get(feedKey(feed));
      if (before?.target.size === target.size && before.target.root === target.root) return before.reclaim;
      const reclaim = openReclaim(feed, target, doors, queue);
      known.set(feedKey(feed), { target, reclaim });
      return reclaim;
    },
    end: (feed) => void known.delete(feedKey(feed)),
  };
}

/** @param target our own checkpoint over what the peer holds; its signature held, and it is larger than our feed. */
function openReclaim(feed: FeedId, target: Checkpoint, doors: Doors, queue: ArrivalQueue): Reclaim {
  const where = feedKey(feed);
  const start = doors.feeds.head(feed).tip;
  const proven: Hash[] = [];
  let surveyed: Tip = start;
  return { ask, take };

  function ask(): Fetch {
    const held = doors.feeds.head(feed).tip.size;
    return from(surveyed.size === target.size ? held : surveyed.size);
  }

  function from(sequence: number): Fetch {
    return { kind: 'fetch', feed, from: sequence };
  }

  async function take(frame: Entries): Promise<Outcome<Fetch | undefined>> {
    if (surveyed.size === target.size) return await enterProven(frame);
    const extended = extend(surveyed, where, frame.from, frame.entries);
    if (!extended.ok) return extended;
    const { tip, known } = extended.value;
    if (known > 0 || tip.size > target.size)
      return refuse('FEED_GAP', { where, held: surveyed.size, offered: frame.from });
    const broken = brokenPledge(doors.pledges, feed, surveyed, frame.entries);
    if (broken !== undefined) {
      if (broken.note !== undefined) await doors.feeds.keepEvidence(feed, [broken.note, target.note]);
      return refuse('FEED_FORK', { where, offered: broken.size });
    }
    surveyed = tip;
    for (const { leaf } of frame.entries) proven.push(leafHash(leaf));
    if (tip.size < target.size) return ok(from(tip.size));
    if (rootOf(tip) !== target.root) return refuse('FEED_FORK', { where, offered: target.size });
    return frame.from === start.size ? await enterProven(frame) : ok(from(start.size));
  }

  async function enterProven(frame: Entries): Promise<Outcome<Fetch | undefined>> {
    const { tip: held } = doors.feeds.head(feed);
    const extended = extend(held, where, frame.from, frame.entries);
    if (!extended.ok) return extended;
    const { tip, known, leaves } = extended.value;
    const other = frame.entries.findIndex(
      ({ leaf }, index) => leafHash(leaf) !== proven[frame.from - start.size + index],
    );
    if (known > 0 || other >= 0)
      return refuse('FEED_FORK', { where, offered: frame.from + Math.max(0, other) });
    const stretch: Stretch = { feed, entries: frame.entries, leaves, tip };
    const opened = await openAll(stretch, doors);
    const stranger = opened.find((one) => !one.ok && one.fault.code === 'KEY_UNKNOWN');
    if (stranger !== undefined && !stranger.ok) return stranger;
    const said = opened.flatMap((one) => (one.ok ? [one.value] : []));
    const checkpoint = doors.sealer.checkpoint(feed, tip.size, rootOf(tip));
    await enter(stretch, opened, checkpoint, keysOf(said, doors), doors, queue);
    await doors.guard.move(doors.feeds.heads());
    return ok(tip.size === target.size ? undefined : from(tip.size));
  }
}

/** What we said once we shall not say again otherwise (R1). */
function keysOf(said: readonly Pick<Sealed, 'statement'>[], { self }: Doors): Batch['once'] {
  return said.flatMap(({ statement: { body } }) => writtenOnce(self.node, body) ?? []);
}
