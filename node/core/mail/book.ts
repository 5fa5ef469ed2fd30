/**
 * Letters to vendors without a node, and their answers (FORMATS §10, mail for people).
 *
 * Such a vendor is a peer like any other: what is said to it is an entry of our feed to it, sealed and on disk before
 * anything is sent. It has no node that could cosign, so there is no receipt: all we learn is that a mail server took
 * the letter. Letters are read off the own words as they come back as facts; what became of each is reported into the
 * home feed, so the state of delivery is a fold like all the rest.
 */
import type { Hash } from '../bytes.js';
import type { FaultCode } from '../fault.js';
import type { CaseId, NodeId, StatementId } from '../ids.js';
import { put } from '../layered-map.js';
import type { Input, State } from '../state.js';
import type { HomeBody, SpokenBody } from '../statement.js';
import type { Instant } from '../time.js';
import { type LetterToken, letterToken } from './address.js';
import { type Marked, marked, NOTHING_MARKED, tokensOf, unmarked } from './marked.js';

/** What became of a letter. */
export type LetterStanding =
  | { readonly kind: 'due' }
  /** A mail server took it: not a receipt, for nobody signed that the vendor has it. */
  | { readonly kind: 'sent'; readonly at: Instant; readonly response: string; readonly left: number }
  /** Not sent, or not any more, until somebody does something about it. */
  | { readonly kind: 'held'; readonly at: Instant; readonly code: FaultCode; readonly status: string }
  /** It came back. */
  | { readonly kind: 'returned'; readonly at: Instant; readonly status: string };

/** A person at a vendor, by a key that the contact book has of them. */
export interface SigningPerson {
  readonly name: string;
  readonly fingerprint: NodeId;
}

/** One statement to a vendor without a node. */
export interface Letter {
  readonly token: LetterToken;
  readonly statement: StatementId;
  readonly to: NodeId;
  readonly caseId: CaseId;
  readonly kind: SpokenBody['kind'];
  /** Place in our feed to the vendor. */
  readonly sequence: number;
  readonly at: Instant;
  readonly standing: LetterStanding;
  /** An automatic answer came to it: the first is on record, those behind it are not. */
  readonly automatic: boolean;
}

/** What came by mail and waits for an officer, or has been decided by one. */
export interface Reply {
  /** SHA-256 of the mail as it lay in the mailbox. */
  readonly id: Hash;
  /** SHA-256 of what was signed, or of the whole mail: with signer and time of signing it tells a mail that comes again. */
  readonly words: Hash;
  readonly readAt: Instant;
  /** Whose key signed it; where nothing holds, whose letter it answers. */
  readonly from: NodeId | undefined;
  /** Who of them signed, where it was by a key of a person. */
  readonly person: SigningPerson | undefined;
  readonly letter: LetterToken | undefined;
  /** Whether it came encrypted; one that did not has been read by others. */
  readonly encrypted: boolean;
  readonly signedAt: Instant | undefined;
  /** Why it cannot be entered as the vendor's word; absent where its signature holds. */
  readonly code: FaultCode | undefined;
  /** Empty once it was dismissed: the entry in the home feed keeps it. */
  readonly text: string;
  readonly standing:
    | { readonly kind: 'waiting' }
    | {
        readonly kind: 'confirmed' | 'dismissed';
        readonly by: string;
        readonly at: Instant;
        readonly as: string;
      };
}

/** All of it. */
export interface MailBook {
  readonly letters: ReadonlyMap<LetterToken, Letter>;
  /** Those that are to be sent now, in the order in which they were said. */
  readonly due: Marked;
  /** Those that were held or came back. */
  readonly stuck: Marked;
  readonly replies: ReadonlyMap<Hash, Reply>;
  /** In which life an officer said that letters may go out again after a loss (LOG-6). */
  readonly resumed: number;
}

export const EMPTY_BOOK: MailBook = {
  letters: new Map(),
  due: NOTHING_MARKED,
  stuck: NOTHING_MARKED,
  replies: new Map(),
  resumed: 0,
};

/** Kinds of words that no letter is written for: parts travel with the grant that names them. */
const SILENT: ReadonlySet<SpokenBody['kind']> = new Set<SpokenBody['kind']>([
  'attachment',
  'ballot',
  'invitation',
  'unreadable',
]);

/** Does this peer get letters? */
export function isByMail({ peers }: State, node: NodeId): boolean {
  return peers.get(node)?.mail !== undefined;
}

/** An own word to a vendor without a node is a letter to be sent. */
export function withLetter(state: State, input: Input, body: SpokenBody): State {
  const { recipient: to, caseId, sequence, createdAt: at } = input.statement;
  if (caseId === undefined || SILENT.has(body.kind) || !isByMail(state, to)) return state;
  const token = letterToken(input.id);
  if (state.mail.letters.has(token)) return state;
  const letter: Letter = {
    token,
    statement: input.id,
    to,
    caseId,
    kind: body.kind,
    sequence,
    at,
    standing: { kind: 'due' },
    automatic: false,
  };
  return withStanding(state, letter, letter.standing);
}

/**
 * May letters go out? After a loss we cannot know which of them went out already, and no mail server can tell: an
 * officer looks into the mailbox of sent letters and says so.
 */
export function mayPost({ life, mail }: State): boolean {
  return life.restored === undefined || mail.resumed >= life.restored.since;
}

