/**
 * `log verify`: recomputes a log and checks who signed it. A log of the store and an exported one are the same
 * to it, so that what we export is checked by the very code that checks ours.
 */
import type { Fault, Outcome } from '../core/fault.js';
import { ok, refuse } from '../core/fault.js';
import { type FeedId, feedKey } from '../core/ids.js';
import type { Tip } from '../core/log/tip.js';
import { rootOf } from '../core/log/tree.js';
import type { Checkpoint, Entry, Receipt } from '../ports.js';
import type { FeedStore } from './feeds.js';
import { walk } from './walk.js';

/** Signatures of one log; the Sealer port bound to a feed, or the keys that lie beside an exported log. */
export interface NoteReader {
  /** Faults: CHECKPOINT_MALFORMED, CHECKPOINT_SIGNATURE, CHECKPOINT_ORIGIN. */
  checkpoint(note: Uint8Array): Outcome<Checkpoint>;
  /** Faults: RECEIPT_MALFORMED, RECEIPT_SIGNATURE, CHECKPOINT_*. */
  receipt(note: Uint8Array): Outcome<Receipt>;
}

/** What was found to hold. */
export interface VerifiedLog {
  readonly tip: Tip;
  readonly checkpoint: Checkpoint | undefined;
  /** How many receipts hold; each is for a prefix of this log (I9). */
  readonly receipts: number;
  /** The one for the most entries. */
  readonly newest: Receipt | undefined;
}

/** A log with what was signed about it. */
export interface SignedLog {
  /** Name of the log, for faults. */
  readonly where: string;
  readonly entries: AsyncIterable<Entry>;
  /** Absent for an empty log. */
  readonly checkpoint: Uint8Array | undefined;
  /** Cosigned notes. */
  readonly receipts: readonly Uint8Array[];
}

/**
 * Verifies a log whole.
 *
 * Faults: those of {@link walk}; CHECKPOINT_ROOT or RECEIPT_ROOT where what was signed is not a root of these
 * entries; those of the reader; each with the log in `where`.
 * @throws Breakage STORE_DAMAGED where the entries come from a store that finds damage.
 */
export async function verifyLog(log: SignedLog, notes: NoteReader): Promise<Outcome<VerifiedLog>> {
  const { where } = log;
  const signed = readSigned(log, notes);
  if (!signed.ok) return inLog(where, signed.fault);
  const { checkpoint, receipts } = signed.value;
  const bySize = new Map<number, Receipt[]>();
  for (const receipt of receipts) bySize.set(receipt.size, [...(bySize.get(receipt.size) ?? []), receipt]);
  const walked = await walk(where, log.entries, ({ tip }) => {
    const here = bySize.get(tip.size) ?? [];
    bySize.delete(tip.size);
    return here.every(({ root }) => root === rootOf(tip))
      ? undefined
      : { code: 'RECEIPT_ROOT', where, offered: tip.size };
  });
  if (!walked.ok) return walked;
  const tip = walked.value;
  if ((checkpoint?.size ?? 0) !== tip.size || (checkpoint && checkpoint.root !== rootOf(tip))) {
    return refuse('CHECKPOINT_ROOT', { where, held: tip.size, offered: checkpoint?.size ?? 0 });
  }
  const beyond = [...bySize.keys()].find((size) => size > 0);
  if (beyond !== undefined) return refuse('RECEIPT_ROOT', { where, held: tip.size, offered: beyond });
  const newest = receipts.reduce<Receipt | undefined>(
    (best, next) => (best === undefined || next.size >= best.size ? next : best),
    undefined,
  );
  return ok({ tip, checkpoint, receipts: receipts.length, newest });
}

/** Signatures first: what nobody signed is not worth a walk. */
function readSigned(
  log: SignedLog,
  notes: NoteReader,
): Outcome<{ readonly checkpoint: Checkpoint | undefined; readonly receipts: readonly Receipt[] }> {
  const checkpoint = log.checkpoint === undefined ? ok(undefined) : notes.checkpoint(log.checkpoint);
  if (!checkpoint.ok) return checkpoint;
  const receipts: Receipt[] = [];
  for (const note of log.receipts) {
    const receipt = notes.receipt(note);
    if (!receipt.ok) return receipt;
    receipts.push(receipt.value);
  }
  return ok({ checkpoint: checkpoint.value, receipts });
}

/** Verifies one feed of the store: entries, checkpoint, and every receipt that was ever kept. */
export async function verifyFeed(
  feeds: FeedStore,
  feed: FeedId,
  notes: NoteReader,
): Promise<Outcome<VerifiedLog>> {
  const receipts: Uint8Array[] = [];
  for await (const { note } of feeds.receipts(feed)) receipts.push(note);
  const log: SignedLog = {
    where: feedKey(feed),
    entries: entriesOf(feeds, feed),
    checkpoint: feeds.head(feed).checkpoint,
    receipts,
  };
  return verifyLog(log, notes);
}

/** So many entries are in memory at once. */
const STRETCH = { entries: 256, bytes: 4 << 20 };

/** All entries of a feed up to `size`, in order. */
export async function* entriesOf(
  feeds: FeedStore,
  feed: FeedId,
  size: number = feeds.head(feed).tip.size,
): AsyncGenerator<Entry> {
  for (let from = 0; from < size; ) {
    const { entries } = await feeds.read(feed, from, {
      ...STRETCH,
      entries: Math.min(STRETCH.entries, size - from),
    });
    yield* entries;
    from += entries.length;
  }
}

function inLog(where: string, fault: Fault): { readonly ok: false; readonly fault: Fault } {
  return {
    ok: false,
    fault: { ...fault, where: fault.where === undefined ? where : `${where} ${fault.where}` },
  };
}
