import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import ICAL from 'ical.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { directoryPublisher } from '../../../adapters/publish/directory.js';
import { type ListedDocument, type Provider, providerFiles } from '../../../adapters/publish/provider.js';
import { assertPublishable } from '../../../adapters/publish/publishable.js';
import { checkPublication } from '../../../node/cli/check-publication.js';
import { publicListing, publicRenderer } from '../../../node/cli/render.js';
import { type Advisory, DRILL_SENTENCE } from '../../../node/core/advisory.js';
import { sha256, sha512, utf8 } from '../../../node/core/bytes.js';
import type { Case } from '../../../node/core/case/case.js';
import { docketOf } from '../../../node/core/case/chamber.js';
import { advisoryOf } from '../../../node/core/case/publish.js';
import { Breakage } from '../../../node/core/fault.js';
import { standingOf } from '../../../node/core/settlement/settle.js';
import type { Self, State } from '../../../node/core/state.js';
import type { VendorReport } from '../../../node/core/statement.js';
import { after, DAY, HOUR, type Instant, writeInstant } from '../../../node/core/time.js';
import { digestOf } from '../../../node/corridor/enact.js';
import type { PublicFile } from '../../../node/ports.js';
import { about, agree, CASE, expectDone, introduceAll } from '../../support/case-play.js';
import { testKeys, testNode, testSealer } from '../../support/keys.js';
import { openWorld } from '../../support/world.js';

const WORDS: VendorReport = {
  vendor: testNode('vendor'),
  vendorName: 'TEST ONLY vendor',
  status: 'affected',
  fixProgress: 'ready',
  impact: '',
  plan: '',
  readyAt: undefined,
  justification: undefined,
  verdicts: [
    { product: 'Parser 2.0', state: 'fixed', justification: undefined },
    { product: 'Reader', state: 'not_affected', justification: 'vulnerable_code_not_present' },
  ],
  statement: 'Update the invented parser to 2.0.',
  products: ['Parser 1.x'],
};

interface Scene {
  readonly self: Self;
  readonly state: State;
  readonly held: Case;
  /** The instant in force. */
  readonly settled: Instant;
  readonly advisory: Advisory;
}

let scene: Scene;

/** A case of two centres: one vendor silent, one affected with a remedy, one not affected and without a node. */
beforeAll(async () => {
  const world = await openWorld([
    { name: 'cert', role: 'centre' },
    { name: 'jpcert', role: 'centre' },
    { name: 'vendor', role: 'vendor' },
    { name: 'supplier', role: 'vendor' },
  ]);
  await introduceAll(
    world,
    ['cert', 'jpcert'],
    [
      ['vendor', 'cert'],
      ['supplier', 'cert'],
    ],
  );
  await agree(world, { centres: ['cert', 'jpcert'] });
  const [cert, vendor, supplier] = [world.node('cert'), world.node('vendor'), world.node('supplier')];
  const replyBy = after(world.clock.now(), 7 * DAY);
  expectDone(await cert.order({ act: 'tell', to: [vendor.node, supplier.node], replyBy }, about()));
  await world.settle();
  const status = { kind: 'vendor_status', report: WORDS } as const;
  expectDone(await vendor.order({ act: 'say', to: cert.node, body: status }, about()));
  const remedy = {
    kind: 'remedy',
    vendor: vendor.node,
    vendorName: 'TEST ONLY vendor',
    remedy: 'Install version 2.0.',
    references: [{ url: 'https://vendor.example/2.0', summary: 'Version 2.0' }],
  } as const;
  expectDone(await vendor.order({ act: 'say', to: cert.node, body: remedy }, about()));
  const unmoved: VendorReport = {
    ...WORDS,
    vendor: cert.node,
    vendorName: 'Unmoved & Sons',
    status: 'not_affected',
    fixProgress: 'none',
    impact: 'The parser is not part of the product.',
    statement: '',
    products: ['Stone 3'],
    verdicts: [],
  };
  expectDone(await cert.order({ act: 'case_vendors', reports: [unmoved] }, about()));
  await world.settle();
  const state = cert.state();
  const held = state.cases.get(CASE);
  const standing = held && standingOf(docketOf(state, held, world.clock.now()));
  if (held === undefined || standing === undefined) throw new Error('no case in force');
  await world.stop();
  const self: Self = { ...state.self, certificate: (await testKeys('cert')).certificate.armoured };
  scene = { self, state, held, settled: standing.at, advisory: advisoryOf(state, held, standing.at) };
});

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'isochron-publication-'));
  folders.push(folder);
  return folder;
}

