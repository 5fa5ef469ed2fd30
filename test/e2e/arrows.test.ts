/**
 * Every arrow between two centres, their vendors and a site, in real processes over gRPC, by command lines alone (DOMAIN
 * §3 to §5): registration in six steps, selection, notification, requests, grants and a denial, answers, who knew what
 * when, advance notice at its own offset, publication, and model 1 beside model 2. Everybody in here is invented.
 */
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../node/cli/config.js';
import { type Controller, openController } from '../../node/cli/demo/controller.js';
import { type Operator, operatorOf } from '../../node/cli/demo/operator.js';
import type { Json } from '../../node/core/canonical.js';
import {
  after,
  HOUR,
  type Instant,
  MINUTE,
  readInstant,
  SECOND,
  writeInstant,
} from '../../node/core/time.js';
import { befriend, DRILL_START, eventually, freePort, openWorld, type World } from '../cli/homes.js';
import { type Started, startProgram } from '../support/processes.js';

const DEADLINE_MS = 170_000;
/** Cert leads; jp has a general vendor, two of the individual class, and a power station. */
const CAST = [
  ['cert', 'CERT/CC', 'centre'],
  ['jp', 'JPCERT/CC', 'centre'],
  ['momiji', 'Momiji Router KK', 'vendor'],
  ['kaede', 'Kaede KK', 'vendor'],
  ['ume', 'Ume Software', 'vendor'],
  ['site', 'Kurobe Power', 'infrastructure_site'],
] as const;
const DETAILS = 'The second length octet is added before it is checked.';

let world: World;
let controller: Controller;
const started: Started[] = [];
const operators: Operator[] = [];
const nodes = new Map<string, string>();

beforeAll(async () => {
  world = await openWorld();
  for (const [home, name, role] of CAST) {
    const port = role === 'centre' ? await freePort() : 0;
    const address = port === 0 ? [] : ['--listen', `127.0.0.1:${port}`, '--advertise', `localhost:${port}`];
    await world.init(home, name, role, ...address);
    const { node } = await world.ask<{ node: string }>(home, 'card', 'show');
    nodes.set(home, node);
  }
  for (const [home] of CAST) started.push(await run(home));
  for (const other of ['cert', 'momiji', 'kaede', 'ume', 'site']) {
    await befriend(world, 'jp', other);
    await befriend(world, other, 'jp');
  }
  for (const [home, name, role] of CAST) operators.push(await operatorAt(home, name, role));
  controller = openController(operators, readInstant(DRILL_START) as Instant);
  await controller.passTo(after(readInstant(DRILL_START) as Instant, HOUR));
}, DEADLINE_MS);

afterAll(async () => {
  for (const operator of operators) operator.leave();
  for (const { child } of started) child.kill('SIGTERM');
  await Promise.all(started.map(({ ended }) => ended));
  await world.close();
}, DEADLINE_MS);

async function run(home: string): Promise<Started> {
  const process_ = startProgram(['--home', world.home(home), 'run'], { deadlineMs: 2 * DEADLINE_MS });
  await process_.says('"started"');
  await eventually(
    'the socket is open',
    () => world.type(home, 'drill', 'idle'),
    ({ exit }) => exit === 0,
  );
  return process_;
}

/** Only for the clock of the exercise; everything else is typed. */
async function operatorAt(home: string, name: string, role: string): Promise<Operator> {
  const config = await loadConfig(world.home(home));
  if (!config.ok) throw new Error(config.fault.code);
  const place = {
    ...{ key: home, name, home: world.home(home), socket: config.value.controlSocket, zone: 'UTC' },
    ...{ role: role === 'centre' ? ('centre' as const) : ('vendor' as const), officer: 'controller' },
    ...{ centre: 'jpcert' as const, fields: {} },
  };
  return operatorOf(place, nodes.get(home) ?? '');
}

