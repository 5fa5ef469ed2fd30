/**
 * DESIGN §12.7: whatever happens to the files of a store, it opens as an exact prefix of what was written or is
 * refused by name. `npm run store-faults` tries every byte and every bit; here the larger files are sampled.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { MemoryLevel } from 'memory-level';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { feedKey } from '../../node/core/ids.js';
import { rootOf } from '../../node/core/log/tree.js';
import type { FeedHead } from '../../node/ports.js';
import { crc32c } from '../../node/store/crc32c.js';
import { type GuardFile, type GuardOptions, openGuardIn, writeGuard } from '../../node/store/guard.js';
import { levelAt } from '../../node/store/level.js';
import { checkFiles } from '../../node/store/level-files.js';
import { readLogFile } from '../../node/store/log-file.js';
import { openFeeds } from '../../node/store/open.js';
import { drawing } from '../support/drawing.js';
import { START } from './author.js';
import { oracleOf, type Write, writesOf } from './history.js';
import {
  type Court,
  type Files,
  fileOf,
  filesIn,
  layOut,
  type Master,
  makeMaster,
  newFolder,
  openCourt,
  spoiled,
  type Verdict,
} from './spoil.js';

const ALL = process.env['STORE_FAULTS'] === 'all';
/** Long enough for a machine that does nine other things. */
const DEADLINE_MS = ALL ? 4 * 3_600_000 : 180_000;
const BLOCK_BYTES = 32_768;
const LOG = /\.log$/;
const TABLE = /\.ldb$/;
const MANIFEST = /^MANIFEST/;

const WRITES = writesOf(48);

const folder = newFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let court: Court;
/** A table, and a log with one write of each kind. */
let short: Master;
/** A table, and a log with two cycles of writes. */
let both: Master;
/** Three tables and a log. */
let many: Master;
/** One log of several blocks. */
let long: Master;
/** As a crash leaves it in the middle of a change of logs: both count. */
let twoLogs: Pick<Master, 'files'>;
let olderLog = '';

beforeAll(async () => {
  court = openCourt(folder, await oracleOf(WRITES));
  short = await makeMaster(join(folder, 'short'), WRITES.slice(0, 14), [10]);
  both = await makeMaster(join(folder, 'both'), WRITES.slice(0, 24), [8]);
  many = await makeMaster(join(folder, 'many'), WRITES.slice(0, 32), [8, 16, 24]);
  long = await makeMaster(join(folder, 'long'), WRITES, []);
  const first = await makeMaster(join(folder, 'first'), WRITES.slice(0, 8), []);
  olderLog = fileOf(first, LOG);
  const newerLog = fileOf(both, LOG);
  twoLogs = { files: new Map([...first.files, [newerLog, both.files.get(newerLog) as Buffer]]) };
});

/** Heads after each write, and before the first. */
async function headsOf(writes: readonly Write[]): Promise<readonly (readonly FeedHead[])[]> {
  const feeds = await openFeeds(new MemoryLevel(), { verify: 'full', create: true });
  const heads = [feeds.heads()];
  for (const write of writes) {
    await write(feeds);
    heads.push(feeds.heads());
  }
  await feeds.close();
  return heads;
}

/** Judges in fours: LevelDB works on threads. */
async function eachOf(
  places: readonly number[],
  spoil: (place: number) => Files,
  look: (verdict: Verdict, place: number) => void,
): Promise<void> {
  expect(places.length).toBeGreaterThan(0);
  for (let at = 0; at < places.length; at += 4) {
    const four = places.slice(at, at + 4);
    const verdicts = await Promise.all(four.map((place) => court.judge(spoil(place))));
    for (const [index, verdict] of verdicts.entries()) look(verdict, four[index] as number);
  }
}

function range(end: number, step = 1): readonly number[] {
  return Array.from({ length: Math.ceil(end / step) }, (_, at) => at * step);
}

