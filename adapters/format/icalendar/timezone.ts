/**
 * VTIMEZONE from the transitions of a document, and from nothing else: what the reader's own tables say may differ.
 * @see SCHEDULING §13, RFC 5545 §3.6.5
 */
import { pad, secondsOf } from '../../../node/core/schedule/civil.js';
import type { ZoneTable } from '../../../node/core/schedule/problem.js';
import { basicLocal } from './lines.js';

/**
 * Lines of one zone: one component for each change of clocks, without RDATE, which readers are known to read by halves.
 * The last offset holds for ever.
 */
export function timezoneLines(name: string, table: ZoneTable): readonly string[] {
  const initial = table.initialOffsetMinutes;
  const changes = table.transitions.map(({ at, offsetMinutes }, index) => {
    const from = table.transitions[index - 1]?.offsetMinutes ?? initial;
    // An onset is written on the clock that it ends.
    return { from, to: offsetMinutes, onset: basicLocal(secondsOf(at) + from * 60) };
  });
  return [
    'BEGIN:VTIMEZONE',
    `TZID:${name}`,
    ...[{ from: initial, to: initial, onset: '16010101T000000' }, ...changes].flatMap(
      ({ from, to, onset }) => {
        const kind = to > from ? 'DAYLIGHT' : 'STANDARD';
        return [
          `BEGIN:${kind}`,
          `DTSTART:${onset}`,
          `TZOFFSETFROM:${offset(from)}`,
          `TZOFFSETTO:${offset(to)}`,
          `END:${kind}`,
        ];
      },
    ),
    'END:VTIMEZONE',
  ];
}

function offset(minutes: number): string {
  const whole = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${pad(Math.floor(whole / 60))}${pad(whole % 60)}`;
}
