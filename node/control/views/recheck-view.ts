/**
 * Does the instant in force still satisfy what it was settled on, with the zones and the own holidays of today? Other
 * centres' holidays are their concern: their calendars stay as they signed them.
 * @see SCHEDULING §14.6
 */
import type { Json } from '../../core/canonical.js';
import type { Case } from '../../core/case/case.js';
import { docketOf } from '../../core/case/chamber.js';
import { type Outcome, ok, refuse } from '../../core/fault.js';
import { recheck } from '../../core/schedule/recheck.js';
import { reaching, secondText } from '../../core/schedule/wishes.js';
import { heldById } from '../../core/settlement/docket.js';
import { standingOf } from '../../core/settlement/settle.js';
import type { Desk } from '../desk.js';
import { constraintsOf, problemOf } from './schedule-view.js';

/** `recheck` is null where the instant in force came with the charter: then no constraint stands behind it. */
export function recheckView(desk: Desk, held: Case): Outcome<Json> {
  const { self } = desk.state();
  const docket = docketOf(desk.state(), held, desk.now());
  const standing = standingOf(docket);
  if (standing === undefined) return refuse('CHARTER_ABSENT', { where: held.id });
  const { charter, epoch } = standing;
  const at = secondText(standing.at);
  const decided = standing.decisions.findLast(({ value }) => value.kind === 'amend');
  const proposal = decided?.proposal && heldById(docket.ballots, decided.proposal, 'propose')?.ballot.body;
  if (!proposal) return ok({ case: held.id, epoch, at, recheck: null });
  const problem = problemOf({
    caseId: docket.caseId,
    terms: charter.terms,
    slot: proposal.slot,
    preparedAt: proposal.preparedAt,
    constraints: constraintsOf(docket, proposal.snapshot),
  });
  if (!problem.ok) return problem;
  const own = `${charter.roster.indexOf(self.node)}.office`;
  const found = recheck(problem.value, at, {
    tzdb: desk.calendar.release,
    zone(name, coverage) {
      const table = desk.calendar.zone(name, coverage);
      return table.ok ? table.value : undefined;
    },
    calendar: (id) => (id === own ? reaching(desk.calendar.holidays, problem.value.coverage) : undefined),
  });
  return found.ok ? ok({ case: held.id, epoch, at, recheck: found.value as unknown as Json }) : found;
}
