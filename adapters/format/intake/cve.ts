/** A CVE record of version 5, read as a report: what the numbering authority says of it. @see FORMATS §4 */
import { cutText } from '../../../node/core/cut-text.js';
import { type Outcome, ok, refuse } from '../../../node/core/fault.js';
import { LIMITS } from '../../../node/core/limits.js';
import { type Fields, isFields, recordsOf, type Source, textOf } from '../imported/fields.js';
import type { Report } from '../imported/report.js';
import { asTitle, NOTHING_REPORTED } from './plain.js';
import type { ReadReport } from './read.js';

const CVE_ID = /^CVE-\d{4}-\d{4,19}$/;

export function readCveReport(fields: Fields, report: Report): Outcome<ReadReport> {
  const id = textOf({ fields: fieldsIn(fields, 'cveMetadata'), path: 'cveMetadata.', report }, 'cveId');
  if (!CVE_ID.test(id)) return refuse('FORMAT_MALFORMED', { where: 'cveMetadata.cveId' });
  const cna: Source = {
    fields: fieldsIn(fieldsIn(fields, 'containers'), 'cna'),
    path: 'containers.cna.',
    report,
  };
  const texts = (name: string, member: string) =>
    recordsOf(cna, name).map((one) => textOf({ fields: one, path: `${cna.path}${name}.`, report }, member));
  const description = texts('descriptions', 'value').find((text) => text !== '') ?? '';
  const [first] = recordsOf(cna, 'affected');
  const affected: Source = { fields: first ?? {}, path: `${cna.path}affected[0].`, report };
  const versions = recordsOf(affected, 'versions').map((one) =>
    textOf({ fields: one, path: affected.path, report }, 'version'),
  );
  return ok({
    source: 'cve',
    text: {
      ...NOTHING_REPORTED,
      title: asTitle(textOf(cna, 'title') || id),
      product: asTitle(
        [textOf(affected, 'vendor'), textOf(affected, 'product') || textOf(affected, 'packageName')]
          .filter((word) => word !== '')
          .join(' '),
      ),
      version: cutText(versions.join(', '), LIMITS.nameCharacters.most),
      description,
      // A record that is published is public: that is what it is for.
      saysPublic: fieldsIn(fields, 'cveMetadata')['state'] === 'PUBLISHED',
      publicIds: [id],
    },
    reporter: undefined,
    losses: report.losses,
  });
}

function fieldsIn(fields: Fields, name: string): Fields {
  const value = fields[name];
  return isFields(value) ? value : {};
}
