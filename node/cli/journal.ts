/** The journal as JSON lines: instants, events, ids, sizes and codes; never a word of a case (DESIGN §10). */
import { writeInstant } from '../core/time.js';
import type { Clock, Journal, JournalLine } from '../ports.js';

/** @param write takes one line without its end. */
export function jsonJournal(clock: Pick<Clock, 'now'>, write: (line: string) => void): Journal {
  return {
    write(line) {
      write(JSON.stringify({ at: writeInstant(clock.now()), level: levelOf(line), ...line }));
    },
  };
}

const LEVELS: Readonly<Record<JournalLine['event'], 'note' | 'warn' | 'alarm'>> = {
  alarm: 'alarm',
  fault: 'warn',
  link_down: 'note',
  link_up: 'note',
  refused: 'warn',
  repeated: 'warn',
  released: 'note',
  started: 'note',
  stopped: 'note',
};

function levelOf({ event }: JournalLine): string {
  return LEVELS[event];
}
