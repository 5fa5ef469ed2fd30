/**
 * The ids of docs/PROTOCOL.md: each rule has one, each is named by a test or a vector, and nobody names one that is
 * not there.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { MEANINGS } from '../node/core/fault.js';
import { STATEMENT_RULE } from '../node/wire/codec.js';
import { FRAME_RULE } from '../node/wire/frames.js';
import type { ChoiceRule } from '../node/wire/rules.js';
import { TESTIMONY_RULE } from '../node/wire/testimony.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PAGE = readFileSync(join(ROOT, 'docs/PROTOCOL.md'), 'utf8');
const ID = /\b[A-Z][A-Z0-9]{2,3}-M\d+\b/g;

/** Ids where their rules stand, in the order of the page. */
const RULES = [...PAGE.matchAll(/^- \*\*([A-Z0-9]+-M\d+)\*\*/gm)].map(([, id = '']) => id);

describe('docs/PROTOCOL.md', () => {
  it('is seen: it has its rules', () => {
    expect(RULES.length).toBeGreaterThan(150);
  });

  it('gives each rule an id of its own', () => {
    expect(RULES.filter((id, at) => RULES.indexOf(id) !== at)).toEqual([]);
  });

  it('numbers the rules of each section without a gap', () => {
    const numbers = new Map<string, number[]>();
    for (const id of RULES) {
      const [prefix = '', number = ''] = id.split('-M');
      numbers.set(prefix, [...(numbers.get(prefix) ?? []), Number(number)]);
    }
    for (const [prefix, found] of numbers)
      expect([prefix, found.toSorted((left, right) => left - right)]).toEqual([
        prefix,
        found.map((_, at) => at + 1),
      ]);
  });

  it('has an id in every sentence that says MUST or MUST NOT', () => {
    const [, body = ''] = PAGE.split('## 2. Conventions');
    const paragraphs = body.split(/\n(?=- )|\n\n/);
    const bare = paragraphs.filter((text) => /\bMUST\b/.test(text) && !text.startsWith('- **'));
    expect(bare).toEqual([]);
  });

  it('names no code that is not there', () => {
    const [byHand = ''] = [PAGE.replaceAll(/<!-- made: [\s\S]*?<!-- \/made -->/g, '')];
    const codes = [...byHand.matchAll(/`([A-Z]+_[A-Z_]+[A-Z])`/g)].map(([, code = '']) => code);
    const others = ['PERMISSION_DENIED', 'RESOURCE_EXHAUSTED'];
    expect(codes.length).toBeGreaterThan(100);
    expect(codes.filter((code) => !Object.hasOwn(MEANINGS, code) && !others.includes(code))).toEqual([]);
  });

  it('says of every kind of statement who may say it, under its number', () => {
    const numbers = new Map(
      [...PAGE.matchAll(/^`(\w+)` \((\d+), `\w+`\):$/gm)].map(([, name = '', number = '']) => [name, number]),
    );
    const kinds = Object.keys(STATEMENT_RULE.oneof?.members ?? {}).map(snake);
    const told = [...PAGE.matchAll(/^\| `(\w+)` +\| (\d+) +\| \S.* [→↔] /gm)].map(
      ([, name = '', number = '']) => [name, number],
    );
    expect(told.toSorted()).toEqual(kinds.map((kind) => [kind, numbers.get(kind)]).toSorted());
  });

  it('names no rule that is not there', () => {
    expect([...PAGE.matchAll(ID)].map(([id]) => id).filter((id) => !RULES.includes(id))).toEqual([]);
  });
});

describe('tests, vectors and exchanges', () => {
  const named = new Map<string, string>();
  for (const path of ['test', 'fixtures/vectors', 'fixtures/exchanges'].flatMap(filesBelow))
    if (path !== 'test/protocol.test.ts')
      for (const text of sayingsOf(path)) for (const [id] of text.matchAll(ID)) named.set(id, path);

  it('name no rule that is not in docs/PROTOCOL.md', () => {
    expect([...named].filter(([id]) => !RULES.includes(id))).toEqual([]);
  });

  it('hold a valid vector of every kind of statement, body and frame', () => {
    const valid = (layer: string) =>
      new Set(
        filesBelow(`fixtures/vectors/${layer}`).map((path) => path.split('/').at(-1)?.replace('.json', '')),
      );
    const kinds = (rule: ChoiceRule | undefined) =>
      Object.keys(rule?.members ?? {}).map((name) => snake(name).replaceAll('_', '-'));
    expect(kinds(STATEMENT_RULE.oneof).filter((kind) => !valid('statement').has(kind))).toEqual([]);
    expect(kinds(FRAME_RULE).filter((kind) => !valid('frame').has(kind))).toEqual([]);
    const named: Readonly<Record<string, string>> = { 'charter-terms': 'charter', propose: 'propose-amend' };
    const bodies = kinds(TESTIMONY_RULE.oneof).map((kind) => named[kind] ?? kind);
    expect(bodies.filter((kind) => !valid('ballot').has(kind))).toEqual([]);
  });

  it('name every rule', () => {
    expect(RULES.filter((id) => !named.has(id))).toEqual([]);
  });
});

/** What counts as naming: the titles of tests, the rules of a vector, the remarks of an exchange. A comment does not. */
function sayingsOf(path: string): readonly string[] {
  const text = readFileSync(join(ROOT, path), 'utf8');
  if (path.endsWith('.json')) return [JSON.stringify((JSON.parse(text) as { rules?: unknown }).rules ?? '')];
  if (path.endsWith('.txt')) return text.match(/^# .*$/gm) ?? [];
  return text.match(/'[^'\n]*'|`[^`\n]*`/g) ?? [];
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(?:ts|txt|json)$/.test(entry.name))
    .map(({ parentPath, name }) => join(parentPath, name).slice(ROOT.length))
    .sort();
}

function snake(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