function render(advisory: Advisory = scene.advisory): ReadonlyMap<string, string> {
  const files = publicRenderer(scene.self).render(advisory, scene.held);
  return new Map(files.map(({ path, bytes }) => [path, new TextDecoder().decode(bytes)]));
}

function textAt(path: string, advisory?: Advisory): string {
  const text = render(advisory).get(path);
  if (text === undefined) throw new Error(`nothing at ${path}`);
  return text;
}

/** The documents with what lies beside them (FORMATS §3, rows 18 and 19), as the corridor adds it. */
async function signed(files: readonly PublicFile[], at: Instant): Promise<readonly PublicFile[]> {
  const sealer = await testSealer('cert');
  const sets = files.map(async (file): Promise<readonly PublicFile[]> => {
    const { path, bytes } = file;
    const [name, signature] = [basename(path), await sealer.signFile(bytes, at)];
    return [
      file,
      { path: `${path}.sha256`, bytes: utf8(`${sha256(bytes)}  ${name}\n`) },
      { path: `${path}.sha512`, bytes: utf8(`${sha512(bytes)}  ${name}\n`) },
      { path: `${path}.asc`, bytes: utf8(signature) },
    ];
  });
  return (await Promise.all(sets)).flat();
}

async function publishIn(directory: string): Promise<string> {
  const files = await signed(publicRenderer(scene.self).render(scene.advisory, scene.held), scene.settled);
  const publisher = directoryPublisher({ directory, listing: publicListing(scene.self) });
  await publisher.stage(CASE, files);
  await publisher.release(CASE, digestOf(files));
  return join(directory, 'current');
}

