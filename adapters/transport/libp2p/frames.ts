/**
 * Frames on a stream of bytes: each one behind its length as an unsigned varint, as libp2p protocols do it. The
 * library's own reader drops empty messages; here an empty one reaches the reader of frames, who refuses it.
 */
import * as varint from 'uint8-varint';
import { Uint8ArrayList } from 'uint8arraylist';
import type { Fault } from '../../../node/core/fault.js';
import { LIMITS } from '../../../node/core/limits.js';

/** A little over the bound of a frame, so that a frame just over it is refused by its own name. */
const LENGTH_MOST = LIMITS.frameBytes.most + (1 << 20);
/** As many bytes as a length in bounds can take. */
const PREFIX_MOST = varint.encodingLength(LENGTH_MOST);

/** A frame as it stands on the stream. */
export function prefixed(bytes: Uint8Array): Uint8ArrayList {
  return new Uint8ArrayList(varint.encode(bytes.byteLength), bytes);
}

/** Cuts what arrives into frames. */
export interface Cutter {
  /**
   * Takes a chunk and hands on the frames that it completes, in order.
   * @returns why the stream cannot be read any further, if so; nothing is handed on after that.
   */
  take(chunk: Uint8Array | Uint8ArrayList): Fault | undefined;
  /** Bytes of a frame that has not come to its end. */
  pending(): number;
}

export function openCutter(frame: (bytes: Uint8Array) => void): Cutter {
  const held = new Uint8ArrayList();
  return {
    take: (chunk) => {
      held.append(chunk);
      for (;;) {
        const length = lengthIn(held);
        if (length === undefined) return undefined;
        if (length > LENGTH_MOST)
          return { code: 'FRAME_OVERSIZE', offered: length, most: LIMITS.frameBytes.most };
        const start = varint.encodingLength(length);
        if (held.byteLength < start + length) return undefined;
        // A copy of its own: the frame is kept, and a view would keep the chunk of the network alive with it.
        const bytes = held.slice(start, start + length);
        held.consume(start + length);
        frame(bytes);
      }
    },
    pending: () => held.byteLength,
  };
}

/** @returns `undefined` while the length has not come in full; infinity for one that never ends. */
function lengthIn(held: Uint8ArrayList): number | undefined {
  const most = Math.min(held.byteLength, PREFIX_MOST);
  for (let at = 0; at < most; at += 1) if ((held.get(at) & 0x80) === 0) return varint.decode(held);
  return most === PREFIX_MOST ? Number.MAX_SAFE_INTEGER : undefined;
}
