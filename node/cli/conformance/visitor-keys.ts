/**
 * Who calls on the target: six nodes of the runner, for exercises only. Their keys and cards lie in one folder, so that
 * the operators of the target import the cards once and every later run is by the same nodes.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Outcome, ok, refuse } from '../../core/fault.js';
import type { Card, NodeRole } from '../../core/registry/card.js';
import type { Instant } from '../../core/time.js';
import { readCard, writeCard } from '../../envelope/card.js';
import { createKeys } from '../../envelope/create.js';
import { type Keys, openKeys, writeKeys } from '../../envelope/keys.js';
import { drillCard } from './drill-card.js';

/** The parts that are played. */
export type VisitorName = 'lead' | 'second' | 'forked' | 'vendor' | 'unverified' | 'stranger';

/** What each of them is, and what the operators of the target do with its card. */
const VISITORS: Readonly<Record<VisitorName, { readonly role: NodeRole; readonly card: CardUse }>> = {
  lead: { role: 'centre', card: 'verify' },
  second: { role: 'centre', card: 'verify' },
  // Signs two histories: whoever keeps the evidence takes nothing more from it.
  forked: { role: 'centre', card: 'verify' },
  vendor: { role: 'vendor', card: 'verify' },
  unverified: { role: 'centre', card: 'add' },
  stranger: { role: 'centre', card: 'never' },
};

/** Put on file and verified, put on file only, or never shown to the target. */
type CardUse = 'verify' | 'add' | 'never';

/** Keys and card of one of them. */
export interface Badge {
  readonly name: VisitorName;
  readonly keys: Keys;
  readonly card: Card;
  readonly cardText: string;
}

const PASSPHRASE_FILE = 'passphrase';

/** Where the card of a visitor lies. */
export function cardFile(folder: string, name: VisitorName): string {
  return join(folder, `${name}.card.asc`);
}

/** Makes keys and cards of all visitors in a new folder. @throws Error of the file system, EEXIST for a second time. */
export async function makeVisitors(folder: string, now: Instant): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const passphrase = randomBytes(24).toString('base64');
  await writeFile(join(folder, PASSPHRASE_FILE), `${passphrase}\n`, { mode: 0o600, flag: 'wx' });
  for (const name of names()) {
    const files = await createKeys({ name: `Conformance ${name}`, mode: 'drill', now, passphrase });
    await writeKeys(join(folder, name), files);
    const keys = await openKeys(join(folder, name), passphrase);
    if (!keys.ok) throw new Error(keys.fault.code);
    const text = await writeCard(cardOf(name, keys.value, now), keys.value, now);
    if (VISITORS[name].card !== 'never') await writeFile(cardFile(folder, name), text, { flag: 'wx' });
    else await writeFile(join(folder, name, 'never-import.card.asc'), text, { flag: 'wx' });
  }
}

/** Whether visitors have been made there. */
export async function areMade(folder: string): Promise<boolean> {
  return (await stat(join(folder, PASSPHRASE_FILE)).catch(() => undefined)) !== undefined;
}

/** Opens what {@link makeVisitors} made. Faults: KEY_*, CARD_*. */
export async function openVisitors(
  folder: string,
  now: Instant,
): Promise<Outcome<ReadonlyMap<VisitorName, Badge>>> {
  const passphrase = (await readFile(join(folder, PASSPHRASE_FILE), 'utf8').catch(() => '')).trim();
  if (passphrase === '') return refuse('KEY_UNKNOWN', { where: PASSPHRASE_FILE });
  const badges = new Map<VisitorName, Badge>();
  for (const name of names()) {
    const keys = await openKeys(join(folder, name), passphrase);
    if (!keys.ok) return keys;
    const file =
      VISITORS[name].card === 'never' ? join(folder, name, 'never-import.card.asc') : cardFile(folder, name);
    const cardText = await readFile(file, 'utf8').catch(() => undefined);
    if (cardText === undefined) return refuse('KEY_UNKNOWN', { where: file });
    const card = await readCard(cardText, now);
    if (!card.ok) return card;
    badges.set(name, { name, keys: keys.value, card: card.value, cardText });
  }
  return ok(badges);
}

function names(): readonly VisitorName[] {
  return Object.keys(VISITORS) as VisitorName[];
}

/** They have no address: the runner calls on the target, and nobody calls on the runner. */
function cardOf(name: VisitorName, keys: Keys, now: Instant): Card {
  const libp2p = [{ multiaddr: `/p2p/${keys.noise.peerId}` }];
  return drillCard(`Conformance ${name}`, keys, now, { role: VISITORS[name].role, libp2p });
}
