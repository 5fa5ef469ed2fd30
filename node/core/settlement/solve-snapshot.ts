/**
 * The real solver behind a proposal: the fragments of a snapshot become one SCHED/1 document, and the document gives
 * one instant (DESIGN §6).
 */
import { type Outcome, ok, refuse } from '../fault.js';
import { inputHash } from '../schedule/input-hash.js';
import { type Member, type MergeFrame, mergeFragments, readFragment } from '../schedule/merge.js';
import type { CostTable, Named, Problem } from '../schedule/problem.js';
import { solve } from '../schedule/solve.js';
import { DAY, type Instant } from '../time.js';
import type { Solve, SolveQuestion } from './judge.js';
import { onGridFrom, QUARTER } from './terms.js';

/**
 * Merges and solves. The horizon starts at `preparedAt` + F + 24 h on the grid, so that whoever votes within a day
 * still votes before the freeze; a member without a constraint adds nothing to the document.
 *
 * Faults: SCHEDULE_REFUSED (no constraints at all, or a frame that makes no document), CONSTRAINT_INVALID and
 * LIMIT_EXCEEDED (a fragment that does not fit, with its place on the roster), SCHEDULE_INFEASIBLE.
 */
export const solveSnapshot: Solve = (question, only) => {
  const members = membersOf(question);
  if (!members.ok) return members;
  if (members.value.length === 0) return refuse('SCHEDULE_REFUSED', { where: 'no constraints' });
  const frame = frameOf(question);
  if (frame.horizonStart >= frame.horizonEnd) return refuse('SCHEDULE_INFEASIBLE', { where: 'horizon' });
  const problem = mergeFragments(members.value, frame);
  if (!problem.ok) return problem;
  const { best, ground, scores } = solve(problem.value);
  const wanted = only === undefined ? best : only / QUARTER - ground.first;
  if (wanted === undefined || scores.violated[wanted] !== 0) return refuse('SCHEDULE_INFEASIBLE');
  return ok({ at: ((ground.first + wanted) * QUARTER) as Instant, inputHash: inputHash(problem.value) });
};

/** The document that every member solves (DESIGN §6). Faults as those of merging. */
export function problemOf(question: SolveQuestion): Outcome<Problem> {
  const members = membersOf(question);
  return members.ok ? mergeFragments(members.value, frameOf(question)) : members;
}

/** What the document has beside its members. */
export function frameOf(question: Omit<SolveQuestion, 'constraints'>): MergeFrame {
  const { terms, slot, caseId, preparedAt, roster } = question;
  return {
    case: caseId,
    revision: slot,
    preparedAt,
    horizonStart: horizonStartOf(question),
    horizonEnd: terms.horizonEnd,
    objective: terms.objective,
    // Checked as tables of SCHED/1 before the charter could be signed.
    tables: JSON.parse(terms.tables) as Named<CostTable>,
    rosterSize: roster.length,
  };
}

/** First candidate of a problem of this case, on the grid. */
export function horizonStartOf({ preparedAt, terms }: Pick<SolveQuestion, 'preparedAt' | 'terms'>): Instant {
  return onGridFrom(preparedAt + terms.freezeMs + DAY);
}

function membersOf({ roster, constraints }: SolveQuestion): Outcome<readonly Member[]> {
  const members: Member[] = [];
  for (const { author, body } of constraints) {
    const fragment = readFragment(body.fragment);
    if (!fragment.ok) return fragment;
    const rosterIndex = roster.indexOf(author);
    members.push({ rosterIndex, nodeId: author, fragment: fragment.value });
  }
  return ok(members);
}
