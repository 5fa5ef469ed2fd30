/**
 * Opening an entry, in the order of ENV-2: size, leaf, decrypt, verify, header, author and place, body. The first
 * check that fails names the fault, and nothing is decoded before the signature holds.
 */
import {
  type AnyPacket,
  type DecryptedSessionKey,
  decryptSessionKeys,
  enums,
  Message,
  PacketList,
  readMessage,
  type SessionKey,
} from 'openpgp';
import { type FaultCode, type Outcome, ok, refuse } from '../core/fault.js';
import type { NodeId } from '../core/ids.js';
import { LIMITS } from '../core/limits.js';
import { type Leaf, readLeaf } from '../core/log/leaf.js';
import type { Ballot } from '../core/settlement/ballot.js';
import { ballotsIn } from '../core/settlement/embedded.js';
import type { Body, Statement } from '../core/statement.js';
import type { Instant } from '../core/time.js';
import type { Entry, Place, Sealed } from '../ports.js';
import { readStatement } from '../wire/codec.js';
import { type Certificate, readCertificate } from './keyring.js';
import type { Keys } from './keys.js';
import { openSessionKey } from './packets.js';
import { OPENPGP } from './policy.js';
import { digest, STATEMENT_PLACE } from './seal.js';
import { type Doubt, type DoubtCodes, verifyDetached, verifyMessage } from './verify.js';

/** Certificates of nodes whose words are accepted. Faults: KEY_*. */
export type Ring = (node: NodeId) => Outcome<Certificate>;

/**
 * Opens one entry for this node. Entries of an own feed that a peer gives back (LOG-6) are opened alike; our key
 * is then judged at the time they were said, for we have used others since.
 *
 * Faults: ENVELOPE_*, LEAF_*, STATEMENT_*, KEY_*, BALLOT_SIGNATURE.
 */
export async function openEntry(
  { leaf: leafBytes, envelope }: Entry,
  place: Place,
  now: Instant,
  keys: Keys,
  ring: Ring,
): Promise<Outcome<Pick<Sealed, 'statement' | 'rest'>>> {
  const author = ring(place.feed.author);
  if (!author.ok) return author;
  const most = LIMITS.envelopeBytes.most;
  if (envelope.length > most) return refuse('ENVELOPE_OVERSIZE', { offered: envelope.length, most });
  const leaf = readLeaf(leafBytes);
  if (!leaf.ok) return leaf;
  if (digest(envelope) !== leaf.value.envelope) return refuse('ENVELOPE_HASH');
  const signed = await openBytes(envelope, author.value, place, now, keys);
  if (!signed.ok) return signed;
  if (digest(signed.value) !== leaf.value.statement) return refuse('STATEMENT_ID');
  const statement = readStatement(signed.value);
  if (!statement.ok) return statement;
  const astray = whereAstray(statement.value, place, leaf.value);
  if (astray) return refuse(astray);
  const ballots = await verifyBallots(statement.value.body, now, ring);
  if (!ballots.ok) return ballots;
  return ok({ statement: statement.value, rest: keys.vault.seal(STATEMENT_PLACE, signed.value) });
}

const ENVELOPE_CODES: DoubtCodes = {
  malformed: 'ENVELOPE_MALFORMED',
  unsigned: 'ENVELOPE_UNSIGNED',
  several: 'ENVELOPE_SIGNATURES',
  foreign: 'ENVELOPE_FOREIGN',
  forged: 'ENVELOPE_FORGED',
  clock: 'ENVELOPE_CLOCK',
};

async function openBytes(
  envelope: Uint8Array,
  author: Certificate,
  place: Place,
  now: Instant,
  keys: Keys,
): Promise<Outcome<Uint8Array>> {
  const sealed = await readMessage({ binaryMessage: envelope, config: OPENPGP }).catch(() => undefined);
  if (!sealed || !isEnvelope(sealed)) return refuse('ENVELOPE_MALFORMED');
  const isOurs = place.feed.author === keys.node;
  const opened = await decrypted(sealed, isOurs, keys, now);
  if (!opened.ok) return opened;
  const verified = await verifyMessage(opened.value, {
    by: author,
    now: isOurs ? laterOf(place.at, now) : now,
    keyAt: isOurs ? 'signature' : 'receipt',
    codes: ENVELOPE_CODES,
  });
  if (!verified.ok) return verified;
  const { bytes, signedAt } = verified.value;
  // The leaf says when it was said; a signature of another day was made for something else.
  if (Math.abs(signedAt - place.at) > LIMITS.signatureSkewMs.most)
    return refuse('ENVELOPE_CLOCK', { held: place.at, offered: signedAt });
  const most = LIMITS.statementBytes.most;
  return bytes.length > most ? refuse('ENVELOPE_OVERSIZE', { offered: bytes.length, most }) : ok(bytes);
}

/** Session keys for at most two (each costs us a decryption to try), then one encrypted packet with a check sum. */
function isEnvelope({ packets }: Message<Uint8Array>): boolean {
  const sessionKeys = packets.filterByTag(enums.packet.publicKeyEncryptedSessionKey).length;
  const bodies = packets.filterByTag(enums.packet.symEncryptedIntegrityProtectedData).length;
  return sessionKeys >= 1 && sessionKeys <= 2 && bodies === 1 && packets.length === sessionKeys + bodies;
}

