/**
 * Door 5: what the machine wants said is given its place in an out-feed, signed and sealed. Nothing is written
 * here; the first sealing never leaves the house before door 6.
 *
 * A statement has its id before it is sealed, so the machine hears its words as facts at once, and a whole burst
 * is sealed side by side: one envelope after the other would mostly wait for the library's threads.
 */

import type { Effect } from '../core/effect.js';
import { Breakage, type Fault, type Outcome, ok } from '../core/fault.js';
import { type FeedId, feedKey } from '../core/ids.js';
import type { Tip } from '../core/log/tip.js';
import { grow, leafHash, rootOf } from '../core/log/tree.js';
import { ballotKey } from '../core/settlement/ballot.js';
import type { Input } from '../core/state.js';
import type { Statement } from '../core/statement.js';
import type { Instant } from '../core/time.js';
import type { ArrivalKey, Batch, Named, NewEntry, Place, Wording } from '../ports.js';
import type { Doors } from './doors.js';
import { sideBySide } from './side-by-side.js';

/** How many envelopes are sealed side by side. */
const SEAL_TOGETHER = 8;

/** How many parts of attachments are read back side by side: what is asked for in one breath is one read of the disk. */
const READ_TOGETHER = 64;

/** Words at their place, with the id that they will have; not sealed yet. */
interface Said extends Pick<NewEntry, 'key'> {
  readonly wording: Wording;
  readonly place: Place;
  readonly named: Named;
}

/** A feed that grows: its tip as far as it is sealed, its size as far as places are taken. */
interface Grown {
  readonly feed: FeedId;
  tip: Tip;
  size: number;
}

/** What grows within one batch: sequence numbers are given out before anything is on disk. */
export interface Growth {
  readonly feeds: Map<string, Grown>;
  /** In the order in which they are heard. */
  readonly said: Said[];
  /** Write-once keys (R1). */
  readonly once: Batch['once'][number][];
}

export function noGrowth(): Growth {
  return { feeds: new Map(), said: [], once: [] };
}

/**
 * Gives effects that follow from one arrival their places, in their order.
 *
 * @param cause the arrival, or the last of the words that followed from it; these get the minor places behind it.
 * @param unspeakable called for words that are too long or could not be read back; they take no place. What a peer
 *   makes us want to say must never stop the node.
 * @returns the words as facts.
 */
export async function speak(
  effects: readonly Effect[],
  cause: ArrivalKey,
  at: Instant,
  growth: Growth,
  doors: Doors,
  unspeakable: (fault: Fault, wording: Wording) => void,
): Promise<readonly Input[]> {
  const facts: Input[] = [];
  const parts = await partsOf(effects, growth, doors);
  const say = (to: FeedId['recipient'], wording: Wording) => {
    const { grown, place } = nextPlace(to, at, growth, doors);
    const named = nameOrNot(wording, place, doors);
    if (!named.ok) return unspeakable(named.fault, wording);
    const { id, statement } = named.value;
    // Only words that can be said take their place.
    grown.size += 1;
    const key = { major: cause.major, minor: cause.minor + 1 + facts.length };
    growth.said.push({ key, wording, place, named: named.value });
    facts.push({ feed: place.feed, id, statement, at });
  };
  for (const effect of effects) {
    switch (effect.kind) {
      case 'say': {
        const { to, ...wording } = effect.draft;
        say(to, wording);
        break;
      }
      case 'cast': {
        const ballot = await doors.sealer.sign(effect.draft, doors.guard.incarnation, at);
        const { caseId, charter, body } = effect.draft;
        const key = ballotKey(caseId, charter, body);
        if (key !== undefined) growth.once.push({ key, ballot: ballot.id });
        const wording: Wording = { caseId, tlp: effect.tlp, body: { kind: 'ballot', ballot } };
        for (const to of effect.to) say(to, wording);
        break;
      }
      case 'forward':
      case 'repeat': {
        const part = parts.get(effect);
        if (part === undefined) throw new Error('every part was read');
        say(effect.to, part);
        break;
      }
    }
  }
  return facts;
}

function nameOrNot(wording: Wording, place: Place, doors: Doors): Outcome<Named> {
  try {
    return ok(doors.sealer.name(wording, place));
  } catch (cause) {
    if (!(cause instanceof Breakage) || !/^(ENVELOPE_OVERSIZE|STATEMENT_)/.test(cause.fault.code))
      throw cause;
    return { ok: false, fault: cause.fault };
  }
}

