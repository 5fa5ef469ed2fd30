/**
 * A public tree in the making: hard links of what is public already, hard links of what is staged, and the lists
 * over both. It is made in a private place, and nothing in it is written in place: its files are those that readers
 * of the present tree have open.
 */
import { posix } from 'node:path';
import type { PublicFile } from '../../node/ports.js';
import type { Disk } from './disk.js';
import { type Ledger, type Published, writeLedger } from './ledger.js';

export const PUBLIC_DIRECTORY = 0o755;
const PUBLIC_FILE = 0o644;
export const PRIVATE_DIRECTORY = 0o700;
export const PRIVATE_FILE = 0o600;

/** Names inside one release. */
export const TREE = 'tree';
export const LEDGER = 'ledger.json';

/** Makes directories as files need them, and knows which of them must be synced. */
interface Ground {
  /** Makes room for a file at this path; its folders will be synced. */
  prepare(path: string): Promise<string>;
  sync(): Promise<void>;
}

function groundOn(disk: Disk, root: string): Ground {
  const touched = new Set<string>(['.']);
  return {
    async prepare(path) {
      const above: string[] = [];
      for (let at = posix.dirname(path); at !== '.'; at = posix.dirname(at)) above.unshift(at);
      for (const folder of above) {
        if (touched.has(folder)) continue;
        await disk.makeDirectory(`${root}/${folder}`, PUBLIC_DIRECTORY);
        touched.add(folder);
      }
      return `${root}/${path}`;
    },
    async sync() {
      for (const folder of touched) await disk.syncDirectory(posix.join(root, folder));
    },
  };
}

/** Writes files into a directory that is there. @returns when they and their names are on disk. */
export async function writeFiles(disk: Disk, root: string, files: readonly PublicFile[]): Promise<void> {
  const ground = groundOn(disk, root);
  for (const { path, bytes } of files) await disk.writeNew(await ground.prepare(path), bytes, PUBLIC_FILE);
  await ground.sync();
}

/** What a tree shall hold, and where the files lie that it does not hold yet. */
export interface Wanted {
  readonly ledger: Ledger;
  readonly lists: readonly PublicFile[];
  readonly from: (published: Published) => string;
}

/**
 * Makes a release that holds one ledger hold another one. Costs as much as the difference, so that a tree that was
 * prepared long before is brought up to date in an instant.
 *
 * @param release directory of the release, with `tree` and, where `holds` is not empty, `ledger.json` in it.
 * @returns when all of it is on disk.
 */
export async function bringTree(disk: Disk, release: string, holds: Ledger, wanted: Wanted): Promise<void> {
  const root = `${release}/${TREE}`;
  const ground = groundOn(disk, root);
  const stale = missingFrom(wanted.ledger, holds);
  for (const path of [...stale.flatMap(({ paths }) => paths), ...holds.lists])
    await disk.remove(await ground.prepare(path));
  for (const published of missingFrom(holds, wanted.ledger)) {
    const from = wanted.from(published);
    for (const path of published.paths) await disk.link(`${from}/${path}`, await ground.prepare(path));
  }
  for (const { path, bytes } of wanted.lists)
    await disk.writeNew(await ground.prepare(path), bytes, PUBLIC_FILE);
  await ground.sync();
  await disk.remove(`${release}/${LEDGER}`);
  await disk.writeNew(`${release}/${LEDGER}`, writeLedger(wanted.ledger), PRIVATE_FILE);
  await disk.syncDirectory(release);
}

/** Cases of `wanted` that `held` has not, or has in another version. */
function missingFrom(held: Ledger, wanted: Ledger): readonly Published[] {
  const digests = new Map(held.cases.map(({ key, digest }) => [key, digest]));
  return wanted.cases.filter(({ key, digest }) => digests.get(key) !== digest);
}
