/** The section `mail` of the configuration: the servers that letters to vendors without a node go through. */
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { MailSettings } from '../../adapters/mail/post.js';
import type { MailServer } from '../../adapters/mail/server.js';
import { type Outcome, ok, refuse } from '../core/fault.js';
import { type MailAddress, mailAddress, TOKEN_PREFIX } from '../core/mail/address.js';
import { SECOND } from '../core/time.js';

type ServerField = 'host' | 'port' | 'tls' | 'user' | 'passwordFile' | 'caFile';

export type MailPath =
  | '/mail'
  | `/mail/${'from' | 'plusAddress' | 'everySeconds'}`
  | `/mail/${'smtp' | 'imap'}`
  | `/mail/${'smtp' | 'imap'}/${ServerField}`
  | '/mail/imap/mailbox';

/** What belongs in each field: printed beside CONFIG_FIELD. */
export const MAIL_RULES: Readonly<Record<MailPath, string>> = {
  '/mail': '{"from": …, "smtp": {…}, "imap": {…}}; only where role is "centre"',
  '/mail/from': 'the address that letters come from, such as "coordination@example.org"',
  '/mail/plusAddress':
    'true where the server delivers "local+anything@domain" to the mailbox; the local part then has at most 22 characters',
  '/mail/everySeconds': 'a whole number from 10 to 3600: how often the mailbox is read',
  '/mail/smtp': '{"host": …, "port": …, "tls": …, "user": …, "passwordFile": …}',
  '/mail/smtp/host': 'a host name',
  '/mail/smtp/port': 'a port, such as 465 or 587',
  '/mail/smtp/tls': '"implicit" (port 465) or "starttls" (port 587); there is no way without TLS',
  '/mail/smtp/user': 'a login name; left out where the server asks for none',
  '/mail/smtp/passwordFile': 'a file of mode 0600 with the password in its first line, relative to the home',
  '/mail/smtp/caFile': 'PEM of what vouches for the server, relative to the home; left out for a public one',
  '/mail/imap': '{"host": …, "port": …, "tls": …, "user": …, "passwordFile": …, "mailbox": …}',
  '/mail/imap/host': 'a host name',
  '/mail/imap/port': 'a port, such as 993 or 143',
  '/mail/imap/tls': '"implicit" (port 993) or "starttls" (port 143); there is no way without TLS',
  '/mail/imap/user': 'a login name',
  '/mail/imap/passwordFile': 'a file of mode 0600 with the password in its first line, relative to the home',
  '/mail/imap/caFile': 'PEM of what vouches for the server, relative to the home; left out for a public one',
  '/mail/imap/mailbox': 'the mailbox that answers come to, such as "INBOX"',
};

interface ServerConfig extends Omit<MailServer, 'login' | 'ca'> {
  readonly user: string | undefined;
  readonly passwordFile: string | undefined;
  readonly caFile: string | undefined;
}

/** As it stands in the file, defaults filled in, paths absolute; passwords are read when they are needed. */
export interface MailConfig {
  readonly from: MailAddress;
  readonly plusAddress: boolean;
  readonly everySeconds: number;
  readonly smtp: ServerConfig;
  readonly imap: ServerConfig & { readonly mailbox: string };
}

type Members = Readonly<Record<string, unknown>>;

/** Local part of an address with a token behind it (RFC 5321 §4.5.3.1.1). */
const LOCAL_MOST = 64 - 1 - TOKEN_PREFIX.length - 32;

