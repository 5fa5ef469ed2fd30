/**
 * The small form of `npm run mutants`, in every run of the tests: of nearly every rule a weakening that is quickly noticed,
 * applied to a copy of the tree that is built anew.
 */
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkBaseline, hunt } from './hunt.js';
import { MUTANTS, type Mutant } from './mutants.js';
import { openWorkshop, type Workshop } from './workshop.js';

const SOON = MUTANTS.filter(({ soon }) => soon === true);
/** A few times what they took; where the worlds of the seeds change, so does the one that sees it. */
const PATIENCE = { seeds: 60, jobs: 1 } as const;
/** A busy machine is slow, not wrong. */
const WAIT_MS = 300_000;

describe('mutants that are soon caught', () => {
  let workshop: Workshop;
  beforeAll(() => {
    workshop = openWorkshop(fileURLToPath(new URL('../..', import.meta.url)));
  }, WAIT_MS);
  afterAll(() => workshop.close());

  it(
    'nothing is caught where nothing is spoilt: the named tests pass in the copy',
    () => checkBaseline(workshop, SOON),
    WAIT_MS,
  );

  it.each(SOON)(
    '$rule: $says',
    async (mutant) => {
      expect(await hunt(workshop, mutant, PATIENCE)).toBeDefined();
    },
    WAIT_MS,
  );

  it.each([
    [
      'a file that is no program any more',
      'export const SEAL_OVERDUE_MS: Millis = 24 * HOUR;',
      'export const = ;',
    ],
    ['a name that nobody declares', 'if (hasReleased(docket)) return', 'if (hasReleased(nobody)) return'],
  ] as const)(
    'is not caught by being broken: %s',
    async (_, line, becomes) => {
      const mutant: Mutant = {
        rule: 'none',
        says: 'is no rule',
        file: 'node/core/settlement/release.ts',
        line,
        becomes,
        by: ['test/core/settlement/release.test.ts'],
      };
      const by = await hunt(workshop, mutant, PATIENCE).catch(() => undefined);
      expect(by).toBeUndefined();
    },
    WAIT_MS,
  );
});
