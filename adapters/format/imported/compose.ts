/**
 * From the fields of a source to an `ImportedCase`: what all sources have in common. The sources differ in names
 * and shapes; dates, keys, flags and the reading back of status words are the same for all.
 * @see FORMATS §2 (reading back), §5
 */
import type { Score } from '../../../node/core/advisory.js';
import type {
  ImportedCase,
  ImportedDate,
  ImportedVendor,
  ImportFlag,
} from '../../../node/core/case/imported.js';
import { decodeEntities, vendorKey } from '../../../node/core/case/vendor-key.js';
import { readCertCcStatus } from '../../../node/core/case/vendor-words.js';
import { LIMITS } from '../../../node/core/limits.js';
import { isBoilerplate } from './boilerplate.js';
import { isLater, readDate } from './dates.js';
import type { Report } from './report.js';

/** A vendor record with its texts still as printed. */
export interface RawVendor {
  readonly path: string;
  readonly recordId: string;
  readonly name: string;
  readonly statusWord: string;
  readonly vulnerability: string;
  readonly statement: string;
  readonly remark: string;
  readonly addendum: string;
  readonly references: readonly string[];
  readonly informed: string;
  readonly responded: string;
  readonly updated: string;
  /** The source has no date of a notice, only one of being added; then "Unknown" stays unknown. */
  readonly informedMeansAdded: boolean;
  /** Doubts about dates that the source itself dropped and only tells of. */
  readonly carried: readonly ImportFlag[];
}

/** A case without its vendors, and with its title as printed. */
export type RawCase = Omit<ImportedCase, 'vendors' | 'flags'>;

/** Puts a case together and notes its doubts. Vendor order is that of the source. */
export function composeCase(raw: RawCase, vendors: readonly RawVendor[], report: Report): ImportedCase {
  const flags = new Set<ImportFlag>();
  const flag = (path: string, name: ImportFlag): void => {
    flags.add(name);
    report.note(path, name);
  };
  for (const name of ['createdAt', 'publicOn', 'firstPublishedAt', 'updatedAt', 'proposedAt'] as const) {
    const doubt = raw[name]?.flag;
    if (doubt) flag(name, doubt);
  }
  if (isLater(raw.publicOn, raw.firstPublishedAt)) flag('publicOn', 'date_public_after_first_published');
  const title = decodeEntities(raw.title);
  if (title !== raw.title) flag('title', 'entities_in_title');
  for (const [path, text] of Object.entries({ summary: raw.summary, ...raw.details })) {
    if (hasHtml(text)) flag(path, 'html_in_text');
  }
  return {
    ...raw,
    title: title.replace(/\s+/g, ' '),
    vendors: composeVendors(vendors.slice(0, LIMITS.vendorsPerCase.most), raw.firstPublishedAt, report),
    flags: [...flags].sort(),
  };
}

function composeVendors(
  all: readonly RawVendor[],
  published: ImportedDate | undefined,
  report: Report,
): readonly ImportedVendor[] {
  const keys = new Set<string>();
  const vendors: ImportedVendor[] = [];
  for (const raw of all) {
    const key = vendorKey(raw.name);
    if (key === '') {
      report.note(raw.path, 'no_name');
      continue;
    }
    const place = JSON.stringify([key, raw.vulnerability]);
    vendors.push(composeVendor(raw, key, keys.has(place), published, report));
    keys.add(place);
  }
  return vendors;
}

function composeVendor(
  raw: RawVendor,
  key: string,
  again: boolean,
  published: ImportedDate | undefined,
  report: Report,
): ImportedVendor {
  const flags = new Set<ImportFlag>();
  const flag = (field: string, name: ImportFlag): void => {
    flags.add(name);
    report.note(`${raw.path}.${field}`, name);
  };
  const said = (field: 'statement' | 'remark' | 'addendum'): string | undefined => {
    if (raw[field] === '') return undefined;
    if (isBoilerplate(raw[field])) {
      report.note(`${raw.path}.${field}`, 'boilerplate');
      return undefined;
    }
    if (hasHtml(raw[field])) flag(field, 'html_in_text');
    return raw[field];
  };
  const date = (field: 'informed' | 'responded' | 'updated'): ImportedDate | undefined => {
    const read = readDate(raw[field]);
    if (read?.flag) flag(field, read.flag);
    return read;
  };
  for (const carried of raw.carried) flag('informed', carried);
  const [informedAt, respondedAt, updatedAt] = [date('informed'), date('responded'), date('updated')];
  if (isLater(informedAt, respondedAt)) flag('responded', 'responded_before_notified');
  if (!raw.informedMeansAdded && isLater(informedAt, published))
    flag('informed', 'notified_after_first_published');
  if (raw.informedMeansAdded && informedAt) flag('informed', 'added_to_case');
  if (again) flag('name', 'duplicate_vendor_key');
  const status = readCertCcStatus(raw.statusWord, informedAt?.day !== undefined && !raw.informedMeansAdded);
  if (!status.known) flag('status', 'status_word');
  if (raw.informedMeansAdded && status.status === 'unknown') flag('status', 'unknown_is_not_their_word');
  return {
    ...(raw.recordId === '' ? {} : { recordId: raw.recordId }),
    key,
    name: raw.name,
    status: status.status,
    statusWord: raw.statusWord,
    ...(raw.vulnerability === '' ? {} : { vulnerability: raw.vulnerability }),
    ...present('statement', said('statement')),
    ...present('remark', said('remark')),
    ...present('addendum', said('addendum')),
    references: raw.references,
    ...present('informedAt', informedAt),
    ...present('respondedAt', respondedAt),
    ...present('updatedAt', updatedAt),
    flags: [...flags].sort(),
  };
}

/** A member that is there only if it has a value. */
export function present<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { readonly [key in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [key in Name]?: Value });
}

/** Anything that looks like a tag, whatever the author meant; an address in angle brackets does not. */
const TAG = /<(?!\w{1,10}:\/\/)[/!]?[a-z][^<>]{0,300}>/i;

/** Whether a text holds tags of HTML. It is kept as it is and shown as text. */
function hasHtml(text: string): boolean {
  return TAG.test(text);
}

const VECTOR = /^\(?(AV:[LAN]\/AC:[HML]\/Au:[MSN]\/C:[NPC]\/I:[NPC]\/A:[NPC])\)?$/;

/** A CVSS 2 score where vector and number are both there; the archive writes `--` for what was never scored. */
export function scoresOf(vector: string, base: string): readonly Score[] {
  const found = VECTOR.exec(vector)?.[1];
  const score = Number(base);
  if (found === undefined || base === '' || !(score >= 0 && score <= 10)) return [];
  return [{ version: '2.0', vector: found, score }];
}

/** The aliases of a note: its own name first, then what is well-formed among the rest, upper case, once each. */
export function aliasesOf(own: string, others: readonly string[]): readonly string[] {
  const named = others.map((other) =>
    other
      .toUpperCase()
      .replace(/^CAN-/, 'CVE-')
      .replace(/^(?=\d{4}-\d{4,}$)/, 'CVE-'),
  );
  return [...new Set([own, ...named.filter((name) => /^[A-Z]{2,10}\d{0,4}[-#][A-Z0-9-]{3,40}$/.test(name))])];
}

/** `VU#900001` from any spelling of it: with or without the letters. `undefined` for anything else. */
export function vulnerabilityNoteId(text: string): string | undefined {
  const digits = /^\s*(?:VU\s?#?\s?)?(\d{3,8})\s*$/i.exec(text)?.[1];
  return digits === undefined ? undefined : `VU#${digits}`;
}
