/** Nodes that get something wrong, as strangers do: the conformance runner says what. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { suiteOf } from '../../node/cli/conformance/checks.js';
import { type Cast, conform, openCast } from '../support/conform.js';
import { MISTAKES } from '../support/deviations.js';

let cast: Cast;

beforeAll(async () => {
  cast = await openCast();
});

afterAll(() => cast.close());

describe('conformance: a node that', () => {
  it.each(MISTAKES.map((mistake) => [mistake.says, mistake.caughtBy, mistake] as const))(
    '%s is caught by %s',
    async (_says, id, { plant, reason }) => {
      const settings = { deviation: plant(), until: id, patienceMs: 6_000 };
      const results = await conform('grpc', cast.badges, suiteOf(id), settings);
      expect(results.find((result) => result.id === id)).toMatchObject({
        verdict: 'failed',
        says: expect.stringContaining(reason),
      });
    },
    180_000,
  );
});
