/**
 * Which instants were ever proposed, and which of them may still be decided: what a calendar shows as tentative, and
 * what it must take back when a proposal fails.
 * @see SCHEDULING §13
 */
import type { Hash } from '../bytes.js';
import type { Instant } from '../time.js';
import type { Docket } from './docket.js';
import { proposerOf } from './rounds.js';
import { type OpenSlot, rosterAt, type Standing } from './settle.js';
import { type SlotTally, spokenIn, tallySlot } from './tally.js';
import { valueHash } from './value.js';

/** One instant proposed in one slot; proposed again in a later round it is the same. */
export interface ProposedInstant {
  readonly slot: number;
  readonly at: Instant;
  /** Of the document that its latest proposal solved. */
  readonly inputHash: Hash;
  /**
   * How often it was taken back or brought back: 0 while its first round lasts, odd when it is over. It only grows, as
   * the SEQUENCE of a calendar event must.
   */
  readonly changes: number;
  /** No round can decide it any more: its slot is decided, or every round that proposed it is null. */
  readonly over: boolean;
}

/** All proposed instants of a case, by slot and then by round of the first proposal. */
export function proposedInstants(docket: Docket, standing: Standing): readonly ProposedInstant[] {
  const { charter, decisions, open } = standing;
  return [...spokenIn(docket.ballots, charter.id)]
    .sort(([left], [right]) => left - right)
    .flatMap(([slot, statements]) => {
      // A slot whose roster is not known yet is not open either: nothing that was said in it is alive.
      const roster = rosterAt(standing, slot) ?? charter.roster;
      const rounds = tallySlot(statements, { roster, q: decisions[slot - 1]?.q ?? charter.q });
      return inSlot(slot, rounds, open?.slot === slot ? liveIn(open, roster) : NONE);
    });
}

/** May a proposal of a round by an author still be decided? */
type IsLive = (round: SlotTally[number], proposal: SlotTally[number]['proposals'][number]) => boolean;

const NONE: IsLive = () => false;

/**
 * In the open slot a round is alive until it is null; after that its value lives on only where it is to be carried.
 * Who proposed out of turn proposed nothing (R2).
 */
function liveIn({ slot, open }: OpenSlot, roster: Standing['charter']['roster']): IsLive {
  return ({ round, nulled }, { ballot }) =>
    open !== undefined &&
    ballot.author === proposerOf(roster, slot, round) &&
    (nulled === undefined || open.basis.carried.includes(valueHash(ballot.body.value)));
}

function inSlot(slot: number, rounds: SlotTally, isLive: IsLive): readonly ProposedInstant[] {
  const found = new Map<Instant, { inputHash: Hash; rounds: number; failed: number; over: boolean }>();
  for (const round of rounds) {
    for (const proposal of round.proposals) {
      const { value } = proposal.ballot.body;
      if (value.kind !== 'amend') continue;
      const held = found.get(value.at) ?? { rounds: 0, failed: 0, over: true };
      found.set(value.at, {
        inputHash: value.inputHash,
        rounds: held.rounds + 1,
        failed: held.failed + (round.nulled === undefined ? 0 : 1),
        over: held.over && !isLive(round, proposal),
      });
    }
  }
  return [...found].map(([at, { inputHash, rounds: proposed, failed, over }]) => ({
    slot,
    at,
    inputHash,
    // Each null round took it back; each one before another proposal brought it back as well.
    changes: 2 * failed + (over ? (failed === proposed ? -1 : 1) : 0),
    over,
  }));
}
