/**
 * Reading arrivals while others are written among them.
 *
 * The one who hears an arrival writes its own words at the minor places right behind it, and they must be heard
 * before the next major place. A database iterator shows the past, so it would skip them; reading anew after
 * each arrival would cost a disk read for each. So a chunk is read, and what is committed meanwhile is put into
 * the chunk at its place.
 */
import type { Arrival, ArrivalKey } from '../ports.js';
import { byArrival } from './keys.js';

/** Readers of arrivals, and what they are told. */
export interface Cursors {
  /** Tells every open cursor what has just been committed. */
  committed(arrivals: readonly Arrival[]): void;
  /** Arrivals behind `after`, in order, also those committed while this is read; ends when none is left. */
  read(after: ArrivalKey | undefined): AsyncGenerator<Arrival, void, undefined>;
}

interface Cursor {
  /** Until the chunk is there, everything committed; afterwards, what is still to be told of the chunk. */
  chunk: Arrival[];
  last: ArrivalKey | undefined;
  /** Key of the last arrival of the chunk; absent while it is being read. */
  end: ArrivalKey | undefined;
  /** Something was committed behind the end of the chunk. */
  more: boolean;
}

/**
 * @param readChunk the next arrivals behind a place, in order, and whether those were all.
 */
export function cursorsOf(
  readChunk: (
    after: ArrivalKey | undefined,
  ) => Promise<{ readonly arrivals: readonly Arrival[]; readonly all: boolean }>,
): Cursors {
  const open = new Set<Cursor>();
  return {
    committed(arrivals) {
      for (const cursor of open) for (const arrival of arrivals) offer(cursor, arrival);
    },
    async *read(after) {
      const cursor: Cursor = { chunk: [], last: after, end: undefined, more: true };
      open.add(cursor);
      try {
        while (cursor.more) {
          const { arrivals, all } = await readChunk(cursor.last);
          const meanwhile = cursor.chunk;
          cursor.chunk = [...arrivals];
          cursor.end = arrivals.at(-1)?.key;
          cursor.more = !all;
          for (const arrival of meanwhile) offer(cursor, arrival);
          for (let next = cursor.chunk.shift(); next !== undefined; next = cursor.chunk.shift()) {
            cursor.last = next.key;
            yield next;
          }
          cursor.end = undefined;
        }
      } finally {
        open.delete(cursor);
      }
    },
  };
}

function offer(cursor: Cursor, arrival: Arrival): void {
  if (cursor.last !== undefined && byArrival(arrival.key, cursor.last) <= 0) return;
  if (cursor.end !== undefined && byArrival(arrival.key, cursor.end) > 0) {
    cursor.more = true;
    return;
  }
  const at = cursor.chunk.findIndex(({ key }) => byArrival(key, arrival.key) >= 0);
  if (at < 0) cursor.chunk.push(arrival);
  else if (byArrival((cursor.chunk[at] as Arrival).key, arrival.key) !== 0)
    cursor.chunk.splice(at, 0, arrival);
}
