/** The operator's part of a settlement: asking for another instant, agreeing to one, and the policy for it. */

import type { Json } from '../../core/canonical.js';
import type { Case } from '../../core/case/case.js';
import { docketOf } from '../../core/case/chamber.js';
import { type Outcome, ok, refuse } from '../../core/fault.js';
import { LIMITS } from '../../core/limits.js';
import { standingOf } from '../../core/settlement/settle.js';
import { flag, members, moment, name, orElse, text } from '../arguments.js';
import { findCase } from '../find.js';
import { type Bench, order, type Verbs, view } from '../verb.js';
import { settlementView } from '../views/settlement-view.js';

export const SETTLEMENT_VERBS: Verbs = {
  show: view(members({ case: name }), (given, desk) => {
    const held = findCase(desk.state(), given.case);
    return held.ok ? ok(settlementView(desk.state(), held.value, desk.now())) : held;
  }),

  request: order(
    members({ case: name, why: orElse(text(LIMITS.titleCharacters.most), '') }),
    async (given, bench) => {
      const held = findCase(bench.state(), given.case);
      if (!held.ok) return held;
      const standing = standingOf(docketOf(bench.state(), held.value, bench.now()));
      if (standing === undefined) return refuse('CHARTER_ABSENT', { where: held.value.id });
      const round = standing.open?.open?.round;
      if (standing.open === undefined || round === undefined)
        return refuse('BALLOT_SLOT', { where: held.value.id });
      // A request is words to others; a centre that is alone has nobody to say them to.
      if (standing.charter.n === 1) return refuse('CHARTER_ROSTER', { where: held.value.id });
      const { slot } = standing.open;
      const body = { kind: 'amend_request', slot, round, why: given.why, change: undefined } as const;
      for (const node of standing.charter.roster) {
        if (node === bench.state().self.node) continue;
        const done = await bench.orderIn(held.value, { act: 'say', to: node, body });
        if (!done.ok) return done;
      }
      return shown(bench, held.value, ok(true));
    },
  ),

  approve: order(members({ case: name, at: moment }), async (given, bench) => {
    const held = findCase(bench.state(), given.case);
    if (!held.ok) return held;
    return shown(bench, held.value, await bench.orderIn(held.value, { act: 'approve', at: given.at }));
  }),

  reject: order(members({ case: name, at: moment }), async (given, bench) => {
    const held = findCase(bench.state(), given.case);
    if (!held.ok) return held;
    return shown(bench, held.value, await bench.orderIn(held.value, { act: 'reject', at: given.at }));
  }),

  auto: order(members({ case: name, on: flag }), async (given, bench) => {
    const held = findCase(bench.state(), given.case);
    if (!held.ok) return held;
    return shown(bench, held.value, await bench.orderIn(held.value, { act: 'auto_accept', on: given.on }));
  }),
};

function shown(bench: Bench, held: Case, done: Outcome<true>): Outcome<Json> {
  if (!done.ok) return done;
  const now = bench.state().cases.get(held.id) ?? held;
  return ok(settlementView(bench.state(), now, bench.now()));
}
