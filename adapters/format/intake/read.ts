/**
 * A report from whatever it came in: a mail, an export of VINCE, a CSAF document, a CVE record. What it is shows in
 * its shape. Nothing is taken for true, nothing is fetched, and the reporter is handed over apart (DESIGN §5.4).
 */
import type { Json } from '../../../node/core/canonical.js';
import { type Outcome, ok, refuse } from '../../../node/core/fault.js';
import type { Reporter, ReportSource, ReportText } from '../../../node/core/intake/report.js';
import { LIMITS } from '../../../node/core/limits.js';
import { parseStrictJson } from '../../../node/core/strict-json.js';
import type { Loss } from '../format.js';
import { isFields } from '../imported/fields.js';
import { openReport } from '../imported/report.js';
import { readImport } from '../read-import.js';
import { readCsafReport } from './csaf.js';
import { readCveReport } from './cve.js';
import { readMailReport } from './mail.js';
import { reportOfImported } from './vince.js';

export interface ReadReport {
  readonly source: ReportSource;
  readonly text: ReportText;
  /** Only where the source names one; of VINCE only where it may be shared. */
  readonly reporter: Reporter | undefined;
  readonly losses: readonly Loss[];
}

/**
 * Faults: `FORMAT_OVERSIZE`; `FORMAT_MALFORMED` for JSON or a mail that cannot be read, and where there is no title;
 * `FORMAT_UNKNOWN` for JSON of another shape; `FORMAT_RECORD` for a file of several cases.
 */
export async function readReport(bytes: Uint8Array): Promise<Outcome<ReadReport>> {
  const most = LIMITS.importFileBytes.most;
  if (bytes.length > most) return refuse('FORMAT_OVERSIZE', { offered: bytes.length, most });
  const text = new TextDecoder().decode(bytes);
  if (!/^\s*[[{]/.test(text)) return readMailReport(bytes);
  const parsed = parseStrictJson(text);
  if (!parsed.ok) return refuse('FORMAT_MALFORMED');
  const document = parsed.value as Json;
  if (isFields(document)) {
    const report = openReport();
    if (isFields(document['document']) && 'csaf_version' in document['document'])
      return readCsafReport(document, report);
    if (document['dataType'] === 'CVE_RECORD') return readCveReport(document, report);
  }
  const imported = readImport(text);
  if (!imported.ok) return imported;
  const [only, ...others] = imported.value.cases;
  if (only === undefined || others.length > 0) return refuse('FORMAT_RECORD');
  return ok(reportOfImported(only, imported.value.report));
}
