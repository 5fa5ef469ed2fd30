import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { directoryPublisher, type Listing } from '../../../adapters/publish/directory.js';
import { digestOfFiles } from '../../../adapters/publish/ledger.js';
import type { Hash } from '../../../node/core/bytes.js';
import { digestOf } from '../../../node/corridor/enact.js';
import type { PublicFile, Publisher } from '../../../node/ports.js';
import { mountSmallDisk } from '../../support/small-disk.js';
import { worldCase } from '../../support/world.js';
import { memoryDisk } from './memory-disk.js';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'isochron-publish-'));
  folders.push(folder);
  return join(folder, 'public');
}

function file(path: string, text: string): PublicFile {
  return { path, bytes: new TextEncoder().encode(text) };
}

/** Some files of an invented advisory, as the corridor hands them over. */
function advisory(name: string, words = name): readonly PublicFile[] {
  return [
    file(`${name}/index.html`, `<p>${words}`),
    file(`${name}/${name}.json`, `"${words}"`),
    file(`${name}/${name}.json.asc`, `signed ${words}`),
    file(`.well-known/csaf/white/2027/${name}.json`, `"${words}"`),
  ];
}

/** A list with one line for each advisory, so that a list that does not fit its tree is seen. */
const LISTING: Listing = {
  row: (files) => new TextDecoder().decode(files[0]?.bytes),
  lists: (rows) => [file('index.html', [...rows].sort().join('\n'))],
};

function contents(...sets: readonly (readonly PublicFile[])[]): ReadonlyMap<string, string> {
  const text = ({ bytes }: PublicFile) => new TextDecoder().decode(bytes);
  const files = sets.flat();
  const list = sets
    .map((set) => text(set[0] as PublicFile))
    .sort()
    .join('\n');
  return new Map([...files.map((one) => [one.path, text(one)] as const), ['index.html', list]]);
}

function sorted(tree: ReadonlyMap<string, string> | undefined): readonly (readonly [string, string])[] {
  return [...(tree ?? [])].sort(([left], [right]) => (left < right ? -1 : 1));
}

/** What a web server that serves `current` has, read from the disk of this machine. */
function served(directory: string): ReadonlyMap<string, string> {
  const root = join(directory, 'current');
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) =>
    statSync(join(root, path)).isFile(),
  );
  return new Map(files.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}

const [FIRST, SECOND, THIRD] = [worldCase(1), worldCase(2), worldCase(3)];
const ALPHA = advisory('vu_1');
const BETA = advisory('vu_2');
const GAMMA = advisory('vu_3');

