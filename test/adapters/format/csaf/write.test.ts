import { readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { closeCsafCheck, validateCsaf } from '../../../../adapters/format/csaf/check.js';
import { writeCsaf } from '../../../../adapters/format/csaf/write.js';
import type { Advisory, VendorEntry } from '../../../../node/core/advisory.js';
import type { Json } from '../../../../node/core/canonical.js';
import { VENDOR_STATUS_WORDS } from '../../../../node/core/case/vendor-words.js';
import { TLP_LABELS } from '../../../../node/core/disclosure/tlp.js';
import type { Instant } from '../../../../node/core/time.js';
import { ADVISORY, at, LEAKS, PARSER, SMALLEST, VENDORS, WITH_CANARIES } from '../samples.js';

// The validator costs seconds at its first question: this is the only file of the quick tests that asks it.
afterAll(closeCsafCheck);

// biome-ignore lint/suspicious/noExplicitAny: documents are looked into by path here, and a wrong path fails the test.
type Document = any;

function written(advisory: Advisory, options: Parameters<typeof writeCsaf>[1] = {}): Document {
  const outcome = writeCsaf(advisory, options);
  if (!outcome.ok) throw new Error(outcome.fault.code);
  return { ...outcome.value, json: JSON.parse(outcome.value.text) };
}

function refused(advisory: Advisory, options: Parameters<typeof writeCsaf>[1] = {}): unknown {
  const outcome = writeCsaf(advisory, options);
  return outcome.ok ? 'written' : outcome.fault;
}

function entry(index: number): VendorEntry {
  const found = VENDORS[index];
  if (!found) throw new Error(`no vendor ${index}`);
  return found;
}

const MANY: Advisory = {
  ...ADVISORY,
  vulnerabilities: [
    PARSER,
    { ...PARSER, id: 'second', cve: 'CVE-2027-10002', exploitedSince: at('2027-04-01T00:00:00Z') },
  ],
  vendors: [...VENDORS, ...VENDORS.map((entry) => ({ ...entry, vulnerabilityId: 'second' }))],
  revisions: [
    { number: 1, at: at('2027-04-14T00:00:00Z'), summary: 'First publication' },
    { number: 2, at: at('2027-04-20T08:00:00.500Z'), summary: 'A vendor answered' },
  ],
};

const VALID: readonly (readonly [string, Advisory, Parameters<typeof writeCsaf>[1]])[] = [
  ['every vendor status', ADVISORY, { engineVersion: '0.1.0' }],
  ['its Japanese translation', ADVISORY, { lang: 'ja' }],
  ['two vulnerabilities and two revisions', MANY, {}],
  ['the smallest', SMALLEST, {}],
  ['an exercise', { ...ADVISORY, drill: true }, {}],
  ['an interim document', { ...ADVISORY, stage: 'interim' }, {}],
  ['a draft for peers', { ...ADVISORY, stage: 'draft', tlp: 'AMBER+STRICT', pap: 'AMBER' }, {}],
  [
    'a restricted one with a root of its own',
    { ...ADVISORY, tlp: 'GREEN' },
    { root: 'https://ecc.example/restricted' },
  ],
  [
    'words that look like a range in a version',
    {
      ...ADVISORY,
      remedies: [],
      vendors: [{ ...entry(0), products: [{ name: 'Gate', version: 'prior to 4.2', state: 'affected' }] }],
    },
    {},
  ],
  [
    'a VEX',
    { ...ADVISORY, remedies: ADVISORY.remedies.slice(0, 2), vendors: VENDORS.slice(0, 1) },
    { vex: true },
  ],
];

describe('FORMATS §1.1: what we write is valid CSAF 2.0 (list basic)', () => {
  test.each(VALID)(
    '%s',
    async (_name, advisory, options) => {
      expect(await validateCsaf(written(advisory, options).json)).toEqual({ valid: true, faults: [] });
    },
    150_000,
  );

  test('a document that breaks a mandatory test is refused by clause', async () => {
    const { json } = written(ADVISORY);
    const status = json.vulnerabilities[0].product_status;
    status.known_not_affected.push(status.known_affected[0]);
    const verdict = await validateCsaf(json);
    expect(verdict.valid).toBe(false);
    expect(verdict.faults.map(({ clause }) => clause)).toContain('6.1.6');
  });

  test.each([
    ['no object at all', 7],
    ['an empty object', {}],
    ['an additional property', { ...written(SMALLEST).json, extra: 1 }],
  ])('FORMATS §3, row 1: %s is not valid', async (_name, document) => {
    const verdict = await validateCsaf(document as Json);
    expect(verdict.valid).toBe(false);
    expect(verdict.faults.length).toBeGreaterThan(0);
  });

  test('questions asked at once are answered in order', async () => {
    const verdicts = await Promise.all([validateCsaf({}), validateCsaf(written(SMALLEST).json)]);
    expect(verdicts.map(({ valid }) => valid)).toEqual([false, true]);
  });
});

test('a typing mistake in an address or a name costs that text, not the document', async () => {
  const product = { name: 'P', state: 'affected' as const, cpe: 'cpe:/a:x:p', purl: 'not a purl' };
  const mistaken: Advisory = {
    ...ADVISORY,
    vulnerabilities: [{ ...PARSER, cve: 'CVE-27-1', weaknesses: [{ id: '79', name: 'x' }] }],
    vendors: [{ ...entry(0), products: [product], references: [{ url: 'see our site', title: 'x' }] }],
    remedies: [{ kind: 'workaround', texts: [{ lang: 'en', text: 'x' }], url: 'www.example' }],
    references: [{ url: 'https://a.example/a b', title: 'x' }],
  };
  const { json, losses } = written(mistaken);
  expect(await validateCsaf(json)).toEqual({ valid: true, faults: [] });
  expect(losses.map(({ path, what }: Document) => `${path} ${what}`)).toEqual(
    expect.arrayContaining([
      'references[0].url not_a_url',
      'remedies[0].url not_a_url',
      'vulnerabilities[0].cve not_a_cve',
      'vulnerabilities[0].weaknesses[0].id not_a_weakness',
      'vendors[0].references[0].url not_a_url',
      'vendors[0].products[0].cpe not_a_cpe',
      'vendors[0].products[0].purl not_a_purl',
    ]),
  );
}, 150_000);

/** Any advisory: contradictions included, since the writer has to find them before the validator does. */
const anything: fc.Arbitrary<Advisory> = fc
  .record({
    vendors: fc.uniqueArray(
      fc.record({
        vendorId: fc.constantFrom('a', 'b', 'c', 'd'),
        vulnerabilityId: fc.constantFrom('one', 'two'),
        name: fc.string({ minLength: 1, maxLength: 8 }).filter((name) => name.trim() !== ''),
        status: fc.constantFrom(...VENDOR_STATUS_WORDS),
        assessments: fc.array(
          fc.record({
            author: fc.constantFrom('Example Coordination Centre', 'a'),
            status: fc.constantFrom(...VENDOR_STATUS_WORDS),
            at: instants(),
          }),
          { maxLength: 2 },
        ),
        fixProgress: fc.constantFrom('none' as const, 'ready' as const, 'deployed' as const),
        statements: fc.array(fc.record({ lang: fc.constantFrom('en', 'ja', 'fr'), text: fc.string() }), {
          maxLength: 2,
        }),
        references: fc.array(
          fc.record({ url: fc.constantFrom('https://a.example', 'https://b.example'), title: fc.string() }),
          {
            maxLength: 2,
          },
        ),
        products: fc.array(
          fc.record(
            {
              name: fc.constantFrom('p', 'q'),
              version: fc.constantFrom('1', '2', 'vers:generic/<3', 'before 4', '<= 5'),
              state: fc.constantFrom('affected' as const, 'fixed' as const, 'not_affected' as const),
              said: fc.constantFrom(
                'first_affected' as const,
                'last_affected' as const,
                'first_fixed' as const,
                'recommended' as const,
              ),
            },
            { requiredKeys: ['name'] },
          ),
          { maxLength: 3 },
        ),
        ...optionalDates(),
      }),
      { maxLength: 6, selector: ({ vendorId, vulnerabilityId }) => `${vendorId} ${vulnerabilityId}` },
    ),
    remedies: fc.array(
      fc.record(
        {
          kind: fc.constantFrom(
            'vendor_fix' as const,
            'workaround' as const,
            'fix_planned' as const,
            'none_available' as const,
          ),
          texts: fc.array(fc.record({ lang: fc.constant('en'), text: fc.string() }), { maxLength: 1 }),
          vendorId: fc.constantFrom('a', 'b'),
          vulnerabilityId: fc.constantFrom('one', 'two'),
        },
        { requiredKeys: ['kind', 'texts'] },
      ),
      { maxLength: 3 },
    ),
    stage: fc.constantFrom('draft' as const, 'interim' as const, 'final' as const),
    summary: fc.string(),
  })
  .map((rest) => ({
    ...ADVISORY,
    ...rest,
    // One remedy in a few keeps pointing nowhere.
    remedies: rest.remedies.filter(
      ({ vendorId }, at) =>
        at === 2 || vendorId === undefined || rest.vendors.some((one) => one.vendorId === vendorId),
    ),
    vulnerabilities: [
      { ...PARSER, id: 'one' },
      { ...PARSER, id: 'two', cve: 'CVE-2027-10002', scores: [] },
    ],
  }));

function instants(): fc.Arbitrary<Instant> {
  return fc.constantFrom(
    at('2027-03-01T00:00:00Z'),
    at('2027-03-02T00:00:00.250Z'),
    at('2027-04-14T00:00:00Z'),
  );
}

function optionalDates(): { informedAt: fc.Arbitrary<Instant>; respondedAt: fc.Arbitrary<Instant> } {
  return { informedAt: instants(), respondedAt: instants() };
}

test('whatever an advisory says, what is written is valid and the rest is refused as a contradiction', async () => {
  let valid = 0;
  await fc.assert(
    fc.asyncProperty(anything, async (advisory) => {
      const outcome = writeCsaf(advisory);
      if (!outcome.ok) {
        expect(outcome.fault.code).toBe('FORMAT_CONTRADICTION');
        return;
      }
      valid += 1;
      expect(await validateCsaf(JSON.parse(outcome.value.text))).toEqual({ valid: true, faults: [] });
    }),
    { seed: 2027, numRuns: 300 },
  );
  expect(valid).toBeGreaterThan(75);
}, 150_000);

test('the sample reads as it did: fixtures/documents/csaf', () => {
  const file = new URL('../../../../fixtures/documents/csaf/ecc_2027-0001.json', import.meta.url);
  const { text, fileName, losses } = written(ADVISORY, { engineVersion: '0.1.0' });
  expect(fileName).toBe('ecc_2027-0001.json');
  if (process.env['UPDATE'] === '1') writeFileSync(file, text);
  expect(text).toBe(readFileSync(file, 'utf8'));
  expect(losses.map(({ path, what }: Document) => [path, what])).toEqual([
    ['remedies[2].kind', 'fix_planned'],
    ['kind', 'no_member'],
    ['scope', 'no_member'],
  ]);
});

describe('FORMATS §1.1: the document', () => {
  test('category follows whether every vulnerability has a product status', () => {
    expect(written(ADVISORY).json.document.category).toBe('csaf_security_advisory');
    expect(written(SMALLEST).json.document.category).toBe('csaf_base');
    const second = { ...ADVISORY, vulnerabilities: [PARSER, { ...PARSER, id: 'second' }] };
    expect(written(second).json.document.category).toBe('csaf_base');
  });

  test('a draft has version 0, its own time, no release date, no self reference', () => {
    const draft = written({ ...ADVISORY, stage: 'draft', publishedAt: at('2027-03-30T00:00:00Z') }).json;
    expect(draft.document.tracking).toMatchObject({
      status: 'draft',
      version: '0',
      initial_release_date: '2027-03-30T00:00:00Z',
      revision_history: [{ number: '0', date: '2027-03-30T00:00:00Z' }],
    });
    expect(draft.vulnerabilities[0].release_date).toBeUndefined();
    expect(JSON.stringify(draft.document.references)).not.toContain('"self"');
  });

  test('the self reference is first and ends in the file name (6.2.11)', () => {
    expect(written(ADVISORY).json.document.references[0]).toMatchObject({
      category: 'self',
      url: 'https://ecc.example/.well-known/csaf/white/2027/ecc_2027-0001.json',
    });
  });

  test('names are sorted (6.2.13) and no CVE id is an alias', () => {
    const { text, json } = written(ADVISORY);
    const keys = Object.keys(json.document);
    expect(keys).toEqual([...keys].sort());
    expect(json.document.tracking.aliases).toEqual(['VU#900001', 'JVNVU#99900001']);
    expect(text.endsWith('}\n')).toBe(true);
  });

  test('a translation has its own id, title and source language', () => {
    const { json, fileName } = written(ADVISORY, { lang: 'ja' });
    expect(fileName).toBe('ecc_2027-0001-ja.json');
    expect(json.document).toMatchObject({
      lang: 'ja',
      source_lang: 'en',
      tracking: { id: 'ECC#2027-0001-ja' },
    });
    expect(json.document.title).toBe(ADVISORY.translations[0]?.title);
    expect(refused(ADVISORY, { lang: 'fr' })).toEqual({ code: 'FORMAT_UNKNOWN', where: 'lang' });
  });

  test('an exercise says so in title and note', () => {
    const { document } = written({ ...ADVISORY, drill: true }).json;
    expect(document.title).toMatch(/^DRILL: /);
    expect(document.notes.some(({ title }: Document) => title === 'Exercise')).toBe(true);
  });

  test.each(TLP_LABELS)('FORMATS §1.4: label and text of %s', (label) => {
    const { distribution } = written({ ...ADVISORY, tlp: label, pap: 'GREEN' }).json.document;
    const names = { CLEAR: 'WHITE', GREEN: 'GREEN', AMBER: 'AMBER', 'AMBER+STRICT': 'RED', RED: 'RED' };
    expect(distribution).toEqual({ tlp: { label: names[label] }, text: `TLP v2.0: TLP:${label}\nPAP:GREEN` });
  });
});

describe('FORMATS §1.2, §1.3: products, status, involvement', () => {
  test('status groups follow the table of §2; a disputed entry follows our assessment', () => {
    const { json } = written(ADVISORY);
    const names = new Map<string, string>();
    const walk = (branch: Document): void => {
      if (branch.product) names.set(branch.product.product_id, branch.product.name);
      for (const inner of branch.branches ?? []) walk(inner);
    };
    walk(json.product_tree);
    const groups = Object.entries(json.vulnerabilities[0].product_status as Record<string, string[]>);
    expect(
      Object.fromEntries(groups.map(([name, ids]) => [name, ids.map((id) => names.get(id)).sort()])),
    ).toEqual({
      first_fixed: ['Alder Networks Alder Gate 4.2'],
      known_affected: [
        'Alder Networks Alder Gate vers:generic/>=4.0|<4.2',
        'Birch Systems products',
        'Ivy Telecom products',
      ],
      known_not_affected: ['Alder Networks Alder Lantern', 'Cedar Soft <b>&amp;</b> "Sons" products'],
      under_investigation: ['Dogwood KK products', 'Elm Works products'],
    });
  });

  test('a vendor without a product status is not in the tree, and its note says what is known', () => {
    const { json } = written(ADVISORY);
    const vendors = json.product_tree.branches.map(({ name }: Document) => name);
    for (const silent of ['Fir Industries', 'Ginkgo', 'Hazel']) {
      expect(vendors).not.toContain(silent);
      expect(json.document.notes.map(({ title }: Document) => title)).toContain(`Vendor status: ${silent}`);
    }
  });

  test('a vendor note has fixed lines, then statements verbatim, then our comment', () => {
    const { notes } = written(ADVISORY).json.document;
    const note = notes.find(({ title }: Document) => title === 'Vendor status: Alder Networks');
    expect(note).toMatchObject({ category: 'other' });
    expect(note.text.split('\n')).toEqual([
      'status: affected',
      'informed: 2027-03-01T09:00:00Z',
      'answered: 2027-03-04T02:30:00Z',
      'fix: ready',
      '',
      'Update Alder Gate to 4.2.',
      '',
      'Versions before 4.0 are out of support.',
      '',
      '(ja)',
      'Alder Gate を 4.2 に更新してください。',
      '',
      "Coordinator's comment:",
      'The update was tried by this centre.',
    ]);
  });

  test('product ids are the same in every revision, language and export', () => {
    const ids = (document: Document): string[] => JSON.stringify(document).match(/ISO-[0-9a-f]{16}/g) ?? [];
    const first = new Set(ids(written(ADVISORY).json));
    expect(new Set(ids(written(MANY).json))).toEqual(first);
    expect(new Set(ids(written(ADVISORY, { lang: 'ja' }).json))).toEqual(first);
    // The vector of FORMATS §1.2, computed with another program: printf 'v\nP\n1' | sha256sum
    const own = {
      ...entry(0),
      vendorId: 'v',
      products: [{ name: 'P', version: '1', state: 'affected' as const }],
    };
    expect(ids(written({ ...ADVISORY, remedies: [], vendors: [own] }).json)[0]).toBe('ISO-3fef14b9e0f18946');
  });

  test('6.1.24: two vendors told at one instant share an involvement only with one status', () => {
    const told = at('2027-03-07T00:00:00Z');
    const silent = (name: string): Document => ({
      ...entry(5),
      vendorId: name,
      name,
      informedAt: told,
    });
    const vendors = [silent('One'), silent('Two')];
    const shared = written({ ...ADVISORY, remedies: [], vendors });
    expect(shared.json.vulnerabilities[0].involvements).toEqual([
      { date: '2027-03-07T00:00:00Z', party: 'vendor', status: 'contact_attempted', summary: 'One, Two' },
    ]);
    const busy = { ...silent('Three'), status: 'under_investigation' };
    const split = written({ ...ADVISORY, remedies: [], vendors: [...vendors, busy] });
    expect(split.json.vulnerabilities[0].involvements).toBeUndefined();
    expect(split.losses.filter(({ what }: Document) => what === 'involvement_collides')).toHaveLength(3);
  });

  test('a remedy without a product of its own becomes a note of the document', () => {
    const { notes } = written(ADVISORY).json.document;
    expect(notes).toContainEqual({ category: 'details', text: 'Ask the vendor.', title: 'Mitigation' });
  });
});

describe('FORMATS §1.2: contradictions are refused, never written', () => {
  const first = entry(0);
  const bare = { ...ADVISORY, remedies: [] };
  test.each<[string, Advisory, string]>([
    [
      'a product on two sides of one vulnerability (6.1.6)',
      {
        ...bare,
        vendors: [
          {
            ...first,
            products: [
              { name: 'P', version: '1', state: 'affected' },
              { name: 'P', version: '1', state: 'fixed' },
            ],
          },
        ],
      },
      'FORMAT_CONTRADICTION',
    ],
    [
      'two products with one id',
      {
        ...bare,
        vendors: [
          { ...first, vendorId: 'a', products: [{ name: 'b\nc', state: 'affected' }] },
          { ...first, vendorId: 'a\nb', products: [{ name: 'c', state: 'affected' }] },
        ],
      },
      'FORMAT_CONTRADICTION',
    ],
    [
      'one product under two CPEs',
      {
        ...bare,
        vendors: [
          {
            ...first,
            products: [
              { name: 'P', state: 'affected', cpe: 'cpe:2.3:a:x:p:*:*:*:*:*:*:*:*' },
              { name: 'P', state: 'affected' },
            ],
          },
        ],
      },
      'FORMAT_CONTRADICTION',
    ],
    [
      'a vendor that is not affected with an affected product',
      {
        ...bare,
        vendors: [{ ...first, status: 'not_affected', products: [{ name: 'P', state: 'affected' }] }],
      },
      'FORMAT_CONTRADICTION',
    ],
  ])('%s', (_name, advisory, code) => {
    expect(refused(advisory)).toMatchObject({ code });
  });

  test('a VEX without a remedy for an affected product', () => {
    expect(refused({ ...ADVISORY, vendors: VENDORS.slice(0, 2), remedies: [] }, { vex: true })).toEqual({
      code: 'FORMAT_CONTRADICTION',
      where: 'vulnerabilities[0].remediations',
    });
  });
});

test('FORMATS §12.8: private fields never leak', () => {
  for (const lang of ['en', 'ja']) {
    const { text } = written(WITH_CANARIES, { lang });
    for (const leak of LEAKS) expect(text).not.toContain(leak);
    expect(text).toContain('R. Finder');
  }
});
