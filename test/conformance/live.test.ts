/** The conformance runner against a live node of ours, over both networks (DESIGN §12.3). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHECKS, SUITES, suiteOf } from '../../node/cli/conformance/checks.js';
import { type Cast, conform, openCast } from '../support/conform.js';

let cast: Cast;

beforeAll(async () => {
  cast = await openCast();
});

afterAll(() => cast.close());

describe.each(['grpc', 'libp2p'] as const)('a node of ours over %s', (way) => {
  it.each(SUITES)(
    'conforms: %s',
    async (suite) => {
      const results = await conform(way, cast.badges, suite);
      expect(results.filter(({ verdict }) => verdict !== 'passed')).toEqual([]);
      const checks = Object.keys(CHECKS).filter((id) => suiteOf(id as keyof typeof CHECKS) === suite);
      expect(results.map(({ id }) => id).sort()).toEqual(checks.sort());
    },
    180_000,
  );
});