/** Checks the section. Faults: CONFIG_FIELD with the place that is wrong. */
export function readMailConfig(given: unknown, home: string): Outcome<MailConfig> {
  if (!isMembers(given)) return wrong('/mail');
  const { from, plusAddress = false, everySeconds = 60, smtp, imap, ...stray } = given;
  if (Object.keys(stray).length > 0) return wrong('/mail');
  const address = typeof from === 'string' ? mailAddress(from) : undefined;
  if (address === undefined) return wrong('/mail/from');
  const fits = plusAddress === true ? address.lastIndexOf('@') <= LOCAL_MOST : plusAddress === false;
  if (!fits) return wrong('/mail/plusAddress');
  if (!isWhole(everySeconds, 10, 3_600)) return wrong('/mail/everySeconds');
  const sending = readServer(smtp, '/mail/smtp', home);
  if (!sending.ok) return sending;
  if (!isMembers(imap)) return wrong('/mail/imap');
  const { mailbox = 'INBOX', ...reading } = imap;
  if (typeof mailbox !== 'string' || !/^[^\p{C}]{1,200}$/u.test(mailbox)) return wrong('/mail/imap/mailbox');
  const collecting = readServer(reading, '/mail/imap', home);
  if (!collecting.ok) return collecting;
  if (collecting.value.user === undefined) return wrong('/mail/imap/user');
  return ok({
    from: address,
    plusAddress: plusAddress === true,
    everySeconds,
    smtp: sending.value,
    imap: { ...collecting.value, mailbox },
  });
}

function readServer(given: unknown, at: '/mail/smtp' | '/mail/imap', home: string): Outcome<ServerConfig> {
  if (!isMembers(given)) return wrong(at);
  const { host, port, tls, user, passwordFile, caFile, ...stray } = given;
  if (Object.keys(stray).length > 0) return wrong(at);
  if (typeof host !== 'string' || !/^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252})$/.test(host))
    return wrong(`${at}/host`);
  if (!isWhole(port, 1, 65_535)) return wrong(`${at}/port`);
  if (tls !== 'implicit' && tls !== 'starttls') return wrong(`${at}/tls`);
  if (user !== undefined && (typeof user !== 'string' || !/^[^\p{C}]{1,200}$/u.test(user)))
    return wrong(`${at}/user`);
  // One without the other is a typing error.
  if (!isPath(passwordFile) || (user === undefined) !== (passwordFile === undefined))
    return wrong(`${at}/passwordFile`);
  if (!isPath(caFile)) return wrong(`${at}/caFile`);
  const absolute = (path: string | undefined) => (path === undefined ? undefined : resolve(home, path));
  return ok({ host, port, tls, user, passwordFile: absolute(passwordFile), caFile: absolute(caFile) });
}

/**
 * The section with its passwords and certificates, as the adapter takes it.
 * Faults: CONFIG_FIELD for a file that is missing, empty or open to others.
 */
export async function openMailConfig(config: MailConfig): Promise<Outcome<MailSettings>> {
  const smtp = await openServer(config.smtp, '/mail/smtp');
  if (!smtp.ok) return smtp;
  const imap = await openServer(config.imap, '/mail/imap');
  if (!imap.ok) return imap;
  return ok({
    from: config.from,
    plusAddress: config.plusAddress,
    everyMs: config.everySeconds * SECOND,
    smtp: smtp.value,
    imap: { ...imap.value, mailbox: config.imap.mailbox },
  });
}

async function openServer(
  { host, port, tls, user, passwordFile, caFile }: ServerConfig,
  at: '/mail/smtp' | '/mail/imap',
): Promise<Outcome<MailServer>> {
  const ca = caFile === undefined ? undefined : await readFile(caFile, 'utf8').catch(() => '');
  if (ca === '') return wrong(`${at}/caFile`);
  if (user === undefined || passwordFile === undefined) return ok({ host, port, tls, ca, login: undefined });
  const password = await readPassword(passwordFile);
  if (password === undefined) return wrong(`${at}/passwordFile`);
  return ok({ host, port, tls, ca, login: { user, password } });
}

/** First line of a file that nobody else can open. */
async function readPassword(path: string): Promise<string | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const [line = ''] = text.split(/\r?\n/);
  if (line === '') return undefined;
  const { mode } = await stat(path);
  return (mode & 0o077) === 0 ? line : undefined;
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isWhole(value: unknown, least: number, most: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
}

function isPath(value: unknown): value is string | undefined {
  return value === undefined || (typeof value === 'string' && /^[^\0]{1,1000}$/.test(value));
}

function wrong(where: MailPath): Outcome<never> {
  return refuse('CONFIG_FIELD', { where });
}
