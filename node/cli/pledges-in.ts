/** What the last repair left to be kept (LOG-5): its record, written anew when a part of it will never come back. */
import { feedKey } from '../core/ids.js';
import type { Pledges } from '../corridor/pledges.js';
import { type RepairRecord, writeRepair } from '../store/repair-record.js';

/** @param path of the record. */
export function pledgesIn(path: string, record: RepairRecord): Pledges {
  let { feeds } = record;
  let written: Promise<void> = Promise.resolve();
  return {
    of(feed) {
      const mark = feeds.get(feedKey(feed));
      return mark?.returned === undefined ? mark : undefined;
    },
    lost(feed, returned) {
      const key = feedKey(feed);
      const mark = feeds.get(key);
      if (mark === undefined) return Promise.resolve();
      feeds = new Map(feeds).set(key, { ...mark, returned });
      // One after the other: each text holds what the one before it says.
      const next = { ...record, feeds };
      written = written.then(() => writeRepair(path, next));
      return written;
    },
  };
}
