/**
 * A process of its own that holds a store or writes to it until it is killed:
 * `child.js hold|write DIRECTORY`. Each line it prints is a promise: `open`, then `<size>` once that much is on
 * disk and the guard says so, or at last the code it broke with.
 */
import { Breakage } from '../../node/core/fault.js';
import type { Feeds, Guard } from '../../node/ports.js';
import { openGuard } from '../../node/store/guard.js';
import { levelAt } from '../../node/store/level.js';
import { openFeeds } from '../../node/store/open.js';
import { batchOf, feed, majors, START, tipOf } from './author.js';

const OUT = feed(1, 2);
/** So many writes wait together, so that some are always in flight. */
const TOGETHER = 8;

async function writeOn(feeds: Feeds, guard: Guard): Promise<void> {
  for (let size = feeds.head(OUT).tip.size; ; size += TOGETHER) {
    const writes = Array.from({ length: TOGETHER }, async (_, at) => {
      await feeds.write(batchOf(OUT, tipOf(OUT, size + at), majors(size + at, 1)));
      // LOG-6: the guard moves before anything is said.
      await guard.move(feeds.heads());
      process.stdout.write(`${size + at + 1}\n`);
    });
    const results = await Promise.allSettled(writes);
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }
}

const [, , task, directory = ''] = process.argv;
try {
  const feeds = await openFeeds(levelAt(directory), { verify: 'full', create: true, directory });
  // Killed before it said anything, it has no guard yet.
  const fresh = feeds.head(OUT).tip.size === 0;
  const guard = await openGuard(`${directory}.guard`, feeds.heads(), START, { fresh });
  if (!guard.ok) throw new Breakage(guard.fault);
  if (guard.value.restored !== '') throw new Breakage({ code: 'NODE_RESTORED', where: guard.value.restored });
  process.stdout.write('open\n');
  if (task === 'write') await writeOn(feeds, guard.value);
  // Holds the store until it is killed.
  await new Promise((done) => setTimeout(done, 2 ** 30));
} catch (reason) {
  process.stdout.write(`${reason instanceof Breakage ? reason.fault.code : String(reason)}\n`);
  process.exitCode = 1;
}
