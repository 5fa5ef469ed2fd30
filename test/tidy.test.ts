/**
 * The house keeps its rooms (STYLE §2.3). Our own test, because a graph tool that cannot read our compiler reports
 * success over no modules at all; this one fails when it saw no files.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { MEANINGS } from '../node/core/fault.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

interface Room {
  /** Folder or file, from the root. */
  readonly at: string;
  /** Folders or files of ours that it may import, besides itself. */
  readonly ours: readonly string[];
  /** Packages that it may import; `node:` stands for every built-in module. */
  readonly packages: readonly string[];
}

const CORE = 'node/core';
const PORTS = 'node/ports.ts';
const WIRE = 'node/wire';

/** The first row that holds a file is its room, so the narrower one comes first. */
const ROOMS: readonly Room[] = [
  { at: CORE, ours: [], packages: ['@noble/hashes'] },
  { at: PORTS, ours: [CORE], packages: [] },
  { at: WIRE, ours: [CORE, PORTS, 'proto/gen'], packages: ['protobufjs', 'node:'] },
  {
    at: 'node/envelope',
    ours: [CORE, PORTS, WIRE],
    packages: ['openpgp', '@peculiar/x509', 'multiformats', 'node:'],
  },
  { at: 'node/store', ours: [CORE, PORTS, WIRE], packages: ['abstract-level', 'level', 'node:'] },
  { at: 'node/corridor', ours: [CORE, PORTS], packages: [] },
  {
    at: 'node/control',
    ours: [CORE, PORTS, WIRE, 'node/corridor', 'proto/gen'],
    packages: ['@grpc/grpc-js', '@grpc/proto-loader', 'node:'],
  },
  { at: 'node/cli', ours: ['node', 'adapters', 'proto/gen'], packages: ['*'] },
  {
    at: 'adapters/format',
    ours: [CORE, 'adapters/format'],
    packages: ['@secvisogram/csaf-validator-lib', 'postal-mime', 'node:'],
  },
  { at: 'adapters/calendar', ours: [CORE], packages: [] },
  { at: 'adapters/contacts', ours: [CORE], packages: ['csv-parse', 'csv-stringify'] },
  { at: 'adapters/search', ours: [CORE], packages: ['minisearch'] },
  { at: 'adapters/clock', ours: [CORE, PORTS], packages: [] },
  { at: 'adapters/plot', ours: [CORE], packages: ['@observablehq/plot', 'linkedom'] },
  {
    at: 'adapters/mail',
    ours: [CORE, PORTS, 'adapters/mail'],
    packages: ['nodemailer', 'imapflow', 'postal-mime', 'node:'],
  },
  { at: 'adapters/portal', ours: [CORE, PORTS], packages: ['node:'] },
  { at: 'adapters/publish', ours: [CORE, PORTS], packages: ['node:'] },
  { at: 'adapters/webcrypto', ours: [], packages: ['node:'] },
  {
    at: 'adapters/transport',
    ours: [CORE, PORTS, WIRE, 'proto/gen', 'adapters/transport'],
    packages: [
      '@grpc/grpc-js',
      '@grpc/proto-loader',
      'libp2p',
      '@libp2p/crypto',
      '@libp2p/identify',
      '@libp2p/interface',
      '@libp2p/tcp',
      '@chainsafe/libp2p-noise',
      '@chainsafe/libp2p-yamux',
      '@libp2p/circuit-relay-v2',
      '@multiformats/multiaddr',
      'uint8-varint',
      'uint8arraylist',
      'node:',
    ],
  },
  { at: 'fixtures/make', ours: ['node', 'adapters', 'test', 'fixtures'], packages: ['*'] },
  { at: 'docs/make', ours: ['node', 'adapters', 'docs'], packages: ['*'] },
  { at: 'bench', ours: ['node', 'adapters', 'test', 'bench'], packages: ['*'] },
  { at: 'test', ours: ['node', 'adapters', 'fixtures', 'docs', 'bench', 'proto'], packages: ['*'] },
];

/** What the pure core never contains, each with the way out. */
const NEVER_IN_CORE: readonly (readonly [pattern: RegExp, remedy: string])[] = [
  [/\bawait\b|\basync\b|\bPromise\b/, 'the core does not wait: return an effect'],
  [/\bnew Date\b|\bDate\.now\b|\bIntl\b|\btoLocale/, 'pass an Instant or zone transitions in'],
  [/\bMath\.random\b|\bcrypto\./, 'pass ids in'],
  [/\bsetTimeout\b|\bsetInterval\b|\bprocess\./, 'time enters as a tick; the world is behind ports'],
  [/\bconsole\./, 'the journal is a port'],
];

/** Words that say nothing (STYLE §2.4), as whole words of a file name or an exported name. */
const BANNED = [
  'data',
  'info',
  'object',
  'item',
  'payload',
  'manager',
  'service',
  'handler',
  'helper',
  'util',
  'common',
  'misc',
];

const files = sources();

