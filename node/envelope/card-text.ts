/**
 * The text of a card, before its signature: one `Key: value` per line, in one fixed order, so that a card has one
 * spelling and people can read it. The certificate stands in it as base64.
 */
import { type Outcome, ok, refuse } from '../core/fault.js';
import { nodeId } from '../core/ids.js';
import { LIMITS } from '../core/limits.js';
import { fromBase64, toBase64 } from '../core/log/base64.js';
import type { Card, NodeMode, NodeRole } from '../core/registry/card.js';
import { readInstant, writeInstant } from '../core/time.js';
import { logKeyName, readVerifierKey } from './note.js';

/** A card whose certificate is still the bytes of the text: parsing it is the keyring's. */
export interface CardText extends Omit<Card, 'certificate'> {
  readonly certificate: Uint8Array;
}

/** Every key of a line, in the order of the text. A list may have none or several lines of its key. */
const KEYS = [
  'Isochron-Card',
  'Node',
  'Name',
  'Role',
  'Mode',
  'Sequence',
  'Expires',
  'Zone',
  'Language',
  'Embargo-Days',
  'Reply-By-Days',
  'Cycle',
  'Grpc',
  'Tls-Pin',
  'Libp2p',
  'Log-Key',
  'Certificate',
] as const;

type Key = (typeof KEYS)[number];

const ROLES: Readonly<Record<NodeRole, true>> = {
  centre: true,
  vendor: true,
  reception_body: true,
  infrastructure_site: true,
};
const MODES: Readonly<Record<NodeMode, true>> = { production: true, drill: true };

/** `readCardText(writeCardText(a)) = a` for every card that {@link readCardText} can give. */
export function writeCardText(card: CardText): string {
  const lines: Readonly<Record<Key, readonly string[]>> = {
    'Isochron-Card': ['1'],
    Node: [card.node],
    Name: [card.name],
    Role: [card.role],
    Mode: [card.mode],
    Sequence: [String(card.sequence)],
    Expires: [writeInstant(card.expiresAt)],
    Zone: [card.zone],
    Language: card.languages,
    'Embargo-Days': [String(card.embargoDays)],
    'Reply-By-Days': [String(card.replyByDays)],
    Cycle: card.cycles,
    Grpc: card.grpc.map(({ target }) => target),
    'Tls-Pin': card.tlsPins,
    Libp2p: card.libp2p.map(({ multiaddr }) => multiaddr),
    'Log-Key': [card.logKey],
    Certificate: toBase64(card.certificate).match(/.{1,76}/g) ?? [],
  };
  return KEYS.flatMap((key) => lines[key].map((value) => `${key}: ${value}\n`)).join('');
}

/**
 * Reads the lines of a card. A text that is not letter for letter what {@link writeCardText} writes is refused:
 * unknown, missing, repeated and misplaced lines, other spellings of numbers and times, blanks at line ends.
 *
 * Faults: CARD_MALFORMED with the key of the line.
 */
export function readCardText(text: string): Outcome<CardText> {
  const values = valuesOf(text);
  if (!values.ok) return values;
  const all = values.value;
  const one = (key: Key) => all.get(key)?.[0] ?? '';
  const many = (key: Key) => all.get(key) ?? [];
  const node = nodeId(one('Node'));
  const expiresAt = readInstant(one('Expires'));
  const certificate = fromBase64(many('Certificate').join(''));
  if (node === undefined) return malformed('Node');
  if (expiresAt === undefined) return malformed('Expires');
  if (certificate === undefined) return malformed('Certificate');
  const card: CardText = {
    node,
    name: one('Name'),
    role: one('Role') as NodeRole,
    mode: one('Mode') as NodeMode,
    sequence: Number(one('Sequence')),
    expiresAt,
    zone: one('Zone'),
    languages: many('Language'),
    embargoDays: Number(one('Embargo-Days')),
    replyByDays: Number(one('Reply-By-Days')),
    cycles: many('Cycle'),
    grpc: many('Grpc').map((target) => ({ target })),
    tlsPins: many('Tls-Pin'),
    libp2p: many('Libp2p').map((multiaddr) => ({ multiaddr })),
    logKey: one('Log-Key'),
    certificate,
  };
  const flaw = cardFlaw(card);
  if (flaw) return malformed(flaw);
  return writeCardText(card) === text ? ok(card) : malformed('order of lines');
}

