/** The part of `settlement show` about publication: what it waits for or is held by, from whom and since when. */
import { unreachable } from '../fault.js';
import type { NodeId } from '../ids.js';
import { after, DAY, type Instant } from '../time.js';
import { charterStandings } from './charter.js';
import { type Docket, type HeldBallot, heldOf } from './docket.js';
import { releaseBy } from './quorum.js';
import {
  type HoldReason,
  limboOf,
  type ReleaseVerdict,
  SEAL_OVERDUE_MS,
  type WaitReason,
} from './release.js';
import type { Standing } from './settle.js';
import { type Around, fact, type StandingFact } from './standing-fact.js';
import { isSuspect } from './suspects.js';
import { SEAL_HASH } from './value.js';

/** From whom and since when. */
type Awaited = Partial<Pick<StandingFact, 'from' | 'since' | 'otherwise'>>;

/** @param standing `undefined` while no charter is in force. */
export function releaseFacts(
  verdict: ReleaseVerdict,
  docket: Docket,
  standing: Standing | undefined,
  around: Around,
): readonly StandingFact[] {
  switch (verdict.kind) {
    case 'release':
      return [fact(`RELEASE_${verdict.rule}`, 'The case may be published now.', { since: verdict.at })];
    case 'wait': {
      const { because, until } = verdict;
      const awaited = waited(because, docket, standing, around);
      return [fact(`WAIT_${because}`, WAITS[because], { ...awaited, until })];
    }
    case 'held':
      return verdict.because.map((because) =>
        fact(`HELD_${because}`, HOLDS[because as HoldReason] ?? because, {
          ...holding(because as HoldReason, docket, standing, around),
        }),
      );
    default:
      return unreachable(verdict);
  }
}

function waited(
  because: WaitReason,
  docket: Docket,
  standing: Standing | undefined,
  around: Around,
): Awaited {
  switch (because) {
    case 'CHARTER': {
      const newest = charterStandings(docket).at(-1);
      return newest === undefined
        ? { from: [around.lead], since: around.openedAt }
        : { from: newest.missing, since: newest.heldAt };
    }
    case 'RELEASED':
      return { since: docket.intent?.at ?? docket.published?.at };
    case 'INSTANT':
      return { since: standing && inForceSince(standing), ...unanswered(docket, standing) };
    case 'LIMBO':
      return { ...uncommitted(docket, standing), ...limboEnd(docket, standing) };
    case 'SEAL':
      return unsealed(docket, standing);
    case 'SEAT':
      return seatless(docket, standing);
    default:
      return unreachable(because);
  }
}

function holding(
  because: HoldReason,
  docket: Docket,
  standing: Standing | undefined,
  around: Around,
): Awaited {
  switch (because) {
    case 'PROBATION':
      return { from: docket.heldBy, since: around.begunAt };
    case 'SEAT_CHANGE':
      return uncommitted(docket, standing);
    case 'VALUE_UNKNOWN': {
      // Whoever voted or committed has seen the proposal.
      const spoken = standing?.open?.tally.flatMap(({ statements }) => statements) ?? [];
      const knowing = spoken.filter(({ ballot: { body } }) => body.kind === 'vote' || body.kind === 'commit');
      return {
        from: others(
          docket,
          knowing.map(({ ballot }) => ballot.author),
        ),
        since: first(knowing),
      };
    }
    case 'TWO_FINALS': {
      const finals = standing?.open?.tally.flatMap(({ finals: found }) => found) ?? [];
      const times = finals.map(({ completeAt }) => completeAt).sort((left, right) => left - right);
      return { from: others(docket, standing?.charter.roster ?? []), since: times[1] };
    }
    case 'SEAL_OVERDUE':
      return { ...unsealed(docket, standing), since: standing && after(standing.at, SEAL_OVERDUE_MS) };
    case 'CLOCK':
      // Our own clock is to be set; since when it is wrong is known no better than since the oldest comparison.
      return { from: [docket.self], since: docket.clock && after(docket.clock.until, -DAY) };
    default:
      return {};
  }
}

/** When the instant in force was decided, as far as this node knows. */
export function inForceSince({ decisions, charter }: Standing): Instant {
  return decisions.at(-1)?.completeAt ?? charter.completeAt;
}

