/** What every reader of reports begins with, and the bounds of a report's texts. */
import { cutText } from '../../../node/core/cut-text.js';
import type { ReportText } from '../../../node/core/intake/report.js';
import { LIMITS } from '../../../node/core/limits.js';

export const NOTHING_REPORTED: ReportText = {
  kind: 'software_product',
  title: '',
  product: '',
  version: '',
  description: '',
  impact: '',
  exploit: '',
  discovery: '',
  plans: '',
  publicIds: [],
  saysPublic: false,
  saysExploited: false,
};

/** One line within the bound of a title. */
export function asTitle(text: string): string {
  return cutText(text.replace(/\s+/g, ' ').trim(), LIMITS.titleCharacters.most);
}