/** The key of the first line whose value is out of bounds; also for cards on their way out. */
export function cardFlaw(card: CardText): Key | undefined {
  const verifier = readVerifierKey(card.logKey);
  const fits: readonly (readonly [Key, boolean])[] = [
    ['Name', isPlainLine(card.name)],
    ['Role', Object.hasOwn(ROLES, card.role)],
    ['Mode', Object.hasOwn(MODES, card.mode)],
    ['Sequence', isBetween(card.sequence, 1, Number.MAX_SAFE_INTEGER)],
    ['Zone', ZONE.test(card.zone)],
    ['Language', card.languages.length > 0 && isShortList(card.languages, LANGUAGE)],
    ['Embargo-Days', isBetween(card.embargoDays, 1, 365)],
    ['Reply-By-Days', isBetween(card.replyByDays, 3, 365)],
    ['Cycle', isShortList(card.cycles, CYCLE)],
    [
      'Grpc',
      isShortList(
        card.grpc.map(({ target }) => target),
        TARGET,
      ),
    ],
    ['Tls-Pin', isShortList(card.tlsPins, PIN) && card.tlsPins.length >= Math.min(card.grpc.length, 1)],
    [
      'Libp2p',
      isShortList(
        card.libp2p.map(({ multiaddr }) => multiaddr),
        MULTIADDR,
      ),
    ],
    ['Log-Key', verifier?.type === 1 && verifier.name === logKeyName(card.node)],
    ['Certificate', card.certificate.length > 0 && card.certificate.length <= LIMITS.cardBytes.most / 2],
  ];
  return fits.find(([, fit]) => !fit)?.[0];
}

/** One line that shows as what it is: normal form, no control, format or private characters, no outer blanks. */
export function isPlainLine(text: string): boolean {
  return (
    text !== '' &&
    [...text].length <= LIMITS.nameCharacters.most &&
    text === text.trim() &&
    text === text.normalize('NFC') &&
    !/[\p{C}\p{Zl}\p{Zp}]/u.test(text)
  );
}

const ZONE = /^[A-Za-z0-9_+-]{1,32}(?:\/[A-Za-z0-9_+-]{1,32}){0,2}$/;
const LANGUAGE = /^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}$/;
const CYCLE = /^[a-z0-9][a-z0-9-]{0,63}$/;
const TARGET =
  /^(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){0,8}[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?:[1-9]\d{0,4}$/;
const PIN = /^[0-9a-f]{64}$/;
const MULTIADDR = /^(?:\/[A-Za-z0-9.:_-]{1,128}){0,12}\/p2p\/[1-9A-HJ-NP-Za-km-z]{32,64}$/;

function isShortList(values: readonly string[], shape: RegExp): boolean {
  return (
    values.length <= LIMITS.cardValues.most &&
    new Set(values).size === values.length &&
    values.every((value) => value.length <= 300 && shape.test(value))
  );
}

function isBetween(value: number, least: number, most: number): boolean {
  return Number.isSafeInteger(value) && value >= least && value <= most;
}

function valuesOf(text: string): Outcome<ReadonlyMap<Key, readonly string[]>> {
  if (!text.startsWith('Isochron-Card: 1\n')) return malformed('Isochron-Card');
  const values = new Map<Key, string[]>();
  for (const line of text.split('\n').slice(0, -1)) {
    const [, name = '', value = ''] = /^([A-Z][A-Za-z0-9-]{0,31}): (.{1,2000})$/u.exec(line) ?? [];
    const key = KEYS.find((known) => known === name);
    if (key === undefined) return malformed('unknown line');
    values.set(key, [...(values.get(key) ?? []), value]);
  }
  return ok(values);
}

function malformed(where: string): ReturnType<typeof refuse> {
  return refuse('CARD_MALFORMED', { where });
}