describe('what a centre draws up for one advisory', () => {
  test('FORMATS §3, row 2: names come from the public id', () => {
    expect([...render().keys()]).toEqual([
      'vu_000001/index.html',
      'vu_000001/vu_000001.json',
      '.well-known/csaf/white/2027/vu_000001.json',
      'vu_000001/embargo.ics',
    ]);
  });

  test('the same advisory gives the same bytes', () => {
    expect([...render()]).toEqual([...render()]);
  });

  test('DESIGN §5: no document has the case id in it, nor its hash by the rule of another name', () => {
    for (const text of render().values()) {
      expect(text).not.toContain(CASE);
      expect(text).not.toContain(CASE.replaceAll('-', ''));
    }
  });

  test('DESIGN §9: the page lists vendor by vendor, in English and Japanese', () => {
    const page = textAt('vu_000001/index.html');
    for (const word of [
      'TEST ONLY vendor',
      'TEST ONLY supplier',
      'Unmoved &amp; Sons',
      'Install version 2.0.',
    ])
      expect(page).toContain(word);
    expect(page).toContain('Vendor status');
    expect(page).toContain('ベンダ情報');
    expect(page).toContain('href="vu_000001.json"');
  });

  test('FORMATS §2: silence is written as silence', () => {
    const { vulnerabilities } = JSON.parse(textAt('vu_000001/vu_000001.json'));
    const status = vulnerabilities[0].product_status;
    expect(status.known_affected).toHaveLength(1);
    expect(status.known_not_affected).toHaveLength(2);
    expect(scene.advisory.vendors.map(({ name, status: said }) => [name, said])).toEqual([
      ['TEST ONLY supplier', 'informed'],
      ['TEST ONLY vendor', 'affected'],
      ['Unmoved & Sons', 'not_affected'],
    ]);
  });

  test('a product that the vendor judged by itself stands where that says, with the reason as a flag', () => {
    const { vulnerabilities, product_tree } = JSON.parse(textAt('vu_000001/vu_000001.json'));
    const [{ product_status: status, flags }] = vulnerabilities;
    const nameOf = (id: string) =>
      JSON.stringify(product_tree).match(`"name":"([^"]*)","product_id":"${id}"`)?.[1];
    expect(status.fixed.map(nameOf)).toEqual(['TEST ONLY vendor Parser 2.0']);
    expect(
      flags.map((flag: { label: string; product_ids: string[] }) => [
        flag.label,
        flag.product_ids.map(nameOf),
      ]),
    ).toEqual([['vulnerable_code_not_present', ['TEST ONLY vendor Reader']]]);
    expect(textAt('vu_000001/index.html')).toContain('<bdi>Reader</bdi>: not affected');
  });

  test('FORMATS §3, row 6: the document lies where it says that it does', () => {
    const { document } = JSON.parse(textAt('vu_000001/vu_000001.json'));
    const self = document.references.find(({ category }: { category: string }) => category === 'self').url;
    expect(self.startsWith(`${scene.self.namespace}/`)).toBe(true);
    expect(textAt(self.slice(scene.self.namespace.length + 1))).toBe(textAt('vu_000001/vu_000001.json'));
  });

  test('an exercise is marked in every output', () => {
    expect(scene.advisory.drill).toBe(true);
    expect(textAt('vu_000001/index.html')).toContain(DRILL_SENTENCE.en);
    expect(textAt('vu_000001/index.html')).toContain(DRILL_SENTENCE.ja);
    const { document } = JSON.parse(textAt('vu_000001/vu_000001.json'));
    expect(document.title).toMatch(/^DRILL: /);
    expect(JSON.stringify(document.notes)).toContain(DRILL_SENTENCE.en);
    expect(textAt('vu_000001/embargo.ics')).toContain('SUMMARY:DRILL: VU#000001 embargo expiration');
  });

  test('SCHEDULING §13: the calendar entry is the settled instant in force, and nothing of the vulnerability', () => {
    const text = textAt('vu_000001/embargo.ics');
    const calendar = new ICAL.Component(ICAL.parse(text));
    const event = calendar.getFirstSubcomponent('vevent');
    expect(event?.getFirstPropertyValue('status')).toBe('CONFIRMED');
    expect(event?.getFirstPropertyValue('sequence')).toBe(0);
    expect(String(event?.getFirstPropertyValue('dtstart'))).toBe(writeInstant(scene.settled));
    expect(String(event?.getFirstPropertyValue('uid'))).toMatch(
      /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}@cert\.example$/,
    );
    for (const word of ['parser', 'Parser', 'Heap', 'vendor', 'ATTENDEE', 'DESCRIPTION'])
      expect(text).not.toContain(word);
  });

  test('SCHEDULING §13: an embargo that ended early is the same event, moved', () => {
    const early = textAt('vu_000001/embargo.ics', {
      ...scene.advisory,
      publishedAt: after(scene.settled, -HOUR),
    });
    const uid = (text: string) => /^UID:.*$/m.exec(text)?.[0];
    expect(uid(early)).toBe(uid(textAt('vu_000001/embargo.ics')));
    expect(early).toContain('SEQUENCE:1');
  });

  test('a public id of several words has a calendar entry under its slug', () => {
    const files = render({ ...scene.advisory, publicId: 'VU 7 (draft)' });
    expect(files.get('vu_7_draft_/embargo.ics')).toContain('SUMMARY:DRILL: vu_7_draft_ embargo expiration');
  });

  test.each([
    ['an advisory without a vulnerability', { vulnerabilities: [] }, 'FORMAT_CONTRADICTION'],
    ['an advisory above TLP:CLEAR', { tlp: 'GREEN' }, 'FORMAT_CONTRADICTION'],
    ['a draft', { stage: 'draft' }, 'FORMAT_CONTRADICTION'],
  ] as const)('FORMATS §3, row 1: %s is not published', (_name, differs, code) => {
    const publish = () => publicRenderer(scene.self).render({ ...scene.advisory, ...differs }, scene.held);
    expect(publish).toThrow(Breakage);
    expect(publish).toThrow(code);
  });
});

