/** Bytes that are no frame, frames over their bounds, peers that ask too much: named, ended, and nobody else suffers. */
import { randomBytes } from 'node:crypto';
import { Breakage, type FaultCode } from '../../../core/fault.js';
import { LIMITS } from '../../../core/limits.js';
import { SECOND } from '../../../core/time.js';
import { writeFrame } from '../../../wire/frames.js';
import type { Stage, Suite } from '../check.js';
import type { CheckId } from '../checks.js';
import { caughtUp, endsWith } from '../expect.js';
import { type Conversation, Ended, sizeIn, type Visitor } from '../visitor.js';
import { demand } from '../watch.js';

/** Unknown field 1,000 of a frame, of so many bytes. */
function unknownField(length: number): Uint8Array {
  return new Uint8Array([...varint(1_000 * 8 + 2), ...varint(length), ...new Uint8Array(length)]);
}

export const hostile: Suite = async (stage, check) => {
  const { watch } = stage;
  const [lead, second] = [stage.visitor('lead'), stage.visitor('second')];
  const other = await second.visit();
  await caughtUp(stage, second);
  await lead.visit();
  await caughtUp(stage, lead);

  const hello = () => writeFrame(lead.hello());
  const fetch = writeFrame({ kind: 'fetch', feed: lead.in, from: 0 });
  const bad: readonly (readonly [id: CheckId, codes: readonly FaultCode[], bytes: () => Uint8Array])[] = [
    [
      'hostile/garbage',
      ['FRAME_MALFORMED', 'FRAME_UNKNOWN'],
      () => new Uint8Array([0xff, ...randomBytes(200)]),
    ],
    ['hostile/empty-frame', ['FRAME_MALFORMED'], () => new Uint8Array()],
    ['hostile/unknown-frame', ['FRAME_UNKNOWN'], () => unknownField(3)],
    [
      'hostile/two-kinds',
      ['FRAME_MALFORMED'],
      () => new Uint8Array([...fetch, ...writeFrame({ kind: 'bye' })]),
    ],
    ['hostile/oversize-frame', ['FRAME_OVERSIZE'], () => embedded(2, LIMITS.frameBytes.most + 1)],
    [
      'hostile/oversize-small-frame',
      ['FRAME_OVERSIZE'],
      () => new Uint8Array([...fetch, ...unknownField(LIMITS.smallFrameBytes.most)]),
    ],
    ['hostile/too-many-entries', ['FRAME_OVERSIZE'], () => manyEntries(LIMITS.frameEntries.most + 1)],
    ['hostile/cut-frame', ['FRAME_MALFORMED'], () => hello().subarray(0, 40)],
  ];
  for (const [id, codes, bytes] of bad)
    await check(id, async () => {
      const conversation = await lead.visit();
      conversation.sayBytes(bytes());
      await endsWith(stage, conversation, codes);
      demand(second.said.tip.size === second.receipts.at(-1), 'another peer waits for a receipt');
      demand(other.over() === undefined, 'the conversation with another peer has ended');
    });

  await check('hostile/before-hello', async () => {
    lead.leave();
    const conversation = await lead.connect();
    conversation.sayBytes(new Uint8Array(randomBytes(64)));
    await watch.until('the end of the conversation', () => conversation.over());
  });

  await check('hostile/unknown-field', async () => {
    const conversation = await lead.visit();
    conversation.sayBytes(new Uint8Array([...fetch, ...unknownField(5)]));
    await goesOn(stage, lead, conversation);
  });

  await check('hostile/unknown-fault', async () => {
    const conversation = await lead.visit();
    // As `writeFrame` has it for a code that no version knows yet: flat, with its place.
    const fault = writeFrame({
      kind: 'fault',
      fault: { code: 'LIMIT_EXCEEDED', where: 'fetch' },
      fatal: false,
    });
    conversation.sayBytes(replaced(fault, 'LIMIT_EXCEEDED', 'LIMIT_OF_TIMES'));
    await goesOn(stage, lead, conversation);
  });

  await check('hostile/fault-not-answered', async () => {
    const conversation = await lead.visit();
    const heard = conversation.frames.length;
    conversation.say({ kind: 'fault', fault: { code: 'FRAME_UNKNOWN', where: 'field 99' }, fatal: true });
    await watch.until('the end of the conversation', () => conversation.over());
    const answered = conversation.frames.slice(heard).some(({ kind }) => kind === 'fault');
    demand(!answered, 'a fault was answered with a fault');
  });

  await check('hostile/bye', async () => {
    const conversation = await lead.visit();
    conversation.say({ kind: 'bye' });
    const ending = await watch.until('the end of the conversation', () => conversation.over());
    demand(ending.fault === undefined, 'a farewell was answered with a fault');
  });

  await check('hostile/nothing-changed', async () => {
    lead.leave();
    await lead.visit();
    const shown = sizeIn(lead.theirHello(), lead.out);
    demand(shown === lead.said.tip.size, `it holds ${shown} entries of ${lead.said.tip.size}`);
    await caughtUp(stage, lead);
  });

  await check('hostile/many-links', async () => {
    lead.leave();
    const links: Conversation[] = [];
    try {
      for (let count = 0; count <= LIMITS.linksPerPeer.most; count += 1) {
        const conversation = await lead.connect().catch((cause: unknown) => {
          if (cause instanceof Breakage) return undefined;
          throw cause;
        });
        demand(conversation !== undefined, 'the newest connection was refused');
        if (conversation !== undefined) links.push(conversation);
      }
      await watch.until('the end of the oldest link', () => links[0]?.over());
    } finally {
      for (const link of links) link.leave();
    }
  });

  await check('hostile/silence', async () => {
    lead.leave();
    const conversation = await lead.connect();
    const began = performance.now();
    await watch.until('the end of a link on which nothing is said', () => conversation.over(), SILENCE_MS);
    demand(performance.now() - began > SECOND, 'a peer was given no time to say Hello');
  });

  await check('hostile/demands', async () => {
    // Demands are counted by the minute, and no other check of the next run has any of the vendor's.
    const vendor = stage.visitor('vendor');
    const conversation = await vendor.visit();
    const most = LIMITS.fetches.most;
    const refusals = () =>
      conversation.frames.filter(
        (frame) => frame.kind === 'fault' && !frame.fatal && frame.fault.code === 'LIMIT_EXCEEDED',
      ).length;
    const demandOnce = () => conversation.say({ kind: 'fetch', feed: vendor.in, from: vendor.heard.length });
    for (let count = 0; count <= most; count += 1) demandOnce();
    await watch.until(`a refusal within ${most + 1} demands`, () => {
      if (refusals() > 0) return true;
      const ending = conversation.over();
      if (ending !== undefined) throw new Ended(ending);
      return undefined;
    });
    for (let count = 0; count <= most; count += 1) demandOnce();
    await endsWith(stage, conversation, ['LIMIT_EXCEEDED']);
  });

  await check('hostile/others-served', async () => {
    demand(other.over() === undefined, 'the conversation with another peer has ended');
    await caughtUp(stage, second);
  });
};

