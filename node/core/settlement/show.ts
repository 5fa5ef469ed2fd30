/**
 * What `settlement show` tells an operator: what the node waits for, from whom, since when, and what
 * happens if nothing comes. The facts are
 * derived like everything else here; words name no case, vendor or flaw.
 */

import type { ClockReading } from '../clocks.js';
import { MEANINGS } from '../fault.js';
import type { NodeId } from '../ids.js';
import { after, DAY, type Instant, SECOND } from '../time.js';
import type { SeatChange } from './ballot.js';
import { charterOffered, charterStandings } from './charter.js';
import { type Docket, heldOf } from './docket.js';
import { evidenceOf } from './evidence.js';
import { judgeProposal, type Solve } from './judge.js';
import { type NoProposal, patienceOf, proposing } from './propose.js';
import { breachReporters, isClockOff, manualReleases, mayRelease } from './release.js';
import { seatWishes, whoseSeat } from './seat-wishes.js';
import { type OpenSlot, type Standing, standingOf } from './settle.js';
import { inForceSince, releaseFacts, seatless } from './show-release.js';
import { newestConstraints } from './snapshot.js';
import { type Around, fact, type StandingFact } from './standing-fact.js';
import { roundOf } from './tally.js';
import { roundThen } from './then.js';
import { earlierTwin, twinPublications } from './twins.js';

/** In the order in which a reader wants them: charter, slot, proposal, release, warnings. */
export function showSettlement(docket: Docket, solve: Solve, around: Around): readonly StandingFact[] {
  const standing = standingOf(docket);
  const verdict = mayRelease(docket, standing);
  const about = standing ? slotFacts(docket, standing, solve) : charterFacts(docket, around);
  return [
    ...about,
    ...releaseFacts(verdict, docket, standing, around),
    ...warnings(docket, standing, around),
  ];
}

function charterFacts(docket: Docket, around: Around): readonly StandingFact[] {
  const standings = charterStandings(docket);
  const offered = charterOffered(docket);
  if (offered !== undefined && !offered.roster.includes(docket.self))
    return [
      fact('INVITED', 'This centre may join: read the charter, then "settlement join".', {
        from: [offered.lead],
        since: offered.completeAt,
      }),
    ];
  if (standings.length === 0) {
    const awaited = { from: [around.lead], since: around.openedAt };
    return [fact('CHARTER_ABSENT', 'No charter has been proposed.', awaited)];
  }
  return standings.flatMap(({ version, missing, refused, heldAt, terms }) => [
    fact('CHARTER_UNSIGNED', `Charter ${version} waits for signatures.`, {
      from: missing,
      since: heldAt,
      until: terms.defaultInstant,
    }),
    ...refused.map(({ by, at }) =>
      fact('CHARTER_REFUSED', `Charter ${version} was refused.`, { from: [by], since: at }),
    ),
  ]);
}

function slotFacts(docket: Docket, standing: Standing, solve: Solve): readonly StandingFact[] {
  const { epoch, at, sealed, open } = standing;
  const since = inForceSince(standing);
  const settled = fact(
    sealed ? 'SEALED' : 'SETTLED',
    sealed ? `The instant of epoch ${epoch} is sealed.` : `The instant of epoch ${epoch} is in force.`,
    { since, until: at },
  );
  if (!open) return [settled];
  const seats = [...twinFacts(docket, standing), ...seatFacts(docket, standing)];
  return [
    settled,
    ...seats,
    ...constraintFacts(docket, standing),
    ...roundFacts(docket, standing, open, solve),
  ];
}

/** DESIGN §5: a merge decides nothing by itself, and obliges whoever proposes. */
function twinFacts(docket: Docket, standing: Standing): readonly StandingFact[] {
  const at = earlierTwin(docket, standing);
  if (at === undefined) return [];
  const words =
    'A case merged with this one is settled earlier: its instant is to be proposed ("settlement request").';
  return [fact('MERGED_EARLIER', words, { until: at })];
}

