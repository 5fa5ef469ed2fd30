/**
 * What a worker says of one seed, and what many of them amount to.
 */
import type { Ended } from './run.js';

/** One seed, as it crosses between processes. */
export interface SeedReport {
  readonly seed: string;
  readonly violations: readonly { readonly invariant: string; readonly what: string }[];
  /** Rare states that were reached. */
  readonly reached: readonly string[];
  readonly simulatedMs: number;
}

/** What many seeds amount to. */
export interface Sum {
  seeds: number;
  violations: number;
  simulatedMs: number;
  /** Rare state → seeds that reached it. */
  readonly reached: Map<string, number>;
}

export function reportOf(seed: string, { violations, reached, simulatedMs }: Ended): SeedReport {
  const named = violations.map(({ invariant, what }) => ({ invariant, what }));
  return { seed, violations: named, reached: [...reached.keys()], simulatedMs };
}

/** Nothing yet. */
export function emptySum(): Sum {
  return { seeds: 0, violations: 0, simulatedMs: 0, reached: new Map() };
}

export function add(sum: Sum, report: SeedReport): void {
  sum.seeds += 1;
  sum.simulatedMs += report.simulatedMs;
  if (report.violations.length > 0) sum.violations += 1;
  for (const rare of report.reached) sum.reached.set(rare, (sum.reached.get(rare) ?? 0) + 1);
}

const YEAR_MS = 365.25 * 86_400_000;

/** Rare states with how many seeds reached them, most first. */
export function rareLine({ reached }: Sum): string {
  const sorted = [...reached].sort((one, other) => other[1] - one[1] || (one[0] < other[0] ? -1 : 1));
  return sorted.map(([rare, count]) => `${rare} ${count}`).join(', ');
}

/** The one line that is printed last. @param seconds by the wall clock */
export function summaryLine({ seeds, violations, simulatedMs }: Sum, seconds: number): string {
  const years = simulatedMs / YEAR_MS;
  return [
    `${seeds} seeds, ${violations} violations`,
    `${(seeds / seconds).toFixed(1)} seeds/s, ${(years / seconds).toFixed(2)} simulated years/s`,
    `${years.toFixed(0)} years in ${seconds.toFixed(0)} s`,
  ].join('; ');
}
