/**
 * The schema of the house: loader and generated types agree, and a reader of `proto/` finds a word about everything.
 * That the checked-in types are fresh is asked in `test/wire/frames-schema.test.ts`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { SCHEMA_OPTIONS } from '../node/wire/schema.js';

const FOLDER = fileURLToPath(new URL('../proto/isochron/v1/', import.meta.url));
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.proto'));

/** Flags of the generator that choose what it writes and where, not how decoded messages look. */
const ABOUT_FILES = ['includeComments', 'grpcLib', 'importFileExtension', 'includeDirs', 'outDir'];

const { scripts } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>;
};

function textOf(file: string): string {
  return readFileSync(`${FOLDER}${file}`, 'utf8');
}

interface Line {
  readonly text: string;
  readonly before: string;
  /** Kinds of the blocks around it, outermost first. */
  readonly inside: readonly string[];
}

function linesOf(text: string): readonly Line[] {
  const lines = text.split('\n');
  const inside: string[] = [];
  return lines.map((line, at) => {
    const found = { text: line, before: lines[at - 1] ?? '', inside: [...inside] };
    const opened = /^\s*(message|enum|oneof|service) \w+ \{$/.exec(line)?.[1];
    if (opened !== undefined) inside.push(opened);
    else if (line.trim() === '}') inside.pop();
    return found;
  });
}

/** Messages, enums, services, and fields; members of a oneof and values of an enum are named by what they are. */
function undocumented(text: string): readonly string[] {
  return linesOf(text)
    .filter(({ text: line, before, inside }) => {
      const isBlock = /^\s*(message|enum|service) \w+/.test(line);
      const isField =
        /^\s*(?:optional |repeated )?[\w.]+ \w+ = \d+;/.test(line) && inside.at(-1) === 'message';
      return (isBlock || isField) && !/^\s*\/\//.test(before);
    })
    .map(({ text: line }) => line.trim());
}

describe('proto/', () => {
  it('is seen at all', () => {
    expect(FILES.length).toBeGreaterThanOrEqual(5);
  });

  it('loader and generator have exactly the same options', () => {
    const given = (scripts['gen'] ?? '')
      .split(' ')
      .filter((word) => word.startsWith('--'))
      .map((word) => word.slice(2).split('='))
      .filter(([name = '']) => !ABOUT_FILES.includes(name))
      .map(([name = '', value]): [string, unknown] => [
        name,
        value === undefined || value === 'true' || (value === 'false' ? false : value),
      ]);
    expect(Object.fromEntries(given)).toEqual(SCHEMA_OPTIONS);
  });

  it('the roots of the generator are the files with a service', () => {
    const roots = (scripts['gen'] ?? '').split(' ').filter((word) => word.endsWith('.proto'));
    const served = FILES.filter((file) => /^service /m.test(textOf(file))).map(
      (file) => `isochron/v1/${file}`,
    );
    expect(roots.toSorted()).toEqual(served.toSorted());
  });

  it.each(FILES)('%s is documented message by message and field by field', (file) => {
    expect(undocumented(textOf(file))).toEqual([]);
  });

  it('sees a field without a word about it', () => {
    const text =
      '// M.\nmessage M {\n  // A.\n  string a = 1;\n  string b = 2;\n  oneof c {\n    string d = 3;\n  }\n}\nenum E {\n}';
    expect(undocumented(text)).toEqual(['string b = 2;', 'enum E {']);
  });
});
