/** What every reader of reports begins with, and the bounds of a report's texts. */
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
  return within(text.replace(/\s+/g, ' ').trim(), LIMITS.titleCharacters.most);
}

/** At most so many UTF-16 units, never half a character. */
export function within(text: string, most: number): string {
  return text.slice(0, most).replace(/[\ud800-\udbff]$/, '');
}
