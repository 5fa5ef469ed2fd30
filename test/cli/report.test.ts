/** A report by command lines, from a mail to a case of ours; who reported it shows nowhere but where it was asked for. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createMessage, encrypt, readKey } from 'openpgp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../node/cli/config.js';
import { openOwnKeys } from '../../node/cli/own.js';
import { OPENPGP } from '../../node/envelope/policy.js';
import { type CertificateKind, vendorCertificate } from '../support/certificates.js';
import { befriend, eventually, freePort, openWorld, type World } from './homes.js';

const PERSON = 'QUILLWIREPERSON';

interface Line {
  readonly report: string;
  readonly stage: string;
  readonly case: string | null;
}

let world: World;

beforeAll(async () => {
  world = await openWorld();
  const port = await freePort();
  const address = ['--listen', `127.0.0.1:${port}`, '--advertise', `localhost:${port}`];
  await world.init('centre', 'CENTRE', 'centre', ...address);
  await world.init('vendor', 'Vendor', 'vendor');
  await world.run('centre');
  await world.run('vendor');
  await befriend(world, 'centre', 'vendor');
  await befriend(world, 'vendor', 'centre');
}, 60_000);

afterAll(() => world.close());

async function imported(subject: string, words: string): Promise<string> {
  const file = join(world.folder, 'report.eml');
  const head = `From: "${PERSON}" <finder@person.example>\r\nSubject: ${subject}\r\n\r\n`;
  await writeFile(file, `${head}${words}`);
  return (await world.ask<Line>('centre', 'report', 'import', file)).report;
}

describe('a report', () => {
  let report: string;

  test('comes as a mail and waits in the inbox until it is assessed, answered and routed', async () => {
    report = await imported('Overlong names', 'Names of 4,096 letters stop libquill.');
    expect(await world.ask('centre', 'inbox')).toMatchObject({ reports: [{ report, stage: 'received' }] });
    expect((await world.type('centre', 'status')).out).toMatch(/^inbox +1 to answer/m);
    expect(await world.refusal('centre', 'report', 'route', report, '--title', 'T')).toMatchObject({
      code: 'REPORT_NOT_VALID',
    });
    await world.ask('centre', 'report', 'letter', report, 'acknowledgement', '--text', 'Thank you.');
    await world.ask('centre', 'report', 'assess', report, 'vulnerability');
    await world.ask('centre', 'report', 'severity', report, 'finder', '--text', 'Critical.');
    await world.ask(
      'centre',
      'report',
      'severity',
      report,
      'vendor',
      '--vector',
      'CVSS:3.1/AV:L',
      '--name',
      'V',
    );
    const line = await world.ask<Line>(
      'centre',
      'report',
      'route',
      report.slice(0, 8),
      '--title',
      'A flaw in a parser',
    );
    expect(line).toMatchObject({ stage: 'accepted', opened: true });
    expect(await world.ask('centre', 'case', 'show', String(line.case))).toMatchObject({
      title: 'A flaw in a parser',
      summary: '',
      details: { text: 'Names of 4,096 letters stop libquill.', onward: 'ask' },
    });
    expect(await world.ask('centre', 'inbox')).toMatchObject({ reports: [] });
  });

  test('of the same thing is offered as a duplicate and joins the case', async () => {
    const again = await imported('Overlong names', 'Names of 4,096 letters stop libquill again.');
    expect(await world.ask('centre', 'report', 'alike', again)).toMatchObject({
      alike: [{ kind: 'report', id: report, why: 'words' }],
    });
    await world.ask('centre', 'report', 'assess', again, 'vulnerability');
    const before = await world.ask<Line>('centre', 'report', 'show', report);
    expect(await world.ask('centre', 'report', 'route', again, '--duplicate-of', report)).toMatchObject({
      case: before.case,
      duplicateOf: report,
    });
    // Its reporter was told nothing yet, so it waits on, and the list says for what.
    const { out } = await world.type('centre', 'report', 'list');
    expect(out).toMatch(new RegExp(`${again.slice(0, 8)} .*accepted +NO .*report letter`));
  });

  test('its assessment names the products concerned, and the case that it becomes has them', async () => {
    const form = ['report', 'new', '--title', 'Frames of 9,000 octets', '--product', 'our switch'];
    const { report: named } = await world.ask<Line>('centre', ...form);
    const products = ['--product', 'Nordwind Switch 8', 'Nordwind Switch 16'];
    await world.ask('centre', 'report', 'assess', named, 'question', ...products);
    // Said once: a later word about something else does not take it back.
    await world.ask('centre', 'report', 'assess', named, 'vulnerability', '--remark', 'Seen.');
    expect(await world.ask('centre', 'report', 'show', named)).toMatchObject({
      product: 'our switch',
      assessment: { verdict: 'vulnerability', products: ['Nordwind Switch 8', 'Nordwind Switch 16'] },
    });
    expect((await world.type('centre', 'report', 'show', named)).out).toMatch(
      /^concerns +Nordwind Switch 8, Nordwind Switch 16$/m,
    );
    const title = ['--title', 'A flaw in switches'];
    const { case: held } = await world.ask<Line>('centre', 'report', 'route', named, ...title);
    expect(await world.ask('centre', 'case', 'show', String(held))).toMatchObject({
      products: ['Nordwind Switch 8', 'Nordwind Switch 16'],
    });

    // Another one of the same thing: the case stays as its readers know it, and what it does not name is said.
    const { report: other } = await world.ask<Line>('centre', ...form);
    const more = ['--product', 'NORDWIND switch 8', 'Nordwind Switch 24'];
    await world.ask('centre', 'report', 'assess', other, 'vulnerability', ...more);
    const { out } = await world.type('centre', 'report', 'route', other, '--into', String(held));
    expect(out).toContain(
      `the case does not name Nordwind Switch 24; "case update ${String(held).slice(0, 8)} --product …" names all of its products`,
    );
    expect(await world.ask('centre', 'report', 'show', other)).toMatchObject({
      lacking: ['Nordwind Switch 24'],
    });
    expect(await world.ask('centre', 'case', 'show', String(held))).toMatchObject({
      products: ['Nordwind Switch 8', 'Nordwind Switch 16'],
    });
  });

  test('REPORTER_NAMED: a product of the assessment names nobody either', async () => {
    const mine = await imported('A flaw', 'It stops.');
    await world.ask('centre', 'report', 'assess', mine, 'vulnerability', '--product', `${PERSON} Server`);
    expect(await world.refusal('centre', 'report', 'route', mine, '--title', 'A flaw')).toMatchObject({
      code: 'REPORTER_NAMED',
      where: 'product',
    });
  });

  test('of malware is excluded with its reason', async () => {
    const worm = await imported('A worm', 'It spreads.');
    expect(await world.refusal('centre', 'report', 'assess', worm, 'excluded')).toMatchObject({
      where: 'because',
    });
    await world.ask('centre', 'report', 'assess', worm, 'excluded', '--because', 'malware');
    expect(await world.ask('centre', 'report', 'show', worm)).toMatchObject({
      stage: 'invalid',
      assessment: { verdict: 'excluded', because: 'malware', by: 'Officer of CENTRE' },
    });
  });

  test('of a web application opens a case of that kind', async () => {
    const form = [
      'report',
      'new',
      '--title',
      'Any visitor reads orders',
      '--product',
      'https://shop.example',
      '--web',
    ];
    const { report: web } = await world.ask<Line>('centre', ...form);
    await world.ask('centre', 'report', 'assess', web, 'vulnerability');
    const { case: held } = await world.ask<Line>('centre', 'report', 'route', web, '--title', 'A shop');
    expect(await world.ask('centre', 'case', 'show', String(held))).toMatchObject({
      kind: 'web_application',
    });
    expect((await world.type('centre', 'report', 'list')).out).toContain('case notify … --to OPERATOR');
  });

  test('CASE_WEB_APPLICATION: of a site its operator is told, whom an officer names, and no vendor by selection', async () => {
    const words = [
      'case',
      'open',
      '--title',
      'Vendor: any visitor reads orders',
      '--kind',
      'web_application',
    ];
    const { case: held } = await world.ask<{ case: string }>('centre', ...words);
    const all = await world.refusal('centre', 'case', 'notify', held, '--yes', '--follow', '0s');
    expect(all).toMatchObject({ code: 'CASE_WEB_APPLICATION', where: 'to' });
    expect(await world.ask('centre', 'case', 'select', held)).toMatchObject({
      vendors: [],
      hints: [{ vendor_key: 'Vendor' }],
    });
    const named = ['case', 'notify', held, '--to', 'Vendor', '--yes', '--follow', '0s'];
    expect(await world.ask('centre', ...named)).toMatchObject({ tell: [{ name: 'Vendor' }] });
  });

  test.each([
    [['report', 'show', 'no-such-report'], 'REPORT_UNKNOWN', 'report'],
    [
      ['report', 'new', '--title', 'T', '--received', '2030-01-01T00:00:00Z'],
      'COMMAND_MALFORMED',
      'receivedAt',
    ],
    [['report', 'import', '/no/such/file'], 'COMMAND_MALFORMED', 'file'],
  ])('%j is refused with %s', async (words, code, where) => {
    expect(await world.refusal('centre', ...words)).toMatchObject({ code, where });
  });
});

describe('a report whose words name the reporter', () => {
  const file = async (name: string, words: string): Promise<string> => {
    const path = join(world.folder, name);
    await writeFile(path, words);
    return path;
  };

  test('REPORTER_NAMED: by a signature, goes into no case unless an officer says so', async () => {
    const words = `The parser stops.\r\n\r\n-- \r\n${PERSON}, +44 20 7946 0958`;
    const signed = await imported('A parser stops', words);
    await world.ask('centre', 'report', 'assess', signed, 'vulnerability');
    const route = ['report', 'route', signed, '--title', 'A parser'];
    const refused = async (...more: readonly string[]) => world.refusal('centre', ...route, ...more);
    expect(await refused()).toMatchObject({ code: 'REPORTER_NAMED', where: 'details' });
    expect(await refused('--title', `Found by ${PERSON}`)).toMatchObject({ where: 'title' });
    const summary = await file('summary.txt', 'Ask finder@person.example.');
    expect(await refused('--summary-file', summary)).toMatchObject({ where: 'summary' });
    expect(await refused('--details-file', await file('d.txt', `By ${PERSON}.`))).toMatchObject({
      where: 'details',
    });
    // Refused before anything: it is no case yet.
    expect(await world.ask('centre', 'report', 'show', signed)).toMatchObject({ stage: 'valid', case: null });
    const details = await file('details.txt', 'The parser stops.');
    const { case: held } = await world.ask<Line>('centre', ...route, '--details-file', details);
    const { out } = await world.type('centre', '--json', 'case', 'show', String(held));
    expect(JSON.parse(out)).toMatchObject({ details: { text: 'The parser stops.' } });
    expect(out).not.toContain(PERSON);
  });

  test('--named: an officer may leave it in, where the reporter agreed', async () => {
    const signed = await imported('A writer stops', `Credit me: ${PERSON}`);
    await world.ask('centre', 'report', 'assess', signed, 'vulnerability');
    const { case: held } = await world.ask<Line>(
      'centre',
      ...['report', 'route', signed, '--title', 'A writer', '--named'],
    );
    expect(await world.ask('centre', 'case', 'show', String(held))).toMatchObject({
      details: { text: `Credit me: ${PERSON}` },
    });
  });

  test('by its subject, is listed without the name', async () => {
    await imported(`Overflow, found by ${PERSON}`, 'The reader stops.');
    for (const words of [['report', 'list'], ['inbox']])
      expect((await world.type('centre', ...words)).out).toContain('Overflow, found by …');
  });
});

describe('a report that came encrypted', () => {
  /** A mail to this node, by somebody with a mail program whom nobody knows. */
  async function sealedTo(certificate: string, inside: string): Promise<string> {
    const armoured = await encrypt({
      message: await createMessage({ text: inside.replaceAll('\n', '\r\n') }),
      encryptionKeys: await readKey({ armoredKey: certificate }),
      date: new Date('2027-03-01T09:00:00Z'),
      config: OPENPGP,
    });
    const path = join(world.folder, 'sealed.eml');
    const head = 'From: Ann <ann@person.example>\nTo: cert@centre.example\nSubject: ...\nMIME-Version: 1.0';
    const type = 'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary="b"';
    const parts = `--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--b\nContent-Type: application/octet-stream\n\n${armoured}\n--b--\n`;
    await writeFile(path, `${head}\n${type}\n\n${parts}`.replaceAll(/\r?\n/g, '\r\n'));
    return path;
  }

  async function certificateOf(home: string): Promise<string> {
    const config = await loadConfig(world.home(home));
    const keys = config.ok ? await openOwnKeys(config.value) : config;
    if (!keys.ok) throw new Error(keys.fault.code);
    return keys.value.certificate.armoured;
  }

  const INSIDE =
    'Subject: =?utf-8?B?44OR44O844K144O844Gu5qyg6Zml?=\nContent-Type: text/plain; charset=utf-8\n\nIt stops at 4,096 letters.\n';

  test('is opened by the node, with the subject that stands inside', async () => {
    const path = await sealedTo(await certificateOf('centre'), INSIDE);
    const { exit, out, err } = await world.type('centre', 'report', 'import', path);
    expect({ exit, err }).toEqual({ exit: 0, err: 'it came encrypted to us; signed by nobody whom we know' });
    const [, short = ''] = /report ([0-9a-f]{8})/.exec(out) ?? [];
    expect(await world.ask('centre', 'report', 'show', short)).toMatchObject({
      title: 'パーサーの欠陥',
      description: 'It stops at 4,096 letters.',
      source: 'mail',
      reporter: { known: true },
    });
  });

  test('plain words inside are words of the mail around them', async () => {
    const path = await sealedTo(await certificateOf('centre'), 'It stops.');
    const { report } = await world.ask<Line>('centre', 'report', 'import', path);
    expect(await world.ask('centre', 'report', 'show', report)).toMatchObject({
      title: '...',
      description: 'It stops.',
    });
  });

  test('MAIL_UNDECRYPTABLE: to somebody else it is no report with an empty text', async () => {
    const path = await sealedTo(await certificateOf('vendor'), INSIDE);
    expect((await world.refusal('centre', 'report', 'import', path)).code).toBe('MAIL_UNDECRYPTABLE');
  });
});