/** R12: who has no seat, and every change that is on the table with what is awaited for it. */
function seatFacts(docket: Docket, standing: Standing): readonly StandingFact[] {
  const { charter } = standing;
  if (!charter.roster.includes(docket.self)) {
    const joins = !charter.former.includes(docket.self);
    const words = joins ? 'We have agreed to join; the members decide.' : 'We have given up our seat.';
    return [fact(joins ? 'SEAT_AWAITED' : 'SEAT_LEFT', words, seatless(docket, standing))];
  }
  return seatWishes(docket, standing).map(({ change, by, since, ours, awaitsJoiner }) => {
    const whose = whoseSeat(change);
    const span = { since, until: standing.open?.open?.timerEndsAt };
    if (awaitsJoiner)
      return fact('JOINER_AWAITED', 'A centre that is to join has not agreed to charter and epoch yet.', {
        ...span,
        from: [whose],
      });
    const decided = ours === undefined ? 'look, and agree or reject with "settlement roster"' : `we ${ours}`;
    return fact('SEAT_CHANGE_WANTED', `${SEAT_WISHES[change.kind]}: ${decided}.`, { ...span, from: by });
  });
}

const SEAT_WISHES: Readonly<Record<SeatChange['kind'], string>> = {
  join: 'Another centre is to have a seat',
  leave: 'A centre is to give up its seat',
  lead: 'Another member is to lead',
};

function constraintFacts(docket: Docket, standing: Standing): readonly StandingFact[] {
  const sent = newestConstraints(docket, standing.charter);
  const silent = standing.charter.roster.filter((member) => !sent.has(member));
  if (silent.length === 0) return [];
  const words = 'Without a constraint the window of the charter stands for that of a member.';
  const since = standing.charter.completeAt;
  return [fact('CONSTRAINT_MISSING', words, { from: silent, since, until: patienceOf(standing) })];
}

function roundFacts(
  docket: Docket,
  standing: Standing,
  slot: OpenSlot,
  solve: Solve,
): readonly StandingFact[] {
  const round = slot.open;
  if (!round) return [fact('ROUNDS_SPENT', `Slot ${slot.slot} has no round left.`)];
  const place = `slot ${slot.slot}, round ${round.round}`;
  const tally = roundOf(slot.tally, round.round);
  const { proposals, statements } = tally;
  const since = round.start?.at ?? round.openedAt;
  const span = { since, until: round.timerEndsAt, otherwise: roundThen(docket, tally) };
  if (!round.start || docket.now < round.start.at)
    return [fact('SLOT_IDLE', `Nobody asks for an amendment (${place}).`, { since: round.openedAt })];
  if (proposals.length === 0) {
    const own = proposing(docket, standing, solve);
    const words = `A proposal is awaited (${place}).`;
    const waiting = fact('PROPOSAL_AWAITED', words, { ...span, from: [round.proposer] });
    if (own.kind !== 'nothing' || own.because === 'NOT_OURS') return [waiting];
    const from = missingFor(own.because, docket, standing);
    return [waiting, fact(`NO_PROPOSAL_${own.because}`, SILENCE[own.because], { ...span, from })];
  }
  const voted = new Set(
    statements.filter(({ ballot }) => ballot.body.kind === 'vote').map((held) => held.ballot.author),
  );
  const missing = standing.charter.roster.filter((member) => !voted.has(member));
  const awaited = fact('VOTES_AWAITED', `${standing.charter.q} votes are needed (${place}).`, {
    ...span,
    from: missing,
  });
  const refusals = voted.has(docket.self)
    ? []
    : proposals.flatMap((held) => {
        const judged = judgeProposal(docket, held, solve, standing);
        return judged.ok
          ? []
          : [
              fact(judged.fault.code, MEANINGS[judged.fault.code].says, {
                ...span,
                from: [docket.self],
                since: held.heldAt,
              }),
            ];
      });
  return [awaited, ...refusals];
}

/** Whose words are missing for the proposal that we do not make. */
function missingFor(because: NoProposal, docket: Docket, standing: Standing): readonly NodeId[] {
  const { roster } = standing.charter;
  switch (because) {
    case 'CONSTRAINTS': {
      const sent = newestConstraints(docket, standing.charter);
      return roster.filter((member) => !sent.has(member));
    }
    case 'VALUE_UNKNOWN':
    case 'UNJUSTIFIED':
      return roster.filter((member) => member !== docket.self);
    default:
      return [];
  }
}

