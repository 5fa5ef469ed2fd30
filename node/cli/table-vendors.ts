/** Rows of the light table: vendors. */
import type { NounRow, OptionRow } from './command.js';
import { row } from './row.js';

/** What a vendor says of itself. */
const PROFILE: readonly OptionRow[] = [
  ['--file <file>', 'JSON with any members of a contact; what is typed stands above it'],
  ['--name <name>', 'the organisation'],
  ['--alias <name...>', 'other names, in any language'],
  ['--product <name...>', 'what it makes'],
  ['--keyword <word...>', 'subjects that it wants to hear of'],
  ['--zone <zone>', 'IANA name'],
  ['--language <tag...>', 'BCP 47, most preferred first'],
  ['--cycle <name...>', 'patch cycles of the catalogue'],
  [
    '--person <text...>',
    '"name / quality_assurance+developer / mail / phone"; also legal_and_public_relations, delivery',
  ],
];

/** What only the centre says of it. */
const ENTRY: readonly OptionRow[] = [
  ...PROFILE,
  ['--group <name...>', 'saved lists that it is on'],
  ['--class <class>', 'general or individual: hears only of cases about its own products'],
  ['--weight <number>', 'installed base, 0 to 100'],
  ['--node <peer>', 'the peer that speaks for it'],
  ['--certificate <file>', 'OpenPGP certificate of a vendor without a node'],
  ['--remark <text>', 'for colleagues'],
];

const UNLIKE: OptionRow = [
  '--unlike <key...>',
  'contacts that the name looks like, and that are somebody else: you have looked',
];

export const VENDOR_NOUNS: readonly NounRow[] = [
  {
    noun: 'vendor',
    says: 'The contact book, registrations, and what vendors say of their products',
    load: () => import('./commands/vendor.js'),
    verbs: [
      row(
        'book',
        '',
        'The contact book',
        ['--search <text>', 'part of a key, name, alias or product'],
        ['--group <name>', 'only those on this list'],
        ['--all', 'also who was merged or retired'],
      ),
      row('show', '<vendor>', 'One contact with its history and what is odd about its names'),
      row('check', '', 'Names that look like others, and keys that do not work'),
      row(
        'add',
        '',
        'Add a contact',
        ['--key <key>', 'its name in the book (from the name)'],
        UNLIKE,
        ...ENTRY,
      ),
      row(
        'change',
        '<vendor>',
        'Change a contact; what is not typed stays',
        ['--revision <number>', 'the revision that was looked at', 'needed'],
        UNLIKE,
        ...ENTRY,
      ),
      row('merge', '<vendor>', 'Merge a duplicate into another contact; both histories stay', [
        '--into <vendor>',
        'the contact that stays',
        'needed',
      ]),
      row('split', '<vendor>', 'Take a merge back'),
      row(
        'retire',
        '<vendor>',
        'Take a contact out of selection; its history stays',
        ['--reason <text>', 'why', 'needed'],
        ['--back', 'take it in again'],
      ),
      row(
        'key',
        '<vendor> <person>',
        'Put the key of a person on file: mail that it signs is the word of the vendor',
        ['--certificate <file>', 'OpenPGP certificate of the person, or a newer copy of it'],
        ['--fingerprint <fingerprint>', 'as the person read it out'],
        ['--method <text>', 'how and with whom it was checked, for the record'],
        ['--withdraw', 'take all keys of the person off the file'],
      ),
      row(
        'import',
        '<file>',
        'Take contacts from a CSV, JSON or JSON lines file',
        ['--as <form>', 'csv, json or jsonl (by the ending)'],
        ['--update', 'also change contacts that are on file otherwise'],
        UNLIKE,
      ),
      row(
        'export',
        '<file>',
        'Write the contact book as CSV, JSON or JSON lines',
        ['--as <form>', 'csv, json or jsonl (by the ending)'],
        ['--all', 'also who was merged or retired'],
      ),
      row(
        'register',
        '',
        'A vendor applies at its centre; a centre enters the application of a vendor without a node',
        ['--centre <peer>', 'vendor only: where (the only centre)'],
        ['--key <key>', 'centre only: contact key of a vendor without a node'],
        ...PROFILE,
      ),
      row(
        'registration',
        '<list|advance|reject> [vendor]',
        'The six steps of registrations, from either side',
        ['--document <name...>', 'centre: documents that are needed'],
        ['--submit <name=file...>', 'vendor: documents, recorded by digest; they travel on another way'],
        ['--met-at <instant>', 'centre: when the meeting was'],
        ['--present <name...>', 'centre: who was there'],
        ['--terms <name=file>', 'centre: the terms of the registration, recorded by digest'],
        ['--agree <digest>', 'vendor: agree to the terms of this digest'],
        ['--who <name>', 'vendor: who agrees'],
        ['--method <text>', 'centre, at the last step: how and with whom identity was checked out of band'],
        ['--key <key>', 'centre, at the last step: key of the contact (from the name)'],
        [
          '--replace',
          'centre, at the last step: the contact of this key is the same vendor, with a new node',
        ],
        UNLIKE,
        ['--remark <text>', 'for the other side'],
        ['--reason <text>', 'why it is rejected, or taken back'],
      ),
      row('list', '<case>', 'All vendors of a case with their status'),
      row(
        'status',
        '<case> <status>',
        'Report the own status, such as affected, not_affected or under_investigation; a centre enters it for a vendor without a node',
        ['--vendor <name>', 'centre only: the vendor it is entered for'],
        ['--fix <progress>', 'none, ready or deployed'],
        ['--impact <text>', 'impact on the products'],
        ['--plan <text>', 'what is planned'],
        ['--ready <instant>', 'when the fix is ready'],
        ['--statement <text>', 'text for the public'],
        ['--product <name...>', 'products'],
        [
          '--justification <label>',
          'why, with status not_affected: a label of VEX, such as component_not_present',
        ],
        [
          '--verdict <verdict...>',
          'a product that stands otherwise: NAME=affected, fixed, under_investigation or not_affected:LABEL',
        ],
      ),
      row('impact', '<case> <text>', 'Tell what it does to the own products; the rest of the report stays'),
      row(
        'plan',
        '<case> <text>',
        'Tell what is planned; the rest of the report stays',
        ['--ready <instant>', 'when the fix is ready'],
        ['--fix <progress>', 'none, ready or deployed'],
      ),
      row(
        'remedy',
        '<case>',
        'Give the counter-measure for the public',
        ['--text <text>', 'the text', 'needed'],
        ['--url <url...>', 'references'],
      ),
    ],
  },
];
