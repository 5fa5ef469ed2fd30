/** Which bodies cross from node to node, and which a node says to itself only. */
import type { Body, HomeBody, SpokenBody } from './statement.js';

const HOME: Readonly<Record<HomeBody['kind'], true>> = {
  order: true,
  tick: true,
  clock_sample: true,
  start: true,
  hello: true,
  lacking: true,
  returned: true,
  answered: true,
  publish_intent: true,
  publish_report: true,
  stage_report: true,
  letter_sent: true,
  letter_held: true,
  letter_returned: true,
  reply_read: true,
  note_answered: true,
  note_returned: true,
};

/** Whether this body crosses from node to node. A kind of the home feed without a row above does not compile. */
export function isSpoken(body: Body): body is SpokenBody {
  return !Object.hasOwn(HOME, body.kind);
}
