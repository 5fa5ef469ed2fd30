/**
 * Who has a seat, slot by slot (R12): the charter names the first roster, a decided change makes the next one.
 *
 * A change applies from the slot behind the one that decided it, so the roster of a slot follows from the slots
 * before it alone, and everybody who counts a slot counts with the same voices.
 */
import type { NodeId } from '../ids.js';
import { LIMITS } from '../limits.js';
import type { CharterTerms, Member, SeatChange } from './ballot.js';
import { quorumOf } from './quorum.js';

export interface Seat extends Member {
  /** The slot whose decision gave this seat; 0 for those of the charter. */
  readonly since: number;
  /** The lead of that time, which owes the seat its details and what was said before it came. */
  readonly sponsor: NodeId;
}

export interface Roster {
  /** In the order in which they propose; who joins stands last. */
  readonly seats: readonly Seat[];
  /** Node ids of the seats. */
  readonly roster: readonly NodeId[];
  readonly n: number;
  readonly q: number;
  readonly lead: NodeId;
  /** Everybody who ever led, the first lead first. */
  readonly leads: readonly NodeId[];
  /** Who had a seat and has none any more. */
  readonly former: readonly NodeId[];
}

/** The roster that all signed. */
export function firstRoster(terms: CharterTerms): Roster {
  const { lead, quorum: q } = terms;
  const seats = terms.roster.map((member) => ({ ...member, since: 0, sponsor: lead }));
  return { ...seated(seats), q, lead, leads: [lead], former: [] };
}

/**
 * The roster behind a slot that decided a change.
 * @returns `undefined` where the change does not fit: a member joins, a stranger leaves or leads, the lead leaves, or
 *   the seats would be none or too many.
 */
export function rosterAfter(
  terms: CharterTerms,
  before: Roster,
  change: SeatChange,
  slot: number,
): Roster | undefined {
  const { seats, lead, former } = before;
  switch (change.kind) {
    case 'join': {
      const { member } = change;
      if (before.roster.includes(member.node) || before.n >= LIMITS.rosterEntries.most) return undefined;
      const next = seated([...seats, { ...member, since: slot, sponsor: lead }]);
      const gone = former.filter((node) => node !== member.node);
      return { ...before, ...next, q: quorumAfter(terms, next.n), former: gone };
    }
    case 'leave': {
      if (!before.roster.includes(change.node) || change.node === lead) return undefined;
      const next = seated(seats.filter(({ node }) => node !== change.node));
      return { ...before, ...next, q: quorumAfter(terms, next.n), former: [...former, change.node] };
    }
    case 'lead': {
      if (!before.roster.includes(change.node) || change.node === lead) return undefined;
      return { ...before, lead: change.node, leads: [...before.leads, change.node] };
    }
  }
}

/**
 * q of a roster of another size: that of the table; where the charter raised it, no more members may be outvoted
 * than the charter allowed, and never fewer than the table demands.
 */
export function quorumAfter(terms: CharterTerms, n: number): number {
  const first = terms.roster.length;
  const isRaised = terms.quorum > quorumOf(first);
  return isRaised ? Math.max(quorumOf(n), n - (first - terms.quorum)) : quorumOf(n);
}

/** Whether somebody has or had a seat. */
export function wasSeated({ roster, former }: Roster, node: NodeId): boolean {
  return roster.includes(node) || former.includes(node);
}

function seated(seats: readonly Seat[]): Pick<Roster, 'seats' | 'roster' | 'n'> {
  return { seats, roster: seats.map(({ node }) => node), n: seats.length };
}
