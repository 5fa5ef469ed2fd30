/**
 * One end of a conversation, the same for every transport: frames become bytes, the sender waits where the wire
 * is slow, the wire waits where the reader is slow, and whatever ends the connection ends the link once.
 *
 * A transport hands in a {@link Wire}, which moves bytes and decides nothing, and reports to the {@link LinkEnd}
 * that it gets back.
 */
import { Breakage, type Fault } from '../../node/core/fault.js';
import type { NodeId } from '../../node/core/ids.js';
import { LIMITS } from '../../node/core/limits.js';
import type { Frame, Link } from '../../node/ports.js';
import { readFrame, writeFrame } from '../../node/wire/frames.js';

/** What a transport does for a link. */
export interface Wire {
  /** Sends one frame behind all earlier ones; calls `taken` once it holds the bytes no longer. */
  write(bytes: Uint8Array, taken: () => void): void;
  /** Asks the peer's side of the wire to wait; a few frames under way may still arrive. */
  pause(): void;
  resume(): void;
  /** Ends this direction in good order, behind what was written. Called once. */
  finish(): void;
}

/** What a transport tells a link. Each may come again; only the first time counts. */
export interface LinkEnd {
  readonly link: Link;
  /** One frame, in order. */
  arrived(bytes: Uint8Array): void;
  /** Nothing can be sent any more. */
  broken(): void;
  /** Nothing more will arrive. With a fault, reading ends with it. */
  drained(fault?: Fault): void;
}

/**
 * How a connection becomes a link. Transports take {@link openLink} unless they are handed another one: who checks how
 * strangers bear malformed frames has to say bytes that no frame becomes.
 */
export type OpenLink = (peer: NodeId, wire: Wire) => LinkEnd;

/** Both views of one end, open from the beginning. */
export function openLink(peer: NodeId, wire: Wire): LinkEnd {
  const senders = new Set<{ readonly room: () => void; readonly lost: (cause: Breakage) => void }>();
  const inbox: Uint8Array[] = [];
  let reader: (() => void) | undefined;
  let open = true;
  let dry = false;
  let paused = false;
  let finished = false;
  let waitingBytes = 0;
  let lastFault: Fault | undefined;

  function taken(bytes: number): void {
    waitingBytes -= bytes;
    if (waitingBytes > LIMITS.linkBytes.most) return;
    for (const sender of senders) sender.room();
    senders.clear();
  }

  function broken(): void {
    open = false;
    for (const sender of senders) sender.lost(closed(peer));
    senders.clear();
  }

  function drained(fault?: Fault): void {
    if (dry) return;
    dry = true;
    lastFault = fault;
    broken();
    if (!finished) wire.finish();
    finished = true;
    reader?.();
  }

  function close(): void {
    inbox.length = 0;
    // What still arrives is thrown away, or the peer could never get rid of it and say goodbye.
    if (paused) wire.resume();
    paused = false;
    drained();
  }

  function arrived(bytes: Uint8Array): void {
    if (dry) return;
    inbox.push(bytes);
    if (!paused && inbox.length >= LIMITS.linkFrames.most) {
      paused = true;
      wire.pause();
    }
    reader?.();
  }

  async function send(frame: Frame): Promise<void> {
    const bytes = writeFrame(frame);
    if (!open) throw closed(peer);
    waitingBytes += bytes.length;
    wire.write(bytes, () => taken(bytes.length));
    if (waitingBytes <= LIMITS.linkBytes.most || !open) return;
    await new Promise<void>((room, lost) => senders.add({ room, lost }));
  }

  /** The peer hears by name why we leave, then both directions end. */
  function leave(fault: Fault): void {
    if (open) wire.write(writeFrame({ kind: 'fault', fault, fatal: true }), () => undefined);
    close();
  }

  async function next(): Promise<IteratorResult<Frame, undefined>> {
    if (reader) throw new Error('a link has one reader');
    if (inbox.length === 0 && !dry) await new Promise<void>((wake) => (reader = wake));
    reader = undefined;
    const bytes = inbox.shift();
    if (bytes === undefined) {
      const fault = lastFault;
      lastFault = undefined;
      if (fault) throw new Breakage(fault);
      return { done: true, value: undefined };
    }
    if (paused && inbox.length <= LIMITS.linkFrames.most / 2) {
      paused = false;
      wire.resume();
    }
    const frame = readFrame(bytes);
    if (frame.ok) return { done: false, value: frame.value };
    leave(frame.fault);
    throw new Breakage(frame.fault);
  }

  // Leaving a loop early is no farewell: the next loop goes on with the next frame.
  const frames: AsyncIterable<Frame> = { [Symbol.asyncIterator]: () => ({ next }) };
  return { link: { peer, send, frames, close }, arrived, broken, drained };
}

function closed(peer: NodeId): Breakage {
  return new Breakage({ code: 'LINK_CLOSED', where: peer });
}
