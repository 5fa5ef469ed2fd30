/**
 * What correct houses believe, whenever it changes. I1: what they hold for decided was decided, under one charter.
 * I8: where statements contradict each other they know who lied, and they accuse nobody who did not.
 */
import { ownDocket } from '../../../node/core/case/chamber.js';
import type { BallotId, NodeId } from '../../../node/core/ids.js';
import type { Ballot } from '../../../node/core/settlement/ballot.js';
import { evidenceOf } from '../../../node/core/settlement/evidence.js';
import { type Standing, standingOf } from '../../../node/core/settlement/settle.js';
import { valueHash } from '../../../node/core/settlement/value.js';
import { type Bench, caseIn, type Judged, type Keys, keyOf, oppositeOf, short } from './bench.js';

export interface Views {
  /** Looks at every state that is not the one of the last look. */
  look(): void;
  forgot(node: NodeId): void;
}

/** What was looked at of one pool. */
interface Seen {
  pool: ReadonlyMap<BallotId, unknown> | undefined;
  size: number;
  readonly keys: Keys;
  /** It rests on words of the house itself that are not on its disk yet, and has to be looked at again. */
  owes: boolean;
}

/** Where a house stands, as it knows itself. */
export function standingIn(house: Judged): Standing | undefined {
  const held = caseIn(house);
  return held && standingOf(ownDocket(house.node, held, house.clock.now()));
}

export function openViews({ chronicle, correct, hidden, wrong, note }: Bench): Views {
  const seen = new Map<NodeId, Seen>();
  const charters = new Set<BallotId>();

  function lookAt(house: Judged): void {
    const pool = caseIn(house)?.chamber.ballots;
    const known = seen.get(house.node) ?? { pool: undefined, size: 0, keys: new Map(), owes: false };
    seen.set(house.node, known);
    if (pool === undefined || (pool === known.pool && !known.owes)) return;
    const fresh = [...pool.values()].slice(known.size).map(({ ballot }) => ballot);
    known.pool = pool;
    known.size = pool.size;
    const lies = fresh.filter((ballot) => contradicts(known.keys, ballot));
    if (lies.length > 0) checkEvidence(house, lies);
    if (fresh.some(({ body }) => body.kind === 'commit' || body.kind === 'charter_sign'))
      checkStanding(house);
  }

  /** @returns whether everything that it stands on is known to exist */
  function checkStanding(house: Judged): boolean {
    const standing = standingIn(house);
    if (standing === undefined) return true;
    const { charter, trouble, decisions } = standing;
    charters.add(charter.id);
    if (charters.size > 1) wrong('I1', 'two charters are in force');
    if (trouble === 'TWO_FINALS') wrong('I1', `${house.place} holds two certificates of one slot`);
    for (const { slot, value, commits } of decisions) {
      if (!commits.every((id) => chronicle.ballots.has(id))) return false;
      const all = chronicle.decided.get(`${charter.id}/${slot}`) ?? [];
      if (!all.some((decision) => decision.value === valueHash(value)))
        wrong('I1', `${house.place} holds slot ${slot} for decided, and it is not`);
    }
    return true;
  }

  function checkEvidence(house: Judged, lies: readonly Ballot[]): void {
    const held = caseIn(house);
    if (held === undefined) return;
    const found = evidenceOf(ownDocket(house.node, held, house.clock.now()));
    for (const { author } of lies)
      if (found.some(({ member }) => member === author)) note('evidence');
      else wrong('I8', `${house.place} has no evidence against ${short(author)}`);
    for (const { member, ballots } of found)
      if (correct.has(member) && !ballots.some((id) => hidden.has(id)))
        wrong('I8', `${house.place} accuses ${short(member)}, who is correct`);
  }

  return {
    look() {
      for (const house of correct.values()) lookAt(house);
    },
    forgot: (node) => void seen.delete(node),
  };
}

/** Does it stand beside another one of its author? */
function contradicts(keys: Keys, ballot: Ballot): boolean {
  const key = keyOf(ballot);
  if (key === undefined) return false;
  const name = `${ballot.author} ${key}`;
  const before = keys.get(name);
  if (before === undefined) keys.set(name, ballot.id);
  const opposite = oppositeOf(name);
  return (before !== undefined && before !== ballot.id) || (opposite !== undefined && keys.has(opposite));
}
