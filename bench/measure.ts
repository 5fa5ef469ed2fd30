/**
 * How things are measured here: side by side in one run, in turns, and told as ratios of medians. The machine may
 * be shared, so an absolute number says little, and nothing here fails because it was slow.
 */

/** One line of the table in `bench/README.md`. */
export interface Row {
  /** What was done, with sizes and counts. */
  readonly measure: string;
  /** What it took here. */
  readonly ours: string;
  /** What the thing beside it took. */
  readonly beside: string;
  /** How one stands to the other. */
  readonly ratio: string;
  /** What was asked for, if anything was. */
  readonly target: string;
}

/** @returns the middle value, or the mean of the two middle ones. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const half = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(half) - 1], sorted[Math.floor(half)]];
  if (low === undefined || high === undefined) throw new Error('a median needs values');
  return (low + high) / 2;
}

/** @returns milliseconds that the work took. */
export async function timed(work: () => unknown): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

/** What two things took, turn by turn. */
export interface Turns {
  /** Milliseconds a turn. */
  readonly ours: readonly number[];
  readonly beside: readonly number[];
}

/**
 * Runs two things in turns, first one and then the other in front, so that a slow minute of the machine falls on
 * both.
 * @param warm turns that are run and not counted.
 */
export async function inTurns(
  turns: number,
  warm: number,
  ours: () => unknown,
  beside: () => unknown,
): Promise<Turns> {
  const took: { readonly ours: number[]; readonly beside: number[] } = { ours: [], beside: [] };
  for (let turn = -warm; turn < turns; turn += 1) {
    const order = [
      { into: took.ours, work: ours },
      { into: took.beside, work: beside },
    ];
    for (const { into, work } of turn % 2 === 0 ? order : order.reverse()) {
      const ms = await timed(work);
      if (turn >= 0) into.push(ms);
    }
  }
  return took;
}

/** @returns the median over the turns of ours divided by beside. */
export function ratioOf({ ours, beside }: Turns): number {
  return median(ours.map((ms, turn) => ms / (beside[turn] ?? Number.NaN)));
}

/** Milliseconds as people read them. */
export function ms(value: number): string {
  if (value >= 10_000) return `${(value / 1_000).toFixed(1)} s`;
  return `${value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2)} ms`;
}

/** Waits until something holds, looking every two milliseconds. @throws Error when it takes too long. */
export async function until(holds: () => boolean, mostMs: number, what: string): Promise<void> {
  const end = performance.now() + mostMs;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`bench: ${what} did not happen`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
