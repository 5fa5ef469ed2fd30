/**
 * What a vendor or a site knows of the time: the instant that its centre told it with proof (R13), and how that suits what
 * it asked for itself. Whose wishes made it so it never hears (DESIGN §6).
 */
import type { Json } from '../../core/canonical.js';
import type { Case } from '../../core/case/case.js';
import { readFragment } from '../../core/schedule/merge.js';
import { judgeWish } from '../../core/schedule/own-wish.js';
import type { CostTable, Named } from '../../core/schedule/problem.js';
import type { State } from '../../core/state.js';
import type { Instant } from '../../core/time.js';
import { named, nameOf } from '../find.js';
import { localWhen, when } from './when.js';

/** @param tables by which costs are counted: those that charters are made with. */
export function toldScheduleView(state: State, held: Case, now: Instant, tables: Named<CostTable>): Json {
  const told = [...held.notices.values()]
    .toSorted((left, right) => left.epoch - right.epoch || (left.stage === 'settled' ? -1 : 1))
    .at(-1);
  return {
    case: held.id,
    basis: 'told',
    epoch: told?.epoch ?? null,
    at: when(told?.at),
    local: localWhen(state, told?.at),
    stage: told?.stage ?? null,
    charter: told?.charter ?? null,
    freezeMs: told?.freezeMs ?? null,
    inputHash: told?.inputHash ?? null,
    from: named(state, told?.from ?? held.from),
    roster: told === undefined ? null : `verified, roster per ${nameOf(state, told.from)}`,
    wish: wishOf(state, held, told?.at, now, tables),
  };
}

function wishOf(
  { self }: State,
  { preferences }: Case,
  at: Instant | undefined,
  now: Instant,
  tables: Named<CostTable>,
): Json {
  const wish = preferences.get(self.node);
  if (wish === undefined) return null;
  const saidAt = when(wish.stamp.at);
  const fragment = readFragment(wish.value);
  if (at === undefined || !fragment.ok) return { saidAt, suits: null, cost: null, lines: [] };
  const judged = judgeWish(fragment.value, self.node, at, now, tables);
  return judged.ok
    ? { saidAt, suits: judged.value.suits, cost: judged.value.cost, lines: [...judged.value.lines] }
    : { saidAt, suits: null, cost: null, lines: [] };
}
