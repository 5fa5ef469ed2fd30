/** The contact book as CSV, JSON and JSON lines. Everybody in here is invented. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readList, readRows, writeList, writeRows } from '../../../adapters/contacts/cells.js';
import { readContactFile, writeContactCsv } from '../../../adapters/contacts/contact-files.js';
import type { Json } from '../../../node/core/canonical.js';

const WHOLE = {
  key: 'nordwind',
  revision: 3,
  name: 'Nordwind Systems GmbH',
  aliases: ['北風', 'NW; the old one', 'A/B'],
  products: [
    {
      name: 'HafenGate',
      aliases: ['HG'],
      cpe: 'cpe:2.3:a:nordwind:gate:*:*:*:*:*:*:*:*',
      purl: 'pkg:npm/%40nw/gate',
    },
  ],
  keywords: ['SNMP'],
  groups: ['routers'],
  class: 'individual',
  weight: 7,
  zone: 'Europe/Berlin',
  languages: ['de', 'en'],
  cycles: ['microsoft'],
  persons: [
    { name: 'PSIRT / day', roles: ['quality_assurance', 'delivery'], mail: 'p@n.example', phone: '+49 30 1' },
    { name: 'Night', roles: [], mail: '', phone: '' },
  ],
  node: null,
  certificate: '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nabc\n-----END PGP PUBLIC KEY BLOCK-----\n',
  remark: 'says "ring twice", then,\nwaits',
};

function read(text: string, form: 'csv' | 'json' | 'jsonl') {
  const file = readContactFile(text, form);
  if (!file.ok) throw new Error(file.fault.code);
  return file.value;
}

describe('a row of CSV', () => {
  test('is read back as it was written', () => {
    const { key, revision: _, node: __, ...entry } = WHOLE;
    const [row] = read(writeContactCsv([WHOLE]), 'csv').rows;
    // A cell is read without blanks at its ends.
    expect(row).toEqual({ key, entry: { ...entry, certificate: entry.certificate.trim() } });
  });

  test.each([
    '=HYPERLINK("http://x.example")',
    '+1+1',
    '-2',
    '@SUM(1)',
    '＝1',
    '＋1',
    '－1',
    '＠x',
    '=cmd|x',
  ])('has no formula in it where a name is %j, and the name comes back', (name) => {
    const csv = writeContactCsv([{ ...WHOLE, name }]);
    const cells = csv.split('\r\n')[1]?.split(',') ?? [];
    expect(cells[1]?.replace(/^"/, '')).toMatch(/^'/);
    expect(read(csv, 'csv').rows[0]?.entry['name']).toBe(name);
  });

  test('may come from another program: other separators, a byte order mark, blanks, columns missing', () => {
    const text = '\ufeffName ; Aliases;Weight\r\n Ebb ;"E; F";12\r\n;;\r\nFlow;;x\r\n';
    expect(read(text, 'csv').rows.map(({ entry }) => entry)).toEqual([
      { name: 'Ebb', aliases: ['E', 'F'], weight: 12 },
      { name: '' },
      { name: 'Flow', weight: 'x' },
    ]);
  });

  test.each([
    ['an open quote', 'name\n"Ebb', 'csv line 2'],
    ['no column for names', 'title\nEbb', 'csv column name'],
  ])('%s is refused by place', (_, text, where) => {
    expect(readContactFile(text, 'csv')).toEqual({ ok: false, fault: { code: 'FORMAT_MALFORMED', where } });
  });
});

describe('JSON', () => {
  test('of an export is read back, what is for people left out', () => {
    const { key, revision: _, node: __, ...entry } = WHOLE;
    expect(read(JSON.stringify({ contacts: [WHOLE] }), 'json').rows).toEqual([{ key, entry }]);
  });

  test('lines of an archive: the first name is the name, the others are aliases', () => {
    const lines = [
      JSON.stringify({ vendor_key: 'Ebb', names: ['Ebb Ltd', 'Ebb'], notes: 9, first_seen: '2001-01-01' }),
      JSON.stringify({ vendor_key: 'flow', names: [] }),
      '{"names":[]}',
    ];
    expect(read(lines.join('\n'), 'jsonl')).toEqual({
      rows: [
        { key: 'ebb', entry: { name: 'Ebb Ltd', aliases: ['Ebb'] } },
        { key: 'flow', entry: { name: 'flow' } },
      ],
      unread: [3],
    });
  });

  test('that is no list is refused', () => {
    expect(readContactFile('{"vendors":[]}', 'json')).toMatchObject({
      ok: false,
      fault: { where: 'contacts' },
    });
  });
});

describe('lists in a cell', () => {
  const part = fc
    .string({ unit: fc.constantFrom('a', ';', '/', '\\', ' ', 'é', '"', "'", '=') })
    .map((text) => text.trim());
  const filled = part.filter((text) => text !== '');

  test('are read back as they were written, whatever stands in them', () => {
    fc.assert(
      fc.property(fc.array(filled), (parts) => {
        expect(readList(writeList(parts))).toEqual(parts);
      }),
      { seed: 6 },
    );
  });

  test('so are rows of parts', () => {
    const rows = fc.array(fc.tuple(filled, part, part).map((parts): readonly string[] => parts));
    fc.assert(
      fc.property(rows, (all) => {
        expect(readRows(writeRows(all))).toEqual(all);
      }),
      { seed: 6 },
    );
  });

  test('any cells make rows, and never an error', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ key: fc.string(), name: fc.string(), remark: fc.string() })),
        (contacts) => {
          const csv = writeContactCsv(contacts as readonly { readonly [member: string]: Json }[]);
          expect(readContactFile(csv, 'csv').ok).toBe(true);
        },
      ),
      { seed: 6 },
    );
  });
});
