/** Invented advisories for the format tests. Nothing here describes a real product, vendor or vulnerability. */
import type { Advisory, VendorEntry, Vulnerability } from '../../../node/core/advisory.js';
import { type Instant, readInstant } from '../../../node/core/time.js';

/** An instant of a test; throws for a text that is none, since a test that means nothing must not pass. */
export function at(text: string): Instant {
  const read = readInstant(text);
  if (read === undefined) throw new Error(`not an instant: ${text}`);
  return read;
}

export const PARSER: Vulnerability = {
  id: 'local-vulnerability-1',
  cve: 'CVE-2027-10001',
  otherIds: [{ system: 'JVNDB', text: 'JVNDB-2027-900001' }],
  title: 'Length field is trusted in the Quillwire parser',
  descriptions: [
    { lang: 'en', text: 'The Quillwire parser trusts a length field that comes from the network.' },
    { lang: 'ja', text: 'Quillwire パーサは、ネットワークから受信した長さフィールドを検証しません。' },
  ],
  weaknesses: [
    { id: 'CWE-130', name: 'Improper Handling of Length Parameter Inconsistency' },
    { id: 'CWE-125', name: 'Out-of-bounds Read' },
  ],
  scores: [
    { version: '3.1', vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:H', score: 9.1 },
    {
      version: '4.0',
      vector: 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:H/SC:N/SI:N/SA:N',
      score: 8.8,
    },
  ],
};

function vendor(name: string, rest: Partial<VendorEntry> & Pick<VendorEntry, 'status'>): VendorEntry {
  return {
    vendorId: `local-${name.toLowerCase().replace(/\W+/g, '-')}`,
    name,
    vulnerabilityId: PARSER.id,
    assessments: [],
    fixProgress: 'none',
    statements: [],
    references: [],
    products: [],
    ...rest,
  };
}

/** One vendor for each status of FORMATS §2. */
export const VENDORS: readonly VendorEntry[] = [
  vendor('Alder Networks', {
    status: 'affected',
    fixProgress: 'ready',
    informedAt: at('2027-03-01T09:00:00Z'),
    respondedAt: at('2027-03-04T02:30:00Z'),
    statements: [
      { lang: 'en', text: 'Update Alder Gate to 4.2.\n\nVersions before 4.0 are out of support.' },
      { lang: 'ja', text: 'Alder Gate を 4.2 に更新してください。' },
    ],
    addendum: 'The update was tried by this centre.',
    references: [{ url: 'https://alder.example/advisories/7', title: 'Advisory 7' }],
    products: [
      {
        name: 'Alder Gate',
        version: 'vers:generic/>=4.0|<4.2',
        state: 'affected',
        cpe: 'cpe:2.3:o:alder:gate:4.0:*:*:*:*:*:*:*',
      },
      {
        name: 'Alder Gate',
        version: '4.2',
        state: 'fixed',
        said: 'first_fixed',
        purl: 'pkg:generic/gate@4.2',
      },
      { name: 'Alder Lantern', state: 'not_affected' },
    ],
  }),
  vendor('Birch Systems', {
    status: 'affected_investigating',
    informedAt: at('2027-03-01T09:00:00Z'),
    respondedAt: at('2027-03-09T11:00:00Z'),
  }),
  vendor('Cedar Soft <b>&amp;</b> "Sons"', {
    status: 'not_affected',
    respondedAt: at('2027-03-02T00:00:00Z'),
    statements: [{ lang: 'en', text: 'We do not ship <script>alert(1)</script> the parser.' }],
    notAffectedFlag: 'component_not_present',
  }),
  vendor('Dogwood KK', {
    status: 'not_affected_investigating',
    informedAt: at('2027-03-02T00:00:00Z'),
    statements: [{ lang: 'ja', text: '現時点で該当製品は確認されていません。' }],
  }),
  vendor('Elm Works', { status: 'under_investigation', informedAt: at('2027-03-03T00:00:00Z') }),
  vendor('Fir Industries', { status: 'informed', informedAt: at('2027-03-05T00:00:00Z') }),
  vendor('Ginkgo', { status: 'not_contacted' }),
  vendor('Hazel', { status: 'unknown' }),
  vendor('Ivy Telecom', {
    status: 'disputed',
    respondedAt: at('2027-03-20T00:00:00Z'),
    assessments: [
      { author: 'Ivy Telecom', status: 'not_affected', at: at('2027-03-20T00:00:00Z') },
      { author: 'Example Coordination Centre', status: 'affected', at: at('2027-03-22T00:00:00Z') },
    ],
  }),
];

export const ADVISORY: Advisory = {
  publicId: 'ECC#2027-0001',
  aliases: ['VU#900001', 'JVNVU#99900001', 'CVE-2027-10001'],
  lang: 'en',
  title: 'Quillwire implementations trust a length field',
  summary: 'Several implementations of the Quillwire protocol read past the end of a message.',
  translations: [
    {
      lang: 'ja',
      title: 'Quillwire プロトコルの複数の実装における境界外読み取りの脆弱性',
      summary: 'Quillwire プロトコルの複数の実装には、境界外読み取りの脆弱性があります。',
    },
  ],
  kind: 'software_product',
  scope: 'protocol',
  tlp: 'CLEAR',
  stage: 'final',
  publishedAt: at('2027-04-14T00:00:00Z'),
  publisher: {
    name: 'Example Coordination Centre',
    namespace: 'https://ecc.example',
    contact: 'coord@ecc.example',
    authority: 'Named as coordinating centre in an invented notice.',
    disclaimer: 'Provided as is.',
  },
  vulnerabilities: [PARSER],
  vendors: VENDORS,
  revisions: [{ number: 1, at: at('2027-04-14T00:00:00Z'), summary: 'First publication' }],
  notes: [
    {
      kind: 'impact',
      title: 'Impact',
      texts: [
        { lang: 'en', text: 'A remote attacker reads memory of the process.' },
        { lang: 'ja', text: '遠隔の第三者によって、プロセスのメモリを読み取られる可能性があります。' },
      ],
    },
  ],
  remedies: [
    {
      kind: 'vendor_fix',
      vendorId: 'local-alder-networks',
      texts: [{ lang: 'en', text: 'Update to Alder Gate 4.2.' }],
      url: 'https://alder.example/downloads/gate-4.2',
      at: at('2027-04-14T00:00:00Z'),
    },
    {
      kind: 'workaround',
      texts: [
        { lang: 'en', text: 'Block port 7007 at the border.' },
        { lang: 'ja', text: '境界でポート 7007 を遮断する。' },
      ],
    },
    {
      kind: 'fix_planned',
      vendorId: 'local-birch-systems',
      texts: [{ lang: 'en', text: 'A fix is planned for May.' }],
    },
    { kind: 'mitigation', vendorId: 'local-ginkgo', texts: [{ lang: 'en', text: 'Ask the vendor.' }] },
  ],
  references: [{ url: 'https://quillwire.example/spec', title: 'The protocol' }],
  credits: [{ name: 'R. Finder', organisation: 'Invented University', consent: true }],
};

/** The least that an advisory can be: one vulnerability, nobody asked. */
export const SMALLEST: Advisory = {
  ...ADVISORY,
  publicId: 'ECC#2027-0002',
  aliases: [],
  translations: [],
  publisher: { name: 'Example Coordination Centre', namespace: 'https://ecc.example' },
  vulnerabilities: [
    { id: 'v', title: 'A flaw', descriptions: [{ lang: 'en', text: 'A flaw.' }], weaknesses: [], scores: [] },
  ],
  vendors: [],
  notes: [],
  remedies: [],
  references: [],
  credits: [],
};

/** Planted in every private field; found in an output, it has leaked. */
export const CANARY = 'CANARY7F3A';

/** The sample with a canary in each field that no output under its label may carry (FORMATS §12.8). */
export const WITH_CANARIES: Advisory = {
  ...ADVISORY,
  vulnerabilities: [
    {
      ...PARSER,
      id: `${CANARY}-vulnerability`,
      discoveredAt: at('2026-11-11T11:11:11Z'),
      discoveryConsent: false,
    },
  ],
  vendors: VENDORS.map((entry) => ({
    ...entry,
    vendorId: `${CANARY}-${entry.vendorId}`,
    vulnerabilityId: `${CANARY}-vulnerability`,
  })),
  remedies: ADVISORY.remedies.map((remedy) =>
    remedy.vendorId === undefined ? remedy : { ...remedy, vendorId: `${CANARY}-${remedy.vendorId}` },
  ),
  notes: [
    ...ADVISORY.notes,
    {
      kind: 'details',
      title: `${CANARY} title`,
      texts: [{ lang: 'en', text: `${CANARY} text` }],
      tlp: 'AMBER',
    },
    { kind: 'other', title: `${CANARY} red`, texts: [{ lang: 'ja', text: `${CANARY} red` }], tlp: 'RED' },
  ],
  credits: [
    ...ADVISORY.credits,
    { name: `${CANARY} person`, organisation: `${CANARY} house`, consent: false },
  ],
};

/** What no output may hold where {@link WITH_CANARIES} was written. */
export const LEAKS: readonly string[] = [CANARY, '2026-11-11'];
