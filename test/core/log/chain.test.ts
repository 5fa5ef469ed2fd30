import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256, utf8 } from '../../../node/core/bytes.js';
import type { Fault } from '../../../node/core/fault.js';
import { LIMITS } from '../../../node/core/limits.js';
import { type ChainEntry, extend, forkOfHeld } from '../../../node/core/log/chain.js';
import { writeLeaf } from '../../../node/core/log/leaf.js';
import { EMPTY_TIP, type Tip } from '../../../node/core/log/tip.js';
import { grow, leafHash } from '../../../node/core/log/tree.js';
import type { Instant } from '../../../node/core/time.js';

const FEED = 'a>b';
const NOON = 1_804_000_000_000 as Instant;

function entry(sequence: number, text = '', incarnation = 1): ChainEntry {
  const envelope = utf8(`envelope ${sequence} ${text}`);
  const statement = sha256(`statement ${sequence} ${text}`);
  return {
    envelope,
    leaf: writeLeaf({ sequence, incarnation, envelope: sha256(envelope), statement, at: NOON }),
  };
}

function stretch(from: number, to: number, text = ''): readonly ChainEntry[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, at) => entry(from + at, text));
}

function tip(size: number): Tip {
  return grow(
    EMPTY_TIP,
    stretch(0, size).map(({ leaf }) => leafHash(leaf)),
    size === 0 ? 0 : 1,
  );
}

describe('chain', () => {
  it('LOG-2: takes the next entries, in any number', () => {
    const read = extend(tip(3), FEED, 3, stretch(3, 8));
    expect(read).toMatchObject({ ok: true, value: { tip: tip(8), known: 0, compare: { count: 0 } } });
    expect(read.ok && read.value.leaves.map(({ sequence }) => sequence)).toEqual([3, 4, 5, 6, 7]);
    expect(extend(tip(3), FEED, 3, [])).toMatchObject({
      ok: true,
      value: { tip: tip(3), known: 0, leaves: [] },
    });
  });

  it('skips what is held, wherever the stretch begins, and leaves to the store only what no subtree covers', () => {
    fc.assert(
      fc.property(fc.nat(40), fc.nat(40), fc.nat(60), (size, start, end) => {
        const from = Math.min(start, size);
        const to = Math.max(from, end);
        const read = extend(tip(size), FEED, from, stretch(from, to));
        const known = Math.min(to, size) - from;
        expect(read).toMatchObject({ ok: true, value: { tip: tip(Math.max(size, to)), known } });
        if (!read.ok) return;
        expect(read.value.leaves).toHaveLength(to - from - known);
        expect(read.value.compare.from).toBe(from);
        expect(read.value.compare.count).toBeLessThanOrEqual(known);
        // From the very first entry on, the tip alone decides.
        if (from === 0 && to >= size) expect(read.value.compare.count).toBe(0);
      }),
      { seed: 5, numRuns: 200 },
    );
  });

  it('FEED_FORK: a changed entry among the held ones is found by the tip or left to the store', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.nat(39),
        fc.nat(39),
        fc.nat(50),
        (size, start, spot, end) => {
          const from = Math.min(start, size - 1);
          const to = Math.max(from + 1, end);
          const changed = from + (spot % (Math.min(to, size) - from));
          const offered = stretch(from, to).map((one, at) =>
            from + at === changed ? entry(changed, 'other') : one,
          );
          const read = extend(tip(size), FEED, from, offered);
          if (!read.ok) {
            expect(read.fault.code).toBe('FEED_FORK');
            return;
          }
          const { compare } = read.value;
          const held = stretch(compare.from, compare.from + compare.count).map(({ leaf }) => leaf);
          expect(forkOfHeld(FEED, from, held, offered)).toEqual({
            code: 'FEED_FORK',
            where: FEED,
            offered: changed,
          });
        },
      ),
      { seed: 6, numRuns: 300 },
    );
  });

  it('what agrees with the store is no fork', () => {
    expect(
      forkOfHeld(
        FEED,
        2,
        stretch(2, 6).map(({ leaf }) => leaf),
        stretch(2, 9),
      ),
    ).toBeUndefined();
  });

  const big = { ...entry(3), envelope: new Uint8Array(LIMITS.envelopeBytes.most + 1) };
  const swapped = { ...entry(3), envelope: entry(4).envelope };
  const refusals: readonly [string, number, readonly ChainEntry[], Partial<Fault>][] = [
    ['an earlier entry is missing', 4, stretch(4, 5), { code: 'FEED_GAP', held: 3, offered: 4 }],
    ['a negative place', -1, stretch(0, 1), { code: 'LEAF_SEQUENCE' }],
    ['a place that is no number', Number.NaN, stretch(0, 1), { code: 'LEAF_SEQUENCE' }],
    ['a leaf of another place', 3, stretch(4, 5), { code: 'LEAF_SEQUENCE', held: 3, offered: 4 }],
    [
      'a second leaf of another place',
      3,
      [entry(3), entry(5)],
      { code: 'LEAF_SEQUENCE', held: 4, offered: 5 },
    ],
    ['a leaf that is none', 3, [{ ...entry(3), leaf: utf8('{}') }], { code: 'LEAF_MALFORMED' }],
    ['a leaf over the bound', 3, [{ ...entry(3), leaf: new Uint8Array(5_000) }], { code: 'LEAF_OVERSIZE' }],
    ['an envelope over the bound', 3, [big], { code: 'ENVELOPE_OVERSIZE', most: LIMITS.envelopeBytes.most }],
    ['an envelope of another leaf', 3, [swapped], { code: 'ENVELOPE_HASH', offered: 3 }],
    [
      'an envelope of another leaf among the held',
      2,
      [{ ...entry(2), envelope: utf8('x') }, entry(3)],
      { code: 'ENVELOPE_HASH', offered: 2 },
    ],
    [
      'an earlier life',
      3,
      [entry(3, '', 5), entry(4, '', 4)],
      { code: 'LEAF_INCARNATION', held: 5, offered: 4 },
    ],
  ];
  it.each(refusals)('refuses %s', (_, from, entries, fault) => {
    expect(extend(tip(3), FEED, from, entries)).toMatchObject({ ok: false, fault });
  });

  it('an earlier life is refused against the tip, too, and a later one is taken', () => {
    const second = { ...tip(3), incarnation: 9 };
    expect(extend(second, FEED, 3, [entry(3, '', 8)])).toMatchObject({
      ok: false,
      fault: { code: 'LEAF_INCARNATION' },
    });
    expect(extend(second, FEED, 3, [entry(3, '', 9), entry(4, '', 12)])).toMatchObject({
      ok: true,
      value: { tip: { incarnation: 12, size: 5 } },
    });
  });

  it('LEAF-M7: FEED_FULL: a feed ends at its bound', () => {
    const full = { ...tip(3), size: LIMITS.feedEntries.most };
    expect(extend(full, FEED, full.size, stretch(0, 1))).toMatchObject({
      ok: false,
      fault: { code: 'FEED_FULL' },
    });
  });
});
