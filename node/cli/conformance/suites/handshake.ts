/** Who gets a link, and how a conversation begins. */
import { Breakage, type FaultCode } from '../../../core/fault.js';
import { feedKey } from '../../../core/ids.js';
import type { Frame } from '../../../ports.js';
import { openByteLinks } from '../byte-link.js';
import type { Stage, Suite } from '../check.js';
import { endsWith } from '../expect.js';
import { openWay } from '../target.js';
import { type Conversation, type FrameOf, helloOf, sizeIn, type Visitor } from '../visitor.js';
import type { VisitorName } from '../visitor-keys.js';
import { demand, Failed } from '../watch.js';

/** How far the clock of a target may be from the time by which its card was made: its Hello must show a time at all. */
const CLOCK_MS = 10 * 366 * 86_400_000;

export const handshake: Suite = async (stage, check) => {
  const lead = stage.visitor('lead');

  await check('handshake/stranger', () => getsNoLink(stage, 'stranger'));
  await check('handshake/unverified', () => getsNoLink(stage, 'unverified'));
  await check('handshake/other-key', async () => {
    const { target, watch } = stage;
    const links = openByteLinks();
    const transport = await openWay(
      target.way,
      lead.badge.keys.node,
      stage.visitor('stranger').badge.keys,
      links,
    );
    transport.admit(new Map([[target.node, target]]));
    try {
      const link = await transport.dial(target);
      const line = links.lineOf(link);
      let heard = 0;
      let ended = false;
      line.hear({
        arrived: () => {
          heard += 1;
          watch.ring();
        },
        ended: () => {
          ended = true;
          watch.ring();
        },
      });
      await watch.until('the end of the link', () => ended || heard > 0 || undefined);
      demand(heard === 0, 'the target spoke to a key that is on no verified card');
    } catch (cause) {
      if (!(cause instanceof Breakage)) throw cause;
    } finally {
      await transport.close();
    }
  });

  await check('handshake/hello', async () => {
    lead.leave();
    const conversation = await lead.connect();
    const hello = await stage.watch.until('Hello of the target', () => helloOf(conversation));
    const { target } = stage;
    conversation.leave();
    demand(hello.versions.includes(1), 'version 1 is not among its versions');
    demand(hello.node === target.node, 'it names another node than its card');
    demand(hello.mode === target.card.mode, 'its mode is not that of its card');
    demand(hello.incarnation > 0, 'its life is not named');
    demand(Math.abs(hello.clock - Date.now()) < CLOCK_MS, 'its clock shows no time of these years');
    const pair = [lead.out, lead.in].map(feedKey);
    demand(
      hello.feeds.every(({ feed }) => pair.includes(feedKey(feed))),
      'it names feeds of other peers',
    );
    for (const { feed, size, checkpoint } of hello.feeds) {
      if (size === 0) continue;
      const read = checkpoint && lead.sealer.readCheckpoint(feed, checkpoint);
      demand(
        read?.ok === true && read.value.size === size,
        'a size in Hello has no checkpoint of its author',
      );
    }
  });

  await check('handshake/same-life', async () => {
    const first = await visitAnew(lead);
    const second = await visitAnew(lead);
    demand(first.incarnation === second.incarnation, 'another life within one run of the target');
    for (const feed of [lead.out, lead.in])
      demand(sizeIn(first, feed) <= sizeIn(second, feed), 'a feed has become shorter');
  });

  await check('handshake/answer', async () => {
    lead.leave();
    const conversation = await lead.visit();
    const answer = await stage.watch.until('an Answer', () =>
      conversation.frames.find((frame): frame is FrameOf<'answer'> => frame.kind === 'answer'),
    );
    demand(answer.incarnation === stage.incarnation, 'it answers another Hello');
  });

  const differing: readonly (readonly [Parameters<typeof check>[0], Partial<FrameOf<'hello'>>, FaultCode])[] =
    [
      ['handshake/no-common-version', { versions: [65_535] }, 'VERSION_UNSUPPORTED'],
      [
        'handshake/other-mode',
        { mode: lead.badge.card.mode === 'drill' ? 'production' : 'drill' },
        'PEER_MODE',
      ],
      ['handshake/other-node', { node: stage.visitor('second').badge.keys.node }, 'PEER_IDENTITY'],
      ['handshake/older-life', { incarnation: 1 }, 'PEER_FENCED'],
      [
        'handshake/claim-without-proof',
        {
          feeds: [
            { feed: lead.out, size: 0, checkpoint: undefined },
            { feed: lead.in, size: 1_000_000, checkpoint: undefined },
          ],
        },
        'CHECKPOINT_MALFORMED',
      ],
    ];
  for (const [id, differs, code] of differing)
    await check(id, async () => {
      const conversation = await lead.connect();
      conversation.say(lead.hello(differs));
      await endsWith(stage, conversation, [code]);
    });

  await check('handshake/words-before-hello', async () => {
    const conversation = await lead.connect();
    conversation.say({ kind: 'fetch', feed: lead.in, from: 0 });
    await endsWith(stage, conversation, ['FRAME_ORDER']);
  });

  await check('handshake/second-hello', async () => {
    lead.leave();
    const conversation = await lead.visit();
    conversation.say(lead.hello());
    await endsWith(stage, conversation, ['FRAME_ORDER']);
  });
};

async function visitAnew(visitor: Visitor): Promise<FrameOf<'hello'>> {
  visitor.leave();
  await visitor.visit();
  return visitor.theirHello();
}

/** No link, or one that ends before the target has said a word. */
async function getsNoLink(stage: Stage, name: VisitorName): Promise<void> {
  let conversation: Conversation;
  try {
    conversation = await stage.visitor(name).connect();
  } catch (cause) {
    if (cause instanceof Breakage) return;
    throw cause;
  }
  const first = (): Frame | 'nothing' | undefined =>
    conversation.frames[0] ?? (conversation.over() === undefined ? undefined : 'nothing');
  const heard = await stage.watch.until('the end of the link', first);
  conversation.leave();
  if (heard !== 'nothing') throw new Failed(`the target said ${heard.kind}`);
}
