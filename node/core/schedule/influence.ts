/**
 * What each centre's wishes move, and what that costs the others.
 *
 * Problem: constraints are exchanged in the open (SCHEDULING §14.1), so whoever speaks last can write just the wish that
 * tips the scale. At the instant it wins it pays nothing for that wish: the list of who pays what does not show it.
 * What does show it is the other question: where would the instant be without the wish, and who would then pay less?
 * A wish that moves nothing costs nobody anything; one that moves the instant has its price here, in points.
 */
import { byText } from '../bytes.js';
import type { Json } from '../canonical.js';
import { QUARTER_SECONDS, textOfSeconds } from './civil.js';
import { paymentsAt } from './explain.js';
import type { Problem } from './problem.js';
import { readProblemDocument } from './read-problem.js';
import { type Solution, solve } from './solve.js';

export type Influence = {
  readonly group: string;
  /** The best instant if the group had no soft costs; its hard constraints stay. */
  readonly without: string;
  /** Weighted points that all others pay more because of the group's soft costs; negative where they gain. */
  readonly othersPay: number;
  /** Who pays differently because of it, by id; unweighted points, more being positive. */
  readonly changes: readonly { readonly party: string; readonly delta: number }[];
};

/**
 * The influence of each group of parties, by name of the group.
 *
 * @param groupOf the group of a party id, or `undefined` for parties nobody asks about.
 * @returns empty where nothing is feasible. One run of the solver for each group.
 */
export function influences(
  problem: Problem,
  groupOf: (party: string) => string | undefined,
): readonly Influence[] {
  const solution = solve(problem);
  if (solution.best === undefined) return [];
  const best = solution.best;
  const groups = new Set(problem.parties.flatMap(({ id }) => groupOf(id) ?? []));
  return [...groups].sort(byText).flatMap((group) => influenceOf(group, solution, best, groupOf));
}

function influenceOf(
  group: string,
  solution: Solution,
  best: number,
  groupOf: (party: string) => string | undefined,
): readonly Influence[] {
  const { problem, ground } = solution;
  const silenced = {
    ...problem,
    parties: problem.parties.map((party) => (groupOf(party.id) === group ? { ...party, soft: [] } : party)),
  };
  const read = readProblemDocument(silenced as unknown as Json);
  // Soft costs forbid nothing: without them the same quarters are feasible.
  const without = read.ok ? solve(read.problem).best : undefined;
  if (without === undefined) return [];
  const there = new Map(paymentsAt(solution, without).map(({ party, cost }) => [party.id, cost]));
  const moved = paymentsAt(solution, best)
    .filter(({ party }) => groupOf(party.id) !== group)
    .map(({ party, cost }) => ({ party, delta: cost - (there.get(party.id) ?? 0) }));
  return [
    {
      group,
      without: textOfSeconds((ground.first + without) * QUARTER_SECONDS),
      othersPay: moved.reduce((sum, { party, delta }) => sum + party.weight * delta, 0),
      changes: moved
        .filter(({ delta }) => delta !== 0)
        .map(({ party, delta }) => ({ party: party.id, delta })),
    },
  ];
}
