import { describe, expect, test } from 'vitest';
import { openLikeCases } from '../../../adapters/search/like-cases.js';
import type { Archived } from '../../../node/core/selection/contact.js';
import { text } from '../../core/selection/book.js';

function archived(id: string, at: string, title: string, vendors = 1): Archived {
  const keys = Array.from({ length: vendors }, (_, place) => `vendor ${place}`);
  return { id, at, text: text({ title }), vendors: keys };
}

const like = openLikeCases([
  archived('ECC#1', '2026-01-01T00:00:00.000Z', 'Gateway routing daemon mishandles labels'),
  archived('ECC#2', '2026-02-01T00:00:00.000Z', 'Routing daemon of many gateways mishandles labels', 12),
  archived('ECC#3', '2026-03-01T00:00:00.000Z', 'Printer driver leaks pages'),
  archived('ECC#4', '2026-04-01T00:00:00.000Z', '経路制御デーモンの脆弱性', 12),
]);
const find = (title: string, before = '9999', isMany = false) =>
  like.find(text({ title, isMany }), before, 8).map(({ id }) => id);

describe('earlier cases that read alike', () => {
  test('stand with the likest first', () => {
    expect(find('Printer leaks')).toEqual(['ECC#3']);
    expect(find('Routing daemon mishandles labels').slice(0, 2).sort()).toEqual(['ECC#1', 'ECC#2']);
  });

  test('are earlier than the case', () => {
    expect(find('Routing daemon mishandles labels', '2026-02-01')).toEqual(['ECC#1']);
  });

  test('are never the case itself', () => {
    expect(find('Printer driver leaks pages')).toEqual([]);
  });

  test('were told to many where the case is one of many', () => {
    expect(find('Routing daemon mishandles labels', '9999', true)).toEqual(['ECC#2']);
  });

  test('told to many: an older list has less of a voice, half of it after a year and a half', () => {
    const [recent, old] = openLikeCases([
      archived('ECC#5', '2024-07-02T12:00:00.000Z', 'Resolvers mishandle labels', 12),
      archived('ECC#6', '2026-01-01T00:00:00.000Z', 'Resolvers mishandle labels', 12),
    ]).find(text({ title: 'Resolvers of all mishandle labels', isMany: true }), '9999', 8);
    expect([recent?.id, old?.id]).toEqual(['ECC#6', 'ECC#5']);
    expect((old?.likeness ?? 0) / (recent?.likeness ?? 1)).toBeCloseTo(0.5, 2);
  });

  test('age says nothing where few are to be told', () => {
    const [one, other] = openLikeCases([
      archived('ECC#5', '2004-07-02T12:00:00.000Z', 'Resolvers mishandle labels', 2),
      archived('ECC#6', '2026-01-01T00:00:00.000Z', 'Resolvers mishandle labels', 2),
    ]).find(text({ title: 'Resolvers of all mishandle labels' }), '9999', 8);
    expect(one?.likeness).toBe(other?.likeness);
  });

  test('are found in Japanese', () => {
    expect(find('経路制御の問題')).toEqual(['ECC#4']);
  });
});
