/** `case select` as another program calls it: one process a case, the case on standard input. Everybody is invented. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Ended, runProgram } from '../support/processes.js';

/** What a caller grants one case. */
const deadlineMs = 60_000;

const folder = mkdtempSync(join(tmpdir(), 'isochron-select-'));
const lines = (name: string, all: readonly unknown[]) => {
  const path = join(folder, name);
  writeFileSync(path, all.map((one) => JSON.stringify(one)).join('\n'));
  return path;
};
const contacts = lines('contacts.jsonl', [
  { vendor_key: 'nordwind', names: ['Nordwind Systems GmbH'] },
  { vendor_key: 'esker', names: ['Esker'] },
  { vendor_key: 'tide works', names: ['Tide Works'] },
]);
const history = lines(
  'history.jsonl',
  [1, 2].map((at) => ({
    id: `ECC#${at}`,
    title: `Routing daemons mishandle labels ${at}`,
    date_first_published: '2026-01-01T00:00:00-05:00',
    vendors: ['esker', 'tide works', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((key) => ({
      vendor_key: key,
    })),
  })),
);
const BOOK = { ISOCHRON_CONTACTS: contacts };
const BOTH = { ...BOOK, ISOCHRON_HISTORY: history };
const CASE = { case: 'case-017', title: 'Routing daemons of Nordwind mishandle labels', many_vendors: true };

const ask = (input: string, env: Readonly<Record<string, string>>, from = '-') =>
  runProgram(['case', 'select', '--from', from, '--json'], { env, input, deadlineMs });

function keysOf({ status, out, err }: Ended): readonly string[] {
  expect({ status, err }).toEqual({ status: 0, err: '' });
  return JSON.parse(out).vendors.map((one: { readonly vendor_key: string }) => one.vendor_key);
}

describe('one process a case', () => {
  test('the case on standard input, the book and the history by the environment', async () => {
    expect(keysOf(await ask(JSON.stringify(CASE), BOTH))).toEqual(['esker', 'nordwind', 'tide works']);
  });

  test('the history only where there is one', async () => {
    expect(keysOf(await ask(JSON.stringify(CASE), BOOK))).toEqual(['nordwind']);
  });

  test('standard input by its name in the file system', async () => {
    expect(keysOf(await ask(JSON.stringify(CASE), BOOK, '/dev/stdin'))).toEqual(['nordwind']);
  });

  test('a pipe that has a name', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const answered = ask('', BOOK, pipe);
    writeFileSync(pipe, JSON.stringify(CASE));
    expect(keysOf(await answered)).toEqual(['nordwind']);
  });

  test.each([
    ['no members', {}],
    ['empty members', { case: '', title: '', overview: '', description: '', keywords: [] }],
    ['nobody whom the book knows', { title: 'A flaw in something else' }],
  ])('%s: an empty list, and a good end', async (_, members) => {
    expect(keysOf(await ask(JSON.stringify(members), BOTH))).toEqual([]);
  });

  test('what is no case ends badly, with the code in the answer', async () => {
    const { status, out } = await ask('', BOTH);
    expect(status).not.toBe(0);
    expect(JSON.parse(out).fault.code).toBe('FORMAT_MALFORMED');
  });
});

// Nobody outside may have the sample: counts only, and it is absent there.
const sample =
  process.env['ISOCHRON_CERT_SAMPLE'] ??
  new URL('../../../shared/data/cert-cc-sample', import.meta.url).pathname;

describe.skipIf(!existsSync(join(sample, 'notes.jsonl')))(
  'the book and the notes of the sample (skipped without it)',
  () => {
    test('one case within the time that a caller grants, every line read', async () => {
      const files = {
        ISOCHRON_CONTACTS: join(sample, 'vendors.jsonl'),
        ISOCHRON_HISTORY: join(sample, 'notes.jsonl'),
      };
      const known = readFileSync(files.ISOCHRON_CONTACTS, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).vendor_key);
      const told = keysOf(
        await ask(JSON.stringify({ title: 'SNMP agents of many makers', many_vendors: true }), files),
      );
      expect(told.length).toBeGreaterThan(0);
      expect(told.filter((key) => !known.includes(key))).toEqual([]);
    });
  },
);
