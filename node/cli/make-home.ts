/** A new home: configuration, passphrase, keys, first card, an empty store and its guard. */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemClock } from '../../adapters/clock/system.js';
import { Breakage, type Outcome, ok, refuse } from '../core/fault.js';
import type { NodeId } from '../core/ids.js';
import type { Instant } from '../core/time.js';
import { writeCard } from '../envelope/card.js';
import { createKeys } from '../envelope/create.js';
import { type Keys, openKeys, writeKeys } from '../envelope/keys.js';
import { openGuard } from '../store/guard.js';
import { levelAt } from '../store/level.js';
import { openFeeds } from '../store/open.js';
import { type Config, placesIn, readConfig } from './config.js';
import { ownCard, readPassphrase } from './own.js';

export interface NewHome {
  readonly config: Config;
  readonly node: NodeId;
  readonly card: string;
}

/**
 * Makes a home. Nothing that is there is overwritten.
 *
 * @param fields of the configuration file, as they will stand in it.
 * Faults: CONFIG_FIELD, COMMAND_MALFORMED where the home has a configuration or keys already, KEY_*.
 * @throws Breakage STORE_FAILED, STORE_FULL
 */
export async function makeHome(
  home: string,
  fields: Readonly<Record<string, unknown>>,
): Promise<Outcome<NewHome>> {
  const text = `${JSON.stringify(fields, undefined, 2)}\n`;
  const config = readConfig(text, home);
  if (!config.ok) return config;
  const places = placesIn(home);
  const isThere = async (path: string) => (await stat(path).catch(() => undefined)) !== undefined;
  for (const path of [places.config, places.keys, places.store, config.value.guardFile])
    if (await isThere(path))
      return refuse('COMMAND_MALFORMED', {
        where: path,
        expects: 'a home that no node has yet; --home names it',
      });
  await mkdir(home, { recursive: true, mode: 0o700 });
  await givePassphrase(config.value);
  const passphrase = await readPassphrase(config.value);
  if (!passphrase.ok) return passphrase;
  const now = config.value.drillStart ?? systemClock().now();
  const { name, mode } = config.value;
  const made = await createKeys({ name, mode, now, passphrase: passphrase.value });
  await writeKeys(places.keys, made);
  const keys = await openKeys(places.keys, passphrase.value);
  if (!keys.ok) return keys;
  const card = await issueCard(config.value, keys.value, 1, now);
  await emptyStore(config.value, now);
  // Last: a home without a configuration was never finished, and `init` says so by itself.
  await writeFile(places.config, text, { mode: 0o600, flag: 'wx' });
  return ok({ config: config.value, node: keys.value.node, card });
}

/** Writes and signs a card. @throws Breakage CARD_MALFORMED, KEY_* */
export async function issueCard(config: Config, keys: Keys, sequence: number, now: Instant): Promise<string> {
  const card = await writeCard(ownCard(config, keys, sequence, now), keys, now);
  await writeFile(placesIn(config.home).card, card, { mode: 0o644 });
  return card;
}

/** A passphrase of 256 random bits, where the operator brought none. */
async function givePassphrase({ passphraseFile }: Config): Promise<void> {
  const there = await readFile(passphraseFile, 'utf8').catch(() => undefined);
  if (there !== undefined) return;
  await mkdir(dirname(passphraseFile), { recursive: true, mode: 0o700 });
  await writeFile(passphraseFile, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
}

async function emptyStore(config: Config, now: Instant): Promise<void> {
  const directory = placesIn(config.home).store;
  const feeds = await openFeeds(levelAt(directory), { verify: 'heads', create: true, directory });
  try {
    const guard = await openGuard(config.guardFile, feeds.heads(), now, { fresh: true, database: directory });
    if (!guard.ok) throw new Breakage(guard.fault);
  } finally {
    await feeds.close();
  }
}
