import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Imported, type ImportOptions, readImport } from '../../../adapters/format/read-import.js';
import type { ImportedCase } from '../../../node/core/case/imported.js';
import { LIMITS } from '../../../node/core/limits.js';
import { at } from './samples.js';

function fixture(name: string): string {
  return readFileSync(new URL(`../../../fixtures/documents/${name}`, import.meta.url), 'utf8');
}

function imported(text: string, options: ImportOptions = {}): Imported {
  const outcome = readImport(text, options);
  if (!outcome.ok) throw new Error(`${outcome.fault.code} ${outcome.fault.where}`);
  return outcome.value;
}

function only({ cases }: Imported): ImportedCase {
  const [first, ...more] = cases;
  if (!first || more.length > 0) throw new Error(`${cases.length} cases`);
  return first;
}

function flagged({ report }: Imported, what: string): string[] {
  return report.filter((loss) => loss.what === what).map(({ path }) => path);
}

describe('FORMATS §5: the archive of CERT/CC', () => {
  const files = Array.from({ length: 9 }, (_, index) =>
    fixture(`cert-cc/vendor_invn-00000${index + 1}.json`),
  );
  const read = imported(fixture('cert-cc/whole_900001.json'));
  const note = only(read);

  test('a note and vendor files read like one object with the vendors inside, in any of three shapes', () => {
    const text = fixture('cert-cc/vu_900001.json');
    expect(imported(text, { vendorTexts: files })).toEqual(read);
    expect(imported(`[${[text, ...files].join(',')}]`)).toEqual(read);
  });

  test('the note: ids, title, text, lists', () => {
    expect(note).toMatchObject({
      source: 'cert-cc',
      sourceId: 'VU#900001',
      aliases: ['VU#900001', 'CVE-2027-10001', 'CVE-2027-10002', 'TA07-999A'],
      title: 'Quillwire "length" field is trusted',
      keywords: ['quillwire', 'gate'],
      references: [],
      scores: [{ version: '2.0', vector: 'AV:N/AC:L/Au:N/C:P/I:N/A:P', score: 6.4 }],
      createdAt: { at: at('2007-01-08T14:15:00Z') },
      publicOn: { day: '2007-03-09' },
      firstPublishedAt: { at: at('2007-03-06T19:00:00Z') },
      flags: ['date_public_after_first_published', 'entities_in_title', 'html_in_text'],
    });
    expect(note.publicOn?.at).toBeUndefined();
    expect(note.summary).toContain('\n\nSee <a href=');
    expect(note.details.resolution).toBe('Apply a patch from your vendor.');
  });

  test('vendor records: two vocabularies, silence read back without an upgrade', () => {
    expect(
      note.vendors.map(({ key, status, statusWord, flags }) => [key, status, statusWord, flags.join(' ')]),
    ).toEqual([
      ['alder networks', 'affected', 'Vulnerable', 'html_in_text'],
      ['birch systems', 'not_affected', 'Not Vulnerable', 'no_zone responded_before_notified'],
      ['cedar soft', 'unknown', 'Unknown', 'not_a_date'],
      ['dogwood', 'unknown', 'Unknown', 'impossible_year'],
      ['elm works', 'informed', 'Unknown', 'notified_after_first_published'],
      ['alder networks', 'affected', 'Affected', 'duplicate_vendor_key'],
      ['fir industries', 'unknown', 'Perhaps', 'status_word'],
    ]);
  });

  test('the printed name is kept, a bad date is kept as text, boilerplate is dropped', () => {
    const [alder, birch, cedar] = note.vendors;
    expect(alder).toMatchObject({
      name: 'Alder Networks, Inc.',
      recordId: 'INVN-000001',
      statement: 'Update Alder Gate to 4.2.\n<b>Older versions</b> are out of support.',
      addendum: 'The update was tried.',
      references: ['https://alder.example/7'],
      informedAt: { at: at('2007-01-10T14:00:00Z') },
    });
    expect(birch?.statement).toBeUndefined();
    expect(birch?.references).toEqual([]);
    expect(cedar?.name).toBe('Cedar&nbsp;Soft GmbH');
    expect(cedar?.informedAt).toEqual({ text: 'Error: this is a sentence', flag: 'not_a_date' });
  });

  test('the report names what was dropped, and where', () => {
    expect(flagged(read, 'boilerplate')).toEqual(['VU#900001/vendors[1].statement']);
    expect(flagged(read, 'person_not_imported')).toEqual(['VU#900001/Author', 'VU#900001/ThanksAndCredit']);
    expect(flagged(read, 'other_note')).toEqual(['VU#900001/vendors[8]']);
    expect(flagged(read, 'no_name')).toEqual(['VU#900001/vendors[7]']);
    expect(flagged(read, 'empty_string_for_list')).toContain('VU#900001/References');
    expect(flagged(read, 'not_imported')).toEqual([
      'VU#900001/CAM_Impact',
      'VU#900001/CVSS_AccessVector',
      'VU#900001/Revision',
    ]);
  });

  test('FORMATS §12.10: the report holds no text of the note', () => {
    const report = JSON.stringify(read.report);
    for (const secret of ['Alder', 'parser', 'length', 'nobody', 'patch'])
      expect(report).not.toContain(secret);
  });
});