/** A peer may take 10 s to say Hello; its network some more. */
const SILENCE_MS = LIMITS.helloWaitMs.most + 5 * SECOND;

/** The conversation is still on, and what is said in it is receipted. */
async function goesOn(stage: Stage, visitor: Visitor, conversation: Conversation): Promise<void> {
  await caughtUp(stage, visitor);
  const ending = conversation.over();
  if (ending !== undefined) throw new Ended(ending);
}

/** A length-delimited field with so many zero bytes in it. */
function embedded(field: number, length: number): Uint8Array {
  const head = [...varint(field * 8 + 2), ...varint(length)];
  const bytes = new Uint8Array(head.length + length);
  bytes.set(head);
  return bytes;
}

/** `Entries` with so many entries of no byte each. */
function manyEntries(count: number): Uint8Array {
  const entries = new Uint8Array(2 * count);
  for (let at = 0; at < count; at += 1) entries[2 * at] = 0x1a;
  return new Uint8Array([...varint(2 * 8 + 2), ...varint(entries.length), ...entries]);
}

function varint(value: number): readonly number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];
}

/** Another text of the same length in the bytes of a frame. */
function replaced(bytes: Uint8Array, from: string, to: string): Uint8Array {
  const text = Buffer.from(bytes).toString('latin1').replace(from, to);
  return new Uint8Array(Buffer.from(text, 'latin1'));
}