/** Offsets worth a look: around records and blocks, where headers lie, and a sample of the rest. */
function offsets({ files, ends }: Master, file: string): readonly number[] {
  const length = files.get(file)?.length ?? 0;
  if (ALL || length < 1_000) return range(length);
  const records = ends.length < 20 && LOG.test(file) ? ends.map(({ bytes }) => bytes) : [];
  const edges = [...records, ...range(length, BLOCK_BYTES), length];
  const near = edges.flatMap((edge) => range(18).map((at) => edge - 9 + at));
  const draw = drawing(length);
  const rest = range(60).map(() => Math.floor(draw() * length));
  return [...new Set([...near, ...rest])].filter((at) => at >= 0 && at < length);
}

const flipped = (at: number, bit: number) => (bytes: Buffer) => {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ (1 << bit);
  return copy;
};

/** How many writes lie whole before this offset of the newest log. */
function writesBefore({ ends }: Master, offset: number): number {
  return ends.filter(({ bytes }) => bytes <= offset).at(-1)?.writes ?? 0;
}

const damagedIn = (where: string) => ({ kind: 'refused', fault: { code: 'STORE_DAMAGED', where } });

describe('a write-ahead log', () => {
  it(
    'LOG-4, LOG-5: cut at every byte, it holds exactly the writes that were whole',
    async () => {
      const log = fileOf(short, LOG);
      await eachOf(
        range((short.files.get(log)?.length ?? 0) + 1),
        (end) => spoiled(short, log, (bytes) => bytes.subarray(0, end)),
        (verdict, end) => expect(verdict).toEqual({ kind: 'prefix', writes: writesBefore(short, end) }),
      );
    },
    DEADLINE_MS,
  );

  it(
    'LOG-4, LOG-5: cut around every block of a long one, the same',
    async () => {
      const log = fileOf(long, LOG);
      expect(long.files.get(log)?.length).toBeGreaterThan(2 * BLOCK_BYTES);
      const [created] = long.ends;
      await eachOf(
        offsets(long, log),
        (end) => spoiled(long, log, (bytes) => bytes.subarray(0, end)),
        (verdict, end) =>
          expect(verdict).toEqual(
            end < (created?.bytes ?? 0)
              ? { kind: 'refused', fault: { code: 'STORE_ABSENT' } }
              : { kind: 'prefix', writes: writesBefore(long, end) },
          ),
      );
    },
    DEADLINE_MS,
  );

  it.each(['both', 'long'] as const)(
    'LOG-5: %s: one flipped bit is refused and named, or costs the end alone',
    async (name) => {
      const master = name === 'both' ? both : long;
      const log = fileOf(master, LOG);
      let refused = 0;
      const bits = ALL && name === 'both' ? range(8) : [3];
      for (const bit of bits) {
        await eachOf(
          offsets(master, log),
          (at) => spoiled(master, log, flipped(at, (bit + at) % 8)),
          (verdict, at) => {
            if (verdict.kind === 'prefix') {
              expect(verdict.writes).toBe(writesBefore(master, at));
              return;
            }
            refused += 1;
            const { code, where, offered } = verdict.fault;
            if (code === 'STORE_ABSENT') return expect(writesBefore(master, at)).toBe(0);
            expect({ code, where }).toEqual({ code: 'STORE_DAMAGED', where: log });
            // The beginning of the record that the bit is in.
            expect(offered).toBeLessThanOrEqual(at);
          },
        );
      }
      // The rest is in the last record, which may be torn.
      expect(refused).toBeGreaterThan((bits.length * offsets(master, log).length) / 2);
    },
    DEADLINE_MS,
  );

  it(
    'LOG-5: zeroed sectors and pages, and an end of zeros: exact prefix or refusal',
    async () => {
      for (const master of [both, long]) {
        const log = fileOf(master, LOG);
        const length = master.files.get(log)?.length ?? 0;
        for (const size of [512, 4_096, BLOCK_BYTES, length]) {
          const step = ALL || size > 512 ? size : 2_048;
          await eachOf(
            range(length, Math.min(step, 4_096)),
            (at) =>
              spoiled(master, log, (bytes) => Buffer.from(bytes).fill(0, at, Math.min(length, at + size))),
            (verdict, at) => {
              if (verdict.kind === 'prefix') expect(verdict.writes).toBe(writesBefore(master, at));
              else expect(['STORE_DAMAGED', 'STORE_ABSENT']).toContain(verdict.fault.code);
            },
          );
        }
      }
    },
    DEADLINE_MS,
  );

  it(
    'LOG-5: a page in the place of another: exact prefix or refusal',
    async () => {
      const log = fileOf(long, LOG);
      const pages = range((long.files.get(log)?.length ?? 0) - BLOCK_BYTES, ALL ? 4_096 : 16_384);
      for (const from of pages) {
        await eachOf(
          pages.filter((to) => to !== from),
          (to) =>
            spoiled(long, log, (bytes) => {
              const copy = Buffer.from(bytes);
              bytes.copy(copy, to, from, from + 4_096);
              return copy;
            }),
          (verdict, to) => {
            if (verdict.kind === 'prefix') expect(verdict.writes).toBe(writesBefore(long, to));
          },
        );
      }
    },
    DEADLINE_MS,
  );

  it('LOG-5: a whole record that is taken out leaves no broken byte, and is missed', async () => {
    const log = fileOf(both, LOG);
    // Within one block the records behind it move up and stay readable.
    expect(both.files.get(log)?.length).toBeLessThan(BLOCK_BYTES);
    const last = both.ends.length - 1;
    await eachOf(
      range(last),
      (at) =>
        spoiled(both, log, (bytes) =>
          Buffer.concat([bytes.subarray(0, both.ends[at]?.bytes), bytes.subarray(both.ends[at + 1]?.bytes)]),
        ),
      (verdict, at) => {
        if (at === last - 1) expect(verdict).toEqual({ kind: 'prefix', writes: both.writes - 1 });
        else expect(verdict).toMatchObject({ kind: 'refused', fault: { code: 'STORE_DAMAGED' } });
      },
    );
  });

  it('LOG-6: an end that had been spoken and is cut off is missed by the guard', async () => {
    const log = fileOf(both, LOG);
    const headsAfter = await headsOf(WRITES.slice(0, both.writes));
    for (const { writes, bytes } of both.ends) {
      const place = join(folder, `cut-${writes}`);
      layOut(
        place,
        spoiled(both, log, (whole) => whole.subarray(0, bytes)),
      );
      const feeds = await openFeeds(levelAt(place), { verify: 'full', create: false, directory: place });
      const rootAt: GuardOptions['rootAt'] = async (of, size) => rootOf(await feeds.tipAt(of, size));
      for (const [spoken, heads] of headsAfter.entries()) {
        const marks = new Map(
          heads.map(({ feed, tip }) => [feedKey(feed), { feed, size: tip.size, root: rootOf(tip) }]),
        );
        const file: GuardFile = {
          read: async () => writeGuard({ incarnation: 1, marks }),
          replace: async () => undefined,
          restoredCopy: async () => false,
          unmark: async () => undefined,
        };
        const guard = await openGuardIn(file, feeds.heads(), START, { fresh: false, rootAt });
        const isShort = heads.some(({ feed, tip }) => feeds.head(feed).tip.size < tip.size);
        expect(guard.ok && guard.value.restored !== '').toBe(isShort);
        if (spoken <= writes) expect(isShort).toBe(false);
      }
      await feeds.close();
    }
  });

  it('what lies behind the end is not read: zeros, noise, half a record', async () => {
    const log = fileOf(both, LOG);
    const bytes = both.files.get(log) as Buffer;
    const draw = drawing(5);
    const noise = Buffer.from(range(4_096).map(() => Math.floor(draw() * 256)));
    for (const tail of [
      Buffer.alloc(1),
      Buffer.alloc(4_096),
      noise,
      noise.subarray(0, 6),
      bytes.subarray(0, 500),
    ]) {
      const verdict = await court.judge(spoiled(both, log, () => Buffer.concat([bytes, tail])));
      expect(verdict).toEqual({ kind: 'prefix', writes: both.writes });
    }
  });

  it(
    'LOG-5: two logs count as one: damage in the older is damage, in the newer it may be the end',
    async () => {
      expect(await court.judge(twoLogs.files)).toEqual({ kind: 'prefix', writes: both.writes });
      const length = twoLogs.files.get(olderLog)?.length ?? 0;
      await eachOf(
        range(length, ALL ? 1 : 67),
        (at) => spoiled(twoLogs, olderLog, flipped(at, at % 8)),
        (verdict) => expect(verdict).toMatchObject(damagedIn(olderLog)),
      );
      await eachOf(
        range(length, ALL ? 1 : 67).slice(1),
        (end) => spoiled(twoLogs, olderLog, (bytes) => bytes.subarray(0, end)),
        (verdict) => expect(verdict).toMatchObject({ kind: 'refused', fault: { code: 'STORE_DAMAGED' } }),
      );
    },
    DEADLINE_MS,
  );

  it('reads its own records: as many as were written, each at its place', () => {
    for (const master of [short, both, long]) {
      const bytes = master.files.get(fileOf(master, LOG)) as Buffer;
      const { records, brokenAt, isTorn, goesOn } = readLogFile(bytes);
      // The log of a new store begins with the batch that makes it.
      expect(records).toHaveLength(master.ends.length - 1 + (master === long ? 1 : 0));
      expect({ brokenAt, isTorn, goesOn }).toEqual({ brokenAt: undefined, isTorn: false, goesOn: false });
    }
  });
});

