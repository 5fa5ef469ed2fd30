/**
 * I9: every log is prefix-consistent with every cosigned checkpoint. A leaf that a recipient has cosigned stays what
 * it is for ever; its author never writes another one at its place; and what was cosigned was on the author's disk.
 */
import { type FeedId, feedKey, type NodeId } from '../../../node/core/ids.js';
import type { Bench } from './bench.js';

export interface Logs {
  /** A leaf is on the disk of its author. @param text the leaf, byte for byte */
  wrote(feed: FeedId, sequence: number, text: string): void;
  /** A leaf is on the disk of its recipient, which cosigns it now. */
  took(feed: FeedId, sequence: number, text: string): void;
  /** Whether this leaf was looked at when it was written. */
  knows(feed: FeedId, sequence: number, by: NodeId): boolean;
  /** The disk of a node was put back or lost: what it wrote and what it cosigned. */
  forgot(node: NodeId): void;
  /** At the end everything that a correct node said to another one was cosigned. */
  finished(): void;
}

export function openLogs({ correct, wrong }: Bench): Logs {
  /** On the disk of the author now, ever there, and cosigned by the recipient. */
  const authored = new Map<string, string[]>();
  const ever = new Set<string>();
  const cosigned = new Map<string, string[]>();

  return {
    wrote(feed, sequence, text) {
      const key = feedKey(feed);
      logIn(authored, key)[sequence] = text;
      ever.add(`${key}#${sequence} ${text}`);
      const held = cosigned.get(key)?.[sequence];
      if (held !== undefined && held !== text && correct.has(feed.author))
        wrong('I9', `${key}#${sequence} was written twice`);
    },
    took(feed, sequence, text) {
      const key = feedKey(feed);
      const log = logIn(cosigned, key);
      const before = log[sequence];
      log[sequence] = text;
      if (!correct.has(feed.author)) return;
      if (before !== undefined && before !== text) wrong('I9', `${key}#${sequence} was cosigned twice`);
      const own = authored.get(key)?.[sequence];
      if (own !== undefined && own !== text) wrong('I9', `${key}#${sequence} is not what its author holds`);
      if (!ever.has(`${key}#${sequence} ${text}`)) wrong('I9', `${key}#${sequence} was never on disk`);
    },
    knows: (feed, sequence, by) =>
      (feed.author === by ? authored : cosigned).get(feedKey(feed))?.[sequence] !== undefined,
    forgot(node) {
      for (const key of [...authored.keys()]) if (key.startsWith(node)) authored.delete(key);
      // If the author loses its own copy as well, nobody is left who could tell.
      for (const key of [...cosigned.keys()]) if (key.endsWith(node)) cosigned.delete(key);
    },
    finished() {
      for (const { node, feeds } of correct.values())
        for (const { feed, tip, acknowledged } of feeds()?.heads() ?? []) {
          const isSaid = feed.author === node && feed.recipient !== node && correct.has(feed.recipient);
          if (isSaid && acknowledged !== tip.size)
            wrong('I9', `${feedKey(feed)} is cosigned up to ${acknowledged} of ${tip.size}`);
        }
    },
  };
}

function logIn(logs: Map<string, string[]>, key: string): string[] {
  const log = logs.get(key) ?? [];
  logs.set(key, log);
  return log;
}
