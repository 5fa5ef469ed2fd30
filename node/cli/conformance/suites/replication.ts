/** Feeds and receipts: what is taken, what is refused, what comes again, and in which bytes. */
import { sameBytes, utf8 } from '../../../core/bytes.js';
import type { FaultCode } from '../../../core/fault.js';
import { feedKey } from '../../../core/ids.js';
import { LIMITS } from '../../../core/limits.js';
import { readCheckpointBody, writeCheckpointBody } from '../../../core/log/checkpoint.js';
import { grow, leafHash, rootOf } from '../../../core/log/tree.js';
import { readNote, signNote } from '../../../envelope/note.js';
import type { Entry, Frame, Place } from '../../../ports.js';
import type { Stage, Suite } from '../check.js';
import type { CheckId } from '../checks.js';
import { about, hastySummary } from '../craft.js';
import { caughtUp, endsWith, openScrapCase } from '../expect.js';
import { type Conversation, Ended, type FrameOf, helloOf, sizeIn, type Visitor } from '../visitor.js';
import { demand } from '../watch.js';

type Entries = FrameOf<'entries'>;

export const replication: Suite = async (stage, check) => {
  const { watch } = stage;
  const [lead, second] = [stage.visitor('lead'), stage.visitor('second')];
  await lead.visit();
  await second.visit();

  const replicates = await check('replication/receipt', async () => {
    for (let count = 0; count < 3; count += 1) {
      const { size } = lead.said.tip;
      await openScrapCase(stage, lead);
      demand(lead.receipts.at(-1) === size + 1, 'the last receipt is not for all that was said');
    }
  });
  if (!replicates) return;

  await check('replication/many-in-one', async () => {
    lead.append(...(await some(stage, lead, 5)));
    await lead.acknowledged();
    await caughtUp(stage, lead);
  });

  await check('replication/repeated', async () => {
    const conversation = await lead.visit();
    const before = lead.receipts.length;
    conversation.say(frameOf(lead, lead.said.tip.size - 2));
    await watch.until('a receipt for what is held', () => lead.receipts.length > before || undefined);
    demand(lead.receipts.at(-1) === lead.said.tip.size, 'the receipt is for another size than is held');
    await showsSizes(stage, lead);
  });

  await check('replication/overlap', async () => {
    const [fresh] = await some(stage, lead, 1);
    lead.leave();
    if (fresh !== undefined) lead.append(fresh);
    const { size } = lead.said.tip;
    const conversation = await lead.connect();
    conversation.say(lead.hello());
    await watch.until('Hello', () => helloOf(conversation));
    conversation.say(frameOf(lead, size - 3));
    const note = await watch.until('a receipt', () => {
      const found = conversation.frames.find(
        (frame): frame is FrameOf<'receipt'> => frame.kind === 'receipt',
      );
      return found?.note;
    });
    const receipt = lead.sealer.readReceipt(lead.out, note);
    demand(receipt.ok && receipt.value.size === size, 'the receipt does not cover the new entry');
    conversation.leave();
    await showsSizes(stage, lead);
  });

  await check('replication/gap', async () => {
    const conversation = await lead.visit();
    const { size } = lead.said.tip;
    const later = await some(stage, lead, 3);
    const tip = grow(
      lead.said.tip,
      later.map(({ leaf }) => leafHash(leaf)),
      stage.incarnation,
    );
    const heard = conversation.frames.length;
    const before = lead.receipts.length;
    conversation.say({
      kind: 'entries',
      feed: lead.out,
      from: size + 1,
      entries: later.slice(1),
      checkpoint: lead.sealer.checkpoint(lead.out, tip.size, rootOf(tip)),
    });
    const asked = await watch.until('a Fetch', () => {
      const ending = conversation.over();
      if (ending !== undefined) throw new Ended(ending);
      if (lead.receipts.length > before) return 'a receipt';
      return conversation.frames
        .slice(heard)
        .find((frame): frame is FrameOf<'fetch'> => frame.kind === 'fetch');
    });
    demand(asked !== 'a receipt', 'it gave a receipt for entries behind a gap');
    if (asked !== 'a receipt') {
      demand(feedKey(asked.feed) === feedKey(lead.out), 'it asks for another feed');
      demand(asked.from === size, `it asks from ${asked.from} on, and holds ${size}`);
    }
    // Signed and never said otherwise: the same entries come in order now.
    lead.append(...later);
    await lead.acknowledged();
  });

  await check('replication/gives-back', async () => {
    const conversation = await lead.visit();
    const heard = conversation.frames.length;
    conversation.say({ kind: 'fetch', feed: lead.out, from: 0 });
    const back = await watch.until('our own words', () =>
      conversation.frames
        .slice(heard)
        .find(
          (frame): frame is Entries => frame.kind === 'entries' && feedKey(frame.feed) === feedKey(lead.out),
        ),
    );
    demand(back.from === 0, `they begin at ${back.from}`);
    demand(
      areSame(back.entries, lead.said.entries.slice(0, back.entries.length)),
      'they came back in other bytes',
    );
  });

  await check('replication/streams-again', async () => {
    const conversation = await lead.visit();
    const heard = conversation.frames.length;
    conversation.say({ kind: 'fetch', feed: lead.in, from: 0 });
    const again = await watch.until('its words once more, from the first on', () =>
      conversation.frames
        .slice(heard)
        .find((frame): frame is Entries => isOf(frame, lead) && frame.from === 0),
    );
    await watch.until('all of them heard', () => lead.heard.length >= again.entries.length || undefined);
    demand(areSame(again.entries, held(lead, 0, again.entries.length)), 'they came again in other bytes');
  });

  await check('replication/resume', async () => {
    await lead.visit();
    lead.receipting(false);
    try {
      const from = lead.heard.length;
      await openScrapCase(stage, lead);
      demand(lead.heard.length > from, 'nothing was said');
      lead.leave();
      const conversation = await lead.visit();
      const again = await watch.until('what was not acknowledged', () => {
        const frame = entriesFrom(conversation, lead, 0);
        return frame !== undefined && frame.from <= from ? frame : undefined;
      });
      const skip = from - again.from;
      const [first] = again.entries.slice(skip);
      const [known] = held(lead, from, 1);
      demand(
        first !== undefined && known !== undefined && areSame([first], [known]),
        'it came again in other bytes',
      );
    } finally {
      lead.receipting(true);
      lead.receiptNow();
    }
  });

  await check('replication/window', async () => {
    const conversation = await lead.visit();
    await caughtUp(stage, lead);
    const heard = conversation.frames.length;
    const most = LIMITS.windowFrames.most;
    const before = lead.heard.length;
    lead.receipting(false);
    try {
      for (let count = 0; count < most + 4; count += 1) {
        await lead.say(about(stage.newCase(), hastySummary(lead.badge.keys.node, stage.now())));
        await lead.acknowledged();
        // In turn behind it: when this is answered, the answer to that was said.
        if (count % 4 === 3) await caughtUp(stage, second);
      }
      const underWay = () =>
        conversation.frames
          .slice(heard)
          .filter((frame) => frame.kind === 'entries' && feedKey(frame.feed) === feedKey(lead.in)).length;
      demand(underWay() <= most, `${underWay()} frames were under way without a receipt`);
      lead.receipting(true);
      lead.receiptNow();
      await watch.until(
        'the rest, once there was a receipt',
        () => lead.heard.length >= before + most + 4 || undefined,
      );
    } finally {
      lead.receipting(true);
      lead.receiptNow();
    }
  });

  await check('replication/forged-receipt', async () => {
    lead.leave();
    const conversation = await lead.visit();
    const note = await watch.until('a checkpoint of the target', () => {
      const { checkpoint } =
        lead.theirHello().feeds.find(({ feed }) => feedKey(feed) === feedKey(lead.in)) ?? {};
      return checkpoint;
    });
    const read = lead.sealer.readCheckpoint(lead.in, note);
    demand(read.ok, 'its checkpoint does not hold');
    if (!read.ok) return;
    // The cosignature is by another node than the recipient.
    conversation.say({ kind: 'receipt', feed: lead.in, note: second.sealer.cosign(read.value, stage.now()) });
    await endsWith(stage, conversation, ['RECEIPT_SIGNATURE', 'RECEIPT_MALFORMED', 'CHECKPOINT_SIGNATURE']);
  });

  // Only the entries are wrong: the checkpoint is for what comes in order afterwards, so that nobody sees two histories.
  type Change = (entry: Entry, frame: Entries) => Entries;
  const respelled =
    (differs: (leaf: string) => string): Change =>
    ({ leaf, envelope }, frame) => ({
      ...frame,
      entries: [{ leaf: utf8(differs(new TextDecoder().decode(leaf))), envelope }],
    });
  const refused: readonly (readonly [id: CheckId, codes: readonly FaultCode[], change: Change])[] = [
    ['replication/leaf-spelling', ['LEAF_MALFORMED'], respelled((leaf) => leaf.replace(':', ': '))],
    [
      'replication/leaf-sequence',
      ['LEAF_SEQUENCE'],
      respelled((leaf) => leaf.replace(/"seq":(\d+)/, '"seq":1$1')),
    ],
    [
      'replication/leaf-life',
      ['LEAF_INCARNATION'],
      respelled((leaf) => leaf.replace(/"inc":\d+/, '"inc":1')),
    ],
    [
      'replication/other-envelope',
      ['ENVELOPE_HASH'],
      ({ leaf, envelope }, frame) => ({ ...frame, entries: [{ leaf, envelope: flipped(envelope) }] }),
    ],
    [
      'replication/checkpoint-signer',
      ['CHECKPOINT_SIGNATURE', 'CHECKPOINT_MALFORMED', 'CHECKPOINT_ORIGIN'],
      (_entry, frame) => ({ ...frame, checkpoint: resigned(frame.checkpoint, second, (origin) => origin) }),
    ],
    [
      'replication/checkpoint-origin',
      ['CHECKPOINT_ORIGIN'],
      (_entry, frame) => ({
        ...frame,
        checkpoint: resigned(frame.checkpoint, lead, (origin) => `${origin.slice(0, -32)}${'0f'.repeat(16)}`),
      }),
    ],
    [
      'replication/checkpoint-size',
      ['CHECKPOINT_ROOT'],
      (_entry, frame) => ({
        ...frame,
        checkpoint: lead.sealer.checkpoint(lead.out, lead.said.tip.size, rootOf(lead.said.tip)),
      }),
    ],
    ['replication/other-feed', ['FEED_UNKNOWN'], (_entry, frame) => ({ ...frame, feed: second.out })],
    [
      'replication/own-feed-unasked',
      ['FEED_UNKNOWN'],
      (_entry, frame) => ({ ...frame, feed: lead.in, from: 0 }),
    ],
  ];
  for (const [id, codes, change] of refused)
    await check(id, async () => {
      const [fresh] = await some(stage, lead, 1);
      if (fresh === undefined) throw new Error('one entry was made');
      const { size } = lead.said.tip;
      const tip = grow(lead.said.tip, [leafHash(fresh.leaf)], stage.incarnation);
      const frame: Entries = {
        kind: 'entries',
        feed: lead.out,
        from: size,
        entries: [fresh],
        checkpoint: lead.sealer.checkpoint(lead.out, tip.size, rootOf(tip)),
      };
      const conversation = await lead.visit();
      conversation.say(change(fresh, frame));
      await endsWith(stage, conversation, codes);
      await showsSizes(stage, lead);
      lead.append(fresh);
      await lead.acknowledged();
    });

  await check('replication/goes-on', async () => {
    lead.leave();
    await caughtUp(stage, await visiting(lead));
  });

  await check('replication/fork-leaf', () =>
    isForked(stage, async (forked, conversation) => {
      const at = forked.said.tip.size;
      forked.append(...(await some(stage, forked, 2)));
      await forked.acknowledged();
      const other = await some(stage, forked, 2, at);
      const before = { size: at, range: [], incarnation: stage.incarnation };
      const leaves = [...forked.said.entries.slice(0, at), ...other].map(({ leaf }) => leafHash(leaf));
      const tip = grow({ ...before, size: 0 }, leaves, stage.incarnation);
      const checkpoint = forked.sealer.checkpoint(forked.out, tip.size, rootOf(tip));
      conversation.say({ kind: 'entries', feed: forked.out, from: at, entries: other, checkpoint });
    }),
  );
  await check('replication/fork-root', () =>
    isForked(stage, async (forked, conversation) => {
      const fresh = await some(stage, forked, 1);
      const size = forked.said.tip.size + 1;
      const checkpoint = forked.sealer.checkpoint(forked.out, size, leafHash(utf8('another history')));
      conversation.say({ kind: 'entries', feed: forked.out, from: size - 1, entries: fresh, checkpoint });
    }),
  );
};

