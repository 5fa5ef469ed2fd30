/**
 * The Sealer port over one node's opened keys: it holds the parsed certificates of verified peers and the origin
 * under which each of them keeps its log.
 */
import { sign } from 'node:crypto';
import { type Hash, hexOf, sha256Bytes, utf8 } from '../core/bytes.js';
import { Breakage, type Outcome, ok, refuse } from '../core/fault.js';
import { type FeedId, feedKey, type NodeId } from '../core/ids.js';
import { type CheckpointBody, readCheckpointBody, writeCheckpointBody } from '../core/log/checkpoint.js';
import type { Instant } from '../core/time.js';
import type { Checkpoint, Expiry, MailSealer, Sealer, Trusted } from '../ports.js';
import { readStatement } from '../wire/codec.js';
import { readBallot, writeBallot } from '../wire/testimony.js';
import { type Certificate, expiryAlarm, judge, readCertificate } from './keyring.js';
import type { Keys } from './keys.js';
import { mailSealer, type Signer } from './mail.js';
import {
  cosignedAt,
  cosignNote,
  inOffice,
  isSignedBy,
  type Note,
  readNote,
  readVerifierKey,
  signNote,
  type VerifierKey,
} from './note.js';
import { openEntry } from './open.js';
import { EXPIRY_NOTICE } from './policy.js';
import { digest, nameStatement, STATEMENT_PLACE, sealStatement } from './seal.js';
import { signBytes, signFile } from './sign.js';

/** A verified peer as this room knows it. */
interface Known {
  readonly card: Trusted['card'];
  readonly certificate: Outcome<Certificate>;
  readonly persons: readonly KnownPerson[];
  /** Absent where the card's key cannot be read; `readCard` lets no such card pass. */
  readonly logKeys: LogKeys | undefined;
}

/** A person's certificate that could be read; another one signs nothing. */
interface KnownPerson {
  readonly name: string;
  readonly armoured: string;
  readonly certificate: Certificate;
}

type LogKeys = Pick<Keys['log'], 'verifier' | 'cosigner'>;

/**
 * One node's keys and envelopes. Nothing here reads a clock: every instant is handed in.
 * @param cardEndsAt when our own card ends, for the alarm before it.
 */
export function openSealer(keys: Keys, cardEndsAt?: Instant): Sealer & MailSealer {
  const { node } = keys;
  let known: ReadonlyMap<NodeId, Known> = new Map();
  // First origin seen for a feed under one log key: a second one would let its author keep two histories.
  const origins = new Map<string, string>();
  const own = new Map<string, string>();

  function ring(wanted: NodeId): Outcome<Certificate> {
    if (wanted === node) return ok(keys.certificate);
    return known.get(wanted)?.certificate ?? refuse('KEY_UNKNOWN', { where: wanted });
  }

  function logKeysOf(wanted: NodeId): LogKeys | undefined {
    return wanted === node ? keys.log : known.get(wanted)?.logKeys;
  }

  function ownOrigin(feed: FeedId): string {
    const key = feedKey(feed);
    const origin = own.get(key) ?? originOf(feed, keys);
    own.set(key, origin);
    return origin;
  }

  function readSigned(feed: FeedId, note: Note): Outcome<CheckpointBody> {
    const body = readCheckpointBody(note.text);
    if (!body.ok) return body;
    const author = logKeysOf(feed.author);
    if (!author) return refuse('KEY_UNKNOWN', { where: feed.author });
    if (!isSignedBy(note, author.verifier)) return refuse('CHECKPOINT_SIGNATURE');
    return isOriginOf(feed, author.verifier, body.value.origin) ? body : refuse('CHECKPOINT_ORIGIN');
  }

  function isOriginOf(feed: FeedId, verifier: VerifierKey, origin: string): boolean {
    if (feed.author === node) return origin === ownOrigin(feed);
    const { length } = verifier.name;
    if (!origin.startsWith(verifier.name) || !ORIGIN_TAIL.test(origin.slice(length))) return false;
    const pin = `${feedKey(feed)} ${verifier.name} ${verifier.id}`;
    const pinned = origins.get(pin) ?? origin;
    origins.set(pin, pinned);
    return pinned === origin;
  }

  return {
    node,

    // An organisation's own key before those of persons: who has both is heard as the organisation.
    ...mailSealer(keys, ring, () => [
      ...[...known].flatMap(([peer, { certificate }]) =>
        certificate.ok ? [{ certificate: certificate.value, node: peer, person: undefined }] : [],
      ),
      ...[...known].flatMap(([peer, { persons }]) => persons.map((one) => signerOf(peer, one))),
    ]),

    async trust(peers) {
      const next = await Promise.all(
        [...peers].map(([peer, trusted]) => knownFrom(peer, trusted, known.get(peer))),
      );
      known = new Map(next);
    },

    name: nameStatement,

    seal: (wording, place, named) => sealStatement(wording, place, keys, ring(place.feed.recipient), named),

    async sign(draft, incarnation, at) {
      const bytes = writeBallot(draft, node, incarnation);
      const ballot = readBallot({ bytes, signature: await signBytes(bytes, at, keys) });
      if (!ballot.ok) throw new Breakage(ballot.fault);
      return ballot.value;
    },

    open: (entry, place, now) => openEntry(entry, place, now, keys, ring),

    digest,

    async recall(rest) {
      const statement = readStatement(keys.vault.open(STATEMENT_PLACE, rest));
      if (!statement.ok) throw new Breakage({ code: 'STORE_DAMAGED', where: statement.fault.code });
      return statement.value;
    },

    checkpoint: (feed, size, root) =>
      signNote(writeCheckpointBody({ origin: ownOrigin(feed), size, root }), keys.log),

    readCheckpoint(feed, bytes) {
      const note = readNote(bytes);
      if (!note) return refuse('CHECKPOINT_MALFORMED');
      const body = readSigned(feed, note);
      return body.ok ? ok(checkpointOf(body.value, bytes)) : body;
    },

    cosign(checkpoint, at) {
      const cosigned = cosignNote(checkpoint.note, keys.log, at);
      if (!cosigned) throw new Error('a checkpoint that was read is a note');
      return cosigned;
    },

    readReceipt(feed, bytes) {
      const note = readNote(bytes);
      if (!note) return refuse('RECEIPT_MALFORMED');
      const body = readSigned(feed, note);
      if (!body.ok) return body;
      const peer = logKeysOf(feed.recipient);
      if (!peer) return refuse('KEY_UNKNOWN', { where: feed.recipient });
      const at = cosignedAt(note, peer.cosigner);
      return at === undefined ? refuse('RECEIPT_SIGNATURE') : ok({ ...checkpointOf(body.value, bytes), at });
    },

    async expiring(now) {
      const cards = [
        { node, at: cardEndsAt },
        ...[...known].map(([peer, { card }]) => ({ node: peer, at: card.expiresAt })),
      ];
      const ending = cards.flatMap(({ node: whose, at }): Expiry[] =>
        at !== undefined && at - now < EXPIRY_NOTICE ? [{ what: 'card', node: whose, at }] : [],
      );
      const certificates = [
        ok(keys.certificate),
        ...[...known.values()].map(({ certificate }) => certificate),
      ];
      for (const certificate of certificates) {
        if (!certificate.ok) continue;
        const at = await expiryAlarm(certificate.value, now);
        if (at !== undefined) ending.push({ what: 'key', node: certificate.value.node, at });
      }
      for (const [peer, { persons }] of known)
        for (const { name: called, certificate } of persons) {
          const at = await expiryAlarm(certificate, now);
          if (at === undefined || (await judge(certificate, at))?.code === 'KEY_REVOKED') continue;
          const person = { name: called, fingerprint: certificate.node };
          ending.push({ what: 'person_key', node: peer, person, at });
        }
      return ending;
    },

    signFile: (bytes, at) => signFile(bytes, at, keys),
  };
}

