/**
 * The configuration: one file, `isochron.json` in the home of the node, read once and checked once. A wrong field is
 * named by its place, with what belongs there; a field that is not known is a typing error and is refused.
 */
import { readFile } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { type Outcome, ok, refuse } from '../core/fault.js';
import { type NodeId, nodeId } from '../core/ids.js';
import { LIMITS } from '../core/limits.js';
import type { NodeMode, NodeRole } from '../core/registry/card.js';
import { parseStrictJson } from '../core/strict-json.js';
import { type Instant, readInstant } from '../core/time.js';
import { MAIL_RULES, type MailConfig, type MailPath, readMailConfig } from './mail-config.js';
import { pathRefused, systemCode } from './path-refused.js';

const CONFIG_FILE = 'isochron.json';

/** What stands in the file, defaults filled in, paths absolute. */
export interface Config {
  readonly home: string;
  readonly name: string;
  readonly role: NodeRole;
  readonly mode: NodeMode;
  readonly zone: string;
  readonly languages: readonly string[];
  readonly namespace: string;
  readonly idPrefix: string;
  readonly embargoDays: number;
  readonly replyByDays: number;
  readonly autoAccept: boolean;
  readonly cycles: readonly string[];
  /** Holidays of the office hours: a country code of the catalogue. Absent: weekends only. */
  readonly holidays: string | undefined;
  readonly officer: string | undefined;
  readonly passphraseFile: string;
  readonly grpc: {
    readonly listen: { readonly host: string; readonly port: number } | undefined;
    readonly advertise: readonly string[];
  };
  readonly libp2p: {
    /** A multiaddr over TCP. */
    readonly listen: string | undefined;
    /** Multiaddrs without the peer id, which the card adds. */
    readonly advertise: readonly string[];
    /** Carries connections between verified peers of this node. */
    readonly relay: boolean;
    /** Multiaddrs with the peer ids of the relays through which this node is reached; the card adds the rest. */
    readonly reachedThrough: readonly string[];
  };
  /** What is opened, and in which order a peer is tried. */
  readonly transports: readonly TransportName[];
  /** Tried first for these peers. */
  readonly prefer: ReadonlyMap<NodeId, TransportName>;
  readonly publicDir: string;
  readonly controlSocket: string;
  readonly guardFile: string;
  /** Letters to vendors without a node; absent: there are none. */
  readonly mail: MailConfig | undefined;
  /** What the clock of a DRILL node shows at its first start. */
  readonly drillStart: Instant | undefined;
}

/** Places inside the home that no configuration moves. */
export interface Places {
  readonly config: string;
  readonly keys: string;
  readonly card: string;
  readonly store: string;
  /** What the last `log repair` left to be returned. */
  readonly repair: string;
}

export function placesIn(home: string): Places {
  return {
    config: join(home, CONFIG_FILE),
    keys: join(home, 'keys'),
    card: join(home, 'own.card.asc'),
    store: join(home, 'store'),
    repair: join(home, 'repair.json'),
  };
}

/** Longest path that a unix socket can have on every system we run on, its closing zero left out. */
const SOCKET_PATH_BYTES = 103;

type TransportName = 'grpc' | 'libp2p';
type FieldName = Exclude<keyof Config, 'home'>;
type Paths =
  | MailPath
  | '/'
  | `/${FieldName}`
  | `/${TransportName}/${'listen' | 'advertise'}`
  | `/libp2p/${'relay' | 'reachedThrough'}`;

