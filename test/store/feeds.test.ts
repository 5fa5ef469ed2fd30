import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryLevel } from 'memory-level';
import { levelAt } from '../../node/store/level.js';
import { openFeeds } from '../../node/store/open.js';
import { feedsSuite } from '../rooms/feeds.js';

feedsSuite('memory', async () => {
  const level = new MemoryLevel();
  return { open: () => openFeeds(level, { verify: 'full', create: true }), clear: async () => {} };
});

feedsSuite('LevelDB', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'isochron-feeds-'));
  const directory = join(folder, 'store');
  return {
    open: () => openFeeds(levelAt(directory), { verify: 'full', create: true, directory }),
    clear: () => rm(folder, { recursive: true, force: true }),
  };
});