describe('DESIGN §8: a release is one atomic switch', () => {
  test('what is staged is in no tree, and is public after the release', async () => {
    const directory = newFolder();
    const publisher = directoryPublisher({ directory, listing: LISTING });
    await publisher.stage(FIRST, ALPHA);
    expect(readdirSync(directory)).not.toContain('current');
    expect(await publisher.standing(FIRST)).toEqual({ staged: digestOf(ALPHA), released: undefined });
    await publisher.release(FIRST, digestOf(ALPHA));
    expect(sorted(served(directory))).toEqual(sorted(contents(ALPHA)));
    expect((await publisher.standing(FIRST)).released).toBe(digestOf(ALPHA));
    await publisher.stage(SECOND, BETA);
    expect(sorted(served(directory))).toEqual(sorted(contents(ALPHA)));
  });

  test('cases staged side by side are released one after the other, in any order', async () => {
    const directory = newFolder();
    const publisher = directoryPublisher({ directory, listing: LISTING });
    await publisher.stage(FIRST, ALPHA);
    await publisher.stage(SECOND, BETA);
    await publisher.stage(THIRD, GAMMA);
    await Promise.all([
      publisher.release(THIRD, digestOf(GAMMA)),
      publisher.release(FIRST, digestOf(ALPHA)),
      publisher.release(SECOND, digestOf(BETA)),
    ]);
    expect(sorted(served(directory))).toEqual(sorted(contents(GAMMA, ALPHA, BETA)));
  });

  test('the second call with one digest changes nothing', async () => {
    const directory = newFolder();
    const publisher = directoryPublisher({ directory });
    await publisher.stage(FIRST, ALPHA);
    await publisher.release(FIRST, digestOf(ALPHA));
    const before = readdirSync(join(directory, 'releases'));
    await directoryPublisher({ directory }).release(FIRST, digestOf(ALPHA));
    expect(readdirSync(join(directory, 'releases'))).toEqual(before);
  });

  test('what was staged last is what is released', async () => {
    const directory = newFolder();
    const publisher = directoryPublisher({ directory, listing: LISTING });
    await publisher.stage(FIRST, ALPHA);
    const newer = advisory('vu_1', 'newer words');
    await publisher.stage(FIRST, newer);
    await expect(publisher.release(FIRST, digestOf(ALPHA))).rejects.toMatchObject({
      fault: { code: 'NOT_STAGED' },
    });
    await publisher.release(FIRST, digestOf(newer));
    expect(sorted(served(directory))).toEqual(sorted(contents(newer)));
  });

  test('a later revision replaces the files of its case, also those that it no longer has', async () => {
    const directory = newFolder();
    const publisher = directoryPublisher({ directory, listing: LISTING });
    await publisher.stage(SECOND, BETA);
    await publisher.stage(FIRST, [...ALPHA, file('vu_1/embargo.ics', 'x')]);
    await publisher.release(FIRST, digestOf([...ALPHA, file('vu_1/embargo.ics', 'x')]));
    await publisher.release(SECOND, digestOf(BETA));
    const revised = advisory('vu_1', 'revision 2');
    await publisher.stage(FIRST, revised);
    await publisher.release(FIRST, digestOf(revised));
    expect(sorted(served(directory))).toEqual(sorted(contents(revised, BETA)));
  });

  test('a path of another public case is refused, and nothing changes', async () => {
    const directory = newFolder();
    const publisher = directoryPublisher({ directory, listing: LISTING });
    await publisher.stage(SECOND, advisory('vu_1', 'another'));
    await publisher.stage(FIRST, ALPHA);
    await publisher.release(FIRST, digestOf(ALPHA));
    const contradiction = { fault: { code: 'FORMAT_CONTRADICTION', where: 'publicId' } };
    const another = advisory('vu_1', 'another');
    await expect(publisher.release(SECOND, digestOf(another))).rejects.toMatchObject(contradiction);
    await expect(publisher.stage(THIRD, another)).rejects.toMatchObject(contradiction);
    expect(sorted(served(directory))).toEqual(sorted(contents(ALPHA)));
  });

  test('nothing is released that was not staged', async () => {
    const publisher = directoryPublisher({ directory: newFolder() });
    expect(await publisher.standing(FIRST)).toEqual({ staged: undefined, released: undefined });
    await expect(publisher.release(FIRST, digestOf(ALPHA))).rejects.toMatchObject({
      fault: { code: 'NOT_STAGED' },
    });
  });
});

describe('nobody looks behind the link', () => {
  test('staged files are for the owner, released ones for everybody, whatever the process masks', async () => {
    const directory = newFolder();
    const mask = process.umask(0o077);
    try {
      const publisher = directoryPublisher({ directory });
      await publisher.stage(FIRST, ALPHA);
      await publisher.release(FIRST, digestOf(ALPHA));
      await publisher.stage(SECOND, BETA);
    } finally {
      process.umask(mask);
    }
    const modeOf = (path: string) => statSync(join(directory, path)).mode & 0o777;
    expect(modeOf('staged')).toBe(0o700);
    expect(modeOf('.')).toBe(0o755);
    expect(modeOf('releases/1/ledger.json')).toBe(0o600);
    expect(modeOf('current/vu_1')).toBe(0o755);
    expect(modeOf('current/vu_1/vu_1.json')).toBe(0o644);
  });

  test('DESIGN §5: no name and no file of the directory has a case id in it', async () => {
    const directory = newFolder();
    const publisher = directoryPublisher({ directory, listing: LISTING });
    await publisher.stage(FIRST, ALPHA);
    await publisher.release(FIRST, digestOf(ALPHA));
    await publisher.stage(SECOND, BETA);
    const names = readdirSync(directory, { recursive: true, encoding: 'utf8' });
    expect(names.length).toBeGreaterThan(20);
    for (const name of names) {
      expect(name).not.toContain('00000000-0000-4000');
      if (statSync(join(directory, name)).isFile())
        expect(readFileSync(join(directory, name), 'utf8')).not.toContain('00000000-0000-4000');
    }
  });

  test.each(['../x', '/x', 'a//b', 'a/./b', '', 'a/..', 'a\\b', 'a/b\n'])(
    'the path %j is refused',
    async (path) => {
      const publisher = directoryPublisher({ directory: newFolder() });
      await expect(publisher.stage(FIRST, [file(path, 'x')])).rejects.toThrow('leaves its tree');
    },
  );

  test('old trees and staged files that are public are swept away; the tree before stays for its readers', async () => {
    const directory = newFolder();
    const publisher = directoryPublisher({ directory });
    for (const [caseId, files] of [
      [FIRST, ALPHA],
      [SECOND, BETA],
      [THIRD, GAMMA],
    ] as const) {
      await publisher.stage(caseId, files);
      await publisher.release(caseId, digestOf(files));
    }
    await publisher.stage(worldCase(4), advisory('vu_4'));
    expect(readdirSync(join(directory, 'releases')).sort()).toEqual(['2', '3']);
    expect(readdirSync(join(directory, 'staged'))).toHaveLength(1);
  });
});

