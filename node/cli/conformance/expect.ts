/** What several suites expect of a target. */
import type { FaultCode } from '../../core/fault.js';
import type { Stage } from './check.js';
import type { Conversation } from './visitor.js';
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