/** P3: whose commit is missing in the rounds in which we committed, or may have, and since when. */
function uncommitted(docket: Docket, standing: Standing | undefined): Awaited {
  const missing = new Set<NodeId>();
  const ours: HeldBallot[] = [];
  for (const round of standing?.open?.tally ?? [])
    for (const held of round.statements) {
      const { ballot } = held;
      const isOurs = ballot.author === docket.self && ballot.body.kind === 'commit';
      if (!isOurs && !isSuspect(docket, round, ballot)) continue;
      ours.push(held);
      const value = 'value' in ballot.body ? ballot.body.value : undefined;
      const committed = round.statements.flatMap(({ ballot: { author, body } }) =>
        body.kind === 'commit' && body.value === value ? [author] : [],
      );
      for (const member of standing?.charter.roster ?? [])
        if (!committed.includes(member)) missing.add(member);
    }
  return { from: others(docket, [...missing]), since: first(ours) };
}

function limboEnd(docket: Docket, standing: Standing | undefined): Awaited {
  if (standing !== undefined && limboOf(docket, standing) === 'SEAT_CHANGE')
    return { otherwise: 'Then publication is held, and a named officer may release.' };
  return unanswered(docket, standing);
}

/** R9: P2 and P3 at the instant lean on our own memory. */
function unanswered(docket: Docket, standing: Standing | undefined): Awaited {
  if (standing === undefined || standing.sealed || docket.heldBy.length === 0) return {};
  if (releaseBy(standing.charter.n, standing.charter.q) === 'seal') return {};
  const otherwise =
    'Then we publish, if those have answered whose answer is awaited since our start; else it is held.';
  return { from: docket.heldBy, otherwise };
}

/** Who has not committed to a seal; all others as long as nobody has voted for one. */
function unsealed(docket: Docket, standing: Standing | undefined): Awaited {
  if (standing === undefined) return {};
  const committed = heldOf(docket.ballots, 'commit')
    .filter(({ ballot: { charter, body } }) => charter === standing.charter.id && body.value === SEAL_HASH)
    .map(({ ballot }) => ballot.author);
  const missing = standing.charter.roster.filter((member) => !committed.includes(member));
  return { from: others(docket, missing), since: standing.open?.openedAt };
}

/** R12: since we agreed to join, or since the decision by which we left. */
export function seatless(docket: Docket, standing: Standing | undefined): Awaited {
  if (standing === undefined) return {};
  const { charter, decisions } = standing;
  const left = decisions.findLast(
    ({ value }) =>
      value.kind === 'change' && value.change.kind === 'leave' && value.change.node === docket.self,
  );
  if (left !== undefined) return { since: left.completeAt };
  const joined = heldOf(docket.ballots, 'charter_join').filter(
    ({ ballot }) => ballot.author === docket.self && ballot.charter === charter.id,
  );
  return { from: charter.roster, since: first(joined) };
}

function others({ self }: Docket, nodes: readonly NodeId[]): readonly NodeId[] {
  return [...new Set(nodes)].filter((node) => node !== self);
}

function first(held: readonly HeldBallot[]): Instant | undefined {
  return held.length === 0 ? undefined : (Math.min(...held.map(({ heldAt }) => heldAt)) as Instant);
}

const WAITS: Readonly<Record<WaitReason, string>> = {
  CHARTER: 'No charter is in force.',
  RELEASED: 'The release has been begun or is done.',
  INSTANT: 'The instant in force lies ahead.',
  LIMBO: 'We committed to a move and saw no certificate; the later of both instants counts.',
  SEAL: 'Only a seal releases this case.',
  SEAT: 'This centre has no seat in the case: it publishes nothing by agreement.',
};

const HOLDS: Readonly<Record<HoldReason, string>> = {
  TWO_FINALS: 'Two certificates stand in one slot: too many members lie.',
  VALUE_UNKNOWN: 'A value was committed to that no proposal on file spells out.',
  SEAL_OVERDUE: 'No seal a day after the instant; a named officer may release.',
  CLOCK: 'Our clock is too far from the others: set it right, then send anything to a peer.',
  SEAT_CHANGE:
    'We committed to a change of seats and saw no certificate; reach the other members, or a named officer may release.',
  PROBATION: 'We may have signed more than we remember; an answer of others is awaited, or a named officer.',
};