test('a ledger that was not written by us is STORE_DAMAGED', async () => {
  const directory = newFolder();
  const publisher = directoryPublisher({ directory });
  await publisher.stage(FIRST, ALPHA);
  await publisher.release(FIRST, digestOf(ALPHA));
  writeFileSync(join(directory, 'releases/1/ledger.json'), '{"cases":7}');
  await expect(directoryPublisher({ directory }).standing(FIRST)).rejects.toMatchObject({
    fault: { code: 'STORE_DAMAGED' },
  });
});

test('two tellings: the digest here is the one that the corridor stages by', () => {
  const files = fc.array(
    fc.record({
      path: fc.stringMatching(/^[a-z]{1,3}\/[a-z]{1,3}(\.json|\.asc|\.sha256)$/),
      bytes: fc.uint8Array(),
    }),
  );
  fc.assert(
    fc.property(files, (some) => digestOfFiles(some) === digestOf(some)),
    { seed: 8 },
  );
});

test('a reader in the middle of many releases always finds a whole tree', async () => {
  const directory = newFolder();
  const publisher = directoryPublisher({ directory, listing: LISTING });
  const cases = Array.from({ length: 5 }, (_, at) => ({
    id: worldCase(at + 1),
    files: advisory(`vu_${at}`),
  }));
  for (const { id, files } of cases) await publisher.stage(id, files);
  const [head, ...rest] = cases as [(typeof cases)[number], ...typeof cases];
  await publisher.release(head.id, digestOf(head.files));
  let open = true;
  const releasing = (async () => {
    for (const { id, files } of rest) await publisher.release(id, digestOf(files));
    open = false;
  })();
  let looks = 0;
  while (open) {
    // What the list says is what the tree has: looked up in the tree that the link named at one moment.
    const tree = join(directory, readlinkSync(join(directory, 'current')));
    const list = readFileSync(join(tree, 'index.html'), 'utf8').split('\n');
    const found = readdirSync(tree).filter((name) => name.startsWith('vu_'));
    expect(list.map((line) => line.slice(3)).sort()).toEqual(found.sort());
    looks += 1;
    await new Promise((next) => setImmediate(next));
  }
  await releasing;
  expect(looks).toBeGreaterThan(1);
  expect(served(directory).size).toBe(5 * 4 + 1);
});

/** What a crash may take with it: nothing, everything that was not synced, or some of it. */
const LOSSES: readonly (readonly [string, (step: number) => ((name: string) => boolean) | undefined])[] = [
  ['only the process ends, the disk goes on', () => undefined],
  ['everything that was not synced is lost', () => () => false],
  ['of what was not synced only links survive', () => (name) => name.startsWith('current')],
  ...[1, 2, 3].map(
    (seed) =>
      [
        `some of what was not synced is lost (${seed})`,
        (step: number) => {
          let count = 0;
          return (name: string) => digestOfFiles([file(`${seed}/${step}/${count++}/${name}`, '')]) < '8';
        },
      ] as const,
  ),
];

