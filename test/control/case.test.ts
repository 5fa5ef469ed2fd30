/**
 * One case by command lines alone: three centres and three vendors in one process, each with its own home, store, keys
 * and socket, over real gRPC.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Json } from '../../node/core/canonical.js';
import { befriend, eventually, freePort, openWorld, type World } from '../cli/homes.js';

const CANARY = 'QUILLWIRECANARY';
const CENTRES = ['cert', 'jp', 'niscc'] as const;
const VENDORS = ['kaede', 'oak', 'mute'] as const;
const ALL = [...CENTRES, ...VENDORS];
const PUBLIC_ID = 'VU#900001';

interface Named {
  readonly node: string;
  readonly name: string;
}

let world: World;

beforeAll(async () => {
  world = await openWorld();
  for (const centre of CENTRES) {
    const port = await freePort();
    const address = ['--listen', `127.0.0.1:${port}`, '--advertise', `localhost:${port}`, '--auto-accept'];
    await world.init(centre, centre.toUpperCase(), 'centre', ...address);
  }
  for (const vendor of VENDORS) await world.init(vendor, vendor, 'vendor');
  for (const home of ALL) await world.run(home);
  for (const centre of CENTRES)
    for (const other of CENTRES) if (other !== centre) await befriend(world, centre, other);
  // Kaede and Mute belong to JPCERT/CC (model 2), Oak to NISCC (model 1).
  for (const [vendor, centre] of [
    ['kaede', 'jp'],
    ['mute', 'jp'],
    ['oak', 'niscc'],
  ] as const) {
    await befriend(world, vendor, centre);
    await befriend(world, centre, vendor);
  }
}, 120_000);

afterAll(() => world.close());

/** Waits until everything that was said is heard, receipted and answered, everywhere. */
async function quiet(): Promise<void> {
  await eventually(
    'every node is idle',
    async () => {
      const found: boolean[] = [];
      // Twice: a node may say something while another one is asked.
      for (const home of [...ALL, ...ALL]) {
        const { idle, owed } = await world.ask<{ idle: boolean; owed: number }>(home, 'drill', 'idle');
        found.push(idle && owed === 0);
      }
      return found;
    },
    (found) => found.every(Boolean),
  );
}

async function jump(to: string): Promise<void> {
  await Promise.all(ALL.map((home) => world.ask(home, 'drill', 'jump', '--to', to)));
}

async function settledAt(home: string): Promise<string> {
  return (await world.ask<{ at: string }>(home, 'settlement', 'show', PUBLIC_ID)).at;
}

