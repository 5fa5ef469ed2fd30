import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOf, type Hash, sha256 } from '../../../node/core/bytes.js';
import {
  consistencyProof,
  consistent,
  includes,
  inclusionProof,
  readProof,
  writeProof,
} from '../../../node/core/log/proof.js';
import { EMPTY_TIP } from '../../../node/core/log/tip.js';
import {
  EMPTY_ROOT,
  grow,
  leafHash,
  nodeHash,
  rootOfLeaves,
  sameTip,
  subtrees,
  widthBelow,
} from '../../../node/core/log/tree.js';

/** MTH of RFC 6962 §2.1, word for word, over raw entries. */
function rootSlowly(entries: readonly Uint8Array[]): Buffer {
  const digest = (...parts: Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest();
  if (entries.length === 0) return digest();
  if (entries.length === 1) return digest(Buffer.of(0), entries[0] as Uint8Array);
  let k = 1;
  while (k * 2 < entries.length) k *= 2;
  return digest(Buffer.of(1), rootSlowly(entries.slice(0, k)), rootSlowly(entries.slice(k)));
}

function leavesOf(count: number): readonly Hash[] {
  return Array.from({ length: count }, (_, at) => leafHash(bytesOf(sha256(`leaf ${at}`))));
}

function entriesOf(count: number): readonly Uint8Array[] {
  return Array.from({ length: count }, (_, at) => bytesOf(sha256(`leaf ${at}`)));
}

// Entries and roots that implementations of RFC 6962 share: sizes 1 to 8 of one small tree.
const SHARED = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

describe('tree', () => {
  it('RFC 6962: has the roots that other implementations have', () => {
    const leaves = SHARED.map((hex) => leafHash(bytesOf(hex)));
    expect(ROOTS.map((_, at) => rootOfLeaves(leaves.slice(0, at + 1)))).toEqual(ROOTS);
    expect(EMPTY_ROOT).toBe(createHash('sha256').digest('hex'));
  });

  it('agrees with the recursive definition at every size', () => {
    for (let size = 0; size <= 70; size += 1) {
      expect(rootOfLeaves(leavesOf(size))).toBe(rootSlowly(entriesOf(size)).toString('hex'));
    }
  });

  it('grows in any steps to the same tip, and never in place', () => {
    const leaves = leavesOf(200);
    fc.assert(
      fc.property(fc.array(fc.nat(40), { maxLength: 12 }), (steps) => {
        let tip = EMPTY_TIP;
        for (const step of steps) {
          const before = { ...tip, range: [...tip.range] };
          const next = grow(tip, leaves.slice(tip.size, Math.min(200, tip.size + step)), 5);
          expect(sameTip(tip, before)).toBe(true);
          tip = next;
        }
        const whole = grow(EMPTY_TIP, leaves.slice(0, tip.size), steps.length > 0 ? 5 : 0);
        expect(tip).toEqual(whole);
        expect(tip.range).toHaveLength(tip.size.toString(2).replaceAll('0', '').length);
      }),
      { seed: 4 },
    );
  });

  it('knows where the subtrees of a tip lie', () => {
    expect(subtrees(0)).toEqual([]);
    expect(subtrees(1)).toEqual([{ start: 0, width: 1 }]);
    expect(subtrees(8)).toEqual([{ start: 0, width: 8 }]);
    expect(subtrees(11)).toEqual([
      { start: 0, width: 8 },
      { start: 8, width: 2 },
      { start: 10, width: 1 },
    ]);
    const leaves = leavesOf(100);
    for (let size = 0; size <= 100; size += 1) {
      const roots = subtrees(size).map(({ start, width }) =>
        rootOfLeaves(leaves.slice(start, start + width)),
      );
      expect(roots).toEqual(grow(EMPTY_TIP, leaves.slice(0, size), 1).range);
    }
  });

  it('splits at the largest power of two below the size', () => {
    expect([2, 3, 4, 5, 8, 9, 1023, 1024, 1025].map(widthBelow)).toEqual([1, 2, 2, 4, 4, 8, 512, 512, 1024]);
  });
});

describe('proofs', () => {
  const sizes = [...Array.from({ length: 20 }, (_, at) => at + 1), 31, 32, 33, 100];

  it('a leaf is proved in every tree, at every index, and nowhere else', () => {
    for (const size of sizes) {
      const leaves = leavesOf(size);
      const root = rootOfLeaves(leaves);
      for (const [index, leaf] of leaves.entries()) {
        const proof = inclusionProof(leaves, index);
        expect(includes(leaf, index, { size, root }, proof)).toBe(true);
        expect(includes(leaf, index + 1, { size, root }, proof)).toBe(false);
        expect(includes(EMPTY_ROOT, index, { size, root }, proof)).toBe(false);
        expect(includes(leaf, index, { size, root: EMPTY_ROOT }, proof)).toBe(false);
        expect(includes(leaf, index, { size, root }, [...proof, root])).toBe(false);
        if (proof.length > 0) expect(includes(leaf, index, { size, root }, proof.slice(1))).toBe(false);
        for (const [at, hash] of proof.entries()) {
          const spoiled = proof.with(at, nodeHash(hash, hash));
          expect(includes(leaf, index, { size, root }, spoiled)).toBe(false);
        }
      }
    }
  });

  it('a tree is proved to begin with each of its prefixes, and with no other tree', () => {
    for (const size of sizes) {
      const leaves = leavesOf(size);
      const larger = { size, root: rootOfLeaves(leaves) };
      for (let first = 1; first <= size; first += 1) {
        const smaller = { size: first, root: rootOfLeaves(leaves.slice(0, first)) };
        const proof = consistencyProof(leaves, first);
        expect(consistent(smaller, larger, proof)).toBe(true);
        expect(consistent({ ...smaller, root: EMPTY_ROOT }, larger, proof)).toBe(false);
        expect(consistent(smaller, { ...larger, root: EMPTY_ROOT }, proof)).toBe(false);
        expect(consistent(smaller, larger, [...proof, larger.root])).toBe(false);
        if (proof.length > 0) expect(consistent(smaller, larger, proof.slice(0, -1))).toBe(false);
        if (first < size) expect(consistent(larger, smaller, proof)).toBe(false);
      }
    }
    expect(consistent({ size: 0, root: EMPTY_ROOT }, { size: 3, root: rootOfLeaves(leavesOf(3)) }, [])).toBe(
      true,
    );
  });

  it('refuses to prove what is not there', () => {
    expect(() => inclusionProof(leavesOf(3), 3)).toThrow(RangeError);
    expect(() => inclusionProof([], 0)).toThrow(RangeError);
    expect(() => consistencyProof(leavesOf(3), 4)).toThrow(RangeError);
    expect(() => consistencyProof(leavesOf(3), 0)).toThrow(RangeError);
  });
});

describe('proof text', () => {
  const checkpoint = new TextEncoder().encode('example.com/log\n3\nAAAA\n\n— example.com/log AAAA\n');
  const path = leavesOf(2);
  const text = new TextDecoder().decode(writeProof({ index: 12, path, checkpoint }));

  it('LOG-8: is that of tlog-proof, both ways', () => {
    const lines = text.split('\n');
    expect(lines.slice(0, 2)).toEqual(['c2sp.org/tlog-proof@v1', 'index 12']);
    expect(lines.slice(2, 5)).toEqual([...path.map((at) => Buffer.from(at, 'hex').toString('base64')), '']);
    expect(readProof(new TextEncoder().encode(text))).toEqual({
      ok: true,
      value: { index: 12, path, checkpoint },
    });
    const extra = text.replace('\nindex', '\nextra AAAA\nindex');
    expect(readProof(new TextEncoder().encode(extra))).toMatchObject({
      ok: true,
      value: { index: 12, path },
    });
  });

  it.each([
    ['another header', text.replace('@v1', '@v2')],
    ['no index', text.replace('index 12\n', '')],
    ['a leading zero', text.replace('index 12', 'index 012')],
    ['a hash that is cut', text.replace('=\n', '\n')],
    ['no checkpoint', text.slice(0, text.indexOf('\n\n'))],
    [
      'a path that no tree has',
      text.replace('\n\n', `\n${`${Buffer.alloc(32).toString('base64')}\n`.repeat(64)}\n`),
    ],
  ])('PROOF_MALFORMED: %s', (_, spoiled) => {
    expect(readProof(new TextEncoder().encode(spoiled))).toMatchObject({
      ok: false,
      fault: { code: 'PROOF_MALFORMED' },
    });
  });
});