interface Scene {
  readonly name: string;
  /** Done whole. */
  readonly before: (publisher: Publisher) => Promise<void>;
  /** Ended at each of its steps. */
  readonly act: (publisher: Publisher) => Promise<void>;
  /** Done after the crash, whole; what the corridor does then. */
  readonly after: (publisher: Publisher) => Promise<void>;
  /** What may be public in between, from first to last. */
  readonly views: readonly ReadonlyMap<string, string>[];
}

const NEWER = advisory('vu_2', 'newer');
const NOTHING: ReadonlyMap<string, string> = new Map();

async function publish(publisher: Publisher, number: number, files: readonly PublicFile[]): Promise<void> {
  const standing = await publisher.standing(worldCase(number));
  const digest: Hash = digestOf(files);
  if (standing.released !== digest && standing.staged !== digest)
    await publisher.stage(worldCase(number), files);
  await publisher.release(worldCase(number), digest);
}

const SCENES: readonly Scene[] = [
  {
    name: 'the first release of all',
    before: async () => undefined,
    act: (publisher) => publish(publisher, 1, ALPHA),
    after: (publisher) => publish(publisher, 1, ALPHA),
    views: [NOTHING, contents(ALPHA)],
  },
  {
    name: 'a release that was staged on the present tree',
    before: async (publisher) => {
      await publish(publisher, 1, ALPHA);
      await publisher.stage(SECOND, BETA);
    },
    act: (publisher) => publisher.release(SECOND, digestOf(BETA)),
    after: (publisher) => publisher.release(SECOND, digestOf(BETA)),
    views: [contents(ALPHA), contents(ALPHA, BETA)],
  },
  {
    name: 'two cases at one instant, the second one brought up to date',
    before: async (publisher) => {
      await publisher.stage(SECOND, BETA);
      await publisher.stage(FIRST, ALPHA);
    },
    act: async (publisher) => {
      await publisher.release(FIRST, digestOf(ALPHA));
      await publisher.release(SECOND, digestOf(BETA));
    },
    after: async (publisher) => {
      await publisher.release(FIRST, digestOf(ALPHA));
      await publisher.release(SECOND, digestOf(BETA));
    },
    views: [NOTHING, contents(ALPHA), contents(ALPHA, BETA)],
  },
  {
    name: 'a second staging and its release, then a third case that sweeps',
    before: async (publisher) => {
      await publish(publisher, 1, ALPHA);
      await publisher.stage(SECOND, BETA);
    },
    act: async (publisher) => {
      await publish(publisher, 2, NEWER);
      await publish(publisher, 3, GAMMA);
    },
    after: async (publisher) => {
      await publish(publisher, 2, NEWER);
      await publish(publisher, 3, GAMMA);
    },
    views: [contents(ALPHA), contents(ALPHA, NEWER), contents(ALPHA, NEWER, GAMMA)],
  },
  {
    name: 'a revision of a public case',
    before: async (publisher) => {
      await publish(publisher, 1, ALPHA);
      await publish(publisher, 2, BETA);
    },
    act: (publisher) => publish(publisher, 2, NEWER),
    after: (publisher) => publish(publisher, 2, NEWER),
    views: [contents(ALPHA, BETA), contents(ALPHA, NEWER)],
  },
];

