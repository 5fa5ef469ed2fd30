/**
 * The CERT/CC Vulnerability Data Archive: a note file and vendor files, or one object with the vendor records
 * inside.
 *
 * The archive is an export of a database in which an empty field is an empty text, whatever its type. Two status
 * vocabularies, dates without zone, error sentences in date fields, prose in one field until 2009: all of it is
 * read, and the report says what was doubtful.
 * @see FORMATS §5
 */
import type { ImportedCase } from '../../../node/core/case/imported.js';
import { type Outcome, ok, refuse } from '../../../node/core/fault.js';
import {
  aliasesOf,
  composeCase,
  present,
  type RawVendor,
  scoresOf,
  vulnerabilityNoteId,
} from '../imported/compose.js';
import { readDate, readDay } from '../imported/dates.js';
import { type Fields, listOf, noteRest, recordsOf, type Source, textOf } from '../imported/fields.js';
import type { Report } from '../imported/report.js';

const KNOWN: ReadonlySet<string> = new Set([
  ...[
    'ID',
    'IDNumber',
    'Title',
    'Keywords',
    'Overview',
    'Description',
    'Impact',
    'Resolution',
    'Workarounds',
  ],
  ...['References', 'CVEIDs', 'CERTAdvisory', 'US-CERTTechnicalAlert', 'DateCreated', 'DatePublic'],
  ...['DateFirstPublished', 'DateLastUpdated', 'CVSS_BaseScore', 'CVSS_BaseVector'],
  ...['vendors', 'Vendors', 'VendorRecords'],
]);

const PERSONS: ReadonlySet<string> = new Set(['Author', 'ThanksAndCredit']);

const KNOWN_OF_VENDOR: ReadonlySet<string> = new Set([
  ...['ID', 'VendorRecordID', 'Vendor', 'Status', 'VendorStatement', 'VendorInformation', 'VendorReferences'],
  ...['Addendum', 'DateNotified', 'DateResponded', 'DateLastUpdated', 'Revision'],
]);

/** Whether an object has the shape of a note of the archive. */
export function isArchiveNote(fields: Fields): boolean {
  return 'Title' in fields && ('ID' in fields || 'IDNumber' in fields);
}

/** Whether an object has the shape of a vendor file of the archive. */
export function isArchiveVendor(fields: Fields): boolean {
  return 'Vendor' in fields && 'Status' in fields && !('Title' in fields);
}

/**
 * Reads a note with its vendor records: those inside it first, then those of vendor files. A vendor file that names
 * another note is dropped and reported.
 *
 * Faults: `FORMAT_MALFORMED` with `ID` or `Title`, without which a note is none.
 */
export function readArchiveNote(
  fields: Fields,
  vendorFiles: readonly Fields[],
  report: Report,
): Outcome<ImportedCase> {
  const source: Source = { fields, path: '', report };
  const id = vulnerabilityNoteId(textOf(source, 'ID', 'IDNumber'));
  if (id === undefined) return refuse('FORMAT_MALFORMED', { where: 'ID' });
  report.name(id);
  const title = textOf(source, 'Title');
  if (title === '') return refuse('FORMAT_MALFORMED', { where: 'Title' });
  noteRest(source, KNOWN, PERSONS);
  const records = [
    ...['vendors', 'Vendors', 'VendorRecords'].flatMap((name) => recordsOf(source, name)),
    ...vendorFiles,
  ];
  const vendors = records.flatMap((record, index) => rawVendor(record, index, id, report) ?? []);
  const cves = listOf(source, 'CVEIDs');
  const alerts = [...listOf(source, 'CERTAdvisory'), ...listOf(source, 'US-CERTTechnicalAlert')];
  return ok(
    composeCase(
      {
        source: 'cert-cc',
        sourceId: id,
        aliases: aliasesOf(id, [...cves, ...alerts]),
        title,
        summary: textOf(source, 'Overview'),
        details: {
          description: textOf(source, 'Description'),
          impact: textOf(source, 'Impact'),
          resolution: textOf(source, 'Resolution'),
          workarounds: textOf(source, 'Workarounds'),
        },
        keywords: listOf(source, 'Keywords'),
        references: listOf(source, 'References'),
        scores: scoresOf(textOf(source, 'CVSS_BaseVector'), textOf(source, 'CVSS_BaseScore')),
        vulnerabilities: aliasesOf('', cves)
          .slice(1)
          .map((cve) => ({ name: cve, cve, description: '' })),
        ...present('createdAt', readDate(textOf(source, 'DateCreated'))),
        ...present('publicOn', readDay(textOf(source, 'DatePublic'))),
        ...present('firstPublishedAt', readDate(textOf(source, 'DateFirstPublished'))),
        ...present('updatedAt', readDate(textOf(source, 'DateLastUpdated'))),
      },
      vendors,
      report,
    ),
  );
}

function rawVendor(fields: Fields, index: number, id: string, report: Report): RawVendor | undefined {
  const path = `vendors[${index}]`;
  const source: Source = { fields, path: `${path}.`, report };
  const note = textOf(source, 'ID');
  if (note !== '' && vulnerabilityNoteId(note) !== id) {
    report.note(path, 'other_note');
    return undefined;
  }
  noteRest(source, KNOWN_OF_VENDOR, new Set());
  return {
    path,
    recordId: textOf(source, 'VendorRecordID'),
    name: textOf(source, 'Vendor'),
    statusWord: textOf(source, 'Status'),
    vulnerability: '',
    statement: textOf(source, 'VendorStatement'),
    remark: textOf(source, 'VendorInformation'),
    addendum: textOf(source, 'Addendum'),
    references: listOf(source, 'VendorReferences').filter((reference) => reference !== 'None'),
    informed: textOf(source, 'DateNotified'),
    responded: textOf(source, 'DateResponded'),
    updated: textOf(source, 'DateLastUpdated'),
    informedMeansAdded: false,
    carried: [],
  };
}
