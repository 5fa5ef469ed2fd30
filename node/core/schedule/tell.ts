/**
 * The answer in words, for the duty officer who has to defend it: when that is for everybody, who pays what and why,
 * what each constraint costs, what else there was, and when nothing fits, what clashes and the cheapest way out.
 *
 * Words are for people and may change; codes and the members beside them stay. Names of parties are the ids of the
 * document, unless the caller knows better ones and may show them.
 * @see SCHEDULING §8
 */
import { byText } from '../bytes.js';
import type { Alternative, InfeasibleAnswer, SolvedAnswer } from './answer.js';
import { QUARTER_SECONDS, secondsOf } from './civil.js';
import { banOf } from './hard.js';
import type { Problem } from './problem.js';
import { sayDifference } from './tell-difference.js';
import { localLines, payersOf, payLines, reasonsAt } from './tell-pays.js';
import { sayCount, sayInstantText, sayList } from './tell-times.js';
import { tellInfeasible } from './tell-way-out.js';
import {
  demandOf,
  MOST_LISTED,
  MOST_NAMES,
  named,
  type Teller,
  type Telling,
  type TellingLine,
  tellerOf,
  weightOf,
} from './telling.js';

/**
 * The answer to a checked document in words.
 *
 * @param answer the answer to this very document; another one's is a mistake of the caller.
 * @param called a name for the id of a party; without it the id itself.
 */
export function tellAnswer(
  problem: Problem,
  answer: SolvedAnswer | InfeasibleAnswer,
  called: (party: string) => string = (party) => party,
): Telling {
  const teller = tellerOf(problem, called);
  const lines = answer.status === 'solved' ? tellSolved(teller, answer) : tellInfeasible(teller, answer);
  return { status: answer.status, sentence: lines[0]?.words ?? '', lines };
}

/** Any instant on the wall clock of every zone in which a party lives, one line a zone, by name of the zone. */
export function tellLocal(
  problem: Problem,
  at: string,
  called: (party: string) => string = (party) => party,
): readonly TellingLine[] {
  return localLines(tellerOf(problem, called), at);
}

function tellSolved(teller: Teller, answer: SolvedAnswer): readonly TellingLine[] {
  const { best, alternatives, notifications } = answer;
  return [
    { code: 'INSTANT', depth: 0, words: sentenceOf(teller, answer), at: best.at, cost: best.sum },
    ...localLines(teller, best.at),
    ...payLines(teller, best.pays, best.at, best.sum),
    orderLine(teller),
    ...withoutLines(teller, answer),
    ...alternatives.flatMap((one, index) => alternativeLines(teller, answer, one, index)),
    ...noticeLines(teller, notifications),
  ];
}

/** SCHEDULING §8: "The earliest common instant is X; A pays 60 (21:00 local). It could be Y (saves 20) if …". */
function sentenceOf(teller: Teller, answer: SolvedAnswer): string {
  const { best, leaveOneOut, objective } = answer;
  const which = isEarliest(teller, best.at) ? 'earliest' : 'best';
  const gains = leaveOneOut.filter(({ better }) => better);
  const gain = gains.toSorted(
    (left, right) => left.sum - right.sum || byText(left.constraint, right.constraint),
  )[0];
  const could =
    gain === undefined
      ? ''
      : ` It could be ${sayInstantText(gain.at)} (${sayDifference(best, gain, objective)}) if ${named(teller, gain.constraint)} were waived.`;
  return `The ${which} common instant is ${sayInstantText(best.at)}; ${payersOf(teller, best.pays, best.at)}.${could}`;
}

/** What "best" means here: without it nobody sees why a cheaper instant is only an alternative. */
function orderLine({ problem, called }: Teller): TellingLine {
  const fair = problem.parties.filter((party) => party.fair).map(({ id }) => called(id));
  const words =
    fair.length === 0 ? 'the least sum comes first' : ORDERS[problem.objective](sayList(fair, MOST_NAMES));
  return { code: 'ORDER', depth: 0, words: `${words}; then the rounder and the earlier time` };
}

const ORDERS: Readonly<Record<Problem['objective'], (fair: string) => string>> = {
  total: (fair) =>
    `the least sum comes first, then the lowest highest level of ${fair} (a level is a begun 100 points)`,
  minimax: (fair) =>
    `the lowest highest level of ${fair} comes first (a level is a begun 100 points), then the least sum`,
  leximin: (fair) =>
    `as few as possible of ${fair} at level 10 come first, then at 9, and so on (a level is a begun 100 points), then the least sum`,
};

