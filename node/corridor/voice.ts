/**
 * Door 5: what the machine wants said is given its place in an out-feed, signed and sealed. Nothing is written
 * here; the first sealing never leaves the house before door 6.
 */

import type { Effect } from '../core/effect.js';
import { type FeedId, feedKey } from '../core/ids.js';
import type { Tip } from '../core/log/tip.js';
import { grow, leafHash, rootOf } from '../core/log/tree.js';
import { ballotKey } from '../core/settlement/ballot.js';
import type { Input } from '../core/state.js';
import type { Instant } from '../core/time.js';
import type { ArrivalKey, Batch, NewEntry, Place, Wording } from '../ports.js';
import type { Doors } from './doors.js';

/** Sealed words with what their batch needs, and as facts for the machine. */
export interface Spoken {
  readonly entries: readonly NewEntry[];
  readonly once: Batch['once'];
  readonly facts: readonly Input[];
}

/** How many envelopes are sealed side by side. */
const SEAL_TOGETHER = 8;

interface Words {
  readonly to: FeedId['recipient'];
  readonly wording: Wording;
}

/**
 * Tips of the feeds that grow within one batch: sequence numbers are given out before anything is on disk.
 */
export interface Growth {
  readonly tips: Map<string, { readonly feed: FeedId; tip: Tip }>;
}

export function noGrowth(): Growth {
  return { tips: new Map() };
}

/**
 * Seals effects that follow from one arrival.
 *
 * @param cause the arrival; its own words get the minor places after `lastMinor`.
 * @throws Breakage KEY_* when a recipient's key cannot be used: the operator must mend that before anything else
 *   is said, since a place in a feed cannot be left empty.
 */
export async function speak(
  effects: readonly Effect[],
  cause: ArrivalKey,
  at: Instant,
  growth: Growth,
  doors: Doors,
): Promise<Spoken> {
  const once: { key: string; ballot: Batch['once'][number]['ballot'] }[] = [];
  const words: Words[] = [];
  for (const effect of effects) {
    switch (effect.kind) {
      case 'say': {
        const { to, ...wording } = effect.draft;
        words.push({ to, wording });
        break;
      }
      case 'cast': {
        const ballot = await doors.sealer.sign(effect.draft, doors.guard.incarnation, at);
        const { caseId, charter, body } = effect.draft;
        const key = ballotKey(caseId, charter, body);
        if (key !== undefined) once.push({ key, ballot: ballot.id });
        const wording: Wording = { caseId, tlp: effect.tlp, body: { kind: 'ballot', ballot } };
        for (const to of effect.to) words.push({ to, wording });
        break;
      }
      case 'forward':
        words.push({ to: effect.to, wording: await forwarded(effect, doors) });
        break;
    }
  }
  const sealed = await sealAll(words, cause, at, growth, doors);
  return { ...sealed, once };
}

async function sealAll(
  words: readonly Words[],
  cause: ArrivalKey,
  at: Instant,
  growth: Growth,
  doors: Doors,
): Promise<Pick<Spoken, 'entries' | 'facts'>> {
  const entries: NewEntry[] = [];
  const facts: Input[] = [];
  for (let start = 0; start < words.length; start += SEAL_TOGETHER) {
    const stretch = words.slice(start, start + SEAL_TOGETHER);
    const places = placesFor(stretch, at, growth, doors);
    const sealed = await Promise.all(
      stretch.map(({ wording }, index) => doors.sealer.seal(wording, places[index] as Place)),
    );
    for (const [index, { entry, id, statement, rest }] of sealed.entries()) {
      const { feed, sequence } = places[index] as Place;
      const grown = growth.tips.get(feedKey(feed));
      if (grown === undefined) throw new Error('a place was taken in every feed that grows');
      grown.tip = grow(grown.tip, [leafHash(entry.leaf)], doors.guard.incarnation);
      const key = { major: cause.major, minor: cause.minor + 1 + entries.length };
      entries.push({ key, feed, sequence, statement: id, at, content: { rest }, entry });
      facts.push({ feed, id, statement, at });
    }
  }
  return { entries, facts };
}

/** Next places in the out-feeds, in the order of the words. */
function placesFor(words: readonly Words[], at: Instant, growth: Growth, doors: Doors): readonly Place[] {
  const taken = new Map<string, number>();
  return words.map(({ to }) => {
    const feed = { author: doors.self.node, recipient: to };
    const key = feedKey(feed);
    const grown = growth.tips.get(key) ?? { feed, tip: doors.feeds.head(feed).tip };
    growth.tips.set(key, grown);
    const sequence = grown.tip.size + (taken.get(key) ?? 0);
    taken.set(key, (taken.get(key) ?? 0) + 1);
    return { feed, sequence, incarnation: doors.guard.incarnation, at };
  });
}

/** One part of an attachment, from our own order or from the entry in which we received it (ENV-5). */
async function forwarded(effect: Extract<Effect, { kind: 'forward' }>, doors: Doors): Promise<Wording> {
  const arrival = await doors.feeds.arrival(effect.source.feed, effect.source.sequence);
  if (arrival === undefined || !('rest' in arrival.content))
    throw new Error('an attachment lies where the state says');
  const { body } = await doors.sealer.recall(arrival.content.rest);
  const { caseId, tlp } = effect;
  if (body.kind === 'attachment') return { caseId, tlp, body };
  if (body.kind === 'order' && body.order.act === 'case_attach') {
    const { act: _, ...part } = body.order;
    return { caseId, tlp, body: { kind: 'attachment', ...part } };
  }
  throw new Error('an attachment lies where the state says');
}

/** Checkpoints for everything that grew, signed for exactly the new sizes. */
export function checkpointsOf(growth: Growth, doors: Doors): Batch['tips'] {
  return [...growth.tips.values()].map(({ feed, tip }) => ({
    feed,
    tip,
    checkpoint: doors.sealer.checkpoint(feed, tip.size, rootOf(tip)),
  }));
}
