/** The operator's part of a settlement: asking for another instant, agreeing to one, and the policy for it. */

import type { Json } from '../../core/canonical.js';
import type { Case } from '../../core/case/case.js';
import { docketOf } from '../../core/case/chamber.js';
import { type Outcome, ok, refuse } from '../../core/fault.js';
import { LIMITS } from '../../core/limits.js';
import type { ProcessModel, SeatChange } from '../../core/settlement/ballot.js';
import { standingOf } from '../../core/settlement/settle.js';
import type { State } from '../../core/state.js';
import {
  flag,
  members,
  moment,
  name,
  oneOf,
  optional,
  orElse,
  type Read,
  text,
  wrong,
} from '../arguments.js';
import { findCase, findMember, findPeer } from '../find.js';
import { type Bench, order, type Verbs, view } from '../verb.js';
import { settlementView } from '../views/settlement-view.js';

interface SeatWish {
  readonly case: string;
  readonly add: { readonly peer: string; readonly model: ProcessModel } | undefined;
  readonly remove: string | undefined;
  readonly lead: string | undefined;
  readonly reject: boolean;
  readonly reason: string;
}

const model: Read<ProcessModel> = oneOf(1, 2);
const seat = members<NonNullable<SeatWish['add']>>({ peer: name, model: orElse(model, 2) });

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
      const { slot } = standing.open;
      const body = { kind: 'amend_request', slot, round, why: given.why, change: undefined } as const;
      const others = standing.charter.roster.filter((node) => node !== bench.state().self.node);
      // A request is words to the others; a centre that is alone on the roster asks itself (R5).
      for (const node of others.length === 0 ? standing.charter.roster : others) {
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

  roster: order(
    members<SeatWish>({
      case: name,
      add: optional(seat),
      remove: optional(name),
      lead: optional(name),
      reject: orElse(flag, false),
      reason: text(LIMITS.titleCharacters.most, 1),
    }),
    async (given, bench) => {
      const held = findCase(bench.state(), given.case);
      if (!held.ok) return held;
      const change = changeFrom(bench.state(), given);
      if (!change.ok) return change;
      const { reason, reject } = given;
      const done = await bench.orderIn(held.value, {
        act: 'seat_change',
        change: change.value,
        agree: !reject,
        reason,
      });
      return shown(bench, held.value, done);
    },
  ),

  join: order(members({ case: name }), async (given, bench) => {
    const held = findCase(bench.state(), given.case);
    if (!held.ok) return held;
    return shown(bench, held.value, await bench.orderIn(held.value, { act: 'charter_join' }));
  }),

  auto: order(members({ case: name, on: flag }), async (given, bench) => {
    const held = findCase(bench.state(), given.case);
    if (!held.ok) return held;
    return shown(bench, held.value, await bench.orderIn(held.value, { act: 'auto_accept', on: given.on }));
  }),
};

/** Exactly one of the three is asked for; our own centre goes by its name too. */
function changeFrom(state: State, { add, remove, lead }: SeatWish): Outcome<SeatChange> {
  if ([add, remove, lead].filter((wish) => wish !== undefined).length !== 1) return wrong('add|remove|lead');
  if (add !== undefined) {
    const node = findPeer(state, add.peer, 'add');
    return node.ok ? ok({ kind: 'join', member: { node: node.value, model: add.model } }) : node;
  }
  const member = findMember(state, remove ?? lead ?? '', remove === undefined ? 'lead' : 'remove');
  return member.ok ? ok({ kind: remove === undefined ? 'lead' : 'leave', node: member.value }) : member;
}

function shown(bench: Bench, held: Case, done: Outcome<true>): Outcome<Json> {
  if (!done.ok) return done;
  const now = bench.state().cases.get(held.id) ?? held;
  return ok(settlementView(bench.state(), now, bench.now()));
}
