import { describe, expect, test } from 'vitest';
import {
  type Advisory,
  shownTitle,
  shownTo,
  statusToPublish,
  textIn,
  type VendorEntry,
} from '../../node/core/advisory.js';
import { checkAdvisory } from '../../node/core/advisory-check.js';
import { TLP_LABELS } from '../../node/core/disclosure/tlp.js';
import { LIMITS } from '../../node/core/limits.js';
import { ADVISORY, at, CANARY, PARSER, VENDORS, WITH_CANARIES } from '../adapters/format/samples.js';

function entry(change: Partial<VendorEntry>): VendorEntry {
  const [first] = VENDORS;
  if (!first) throw new Error('no vendors');
  return { ...first, ...change };
}

describe('FORMATS §12.8: one door for what is private', () => {
  test('an audience sees notes up to its label, people with consent, dates with consent', () => {
    const shown = shownTo(WITH_CANARIES, 'AMBER');
    if (!shown.ok) throw new Error(shown.fault.code);
    expect(shown.value.notes.map(({ tlp }) => tlp)).toEqual([undefined, 'AMBER']);
    expect(shown.value.credits.map(({ name }) => name)).toEqual(['R. Finder']);
    expect(shown.value.vulnerabilities[0]?.discoveredAt).toBeUndefined();
    expect(shownTo(shown.value, 'AMBER')).toEqual(shown);
  });

  test('a discovery date with consent stays', () => {
    const open = { ...PARSER, discoveredAt: at('2026-11-11T00:00:00Z'), discoveryConsent: true };
    const shown = shownTo({ ...ADVISORY, vulnerabilities: [open] }, 'CLEAR');
    expect(shown.ok && shown.value.vulnerabilities[0]?.discoveredAt).toBe(open.discoveredAt);
  });

  test('an advisory is never shown to a wider audience than its label', () => {
    for (const [index, tlp] of TLP_LABELS.entries()) {
      for (const [other, target] of TLP_LABELS.entries()) {
        expect(shownTo({ ...ADVISORY, tlp }, target).ok).toBe(index <= other);
      }
    }
  });

  test('the widest audience sees no canary in notes and people', () => {
    const shown = shownTo(WITH_CANARIES, 'CLEAR');
    expect(shown.ok && JSON.stringify([shown.value.notes, shown.value.credits])).not.toContain(CANARY);
  });
});

describe('FORMATS §1.3: a disputed entry follows the publishing centre', () => {
  const own = ADVISORY.publisher.name;
  test.each<[string, Partial<VendorEntry>, string]>([
    ['not disputed: as it stands', { status: 'affected' }, 'affected'],
    ['disputed and never assessed by us', { status: 'disputed', assessments: [] }, 'unknown'],
    [
      'the latest of ours',
      {
        status: 'disputed',
        assessments: [
          { author: own, status: 'not_affected', at: at('2027-03-03T00:00:00Z') },
          { author: own, status: 'affected', at: at('2027-03-05T00:00:00Z') },
          { author: own, status: 'under_investigation', at: at('2027-03-04T00:00:00Z') },
          { author: 'another', status: 'not_affected', at: at('2027-03-09T00:00:00Z') },
        ],
      },
      'affected',
    ],
    [
      'a dispute is no assessment',
      {
        status: 'disputed',
        assessments: [{ author: own, status: 'disputed', at: at('2027-03-03T00:00:00Z') }],
      },
      'unknown',
    ],
  ])('%s', (_name, change, status) => {
    expect(statusToPublish(entry(change), ADVISORY.publisher)).toBe(status);
  });
});

test('a text is taken in the wanted language, then the advisory’s, then the first', () => {
  const texts = [
    { lang: 'fr', text: 'f' },
    { lang: 'en', text: 'e' },
    { lang: 'ja', text: 'j' },
  ];
  expect(textIn(texts, 'ja', 'en')).toBe('j');
  expect(textIn(texts, 'de', 'en')).toBe('e');
  expect(textIn(texts, 'de', 'es')).toBe('f');
  expect(textIn([], 'en', 'en')).toBeUndefined();
});

test('an exercise is marked in its title', () => {
  expect(shownTitle({ ...ADVISORY, drill: true }, 'x')).toBe('DRILL: x');
  expect(shownTitle(ADVISORY)).toBe(ADVISORY.title);
});

describe('an advisory that cannot be told truthfully is refused', () => {
  const one = { number: 1, at: at('2027-04-14T00:00:00Z'), summary: 'x' };
  test.each<[string, Partial<Advisory>, string]>([
    ['no public id', { publicId: ' ' }, 'publicId'],
    ['a public id with blanks around it', { publicId: ' ECC#1' }, 'publicId'],
    ['no title', { title: '' }, 'title'],
    ['no vulnerability', { vulnerabilities: [], vendors: [], remedies: [] }, 'vulnerabilities'],
    ['a vulnerability twice', { vulnerabilities: [PARSER, PARSER] }, 'vulnerabilities'],
    [
      'no description',
      { vulnerabilities: [{ ...PARSER, descriptions: [] }] },
      'vulnerabilities[0].descriptions',
    ],
    [
      'a translation into its own language',
      { translations: [{ lang: 'en', title: 'x', summary: 'y' }] },
      'translations',
    ],
    ['no revision', { revisions: [] }, 'revisions'],
    ['a gap in the numbers', { revisions: [{ ...one, number: 2 }] }, 'revisions[0]'],
    [
      'two revisions in one second',
      { revisions: [one, { ...one, number: 2, at: at('2027-04-14T00:00:00.900Z') }] },
      'revisions[1]',
    ],
    [
      'a vendor of another vulnerability',
      { vendors: [entry({ vulnerabilityId: 'x' })], remedies: [] },
      'vendors[0].vulnerabilityId',
    ],
    ['a remedy of no vendor', { vendors: [] }, 'remedies[0]'],
    ['a vendor twice', { vendors: [entry({}), entry({})], remedies: [] }, 'vendors[1]'],
    [
      'not affected with an affected product',
      { vendors: [entry({ status: 'not_affected' })], remedies: [] },
      'vendors[0].products',
    ],
  ])('%s', (_name, change, where) => {
    const outcome = checkAdvisory({ ...ADVISORY, ...change });
    expect(outcome).toEqual({ ok: false, fault: { code: 'FORMAT_CONTRADICTION', where } });
  });

  test('more vendors than the bound', () => {
    const vendors = Array.from({ length: LIMITS.vendorsPerCase.most + 1 }, (_, index) =>
      entry({ vendorId: `v${index}` }),
    );
    expect(checkAdvisory({ ...ADVISORY, vendors })).toMatchObject({
      ok: false,
      fault: { code: 'LIMIT_EXCEEDED', where: 'vendors' },
    });
  });

  test('the sample itself is fine', () => {
    expect(checkAdvisory(ADVISORY)).toEqual({ ok: true, value: ADVISORY });
  });
});
