/** The settlement of one case: roster and charter, the chain of decided slots, the open round, what is waited for. */

import type { Json } from '../../core/canonical.js';
import type { Case } from '../../core/case/case.js';
import { aroundOf, docketOf, newestCharter } from '../../core/case/chamber.js';
import { unreachable } from '../../core/fault.js';
import type { BallotId } from '../../core/ids.js';
import type { CharterTerms, SeatChange, SettlementValue } from '../../core/settlement/ballot.js';
import { type CharterStanding, charterStandings } from '../../core/settlement/charter.js';
import { type Docket, type Held, heldOf } from '../../core/settlement/docket.js';
import { proposedInstants } from '../../core/settlement/proposed.js';
import { downTolerated, liarsTolerated, releaseBy } from '../../core/settlement/quorum.js';
import { manualReleases } from '../../core/settlement/release.js';
import { freezeOf } from '../../core/settlement/rounds.js';
import { seatWishes } from '../../core/settlement/seat-wishes.js';
import { type Decision, type OpenSlot, standingOf } from '../../core/settlement/settle.js';
import { showSettlement } from '../../core/settlement/show.js';
import { newestConstraints } from '../../core/settlement/snapshot.js';
import { solveSnapshot } from '../../core/settlement/solve-snapshot.js';
import { valueHash } from '../../core/settlement/value.js';
import type { State } from '../../core/state.js';
import type { Instant } from '../../core/time.js';
import { named } from '../find.js';
import { localWhen, when } from './when.js';

/** R10: nobody to compare with is no reason to hold, and something to know. */
const UNSEEN: Json = {
  code: 'CLOCK_UNSEEN',
  words: 'No peer told its time in the last 24 hours: the release goes by our own clock; look at it.',
  from: [],
  since: null,
  until: null,
  otherwise: '',
};

/** A vendor holds notices with their proof, and no ballots to wait for. */
const NO_SEAT: Json = {
  code: 'NO_SEAT',
  words:
    'Centres settle the time; this node was told it by its own. "schedule show" has the instant and how it suits you.',
  from: [],
  since: null,
  until: null,
  otherwise: '',
};

/** Everything that `settlement show` says. */
export function settlementView(state: State, held: Case, now: Instant): Json {
  if (state.self.role !== 'centre')
    return { case: held.id, charter: null, charters: [], own: null, facts: [NO_SEAT] };
  const docket = docketOf(state, held, now);
  const standing = standingOf(docket);
  const facts = showSettlement(docket, solveSnapshot, aroundOf(state, held)).map(
    ({ code, words, from, since, until, otherwise }) => ({
      code,
      words,
      from: from.map((node) => named(state, node)),
      since: when(since),
      until: when(until),
      otherwise,
    }),
  );
  const seen = docket.clock === undefined && standing !== undefined ? [...facts, UNSEEN] : facts;
  const { autoAccept, approvals, rejections } = held.chamber;
  const own = {
    autoAccept,
    approved: [...approvals].map(([at, by]) => ({ at: when(at), on: when(by) })),
    rejected: [...rejections].map(([at, by]) => ({ at: when(at), on: when(by) })),
  };
  if (standing === undefined)
    return { case: held.id, charter: null, charters: chartersOf(state, docket), own, facts };
  const { charter, epoch, at, sealed, decisions, open } = standing;
  const constraints = newestConstraints(docket, charter);
  return {
    case: held.id,
    charter: {
      id: charter.id,
      version: charter.version,
      completeAt: when(charter.completeAt),
      ...termsOf(state, charter.terms),
    },
    charters: chartersOf(state, docket),
    roster: charter.seats.map(({ node, model, since }) => ({ ...named(state, node), model, since })),
    lead: named(state, charter.lead),
    former: charter.former.map((node) => named(state, node)),
    n: charter.n,
    quorum: charter.q,
    liarsTolerated: liarsTolerated(charter.n, charter.q),
    downTolerated: downTolerated(charter.n, charter.q),
    release: releaseBy(charter.n, charter.q),
    epoch,
    at: when(at),
    local: localWhen(state, at),
    freezeAt: when(freezeOf(charter, at)),
    sealed,
    trouble: standing.trouble ?? null,
    changes: seatWishes(docket, standing).map(({ change, by, since, ours, awaitsJoiner }) => ({
      change: changeOf(state, change),
      by: by.map((node) => named(state, node)),
      since: when(since),
      ours: ours ?? null,
      awaitsJoiner,
    })),
    constraints: charter.roster.map((node) => ({
      ...named(state, node),
      heldAt: when(constraints.get(node)?.heldAt),
    })),
    decisions: decisions.map((decision) => decisionOf(state, docket, decision)),
    open: open === undefined ? null : slotOf(state, open),
    proposed: proposedInstants(docket, standing).map(
      ({ slot, at: proposedAt, inputHash, changes, over }) => ({
        slot,
        at: when(proposedAt),
        inputHash,
        changes,
        over,
      }),
    ),
    own,
    manualReleases: manualReleases(docket).map(({ ballot: { author, body }, heldAt }) => ({
      ...named(state, author),
      officer: body.officer,
      reason: body.reason,
      heldAt: when(heldAt),
    })),
    facts: seen,
  };
}

