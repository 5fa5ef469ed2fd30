/** A vendor's side by command lines: it begins with its centre, speaks product by product, and works offline. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ComposedNode } from '../../node/cli/compose.js';
import { readFirstCentre } from '../../node/cli/first-centre.js';
import type { Json } from '../../node/core/canonical.js';
import { LIMITS } from '../../node/core/limits.js';
import { type Instant, readInstant } from '../../node/core/time.js';
import { befriend, eventually, freePort, openWorld, type World } from './homes.js';

interface Report {
  readonly name: string;
  readonly [member: string]: Json;
}

let world: World;
let centre: string;
let jp: ComposedNode;

beforeAll(async () => {
  world = await openWorld();
  for (const [home, name] of [
    ['jp', 'JPCERT/CC'],
    ['uk', 'NISCC'],
  ] as const) {
    const port = await freePort();
    const address = ['--listen', `127.0.0.1:${port}`, '--advertise', `localhost:${port}`];
    await world.init(home, name, 'centre', ...address);
    const node = await world.run(home);
    if (home === 'jp') jp = node;
  }
  ({ node: centre } = await world.ask<{ node: string }>('jp', 'card', 'show'));
}, 60_000);

afterAll(() => world.close());

const card = (home: string) => join(world.folder, `${home}.card.asc`);

describe('init --centre', () => {
  test.each([
    [
      'a fingerprint that was read out wrong',
      ['--centre', 'jp', '--centre-fingerprint', '1234'],
      'FINGERPRINT_MISMATCH',
    ],
    ['a fingerprint without a card', ['--centre-fingerprint', '1234'], 'COMMAND_MALFORMED'],
    ['a file that is no card', ['--centre', 'none'], 'CARD_MALFORMED'],
  ] as const)('%s leaves no home behind', async (_, typed, code) => {
    await writeFile(join(world.folder, 'none.card.asc'), 'no card');
    const words = typed.map((word) => (['jp', 'none'].includes(word) ? card(word) : word));
    const made = world.refusal(
      'wrong',
      ...['--officer', 'O', 'init', '--name', 'W', '--role', 'vendor', '--zone', 'Asia/Tokyo', '--drill'],
      ...['--drill-start', '2027-03-01T09:00:00Z', ...words],
    );
    expect(await made).toMatchObject({ code });
    expect((await world.type('wrong', 'card', 'show')).exit).not.toBe(0);
  });

  test('what is missing is said: an officer, a file that can be read, a centre', async () => {
    const init = ['init', '--name', 'W', '--role', 'vendor', '--zone', 'Asia/Tokyo', '--drill'];
    const typed = (...words: readonly string[]) => world.type('wrong', ...words);
    expect((await typed(...init, '--centre', card('jp'))).err).toMatch(/expected: --officer NAME/);
    const asOfficer = ['--officer', 'O', ...init];
    expect((await typed(...asOfficer, '--centre', join(world.folder, 'nowhere'))).err).toMatch(
      /expected: .*a file that can be read with the card of a centre/,
    );
    expect((await typed('init', '--help')).out).toMatch(/--centre <card> .*needs\s+--officer/s);
  });

  test('PEER_UNVERIFIED: a vendor that has compared no fingerprint is told so when it applies', async () => {
    await world.init('ume', 'Ume', 'vendor', '--centre', card('jp'));
    await world.run('ume');
    expect(await world.refusal('ume', 'vendor', 'register')).toMatchObject({
      code: 'PEER_UNVERIFIED',
      where: centre,
    });
    await world.init('sumire', 'Sumire', 'vendor');
    await world.run('sumire');
    expect(await world.refusal('sumire', 'vendor', 'register')).toMatchObject({
      code: 'PEER_UNKNOWN',
      where: 'centre',
    });
  });

  test('PEER_MODE: a vendor of the real world does not begin with a centre of an exercise', async () => {
    const now = readInstant('2027-03-02T00:00:00Z') as Instant;
    expect(await readFirstCentre(await readFile(card('jp'), 'utf8'), undefined, 'production', now)).toEqual({
      ok: false,
      fault: { code: 'PEER_MODE', where: centre },
    });
  });

  test('the card is on file at once, unverified until the fingerprint was compared', async () => {
    await world.init('kaede', 'Kaede', 'vendor', '--centre', card('jp'));
    expect(await world.ask('kaede', 'peer', 'list')).toMatchObject({
      peers: [{ name: 'JPCERT/CC', standing: 'unverified' }],
    });
  });

  test('with the fingerprint it is verified, and the first start dials it', async () => {
    await world.init('momiji', 'Momiji', 'vendor', '--centre', card('jp'), '--centre-fingerprint', centre);
    expect(await world.ask('momiji', 'peer', 'list')).toMatchObject({ peers: [{ standing: 'verified' }] });
    await befriend(world, 'jp', 'momiji');
    await world.run('momiji');
    await eventually(
      'Momiji is linked to its centre',
      () => world.ask<{ peers: readonly { readonly link: unknown }[] }>('momiji', 'peer', 'list'),
      ({ peers }) => peers.every(({ link }) => link !== null),
    );
  });
});

describe('what a vendor says', () => {
  let held: string;

  async function reported(home: string): Promise<Report | undefined> {
    const { vendors } = await world.ask<{ vendors: readonly Report[] }>(home, 'vendor', 'list', held);
    return vendors.find(({ name }) => name === 'Momiji');
  }

  beforeAll(async () => {
    ({ case: held } = await world.ask<{ case: string }>('jp', 'case', 'open', '--title', 'A flaw'));
    await world.ask('jp', 'case', 'notify', held, '--yes', '--follow', '0s');
    await eventually(
      'the vendor has heard of it',
      () => world.type('momiji', 'case', 'show', held),
      ({ exit }) => exit === 0,
    );
  });

  /** A case of its own, which the vendor has heard of. */
  async function toldOf(title: string, ...more: readonly string[]): Promise<string> {
    const { case: id } = await world.ask<{ case: string }>('jp', 'case', 'open', '--title', title, ...more);
    await world.ask('jp', 'case', 'notify', id, '--to', 'Momiji', '--yes', '--follow', '0s');
    await eventually(
      'the vendor has heard of it',
      () => world.type('momiji', 'case', 'show', id),
      ({ exit }) => exit === 0,
    );
    return id;
  }

  test('the inbox says what it owes until it has said where it stands: details, or its status', async () => {
    const details = join(world.folder, 'details.txt');
    await writeFile(details, 'The details.');
    const own = await toldOf('A flaw with details', '--details-file', details);
    const owes = async () => {
      const { waiting } = await world.ask<{
        waiting: readonly { readonly case: string; readonly kind: string; readonly answer: string }[];
      }>('momiji', 'inbox');
      return waiting.filter((one) => one.case === own);
    };
    const id = own.slice(0, 8);
    expect(await owes()).toMatchObject([{ kind: 'summary', answer: `case acknowledge ${id}` }]);
    expect((await world.type('momiji', 'case', 'acknowledge', own)).out).toMatch(
      new RegExp(`^case ${own} is acknowledged\n(receipted by|under way to) JPCERT/CC`),
    );
    expect(await owes()).toMatchObject([
      { kind: 'status', answer: `detail request ${id} --why …; vendor status ${id} …` },
    ]);
    await world.ask('momiji', 'detail', 'request', own, '--why', 'To look into it.');
    // While it waits, nothing waits for it.
    expect(await owes()).toEqual([]);
    await eventually(
      'the centre is asked',
      () => world.ask<{ requests: readonly unknown[] }>('jp', 'detail', 'list', own),
      ({ requests }) => requests.length === 1,
    );
    await world.ask('jp', 'charter', 'propose', own);
    await world.ask('jp', 'detail', 'grant', own, 'Momiji');
    expect(await eventually('the details came', owes, (waiting) => waiting.length > 0)).toMatchObject([
      { kind: 'details', answer: `case show ${id}; vendor status ${id} …` },
    ]);
    await world.ask('momiji', 'vendor', 'status', own, 'under_investigation');
    expect(await owes()).toEqual([]);
  });

  test('the centre reads all of it in text, and its inbox says that it came', async () => {
    const own = await toldOf('To be read');
    const id = own.slice(0, 8);
    const report = ['not_affected', '--justification', 'component_not_present', '--product', 'Router 1'];
    const words = ['--impact', 'Remote restart.', '--plan', 'A fix in June.', '--statement', 'Update.'];
    const verdict = ['--verdict', 'Router 2=fixed'];
    await world.ask('momiji', 'vendor', 'status', own, ...report, ...words, ...verdict);
    const remedy = ['--text', 'Take version 3.\nOr close port 9.', '--url', 'https://momiji.example/3'];
    expect((await world.type('momiji', 'vendor', 'remedy', own, ...remedy)).out).toMatch(
      /^your remedy is on record\n(receipted by|under way to) JPCERT\/CC/,
    );
    await world.ask('momiji', 'schedule', 'prefer', own, '--ready', '2027-04-01T00:00:00Z');
    const { out: inbox } = await eventually(
      'the wish, which was said last, has come',
      () => world.type('jp', 'inbox'),
      ({ out }) => out.includes('preference'),
    );
    const rest = (verb: string) => `Momiji +${id} To be read +isochron ${verb} ${id}`;
    expect(inbox).toMatch(new RegExp(`status not_affected +${rest('vendor list')}`));
    expect(inbox).toMatch(new RegExp(`remedy +${rest('vendor list')}`));
    expect(inbox).toMatch(new RegExp(`preference +${rest('schedule show')}`));
    for (const looked of [
      ['vendor', 'list', own],
      ['case', 'show', own],
    ]) {
      const { out } = await world.type('jp', ...looked);
      for (const line of [
        'Momiji: because component_not_present',
        'Momiji: products: Router 1',
        'Momiji: Router 2: fixed',
        'Momiji: impact: Remote restart.',
        'Momiji: plan: A fix in June.',
        'Momiji: statement: Update.',
        '  Take version 3.',
        '  Or close port 9.',
        '  https://momiji.example/3',
      ])
        expect(out).toContain(line);
    }
    // A vendor knows what it said.
    const { news } = await world.ask<{ news: readonly { readonly case: string }[] }>('momiji', 'inbox');
    expect(news.filter((one) => one.case === own)).toEqual([]);
  });

  test('a report says per product where it stands and why; the centre holds the same', async () => {
    const verdicts = ['--verdict', 'Router 2=fixed', 'Switch=not_affected:component_not_present'];
    await world.ask(
      'momiji',
      ...[
        'vendor',
        'status',
        held,
        'affected',
        '--product',
        'Router 1',
        '--statement',
        'Update.',
        ...verdicts,
      ],
    );
    const wanted = {
      status: 'affected',
      products: ['Router 1'],
      verdicts: [
        { product: 'Router 2', state: 'fixed', justification: null },
        { product: 'Switch', state: 'not_affected', justification: 'component_not_present' },
      ],
    };
    expect(await reported('momiji')).toMatchObject(wanted);
    await eventually(
      'the centre has it',
      () => reported('jp'),
      (report) => report !== undefined,
    );
    expect(await reported('jp')).toMatchObject(wanted);
  });

  test('impact and plan change nothing else of the report, and a newer verdict on a product holds', async () => {
    await world.ask('momiji', 'vendor', 'impact', held, 'Remote restart.');
    await world.ask(
      'momiji',
      'vendor',
      'plan',
      held,
      'A fix in June.',
      '--ready',
      '2027-06-01T00:00:00Z',
      '--fix',
      'ready',
    );
    await world.ask(
      'momiji',
      'vendor',
      'status',
      held,
      'affected',
      '--verdict',
      'Switch=under_investigation',
    );
    expect(await reported('momiji')).toMatchObject({
      status: 'affected',
      statement: 'Update.',
      impact: 'Remote restart.',
      plan: 'A fix in June.',
      readyAt: '2027-06-01T00:00:00Z',
      fixProgress: 'ready',
      verdicts: [
        { product: 'Router 2' },
        { product: 'Switch', state: 'under_investigation', justification: null },
      ],
    });
  });

  test('a product that was never named before is taken, and shown to the centre as such', async () => {
    const words = ['case', 'open', '--title', 'A flaw in routers', '--product', 'Router'];
    const { case: named } = await world.ask<{ case: string }>('jp', ...words);
    await world.ask('jp', 'case', 'notify', named, '--yes', '--follow', '0s');
    await eventually(
      'the vendor has heard of it',
      () => world.type('momiji', 'case', 'show', named),
      ({ exit }) => exit === 0,
    );
    expect((await world.type('momiji', 'case', 'show', named)).out).toContain('\nproducts:\n  Router');
    const verdicts = ['--product', 'Router 1', '--verdict', 'Toaster=fixed'];
    await world.ask('momiji', 'vendor', 'status', named, 'affected', ...verdicts);
    const { out } = await eventually(
      'the centre has it',
      () => world.type('jp', 'vendor', 'list', named),
      (listed) => listed.out.includes('Momiji'),
    );
    expect(out).toContain('Momiji: named by nobody before: Toaster');
    expect(await world.ask('jp', 'vendor', 'list', named)).toMatchObject({
      vendors: [{ unnamed: ['Toaster'] }],
    });
  });

  test.each([
    ['a statement', ['vendor', 'status', 'CASE', 'affected', '--statement'], 'statement'],
    ['a remedy', ['vendor', 'remedy', 'CASE', '--text'], 'remedy'],
    ['an impact', ['vendor', 'impact', 'CASE'], 'impact'],
  ])('LIMIT_EXCEEDED: %s of ten megabytes goes nowhere, and the node goes on', async (_, words, where) => {
    const typed = words.map((word) => (word === 'CASE' ? held : word));
    const refused = await world.refusal('momiji', ...typed, 'x'.repeat(10 << 20));
    // Refused at the socket, before anything of it is read.
    expect(refused).toMatchObject({ code: 'LIMIT_EXCEEDED', where: 'arguments' });
    const mild = await world.refusal('momiji', ...typed, 'x'.repeat(LIMITS.textCharacters.most + 1));
    expect(mild).toMatchObject({ code: 'LIMIT_EXCEEDED', where, most: LIMITS.textCharacters.most });
    expect((await world.type('momiji', 'status')).exit).not.toBe(70);
  });

  test('schedule show: no instant was told yet; a wish waits at the centre, and cannot be judged', async () => {
    const show = async () => (await world.type('momiji', 'schedule', 'show', held)).out.split('\n');
    expect(await show()).toEqual([
      'JPCERT/CC has told no instant yet',
      'no wish of yours is on file; "schedule prefer" tells your centre one',
    ]);
    const folder = join(world.folder, 'untold');
    expect(await world.refusal('momiji', 'settlement', 'calendar', held, '-o', folder)).toMatchObject({
      code: 'SCHEDULE_UNTOLD',
      exit: 1,
    });
    await world.ask('momiji', 'schedule', 'prefer', held, '--ready', '2027-04-01T00:00:00Z');
    const [first, second = ''] = await show();
    expect(first).toBe('JPCERT/CC has told no instant yet');
    expect(second).toMatch(/^your wish of .* is with your centre$/);
    // What the centres sign and publish is not said to be absent.
    expect((await world.type('momiji', 'charter', 'show', held)).out).toMatch(
      /^the centres sign the charter/,
    );
    expect((await world.type('momiji', 'publish', 'status', held)).out).toMatch(
      /instant –\n {2}the centres publish; this node releases nothing$/,
    );
    expect((await world.type('momiji', 'status')).out).toMatch(/^clock +.*in the last 24 hours$/m);
    expect(await world.refusal('momiji', 'schedule', 'problem', held)).toMatchObject({
      code: 'CHARTER_ABSENT',
    });
  });

  test.each([
    [[], 'readyAt', /--ready, --cycle, --notice or --blackout/],
    [['--cycle', 'nobody'], 'cycle', /"cycle list"/],
    [['--on-patch-day', '--ready', '2027-04-01T00:00:00Z'], 'onPatchDay', /--cycle/],
    [['--blackout', '2027-05-02T00:00:00Z..2027-05-01T00:00:00Z'], 'blackouts/0', /FROM\.\.UNTIL/],
  ])('schedule prefer %j is refused with what would do', async (words, where, hint) => {
    const typed = ['schedule', 'prefer', held, ...words];
    expect(await world.refusal('momiji', ...typed)).toMatchObject({ code: 'COMMAND_MALFORMED', where });
    expect((await world.type('momiji', ...typed)).err).toMatch(hint);
  });

  test('what a vendor asks is answered by the command that the inbox of the centre shows', async () => {
    await world.ask('momiji', 'inquiry', 'send', held, '--to', 'JPCERT/CC', '--text', 'Since when?');
    const { waiting } = await eventually(
      'the question has come',
      () =>
        world.ask<{ waiting: readonly { readonly kind: string; readonly answer: string }[] }>('jp', 'inbox'),
      (inbox) => inbox.waiting.some(({ kind }) => kind === 'inquiry'),
    );
    const id = held.slice(0, 8);
    expect(waiting.find(({ kind }) => kind === 'inquiry')?.answer).toBe(
      `case show ${id}; inquiry send ${id} --to Momiji --comment --text …`,
    );
  });

  test('an update of the summary and an instant are news to a vendor, with where to look', async () => {
    const own = await toldOf('To be updated');
    const id = own.slice(0, 8);
    const news = async () => {
      const inbox = await world.ask<{
        news: readonly { readonly case: string; readonly kind: string; readonly see: string }[];
      }>('momiji', 'inbox');
      return inbox.news.filter((one) => one.case === own);
    };
    // That it was told the first time waits for an answer, and is no news beside it.
    expect(await news()).toEqual([]);
    await world.ask('jp', 'drill', 'jump', '--to', '2027-03-01T12:00:00Z');
    await world.ask('momiji', 'drill', 'jump', '--to', '2027-03-01T12:00:00Z');
    await world.ask('jp', 'case', 'update', own, '--title', 'Was updated');
    await world.ask('jp', 'charter', 'propose', own);
    const came = await eventually('both have come', news, (all) => all.length === 2);
    expect(came.toSorted((left, right) => (left.kind < right.kind ? -1 : 1))).toMatchObject([
      { kind: 'instant', from: { name: 'JPCERT/CC' }, see: `schedule show ${id}` },
      { kind: 'summary', from: { name: 'JPCERT/CC' }, says: 'updated', see: `case show ${id}` },
    ]);
    expect((await world.type('momiji', 'inbox')).out).toMatch(/instant 2027-\d\d-\d\dT.* +JPCERT\/CC/);
  });

  test('a justification goes with a status of not affected, and falls with it', async () => {
    const say = (...words: readonly string[]) => world.ask('momiji', 'vendor', 'status', held, ...words);
    await say('not_affected', '--justification', 'vulnerable_code_not_present');
    expect(await reported('momiji')).toMatchObject({ justification: 'vulnerable_code_not_present' });
    await say('affected');
    expect(await reported('momiji')).toMatchObject({ justification: null });
  });

  test.each([
    [['affected', '--justification', 'component_not_present'], 'justification'],
    [['affected', '--verdict', 'X=fixed:component_not_present'], 'verdicts/0/justification'],
    [['affected', '--verdict', 'X=broken'], 'verdicts/0/state'],
    [['affected', '--verdict', 'X'], 'verdicts/0/product'],
    [['affected', '--verdict', 'X=fixed', 'X=affected'], 'verdicts/1/product'],
    [['not_affected', '--justification', 'because'], 'justification'],
  ])('COMMAND_MALFORMED: %j names %s', async (words, where) => {
    expect(await world.refusal('momiji', 'vendor', 'status', held, ...words)).toMatchObject({
      code: 'COMMAND_MALFORMED',
      where,
    });
  });
});

