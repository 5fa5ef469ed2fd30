/** The checks of `doctor`: one function each, in the order in which a start would meet them. */
import { readFile, stat, statfs } from 'node:fs/promises';
import { runtimeZones } from '../../adapters/calendar/runtime.js';
import { ZONE_RELEASE } from '../../adapters/calendar/zone-table.js';
import { systemClock } from '../../adapters/clock/system.js';
import { Breakage, type Fault, sayFault } from '../core/fault.js';
import { type Instant, writeInstant } from '../core/time.js';
import { readCard } from '../envelope/card.js';
import { expiryAlarm, judge } from '../envelope/keyring.js';
import type { Keys } from '../envelope/keys.js';
import { EXPIRY_NOTICE } from '../envelope/policy.js';
import { readGuard } from '../store/guard.js';
import { levelAt } from '../store/level.js';
import { openFeeds } from '../store/open.js';
import { type Config, placesIn } from './config.js';
import { MAIL_RULES, type MailConfig, type MailPath, openMailConfig } from './mail-config.js';
import { openOwnKeys, ownCard, readOwnCard } from './own.js';

export interface Finding {
  readonly check: string;
  readonly verdict: 'ok' | 'warn' | 'fail';
  /** What was found. */
  readonly says: string;
  /** What to do; empty where nothing is to be done. */
  readonly remedy: string;
}

const LEAST_FREE_BYTES = 256 << 20;
/** No machine of ours was set to an earlier year: a clock that says so was never set. */
const EARLIEST_MS = Date.UTC(2025, 0, 1);

/** All findings, in order. Never throws for what it is there to find. */
export async function checkHome(config: Config): Promise<readonly Finding[]> {
  const keys = await openOwnKeys(config);
  const socket = await checkSocket(config);
  return [
    fine('configuration', `${config.name}, ${config.role}${config.mode === 'drill' ? ', DRILL' : ''}`),
    ...(await checkModes(config)),
    keys.ok
      ? await checkKeys(keys.value, nowOf(config))
      : failed('keys', keys.fault, 'check the passphrase file'),
    ...(keys.ok ? [await checkCard(config, keys.value)] : []),
    socket.finding,
    // LevelDB admits one process: the running node's own start has checked the store.
    ...(socket.running
      ? [fine('store', 'in use by the running node; "log verify" checks it there')]
      : [await checkStore(config)]),
    await checkGuard(config),
    await checkSpace(config),
    ...(config.mail === undefined ? [] : [await checkMail(config.mail)]),
    checkClock(),
    checkZones(process.versions['tz']),
  ];
}

/** Settled instants do not depend on it; what calendars and mail programs on this machine show does. */
function checkZones(runtime: string | undefined): Finding {
  const says = `tz database ${ZONE_RELEASE}, runtime ${runtime ?? 'unknown'}`;
  return runtimeZones(runtime) === 'older'
    ? {
        check: 'zones',
        verdict: 'warn',
        says,
        remedy: 'nothing that is settled depends on it; for the clocks of this machine update Node.js',
      }
    : fine('zones', says);
}

async function checkModes(config: Config): Promise<readonly Finding[]> {
  const places = placesIn(config.home);
  const fromKeys = 'restore it from the backup of the keys; it is in no other';
  const privately: readonly (readonly [check: string, path: string, missing: string])[] = [
    ['home', config.home, 'name the home with --home'],
    ['passphrase', config.passphraseFile, fromKeys],
    ['key files', places.keys, fromKeys],
    ['store files', places.store, 'make it from a backup: isochron restore DIR; docs/RUNBOOK.md, "Restore"'],
  ];
  const findings: Finding[] = [];
  for (const [check, path, missing] of privately) {
    const found = await stat(path).catch(() => undefined);
    if (found === undefined)
      findings.push({
        check,
        verdict: 'fail',
        says: `${path} is missing`,
        remedy: missing,
      });
    else if ((found.mode & 0o077) !== 0)
      findings.push({
        check,
        verdict: 'fail',
        says: `${path} is open to other users`,
        remedy: `chmod go-rwx ${path}`,
      });
    else findings.push(fine(check, path));
  }
  return findings;
}

async function checkKeys({ certificate, node }: Keys, now: Instant): Promise<Finding> {
  const remedy = 'make new subkeys and give your peers the new card';
  const fault = await judge(certificate, now);
  if (fault !== undefined) return failed('keys', fault, remedy);
  const ends = await expiryAlarm(certificate, now);
  return ends === undefined
    ? fine('keys', `${node}, in force for the next 30 days`)
    : { check: 'keys', verdict: 'warn', says: `a key ends ${writeInstant(ends)}`, remedy };
}