/** One command line of an officer, and everything that follows from it. */
async function says<T = { readonly [member: string]: Json }>(
  home: string,
  ...words: readonly string[]
): Promise<T> {
  const answer = await world.ask<T>(home, ...words);
  await controller.settle();
  return answer;
}

interface Shown {
  readonly from: { readonly name: string };
  readonly model: number;
  readonly details: { readonly text: string; readonly from: { readonly name: string } } | null;
  readonly told: readonly { readonly name: string }[];
  readonly lists: readonly {
    readonly centre: object;
    readonly vendors: readonly { readonly name: string }[];
  }[];
  readonly advice: readonly { readonly agreement: string; readonly at: string; readonly saidAt: string }[];
  readonly settled: { readonly at: string } | null;
  readonly published: { readonly publishedAt: string; readonly rule: string } | null;
  readonly publications: readonly { readonly name: string }[];
}

const show = (home: string, held: string) => world.ask<Shown>(home, 'case', 'show', held);

async function file(name: string, text: string): Promise<string> {
  const path = join(world.folder, name);
  await writeFile(path, text);
  return path;
}

interface Registration {
  readonly id: string;
  readonly step: string;
  readonly met: { readonly terms: { readonly hash: string } } | null;
}

describe('registration (DOMAIN §4)', () => {
  const advance = ['vendor', 'registration', 'advance'];
  const stepAt = async (home: string, other: string) => {
    const { registrations } = await world.ask<{ registrations: readonly Registration[] }>(
      home,
      ...['vendor', 'registration', 'list'],
    );
    return registrations.find(({ id }) => id === nodes.get(other));
  };
  const both = async (home: string) => [(await stepAt('jp', home))?.step, (await stepAt(home, 'jp'))?.step];

  async function asFarAsAgreed(home: string, name: string, product: string): Promise<void> {
    const document = await file('register.pdf', 'a register of companies');
    const terms = await file('terms.pdf', 'terms of 2027');
    const person = `QA / quality_assurance / qa@${home}.example / +81 3 0000 0000`;
    await says(home, 'vendor', 'register', '--product', product, '--person', person);
    await says('jp', ...advance, name, '--document', 'register');
    await says(home, ...advance, 'JPCERT/CC', '--submit', `register=${document}`);
    const meeting = ['--met-at', '2027-03-01T09:30:00Z', '--present', 'QA', '--terms', `terms=${terms}`];
    await says('jp', ...advance, name, ...meeting);
    const hash = (await stepAt(home, 'jp'))?.met?.terms.hash ?? '';
    await says(home, ...advance, 'JPCERT/CC', '--agree', hash, '--who', 'Head of quality');
  }

  test(
    'six steps from both sides; none is skipped, and the check out of band least of all',
    async () => {
      expect(
        await world.refusal('jp', ...advance, 'Momiji Router KK', '--document', 'register'),
      ).toMatchObject({
        code: 'REGISTRATION_UNKNOWN',
      });
      await asFarAsAgreed('momiji', 'Momiji Router KK', 'RouterOS');
      expect(await both('momiji')).toEqual(['agreed', 'agreed']);
      expect(await world.refusal('jp', ...advance, 'Momiji Router KK')).toMatchObject({
        code: 'REGISTRATION_IDENTITY',
      });
      expect(await both('momiji')).toEqual(['agreed', 'agreed']);
      const call = ['--method', 'called the number in the register of companies'];
      await says('jp', ...advance, 'Momiji Router KK', ...call);
      expect(await both('momiji')).toEqual(['registered', 'registered']);
    },
    DEADLINE_MS,
  );

  test(
    'two more, which their centre puts into the individual class',
    async () => {
      for (const [home, name, product, key] of [
        ['kaede', 'Kaede KK', 'KaedeOS', 'kaede'],
        ['ume', 'Ume Software', 'UmeBase', 'ume software'],
      ] as const) {
        await asFarAsAgreed(home, name, product);
        await says('jp', ...advance, name, '--method', 'a visit');
        await says('jp', 'vendor', 'change', key, '--revision', '1', '--class', 'individual');
      }
      const { contacts } = await world.ask<{ contacts: readonly object[] }>('jp', 'vendor', 'book');
      expect(contacts).toMatchObject([
        { key: 'kaede', class: 'individual', registered: true },
        { key: 'momiji router', class: 'general', registered: true },
        { key: 'ume software', class: 'individual', registered: true },
      ]);
    },
    DEADLINE_MS,
  );
});

