/**
 * Transcripts on pure machines: no keys, stores or links. What the corridor does for a machine is done here plainly:
 * duties after each arrival, ticks when something is due.
 */
import { sha256 } from '../../../core/bytes.js';
import { advisoryOf } from '../../../core/case/publish.js';
import { isNewsOfClocks, isPrompt } from '../../../core/clocks.js';
import { type Duty, duties, nextDue } from '../../../core/duties.js';
import { type FeedId, feedKey, type NodeId } from '../../../core/ids.js';
import type { HomeBody } from '../../../core/statement.js';
import { after, type Instant, SECOND } from '../../../core/time.js';
import { type CoreSeat, coreCard, openCoreWorld, refold } from './core-world.js';
import type { Driver, Lane, Refusal, Said } from './driver.js';
import { type StoryNode, storyNode } from './names.js';
import type { Place } from './script.js';

/** Opens one machine for each place, nobody introduced. */
export function openCoreDriver(places: readonly Place[], start: Instant): Driver {
  const seats: readonly CoreSeat[] = places;
  const world = openCoreWorld(seats);
  world.now = start;
  const names = new Map(places.map(({ name }) => [storyNode(name), name]));
  const saidSoFar = new Map<string, number>();
  const refusedSoFar = new Map<StoryNode, number>();
  const acquainted = new Set<string>();
  const counts = new Map<StoryNode, { upTo: number; readonly feeds: Map<string, number> }>();
  const promises = new Map<string, number>();
  const copies = new Map<StoryNode, number>();
  for (const { name } of places) begin(name, start);

  return {
    now: () => world.now,
    nowOf: world.clockOf,
    async setClock(to) {
      world.now = to;
      for (const { name } of places) {
        const due = nextDue(world.node(name).state);
        if (due !== undefined && due <= world.clockOf(name)) world.tick(name);
        enact(name);
      }
    },
    async setSkew(name, length) {
      world.skews.set(name, length);
    },
    due: () =>
      places.flatMap(({ name }) => {
        const due = nextDue(world.node(name).state);
        return due === undefined ? [] : [after(due, world.now - world.clockOf(name))];
      }),
    async introduce(one, other) {
      acquaint(one, other);
      acquaint(other, one);
      acquainted.add(`${one} ${other}`).add(`${other} ${one}`);
      meet(one, other);
    },
    async order(name, order, about) {
      const fault = world.order(name, order, about);
      enact(name);
      return fault?.code;
    },
    state: (name) => world.node(name).state,
    owed,
    async deliver(lane) {
      const took = owed(lane) > 0 ? 1 : 0;
      const saidAt = world.deliver(feedOf(lane));
      keepPromise(lane);
      enact(lane.to);
      if (saidAt !== undefined) receipt(lane, saidAt);
      return took;
    },
    // A frame that is known already stops at door 3: no machine ever hears of it.
    repeat: async () => undefined,
    receipted: heard,
    async restart(name) {
      const node = world.node(name);
      node.state = refold(node.state.self, node.arrivals);
      begin(name, Math.max(world.now, node.incarnation + 1));
      for (const { name: other } of places) if (acquainted.has(`${name} ${other}`)) meet(name, other);
      enact(name);
    },
    async copy(name) {
      copies.set(name, world.node(name).arrivals.length);
    },
    async restore(name) {
      const own = world.restore(name, copies.get(name) ?? 0);
      counts.delete(name);
      begin(name, Math.max(world.now, world.node(name).incarnation + 1), 'guard');
      for (const { name: other } of places) {
        if (!acquainted.has(`${name} ${other}`)) continue;
        const lost = own.filter(({ feed }) => feed.recipient === storyNode(other));
        const held = arrivalsOf({ from: name, to: other }, name);
        const peer = storyNode(other);
        if (lost.length > 0) world.report(name, { kind: 'lacking', peer, held, offered: held + lost.length });
        for (const input of lost) world.giveBack(name, input);
        meet(name, other);
      }
      enact(name);
    },
    said: async (name) => freshWords(name),
    refusals: (name) => freshRefusals(name),
    stop: async () => undefined,
  };

  /** As the corridor: a receipt that comes at once tells what the clock of the recipient shows (R10). */
  function receipt({ from, to }: Lane, sentAt: Instant): void {
    const { state } = world.node(from);
    const peerAt = (Math.floor(world.clockOf(to) / SECOND) * SECOND) as Instant;
    const sample = { peer: storyNode(to), sentAt, peerAt };
    if (!isPrompt(sentAt, world.clockOf(from)) || !isNewsOfClocks(state, sample)) return;
    world.report(from, { kind: 'clock_sample', ...sample });
    enact(from);
  }

  function begin(name: StoryNode, incarnation: number, restored = ''): void {
    world.node(name).incarnation = incarnation;
    world.report(name, { kind: 'start', incarnation, restored });
  }

  /** What two nodes enter when they say Hello to each other (R9); nobody here has lost anything. */
  function meet(one: StoryNode, other: StoryNode): void {
    const isRoster = [one, other].every((name) => roleOf(name) === 'centre');
    for (const [from, to] of [
      [one, other],
      [other, one],
    ] as const) {
      const { life } = world.node(from).state;
      const { incarnation } = world.node(to).state.life;
      const peer = storyNode(to);
      if (life.returned.get(peer) !== life.incarnation)
        world.report(from, { kind: 'returned', peer, size: arrivalsOf({ from, to }, from) });
      if (isRoster && incarnation > (life.hellos.get(peer) ?? 0))
        world.report(from, { kind: 'hello', peer, incarnation });
      if (isRoster) promises.set(`${from} ${to}`, arrivalsOf({ from, to }, from));
    }
    keepPromise({ from: one, to: other });
    keepPromise({ from: other, to: one });
  }

  /** An answer counts when everything that was said before it has been heard. */
  function keepPromise(lane: Lane): void {
    const said = promises.get(`${lane.from} ${lane.to}`);
    if (said === undefined || heard(lane) < said) return;
    promises.delete(`${lane.from} ${lane.to}`);
    const { life } = world.node(lane.to).state;
    const peer = storyNode(lane.from);
    if (life.answers.get(peer) !== life.incarnation)
      world.report(lane.to, { kind: 'answered', peer, incarnation: life.incarnation });
  }

  function roleOf(name: StoryNode): CoreSeat['role'] | undefined {
    return seats.find((seat) => seat.name === name)?.role;
  }

  function acquaint(one: StoryNode, other: StoryNode): void {
    const seat = seats.find(({ name }) => name === other);
    if (seat === undefined) throw new Error(`no node ${other} in this world`);
    world.order(one, { act: 'peer_add', card: coreCard(seat), text: `card of ${other}` });
    world.order(one, { act: 'peer_verify', node: storyNode(other), method: 'telephone' });
  }

  function owed(lane: Lane): number {
    if (!acquainted.has(`${lane.from} ${lane.to}`)) return 0;
    return arrivalsOf(lane, lane.from) - heard(lane);
  }

  function heard(lane: Lane): number {
    return arrivalsOf(lane, lane.to);
  }

  /** An author hears its own words too, so both ends count the same feed. */
  function arrivalsOf(lane: Lane, at: StoryNode): number {
    const { arrivals } = world.node(at);
    const counted = counts.get(at) ?? { upTo: 0, feeds: new Map<string, number>() };
    counts.set(at, counted);
    for (const { feed } of arrivals.slice(counted.upTo))
      counted.feeds.set(feedKey(feed), (counted.feeds.get(feedKey(feed)) ?? 0) + 1);
    counted.upTo = arrivals.length;
    return counted.feeds.get(feedKey(feedOf(lane))) ?? 0;
  }

  function outEntries(name: StoryNode): readonly Said[] {
    const { node, arrivals } = world.node(name);
    return arrivals
      .filter(({ feed }) => feed.author === node && feed.recipient !== node)
      .map(({ feed, statement }) => ({
        from: name,
        to: nameOf(feed.recipient),
        sequence: statement.sequence,
        caseId: statement.caseId,
        body: statement.body,
      }));
  }

  function refusalsOf(name: StoryNode): readonly Refusal[] {
    const { node, refusals } = world.node(name);
    return refusals
      .filter(({ feed }) => feed.author !== node)
      .map(({ feed, sequence, fault }) => ({
        from: nameOf(feed.author),
        to: name,
        sequence,
        code: fault.code,
      }));
  }

  /** Words that a node has taken back are no news. */
  function freshWords(name: StoryNode): readonly Said[] {
    return outEntries(name).filter(({ to, sequence }) => {
      const lane = `${name} ${to}`;
      if (sequence < (saidSoFar.get(lane) ?? 0)) return false;
      saidSoFar.set(lane, sequence + 1);
      return true;
    });
  }

  function freshRefusals(name: StoryNode): readonly Refusal[] {
    const all = refusalsOf(name);
    const from = refusedSoFar.get(name) ?? 0;
    refusedSoFar.set(name, all.length);
    return all.slice(from);
  }

  function nameOf(node: NodeId): StoryNode {
    const name = names.get(node);
    if (name === undefined) throw new Error('every author is in this world');
    return name;
  }

  /** As the corridor's enactor: until nothing is due that was not reported. */
  function enact(name: StoryNode): void {
    for (let round = 0; round < 10; round += 1) {
      const due = duties(world.node(name).state, world.clockOf(name));
      if (!due.some((duty) => perform(name, duty))) return;
    }
    throw new Error(`${name} does not finish its duties`);
  }

  /** @returns whether anything was said. */
  function perform(name: StoryNode, duty: Duty): boolean {
    const { held, epoch, at } = duty;
    const about = { caseId: held.id, tlp: held.tlp };
    const report = (body: HomeBody) => world.report(name, body, about);
    const digest = sha256(JSON.stringify(advisoryOf(world.node(name).state, held, at)));
    const { staged } = held.chamber;
    const isStaged = staged?.epoch === epoch && staged.digest === digest;
    if (!isStaged) report({ kind: 'stage_report', epoch, at, digest });
    if (duty.kind === 'stage') return !isStaged;
    if (duty.kind === 'release') {
      const refused = report({ kind: 'publish_intent', epoch, at, rule: duty.rule });
      if (refused !== undefined) return false;
    }
    report({ kind: 'publish_report', epoch, at, publishedAt: world.clockOf(name), digest, revision: 1 });
    return true;
  }
}

function feedOf({ from, to }: Lane): FeedId {
  return { author: storyNode(from), recipient: storyNode(to) };
}
