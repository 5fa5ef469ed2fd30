/** Arguments of the control socket: each field through its reader, each refusal with the name of the field. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  count,
  flag,
  list,
  members,
  moment,
  name,
  oneOf,
  optional,
  orElse,
  readJson,
  text,
} from '../../node/control/arguments.js';
import { utf8 } from '../../node/core/bytes.js';
import { LIMITS } from '../../node/core/limits.js';

interface Given {
  readonly who: string;
  readonly at: number | undefined;
  readonly to: readonly string[];
  readonly on: boolean;
  readonly model: 1 | 2;
  readonly days: number;
}

const read = members<Given>({
  who: name,
  at: optional(moment),
  to: orElse(list(name, 2), []),
  on: orElse(flag, false),
  model: orElse(oneOf(1, 2), 2),
  days: orElse(count(3, 365), 7),
});

describe('members', () => {
  test('absent members are their fallbacks', () => {
    expect(read({ who: 'x' }, '')).toEqual({
      ok: true,
      value: { who: 'x', at: undefined, to: [], on: false, model: 2, days: 7 },
    });
  });

  test.each([
    ['who', {}],
    ['who', { who: '' }],
    ['who', { who: 7 }],
    ['who', { who: '\ud800' }],
    ['at', { who: 'x', at: '2027-02-30T00:00:00Z' }],
    ['at', { who: 'x', at: '2027-02-03' }],
    ['to', { who: 'x', to: 'y' }],
    ['to/1', { who: 'x', to: ['y', ''] }],
    ['on', { who: 'x', on: 'yes' }],
    ['model', { who: 'x', model: 3 }],
    ['model', { who: 'x', model: '1' }],
    ['days', { who: 'x', days: 2 }],
    ['days', { who: 'x', days: 3.5 }],
    ['colour', { who: 'x', colour: 'blue' }],
    ['', []],
    ['', null],
  ])('COMMAND_MALFORMED at %j for %j', (where, given) => {
    expect(read(given, '')).toMatchObject({ ok: false, fault: { code: 'COMMAND_MALFORMED', where } });
  });

  test.each([
    ['who', { who: 'x'.repeat(201) }],
    ['to', { who: 'x', to: ['a', 'b', 'c'] }],
  ])('LIMIT_EXCEEDED at %j', (where, given) => {
    expect(read(given, '')).toMatchObject({ ok: false, fault: { code: 'LIMIT_EXCEEDED', where } });
  });

  test('survives any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const outcome = read(value, '');
        expect(typeof outcome.ok).toBe('boolean');
      }),
      { seed: 7, numRuns: 500 },
    );
  });
});

describe('the bytes of a call', () => {
  test('nothing at all means no arguments', () => {
    expect(readJson(new Uint8Array())).toEqual({ ok: true, value: {} });
  });

  test.each([['{'], ['{"a":1,"a":2}'], ['\ufeff{}'], [`${'['.repeat(200)}${']'.repeat(200)}`]])(
    'COMMAND_MALFORMED for %j',
    (given) => {
      expect(readJson(utf8(given))).toMatchObject({
        fault: { code: 'COMMAND_MALFORMED', where: 'arguments' },
      });
    },
  );

  test('what is no UTF-8, and what is too long', () => {
    expect(readJson(Uint8Array.of(0xff))).toMatchObject({ fault: { code: 'COMMAND_MALFORMED' } });
    expect(readJson(new Uint8Array(LIMITS.controlBytes.most + 1))).toMatchObject({
      fault: { code: 'LIMIT_EXCEEDED', most: LIMITS.controlBytes.most },
    });
  });
});

test('text counts UTF-16 units, as the statements do', () => {
  expect(text(2)('😀', 'x').ok).toBe(true);
  expect(text(1)('😀', 'x').ok).toBe(false);
});
