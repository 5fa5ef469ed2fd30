import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { put } from '../../node/core/layered-map.js';

/** The twin: a copy of all for each entry. */
function putSlowly(map: ReadonlyMap<number, string>, key: number, value: string): Map<number, string> {
  return new Map(map).set(key, value);
}

const EMPTY: ReadonlyMap<number, string> = new Map();

describe('a map that is copied for each entry', () => {
  test('holds the same entries in the same order as a copy of all, and its elders stay as they were', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(400), { maxLength: 900 }), (keys) => {
        let [quick, slow] = [EMPTY, EMPTY];
        const elders: { readonly quick: ReadonlyMap<number, string>; readonly entries: string }[] = [];
        for (const [at, key] of keys.entries()) {
          if (at % 100 === 0) elders.push({ quick, entries: JSON.stringify([...slow]) });
          quick = put(quick, key, `${key} at ${at}`);
          slow = putSlowly(slow, key, `${key} at ${at}`);
        }
        expect([...quick]).toEqual([...slow]);
        expect(quick.size).toBe(slow.size);
        for (let key = 0; key <= 401; key += 1)
          expect([quick.has(key), quick.get(key)]).toEqual([slow.has(key), slow.get(key)]);
        for (const { quick: elder, entries } of elders) expect(JSON.stringify([...elder])).toBe(entries);
      }),
      { seed: 20270105, numRuns: 60 },
    );
  });

  test('every way to walk through it tells the same', () => {
    let map = EMPTY;
    for (let key = 0; key < 300; key += 1) map = put(map, key, `${key}`);
    map = put(map, 7, 'seven');
    const entries = [...map];
    expect(entries).toHaveLength(300);
    expect(entries[7]).toEqual([7, 'seven']);
    expect([...map.entries()]).toEqual(entries);
    expect([...map.keys()]).toEqual(entries.map(([key]) => key));
    expect([...map.values()]).toEqual(entries.map(([, value]) => value));
    const visited: (readonly [number, string])[] = [];
    map.forEach((value, key, whole) => {
      expect(whole).toBe(map);
      visited.push([key, value]);
    });
    expect(visited).toEqual(entries);
    expect(new Map(map)).toEqual(new Map(entries));
  });

  test('two of them are equal where their entries are, however they came to be', () => {
    const keys = Array.from({ length: 500 }, (_, key) => key);
    const once = keys.reduce((map, key) => put(map, key, 'x'), EMPTY);
    const twice = keys.reduce((map, key) => put(map, key, 'x'), put(once, 3, 'y'));
    expect(twice).toEqual(once);
    expect(put(twice, 3, 'y')).not.toEqual(once);
  });
});
