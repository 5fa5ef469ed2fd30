/**
 * Proofs that a member said two things where it may say one (R11). Each is self-contained: the two signed bodies
 * convince anybody who has the member's certificate. They are stored, relayed and shown for ever.
 */
import type { BallotId, CaseId, NodeId } from '../ids.js';
import { type BallotBody, ballotKey } from './ballot.js';
import { byArrival, type Docket, type HeldBallot, perPool } from './docket.js';

export interface Evidence {
  readonly kind: 'one_key' | 'commit_and_skip';
  readonly member: NodeId;
  /** The key of R1; for commit and skip, that of the commit. */
  readonly key: string;
  /** The two first held, in the order of arrival. */
  readonly ballots: readonly [BallotId, BallotId];
}

/** All proofs in the pool, by member, then by key; one for each key. */
export function evidenceOf({ caseId, ballots }: Docket): readonly Evidence[] {
  const known = provenIn(ballots);
  const proven = known.get(caseId) ?? provenAbout(caseId, ballots);
  known.set(caseId, proven);
  return proven;
}

const provenIn = perPool(() => new Map<CaseId, readonly Evidence[]>());

function provenAbout(about: CaseId, ballots: Docket['ballots']): readonly Evidence[] {
  const byKey = new Map<string, HeldBallot[]>();
  for (const held of [...ballots.values()].sort(byArrival)) {
    const key = keyOf(about, held);
    if (key === undefined) continue;
    const list = byKey.get(key) ?? [];
    byKey.set(key, list);
    list.push(held);
  }
  const found: Evidence[] = [];
  for (const [key, list] of byKey) {
    const [first, second] = list;
    if (!first) continue;
    const { author, caseId, charter, body } = first.ballot;
    if (second)
      found.push({ kind: 'one_key', member: author, key, ballots: [first.ballot.id, second.ballot.id] });
    if (body.kind !== 'commit') continue;
    const skip = byKey.get(spell(author, ballotKey(caseId, charter, skipOf(body))))?.[0];
    if (!skip) continue;
    const [earlier, later] = [first, skip].sort(byArrival) as [HeldBallot, HeldBallot];
    const ballots = [earlier.ballot.id, later.ballot.id] as const;
    found.push({ kind: 'commit_and_skip', member: author, key, ballots });
  }
  return found.sort((left, right) => {
    const [a, b] = [`${left.member} ${left.key} ${left.kind}`, `${right.member} ${right.key} ${right.kind}`];
    return a < b ? -1 : 1;
  });
}

function keyOf(about: CaseId, { ballot }: HeldBallot): string | undefined {
  if (ballot.caseId !== about) return undefined;
  const key = ballotKey(ballot.caseId, ballot.charter, ballot.body);
  return key === undefined ? undefined : spell(ballot.author, key);
}

function skipOf(commit: Extract<BallotBody, { readonly kind: 'commit' }>): BallotBody {
  return { kind: 'skip', slot: commit.slot, round: commit.round };
}

/** Keys are per author; an absent key matches nothing. */
function spell(author: NodeId, key: string | undefined): string {
  return `${author} ${key}`;
}
