/**
 * The documents are true where a program can tell (STYLE §4.3): made pages are those of the code, paths and links
 * exist, words are used, rules that are called built are named by a test, decisions by the test that checks them.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { PAGES } from '../docs/make/pages.js';
import { CONFIG_RULES } from '../node/cli/config.js';
import { caseId } from '../node/core/ids.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** Files below a folder, by their path from the root, in order. */
function filesBelow(folder: string, ending: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map(({ parentPath, name }) => join(parentPath, name).slice(ROOT.length))
    .sort();
}

const DOCUMENTS = ['README.md', ...filesBelow('docs', '.md')];
const DECISIONS = filesBelow('docs/decisions', '.md');
const TESTS = filesBelow('test', '.ts');

/** Cells of the rows of every table in a text, without heads. */
function rowsOf(text: string): readonly (readonly string[])[] {
  const lines = text.split('\n');
  return lines
    .filter(
      (line, at) =>
        line.startsWith('|') && !/^\|[-| ]+\|$/.test(line) && !/^\|[-| ]+\|$/.test(lines[at + 1] ?? ''),
    )
    .map((line) =>
      line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim()),
    );
}

describe('made pages', () => {
  it.each(Object.keys(PAGES))('%s is what the code says; else "npm run make"', (path) => {
    expect(read(path)).toBe(PAGES[path]?.());
  });
});

describe('every document', () => {
  it('is seen at all', () => {
    expect(DOCUMENTS.length).toBeGreaterThan(20);
  });

  it.each(DOCUMENTS)('%s: its links lead somewhere', (path) => {
    const links = [...read(path).matchAll(/\]\((?!https:|#)([^)#\s]+)(?:#[^)]*)?\)/g)].map(
      (match) => match[1] ?? '',
    );
    expect(links.filter((link) => !existsSync(join(ROOT, dirname(path), link)))).toEqual([]);
  });

  it.each(DOCUMENTS)('%s: every path of ours in it exists', (path) => {
    const named = [
      ...read(path).matchAll(/`((?:node|adapters|proto|fixtures|test|docs|bench|\.ci)\/[^`\s]*)`/g),
    ];
    const paths = named.map((match) => match[1] ?? '').filter((found) => !/[*<{…]/.test(found));
    expect(paths.filter((found) => !existsSync(join(ROOT, found)))).toEqual([]);
  });

  it.each(DOCUMENTS)('%s: code in it stands in the file that the block names', (path) => {
    const blocks = [...read(path).matchAll(/^```ts(.*)\n([\s\S]*?)^```$/gm)];
    const astray = blocks.filter(([, where = '', code = '']) => {
      const file = where.trim();
      return file === '' || !existsSync(join(ROOT, file)) || !read(file).includes(code.trimEnd());
    });
    expect(astray.map(([block]) => block)).toEqual([]);
  });
});

describe('ARCHITECTURE', () => {
  const folders = [...filesBelow('node', '.ts'), ...filesBelow('adapters', '.ts')].map((file) =>
    dirname(file),
  );

  it.each([...new Set(folders)])('has %s in it', (folder) => {
    expect(read('docs/ARCHITECTURE.md')).toContain(`\`${folder}`);
  });
});

describe('GLOSSARY', () => {
  const core = filesBelow('node/core', '.ts').map(read).join('\n').toLowerCase();
  const [table = '', banned = ''] = read('docs/GLOSSARY.md').split('## Names');
  const words = rowsOf(table).flatMap(([left = '']) => left.split(/[;,]/).map((word) => word.trim()));

  it.each(words)('%s is a word of the core', (word) => {
    // In prose as it is, in names run together: `home feed`, `homeFeed`, `home_feed`, over two lines of a comment.
    const spelled = word.toLowerCase().split(' ').join('(?:[ _-]|\\s+\\*\\s+)?');
    expect(core).toMatch(new RegExp(`(?<![a-z])${spelled}`));
  });

  it('bans the names that the room test bans', () => {
    const list = /const BANNED = \[([^\]]*)\]/.exec(read('test/tidy.test.ts'))?.[1] ?? '';
    const inTest = [...list.matchAll(/'(\w+)'/g)].map((match) => match[1]);
    expect([...banned.matchAll(/`(\w+)`/g)].map((match) => match[1]).sort()).toEqual(inTest.sort());
  });
});

