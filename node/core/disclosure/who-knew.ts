/**
 * Who was told what, when, and since when it is proved that they hold it (DESIGN §5.1). The record of own words gives
 * the first two; the first receipt that covers an entry gives the third.
 */

import { byText } from '../bytes.js';
import type { Disclosure } from '../case/case.js';
import type { NodeId } from '../ids.js';
import { type Instant, SECOND } from '../time.js';

/** One thing that was said to one recipient. */
export interface Known {
  readonly what: Disclosure['what'];
  readonly kind: string;
  readonly tlp: Disclosure['tlp'];
  readonly statement: Disclosure['statement'];
  readonly sequence: number;
  readonly saidAt: Instant;
  /** When the recipient cosigned a checkpoint that covers the entry; absent while no receipt does. */
  readonly receivedAt: Instant | undefined;
}

export interface Recipient {
  readonly to: NodeId;
  /** In the order of the feed. */
  readonly disclosed: readonly Known[];
}

/** As much of a receipt as counts here. */
export interface Covering {
  readonly size: number;
  readonly at: Instant;
}

/**
 * The disclosure record as it stood at the end of a second: receipts count whole seconds, and so do people.
 *
 * @param receipts of the own feed to each recipient, by node id, in any order. A receipt of size n covers the
 *   entries 0 … n − 1; the earliest one that covers an entry counts.
 * @param at what was said in a later second is left out; a receipt of a later one is not known yet.
 * @returns recipients in the order in which they were first told, then by id.
 */
export function whoKnew(
  disclosures: readonly Disclosure[],
  receipts: ReadonlyMap<NodeId, readonly Covering[]>,
  at: Instant,
): readonly Recipient[] {
  const byRecipient = new Map<NodeId, Known[]>();
  const said = disclosures.filter((disclosure) => secondOf(disclosure.at) <= secondOf(at));
  for (const { to, what, kind, tlp, statement, sequence, at: saidAt } of said) {
    const list = byRecipient.get(to) ?? [];
    byRecipient.set(to, list);
    const receivedAt = firstCovering(receipts.get(to) ?? [], sequence, at);
    list.push({ what, kind, tlp, statement, sequence, saidAt, receivedAt });
  }
  return [...byRecipient]
    .map(([to, disclosed]) => ({
      to,
      disclosed: disclosed.toSorted((left, right) => left.sequence - right.sequence),
    }))
    .sort(
      (left, right) =>
        (left.disclosed[0]?.saidAt ?? 0) - (right.disclosed[0]?.saidAt ?? 0) || byText(left.to, right.to),
    );
}

function secondOf(at: Instant): number {
  return Math.floor(at / SECOND);
}

/** When a receipt first covered the entry, of those that had come by then. */
export function firstCovering(
  receipts: readonly Covering[],
  sequence: number,
  at: Instant,
): Instant | undefined {
  let first: Instant | undefined;
  for (const receipt of receipts) {
    if (receipt.size <= sequence || receipt.at > at) continue;
    if (first === undefined || receipt.at < first) first = receipt.at;
  }
  return first;
}