/** Two histories of one feed end the conversation by name, now or as soon as it has begun. */
async function isForked(
  stage: Stage,
  fork: (forked: Visitor, conversation: Conversation) => Promise<void>,
): Promise<void> {
  const forked = stage.visitor('forked');
  forked.leave();
  try {
    const conversation = await forked.visit();
    await fork(forked, conversation);
    await endsWith(stage, conversation, ['FEED_FORK']);
  } catch (cause) {
    // A target that has the evidence of an earlier run takes nothing more from this node.
    if (!(cause instanceof Ended) || cause.ending.fault?.code !== 'FEED_FORK') throw cause;
  }
}

async function visiting(visitor: Visitor): Promise<Visitor> {
  await visitor.visit();
  return visitor;
}

/** Good entries that nobody has seen: words about cases of which the target never hears. */
async function some(
  stage: Stage,
  visitor: Visitor,
  count: number,
  from = visitor.said.tip.size,
): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  for (let index = 0; index < count; index += 1) {
    const place: Place = visitor.place({ sequence: from + index });
    const words = about(stage.newCase(), hastySummary(visitor.badge.keys.node, stage.now()));
    const sealed = await visitor.sealer.seal(words, place);
    entries.push(sealed.entry);
  }
  return entries;
}

/** The newest stretch of what was said, as it would be streamed again. */
function frameOf(visitor: Visitor, from: number): Entries {
  const { entries, tip } = visitor.said;
  const checkpoint = visitor.sealer.checkpoint(visitor.out, tip.size, rootOf(tip));
  return { kind: 'entries', feed: visitor.out, from, entries: entries.slice(from), checkpoint };
}

