/**
 * Summaries that are ordered and not yet said: after each start nothing is appended to the feed of a peer before it
 * was here (R9). Who is owed one is told, as far as an order goes, and must not be told again.
 */
import type { NodeId } from '../ids.js';
import { owedWords } from '../owed.js';
import type { State } from '../state.js';
import type { Instant } from '../time.js';
import type { Case } from './case.js';

/** @returns until when each of them is asked to answer. */
export function owedSummaries({ life }: State, held: Case): ReadonlyMap<NodeId, Instant> {
  const owed = new Map<NodeId, Instant>();
  for (const [node, row] of life.owed)
    for (const effect of owedWords(row))
      if (
        effect.kind === 'say' &&
        effect.draft.caseId === held.id &&
        effect.draft.body.kind === 'case_summary'
      )
        owed.set(node, effect.draft.body.replyBy);
  return owed;
}
