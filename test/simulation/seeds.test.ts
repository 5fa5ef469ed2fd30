/**
 * The fixed seeds of every test run. More of them, and fresh ones: `npm run simulate`, `npm run hunt`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Plan, planOf } from './plan.js';
import { play } from './run.js';

const reached = new Map<string, number>();

/** A few for every run; `ISOCHRON_SIMULATED=1000-1400` tries others. */
const [from = 1, to = 0] = (process.env['ISOCHRON_SIMULATED'] ?? '1-160').split('-').map(Number);
const BATCH = 20;

/** Seeds of kinds of worlds, for what hardly any of those above reaches. */
const SCENES: readonly string[] = [
  ...['lives/2', 'lives/3', 'lives/6', 'breach/12', 'breach/15'],
  ...['memory/1', 'memory/2', 'memory/3', 'memory/4', 'limbo/1', 'limbo/2'],
  ...['hidden/1', 'hidden/2'],
];

const RARE = [
  'amend',
  'second amendment',
  'change',
  'carried',
  'null',
  'seal',
  'late seal',
  'limbo',
  'evidence',
  'restore in an open slot',
  'fence',
  'reported breach',
  'leak in limbo',
  'hidden tail',
  'P1',
  'P2',
  'P3',
  'P4',
];

async function hold(seed: string): Promise<void> {
  const ended = await play(planOf(seed));
  expect([seed, ...ended.violations]).toEqual([seed]);
  for (const rare of ended.reached.keys()) reached.set(rare, (reached.get(rare) ?? 0) + 1);
}

describe('worlds with crashes, partitions, wrong clocks and liars', () => {
  it.each(Array.from({ length: Math.ceil((to - from + 1) / BATCH) }, (_, at) => from + at * BATCH))(
    'I1 to I9 hold after every step, from seed %i on',
    async (first) => {
      for (let seed = first; seed < Math.min(first + BATCH, to + 1); seed += 1) await hold(String(seed));
    },
    120_000,
  );

  it.each(SCENES)('I1 to I9 hold after every step, in %s', hold, 120_000);

  it.each(['4', '7', '12'])('I10: seed %s gives the same trace twice, byte for byte', async (seed) => {
    const [one, other] = [await play(planOf(seed)), await play(planOf(seed))];
    expect(one.trace).toBe(other.trace);
    expect(one.steps).toBe(other.steps);
  });
});

const WORLDS = new URL('../../fixtures/worlds/', import.meta.url);

describe('worlds in which a rule once did not hold', () => {
  it.each(readdirSync(WORLDS))('%s', async (name) => {
    const plan = JSON.parse(readFileSync(new URL(name, WORLDS), 'utf8')) as Plan;
    const { violations } = await play(plan);
    expect(violations).toEqual([]);
  });
});

describe('sometimes', () => {
  it.each(RARE)('the worlds above reach: %s', (rare) => {
    expect(reached.get(rare) ?? 0).toBeGreaterThan(0);
  });
});
