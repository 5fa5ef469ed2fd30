/**
 * R12 and R10 by command lines: two centres and a third one that joins, each with its own home, store and socket, over
 * real gRPC.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { befriend, eventually, freePort, openWorld, type World } from '../cli/homes.js';

const CENTRES = ['cert', 'jp', 'third'] as const;
const PUBLIC_ID = 'VU#900002';

let world: World;

beforeAll(async () => {
  world = await openWorld();
  for (const centre of CENTRES) {
    const port = await freePort();
    const address = ['--listen', `127.0.0.1:${port}`, '--advertise', `localhost:${port}`, '--auto-accept'];
    await world.init(centre, centre.toUpperCase(), 'centre', ...address);
  }
  for (const home of CENTRES) await world.run(home);
  for (const [one, other] of [
    ['cert', 'jp'],
    ['cert', 'third'],
  ] as const) {
    await befriend(world, one, other);
    await befriend(world, other, one);
  }
  await writeFile(join(world.folder, 'summary.txt'), 'An invented flaw.');
  const file = join(world.folder, 'summary.txt');
  const titles = ['--title', 'Invented', '--public-id', PUBLIC_ID, '--summary-file', file];
  await world.ask('cert', 'case', 'open', ...titles);
  await world.ask('cert', 'case', 'tell', PUBLIC_ID, '--to', 'JP');
  await world.ask('cert', 'charter', 'propose', PUBLIC_ID, '--member', 'JP:2', '--all-auto');
  await seen('jp', 'charter', 'show', { charters: [{ version: 1 }] });
  await world.ask('jp', 'charter', 'sign', PUBLIC_ID);
  await seen('cert', 'settlement', 'show', { n: 2 });
}, 120_000);

afterAll(() => world.close());

/** Waits until a look shows this. */
async function seen(home: string, noun: string, verb: string, expected: object): Promise<void> {
  await eventually(
    `${noun} ${verb} at ${home}`,
    () => world.type(home, noun, verb, ...(noun === 'inbox' ? [] : [PUBLIC_ID]), '--json'),
    ({ out }) => {
      try {
        expect(JSON.parse(out)).toMatchObject(expected);
        return true;
      } catch {
        return false;
      }
    },
  );
}

const reason = ['--reason', 'found it too'] as const;

describe('settlement roster', () => {
  test.each([
    ['nothing is asked for', [], 'COMMAND_MALFORMED'],
    ['two things at once', ['--add', 'THIRD', '--lead', 'JP'], 'COMMAND_MALFORMED'],
    ['an unknown centre', ['--add', 'NOBODY'], 'PEER_UNKNOWN'],
    ['the lead leaves', ['--remove', 'CERT'], 'PROPOSAL_SEATS'],
    ['a stranger leads', ['--lead', 'THIRD'], 'PROPOSAL_SEATS'],
  ] as const)('%s: refused', async (_, asked, code) => {
    expect(await world.refusal('cert', 'settlement', 'roster', PUBLIC_ID, ...asked, ...reason)).toMatchObject(
      { code },
    );
  });

  test('R12: who has not verified a centre cannot agree to its seat', async () => {
    await world.ask('cert', 'settlement', 'roster', PUBLIC_ID, '--add', 'THIRD:2', ...reason);
    await seen('jp', 'settlement', 'show', { changes: [{ change: { kind: 'join' }, ours: null }] });
    expect(
      await world.refusal('jp', 'settlement', 'roster', PUBLIC_ID, '--add', 'THIRD', ...reason),
    ).toMatchObject({ code: 'PEER_UNKNOWN' });
  });

  test('R12: the invited centre reads the charter before it has verified all members, and joins after', async () => {
    await eventually(
      'the invitation is here',
      () => world.type('third', 'charter', 'show', PUBLIC_ID, '--json'),
      ({ out }) => out.includes('"version":1'),
    );
    const { waiting } = await world.ask<{ waiting: { kind: string }[] }>('third', 'inbox');
    expect(waiting.map(({ kind }) => kind).sort()).toEqual(['invitation', 'summary']);
    expect(await world.refusal('third', 'settlement', 'join', PUBLIC_ID)).toMatchObject({
      code: 'PEER_UNKNOWN',
    });
    await befriend(world, 'third', 'jp');
    await befriend(world, 'jp', 'third');
    // R9: nothing is signed before the members that were verified just now have answered.
    await eventually(
      'the members have answered, and the invited centre joins',
      () => world.type('third', 'settlement', 'join', PUBLIC_ID, '--json'),
      ({ exit, out }) => exit === 0 || !out.includes('NODE_PROBATION'),
    );
    const { out } = await world.type('third', 'settlement', 'show', PUBLIC_ID, '--json');
    expect(out).toContain('SEAT_AWAITED');
  });

  test('R12: when every officer has agreed the seats are three, and the details follow', async () => {
    await seen('jp', 'settlement', 'show', { changes: [{ awaitsJoiner: false }] });
    await world.ask('jp', 'settlement', 'roster', PUBLIC_ID, '--add', 'THIRD', ...reason);
    for (const home of CENTRES)
      await seen(home, 'settlement', 'show', {
        n: 3,
        epoch: 1,
        lead: { name: 'CERT' },
        roster: [{ name: 'CERT' }, { name: 'JP' }, { name: 'THIRD', since: 1 }],
        decisions: [{ value: { kind: 'change', change: { kind: 'join', name: 'THIRD' } } }],
      });
    const lines = await world.type('third', 'settlement', 'show', PUBLIC_ID);
    expect(lines.out).toContain('CERT, JP, THIRD; lead CERT');
    expect(lines.out).toContain('THIRD joins');
  });

  test('R12: an officer may reject what others ask for', async () => {
    await world.ask('cert', 'settlement', 'roster', PUBLIC_ID, '--lead', 'JP', ...reason);
    await seen('jp', 'settlement', 'show', { changes: [{ change: { kind: 'lead', name: 'JP' } }] });
    await world.ask('jp', 'settlement', 'roster', PUBLIC_ID, '--lead', 'JP', '--reject', '--reason', 'no');
    await seen('jp', 'settlement', 'show', { changes: [{ ours: 'reject' }] });
  });
});

