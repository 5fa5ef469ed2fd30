/**
 * Names of CSAF documents: tracking id, file, folder and URL. Made from our own public id only.
 * @see FORMATS §1.1, §3 (rows 2 and 11)
 */
import type { Advisory, Lang } from '../../../node/core/advisory.js';
import { CSAF_TLP } from '../../../node/core/disclosure/tlp.js';
import { writeSecond } from '../second.js';

/** `ECC#2027-0001`, or with the suffix of the language where the document is a translation. */
export function csafTrackingId(advisory: Advisory, lang: Lang = advisory.lang): string {
  return lang === advisory.lang ? advisory.publicId : `${advisory.publicId}-${lang.toLowerCase()}`;
}

/** `ECC#2027-0001` → `ecc_2027-0001.json`: lower case, then each run outside `[+\-a-z0-9]` becomes one `_`. */
export function csafFileName(trackingId: string): string {
  return `${trackingId.toLowerCase().replace(/[^+\-a-z0-9]+/g, '_')}.json`;
}

/** `2027/ecc_2027-0001.json`: the folder is the year of the initial release in UTC, for ever. */
export function csafPath(advisory: Advisory, lang: Lang = advisory.lang): string {
  return `${writeSecond(advisory.publishedAt).slice(0, 4)}/${csafFileName(csafTrackingId(advisory, lang))}`;
}

/**
 * Where the document will be found.
 * @param root of a public tree by default, `<namespace>/.well-known/csaf`.
 * @returns `undefined` for a restricted document without a root of its own: it is never under the public path.
 */
export function csafUrl(advisory: Advisory, lang: Lang, root: string | undefined): string | undefined {
  if (root === undefined && (advisory.tlp !== 'CLEAR' || advisory.stage === 'draft')) return undefined;
  const base = root ?? `${advisory.publisher.namespace}/.well-known/csaf`;
  return `${base}/${CSAF_TLP[advisory.tlp].toLowerCase()}/${csafPath(advisory, lang)}`;
}