describe('model 2, with a site of critical infrastructure', () => {
  let held: string;
  let instant: Instant;

  test(
    'origin → national centre: summary, charter, and with the last signature the details',
    async () => {
      const details = await file('details.txt', DETAILS);
      const opening = ['--title', 'RouterOS and KaedeOS miscount a length', '--tlp', 'AMBER+STRICT'];
      ({ case: held } = await says<{ case: string }>(
        'cert',
        ...['case', 'open', ...opening, '--details-file', details, '--public-id', 'VU#900041'],
      ));
      await says('cert', 'case', 'tell', held, '--to', 'JPCERT/CC');
      expect(await show('jp', held)).toMatchObject({ from: { name: 'CERT/CC' }, details: null });
      await says('cert', 'charter', 'propose', held, '--member', 'JPCERT/CC:2');
      await says('jp', 'charter', 'sign', held);
      const { settled, details: given } = await show('jp', held);
      expect(given).toMatchObject({ text: DETAILS, from: { name: 'CERT/CC' } });
      instant = readInstant(settled?.at ?? '') as Instant;
      expect((await show('cert', held)).settled).toEqual(settled);
    },
    DEADLINE_MS,
  );

  test('advance notice is granted under an agreement, and only with the consent of the origin', async () => {
    const grant = ['case', 'advance', held, '--to', 'Kurobe Power', '--agreement', 'NDA of 2026, no. 7'];
    const words = [...grant, '--before', '48h', '--text', 'Close port 7 until Friday.'];
    expect(await world.refusal('jp', ...words)).toMatchObject({ code: 'TLP_FORBIDS' });
    expect(
      await world.refusal('jp', ...words.map((word) => (word === 'Kurobe Power' ? 'Kaede KK' : word))),
    ).toMatchObject({ code: 'ADVANCE_SITE' });
    // Not by the back door either.
    const tell = ['case', 'tell', held, '--to', 'Kurobe Power'];
    expect(await world.refusal('jp', ...tell)).toMatchObject({ code: 'ADVANCE_ONLY' });
    const notify = await world.type('jp', '--json', 'case', 'notify', held, '--to', 'Kurobe Power');
    expect(JSON.parse(notify.out)).toMatchObject({
      tell: [],
      cannot: [{ name: 'Kurobe Power', code: 'ADVANCE_ONLY' }],
    });
    await says('jp', ...words, '--consent', 'M. Reyes, by telephone');
    expect(await world.ask('site', 'case', 'list')).toEqual({ cases: [] });
  });

  test('selection: who makes it; one of the individual class is not told of what is not its own', async () => {
    const { vendors } = await world.ask<{ vendors: readonly { vendor_key: string }[] }>(
      'jp',
      ...['case', 'select', held],
    );
    expect(vendors.map(({ vendor_key }) => vendor_key).sort()).toEqual(['kaede', 'momiji router']);
    expect(await world.ask('jp', 'case', 'notify', held)).toMatchObject({
      confirmed: false,
      tell: [{ name: 'Momiji Router KK' }, { name: 'Kaede KK' }],
      left: [{ name: 'Ume Software', code: 'VENDOR_INDIVIDUAL' }],
    });
    expect((await show('jp', held)).told).toEqual([]);
    expect(await world.refusal('jp', 'case', 'tell', held, '--to', 'Ume Software')).toMatchObject({
      code: 'VENDOR_INDIVIDUAL',
    });
  });

  test(
    'national centre → vendors: summary; each acknowledges, and none hears of another',
    async () => {
      await says('jp', 'case', 'notify', held, '--yes', '--follow', '0s');
      for (const home of ['momiji', 'kaede']) {
        expect(await show(home, held)).toMatchObject({
          from: { name: 'JPCERT/CC' },
          model: 2,
          details: null,
          told: [],
        });
        await says(home, 'case', 'acknowledge', held);
      }
      const { deliveries } = await world.ask<{ deliveries: readonly object[] }>(
        'jp',
        'case',
        'delivery',
        held,
      );
      expect(deliveries).toMatchObject([{ stage: 'read' }, { stage: 'read' }]);
      expect(JSON.stringify(await show('kaede', held))).not.toContain('Momiji');
      expect(await world.ask('ume', 'case', 'list')).toEqual({ cases: [] });
    },
    DEADLINE_MS,
  );

  test(
    'vendor → national centre: detail request; a grant by recorded consent, and a denial',
    async () => {
      for (const home of ['momiji', 'kaede'])
        await says(home, 'detail', 'request', held, '--why', 'we parse it');
      const grant = ['detail', 'grant', held];
      for (const name of ['Momiji Router KK', 'Kaede KK'])
        expect(await world.refusal('jp', ...grant, name)).toMatchObject({ code: 'TLP_FORBIDS' });
      await says('jp', ...grant, 'Momiji Router KK', '--consent', 'M. Reyes, by telephone');
      // Consent is for one disclosure and no licence.
      expect(await world.refusal('jp', ...grant, 'Kaede KK')).toMatchObject({ code: 'TLP_FORBIDS' });
      await says('jp', 'detail', 'deny', held, 'Kaede KK', '--reason', 'tlp');
      expect((await show('momiji', held)).details).toMatchObject({
        text: DETAILS,
        from: { name: 'JPCERT/CC' },
      });
      expect((await show('kaede', held)).details).toBeNull();
      expect(await world.ask('kaede', 'detail', 'list', held)).toMatchObject({
        requests: [{ answer: { kind: 'denied' } }],
      });
    },
    DEADLINE_MS,
  );

  test('national centre → origin: the list of vendors that hold details', async () => {
    const { lists } = await show('cert', held);
    expect(lists).toMatchObject([{ centre: { name: 'JPCERT/CC' }, vendors: [{ name: 'Momiji Router KK' }] }]);
    expect(lists[0]?.vendors).toHaveLength(1);
  });

  test(
    'vendor → national centre → origin: status product by product, impact, plan and counter-measure',
    async () => {
      const verdicts = ['--verdict', 'RouterOS 2=fixed', 'RouterOS 1=not_affected:component_not_present'];
      await says('momiji', 'vendor', 'status', held, 'affected', '--product', 'RouterOS 3', ...verdicts);
      await says('momiji', 'vendor', 'impact', held, 'A remote party can stop it.');
      await says(
        'momiji',
        'vendor',
        'plan',
        held,
        'A fix in April.',
        '--ready',
        '2027-04-10T00:00:00Z',
        '--fix',
        'ready',
      );
      await says('momiji', 'vendor', 'remedy', held, '--text', 'Install RouterOS 3.1.');
      await says(
        'kaede',
        'vendor',
        'status',
        held,
        'not_affected',
        '--justification',
        'vulnerable_code_not_present',
      );
      // The vendor's side of the schedule: the instant that it was told, and whether that keeps its own wish.
      await says('momiji', 'schedule', 'prefer', held, '--ready', '2027-04-10T00:00:00Z');
      expect(await world.ask('momiji', 'schedule', 'show', held)).toMatchObject({
        basis: 'told',
        at: writeInstant(instant),
        roster: 'verified, roster per JPCERT/CC',
        wish: { suits: true, cost: 0, lines: [] },
      });
      await says('momiji', 'schedule', 'prefer', held, '--ready', '2027-05-10T00:00:00Z');
      expect((await world.type('momiji', 'schedule', 'show', held)).out).toMatch(
        /your wish of .* is NOT kept\n {2}not kept: not before Mon 2027-05-10 00:00Z/,
      );
      expect((await world.type('momiji', 'settlement', 'show', held)).out).toContain('"schedule show"');
      for (const centre of ['jp', 'cert']) {
        const { vendors } = await world.ask<{ vendors: readonly { name: string }[] }>(
          centre,
          'vendor',
          'list',
          held,
        );
        const named = (name: string) => vendors.find((vendor) => vendor.name === name);
        expect([centre, named('Momiji Router KK')]).toMatchObject([
          centre,
          {
            status: 'affected',
            fixProgress: 'ready',
            impact: 'A remote party can stop it.',
            verdicts: [
              { product: 'RouterOS 2', state: 'fixed' },
              { product: 'RouterOS 1', state: 'not_affected', justification: 'component_not_present' },
            ],
          },
        ]);
        expect([centre, named('Kaede KK')]).toMatchObject([centre, { status: 'not_affected' }]);
      }
    },
    DEADLINE_MS,
  );

  test(
    'advance notice is not there before its own offset, and there when that has come',
    async () => {
      await controller.passTo(after(instant, -48 * HOUR - MINUTE));
      await controller.settle();
      expect(await world.ask('site', 'case', 'list')).toEqual({ cases: [] });
      await controller.passTo(after(instant, -48 * HOUR + MINUTE));
      await controller.settle();
      const { advice, details } = await show('site', held);
      expect(advice).toMatchObject([{ agreement: 'NDA of 2026, no. 7', at: writeInstant(instant) }]);
      const saidAt = readInstant(advice[0]?.saidAt ?? '') as Instant;
      expect(saidAt).toBeGreaterThanOrEqual(after(instant, -48 * HOUR));
      expect(details).toBeNull();
      expect((await show('momiji', held)).advice).toEqual([]);
    },
    DEADLINE_MS,
  );

  test(
    'G4: who knew what when is what each of them signed for, to the second',
    async () => {
      for (const [home, what] of [
        ['momiji', ['summary', 'details', 'notice']],
        // The denial with its reason is on record, and is neither.
        ['kaede', ['summary', 'notice', 'other']],
        ['site', ['summary', 'notice']],
      ] as const) {
        const known = await disclosedTo(home);
        expect([home, [...new Set(known.map((one) => one.what))].sort()]).toEqual([home, [...what].sort()]);
        // The last entry is covered by the newest receipt alone; both houses hold that note, with one time in it.
        const [ours, theirs] = [await cosigned('jp', home, 'out'), await cosigned(home, 'jp', 'in')];
        const last = known.find(({ sequence }) => sequence === ours.size - 1);
        expect([home, ours]).toEqual([home, theirs]);
        expect([home, last?.receivedAt]).toEqual([home, writeInstant(ours.at)]);
        // Not a second before they signed, whether or not it was said by then; and not a word before the first was said.
        const before = await disclosedTo(home, after(ours.at, -SECOND), ours.size - 1);
        expect(before.filter(({ receivedAt }) => receivedAt !== null)).toEqual([]);
        // The clocks of two houses differ, in an exercise by as long as a jump takes: it counts from when both have happened.
        const said = readInstant(last?.saidAt ?? '') as Instant;
        const both = Math.max(said, ours.at) as Instant;
        expect(await disclosedTo(home, both, ours.size - 1)).toMatchObject([
          { receivedAt: writeInstant(ours.at) },
        ]);
        const first = readInstant(known[0]?.saidAt ?? '') as Instant;
        expect(await disclosedTo(home, after(first, -SECOND))).toEqual([]);
      }
      expect(await disclosedTo('ume')).toEqual([]);
    },
    DEADLINE_MS,
  );

  test(
    '§8: both publish at the instant, everybody who was told hears of it, and the logs hold',
    async () => {
      await controller.passTo(after(instant, MINUTE));
      await controller.settle();
      for (const centre of ['cert', 'jp']) {
        const { published } = await show(centre, held);
        expect([centre, published]).toMatchObject([centre, { rule: 'P2' }]);
        const publishedAt = readInstant(published?.publishedAt ?? '') as Instant;
        expect(publishedAt).toBeGreaterThanOrEqual(instant);
        expect((await world.ask(centre, 'log', 'verify'))['faults']).toBe(0);
      }
      for (const home of ['momiji', 'kaede', 'site'])
        expect((await show(home, held)).publications).toMatchObject([{ name: 'JPCERT/CC' }]);
      expect(await world.ask('ume', 'case', 'list')).toEqual({ cases: [] });
      expect(await world.ask('jp', 'case', 'show', held)).toMatchObject({
        tellings: { told: 2, affected: 1, needless: 1, open: 0, silent: 0 },
      });
    },
    DEADLINE_MS,
  );

  interface Known {
    readonly what: string;
    readonly sequence: number;
    readonly saidAt: string;
    readonly receivedAt: string | null;
  }

  /** What jp’s record says that this one was told. @param only this entry of the feed. */
  async function disclosedTo(home: string, at?: Instant, only?: number): Promise<readonly Known[]> {
    const asked = at === undefined ? [] : ['--at', writeInstant(at)];
    const { recipients } = await world.ask<{
      recipients: readonly { readonly node: string; readonly disclosed: readonly Known[] }[];
    }>('jp', 'case', 'who-knew', held, ...asked);
    const disclosed = recipients.find(({ node }) => node === nodes.get(home))?.disclosed ?? [];
    return only === undefined ? disclosed : disclosed.filter(({ sequence }) => sequence === only);
  }

  /** Size and time of the newest cosignature on a log, read from its exported note (C2SP tlog-cosignature). */
  async function cosigned(
    home: string,
    peer: string,
    direction: string,
  ): Promise<{ size: number; at: Instant }> {
    const folder = await mkdtemp(join(world.folder, 'log-'));
    const typed = ['log', 'export', nodes.get(peer) ?? '', '--direction', direction, '-o', folder];
    await world.ask(home, ...typed);
    const note = await readFile(join(folder, 'checkpoint'), 'utf8');
    const signatures = note.split('\n').flatMap((line) => {
      const [dash, , base64 = ''] = line.split(' ');
      return dash === '—' ? [Buffer.from(base64, 'base64')] : [];
    });
    // Key id, seconds, Ed25519; the author's own signature has no time.
    const stamped = signatures.find(({ length }) => length === 4 + 8 + 64);
    if (stamped === undefined) throw new Error('nobody cosigned');
    const at = (Number(stamped.readBigUInt64BE(4)) * SECOND) as Instant;
    return { size: Number(note.split('\n')[1]), at };
  }
});