describe('vda-note/1: one note a line', () => {
  const text = fixture('vda-note/notes.jsonl');

  test('all notes of a file, or one chosen by id in any spelling', () => {
    expect(imported(text).cases.map(({ sourceId }) => sourceId)).toEqual([
      'VU#900011',
      'VU#900012',
      'VU#900013',
    ]);
    for (const id of ['VU#900012', 'vu900012', '900012', ' VU# 900012 ']) {
      const chosen = imported(text, { id });
      expect(only(chosen).title).toBe('Quillwire clients never ask');
      expect(chosen.report.every(({ path }) => path.startsWith('VU#900012/'))).toBe(true);
    }
  });

  test('a date that the normaliser dropped is known by its flag', () => {
    const [alder, hazel] = imported(text).cases[0]?.vendors ?? [];
    expect(alder).toMatchObject({
      status: 'affected',
      remark: 'Seen on their site.',
      flags: ['no_zone'],
    });
    expect(hazel).toMatchObject({ key: 'hazel', status: 'unknown', flags: ['not_a_date'] });
  });

  test('a damaged line is refused by number; with an id, other lines are not even parsed', () => {
    const damaged = text.replace('"VU#900011"', '"VU#900011');
    expect(readImport(`${text}{"x":\n`)).toMatchObject({
      ok: false,
      fault: { code: 'FORMAT_MALFORMED', where: 'line 4' },
    });
    expect(only(imported(`${text}{"x":\n`, { id: '900013' })).vendors).toEqual([]);
    expect(readImport(damaged).ok).toBe(false);
  });
});

describe('FORMATS §5: VINCE', () => {
  test('an export: a due date is a wish, Unknown is not their word, posts are personal', () => {
    const read = imported(fixture('vince/invented-900021.json'));
    const found = only(read);
    expect(found).toMatchObject({
      source: 'vince',
      aliases: ['VU#900021', 'CVE-2027-10021', 'CVE-2027-10022'],
      proposedAt: { at: at('2027-02-19T00:00:00Z') },
      report: { product: 'Alder Gate', saysPublic: true, saysExploited: false, plans: 'A talk in spring.' },
    });
    expect(found.vulnerabilities.map(({ name, cve }) => [name, cve])).toEqual([
      ['CVE-2027-10021', 'CVE-2027-10021'],
      ['CVE-2027-10022', 'CVE-2027-10022'],
      ['Third flaw', undefined],
    ]);
    expect(
      found.vendors.map(({ name, vulnerability, status, flags }) => [
        name,
        vulnerability,
        status,
        flags.join(' '),
      ]),
    ).toEqual([
      ['Alder Networks', undefined, 'affected', 'added_to_case'],
      ['Birch Systems', undefined, 'unknown', 'added_to_case unknown_is_not_their_word'],
      ['Alder Networks', 'CVE-2027-10022', 'not_affected', 'added_to_case'],
    ]);
    expect(flagged(read, 'due_date_is_a_proposal')).toEqual(['VU#900021/due_date']);
    expect(flagged(read, 'ask_a_person')).toHaveLength(2);
    expect(flagged(read, 'person_not_imported').sort()).toEqual([
      'VU#900021/get_original_report.contact_name',
      'VU#900021/get_posts',
    ]);
    expect(JSON.stringify(read)).not.toMatch(/Invented Finder|A Person|personal words|reporter\.example/);
  });

  test('the published sample: 19 vulnerabilities, no vendors, a due date before the case', () => {
    const found = only(imported(fixture('vince/vu-257161-raw.json')));
    expect(found.sourceId).toBe('VU#257161');
    expect(found.vulnerabilities).toHaveLength(19);
    expect(found.aliases).toHaveLength(20);
    expect(found.vendors).toEqual([]);
    expect(found.createdAt?.at).toBe(at('2020-06-04T20:31:25.554Z'));
    expect(found.report?.reporter).toBeUndefined();
  });

  test('a reporter is there only if the source may share the contact', () => {
    const shared = fixture('vince/invented-900021.json').replace(
      '"share_release": false',
      '"share_release": true',
    );
    expect(only(imported(shared)).report?.reporter).toEqual({
      name: 'Invented Finder',
      organisation: '',
      contact: 'finder@reporter.example',
    });
  });

  test('a list of cases, a bare case and a note', () => {
    expect(imported(fixture('vince/sample_get_cases.json')).cases.map(({ sourceId }) => sourceId)).toEqual([
      'VU#647177',
    ]);
    const note = {
      vuid: '900022',
      title: 'A note',
      content: 'Words',
      references: ['https://x.example'],
      revision: 2,
    };
    expect(only(imported(JSON.stringify(note)))).toMatchObject({
      summary: 'Words',
      references: ['https://x.example'],
    });
    expect(imported(JSON.stringify([note, { ...note, vuid: 900023 }])).cases).toHaveLength(2);
  });
});

