/** What several suites expect of a target. */
import { randomBytes } from 'node:crypto';
import type { FaultCode } from '../../core/fault.js';
import type { CaseId } from '../../core/ids.js';
import type { Statement } from '../../core/statement.js';
import type { Stage } from './check.js';
import { about, entryOf, hastySummary, raisedFrom } from './craft.js';
import type { Conversation, Visitor } from './visitor.js';
import { demand } from './watch.js';

/** The conversation ends with a fatal fault of one of these codes. */
export async function endsWith(
  stage: Stage,
  conversation: Conversation,
  codes: readonly FaultCode[],
): Promise<void> {
  const ending = await stage.watch.until('the end of the conversation', () => conversation.over());
  const code = ending.fault?.code;
  demand(
    code !== undefined && codes.includes(code),
    `the conversation ended with ${code ?? 'no fault'} instead of ${codes.join(' or ')}`,
  );
}

/** The first word of the target that fits, among those heard by this visitor. */
export function saidBy<T>(
  stage: Stage,
  visitor: Visitor,
  what: string,
  fits: (statement: Statement) => T | undefined,
): Promise<T> {
  return stage.watch.until(what, () => {
    for (const { statement } of visitor.heard) {
      const found = statement && fits(statement);
      if (found !== undefined) return found;
    }
    return undefined;
  });
}

/**
 * Opens a case at the target that is good for nothing: its summary asks for an answer within a day, and the target
 * says that it takes 72 hours (DIS-M4).
 */
export async function openScrapCase(stage: Stage, visitor: Visitor): Promise<CaseId> {
  const caseId = stage.newCase();
  const { statement } = await visitor.say(about(caseId, hastySummary(visitor.badge.keys.node, stage.now())));
  await visitor.acknowledged();
  const raised = await saidBy(stage, visitor, 'reply_by_raised', ({ body, caseId: held }) =>
    held === caseId && body.kind === 'reply_by_raised' ? body.replyBy : undefined,
  );
  demand(
    raised === raisedFrom(statement.createdAt),
    'the time to reply was raised to something else than 72 hours',
  );
  return caseId;
}

/**
 * Resolves when the target has heard all that this visitor said before: a summary that calls for an answer at once is
 * said behind it, and answered.
 */
export async function caughtUp(stage: Stage, visitor: Visitor): Promise<void> {
  await openScrapCase(stage, visitor);
}

/**
 * As {@link caughtUp}, for those who may open no case: an entry that nobody can open is complained of behind all
 * earlier words, and good words end the row.
 */
export async function signOfLife(stage: Stage, visitor: Visitor): Promise<void> {
  const sequence = visitor.said.tip.size;
  const place = visitor.place();
  visitor.append(entryOf(place, randomBytes(32), new Uint8Array(randomBytes(64))));
  await saidBy(stage, visitor, `unreadable for entry ${sequence}`, ({ body }) =>
    body.kind === 'unreadable' && body.sequence === sequence ? true : undefined,
  );
  await visitor.say(about(stage.newCase(), { kind: 'inquiry', text: 'Exercise.' }));
  await saidBy(stage, visitor, `the end of the row at entry ${sequence}`, ({ body }) =>
    body.kind === 'unreadable' && body.until === sequence ? true : undefined,
  );
}