describe('model 1', () => {
  let held: string;

  test(
    'the national centre passes the summary on and the list upwards; the origin gives the details itself',
    async () => {
      const details = await file('details.txt', DETAILS);
      const opening = ['case', 'open', '--title', 'KaedeOS fails again', '--details-file', details];
      ({ case: held } = await says<{ case: string }>('cert', ...opening));
      await says('cert', 'case', 'tell', held, '--to', 'JPCERT/CC');
      await says('cert', 'charter', 'propose', held, '--member', 'JPCERT/CC:1');
      await says('jp', 'charter', 'sign', held);
      expect((await show('jp', held)).details).toBeNull();
      await says('jp', 'case', 'notify', held, '--to', 'kaede', '--yes', '--follow', '0s');
      await says('kaede', 'detail', 'request', held, '--why', 'we make it');
      expect((await show('cert', held)).lists).toMatchObject([
        { centre: { name: 'JPCERT/CC' }, vendors: [{ name: 'Kaede KK' }] },
      ]);
      // On the list is not verified: both cards travelled, and both operators compare fingerprints first.
      const kaede = nodes.get('kaede') ?? '';
      expect(['PEER_UNKNOWN', 'PEER_UNVERIFIED']).toContain(
        (await world.refusal('cert', 'detail', 'grant', held, kaede)).code,
      );
      for (const [home, other] of [
        ['cert', kaede],
        ['kaede', nodes.get('cert') ?? ''],
      ] as const) {
        await says(home, 'peer', 'add-from-case', held);
        await says(home, 'peer', 'verify', other, '--fingerprint', other, '--method', 'telephone');
      }
      await says('cert', 'detail', 'grant', held, kaede);
      expect((await show('kaede', held)).details).toMatchObject({ text: DETAILS, from: { name: 'CERT/CC' } });
      expect((await show('jp', held)).details).toBeNull();
    },
    DEADLINE_MS,
  );

  test(
    'vendor → origin: impact directly, and to its own centre, which passes it on; the origin holds it once',
    async () => {
      const words = ['vendor', 'status', held, 'affected', '--product', 'KaedeOS', '--impact', 'It stops.'];
      const { to } = await says<{ to: readonly { name: string }[] }>('kaede', ...words);
      expect(to.map(({ name }) => name).sort()).toEqual(['CERT/CC', 'JPCERT/CC']);
      for (const centre of ['cert', 'jp']) {
        const { vendors } = await world.ask<{ vendors: readonly object[] }>(centre, 'vendor', 'list', held);
        expect([centre, vendors]).toMatchObject([
          centre,
          [{ name: 'Kaede KK', status: 'affected', impact: 'It stops.' }],
        ]);
      }
    },
    DEADLINE_MS,
  );
});

