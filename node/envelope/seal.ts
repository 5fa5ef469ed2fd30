/**
 * A statement on its way out: encoded once, signed, encrypted to its one recipient and to its author, and named
 * by a leaf (ENV-1, LOG-2).
 */
import { hash } from 'node:crypto';
import { createMessage, encrypt } from 'openpgp';
import type { Hash } from '../core/bytes.js';
import { Breakage, type Outcome } from '../core/fault.js';
import type { NodeId } from '../core/ids.js';
import { LIMITS } from '../core/limits.js';
import { writeLeaf } from '../core/log/leaf.js';
import type { Statement } from '../core/statement.js';
import type { Instant } from '../core/time.js';
import type { Named, Place, Sealed, Wording } from '../ports.js';
import { readStatement, writeStatement } from '../wire/codec.js';
import { type Certificate, judge, type Standing, standingAt } from './keyring.js';
import type { Keys } from './keys.js';
import { areUsual, sealPackets } from './packets.js';
import { OPENPGP } from './policy.js';
import { NO_DATE } from './verify.js';

/** Place of signed bytes in the vault. The bytes themselves say which feed and sequence they belong to. */
export const STATEMENT_PLACE = 'statement';

/**
 * What words become at their place, before anybody signs them.
 *
 * Words that we could not read back ourselves are refused here, before they have a place: a node that wrote them
 * down would find its own log damaged at the next start.
 * @throws Breakage ENVELOPE_OVERSIZE, STATEMENT_*.
 */
export function nameStatement(wording: Wording, place: Place): Named {
  const named = encoded(wording, place);
  const read = readStatement(named.bytes);
  if (!read.ok) throw new Breakage(read.fault);
  return named;
}

function encoded(wording: Wording, place: Place): Named {
  const statement = statementAt(wording, place);
  const bytes = writeStatement(statement);
  demandSize(bytes, LIMITS.statementBytes.most);
  return { id: digest(bytes), statement, bytes };
}

/**
 * Seals one statement of this node.
 *
 * A recipient whose key cannot be used now gets an envelope that only we can open: the place in the feed is filled,
 * nothing is disclosed, and the recipient asks for the words again when it can read (ENV-2).
 *
 * @param recipient certificate of `place.feed.recipient`, or why there is none; our own for the home feed.
 * @param named the same words, where {@link nameStatement} has encoded them.
 * @throws Breakage KEY_* for an own key that is not in force at `place.at`, ENVELOPE_OVERSIZE.
 */
export async function sealStatement(
  wording: Wording,
  place: Place,
  keys: Keys,
  recipient: Outcome<Certificate>,
  named: Named = encoded(wording, place),
): Promise<Sealed> {
  const { author } = place.feed;
  if (author !== keys.node || (recipient.ok && place.feed.recipient !== recipient.value.node))
    throw new Error('a node seals its own words, for the recipient of the feed');
  const withheld = recipient.ok ? await judge(recipient.value, place.at) : recipient.fault;
  const { id, statement, bytes } = named;
  const reader = recipient.ok && withheld === undefined ? recipient.value : keys.certificate;
  const envelope = await sealBytes(bytes, place.at, keys, reader);
  demandSize(envelope, LIMITS.envelopeBytes.most);
  const leaf = writeLeaf({
    sequence: place.sequence,
    incarnation: place.incarnation,
    envelope: digest(envelope),
    statement: id,
    at: place.at,
  });
  const rest = keys.vault.seal(STATEMENT_PLACE, bytes);
  return { entry: { leaf, envelope }, id, statement, rest, withheld };
}

/**
 * Signs and encrypts bytes: binary literal without name or date, no compression, key ids of recipients hidden
 * (FORMATS §10.2). @throws Breakage KEY_*
 */
export async function sealBytes(
  bytes: Uint8Array,
  at: Instant,
  keys: Keys,
  recipient: Certificate,
): Promise<Uint8Array> {
  const own = keys.certificate;
  const isHome = recipient.node === own.node;
  const date = new Date(at);
  const author = demandStanding(await standingAt(own, at));
  const readers = isHome ? [author] : [demandStanding(await standingAt(recipient, at)), author];
  const [signer] = keys.openpgp.getSubkeys(author.signing.getKeyID());
  if (signer && areUsual(readers)) return sealPackets(bytes, date, signer, readers);
  return encrypt({
    message: await createMessage({ binary: bytes, format: 'binary', date: NO_DATE }),
    encryptionKeys: isHome ? [own.key] : [recipient.key, own.key],
    signingKeys: keys.openpgp,
    wildcard: true,
    format: 'binary',
    date,
    config: OPENPGP,
  });
}

function demandStanding(standing: Outcome<Standing>): Standing {
  if (!standing.ok) throw new Breakage(standing.fault);
  return standing.value;
}

/** SHA-256 of bytes that may be large: the node's own, some ten times faster than that of the core. */
export function digest(bytes: Uint8Array): Hash {
  return hash('sha256', bytes, 'hex') as Hash;
}

function statementAt({ caseId, tlp, body }: Wording, { feed, sequence, incarnation, at }: Place): Statement {
  const recipient: NodeId = feed.recipient;
  return { author: feed.author, recipient, sequence, incarnation, createdAt: at, caseId, tlp, body };
}

function demandSize(bytes: Uint8Array, most: number): void {
  if (bytes.length > most) throw new Breakage({ code: 'ENVELOPE_OVERSIZE', offered: bytes.length, most });
}
