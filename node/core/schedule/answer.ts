/**
 * The answer document of SCHED/1.
 * @see SCHEDULING §10
 */
import { byText, type Hash } from '../bytes.js';
import { distanceFrom } from './bound.js';
import { QUARTER_SECONDS, textOfSeconds } from './civil.js';
import {
  alternatives,
  billAt,
  cheapestWayOut,
  minimalConflict,
  type Payment,
  paymentsAt,
  violatedAt,
} from './explain.js';
import { inputHash } from './input-hash.js';
import { type Notification, notificationPlan } from './notify.js';
import type { Objective, Problem, ScheduleError } from './problem.js';
import { readProblem } from './read-problem.js';
import { isBetter, keyOf, levelOf, maxLevelAt } from './scores.js';
import { type Solution, solve } from './solve.js';
import { type LocalTime, localTimeAt } from './zone.js';

/** What a node prints and compares; `(spec, inputHash, best.at, best.key)` is what two nodes compare. */
export type Answer = SolvedAnswer | InfeasibleAnswer | ErrorAnswer;

type AnswerHead = {
  readonly spec: 'SCHED/1';
  readonly inputHash: Hash;
  readonly case: string;
  readonly revision: number;
  readonly tzdb: string;
  readonly objective: Objective;
  readonly feasibleSlots: number;
  readonly leaveOneOut: readonly LeaveOneOut[];
};

export type SolvedAnswer = AnswerHead & {
  readonly status: 'solved';
  readonly best: Scored & { readonly local: readonly ZoneTime[]; readonly pays: readonly PaysWithRegret[] };
  readonly alternatives: readonly Alternative[];
  readonly conflict: null;
  readonly relaxation: null;
  readonly notifications: readonly Notification[];
};

export type InfeasibleAnswer = AnswerHead & {
  readonly status: 'infeasible';
  readonly best: null;
  readonly alternatives: readonly never[];
  readonly conflict: readonly string[];
  readonly relaxation: Relaxation;
  readonly notifications: readonly never[];
};

export type ErrorAnswer = {
  readonly spec: 'SCHED/1';
  readonly status: 'error';
  readonly errors: readonly ScheduleError[];
};

/** An instant with its key (§7), its weighted sum and the largest level a fair party has there. */
export type Scored = {
  readonly at: string;
  readonly key: readonly number[];
  readonly sum: number;
  readonly maxLevel: number;
};

export type ZoneTime = LocalTime & { readonly zone: string };

export type Pays = {
  readonly party: string;
  readonly cost: number;
  readonly level: number;
  readonly items: readonly { readonly soft: string; readonly cost: number }[];
};

export type PaysWithRegret = Pays & { readonly ideal: number; readonly regret: number };

export type Alternative = Scored & {
  readonly changes: readonly { readonly party: string; readonly cost: number; readonly delta: number }[];
};

export type LeaveOneOut = Scored & { readonly constraint: string; readonly better: boolean };

/** `key` has the number of `never`, the price and the number of waived constraints in front. */
export type Relaxation = Scored & {
  readonly drop: readonly {
    readonly constraint: string;
    readonly party: string;
    readonly relax: number | 'never';
    readonly shiftMinutes: number | null;
  }[];
  readonly relaxCost: number;
  readonly neverCount: number;
  /** False where a `never` would have to go: then it only shows where the trouble lies. */
  readonly permitted: boolean;
  readonly local: readonly ZoneTime[];
  readonly pays: readonly Pays[];
};

/** Reads and solves a document; a refused one is answered with its errors, never with a throw. */
export function answerFor(text: string | Uint8Array): Answer {
  const read = readProblem(text);
  return read.ok ? solveProblem(read.problem) : { spec: 'SCHED/1', status: 'error', errors: read.errors };
}

/** The whole answer to a checked document: the same on every machine, bit for bit. */
export function solveProblem(problem: Problem): SolvedAnswer | InfeasibleAnswer {
  const solution = solve(problem);
  const head: AnswerHead = {
    spec: 'SCHED/1',
    inputHash: inputHash(problem),
    case: problem.case,
    revision: problem.revision,
    tzdb: problem.tzdb,
    objective: problem.objective,
    feasibleSlots: solution.feasibleQuarters,
    leaveOneOut: leaveOneOut(solution),
  };
  return solution.best === undefined ? infeasible(head, solution) : solved(head, solution, solution.best);
}

