/**
 * The public directory: a whole tree that changes by one rename.
 *
 *     <directory>/current             → releases/7/tree, what a web server serves and nothing else
 *     <directory>/releases/7/         tree, and a private ledger of what is in it
 *     <directory>/staged/<key>/       0700; `current` → the newest of the numbered folders
 *     <directory>/staged/<key>/3/     files; release, the next tree made ready; staged.json
 *
 * Readers never see half of it: a tree is complete and synced before a link names it, and a link is replaced by the
 * rename of another one. A crash leaves the old link or the new one; whatever else it leaves is in no link and is
 * swept away when something is staged.
 *
 * The work is done when a case is staged: at the instant what was prepared is renamed, after it took in what else
 * was released meanwhile. So the switch costs the same, however many advisories there are.
 * @see DESIGN §8, FORMATS §3 (order of writing)
 */
import { dirname, resolve } from 'node:path';
import type { Hash } from '../../node/core/bytes.js';
import type { Json } from '../../node/core/canonical.js';
import { Breakage } from '../../node/core/fault.js';
import type { PublicFile, Publisher } from '../../node/ports.js';
import { type Disk, localDisk } from './disk.js';
import {
  caseKey,
  digestOfFiles,
  EMPTY_LEDGER,
  type Ledger,
  type Published,
  readLedger,
  readStaged,
  type Staged,
  withPublished,
  writeStaged,
} from './ledger.js';
import {
  bringTree,
  LEDGER,
  PRIVATE_DIRECTORY,
  PRIVATE_FILE,
  PUBLIC_DIRECTORY,
  TREE,
  type Wanted,
  writeFiles,
} from './tree.js';

/** What is said over all advisories together. Formats are handed in: this room knows none. */
export interface Listing {
  /** The line of one advisory, made from its files when it is staged. */
  row(files: readonly PublicFile[]): Json;
  /** The list of advisories in every form, from the lines of all; pure, at paths that no case has. */
  lists(rows: readonly Json[]): readonly PublicFile[];
}

export interface DirectoryOptions {
  /** Made where it is not there. Everything in it must lie on one file system. */
  readonly directory: string;
  /** Absent: no lists. */
  readonly listing?: Listing;
  /** Absent: that of this machine. */
  readonly disk?: Disk;
}

const NO_LISTS: Listing = { row: () => null, lists: () => [] };

/** What the link names. */
interface Present {
  /** 0 where nothing was ever published. */
  readonly number: number;
  readonly ledger: Ledger;
}

/**
 * A publisher into a directory of which this process is the only writer. Calls wait for each other.
 *
 * @throws Breakage from every call: STORE_FAILED, STORE_FULL, STORE_DAMAGED; `stage` and `release`:
 *   FORMAT_CONTRADICTION where another case is public under one of the paths; `release`: NOT_STAGED where other
 *   files are staged than the digest says, or none.
 */
