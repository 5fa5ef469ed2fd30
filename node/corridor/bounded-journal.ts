/**
 * A journal that nobody outside can fill: of lines that say the same about the same peer the first few of a minute are
 * written, and then one that says how many more there were. Alarms and the life of the node itself are always written.
 */
import { LIMITS } from '../core/limits.js';
import type { Instant } from '../core/time.js';
import type { Clock, Journal, JournalLine } from '../ports.js';

/** What a peer, or a stranger at the door, can make us write. */
type Caused = Extract<JournalLine, { event: 'link_up' | 'link_down' | 'fault' | 'refused' }>;

interface Tally {
  readonly since: Instant;
  written: number;
  /** Lines that were not written, and the last of them. */
  held: number;
  readonly line: Caused;
  /** Calls off the count that is due when nothing more comes. */
  cancel: () => void;
}

export interface BoundedJournal extends Journal {
  /** Writes the counts that are due, and waits for none: a node that has stopped must not be kept from ending. */
  close(): void;
}

/** @param clock tells a minute; `elapse` writes the count when nothing more comes. */
export function boundedJournal(journal: Journal, clock: Pick<Clock, 'now' | 'elapse'>): BoundedJournal {
  const tallies = new Map<string, Tally>();
  return {
    write(line) {
      if (!isCaused(line)) return journal.write(line);
      const key = keyOf(line);
      const now = clock.now();
      const known = tallies.get(key);
      const isOver = known === undefined || now < known.since || now - known.since >= LIMITS.allowanceMs.most;
      if (isOver && known !== undefined) close(key, known);
      const tally = isOver ? { since: now, written: 0, held: 0, line, cancel: () => undefined } : known;
      if (isOver) open(key, tally);
      if (tally.written < LIMITS.journalLines.most) {
        tally.written += 1;
        return journal.write(line);
      }
      tally.held += 1;
      if (tally.held === 1) tally.cancel = clock.elapse(LIMITS.allowanceMs.most, () => close(key, tally));
    },
    close() {
      for (const [key, tally] of [...tallies]) close(key, tally);
    },
  };

  /** Keys come from peers and codes, both bounded; the oldest goes all the same before the table grows too large. */
  function open(key: string, tally: Tally): void {
    tallies.delete(key);
    tallies.set(key, tally);
    const [oldest] = tallies.keys();
    if (tallies.size <= LIMITS.journalKeys.most || oldest === undefined) return;
    close(oldest, tallies.get(oldest));
    tallies.delete(oldest);
  }

  function close(key: string, tally: Tally | undefined): void {
    if (tally === undefined || tally.held === 0) return;
    const { line, held: times } = tally;
    tally.held = 0;
    tally.cancel();
    if (tallies.get(key) === tally) tallies.delete(key);
    const peer = line.event === 'refused' ? line.feed.author : line.peer;
    journal.write({
      event: 'repeated',
      of: line.event,
      times,
      ...(peer === undefined ? {} : { peer }),
      ...(line.fault === undefined ? {} : { code: line.fault.code }),
    });
  }
}

function isCaused(line: JournalLine): line is Caused {
  return CAUSED.has(line.event);
}

const CAUSED: ReadonlySet<JournalLine['event']> = new Set<Caused['event']>([
  'link_up',
  'link_down',
  'fault',
  'refused',
]);

/** What counts as the same. */
function keyOf(line: Caused): string {
  const who = line.event === 'refused' ? line.feed.author : (line.peer ?? '');
  return `${line.event} ${who} ${line.fault?.code ?? ''}`;
}
