/** Who stands behind the parties of a merged document, once the roster is no longer that of the charter. */
import { expect, test } from 'vitest';
import { TABLES_1 } from '../../adapters/calendar/cycles.js';
import { HOLIDAYS } from '../../adapters/calendar/holidays.js';
import { ZONE_RELEASE } from '../../adapters/calendar/zone-table.js';
import { zoneTransitions } from '../../adapters/calendar/zones.js';
import { partiesOf } from '../../node/control/views/schedule-view.js';
import { canonical } from '../../node/core/canonical.js';
import { centreFragment, coverageFor } from '../../node/core/schedule/wishes.js';
import type { BallotOf } from '../../node/core/settlement/docket.js';
import { problemOf } from '../../node/core/settlement/solve-snapshot.js';
import { CASE, termsFor } from '../support/case-play.js';
import { openCores } from '../support/core-play.js';
import { type TestNode, testNode } from '../support/keys.js';

const CENTRES: readonly TestNode[] = ['cert', 'jpcert', 'fourth'];

test('R12: parties are called by the roster of their slot, which a member may have left', () => {
  const world = openCores(CENTRES.map((name) => ({ name, role: 'centre' })));
  const tables = canonical(TABLES_1);
  const terms = { ...termsFor({ centres: CENTRES }, world.now), tables };
  const coverage = coverageFor(world.now, terms.horizonEnd);
  const table = zoneTransitions('Asia/Tokyo', coverage);
  if (!table.ok) throw new Error('the release has Tokyo');
  const ground = { tzdb: ZONE_RELEASE, coverage, zone: { name: 'Asia/Tokyo', table: table.value } };
  const calendar = HOLIDAYS.JP.calendar;
  const wish = { calendar, notBefore: undefined, notAfter: undefined, delayPerDay: 1, delayFrom: world.now };
  const fragment = canonical(centreFragment(wish, ground, 'c'));
  const stayed = (['jpcert', 'fourth'] as const).map(testNode);
  const question = {
    ...{ caseId: CASE, terms, roster: stayed, slot: 2, preparedAt: world.now },
    constraints: stayed.map((author) => ({
      author,
      body: { kind: 'constraint', sequence: 0, fragment },
    })) as unknown as readonly BallotOf<'constraint'>[],
  };
  const problem = problemOf(question);
  if (!problem.ok) throw new Error(JSON.stringify(problem));
  const parties = partiesOf(
    world.node('jpcert').state,
    question,
    problem.value,
    () => new Map([['c', 'we']]),
  );
  expect(parties).toMatchObject([
    { party: '0.c', name: 'we', known: true },
    { party: '1.c', name: 'TEST ONLY fourth', centre: 'TEST ONLY fourth', known: false },
  ]);
});