function warnings(docket: Docket, standing: Standing | undefined, around: Around): readonly StandingFact[] {
  const reporters = standing ? breachReporters(docket, standing) : [];
  const twins = standing ? twinPublications(docket, standing) : [];
  const words = 'A case merged with this one is public: look, and "breach confirm" to publish this one too.';
  return [
    ...manualReleases(docket).map(({ ballot, heldAt }) =>
      fact('MANUAL_RELEASE', 'An officer ordered the release by name; reason and name are on record.', {
        from: [ballot.author],
        since: heldAt,
      }),
    ),
    ...(twins.length > 0
      ? [fact('TWIN_PUBLISHED', words, { from: twins.map(({ by }) => by), since: earliest(twins) })]
      : []),
    ...(isClockOff(docket, standing) && docket.clock
      ? [
          fact('CLOCK_OFF', clockWords(docket.clock), {
            from: [docket.self],
            since: after(docket.clock.until, -DAY),
            until: docket.clock.until,
          }),
        ]
      : []),
    ...docket.mutes.map((reason) =>
      fact('MUTED', MUTES[reason] ?? reason, { from: docket.mutedBy, since: around.begunAt }),
    ),
    ...(reporters.length > 0
      ? [
          fact('BREACH_REPORTED', 'A breach is reported; confirm it or not.', {
            from: reporters,
            since: reportedAt(docket, reporters),
          }),
        ]
      : []),
    ...evidenceOf(docket).map(({ member, ballots: [, second] }) =>
      fact('BALLOT_CONFLICT', MEANINGS['BALLOT_CONFLICT'].says, {
        from: [member],
        since: docket.ballots.get(second)?.heldAt,
      }),
    ),
  ];
}

/** When the first of these reports was held: of a leak, or of a publication before the instant. */
function reportedAt({ ballots }: Docket, reporters: readonly NodeId[]): Instant | undefined {
  const reports = [...heldOf(ballots, 'leak'), ...heldOf(ballots, 'published')];
  return earliest(
    reports.flatMap(({ ballot, heldAt }) => (reporters.includes(ballot.author) ? [{ at: heldAt }] : [])),
  );
}

function earliest(times: readonly { readonly at: Instant }[]): Instant | undefined {
  return times.length === 0 ? undefined : (Math.min(...times.map(({ at }) => at)) as Instant);
}

/** Nothing goes by this clock until it is right; when nobody's time is left to compare with, it goes by it again. */
function clockWords({ aheadMs, peers }: ClockReading): string {
  const side = aheadMs > 0 ? 'behind' : 'ahead of';
  const by = Math.round(Math.abs(aheadMs) / SECOND);
  return `Our clock is ${by} s ${side} the median of ${peers} peers, so nothing is released by it: set it right.`;
}

const SILENCE: Readonly<Record<NoProposal, string>> = {
  NOT_OURS: 'Another centre proposes in this round, or we have spoken.',
  IDLE: 'Nobody asks for an amendment.',
  TOO_LATE: 'The timer of the round has ended.',
  VALUE_UNKNOWN: 'The value to be carried has not arrived.',
  UNJUSTIFIED: 'What earlier rounds decided has not arrived.',
  FROZEN: 'The instant in force, or the one that could be proposed, is too near.',
  CONSTRAINTS: 'The constraints of some members are awaited.',
  INFEASIBLE: 'No instant suits every hard constraint.',
  REFUSED: 'The constraints do not make a valid problem document.',
  UNCHANGED: 'The best instant is the one in force, so there is nothing to propose.',
  WINDOW: 'The best instant lies outside the window of a silent member.',
  REJECTED: 'Our operator has rejected the best instant.',
  CHANGE_WAITS:
    'Only a change of seats is asked for: the joiner has not signed, or our operator has rejected it.',
};

const MUTES: Readonly<Record<string, string>> = {
  PROBATION: 'After a start this node signs nothing before the others have answered what they hold of it.',
};
