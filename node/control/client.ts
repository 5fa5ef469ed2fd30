/** What the command line uses while a node runs. */
import { Client, credentials, type ServiceError, status } from '@grpc/grpc-js';
import { utf8 } from '../core/bytes.js';
import type { Json } from '../core/canonical.js';
import { Breakage, type Outcome, refuse } from '../core/fault.js';
import { LIMITS } from '../core/limits.js';
import { CHANNEL, METHOD, readReply, writeCall } from './messages.js';

export interface ControlClient {
  /**
   * One command. Faults: NODE_NOT_RUNNING where nobody answers on the socket, and those of the command.
   * @throws Breakage LINK_CLOSED where the node went away during the call: nobody knows whether it was entered.
   */
  call(verb: string, given: Json, officer: string): Promise<Outcome<Json>>;
  close(): void;
}

/** Long enough for `log verify` over years; a dead node is noticed at once, by its socket. */
const DEADLINE_MS = 600_000;

export function openControl(path: string): ControlClient {
  const client = new Client(`unix:${path}`, credentials.createInsecure(), CHANNEL);
  return {
    call: (verb, given, officer) =>
      new Promise((resolve, reject) => {
        const call = { verb, arguments: utf8(JSON.stringify(given)), officer };
        const bytes = writeCall(call);
        if (bytes.length > LIMITS.controlBytes.most) {
          resolve(refuse('LIMIT_EXCEEDED', { where: 'arguments', most: LIMITS.controlBytes.most }));
          return;
        }
        client.makeUnaryRequest(
          METHOD,
          asBytes,
          asBytes,
          bytes,
          { deadline: Date.now() + DEADLINE_MS },
          (error: ServiceError | null, reply?: Buffer) => {
            if (reply !== undefined) resolve(readReply(reply));
            // Refused before anything was sent; whatever else ends a call may have ended it after it was heard.
            else if (
              error?.code === status.UNAVAILABLE &&
              /ECONNREFUSED|ENOENT|No connection/.test(error.details)
            )
              resolve(refuse('NODE_NOT_RUNNING', { where: path }));
            else reject(new Breakage({ code: 'LINK_CLOSED', where: path }, error));
          },
        );
      }),
    close: () => client.close(),
  };
}

function asBytes(bytes: Buffer): Buffer {
  return bytes;
}
