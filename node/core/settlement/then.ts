/** What happens if nothing comes: beside each thing that `settlement show` says a node waits for (DESIGN §7). */

const OFFICER = 'Nothing is published until then; the way out is "publish release" by a named officer.';
const STANDS = 'Otherwise the instant in force stands.';
const SEATS = 'Otherwise the seats stay as they are.';

/** By the code of the fact. What is not here waits for nothing, or for whoever reads it. */
const THENS: Readonly<Record<string, string>> = {
  CHARTER_ABSENT: 'Until then nothing of the case is told to anybody.',
  CHARTER_UNSIGNED:
    'Otherwise it never comes into force, and no details leave anybody; the lead may propose another.',
  CHARTER_REFUSED: 'The lead may propose another charter, without those who refused.',
  INVITED: 'Otherwise the members decide nothing about us.',
  SEAT_AWAITED: 'Otherwise nothing changes, and no details come.',
  JOINER_AWAITED: SEATS,
  SEAT_CHANGE_WANTED: SEATS,
  MERGED_EARLIER: 'Otherwise both cases keep their instants.',
  CONSTRAINT_MISSING: 'Then a proposal is made without it.',
  ROUNDS_SPENT: 'The instant in force stands.',
  SLOT_IDLE: 'The instant in force stands.',
  PROPOSAL_AWAITED: 'Then we skip the round, and the next member proposes.',
  VOTES_AWAITED: 'Then we skip the round, and the next member proposes.',
  WAIT_INSTANT: 'Then we publish.',
  WAIT_LIMBO: 'Then we publish: late rather than early.',
  WAIT_SEAL: 'A day after the instant an alarm begins, and a named officer may release.',
  HELD_TWO_FINALS: OFFICER,
  HELD_VALUE_UNKNOWN: OFFICER,
  HELD_SEAL_OVERDUE: OFFICER,
  HELD_SEAT_CHANGE: OFFICER,
  HELD_PROBATION: OFFICER,
  HELD_CLOCK: 'When nobody has told its time for a day, our own clock counts again.',
  MUTED: 'Until then we sign nothing, and the instant in force stands.',
  BREACH_REPORTED: STANDS,
  TWIN_PUBLISHED: STANDS,
};

/** @returns empty where nothing is awaited. */
export function whatThen(code: string): string {
  return THENS[code] ?? '';
}