export function directoryPublisher(options: DirectoryOptions): Publisher {
  const { listing = NO_LISTS, disk = localDisk } = options;
  const directory = resolve(options.directory);
  const releases = `${directory}/releases`;
  const stagedFor = (key: string): string => `${directory}/staged/${key}`;
  let known: Present = { number: 0, ledger: EMPTY_LEDGER };
  let turn: Promise<unknown> = Promise.resolve();

  return {
    stage: (caseId, files) => inTurn(() => stage(caseKey(caseId), files)),
    release: (caseId, digest) => inTurn(() => release(caseKey(caseId), digest)),
    standing: (caseId) =>
      inTurn(async () => {
        const key = caseKey(caseId);
        const [{ ledger }, staged] = [await present(), await newestStaged(key)];
        return { staged: staged?.digest, released: publishedIn(ledger, key)?.digest };
      }),
  };

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = turn.then(work);
    turn = done.catch(() => undefined);
    return done;
  }

  async function present(): Promise<Present> {
    const target = await disk.readLink(`${directory}/current`);
    const number = Number(/^releases\/([1-9]\d*)\/tree$/.exec(target ?? '')?.[1] ?? 0);
    if (number !== known.number) {
      const ledger =
        number === 0 ? EMPTY_LEDGER : readLedger(await disk.read(`${releases}/${number}/${LEDGER}`));
      known = { number, ledger };
    }
    return known;
  }

  async function newestStaged(key: string): Promise<(Staged & { readonly folder: string }) | undefined> {
    const target = await disk.readLink(`${stagedFor(key)}/current`);
    if (target === undefined) return undefined;
    const folder = `${stagedFor(key)}/${target}`;
    const bytes = await disk.read(`${folder}/staged.json`);
    return bytes && { ...readStaged(bytes), folder };
  }

  async function stage(key: string, files: readonly PublicFile[]): Promise<void> {
    checkPaths(files);
    const now = await present();
    await sweep(now);
    await makeGround(key);
    const place = stagedFor(key);
    const folder = `${place}/${1 + Math.max(0, ...numbers(await disk.list(place)))}`;
    await disk.makeDirectory(folder, PRIVATE_DIRECTORY);
    await disk.makeDirectory(`${folder}/files`, PUBLIC_DIRECTORY);
    await writeFiles(disk, `${folder}/files`, files);
    const staged: Staged = {
      key,
      digest: digestOfFiles(files),
      row: listing.row(files),
      paths: files.map(({ path }) => path),
      base: now.number,
    };
    await makeRelease(`${folder}/release`, now, staged, folder);
    await disk.writeNew(`${folder}/staged.json`, writeStaged(staged), PRIVATE_FILE);
    await disk.syncDirectory(folder);
    await disk.syncDirectory(place);
    const name = folder.slice(place.length + 1);
    await pointTo(place, name);
    for (const older of await disk.list(place))
      if (older !== name && older !== 'current') await disk.remove(`${place}/${older}`);
  }

  async function release(key: string, digest: Hash): Promise<void> {
    const now = await present();
    if (publishedIn(now.ledger, key)?.digest === digest) {
      // A crash may have come between the rename and its sync.
      return await disk.syncDirectory(directory);
    }
    const staged = await newestStaged(key);
    if (staged?.digest !== digest) throw new Breakage({ code: 'NOT_STAGED' });
    const ready = await readyRelease(now, staged);
    const number = now.number + 1;
    // Left over where a crash came before the switch: no link ever named it.
    await disk.remove(`${releases}/${number}`);
    await disk.rename(ready, `${releases}/${number}`);
    await disk.syncDirectory(releases);
    await pointTo(directory, `releases/${number}/${TREE}`);
  }

  /** @returns the directory of a complete and synced release: what is public now, and this case. */
  async function readyRelease(now: Present, { folder, ...staged }: Staged & { readonly folder: string }) {
    const [prepared, taken] = [`${folder}/release`, `${folder}/taken`];
    const isPrepared = (await disk.list(folder)).includes('release');
    if (isPrepared && staged.base === now.number) return prepared;
    await disk.remove(taken);
    if (!isPrepared) {
      await makeRelease(taken, now, staged, folder);
      return taken;
    }
    // Renamed before it is touched: what still has the first name after a crash is whole.
    await disk.rename(prepared, taken);
    await disk.syncDirectory(folder);
    const holds = readLedger(await disk.read(`${taken}/${LEDGER}`));
    await bringTree(disk, taken, holds, wantedWith(now, staged, folder));
    return taken;
  }

  async function makeRelease(at: string, now: Present, staged: Published, folder: string): Promise<void> {
    const wanted = wantedWith(now, staged, folder);
    await disk.makeDirectory(at, PUBLIC_DIRECTORY);
    await disk.makeDirectory(`${at}/${TREE}`, PUBLIC_DIRECTORY);
    await bringTree(disk, at, EMPTY_LEDGER, wanted);
  }

  function wantedWith(now: Present, staged: Published, folder: string): Wanted {
    const taken = new Set(
      now.ledger.cases.filter(({ key }) => key !== staged.key).flatMap(({ paths }) => paths),
    );
    if (staged.paths.some((path) => taken.has(path)))
      throw new Breakage({ code: 'FORMAT_CONTRADICTION', where: 'publicId' });
    const { cases } = withPublished(now.ledger, staged, []);
    const lists = listing.lists(cases.map(({ row }) => row));
    return {
      ledger: { cases, lists: lists.map(({ path }) => path) },
      lists,
      from: ({ key }) => (key === staged.key ? `${folder}/files` : `${releases}/${now.number}/${TREE}`),
    };
  }

  /** Replaces the link `current` of a directory by one rename. @returns when that is on disk. */
  async function pointTo(place: string, target: string): Promise<void> {
    await disk.remove(`${place}/current.new`);
    await disk.symlink(target, `${place}/current.new`);
    await disk.rename(`${place}/current.new`, `${place}/current`);
    await disk.syncDirectory(place);
  }

  async function makeGround(key: string): Promise<void> {
    await disk.makeDirectory(directory, PUBLIC_DIRECTORY);
    await disk.makeDirectory(releases, PUBLIC_DIRECTORY);
    await disk.makeDirectory(`${directory}/staged`, PRIVATE_DIRECTORY);
    await disk.makeDirectory(stagedFor(key), PRIVATE_DIRECTORY);
    for (const place of [dirname(directory), directory, `${directory}/staged`])
      await disk.syncDirectory(place);
  }

  /**
   * Takes away what no link names. The release before the present one stays, for readers who are still in it. Done
   * when something is staged and never at the instant: other cases may be waiting for theirs.
   */
  async function sweep({ number, ledger }: Present): Promise<void> {
    for (const old of numbers(await disk.list(releases)))
      if (old !== number && old !== number - 1) await disk.remove(`${releases}/${old}`);
    for (const key of await disk.list(`${directory}/staged`)) {
      const staged = await newestStaged(key);
      if (staged && publishedIn(ledger, key)?.digest === staged.digest) await disk.remove(stagedFor(key));
    }
  }
}

function publishedIn({ cases }: Ledger, key: string): Published | undefined {
  return cases.find((published) => published.key === key);
}

function numbers(names: readonly string[]): readonly number[] {
  return names.filter((name) => /^[1-9]\d*$/.test(name)).map(Number);
}

const SEGMENT = /^(?!\.{1,2}$)[\w.+-]{1,255}$/;

/** Paths come from our own ids; one that leads anywhere else is a mistake of the caller. */
function checkPaths(files: readonly PublicFile[]): void {
  const paths = new Set(files.map(({ path }) => path));
  if (paths.size !== files.length) throw new Error('a path stands twice in a publication');
  for (const path of paths)
    if (!path.split('/').every((segment) => SEGMENT.test(segment)))
      throw new Error('a path of a publication leaves its tree');
}
