/** SMTP: hands one mail to the server and reads from its answer whether trying again helps. */
import { createTransport } from 'nodemailer';
import { type Outcome, ok, refuse } from '../../node/core/fault.js';
import { LIMITS } from '../../node/core/limits.js';
import type { LetterToken, MailAddress } from '../../node/core/mail/address.js';
import { type MailServer, tlsOf } from './server.js';

export interface Smtp {
  /**
   * @param mail the whole mail, as it is to cross.
   * @returns what the server said when it took it. Faults: MAIL_REFUSED, MAIL_DEFERRED with the status of the server in
   *   `where`; MAIL_UNREACHABLE.
   */
  send(mail: Uint8Array, from: string, to: MailAddress, token: LetterToken): Promise<Outcome<string>>;
  /** Connects, secures and logs in, and sends nothing. Faults: MAIL_UNREACHABLE. */
  check(): Promise<Outcome<true>>;
  close(): void;
}

/** So many connections at once; servers dislike more from one sender. */
const CONNECTIONS = 3;

/** @param name what we call ourselves: the domain of our address, never the name of the machine. */
export function openSmtp(server: MailServer, name: string): Smtp {
  const waitMs = LIMITS.mailWaitMs.most;
  const transport = createTransport({
    pool: true,
    maxConnections: CONNECTIONS,
    host: server.host,
    port: server.port,
    secure: server.tls === 'implicit',
    requireTLS: server.tls === 'starttls',
    name,
    tls: tlsOf(server),
    connectionTimeout: waitMs,
    greetingTimeout: waitMs,
    socketTimeout: waitMs,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(server.login === undefined ? {} : { auth: { user: server.login.user, pass: server.login.password } }),
  });
  return {
    async send(mail, from, to, token) {
      try {
        const { response } = await transport.sendMail({
          envelope: { from, to: [to] },
          raw: Buffer.from(mail),
          // What comes back need not carry what we sent (RFC 3461).
          dsn: { id: token, return: 'headers', notify: ['failure'], recipient: `rfc822;${to}` },
        });
        return ok(printable(response));
      } catch (cause) {
        return refusalOf(cause);
      }
    },

    async check() {
      try {
        await transport.verify();
        return ok(true);
      } catch {
        return refuse('MAIL_UNREACHABLE', { where: `${server.host}:${server.port}` });
      }
    },

    close: () => transport.close(),
  };
}

/** What the server said about this letter decides; what it said about us, or not at all, is about every letter. */
function refusalOf(cause: unknown): Outcome<never> {
  if (!(cause instanceof Error)) throw cause;
  const { code, responseCode, response } = cause as Error & {
    readonly code?: string;
    readonly responseCode?: number;
    readonly response?: string;
  };
  const aboutLetter = code === 'EENVELOPE' || code === 'EMESSAGE';
  if (!aboutLetter || responseCode === undefined) return refuse('MAIL_UNREACHABLE', { where: code ?? '' });
  const status = statusIn(response ?? '') ?? String(responseCode);
  return refuse(responseCode >= 500 ? 'MAIL_REFUSED' : 'MAIL_DEFERRED', { where: status });
}

/** `5.1.1` of `550 5.1.1 <somebody@example.org> …`: a status names nobody (RFC 3463). */
function statusIn(response: string): string | undefined {
  return /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b/.exec(response)?.[1];
}

function printable(response: string): string {
  return response.replaceAll(/[^\x20-\x7e]/g, ' ').slice(0, LIMITS.titleCharacters.most);
}