describe('tables, manifest, and the name of the manifest', () => {
  it.each([
    ['table', TABLE],
    ['manifest', MANIFEST],
    ['CURRENT', /^CURRENT$/],
  ] as const)(
    'LOG-5: a %s with one flipped bit, or cut short: exact prefix or refusal',
    async (_, kind) => {
      const file = fileOf(both, kind);
      for (const bit of ALL ? range(8) : [0]) {
        await eachOf(
          offsets(both, file),
          (at) => spoiled(both, file, flipped(at, (bit + at) % 8)),
          (verdict, at) => {
            // The unused bytes of a footer say nothing: everything is there.
            if (verdict.kind === 'prefix') expect(verdict.writes).toBe(both.writes);
            else
              expect(verdict.fault, String(at)).toMatchObject({
                code: 'STORE_DAMAGED',
                where: expect.stringMatching(/^(CURRENT|MANIFEST|.*ldb)/),
              });
          },
        );
      }
      await eachOf(
        offsets(both, file),
        (end) => spoiled(both, file, (bytes) => bytes.subarray(0, end)),
        (verdict) => expect(verdict).toMatchObject(damagedIn(file)),
      );
    },
    DEADLINE_MS,
  );

  it('LOG-5: who looks at heads alone reads the index of a table, and each row by its stamp', async () => {
    const file = fileOf(both, TABLE);
    const length = both.files.get(file)?.length ?? 0;
    const place = join(folder, 'heads');
    const verdict = async (at: number) => {
      layOut(place, spoiled(both, file, flipped(at, 3)));
      const level = levelAt(place);
      try {
        const feeds = await openFeeds(level, { verify: 'heads', create: false, directory: place });
        for await (const _ of feeds.arrivals()) if (_.sequence < 0) throw new Error('no such place');
        await feeds.close();
        return 'opened';
      } catch (reason) {
        await level.close();
        return (reason as { fault: { code: string } }).fault.code;
      } finally {
        rmSync(place, { recursive: true });
      }
    };
    // The first block holds arrivals; what is behind the last block says where the blocks are.
    expect(await verdict(200)).toBe('STORE_DAMAGED');
    for (let at = length - 100; at < length; at += 7)
      expect(['STORE_DAMAGED', 'opened']).toContain(await verdict(at));
    await expect(checkFiles(join(folder, 'nothing'), 'heads')).resolves.toBe(false);
    layOut(place, spoiled(both, file, flipped(200, 3)));
    // The same byte is no matter of the files while nobody reads the row.
    await expect(checkFiles(place, 'heads')).resolves.toBe(true);
    await expect(checkFiles(place)).rejects.toMatchObject({ fault: { code: 'STORE_DAMAGED', where: file } });
    rmSync(place, { recursive: true });
    for (const bytes of [0, 40, length - 1]) {
      layOut(
        place,
        spoiled(both, file, (whole) => whole.subarray(0, bytes)),
      );
      await expect(checkFiles(place, 'heads')).rejects.toMatchObject({
        fault: { where: file, offered: bytes },
      });
      rmSync(place, { recursive: true });
    }
  });

  it('LOG-5: zeroed sectors and exchanged blocks of a table are refused and named', async () => {
    const file = fileOf(both, TABLE);
    const length = both.files.get(file)?.length ?? 0;
    await eachOf(
      range(length, 512),
      (at) => spoiled(both, file, (bytes) => Buffer.from(bytes).fill(0, at, Math.min(length, at + 512))),
      (verdict) => expect(verdict).toMatchObject(damagedIn(file)),
    );
    const [one = '', two = ''] = [...many.files.keys()].filter((name) => TABLE.test(name));
    const exchanged = new Map(many.files);
    exchanged.set(one, many.files.get(two) as Buffer);
    exchanged.set(two, many.files.get(one) as Buffer);
    expect(await court.judge(exchanged)).toMatchObject({ kind: 'refused', fault: { code: 'STORE_DAMAGED' } });
  });
});

