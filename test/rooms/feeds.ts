/**
 * The compliance suite of the Feeds port. Every implementation hands in a factory; all behave alike.
 */
import { describe, expect, it, onTestFinished } from 'vitest';
import { sha256 } from '../../node/core/bytes.js';
import { type BallotId, feedKey } from '../../node/core/ids.js';
import { EMPTY_TIP } from '../../node/core/log/tip.js';
import type { Arrival, ArrivalKey, Batch, Feeds } from '../../node/ports.js';
import {
  arrivalOf,
  batchOf,
  collect,
  entryOf,
  feed,
  majors,
  receiptOf,
  START,
  tipOf,
} from '../store/author.js';

/** A place where feeds lie: opened, closed and opened again it is the same store. */
export interface FeedsPlace {
  open(): Promise<Feeds>;
  /** Removes what the place has made. */
  clear(): Promise<void>;
}

const OUT = feed(1, 2);
const IN = feed(2, 1);
const HOME = feed(1, 1);
const AMPLE = { entries: 1_000, bytes: 1 << 20 };
const [ONE, TWO] = [sha256('one') as BallotId, sha256('two') as BallotId];

const keyOf = ({ key }: Arrival): ArrivalKey => key;

/** The store as it is, then as it is after closing and opening. */
async function* both(feeds: Feeds, again: () => Promise<Feeds>): AsyncGenerator<Feeds> {
  yield feeds;
  yield await again();
}