describe('FORMATS §12.4: bad input is refused by name', () => {
  const ok = { ID: 'VU#900001', Title: 'x' };
  test.each<[string, string, ImportOptions, object]>([
    ['empty', '', {}, { code: 'FORMAT_MALFORMED' }],
    ['not JSON', 'VU#900001', {}, { code: 'FORMAT_MALFORMED' }],
    ['a name twice', '{"ID":"VU#900001","ID":"VU#900002"}', {}, { code: 'FORMAT_MALFORMED' }],
    ['a prototype', '{"__proto__":{"ID":"VU#900001"}}', {}, { code: 'FORMAT_MALFORMED' }],
    ['too deep', `${'['.repeat(100)}${']'.repeat(100)}`, {}, { code: 'FORMAT_MALFORMED' }],
    ['a number', '7', {}, { code: 'FORMAT_UNKNOWN' }],
    ['an empty list', '[]', {}, { code: 'FORMAT_UNKNOWN' }],
    ['another shape', '{"document":{}}', {}, { code: 'FORMAT_UNKNOWN' }],
    ['a list of texts', '["VU#900001"]', {}, { code: 'FORMAT_UNKNOWN' }],
    [
      'a vendor file alone',
      '{"Vendor":"x","Status":"Unknown"}',
      {},
      { code: 'FORMAT_MALFORMED', where: 'note' },
    ],
    ['a note without an id', '{"ID":"","Title":"x"}', {}, { code: 'FORMAT_MALFORMED', where: 'ID' }],
    [
      'a note without a title',
      '{"ID":"VU#900001","Title":" "}',
      {},
      { code: 'FORMAT_MALFORMED', where: 'Title' },
    ],
    ['a case without a number', '{"vuid":"x","title":"y"}', {}, { code: 'FORMAT_MALFORMED', where: 'vuid' }],
    ['an id that is none', JSON.stringify(ok), { id: 'CVE-1' }, { code: 'COMMAND_MALFORMED', where: 'id' }],
    ['an id that is not there', JSON.stringify(ok), { id: '900009' }, { code: 'FORMAT_RECORD' }],
    [
      'a vendor file that is none',
      JSON.stringify(ok),
      { vendorTexts: ['{}'] },
      { code: 'FORMAT_UNKNOWN', where: 'vendor file 0' },
    ],
    [
      'a vendor file that is not JSON',
      JSON.stringify(ok),
      { vendorTexts: ['{'] },
      { code: 'FORMAT_MALFORMED', where: 'vendor file 0' },
    ],
  ])('%s', (_name, text, options, fault) => {
    expect(readImport(text, options)).toEqual({ ok: false, fault: expect.objectContaining(fault) });
  });

  test('a document over the bound is refused before parsing', () => {
    const long = `{"ID":"VU#900001","Title":"${'x'.repeat(LIMITS.importBytes.most)}"}`;
    expect(readImport(long)).toMatchObject({ ok: false, fault: { code: 'FORMAT_OVERSIZE' } });
    expect(readImport(' '.repeat(LIMITS.importFileBytes.most + 1))).toMatchObject({
      ok: false,
      fault: { code: 'FORMAT_OVERSIZE', most: LIMITS.importFileBytes.most },
    });
  });

  test('a text over the bound is cut and reported; fields of another type are dropped and reported', () => {
    const text = JSON.stringify({
      ...ok,
      Overview: 'x'.repeat(LIMITS.textCharacters.most + 1),
      Impact: {},
      Keywords: [1, 'a'],
    });
    const read = imported(text);
    expect(only(read).summary).toHaveLength(LIMITS.textCharacters.most);
    expect(flagged(read, 'cut')).toEqual(['VU#900001/Overview']);
    expect(flagged(read, 'wrong_type')).toEqual(['VU#900001/Impact', 'VU#900001/Keywords']);
    expect(only(read).keywords).toEqual(['a']);
  });

  test('no JSON breaks the reader', () => {
    const names = fc.constantFrom(
      'ID',
      'Title',
      'vuid',
      'title',
      'schema',
      'id',
      'vendors',
      'get_case',
      'get_vuls',
      'x',
    );
    const value = fc.letrec((tie) => ({
      json: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom(null, true, 7, '', 'VU#900001', 'vda-note/1', '2007-01-10'),
        fc.array(tie('json'), { maxLength: 3 }),
        fc.dictionary(names, tie('json'), { maxKeys: 5 }),
      ),
    })).json;
    fc.assert(
      fc.property(value, (json) => {
        const outcome = readImport(JSON.stringify(json));
        expect(typeof outcome.ok).toBe('boolean');
      }),
      { seed: 3, numRuns: 1_000 },
    );
  });
});
