/** `cycle`, `schedule build`, `schedule recheck` and `schedule solve` as they are typed; none of them needs a node. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openWorld, type World } from './homes.js';

let world: World;
const HOME = 'desk';

beforeAll(async () => {
  world = await openWorld();
  await mkdir(world.home(HOME));
  const part = { kind: 'nth', weekday: 'WE', ordinals: [1], time: '09:00', zone: 'Asia/Tokyo' };
  const local = { hitachi: { parts: [{ ...part, cite: 'their own letter' }] }, ivanti: { parts: [part] } };
  await writeFile(join(world.home(HOME), 'cycles.json'), JSON.stringify(local));
  await mkdir(world.home('sick'));
  await writeFile(join(world.home('sick'), 'cycles.json'), '{"hitachi":{"parts":[{"kind":"daily"}]}}');
});
afterAll(() => world.close());

const typed = (...words: readonly string[]) => world.type(HOME, ...words);

describe('cycle', () => {
  test('list shows every cycle, what nobody verified, and what is local', async () => {
    const { exit, out } = await typed('cycle', 'list');
    expect(exit).toBe(0);
    const line = (name: string) => out.split('\n').find((one) => one.startsWith(name)) ?? '';
    expect(line('microsoft')).toContain('2nd TU 10:00 America/Los_Angeles');
    expect(line('palo-alto')).toContain('day UNCONFIRMED, hour UNCONFIRMED');
    expect(line('hitachi')).toMatch(/LOCAL$/);
    expect(line('ivanti')).toMatch(/LOCAL, replaces the shipped one$/);
    expect(line('adobe')).toContain('..2026-06-30');
  });

  test('show gives source, validity and remarks', async () => {
    const { out } = await typed('cycle', 'show', 'hitachi');
    expect(out).toContain('source: their own letter');
    const oracle = await typed('cycle', 'show', 'oracle');
    for (const part of ['valid 2026-05-01..', 'not on 2026-05-19', 'also on 2026-05-28'])
      expect(oracle.out).toContain(part);
  });

  test('next counts in the zone that was asked for', async () => {
    const { exit, out } = await typed(
      'cycle',
      'next',
      'microsoft',
      '--count',
      '2',
      '--zone',
      'Asia/Tokyo',
      '--from',
      '2027-01-01T00:00:00Z',
    );
    expect(exit).toBe(0);
    expect(out.split('\n').map((one) => one.replace(/ {2,}/g, ' '))).toEqual([
      '2027-01-12T18:00:00Z WE 2027-01-13 03:00 Asia/Tokyo day primary, hour primary',
      '2027-02-09T18:00:00Z WE 2027-02-10 03:00 Asia/Tokyo day primary, hour primary',
    ]);
  });

  test('next with --json has the same days', async () => {
    const { days, origin } = await world.ask<{ days: readonly { at: string }[]; origin: string }>(
      HOME,
      'cycle',
      'next',
      'ivanti',
      '--from',
      '2027-01-01T00:00:00Z',
    );
    expect([origin, days.length, days[0]?.at]).toEqual(['replaced', 12, '2027-01-06T00:00:00Z']);
  });

  test('collisions list the dates on which cycles meet', async () => {
    const asked = [
      'cycle',
      'collisions',
      '--from',
      '2026-11-10',
      '--to',
      '2026-11-17',
      '--cycle',
      'microsoft',
      'oracle',
      'chrome',
      'fortinet',
    ];
    const { days } = await world.ask<{
      days: readonly { date: string; cycles: readonly { name: string }[] }[];
    }>(HOME, ...asked);
    expect(days.map(({ date, cycles }) => [date, cycles.map(({ name }) => name)])).toEqual([
      ['2026-11-10', ['fortinet', 'microsoft']],
      ['2026-11-17', ['chrome', 'oracle']],
    ]);
    expect((await typed(...asked)).out).toContain('2 dates in UTC');
  });

  test.each<[string, readonly string[]]>([
    ['name', ['cycle', 'show', 'toString']],
    ['name', ['cycle', 'next', 'nobody']],
    ['count', ['cycle', 'next', 'microsoft', '--count', '0']],
    ['count', ['cycle', 'next', 'microsoft', '--count', '101']],
    ['count', ['cycle', 'next', 'microsoft', '--count', '1.5']],
    ['zone', ['cycle', 'next', 'microsoft', '--zone', 'Europe/Atlantis']],
    ['from', ['cycle', 'next', 'microsoft', '--from', 'yesterday']],
    ['to', ['cycle', 'collisions', '--from', '2027-01-02', '--to', '2027-01-01']],
    ['from', ['cycle', 'collisions', '--from', '2027-02-30', '--to', '2027-03-01']],
    ['cycle', ['cycle', 'collisions', '--from', '2027-01-01', '--to', '2027-01-02', '--cycle', 'nobody']],
  ])('COMMAND_MALFORMED %s: %j', async (where, words) => {
    expect(await world.refusal(HOME, ...words)).toMatchObject({ code: 'COMMAND_MALFORMED', where, exit: 2 });
  });

  test('a local file that is wrong is named with its place, never passed over', async () => {
    expect(await world.refusal('sick', 'cycle', 'list')).toMatchObject({
      code: 'CONFIG_FIELD',
      where: 'cycles.json /hitachi/parts/0/kind E_VALUE',
    });
  });

  test('a span of more than two years is over the bound', async () => {
    expect(
      await world.refusal(HOME, 'cycle', 'collisions', '--from', '2026-01-01', '--to', '2029-01-01'),
    ).toMatchObject({ code: 'LIMIT_EXCEEDED' });
  });
});

describe('schedule build, solve, recheck', () => {
  const file = (name: string) => join(world.folder, name);
  const description = {
    case: 'case-7',
    horizon: { start: '2026-11-30T00:00:00Z', end: '2026-12-05T00:00:00Z' },
    parties: [
      { id: 'JPCERT', role: 'centre', zone: 'Asia/Tokyo', office: { holidays: 'JP' } },
      { id: 'H', role: 'vendor', cycle: 'hitachi', ready: '2026-11-20T00:00:00Z' },
    ],
  };

  test('a description becomes a document that is solved', async () => {
    await writeFile(file('case.json'), JSON.stringify(description));
    const made = await typed(
      'schedule',
      'build',
      file('case.json'),
      '-o',
      file('problem.json'),
      '--now',
      '2026-11-21T00:00:00Z',
    );
    expect([made.exit, made.out]).toEqual([0, expect.stringContaining('2 parties, 1 hard constraints')]);
    expect(made.err).toContain('nobody has verified the days or the hour of hitachi');
    const { best } = await world.ask<{ best: { at: string } }>(
      HOME,
      'schedule',
      'solve',
      file('problem.json'),
    );
    expect(best.at).toBe('2026-12-02T01:00:00Z');
  });

  test('without --output the document is the result', async () => {
    const { exit, out } = await typed(
      'schedule',
      'build',
      file('case.json'),
      '--now',
      '2026-11-21T00:00:00Z',
    );
    expect([exit, (JSON.parse(out) as { spec: string }).spec]).toEqual([0, 'SCHED/1']);
  });

  test('a wrong description ends with 2 and names the place', async () => {
    await writeFile(file('wrong.json'), JSON.stringify({ ...description, horizons: 1 }));
    const { exit, out } = await typed('schedule', 'build', file('wrong.json'));
    expect([exit, out]).toEqual([2, 'E_FIELD at /horizons: is not allowed here']);
  });

  test('influence says what the wishes of each centre move', async () => {
    const { exit, out } = await typed('schedule', 'influence', '--file', file('problem.json'));
    expect([exit, out.trim()]).toEqual([
      0,
      'JPCERT  without its wishes 2026-12-02T00:00:00Z  the others pay the same',
    ]);
    expect(await world.refusal(HOME, 'schedule', 'influence')).toMatchObject({ code: 'COMMAND_MALFORMED' });
  });

  test('recheck of a document with the shipped tables: nothing has changed', async () => {
    const { exit, out } = await typed('schedule', 'recheck', '--file', file('problem.json'));
    expect([exit, out]).toEqual([0, expect.stringContaining('the instant stands')]);
  });

  test('recheck of a document with an old zone table: what breaks, and exit status 1', async () => {
    const old = {
      ...(JSON.parse(
        (await typed('schedule', 'build', file('case.json'), '--now', '2026-11-21T00:00:00Z')).out,
      ) as object),
      tzdb: '2025b',
      zones: {
        'Asia/Tokyo': { initialOffsetMinutes: 540, transitions: [] },
        'America/Vancouver': {
          initialOffsetMinutes: -420,
          transitions: [{ at: '2026-11-01T09:00:00Z', offsetMinutes: -480 }],
        },
      },
      hard: [
        {
          id: 'desk',
          kind: 'weekly',
          party: 'H',
          relax: 30,
          zone: 'America/Vancouver',
          windows: [{ days: ['MO', 'TU', 'WE', 'TH', 'FR'], from: '09:00', to: '09:15' }],
        },
      ],
    };
    await writeFile(file('old.json'), JSON.stringify(old));
    const { exit, out } = await typed('schedule', 'recheck', '--file', file('old.json'));
    expect(exit).toBe(1);
    expect(out).toContain('changed: America/Vancouver');
    expect(out).toMatch(/BROKEN desk of H; it allows 2026-\d\d-\d\dT16:00:00Z/);
    expect(out).toContain('settlement request');
    // It says what would be solved today and moves nothing.
    expect(out).toContain('that alone moves nothing');
  });

  test('recheck of a document with another year of holidays: a deadline that rolled over one breaks', async () => {
    const built = JSON.parse(
      (await typed('schedule', 'build', file('case.json'), '--now', '2026-11-21T00:00:00Z')).out,
    ) as { calendars: { JP: { dates: string[] } } };
    const { JP } = built.calendars;
    // Suppose 30 November 2026 had been a holiday when the document was made.
    const old = {
      ...built,
      calendars: { JP: { ...JP, dates: [...JP.dates, '2026-11-30'].toSorted() } },
      hard: [
        {
          ...{ id: 'due', kind: 'deadline', party: 'JPCERT', relax: 40, count: 'civil', zone: 'Asia/Tokyo' },
          ...{ from: '2026-11-25T03:00:00Z', days: 5, roll: 'next', calendar: 'JP' },
        },
      ],
    };
    await writeFile(file('holiday.json'), JSON.stringify(old));
    const at = ['--at', '2026-12-01T06:00:00Z'];
    const { exit, out } = await typed('schedule', 'recheck', '--file', file('holiday.json'), ...at);
    expect([exit, out]).toEqual([
      1,
      expect.stringMatching(/changed: JP\nBROKEN due of JPCERT, missed by \d+ min/),
    ]);
    // Under another name it is known by its dates, and the day may be a closure.
    const named = JSON.stringify(old).replaceAll('"JP"', '"0.office"');
    await writeFile(file('named.json'), named);
    const doubted = await typed('schedule', 'recheck', '--file', file('named.json'), ...at);
    expect([doubted.exit, doubted.out]).toEqual([
      0,
      expect.stringMatching(/0\.office \(JP\) lists 2026-11-30: .*\nBROKEN IF ABOLISHED due of JPCERT/),
    ]);
    expect(doubted.out).toContain('ask who keeps the calendar');
  });

  test.each<[string, readonly string[]]>([
    ['COMMAND_MALFORMED', ['schedule', 'recheck']],
    ['COMMAND_MALFORMED', ['schedule', 'recheck', 'case', '--file', 'x']],
    ['COMMAND_MALFORMED', ['schedule', 'recheck', '--file', '/nonexistent']],
    ['CONFIG_MISSING', ['schedule', 'recheck', 'case']],
  ])('%s: %j', async (code, words) => {
    expect(await world.refusal(HOME, ...words)).toMatchObject({ code });
  });

  test('SCHEDULING §10: what is no UTF-8 or too long is answered, not thrown', async () => {
    await writeFile(file('latin.json'), Buffer.from([0x7b, 0x22, 0xe9, 0x22, 0x3a, 0x31, 0x7d]));
    expect(await typed('--json', 'schedule', 'solve', file('latin.json'))).toMatchObject({
      exit: 2,
      out: expect.stringContaining('"code":"E_JSON"'),
    });
    await writeFile(file('digits.json'), '9'.repeat((16 << 20) + 1));
    expect(await typed('--json', 'schedule', 'solve', file('digits.json'))).toMatchObject({
      exit: 2,
      out: expect.stringContaining('"code":"E_LIMIT"'),
    });
  });
});
