/**
 * How an instant suits one's own wish. A vendor hears an instant and none of the constraints behind it (DESIGN §6), so it
 * cannot solve anything; but what it asked for it has on file, and by that alone it sees what the instant keeps of it.
 */
import { type Outcome, ok } from '../fault.js';
import type { NodeId } from '../ids.js';
import { after, type Instant, MINUTE, type Millis } from '../time.js';
import { secondsOf } from './civil.js';
import { paymentsAt, violatedAt } from './explain.js';
import { type Fragment, mergeFragments } from './merge.js';
import type { CostTable, Named } from './problem.js';
import { solve } from './solve.js';
import { sayDemand } from './tell-constraints.js';
import { sayReason } from './tell-costs.js';
import { secondText } from './wishes.js';

const QUARTER: Millis = 15 * MINUTE;

export interface OwnWish {
  /** Every demand is kept. */
  readonly suits: boolean;
  /** Points of the cost tables, without any weight. */
  readonly cost: number;
  /** Demands that it breaks, then what it costs and why: one sentence each. */
  readonly lines: readonly string[];
}

/**
 * Judges an instant by one fragment.
 *
 * @param now what notice is counted from; an instant that has passed is judged as if it were now.
 * @param tables those of the charter, or the shipped ones.
 * Faults as those of merging: CONSTRAINT_INVALID where the wish does not reach so far.
 */
export function judgeWish(
  fragment: Fragment,
  whose: NodeId,
  at: Instant,
  now: Instant,
  tables: Named<CostTable>,
): Outcome<OwnWish> {
  const start = (Math.floor(at / QUARTER) * QUARTER) as Instant;
  const merged = mergeFragments([{ rosterIndex: 0, nodeId: whose, fragment }], {
    case: 'own',
    revision: 0,
    preparedAt: now < start ? now : start,
    horizonStart: start,
    horizonEnd: after(start, QUARTER),
    objective: 'total',
    tables,
    rosterSize: 1,
  });
  if (!merged.ok) return merged;
  const solution = solve(merged.value);
  const broken = violatedAt(solution, 0);
  const quarter = secondsOf(secondText(start));
  const costs = paymentsAt(solution, 0).flatMap(({ party, bySoft }) =>
    bySoft.flatMap(({ soft: id, cost }) => {
      const soft = party.soft.find((one) => one.id === id);
      return soft === undefined || cost === 0 ? [] : [{ soft, cost }];
    }),
  );
  return ok({
    suits: broken.length === 0,
    cost: costs.reduce((sum, { cost }) => sum + cost, 0),
    lines: [
      ...broken.map(({ constraint }) => `not kept: ${sayDemand(constraint, solution.ground)}`),
      ...costs.map(({ soft, cost }) => `${sayReason(soft, quarter, solution.ground)}: ${cost}`),
    ],
  });
}
