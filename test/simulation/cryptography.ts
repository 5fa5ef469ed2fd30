/**
 * The Sealer port with ideal cryptography: what only a key holder could make lies in a book that only the sealers of
 * this file write to, and what only a key holder could read is read from there by nobody else. No signature can be
 * forged and no envelope opened, by construction; it costs microseconds, and equal runs make equal bytes.
 */
import { hash } from 'node:crypto';
import { type Hash, textOf, utf8 } from '../../node/core/bytes.js';
import { type FaultCode, type Outcome, ok, refuse } from '../../node/core/fault.js';
import { type BallotId, type FeedId, feedKey, type NodeId, type StatementId } from '../../node/core/ids.js';
import { writeCheckpointBody } from '../../node/core/log/checkpoint.js';
import { readLeaf, writeLeaf } from '../../node/core/log/leaf.js';
import type { Ballot, BallotDraft } from '../../node/core/settlement/ballot.js';
import { ballotsIn } from '../../node/core/settlement/embedded.js';
import type { Body, Statement } from '../../node/core/statement.js';
import { type Instant, SECOND } from '../../node/core/time.js';
import type { Place, Sealed, Sealer, Trusted, Wording } from '../../node/ports.js';

/** Everything that was ever signed in one world. */
export interface Book {
  readonly statements: Map<StatementId, Statement>;
  /** What a node keeps of its own words at rest, by a token; a liar remembers what it pretends to have said. */
  readonly rests: Map<string, Statement>;
  /** Envelope → what is in it. */
  readonly envelopes: Map<string, StatementId>;
  readonly ballots: Map<BallotId, Ballot>;
  /** Signed note → who says what, and who cosigned it when. */
  readonly notes: Map<string, Signed>;
}

interface Signed {
  readonly feed: string;
  readonly size: number;
  readonly root: Hash;
  readonly cosigned: { readonly by: NodeId; readonly at: Instant } | undefined;
}

/** An empty book. */
export function openBook(): Book {
  return {
    statements: new Map(),
    rests: new Map(),
    envelopes: new Map(),
    ballots: new Map(),
    notes: new Map(),
  };
}

/** What a liar says instead of the words that its machine asked for, to this recipient at this place. */
export type Forge = (wording: Wording, place: Place) => Wording;

/** The sealer of one node. @param forge for a liar */
export function openSealer(node: NodeId, book: Book, forge?: Forge): Sealer {
  let trusted: ReadonlyMap<NodeId, Trusted> = new Map();
  const named = new WeakMap<Wording, { readonly place: Place; readonly named: Named }>();

  const isKnown = (other: NodeId): boolean => other === node || trusted.has(other);

  function nameIt(wording: Wording, place: Place): Named {
    const known = named.get(wording);
    if (known !== undefined && samePlace(known.place, place)) return known.named;
    const spoken = statementAt(forge === undefined ? wording : forge(wording, place), place);
    const made = {
      id: nativeHash(essence(spoken)) as StatementId,
      statement: statementAt(wording, place),
      spoken,
    };
    named.set(wording, { place, named: made });
    return made;
  }

  return {
    node,
    trust: async (peers) => {
      trusted = new Map(peers);
    },
    name: (wording, place) => {
      const { id, statement, spoken } = nameIt(wording, place);
      return { id, statement, bytes: utf8(essence(spoken)) };
    },
    async seal(wording, place): Promise<Sealed> {
      const { id, statement, spoken } = nameIt(wording, place);
      book.statements.set(id, spoken);
      // Two sealings of one statement are two envelopes, as with any good cipher.
      const envelope = `envelope ${id} ${book.envelopes.size}`;
      book.envelopes.set(envelope, id);
      const rest = `rest ${id}`;
      book.rests.set(rest, statement);
      const { sequence, incarnation, at } = place;
      const leaf = writeLeaf({ sequence, incarnation, envelope: nativeHash(envelope), statement: id, at });
      const { recipient } = place.feed;
      const withheld = isKnown(recipient) ? undefined : ({ code: 'KEY_UNKNOWN', where: recipient } as const);
      return { entry: { leaf, envelope: utf8(envelope) }, id, statement, rest: utf8(rest), withheld };
    },
    sign: async (draft, incarnation) => signBallot(node, book, draft, incarnation),
    async open(entry, place) {
      if (!isKnown(place.feed.author)) return refuse('KEY_UNKNOWN', { where: place.feed.author });
      const leaf = readLeaf(entry.leaf);
      if (!leaf.ok) return leaf;
      const id = book.envelopes.get(textOf(entry.envelope) ?? '');
      const statement = id && book.statements.get(id);
      if (id === undefined || statement === undefined) return refuse('ENVELOPE_MALFORMED');
      if (statement.recipient !== node && statement.author !== node) return refuse('ENVELOPE_UNDECRYPTABLE');
      if (id !== leaf.value.statement) return refuse('STATEMENT_ID');
      const astray = whereAstray(statement, place);
      if (astray !== undefined) return refuse(astray);
      for (const ballot of ballotsIn(statement.body)) {
        if (!isKnown(ballot.author)) return refuse('KEY_UNKNOWN', { where: ballot.author });
        if (book.ballots.get(ballot.id) !== ballot) return refuse('BALLOT_SIGNATURE', { where: ballot.id });
      }
      const rest = `heard ${id}`;
      book.rests.set(rest, statement);
      return ok({ statement, rest: utf8(rest) });
    },
    async recall(rest) {
      const statement = book.rests.get(textOf(rest) ?? '');
      if (statement === undefined) throw new Error('nothing was put at rest under this token');
      return statement;
    },
    checkpoint(feed, size, root) {
      const note = `${writeCheckpointBody({ origin: originOf(feed), size, root })}\n— ${node} signed\n`;
      book.notes.set(note, { feed: feedKey(feed), size, root, cosigned: undefined });
      return utf8(note);
    },
    readCheckpoint(feed, bytes) {
      const signed = readSigned(book, feed, bytes);
      if (!signed.ok) return signed;
      if (!isKnown(feed.author)) return refuse('KEY_UNKNOWN', { where: feed.author });
      const { size, root } = signed.value;
      return ok({ size, root, note: bytes });
    },
    cosign({ note }, at) {
      const text = textOf(note) ?? '';
      const signed = book.notes.get(text);
      if (signed === undefined) throw new Error('a checkpoint that was read is a note');
      const seconds = (Math.floor(at / SECOND) * SECOND) as Instant;
      const cosigned = `${text}— ${node} holds ${seconds}\n`;
      book.notes.set(cosigned, { ...signed, cosigned: { by: node, at: seconds } });
      return utf8(cosigned);
    },
    readReceipt(feed, bytes) {
      const signed = readSigned(book, feed, bytes);
      if (!signed.ok) return signed;
      const { size, root, cosigned } = signed.value;
      if (cosigned?.by !== feed.recipient) return refuse('RECEIPT_SIGNATURE');
      return ok({ size, root, at: cosigned.at, note: bytes });
    },
    digest: nativeHash,
    signFile: async () => 'signed\n',
    expiring: async () => [],
  };
}

