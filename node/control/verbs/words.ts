/** Free words between two nodes about a case, notices of a breach, and what waits for an answer. */

import type { Case } from '../../core/case/case.js';
import { ok, refuse } from '../../core/fault.js';
import type { NodeId } from '../../core/ids.js';
import { LIMITS } from '../../core/limits.js';
import { isCentre } from '../../core/registry/peers.js';
import type { State } from '../../core/state.js';
import { members, moment, name, none, oneOf, optional, orElse, text } from '../arguments.js';
import { findCase, findPeer } from '../find.js';
import { reached, reachedRoster, reachOf } from '../reach.js';
import { order, type Verbs, view } from '../verb.js';
import { caseLine } from '../views/case-view.js';
import { inboxView } from '../views/inbox-view.js';
import { when } from '../views/when.js';

const said = text(LIMITS.textCharacters.most, 1);

export const INQUIRY_VERBS: Verbs = {
  send: order(
    members({ case: name, to: name, text: said, kind: orElse(oneOf('inquiry', 'comment'), 'inquiry') }),
    async (given, bench) => {
      const held = findCase(bench.state(), given.case);
      if (!held.ok) return held;
      const to = findPeer(bench.state(), given.to, 'to');
      if (!to.ok) return to;
      const body = { kind: given.kind, text: given.text };
      const done = await bench.orderIn(held.value, { act: 'say', to: to.value, body });
      return done.ok ? ok({ case: held.value.id, to: reachOf(bench, held.value.id, to.value) }) : done;
    },
  ),
};

export const INBOX_VERBS: Verbs = {
  list: view(none, (_, desk) => ok(inboxView(desk.state(), desk.now()))),
};

export const BREACH_VERBS: Verbs = {
  report: order(
    members({
      case: name,
      evidence: said,
      seenAt: optional(moment),
      kind: orElse(oneOf('leak', 'attacks_observed'), 'leak'),
    }),
    async (given, bench) => {
      const held = findCase(bench.state(), given.case);
      if (!held.ok) return held;
      const { evidence } = given;
      if (given.kind === 'attacks_observed') {
        const { origin, told } = held.value;
        const { peers } = bench.state();
        const centres = [...told.keys()].filter((node) => {
          const record = peers.get(node);
          return record !== undefined && isCentre(record);
        });
        const to = [...new Set([...upwardFrom(bench.state(), held.value), ...centres])];
        if (to.length === 0) return refuse('CASE_MEMBER', { where: origin });
        for (const node of to) {
          const body = { kind: 'attacks_observed', evidence } as const;
          const done = await bench.orderIn(held.value, { act: 'say', to: node, body });
          if (!done.ok) return done;
        }
        return ok({ case: held.value.id, to: reached(bench, held.value.id, to) });
      }
      const seenAt = given.seenAt ?? bench.now();
      const done = await bench.orderIn(held.value, { act: 'breach_report', evidence, seenAt });
      if (!done.ok) return done;
      const roster = reachedRoster(bench, held.value);
      const to =
        roster.length > 0 ? roster : reached(bench, held.value.id, upwardFrom(bench.state(), held.value));
      return ok({ case: held.value.id, seenAt: when(seenAt), to });
    },
  ),

  confirm: order(members({ case: name }), async (given, bench) => {
    const held = findCase(bench.state(), given.case);
    if (!held.ok) return held;
    const done = await bench.orderIn(held.value, { act: 'breach_confirm' });
    if (!done.ok) return done;
    const now = bench.state().cases.get(held.value.id) ?? held.value;
    return ok(caseLine(bench.state(), now, bench.now()));
  }),
};

/** Who told us of the case; nobody where it is our own. */
function upwardFrom({ self }: State, { from }: Case): readonly NodeId[] {
  return from === self.node ? [] : [from];
}
