import { expect, test } from 'vitest';
import { type LinkEnd, openLink } from '../../../adapters/transport/link.js';
import { Breakage } from '../../../node/core/fault.js';
import { LIMITS } from '../../../node/core/limits.js';
import { writeFrame } from '../../../node/wire/frames.js';
import { nodeAt } from '../../rooms/transport.js';

interface Said {
  readonly end: LinkEnd;
  readonly calls: string[];
  /** Tells the link that the wire has taken what was written so far. */
  take(): void;
}

/** A link on a wire that only notes what it is told. */
function openSaid(): Said {
  const calls: string[] = [];
  const waiting: (() => void)[] = [];
  const end = openLink(nodeAt(2), {
    write: (bytes, taken) => {
      calls.push(`write ${bytes.length}`);
      waiting.push(taken);
    },
    pause: () => calls.push('pause'),
    resume: () => calls.push('resume'),
    finish: () => calls.push('finish'),
  });
  const take = () => {
    for (const taken of waiting.splice(0)) taken();
  };
  return { end, calls, take };
}

const BYE = writeFrame({ kind: 'bye' });

function codeOf(cause: unknown): string {
  return cause instanceof Breakage ? cause.fault.code : String(cause);
}

test('what has arrived is read before the fault that ended the wire, which is told once', async () => {
  const { end, calls } = openSaid();
  end.arrived(BYE);
  end.drained({ code: 'FRAME_OVERSIZE' });
  const reader = end.link.frames[Symbol.asyncIterator]();
  expect(await reader.next()).toEqual({ done: false, value: { kind: 'bye' } });
  expect(await reader.next().catch(codeOf)).toBe('FRAME_OVERSIZE');
  expect(await reader.next()).toEqual({ done: true, value: undefined });
  expect(calls).toEqual(['finish']);
});

test('the wire waits while the inbox is full and goes on when half of it was read', async () => {
  const { end, calls } = openSaid();
  const most = LIMITS.linkFrames.most;
  for (let at = 0; at < most; at += 1) end.arrived(BYE);
  expect(calls).toEqual(['pause']);
  const reader = end.link.frames[Symbol.asyncIterator]();
  for (let at = 1; at < most / 2; at += 1) await reader.next();
  expect(calls).toEqual(['pause']);
  await reader.next();
  expect(calls).toEqual(['pause', 'resume']);
});

test('closing lets a waiting wire go on, so that the farewell of the peer can come', () => {
  const { end, calls } = openSaid();
  for (let at = 0; at < LIMITS.linkFrames.most; at += 1) end.arrived(BYE);
  end.link.close();
  end.link.close();
  end.drained();
  expect(calls).toEqual(['pause', 'resume', 'finish']);
});

test('a send resolves once the wire has taken enough', async () => {
  const { end, take } = openSaid();
  const frame = {
    kind: 'entries',
    feed: { author: nodeAt(1), recipient: nodeAt(2) },
    from: 0,
    entries: [{ leaf: Uint8Array.of(1), envelope: new Uint8Array(LIMITS.envelopeBytes.most) }],
    checkpoint: Uint8Array.of(1),
  } as const;
  let through = false;
  const sending = end.link.send(frame).then(() => {
    through = true;
  });
  await Promise.resolve();
  expect(through).toBe(false);
  take();
  await sending;
  expect(through).toBe(true);
});

test('a second reader is a mistake', async () => {
  const { end } = openSaid();
  const reader = end.link.frames[Symbol.asyncIterator]();
  const first = reader.next();
  await expect(reader.next()).rejects.toThrow('one reader');
  end.drained();
  expect(await first).toEqual({ done: true, value: undefined });
});