describe('clocks of the law (FORMATS §8)', () => {
  test(
    'a delay with its ground is said to the centre that is named; clocks ring as time passes',
    async () => {
      const opening = ['case', 'open', '--title', 'KaedeOS is attacked'];
      const { case: held } = await says<{ case: string }>('cert', ...opening);
      await says('cert', 'case', 'tell', held, '--to', 'JPCERT/CC');
      await says('cert', 'charter', 'propose', held, '--member', 'JPCERT/CC:2');
      await says('jp', 'charter', 'sign', held);
      const now = controller.now();
      const aware = writeInstant(now);
      await says('cert', 'cra', 'enter', held, 'Kaede KK', '--aware', aware, '--available', aware);
      const due = async () => {
        const { clocks } = await world.ask<{
          clocks: readonly { stage: string; dueAt: string; standing: string }[];
        }>('cert', 'cra', 'clocks', held);
        return clocks.map(({ stage, dueAt, standing }) => [stage, dueAt, standing]);
      };
      const at = (hours: number) => writeInstant(after(readInstant(aware) as Instant, hours * HOUR));
      expect(await due()).toEqual([
        ['early_warning', at(24), 'running'],
        ['notification', at(72), 'running'],
        ['final_report', at(14 * 24), 'running'],
      ]);
      const delay = ['cra', 'delay', held, 'nature', '--expected', at(30), '--to', 'JPCERT/CC'];
      expect(await world.refusal('cert', ...delay)).toMatchObject({
        code: 'DELAY_INCOMPLETE',
        where: 'justification',
      });
      await says('cert', ...delay, '--justification', 'No label keeps it apart.');
      expect(await world.ask('jp', 'cra', 'delays', held)).toMatchObject({
        delays: [{ ground: 'nature', justification: 'No label keeps it apart.', expectedAt: at(30) }],
      });
      expect((await world.type('cert', 'status')).out).toContain('ENISA was not told');
      await says('cert', 'cra', 'told', held);
      await controller.passTo(after(now, 31 * HOUR));
      expect((await due()).map(([, , standing]) => standing)).toEqual(['overdue', 'running', 'running']);
      await says('cert', 'cra', 'lift', held, '--to', 'JPCERT/CC');
      expect(await world.ask('cert', 'cra', 'delays', held)).toMatchObject({
        delays: [{ standing: 'lifted' }, {}, {}],
      });
    },
    DEADLINE_MS,
  );
});
