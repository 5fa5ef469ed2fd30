/** The smallest configurations of the model, and that it sees: two mutants and one limit. `npm run model` has all. */
import { describe, expect, it } from 'vitest';
import { BEYOND, HEALED, MUTANTS, RESTORES, RULES } from './configurations.js';
import { check, lacking } from './spin.js';

const missing = lacking();
const named = (...names: readonly string[]) =>
  [RULES, RESTORES, HEALED, BEYOND, MUTANTS].flatMap((list) =>
    list.filter(({ name }) => names.includes(name)),
  );

/** A compiler and a search on a busy machine. */
const MOST_MS = 120_000;

describe.skipIf(missing !== undefined)(
  `the model of one slot${missing === undefined ? '' : ` (${missing})`}`,
  { timeout: MOST_MS },
  () => {
    it.each(named('two'))('R2 to R8: $name: no state breaks a promise', async (configuration) => {
      expect(await check(configuration)).toMatchObject({ found: 'holds', trace: [] });
    });

    it.each(named('two, one restored'))('R9: $name: no state breaks a promise', async (configuration) => {
      expect(await check(configuration)).toMatchObject({ found: 'holds', trace: [] });
    });

    it.each(named('four, one down, healed'))('R5: $name: every run ends with a decision', async (asked) => {
      expect(await check(asked)).toMatchObject({ found: 'holds' });
    });

    it.each(named('two of three'))(
      '$name: more than fS lie, and the slot is split',
      async (configuration) => {
        expect(await check(configuration)).toMatchObject({ found: configuration.expect });
      },
    );

    it.each(named('NO_P3', 'SKIP_AFTER_COMMIT'))(
      'the mutant $name is found out, with a trace',
      async (configuration) => {
        const { found, trace } = await check(configuration);
        expect(found).toBe(configuration.expect);
        expect(trace.length).toBeGreaterThan(3);
      },
    );
  },
);

describe('the questions put to the model', () => {
  it('has one name for each', () => {
    const names = [RULES, RESTORES, HEALED, BEYOND, MUTANTS].flatMap((list) => list.map(({ name }) => name));
    expect(new Set(names).size).toBe(names.length);
  });

  it('within what is promised, liars and restored members are no more than fS = 2q − n − 1', () => {
    for (const { n, q, liars, flags } of [...RULES, ...RESTORES, ...HEALED]) {
      const restored = Number(flags.find((flag) => flag.startsWith('RESTORABLE='))?.slice(-1) ?? 0);
      expect(liars + restored).toBeLessThanOrEqual(2 * q - n - 1);
    }
  });
});
