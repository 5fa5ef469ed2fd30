/** Tables of the made documents, and how their cells say amounts. */
import { sayLength } from '../../node/cli/times.js';
import type { Retry } from '../../node/core/fault.js';
import type { CHARTER_LIMITS, Limit } from '../../node/core/limits.js';

/** Whether a refused thing may be tried again. */
export const RETRIES: Readonly<Record<Retry, string>> = {
  later: 'later, as it is',
  changed: 'when something was changed',
  never: 'no',
};

/** One row for each length that a charter may ask for. */
export function charterRows(limits: typeof CHARTER_LIMITS): readonly (readonly string[])[] {
  return Object.entries(limits).map(([name, { least, most, usual, because }]) => [
    `\`${name}\``,
    ...[least, most, usual].map(sayLength),
    because,
  ]);
}

/** Powers of two as people say them: `4 MiB`; everything else with thin groups of three digits. */
export function sayAmount({ most, unit }: Limit): string {
  if (unit !== 'bytes') return `${grouped(most)} ${unit}`;
  for (const [size, name] of [
    [1 << 20, 'MiB'],
    [1 << 10, 'KiB'],
  ] as const)
    if (most % size === 0) return `${most / size} ${name}`;
  return `${grouped(most)} bytes`;
}

/** With groups of three digits. */
export function grouped(count: number): string {
  return String(count).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

/** A table as Biome lays it out: cells padded to the widest of their column. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => [...(row[column] ?? '')].length)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - [...cell].length)).join(' | ')} |`;
  const [first = '', ...others] = cells.map(line);
  return [first, line(widths.map((width) => '-'.repeat(width))), ...others];
}