describe('a letter that is sent', () => {
  test.each([
    [
      'MAIL_ABSENT: no mail server is configured',
      ['--contact', 'f@person.example'],
      ['--in-clear'],
      'MAIL_ABSENT',
    ],
    ['REPORTER_KEY: nothing goes in clear by itself', ['--contact', 'f@person.example'], [], 'REPORTER_KEY'],
    [
      'REPORTER_CONTACT: a telephone is no address',
      ['--contact', '+81 3 1234'],
      ['--in-clear'],
      'REPORTER_CONTACT',
    ],
    ['REPORTER_ABSENT: nobody is known', [], ['--in-clear'], 'REPORTER_ABSENT'],
    [
      'COMMAND_MALFORMED: by telephone',
      ['--contact', 'f@p.example'],
      ['--by', 'telephone'],
      'COMMAND_MALFORMED',
    ],
  ])('%s', async (_, who, how, code) => {
    const { report } = await world.ask<Line>('centre', 'report', 'new', '--title', 'A flaw', ...who);
    const letter = ['report', 'letter', report, 'acknowledgement', '--text', 'Thank you.', '--send', ...how];
    expect((await world.refusal('centre', ...letter)).code).toBe(code);
    // What was not sent is not put down as sent.
    expect(await world.ask('centre', 'report', 'show', report)).toMatchObject({
      letters: [],
      acknowledged: false,
    });
  });

  test('a certificate is put beside name and contact, and one that nothing can be sent to is refused', async () => {
    const who = ['--reporter', 'Ann', '--contact', 'ann@person.example'];
    const { report } = await world.ask<Line>('centre', 'report', 'new', '--title', 'A flaw', ...who);
    const file = async (kind: CertificateKind) => {
      const path = join(world.folder, `${kind}.asc`);
      await writeFile(path, await vendorCertificate(kind, Date.parse('2027-03-01T00:00:00Z')));
      return path;
    };
    const put = async (kind: CertificateKind) => [
      'report',
      'reporter',
      report,
      '--certificate',
      await file(kind),
    ];
    expect((await world.refusal('centre', ...(await put('expired')))).code).toBe('KEY_EXPIRED');
    await world.ask('centre', ...(await put('good')));
    expect(await world.ask('centre', 'report', 'reporter', report)).toMatchObject({
      name: 'Ann',
      contact: 'ann@person.example',
      certificate: expect.stringContaining('BEGIN PGP PUBLIC KEY'),
    });
    const letter = ['report', 'letter', report, 'acknowledgement', '--text', 'Thank you.', '--send'];
    expect((await world.refusal('centre', ...letter)).code).toBe('MAIL_ABSENT');
  });
});