describe('rules that are called built', () => {
  const named = new Set(
    TESTS.flatMap((file) => read(file).match(/\b(?:R\d+|P\d|ENV-\d|LOG-\d|I\d+)\b/g) ?? []),
  );

  it.each(['docs/SETTLEMENT.md', 'docs/PROTOCOL.md'])('%s: each is named by a test', (path) => {
    const built = rowsOf(read(path))
      .filter(([, state]) => state === 'built')
      .map(([id = '']) => id.replaceAll('*', ''));
    expect(built.length).toBeGreaterThan(5);
    expect(built.filter((id) => !named.has(id))).toEqual([]);
  });

  it('SETTLEMENT says of every rule of DESIGN §7.4 where it stands', () => {
    const ids = rowsOf(read('docs/SETTLEMENT.md')).map(([id = '']) => id);
    const rules = Array.from({ length: 13 }, (_, at) => `R${at + 1}`);
    expect([...rules, 'P1', 'P2', 'P3', 'P4'].filter((id) => !ids.includes(id))).toEqual([]);
  });
});

describe('OPERATING', () => {
  it.each(Object.keys(CONFIG_RULES).filter((path) => path !== '/'))(
    'names the field %s of the configuration',
    (path) => {
      expect(read('docs/OPERATING.md')).toContain(`\`${path.slice(1).replaceAll('/', '.')}\``);
    },
  );

  it.each(['isochron.json', 'keys/', 'own.card.asc', 'store/', 'guard', 'control.sock', 'passphrase'])(
    'names %s of a home',
    (name) => {
      expect(read('docs/OPERATING.md')).toContain(`\`${name}\``);
    },
  );
});

describe('CHANGELOG', () => {
  it('begins with the version of the package', () => {
    const { version } = JSON.parse(read('package.json')) as { version: string };
    expect(/^## (\S+)/m.exec(read('docs/CHANGELOG.md'))?.[1]).toBe(version);
  });
});

describe('decisions', () => {
  it('are numbered without a gap', () => {
    const numbers = DECISIONS.map((path) => Number(/(\d{4})-[a-z0-9-]+\.md$/.exec(path)?.[1]));
    expect(numbers).toEqual(numbers.map((_, at) => at + 1));
  });

  it.each(DECISIONS)('%s has its five parts', (path) => {
    const heads = [...read(path).matchAll(/^## (.*)$/gm)].map((match) => match[1]);
    expect(heads).toEqual(['Question', 'Options', 'Choice', 'Because', 'Checked by']);
  });

  it.each(DECISIONS)('%s is checked by tests that are there', (path) => {
    const checks = [...read(path).matchAll(/^- `([^`]+)`: “(.+)”$/gm)];
    expect(checks.length).toBeGreaterThan(0);
    const missing = checks.filter(
      ([, file = '', name = '']) => !existsSync(join(ROOT, file)) || !read(file).includes(name),
    );
    expect(missing.map(([line]) => line)).toEqual([]);
  });

  it('decision 0002: libp2p is installed exactly when its transport is there', () => {
    const { dependencies } = packageFile();
    const installed = Object.keys(dependencies).some((name) => /libp2p/.test(name));
    expect(installed).toBe(existsSync(join(ROOT, 'adapters/transport/libp2p')));
  });

  it('decision 0003: every version is exact, and one protobufjs serves loader and codec', () => {
    const { dependencies, devDependencies } = packageFile();
    const versions = Object.entries({ ...dependencies, ...devDependencies });
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
    const { packages } = JSON.parse(read('package-lock.json')) as {
      packages: Readonly<Record<string, unknown>>;
    };
    const copies = Object.keys(packages).filter((path) => path.endsWith('node_modules/protobufjs'));
    expect(copies).toEqual(['node_modules/protobufjs']);
  });

  it('decision 0021: a UUIDv7 is no case id', () => {
    expect(caseId('0b9f4c0e-6a55-4b1c-9d0e-3f6a1f2f7a10')).toBeDefined();
    expect(caseId('0b9f4c0e-6a55-7b1c-9d0e-3f6a1f2f7a10')).toBeUndefined();
  });
});

interface PackageFile {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

function packageFile(): PackageFile {
  return JSON.parse(read('package.json')) as PackageFile;
}
