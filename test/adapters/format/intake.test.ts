/** Reports read from what they came in. All texts are invented. */
import { describe, expect, test } from 'vitest';
import { readReport } from '../../../adapters/format/intake/read.js';
import { LIMITS } from '../../../node/core/limits.js';

const bytes = (text: string) => new TextEncoder().encode(text);
const json = (value: unknown) => bytes(JSON.stringify(value));

async function read(given: Uint8Array) {
  const done = await readReport(given);
  if (!done.ok) throw new Error(done.fault.code);
  return done.value;
}

const MAIL = [
  'From: "Ann Invented" <ann@finder.example>',
  'To: cert@centre.example',
  'Subject: =?utf-8?B?44OR44O844K144O844Gu5qyg6Zml?=',
  'Content-Type: text/plain; charset=utf-8',
  '',
  'The parser of libquill stops.',
].join('\r\n');

const CVE = {
  dataType: 'CVE_RECORD',
  dataVersion: '5.1',
  cveMetadata: { cveId: 'CVE-2027-0001', state: 'PUBLISHED' },
  containers: {
    cna: {
      title: 'libquill parser overflow',
      descriptions: [{ lang: 'en', value: 'A long name overflows a buffer.' }],
      affected: [
        { vendor: 'Quill', product: 'libquill', versions: [{ version: '1.2' }, { version: '1.3' }] },
      ],
    },
  },
};

const CSAF = {
  document: {
    csaf_version: '2.0',
    title: 'libquill: overflow',
    tracking: { id: 'QUILL-2027-1', aliases: ['VU#900001'] },
    notes: [{ category: 'summary', text: 'A long name overflows a buffer.' }],
    acknowledgments: [{ names: ['Ann Invented'] }],
  },
  product_tree: {
    branches: [
      { category: 'vendor', name: 'Quill', branches: [{ category: 'product_name', name: 'libquill' }] },
    ],
  },
  vulnerabilities: [{ cve: 'CVE-2027-0001', notes: [{ text: 'More of it.' }] }],
};

const VINCE = {
  get_case: {
    vuid: '900001',
    title: 'libquill overflow',
    summary: 'A long name overflows a buffer.',
    status: 'Active',
  },
  get_case_report: {
    product_name: 'libquill',
    product_version: '1.2',
    vul_description: 'Long names.',
    vul_public: true,
  },
};

describe('a report from a mail', () => {
  test('has the subject, the text, and the sender as the reporter, held apart', async () => {
    const { source, text, reporter, losses } = await read(bytes(MAIL));
    expect(source).toBe('mail');
    expect(text).toMatchObject({ title: 'パーサーの欠陥', description: 'The parser of libquill stops.' });
    expect(reporter).toEqual({ name: 'Ann Invented', organisation: '', contact: 'ann@finder.example' });
    expect(JSON.stringify(text)).not.toContain('Ann');
    expect(losses).toEqual([]);
  });

  test('over the bound is cut, and says so', async () => {
    const { text, losses } = await read(bytes(`${MAIL}${'x'.repeat(LIMITS.textCharacters.most)}`));
    expect(text.description).toHaveLength(LIMITS.textCharacters.most);
    expect(losses).toMatchObject([{ what: 'cut' }]);
  });
});

describe('a report from a document', () => {
  test('CVE record', async () => {
    expect(await read(json(CVE))).toMatchObject({
      source: 'cve',
      text: {
        title: 'libquill parser overflow',
        product: 'Quill libquill',
        version: '1.2, 1.3',
        publicIds: ['CVE-2027-0001'],
        saysPublic: true,
      },
      reporter: undefined,
    });
  });

  test('CVE record of a package: its name stands for the product', async () => {
    const affected = [{ collectionURL: 'https://pkg.example', packageName: 'libquill' }];
    const { cna } = CVE.containers;
    const record = { ...CVE, containers: { cna: { ...cna, affected } } };
    expect((await read(json(record))).text.product).toBe('libquill');
  });

  test('CSAF: persons are not taken over, and the report says so', async () => {
    const { source, text, losses } = await read(json(CSAF));
    expect(source).toBe('csaf');
    expect(text).toMatchObject({
      title: 'libquill: overflow',
      product: 'libquill',
      description: 'A long name overflows a buffer.\n\nMore of it.',
      publicIds: ['QUILL-2027-1', 'VU#900001', 'CVE-2027-0001'],
    });
    expect(JSON.stringify([text, losses])).not.toContain('Ann');
  });

  test('VINCE: its flags stay its own words', async () => {
    const { source, text } = await read(json(VINCE));
    expect(source).toBe('vince');
    expect(text).toMatchObject({ title: 'libquill overflow', publicIds: ['VU#900001'] });
  });
});

test('of CSAF notes beyond the bound of a text the loss is told, and no character is cut in two', async () => {
  const notes = [{ text: 'n'.repeat(60_000) }, { text: `${'n'.repeat(39_997)}😀` }];
  const document = { ...CSAF.document, notes };
  const { text, losses } = await read(json({ ...CSAF, document, vulnerabilities: [] }));
  expect(text.description).toHaveLength(99_999);
  expect(losses.map(({ path, what }) => [path, what])).toContainEqual(['notes', 'cut']);
});

describe('what is no report', () => {
  test.each([
    ['nothing', bytes(''), 'FORMAT_MALFORMED'],
    ['words without a sender', bytes('hello'), 'FORMAT_MALFORMED'],
    ['half of a document', bytes('{"document":'), 'FORMAT_MALFORMED'],
    ['a document of another kind', json({ a: 1 }), 'FORMAT_UNKNOWN'],
    ['CSAF without a title', json({ document: { csaf_version: '2.0' } }), 'FORMAT_MALFORMED'],
    ['a CVE record without an id', json({ ...CVE, cveMetadata: {} }), 'FORMAT_MALFORMED'],
    ['ten megabytes and more', new Uint8Array(LIMITS.importFileBytes.most + 1), 'FORMAT_OVERSIZE'],
  ])('%s is refused', async (_, given, code) => {
    expect(await readReport(given)).toMatchObject({ ok: false, fault: { code } });
  });
});