describe('a crash between any two steps leaves one whole tree or the next, and the same call again completes', () => {
  describe.each(SCENES)('$name', ({ before, act, after, views }) => {
    test.each(LOSSES)('%s', async (_name, lossAt) => {
      const spelled = views.map((view) => JSON.stringify(sorted(view)));
      const seen = new Set<number>();
      for (let step = 0; ; step += 1) {
        const disk = memoryDisk();
        const open = () => directoryPublisher({ directory: '/public', listing: LISTING, disk });
        const first = open();
        await before(first);
        disk.endAt(disk.steps() + step);
        const isWhole = await act(first).then(
          () => true,
          () => false,
        );
        disk.comeBack(lossAt(step));
        const view = spelled.indexOf(JSON.stringify(sorted(disk.tree('/public/current'))));
        if (view < 0) throw new Error(`half of something is visible after step ${step}`);
        if (isWhole && view !== spelled.length - 1) throw new Error('what was promised is lost');
        seen.add(view);
        const second = open();
        // What stands staged after the crash is whole, whichever it is.
        await after(second);
        // Promised, so on disk.
        disk.comeBack(() => false);
        expect(sorted(disk.tree('/public/current'))).toEqual(sorted(views.at(-1)));
        if (isWhole) break;
      }
      expect(seen.size).toBe(views.length);
    });
  });

  test('what stands staged after a crash is whole', async () => {
    for (const [, lossAt] of LOSSES) {
      for (let step = 0; ; step += 1) {
        const disk = memoryDisk();
        const publisher = directoryPublisher({ directory: '/public', listing: LISTING, disk });
        await publisher.stage(SECOND, BETA);
        disk.endAt(disk.steps() + step);
        const isWhole = await publisher.stage(SECOND, NEWER).then(
          () => true,
          () => false,
        );
        disk.comeBack(lossAt(step));
        const again = directoryPublisher({ directory: '/public', listing: LISTING, disk });
        const { staged } = await again.standing(SECOND);
        if (staged === undefined) throw new Error(`nothing is staged after step ${step}`);
        await again.release(SECOND, staged);
        const expected = staged === digestOf(NEWER) ? NEWER : BETA;
        expect(sorted(disk.tree('/public/current'))).toEqual(sorted(contents(expected)));
        if (isWhole) {
          expect(staged).toBe(digestOf(NEWER));
          break;
        }
      }
    }
  });

  test('the disk that forgets sees a missing sync', async () => {
    const disk = memoryDisk();
    const lazy = { ...disk, syncDirectory: async () => undefined };
    const publisher = directoryPublisher({ directory: '/public', listing: LISTING, disk: lazy });
    await publish(publisher, 1, ALPHA);
    disk.comeBack((name) => name === 'public' || name === 'current');
    expect(disk.tree('/public/current')).toBeUndefined();
  });
});

describe('a disk that is full at any one step: one whole tree or the next, and the same call again completes', () => {
  test.each(SCENES)('$name', async ({ before, act, after, views }) => {
    const spelled = views.map((view) => JSON.stringify(sorted(view)));
    for (let step = 0; ; step += 1) {
      const disk = memoryDisk();
      // The same publisher goes on: it must not believe what it has not done.
      const publisher = directoryPublisher({ directory: '/public', listing: LISTING, disk });
      await before(publisher);
      disk.fullAt(disk.steps() + step);
      const cause: unknown = await act(publisher).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      if (cause !== undefined) expect(cause).toMatchObject({ fault: { code: 'STORE_FULL' } });
      expect(spelled).toContain(JSON.stringify(sorted(disk.tree('/public/current'))));
      disk.fullAt(Number.POSITIVE_INFINITY);
      await after(publisher);
      disk.comeBack(() => false);
      expect(sorted(disk.tree('/public/current'))).toEqual(sorted(views.at(-1)));
      if (cause === undefined) break;
    }
  });

  test('a small disk: STORE_FULL for what does not fit, and what was public and staged before is', async (context) => {
    const disk = await mountSmallDisk(400);
    if (typeof disk === 'string') return context.skip(disk);
    onTestFinished(() => disk.clear());
    const directory = join(disk.place, 'public');
    const publisher = directoryPublisher({ directory, listing: LISTING });
    await publisher.stage(FIRST, ALPHA);
    await publisher.release(FIRST, digestOf(ALPHA));
    await publisher.stage(SECOND, BETA);
    const large = [...GAMMA, file('vu_3/large.bin', 'x'.repeat(600_000))];
    for (let again = 0; again < 3; again += 1) {
      const staging = publisher.stage(THIRD, large);
      await expect(staging).rejects.toMatchObject({ fault: { code: 'STORE_FULL' } });
      expect((await publisher.standing(THIRD)).staged).toBeUndefined();
      expect(sorted(served(directory))).toEqual(sorted(contents(ALPHA)));
    }
    // An instant does not wait for room: what was staged is renamed, and the lists are small.
    await disk.resize(700);
    await publisher.release(SECOND, digestOf(BETA));
    expect(sorted(served(directory))).toEqual(sorted(contents(ALPHA, BETA)));
    await disk.resize(4_000);
    await publisher.stage(THIRD, large);
    await publisher.release(THIRD, digestOf(large));
    expect(sorted(served(directory))).toEqual(sorted(contents(ALPHA, BETA, large)));
  });
});
