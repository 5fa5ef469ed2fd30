/** The peer logs: what was said to and heard from each peer, and proofs of it (LOG-8). */
import type { Json } from '../../core/canonical.js';
import { type Outcome, ok } from '../../core/fault.js';
import { type FeedId, feedKey, type NodeId } from '../../core/ids.js';
import { hasAnswered } from '../../core/life.js';
import { LIMITS } from '../../core/limits.js';
import { rootOf } from '../../core/log/tree.js';
import type { State } from '../../core/state.js';
import { count, members, name, none, oneOf, optional, orElse, text } from '../arguments.js';
import { type Desk, feedOf, type Repair } from '../desk.js';
import { findPeerEver, named } from '../find.js';
import { type Verbs, view } from '../verb.js';
import { when } from '../views/when.js';

const direction = oneOf('out', 'in');
const path = text(LIMITS.titleCharacters.most * 4, 1);

export const LOG_VERBS: Verbs = {
  list: view(none, (_, desk) =>
    ok({
      feeds: desk.feeds.heads().map(({ feed, tip, acknowledged }) => ({
        ...feedNames(desk.state(), feed),
        size: tip.size,
        root: rootOf(tip),
        acknowledged,
      })),
    }),
  ),

  show: view(
    members({
      peer: name,
      direction: orElse(direction, 'out'),
      from: orElse(count(0, LIMITS.feedEntries.most), 0),
      most: orElse(count(1, LIMITS.listEntries.most), 100),
    }),
    async (given, desk) => {
      const feed = findFeed(desk.state(), given.peer, given.direction);
      if (!feed.ok) return feed;
      const { size } = desk.feeds.head(feed.value).tip;
      const until = Math.min(size, given.from + given.most);
      const entries: Json[] = [];
      for (let sequence = given.from; sequence < until; sequence += 1)
        entries.push(await entryView(desk, feed.value, sequence));
      return ok({ ...feedNames(desk.state(), feed.value), size, from: given.from, entries });
    },
  ),

  /** The newest arrivals of all feeds, oldest first. */
  tail: view(members({ most: orElse(count(1, LIMITS.listEntries.most), 20) }), async ({ most }, desk) => {
    const last: Json[] = [];
    for (const { feed, tip } of desk.feeds.heads()) {
      for (let at = Math.max(0, tip.size - most); at < tip.size; at += 1) {
        const entry = await entryView(desk, feed, at);
        last.push({ ...feedNames(desk.state(), feed), ...(entry as { readonly [member: string]: Json }) });
      }
    }
    return ok({ entries: last.sort(byArrival).slice(-most) });
  }),

  verify: view(members({ peer: optional(name), direction: optional(direction) }), async (given, desk) => {
    const state = desk.state();
    const peer = given.peer === undefined ? undefined : findOwn(state, given.peer);
    if (peer !== undefined && !peer.ok) return peer;
    const repair = await desk.logs.repaired();
    const feeds = [
      ...desk.feeds.heads().map(({ feed }) => feed),
      ...(repair.ok ? emptied(desk, repair.value) : []),
    ]
      .filter((feed) => peer === undefined || feed.author === peer.value || feed.recipient === peer.value)
      .filter((feed) => given.direction === undefined || isTowards(state, feed, given.direction));
    const verified: Json[] = [];
    let entries = 0;
    let faults = 0;
    let partial = 0;
    for (const feed of feeds) {
      const { size } = desk.feeds.head(feed).tip;
      const verdict = await desk.logs.verify(feed);
      entries += size;
      if (!verdict.ok) faults += 1;
      else if (verdict.value.isPartial) partial += 1;
      verified.push({
        ...feedNames(state, feed),
        size,
        ...(verdict.ok
          ? {
              ok: true,
              partial: verdict.value.isPartial,
              root: verdict.value.root,
              receipts: verdict.value.receipts,
              cosigned: verdict.value.receiptSize,
            }
          : { ok: false, fault: { ...verdict.fault } }),
      });
    }
    return ok({ feeds: verified, entries, faults, partial });
  }),

  /** What the last repair had to leave out, and what of it has come back (LOG-5, LOG-6). */
  repaired: view(none, async (_, desk) => {
    const repair = await desk.logs.repaired();
    if (!repair.ok) return repair;
    if (repair.value === undefined) return ok({ at: null, feeds: [], missing: 0 });
    const { at, aside, feeds } = repair.value;
    const lines = feeds.map((one) => {
      const { feed, kept, size } = one;
      const missing = missingOf(desk, one);
      return {
        ...feedNames(desk.state(), feed),
        kept,
        size,
        missing,
        standing: standingOf(desk, feed, missing),
      };
    });
    return ok({ at, aside, feeds: lines, missing: lines.reduce((sum, { missing }) => sum + missing, 0) });
  }),

  prove: view(
    members({
      peer: name,
      direction: orElse(direction, 'out'),
      sequence: count(0, LIMITS.feedEntries.most),
    }),
    async (given, desk) => {
      const feed = findFeed(desk.state(), given.peer, given.direction);
      if (!feed.ok) return feed;
      const proof = await desk.logs.prove(feed.value, given.sequence);
      return proof.ok ? ok({ sequence: given.sequence, proof: proof.value }) : proof;
    },
  ),

  export: view(
    members({ peer: name, direction: orElse(direction, 'out'), directory: path }),
    async (given, desk) => {
      const feed = findFeed(desk.state(), given.peer, given.direction);
      if (!feed.ok) return feed;
      const done = await desk.logs.export(feed.value, given.directory);
      return done.ok
        ? ok({
            directory: given.directory,
            size: done.value.size,
            root: done.value.root,
            cosigned: done.value.receiptSize,
          })
        : done;
    },
  ),
};

