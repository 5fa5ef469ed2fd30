/** The curve of costs: exact where the picture has room for every step, else the least cost of each stretch. */
import { DAY_SECONDS } from '../../node/core/schedule/civil.js';
import type { Stretch } from '../../node/core/schedule/rule.js';
import type { Run } from './scene.js';

export interface Curve {
  readonly runs: readonly Run[];
  /** Length in seconds of the stretches whose least cost is drawn; `undefined` where every step is. */
  readonly per: number | undefined;
}

/** More steps than pixels would be a grey bar and megabytes. */
const MOST_RUNS = 1_200;

export function curveOf(runs: readonly Run[], horizon: Stretch): Curve {
  if (runs.length <= MOST_RUNS) return { runs, per: undefined };
  const per = (horizon.until - horizon.from) / (6 * 3_600) <= MOST_RUNS ? 6 * 3_600 : DAY_SECONDS;
  const cheapest = new Map<number, Run>();
  for (const run of runs) {
    for (let start = Math.floor(run.from / per) * per; start < run.until; start += per) {
      const held = cheapest.get(start);
      if (held === undefined || isCheaper(run, held)) cheapest.set(start, run);
    }
  }
  const binned = [...cheapest].map(([start, { cost, open }]) => ({
    from: Math.max(start, horizon.from),
    until: Math.min(start + per, horizon.until),
    cost,
    open,
  }));
  return { runs: binned, per };
}

/** Something open beats anything closed. */
function isCheaper(run: Run, held: Run): boolean {
  return run.open === held.open ? run.cost < held.cost : run.open;
}

/** The runs of a span, cut to it. */
export function runsWithin(runs: readonly Run[], span: Stretch): readonly Run[] {
  return runs
    .filter(({ from, until }) => from < span.until && until > span.from)
    .map((run) => ({ ...run, from: Math.max(run.from, span.from), until: Math.min(run.until, span.until) }));
}

/** A point of a step curve; `NaN` lifts the pen. */
export interface Step {
  readonly at: Date;
  readonly cost: number;
}

/** Points of the open or of the closed runs. */
export function stepsOf(runs: readonly Run[], open: boolean): readonly Step[] {
  return runs.flatMap((run, index): Step[] => {
    if (run.open !== open) return [];
    const next = runs[index + 1];
    const start = { at: new Date(run.from * 1_000), cost: run.cost };
    if (next !== undefined && next.open === open && next.from === run.until) return [start];
    const end = new Date(run.until * 1_000);
    return [start, { at: end, cost: run.cost }, { at: end, cost: Number.NaN }];
  });
}

/** The top of the axis: all open costs, and enough above the landmarks to see what closed times would cost. */
export function ceilingOf(runs: readonly Run[], landmarks: readonly number[]): number {
  const open = runs.filter((run) => run.open).map(({ cost }) => cost);
  const all = largest(runs.map(({ cost }) => cost));
  return Math.max(10, largest(open), Math.min(all, 3 * largest(landmarks))) * 1.08;
}

function largest(numbers: readonly number[]): number {
  return numbers.reduce((most, one) => Math.max(most, one), 0);
}
