/**
 * How much a document asks of a solver, reckoned before anything is laid out.
 *
 * Problem: every list of SCHED/1 has its bound, but their product has none. A few hundred kilobytes can hold two
 * thousand parties with sixteen offices each, no two alike, over bands of a quarter of an hour: two thousand million
 * steps. Whoever asks for such an answer by hand may have it and wait for it (`laid.ts` keeps the memory in bounds); a
 * member of a roster must not make every voter wait. Naively one would cut the run off after some time; then two nodes
 * with one document would differ, because one of them is slower. So the work of a fragment is counted, from the
 * document alone, and one over its share is refused by everybody alike.
 */
import { unreachable } from '../fault.js';
import { LIMITS } from '../limits.js';
import { DAY_SECONDS, secondsOf } from './civil.js';
import type { HardConstraint, ProblemDocument, Rule, RulePart, SoftCost } from './problem.js';
import { softKey } from './soft.js';

/** Steps that all fragments of a roster may come to together. The target of SCHEDULING §19 needs some half a million. */
export const MOST_STEPS: number = LIMITS.scheduleSteps.most;

/**
 * Steps that all distinct soft costs, windows and cycles of a document come to, at most.
 * @param document its names resolve and its members are right by themselves.
 */
export function workOf(document: ProblemDocument): number {
  const { horizon, coverage, rules, parties, hard } = document;
  const days = daysIn(horizon.start, horizon.end);
  const reach: Reach = { days, coverageDays: daysIn(coverage.from, coverage.until), document };
  const distinct = new Map<string, SoftCost>();
  for (const party of parties) for (const soft of party.soft) distinct.set(softKey(soft), soft);
  const named = new Set([...distinct.values(), ...hard].flatMap((one) => ('rule' in one ? [one.rule] : [])));
  return (
    [...named].reduce((sum, name) => sum + occurrences(rules[name], reach.coverageDays), 0) +
    [...distinct.values()].reduce((sum, soft) => sum + softSteps(soft, reach), 0) +
    hard.reduce((sum, constraint) => sum + hardSteps(constraint, reach), 0)
  );
}

interface Reach {
  readonly days: number;
  readonly coverageDays: number;
  readonly document: ProblemDocument;
}

function softSteps(soft: SoftCost, { days, coverageDays, document }: Reach): number {
  const { tables, rules } = document;
  switch (soft.kind) {
    case 'office': {
      const table = tables[soft.table];
      return days * (table?.kind === 'staff' ? table.bands.length : 1);
    }
    case 'cycle': {
      const table = tables[soft.table];
      return occurrences(rules[soft.rule], days) * (table?.kind === 'cycle' ? table.tiers.length : 1);
    }
    case 'avoidCycle':
      return occurrences(rules[soft.rule], coverageDays);
    case 'avoid':
      return periods(soft);
    case 'delay':
      return Math.min(days, Math.ceil(soft.cap / soft.perDay));
    case 'stay':
      return soft.perDay === 0 ? 2 : 2 * Math.min(days, Math.ceil(soft.cap / soft.perDay));
    case 'leadPreference':
      return 1;
    default:
      return unreachable(soft);
  }
}

function hardSteps(constraint: HardConstraint, { days, coverageDays, document }: Reach): number {
  switch (constraint.kind) {
    case 'weekly':
      return days * constraint.windows.length;
    case 'onCycle':
      return occurrences(document.rules[constraint.rule], coverageDays);
    case 'blackout':
      return periods(constraint);
    default:
      return 1;
  }
}

function periods(named: {
  readonly intervals?: readonly unknown[];
  readonly dates?: readonly unknown[];
}): number {
  return (named.intervals?.length ?? 0) + (named.dates?.length ?? 0);
}

function occurrences(rule: Rule | undefined, days: number): number {
  return (rule?.parts ?? []).reduce((sum, part) => sum + inPart(part, days) + (part.add?.length ?? 0), 0);
}

/** Never fewer than there are; a month has at least 28 days. */
function inPart(part: RulePart, days: number): number {
  switch (part.kind) {
    case 'nth':
      return (Math.ceil(days / 28) + 2) * part.ordinals.length;
    case 'nearest':
      return Math.ceil(days / 28) + 4;
    case 'weeks':
      return Math.ceil(days / (7 * part.interval)) + 2;
    case 'list':
      return part.dates.length;
    default:
      return unreachable(part);
  }
}

function daysIn(from: string, until: string): number {
  return Math.ceil((secondsOf(until) - secondsOf(from)) / DAY_SECONDS) + 1;
}