/** A ballot that really is by this node: for its sealer, and for a liar's own words. */
export function signBallot(node: NodeId, book: Book, draft: BallotDraft, incarnation: number): Ballot {
  const id = nativeHash(JSON.stringify([node, incarnation, draft])) as BallotId;
  const known = book.ballots.get(id);
  if (known !== undefined) return known;
  const signed = { bytes: utf8(id), signature: utf8('signed') };
  const ballot: Ballot = { id, author: node, incarnation, ...draft, signed };
  book.ballots.set(id, ballot);
  return ballot;
}

interface Named {
  readonly id: StatementId;
  /** What the author takes for its own words. */
  readonly statement: Statement;
  /** What the recipient reads. */
  readonly spoken: Statement;
}

function readSigned(book: Book, feed: FeedId, bytes: Uint8Array): Outcome<Signed> {
  const signed = book.notes.get(textOf(bytes) ?? '');
  if (signed === undefined) return refuse('CHECKPOINT_SIGNATURE');
  return signed.feed === feedKey(feed) ? ok(signed) : refuse('CHECKPOINT_ORIGIN');
}

function whereAstray(
  statement: Statement,
  { feed, sequence, incarnation, at }: Place,
): FaultCode | undefined {
  if (statement.author !== feed.author) return 'STATEMENT_AUTHOR';
  if (statement.recipient !== feed.recipient) return 'STATEMENT_RECIPIENT';
  if (statement.sequence !== sequence) return 'STATEMENT_SEQUENCE';
  if (statement.incarnation !== incarnation) return 'STATEMENT_INCARNATION';
  return statement.createdAt === at ? undefined : 'STATEMENT_TIME';
}

function samePlace(left: Place, right: Place): boolean {
  return (
    left.sequence === right.sequence &&
    left.incarnation === right.incarnation &&
    left.at === right.at &&
    left.feed.author === right.feed.author &&
    left.feed.recipient === right.feed.recipient
  );
}

function statementAt({ caseId, tlp, body }: Wording, { feed, sequence, incarnation, at }: Place): Statement {
  const { author, recipient } = feed;
  return { author, recipient, sequence, incarnation, createdAt: at, caseId, tlp, body };
}

/** Everything that a statement says, as a text to be hashed; a ballot is named by its id. */
function essence(statement: Statement): string {
  const { body, ...head } = statement;
  return JSON.stringify([head, bodyText(body)]);
}

function bodyText(body: Body): unknown {
  if (body.kind === 'ballot') return ['ballot', body.ballot.id];
  return ballotsIn(body).length === 0
    ? body
    : JSON.stringify(body, (key, value) => (key === 'signed' ? '' : value));
}

function originOf(feed: FeedId): string {
  return `simulated/${nativeHash(feedKey(feed)).slice(0, 32)}`;
}

function nativeHash(text: string | Uint8Array): Hash {
  return hash('sha256', text, 'hex') as Hash;
}
