/** The centre that a vendor begins with: its card goes on file before the node runs for the first time. */

import { spelled } from '../control/find.js';
import { answer } from '../control/verbs.js';
import { utf8 } from '../core/bytes.js';
import type { Json } from '../core/canonical.js';
import { type Outcome, ok, refuse } from '../core/fault.js';
import type { Card, NodeMode } from '../core/registry/card.js';
import type { Instant } from '../core/time.js';
import { readCard } from '../envelope/card.js';
import { composeNode } from './compose.js';
import type { Config } from './config.js';

/** A centre's card, and the fingerprint where it was compared already. */
export interface FirstCentre {
  readonly card: Card;
  readonly text: string;
  /** As typed. */
  readonly fingerprint: string | undefined;
}

/**
 * Reads the card before anything is made, so that a wrong file leaves no half of a home.
 *
 * @param mode of the vendor. Faults: CARD_*, KEY_*, COMMAND_MALFORMED for a card that is no centre's, PEER_MODE,
 *   FINGERPRINT_MISMATCH.
 */
export async function readFirstCentre(
  text: string,
  fingerprint: string | undefined,
  mode: NodeMode,
  now: Instant,
): Promise<Outcome<FirstCentre>> {
  const card = await readCard(text, now);
  if (!card.ok) return card;
  const { node, role, mode: theirs } = card.value;
  if (role !== 'centre') return refuse('COMMAND_MALFORMED', { where: 'centre' });
  if (theirs !== mode) return refuse('PEER_MODE', { where: node });
  if (fingerprint !== undefined && spelled(fingerprint) !== node)
    return refuse('FINGERPRINT_MISMATCH', { where: node });
  return ok({ card: card.value, text, fingerprint });
}

/**
 * Starts the node for as long as two orders take.
 * Faults: those of a start.
 */
export async function enterFirstCentre(
  config: Config,
  { card, text, fingerprint }: FirstCentre,
  officer: string,
): Promise<Outcome<true>> {
  // Nobody is dialled: only what is written down counts here.
  const composed = await composeNode({ ...config, transports: [] }, () => undefined);
  if (!composed.ok) return composed;
  const order = (verb: string, given: Json) =>
    answer({ verb, arguments: utf8(JSON.stringify(given)), officer }, composed.value.desk);
  try {
    const added = await order('peer add', { card: text });
    if (!added.ok || fingerprint === undefined) return added.ok ? ok(true) : added;
    const verified = await order('peer verify', { peer: card.node, fingerprint, method: 'init' });
    return verified.ok ? ok(true) : verified;
  } finally {
    await composed.value.stop();
  }
}