describe('FORMATS §3, row 1: a document in which something is missing does not leave the house', () => {
  test.each([
    ['no JSON', () => 'x', 'FORMAT_MALFORMED'],
    ['no document', () => '{}', 'FORMAT_CONTRADICTION'],
    [
      'an empty title',
      (text: string) => text.replace(/"title": "DRILL[^"]*"/, '"title": " "'),
      'document.title',
    ],
    [
      'another version',
      (text: string) => text.replace('"csaf_version": "2.0"', '"csaf_version": "2.1"'),
      'csaf_version',
    ],
    [
      'no vulnerability',
      (text: string) => JSON.stringify({ ...JSON.parse(text), vulnerabilities: [] }),
      'vulnerabilities',
    ],
    [
      'no products',
      (text: string) => JSON.stringify({ ...JSON.parse(text), product_tree: undefined }),
      'product_tree',
    ],
    ['no status', (text: string) => text.replace('"product_status"', '"product_state"'), 'product_status'],
  ])('%s', (_name, change, says) => {
    const changed = change(textAt('vu_000001/vu_000001.json'));
    expect(() => assertPublishable(utf8(changed))).toThrow(says);
  });
});

describe('what makes the tree that of a CSAF provider', () => {
  const PROVIDER: Provider = {
    name: 'TEST ONLY',
    namespace: 'https://ecc.example',
    node: testNode('cert'),
    certificate: 'armoured',
    mode: 'production',
  };

  function document(path: string, currentRelease: string): ListedDocument {
    const initialRelease = '2027-01-01T00:00:00Z';
    return {
      id: path.slice(5, -5).toUpperCase(),
      title: 'T',
      lang: 'en',
      initialRelease,
      currentRelease,
      path,
    };
  }

  const DOCUMENTS = [
    document('2027/ecc_2027-0002.json', '2027-02-01T00:00:00Z'),
    document('2026/ecc_2026-0009.json', '2027-02-01T00:00:00Z'),
    document('2027/ecc_2027-0001.json', '2027-03-01T00:00:00Z'),
  ];

  function lists(documents: readonly ListedDocument[], provider = PROVIDER): ReadonlyMap<string, string> {
    const files = providerFiles(documents, provider);
    return new Map(files.map(({ path, bytes }) => [path, new TextDecoder().decode(bytes)]));
  }

  test('rows 12 and 13: index.txt by path, changes.csv newest first and ties by path', () => {
    expect(lists(DOCUMENTS).get('.well-known/csaf/white/index.txt')).toBe(
      '2026/ecc_2026-0009.json\n2027/ecc_2027-0001.json\n2027/ecc_2027-0002.json\n',
    );
    expect(lists(DOCUMENTS).get('.well-known/csaf/white/changes.csv')).toBe(
      '"2027/ecc_2027-0001.json","2027-03-01T00:00:00Z"\n' +
        '"2026/ecc_2026-0009.json","2027-02-01T00:00:00Z"\n' +
        '"2027/ecc_2027-0002.json","2027-02-01T00:00:00Z"\n',
    );
  });

  test('the order in which documents were published does not show', () => {
    expect([...lists(DOCUMENTS)]).toEqual([...lists([...DOCUMENTS].reverse())]);
  });

  test('rows 15, 18 and 19: the feed names each document with its hashes and its signature', () => {
    const { feed } = JSON.parse(
      lists(DOCUMENTS).get('.well-known/csaf/white/csaf-feed-tlp-white.json') ?? '',
    );
    expect(feed.updated).toBe('2027-03-01T00:00:00Z');
    expect(feed.entry).toHaveLength(3);
    const url = 'https://ecc.example/.well-known/csaf/white/2027/ecc_2027-0001.json';
    expect(feed.entry[0].link).toEqual([
      { rel: 'self', href: url },
      { rel: 'hash', href: `${url}.sha256` },
      { rel: 'hash', href: `${url}.sha512` },
      { rel: 'signature', href: `${url}.asc` },
    ]);
  });

  test('rows 7 and 20: the metadata lead to the feed, the folder and the key', () => {
    const files = lists(DOCUMENTS);
    const metadata = JSON.parse(files.get('.well-known/csaf/provider-metadata.json') ?? '');
    expect(metadata).toMatchObject({
      list_on_CSAF_aggregators: true,
      metadata_version: '2.0',
      role: 'csaf_trusted_provider',
    });
    const [key] = metadata.public_openpgp_keys;
    expect(key.fingerprint).toBe(testNode('cert').toUpperCase());
    const urls = [key.url, metadata.canonical_url, metadata.distributions[1].rolie.feeds[0].url];
    for (const url of [...urls, ...metadata.distributions[1].rolie.services])
      expect(files.has(url.slice('https://ecc.example/'.length))).toBe(true);
  });

  test('what an exercise publishes is for no aggregator', () => {
    const files = lists(DOCUMENTS, { ...PROVIDER, mode: 'drill' });
    expect(JSON.parse(files.get('.well-known/csaf/provider-metadata.json') ?? '')).toMatchObject({
      list_on_CSAF_aggregators: false,
      mirror_on_CSAF_aggregators: false,
    });
  });
});

