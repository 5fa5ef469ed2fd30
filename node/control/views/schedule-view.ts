/**
 * The answer behind an instant: who pays what, what else there was, what stands in the way. It is recomputed from the
 * constraints on file, as every voter did.
 */

import type { Json } from '../../core/canonical.js';
import type { Case } from '../../core/case/case.js';
import { docketOf } from '../../core/case/chamber.js';
import { localClock } from '../../core/case/local-clock.js';
import { type Outcome, ok, refuse } from '../../core/fault.js';
import type { BallotId } from '../../core/ids.js';
import { type SolvedAnswer, solveProblem } from '../../core/schedule/answer.js';
import type { Problem } from '../../core/schedule/problem.js';
import { tellAnswer } from '../../core/schedule/tell.js';
import type { BallotOf, Docket } from '../../core/settlement/docket.js';
import { heldById } from '../../core/settlement/docket.js';
import type { SolveQuestion } from '../../core/settlement/judge.js';
import { rosterAt, type Standing, standingOf } from '../../core/settlement/settle.js';
import { newestConstraints, snapshotOf } from '../../core/settlement/snapshot.js';
import { problemOf } from '../../core/settlement/solve-snapshot.js';
import type { State } from '../../core/state.js';
import { type Instant, readInstant, SECOND } from '../../core/time.js';
import { named } from '../find.js';
import { type CaseParty, calledBy, caseParties } from './party-names.js';
import { when } from './when.js';

/** Names behind the parties of this node's own constraint with a sequence; ids without prefix. */
export type OwnNames = (sequence: number) => ReadonlyMap<string, string>;

/** Where the question came from. */
type Basis = 'decided' | 'proposed' | 'preview';

export function scheduleView(state: State, held: Case, now: Instant, ownNames: OwnNames): Outcome<Json> {
  const docket = docketOf(state, held, now);
  const standing = standingOf(docket);
  if (standing === undefined) return refuse('CHARTER_ABSENT', { where: held.id });
  const at = {
    case: held.id,
    epoch: standing.epoch,
    at: when(standing.at),
    zones: zonesAt(state, held, standing, standing.at),
  };
  const found = questionOf(docket, standing);
  if (found === undefined) return ok({ ...at, basis: null, answer: null, parties: [] });
  const problem = problemOf(found.question);
  if (!problem.ok)
    return ok({ ...at, basis: found.basis, answer: null, fault: { ...problem.fault }, parties: [] });
  const answer = solveProblem(problem.value);
  const parties = partiesOf(state, found.question, problem.value, ownNames);
  const telling = tellAnswer(problem.value, answer, calledBy(parties));
  return ok({
    ...at,
    basis: found.basis,
    answer: answer as unknown as Json,
    telling: telling as unknown as Json,
    parties,
    ...(answer.status === 'solved' ? { best: bestOf(state, held, standing, answer) } : { best: null }),
  });
}

/**
 * The problem document itself, as every member solved it, with the random names that hide whose wish each was; beside
 * it who they are, as far as this node knows.
 * Faults: CHARTER_ABSENT, NOTHING_SETTLED where no constraint is on file, and those of merging.
 */
export function problemView(state: State, held: Case, now: Instant, ownNames: OwnNames): Outcome<Json> {
  const docket = docketOf(state, held, now);
  const standing = standingOf(docket);
  if (standing === undefined) return refuse('CHARTER_ABSENT', { where: held.id });
  const found = questionOf(docket, standing);
  if (found === undefined) return refuse('NOTHING_SETTLED', { where: held.id });
  const problem = problemOf(found.question);
  if (!problem.ok) return problem;
  const parties = partiesOf(state, found.question, problem.value, ownNames);
  return ok({ case: held.id, basis: found.basis, problem: problem.value as unknown as Json, parties });
}

/** Own names are those of the constraint that the question rests on, which need not be the newest. */
export function partiesOf(
  state: State,
  { constraints, roster }: SolveQuestion,
  problem: Problem,
  ownNames: OwnNames,
): readonly CaseParty[] {
  const own = constraints.find(({ author }) => author === state.self.node);
  const names = own === undefined ? new Map<string, string>() : ownNames(own.body.sequence);
  return caseParties(state, problem, roster, names);
}

function bestOf(state: State, held: Case, standing: Standing, answer: SolvedAnswer): Json {
  const at = readInstant(answer.best.at);
  return {
    at: answer.best.at,
    zones: at === undefined ? [] : zonesAt(state, held, standing, at),
    alternatives: answer.alternatives.map(({ at: other, sum }) => ({ at: other, sum })),
  };
}

/** The instant on the wall clock of every centre, and of the own vendors that told a wish. */
function zonesAt(state: State, held: Case, standing: Standing, at: Instant): Json {
  return [...standing.charter.roster, ...held.preferences.keys()].map((node) => {
    const zone = state.peers.get(node)?.card.zone ?? state.self.zone;
    return { ...named(state, node), zone, local: localClock(state.self.zones, at, zone) };
  });
}

function questionOf(
  docket: Docket,
  standing: Standing,
): { readonly basis: Basis; readonly question: SolveQuestion } | undefined {
  const { charter, decisions, open } = standing;
  const decided = decisions.findLast(({ value }) => value.kind === 'amend');
  const proposals = open?.tally.findLast(({ proposals: held }) => held.length > 0)?.proposals ?? [];
  const proposed = proposals.find(({ ballot }) => ballot.body.value.kind === 'amend');
  const proposal =
    proposed ??
    (decided?.proposal === undefined ? undefined : heldById(docket.ballots, decided.proposal, 'propose'));
  const common = { caseId: docket.caseId, terms: charter.terms };
  if (proposal !== undefined) {
    const { slot, preparedAt, snapshot } = proposal.ballot.body;
    const constraints = constraintsOf(docket, snapshot);
    return {
      basis: proposed ? 'proposed' : 'decided',
      question: {
        ...common,
        roster: rosterAt(standing, slot) ?? charter.roster,
        slot,
        preparedAt,
        constraints,
      },
    };
  }
  const newest = [...newestConstraints(docket, charter).values()];
  if (newest.length === 0) return undefined;
  const preparedAt = (Math.floor(docket.now / SECOND) * SECOND) as Instant;
  const constraints = constraintsOf(docket, snapshotOf(newest));
  return {
    basis: 'preview',
    question: { ...common, roster: charter.roster, slot: open?.slot ?? 0, preparedAt, constraints },
  };
}

/** The constraints of a snapshot that are held; a proposal that was accepted had them all. */
export function constraintsOf(docket: Docket, ids: readonly BallotId[]): readonly BallotOf<'constraint'>[] {
  return ids.flatMap((id) => heldById(docket.ballots, id, 'constraint')?.ballot ?? []);
}
