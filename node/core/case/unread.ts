/**
 * Own words that a peer could not open (ENV-2). An entry is sealed once, so they are said anew as new entries: when a
 * new card of the peer comes, or when an officer orders it. Whether it helped, the peer tells: it complains of the
 * first entry of a row that it cannot open, and says where the row ended as soon as it can open one again. Between the
 * two everything that we say belongs to the row.
 */
import type { Effect } from '../effect.js';
import { type Outcome, ok, refuse } from '../fault.js';
import type { NodeId } from '../ids.js';
import { LIMITS } from '../limits.js';
import type { State } from '../state.js';
import type { SpokenBody } from '../statement.js';
import type { Instant } from '../time.js';
import type { Case, Disclosure } from './case.js';
import { raisedReplyBy, summaryTo } from './disclose.js';

/** A row of entries of our feed to a peer that it could not open. */
export interface Unread {
  /** Where the row begins, by which the peer names it. */
  readonly start: number;
  /** The first entry of the row that was not said anew yet. */
  readonly from: number;
  /** The last entry of the row; absent while the row goes on. */
  readonly until: number | undefined;
  /** Why the peer could not open them, as it says. */
  readonly code: string;
  readonly since: Instant;
}

type Complaint = Extract<SpokenBody, { kind: 'unreadable' }>;

/** A row begins, or ends. Faults: STATEMENT_FIELD for a row that ends before it begins, LIMIT_EXCEEDED. */
export function markUnread(state: State, peer: NodeId, body: Complaint, since: Instant): Outcome<State> {
  const { sequence: start, until, code } = body;
  const rows = state.unread.get(peer) ?? [];
  if (until !== undefined && until < start) return refuse('STATEMENT_FIELD', { where: 'until' });
  const known = rows.find((row) => row.start === start && row.until === undefined);
  if (known !== undefined) {
    const ended = rows.map((row) => (row === known ? { ...row, until } : row));
    return ok(withRows(state, peer, ended));
  }
  // Its first complaint may have been one that we could not open: then its end is the first we hear of a row.
  if (rows.length >= LIMITS.unreadRows.most)
    return refuse('LIMIT_EXCEEDED', { where: peer, most: LIMITS.unreadRows.most });
  return ok(withRows(state, peer, [...rows, { start, from: start, until, code, since }]));
}

/** What the peer could not open, of everything that was said to it about a case, in the order of saying. */
export function unreadBy(
  state: State,
  peer: NodeId,
): readonly { readonly held: Case; readonly said: Disclosure }[] {
  const rows = state.unread.get(peer) ?? [];
  if (rows.length === 0) return [];
  const isUnread = ({ sequence }: Disclosure) =>
    rows.some(({ from, until }) => sequence >= from && (until === undefined || sequence <= until));
  return [...state.cases.values()]
    .flatMap((held) =>
      [...held.disclosures.values()]
        .filter((said) => said.to === peer && isUnread(said) && !isOutdated(held, said))
        .map((said) => ({ held, said })),
    )
    .sort((left, right) => left.said.sequence - right.said.sequence);
}

/** Something newer was said of the same thing: said anew now, the old words would seem the newest. */
function isOutdated(held: Case, { to, register, sequence }: Disclosure): boolean {
  if (register === undefined) return false;
  return [...held.disclosures.values()].some(
    (other) => other.to === to && other.register === register && other.sequence > sequence,
  );
}

/** Says all of it anew. A row that goes on keeps what is said from now on. */
export function sayAnew(
  state: State,
  peer: NodeId,
): { readonly state: State; readonly effects: readonly Effect[] } {
  const effects = unreadBy(state, peer).map(({ held, said }): Effect => {
    const told = held.told.get(peer);
    // The peer cannot be asked to have answered what it could not read.
    if (said.kind === 'case_summary' && told !== undefined)
      return summaryTo(state, held, peer, raisedReplyBy(state.now, told.replyBy));
    return { kind: 'repeat', to: peer, sequence: said.sequence };
  });
  const from = lastSaidTo(state, peer) + 1;
  const rows = (state.unread.get(peer) ?? []).flatMap((row) =>
    row.until === undefined ? [{ ...row, from }] : [],
  );
  return { state: withRows(state, peer, rows), effects };
}

function lastSaidTo(state: State, peer: NodeId): number {
  let last = -1;
  for (const { disclosures } of state.cases.values())
    for (const { to, sequence } of disclosures.values()) if (to === peer && sequence > last) last = sequence;
  return last;
}

/** Rows of which nothing is left are forgotten. */
function withRows(state: State, peer: NodeId, rows: readonly Unread[]): State {
  const left = rows.filter(({ from, until }) => until === undefined || from <= until);
  const unread = new Map(state.unread);
  if (left.length > 0) unread.set(peer, left);
  else unread.delete(peer);
  return { ...state, unread };
}