function solved(head: AnswerHead, solution: Solution, best: number): SolvedAnswer {
  const others = alternatives(solution);
  const { payments, ideals } = billAt(solution, [best, ...others]);
  const [atBest = [], ...atOthers] = payments;
  const scored = scoredAt(solution, best);
  return {
    ...head,
    status: 'solved',
    best: {
      ...scored,
      local: localTimes(solution, best),
      pays: atBest.map((payment) => {
        const ideal = ideals.get(payment.party.id) ?? 0;
        return { ...paysOf(payment), ideal, regret: payment.cost - ideal };
      }),
    },
    alternatives: others.map((quarter, place) => ({
      ...scoredAt(solution, quarter),
      changes: changesBetween(atBest, atOthers[place] ?? []),
    })),
    conflict: null,
    relaxation: null,
    notifications: notificationPlan(solution.problem, scored.at),
  };
}

function infeasible(head: AnswerHead, solution: Solution): InfeasibleAnswer {
  return {
    ...head,
    status: 'infeasible',
    best: null,
    alternatives: [],
    conflict: minimalConflict(solution),
    relaxation: relaxationOf(solution, cheapestWayOut(solution)),
    notifications: [],
  };
}

function relaxationOf(solution: Solution, quarter: number): Relaxation {
  const { scores, ground } = solution;
  const scored = scoredAt(solution, quarter);
  const neverCount = scores.never[quarter] ?? 0;
  const relaxCost = scores.price[quarter] ?? 0;
  return {
    ...scored,
    key: [neverCount, relaxCost, scores.violated[quarter] ?? 0, ...scored.key],
    drop: violatedAt(solution, quarter).map(({ constraint, bound }) => ({
      constraint: constraint.id,
      party: constraint.party,
      relax: constraint.relax,
      // An unreachable quorum is a bound without an edge: there is no shift that would satisfy it.
      shiftMinutes:
        bound === undefined || bound.side === 'unreachable'
          ? null
          : (distanceFrom(bound, ground.first + quarter) * QUARTER_SECONDS) / 60,
    })),
    relaxCost,
    neverCount,
    permitted: neverCount === 0,
    local: localTimes(solution, quarter),
    pays: paymentsAt(solution, quarter).map(paysOf),
  };
}

function leaveOneOut(solution: Solution): readonly LeaveOneOut[] {
  const { scores, ground, best } = solution;
  return solution.leaveOneOut
    .flatMap((quarter, index) => {
      const constraint = solution.problem.hard[index]?.id;
      if (quarter === undefined || constraint === undefined) return [];
      const better = best === undefined || isBetter(scores, ground, quarter, best);
      return [{ constraint, ...scoredAt(solution, quarter), better }];
    })
    .sort((left, right) => byText(left.constraint, right.constraint));
}

function scoredAt({ scores, ground }: Solution, quarter: number): Scored {
  return {
    at: textOfSeconds((ground.first + quarter) * QUARTER_SECONDS),
    key: keyOf(scores, ground, quarter),
    sum: scores.sum[quarter] ?? 0,
    maxLevel: maxLevelAt(scores, quarter),
  };
}

function localTimes({ problem, ground }: Solution, quarter: number): readonly ZoneTime[] {
  const at = (ground.first + quarter) * QUARTER_SECONDS;
  return Object.keys(problem.zones)
    .sort(byText)
    .map((zone) => ({ zone, ...localTimeAt(ground.zone(zone), at) }));
}

function paysOf({ party, cost, bySoft }: Payment): Pays {
  return { party: party.id, cost, level: levelOf(cost), items: bySoft };
}

function changesBetween(best: readonly Payment[], there: readonly Payment[]): Alternative['changes'] {
  return there.flatMap(({ party, cost }, index) => {
    const delta = cost - (best[index]?.cost ?? 0);
    return delta === 0 ? [] : [{ party: party.id, cost, delta }];
  });
}