/** Letters that may be sent now, in the order in which they were said. */
export function lettersDue(state: State): readonly Letter[] {
  return marksOf(state.mail, 'due').flatMap(({ token }) => letterDue(state, token) ?? []);
}

/** One letter if it may be sent now: to ask this of one costs the same however many wait. */
export function letterDue(state: State, token: LetterToken): Letter | undefined {
  const held = state.mail.letters.get(token);
  const letter = held?.standing.kind === 'due' && mayPost(state) ? held : undefined;
  const peer = letter && state.peers.get(letter.to);
  return peer?.standing === 'verified' && peer.mail !== undefined ? letter : undefined;
}

export type MailReport = Extract<
  HomeBody,
  { readonly kind: 'letter_sent' | 'letter_held' | 'letter_returned' | 'reply_read' }
>;

/** What was done outside, or came in. What is reported twice changes nothing the second time. */
export function hearMail(state: State, body: MailReport, at: Instant): State {
  if (body.kind === 'reply_read') return withReply(state, body, at);
  const letter = state.mail.letters.get(body.letter);
  if (letter === undefined) return state;
  switch (body.kind) {
    case 'letter_sent':
      return withStanding(state, letter, { kind: 'sent', at, response: body.response, left: body.left });
    case 'letter_held':
      return letter.standing.kind === 'sent'
        ? state
        : withStanding(state, letter, { kind: 'held', at, code: body.code, status: body.status });
    case 'letter_returned':
      return withStanding(state, letter, { kind: 'returned', at, status: body.status });
  }
}

/** Letters to this vendor that were held or came back are to be sent: its key or address is right now. */
export function again(state: State, to: NodeId): State {
  let next = state;
  for (const letter of stuckLetters(state))
    if (letter.to === to) next = withStanding(next, letter, { kind: 'due' });
  return next;
}

/** Letters that were held or came back, in the order in which that happened. */
export function stuckLetters({ mail }: State): readonly Letter[] {
  return marksOf(mail, 'stuck');
}

/** Held or returned: nothing happens to it by itself. */
export function isStuck({ standing }: Letter): boolean {
  return standing.kind === 'held' || standing.kind === 'returned';
}

type ReplyRead = Extract<HomeBody, { readonly kind: 'reply_read' }>;

function withReply(state: State, body: ReplyRead, readAt: Instant): State {
  const { mail } = state;
  const letter = body.letter === undefined ? undefined : mail.letters.get(body.letter);
  if (body.code === 'MAIL_AUTOMATIC')
    return letter === undefined ? state : withLetters(state, { ...letter, automatic: true });
  const earlier = sameSigning(state, body, body.from ?? letter?.to);
  const isKnown = earlier.some((one) => letter === undefined || one.letter === letter.token);
  if (mail.replies.has(body.reply) || isKnown) return state;
  const reply: Reply = {
    id: body.reply,
    words: body.words,
    readAt,
    from: body.from ?? letter?.to,
    person: body.person,
    letter: letter?.token,
    encrypted: body.encrypted,
    signedAt: body.signedAt,
    code: body.code ?? (earlier.length > 0 ? 'REPLY_REPEATED' : undefined),
    text: body.text,
    standing: { kind: 'waiting' },
  };
  return { ...state, mail: { ...mail, replies: put(mail.replies, reply.id, reply) } };
}

/**
 * Answers that are one act of signing with this one: the same words, by the same vendor, in the same second. A mail that
 * is sent again, by whomever, is not said again; but two vendors may well say one short sentence, and so may one of them
 * in two cases. The same signature behind another letter is kept with a doubt: words that name no letter fit any, so
 * whoever holds the mail could have turned it there.
 */
function sameSigning(
  { mail }: State,
  { words, signedAt }: ReplyRead,
  from: NodeId | undefined,
): readonly Reply[] {
  return [...mail.replies.values()].filter(
    (one) => one.words === words && one.from === from && one.signedAt === signedAt,
  );
}

/** The marks of a letter: which rows of the book it stands in. */
const MARKS: Readonly<Record<'due' | 'stuck', (letter: Letter | undefined) => boolean>> = {
  due: (letter) => letter?.standing.kind === 'due',
  stuck: (letter) => letter !== undefined && isStuck(letter),
};

function marksOf(mail: MailBook, mark: keyof typeof MARKS): readonly Letter[] {
  const holds = (token: LetterToken) => MARKS[mark](mail.letters.get(token));
  return tokensOf(mail[mark], holds).flatMap((token) => mail.letters.get(token) ?? []);
}

function withStanding(state: State, letter: Letter, standing: LetterStanding): State {
  const before = state.mail.letters.get(letter.token);
  const after = { ...letter, standing };
  const next = withLetters(state, after);
  const rowOf = (mark: keyof typeof MARKS): Marked => {
    const row = state.mail[mark];
    const [was, is] = [MARKS[mark](before), MARKS[mark](after)];
    if (was === is) return row;
    return is
      ? marked(row, letter.token)
      : unmarked(row, (token) => MARKS[mark](next.mail.letters.get(token)));
  };
  return { ...next, mail: { ...next.mail, due: rowOf('due'), stuck: rowOf('stuck') } };
}

function withLetters(state: State, letter: Letter): State {
  return { ...state, mail: { ...state.mail, letters: put(state.mail.letters, letter.token, letter) } };
}
