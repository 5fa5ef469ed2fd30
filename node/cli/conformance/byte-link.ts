/**
 * A conversation in bytes. A link writes and reads frames and closes at the first malformed one; who puts a stranger to
 * the test must be able to say what is no frame, and keep what it hears byte for byte.
 */
import type { OpenLink } from '../../../adapters/transport/link.js';
import { Breakage, type Fault } from '../../core/fault.js';
import type { Link } from '../../ports.js';

/** Who is told what arrives. */
export interface Hearing {
  /** One frame, in order. */
  arrived(bytes: Uint8Array): void;
  /** Nothing more arrives; told once. */
  ended(fault: Fault | undefined): void;
}

/** The bytes of one link. */
export interface ByteLine {
  say(bytes: Uint8Array): void;
  /** Hands over what has arrived and what will. Called once. */
  hear(hearing: Hearing): void;
  /** Ends in good order. */
  end(): void;
}

/** Links of a transport that was opened with {@link open}, in bytes. */
export interface ByteLinks {
  readonly open: OpenLink;
  /** @param link one that the transport has given. */
  lineOf(link: Link): ByteLine;
}

export function openByteLinks(): ByteLinks {
  const lines = new WeakMap<Link, ByteLine>();
  return {
    lineOf(link) {
      const line = lines.get(link);
      if (line === undefined) throw new Error('the transport was opened with these links');
      return line;
    },
    open(peer, wire) {
      const early: Uint8Array[] = [];
      let hearing: Hearing | undefined;
      let last: { readonly fault: Fault | undefined } | undefined;
      let open = true;
      const end = () => {
        if (open) wire.finish();
        open = false;
      };
      const over = (fault: Fault | undefined) => {
        if (last !== undefined) return;
        last = { fault };
        end();
        hearing?.ended(fault);
      };
      const link: Link = {
        peer,
        send: () => Promise.reject(new Breakage({ code: 'LINK_CLOSED', where: peer })),
        frames: { [Symbol.asyncIterator]: () => ({ next: async () => ({ done: true, value: undefined }) }) },
        close: end,
      };
      lines.set(link, {
        say(bytes) {
          if (open) wire.write(bytes, () => undefined);
        },
        hear(given) {
          hearing = given;
          for (const bytes of early.splice(0)) given.arrived(bytes);
          if (last !== undefined) given.ended(last.fault);
        },
        end,
      });
      return {
        link,
        arrived: (bytes) => {
          if (hearing === undefined) early.push(bytes);
          else hearing.arrived(bytes);
        },
        broken: () => {
          open = false;
        },
        drained: over,
      };
    },
  };
}
