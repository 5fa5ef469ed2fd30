/** The list of mutants follows the code. That they are caught: `small.test.ts`, and all of them: `npm run mutants`. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MUTANTS } from './mutants.js';

const root = new URL('../..', import.meta.url);

describe('the list of mutants', () => {
  it.each(MUTANTS)('$rule: $says: the line stands in its file exactly once', ({ file, line, becomes }) => {
    const text = readFileSync(new URL(file, root), 'utf8');
    expect(text.split(line).length - 1).toBe(1);
    expect(becomes).not.toBe(line);
  });

  it.each(['quorum', 'charter', 'R1', 'R2', 'R3', 'R4', 'R5', 'R6', 'R7', 'R8', 'R9', 'R11', 'R12'])(
    '%s has a mutant',
    (rule) => {
      expect(MUTANTS.some((mutant) => mutant.rule === rule)).toBe(true);
    },
  );
});