/** What belongs in each field: printed beside CONFIG_FIELD. */
export const CONFIG_RULES: Readonly<Record<Paths, string>> = {
  '/': 'a JSON object with the fields of docs/OPERATING.md and no others',
  '/name': 'one line of at most 200 characters without < > ( )',
  '/role': '"centre", "vendor", "reception_body" or "infrastructure_site"',
  '/mode': '"production" or "drill"',
  '/zone': 'an IANA time zone, such as "Asia/Tokyo"',
  '/languages': 'a list of BCP 47 tags, such as ["ja", "en"]',
  '/namespace': 'an https origin without a path, such as "https://www.example.org"; a centre must have one',
  '/idPrefix': '1 to 16 capital letters and digits, such as "VU"; a centre must have one',
  '/embargoDays': 'a whole number from 1 to 365',
  '/replyByDays': 'a whole number from 3 to 365',
  '/autoAccept': 'true or false',
  '/cycles': 'a list of names from "cycle list", such as ["microsoft"]',
  '/holidays': 'a country code, such as "JP"',
  '/officer': 'the name of the officer on duty, at most 200 characters',
  '/passphraseFile': 'a path, relative to the home of the node',
  '/grpc': '{"listen": …, "advertise": […]}',
  '/grpc/listen': '"host:port", or null for a node that only dials',
  '/grpc/advertise':
    'a list of "name:port" under which peers reach this node; empty where it does not listen',
  '/libp2p': '{"listen": …, "advertise": […], "relay": false, "reachedThrough": […]}',
  '/libp2p/listen':
    'a multiaddr over TCP, such as "/ip4/0.0.0.0/tcp/4001", or null for a node that only dials',
  '/libp2p/advertise':
    'a list of multiaddrs without a peer id, such as "/dns4/node.example.org/tcp/4001"; empty where it does not listen',
  '/libp2p/relay':
    'true where verified peers reach each other through this node, which sees ciphertext only; false otherwise',
  '/libp2p/reachedThrough':
    'a list of multiaddrs with peer ids of verified peers that are relays, such as "/dns4/node.example.org/tcp/4001/p2p/12D3…"',
  '/transports': 'a list of "grpc" and "libp2p", the one to try first at the head',
  '/prefer': 'an object of node id and "grpc" or "libp2p": what is tried first for this peer',
  '/publicDir': 'a path, relative to the home of the node',
  '/controlSocket': 'a path of at most 103 bytes, relative to the home of the node',
  '/guardFile': 'a path outside the store directory, relative to the home of the node',
  ...MAIL_RULES,
  '/drillStart': 'an RFC 3339 instant in UTC; only where mode is "drill"',
};

/**
 * Reads the file. Faults: CONFIG_MISSING, CONFIG_FIELD with the JSON pointer of the field in `where`; COMMAND_MALFORMED
 * for a home that this account may not read, for then a configuration may well be there.
 */
export async function loadConfig(home: string): Promise<Outcome<Config>> {
  const where = join(home, CONFIG_FILE);
  try {
    return readConfig((await readFile(where, 'utf8')).replace(/^\ufeff/, ''), home);
  } catch (cause) {
    const code = systemCode(cause);
    const refusal = code === 'ENOENT' || code === 'ENOTDIR' ? undefined : pathRefused(cause, where);
    return refusal === undefined ? refuse('CONFIG_MISSING', { where }) : { ok: false, fault: refusal };
  }
}

