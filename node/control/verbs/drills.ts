/** What the controller of an exercise asks of a DRILL node: is everything said, what is due next, and move the clock. */

import type { Json } from '../../core/canonical.js';
import { nextDue } from '../../core/duties.js';
import { ok, refuse } from '../../core/fault.js';
import { members, moment, none } from '../arguments.js';
import { type Desk, owedBy } from '../desk.js';
import { order, type Verb, type Verbs, view } from '../verb.js';
import { localWhen, when } from '../views/when.js';

export const DRILL_VERBS: Verbs = {
  clock: drillView((desk) => ({ now: when(desk.now()), local: localWhen(desk.state(), desk.now()) })),
  idle: drillView((desk) => ({
    idle: desk.live?.node.isIdle() ?? true,
    links: desk.live?.node.links().length ?? 0,
    owed: owedBy(desk),
  })),
  due: drillView((desk) => ({ due: when(nextDue(desk.state())), now: when(desk.now()) })),

  jump: order(members({ to: moment }), async ({ to }, bench) => {
    if (bench.state().self.mode !== 'drill' || bench.live.jump === undefined) return refuse('DRILL_ONLY');
    bench.live.jump(to);
    return ok({ now: when(bench.now()) });
  }),
};

function drillView(look: (desk: Desk) => Json): Verb {
  return view(none, (_, desk) =>
    desk.state().self.mode === 'drill' ? ok(look(desk)) : refuse('DRILL_ONLY'),
  );
}
