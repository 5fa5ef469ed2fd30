/**
 * A peer that follows a script instead of the rules: it has real keys and says what a test wants it to say.
 */
import type { Hash } from '../../node/core/bytes.js';
import type { FeedId } from '../../node/core/ids.js';
import { EMPTY_TIP, type Tip } from '../../node/core/log/tip.js';
import { grow, leafHash, rootOf } from '../../node/core/log/tree.js';
import type { Card } from '../../node/core/registry/card.js';
import type { Instant } from '../../node/core/time.js';
import type { Entry, Frame, Link, Sealer, Transport, Wording } from '../../node/ports.js';
import { type TestNode, testCard, testKeys, testNode, testSealer } from './keys.js';
import type { World } from './world.js';

export interface ScriptedPeer {
  readonly link: Link;
  readonly sealer: Sealer;
  readonly feed: FeedId;
  /** Says Hello as an honest node would; `differs` makes it less honest. */
  hello(differs?: Partial<Extract<Frame, { kind: 'hello' }>>): Promise<void>;
  /** Seals words for the next place of the feed, without sending them. */
  word(wording: Wording, differs?: { readonly feed?: FeedId; readonly sequence?: number }): Promise<Entry>;
  /** Sends entries from a place on, with a checkpoint over everything before and with them. */
  entries(entries: readonly Entry[], from?: number): Promise<void>;
  /** The next frame of this kind; frames of other kinds before it are dropped. */
  next<Kind extends Frame['kind']>(kind: Kind): Promise<Extract<Frame, { kind: Kind }>>;
  /** Whether the other side has ended the link. */
  isClosed(): Promise<boolean>;
}

/**
 * Dials `target` in the name of `name`, whose card the target has verified.
 * @param over a transport with the keys of `name`, and what the card of the target says of it; left out, the hub.
 */
export async function dialScripted(
  world: World,
  name: TestNode,
  target: TestNode,
  over?: { readonly transport: Transport; readonly card: Pick<Card, 'grpc' | 'libp2p'> },
): Promise<ScriptedPeer> {
  const keys = await testKeys(name);
  const sealer = await testSealer(name, target);
  const transport = over?.transport ?? world.hub.transport({ node: testNode(name), pin: keys.tls.pin });
  const card = await testCard(target, over?.card ?? { grpc: [{ target: 'x.invalid:1' }] });
  transport.admit(new Map([[card.node, { node: card.node, card }]]));
  const link = await transport.dial({ node: card.node, card });
  const frames = link.frames[Symbol.asyncIterator]();
  const feed: FeedId = { author: testNode(name), recipient: testNode(target) };
  let tip: Tip = EMPTY_TIP;
  const now = () => world.clock.now() as Instant;

  return {
    link,
    sealer,
    feed,
    async hello(differs = {}) {
      const back = { author: feed.recipient, recipient: feed.author };
      await link.send({
        kind: 'hello',
        versions: [1],
        mode: 'drill',
        node: feed.author,
        incarnation: 1,
        clock: now(),
        feeds: [feed, back].map((one) => ({ feed: one, size: 0, checkpoint: undefined })),
        ...differs,
      });
      // It has nothing to report of what the other side may have forgotten.
      const { incarnation } = world.node(target).state().life;
      await link.send({ kind: 'answer', incarnation, said: 0 }).catch(() => undefined);
    },
    async word(wording, differs = {}) {
      const place = { feed, sequence: tip.size, incarnation: 1, at: now(), ...differs };
      const { entry } = await sealer.seal(wording, place);
      return entry;
    },
    async entries(entries, from = tip.size) {
      tip = grow(
        tip,
        entries.map(({ leaf }): Hash => leafHash(leaf)),
        1,
      );
      const checkpoint = sealer.checkpoint(feed, tip.size, rootOf(tip));
      await link.send({ kind: 'entries', feed, from, entries, checkpoint });
    },
    async next(kind) {
      for (;;) {
        const frame = await frames.next();
        if (frame.done === true) throw new Error(`the link ended before ${kind}`);
        if (frame.value.kind === kind) return frame.value as never;
      }
    },
    async isClosed() {
      for (;;) if ((await frames.next()).done === true) return true;
    },
  };
}