/** Checks a text. Faults: CONFIG_FIELD. */
export function readConfig(text: string, home: string): Outcome<Config> {
  const parsed = parseStrictJson(text);
  // The place in the text: a comma too many is hard to see.
  if (!parsed.ok)
    return refuse('CONFIG_FIELD', { where: '/', expects: `JSON; not so is: ${parsed.fault.where}` });
  if (!isMembers(parsed.value)) return refuse('CONFIG_FIELD', { where: '/' });
  const given = parsed.value;
  const stray = Object.keys(given).find((key) => !KNOWN.has(key));
  if (stray !== undefined)
    return refuse('CONFIG_FIELD', { where: `/${stray.slice(0, 64)}`, expects: 'no field of this name' });
  const [grpc, libp2p] = [given['grpc'] ?? {}, given['libp2p'] ?? {}];
  if (!isPlaces(grpc, ['listen', 'advertise'])) return refuse('CONFIG_FIELD', { where: '/grpc' });
  if (!isPlaces(libp2p, ['listen', 'advertise', 'relay', 'reachedThrough']))
    return refuse('CONFIG_FIELD', { where: '/libp2p' });

  const wrong: string[] = [];
  const take = <T>(path: Paths, read: (value: unknown) => T | undefined, fallback?: T): T => {
    const [, first = '', second] = path.split('/');
    const value = second === undefined ? given[first] : (first === 'grpc' ? grpc : libp2p)[second];
    const taken = value === undefined ? fallback : read(value);
    if (taken === undefined) wrong.push(path);
    return taken as T;
  };
  const mode = take('/mode', word<NodeMode>('production', 'drill'), 'production');
  const role = take('/role', word<NodeRole>('centre', 'vendor', 'reception_body', 'infrastructure_site'));
  const publishes = role === 'centre';
  const config: Config = {
    home,
    name: take('/name', ofShape(/^[^<>()\p{C}]{1,200}$/u)),
    role,
    mode,
    zone: take('/zone', zone),
    languages: take('/languages', listOf(/^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}$/, 1), ['en']),
    // Only a centre publishes: what it publishes under is never guessed.
    namespace: take('/namespace', namespace, publishes ? undefined : ''),
    idPrefix: take('/idPrefix', ofShape(/^[A-Z0-9]{1,16}$/), publishes ? undefined : ''),
    embargoDays: take('/embargoDays', whole(1, 365), 45),
    replyByDays: take('/replyByDays', whole(3, 365), 7),
    autoAccept: take('/autoAccept', flag, false),
    cycles: take('/cycles', listOf(/^[a-z0-9][a-z0-9-]{0,63}$/, 0), []),
    holidays: given['holidays'] === undefined ? undefined : take('/holidays', ofShape(/^[A-Z]{2}$/)),
    officer: given['officer'] === undefined ? undefined : take('/officer', ofShape(/^\S[^\p{C}]{0,199}$/u)),
    passphraseFile: take('/passphraseFile', pathIn(home), join(home, 'passphrase')),
    grpc: {
      listen:
        grpc['listen'] === undefined || grpc['listen'] === null ? undefined : take('/grpc/listen', address),
      advertise: take('/grpc/advertise', listOf(ADVERTISED, 0), []),
    },
    libp2p: {
      listen:
        libp2p['listen'] === undefined || libp2p['listen'] === null
          ? undefined
          : take('/libp2p/listen', ofShape(MULTIADDR)),
      advertise: take('/libp2p/advertise', listOf(MULTIADDR, 0), []),
      relay: take('/libp2p/relay', flag, false),
      reachedThrough: take('/libp2p/reachedThrough', listOf(RELAY, 0), []),
    },
    transports: take(
      '/transports',
      transports,
      given['libp2p'] === undefined ? ['grpc'] : ['grpc', 'libp2p'],
    ),
    prefer: take('/prefer', preferences, new Map()),
    publicDir: take('/publicDir', pathIn(home), join(home, 'public')),
    controlSocket: take('/controlSocket', pathIn(home), join(home, 'control.sock')),
    guardFile: take('/guardFile', pathIn(home), join(home, 'guard')),
    mail: undefined,
    drillStart: given['drillStart'] === undefined ? undefined : take('/drillStart', instantText),
  };
  const [first] = wrong;
  if (first !== undefined) return refuse('CONFIG_FIELD', { where: first });
  if (config.drillStart !== undefined && mode !== 'drill')
    return refuse('CONFIG_FIELD', { where: '/drillStart' });
  if (Buffer.byteLength(config.controlSocket) > SOCKET_PATH_BYTES)
    return refuse('CONFIG_FIELD', { where: '/controlSocket', most: SOCKET_PATH_BYTES });
  if (isWithin(config.guardFile, placesIn(home).store))
    return refuse('CONFIG_FIELD', { where: '/guardFile' });
  if (given['mail'] === undefined) return ok(config);
  // Letters are the business of a centre: a vendor has a node or gets them.
  if (role !== 'centre') return refuse('CONFIG_FIELD', { where: '/mail' });
  const mail = readMailConfig(given['mail'], home);
  return mail.ok ? ok({ ...config, mail: mail.value }) : mail;
}

const KNOWN: ReadonlySet<string> = new Set(
  Object.keys(CONFIG_RULES)
    .flatMap((path) => path.split('/')[1] ?? [])
    .filter((key) => key !== ''),
);