async function checkCard(config: Config, keys: Keys): Promise<Finding> {
  const renew = 'isochron card renew, then give the card to your peers';
  const text = await readOwnCard(config);
  if (!text.ok) return failed('card', text.fault, renew);
  const now = nowOf(config);
  const card = await readCard(text.value, now);
  if (!card.ok) return failed('card', card.fault, renew);
  const wanted = ownCard(config, keys, card.value.sequence, now);
  const differs = (
    [
      'name',
      'role',
      'mode',
      'zone',
      'languages',
      'embargoDays',
      'replyByDays',
      'cycles',
      'grpc',
      'libp2p',
      'tlsPins',
    ] as const
  ).find((member) => JSON.stringify(wanted[member]) !== JSON.stringify(card.value[member]));
  if (differs !== undefined)
    return {
      check: 'card',
      verdict: 'warn',
      says: `the card and the configuration differ in ${differs}`,
      remedy: renew,
    };
  const near = card.value.expiresAt - now < EXPIRY_NOTICE;
  return {
    check: 'card',
    verdict: near ? 'warn' : 'ok',
    says: `card ${card.value.sequence} holds until ${writeInstant(card.value.expiresAt)}`,
    remedy: near ? renew : '',
  };
}

async function checkSocket(
  config: Config,
): Promise<{ readonly running: boolean; readonly finding: Finding }> {
  const check = 'socket';
  const found = await stat(config.controlSocket).catch(() => undefined);
  if (found === undefined) return { running: false, finding: fine(check, 'no node runs') };
  const { openControl } = await import('../control/client.js');
  const control = openControl(config.controlSocket);
  try {
    const answered = await control.call('node status', {}, '');
    if (!answered.ok && answered.fault.code === 'NODE_NOT_RUNNING')
      return { running: false, finding: fine(check, 'left behind by a crash; the next start removes it') };
    const open = (found.mode & 0o077) !== 0;
    return {
      running: true,
      finding: open
        ? { check, verdict: 'fail', says: 'open to other users', remedy: `chmod 600 ${config.controlSocket}` }
        : fine(check, 'the node runs and answers'),
    };
  } catch (cause) {
    if (!(cause instanceof Breakage)) throw cause;
    return { running: true, finding: failed(check, cause.fault, 'stop the node and start it anew') };
  } finally {
    control.close();
  }
}

async function checkStore(config: Config): Promise<Finding> {
  const directory = placesIn(config.home).store;
  try {
    const feeds = await openFeeds(levelAt(directory), { verify: 'full', create: false, directory });
    const heads = feeds.heads();
    await feeds.close();
    const entries = heads.reduce((sum, { tip }) => sum + tip.size, 0);
    return fine(
      'store',
      `${heads.length} feeds with ${entries} entries, every row read, every root recomputed`,
    );
  } catch (cause) {
    if (!(cause instanceof Breakage)) throw cause;
    return failed('store', cause.fault, 'see docs/RUNBOOK.md; never delete the store');
  }
}

async function checkGuard(config: Config): Promise<Finding> {
  const text = await readFile(config.guardFile, 'utf8').catch(() => undefined);
  const remedy = 'a node without its guard was restored: it must hear its peers before it speaks';
  if (text === undefined) return failed('guard', { code: 'NODE_RESTORED', where: 'guard' }, remedy);
  const read = readGuard(text);
  return read.ok
    ? fine('guard', `incarnation ${read.value.incarnation}, ${read.value.marks.size} feeds`)
    : failed('guard', read.fault, remedy);
}

async function checkSpace(config: Config): Promise<Finding> {
  const { bavail, bsize } = await statfs(config.home);
  const free = bavail * bsize;
  const short = free < LEAST_FREE_BYTES;
  return {
    check: 'disk',
    verdict: short ? 'fail' : 'ok',
    says: `${Math.floor(free / (1 << 20))} MiB free`,
    remedy: short ? 'make room: a node that cannot write stops at once' : '',
  };
}

/** Logs in to both servers; sends nothing and reads nothing. */
async function checkMail(config: MailConfig): Promise<Finding> {
  const settings = await openMailConfig(config);
  if (!settings.ok) return failed('mail', settings.fault, MAIL_RULES[settings.fault.where as MailPath] ?? '');
  const { checkPost } = await import('../../adapters/mail/post.js');
  const reached = await checkPost(settings.value);
  return reached.ok
    ? fine('mail', `${config.smtp.host} takes letters, ${config.imap.host} holds ${reached.value} mails`)
    : failed(
        'mail',
        reached.fault,
        'see that the server runs, its certificate fits its name, and the password is right',
      );
}

function checkClock(): Finding {
  const now = systemClock().now();
  return now < EARLIEST_MS
    ? {
        check: 'clock',
        verdict: 'fail',
        says: `the clock shows ${writeInstant(now)}`,
        remedy: 'set it; use NTP',
      }
    : fine('clock', writeInstant(now));
}

/** Validity is judged at the clock that the node would have. */
function nowOf(config: Config): Instant {
  return config.drillStart ?? systemClock().now();
}

function fine(check: string, says: string): Finding {
  return { check, verdict: 'ok', says, remedy: '' };
}

function failed(check: string, fault: Fault, remedy: string): Finding {
  return { check, verdict: 'fail', says: sayFault(fault), remedy };
}
