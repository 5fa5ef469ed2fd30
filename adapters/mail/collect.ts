/** IMAP: reads what nobody has read yet, and marks it when it is on our disk. */
import { ImapFlow, type MailboxObject } from 'imapflow';
import { type Outcome, ok, refuse } from '../../node/core/fault.js';
import { LIMITS } from '../../node/core/limits.js';
import { type MailServer, tlsOf } from './server.js';

export interface Mailbox extends MailServer {
  /** Such as `INBOX`. */
  readonly mailbox: string;
}

/** One mail as it lies in the mailbox. */
export interface RawMail {
  /** All of it, or only the head where it is over the bound. */
  readonly bytes: Uint8Array;
  readonly whole: boolean;
}

/** Ours alone: people who look into the mailbox as well may read mails without hiding them from us. */
const MARK = '$Isochron';

/**
 * Hands over what bears no mark yet, oldest first; when `take` has resolved the mail gets its mark.
 * @returns how many. Faults: MAIL_UNREACHABLE. @throws what `take` throws.
 */
export async function collectMail(
  server: Mailbox,
  take: (mail: RawMail) => Promise<void>,
): Promise<Outcome<number>> {
  return await visit(server, async (client, mailbox) => {
    const mark = keeps(mailbox, MARK) ? MARK : '\\Seen';
    const found = await client.search(mark === MARK ? { unKeyword: MARK } : { seen: false }, { uid: true });
    const uids = (Array.isArray(found) ? found : [])
      .sort((left, right) => left - right)
      .slice(0, LIMITS.mailsPerLook.most);
    for (const uid of uids) {
      const mail = await fetchOne(client, uid);
      if (mail !== undefined)
        await take(mail).catch((cause: unknown) => {
          throw new TakeFailed(cause);
        });
      await client.messageFlagsAdd(String(uid), [mark], { uid: true });
    }
    return uids.length;
  });
}

/** Connects, logs in and opens the mailbox. Faults: MAIL_UNREACHABLE. */
export async function checkMailbox(server: Mailbox): Promise<Outcome<number>> {
  return await visit(server, (_, { exists }) => Promise.resolve(exists));
}

/** What broke while our own disk was written is no fault of the mail server. */
class TakeFailed extends Error {
  constructor(cause: unknown) {
    super('a mail could not be taken', { cause });
  }
}

async function visit(
  server: Mailbox,
  act: (client: ImapFlow, mailbox: MailboxObject) => Promise<number>,
): Promise<Outcome<number>> {
  const waitMs = LIMITS.mailWaitMs.most;
  const client = new ImapFlow({
    host: server.host,
    port: server.port,
    secure: server.tls === 'implicit',
    ...(server.tls === 'starttls' ? { doSTARTTLS: true } : {}),
    tls: tlsOf(server),
    auth: { user: server.login?.user ?? '', pass: server.login?.password ?? '' },
    // Its own lines would name senders and subjects.
    logger: false,
    disableAutoIdle: true,
    connectionTimeout: waitMs,
    greetingTimeout: waitMs,
    socketTimeout: waitMs,
  });
  // Told again by whatever call is under way.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const mailbox = await client.mailboxOpen(server.mailbox);
    const result = await act(client, mailbox);
    await client.logout();
    return ok(result);
  } catch (cause) {
    if (cause instanceof TakeFailed) throw cause.cause;
    return refuse('MAIL_UNREACHABLE', { where: `${server.host}:${server.port}` });
  } finally {
    client.close();
  }
}

async function fetchOne(client: ImapFlow, uid: number): Promise<RawMail | undefined> {
  const most = LIMITS.mailReplyBytes.most;
  const found = await client.fetchOne(
    String(uid),
    { size: true, source: { start: 0, maxLength: most } },
    { uid: true },
  );
  if (found === false || found.source === undefined) return undefined;
  return { bytes: found.source, whole: (found.size ?? found.source.length) <= most };
}

function keeps({ permanentFlags }: MailboxObject, keyword: string): boolean {
  return permanentFlags?.has('\\*') === true || permanentFlags?.has(keyword) === true;
}