/** Every charter body that is on file, with its signatures and refusals. */
function chartersOf(state: State, docket: Docket): Json {
  return charterStandings(docket).map((standing) => charterOf(state, standing));
}

/** What `charter show` says. */
export function charterView(state: State, held: Case, now: Instant): Json {
  const docket = docketOf(state, held, now);
  const newest = newestCharter(held);
  return {
    case: held.id,
    /** A node without a vote signs no charter and is shown none. */
    seat: state.self.role === 'centre',
    inForce: standingOf(docket)?.charter.id ?? null,
    newest: newest?.id ?? null,
    charters: chartersOf(state, docket),
  };
}

function charterOf(state: State, charter: CharterStanding): Json {
  return {
    id: charter.id,
    version: charter.version,
    heldAt: when(charter.heldAt),
    completeAt: when(charter.completeAt),
    signed: charter.signed.map((node) => named(state, node)),
    missing: charter.missing.map((node) => named(state, node)),
    refused: charter.refused.map(({ by, reason }) => ({ ...named(state, by), reason })),
    ...termsOf(state, charter.terms),
  };
}

function termsOf(state: State, terms: CharterTerms): { readonly [member: string]: Json } {
  return {
    roster: terms.roster.map(({ node, model }) => ({ ...named(state, node), model })),
    lead: named(state, terms.lead),
    defaultInstant: when(terms.defaultInstant),
    defaultLocal: localWhen(state, terms.defaultInstant),
    quorum: terms.quorum,
    freezeMs: terms.freezeMs,
    roundMs: terms.roundMs,
    skewMs: terms.skewMs,
    window: { notBefore: when(terms.window.notBefore), notAfter: when(terms.window.notAfter) },
    horizonEnd: when(terms.horizonEnd),
    objective: terms.objective,
    solver: terms.solver,
  };
}

function decisionOf(state: State, docket: Docket, decision: Decision): Json {
  const proposal = decision.proposal === undefined ? undefined : docket.ballots.get(decision.proposal);
  return {
    slot: decision.slot,
    round: decision.round,
    value: spelled(state, decision.value),
    completeAt: when(decision.completeAt),
    proposedBy: proposal === undefined ? null : named(state, proposal.ballot.author),
    votes: votesFor(docket, decision).map(({ ballot, heldAt }) => ({
      ...named(state, ballot.author),
      heldAt: when(heldAt),
    })),
    commits: decision.commits.map((id) => committed(state, docket, id)),
  };
}

/** The votes of the round in which it was decided. */
function votesFor(docket: Docket, { slot, round, value }: Decision): readonly Held<'vote'>[] {
  const wanted = valueHash(value);
  return heldOf(docket.ballots, 'vote').filter(
    ({ ballot: { body } }) => body.slot === slot && body.round === round && body.value === wanted,
  );
}

function committed(state: State, docket: Docket, id: BallotId): Json {
  const held = docket.ballots.get(id);
  return held === undefined
    ? { ballot: id }
    : { ballot: id, ...named(state, held.ballot.author), heldAt: when(held.heldAt) };
}

function slotOf(state: State, { slot, openedAt, tally, open }: OpenSlot): Json {
  const round = tally.find((one) => one.round === open?.round);
  const said = (kind: 'vote' | 'commit' | 'skip') =>
    (round?.statements ?? [])
      .filter(({ ballot }) => ballot.body.kind === kind)
      .map(({ ballot, heldAt }) => ({ ...named(state, ballot.author), heldAt: when(heldAt) }));
  return {
    slot,
    openedAt: when(openedAt),
    round: open?.round ?? null,
    proposer: open === undefined ? null : named(state, open.proposer),
    startedAt: when(open?.start?.at),
    startedBy: open?.start?.because ?? null,
    timerEndsAt: when(open?.timerEndsAt),
    proposals: (round?.proposals ?? []).map(({ ballot, heldAt }) => ({
      ballot: ballot.id,
      ...named(state, ballot.author),
      value: spelled(state, ballot.body.value),
      local: ballot.body.value.kind === 'amend' ? localWhen(state, ballot.body.value.at) : null,
      preparedAt: when(ballot.body.preparedAt),
      heldAt: when(heldAt),
    })),
    votes: said('vote'),
    commits: said('commit'),
    skips: said('skip'),
  };
}

function spelled(state: State, value: SettlementValue): Json {
  const hash = valueHash(value);
  switch (value.kind) {
    case 'seal':
      return { kind: value.kind, hash };
    case 'change':
      return { kind: value.kind, hash, change: changeOf(state, value.change) };
    case 'amend':
      return { kind: value.kind, at: when(value.at), inputHash: value.inputHash, hash };
    default:
      return unreachable(value);
  }
}

/** Who joins, leaves or leads. */
function changeOf(state: State, change: SeatChange): Json {
  return change.kind === 'join'
    ? { kind: change.kind, ...named(state, change.member.node), model: change.member.model }
    : { kind: change.kind, ...named(state, change.node) };
}
