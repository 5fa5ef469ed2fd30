/** What this node says of itself: its passphrase, its keys, its card, and the state's view of both. */
import { readFile, stat } from 'node:fs/promises';
import { type Outcome, ok, refuse } from '../core/fault.js';
import type { Card } from '../core/registry/card.js';
import type { Self } from '../core/state.js';
import { after, DAY, type Instant } from '../core/time.js';
import type { Keys } from '../envelope/keys.js';
import { openKeys } from '../envelope/keys.js';
import { writeVerifierKey } from '../envelope/note.js';
import { type Config, placesIn } from './config.js';
import { shippedZones } from './zones.js';

/** A card holds for a year; `card renew` makes the next one. */
const CARD_LIFE_MS = 365 * DAY;

/** First line of the passphrase file. Faults: CONFIG_FIELD where it is missing, empty, or open to others. */
export async function readPassphrase(config: Config): Promise<Outcome<string>> {
  const wrong = (expects: string) => refuse('CONFIG_FIELD', { where: '/passphraseFile', expects });
  const text = await readFile(config.passphraseFile, 'utf8').catch(() => undefined);
  if (text === undefined) return wrong('a file that is there and can be read');
  const [line = ''] = text.split(/\r?\n/);
  if (line === '') return wrong('a file with the passphrase in its first line');
  const { mode } = await stat(config.passphraseFile);
  return (mode & 0o077) === 0 ? ok(line) : wrong('a file that only its owner may read: chmod 600');
}

/** Faults: CONFIG_FIELD, KEY_UNKNOWN, KEY_LOCKED, KEY_PROFILE. */
export async function openOwnKeys(config: Config): Promise<Outcome<Keys>> {
  const passphrase = await readPassphrase(config);
  return passphrase.ok ? openKeys(placesIn(config.home).keys, passphrase.value) : passphrase;
}

/** The card that the configuration asks for. */
export function ownCard(config: Config, keys: Keys, sequence: number, now: Instant): Card {
  return {
    node: keys.node,
    name: config.name,
    role: config.role,
    mode: config.mode,
    certificate: keys.certificate.armoured,
    logKey: writeVerifierKey(keys.log.verifier),
    tlsPins: [keys.tls.pin],
    grpc: config.transports.includes('grpc') ? config.grpc.advertise.map((target) => ({ target })) : [],
    libp2p: config.transports.includes('libp2p') ? libp2pLines(config, keys) : [],
    zone: config.zone,
    languages: config.languages,
    embargoDays: config.embargoDays,
    replyByDays: config.replyByDays,
    cycles: config.cycles,
    sequence,
    // Whole seconds, as a card spells them.
    expiresAt: after((now - (now % 1_000)) as Instant, CARD_LIFE_MS),
  };
}

/** Whoever only dials has a line as well: it says which peer id to let in. */
function libp2pLines({ libp2p }: Config, keys: Keys): Card['libp2p'] {
  const places = [...libp2p.advertise, ...libp2p.reachedThrough.map((relay) => `${relay}/p2p-circuit`)];
  return (places.length > 0 ? places : ['']).map((place) => ({
    multiaddr: `${place}/p2p/${keys.noise.peerId}`,
  }));
}

/** Faults: KEY_UNKNOWN where no card lies in the home. */
export async function readOwnCard(config: Config): Promise<Outcome<string>> {
  const text = await readFile(placesIn(config.home).card, 'utf8').catch(() => undefined);
  return text === undefined ? refuse('KEY_UNKNOWN', { where: 'own.card.asc' }) : ok(text);
}

export function selfOf(config: Config, keys: Keys, cardText: string): Self {
  return {
    node: keys.node,
    name: config.name,
    role: config.role,
    mode: config.mode,
    zone: config.zone,
    namespace: config.namespace,
    idPrefix: config.idPrefix,
    embargoDays: config.embargoDays,
    replyByDays: config.replyByDays,
    cardText,
    certificate: keys.certificate.armoured,
    zones: shippedZones(),
  };
}