describe('a vendor of two centres', () => {
  test('keeps them apart: each learns its own case and no word of the other', async () => {
    await befriend(world, 'momiji', 'uk');
    await befriend(world, 'uk', 'momiji');
    const { case: ours } = await world.ask<{ case: string }>('jp', 'case', 'open', '--title', 'Ours');
    const { case: theirs } = await world.ask<{ case: string }>('uk', 'case', 'open', '--title', 'Theirs');
    for (const [home, held] of [
      ['jp', ours],
      ['uk', theirs],
    ] as const) {
      await world.ask(home, 'case', 'notify', held, '--to', 'Momiji', '--yes', '--follow', '0s');
      await eventually(
        'the vendor has heard of it',
        () => world.type('momiji', 'case', 'show', held),
        ({ exit }) => exit === 0,
      );
      await world.ask('momiji', 'vendor', 'status', held, 'not_affected');
      await eventually(
        'the centre has the report',
        () => world.ask<{ vendors: readonly Report[] }>(home, 'vendor', 'list', held),
        ({ vendors }) => vendors.length === 1,
      );
    }
    expect((await world.type('jp', 'case', 'show', theirs)).exit).toBe(1);
    expect((await world.type('uk', 'case', 'show', ours)).exit).toBe(1);
    const words = await world.ask<{ peers: readonly unknown[] }>('uk', 'peer', 'list');
    expect(JSON.stringify(words)).not.toContain('JPCERT');
  });
});

