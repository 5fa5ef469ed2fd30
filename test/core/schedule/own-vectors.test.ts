/** SCHEDULING §12: every code has a vector, here or among the shared ones, and each vector fails for one reason. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { answerFor } from '../../../node/core/schedule/answer.js';

interface Refused {
  readonly name: string;
  readonly problem?: object;
  readonly text?: string;
  readonly expect: { readonly status: string; readonly errors: readonly { readonly code: string }[] };
}

const FOLDERS = ['schedule', 'schedule-own'];

const vectors = FOLDERS.flatMap((folder) => {
  const place = new URL(`../../../fixtures/vectors/${folder}/`, import.meta.url);
  return readdirSync(place)
    .filter((file) => /^E\d+\.json$/.test(file))
    .map((file) => JSON.parse(readFileSync(new URL(file, place), 'utf8')) as Refused);
});

describe('refused documents', () => {
  test.each(vectors.map((one) => [one.name, one] as const))('%s', (_, vector) => {
    const answer = answerFor(vector.text ?? JSON.stringify(vector.problem));
    const codes = answer.status === 'error' ? answer.errors.map(({ code }) => code) : [];
    // One reason: a second code would hide that the first check is gone.
    expect([...new Set(codes)]).toEqual(vector.expect.errors.map(({ code }) => code));
  });

  test('every code of §12 is expected by one of them', () => {
    const source = readFileSync(new URL('../../../node/core/schedule/problem.ts', import.meta.url), 'utf8');
    const codes = new Set([...source.matchAll(/'(E_[A-Z]+)'/g)].map(([, code]) => code));
    const expected = new Set(vectors.flatMap((one) => one.expect.errors.map(({ code }) => code)));
    expect([...codes].filter((code) => !expected.has(code ?? ''))).toEqual([]);
    expect(codes.size).toBe(15);
  });

  test('ids go on where the shared ones end', () => {
    const ids = vectors.map(({ name }) => name.slice(0, 3));
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBe(32);
  });
});
