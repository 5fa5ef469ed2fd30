/** The conformance runner against a live node of ours, over both networks (DESIGN §12.3). */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SUITES } from '../../node/cli/conformance/checks.js';
import {
  type Badge,
  makeVisitors,
  openVisitors,
  type VisitorName,
} from '../../node/cli/conformance/visitor-keys.js';
import type { Instant } from '../../node/core/time.js';
import { conform } from '../support/conform.js';

let folder = '';
let badges: ReadonlyMap<VisitorName, Badge>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'conformance-'));
  const now = Date.now() as Instant;
  await makeVisitors(folder, now);
  const opened = await openVisitors(folder, now);
  if (!opened.ok) throw new Error(opened.fault.code);
  badges = opened.value;
});

afterAll(() => rm(folder, { recursive: true }));

describe.each(['grpc', 'libp2p'] as const)('a node of ours over %s', (way) => {
  it.each(SUITES)(
    'conforms: %s',
    async (suite) => {
      const results = await conform(way, badges, suite);
      expect(results).not.toEqual([]);
      expect(results.filter(({ verdict }) => verdict !== 'passed')).toEqual([]);
    },
    60_000,
  );
});