describe('offline', () => {
  test('what was entered while the centre was away is said to be on disk, and reaches it later', async () => {
    await world.init('sakura', 'Sakura', 'vendor', '--centre', card('jp'), '--centre-fingerprint', centre);
    await befriend(world, 'jp', 'sakura');
    const node = await world.run('sakura');
    const { case: held } = await world.ask<{ case: string }>('jp', 'case', 'open', '--title', 'Away');
    await world.ask('jp', 'case', 'notify', held, '--to', 'Sakura', '--yes', '--follow', '0s');
    await eventually(
      'the vendor has heard of it',
      () => world.type('sakura', 'case', 'show', held),
      ({ exit }) => exit === 0,
    );
    await node.stop();
    // A resting node shows what it holds.
    expect(await world.ask('sakura', 'inbox')).toMatchObject({ waiting: [{ kind: 'summary' }] });
    await jp.stop();
    await world.run('sakura');
    const { exit, out } = await world.type('sakura', 'vendor', 'status', held, 'under_investigation');
    const away = 'on record for JPCERT/CC; nothing has left, it goes when that node can be reached';
    const later = `see later: isochron case delivery ${held.slice(0, 8)}`;
    expect([exit, out]).toEqual([0, ['your status is on record', away, later].join('\n')]);
    const wish = ['schedule', 'prefer', held, '--ready', '2027-04-01T00:00:00Z'];
    expect((await world.type('sakura', ...wish)).out).toBe(
      ['your wish is on record', away, later].join('\n'),
    );
    // The same wish again is one word more, and as little has left.
    expect(await world.ask('sakura', ...wish)).toMatchObject({
      to: { name: 'JPCERT/CC', stage: 'waiting', linked: false },
    });
    expect((await world.type('sakura', 'case', 'delivery', held)).out).toMatch(
      /^not receipted yet:\n +JPCERT\/CC +vendor status +on record; it goes when that node can be reached/,
    );
    expect(await world.ask('jp', 'vendor', 'list', held)).toMatchObject({ vendors: [] });
    await world.run('jp');
    await eventually(
      'the centre has the report',
      () => world.ask<{ vendors: readonly Report[] }>('jp', 'vendor', 'list', held),
      ({ vendors }) => vendors.some(({ status }) => status === 'under_investigation'),
    );
    await eventually(
      'the vendor has the receipts',
      () => world.type('sakura', 'case', 'delivery', held),
      (delivery) => delivery.out === 'nothing waits to be receipted or sent',
    );
  });
});
