/** LOG-5: `log repaired` says of each feed what came back, and the record of a repair keeps what never will. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { logsOf } from '../../node/cli/logs.js';
import { pledgesIn } from '../../node/cli/pledges-in.js';
import type { Desk } from '../../node/control/desk.js';
import { LOG_VERBS } from '../../node/control/verbs/logs.js';
import { sha256 } from '../../node/core/bytes.js';
import { type FeedId, feedKey } from '../../node/core/ids.js';
import { rootOf } from '../../node/core/log/tree.js';
import {
  type RepairedFeed,
  type RepairRecord,
  readRepair,
  writeRepair,
} from '../../node/store/repair-record.js';
import { agree } from '../support/case-play.js';
import { testKeys, testNode } from '../support/keys.js';
import { openWorld, type World } from '../support/world.js';

const OUT: FeedId = { author: testNode('cert'), recipient: testNode('jpcert') };
const IN: FeedId = { author: testNode('jpcert'), recipient: testNode('cert') };

let folder: string;
let world: World;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'isochron-repaired-'));
  world = await openWorld([
    { name: 'cert', role: 'centre' },
    { name: 'jpcert', role: 'centre' },
  ]);
  await world.introduce(['cert', 'jpcert']);
  await agree(world, { centres: ['cert', 'jpcert'] });
});
afterEach(async () => {
  await world.stop();
  await rm(folder, { recursive: true });
});

const path = () => join(folder, 'repair.json');

/** The record of a repair that lost this much. */
async function recorded(...lost: readonly RepairedFeed[]): Promise<RepairRecord> {
  const feeds = new Map(lost.map((one) => [feedKey(one.feed), one]));
  const fault = { code: 'STORE_DAMAGED' } as const;
  const record = {
    node: OUT.author,
    at: '2027-01-05T00:00:00Z',
    aside: 'aside',
    fault,
    unread: [],
    feeds,
  };
  await writeRepair(path(), record);
  return record;
}

function markOf(feed: FeedId, more: Partial<RepairedFeed> = {}): RepairedFeed {
  const { tip } = world.node('cert').feeds.head(feed);
  return { feed, kept: 1, size: tip.size, root: rootOf(tip), note: undefined, returned: undefined, ...more };
}

async function shown(): Promise<readonly (readonly [unknown, unknown])[]> {
  const { feeds, sealer, state, clock } = world.node('cert');
  const keys = await testKeys('cert');
  const logs = logsOf(feeds, sealer, keys, state, clock.now, path());
  const said = await LOG_VERBS['repaired']?.run({}, { state, feeds, logs } as unknown as Desk, '');
  if (said?.ok !== true) throw new Error('no answer');
  const { feeds: lines } = said.value as unknown as {
    readonly feeds: readonly { readonly missing: number; readonly standing: string }[];
  };
  return lines.map(({ missing, standing }) => [missing, standing]);
}

it.each([
  ['the root that was signed', {}, [[0, 'back']]],
  // Long enough is not enough: other words stand in the places of those that reached nobody.
  ['another root', { root: sha256('lost words') }, 'lost'],
  ['fewer entries than were signed', { size: 1_000 }, 'lost'],
] as const)('LOG-5: a feed of ours that has %s', async (_, more, expected) => {
  const mark = markOf(OUT, more);
  await recorded(mark);
  const { size } = world.node('cert').feeds.head(OUT).tip;
  const missing = mark.size > size ? mark.size - size : mark.size - mark.kept;
  expect(await shown()).toEqual(expected === 'lost' ? [[missing, 'lost']] : expected);
});

it('LOG-5: what was lost for good stays so over the next start, and counts from where its reader ended', async () => {
  const mark = markOf(OUT, { root: sha256('lost words') });
  const pledges = pledgesIn(path(), await recorded(mark, markOf(IN)));
  expect(pledges.of(OUT)).toMatchObject({ size: mark.size });
  await pledges.lost(OUT, mark.size - 2);
  expect(pledges.of(OUT)).toBeUndefined();
  const read = await readRepair(path());
  if (!read.ok || read.value === undefined) throw new Error('no record');
  const again = pledgesIn(path(), read.value);
  expect(again.of(OUT)).toBeUndefined();
  expect(again.of(IN)).toMatchObject({ returned: undefined });
  expect(await shown()).toEqual([
    [2, 'lost'],
    [0, 'back'],
  ]);
});
