/**
 * Which bodies for third parties a statement carries, so that the envelope room can verify each of them.
 */
import type { Body } from '../statement.js';
import type { Ballot } from './ballot.js';

/** In the order in which they stand; most statements carry none. */
export function ballotsIn(body: Body): readonly Ballot[] {
  switch (body.kind) {
    case 'ballot':
      return [body.ballot];
    case 'publication_notice':
    case 'invitation':
      return body.proof;
    default:
      return [];
  }
}
