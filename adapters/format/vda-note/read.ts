/**
 * `vda-note/1`: CERT/CC archive notes in normalised form, one JSON object per note with its vendor records inside.
 *
 * The flags that the normaliser wrote are not taken over: ours are found anew from the fields, so that every source
 * is judged by one measure. One exception: a notice whose date the normaliser dropped is known by its flag alone.
 */
import type { ImportedCase, ImportFlag } from '../../../node/core/case/imported.js';
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
  ...['schema', 'id', 'idnumber', 'title', 'keywords', 'overview', 'description', 'impact', 'resolution'],
  ...[
    'workarounds',
    'cve_ids',
    'references',
    'cert_advisory',
    'technical_alert',
    'date_created',
    'date_public',
  ],
  ...['date_first_published', 'first_published_utc', 'date_last_updated', 'cvss2_base', 'cvss2_vector'],
  ...['vendors', 'facts', 'flags'],
]);

const KNOWN_OF_VENDOR: ReadonlySet<string> = new Set([
  ...['record_id', 'vendor', 'vendor_key', 'status', 'status_raw', 'date_notified', 'date_responded'],
  ...['date_updated', 'statement', 'information', 'addendum', 'references', 'revision', 'flags'],
]);

/** Whether an object says that it is one. */
export function isVdaNote(fields: Fields): boolean {
  return fields['schema'] === 'vda-note/1';
}

/** Faults: `FORMAT_MALFORMED` with `id` or `title`, without which a note is none. */
export function readVdaNote(fields: Fields, report: Report): Outcome<ImportedCase> {
  const source: Source = { fields, path: '', report };
  const id = vulnerabilityNoteId(textOf(source, 'id', 'idnumber'));
  if (id === undefined) return refuse('FORMAT_MALFORMED', { where: 'id' });
  report.name(id);
  const title = textOf(source, 'title');
  if (title === '') return refuse('FORMAT_MALFORMED', { where: 'title' });
  noteRest(source, KNOWN, new Set());
  const cves = listOf(source, 'cve_ids');
  const vendors = recordsOf(source, 'vendors').map((record, index) => rawVendor(record, index, report));
  return ok(
    composeCase(
      {
        source: 'vda-note',
        sourceId: id,
        aliases: aliasesOf(id, [
          ...cves,
          ...listOf(source, 'cert_advisory'),
          ...listOf(source, 'technical_alert'),
        ]),
        title,
        summary: textOf(source, 'overview'),
        details: {
          description: textOf(source, 'description'),
          impact: textOf(source, 'impact'),
          resolution: textOf(source, 'resolution'),
          workarounds: textOf(source, 'workarounds'),
        },
        keywords: listOf(source, 'keywords'),
        references: listOf(source, 'references'),
        scores: scoresOf(textOf(source, 'cvss2_vector'), textOf(source, 'cvss2_base')),
        vulnerabilities: aliasesOf('', cves)
          .slice(1)
          .map((cve) => ({ name: cve, cve, description: '' })),
        ...present('createdAt', readDate(textOf(source, 'date_created'))),
        ...present('publicOn', readDay(textOf(source, 'date_public'))),
        ...present(
          'firstPublishedAt',
          readDate(textOf(source, 'date_first_published', 'first_published_utc')),
        ),
        ...present('updatedAt', readDate(textOf(source, 'date_last_updated'))),
      },
      vendors,
      report,
    ),
  );
}

function rawVendor(fields: Fields, index: number, report: Report): RawVendor {
  const path = `vendors[${index}]`;
  const source: Source = { fields, path: `${path}.`, report };
  noteRest(source, KNOWN_OF_VENDOR, new Set());
  return {
    path,
    recordId: textOf(source, 'record_id'),
    name: textOf(source, 'vendor'),
    statusWord: textOf(source, 'status_raw', 'status'),
    vulnerability: '',
    statement: textOf(source, 'statement'),
    remark: textOf(source, 'information'),
    addendum: textOf(source, 'addendum'),
    references: listOf(source, 'references'),
    informed: textOf(source, 'date_notified'),
    responded: textOf(source, 'date_responded'),
    updated: textOf(source, 'date_updated'),
    informedMeansAdded: false,
    carried: droppedDates(source),
  };
}

function droppedDates(source: Source): readonly ImportFlag[] {
  if (textOf(source, 'date_notified') !== '') return [];
  const flags = listOf(source, 'flags');
  return (['not_a_date', 'impossible_year'] as const).filter((flag) =>
    flags.includes(`date_notified:${flag}`),
  );
}