describe('who reported it', () => {
  test('is shown by one command, and goes to a peer by recorded consent only', async () => {
    const { reports } = await world.ask<{ reports: readonly Line[] }>('centre', 'report', 'list');
    const report = String(reports.find(({ stage }) => stage === 'accepted')?.report);
    const { case: held } = await world.ask<Line>('centre', 'report', 'show', report);
    expect(await world.ask('centre', 'report', 'reporter', report)).toMatchObject({ name: PERSON });
    const share = ['report', 'share', report, '--to', 'Vendor'];
    expect(await world.refusal('centre', ...share)).toMatchObject({ code: 'REPORTER_CONSENT' });
    await world.ask('centre', 'case', 'notify', String(held), '--yes', '--follow', '0s');
    await world.ask(
      'centre',
      'report',
      'consent',
      report,
      'contact',
      '--words',
      'You may give them my name.',
    );
    await world.ask('centre', ...share);
    await eventually(
      'the vendor has it',
      () => world.type('vendor', 'case', 'show', String(held)),
      ({ out }) => out.includes(PERSON),
    );
  });

  test('stands in no list, no head of a report, no status and no line of the journal', async () => {
    for (const words of [['report', 'list'], ['status'], ['inbox'], ['log', 'tail']])
      expect((await world.type('centre', '--json', ...words)).out).not.toContain(PERSON);
    const { reports } = await world.ask<{ reports: readonly Line[] }>('centre', 'report', 'list');
    for (const { report } of reports) {
      // The words are shown as they came; everything beside them is ours.
      const { description: _, ...head } = await world.ask<Record<string, unknown>>(
        'centre',
        'report',
        'show',
        report,
      );
      expect(JSON.stringify(head)).not.toContain(PERSON);
    }
    expect(world.journal.join('\n')).not.toContain(PERSON);
  });
});
