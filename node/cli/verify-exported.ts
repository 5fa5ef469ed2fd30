/** `log verify --dir`: an exported log against the keys beside it, and those against cards where cards are named. */
import { type Outcome, ok, refuse } from '../core/fault.js';
import { rootOf } from '../core/log/tree.js';
import { after, type Instant, SECOND } from '../core/time.js';
import { cardExpiry, readCard } from '../envelope/card.js';
import { verifyExport } from '../store/exported.js';
import { notesByKeys } from './notes-by-keys.js';

export interface VerifiedExport {
  readonly size: number;
  readonly root: string;
  /** Entries that the peer cosigned. */
  readonly cosigned: number | null;
  /** Both keys are those of the cards that were named. */
  readonly trusted: boolean;
}

/**
 * @param cards texts of card files whose log keys must be the ones beside the log.
 * Faults: LOG_*, CHECKPOINT_*, RECEIPT_*; CARD_*, KEY_* for a card that does not hold.
 */
export async function verifyExported(
  directory: string,
  cards: Readonly<Record<'author' | 'peer', string | undefined>>,
): Promise<Outcome<VerifiedExport>> {
  const expected: { author?: string; peer?: string } = {};
  for (const role of ['author', 'peer'] as const) {
    if (cards[role] === undefined) continue;
    const card = await readCard(cards[role], lastMomentOf(cards[role]));
    if (!card.ok) return card;
    expected[role] = card.value.logKey;
  }
  let mismatch: string | undefined;
  const verified = await verifyExport(directory, (keys) => {
    for (const role of ['author', 'peer'] as const)
      if (expected[role] !== undefined && expected[role] !== keys[role]) mismatch = `${role}.vkey`;
    return notesByKeys(keys.author, keys.peer);
  });
  if (mismatch !== undefined) return refuse('CHECKPOINT_SIGNATURE', { where: mismatch });
  if (!verified.ok) return verified;
  const { tip, newest } = verified.value;
  const trusted = cards.author !== undefined && cards.peer !== undefined;
  return ok({ size: tip.size, root: rootOf(tip), cosigned: newest?.size ?? null, trusted });
}

/**
 * Whose key signed an old log does not depend on today, and the clock of an exercise is another one: a card is judged
 * at the last moment at which it says that it holds.
 */
function lastMomentOf(card: string): Instant {
  const expires = cardExpiry(card);
  return expires === undefined ? (0 as Instant) : after(expires, -SECOND);
}
