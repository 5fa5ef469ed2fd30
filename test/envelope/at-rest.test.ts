import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openVault } from '../../node/envelope/at-rest.js';

const vault = openVault(new Uint8Array(32).fill(7));

function codeOf(open: () => unknown): string {
  try {
    open();
    return 'opened';
  } catch (error) {
    return (error as { fault?: { code: string } }).fault?.code ?? String(error);
  }
}

describe('DESIGN §10: records at rest', () => {
  test('open(place, seal(place, a)) = a', () => {
    fc.assert(
      fc.property(fc.string(), fc.uint8Array({ maxLength: 3_000 }), (place, bytes) => {
        expect(vault.open(place, vault.seal(place, bytes))).toEqual(bytes);
      }),
      { seed: 1 },
    );
  });

  test('a record does not open at another place, or under another key', () => {
    const record = vault.seal('case 1', Uint8Array.of(1, 2, 3));
    expect(codeOf(() => vault.open('case 2', record))).toBe('STORE_DAMAGED');
    expect(codeOf(() => openVault(new Uint8Array(32)).open('case 1', record))).toBe('STORE_DAMAGED');
  });

  test('any flipped bit and any cut: STORE_DAMAGED', () => {
    const record = vault.seal('here', new Uint8Array(40));
    for (let bit = 0; bit < record.length * 8; bit += 1) {
      const copy = record.slice();
      copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(codeOf(() => vault.open('here', copy))).toBe('STORE_DAMAGED');
    }
    for (let length = 0; length < record.length; length += 1)
      expect(codeOf(() => vault.open('here', record.subarray(0, length)))).toBe('STORE_DAMAGED');
  });

  test('equal texts make different records', () => {
    expect(vault.seal('x', Uint8Array.of(1))).not.toEqual(vault.seal('x', Uint8Array.of(1)));
  });
});
