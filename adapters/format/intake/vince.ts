/** The report behind a case of VINCE; another note becomes a report of what it says. @see FORMATS §5 */
import type { ImportedCase } from '../../../node/core/case/imported.js';
import { cutText } from '../../../node/core/cut-text.js';
import { LIMITS } from '../../../node/core/limits.js';
import type { Loss } from '../format.js';
import { asTitle, NOTHING_REPORTED } from './plain.js';
import type { ReadReport } from './read.js';

/** The source's flags "public" and "exploited" stay what they are: its words, for a person to confirm. */
export function reportOfImported(imported: ImportedCase, losses: readonly Loss[]): ReadReport {
  const { report, aliases, details } = imported;
  return {
    source: 'vince',
    text: {
      ...NOTHING_REPORTED,
      title: asTitle(imported.title),
      product: asTitle(report?.product ?? ''),
      version: cutText(report?.version ?? '', LIMITS.nameCharacters.most),
      description: report?.description || details.description || imported.summary,
      impact: report?.impact || details.impact,
      exploit: report?.exploit ?? '',
      discovery: report?.discovery ?? '',
      plans: report?.plans ?? '',
      publicIds: aliases.filter((alias) => alias.length <= LIMITS.nameCharacters.most),
      saysPublic: report?.saysPublic ?? false,
      saysExploited: report?.saysExploited ?? false,
    },
    reporter: report?.reporter,
    losses,
  };
}
