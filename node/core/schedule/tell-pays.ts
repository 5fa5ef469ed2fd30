/**
 * Who pays what and why, and when that is for everybody.
 */
import { byText } from '../bytes.js';
import type { Pays, PaysWithRegret } from './answer.js';
import { QUARTER_SECONDS, secondsOf } from './civil.js';
import { costAt } from './staircase.js';
import { sayReason } from './tell-costs.js';
import { sayInstant, sayList, wallClockAt } from './tell-times.js';
import { homeZoneOf, MOST_LISTED, MOST_NAMES, type Teller, type TellingLine, weightOf } from './telling.js';

/** An instant on the wall clock of every zone in which a party lives, by name of the zone. */
export function localLines(teller: Teller, at: string): readonly TellingLine[] {
  const byZone = new Map<string, string[]>();
  for (const party of teller.problem.parties) {
    const zone = homeZoneOf(party);
    if (zone === undefined) continue;
    byZone.set(zone, [...(byZone.get(zone) ?? []), teller.called(party.id)]);
  }
  return [...byZone]
    .sort(([left], [right]) => byText(left, right))
    .map(([zone, parties]) => ({
      code: 'LOCAL',
      depth: 1,
      words: `${sayInstant(teller.ground, secondsOf(at), zone)}: ${sayList(parties.toSorted(byText), MOST_NAMES)}`,
      at,
      zone,
    }));
}

/** One line a paying party, the largest share first, with a line for each of its costs. */
export function payLines(
  teller: Teller,
  pays: readonly (Pays | PaysWithRegret)[],
  at: string,
  sum: number,
): readonly TellingLine[] {
  const payers = byShare(teller, pays);
  const lines = payers
    .slice(0, MOST_LISTED)
    .flatMap((one) => [payLine(teller, one, sum), ...costLines(teller, one, at)]);
  const rest = payers.slice(MOST_LISTED);
  const share = rest.reduce((total, one) => total + weightOf(teller, one.party) * one.cost, 0);
  const more: TellingLine[] =
    rest.length === 0
      ? []
      : [
          {
            code: 'MORE',
            depth: 1,
            words: `${rest.length} more pay ${share} of ${sum} together`,
            cost: share,
          },
        ];
  const free = pays.filter(({ cost }) => cost === 0).map(({ party }) => teller.called(party));
  const nothing: TellingLine[] =
    free.length === 0
      ? []
      : [
          {
            code: 'FREE',
            depth: 1,
            words: `${sayList(free, MOST_NAMES)} ${free.length === 1 ? 'pays' : 'pay'} nothing`,
          },
        ];
  return [...lines, ...more, ...nothing];
}

/** `A pays 60 (21:00 local) and B pays 20`: the largest three. */
export function payersOf(teller: Teller, pays: readonly Pays[], at: string): string {
  const payers = byShare(teller, pays);
  if (payers.length === 0) return 'nobody pays';
  return sayList(
    payers.map(({ party, cost }) => {
      const zone = zoneOfParty(teller, party);
      const local =
        zone === undefined ? '' : ` (${wallClockAt(teller.ground, zone, secondsOf(at)).time} local)`;
      return `${teller.called(party)} pays ${cost}${local}`;
    }),
    3,
  );
}

/** Every cost of a party at an instant with its reason; empty where it pays nothing. */
export function reasonsAt(teller: Teller, party: string, at: string): string {
  const quarter = secondsOf(at) / QUARTER_SECONDS - teller.ground.first;
  return (teller.parties.get(party)?.soft ?? [])
    .toSorted((left, right) => byText(left.id, right.id))
    .flatMap((soft) => {
      const cost = costAt(teller.stairs(soft), quarter);
      return cost === 0 ? [] : [`${sayReason(soft, secondsOf(at), teller.ground)}: ${cost}`];
    })
    .join('; ');
}

function payLine(teller: Teller, one: Pays | PaysWithRegret, sum: number): TellingLine {
  const weight = weightOf(teller, one.party);
  const share = `weight ${weight}, so ${weight * one.cost} of ${sum}`;
  const regret = 'regret' in one && one.regret > 0 ? `; ${one.regret} more than at its own best` : '';
  const words = `${teller.called(one.party)} pays ${one.cost} (${share})${regret}`;
  return { code: 'PAYS', depth: 1, words, party: one.party, cost: one.cost };
}

function costLines(teller: Teller, { party, items }: Pays, at: string): readonly TellingLine[] {
  const soft = new Map(teller.parties.get(party)?.soft.map((one) => [one.id, one]));
  return items.flatMap(({ soft: id, cost }): readonly TellingLine[] => {
    const held = soft.get(id);
    if (held === undefined || cost === 0) return [];
    const words = `${sayReason(held, secondsOf(at), teller.ground)}: ${cost}`;
    return [{ code: 'COST', depth: 2, words, party, soft: id, cost }];
  });
}

/** Parties that pay, the largest share of the sum first. */
function byShare<T extends Pays>(teller: Teller, pays: readonly T[]): readonly T[] {
  const share = ({ party, cost }: Pays): number => weightOf(teller, party) * cost;
  return pays
    .filter(({ cost }) => cost > 0)
    .toSorted((left, right) => share(right) - share(left) || byText(left.party, right.party));
}

function zoneOfParty(teller: Teller, party: string): string | undefined {
  const held = teller.parties.get(party);
  return held === undefined ? undefined : homeZoneOf(held);
}