describe('one case, from summary to publication', () => {
  test('a case is opened and told; the id is random and the public id finds it', async () => {
    const summary = join(world.folder, 'summary.txt');
    const details = join(world.folder, 'details.txt');
    await writeFile(summary, `A flaw in ${CANARY} parsers.`);
    await writeFile(details, `${CANARY}: send 0x41 four times.`);
    const opened = await world.ask<{ case: string }>(
      'cert',
      ...[
        'case',
        'open',
        '--title',
        `Parser flaw ${CANARY}`,
        '--public-id',
        PUBLIC_ID,
        '--product',
        'libquill',
      ],
      ...['--summary-file', summary, '--details-file', details, '--tlp', 'AMBER'],
    );
    expect(opened.case).toMatch(/^[0-9a-f]{8}-/);
    const told = await world.ask(
      'cert',
      'case',
      'tell',
      PUBLIC_ID,
      '--to',
      'JP',
      'NISCC',
      '--reply-by',
      '2027-03-01T10:00:00Z',
    );
    expect(told).toMatchObject({ raised: true, told: [{ name: 'JP' }, { name: 'NISCC' }] });
    await quiet();
    for (const centre of ['jp', 'niscc']) {
      expect(await world.ask(centre, 'inbox')).toMatchObject({
        waiting: [{ kind: 'summary', from: { name: 'CERT' } }],
      });
      await world.ask(centre, 'case', 'acknowledge', PUBLIC_ID);
    }
    await quiet();
    expect(await world.ask('cert', 'case', 'show', opened.case.slice(0, 8))).toMatchObject({
      told: [{ answered: true }, { answered: true }],
      details: { text: `${CANARY}: send 0x41 four times.` },
    });
    expect(await world.ask('jp', 'case', 'show', PUBLIC_ID)).toMatchObject({
      details: null,
      origin: { name: 'CERT' },
    });
  });

  test('SUMMARY_BEFORE_CHARTER and GRANT_BEFORE_CHARTER: nothing leaves before a time exists', async () => {
    expect(await world.refusal('jp', 'case', 'tell', PUBLIC_ID, '--to', 'kaede')).toMatchObject({
      code: 'SUMMARY_BEFORE_CHARTER',
      exit: 1,
    });
    await world.ask('jp', 'detail', 'request', PUBLIC_ID, '--why', 'we coordinate in Japan');
    await quiet();
    expect(await world.refusal('cert', 'detail', 'grant', PUBLIC_ID, 'JP')).toMatchObject({
      code: 'GRANT_BEFORE_CHARTER',
    });
  });

  test('the charter is proposed with the defaults of DESIGN §7.2, signed by all, the lead last', async () => {
    const members = ['--member', 'JP:2', 'NISCC:1', '--all-auto'];
    await world.ask('cert', 'charter', 'propose', PUBLIC_ID, ...members);
    await quiet();
    expect(await world.ask('jp', 'inbox')).toMatchObject({ waiting: [{ kind: 'charter' }] });
    for (const centre of ['jp', 'niscc']) await world.ask(centre, 'charter', 'sign', PUBLIC_ID);
    await quiet();
    const shown = await world.ask<{ inForce: string | null; charters: { defaultInstant: string }[] }>(
      'niscc',
      'charter',
      'show',
      PUBLIC_ID,
    );
    expect(shown).toMatchObject({
      charters: [
        {
          quorum: 3,
          freezeMs: 72 * 3_600_000,
          roundMs: 2 * 3_600_000,
          missing: [],
          roster: [
            { name: 'CERT', model: 2 },
            { name: 'JP', model: 2 },
            { name: 'NISCC', model: 1 },
          ],
        },
      ],
    });
    expect(shown.inForce).not.toBeNull();
    // 45 days, the least of the default embargoes, on the grid.
    expect(shown.charters[0]?.defaultInstant).toMatch(/^2027-04-15T09:\d5:00Z|^2027-04-15T09:[0-5]0:00Z/);
  });

  test('model 2 centres hold the details now, model 1 centres do not', async () => {
    expect(await world.ask('jp', 'case', 'show', PUBLIC_ID)).toMatchObject({
      details: { from: { name: 'CERT' } },
    });
    expect(await world.ask('niscc', 'case', 'show', PUBLIC_ID)).toMatchObject({ details: null });
    // What was asked before the charter can be answered now.
    await world.ask('cert', 'detail', 'grant', PUBLIC_ID, 'JP');
    expect(await world.refusal('cert', 'detail', 'grant', PUBLIC_ID, 'JP')).toMatchObject({
      code: 'REQUEST_UNKNOWN',
    });
    await quiet();
  });

  test('model 2: the vendor asks its centre, which grants', async () => {
    await world.ask('jp', 'case', 'tell', PUBLIC_ID, '--to', 'kaede', 'mute');
    await quiet();
    await world.ask('kaede', 'detail', 'request', PUBLIC_ID, '--why', 'we ship libquill');
    await quiet();
    expect(await world.ask('jp', 'inbox')).toMatchObject({
      waiting: [{ kind: 'request', from: { name: 'kaede' } }],
    });
    await world.ask('jp', 'detail', 'grant', PUBLIC_ID, 'kaede');
    expect(await world.refusal('jp', 'detail', 'grant', PUBLIC_ID, 'kaede')).toMatchObject({
      code: 'REQUEST_UNKNOWN',
    });
    await quiet();
    expect(await world.ask('kaede', 'case', 'show', PUBLIC_ID)).toMatchObject({
      details: { text: `${CANARY}: send 0x41 four times.`, from: { name: 'JP' } },
      requests: [{ answer: { kind: 'granted' } }],
    });
  });

  test('model 1: the list goes to the origin, the card travels, both operators verify, the origin grants', async () => {
    await world.ask('niscc', 'case', 'tell', PUBLIC_ID, '--to', 'oak');
    await quiet();
    await world.ask('oak', 'detail', 'request', PUBLIC_ID, '--why', 'we ship libquill, too');
    await quiet();
    const fromCase = async (home: string) => {
      const { added } = await world.ask<{ added: Named[] }>(home, 'peer', 'add-from-case', PUBLIC_ID);
      const [card] = added;
      expect(added).toHaveLength(1);
      await world.ask(
        home,
        'peer',
        'verify',
        card?.name ?? '',
        '--fingerprint',
        card?.node ?? '',
        '--method',
        'telephone',
      );
    };
    await fromCase('cert');
    await fromCase('oak');
    await world.ask('cert', 'detail', 'grant', PUBLIC_ID, 'oak');
    await quiet();
    expect(await world.ask('oak', 'case', 'show', PUBLIC_ID)).toMatchObject({
      details: { from: { name: 'CERT' } },
    });
  });

  test('a vendor’s status goes to its centre, and in model 1 to the origin as well', async () => {
    const said = ['--fix', 'ready', '--statement', 'Update to 2.', '--product', 'Kaede Quill'];
    expect(await world.ask('kaede', 'vendor', 'status', PUBLIC_ID, 'affected', ...said)).toMatchObject({
      to: [{ name: 'JP' }],
    });
    expect(
      await world.ask('oak', 'vendor', 'status', PUBLIC_ID, 'not_affected', '--impact', 'no parser'),
    ).toMatchObject({
      to: [{ name: 'NISCC' }, { name: 'CERT' }],
    });
    await world.ask(
      'kaede',
      'vendor',
      'remedy',
      PUBLIC_ID,
      '--text',
      'Update.',
      '--url',
      'https://kaede.example/2',
    );
    await world.ask('jp', 'vendor', 'status', PUBLIC_ID, 'unknown', '--vendor', 'Paper Mail Ltd');
    await quiet();
    const vendors = await world.ask<{ vendors: { name: string; status: string }[] }>(
      'cert',
      'vendor',
      'list',
      PUBLIC_ID,
    );
    expect(vendors.vendors.map(({ name, status }) => `${name} ${status}`).sort()).toEqual([
      'kaede affected',
      'oak not_affected',
    ]);
    // kaede is no peer of CERT: it is called as it calls itself, and by no piece of an id.
    expect(await world.ask('cert', 'inbox')).toMatchObject({
      news: expect.arrayContaining([
        expect.objectContaining({ kind: 'remedy', from: { node: expect.any(String), name: 'kaede' } }),
      ]),
    });
    expect(await world.refusal('kaede', 'vendor', 'status', PUBLIC_ID, 'broken')).toMatchObject({
      code: 'COMMAND_MALFORMED',
      where: 'status',
    });
  });

  test('an inquiry waits in the inbox until it is answered', async () => {
    await world.ask('jp', 'inquiry', 'send', PUBLIC_ID, '--to', 'CERT', '--text', 'Is 1.9 affected?');
    await quiet();
    expect(await world.ask('cert', 'inbox')).toMatchObject({
      waiting: [{ kind: 'inquiry', from: { name: 'JP' } }],
    });
    await world.ask('cert', 'inquiry', 'send', PUBLIC_ID, '--to', 'JP', '--text', 'Yes.', '--comment');
    expect(await world.ask('cert', 'inbox')).toMatchObject({ waiting: [] });
  });

  test('wishes become constraints under random ids, and the roster settles on the solver’s instant', async () => {
    await world.ask(
      'kaede',
      'schedule',
      'prefer',
      PUBLIC_ID,
      '--ready',
      '2027-03-20T00:00:00Z',
      '--cycle',
      'microsoft',
      ...['--notice', '72h'],
    );
    expect(await world.refusal('kaede', 'schedule', 'prefer', PUBLIC_ID, '--cycle', 'nobody')).toMatchObject({
      code: 'COMMAND_MALFORMED',
      where: 'cycle',
    });
    expect(
      await world.refusal(
        'kaede',
        'schedule',
        'prefer',
        PUBLIC_ID,
        '--blackout',
        '2027-03-02T00:00:00Z..2027-03-01T00:00:00Z',
      ),
    ).toMatchObject({ code: 'COMMAND_MALFORMED', where: 'blackouts/0' });
    const reversed = ['--not-before', '2027-04-02T00:00:00Z', '--not-after', '2027-04-01T00:00:00Z'];
    expect(await world.refusal('cert', 'schedule', 'constrain', PUBLIC_ID, ...reversed)).toMatchObject({
      code: 'COMMAND_MALFORMED',
      where: 'notAfter',
    });
    await quiet();
    const gathered = await world.ask<{ parties: { party: string; vendors: Named[] }[] }>(
      'jp',
      ...['schedule', 'constrain', PUBLIC_ID, '--weight', 'kaede=8'],
    );
    expect(gathered).toMatchObject({ left: [], parties: [{ vendors: [{ name: 'kaede' }] }] });
    const embargo = ['--embargo', 'cert-cc', '--embargo-from', '2027-03-01T08:00:00Z'];
    await world.ask('cert', 'schedule', 'constrain', PUBLIC_ID, ...embargo, '--embargo-count', 'civil');
    for (const [where, more] of [
      ['embargo/count', []],
      ['embargo/policy', ['--embargo', 'ncsc-uk', '--embargo-count', 'civil']],
      ['embargo/count', ['--embargo', 'eu-cra-warning', '--embargo-count', 'civil']],
      ['embargo/roll', ['--embargo-count', 'civil', '--embargo-roll', 'up']],
    ] as const)
      expect(
        await world.refusal('cert', 'schedule', 'constrain', PUBLIC_ID, ...embargo, ...more),
      ).toMatchObject({ code: 'COMMAND_MALFORMED', where });
    for (const [where, words] of [
      ['onPatchDay', ['--ready', '2027-03-20T00:00:00Z', '--on-patch-day']],
      ['noticeMinutes', ['--notice', 'soon']],
      ['noticeMinutes', ['--notice', '90s']],
    ] as const)
      expect(await world.refusal('kaede', 'schedule', 'prefer', PUBLIC_ID, ...words)).toMatchObject({
        code: 'COMMAND_MALFORMED',
        where,
      });
    await world.ask('niscc', 'schedule', 'constrain', PUBLIC_ID, '--not-before', '2027-03-10T00:00:00Z');
    await quiet();
    await world.ask('cert', 'settlement', 'request', PUBLIC_ID, '--why', 'a patch day is near');
    await quiet();
    const instants = await Promise.all(CENTRES.map(settledAt));
    expect(new Set(instants).size).toBe(1);
    const shown = await world.ask<{ epoch: number; decisions: { commits: Named[] }[] }>(
      'jp',
      'settlement',
      'show',
      PUBLIC_ID,
    );
    expect(shown.epoch).toBe(1);
    expect(shown.decisions[0]?.commits.map(({ name }) => name).sort()).toEqual(['CERT', 'JP', 'NISCC']);
    // The patch day of April is the thirteenth, 17:00Z; the first tier of hours after it costs the vendor nothing.
    expect(instants[0]).toMatch(/^2027-04-1[34]T/);
    const schedule = await world.ask<{
      basis: string;
      answer: { best: { at: string } };
      parties: { party: string; name: string | null; centre: string }[];
    }>('jp', 'schedule', 'show', PUBLIC_ID);
    expect(schedule).toMatchObject({ basis: 'decided', answer: { best: { at: instants[0] } } });
    expect(schedule.parties.map(({ name }) => name)).toContain('kaede');
    const telling = (
      await world.ask<{ telling: { sentence: string; lines: { words: string }[] } }>(
        'jp',
        ...['schedule', 'show', PUBLIC_ID],
      )
    ).telling;
    expect(telling.sentence).toContain(`${instants[0]?.slice(0, 10)} ${instants[0]?.slice(11, 16)}Z`);
    expect(telling.lines.map(({ words }) => words).join('\n')).toMatch(/CERT pays \d+ .*of \d+/);
    // The own picture calls the own vendor by name; one that may be passed on, and those of others, do not.
    const drawn = async (home: string, ...more: readonly string[]): Promise<string> => {
      const picture = join(world.home(home), 'when.html');
      await world.ask(home, 'schedule', 'plot', PUBLIC_ID, '-o', picture, ...more);
      return readFile(picture, 'utf8');
    };
    const page = await drawn('jp');
    expect(page).toContain('<svg ');
    expect(page).toContain('kaede');
    for (const other of [await drawn('jp', '--shareable'), await drawn('cert')]) {
      expect(other).toContain('vendor 1 of JP');
      expect(other).not.toContain('kaede');
    }
    for (const telling of [page, await drawn('jp', '--shareable')])
      expect(telling).not.toMatch(/[0-9a-f]{16}/);
    const { files } = await world.ask<{ files: { path: string; status: string }[] }>(
      'jp',
      ...['settlement', 'calendar', PUBLIC_ID, '-o', join(world.home('jp'), 'calendar')],
    );
    // The instant moved under its old event; the tentative one of the proposal goes.
    expect(files.map(({ status }) => status)).toEqual(['confirmed', 'cancelled']);
    const event = await readFile(files[0]?.path ?? '', 'utf8');
    expect(event).toContain(`SUMMARY:DRILL: ${PUBLIC_ID} embargo expiration`);
    expect(event).toContain('SEQUENCE:1\r\n');
    expect(event).toMatch(/X-ISOCHRON-INPUT-SHA256:[0-9a-f]{50}/);
    expect(event).toMatch(/X-ISOCHRON-TZDB:20\d\d[a-z]\r\n/);
    expect(event).toContain('DESCRIPTION:Freeze window starts\r\nTRIGGER:-PT');
    // To the others the vendor is a party of JPCERT/CC without a name.
    const abroad = await world.ask<typeof schedule>('cert', 'schedule', 'show', PUBLIC_ID);
    expect(abroad.parties.find(({ centre, name }) => centre === 'JP' && name === null)).toBeDefined();
    expect(JSON.stringify(abroad)).not.toContain('kaede');
    // What was signed in words of policy is in the document as a deadline, and the notice is in the plan.
    const { problem } = await world.ask<{
      problem: { parties: { notice?: Json }[]; hard: { kind: string; days?: number; zone?: string }[] };
    }>('cert', 'schedule', 'problem', PUBLIC_ID);
    expect(problem.hard).toContainEqual(
      expect.objectContaining({ kind: 'deadline', count: 'civil', days: 45, relax: 40 }),
    );
    expect(problem.parties).toContainEqual(expect.objectContaining({ notice: { atLeastMinutes: 4_320 } }));
    // On the telephone both officers have one word for it, and the own one knows who that is.
    const said = await world.type('jp', 'schedule', 'show', PUBLIC_ID);
    expect(said.out).toContain('the other centres know kaede as vendor 1 of JP');
    expect((await world.type('cert', 'schedule', 'show', PUBLIC_ID)).out).toContain('vendor 1 of JP');
    expect(said.out).toMatch(/^ {2}\w{3} \d{4}-\d\d-\d\d \d\d:\d\d in \w+: .*kaede/m);
    for (const home of CENTRES)
      expect((await world.type(home, 'schedule', 'influence', PUBLIC_ID)).out).not.toMatch(/[0-9a-f]{16}/);
  });

  test('CHARTER_COMPLETE: a charter in force has no successor; proposing another one says so and changes nothing', async () => {
    const before = await world.ask<{ inForce: string | null; charters: readonly unknown[] }>(
      'cert',
      ...['charter', 'show', PUBLIC_ID],
    );
    const members = ['--member', 'JP', 'NISCC'];
    const again = ['charter', 'propose', PUBLIC_ID, ...members, '--instant', '2027-06-01T00:00:00Z'];
    expect(await world.refusal('cert', ...again)).toMatchObject({ code: 'CHARTER_COMPLETE', exit: 1 });
    expect(await world.ask('cert', 'charter', 'show', PUBLIC_ID)).toEqual(before);
  });

  test('a vendor exports the instant that it was told with proof: at the same second, in the same sequence, of the same document as its centre', async () => {
    const exported = async (home: string) => {
      const folder = join(world.home(home), 'settled');
      const { files } = await world.ask<{ files: { path: string; status: string }[] }>(
        home,
        ...['settlement', 'calendar', PUBLIC_ID, '-o', folder],
      );
      const text = await readFile(files.find(({ status }) => status === 'confirmed')?.path ?? '', 'utf8');
      const lines = text.replaceAll('\r\n ', '').split('\r\n');
      const of = (...heads: readonly string[]) =>
        lines.filter((line) => heads.some((head) => line.startsWith(head)));
      return {
        statuses: files.map(({ status }) => status),
        event: of('DTSTART', 'SEQUENCE', 'STATUS', 'SUMMARY', 'TRIGGER', 'X-ISOCHRON-INPUT'),
        uid: of('UID').map((line) => line.split('@')[0]),
      };
    };
    const [ours, theirs] = [await exported('kaede'), await exported('jp')];
    expect(ours.event).toEqual(theirs.event);
    expect(ours.event).toHaveLength(6);
    expect(ours.uid).toEqual(theirs.uid);
    // What is only proposed is a matter of the centres.
    expect(ours.statuses).toEqual(['confirmed']);
  });

  test('SCHEDULING §14.6: with the zones of today the settled instant stands, at every centre', async () => {
    for (const centre of CENTRES) {
      const checked = await world.ask(centre, 'schedule', 'recheck', PUBLIC_ID);
      expect(checked).toMatchObject({
        epoch: 1,
        at: await settledAt(centre),
        recheck: { broken: [], violatedBefore: [], changed: { zones: [], calendars: [] } },
      });
    }
    expect(await world.type('jp', 'schedule', 'recheck', PUBLIC_ID)).toMatchObject({
      exit: 0,
      out: expect.stringContaining('the instant stands'),
    });
  });

  test('decision 0024: what each centre’s wishes move is shown without a vendor’s name', async () => {
    const { influences } = await world.ask<{ influences: { group: string; othersPay: number }[] }>(
      'cert',
      ...['schedule', 'influence', PUBLIC_ID],
    );
    expect(influences.map(({ group }) => group.slice(0, 2))).toEqual(['0.', '1.', '2.']);
    // Somebody pays for somebody: three offices far apart want three hours.
    expect(influences.some(({ othersPay }) => othersPay !== 0)).toBe(true);
    expect(JSON.stringify(influences)).not.toContain('kaede');
  });

  test('vendors are told the settled instant with its proof, on their own clock', async () => {
    expect(await world.ask('kaede', 'case', 'show', PUBLIC_ID)).toMatchObject({
      settled: { epoch: 1, local: expect.stringContaining('+09:00') },
      notices: [{ epoch: 0 }, { epoch: 1, roster: 'verified, roster per JP' }],
    });
  });

  test('who-knew: each disclosure with its receipt; nothing for whom nothing was said', async () => {
    await quiet();
    const known = await world.ask<{
      recipients: { name: string; disclosed: { kind: string; receivedAt: string | null }[] }[];
    }>('jp', 'case', 'who-knew', PUBLIC_ID);
    const kinds = new Map(
      known.recipients.map(({ name, disclosed }) => [name, disclosed.map(({ kind }) => kind)]),
    );
    expect(kinds.get('kaede')).toEqual(
      expect.arrayContaining(['case_summary', 'detail_grant', 'publication_notice']),
    );
    expect(kinds.get('mute')).not.toContain('detail_grant');
    expect(kinds.has('oak')).toBe(false);
    for (const { disclosed } of known.recipients)
      for (const { receivedAt } of disclosed) expect(receivedAt).not.toBeNull();
    // A person sees all that left the house, also the words that disclose nothing by their kind.
    const { out } = await world.type('jp', 'case', 'who-knew', PUBLIC_ID);
    const rows = known.recipients.flatMap(({ name, disclosed }) => disclosed.map(({ kind }) => [name, kind]));
    expect(rows.map(([, kind]) => kind)).toContain('inquiry');
    expect(
      out
        .trimEnd()
        .split('\n')
        .slice(2)
        .map((line) => line.split(/\s{2,}/).slice(0, 2)),
    ).toEqual(rows);
    const before = await world.ask<{ recipients: unknown[] }>(
      'jp',
      'case',
      'who-knew',
      PUBLIC_ID,
      '--at',
      '2027-03-01T08:59:59Z',
    );
    expect(before.recipients).toEqual([]);
  });

  test('a silent vendor is an alarm in status, in plain words, with exit 4', async () => {
    await jump('2027-03-12T00:00:00Z');
    await quiet();
    const status = await world.type('jp', 'status');
    expect(status.exit).toBe(4);
    expect(status.out).toContain('mute has not answered');
    expect(await world.ask('jp', 'inbox')).toMatchObject({
      waiting: [{ kind: 'silence', from: { name: 'mute' } }],
    });
  });

  test('at the instant every centre publishes, and says so', async () => {
    const at = await settledAt('cert');
    const instant = Date.parse(at);
    await jump(new Date(instant - 72 * 3_600_000).toISOString().replace('.000', ''));
    await quiet();
    for (const centre of CENTRES) {
      const { cases } = await world.ask<{ cases: { staged: string | null; released: string | null }[] }>(
        centre,
        'publish',
        'status',
        PUBLIC_ID,
      );
      expect(cases[0]?.staged).not.toBeNull();
      expect(cases[0]?.released).toBeNull();
    }
    await jump(new Date(instant - 1_000).toISOString().replace('.000', ''));
    for (const centre of CENTRES) {
      const { cases } = await eventually(
        `${centre} has published`,
        () =>
          world.ask<{ cases: { publishedAt: string | null; rule: string; lateMs: number }[] }>(
            centre,
            'publish',
            'status',
            PUBLIC_ID,
          ),
        ({ cases: found }) => found[0]?.publishedAt !== null,
      );
      expect(cases).toMatchObject([{ rule: 'P2' }]);
      expect(cases[0]?.lateMs).toBeGreaterThanOrEqual(0);
    }
    await quiet();
    const shown = await world.ask<{ publications: Named[] }>('jp', 'case', 'show', PUBLIC_ID);
    expect(shown.publications.map(({ name }) => name).sort()).toEqual(['CERT', 'JP', 'NISCC']);
    const page = await readFile(
      join(world.home('jp'), 'public', 'current', 'vu_900001', 'index.html'),
      'utf8',
    );
    expect(page).toContain('kaede');
  }, 60_000);

  test('logs verify whole, prove one entry, and export to plain files that verify by the cards', async () => {
    for (const home of ALL) expect(await world.ask(home, 'log', 'verify')).toMatchObject({ faults: 0 });
    // Nobody but its recipient cosigns a feed: a nought in the other rows would look like words that nobody has.
    const rows = (await world.type('oak', 'log', 'list')).out.split('\n').slice(1);
    for (const row of rows)
      expect(row).toMatch(/^oak +(?!oak)\S+ +(\d+) +\1 |^oak +oak +\d+ +– |^(?!oak )\S+ +oak +\d+ +– /);
    expect(rows.length).toBeGreaterThan(2);
    const exported = join(world.folder, 'exported');
    const { size } = await world.ask<{ size: number }>('jp', 'log', 'export', 'CERT', '-o', exported);
    const cards = [
      '--author-card',
      join(world.folder, 'jp.card.asc'),
      '--peer-card',
      join(world.folder, 'cert.card.asc'),
    ];
    expect(await world.ask('oak', 'log', 'verify', '--dir', exported, ...cards)).toMatchObject({
      size,
      cosigned: size,
      trusted: true,
    });
    const swapped = ['--author-card', join(world.folder, 'niscc.card.asc')];
    expect(await world.refusal('oak', 'log', 'verify', '--dir', exported, ...swapped)).toMatchObject({
      code: 'CHECKPOINT_SIGNATURE',
      where: 'author.vkey',
    });
    const { proof } = await world.ask<{ proof: string }>('jp', 'log', 'prove', 'CERT', '--sequence', '2');
    expect(proof).toMatch(/^c2sp.org\/tlog-proof@v1\nindex 2\n/);
    expect(await world.refusal('jp', 'log', 'prove', 'CERT', '--sequence', '9999')).toMatchObject({
      code: 'FEED_GAP',
    });
    expect((await world.type('jp', 'log', 'tail', '--most', '5')).out.split('\n')).toHaveLength(5);
    expect(await world.ask('jp', 'log', 'show', 'home')).toMatchObject({ from: 0 });
  });

  test('G5: no embargoed word in a journal line', () => {
    expect(world.journal.length).toBeGreaterThan(20);
    for (const line of world.journal) {
      expect(line).not.toContain(CANARY);
      expect(line).not.toContain('libquill');
      expect(() => JSON.parse(line) as unknown).not.toThrow();
    }
  });

  test('a wrong argument never quotes what was typed', async () => {
    const { out, err } = await world.type(
      'jp',
      '--json',
      'inquiry',
      'send',
      PUBLIC_ID,
      '--to',
      CANARY,
      '--text',
      CANARY,
    );
    expect(out + err).not.toContain(CANARY);
  });

  test('the drill clock jumps to instants only', async () => {
    const drill = await world.refusal('jp', 'drill', 'jump', '--to', 'never');
    expect(drill).toMatchObject({ code: 'COMMAND_MALFORMED', where: 'to' });
  });
});

