/** A mail server on loopback in a process of its own: it takes every letter. Started by `mail.ts`. */
import type { MailServer } from '../adapters/mail/server.js';
import { smtpPeer } from '../test/support/smtp-peer.js';
import type { Answered } from './child.js';

/** What it answers whatever it is asked. */
export interface SinkAnswer extends Answered {
  readonly server: MailServer;
  /** Letters so far. */
  readonly taken: number;
}

const sink = await smtpPeer();

process.on('message', ({ do: what }: { readonly do: 'count' | 'end' }) => {
  if (what === 'end') void sink.close().then(() => process.disconnect());
  else process.send?.({ server: sink.server, taken: sink.mails.length } satisfies SinkAnswer);
});
process.send?.({});