/** Feeds of which a repair could keep nothing, and nothing has come back: the store does not know them any more. */
function emptied({ feeds }: Desk, repair: Repair | undefined): readonly FeedId[] {
  const lost = repair?.feeds.map(({ feed }) => feed) ?? [];
  return lost.filter((feed) => feeds.head(feed).tip.size === 0);
}

/** What stands in the places of lost entries is not what was lost, however long the feed has grown. */
function missingOf(desk: Desk, { feed, kept, size, returned, isBack }: Repair['feeds'][number]): number {
  if (isBack) return 0;
  // What the home feed lost nobody returns, and other entries take its places.
  if (feed.author === feed.recipient) return size - kept;
  const held = desk.feeds.head(feed).tip.size;
  return Math.max(1, size - (returned ?? (held < size ? held : kept)));
}

/** `back`; `awaited` from its reader or author; `lost` where whoever could return it has told all that it holds. */
function standingOf({ state }: Desk, feed: FeedId, missing: number): 'back' | 'awaited' | 'lost' {
  if (missing === 0) return 'back';
  const { self, life } = state();
  if (feed.author === feed.recipient) return 'lost';
  if (feed.author === self.node)
    return life.returned.get(feed.recipient) === life.incarnation ? 'lost' : 'awaited';
  return hasAnswered(state(), feed.author) ? 'lost' : 'awaited';
}

async function entryView(desk: Desk, feed: FeedId, sequence: number): Promise<Json> {
  const arrival = await desk.feeds.arrival(feed, sequence);
  if (arrival === undefined) return { sequence, missing: true };
  return {
    sequence,
    arrival: [arrival.key.major, arrival.key.minor],
    at: when(arrival.at),
    statement: arrival.statement ?? null,
    fault: 'fault' in arrival.content ? arrival.content.fault.code : null,
  };
}

function findFeed(state: State, typed: string, towards: 'in' | 'out'): Outcome<FeedId> {
  const peer = findOwn(state, typed);
  return peer.ok ? ok(feedOf(state.self.node, peer.value, towards)) : peer;
}

/** A peer, or this node itself for the home feed. */
function findOwn(state: State, typed: string): Outcome<NodeId> {
  if (typed === 'home' || typed === state.self.node) return ok(state.self.node);
  return findPeerEver(state, typed);
}

function isTowards(state: State, feed: FeedId, towards: 'in' | 'out'): boolean {
  return (feed.author === state.self.node) === (towards === 'out');
}

function feedNames(state: State, feed: FeedId): { readonly [member: string]: Json } {
  return {
    feed: feedKey(feed),
    direction: directionOf(state, feed),
    author: named(state, feed.author),
    recipient: named(state, feed.recipient),
  };
}

function byArrival(left: Json, right: Json): number {
  const [leftKey, rightKey] = [left, right].map(
    (one) => (one as { arrival?: readonly number[] }).arrival ?? [],
  );
  return (leftKey?.[0] ?? 0) - (rightKey?.[0] ?? 0) || (leftKey?.[1] ?? 0) - (rightKey?.[1] ?? 0);
}

/** Only what goes out to a peer is cosigned by one: what comes in we cosign, and the home feed is ours alone. */
function directionOf({ self }: State, { author, recipient }: FeedId): 'home' | 'out' | 'in' {
  if (author === recipient) return 'home';
  return author === self.node ? 'out' : 'in';
}
