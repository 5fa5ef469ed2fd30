import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { escapeHtml, html, link } from '../../../adapters/portal/page-html.js';
import { PAGE_WORDS } from '../../../adapters/portal/page-words.js';
import { advisoryPage, indexPage, indexRow, pageFileName } from '../../../adapters/portal/pages.js';
import type { Advisory } from '../../../node/core/advisory.js';
import { VENDOR_STATUS_WORDS, VENDOR_WORDS } from '../../../node/core/case/vendor-words.js';
import { ADVISORY, at, LEAKS, PARSER, SMALLEST, VENDORS, WITH_CANARIES } from '../format/samples.js';

function page(advisory: Advisory, options: Parameters<typeof advisoryPage>[1] = {}): string {
  const outcome = advisoryPage(advisory, options);
  if (!outcome.ok) throw new Error(outcome.fault.code);
  return outcome.value;
}

/** Tags of a page, in order, without their attributes. */
function tags(text: string): string[] {
  return [...text.matchAll(/<(\/?[a-z][a-z0-9]*)/g)].map((found) => found[1] ?? '');
}

describe('DESIGN §9: an advisory is one page, vendor by vendor', () => {
  test.each(['en', 'ja'] as const)('every vendor stands there with its status (%s)', (lang) => {
    const text = page(ADVISORY, { lang });
    for (const { name, status } of VENDORS) {
      const word = lang === 'ja' ? VENDOR_WORDS[status].japanese : VENDOR_WORDS[status].english;
      expect(text).toContain(`<bdi>${escapeHtml(name)}</bdi>`);
      expect(text).toContain(escapeHtml(word));
    }
    expect(new Set(VENDORS.map(({ status }) => status)).size).toBe(VENDOR_STATUS_WORDS.length);
  });

  test('headings stand in both languages; texts are taken in the language of the page', () => {
    const english = page(ADVISORY);
    const japanese = page(ADVISORY, { lang: 'ja' });
    expect(english).toContain(`${PAGE_WORDS.en.overview} <small lang="ja">${PAGE_WORDS.ja.overview}</small>`);
    expect(japanese).toContain(
      `${PAGE_WORDS.ja.overview} <small lang="en">${PAGE_WORDS.en.overview}</small>`,
    );
    expect(japanese).toContain(ADVISORY.translations[0]?.title);
    expect(japanese).toContain('境界でポート 7007 を遮断する。');
    expect(japanese).toContain('2027-04-14 00:00 UTC (09:00 JST)');
  });

  test('a remedy stands with its vendor; one for everybody stands in the solution', () => {
    const text = page(ADVISORY);
    expect(text.indexOf('Update to Alder Gate 4.2.')).toBeGreaterThan(text.indexOf('id="vendors"'));
    expect(text.indexOf('Block port 7007')).toBeLessThan(text.indexOf('id="vendors"'));
  });

  test('where vulnerabilities differ, each has its own status under its name', () => {
    const two = {
      ...ADVISORY,
      vulnerabilities: [PARSER, { ...PARSER, id: 'second', cve: 'CVE-2027-10002' }],
      vendors: VENDORS.flatMap((entry) => [
        entry,
        { ...entry, vulnerabilityId: 'second', status: 'unknown' as const },
      ]),
    };
    expect(page(two)).toContain('<p class="dates">CVE-2027-10002</p>');
  });

  test('the smallest advisory has a page; nobody is listed', () => {
    expect(page(SMALLEST)).toContain(PAGE_WORDS.en.nobody);
  });

  test('a draft and an interim advisory say so', () => {
    expect(page({ ...ADVISORY, stage: 'interim' })).toContain(PAGE_WORDS.en.interim);
    const draft = page({ ...ADVISORY, stage: 'draft' });
    expect(draft).toContain(PAGE_WORDS.en.draft);
    expect(draft).not.toContain('First publication');
  });
});