describe('the rooms of the house', () => {
  it('sees the house at all', () => {
    expect(files.length).toBeGreaterThan(80);
  });

  it('has a room for every file', () => {
    expect(files.filter((file) => roomOf(file) === undefined)).toEqual([]);
  });

  it('lets no import leave its room', () => {
    expect(files.flatMap((file) => strayImports(file, read(file)))).toEqual([]);
  });

  it('keeps the core pure', () => {
    expect(
      files.filter((file) => file.startsWith(`${CORE}/`)).flatMap((file) => impurities(file, read(file))),
    ).toEqual([]);
  });

  it('names every fault in a test or a transcript: a refusal that nobody provoked may be none', () => {
    const exchanges = readdirSync(join(ROOT, 'fixtures/exchanges')).map(
      (name) => `fixtures/exchanges/${name}`,
    );
    const tests = files.filter((file) => file.startsWith('test/'));
    const told = [...tests, ...exchanges.filter((file) => file.endsWith('.txt'))].map(read).join('\n');
    expect(Object.keys(MEANINGS).filter((code) => !new RegExp(`\\b${code}\\b`).test(told))).toEqual([]);
  });

  it('has no file whose name says nothing', () => {
    expect(files.filter((file) => banned(file.slice(file.lastIndexOf('/') + 1, -3).split(/[-.]/)))).toEqual(
      [],
    );
  });

  it('exports no name that says nothing', () => {
    const exported = files.flatMap((file) =>
      [...read(file).matchAll(/^export (?:async )?(?:function|const|interface|type|class) (\w+)/gm)].map(
        (match) => `${file} ${match[1]}`,
      ),
    );
    const words = (line: string) =>
      (line.split(' ')[1] ?? '').split(/(?=[A-Z])|_/).map((word) => word.toLowerCase());
    expect(exported.filter((line) => !line.startsWith('test/') && banned(words(line)))).toEqual([]);
  });

  it('documents every export of the core and the ports', () => {
    const open = files
      .filter((file) => file.startsWith(`${CORE}/`) || file === PORTS)
      .flatMap((file) => undocumented(file, read(file)));
    expect(open).toEqual([]);
  });
});

describe('the checks themselves', () => {
  it.each([
    ['node/core/x.ts', "import { readFile } from 'node:fs';"],
    ['node/core/x.ts', "import type { Feeds } from '../ports.js';"],
    ['node/corridor/x.ts', "import { openSealer } from '../envelope/sealer.js';"],
    ['node/store/x.ts', "import { openSealer } from '../envelope/sealer.js';"],
    ['adapters/format/csaf/x.ts', "import { pages } from '../../portal/pages.js';"],
  ])('finds a stray import in %s', (file, line) => {
    expect(strayImports(file, line)).not.toEqual([]);
  });

  it.each(['const now = Date.now();', 'await nothing;', 'const x = Math.random();', 'console.log(1);'])(
    'finds what the core never contains: %s',
    (line) => {
      expect(impurities('node/core/x.ts', line)).not.toEqual([]);
    },
  );

  it('finds an export without a word about it', () => {
    expect(undocumented('node/core/x.ts', '\nexport function bare(): void {}\n')).not.toEqual([]);
  });
});

function sources(): readonly string[] {
  const found: string[] = [];
  const walk = (folder: string) => {
    for (const name of readdirSync(join(ROOT, folder))) {
      const path = `${folder}/${name}`;
      if (statSync(join(ROOT, path)).isDirectory()) walk(path);
      else if (name.endsWith('.ts') && !name.endsWith('.d.ts')) found.push(path);
    }
  };
  for (const folder of ['node', 'adapters', 'fixtures', 'docs', 'bench', 'test']) walk(folder);
  return found;
}

function roomOf(file: string): Room | undefined {
  return ROOMS.find(({ at }) => file === at || file.startsWith(`${at}/`));
}

function strayImports(file: string, text: string): readonly string[] {
  const room = roomOf(file);
  if (room === undefined) return [`${file}: no room`];
  return importsOf(text)
    .filter((from) => !isAllowed(room, file, from))
    .map((from) => `${file} imports ${from}: STYLE §2.3 does not allow it, hand it in through a port`);
}

function importsOf(text: string): readonly string[] {
  return [
    ...text.matchAll(
      /^(?:import|export)\b[^'"]*?from ['"]([^'"]+)['"]|\bimport\(['"]([^'"]+)['"]\)|^import ['"]([^'"]+)['"]/gm,
    ),
  ].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

function isAllowed(room: Room, file: string, from: string): boolean {
  if (from.startsWith('.')) {
    const target = normalize(join(dirname(file), from)).replace(/\.js$/, '.ts');
    return [room.at, ...room.ours].some((at) => target === at || target.startsWith(`${at}/`));
  }
  if (room.packages.includes('*')) return true;
  return room.packages.some((name) =>
    name === 'node:' ? from.startsWith(name) : from === name || from.startsWith(`${name}/`),
  );
}

function impurities(file: string, text: string): readonly string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\/\/.*$/gm, '');
  return NEVER_IN_CORE.filter(([pattern]) => pattern.test(code)).map(
    ([pattern, remedy]) => `${file} has ${pattern}: ${remedy}`,
  );
}

function undocumented(file: string, text: string): readonly string[] {
  const lines = text.split('\n');
  return lines.flatMap((line, at) => {
    const match = /^export (?:async )?function (\w+)/.exec(line);
    const before = lines[at - 1] ?? '';
    return match && !/\*\/\s*$/.test(before) ? [`${file} ${match[1]}`] : [];
  });
}

function banned(words: readonly string[]): boolean {
  return words.some((word) => BANNED.includes(word));
}

function read(file: string): string {
  return readFileSync(join(ROOT, relative(ROOT, join(ROOT, file))), 'utf8');
}
