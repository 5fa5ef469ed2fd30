/**
 * Door 3, once a stretch of a feed is judged: its envelopes are opened, its entries take their places, and everything
 * is on disk before the machine hears of it. The same for what a peer says and for what it gives back to us.
 */
import type { Hash } from '../core/bytes.js';
import { Breakage, type Outcome } from '../core/fault.js';
import type { FeedId } from '../core/ids.js';
import type { Leaf } from '../core/log/leaf.js';
import type { Tip } from '../core/log/tip.js';
import type { Batch, Entry, NewEntry, Sealed } from '../ports.js';
import type { Doors } from './doors.js';
import type { Admitted, ArrivalQueue } from './queue.js';
import { sideBySide } from './side-by-side.js';

/** How many envelopes are opened side by side: the cryptography runs on the library's threads. */
const OPEN_TOGETHER = 8;

type Opened = Outcome<Pick<Sealed, 'statement' | 'rest'>>;

/** A judged stretch: `entries[i]` has the leaf `leaves[i]`; after the last one the feed stands at `tip`. */
export interface Stretch {
  readonly feed: FeedId;
  readonly entries: readonly Entry[];
  readonly leaves: readonly Leaf[];
  readonly tip: Tip;
}

/** Opens every envelope of a stretch; what cannot be opened is a fault at its place (ENV-2). */
export function openAll({ feed, entries, leaves }: Stretch, doors: Doors): Promise<readonly Opened[]> {
  return sideBySide(entries, OPEN_TOGETHER, (entry, index) => {
    const { sequence, incarnation, at } = nth(leaves, index);
    return doors.sealer.open(entry, { feed, sequence, incarnation, at }, doors.clock.now());
  });
}

/**
 * Writes a stretch and hands it to the machine. Resolves when it is on disk; the caller moves the guard before it
 * tells anybody (LOG-6).
 *
 * @param checkpoint for exactly `tip`, as it is to lie beside the head of the feed.
 * @param once write-once keys that these entries take (R1); a key that holds another ballot keeps it, loudly.
 * @throws Breakage STORE_* when nobody knows what is on disk.
 */
export async function enter(
  stretch: Stretch,
  opened: readonly Opened[],
  checkpoint: Uint8Array,
  once: Batch['once'],
  doors: Doors,
  queue: ArrivalQueue,
): Promise<void> {
  const { feed, entries, leaves, tip } = stretch;
  const at = doors.clock.now();
  const slot = queue.reserve(entries.length);
  const taken = entries.map((entry, index): { readonly written: NewEntry; readonly admitted: Admitted } => {
    const leaf = nth(leaves, index);
    const result = nth(opened, index);
    const written: NewEntry = {
      key: { major: slot.major + index, minor: 0 },
      feed,
      sequence: leaf.sequence,
      statement: result.ok ? (leaf.statement as Hash) : undefined,
      at,
      content: result.ok ? { rest: result.value.rest } : { fault: result.fault },
      entry,
    };
    return {
      written,
      admitted: { arrival: written, statement: result.ok ? result.value.statement : undefined },
    };
  });
  const batch = {
    entries: taken.map(({ written }) => written),
    tips: [{ feed, tip, checkpoint }],
    heard: undefined,
  };
  await write(batch, once, doors);
  slot.fill(taken.map(({ admitted }) => admitted));
}

/** Two ballots of ours under one key: both are on record, in two feeds, and the first keeps the key. */
async function write(batch: Omit<Batch, 'once'>, once: Batch['once'], doors: Doors): Promise<void> {
  try {
    await doors.feeds.write({ ...batch, once });
  } catch (cause) {
    if (!(cause instanceof Breakage) || cause.fault.code !== 'BALLOT_TWICE') throw cause;
    doors.journal.write({ event: 'fault', fault: cause.fault });
    await write(
      batch,
      once.filter(({ key }) => key !== cause.fault.where),
      doors,
    );
  }
}

function nth<T>(list: readonly T[], index: number): T {
  const found = list[index];
  if (found === undefined) throw new Error('a stretch is as long as its leaves');
  return found;
}
