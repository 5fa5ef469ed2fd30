/**
 * A real mail server and a real mailbox, exim and dovecot as Debian packs them: on the loopback, on ports that are free,
 * in a folder of their own, as processes that this file starts and ends.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localhostTls } from './smtp-peer.js';

/** Why these tests cannot run here; `undefined` where they can. */
export function missingServers(): string | undefined {
  const missing = [
    ['exim4', '--version'],
    ['dovecot', '--version'],
    ['gpg', '--version'],
  ].filter(([program = '', flag = '']) => spawnSync(program, [flag], { env: PATHS }).error !== undefined);
  const names = missing.map(([program]) => program).join(', ');
  return names === ''
    ? undefined
    : `not found: ${names}; "apt-get install exim4-daemon-light dovecot-imapd gnupg"`;
}

/** Daemons lie where the path of ordinary users does not lead. */
const PATHS = { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin:/sbin` };

export interface MailServers {
  readonly smtpPort: number;
  readonly imapPort: number;
  /** PEM of what vouches for both. */
  readonly ca: string;
  /** Mails in a mailbox, oldest first, as they lie there. */
  mails(address: string): Promise<readonly string[]>;
  /** Waits until there are so many. */
  arrived(address: string, count: number): Promise<readonly string[]>;
  close(): Promise<void>;
}

const inNumbers = new Intl.Collator('en', { numeric: true });

/** Mailboxes `coordination@cert.example` and `psirt@vendor.example`; every other address is unknown. */
export async function openMailServers(): Promise<MailServers> {
  const folder = await mkdtemp(join(tmpdir(), 'isochron-mail-'));
  const [smtpPort = 0, imapPort = 0] = await freePorts(2);
  const owner = ownerOf();
  const { key, cert } = localhostTls();
  await writeFile(join(folder, 'key.pem'), key);
  await writeFile(join(folder, 'cert.pem'), cert);
  for (const name of ['spool', 'log', 'mail', 'run', 'home']) await mkdir(join(folder, name));
  await writeFile(join(folder, 'exim.conf'), eximConfig(folder, smtpPort, owner));
  await writeFile(join(folder, 'dovecot.conf'), dovecotConfig(folder, imapPort, owner));
  await chmod(folder, 0o755);
  for (const name of ['spool', 'log', 'mail', 'home', 'key.pem', 'cert.pem'])
    await chown(join(folder, name), owner.uid, owner.gid);

  const exim = start('exim4', ['-C', join(folder, 'exim.conf'), '-bdf', '-q1s']);
  const dovecot = start('dovecot', ['-F', '-c', join(folder, 'dovecot.conf')]);
  const servers: MailServers = {
    smtpPort,
    imapPort,
    ca: cert,
    async mails(address) {
      const found: string[] = [];
      for (const place of ['cur', 'new']) {
        const box = join(folder, 'mail', address, place);
        // Names begin with the second and the microsecond of delivery, without leading zeros.
        for (const name of (await readdir(box).catch(() => [])).sort(inNumbers.compare))
          found.push(await readFile(join(box, name), 'latin1'));
      }
      return found;
    },
    async arrived(address, count) {
      let last: readonly string[] = [];
      await come(`${count} mails for ${address}`, async () => {
        last = await servers.mails(address);
        return last.length >= count;
      });
      return last;
    },
    async close() {
      await Promise.all([end(exim), end(dovecot)]);
      await rm(folder, { recursive: true, force: true });
    },
  };
  try {
    await Promise.all([listens(smtpPort, exim), listens(imapPort, dovecot)]);
  } catch (cause) {
    const log = await readFile(join(folder, 'dovecot.log'), 'utf8').catch(() => '');
    const panic = await readFile(join(folder, 'log', 'paniclog'), 'utf8').catch(() => '');
    await servers.close();
    throw new Error(`the mail servers do not start:\n${log}\n${panic}`, { cause });
  }
  return servers;
}

interface Owner {
  readonly user: string;
  readonly uid: number;
  readonly gid: number;
}

/** Nothing is delivered as root: there it is the user of the package. */
function ownerOf(): Owner {
  const own = process.getuid?.() ?? 0;
  const user = own === 0 ? 'Debian-exim' : String(execFileSync('id', ['-un'])).trim();
  const id = (flag: string) => Number(String(execFileSync('id', [flag, user])).trim());
  return { user, uid: id('-u'), gid: id('-g') };
}

function eximConfig(folder: string, port: number, { user }: Owner): string {
  return `
primary_hostname = localhost
local_interfaces = 127.0.0.1
daemon_smtp_ports = ${port}
spool_directory = ${folder}/spool
log_file_path = ${folder}/log/%slog
pid_file_path = ${folder}/exim.pid
keep_environment =
tls_advertise_hosts = *
tls_certificate = ${folder}/cert.pem
tls_privatekey = ${folder}/key.pem
dsn_advertise_hosts = *
domainlist ours = cert.example : vendor.example
acl_smtp_rcpt = rcpt
begin acl
rcpt:
  deny message = authenticate first
       !authenticated = *
  deny message = no such domain
       !domains = +ours
  accept
begin routers
${BOXES.map(([local, domain]) => router(local, domain)).join('')}gone:
  driver = redirect
  allow_fail
  data = :fail: 5.1.1 nobody of that name
begin transports
${BOXES.map(([local, domain]) => transport(local, domain, folder, user)).join('')}begin retry
* * F,1m,1s
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_advertise_condition = \${if def:tls_in_cipher}
  server_condition = \${if and{{eq{$auth2}{cert}}{eq{$auth3}{secret}}}}
  server_set_id = $auth2
`;
}

/** The mailboxes; exim takes no path that somebody outside has a part in. */
const BOXES = [
  ['coordination', 'cert.example'],
  ['psirt', 'vendor.example'],
] as const;

function router(local: string, domain: string): string {
  return `${local}:
  driver = accept
  domains = ${domain}
  local_parts = ${local}
  local_part_suffix = +*
  local_part_suffix_optional
  transport = ${local}
`;
}

function transport(local: string, domain: string, folder: string, user: string): string {
  return `${local}:
  driver = appendfile
  maildir_format
  directory = ${folder}/mail/${local}@${domain}
  create_directory
  delivery_date_add
  envelope_to_add
  return_path_add
  user = ${user}
`;
}

function dovecotConfig(folder: string, port: number, { user, uid, gid }: Owner): string {
  const isRoot = process.getuid?.() === 0;
  return `
protocols = imap
listen = 127.0.0.1
base_dir = ${folder}/run
log_path = ${folder}/dovecot.log
ssl = required
ssl_cert = <${folder}/cert.pem
ssl_key = <${folder}/key.pem
disable_plaintext_auth = yes
auth_mechanisms = plain
${isRoot ? '' : `default_login_user = ${user}\ndefault_internal_user = ${user}\n`}
first_valid_uid = 1
first_valid_gid = 0
service imap-login {
  chroot =
  inet_listener imap {
    port = 0
  }
  inet_listener imaps {
    port = ${port}
    ssl = yes
  }
}
service anvil {
  chroot =
}
passdb {
  driver = static
  args = password=secret
}
userdb {
  driver = static
  args = uid=${uid} gid=${gid} home=${folder}/home
}
mail_location = maildir:${folder}/mail/%u
`;
}

function start(program: string, args: readonly string[]): ChildProcess {
  return spawn(program, args, { env: PATHS, stdio: 'ignore' });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

/** Waits until a port answers. */
async function listens(port: number, server: ChildProcess): Promise<void> {
  await come(`port ${port} answers`, async () => {
    if (server.exitCode !== null) throw new Error(`${server.spawnfile} ended with ${server.exitCode}`);
    return await new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
  });
}

/** Waits for something that another process does, under a deadline. */
export async function come(what: string, met: () => Promise<boolean>, deadlineMs = 60_000): Promise<void> {
  const late = performance.now() + deadlineMs;
  while (!(await met())) {
    if (performance.now() > late) throw new Error(`did not happen in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Ports that nobody listens on now. */
async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
