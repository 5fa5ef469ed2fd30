/**
 * Intake from another centre's files: what the text is shows in its shape, since names of files prove nothing.
 *
 * One JSON document, or JSON Lines with one note a line. Nothing is fetched, nothing becomes a case by itself, and
 * the caller keeps the source byte for byte beside what was read (FORMATS §0, rule 3).
 */
import type { ImportedCase } from '../../node/core/case/imported.js';
import { type Outcome, ok, refuse } from '../../node/core/fault.js';
import { LIMITS } from '../../node/core/limits.js';
import { parseStrictJson } from '../../node/core/strict-json.js';
import { isArchiveNote, isArchiveVendor, readArchiveNote } from './cert-cc/read.js';
import type { Loss } from './format.js';
import { vulnerabilityNoteId } from './imported/compose.js';
import { type Fields, isFields, isList } from './imported/fields.js';
import { openReport } from './imported/report.js';
import { isVdaNote, readVdaNote } from './vda-note/read.js';
import { isVinceCase, isVinceExport, readVinceCase, vinceCases } from './vince/read.js';

export interface ImportOptions {
  /** Only this note, such as `VU#900001` or `900001`. In a file of many, other lines are not even parsed. */
  readonly id?: string;
  /** Texts of the archive's vendor files, which belong to the note of the first text. */
  readonly vendorTexts?: readonly string[];
}

export interface Imported {
  /** In the order of the file. */
  readonly cases: readonly ImportedCase[];
  /** Everything dropped, changed or doubted; no text of any case. */
  readonly report: readonly Loss[];
}

/**
 * Reads a file of a known source.
 *
 * Faults: `FORMAT_OVERSIZE` before parsing; `FORMAT_MALFORMED` for text that is not JSON or a note without id or
 * title, with its place (`line 7` in a file of many); `FORMAT_UNKNOWN` for JSON of another shape; `FORMAT_RECORD`
 * where no note has the wanted id; `COMMAND_MALFORMED` where that id is none.
 */
export function readImport(text: string, options: ImportOptions = {}): Outcome<Imported> {
  const most = LIMITS.importFileBytes.most;
  if (text.length > most) return refuse('FORMAT_OVERSIZE', { offered: text.length, most });
  const wanted = options.id === undefined ? undefined : vulnerabilityNoteId(options.id);
  if (options.id !== undefined && wanted === undefined)
    return refuse('COMMAND_MALFORMED', { where: 'id', expects: 'an id such as VU#900001' });
  const lines = jsonLines(text);
  const read = lines === undefined ? readOne(text, options.vendorTexts ?? []) : readMany(lines, wanted);
  if (!read.ok || wanted === undefined) return read;
  const cases = read.value.cases.filter(({ sourceId }) => sourceId === wanted);
  if (cases.length === 0) return refuse('FORMAT_RECORD', { where: 'id' });
  return ok({ cases, report: read.value.report.filter(({ path }) => path.startsWith(`${wanted}/`)) });
}

/** The shapes, for whoever brings another. */
const KNOWN =
  'a note of the CERT/CC archive, an export of VINCE, or lines of vda-note/1; "report import" reads others';

interface Line {
  readonly number: number;
  readonly text: string;
}

/** The lines of JSON Lines; `undefined` for one document, however many lines it is printed on. */
function jsonLines(text: string): readonly Line[] | undefined {
  const lines = text
    .split('\n')
    .map((line, index) => ({ number: index + 1, text: line.trim() }))
    .filter((line) => line.text !== '');
  const [first, second] = lines;
  if (!first || !second) return undefined;
  // A document printed over several lines has a first line that is not JSON by itself.
  return first.text.startsWith('{') && parseStrictJson(first.text).ok ? lines : undefined;
}

function readMany(lines: readonly Line[], wanted: string | undefined): Outcome<Imported> {
  const cases: ImportedCase[] = [];
  const report: Loss[] = [];
  const digits = wanted?.slice('VU#'.length) ?? '';
  for (const line of lines) {
    if (!line.text.includes(digits)) continue;
    const read = readOne(line.text, []);
    if (!read.ok) return refuse(read.fault.code, { ...read.fault, where: `line ${line.number}` });
    cases.push(...read.value.cases);
    report.push(...read.value.report);
  }
  return ok({ cases, report });
}

function readOne(text: string, vendorTexts: readonly string[]): Outcome<Imported> {
  const document = parseStrictJson(text);
  if (!document.ok) return document;
  const records = isList(document.value) ? document.value : [document.value];
  if (!records.every(isFields) || records.length === 0) return refuse('FORMAT_UNKNOWN', { expects: KNOWN });
  const vendorFiles: Fields[] = records.filter(isArchiveVendor);
  for (const [index, vendorText] of vendorTexts.entries()) {
    const vendor = parseStrictJson(vendorText);
    if (!vendor.ok) return refuse(vendor.fault.code, { ...vendor.fault, where: `vendor file ${index}` });
    if (!isFields(vendor.value) || !isArchiveVendor(vendor.value)) {
      return refuse('FORMAT_UNKNOWN', { where: `vendor file ${index}` });
    }
    vendorFiles.push(vendor.value);
  }
  const notes = records.filter((record) => !isArchiveVendor(record));
  // Vendor files say which note they belong to, but only one note can be meant by a list of them.
  if (notes.length === 0 || (vendorFiles.length > 0 && notes.length > 1)) {
    return refuse('FORMAT_MALFORMED', { where: 'note' });
  }
  return readNotes(notes, vendorFiles);
}

function readNotes(notes: readonly Fields[], vendorFiles: readonly Fields[]): Outcome<Imported> {
  const cases: ImportedCase[] = [];
  const losses: Loss[] = [];
  for (const note of notes) {
    for (const single of isVinceExport(note) ? vinceCases(note, openReport()) : [note]) {
      const report = openReport();
      const read = readShape(single, note, vendorFiles, report);
      if (!read.ok) return read;
      cases.push(read.value);
      losses.push(...report.losses);
    }
  }
  return ok({ cases, report: losses });
}

function readShape(
  fields: Fields,
  around: Fields,
  vendorFiles: readonly Fields[],
  report: ReturnType<typeof openReport>,
): Outcome<ImportedCase> {
  if (isVdaNote(fields)) return readVdaNote(fields, report);
  if (isArchiveNote(fields)) return readArchiveNote(fields, vendorFiles, report);
  if (isVinceCase(fields) || fields !== around) return readVinceCase(fields, around, report);
  return refuse('FORMAT_UNKNOWN', { expects: KNOWN });
}
