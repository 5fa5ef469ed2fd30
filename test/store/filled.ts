/** A store with something of every kind in it, and what must be in it. */

import { expect } from 'vitest';
import { sha256 } from '../../node/core/bytes.js';
import type { BallotId, FeedId } from '../../node/core/ids.js';
import { EMPTY_TIP } from '../../node/core/log/tip.js';
import type { Entry } from '../../node/ports.js';
import type { FeedStore } from '../../node/store/feeds.js';
import { batchOf, checkpointOf, collect, entryOf, feed, majors, receiptOf, tipOf } from './author.js';

/** The longer feed. */
export const OUT: FeedId = feed(1, 2);
/** The shorter one. */
export const IN: FeedId = feed(2, 1);
/** What stands under {@link VOTE}. */
const BALLOT: BallotId = sha256('ballot') as BallotId;
/** A write-once key. */
export const VOTE = 'case/charter/1/0/vote';

/** Sizes that {@link fill} leaves, with a tip in between so that milestones are there. */
export const SIZES = { out: 270, in: 6 } as const;

/** Fills a store in batches of ten, with receipts, a write-once key, evidence and a heard place. */
export async function fill(feeds: FeedStore): Promise<void> {
  for (let size = 0; size < SIZES.out; size += 10) {
    await feeds.write(batchOf(OUT, tipOf(OUT, size), majors(size, 10)));
  }
  await feeds.write(
    batchOf(IN, EMPTY_TIP, majors(SIZES.out, SIZES.in), {
      once: [{ key: VOTE, ballot: BALLOT }],
      heard: { major: SIZES.out + 2, minor: 0 },
    }),
  );
  for (const size of [5, 260]) await feeds.acknowledge(OUT, receiptOf(OUT, tipOf(OUT, size)));
  await feeds.acknowledge(IN, receiptOf(IN, tipOf(IN, SIZES.in)));
  await feeds.keepEvidence(IN, [checkpointOf(IN, tipOf(IN, 3)), checkpointOf(IN, tipOf(IN, 3, 'other'))]);
}

/** Comparing one text is quicker than comparing bytes. */
function textOf({ leaf, envelope }: Entry): string {
  return Buffer.concat([leaf, envelope]).toString('latin1');
}

/** Every feed is an exact prefix of what {@link fill} wrote, and everything beside it fits. */
export async function expectPrefix(feeds: FeedStore): Promise<void> {
  for (const [of, most] of [
    [OUT, SIZES.out],
    [IN, SIZES.in],
  ] as const) {
    const { tip, checkpoint, acknowledged } = feeds.head(of);
    expect(tip.size).toBeLessThanOrEqual(most);
    expect(tip).toEqual(tipOf(of, tip.size));
    if (tip.size > 0) expect(checkpoint).toEqual(checkpointOf(of, tip));
    const { entries } = await feeds.read(of, 0, { entries: 1_000, bytes: 1 << 30 });
    expect(entries.map(textOf)).toEqual(
      Array.from({ length: tip.size }, (_, at) => textOf(entryOf(of, at).entry)),
    );
    const receipts = await collect(feeds.receipts(of));
    expect(receipts).toEqual(receipts.map(({ size }) => receiptOf(of, tipOf(of, size))));
    expect(receipts.at(-1)?.size ?? 0).toBe(acknowledged);
  }
  const arrivals = await collect(feeds.arrivals());
  expect(arrivals.map(({ key }) => key)).toEqual(majors(0, arrivals.length));
  expect(arrivals.length).toBe(feeds.head(OUT).tip.size + feeds.head(IN).tip.size);
  expect(await feeds.once(VOTE)).toBe(feeds.head(IN).tip.size > 0 ? BALLOT : undefined);
  expect(feeds.heard()?.major).toBe(feeds.head(IN).tip.size > 0 ? SIZES.out + 2 : undefined);
}
