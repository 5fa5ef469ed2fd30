/**
 * How far the summary of a case got with everybody who was told it: said, held, read, answered, and what an operator
 * does next (DESIGN §5.6). The first three are proved: by our entry, by their receipt, by their signed words.
 */
import { isAsked } from '../case/advance.js';
import type { Case } from '../case/case.js';
import { lastHeard } from '../case/last-heard.js';
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
 * key is right; `mail`: `mail letters`, and put key or address right.
 */
export type NextStep = 'none' | 'wait' | 'remind' | 'call' | 'resay' | 'mail';

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
  /** Told, past the time to answer, and not a word. */
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
  const reminded = lastReminders(state, held);
  const said = [...held.told].map(([to, { at: saidAt, replyBy, statement }]): Delivery => {
    const theirs = receipts.get(to) ?? [];
    const entry = held.disclosures.get(statement);
    const deliveredAt = entry === undefined ? undefined : firstCovering(theirs, entry.sequence, now);
    const readAt = held.acknowledged.get(statement)?.at;
    const answeredAt = heard.get(to);
    const cannotOpen = unreadBy(state, to).some((one) => one.held.id === held.id);
    const letter = state.mail.letters.get(letterToken(statement));
    const stage = stageOf({ answeredAt, readAt, deliveredAt, cannotOpen, letter });
    const silent = answeredAt === undefined && replyBy <= now && isAsked(state, to);
    const remindedAt = reminded.get(to);
    const lastContact = latest([answeredAt, ...theirs.map(({ at }) => at)]);
    const row = { to, stage, saidAt, replyBy, deliveredAt, readAt, lastContact, remindedAt, silent };
    return { ...row, next: nextStep(row, now) };
  });
  const waiting = [...owedSummaries(state, held)].map(([to, replyBy]): Delivery => {
    const row = { ...NOTHING_YET, to, replyBy, silent: replyBy <= now && isAsked(state, to) };
    return { ...row, next: nextStep(row, now) };
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

interface Marks {
  readonly answeredAt: Instant | undefined;
  readonly readAt: Instant | undefined;
  readonly deliveredAt: Instant | undefined;
  readonly cannotOpen: boolean;
  readonly letter: Letter | undefined;
}

function stageOf({ answeredAt, readAt, deliveredAt, cannotOpen, letter }: Marks): Stage {
  if (cannotOpen) return 'unreadable';
  // To confirm the reception is to have read; more than that is an answer.
  if (answeredAt !== undefined && answeredAt !== readAt) return 'answered';
  if (readAt !== undefined) return 'read';
  if (letter !== undefined && isStuck(letter)) return 'stuck';
  if (letter?.standing.kind === 'sent') return 'mailed';
  return deliveredAt === undefined ? 'said' : 'delivered';
}

function nextStep(row: Omit<Delivery, 'next'>, now: Instant): NextStep {
  if (row.stage === 'unreadable') return 'resay';
  if (row.stage === 'stuck') return 'mail';
  if (row.stage === 'answered' || row.stage === 'read') return 'none';
  if (!row.silent || isReminded(row, now)) return 'wait';
  // What never arrived is not cured by more of the same; nor is a reminder that brought nothing.
  const arrived = row.deliveredAt !== undefined || row.stage === 'mailed';
  return !arrived || row.remindedAt !== undefined ? 'call' : 'remind';
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