describe('FORMATS §0, rule 5: everything from a document is text', () => {
  const HOSTILE = '"><script>alert(1)</script><img src=x onerror=y>\'&<!--\u0000]]>';
  const hostile: Advisory = {
    ...ADVISORY,
    publicId: HOSTILE,
    title: HOSTILE,
    summary: HOSTILE,
    translations: [],
    aliases: [HOSTILE],
    publisher: {
      name: HOSTILE,
      namespace: HOSTILE,
      contact: HOSTILE,
      authority: HOSTILE,
      disclaimer: HOSTILE,
    },
    vulnerabilities: [
      {
        ...PARSER,
        cve: HOSTILE,
        otherIds: [{ system: HOSTILE, text: HOSTILE }],
        title: HOSTILE,
        descriptions: [{ lang: HOSTILE, text: HOSTILE }],
        weaknesses: [{ id: HOSTILE, name: HOSTILE }],
        scores: [{ version: '3.1', vector: HOSTILE, score: 1 }],
      },
    ],
    vendors: VENDORS.map((entry) => ({
      ...entry,
      name: HOSTILE + entry.name,
      statements: [{ lang: HOSTILE, text: HOSTILE }],
      addendum: HOSTILE,
      references: [{ url: `javascript:${HOSTILE}`, title: HOSTILE }],
      products: [{ name: HOSTILE, version: HOSTILE }],
      assessments: [{ author: HOSTILE, status: 'unknown', at: at('2027-01-01T00:00:00Z') }],
    })),
    revisions: [{ number: 1, at: ADVISORY.publishedAt, summary: HOSTILE }],
    notes: [{ kind: 'other', title: HOSTILE, texts: [{ lang: HOSTILE, text: HOSTILE }] }],
    remedies: [{ kind: 'workaround', texts: [{ lang: HOSTILE, text: HOSTILE }], url: HOSTILE }],
    references: [{ url: HOSTILE, title: HOSTILE }],
    credits: [{ name: HOSTILE, organisation: HOSTILE, consent: true }],
  };

  test('hostile text in every field opens no tag and closes no attribute', () => {
    const found = new Set(tags(page(hostile, { csafUrl: HOSTILE })));
    for (const tag of ['script', 'img', 'iframe', 'object', 'link', 'form', 'base'])
      expect(found).not.toContain(tag);
    // The same page with harmless text of the same shape has exactly the same tags.
    const harmless = JSON.parse(
      JSON.stringify(hostile).replaceAll(JSON.stringify(HOSTILE).slice(1, -1), 'x'),
    );
    expect(tags(page(hostile, { csafUrl: HOSTILE }))).toEqual(tags(page(harmless, { csafUrl: 'x' })));
  });

  test('no scripts, nothing loaded, and the policy names the one style sheet by its hash', () => {
    for (const text of [page(ADVISORY), page(ADVISORY, { lang: 'ja' }), indexPage([], ADVISORY.publisher)]) {
      expect(text).not.toMatch(/<script|<link|<img|@import|url\(|\son[a-z]+=|\sstyle=|javascript:/i);
      const style = /<style>([\s\S]*)<\/style>/.exec(text)?.[1] ?? '';
      const hash = createHash('sha256').update(style).digest('base64');
      expect(text).toContain(`style-src &#39;sha256-${hash}&#39;`);
      expect(text).toContain('default-src &#39;none&#39;');
    }
  });

  test('FORMATS §12.5: only https is a link', () => {
    expect(link('https://a.example/x', 'x').markup).toContain('<a href="https://a.example/x"');
    for (const url of [
      'http://a.example',
      'javascript:alert(1)',
      'data:text/html,x',
      '//a.example',
      'https://a b',
      '',
    ]) {
      expect(link(url, 'x').markup).not.toContain('<a ');
    }
  });

  test('escaped text holds no markup and loses no letter', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const { markup } = html`<p title="${text}">${text}</p>`;
        expect(tags(markup)).toEqual(['p', '/p']);
        expect(escapeHtml(text)).not.toMatch(/[<>"']/);
      }),
      { seed: 7 },
    );
  });
});

test('FORMATS §12.8: private fields never leak into a page', () => {
  for (const lang of ['en', 'ja'] as const) {
    const text = page(WITH_CANARIES, { lang });
    for (const leak of LEAKS) expect(text).not.toContain(leak);
    expect(text).toContain('R. Finder');
  }
});

test('FORMATS §3, row 5: the public page of a restricted advisory is refused', () => {
  const outcome = advisoryPage({ ...ADVISORY, tlp: 'GREEN' });
  expect(outcome).toEqual({ ok: false, fault: { code: 'TLP_FORBIDS', where: 'tlp' } });
  expect(advisoryPage({ ...ADVISORY, tlp: 'GREEN' }, { audience: 'GREEN' }).ok).toBe(true);
});

test('DRL-M2: an exercise is marked on its page and in the list', () => {
  const drill: Advisory = { ...ADVISORY, drill: true };
  const text = page(drill);
  expect(text).toContain('<div class="drill"');
  expect(text).toContain('<title>ECC#2027-0001: DRILL: ');
  expect(page(ADVISORY)).not.toContain('<div class="drill"');
  const rows = [indexRow(drill, 'a.html', 'en'), indexRow({ ...SMALLEST, drill: true }, 'b.html', 'en')];
  expect(indexPage(rows, ADVISORY.publisher)).toContain('<div class="drill"');
});

test('the list has the newest first, and says so when it is empty', () => {
  const older = { ...SMALLEST, publishedAt: at('2026-01-01T00:00:00Z') };
  const rows = [indexRow(older, 'older.html', 'en'), indexRow(ADVISORY, 'newer.html', 'en')];
  const text = indexPage(rows, ADVISORY.publisher);
  expect(text.indexOf('newer.html')).toBeLessThan(text.indexOf('older.html'));
  expect(indexPage([], ADVISORY.publisher, 'ja')).toContain(PAGE_WORDS.ja.none);
});

test('FORMATS §12.6: names on disk come from our ids by one rule', () => {
  expect(pageFileName('ECC#2027-0001')).toBe('ecc_2027-0001.html');
  expect(pageFileName('../../etc/passwd', 'ja')).toBe('_etc_passwd-ja.html');
});
