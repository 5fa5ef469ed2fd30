/**
 * What a picture of a problem shows, before anything is drawn: the curve of costs, what is closed, and the instants
 * that stand out. All in seconds since 1970.
 */
import { type InfeasibleAnswer, type SolvedAnswer, solveProblem } from '../../node/core/schedule/answer.js';
import { DAY_SECONDS, QUARTER_SECONDS, secondsOf } from '../../node/core/schedule/civil.js';
import type { Problem } from '../../node/core/schedule/problem.js';
import { type Solution, solve } from '../../node/core/schedule/solve.js';
import { sayDifference } from '../../node/core/schedule/tell-difference.js';
import { isMadeUp, sayUtc } from '../../node/core/schedule/tell-times.js';
import { named, type Teller, tellerOf } from '../../node/core/schedule/telling.js';

/** A stretch of one cost; `open` where no hard constraint is violated. */
export interface Run {
  readonly from: number;
  readonly until: number;
  readonly cost: number;
  readonly open: boolean;
}

/** An instant that stands out. */
export interface Landmark {
  readonly kind: 'best' | 'way_out' | 'other';
  /** Stands in the dot: empty for the chosen one, else a digit. */
  readonly sign: string;
  readonly at: number;
  readonly cost: number;
  /** Such as `alternative 1`. */
  readonly name: string;
  /** Such as `costs 200 more`. */
  readonly says: string;
}

export interface Scene {
  readonly problem: Problem;
  /** A name for the id of a party. */
  readonly called: (party: string) => string;
  readonly solution: Solution;
  readonly answer: SolvedAnswer | InfeasibleAnswer;
  readonly horizon: { readonly from: number; readonly until: number };
  readonly runs: readonly Run[];
  /** The chosen one first. */
  readonly landmarks: readonly Landmark[];
  /** Starts of UTC days shown hour by hour, ascending, at most {@link MOST_DAYS}. */
  readonly days: readonly number[];
}

/** Columns of hours that stay legible in 1200 pixels. */
const MOST_DAYS = 4;

/** Solves the problem and picks what is worth seeing. */
export function sceneOf(problem: Problem, called: Scene['called']): Scene {
  const solution = solve(problem);
  const answer = solveProblem(problem);
  const landmarks =
    answer.status === 'solved' ? solvedMarks(answer) : infeasibleMarks(answer, tellerOf(problem, called));
  const { horizon } = solution.ground;
  return {
    problem,
    called,
    solution,
    answer,
    horizon,
    runs: runsOf(solution),
    landmarks,
    days: daysOf(landmarks, horizon),
  };
}

function solvedMarks({ best, alternatives, objective }: SolvedAnswer): readonly Landmark[] {
  return [
    {
      kind: 'best',
      sign: '',
      at: secondsOf(best.at),
      cost: best.sum,
      name: 'best',
      says: `cost ${best.sum}`,
    },
    ...alternatives.map(
      (one, index): Landmark => ({
        kind: 'other',
        sign: String(index + 1),
        at: secondsOf(one.at),
        cost: one.sum,
        name: `alternative ${index + 1}`,
        says: sayDifference(best, one, objective),
      }),
    ),
  ];
}

function infeasibleMarks({ relaxation, leaveOneOut }: InfeasibleAnswer, teller: Teller): readonly Landmark[] {
  // An id says enough where a person wrote it; a random one says nothing.
  const say = (id: string): string => (isMadeUp(id) ? named(teller, id) : id);
  const waived = relaxation.drop.map(({ constraint }) => say(constraint));
  const others = leaveOneOut.filter(({ at }) => at !== relaxation.at).slice(0, MOST_DAYS - 1);
  return [
    {
      kind: 'way_out',
      sign: '',
      at: secondsOf(relaxation.at),
      cost: relaxation.sum,
      name: 'way out',
      says: `waives ${waived.length > 2 ? `${waived.length} constraints` : waived.join(' and ')}`,
    },
    ...others.map(
      (one, index): Landmark => ({
        kind: 'other',
        sign: String(index + 1),
        at: secondsOf(one.at),
        cost: one.sum,
        name: `without ${say(one.constraint)}`,
        says: `cost ${one.sum}`,
      }),
    ),
  ];
}

function runsOf({ scores, ground }: Solution): readonly Run[] {
  const runs: { from: number; until: number; cost: number; open: boolean }[] = [];
  for (let quarter = 0; quarter < ground.quarters; quarter += 1) {
    const cost = scores.sum[quarter] ?? 0;
    const open = scores.violated[quarter] === 0;
    const last = runs.at(-1);
    const from = (ground.first + quarter) * QUARTER_SECONDS;
    if (last !== undefined && last.cost === cost && last.open === open) last.until = from + QUARTER_SECONDS;
    else runs.push({ from, until: from + QUARTER_SECONDS, cost, open });
  }
  return runs;
}

/** The days of the landmarks; where they are fewer, the days after and before the chosen one fill up. */
function daysOf(landmarks: readonly Landmark[], horizon: Scene['horizon']): readonly number[] {
  const dayOf = (at: number): number => Math.floor(at / DAY_SECONDS) * DAY_SECONDS;
  const chosen = dayOf(landmarks[0]?.at ?? horizon.from);
  const nearby = [1, -1, 2, -2, 3, -3].map((days) => chosen + days * DAY_SECONDS);
  const wanted = [...landmarks.map(({ at }) => dayOf(at)), ...nearby].filter(
    (day) => day + DAY_SECONDS > horizon.from && day < horizon.until,
  );
  return [...new Set(wanted)].slice(0, MOST_DAYS).sort((left, right) => left - right);
}

/** `best: Wed 2027-04-21 12:00Z, cost 1800`. */
export function sayLandmark({ name, at, says }: Landmark): string {
  return `${name}: ${sayUtc(at)}, ${says}`;
}
