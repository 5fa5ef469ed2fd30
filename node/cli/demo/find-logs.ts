/** Verification of every log of an exercise, by the nodes that keep them and across the nodes. */
import type { LogFinding } from './findings.js';
import { forAll, type Operator } from './operator.js';

interface FeedVerdict {
  readonly feed: string;
  readonly size: number;
  readonly ok: boolean;
  readonly root?: string;
  readonly receipts?: number;
}

/** Every node verifies its logs, and the two copies of each feed are compared. */
export async function logFindings(operators: readonly Operator[]): Promise<LogFinding> {
  const copies = new Map<string, FeedVerdict[]>();
  await forAll(operators, async (operator) => {
    const { feeds } = await operator.ask('log verify');
    for (const verdict of feeds as unknown as readonly FeedVerdict[])
      copies.set(verdict.feed, [...(copies.get(verdict.feed) ?? []), verdict]);
  });
  let faults = 0;
  let entries = 0;
  let receipts = 0;
  for (const [one, ...others] of copies.values()) {
    if (one === undefined) continue;
    entries += one.size;
    receipts += Math.max(one.receipts ?? 0, ...others.map((other) => other.receipts ?? 0));
    faults += [one, ...others].filter((copy) => !copy.ok).length;
    faults += others.filter((other) => other.size !== one.size || other.root !== one.root).length;
  }
  return { feeds: copies.size, entries, receipts, faults };
}
