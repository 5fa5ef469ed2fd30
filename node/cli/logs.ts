/** The peer logs of a store for the control room: verification, proofs, export. */

import type { Logs, LogVerdict, Repair } from '../control/desk.js';
import { textOf } from '../core/bytes.js';
import { type Outcome, ok, refuse } from '../core/fault.js';
import { type FeedId, feedKey, type NodeId } from '../core/ids.js';
import { readCheckpointBody } from '../core/log/checkpoint.js';
import { writeProof } from '../core/log/proof.js';
import { rootOf } from '../core/log/tree.js';
import type { State } from '../core/state.js';
import type { Instant } from '../core/time.js';
import type { Keys } from '../envelope/keys.js';
import { isSignedBy, readNote, writeVerifierKey } from '../envelope/note.js';
import type { Sealer } from '../ports.js';
import { writeBackup } from '../store/backup.js';
import { exportLog } from '../store/export.js';
import type { FeedStore } from '../store/feeds.js';
import { proveEntry } from '../store/prove.js';
import { readRepair } from '../store/repair-record.js';
import { type NoteReader, verifyFeed } from '../store/verify.js';
import { notesByKeys } from './notes-by-keys.js';

export function logsOf(
  feeds: FeedStore,
  sealer: Sealer,
  keys: Keys,
  state: () => State,
  now: () => Instant,
  repair: string,
): Logs {
  return {
    async repaired() {
      const read = await readRepair(repair);
      if (!read.ok || read.value === undefined) return read.ok ? ok(undefined) : read;
      const { at, aside } = read.value;
      const lines: Repair['feeds'][number][] = [];
      for (const { feed, kept, size, root, returned } of read.value.feeds.values()) {
        const isLong = feeds.head(feed).tip.size >= size;
        const isBack = isLong && rootOf(await feeds.tipAt(feed, size)) === root;
        lines.push({ feed, kept, size, returned, isBack });
      }
      return ok({ at, aside, feeds: lines });
    },
    async verify(feed) {
      const signed = await verifyFeed(feeds, feed, keptNotes(feed) ?? notesOf(sealer, feed));
      // Of a feed that was lost whole there is nothing to be wrong.
      const isPartial = (!signed.ok || signed.value.tip.size === 0) && (await isAwaited(feed));
      const verified = isPartial ? await verifyFeed(feeds, feed, ownNotes(keys, sealer, feed)) : signed;
      if (!verified.ok) return verified;
      const { tip, receipts, newest } = verified.value;
      return ok({ size: tip.size, root: rootOf(tip), receipts, receiptSize: newest?.size ?? 0, isPartial });
    },
    async prove(feed, sequence) {
      const proof = await proveEntry(feeds, feed, sequence);
      return proof.ok ? ok(textOf(writeProof(proof.value)) ?? '') : proof;
    },
    async export(feed, directory) {
      const authorKey = logKeyOf(feed.author);
      const peerKey = logKeyOf(feed.recipient);
      if (authorKey === undefined || peerKey === undefined)
        return refuse('KEY_UNKNOWN', { where: feedKey(feed) });
      const done = await exportLog(feeds, feed, directory, { upTo: 'receipt', authorKey, peerKey });
      if (!done.ok) return done;
      const { size, cosigned } = done.value;
      const root = rootOf(await feeds.tipAt(feed, size));
      const verdict: LogVerdict = {
        size,
        root,
        receipts: cosigned ? 1 : 0,
        receiptSize: cosigned ? size : 0,
        isPartial: false,
      };
      return ok(verdict) satisfies Outcome<LogVerdict>;
    },
    async backup(directory) {
      const { self, peers } = state();
      const cards = [
        { node: self.node, text: self.cardText },
        ...[...peers].map(([node, { cardText }]) => ({ node, text: cardText })),
      ];
      const owner = { node: keys.node, at: now(), logKey: logKeyOf, cards };
      const written = await writeBackup(feeds, directory, owner);
      if (!written.ok) return written;
      const entries = written.value.feeds.reduce((sum, { size }) => sum + size, 0);
      return ok({ feeds: written.value.feeds.length, entries });
    },
  };

  /** A repair kept a beginning of this feed of a peer, and the rest has not come back (LOG-5). */
  async function isAwaited(feed: FeedId): Promise<boolean> {
    const read = await readRepair(repair);
    const mark = read.ok ? read.value?.feeds.get(feedKey(feed)) : undefined;
    return mark !== undefined && feed.author !== keys.node && feeds.head(feed).tip.size < mark.size;
  }

  /** A peer that is removed is trusted in nothing new; what it signed before stays evidence, by the key of its card. */
  function keptNotes(feed: FeedId): NoteReader | undefined {
    const other = feed.author === keys.node ? feed.recipient : feed.author;
    const peer = state().peers.get(other);
    if (peer === undefined || peer.standing === 'verified') return undefined;
    return notesByKeys(logKeyOf(feed.author) ?? '', logKeyOf(feed.recipient) ?? '');
  }

  function logKeyOf(node: NodeId): string | undefined {
    return node === keys.node ? writeVerifierKey(keys.log.verifier) : state().peers.get(node)?.card.logKey;
  }
}

/** Of another's feed that was kept in part: our own signature says no more than that we hold so much. */
function ownNotes(keys: Keys, sealer: Sealer, feed: FeedId): NoteReader {
  return {
    ...notesOf(sealer, feed),
    checkpoint(bytes) {
      const note = readNote(bytes);
      if (note === undefined) return refuse('CHECKPOINT_MALFORMED');
      if (!isSignedBy(note, keys.log.verifier)) return refuse('CHECKPOINT_SIGNATURE');
      const body = readCheckpointBody(note.text);
      return body.ok ? ok({ size: body.value.size, root: body.value.root, note: bytes }) : body;
    },
  };
}

function notesOf(sealer: Sealer, feed: FeedId): NoteReader {
  return {
    checkpoint: (note) => sealer.readCheckpoint(feed, note),
    receipt: (note) => sealer.readReceipt(feed, note),
  };
}
