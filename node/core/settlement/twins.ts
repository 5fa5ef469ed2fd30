/**
 * Two cases of one defect (DESIGN §5). A merge keeps both and moves nothing by itself: each case has its own charter and
 * members, and only they decide. But the flaw is public with the first publication of either, so whoever proposes in the
 * later case proposes the instant of the earlier one, and a publication there is a breach here (P4). It releases by
 * itself only where our own officer merged the two: else one lead that lies could call any two cases one.
 */
import { ok } from '../fault.js';
import type { CaseId, NodeId } from '../ids.js';
import type { Instant } from '../time.js';
import type { Docket } from './docket.js';
import type { Solve, SolveQuestion } from './judge.js';
import type { Standing } from './settle.js';
import { snapshotHash } from './value.js';

/** A case that was merged with this one, as far as this node takes part in it. */
export interface Twin {
  readonly caseId: CaseId;
  /** An officer of ours merged the two; otherwise one centre says so, the lead of either. */
  readonly isOrdered: boolean;
  /** The instant in force there; `undefined` without a charter. */
  readonly at: Instant | undefined;
  /** Who has published it, and the instant that each claims; ourselves among them. */
  readonly published: readonly { readonly by: NodeId; readonly at: Instant }[];
}

/** The earliest instant of a merged case that lies before the one in force here. */
export function earlierTwin({ twins }: Docket, { at }: Standing): Instant | undefined {
  const earlier = twins.flatMap((twin) => (twin.at !== undefined && twin.at < at ? [twin.at] : []));
  return earlier.length === 0 ? undefined : (Math.min(...earlier) as Instant);
}

/** Whether a merged case is settled at this instant, and before the one in force here. */
export function isTwinInstant({ twins }: Docket, standing: Standing, at: Instant): boolean {
  return at < standing.at && twins.some((twin) => twin.at === at);
}

/** Publications of merged cases before the instant in force here. */
export function twinPublications({ twins }: Pick<Docket, 'twins'>, { at }: Standing): Twin['published'] {
  return twins.flatMap(({ published }) => published.filter((one) => one.at < at));
}

/**
 * The solver's answer where only one instant is asked for: feasible or not. Without any constraint there is no document;
 * then the window of the charter, which stands for that of every member, is all that has to hold.
 * Faults as those of {@link Solve}.
 */
export function solveTwin(solve: Solve, question: SolveQuestion, at: Instant): ReturnType<Solve> {
  if (question.constraints.length > 0) return solve(question, at);
  return ok({ at, inputHash: snapshotHash([]) });
}
