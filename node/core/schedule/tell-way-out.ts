/**
 * When nothing fits: what clashes, and the cheapest way out, one sentence each.
 * @see SCHEDULING §8
 */
import type { InfeasibleAnswer, Relaxation } from './answer.js';
import { sayDemand } from './tell-constraints.js';
import { localLines, payersOf, payLines } from './tell-pays.js';
import { sayCount, sayInstantText, sayList, sayMinutes } from './tell-times.js';
import {
  demandOf,
  MOST_LISTED,
  MOST_NAMES,
  named,
  sayPrice,
  type Teller,
  type TellingLine,
} from './telling.js';

/** The lines of an answer without a common instant. */
export function tellInfeasible(teller: Teller, answer: InfeasibleAnswer): readonly TellingLine[] {
  const { conflict, relaxation, leaveOneOut } = answer;
  const alone = leaveOneOut.slice(0, MOST_LISTED).map((one): TellingLine => {
    const words = `without ${named(teller, one.constraint)} alone: ${sayInstantText(one.at)}, cost ${one.sum}`;
    return { code: 'WITHOUT', depth: 0, words, constraint: one.constraint, at: one.at, cost: one.sum };
  });
  const demands = conflict.slice(0, MOST_LISTED).flatMap((id): TellingLine[] => {
    const constraint = teller.constraints.get(id);
    if (constraint === undefined) return [];
    const words = `${named(teller, id)}: ${sayDemand(constraint, teller.ground)} (${sayPrice(constraint.relax)})`;
    return [{ code: 'DEMAND', depth: 1, words, constraint: id, party: constraint.party }];
  });
  return [
    { code: 'CONFLICT', depth: 0, words: conflictSentence(teller, conflict) },
    ...demands,
    {
      code: 'RELAXATION',
      depth: 0,
      words: relaxationSentence(teller, relaxation),
      at: relaxation.at,
      cost: relaxation.sum,
    },
    ...localLines(teller, relaxation.at),
    ...waiveLines(teller, relaxation),
    ...payLines(teller, relaxation.pays, relaxation.at, relaxation.sum),
    ...alone,
  ];
}

function conflictSentence(teller: Teller, conflict: readonly string[]): string {
  const names = conflict.map((id) => named(teller, id));
  const span = `from ${sayInstantText(teller.problem.horizon.start)} to ${sayInstantText(teller.problem.horizon.end)}`;
  return names.length === 1
    ? `No instant ${span} satisfies ${names[0]}.`
    : `No instant ${span} satisfies ${sayList(names, MOST_NAMES)} together; leave any one of these out and the others can be met.`;
}

function relaxationSentence(teller: Teller, relaxation: Relaxation): string {
  const { at, drop, relaxCost, neverCount, permitted, pays } = relaxation;
  const names = sayList(
    drop.map(({ constraint }) => named(teller, constraint)),
    MOST_NAMES,
  );
  const were = drop.length === 1 ? 'were' : 'were all';
  if (permitted)
    return `The cheapest way out is ${sayInstantText(at)}, if ${names} ${were} waived (price ${relaxCost}); ${payersOf(teller, pays, at)}.`;
  const never = neverCount === drop.length ? '' : `, ${neverCount} of which may never be waived`;
  const which = never === '' ? ', which may never be waived' : never;
  return `There is no way out that may be taken: the nearest is ${sayInstantText(at)}, without ${names}${which}.`;
}

function waiveLines(teller: Teller, { drop }: Relaxation): readonly TellingLine[] {
  return drop.slice(0, MOST_LISTED).flatMap(({ constraint, party, relax, shiftMinutes }): TellingLine[] => {
    const held = teller.constraints.get(constraint);
    if (held === undefined) return [];
    const missed = shiftMinutes === null ? '' : `, missed by ${sayMinutes(shiftMinutes)}`;
    const words = `waives ${named(teller, constraint)}${demandOf(teller, constraint)}: ${sayPrice(relax)}${missed}`;
    const perDay = 'overrunPerDay' in held ? (held.overrunPerDay ?? 0) : 0;
    const days = Math.ceil((shiftMinutes ?? 0) / 1_440);
    const line: TellingLine = { code: 'WAIVE', depth: 1, words, constraint, party };
    if (perDay * days === 0) return [line];
    const overrun = `${sayCount(days, 'begun day')} of overrun at ${perDay} a day: ${perDay * days}`;
    return [line, { code: 'OVERRUN', depth: 2, words: overrun, constraint, party, cost: perDay * days }];
  });
}
