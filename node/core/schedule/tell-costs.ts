/**
 * Why a soft cost is what it is at an instant, in words: `21:00 in Tokyo, after hours`. The number itself comes from
 * the staircase that the solver used, so words and sums cannot disagree about it.
 * @see SCHEDULING §6
 */
import { unreachable } from '../fault.js';
import { isWorking } from './calendar.js';
import { DAY_SECONDS, minuteOf, secondsOf, textOfDay } from './civil.js';
import type { Ground } from './ground.js';
import { aroundOccurrences, stretchesOf } from './periods.js';
import type { CycleTable, LeadTable, SoftCost, StaffTable } from './problem.js';
import { cityOf, sayCount, sayInstant, sayMinutes, sayPatchDay, sayUtc, wallClockAt } from './tell-times.js';
import { localDayAt } from './zone.js';

type Of<Kind extends SoftCost['kind']> = Extract<SoftCost, { kind: Kind }>;

/**
 * The reason for a soft cost at an instant, without the number.
 * @param at seconds since 1970, on the grid and within the horizon.
 */
export function sayReason(soft: SoftCost, at: number, ground: Ground): string {
  switch (soft.kind) {
    case 'office':
      return sayOffice(soft, at, ground);
    case 'cycle':
      return sayCycle(soft, at, ground);
    case 'avoid': {
      const held = stretchesOf(soft, ground).find(({ from, until }) => from <= at && at < until);
      const zone = soft.dates?.[0]?.zone;
      return held === undefined
        ? 'outside what it avoids'
        : `between ${sayInstant(ground, held.from, zone)} and ${sayInstant(ground, held.until, zone)}, which it avoids`;
    }
    case 'avoidCycle': {
      const near = aroundOccurrences(
        ground.occurrences(soft.rule),
        soft.beforeMinutes,
        soft.afterMinutes,
      ).find(({ from, until }) => from <= at && at < until);
      return near === undefined
        ? `away from ${sayPatchDay(soft.rule)}`
        : `too near ${sayPatchDay(soft.rule)} on ${sayUtc(near.from + soft.beforeMinutes * 60)}`;
    }
    case 'delay': {
      const days = Math.max(0, Math.floor((at - secondsOf(soft.from)) / DAY_SECONDS));
      const capped = soft.perDay * days > soft.cap ? `, at most ${soft.cap}` : '';
      return `${sayCount(days, 'full day')} of waiting since ${sayUtc(secondsOf(soft.from))}, ${soft.perDay} a day${capped}`;
    }
    case 'leadPreference':
      return sayLead(soft, at, ground);
    case 'stay': {
      const moved = (at - secondsOf(soft.at)) / 60;
      return moved === 0
        ? 'where it was agreed'
        : `${sayMinutes(moved)} ${moved < 0 ? 'before' : 'after'} the agreed ${sayUtc(secondsOf(soft.at))}`;
    }
    default:
      return unreachable(soft);
  }
}

function sayOffice(soft: Of<'office'>, at: number, ground: Ground): string {
  const calendar = ground.calendar(soft.calendar);
  const day = localDayAt(ground.zone(soft.zone), at);
  const { weekday, time } = wallClockAt(ground, soft.zone, at);
  const clock = `${time} in ${cityOf(soft.zone)}`;
  const hours = hoursAt(ground.table(soft.table) as StaffTable, time);
  if (!isWorking(calendar, day)) {
    const why = calendar.listed.has(day) ? `a holiday (${textOfDay(day)})` : `a ${weekday}`;
    return `${clock}, ${hours}, on ${why}`;
  }
  return isWorking(calendar, day + 1) ? `${clock}, ${hours}` : `${clock}, ${hours}, on the eve of a day off`;
}

/**
 * What a band of a staff table is called. The cheapest bands are the office hours; the dearest ones that touch
 * midnight are the night; what lies between is before or after the hours.
 */
export function hoursAt(
  table: StaffTable,
  time: string,
): 'in office hours' | 'before hours' | 'after hours' | 'at night' {
  const costs = table.bands.map(({ cost }) => cost);
  const least = Math.min(...costs);
  const most = Math.max(...costs);
  const index = table.bands.findLastIndex(({ from }) => minuteOf(from) <= minuteOf(time));
  const cost = costs[index] ?? 0;
  if (cost === least) return 'in office hours';
  const reaches = (edge: number): boolean =>
    costs.slice(Math.min(index, edge), Math.max(index, edge) + 1).every((one) => one === most);
  if (most > least && (reaches(0) || reaches(costs.length - 1))) return 'at night';
  return index < costs.indexOf(least) ? 'before hours' : 'after hours';
}

function sayCycle(soft: Of<'cycle'>, at: number, ground: Ground): string {
  const ready = secondsOf(soft.ready);
  const latest = ground.occurrences(soft.rule).findLast((one) => ready <= one && one <= at);
  if (latest === undefined)
    return `${sayPatchDay(soft.rule)} does not come between ${sayUtc(ready)}, when it is ready, and this instant`;
  const past = (at - latest) / 60;
  if (past === 0) return `at the hour of ${sayPatchDay(soft.rule)}`;
  const tiers = (ground.table(soft.table) as CycleTable).tiers;
  const tier = tiers.findLast(({ fromMinutes }) => fromMinutes <= past);
  const late = (tier?.fromMinutes ?? 0) > 0 ? `, ${sayMinutes(tier?.fromMinutes ?? 0)} or more` : '';
  return `${sayMinutes(past)} after ${sayPatchDay(soft.rule)} (${sayUtc(latest)})${late}`;
}

function sayLead(soft: Of<'leadPreference'>, at: number, ground: Ground): string {
  const lead = (at - secondsOf(soft.from)) / 60;
  const from = sayUtc(secondsOf(soft.from));
  if (lead < 0) return `${sayMinutes(lead)} before ${from}`;
  const tier = (ground.table(soft.table) as LeadTable).tiers.find(({ underMinutes }) => lead < underMinutes);
  const short = tier === undefined ? '' : `, under ${sayMinutes(tier.underMinutes)}`;
  return `${sayMinutes(lead)} of notice after ${from}${short}`;
}
