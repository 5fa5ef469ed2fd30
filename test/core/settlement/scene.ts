/**
 * One slot on a table: a charter in force and whatever ballots a test lays down, seen by one member.
 */

import type { Hash } from '../../../node/core/bytes.js';
import type { BallotId, NodeId } from '../../../node/core/ids.js';
import type { Ballot, BallotBody, CharterTerms } from '../../../node/core/settlement/ballot.js';
import type { BallotOf, Docket, Held } from '../../../node/core/settlement/docket.js';
import { nextMoves } from '../../../node/core/settlement/moves.js';
import { SEAL_HASH, valueHash } from '../../../node/core/settlement/value.js';
import type { Instant } from '../../../node/core/time.js';
import {
  amendment,
  ballotOf,
  days,
  docketOf,
  earliest,
  formed,
  later,
  must,
  nodes,
  poolOf,
  termsFor,
  windowText,
} from './world.js';

export interface Scene {
  readonly terms: CharterTerms;
  readonly nodes: readonly NodeId[];
  readonly charter: BallotId;
  readonly setup: readonly Ballot[];
  /** One constraint a member, all alike: days 10 to 30. */
  readonly constraints: readonly BallotOf<'constraint'>[];
  by(place: number, body: BallotBody): Ballot;
  vote(place: number, value: Hash, round?: number, slot?: number): Ballot;
  commit(place: number, value: Hash, round?: number, slot?: number): Ballot;
  skip(place: number, round?: number, slot?: number): Ballot;
  /** The amendment of the toy solver, day 10, prepared on day 1. */
  propose(place: number, round?: number, preparedAt?: Instant, slot?: number): BallotOf<'propose'>;
  seal(place: number, round?: number, slot?: number): BallotOf<'propose'>;
  /** What member `place` sees on day 1 with these ballots, held since day 1. */
  docket(place: number, ballots: readonly Ballot[], changes?: Partial<Docket>): Docket;
}

export const DAY_ONE: Instant = days(1);

export function scene(n: number, changes: Partial<CharterTerms> = {}): Scene {
  const terms = termsFor(n, changes);
  const members = nodes(n);
  const { id: charter, ballots } = formed(terms);
  const by = (place: number, body: BallotBody): Ballot => ballotOf(must(members[place]), charter, body);
  const fragment = windowText(days(10), days(30));
  const constraints = members.map(
    (_, place) => by(place, { kind: 'constraint', sequence: 1, fragment }) as BallotOf<'constraint'>,
  );
  return {
    terms,
    nodes: members,
    charter,
    setup: ballots,
    constraints,
    by,
    vote: (place, value, round = 0, slot = 1) => by(place, { kind: 'vote', slot, round, value }),
    commit: (place, value, round = 0, slot = 1) => by(place, { kind: 'commit', slot, round, value }),
    skip: (place, round = 0, slot = 1) => by(place, { kind: 'skip', slot, round }),
    propose: (place, round = 0, preparedAt = DAY_ONE, slot = 1) =>
      amendment(must(members[place]), charter, terms, constraints, { slot, round, preparedAt }),
    seal: (place, round = 0, slot = 1) => {
      const value = { kind: 'seal' } as const;
      const body = { kind: 'propose', slot, round, value, snapshot: [], preparedAt: DAY_ONE } as const;
      return by(place, body) as BallotOf<'propose'>;
    },
    docket: (place, extra, over = {}) =>
      docketOf(must(members[place]), {
        now: DAY_ONE,
        ballots: new Map([...poolOf(ballots), ...poolOf([...constraints, ...extra], DAY_ONE)]),
        ...over,
      }),
  };
}

/** H(v) of a proposal. */
export function valueIn(proposal: BallotOf<'propose'>): Hash {
  return valueHash(proposal.body.value);
}

export const SEAL: Hash = SEAL_HASH;

/** What the docket's owner says next, one word a move: `vote 1/0`. */
export function words(docket: Docket): readonly string[] {
  return nextMoves(docket, earliest).map(({ body }) =>
    'round' in body ? `${body.kind} ${body.slot}/${body.round}` : body.kind,
  );
}

/** A docket with more ballots, held at its present. */
export function withBallots(
  docket: Docket,
  ballots: readonly Ballot[],
  heldAt: Instant = docket.now,
): Docket {
  return { ...docket, ballots: new Map([...docket.ballots, ...poolOf(ballots, heldAt)]) };
}

export function heldAs(proposal: BallotOf<'propose'>, heldAt: Instant = DAY_ONE): Held<'propose'> {
  return { ballot: proposal, heldAt };
}

export { days, later, must };
