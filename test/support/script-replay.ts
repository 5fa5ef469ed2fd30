/**
 * One fresh node against a recorded exchange: it gets its orders and the clock of the transcript, and from its peers
 * the very bytes that crossed the wire once. The peers are not there; only their links are.
 */

import { factsOf, houseFacts } from '../../node/cli/conformance/exchange/facts.js';
import { nameOf, type Ordering } from '../../node/cli/conformance/exchange/given.js';
import type { Recorded } from '../../node/cli/conformance/exchange/record.js';
import type { Exchange, Place } from '../../node/cli/conformance/exchange/script.js';
import { isOrder, runOrder } from '../../node/cli/conformance/exchange/verbs.js';
import type { CaseId, NodeId } from '../../node/core/ids.js';
import type { Link, Peer } from '../../node/ports.js';
import { CASE } from './case-play.js';
import { type TestNode, testNode } from './keys.js';
import { seatsOf, stillClock } from './script-nodes.js';
import { openWorld, type Seat, seatCard } from './world.js';

export interface Replayed {
  /** What the node knows at the end, sorted. */
  readonly states: readonly string[];
  /** What it refused: author, place, code. */
  readonly refusals: readonly string[];
  /** Entries of peers that could not be opened. */
  readonly illegible: number;
  readonly heard: number;
}

/** Plays the part of one node. */
export async function replayRecord(
  exchange: Exchange,
  recorded: readonly Recorded[],
  name: TestNode,
): Promise<Replayed> {
  const { header } = exchange;
  const seats = new Map(seatsOf(header.places).map((seat) => [seat.name, seat]));
  const own = seats.get(name) as Seat;
  const world = await openWorld([own], {}, { clock: stillClock(header.clock), patient: true });
  const node = world.node(name);
  const links = new Map<TestNode, Link>();
  const me: Peer = { node: node.node, card: await seatCard(own) };
  let heard = 0;
  try {
    for (const other of peersOf(header.places, name)) await acquaint(other);
    for (const one of recorded) await hear(one);
    return { ...seen(), heard };
  } finally {
    await world.stop();
  }

  async function hear(one: Recorded): Promise<void> {
    switch (one.kind) {
      case 'clock':
        world.clock.set(one.at);
        return await world.rest();
      case 'command':
        return await obey(one.line);
      case 'frame':
        if (one.lane.to !== name) return;
        heard += one.frame.entries.length;
        await links.get(one.lane.from)?.send(one.frame);
        return await world.rest();
    }
  }

  async function obey(line: number): Promise<void> {
    const command = exchange.blocks.flatMap(({ commands }) => commands).find((one) => one.line === line);
    if (command === undefined) throw new Error(`no command in line ${line}`);
    const { form, words } = command;
    if (form.verb === 'introduce' && words.includes(name)) {
      await acquaint((words[0] === name ? words[1] : words[0]) as TestNode);
      return;
    }
    const isOurs = words[0] === name || (isForEach(form.verb) && words.includes(name));
    if (!isOrder(form.verb) || !isOurs) return;
    const driver: Ordering = {
      now: () => world.clock.now(),
      nowOf: () => node.clock.now(),
      state: () => node.state(),
      async order(by, order, about) {
        if (by !== name) return undefined;
        const outcome = await node.order(order, about);
        await world.rest();
        return outcome.ok ? undefined : outcome.fault.code;
      },
    };
    await runOrder(form.verb, command, header, driver, CASE as CaseId);
  }

  /** Both fingerprints were typed; then whoever is to dial dials. */
  async function acquaint(other: TestNode): Promise<void> {
    const card = await seatCard(seats.get(other) as Seat);
    const transport = world.hub.transport({ node: card.node, pin: card.tlsPins[0] ?? '' });
    transport.admit(new Map([[me.node, me]]));
    await transport.listen((link) => hold(other, link));
    await node.order({ act: 'peer_add', card, text: `card of ${other}` });
    await node.order({ act: 'peer_verify', node: card.node, method: 'telephone' });
    await world.rest();
    if (!links.has(other)) hold(other, await transport.dial(me));
    await world.rest();
  }

  function hold(other: TestNode, link: Link): void {
    links.set(other, link);
    void link.send({
      kind: 'hello',
      versions: [1],
      mode: 'drill',
      node: testNode(other),
      incarnation: header.clock,
      clock: world.clock.now(),
      feeds: [],
    });
    // What this node says is not compared: it is sealed anew, and the others are not here.
    void (async () => {
      for await (const frame of link.frames)
        if (frame.kind === 'hello')
          await link.send({ kind: 'answer', incarnation: frame.incarnation, said: 0 });
    })();
  }

  function seen(): Omit<Replayed, 'heard'> {
    const called = (id: NodeId) => nameOf(header, id);
    const facts = factsOf(node.state(), CASE as CaseId, world.clock.now(), called);
    const house = houseFacts(node.state(), called);
    const refused = node.journal.flatMap((line) =>
      line.event === 'refused' && line.feed.author !== node.node ? [line] : [],
    );
    return {
      states: [...house.values(), ...facts.values()].sort(),
      refusals: refused.map(
        ({ feed, sequence, fault }) => `entry ${sequence} of ${nameOf(header, feed.author)}: ${fault.code}`,
      ),
      illegible: node.state().illegible.size,
    };
  }
}

/** Commands that several nodes obey at once. */
function isForEach(verb: string): boolean {
  return verb === 'charter sign' || verb === 'charter refuse' || verb === 'breach confirm';
}

/** Whom a node knows from the beginning: centres each other, a vendor its centres. */
function peersOf(places: readonly Place[], name: TestNode): readonly TestNode[] {
  const own = places.find((place) => place.name === name);
  return places
    .filter((place) => {
      if (place.name === name || own === undefined) return false;
      if (own.role === 'centre' && place.role === 'centre') return true;
      return own.at.includes(place.name) || place.at.includes(name);
    })
    .map((place) => place.name);
}