/** Runs the suite over an implementation. @param make a place of its own for each test */
export function feedsSuite(name: string, make: () => Promise<FeedsPlace>): void {
  async function opened(): Promise<{ feeds: Feeds; again: () => Promise<Feeds> }> {
    const place = await make();
    let feeds = await place.open();
    onTestFinished(async () => {
      await feeds.close();
      await place.clear();
    });
    return {
      feeds,
      again: async () => {
        await feeds.close();
        feeds = await place.open();
        return feeds;
      },
    };
  }

  describe(`Feeds: ${name}`, () => {
    it('is empty at first: no heads, no arrivals, place 0 is free', async () => {
      const { feeds } = await opened();
      expect(feeds.heads()).toEqual([]);
      expect(feeds.head(OUT)).toEqual({ feed: OUT, tip: EMPTY_TIP, checkpoint: undefined, acknowledged: 0 });
      expect(feeds.nextMajor()).toBe(0);
      expect(await collect(feeds.arrivals())).toEqual([]);
      expect(await collect(feeds.unheard())).toEqual([]);
      expect(await feeds.read(OUT, 0, AMPLE)).toEqual({ from: 0, entries: [], tip: EMPTY_TIP });
      expect(await feeds.arrival(OUT, 0)).toBeUndefined();
    });

    it('LOG-4: gives back byte for byte what was written, also after opening again', async () => {
      const { feeds, again } = await opened();
      const batch = batchOf(OUT, EMPTY_TIP, majors(0, 5));
      await feeds.write(batch);
      for await (const store of both(feeds, again)) {
        expect(store.head(OUT)).toEqual({ ...batch.tips[0], acknowledged: 0 });
        const stretch = await store.read(OUT, 0, AMPLE);
        expect(stretch.entries).toEqual(batch.entries.map(({ entry }) => entry));
        expect(stretch.tip).toEqual(tipOf(OUT, 5));
        const told = batch.entries.map(({ entry: _, ...arrival }) => arrival);
        expect(await collect(store.arrivals())).toEqual(told);
        expect(await store.arrival(OUT, 3)).toEqual(told[3]);
        expect(store.nextMajor()).toBe(5);
      }
    });

    it('ENV-2: keeps an entry that could not be opened, with its fault and without a statement', async () => {
      const { feeds, again } = await opened();
      const batch = batchOf(IN, EMPTY_TIP, majors(0, 1));
      const fault = { code: 'ENVELOPE_UNDECRYPTABLE', where: 'key', held: 1 } as const;
      const entries = batch.entries.map((entry) => ({ ...entry, statement: undefined, content: { fault } }));
      await feeds.write({ ...batch, entries });
      const [kept] = await collect((await again()).arrivals());
      expect(kept).toMatchObject({ content: { fault }, statement: undefined });
    });

    it('lists heads by author, then recipient', async () => {
      const { feeds, again } = await opened();
      const all = [OUT, IN, HOME, feed(1, 3), feed(3, 1)];
      for (const [at, of] of all.entries()) await feeds.write(batchOf(of, EMPTY_TIP, majors(at, 1)));
      const sorted = all.map(feedKey).sort();
      expect(feeds.heads().map((head) => feedKey(head.feed))).toEqual(sorted);
      expect((await again()).heads().map((head) => feedKey(head.feed))).toEqual(sorted);
    });

    it('takes several feeds in one batch, in the order of arrival', async () => {
      const { feeds } = await opened();
      const parts = [OUT, IN, HOME].map((of, at) => batchOf(of, EMPTY_TIP, majors(10 * at, 2)));
      const batch: Batch = {
        entries: parts.flatMap(({ entries }) => entries),
        tips: parts.flatMap(({ tips }) => tips),
        once: [],
        heard: undefined,
      };
      await feeds.write(batch);
      expect((await collect(feeds.arrivals())).map(keyOf)).toEqual(
        parts.flatMap((part) => part.entries.map(keyOf)),
      );
      expect(feeds.nextMajor()).toBe(22);
    });

    it('LOG-4: a write that resolved is there; writes that were queued together keep their order', async () => {
      const { feeds, again } = await opened();
      const writes = Array.from({ length: 40 }, (_, at) =>
        feeds.write(batchOf(OUT, tipOf(OUT, at), [{ major: at, minor: 0 }])),
      );
      expect(feeds.nextMajor()).toBe(40);
      await Promise.all(writes);
      const store = await again();
      expect(store.head(OUT).tip).toEqual(tipOf(OUT, 40));
      expect((await collect(store.arrivals())).map(({ sequence }) => sequence)).toEqual(
        Array.from({ length: 40 }, (_, at) => at),
      );
    });

    it('shows a head only when it is on disk', async () => {
      const { feeds } = await opened();
      const writing = feeds.write(batchOf(OUT, EMPTY_TIP, majors(0, 1)));
      expect(feeds.head(OUT).tip.size).toBe(0);
      await writing;
      expect(feeds.head(OUT).tip.size).toBe(1);
    });

    const mistakes: readonly [string, (batch: Batch) => Batch][] = [
      ['a gap', () => batchOf(OUT, tipOf(OUT, 4), majors(9, 1))],
      ['an entry that is held already', () => batchOf(OUT, tipOf(OUT, 2), majors(9, 1))],
      [
        'a tip that does not follow',
        (batch) => ({ ...batch, tips: batch.tips.map((row) => ({ ...row, tip: tipOf(OUT, 4, 'other') })) }),
      ],
      [
        'a checkpoint for another size',
        (batch) => ({
          ...batch,
          tips: batch.tips.map((row) => ({ ...row, checkpoint: receiptOf(OUT, tipOf(OUT, 3)).note })),
        }),
      ],
      [
        'a checkpoint that is none',
        (batch) => ({ ...batch, tips: batch.tips.map((row) => ({ ...row, checkpoint: new Uint8Array(3) })) }),
      ],
      ['no tip for a feed that grows', (batch) => ({ ...batch, tips: [] })],
      ['a tip for a feed that does not grow', (batch) => ({ ...batch, entries: [] })],
      ['an arrival at a place that is taken', () => batchOf(OUT, tipOf(OUT, 3), majors(2, 1))],
      ['an arrival before what was heard', () => batchOf(OUT, tipOf(OUT, 3), majors(0, 1))],
      ['a heard place that goes back', (batch) => ({ ...batch, heard: { major: 0, minor: 0 } })],
    ];
    it.each(mistakes)('refuses %s as a mistake of the caller, and writes nothing of it', async (_, spoil) => {
      const { feeds, again } = await opened();
      await feeds.write(batchOf(OUT, EMPTY_TIP, majors(0, 3), { heard: { major: 1, minor: 0 } }));
      const good = batchOf(OUT, tipOf(OUT, 3), majors(9, 1));
      await expect(feeds.write(spoil(good))).rejects.toThrow(/^store: /);
      expect(feeds.head(OUT).tip).toEqual(tipOf(OUT, 3));
      await feeds.write(good);
      expect((await again()).head(OUT).tip).toEqual(tipOf(OUT, 4));
    });

    it('SET-M1: R1: a write-once key is written once; the same ballot may be named again', async () => {
      const { feeds, again } = await opened();
      const once = [{ key: 'case/1/0/vote', ballot: ONE }];
      await feeds.write(batchOf(OUT, EMPTY_TIP, majors(0, 1), { once }));
      await feeds.write(batchOf(OUT, tipOf(OUT, 1), majors(1, 1), { once }));
      for await (const store of both(feeds, again)) {
        const twice = batchOf(OUT, tipOf(OUT, 2), majors(7, 1), {
          once: [{ key: 'case/1/0/vote', ballot: TWO }],
        });
        await expect(store.write(twice)).rejects.toMatchObject({ fault: { code: 'BALLOT_TWICE' } });
        expect(store.head(OUT).tip.size).toBe(2);
      }
    });

    it('R1: of two ballots under one key that are queued together, the first is written', async () => {
      const { feeds } = await opened();
      const vote = (ballot: BallotId) => ({ once: [{ key: 'k', ballot }] });
      const [first, second] = await Promise.allSettled([
        feeds.write(batchOf(OUT, EMPTY_TIP, majors(0, 1), vote(ONE))),
        feeds.write(batchOf(IN, EMPTY_TIP, majors(1, 1), vote(TWO))),
      ]);
      expect(first.status).toBe('fulfilled');
      expect(second).toMatchObject({ status: 'rejected', reason: { fault: { code: 'BALLOT_TWICE' } } });
      expect(feeds.head(IN).tip.size).toBe(0);
      const both = batchOf(IN, EMPTY_TIP, majors(2, 1), {
        once: [
          { key: 'j', ballot: ONE },
          { key: 'j', ballot: TWO },
        ],
      });
      await expect(feeds.write(both)).rejects.toMatchObject({ fault: { code: 'BALLOT_TWICE' } });
    });

    it('reads a stretch from anywhere, bounded by entries and bytes, with the tip behind it', async () => {
      const { feeds, again } = await opened();
      await feeds.write(batchOf(OUT, EMPTY_TIP, majors(0, 600)));
      for await (const store of both(feeds, again)) {
        for (const [from, entries] of [
          [0, 1],
          [0, 256],
          [100, 7],
          [255, 2],
          [256, 256],
          [511, 80],
          [599, 5],
        ] as const) {
          const stretch = await store.read(OUT, from, { entries, bytes: 1 << 30 });
          const end = Math.min(600, from + entries);
          expect(stretch.entries).toHaveLength(end - from);
          expect(stretch.entries[0]).toEqual(entryOf(OUT, from).entry);
          expect(stretch.tip).toEqual(tipOf(OUT, end));
        }
        expect((await store.read(OUT, 10, { entries: 100, bytes: 1 })).entries).toHaveLength(1);
        expect((await store.read(OUT, 10, { entries: 100, bytes: 3_000 })).entries.length).toBeLessThan(10);
        expect(await store.read(OUT, 600, AMPLE)).toEqual({ from: 600, entries: [], tip: tipOf(OUT, 600) });
      }
    });

    it('begins with what was not heard, also after opening again', async () => {
      const { feeds, again } = await opened();
      await feeds.write(batchOf(OUT, EMPTY_TIP, majors(0, 200)));
      await feeds.write({ entries: [], tips: [], once: [], heard: { major: 149, minor: 0 } });
      expect((await collect(feeds.unheard())).map(keyOf)).toEqual(majors(150, 50));
      expect((await collect((await again()).unheard())).map(keyOf)).toEqual(majors(150, 50));
    });

    it('hears its own words right behind what they follow from, before the next arrival', async () => {
      const { feeds } = await opened();
      await feeds.write(batchOf(IN, EMPTY_TIP, majors(0, 150)));
      const heard: ArrivalKey[] = [];
      for await (const { key } of feeds.unheard()) {
        heard.push(key);
        const own = key.minor < 2 && key.major % 50 < 2;
        const tip = feeds.head(OUT).tip;
        await feeds.write(
          own
            ? batchOf(OUT, tip, [{ major: key.major, minor: key.minor + 1 }], { heard: key })
            : { entries: [], tips: [], once: [], heard: key },
        );
      }
      const expected = majors(0, 150).flatMap((key) =>
        key.major % 50 < 2 ? [0, 1, 2].map((minor) => ({ ...key, minor })) : [key],
      );
      expect(heard).toEqual(expected);
      expect(await collect(feeds.unheard())).toEqual([]);
    });

    it('hears what arrives while it listens, once and in order', async () => {
      const { feeds } = await opened();
      await feeds.write(batchOf(IN, EMPTY_TIP, majors(0, 100)));
      const heard: ArrivalKey[] = [];
      let pending: Promise<void>[] = [];
      for await (const { key } of feeds.unheard()) {
        heard.push(key);
        if (key.major % 10 === 0 && key.major < 200) {
          const size = feeds.head(IN).tip.size;
          pending = [feeds.write(batchOf(IN, tipOf(IN, size), majors(feeds.nextMajor(), 30)))];
        }
        await Promise.all(pending);
      }
      expect(heard).toEqual(majors(0, feeds.nextMajor()));
      expect(feeds.nextMajor()).toBe(700);
    });

    it('LOG-3: keeps the first receipt for each size for ever; the acknowledged size never shrinks', async () => {
      const { feeds, again } = await opened();
      await feeds.write(batchOf(OUT, EMPTY_TIP, majors(0, 9)));
      const receipts = [4, 9, 2].map((size) => receiptOf(OUT, tipOf(OUT, size)));
      for (const receipt of receipts) await feeds.acknowledge(OUT, receipt);
      const later = receiptOf(OUT, tipOf(OUT, 4), (START + 60_000) as typeof START);
      await Promise.all([feeds.acknowledge(OUT, later), feeds.acknowledge(OUT, later)]);
      for await (const store of both(feeds, again)) {
        expect(store.head(OUT).acknowledged).toBe(9);
        const kept = await collect(store.receipts(OUT));
        expect(kept.map(({ size }) => size)).toEqual([2, 4, 9]);
        expect(kept[1]).toEqual(receipts[0]);
        expect(await collect(store.receipts(IN))).toEqual([]);
      }
    });

    it('LOG-3: a receipt for more than is held, or for another root, is a mistake of the caller', async () => {
      const { feeds } = await opened();
      await feeds.write(batchOf(OUT, EMPTY_TIP, majors(0, 3)));
      await expect(feeds.acknowledge(OUT, receiptOf(OUT, tipOf(OUT, 4)))).rejects.toThrow(/^store: /);
      await expect(feeds.acknowledge(OUT, receiptOf(OUT, tipOf(OUT, 3, 'other')))).rejects.toThrow(
        /^store: /,
      );
      expect(feeds.head(OUT).acknowledged).toBe(0);
    });

    it('LOG-7: takes evidence, more than once and about feeds it does not hold', async () => {
      const { feeds, again } = await opened();
      const notes = [1, 2].map((size) => receiptOf(IN, tipOf(IN, size)).note);
      await feeds.keepEvidence(IN, notes);
      await feeds.keepEvidence(IN, notes);
      expect((await again()).heads()).toEqual([]);
    });

    it('finishes what was asked before it closes, and refuses what comes after', async () => {
      const place = await make();
      const feeds = await place.open();
      const writing = feeds.write(batchOf(OUT, EMPTY_TIP, majors(0, 3)));
      await feeds.close();
      await writing;
      await expect(feeds.write(batchOf(OUT, tipOf(OUT, 3), majors(3, 1)))).rejects.toThrow();
      const again = await place.open();
      expect(again.head(OUT).tip.size).toBe(3);
      expect((await again.read(OUT, 2, AMPLE)).entries).toEqual([
        arrivalOf(OUT, 2, { major: 2, minor: 0 }).entry,
      ]);
      await again.close();
      await place.clear();
    });
  });
}