describe('what an officer said of an instant', () => {
  test('is shown while it is not in force, the later word of two; so a mistyped one is seen', async () => {
    const at = '2027-09-30T12:00:00Z';
    const { out } = await world.type('cert', 'settlement', 'approve', PUBLIC_ID, '--at', at);
    expect(out).toMatch(/^approved 2027-09-30 12:00Z .* by our officer, /m);
    const rejected = await world.type('cert', 'settlement', 'reject', PUBLIC_ID, '--at', at);
    expect(rejected.out).toMatch(/^rejected 2027-09-30 12:00Z .* by our officer, /m);
    expect(rejected.out).not.toMatch(/^approved /m);
  });
});

describe('publish release', () => {
  test('G1: before the instant it is refused without --early: RELEASE_EARLY, and nobody is told anything', async () => {
    expect(await world.refusal('cert', 'publish', 'release', PUBLIC_ID, '--reason', 'a slip')).toMatchObject({
      code: 'RELEASE_EARLY',
      exit: 1,
    });
    expect(await world.ask('cert', 'publish', 'status', PUBLIC_ID)).toMatchObject({
      cases: [{ verdict: 'wait', manualRelease: null }],
    });
  });

  test('R8: a named officer releases with a reason; every member is told who and why', async () => {
    expect(await world.refusal('cert', 'publish', 'release', PUBLIC_ID, '--reason', '')).toMatchObject({
      code: 'COMMAND_MALFORMED',
    });
    const released = await world.ask<{ manualRelease: object }>(
      'cert',
      ...[
        'publish',
        'release',
        PUBLIC_ID,
        '--early',
        '--reason',
        'nobody answers',
        '--officer',
        'A. Officer',
      ],
    );
    expect(released.manualRelease).toEqual({ officer: 'A. Officer', reason: 'nobody answers' });
    for (const home of ['jp', 'third'])
      await seen(home, 'settlement', 'show', {
        manualReleases: [{ name: 'CERT', officer: 'A. Officer', reason: 'nobody answers' }],
      });
    const own = await eventually(
      'it is published',
      () => world.type('cert', 'publish', 'status', PUBLIC_ID),
      ({ out }) => out.includes('published'),
    );
    expect(own.out).toMatch(/published .* by MANUAL, \d+ d .*before the instant/);
    const status = await world.type('jp', 'status');
    expect([status.exit, status.out]).toEqual([4, expect.stringContaining('CERT released by name')]);
    const lines = await world.type('jp', 'settlement', 'show', PUBLIC_ID);
    expect(lines.out).toContain('A. Officer of CERT');
  });
});

describe('status', () => {
  test('R10: shows how the peers’ clocks stand against ours', async () => {
    const { clock } = await world.ask<{ clock: { aheadMs: number; peers: number } }>('cert', 'status');
    expect(clock.peers).toBe(2);
    expect(Math.abs(clock.aheadMs)).toBeLessThan(10_000);
    expect((await world.type('cert', 'status')).out).toMatch(
      /clock {3}\d+\.\d s (behind|ahead of) the median of 2 peers/,
    );
  });
});
