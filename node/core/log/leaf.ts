/**
 * One line of a log (LOG-2). A leaf names the envelope and the statement by hash and carries nothing of either,
 * so that a log may be shown to a third party without showing what was said.
 */
import { type Hash, sha256Bytes, textOf, utf8 } from '../bytes.js';
import { canonical } from '../canonical.js';
import { type Outcome, ok, refuse } from '../fault.js';
import type { StatementId } from '../ids.js';
import { LIMITS } from '../limits.js';
import { type Instant, readInstant, writeInstant } from '../time.js';

/** What a leaf says. */
export interface Leaf {
  /** Place in the feed, from 0. */
  readonly sequence: number;
  /** The life of the author in which it was said (LOG-6); at least 1. */
  readonly incarnation: number;
  /** SHA-256 of the ciphertext. */
  readonly envelope: Hash;
  /** SHA-256 of the signed bytes (ENV-1). */
  readonly statement: StatementId;
  /** When it was said, by the author's clock. */
  readonly at: Instant;
}

/** `readLeaf(writeLeaf(a)) = a`. The bytes are canonical JSON; the caller owns them. */
export function writeLeaf(leaf: Leaf): Uint8Array {
  return utf8(
    canonical({
      at: writeInstant(leaf.at),
      env: leaf.envelope,
      inc: leaf.incarnation,
      seq: leaf.sequence,
      stmt: leaf.statement,
      v: 1,
    }),
  );
}

// Canonical JSON leaves one spelling for these six members, so a pattern reads it exactly; white space, another
// order or another member is another leaf hash and therefore no leaf.
const LEAF =
  /^\{"at":"([0-9TZ:.-]{20,24})","env":"([0-9a-f]{64})","inc":([1-9]\d{0,15}),"seq":(0|[1-9]\d{0,15}),"stmt":"([0-9a-f]{64})","v":1\}$/;

/**
 * Reads a leaf from a peer or from disk.
 *
 * Faults: LEAF_OVERSIZE, LEAF_MALFORMED (not the one canonical spelling of version 1).
 */
export function readLeaf(bytes: Uint8Array): Outcome<Leaf> {
  if (bytes.length > LIMITS.leafBytes.most) {
    return refuse('LEAF_OVERSIZE', { offered: bytes.length, most: LIMITS.leafBytes.most });
  }
  const parts = LEAF.exec(textOf(bytes) ?? '');
  if (!parts) return refuse('LEAF_MALFORMED');
  const [, at = '', envelope = '', incarnation, sequence, statement = ''] = parts;
  const instant = readInstant(at);
  if (instant === undefined || writeInstant(instant) !== at) return refuse('LEAF_MALFORMED', { where: 'at' });
  const numbers = { incarnation: Number(incarnation), sequence: Number(sequence) };
  if (!Number.isSafeInteger(numbers.incarnation)) return refuse('LEAF_MALFORMED', { where: 'inc' });
  if (!Number.isSafeInteger(numbers.sequence)) return refuse('LEAF_MALFORMED', { where: 'seq' });
  return ok({ ...numbers, envelope: envelope as Hash, statement: statement as StatementId, at: instant });
}

/**
 * Hash of a leaf in the tree: SHA-256 of 0x00 and the leaf.
 * @returns 32 bytes; the caller owns them.
 * @see RFC 6962 §2.1
 */
export function leafHashBytes(leaf: Uint8Array): Uint8Array {
  const prefixed = new Uint8Array(leaf.length + 1);
  prefixed.set(leaf, 1);
  return sha256Bytes(prefixed);
}