async function decrypted(
  sealed: Message<Uint8Array>,
  isOurs: boolean,
  keys: Keys,
  now: Instant,
): Promise<Outcome<Message<Uint8Array>>> {
  const sessionKeys = await sessionKeysOf(sealed, isOurs, keys, now);
  if (sessionKeys.length === 0) return refuse('ENVELOPE_UNDECRYPTABLE');
  try {
    const opened = await sealed.decrypt(undefined, undefined, sessionKeys, new Date(now), OPENPGP);
    // Bytes in, bytes out: the library's streams appear only where a stream was given.
    return ok(opened as Message<Uint8Array>);
  } catch (cause) {
    // The only sentence of the library that we read. Should it change, the refusal stays and the code is vaguer.
    const bomb = cause instanceof Error && cause.message.includes('decompressed message size exceeded');
    return refuse(bomb ? 'ENVELOPE_OVERSIZE' : 'ENVELOPE_MALFORMED');
  }
}

/**
 * The library tries our key on every hidden recipient. We write the recipient first and the author second, so one
 * trial is enough; an envelope in another order costs one more.
 */
async function sessionKeysOf(
  { packets }: Message<Uint8Array>,
  isOurs: boolean,
  keys: Keys,
  now: Instant,
): Promise<SessionKey[]> {
  const written = [...packets.filterByTag(enums.packet.publicKeyEncryptedSessionKey)];
  for (const packet of isOurs ? written.reverse() : written) {
    const only = new PacketList<AnyPacket>();
    only.push(packet);
    const message = new Message<Uint8Array>(only);
    const usual = await openSessionKey(message, keys.opening);
    if (usual) return [usual];
    const options = { message, decryptionKeys: keys.openpgp, date: new Date(now), config: OPENPGP };
    const found = await decryptSessionKeys(options).catch(() => []);
    if (found.length > 0) return found.flatMap(named);
  }
  return [];
}

/** The library would take the ciphers of the last century as well, for messages that were stored then. */
const CIPHERS: ReadonlySet<string> = new Set(['aes128', 'aes256']);

// Only the second version of the encrypted packet leaves the cipher to the packet; we neither write nor take it.
function named({ data, algorithm }: DecryptedSessionKey): readonly SessionKey[] {
  return algorithm !== null && CIPHERS.has(algorithm) ? [{ data, algorithm }] : [];
}

function whereAstray(statement: Statement, place: Place, leaf: Leaf): FaultCode | undefined {
  if (statement.author !== place.feed.author) return 'STATEMENT_AUTHOR';
  if (statement.recipient !== place.feed.recipient) return 'STATEMENT_RECIPIENT';
  if (statement.sequence !== place.sequence || statement.sequence !== leaf.sequence)
    return 'STATEMENT_SEQUENCE';
  if (statement.incarnation !== place.incarnation || statement.incarnation !== leaf.incarnation)
    return 'STATEMENT_INCARNATION';
  return statement.createdAt === place.at && statement.createdAt === leaf.at ? undefined : 'STATEMENT_TIME';
}

const BALLOT_CODES: Readonly<Record<Doubt, 'BALLOT_SIGNATURE'>> = {
  malformed: 'BALLOT_SIGNATURE',
  unsigned: 'BALLOT_SIGNATURE',
  several: 'BALLOT_SIGNATURE',
  foreign: 'BALLOT_SIGNATURE',
  forged: 'BALLOT_SIGNATURE',
  clock: 'BALLOT_SIGNATURE',
};

/**
 * Verifies every body for third parties inside a statement (ENV-3). A relayed ballot may be older than the key
 * that its author uses today, so its key is judged at the time of the signature.
 *
 * Faults: BALLOT_SIGNATURE (with the ballot id), KEY_*.
 */
async function verifyBallots(body: Body, now: Instant, ring: Ring): Promise<Outcome<readonly Ballot[]>> {
  const ballots = ballotsIn(body);
  const vouched = new Map<NodeId, Outcome<Certificate>>();
  for (const ballot of ballots) {
    const known = vouched.get(ballot.author) ?? (await certificateFor(ballot.author, body, ring));
    vouched.set(ballot.author, known);
    if (!known.ok) return known;
    const { bytes, signature } = ballot.signed;
    const expected = { by: known.value, now, keyAt: 'signature', codes: BALLOT_CODES } as const;
    const verified = await verifyDetached(bytes, signature, expected);
    if (!verified.ok) return { ok: false, fault: { ...verified.fault, where: ballot.id } };
  }
  return ok(ballots);
}

/** A vendor does not know the other centres, nor does one that is to join: who tells them vouches (R12, R13). */
async function certificateFor(node: NodeId, body: Body, ring: Ring): Promise<Outcome<Certificate>> {
  const trusted = ring(node);
  if (trusted.ok || (body.kind !== 'publication_notice' && body.kind !== 'invitation')) return trusted;
  const voucher = body.vouched.find((other) => other.node === node);
  if (!voucher) return trusted;
  const read = await readCertificate(voucher.certificate);
  return read.ok && read.value.node !== node ? refuse('KEY_UNKNOWN', { where: node }) : read;
}

function laterOf(left: Instant, right: Instant): Instant {
  return left > right ? left : right;
}
