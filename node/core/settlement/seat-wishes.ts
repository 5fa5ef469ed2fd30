/** Changes of seats that are asked for or proposed now, and what our operator said of each (R12). */
import { byText } from '../bytes.js';
import type { NodeId } from '../ids.js';
import type { Instant } from '../time.js';
import type { SeatChange } from './ballot.js';
import type { Docket } from './docket.js';
import { hasJoinerSigned } from './judge.js';
import { liveWants } from './rounds.js';
import type { Standing } from './settle.js';
import { roundOf } from './tally.js';
import { changeKey } from './value.js';

export interface SeatWish {
  readonly change: SeatChange;
  /** Members who asked for it or proposed it, the first one first. */
  readonly by: readonly NodeId[];
  readonly since: Instant;
  /** What our operator ordered last; `undefined` where nobody was asked yet. */
  readonly ours: 'agree' | 'reject' | undefined;
  /** A centre that is to join has not signed the present epoch. */
  readonly awaitsJoiner: boolean;
}

/** In the order in which they were first asked for; none while no round is open. */
export function seatWishes(docket: Docket, standing: Standing): readonly SeatWish[] {
  const { charter, open } = standing;
  if (open?.open === undefined) return [];
  const { round } = open.open;
  const asked = liveWants(docket.wants, charter, open.slot, round).flatMap(({ by, change, heldAt }) =>
    change ? [{ by, change, heldAt }] : [],
  );
  const proposed = roundOf(open.tally, round).proposals.flatMap(({ ballot, heldAt }) => {
    const { value } = ballot.body;
    return value.kind === 'change' ? [{ by: ballot.author, change: value.change, heldAt }] : [];
  });
  const wishes = new Map<string, SeatWish>();
  const all = [...asked, ...proposed].sort(
    (left, right) => left.heldAt - right.heldAt || byText(left.by, right.by),
  );
  for (const { by, change, heldAt } of all) {
    const key = changeKey(change);
    const known = wishes.get(key);
    wishes.set(key, {
      change,
      by: known ? [...known.by.filter((node) => node !== by), by] : [by],
      since: known?.since ?? heldAt,
      ours: docket.seatOrders.get(key),
      awaitsJoiner: !hasJoinerSigned(docket, standing, change),
    });
  }
  return [...wishes.values()];
}

/** The centre that joins, leaves or leads. */
export function whoseSeat(change: SeatChange): NodeId {
  return change.kind === 'join' ? change.member.node : change.node;
}
