/**
 * The script: what operators of centres and vendors do, from the exchange of cards to the publication, in the order
 * of DOMAIN §3. Everything is typed at a console; nothing reaches into a node.
 */
import { openCase, proposeCharter, signCharter, tellVendors } from './act-opening.js';
import { approve, constrain, requestAmendment } from './act-settlement.js';
import { giveRemedies, grantDetails, reportStatus, requestDetails } from './act-vendors.js';
import { exchangeCards } from './cards.js';
import type { Exercise } from './exercise.js';

export interface Act {
  readonly name: string;
  /** Hours after the start of the exercise. */
  readonly hours: number;
  play(exercise: Exercise): Promise<void>;
}

/**
 * Everything before the wait for the instant (`instant.ts`). The earliest that can be settled is 313 hours after the
 * start: the request, a freeze of 72 hours and a day.
 */
export const ACTS: readonly Act[] = [
  { name: 'cards', hours: 0.1, play: exchangeCards },
  { name: 'opening', hours: 0.5, play: openCase },
  { name: 'charter', hours: 1, play: proposeCharter },
  { name: 'signatures', hours: 19, play: signCharter },
  { name: 'summaries', hours: 20, play: tellVendors },
  { name: 'requests', hours: 44, play: requestDetails },
  { name: 'details', hours: 70, play: grantDetails },
  { name: 'reports', hours: 166, play: reportStatus },
  { name: 'constraints', hours: 216, play: constrain },
  { name: 'amendment', hours: 217, play: requestAmendment },
  { name: 'approval', hours: 236, play: approve },
  { name: 'remedies', hours: 260, play: giveRemedies },
];
