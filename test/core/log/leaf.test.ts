import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Hash, hexOf, sha256, utf8 } from '../../../node/core/bytes.js';
import { canonical, type Json } from '../../../node/core/canonical.js';
import { LIMITS } from '../../../node/core/limits.js';
import { type Leaf, leafHashBytes, readLeaf, writeLeaf } from '../../../node/core/log/leaf.js';
import { type Instant, readInstant, writeInstant } from '../../../node/core/time.js';

const ENV = sha256('envelope');
const STMT = sha256('statement');
const GOOD = `{"at":"2027-03-01T09:00:00.250Z","env":"${ENV}","inc":1772355600000,"seq":7,"stmt":"${STMT}","v":1}`;

const leaves: fc.Arbitrary<Leaf> = fc.record({
  sequence: fc.nat(2 ** 48),
  incarnation: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  envelope: fc.string().map((text) => sha256(text)),
  statement: fc.string().map((text) => sha256(text)),
  at: fc.integer({ min: 0, max: 4_102_444_800_000 }).map((at) => at as Instant),
});

/** The definition: JSON with exactly these members, and no other spelling of it. */
function readSlowly(bytes: Uint8Array): Leaf | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const read = JSON.parse(text) as Record<string, Json>;
    const { at, env, inc, seq, stmt, v, ...rest } = read;
    if (v !== 1 || Object.keys(rest).length > 0 || canonical(read) !== text) return undefined;
    if (!/^[0-9a-f]{64}$/.test(String(env)) || !/^[0-9a-f]{64}$/.test(String(stmt))) return undefined;
    if (!Number.isSafeInteger(inc) || Number(inc) < 1 || !Number.isSafeInteger(seq) || Number(seq) < 0)
      return undefined;
    const instant = readInstant(String(at));
    if (instant === undefined || writeInstant(instant) !== at) return undefined;
    return {
      sequence: seq as number,
      incarnation: inc as number,
      envelope: env as Hash,
      statement: stmt as Hash,
      at: instant,
    };
  } catch {
    return undefined;
  }
}

describe('leaf', () => {
  it('LOG-2: is canonical JSON of six members', () => {
    const leaf = {
      sequence: 7,
      incarnation: 1772355600000,
      envelope: ENV,
      statement: STMT,
      at: readInstant('2027-03-01T09:00:00.25Z') as Instant,
    };
    expect(new TextDecoder().decode(writeLeaf(leaf))).toBe(GOOD);
    expect(readLeaf(utf8(GOOD))).toEqual({ ok: true, value: leaf });
  });

  it('reads what it writes, under 4 KiB', () => {
    fc.assert(
      fc.property(leaves, (leaf) => {
        const bytes = writeLeaf(leaf);
        expect(bytes.length).toBeLessThan(LIMITS.leafBytes.most);
        expect(readLeaf(bytes)).toEqual({ ok: true, value: leaf });
      }),
      { seed: 1 },
    );
  });

  it.each([
    ['white space', GOOD.replace(',', ', ')],
    ['another order', GOOD.replace(/^\{("at":[^,]+),(.*)\}$/, '{$2,$1}')],
    ['one more member', GOOD.replace('"v":1', '"v":1,"w":1')],
    ['a missing member', GOOD.replace(/"inc":\d+,/, '')],
    ['a newer version', GOOD.replace('"v":1', '"v":2')],
    ['a longer spelling of the instant', GOOD.replace('.250Z', '.25Z')],
    ['an instant with an offset', GOOD.replace('.250Z', '+00:00')],
    ['a day that does not exist', GOOD.replace('2027-03-01', '2027-02-29')],
    ['a hash in capitals', GOOD.replace(ENV, ENV.toUpperCase())],
    ['a hash that is cut', GOOD.replace(ENV, ENV.slice(1))],
    ['a negative sequence', GOOD.replace('"seq":7', '"seq":-1')],
    ['a fraction', GOOD.replace('"seq":7', '"seq":7.5')],
    ['an exponent', GOOD.replace('"seq":7', '"seq":7e0')],
    ['a leading zero', GOOD.replace('"seq":7', '"seq":07')],
    ['a sequence beyond exact numbers', GOOD.replace('"seq":7', '"seq":9007199254740993')],
    ['life 0', GOOD.replace('1772355600000', '0')],
    ['a newline at the end', `${GOOD}\n`],
    ['nothing', ''],
    ['a list', '[]'],
  ])('LEAF_MALFORMED: %s', (_, text) => {
    expect(readLeaf(utf8(text))).toMatchObject({ ok: false, fault: { code: 'LEAF_MALFORMED' } });
  });

  it('LEAF_OVERSIZE: more than 4 KiB is not looked at', () => {
    const bytes = new Uint8Array(LIMITS.leafBytes.most + 1);
    expect(readLeaf(bytes)).toEqual({
      ok: false,
      fault: { code: 'LEAF_OVERSIZE', offered: 4097, most: 4096 },
    });
  });

  it('survives any bytes, and agrees with the definition on spoiled leaves', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => readLeaf(bytes).ok === false),
      { seed: 2 },
    );
    fc.assert(
      fc.property(fc.nat(GOOD.length - 1), fc.integer({ min: 0, max: 255 }), (at, byte) => {
        const bytes = utf8(GOOD);
        bytes[at] = byte;
        const read = readLeaf(bytes);
        expect(read.ok ? read.value : undefined).toEqual(readSlowly(bytes));
      }),
      { seed: 3, numRuns: 2_000 },
    );
  });

  it('RFC 6962 §2.1: is hashed behind a zero byte', () => {
    expect(hexOf(leafHashBytes(new Uint8Array(0)))).toBe(
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    );
  });
});
