import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { utf8 } from '../../node/core/bytes.js';
import { canonical, type Json } from '../../node/core/canonical.js';
import { type JsonFlaw, parseStrictJson, scanJson } from '../../node/core/strict-json.js';

const LIMITS = { levels: 64, length: 1_000 };

const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);

describe('strict JSON', () => {
  test.each<[JsonFlaw, string, string | Uint8Array]>([
    ['twice', 'a name twice', '{"a":1,"a":1}'],
    ['twice', 'a name twice in two spellings', '{"a":1,"\\u0061":2}'],
    ['twice', 'a name twice, deep inside', '[{"x":{"b":0,"c":1,"b":0}}]'],
    ['prototype', '__proto__', '{"__proto__":{}}'],
    ['prototype', '__proto__ by escape', '{"\\u005f_proto__":1}'],
    ['syntax', 'a lone high surrogate by escape', '"\\ud800"'],
    ['syntax', 'a lone low surrogate by escape', '["\\udc00"]'],
    ['syntax', 'a lone surrogate as it stands', '"\ud800"'],
    ['syntax', 'a lone surrogate in a name', '{"\\ud800":1}'],
    ['syntax', 'surrogates in the wrong order', '"\\udc00\\ud800"'],
    ['syntax', 'a byte order mark', '\ufeff1'],
    ['syntax', 'bytes that are no UTF-8', Uint8Array.of(0x22, 0xc0, 0x80, 0x22)],
    ['syntax', 'a surrogate in UTF-8', Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22)],
    ['syntax', 'nothing', ''],
    ['syntax', 'white space only', ' \n'],
    ['syntax', 'two values', '1 2'],
    ['syntax', 'a trailing comma in a list', '[1,]'],
    ['syntax', 'a trailing comma in an object', '{"a":1,}'],
    ['syntax', 'a name without quotes', '{a:1}'],
    ['syntax', 'single quotes', "'a'"],
    ['syntax', 'a comment', '/* */1'],
    ['syntax', 'a leading zero', '01'],
    ['syntax', 'a leading plus', '+1'],
    ['syntax', 'a point without digits', '1.'],
    ['syntax', 'NaN', 'NaN'],
    ['syntax', 'a control character in a string', '"\u0001"'],
    ['syntax', 'an unknown escape', '"\\x41"'],
    ['syntax', 'a short escape', '"\\u12"'],
    ['syntax', 'an open string', '"abc'],
    ['syntax', 'an open list', '[1'],
    ['syntax', 'an open object', '{"a":1'],
    ['syntax', 'a half word', 'tru'],
    ['syntax', 'a no-break space', '\u00a01'],
    ['number', 'a number beyond a double', '1e400'],
    ['number', 'a number far below', '[-1e400]'],
    ['depth', 'lists too deep', nested(65)],
    ['depth', 'objects too deep', '{"a":'.repeat(65)],
    ['size', 'a text too long', `"${'x'.repeat(1_000)}"`],
  ])('%s: refuses %s', (flaw, _, text) => {
    expect(scanJson(text, LIMITS)).toMatchObject({ ok: false, flaw });
  });

  test.each<[string, Json]>([
    [
      '{"a":[1,2.5,-3e2,0.1E+1],"b":"\\u00e9\\ud83d\\ude00\\n\\/","c":null,"d":true,"e":false}',
      { a: [1, 2.5, -300, 1], b: 'é😀\n/', c: null, d: true, e: false },
    ],
    [' [ ] ', []],
    ['{ }', {}],
    ['-0', 0],
    ['20.0', 20],
    ['{"constructor":1,"toString":2,"":3}', { constructor: 1, toString: 2, '': 3 }],
    ['"\u2028\u007f"', '\u2028\u007f'],
  ])('reads %s', (text, value) => {
    expect(parseStrictJson(text, LIMITS)).toEqual({ ok: true, value });
    expect(parseStrictJson(utf8(text), LIMITS)).toEqual({ ok: true, value });
  });

  test('nesting of exactly 64 levels is read', () => {
    expect(scanJson(nested(64), LIMITS).ok).toBe(true);
  });

  test('the outcome names flaw and place, never contents', () => {
    expect(parseStrictJson('{"secret":1,"secret":2}', LIMITS)).toEqual({
      ok: false,
      fault: { code: 'FORMAT_MALFORMED', where: 'json twice at 12' },
    });
    expect(parseStrictJson('x'.repeat(1_001), LIMITS)).toEqual({
      ok: false,
      fault: { code: 'FORMAT_OVERSIZE', offered: 1_001, most: 1_000 },
    });
  });

  test('agrees with JSON.parse on everything JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), fc.nat(4), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        const scan = scanJson(text);
        // Lone surrogates and __proto__ may come up; both are refused on purpose.
        if (!scan.ok) expect(text).toMatch(/\\ud[89a-f]|__proto__/);
        else expect(canonical(scan.value)).toBe(canonical(JSON.parse(text) as Json));
      }),
      { seed: 20261104, numRuns: 500 },
    );
  });

  test('accepts nothing that JSON.parse refuses, and survives any text', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      '\\',
      ',',
      ':',
      '1',
      '-',
      '.',
      'e',
      'true',
      'null',
      ' ',
      'u0041',
      'a',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 24 }), (words) => {
        const text = words.join('');
        const scan = scanJson(text);
        let plain: { value: unknown } | undefined;
        try {
          plain = { value: JSON.parse(text) };
        } catch {
          plain = undefined;
        }
        if (scan.ok) expect(scan.value).toEqual(plain?.value);
        else if (plain !== undefined) expect(['twice', 'number']).toContain(scan.flaw);
      }),
      { seed: 20261105, numRuns: 3_000 },
    );
  });
});
