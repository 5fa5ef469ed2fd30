/**
 * An author that fills feeds: entries with random-looking envelopes, checkpoints and receipts with real
 * signatures by keys made from a number. Nothing here is OpenPGP: the store never looks inside an envelope.
 */
import { type Hash, sha256, utf8 } from '../../node/core/bytes.js';
import { type FeedId, feedKey, type NodeId, nodeId } from '../../node/core/ids.js';
import { writeCheckpointBody } from '../../node/core/log/checkpoint.js';
import { writeLeaf } from '../../node/core/log/leaf.js';
import { EMPTY_TIP, type Tip } from '../../node/core/log/tip.js';
import { grow, leafHash, rootOf } from '../../node/core/log/tree.js';
import { after, type Instant, readInstant, SECOND } from '../../node/core/time.js';
import type { ArrivalKey, Batch, Entry, NewEntry, Receipt } from '../../node/ports.js';
import { cosignedNote, type LogKey, logKey, signedNote } from './notes.js';

/** When the first entry of every feed is said. */
export const START: Instant = readInstant('2027-03-01T09:00:00Z') as Instant;

/** A node by number, from 1 on. */
function node(number: number): NodeId {
  return nodeId(sha256(`node ${number}`).slice(0, 40)) as NodeId;
}

/** A feed between two nodes by number. */
export function feed(author: number, recipient: number): FeedId {
  return { author: node(author), recipient: node(recipient) };
}

/** The log key of a node; the same for the same node. */
export function keyOf(of: NodeId): LogKey {
  return logKey(`test.example/${of}`);
}

/** Opaque origin of a feed: the author's key name and 128 bits (LOG-3). */
function originOf(of: FeedId): string {
  return `${keyOf(of.author).name}/${sha256(feedKey(of)).slice(0, 32)}`;
}

/** The author’s checkpoint for this tip. */
export function checkpointOf(of: FeedId, tip: Pick<Tip, 'size' | 'range'>): Uint8Array {
  const body = writeCheckpointBody({ origin: originOf(of), size: tip.size, root: rootOf(tip) });
  return signedNote(body, keyOf(of.author));
}

/** The recipient's receipt on the author's checkpoint for this tip. */
export function receiptOf(of: FeedId, tip: Pick<Tip, 'size' | 'range'>, at: Instant = START): Receipt {
  const note = cosignedNote(checkpointOf(of, tip), keyOf(of.recipient), at);
  return { size: tip.size, root: rootOf(tip), at: (at - (at % SECOND)) as Instant, note };
}

/** An entry with what the store is told beside it. */
export interface Written {
  readonly entry: Entry;
  readonly statement: Hash;
  readonly at: Instant;
}

const ENTRIES = new Map<string, Written>();
const TIPS = new Map<string, Tip[]>();

/** One entry of a feed; another `text` gives another entry for the same place. Made once, as it never changes. */
export function entryOf(of: FeedId, sequence: number, text = ''): Written {
  const name = `${feedKey(of)} ${sequence} ${text}`;
  const made = ENTRIES.get(name) ?? makeEntry(name, sequence);
  ENTRIES.set(name, made);
  return made;
}

function makeEntry(name: string, sequence: number): Written {
  const statement = sha256(`statement ${name}`);
  const envelope = utf8(`envelope ${statement} ${'.'.repeat((sequence * 37) % 400)}`);
  const at = after(START, sequence * SECOND);
  const leaf = writeLeaf({ sequence, incarnation: 1, envelope: sha256(envelope), statement, at });
  return { entry: { leaf, envelope }, statement, at };
}

/** Tip over the first `size` entries that {@link entryOf} makes. */
export function tipOf(of: FeedId, size: number, text = ''): Tip {
  const name = `${feedKey(of)} ${text}`;
  const tips = TIPS.get(name) ?? [EMPTY_TIP];
  TIPS.set(name, tips);
  for (let at = tips.length - 1; at < size; at += 1) {
    tips.push(grow(tips[at] ?? EMPTY_TIP, [leafHash(entryOf(of, at, text).entry.leaf)], 1));
  }
  return tips[size] ?? EMPTY_TIP;
}

/** An entry on its way into the store, with a rest that stands for sealed text. */
export function arrivalOf(of: FeedId, sequence: number, key: ArrivalKey, text = ''): NewEntry {
  const { entry, statement, at } = entryOf(of, sequence, text);
  const rest = utf8(`rest of ${statement}`);
  return { key, feed: of, sequence, statement, at, content: { rest }, entry };
}

/**
 * A batch that grows one feed.
 *
 * @param tip before the batch.
 * @param keys one place for each new entry.
 */
export function batchOf(
  of: FeedId,
  tip: Tip,
  keys: readonly ArrivalKey[],
  extra: Partial<Pick<Batch, 'once' | 'heard'>> = {},
): Batch {
  const entries = keys.map((key, at) => arrivalOf(of, tip.size + at, key));
  const grown = grow(
    tip,
    entries.map(({ entry }) => leafHash(entry.leaf)),
    1,
  );
  return {
    entries,
    tips: [{ feed: of, tip: grown, checkpoint: checkpointOf(of, grown) }],
    once: extra.once ?? [],
    heard: extra.heard,
  };
}

/** `count` places with majors from `first` on. */
export function majors(first: number, count: number): readonly ArrivalKey[] {
  return Array.from({ length: count }, (_, at) => ({ major: first + at, minor: 0 }));
}

/** All of it, in order. */
export async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of source) all.push(one);
  return all;
}