describe('a second case, imported', () => {
  const note = new URL('../../fixtures/documents/vda-note/notes.jsonl', import.meta.url).pathname;
  const id = 'VU#900011';

  test('import reads one note of many, reports what was lost, and opens nothing by itself', async () => {
    const output = join(world.folder, 'opening.json');
    expect(await world.refusal('cert', 'import', 'cert-cc', note, '-o', output)).toMatchObject({
      code: 'COMMAND_MALFORMED',
      where: 'id',
    });
    expect(await world.ask('cert', 'import', 'cert-cc', note, '--id', id, '-o', output)).toMatchObject({
      cases: 1,
      imported: [{ sourceId: id, vendors: 2 }],
    });
    expect(await world.refusal('cert', 'case', 'show', id)).toMatchObject({ code: 'CASE_UNKNOWN' });
    expect(await world.refusal('cert', 'import', 'cert-cc', note, '--id', 'VU#999999')).toMatchObject({
      code: 'FORMAT_RECORD',
    });
  });

  test('a person opens it: the label is the narrowest, vendors without a node are listed', async () => {
    await world.ask('cert', 'case', 'open', '--from', join(world.folder, 'opening.json'));
    const shown = await world.ask<{ tlp: string; vendors: { node: string | null }[] }>(
      'cert',
      'case',
      'show',
      id,
    );
    expect(shown.tlp).toBe('AMBER+STRICT');
    expect(shown.vendors.map(({ node }) => node)).toEqual([null, null]);
  });

  test('a file is attached in parts and found whole', async () => {
    const file = join(world.folder, 'proof.bin');
    await writeFile(file, Buffer.alloc(300_000, 7));
    const { hash } = await world.ask<{ hash: string }>(
      'cert',
      'case',
      'attach',
      id,
      file,
      '--type',
      'text/plain',
    );
    expect(await world.ask('cert', 'case', 'attachments', id)).toMatchObject({
      attachments: [{ hash, bytes: 300_000, mediaType: 'text/plain', parts: 2, held: 2 }],
    });
  });

  test('the summary changes by an update, and everybody told hears it', async () => {
    await world.ask('cert', 'case', 'tell', id, '--to', 'JP');
    expect(await world.refusal('cert', 'case', 'update', id)).toMatchObject({ code: 'COMMAND_MALFORMED' });
    await world.ask('cert', 'case', 'update', id, '--title', 'Renamed');
    await quiet();
    expect(await world.ask('jp', 'case', 'show', id)).toMatchObject({ title: 'Renamed' });
  });

  test('without a charter there is nothing to settle and nothing to release by hand', async () => {
    expect(await world.refusal('cert', 'settlement', 'request', id)).toMatchObject({
      code: 'CHARTER_ABSENT',
    });
    expect(await world.refusal('cert', 'publish', 'release', id, '--reason', 'x')).toMatchObject({
      code: 'CHARTER_ABSENT',
    });
    expect(await world.refusal('cert', 'schedule', 'show', id)).toMatchObject({ code: 'CHARTER_ABSENT' });
  });

  test('a charter is refused with its reason; the next version comes without the one who refused', async () => {
    await world.ask('cert', 'charter', 'propose', id, '--member', 'JP', '--quorum', '2');
    await quiet();
    await world.ask('jp', 'charter', 'refuse', id, '--reason', 'no vendors here');
    await quiet();
    expect(await world.ask('cert', 'charter', 'show', id)).toMatchObject({
      inForce: null,
      charters: [{ version: 1, refused: [{ name: 'JP', reason: 'no vendors here' }] }],
    });
    await world.ask('cert', 'charter', 'propose', id);
    await quiet();
    expect(await world.ask('cert', 'charter', 'show', id)).toMatchObject({
      charters: [{ version: 1 }, { version: 2, quorum: 1, missing: [] }],
    });
  });

  test('R5: a centre that is alone on the roster asks itself, and moves its instant', async () => {
    await world.ask('cert', 'settlement', 'auto', id, 'on');
    const settled = async () =>
      await world.ask<{ epoch: number; at: string }>('cert', 'settlement', 'show', id);
    const before = await settled();
    expect(before.epoch).toBe(0);
    const notBefore = new Date(Date.parse(before.at) + 5 * 86_400_000).toISOString();
    await world.ask('cert', 'schedule', 'constrain', id, '--not-before', notBefore);
    await world.ask('cert', 'settlement', 'request', id, '--why', 'fixes are late');
    await quiet();
    const after = await settled();
    expect(after.epoch).toBe(1);
    expect(Date.parse(after.at)).toBeGreaterThanOrEqual(Date.parse(notBefore));
  });

  test('approvals, rejections and the policy are on record', async () => {
    const at = '2027-06-01T12:00:00Z';
    await world.ask('cert', 'settlement', 'auto', id, 'off');
    await world.ask('cert', 'settlement', 'approve', id, '--at', at);
    await world.ask('cert', 'settlement', 'reject', id, '--at', at);
    expect(await world.ask('cert', 'settlement', 'show', id)).toMatchObject({
      own: { autoAccept: false, approved: [{ at }], rejected: [{ at }] },
    });
    expect(await world.refusal('cert', 'settlement', 'auto', id, 'perhaps')).toMatchObject({
      code: 'COMMAND_MALFORMED',
    });
  });

  test('P4: a breach that the operator confirms is published at once', async () => {
    await world.ask('cert', 'breach', 'report', id, '--evidence', 'a blog has it');
    await world.ask('cert', 'breach', 'confirm', id);
    const { cases } = await eventually(
      'the case is published',
      () =>
        world.ask<{ cases: { publishedAt: string | null; rule: string }[] }>('cert', 'publish', 'status', id),
      ({ cases: found }) => found[0]?.publishedAt !== null,
    );
    expect(cases).toMatchObject([{ rule: 'P4' }]);
  });

  test('a case is merged and closed; after that it takes no more orders', async () => {
    await world.ask('cert', 'case', 'merge', id, '--into', PUBLIC_ID);
    await world.ask('cert', 'case', 'close', id, '--reason', 'merged');
    await quiet();
    expect(await world.ask('jp', 'case', 'show', id)).toMatchObject({ closed: 'merged' });
    expect(await world.refusal('cert', 'case', 'update', id, '--title', 'again')).toMatchObject({
      code: 'CASE_CLOSED',
    });
  });
});

describe('a peer that is removed', () => {
  test('its logs stay evidence: they verify by its card as before, receipts and all', async () => {
    const before = await world.ask<{ feeds: object[] }>('jp', 'log', 'verify', 'kaede');
    expect(before).toMatchObject({ faults: 0, feeds: [{ ok: true }, { ok: true }] });
    await world.ask('jp', 'peer', 'remove', 'kaede');
    expect(await world.ask('jp', 'log', 'verify', 'kaede')).toEqual(before);
    const { proof } = await world.ask<{ proof: string }>('jp', 'log', 'prove', 'kaede', '--sequence', '0');
    expect(proof).toContain('c2sp.org/tlog-proof@v1');
    // Nothing else knows it any more.
    expect(await world.refusal('jp', 'case', 'tell', PUBLIC_ID, '--to', 'kaede')).toMatchObject({
      code: 'PEER_UNKNOWN',
    });
    expect((await world.type('jp', 'log', 'verify')).exit).toBe(0);
  });
});