describe('missing files', () => {
  it('LOG-5: each is missed by name', async () => {
    for (const master of [short, both, many, long]) {
      for (const file of master.files.keys()) {
        const verdict = await court.judge(spoiled(master, file, () => undefined));
        expect(verdict).toMatchObject(damagedIn(file));
      }
    }
    const verdict = await court.judge(spoiled(twoLogs, olderLog, () => undefined));
    expect(verdict).toMatchObject({ kind: 'refused', fault: { code: 'STORE_DAMAGED' } });
  });

  it('LOG-5: nothing is left of the store but what has no use without the rest', async () => {
    const left = (kind: RegExp) => new Map([...many.files].filter(([file]) => kind.test(file)));
    expect(await court.judge(left(TABLE))).toMatchObject(damagedIn('CURRENT'));
    expect(await court.judge(left(LOG))).toMatchObject(damagedIn('CURRENT'));
    for (const nothing of [left(MANIFEST), new Map()]) {
      expect(await court.judge(nothing)).toEqual({ kind: 'refused', fault: { code: 'STORE_ABSENT' } });
    }
    expect(await court.judge(left(/^CURRENT$/))).toMatchObject(damagedIn(fileOf(many, MANIFEST)));
  });
});

describe('how LevelDB checks', () => {
  it('CRC-32C: the vectors of RFC 3720, appendix B.4', () => {
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(255))).toBe(0x62a8ab43);
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, at) => at))).toBe(0x46dd794e);
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
  });
});

describe('a refusal', () => {
  it('leaves the files as they are, for whoever mends them', async () => {
    const place = join(folder, 'untouched');
    const files = spoiled(both, fileOf(both, LOG), flipped(100, 2));
    layOut(place, files);
    await expect(checkFiles(place)).rejects.toMatchObject({ fault: { code: 'STORE_DAMAGED' } });
    expect(await court.judge(files)).toMatchObject({ kind: 'refused' });
    expect(filesIn(place)).toEqual(files);
  });
});
