/**
 * A CSAF document of somebody else, read as a report: title, notes, products by name, CVE ids. Its statuses and dates
 * are not taken over; a person reads them (FORMATS §1.5).
 */
import { cutText } from '../../../node/core/cut-text.js';
import { type Outcome, ok, refuse } from '../../../node/core/fault.js';
import { LIMITS } from '../../../node/core/limits.js';
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
import { asTitle, NOTHING_REPORTED } from './plain.js';
import type { ReadReport } from './read.js';

const READ: ReadonlySet<string> = new Set(['document', 'product_tree', 'vulnerabilities']);
const PERSONS: ReadonlySet<string> = new Set(['acknowledgments']);

export function readCsafReport(fields: Fields, report: Report): Outcome<ReadReport> {
  const root: Source = { fields, path: '', report };
  const document = within(root, 'document');
  const title = asTitle(textOf(document, 'title'));
  if (title === '') return refuse('FORMAT_MALFORMED', { where: 'document.title' });
  noteRest(root, READ, PERSONS);
  const vulnerabilities = recordsOf(root, 'vulnerabilities').map(
    (one, at): Source => ({ fields: one, path: `vulnerabilities[${at}].`, report }),
  );
  const tracking = within(document, 'tracking');
  const notes = [document, ...vulnerabilities].flatMap((source) =>
    recordsOf(source, 'notes').map((note) => textOf({ fields: note, path: 'notes.', report }, 'text')),
  );
  const description = notes.filter((note) => note !== '').join('\n\n');
  const most = LIMITS.textCharacters.most;
  if (description.length > most) report.note('notes', 'cut');
  const ids = [
    textOf(tracking, 'id'),
    ...listOf(tracking, 'aliases'),
    ...vulnerabilities.map((one) => textOf(one, 'cve')),
  ];
  return ok({
    source: 'csaf',
    text: {
      ...NOTHING_REPORTED,
      title,
      product: asTitle(productNames(within(root, 'product_tree')).slice(0, 3).join(', ')),
      description: cutText(description, most),
      publicIds: [...new Set(ids)].filter((id) => id !== '' && id.length <= LIMITS.nameCharacters.most),
    },
    reporter: undefined,
    losses: report.losses,
  });
}

function within(source: Source, name: string): Source {
  const value = source.fields[name];
  return { fields: isFields(value) ? value : {}, path: `${source.path}${name}.`, report: source.report };
}

/** Names of `product_name` branches, however deep the tree; a document may not nest without end. */
function productNames(tree: Source, depth = 0): readonly string[] {
  if (depth > LIMITS.jsonLevels.most) return [];
  return recordsOf(tree, 'branches').flatMap((branch, at) => {
    const source: Source = { fields: branch, path: `${tree.path}branches[${at}].`, report: tree.report };
    const own = branch['category'] === 'product_name' ? [textOf(source, 'name')] : [];
    return [...own, ...productNames(source, depth + 1)];
  });
}