/** The next Hello of the target shows that it holds exactly what was said. */
async function showsSizes(stage: Stage, visitor: Visitor): Promise<void> {
  visitor.leave();
  await visitor.visit();
  await stage.watch.until('Hello', () => visitor.theirHello());
  const shown = sizeIn(visitor.theirHello(), visitor.out);
  const { size } = visitor.said.tip;
  demand(shown === size, `it holds ${shown} entries of the ${size} that were said`);
}

function entriesFrom(conversation: Conversation, visitor: Visitor, heard: number): Entries | undefined {
  return conversation.frames.slice(heard).find((frame): frame is Entries => isOf(frame, visitor));
}

function isOf(frame: Frame, visitor: Visitor): frame is Entries {
  return frame.kind === 'entries' && feedKey(frame.feed) === feedKey(visitor.in);
}

function held(visitor: Visitor, from: number, count: number): readonly Entry[] {
  return visitor.heard.slice(from, from + count).map(({ entry }) => entry);
}

function areSame(left: readonly Entry[], right: readonly Entry[]): boolean {
  return (
    left.length === right.length &&
    left.every(({ leaf, envelope }, at) => {
      const other = right[at];
      return other !== undefined && sameBytes(leaf, other.leaf) && sameBytes(envelope, other.envelope);
    })
  );
}

function flipped(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte, at) => (at === bytes.length - 1 ? byte ^ 1 : byte));
}

/** The same size and root under another origin or by another log key. */
function resigned(note: Uint8Array, by: Visitor, origin: (own: string) => string): Uint8Array {
  const body = readCheckpointBody(readNote(note)?.text ?? '');
  if (!body.ok) throw new Error('a checkpoint that was just signed');
  return signNote(
    writeCheckpointBody({ ...body.value, origin: origin(body.value.origin) }),
    by.badge.keys.log,
  );
}
