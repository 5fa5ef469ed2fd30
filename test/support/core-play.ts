/** The beginning of scenarios on pure machines: they know each other, and the lead has opened a case. */
import {
  type CoreSeat,
  type CoreWorld,
  introduceCores,
  openCoreWorld,
} from '../../node/cli/conformance/exchange/core-world.js';
import type { CharterTerms } from '../../node/core/settlement/ballot.js';
import { after, DAY } from '../../node/core/time.js';
import { about, opening, termsFor } from './case-play.js';
import { type TestNode, testNode } from './keys.js';

/** @param says what {@link opening} takes. @param lead who opens the case. */
export function openCores(
  seats: readonly CoreSeat[],
  says: Parameters<typeof opening>[0] = {},
  lead: TestNode = 'cert',
): CoreWorld {
  const world = openCoreWorld(seats);
  introduceCores(world, seats);
  world.order(lead, opening(says), about());
  return world;
}

/** The first of them tells the others, and all sign charter 1. @returns its terms. */
export function agreeCores(world: CoreWorld, centres: readonly TestNode[]): CharterTerms {
  const [lead, ...others] = centres;
  if (lead === undefined) throw new Error('a roster has a lead');
  const terms = termsFor({ centres }, world.now);
  const replyBy = after(world.now, 7 * DAY);
  world.order(lead, { act: 'tell', to: others.map(testNode), replyBy }, about());
  world.order(lead, { act: 'charter_propose', terms }, about());
  world.settle();
  for (const name of others) world.order(name, { act: 'charter_sign' }, about());
  world.settle();
  return terms;
}
