/** Commands while no node runs: views go straight to the store, everything else is refused. */
import { utf8 } from '../core/bytes.js';
import type { Json } from '../core/canonical.js';
import { type Outcome, refuse } from '../core/fault.js';
import type { Desk } from './desk.js';
import { answer, VERBS } from './verbs.js';

/**
 * @param open opens the desk, once it is clear that it is needed; the caller closes what it opened.
 * Faults: NODE_NOT_RUNNING for orders and for what only a running node can tell.
 */
export async function answerOffline(
  verb: string,
  given: Json,
  open: () => Promise<Outcome<Desk>>,
): Promise<Outcome<Json>> {
  const row = VERBS.get(verb);
  if (row === undefined) return refuse('COMMAND_MALFORMED', { where: 'verb' });
  if (row.kind === 'order' || verb.startsWith('drill ')) return refuse('NODE_NOT_RUNNING');
  const desk = await open();
  if (!desk.ok) return desk;
  return answer({ verb, arguments: utf8(JSON.stringify(given)), officer: '' }, desk.value);
}
