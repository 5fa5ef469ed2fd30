/**
 * JSON of VINCE, the last open version and stored exports: a list of cases, one case with its report and
 * vulnerabilities, or a published note.
 *
 * A due date there is a wish, not a settlement. "Unknown" there also means "does not share". Posts are personal and
 * are not imported. The contact of the reporter is there only if it may be shared.
 * @see FORMATS §5
 */
import type {
  ImportedCase,
  ImportedReport,
  ImportedVulnerability,
} from '../../../node/core/case/imported.js';
import { type Outcome, ok, refuse } from '../../../node/core/fault.js';
import { aliasesOf, composeCase, present, type RawVendor, vulnerabilityNoteId } from '../imported/compose.js';
import { readDate } from '../imported/dates.js';
import {
  type Fields,
  isFields,
  listOf,
  noteRest,
  recordsOf,
  type Source,
  textOf,
} from '../imported/fields.js';
import type { Report } from '../imported/report.js';

/** Whether an object is a bare case or note of VINCE. */
export function isVinceCase(fields: Fields): boolean {
  return 'vuid' in fields && 'title' in fields;
}

/** Whether an object is an export with one member per question asked. */
export function isVinceExport(fields: Fields): boolean {
  return isFields(fields['get_case']) || Array.isArray(fields['get_cases']);
}

/** The cases of an export, each with what belongs to it. */
export function vinceCases(fields: Fields, report: Report): readonly Fields[] {
  const source: Source = { fields, path: '', report };
  return [...recordsOf(source, 'get_cases'), ...recordsOf(source, 'get_case')];
}

const KNOWN: ReadonlySet<string> = new Set([
  ...['vuid', 'title', 'summary', 'content', 'created', 'status', 'due_date', 'modified', 'references'],
  ...['datefirstpublished', 'dateupdated', 'published', 'revision'],
]);

/**
 * Reads one case; `around` is the export it stands in, whose other members belong to it.
 *
 * Faults: `FORMAT_MALFORMED` with `vuid` or `title`.
 */
export function readVinceCase(fields: Fields, around: Fields, report: Report): Outcome<ImportedCase> {
  const source: Source = { fields, path: '', report };
  const whole: Source = { fields: around, path: '', report };
  const id = vulnerabilityNoteId(textOf(source, 'vuid'));
  if (id === undefined) return refuse('FORMAT_MALFORMED', { where: 'vuid' });
  report.name(id);
  const title = textOf(source, 'title');
  if (title === '') return refuse('FORMAT_MALFORMED', { where: 'title' });
  noteRest(source, KNOWN, new Set());
  if (recordsOf(whole, 'get_posts').length > 0) report.note('get_posts', 'person_not_imported');
  const vulnerabilities = recordsOf(whole, 'get_vuls').map((one, index) => vulnerability(one, index, report));
  const vendors = ['get_vendors', 'get_vendor_vuls', 'vendors'].flatMap((name) => recordsOf(whole, name));
  const found = isFields(around['get_original_report']) ? around['get_original_report'] : undefined;
  const proposedAt = readDate(textOf(source, 'due_date'));
  if (proposedAt) report.note('due_date', 'due_date_is_a_proposal');
  return ok(
    composeCase(
      {
        source: 'vince',
        sourceId: id,
        aliases: aliasesOf(
          id,
          vulnerabilities.flatMap(({ cve }) => (cve === undefined ? [] : [cve])),
        ),
        title,
        summary: textOf(source, 'summary', 'content'),
        details: { description: '', impact: '', resolution: '', workarounds: '' },
        keywords: [],
        references: listOf(source, 'references'),
        scores: [],
        vulnerabilities,
        ...present('createdAt', readDate(textOf(source, 'created'))),
        ...present('firstPublishedAt', readDate(textOf(source, 'datefirstpublished'))),
        ...present('updatedAt', readDate(textOf(source, 'modified', 'dateupdated'))),
        ...present('proposedAt', proposedAt),
        ...present('report', found && originalReport(found, report)),
      },
      vendors.map((record, index) => rawVendor(record, index, report)),
      report,
    ),
  );
}

/** A name is a CVE id, sometimes without its letters; `cve` holds it where the name is another one. */
function vulnerability(fields: Fields, index: number, report: Report): ImportedVulnerability {
  const source: Source = { fields, path: `get_vuls[${index}].`, report };
  const name = textOf(source, 'name', 'cve');
  const [, cve] = aliasesOf(
    '',
    [textOf(source, 'cve'), name].filter((text) => /^(?:CVE-)?\d{4}-\d{4,}$/i.test(text)),
  );
  return { name: cve ?? name, ...present('cve', cve), description: textOf(source, 'description') };
}

function rawVendor(fields: Fields, index: number, report: Report): RawVendor {
  const path = `vendors[${index}]`;
  const source: Source = { fields, path: `${path}.`, report };
  return {
    path,
    recordId: '',
    name: textOf(source, 'vendor'),
    statusWord: textOf(source, 'status') || 'Unknown',
    vulnerability: textOf(source, 'vulnerability'),
    statement: textOf(source, 'statement'),
    remark: '',
    addendum: textOf(source, 'cert_addendum'),
    references: listOf(source, 'references'),
    informed: textOf(source, 'date_added'),
    responded: textOf(source, 'statement_date'),
    updated: '',
    informedMeansAdded: true,
    carried: [],
  };
}

function originalReport(fields: Fields, report: Report): ImportedReport {
  const source: Source = { fields, path: 'get_original_report.', report };
  const says = (name: string): boolean => {
    if (fields[name] === true) report.note(`get_original_report.${name}`, 'ask_a_person');
    return fields[name] === true;
  };
  says('vul_disclose');
  return {
    product: textOf(source, 'product_name'),
    version: textOf(source, 'product_version'),
    description: textOf(source, 'vul_description'),
    impact: textOf(source, 'vul_impact'),
    exploit: textOf(source, 'vul_exploit'),
    discovery: textOf(source, 'vul_discovery'),
    plans: textOf(source, 'disclosure_plans'),
    saysPublic: says('vul_public'),
    saysExploited: says('vul_exploited'),
    ...present('submittedAt', readDate(textOf(source, 'date_submitted'))),
    ...present('reporter', reporter(source)),
  };
}

function reporter(source: Source): ImportedReport['reporter'] {
  const name = textOf(source, 'contact_name');
  const organisation = textOf(source, 'contact_org');
  const contact = [textOf(source, 'contact_email'), textOf(source, 'contact_phone')]
    .filter(Boolean)
    .join(', ');
  if (name + organisation + contact === '') return undefined;
  if (source.fields['share_release'] === true) return { name, organisation, contact };
  source.report.note('get_original_report.contact_name', 'person_not_imported');
  return undefined;
}
