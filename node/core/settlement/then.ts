/** What happens if nothing comes: beside each thing that `settlement show` says a node waits for (DESIGN §7). */

import type { Docket } from './docket.js';
import { mayHaveCommitted } from './suspects.js';
import type { RoundTally } from './tally.js';

const OFFICER = 'Nothing is published until then; the way out is "publish release" by a named officer.';
const STANDS = 'Otherwise the instant in force stands.';
const SEATS = 'Otherwise the seats stay as they are.';

/** By the code of the fact. What is not here waits for nothing, or for whoever reads it. */
const THENS: Readonly<Record<string, string>> = {
  CLOCK_OFF: 'When nobody has told its time for a day, our own clock counts again.',
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
  WAIT_CHARTER: 'Until then nothing is published by agreement.',
  WAIT_SEAT: 'Otherwise this centre publishes only after a breach, or by a named officer.',
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

/**
 * What becomes of a round in which nothing more comes. Who is mute signs no skip, and who committed, or may have, never
 * does (R4, R9).
 */
export function roundThen(docket: Docket, round: RoundTally): string {
  const ours = round.statements.filter(({ ballot }) => ballot.author === docket.self);
  if (ours.some(({ ballot }) => ballot.body.kind === 'commit'))
    return 'We have committed in this round and never skip it; until others do, the instant in force stands.';
  if (ours.some(({ ballot }) => ballot.body.kind === 'skip'))
    return 'We have skipped this round; when enough others have, the next member proposes.';
  if (mayHaveCommitted(docket, round))
    return 'We may have committed in this round and forgotten it, so we never skip it; until others do, the instant in force stands.';
  if (docket.mutes.length > 0)
    return 'While we are mute we do not skip the round either; until others do, the instant in force stands.';
  return 'Then we skip the round, and the next member proposes.';
}

/** @returns empty where nothing is awaited. */
export function whatThen(code: string): string {
  return THENS[code] ?? '';
}
