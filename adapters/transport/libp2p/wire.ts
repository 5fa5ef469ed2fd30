/** What both sides of a libp2p conversation share: the protocol, how a stream is read, and the wire of a link. */
import type { Connection, Stream } from '@libp2p/interface';
import type { Fault } from '../../../node/core/fault.js';
import type { Wire } from '../link.js';
import { openCutter, prefixed } from './frames.js';

/**
 * On its stream the dialling side first names its node, 40 hex digits; the other side answers with nothing, which
 * is consent, or with the code of a fault. Then both send frames. All of them stand behind their length.
 */
export const PROTOCOL = '/isochron/1.0.0';

/** What is told to the reader of a stream. Each may come again. */
export interface Reader {
  arrived(bytes: Uint8Array): void;
  /** Nothing can be sent any more. */
  broken(): void;
  /** Nothing more arrives; with the fault that made reading impossible. */
  drained(fault?: Fault): void;
}

/**
 * Reads a stream to its end, from now on.
 * @param reader asked anew for each piece of news, so that the words before a link and the link share one stream.
 */
export function read(stream: Stream, reader: () => Reader): void {
  const cutter = openCutter((bytes) => reader().arrived(bytes));
  const over = () => reader().drained();
  stream.addEventListener('message', ({ data }) => {
    const fault = cutter.take(data);
    if (fault) reader().drained(fault);
  });
  stream.addEventListener('end', over);
  stream.addEventListener('close', () => {
    reader().broken();
    // What has arrived and waits behind a pause may still be read: its end is told by `end`.
    if (stream.readableEnded || stream.readBufferLength === 0) over();
  });
}

/** The moving parts of a link on a stream; `finish` is what the side does beyond ending its direction. */
export function wireOf(stream: Stream, finish: () => void): Wire {
  const waiting: { readonly mark: number; readonly taken: () => void }[] = [];
  let written = 0;

  function settle(): void {
    const gone = written - stream.writeBufferLength;
    while (waiting[0] && waiting[0].mark <= gone) waiting.shift()?.taken();
  }
  stream.addEventListener('drain', settle);
  stream.addEventListener('idle', settle);

  return {
    write: (bytes, taken) => {
      const frame = prefixed(bytes);
      const { byteLength } = frame;
      // A stream that was reset a moment ago throws here; its end is told by its own events.
      if (stream.writeStatus !== 'writable') return;
      stream.send(frame);
      written += byteLength;
      waiting.push({ mark: written, taken });
      queueMicrotask(settle);
    },
    pause: () => {
      if (stream.readStatus === 'readable') stream.pause();
    },
    resume: () => {
      if (stream.readStatus !== 'paused') return;
      try {
        stream.resume();
      } catch {
        // It has handed on what it held, and failed to ask for more: the connection is gone, and says so itself.
      }
    },
    finish: () => {
      stream.close().catch(() => undefined);
      finish();
    },
  };
}

/** Ends a connection at once. The muxer would say goodbye even where the other side has just gone, and then it throws. */
export function drop(connection: Pick<Connection, 'abort'>, why: string): void {
  try {
    connection.abort(new Error(why));
  } catch {
    // It is gone already; a socket that should still be there is closed by its own time-out.
  }
}
