/** The answer of the solver to the question of a proposal, prepared at another time. */

import type { Hash } from '../../core/bytes.js';
import { charterOf } from '../../core/case/chamber.js';
import type { CaseId } from '../../core/ids.js';
import type { Ballot } from '../../core/settlement/ballot.js';
import type { BallotOf } from '../../core/settlement/docket.js';
import { solveSnapshot } from '../../core/settlement/solve-snapshot.js';
import type { State } from '../../core/state.js';
import type { Instant } from '../../core/time.js';

/** @returns `undefined` where nothing suits everybody, or the state does not hold what the proposal builds on. */
export function resolved(
  state: State,
  caseId: CaseId,
  { body }: BallotOf<'propose'>,
  preparedAt: Instant,
): { readonly at: Instant; readonly inputHash: Hash } | undefined {
  const held = state.cases.get(caseId);
  const charter = held && charterOf(state, held);
  if (held === undefined || charter === undefined) return undefined;
  const { terms, roster } = charter;
  const constraints = body.snapshot.flatMap((id) => {
    const ballot = held.chamber.ballots.get(id)?.ballot;
    return ballot !== undefined && isConstraint(ballot) ? [ballot] : [];
  });
  const solved = solveSnapshot({ caseId, terms, roster, slot: body.slot, preparedAt, constraints });
  return solved.ok ? solved.value : undefined;
}

function isConstraint(ballot: Ballot): ballot is BallotOf<'constraint'> {
  return ballot.body.kind === 'constraint';
}
