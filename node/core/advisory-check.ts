/**
 * What has to hold before an advisory is written in any format. Checked once, here: writers then have nothing to
 * doubt, and a contradiction is named when the document is staged, not at the instant.
 */
import type { Advisory, Revision, VendorEntry } from './advisory.js';
import { type Outcome, ok, refuse } from './fault.js';
import { LIMITS } from './limits.js';
import { SECOND } from './time.js';

/**
 * Refuses an advisory that cannot be told truthfully in any format: references that lead nowhere, revisions out of
 * order, a vendor that says two things of one vulnerability. Writers may assume what is checked here.
 *
 * Faults: `FORMAT_CONTRADICTION` with the path of the place; `LIMIT_EXCEEDED` for more vendor entries than
 * `vendorsPerCase`.
 * @returns the same advisory.
 */
export function checkAdvisory(advisory: Advisory): Outcome<Advisory> {
  const entries = advisory.vendors.length;
  if (entries > LIMITS.vendorsPerCase.most) {
    return refuse('LIMIT_EXCEEDED', { where: 'vendors', offered: entries, most: LIMITS.vendorsPerCase.most });
  }
  const wrong =
    wrongIdentity(advisory) ??
    wrongRevision(advisory.revisions) ??
    wrongPointer(advisory) ??
    wrongVendor(advisory.vendors);
  return wrong === undefined ? ok(advisory) : refuse('FORMAT_CONTRADICTION', { where: wrong });
}

function wrongIdentity(advisory: Advisory): string | undefined {
  if (advisory.publicId.trim() === '' || advisory.publicId !== advisory.publicId.trim()) return 'publicId';
  if (advisory.title.trim() === '') return 'title';
  if (advisory.vulnerabilities.length === 0) return 'vulnerabilities';
  if (advisory.translations.some(({ lang }) => lang === advisory.lang)) return 'translations';
  const undescribed = advisory.vulnerabilities.findIndex(({ descriptions }) => descriptions.length === 0);
  return undescribed < 0 ? undefined : `vulnerabilities[${undescribed}].descriptions`;
}

function wrongRevision(revisions: readonly Revision[]): string | undefined {
  if (revisions.length === 0) return 'revisions';
  const wrong = revisions.findIndex(({ number, at }, index) => {
    const before = revisions[index - 1];
    // Compared in whole seconds, as they are written: validators disagree about equal dates (CSAF 6.1.21).
    return number !== index + 1 || (before && Math.floor(at / SECOND) <= Math.floor(before.at / SECOND));
  });
  return wrong < 0 ? undefined : `revisions[${wrong}]`;
}

function wrongPointer(advisory: Advisory): string | undefined {
  const vulnerabilities = new Set(advisory.vulnerabilities.map(({ id }) => id));
  if (vulnerabilities.size < advisory.vulnerabilities.length) return 'vulnerabilities';
  const vendors = new Set(advisory.vendors.map(({ vendorId }) => vendorId));
  const astray = advisory.vendors.findIndex(({ vulnerabilityId }) => !vulnerabilities.has(vulnerabilityId));
  if (astray >= 0) return `vendors[${astray}].vulnerabilityId`;
  const lost = advisory.remedies.findIndex(
    ({ vendorId, vulnerabilityId }) =>
      (vendorId !== undefined && !vendors.has(vendorId)) ||
      (vulnerabilityId !== undefined && !vulnerabilities.has(vulnerabilityId)),
  );
  return lost < 0 ? undefined : `remedies[${lost}]`;
}

function wrongVendor(vendors: readonly VendorEntry[]): string | undefined {
  const seen = new Set<string>();
  for (const [index, { vendorId, vulnerabilityId, status, products }] of vendors.entries()) {
    const key = JSON.stringify([vendorId, vulnerabilityId]);
    if (seen.has(key)) return `vendors[${index}]`;
    seen.add(key);
    const denied = status === 'not_affected' || status === 'not_affected_investigating';
    if (denied && products.some(({ state }) => state === 'affected')) return `vendors[${index}].products`;
  }
  return undefined;
}
