/** The light table: what is listed is there, and what is there is listed. */
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { EXITS, exitOf } from '../../node/cli/exits.js';
import { main } from '../../node/cli/main.js';
import { NOUNS } from '../../node/cli/table.js';
import { VERBS } from '../../node/control/verbs.js';
import { type FaultCode, MEANINGS } from '../../node/core/fault.js';

async function typed(...words: readonly string[]): Promise<{ exit: number; out: string; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const exit = await main(words, { out: (line) => out.push(line), err: (line) => err.push(line) });
  return { exit, out: out.join('\n'), err: err.join('\n') };
}

describe('--help', () => {
  test('lists every command and every exit status', async () => {
    const { exit, out } = await typed('--help');
    expect(exit).toBe(0);
    for (const { noun, verbs } of NOUNS)
      for (const { verb, takes } of verbs)
        expect(out).toContain(`  ${[noun, verb, takes].filter(Boolean).join(' ')}`);
    for (const [status, meaning] of Object.entries(EXITS)) expect(out).toContain(`${status}  ${meaning}`);
  });

  test.each(NOUNS)('$noun --help shows its options', async ({ noun, verbs }) => {
    for (const { verb, options } of verbs) {
      const { exit, out } = await typed(noun, ...(verb === '' ? [] : [verb]), '--help');
      expect(exit).toBe(0);
      for (const [flags] of options) expect(out).toContain(flags);
    }
  });
});

test('--version prints that of the package', async () => {
  const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  expect(await typed('--version')).toEqual({ exit: 0, out: version, err: '' });
});

describe('--json', () => {
  test.each([
    ['an unknown command', ['case', 'foo']],
    ['an argument too many', ['demo', 'extra']],
    ['an unknown option', ['status', '--foo']],
    ['an option that is missing', ['log', 'prove', 'home']],
  ])('is one document for %s as well: COMMAND_MALFORMED', async (_, words) => {
    const { exit, out, err } = await typed('--json', ...words);
    expect(JSON.parse(out)).toEqual({
      fault: { code: 'COMMAND_MALFORMED', where: 'command line' },
      expects: 'what --help lists for this command',
    });
    expect(err).toContain('error: ');
    expect(exit).toBe(2);
  });
});

describe('the table', () => {
  test.each(NOUNS)('every row of $noun has a command and no command lacks a row', async (row) => {
    const { COMMANDS } = await row.load();
    expect(Object.keys(COMMANDS).sort()).toEqual(row.verbs.map(({ verb }) => verb).sort());
  });

  test('every command of the socket can be typed', () => {
    const typable = new Set(
      NOUNS.flatMap(({ noun, verbs }) => verbs.map(({ verb }) => (verb === '' ? noun : `${noun} ${verb}`))),
    );
    const otherwise = new Set([
      ...['node status', 'inbox list', 'peer add-many', 'peer add-mail'],
      // What commands that say something ask while they wait for receipts.
      ...['case delivery-progress', 'case reached'],
      ...['registration list', 'registration advance', 'registration reject'],
      // `vendor key --withdraw`, and what `report import` asks of the node for an encrypted mail.
      ...['vendor unkey', 'report open-mail'],
    ]);
    expect([...VERBS.keys()].filter((verb) => !typable.has(verb) && !otherwise.has(verb))).toEqual([]);
  });

  test('every fault has an exit status', () => {
    for (const code of Object.keys(MEANINGS) as FaultCode[])
      expect(Object.keys(EXITS), code).toContain(String(exitOf(code)));
    expect(exitOf('NODE_RESTORED')).toBe(5);
    expect(exitOf('NODE_NOT_RUNNING')).toBe(3);
    expect(exitOf('KEY_LOCKED')).toBe(6);
  });
});

describe('a wrong command line ends with 2', () => {
  test.each([
    ['nonsense'],
    ['case', 'opne'],
    ['case', 'show'],
    ['case', 'tell', 'x'],
    ['peer', 'verify', 'x', '--fingerprint', 'y'],
    ['--nonsense'],
  ])('%s %s', async (...words) => {
    expect((await typed(...words)).exit).toBe(2);
  });
});
