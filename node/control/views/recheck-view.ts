/**
 * Does the instant in force still satisfy what it was settled on, with the zones and holidays of today? Calendars of
 * others have random names and are known by their dates.
 * @see SCHEDULING §14.6
 */
import type { Json } from '../../core/canonical.js';
import type { Case } from '../../core/case/case.js';
import { docketOf } from '../../core/case/chamber.js';
import { type Outcome, ok, refuse } from '../../core/fault.js';
import type { NodeId } from '../../core/ids.js';
import type { Problem } from '../../core/schedule/problem.js';
import { recheck } from '../../core/schedule/recheck.js';
import { secondText } from '../../core/schedule/wishes.js';
import { heldById } from '../../core/settlement/docket.js';
import { rosterAt, standingOf } from '../../core/settlement/settle.js';
import { problemOf } from '../../core/settlement/solve-snapshot.js';
import type { Desk } from '../desk.js';
import type { CaseParty } from './party-names.js';
import { constraintsOf, type OwnNames, partiesOf } from './schedule-view.js';

/**
 * `recheck` is null where the instant in force came with the charter: then no constraint stands behind it.
 * @param ownNames as in `scheduleView`.
 */
export function recheckView(desk: Desk, held: Case, ownNames: OwnNames): Outcome<Json> {
  const state = desk.state();
  const docket = docketOf(state, held, desk.now());
  const standing = standingOf(docket);
  if (standing === undefined) return refuse('CHARTER_ABSENT', { where: held.id });
  const { charter, epoch } = standing;
  const at = secondText(standing.at);
  const decided = standing.decisions.findLast(({ value }) => value.kind === 'amend');
  const proposal = decided?.proposal && heldById(docket.ballots, decided.proposal, 'propose')?.ballot.body;
  if (!proposal) return ok({ case: held.id, epoch, at, recheck: null });
  const question = {
    caseId: docket.caseId,
    terms: charter.terms,
    roster: rosterAt(standing, proposal.slot) ?? charter.roster,
    slot: proposal.slot,
    preparedAt: proposal.preparedAt,
    constraints: constraintsOf(docket, proposal.snapshot),
  };
  const problem = problemOf(question);
  if (!problem.ok) return problem;
  const parties = partiesOf(state, question, problem.value, ownNames);
  const office = ownOffice(problem.value, parties, state.self.node, question.roster);
  const found = recheck(problem.value, at, {
    tzdb: desk.calendar.release,
    zone(name, coverage) {
      const table = desk.calendar.zone(name, coverage);
      return table.ok ? table.value : undefined;
    },
    calendar: (id, old) => desk.calendar.renew(old, id === office),
  });
  return found.ok
    ? ok({ case: held.id, epoch, at, recheck: found.value as unknown as Json, parties })
    : found;
}

/** The calendar that this node made from its own holidays; `undefined` where the constraint came from a file. */
function ownOffice(
  { calendars }: Problem,
  parties: readonly CaseParty[],
  self: NodeId,
  roster: readonly NodeId[],
): string | undefined {
  const index = roster.indexOf(self);
  const name = `${index}.office`;
  const made = parties.some(
    ({ party, role, known }) => known && role === 'centre' && party.startsWith(`${index}.`),
  );
  return made && Object.hasOwn(calendars, name) ? name : undefined;
}
