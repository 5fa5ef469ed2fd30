/**
 * Chance from a seed. Every purpose draws from a stream of its own, so that a fault left out of a run does not
 * move the dice of all the others: that is what makes a trace short (`shorten.ts`).
 */

/** One stream of chance. */
export interface Dice {
  /** 0 ≤ x < 1. */
  fraction(): number;
  /** A whole number, 0 ≤ x < `most`. */
  below(most: number): number;
  /** A whole number, `least` ≤ x ≤ `most`. */
  between(least: number, most: number): number;
  /** True once in 1 / `share`. */
  happens(share: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** Each member with this share of chance, in the order of the list. */
  some<T>(from: readonly T[], share: number): readonly T[];
  /** A stream that hangs on this one's seed and the name only. */
  stream(name: string): Dice;
}

/** A stream for a seed: equal seeds give equal streams, on every machine. */
export function dice(seed: string): Dice {
  const fraction = sfc32(seed);
  const below = (most: number): number => Math.floor(fraction() * most);
  return {
    fraction,
    below,
    between: (least, most) => least + below(most - least + 1),
    happens: (share) => fraction() < share,
    pick: (from) => {
      const picked = from[below(from.length)];
      if (picked === undefined) throw new Error('nothing to pick from');
      return picked;
    },
    some: (from, share) => from.filter(() => fraction() < share),
    stream: (name) => dice(`${seed}/${name}`),
  };
}

/** Small fast chaotic generator of PractRand fame, 32 bits, seeded by four mixed words of the text. */
function sfc32(seed: string): () => number {
  let [a, b, c, d] = words(seed);
  const next = (): number => {
    const sum = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let warm = 0; warm < 12; warm += 1) next();
  return next;
}

/** Four words of 32 bits that all hang on every character. */
function words(text: string): [number, number, number, number] {
  const mixed: [number, number, number, number] = [0x9e3779b9, 0x243f6a88, 0xb7e15162, text.length];
  for (let at = 0; at < text.length; at += 1)
    for (const lane of [0, 1, 2, 3] as const)
      mixed[lane] =
        Math.imul(mixed[lane] ^ (text.charCodeAt(at) + lane), 0x01000193 + 2 * lane) ^ (mixed[lane] >>> 15);
  return mixed;
}
