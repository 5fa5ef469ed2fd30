/**
 * How far the summary of a case got with everybody who was told it: said, held, read, answered, and what an operator
 * does next (DESIGN §5.6). The first three are proved: by our entry, by their receipt, by their signed words.
 */
import { isAsked } from '../case/advance.js';
import type { Case } from '../case/case.js';
import { awaited, lastAnswers, lastHeard } from '../case/last-heard.js';
import { owedSummaries } from '../case/owed-summaries.js';
import { unreadBy } from '../case/unread.js';
import type { NodeId } from '../ids.js';
import { letterToken } from '../mail/address.js';
import { isStuck, type Letter } from '../mail/book.js';
import type { State } from '../state.js';
import { after, HOUR, type Instant, type Millis } from '../time.js';
import { type Covering, firstCovering } from './who-knew.js';

/** Whoever was reminded has at least so long to answer before it is reminded again. */
const REMINDED_FOR_MS: Millis = 24 * HOUR;

/**
 * The farthest that is proved. `waiting`: ordered, and not an entry yet, for the peer was not here since our last start
 * (R9); `unreadable`: the peer says that it cannot open what it holds (ENV-2). Of a letter to a vendor without a node
 * nothing is proved: `mailed`, a mail server took it; `stuck`, none did, or it came back.
 */
export type Stage =
  | 'waiting'
  | 'said'
  | 'mailed'
  | 'stuck'
  | 'delivered'
  | 'unreadable'
  | 'read'
  | 'answered';

/**
 * `call`: nothing is known of them but silence, so a person telephones the contact. `resay`: `peer resay`, once the
 * key is right; `mail`: `mail letters`, and put key or address right; `replies`: a mail of theirs waits for an officer.
 */
export type NextStep = 'none' | 'wait' | 'remind' | 'call' | 'resay' | 'mail' | 'replies';

export interface Delivery {
  readonly to: NodeId;
  readonly stage: Stage;
  /** Absent while it waits. */
  readonly saidAt: Instant | undefined;
  readonly replyBy: Instant;
  readonly deliveredAt: Instant | undefined;
  readonly readAt: Instant | undefined;
  /** The newest word or receipt of theirs in any order of business: a sign that somebody is there. */
  readonly lastContact: Instant | undefined;
  readonly remindedAt: Instant | undefined;
  /** Told, past the time to answer, and no answer: of a vendor, no status. */
  readonly silent: boolean;
  readonly next: NextStep;
}

/**
 * @param receipts of our feed to each of them, in any order.
 * @returns one row for each node that was told, in the order of telling, then those for whom the summary waits.
 */
export function deliveries(
  state: State,
  held: Case,
  receipts: ReadonlyMap<NodeId, readonly Covering[]>,
  now: Instant,
): readonly Delivery[] {
  const heard = lastHeard(held);
  const answered = lastAnswers(held);
  const waitedFor = awaited(state, held);
  const written = unreadReplies(state, held);
  const reminded = lastReminders(state, held);
  const said = [...held.told].map(([to, { at: saidAt, replyBy, statement }]): Delivery => {
    const theirs = receipts.get(to) ?? [];
    const entry = held.disclosures.get(statement);
    const deliveredAt = entry === undefined ? undefined : firstCovering(theirs, entry.sequence, now);
    const readAt = held.acknowledged.get(statement)?.at;
    const heardAt = heard.get(to);
    const until = waitedFor.get(to);
    const cannotOpen = unreadBy(state, to).some((one) => one.held.id === held.id);
    const letter = state.mail.letters.get(letterToken(statement));
    const isAnswered = until === undefined && answered.has(to);
    const isRead = heardAt !== undefined;
    const stage = stageOf({ isAnswered, isRead, deliveredAt, cannotOpen, letter });
    const silent = until !== undefined && until <= now;
    const remindedAt = reminded.get(to);
    const lastContact = latest([heardAt, ...theirs.map(({ at }) => at)]);
    const row = { to, stage, saidAt, replyBy, deliveredAt, readAt, lastContact, remindedAt, silent };
    const hasWritten = written.has(to);
    return { ...row, next: until === undefined && isRead ? 'none' : nextStep(row, hasWritten, now) };
  });
  const waiting = [...owedSummaries(state, held)].map(([to, replyBy]): Delivery => {
    const row = { ...NOTHING_YET, to, replyBy, silent: replyBy <= now && isAsked(state, to) };
    return { ...row, next: nextStep(row, false, now) };
  });
  return [...said, ...waiting];
}

const NOTHING_YET = {
  stage: 'waiting',
  saidAt: undefined,
  deliveredAt: undefined,
  readAt: undefined,
  lastContact: undefined,
  remindedAt: undefined,
} as const;

/** Was this node asked again not long ago? Then a second run of the same command asks nobody twice. */
export function isReminded({ remindedAt }: Pick<Delivery, 'remindedAt'>, now: Instant): boolean {
  return remindedAt !== undefined && now < after(remindedAt, REMINDED_FOR_MS);
}

/**
 * Does this vendor have the summary, as far as anybody can know? Of a letter a mail server took we know no more. What
 * never arrived, or cannot be opened, is not cured by more words behind it.
 */
export function hasArrived({ stage }: Pick<Delivery, 'stage'>): boolean {
  return stage === 'mailed' || stage === 'delivered' || stage === 'read' || stage === 'answered';
}

interface Marks {
  readonly isAnswered: boolean;
  readonly isRead: boolean;
  readonly deliveredAt: Instant | undefined;
  readonly cannotOpen: boolean;
  readonly letter: Letter | undefined;
}

function stageOf({ isAnswered, isRead, deliveredAt, cannotOpen, letter }: Marks): Stage {
  if (cannotOpen) return 'unreadable';
  // To confirm the reception is to have read; more than that is an answer.
  if (isAnswered) return 'answered';
  if (isRead) return 'read';
  if (letter !== undefined && isStuck(letter)) return 'stuck';
  if (letter?.standing.kind === 'sent') return 'mailed';
  return deliveredAt === undefined ? 'said' : 'delivered';
}

function nextStep(row: Omit<Delivery, 'next'>, hasWritten: boolean, now: Instant): NextStep {
  if (row.stage === 'unreadable') return 'resay';
  if (row.stage === 'stuck') return 'mail';
  if (hasWritten) return 'replies';
  if (!row.silent || isReminded(row, now)) return 'wait';
  // A reminder that brought nothing is not cured by another.
  return !hasArrived(row) || row.remindedAt !== undefined ? 'call' : 'remind';
}

/** Who wrote a mail about this case that no officer has looked at. */
function unreadReplies({ mail }: State, held: Case): ReadonlySet<NodeId> {
  const written = new Set<NodeId>();
  for (const { from, letter, standing } of mail.replies.values()) {
    const isOurs = letter !== undefined && mail.letters.get(letter)?.caseId === held.id;
    if (from !== undefined && isOurs && standing.kind === 'waiting') written.add(from);
  }
  return written;
}

/** Our newest inquiry to each of them. */
function lastReminders(state: State, held: Case): ReadonlyMap<NodeId, Instant> {
  const reminded = new Map<NodeId, Instant>();
  for (const { from, to, kind, at } of held.words.values())
    if (from === state.self.node && kind === 'inquiry' && at > (reminded.get(to) ?? Number.NEGATIVE_INFINITY))
      reminded.set(to, at);
  return reminded;
}

function latest(instants: readonly (Instant | undefined)[]): Instant | undefined {
  let newest: Instant | undefined;
  for (const at of instants) if (at !== undefined && (newest === undefined || at > newest)) newest = at;
  return newest;
}
