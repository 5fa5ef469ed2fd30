import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readImport } from '../../../adapters/format/read-import.js';
import { vendorKey } from '../../../node/core/case/vendor-key.js';

// The sample may not be handed on: the test skips where it is absent, and names ids and counts only.
const folder =
  process.env['ISOCHRON_CERT_SAMPLE'] ??
  new URL('../../../../shared/data/cert-cc-sample', import.meta.url).pathname;
const present = existsSync(`${folder}/notes.jsonl`);
if (!present) console.log('CERT/CC sample absent: set ISOCHRON_CERT_SAMPLE to run these tests');

interface Fact {
  readonly id: string;
  readonly vendors: readonly { readonly vendor_key: string; readonly flags?: readonly string[] }[];
  readonly facts: { readonly n_vendors: number; readonly n_affected: number; readonly n_notified: number };
  readonly flags?: readonly string[];
}

describe.skipIf(!present)('the real sample: 200 notes', () => {
  const text = present ? readFileSync(`${folder}/notes.jsonl`, 'utf8') : '';
  const notes: readonly Fact[] = text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  const read = present ? readImport(text) : undefined;
  const cases = read?.ok ? read.value.cases : [];

  test('all notes import, in order', () => {
    expect(cases.length).toBe(200);
    expect(cases.map(({ sourceId }) => sourceId)).toEqual(notes.map(({ id }) => id));
  });

  test('counts of vendor records, of affected ones and of notices agree with the facts', () => {
    const wrong = notes.flatMap(({ id, facts }, index) => {
      const vendors = cases[index]?.vendors ?? [];
      const affected = vendors.filter(({ status }) => status === 'affected').length;
      const notified = vendors.filter(({ informedAt }) => informedAt !== undefined).length;
      const same =
        vendors.length === facts.n_vendors && affected === facts.n_affected && notified === facts.n_notified;
      return same ? [] : [id];
    });
    expect(wrong).toEqual([]);
  });

  test('doubts agree: duplicates, HTML, dates that are none, public dates after publication', () => {
    const wrong = notes.flatMap(({ id, flags = [], vendors }, index) => {
      const found = cases[index];
      const theirs = [
        ...['html_in_text', 'date_public_after_first_published'].filter((flag) => flags.includes(flag)),
        ...vendors.map(({ flags: own = [] }) => own.includes('duplicate_vendor_key')),
        ...vendors.map(({ flags: own = [] }) =>
          own.some((flag) => /:(not_a_date|impossible_year)$/.test(flag)),
        ),
      ];
      const ours = [
        ...['html_in_text', 'date_public_after_first_published'].filter((flag) =>
          found?.flags.some((own) => own === flag),
        ),
        ...(found?.vendors ?? []).map(({ flags: own }) => own.includes('duplicate_vendor_key')),
        ...(found?.vendors ?? []).map(
          ({ flags: own }) => own.includes('not_a_date') || own.includes('impossible_year'),
        ),
      ];
      return JSON.stringify(ours) === JSON.stringify(theirs) ? [] : [id];
    });
    expect(wrong).toEqual([]);
  });

  test('no status is upgraded: Unknown is informed with a notice and unknown without', () => {
    const wrong = cases.filter(({ vendors }) =>
      vendors.some(
        ({ statusWord, status, informedAt }) =>
          statusWord === 'Unknown' && status !== (informedAt?.day === undefined ? 'unknown' : 'informed'),
      ),
    );
    expect(wrong.map(({ sourceId }) => sourceId)).toEqual([]);
  });

  test('vendor keys agree with the registry for 99 of 100 spellings', () => {
    const pairs = notes.flatMap(({ vendors }, index) =>
      vendors.map(({ vendor_key: key }, at) => vendorKey(cases[index]?.vendors[at]?.name ?? '') === key),
    );
    const agree = pairs.filter(Boolean).length;
    console.log(`vendor keys: ${agree} of ${pairs.length} agree`);
    expect(agree / pairs.length).toBeGreaterThan(0.99);
  });

  test('one note is found by id', () => {
    const found = readImport(text, { id: '800113' });
    expect(found.ok && found.value.cases.map(({ sourceId }) => sourceId)).toEqual(['VU#800113']);
  });
});
