/** `case select` from files: no node, no home. Everybody in here is invented. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { main } from '../../node/cli/main.js';

const folder = mkdtempSync(join(tmpdir(), 'isochron-select-'));

function file(name: string, ...lines: readonly unknown[]): string {
  const path = join(folder, name);
  writeFileSync(
    path,
    lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'),
  );
  return path;
}

const registry = file(
  'vendors.jsonl',
  { vendor_key: 'nordwind', names: ['Nordwind Systems GmbH'] },
  { vendor_key: 'esker', names: ['Esker'] },
  { vendor_key: 'tide works', names: ['Tide Works'] },
);
const history = file(
  'notes.jsonl',
  ...[1, 2].map((at) => ({
    id: `ECC#${at}`,
    title: `Routing daemons mishandle labels ${at}`,
    first_published_utc: `2026-0${at}-01T00:00:00Z`,
    vendors: ['esker', 'tide works', ...Array.from({ length: 9 }, (_, other) => `gone ${other}`)].map(
      (key) => ({
        vendor_key: key,
      }),
    ),
  })),
);

async function select(...words: readonly string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const streams = { out: (line: string) => out.push(line), err: (line: string) => err.push(line) };
  const exit = await main(['--json', 'case', 'select', ...words], streams);
  return { exit, answer: JSON.parse(out.join('\n')), err };
}

const keys = ({ answer }: Awaited<ReturnType<typeof select>>) =>
  answer.vendors.map((one: { readonly vendor_key: string }) => one.vendor_key);

describe('case select --from', () => {
  afterEach(() => vi.unstubAllEnvs());

  test('answers with the vendors, best first, each with score and reasons', async () => {
    const from = file('one.json', { title: 'Nordwind routing daemons mishandle labels' });
    const { exit, answer, err } = await select('--from', from, '--registry', registry);
    expect({ exit, err }).toEqual({ exit: 0, err: [] });
    expect(answer.vendors).toEqual([
      { vendor_key: 'nordwind', score: 0.95, reasons: ['name "nordwind" in the title'] },
    ]);
  });

  test('asks earlier notes where a person says that many are hit, in the case or on the command line', async () => {
    const title = 'Routing daemons of everybody mishandle labels';
    const files = ['--registry', registry, '--history', history];
    const said = file('many.json', { title, many_vendors: true });
    const unsaid = file('few.json', { title });
    expect(keys(await select('--from', said, ...files))).toEqual(['esker', 'tide works']);
    expect(keys(await select('--from', unsaid, ...files))).toEqual([]);
    expect(keys(await select('--from', unsaid, ...files, '--many'))).toEqual(['esker', 'tide works']);
  });

  test('asks only notes from before the case', async () => {
    const from = file('old.json', {
      title: 'Routing daemons',
      many_vendors: true,
      date_created: '2026-01-01T00:00:00Z',
    });
    expect(keys(await select('--from', from, '--registry', registry, '--history', history))).toEqual([]);
  });

  test('finds the files by the environment where they are not typed', async () => {
    vi.stubEnv('ISOCHRON_CONTACTS', registry);
    expect(keys(await select('--from', file('env.json', { title: 'Esker fails' })))).toEqual(['esker']);
  });

  test('counts the lines that it could not read, and goes on', async () => {
    const torn = file('torn.jsonl', '{"vendor_key":', { vendor_key: 'esker', names: ['Esker'] });
    const got = await select('--from', file('torn.json', { title: 'Esker fails' }), '--registry', torn);
    expect(keys(got)).toEqual(['esker']);
    expect(got.err).toEqual(['registry: 1 lines could not be read, the first is line 1']);
  });

  test.each([
    ['a case that is none', file('none.json', '[]'), registry, 'FORMAT_MALFORMED'],
    ['a case that is not there', join(folder, 'nowhere.json'), registry, 'COMMAND_MALFORMED'],
    [
      'a contact book that is not there',
      file('empty.json', {}),
      join(folder, 'nowhere.jsonl'),
      'COMMAND_MALFORMED',
    ],
  ])('%s is refused by name', async (_, from, book, code) => {
    const { exit, answer } = await select('--from', from, '--registry', book);
    expect(exit).not.toBe(0);
    expect(answer.fault.code).toBe(code);
  });
});