/** The best instant is seldom the first feasible one; only then may the sentence call it the earliest. */
function isEarliest({ problem, ground }: Teller, at: string): boolean {
  const quarter = secondsOf(at) / QUARTER_SECONDS - ground.first;
  const forbidden = new Uint8Array(quarter);
  for (const constraint of problem.hard)
    for (const { from, until } of banOf(constraint, ground).forbidden) forbidden.fill(1, from, until);
  return !forbidden.includes(0);
}

/** What each binding constraint costs everybody: the instant without it, and the difference. */
function withoutLines(teller: Teller, answer: SolvedAnswer): readonly TellingLine[] {
  const { best, leaveOneOut, objective } = answer;
  const binding = leaveOneOut.filter(({ better }) => better);
  const lines = binding.slice(0, MOST_LISTED).map((one): TellingLine => {
    const { constraint, at } = one;
    const gain = sayDifference(best, one, objective);
    const words = `without ${named(teller, constraint)}${demandOf(teller, constraint)}: ${sayInstantText(at)}, ${gain}`;
    return { code: 'WITHOUT', depth: 0, words, constraint, at, cost: one.sum };
  });
  const free = teller.problem.hard.length - lines.length;
  if (free === 0) return lines;
  const words =
    lines.length === 0
      ? `no hard constraint alone stands in the way of a better instant (${sayCount(free, 'constraint')})`
      : `waiving any one of the other ${sayCount(free, 'constraint')} alone changes nothing`;
  return [...lines, { code: 'UNBOUND', depth: 0, words }];
}

function alternativeLines(
  teller: Teller,
  { best, objective }: SolvedAnswer,
  one: Alternative,
  index: number,
): readonly TellingLine[] {
  const { at, sum, changes } = one;
  const words = `alternative ${index + 1}: ${sayInstantText(at)}, ${sayDifference(best, one, objective)}`;
  const paid = new Map(best.pays.map(({ party, cost }) => [party, cost]));
  const ordered = changes.toSorted(
    (left, right) =>
      weightOf(teller, right.party) * Math.abs(right.delta) -
        weightOf(teller, left.party) * Math.abs(left.delta) || byText(left.party, right.party),
  );
  const lines = ordered.slice(0, MOST_NAMES).map(({ party, cost, delta }): TellingLine => {
    const why = reasonsAt(teller, party, at);
    const change = `${teller.called(party)} pays ${cost} instead of ${paid.get(party) ?? 0} (${signed(delta)})`;
    return { code: 'CHANGE', depth: 1, words: `${change}${why === '' ? '' : `: ${why}`}`, party, at, cost };
  });
  const rest = changes.length - lines.length;
  const more: TellingLine[] =
    rest <= 0 ? [] : [{ code: 'MORE', depth: 1, words: `${rest} more pay another cost`, at }];
  return [{ code: 'ALTERNATIVE', depth: 0, words, at, cost: sum }, ...lines, ...more];
}

function noticeLines(teller: Teller, notifications: SolvedAnswer['notifications']): readonly TellingLine[] {
  const lines = notifications.slice(0, MOST_LISTED).map((one): TellingLine => {
    const said = [
      one.earliest === null ? '' : `not before ${sayInstantText(one.earliest)}`,
      one.preferredFrom === null ? '' : `preferably from ${sayInstantText(one.preferredFrom)}`,
      one.latest === null ? '' : `at the latest ${sayInstantText(one.latest)}`,
    ].filter((word) => word !== '');
    const words = `tell ${teller.called(one.party)} ${said.join(', ')}: ${STATES[one.state]}`;
    return { code: 'NOTICE', depth: 0, words, party: one.party };
  });
  const rest = notifications.length - lines.length;
  return rest === 0 ? lines : [...lines, { code: 'MORE', depth: 0, words: `${rest} more are to be told` }];
}

const STATES: Readonly<Record<SolvedAnswer['notifications'][number]['state'], string>> = {
  open: 'may be told now',
  wait: 'too early yet',
  late: 'too late already',
};

function signed(delta: number): string {
  return delta < 0 ? `−${-delta}` : `+${delta}`;
}