describe('a published tree', () => {
  test('FORMATS §3, rows 1, 18, 19: it passes the whole check, and a changed byte does not', async () => {
    const tree = await publishIn(newFolder());
    expect(await checkPublication(tree)).toEqual({ documents: 4, faults: [] });
    const document = join(tree, 'vu_000001/vu_000001.json');
    writeFileSync(document, readFileSync(document, 'utf8').replace('"final"', '"finished"'));
    appendFileSync(join(tree, 'vu_000001/embargo.ics'), '\r\n');
    rmSync(join(tree, 'vu_000001/index.html.asc'));
    const { faults } = await checkPublication(tree);
    // Both places of the CSAF document: the publisher stores what it was given twice as two files.
    expect(new Set(faults.map(({ path, check }) => `${path} ${check}`))).toEqual(
      new Set([
        'vu_000001/embargo.ics.sha256 sha256',
        'vu_000001/embargo.ics.sha512 sha512',
        'vu_000001/index.html.asc asc',
        'vu_000001/vu_000001.json schema',
        'vu_000001/vu_000001.json.sha256 sha256',
        'vu_000001/vu_000001.json.sha512 sha512',
      ]),
    );
  }, 150_000);

  test('the list of advisories names it and leads to it', async () => {
    const tree = await publishIn(newFolder());
    const list = readFileSync(join(tree, 'index.html'), 'utf8');
    expect(list).toContain('href="vu_000001/index.html"');
    expect(list).toContain('DRILL: Heap overflow in an invented parser');
  });

  test('every address that the lists name answers', async () => {
    const tree = await publishIn(newFolder());
    const names = new Set(readdirSync(tree, { recursive: true, encoding: 'utf8' }));
    const texts = [...names]
      .filter((name) => /\.(json|html)$/.test(name))
      .map((name) => ({
        name,
        text: readFileSync(join(tree, name), 'utf8'),
      }));
    const own = texts.flatMap(({ text }) =>
      [...text.matchAll(/"https:\/\/cert\.example\/([^"]+)"/g)].map((match) => match[1] ?? ''),
    );
    expect(own.length).toBeGreaterThan(8);
    for (const path of own) expect(names).toContain(path.replace(/\/$/, ''));
    for (const { name, text } of texts.filter((one) => one.name.endsWith('.html')))
      for (const [, href] of text.matchAll(/<a href="([^":#]+)"/g))
        expect(names).toContain(join(name, '..', href ?? '').replace(/\/$/, ''));
  });

  const gpg = spawnSync('gpg', ['--version']).status === 0;
  test.skipIf(!gpg)(
    gpg
      ? 'FORMATS §3, rows 18 to 20: gpg and sha256sum accept what lies beside every document, with the key of the tree'
      : 'no gpg found; install GnuPG to check signatures with it',
    async () => {
      const tree = await publishIn(newFolder());
      const home = newFolder();
      const run = (command: string, args: readonly string[]) =>
        execFileSync(command, args, { stdio: 'pipe', encoding: 'utf8', cwd: join(tree, 'vu_000001') });
      // Key and signature are dated ahead of the clock of this machine.
      const at = ['--faked-system-time', `${Math.floor(scene.settled / 1_000)}!`];
      const options = ['--homedir', home, '--batch', '--no-autostart', '--trust-model', 'always', ...at];
      const fingerprint = testNode('cert').toUpperCase();
      run('gpg', [...options, '--import', join(tree, `.well-known/csaf/openpgp/${fingerprint}.asc`)]);
      const names = ['vu_000001.json', 'index.html', 'embargo.ics'];
      for (const name of names) {
        const status = run('gpg', [...options, '--status-fd', '1', '--verify', `${name}.asc`, name]);
        expect(status).toContain('VALIDSIG');
        expect(status).toContain(fingerprint);
        for (const end of ['sha256', 'sha512'])
          expect(run(`${end}sum`, ['-c', `${name}.${end}`])).toContain('OK');
      }
    },
  );
});
