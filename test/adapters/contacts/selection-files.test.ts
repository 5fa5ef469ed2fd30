import { describe, expect, test } from 'vitest';
import { readCaseFile, readContacts, readHistory } from '../../../adapters/contacts/selection-files.js';

describe('a case as a file', () => {
  test.each([
    ['missing', {}],
    ['null', { title: null, overview: null, description: null, keywords: null, many_vendors: null }],
    [
      'empty',
      { title: '', overview: '', description: '', keywords: [], many_vendors: false, date_created: '' },
    ],
    ['an empty text where a list is meant', { keywords: '', products: '', many_vendors: '' }],
    ['of no meaning here', { case: 'case-017', severity: { score: 9 } }],
  ])('every member may be %s', (_, members) => {
    expect(readCaseFile(JSON.stringify(members))).toEqual({
      ok: true,
      value: {
        text: { title: '', overview: '', description: '', keywords: [], makers: [], isMany: false },
        at: undefined,
      },
    });
  });

  test('products are names, CPE or package URLs, and CVE records name makers', () => {
    const read = readCaseFile(
      JSON.stringify({
        keywords: ['gate'],
        many_vendors: true,
        products: ['HafenGate', 'cpe:2.3:a:nordwind:gate:*'],
        cve: { containers: { cna: { affected: [{ vendor: 'Quellmark', product: 'Box' }] } } },
        date_created: '2026-03-01T09:00:00+09:00',
      }),
    );
    expect(read.ok && read.value).toEqual({
      text: {
        title: '',
        overview: '',
        description: '',
        keywords: ['gate', 'HafenGate'],
        makers: [
          { vendor: 'nordwind', product: 'gate' },
          { vendor: 'Quellmark', product: 'Box' },
        ],
        isMany: true,
      },
      at: '2026-03-01T00:00:00.000Z',
    });
  });

  test.each([
    ['no JSON', '', 'json syntax at 0'],
    ['a list', '[]', 'case'],
    ['a title that is a number', '{"title":1}', 'title'],
    ['keywords that are a text', '{"keywords":"x"}', 'keywords'],
    ['a switch that is a text', '{"many_vendors":"yes"}', 'many_vendors'],
  ])('%s is refused by the name of the place', (_, json, where) => {
    expect(readCaseFile(json)).toEqual({ ok: false, fault: { code: 'FORMAT_MALFORMED', where } });
  });
});

describe('a case that is too long', () => {
  test.each([
    ['a description of ten megabytes', { description: 'x '.repeat(5 << 20) }, 'description'],
    [
      'a thousand keywords and one',
      { keywords: Array.from({ length: 1_001 }, (_, at) => `k${at}`) },
      'keywords',
    ],
    ['one keyword of a megabyte', { keywords: ['x'.repeat(1 << 20)] }, 'keywords'],
  ])('%s is refused by name', (_, given, where) => {
    expect(readCaseFile(JSON.stringify(given))).toMatchObject({ fault: { code: 'LIMIT_EXCEEDED', where } });
  });
});

describe('files of lines', () => {
  test('a contact book needs a key, and a line that cannot be read is counted', () => {
    const lines = [
      '{"vendor_key":"n","names":["N",7,"N"],"notes":12}',
      '{"names":[]}',
      '',
      'x',
      '{"vendor_key":"q"}',
    ];
    const { read, unread } = readContacts(lines.join('\n'));
    expect(read.map(({ key, names }) => [key, names])).toEqual([
      ['n', ['N']],
      ['q', []],
    ]);
    expect(unread).toEqual([2, 4]);
  });

  test('notes have the vendors that they were told to, each once, and an instant that sorts', () => {
    const note = {
      id: 'ECC#1',
      date_first_published: '2026-01-01T00:00:00-05:00',
      vendors: [{ vendor_key: 'n' }, { vendor_key: 'n' }, 7],
    };
    const [read] = readHistory(JSON.stringify(note)).read;
    expect(read).toMatchObject({ id: 'ECC#1', at: '2026-01-01T05:00:00.000Z', vendors: ['n'] });
  });
});
