/** `backup verify`: every log of a backup against the cards in it, and the books against the index. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Outcome, ok, refuse } from '../core/fault.js';
import { feedDirectory } from '../store/backup.js';
import { readBackup } from '../store/restore.js';
import { verifyExported } from './verify-exported.js';

export interface VerifiedBackup {
  readonly node: string;
  readonly at: string;
  readonly feeds: number;
  readonly entries: number;
}

/** Faults: LOG_*, CHECKPOINT_*, RECEIPT_*, CARD_*, KEY_*, STORE_FORMAT, STORE_DAMAGED (books). */
export async function verifyBackup(directory: string): Promise<Outcome<VerifiedBackup>> {
  const index = await readBackup(directory);
  if (!index.ok) return index;
  const { node, at, feeds } = index.value;
  const cardOf = (of: string) =>
    readFile(join(directory, 'cards', `${of}.card.asc`), 'utf8').catch(() => undefined);
  let entries = 0;
  for (const feed of feeds) {
    const place = feedDirectory(feed);
    const cards = { author: await cardOf(feed.author), peer: await cardOf(feed.recipient) };
    const verified = await verifyExported(join(directory, place), cards);
    if (!verified.ok)
      return refuse(verified.fault.code, {
        ...verified.fault,
        where: `${place} ${verified.fault.where ?? ''}`,
      });
    if (verified.value.size !== feed.size || verified.value.root !== feed.root)
      return refuse('CHECKPOINT_ROOT', { where: place, held: verified.value.size, offered: feed.size });
    entries += feed.size;
  }
  return ok({ node, at, feeds: feeds.length, entries });
}