/** The next place in an out-feed; it is free until `grown.size` moves. */
function nextPlace(
  to: FeedId['recipient'],
  at: Instant,
  growth: Growth,
  doors: Doors,
): { readonly grown: Grown; readonly place: Place } {
  const feed = { author: doors.self.node, recipient: to };
  const { tip } = doors.feeds.head(feed);
  const grown = growth.feeds.get(feedKey(feed)) ?? { feed, tip, size: tip.size };
  growth.feeds.set(feedKey(feed), grown);
  return { grown, place: { feed, sequence: grown.size, incarnation: doors.guard.incarnation, at } };
}

/**
 * Seals everything that was said; the tips grow with it.
 *
 * Words for a recipient whose key cannot be used are withheld from it, loudly (see `Sealed.withheld`).
 * @throws Breakage KEY_* where our own key cannot be used.
 */
export async function sealAll(growth: Growth, doors: Doors): Promise<readonly NewEntry[]> {
  const sealed = await sideBySide(growth.said, SEAL_TOGETHER, ({ wording, place, named }) =>
    doors.sealer.seal(wording, place, named),
  );
  return growth.said.map(({ key, place, named: { id } }, index): NewEntry => {
    const { feed, sequence, incarnation, at } = place;
    const made = sealed[index];
    const grown = growth.feeds.get(feedKey(feed));
    if (grown === undefined || made?.id !== id) throw new Error('words are sealed as they were named');
    grown.tip = grow(grown.tip, [leafHash(made.entry.leaf)], incarnation);
    if (made.withheld !== undefined)
      doors.journal.write({ event: 'fault', fault: made.withheld, peer: feed.recipient });
    return { key, feed, sequence, statement: id, at, content: { rest: made.rest }, entry: made.entry };
  });
}

type Forward = Extract<Effect, { kind: 'forward' }>;
type Repeat = Extract<Effect, { kind: 'repeat' }>;

/** The words that these effects pass on or say anew. None of them is said by these effects: a source has its place already. */
async function partsOf(
  effects: readonly Effect[],
  growth: Growth,
  doors: Doors,
): Promise<ReadonlyMap<Effect, Wording>> {
  const passed = effects.filter(
    (effect): effect is Forward | Repeat => effect.kind === 'forward' || effect.kind === 'repeat',
  );
  const read = await sideBySide(passed, READ_TOGETHER, async (effect) => {
    const words =
      effect.kind === 'forward' ? forwarded(effect, growth, doors) : repeated(effect, growth, doors);
    return [effect, await words] as const;
  });
  return new Map(read);
}

/** One part of an attachment, from our own order or from the entry in which we received it (ENV-5). */
async function forwarded({ source, caseId, tlp }: Forward, growth: Growth, doors: Doors): Promise<Wording> {
  const { body } = await recalled(source, growth, doors);
  if (body.kind === 'attachment') return { caseId, tlp, body };
  if (body.kind === 'order' && body.order.act === 'case_attach') {
    const { act: _, ...part } = body.order;
    return { caseId, tlp, body: { kind: 'attachment', ...part } };
  }
  throw new Error('an attachment lies where the state says');
}

async function repeated({ to, sequence }: Repeat, growth: Growth, doors: Doors): Promise<Wording> {
  const feed = { author: doors.self.node, recipient: to };
  const { caseId, tlp, body } = await recalled({ feed, sequence }, growth, doors);
  return { caseId, tlp, body };
}

async function recalled(
  { feed, sequence }: Forward['source'],
  growth: Growth,
  doors: Doors,
): Promise<Statement> {
  // The order that brought it may be in this very batch, and then it is on no disk yet.
  const here = growth.said.find(
    ({ place }) => place.sequence === sequence && feedKey(place.feed) === feedKey(feed),
  );
  if (here !== undefined) return here.named.statement;
  const arrival = await doors.feeds.arrival(feed, sequence);
  if (arrival === undefined || !('rest' in arrival.content))
    throw new Error('own words and attachments lie where the state says');
  return doors.sealer.recall(arrival.content.rest);
}

/** Checkpoints for everything that grew, signed for exactly the new sizes. */
export function checkpointsOf(growth: Growth, doors: Doors): Batch['tips'] {
  // A feed whose only words were refused has not grown.
  const grown = [...growth.feeds.values()].filter(
    ({ feed, tip }) => tip.size > doors.feeds.head(feed).tip.size,
  );
  return grown.map(({ feed, tip }) => ({
    feed,
    tip,
    checkpoint: doors.sealer.checkpoint(feed, tip.size, rootOf(tip)),
  }));
}