const TRANSPORT = /^(?:grpc|libp2p)$/;
/** From 0 to 65535, without leading zeros; 0 is whatever is free. */
const PORT = '(?:0|[1-9]\\d{0,3}|[1-5]\\d{4}|6[0-4]\\d{3}|65[0-4]\\d{2}|655[0-2]\\d|6553[0-5])';
const MULTIADDR = new RegExp(`^/(?:ip4|ip6|dns|dns4|dns6)/[A-Za-z0-9.:-]{1,253}/tcp/${PORT}$`);
const ADVERTISED = new RegExp(`^[A-Za-z0-9][A-Za-z0-9.-]{0,253}:(?!0$)${PORT}$`);
const RELAY = new RegExp(`${MULTIADDR.source.slice(0, -1)}\\/p2p\\/[1-9A-HJ-NP-Za-km-z]{32,64}$`);

type Members = Readonly<Record<string, unknown>>;

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isPlaces(value: unknown, fields: readonly string[]): value is Members {
  return isMembers(value) && Object.keys(value).every((key) => fields.includes(key));
}

function flag(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

function word<T extends string>(...known: readonly T[]): (value: unknown) => T | undefined {
  return (value) => known.find((one) => one === value);
}

function ofShape(shape: RegExp): (value: unknown) => string | undefined {
  return (value) => (typeof value === 'string' && shape.test(value) ? value : undefined);
}

function listOf(shape: RegExp, least: number): (value: unknown) => readonly string[] | undefined {
  return (value) => {
    if (!Array.isArray(value) || value.length < least || value.length > LIMITS.helloEntries.most * 4)
      return undefined;
    const texts = value.filter((one): one is string => typeof one === 'string' && shape.test(one));
    return texts.length === value.length && new Set(texts).size === texts.length ? texts : undefined;
  };
}

function whole(least: number, most: number): (value: unknown) => number | undefined {
  return (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
      ? value
      : undefined;
}

function zone(value: unknown): string | undefined {
  if (typeof value !== 'string' || !/^[A-Za-z0-9_+-]{1,32}(?:\/[A-Za-z0-9_+-]{1,32}){0,2}$/.test(value))
    return undefined;
  try {
    new Intl.DateTimeFormat('en', { timeZone: value });
    return value;
  } catch {
    return undefined;
  }
}

function namespace(value: unknown): string | undefined {
  return typeof value === 'string' &&
    /^https:\/\/[A-Za-z0-9.-]+(?::\d{1,5})?$/.test(value) &&
    URL.canParse(value)
    ? value
    : undefined;
}

function address(value: unknown): { readonly host: string; readonly port: number } | undefined {
  const [, host = '', port = ''] = (typeof value === 'string' && /^(.*):(\d{1,5})$/.exec(value)) || [];
  const number = Number(port);
  if (port === '' || number > 65_535 || !/^(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]*)$/.test(host))
    return undefined;
  return { host: host.replace(/^\[|\]$/g, ''), port: number };
}

function transports(value: unknown): readonly TransportName[] | undefined {
  const names = listOf(TRANSPORT, 1)(value);
  return names as readonly TransportName[] | undefined;
}

function preferences(value: unknown): ReadonlyMap<NodeId, TransportName> | undefined {
  if (!isMembers(value)) return undefined;
  const pairs = Object.entries(value).flatMap(([key, name]) => {
    const node = nodeId(key);
    return node !== undefined && typeof name === 'string' && TRANSPORT.test(name)
      ? [[node, name as TransportName] as const]
      : [];
  });
  return pairs.length === Object.keys(value).length ? new Map(pairs) : undefined;
}

function instantText(value: unknown): Instant | undefined {
  return typeof value === 'string' ? readInstant(value) : undefined;
}

function pathIn(home: string): (value: unknown) => string | undefined {
  return (value) =>
    typeof value === 'string' && value !== '' && value.length <= 1_000 && !value.includes('\0')
      ? resolve(home, value)
      : undefined;
}

function isWithin(path: string, directory: string): boolean {
  return isAbsolute(path) && (path === directory || path.startsWith(`${directory}/`));
}
