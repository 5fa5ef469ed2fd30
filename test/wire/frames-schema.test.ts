import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { messageType, outline, SCHEMA_OPTIONS } from '../../node/wire/schema.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The arguments of `npm run gen`: flags and files. */
async function generator(): Promise<{
  readonly flags: readonly string[];
  readonly files: readonly string[];
}> {
  const { scripts } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Readonly<Record<string, string>>;
  };
  const words = (scripts['gen'] ?? '').split(' ').slice(1);
  return {
    flags: words.filter((word) => word.startsWith('--')),
    files: words.filter((word) => word.endsWith('.proto')),
  };
}

/** Every file below a folder, by its path. */
async function filesIn(folder: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const read = files.map(async ({ parentPath, name }): Promise<[string, string]> => {
    const path = join(parentPath, name);
    return [path.slice(folder.length), await readFile(path, 'utf8')];
  });
  return new Map((await Promise.all(read)).sort(([left], [right]) => (left < right ? -1 : 1)));
}

test('loader and generator of types have the same options', async () => {
  const { flags } = await generator();
  const flagOf = (name: string, value: string | boolean) =>
    value === true ? `--${name}` : `--${name}=${value}`;
  for (const [name, value] of Object.entries(SCHEMA_OPTIONS)) expect(flags).toContain(flagOf(name, value));
});

test('the checked-in types are those of the schema', async () => {
  const { flags, files } = await generator();
  const folder = await mkdtemp(join(tmpdir(), 'isochron-gen-'));
  try {
    const kept = flags.filter((flag) => !flag.startsWith('--outDir='));
    const bin = join(ROOT, 'node_modules/@grpc/proto-loader/build/bin/proto-loader-gen-types.js');
    const args = [bin, ...files, ...kept, `--outDir=${folder}`];
    await promisify(execFile)(process.execPath, args, { cwd: ROOT });
    expect(await filesIn(folder)).toEqual(await filesIn(join(ROOT, 'proto/gen')));
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('the schema is found through the imports map of the package', () => {
  const found = import.meta.resolve('#proto/isochron/v1/replication.proto');
  expect(fileURLToPath(found)).toBe(join(ROOT, 'proto/isochron/v1/replication.proto'));
});

test('a message has one type, and an unknown name is a mistake of the caller', () => {
  expect(messageType('isochron.v1.Frame')).toBe(messageType('isochron.v1.Frame'));
  expect(() => messageType('isochron.v1.Absent')).toThrow();
});

test('64-bit numbers come as text, unknown enum values as numbers, absent optional fields not at all', () => {
  const frame = messageType('isochron.v1.Frame');
  const bytes = frame.encode({
    hello: { mode: 9, incarnation: '18446744073709551615', heads: [{ size: '1' }] },
  });
  expect(frame.decode(bytes)).toEqual({
    kind: 'hello',
    hello: {
      versions: [],
      mode: 9,
      node: '',
      incarnation: '18446744073709551615',
      clock: '0',
      heads: [{ feed: null, size: '1' }],
    },
  });
});

test('what is no message decodes to nothing', () => {
  const frame = messageType('isochron.v1.Frame');
  const rows = ['0a', '0a05', '2a040a02c328', '2a030a0541', 'ff', '0a02ffff'];
  for (const hex of rows) expect(frame.decode(Buffer.from(hex, 'hex')), hex).toBeUndefined();
});

test('an outline counts the tags of a message and of one inside it', () => {
  const bytes = messageType('isochron.v1.Frame').encode({
    entries: { from: '3', entries: [{ leaf: Uint8Array.of(1) }, {}, {}] },
  });
  expect(outline(bytes)).toEqual([0x12]);
  expect(outline(bytes, 0x12)).toEqual([0x10, 0x1a, 0x1a, 0x1a]);
  expect(outline(bytes, 0x2a)).toEqual([]);
  expect(outline(bytes.subarray(1))).toBeUndefined();
  expect(outline(Uint8Array.of(0x1b, 0x1c))).toBeUndefined();
});