/** Between `/` and the end: 128 bits that say nothing. */
const ORIGIN_TAIL = /^\/[0-9a-f]{32}$/;

/**
 * The origin of one of our feeds. Its tail looks random to everybody, yet a node that lost its disk finds the
 * same one again: it hangs on a deterministic signature (RFC 8032) that never leaves the house.
 */
function originOf({ author, recipient }: FeedId, keys: Keys): string {
  if (author !== keys.node) throw new Error('a node signs checkpoints of its own feeds');
  const secret = sign(null, utf8(`isochron/v1 feed\n${author}\n${recipient}`), keys.log.privateKey);
  return `${keys.log.verifier.name}/${hexOf(sha256Bytes(secret).subarray(0, 16))}`;
}

function checkpointOf({ size, root }: { size: number; root: Hash }, note: Uint8Array): Checkpoint {
  return { size, root, note };
}

async function knownFrom(
  node: NodeId,
  { card, byMail, persons = [] }: Trusted,
  before: Known | undefined,
): Promise<[NodeId, Known]> {
  const isAsBefore = before?.card.certificate === card.certificate && before.card.logKey === card.logKey;
  const heard = await Promise.all(persons.map((one) => knownPerson(one, before?.persons ?? [])));
  const known = heard.flatMap((one) => one ?? []);
  if (before && isAsBefore) return [node, { ...before, persons: known }];
  const read = await readCertificate(card.certificate, byMail === true ? 'mail' : 'node');
  const certificate = read.ok && read.value.node !== node ? refuse('KEY_UNKNOWN', { where: node }) : read;
  // The first use of a key costs milliseconds; better here than in the middle of a fan-out.
  const [created] = certificate.ok ? certificate.value.turns : [];
  if (certificate.ok && created !== undefined) await judge(certificate.value, created);
  const verifier = readVerifierKey(card.logKey);
  const logKeys = verifier?.type === 1 ? { verifier, cosigner: inOffice(verifier, 4) } : undefined;
  return [node, { card, certificate, persons: known, logKeys }];
}

async function knownPerson(
  { person: name, fingerprint, certificate: armoured }: NonNullable<Trusted['persons']>[number],
  before: readonly KnownPerson[],
): Promise<KnownPerson | undefined> {
  const held = before.find((one) => one.armoured === armoured);
  if (held !== undefined) return { ...held, name };
  const read = await readCertificate(armoured, 'mail');
  return read.ok && read.value.node === fingerprint ? { name, armoured, certificate: read.value } : undefined;
}

function signerOf(node: NodeId, { name, certificate }: KnownPerson): Signer {
  return { certificate, node, person: { name, fingerprint: certificate.node } };
}
